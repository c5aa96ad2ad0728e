//! What the pages draw of a decrypted message: taken out of its FHIR bundle once, at opening.

use postern_fhir::{self as fhir, Bundle, datatype::Reference, instant};
use postern_json::Value;
use postern_protocol::{digest::Digest, envelope::message::Opened, id::MessageId, time::Timestamp};

/// One message. Several may stand on a link; newest last.
pub struct Letter {
    /// Its number on the link, from 1.
    pub number: u32,
    /// What stands in it, in order.
    pub entries: Vec<Entry>,
    /// How the person's texts stand. It is read where it is drawn: [`super::preferences::Sheet`].
    pub(crate) preferences: Option<Value>,
    /// That the patient may write back, and when it is read. It is read where it is drawn: [`postern_fhir::Replies`].
    pub(crate) replies: Option<Value>,
    /// Whom it is about, where somebody could be mistaken. It is read where it is drawn: [`super::whose::Whose`].
    pub(crate) about: Option<Value>,
    pub(crate) mid: MessageId,
    pub(crate) level: u8,
    pub(crate) shown: Digest,
}

/// One part of a message.
pub enum Entry {
    /// A text.
    Text(Text),
    /// A visit.
    Appointment(Box<Appointment>),
    /// A consent that is asked for.
    Consent(Box<Consent>),
    /// Something to do on a page elsewhere.
    Action(Box<Action>),
    /// Something this page cannot show: say so, with the clinic's number.
    NotShown,
}

/// A text from the clinic (FHIR Communication).
pub struct Text {
    /// Its heading; empty if none.
    pub subject: String,
    /// Who wrote it; empty if not said.
    pub sender: String,
    /// What they are at the clinic; empty if not said.
    pub sender_role: String,
    /// When it was sent, if said.
    pub sent: Option<Timestamp>,
    /// Small Markdown ([`postern_fhir::markdown`]).
    pub text: String,
}

/// A visit (FHIR Appointment).
pub struct Appointment {
    /// Names it inside the page: the value for [`super::visit::VisitEvent`]'s `item`.
    pub item: usize,
    /// What kind of visit; empty if not said.
    pub what: String,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends, if said.
    pub end: Option<Timestamp>,
    /// The clinic's zone, an IANA name: the times are said in it. Empty if not said: the phone's own.
    pub zone: String,
    /// With whom; empty if not said.
    pub who: String,
    /// Where, lines to show; empty if not said.
    pub place: Vec<String>,
    /// How to prepare, small Markdown; empty if nothing.
    pub prepare: String,
    /// Further words, small Markdown; empty if none.
    pub comment: String,
    /// The clinic called it off.
    pub called_off: bool,
    /// Until when the answer may be given or changed; `None` when there is nothing to answer (called off, over).
    pub answers_end: Option<Timestamp>,
    pub(crate) reference: Reference,
}

/// A consent that is asked for (FHIR Consent). It is read where it is drawn: [`super::consent::Offer`].
pub struct Consent {
    /// Names it inside the page, as [`Appointment::item`].
    pub item: usize,
    pub(crate) json: Value,
}

/// Something to do on a page elsewhere (FHIR Task). It is read where it is drawn: [`super::action::Offer`].
pub struct Action {
    /// Names it inside the page, as [`Appointment::item`].
    pub item: usize,
    pub(crate) json: Value,
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    instant::parse(text?).ok().map(|moment| Timestamp(moment.milliseconds))
}

