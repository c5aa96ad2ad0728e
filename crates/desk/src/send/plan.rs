//! Everything that is decided before a link is made: whether, to whom, what, in which words. Changes nothing.

use super::{
    action, also,
    content::Composed,
    recipient::{Addressee, Recipient},
    request::SendRequest,
};
use crate::{
    desk::Desk,
    enrolment::PortalPin,
    patients::{helper::KeptHelper, person::Kept},
    refusal::Refusal,
    rules::{self, Policy},
    texts::{
        lint,
        render::render,
        template::Template,
        words::{self, Chosen},
    },
    trouble::Trouble,
};
use postern_protocol::{about::About, category::Category, record::RecordKind, time::Timestamp};
use std::collections::BTreeMap;

/// What is planned, whether or not it may be done.
pub struct Plan {
    pub(crate) addressee: Addressee,
    pub(crate) composed: Option<Composed>,
    pub(crate) pin: Option<PortalPin>,
    pub(crate) template: Template,
    pub(crate) words: Chosen,
    pub(crate) offers: Vec<RecordKind>,
    pub(crate) expires: Timestamp,
    pub(crate) refusals: Vec<Refusal>,
    /// What the rules are asked, where there is a number.
    pub(crate) asked: Option<rules::Request>,
    /// What the rules say.
    pub(crate) decided: Option<Result<rules::Permit, rules::Denied>>,
    pub(crate) policy: Policy,
    /// Whom it is about, where somebody could be mistaken.
    pub(crate) about: Option<About>,
    /// The messages about others behind the same link.
    pub(crate) also: Vec<Plan>,
    clinic_values: BTreeMap<&'static str, String>,
}

/// A plan against which nothing stands.
pub struct Ready {
    pub(crate) recipient: Recipient,
    pub(crate) pin: PortalPin,
    /// What goes behind the link, in order.
    pub(crate) parts: Vec<Part>,
    pub(crate) plan: Plan,
}

/// One message of a link.
pub(crate) struct Part {
    pub kept: Kept,
    pub composed: Composed,
    pub template: Template,
    pub language: &'static str,
    pub offers: Vec<RecordKind>,
    pub about: Option<About>,
    pub asked: rules::Request,
}

impl Plan {
    /// The text with this link in it.
    pub(crate) fn text(&self, link: &str) -> Option<String> {
        let mut values: BTreeMap<&str, &str> =
            self.clinic_values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        values.insert("link", link);
        render(&self.words.template(self.template).text, &values).ok()
    }

    /// A link as long as a real one that opens nothing.
    pub(crate) fn specimen_link(&self) -> String {
        let origin = self.pin.as_ref().map_or("https://your-portal.example", PortalPin::links);
        format!("{origin}/m#{}", "x".repeat(22))
    }

    /// Nothing stands against it but that the number is not confirmed.
    pub(crate) fn waits_for_its_number(&self) -> bool {
        let unconfirmed = self.decided.as_ref().and_then(|decided| decided.as_ref().err());
        unconfirmed.is_some_and(rules::Denied::only_unconfirmed) && self.refusals.len() == 1
    }

    /// Goes on only when nothing stands against it.
    pub(crate) fn ready(self) -> Result<Ready, Vec<Refusal>> {
        let parts: Option<Vec<Part>> =
            std::iter::once(self.part()).chain(self.also.iter().map(Self::part)).collect();
        match (&self.addressee, parts, &self.pin) {
            (Addressee::Fit(recipient), Some(parts), Some(pin)) if self.refusals.is_empty() => {
                Ok(Ready { recipient: recipient.clone(), pin: pin.clone(), parts, plan: self })
            }
            _ => Err(self.refusals),
        }
    }

    /// The message of this plan, where nothing is missing for it.
    fn part(&self) -> Option<Part> {
        Some(Part {
            kept: self.addressee.kept()?.clone(),
            composed: self.composed.clone()?,
            template: self.template,
            language: self.words.language,
            offers: self.offers.clone(),
            about: self.about.clone(),
            asked: self.asked.clone()?,
        })
    }
}

impl Desk {
    /// The message of a request and those that go with it.
    pub(crate) async fn plan(&self, request: &SendRequest) -> Result<Plan, Trouble> {
        let mut plan = self.plan_one(request).await?;
        also::join(self, &mut plan, request).await?;
        Ok(plan)
    }

