//! Booking a wish: what it says of texts becomes facts about the number, in the transaction of its ledger line.

use super::chosen::Chosen;
use crate::{
    desk::Desk,
    feed::whom::Reached,
    ledger::{self, Entry},
    rules::{self, Channel, Fact, Scope, standing::OptOut},
    store::Connection,
    trouble::Trouble,
};
use postern_fhir::{instant, preferences::Wish};
use postern_protocol::{
    category::Category,
    id::{LinkId, RecordId},
    time::Timestamp,
};

/// A wish that was checked.
pub(crate) struct Wished<'a> {
    pub wish: Wish,
    pub lid: &'a LinkId,
    pub rid: RecordId,
    pub received_at: Timestamp,
}

impl Desk {
    /// Writes the ledger line with its facts.
    pub(crate) async fn book_wish(
        &self,
        connection: &mut Connection,
        reached: &Reached,
        wished: Wished<'_>,
        entry: Entry,
    ) -> Result<(), Trouble> {
        let Wished { wish, lid, rid, received_at } = wished;
        let number_key = &reached.number_key;
        if let Wish::Language(language) = &wish {
            match &reached.kept.helper {
                Some(helper) => self.keep_helper_language(&mut *connection, helper, language).await?,
                None => {
                    let chosen = Chosen { language: language.clone(), since: received_at, record: rid };
                    self.keep_chosen(&mut *connection, &reached.kept.patient_key, &chosen).await?;
                }
            }
        }
        let standing = rules::book::read(&mut *connection, &self.vault, number_key).await?;
        let facts = facts(&wish, standing, received_at);
        if facts.is_empty() {
            ledger::append(connection, &self.vault, &mut self.rng(), entry).await?;
            return Ok(());
        }
        self.book_facts(&mut *connection, number_key, facts, entry).await?;
        // Of fewer texts the page's receipt tells enough: one more text is what nobody asked for.
        if wish == Wish::Nothing {
            self.confirm_opt_out(connection, lid, Scope::Everything).await
        } else {
            Ok(())
        }
    }
}

/// What it changes. What is so already is no fact.
fn facts(wish: &Wish, mut standing: rules::Standing, received_at: Timestamp) -> Vec<Fact> {
    let channel = Channel::ProvenPage;
    match wish {
        Wish::Texts { wanted, unwanted, .. } => {
            let mut facts = Vec::new();
            let category = |text: &String| text.parse::<Category>().ok();
            for wanted in wanted.iter().filter_map(category) {
                if standing.opt_out_of(wanted).is_some_and(|(_, out)| is_older(out, received_at)) {
                    let fact = Fact::OptedIn { scope: Scope::Category(wanted), channel };
                    standing.apply(received_at, &fact);
                    facts.push(fact);
                }
            }
            let unwanted = unwanted.iter().filter_map(category);
            facts.extend(
                unwanted
                    .filter(|one| standing.opt_out_of(*one).is_none())
                    .map(|one| Fact::OptedOut { scope: Scope::Category(one), channel }),
            );
            facts
        }
        Wish::Nothing if standing.opted_out.contains_key(&Scope::Everything) => Vec::new(),
        Wish::Nothing => vec![Fact::OptedOut { scope: Scope::Everything, channel }],
        Wish::Pause(until) => {
            let until = until.as_deref().and_then(|until| instant::parse(until).ok());
            vec![Fact::Paused { until: until.map(|until| Timestamp(until.milliseconds)) }]
        }
        Wish::Language(_) | Wish::OtherLanguage(_) | Wish::Contact { .. } => Vec::new(),
    }
}

/// Pages come in the order of the feed, whenever the desk reads it. A STOP by text or at the counter has the desk's own time: it
/// stands against every wish that had come before it.
fn is_older(out: OptOut, received_at: Timestamp) -> bool {
    matches!(out.channel, Channel::Page | Channel::ProvenPage) || out.at <= received_at
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_795_000_000_000);

    fn texts(wanted: &[&str], unwanted: &[&str]) -> Wish {
        let list = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        Wish::Texts { wanted: list(wanted), unwanted: list(unwanted), ask: Vec::new() }
    }

    fn out(scope: Scope, channel: Channel, at: Timestamp) -> rules::Standing {
        let mut standing = rules::Standing::default();
        standing.apply(at, &Fact::OptedOut { scope, channel });
        standing
    }

    fn after(mut standing: rules::Standing, wish: &Wish) -> rules::Standing {
        for fact in facts(wish, standing.clone(), AT) {
            standing.apply(AT, &fact);
        }
        standing
    }

    #[test]
    fn what_is_so_already_changes_nothing() {
        let nothing = rules::Standing::default();
        assert_eq!(facts(&texts(&["messages"], &[]), nothing, AT), []);
        let all = out(Scope::Everything, Channel::Page, AT);
        assert_eq!(facts(&Wish::Nothing, all.clone(), AT), []);
        assert_eq!(facts(&texts(&[], &["messages"]), all, AT), []);
    }

    #[test]
    fn one_category_back_after_everything_leaves_the_others_out() {
        let all = out(Scope::Everything, Channel::Page, AT);
        let standing = after(all, &texts(&["messages", "appointments"], &["forms"]));
        for wanted in [Category::Messages, Category::Appointments, Category::Security] {
            assert!(standing.opt_out_of(wanted).is_none(), "{wanted}");
        }
        for other in [Category::Forms, Category::Surveys, Category::Marketing] {
            assert!(standing.opt_out_of(other).is_some(), "{other}");
        }
    }

    #[test]
    fn a_stop_that_was_said_after_the_wish_stands_against_it() {
        let later = AT.plus_seconds(1);
        for channel in [Channel::Text, Channel::Staff] {
            let scope = Scope::Category(Category::Messages);
            assert_eq!(facts(&texts(&["messages"], &[]), out(scope, channel, later), AT), []);
            assert_eq!(facts(&texts(&["messages"], &[]), out(scope, channel, AT), AT).len(), 1);
        }
        // Of pages the feed's order is the order, also where the desk read both long afterwards.
        let page = out(Scope::Everything, Channel::Page, later);
        assert!(after(page, &texts(&["messages"], &[])).opt_out_of(Category::Messages).is_none());
    }

    #[test]
    fn a_pause_ends_when_it_says_and_can_be_ended() {
        let until = AT.plus_seconds(7 * 24 * 60 * 60);
        let paused = after(rules::Standing::default(), &Wish::Pause(Some(instant::to_text(until.0))));
        assert_eq!(paused.paused, Some(until));
        assert_eq!(after(paused, &Wish::Pause(None)).paused, None);
    }
}