impl Letter {
    /// From a decrypted message. `first_item` is the number of what can be answered first in it.
    pub(crate) fn read(opened: Opened<Bundle>, mid: MessageId, level: u8, first_item: usize) -> Self {
        let mut item = first_item;
        let (mut preferences, mut replies) = (None, None);
        let entries = opened.message.bundle.entries.into_iter().filter_map(|entry| match entry {
            fhir::Entry::Preferences(json) => {
                preferences = Some(json);
                None
            }
            fhir::Entry::Replies(json) => {
                replies = Some(json);
                None
            }
            fhir::Entry::Communication(text) => Some(Entry::Text(Text::read(text))),
            fhir::Entry::Appointment(visit) => Some(match Appointment::read(visit, item) {
                Some(visit) => {
                    item += 1;
                    Entry::Appointment(Box::new(visit))
                }
                None => Entry::NotShown,
            }),
            fhir::Entry::Consent(json) => {
                let consent = Consent { item, json };
                item += 1;
                Some(Entry::Consent(Box::new(consent)))
            }
            fhir::Entry::Task(json) => {
                let action = Action { item, json };
                item += 1;
                Some(Entry::Action(Box::new(action)))
            }
            fhir::Entry::Other(_) => Some(Entry::NotShown),
        });
        let entries = entries.collect();
        let about = opened.message.about;
        Self {
            number: opened.message.n,
            entries,
            preferences,
            replies,
            about,
            mid,
            level,
            shown: opened.plaintext_sha256,
        }
    }

    /// Which of the link's patients it is about, from 1; 0 where that is not said: then it is for whoever reads.
    pub(crate) fn place(&self) -> u64 {
        self.about.as_ref().and_then(|about| about.get("place")?.as_u64()).unwrap_or(0)
    }

    /// Its consents.
    pub fn consents(&self) -> impl Iterator<Item = &Consent> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Consent(consent) => Some(&**consent),
            _ => None,
        })
    }

    /// What is to be done elsewhere.
    pub fn actions(&self) -> impl Iterator<Item = &Action> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Action(action) => Some(&**action),
            _ => None,
        })
    }

    /// The numbers of what in it can be answered.
    fn numbered(&self) -> impl Iterator<Item = usize> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Appointment(visit) => Some(visit.item),
            Entry::Consent(consent) => Some(consent.item),
            Entry::Action(action) => Some(action.item),
            Entry::Text(_) | Entry::NotShown => None,
        })
    }

    /// How many things in it can be answered.
    pub(crate) fn items(&self) -> usize {
        self.numbered().count()
    }

    /// Whether this stands in it.
    pub(crate) fn holds(&self, item: usize) -> bool {
        self.numbered().any(|one| one == item)
    }

    /// Its visits.
    pub fn appointments(&self) -> impl Iterator<Item = &Appointment> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Appointment(visit) => Some(&**visit),
            _ => None,
        })
    }
}

impl Text {
    fn read(text: fhir::Communication) -> Self {
        let words: Vec<String> = text.payload.into_iter().chain(text.notes).collect();
        Self {
            subject: text.topic.unwrap_or_default(),
            sender: text.sender.unwrap_or_default(),
            sender_role: text.sender_role.unwrap_or_default(),
            sent: moment(text.sent.as_deref()),
            text: words.join("\n\n"),
        }
    }
}

impl Appointment {
    /// `None` without a start: there is nothing to say yes to.
    fn read(visit: fhir::Appointment, item: usize) -> Option<Self> {
        let start = moment(visit.start.as_deref())?;
        let end = moment(visit.end.as_deref())
            .or_else(|| visit.minutes.map(|minutes| start.plus_seconds(i64::from(minutes) * 60)));
        let place = match visit.place() {
            Some((name, address)) => name
                .map(String::from)
                .into_iter()
                .chain(address.into_iter().flat_map(|a| a.display_lines()))
                .collect(),
            None => Vec::new(),
        };
        Some(Self {
            item,
            who: visit.who().collect::<Vec<_>>().join(", "),
            answers_end: visit.answers_end().filter(|_| visit.can_be_answered()).map(Timestamp),
            called_off: visit.status == fhir::code::AppointmentStatus::Cancelled,
            reference: visit.reference(),
            what: visit.description.unwrap_or_default(),
            start,
            end,
            zone: visit.zone.unwrap_or_default(),
            place,
            prepare: visit.patient_instruction.unwrap_or_default(),
            comment: visit.comment.unwrap_or_default(),
        })
    }
}