    pub(super) async fn plan_one(&self, request: &SendRequest) -> Result<Plan, Trouble> {
        let (addressee, mut refusals) = self.addressee(&request.to, request.helper.as_deref()).await?;
        let about_whom = refusals.len();
        let pin = self.portal_pin().await?;
        if pin.is_none() {
            refusals.push(Refusal::new(
                "portal-not-pinned",
                "This desk knows no portal yet",
                "Run `postern desk pin` with the file that the portal's `enrol` printed.",
            ));
        }
        let language = addressee.kept().and_then(|kept| kept.person.language.as_deref());
        let words = words::choose(language);
        let now = self.now();
        let first_guess = request.template.unwrap_or(Template::SecureMessage);
        let composed = self.compose(request, &addressee, words, first_guess).await?;
        let composed = composed.map_err(|found| refusals.extend(found)).ok();
        let usual_offers = composed.as_ref().map(Composed::usual_offers).unwrap_or_default();
        let has_visit = composed.as_ref().is_some_and(|one| one.bundle.appointments().next().is_some());
        let leads_to = composed.as_ref().and_then(|one| action::category(&one.bundle));
        refusals.extend(action::check_category(request.category, leads_to));
        let template = request.template.unwrap_or(match usual_offers[..] {
            [RecordKind::AppointmentResponse, ..] => Template::AppointmentReminder,
            _ => Template::SecureMessage,
        });
        refusals.extend(check_template(template, composed.is_none() || has_visit));
        let mut offers = request.offers.clone().unwrap_or_else(|| usual_offers.clone());
        for always in [RecordKind::Consent, RecordKind::Task] {
            if usual_offers.contains(&always) && !offers.contains(&always) {
                offers.push(always);
            }
        }
        let has_sheet = composed.as_ref().is_some_and(|one| one.bundle.preferences().is_some());
        if has_sheet && !offers.contains(&RecordKind::Preferences) {
            offers.push(RecordKind::Preferences);
        }
        let has_offer = composed.as_ref().is_some_and(|one| one.bundle.replies().is_some());
        if has_offer && !offers.contains(&RecordKind::Communication) {
            offers.push(RecordKind::Communication);
        }
        if offers.contains(&RecordKind::AppointmentResponse) && composed.is_some() && !has_visit {
            refusals.push(Refusal::new(
                "offer-without-appointment",
                "An answer to a visit is offered, and the message has no visit",
                "Add an Appointment, or do not offer AppointmentResponse.",
            ));
        }
        let clinic_values = BTreeMap::from([
            ("clinic", self.clinic.text_name.clone()),
            ("phone", self.clinic.public.phone.clone()),
        ]);
        let policy = self.policy().await?;
        let mut expires = request.expires.after(now);
        let mut asked = addressee.kept().map(|kept| self.asked(kept, request, template, leads_to));
        if let Some((kept, helper)) = addressee.kept().and_then(|kept| Some((kept, kept.helper.as_ref()?))) {
            // A link does not outlive what its holder may do.
            expires = self.right_of(kept, helper, &policy).until.map_or(expires, |until| expires.min(until));
            refusals.extend(asked.as_ref().and_then(|asked| out_of_scope(helper, asked.category)));
        }
        let number = addressee.kept().and_then(|kept| kept.person.number.as_deref());
        let decided = match (&mut asked, addressee.kept(), number) {
            // A template that carries no message is refused as such.
            (Some(asked), Some(kept), Some(number)) if template.carries_link() => {
                let mut connection = self.store.read().acquire().await?;
                let standing =
                    rules::book::read(&mut connection, &self.vault, &self.number_key(number)).await?;
                asked.of_age =
                    standing.has_consent_for_child(&asked.person) && self.is_of_age(kept, &policy, now);
                Some(rules::decide(&policy, &standing, asked, now))
            }
            _ => None,
        };
        if let Some(Err(denied)) = &decided {
            refusals.splice(about_whom..about_whom, denied.refusals());
        }
        let mut plan = Plan {
            addressee,
            composed,
            pin,
            template,
            words,
            offers,
            expires,
            refusals,
            asked,
            decided,
            policy,
            about: None,
            also: Vec::new(),
            clinic_values,
        };
        plan.refusals.extend(plan.wording());
        Ok(plan)
    }
}

impl Desk {
    /// What the rules are asked about a message under this template.
    fn asked(
        &self,
        kept: &Kept,
        request: &SendRequest,
        template: Template,
        leads_to: Option<Category>,
    ) -> rules::Request {
        let kind = match (template, request.checked_in) {
            (Template::RoomReady, Some(checked_in)) => rules::Kind::RoomReady { checked_in },
            _ => rules::Kind::Message,
        };
        rules::Request {
            person: kept.person.id.clone(),
            category: request.category.or(leads_to).unwrap_or(template.category()),
            kind,
            zone: kept.person.zone.clone().or_else(|| self.clinic.zone.clone()),
            of_age: false,
        }
    }
}

fn out_of_scope(helper: &KeptHelper, category: Category) -> Option<Refusal> {
    (!helper.helper.scope.contains(&category)).then(|| {
        Refusal::new(
            "helper-out-of-scope",
            format!("This helper is not named for messages about {category}"),
            "Send it to the patient, or import the helper again with that category in the scope.",
        )
    })
}

impl Plan {
    fn wording(&self) -> Vec<Refusal> {
        let text = &self.words.template(self.template).text;
        let mut found = lint::check_template(self.template, text, self.words.words);
        if let Some(text) = self.text(&self.specimen_link()) {
            found.extend(lint::check_length(&text).err());
        }
        found.iter().map(lint::Wording::refusal).collect()
    }
}

fn check_template(template: Template, may_have_visit: bool) -> Option<Refusal> {
    if !template.carries_link() {
        return Some(Refusal::new(
            "template-without-link",
            "This template carries no message",
            "Choose a template that has a link, such as secure-message.",
        ));
    }
    (template == Template::AppointmentReminder && !may_have_visit).then(|| {
        Refusal::new(
            "template-needs-appointment",
            "The text asks to confirm a visit, and the message has none",
            "Give an Appointment, or choose secure-message.",
        )
    })
}
