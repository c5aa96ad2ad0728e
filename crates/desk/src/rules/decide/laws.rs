//! Laws of the decision, over random lives of a number.

use super::tests::{DAY, HOUR, NEW_YORK, monday, out, standing};
use super::*;
use crate::rules::{
    fact::{Channel, Confirmation, Source},
    scope::Scope,
};
use proptest::prelude::*;

fn any_category() -> impl Strategy<Value = Category> {
    proptest::sample::select(Category::ALL)
}

fn any_scope() -> impl Strategy<Value = Scope> {
    prop_oneof![Just(Scope::Everything), any_category().prop_map(Scope::Category)]
}

fn any_person() -> impl Strategy<Value = String> {
    prop_oneof![Just("p-1".to_owned()), Just("p-2".to_owned())]
}

fn any_form() -> impl Strategy<Value = ConsentForm> {
    prop_oneof![Just(ConsentForm::CareTexts), Just(ConsentForm::MarketingWritten)]
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let source = || Source::Record("r".into());
    prop_oneof![
        3 => any_scope().prop_map(out),
        3 => any_scope().prop_map(|scope| Fact::OptedIn { scope, channel: Channel::ProvenPage }),
        3 => Just(Fact::NumberConfirmed { how: Confirmation::LinkOpened }),
        1 => Just(Fact::NumberReported),
        2 => Just(Fact::NumberSettled),
        1 => proptest::option::of(0..20 * DAY)
            .prop_map(|ahead| Fact::Paused { until: ahead.map(|ahead| monday().plus_seconds(ahead)) }),
        3 => (any_category(), any_person(), any_form(), any::<bool>()).prop_map(
            move |(category, person, form, for_child)| {
                let (since, until, source) = (monday(), None, source());
                Fact::ConsentGiven { category, person, form, since, until, source, for_child }
            }
        ),
        1 => (any_category(), any_person()).prop_map(move |(category, person)| {
            Fact::ConsentWithdrawn { category, person, source: source() }
        }),
    ]
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        8 => Just(Kind::Message),
        1 => (0..20 * DAY).prop_map(|at| Kind::RoomReady { checked_in: monday().plus_seconds(at) }),
        1 => Just(Kind::Number),
        1 => Just(Kind::OptOutDone),
        1 => Just(Kind::Asked),
    ]
}

fn any_request() -> impl Strategy<Value = Request> {
    let zone = prop_oneof![Just(NEW_YORK), Just("Asia/Kathmandu"), Just("Pacific/Auckland")];
    (any_person(), any_category(), any_kind(), zone, any::<bool>()).prop_map(
        |(person, category, kind, zone, of_age)| {
            let category = match kind {
                Kind::Number | Kind::OptOutDone | Kind::Asked => Category::Security,
                Kind::Message | Kind::RoomReady { .. } => category,
            };
            Request { person, category, kind, zone: Some(zone.into()), of_age }
        },
    )
}

/// What happens at a number: a fact comes in, or a text is asked for.
#[derive(Debug, Clone)]
enum Event {
    Fact(Fact),
    Ask(Request),
}

fn life() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![1 => any_fact().prop_map(Event::Fact), 2 => any_request().prop_map(Event::Ask)];
    proptest::collection::vec((0..12 * HOUR, event), 1..60)
}

/// One decision of a life.
struct Decision {
    at: Timestamp,
    request: Request,
    outcome: Result<Permit, Denied>,
}

/// The ledger's facts in order, and every decision with the number of facts before it.
type Lived = (Vec<(Timestamp, Fact)>, Vec<(usize, Decision)>);

fn live(events: Vec<(i64, Event)>) -> Lived {
    let (mut now, mut standing) = (monday(), Standing::default());
    let (mut ledger, mut decisions) = (Vec::new(), Vec::new());
    for (n, (later, event)) in events.into_iter().enumerate() {
        now = now.plus_seconds(later);
        let fact = match event {
            Event::Fact(fact) => Some(fact),
            Event::Ask(mut request) => {
                if let Kind::RoomReady { checked_in } = &mut request.kind {
                    // Nobody checked in who has not come yet.
                    *checked_in = (*checked_in).min(now);
                }
                let outcome = decide(&Policy::built_in(), &standing, &request, now);
                let fact = outcome.as_ref().ok().map(|permit| permit.fact(format!("t-{n}"), &request));
                decisions.push((ledger.len(), Decision { at: now, request, outcome }));
                fact
            }
        };
        if let Some(fact) = fact {
            standing.apply(now, &fact);
            ledger.push((now, fact));
        }
    }
    (ledger, decisions)
}

/// Whether the last word on a category was "no more", read from the facts alone.
fn is_out(facts: &[(Timestamp, Fact)], category: Category) -> bool {
    let covers = |scope: Scope| scope == Scope::Everything || scope == Scope::Category(category);
    facts.iter().rev().find_map(|(_, fact)| match fact {
        Fact::OptedOut { scope, .. } if covers(*scope) => Some(true),
        // To want anything again is to want what one's own act asks for.
        Fact::OptedIn { scope, .. } if covers(*scope) || category == Category::Security => Some(false),
        _ => None,
    }) == Some(true)
}

fn zones() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.to_string()).collect()
}

/// Any moment of 2020 to 2037; near a clock change of the zone, and at a second where the hours open or close, where asked for.
fn moment(zone: &TimeZone, second: i64, near_change: bool, edge: Option<i64>, days: i64) -> Timestamp {
    let any = jiff::Timestamp::from_second(1_577_836_800 + second).unwrap();
    let change = zone.following(any).next().map(|change| change.timestamp());
    let at = change.filter(|at| near_change && at.as_second() < 2_145_916_800).unwrap_or(any);
    let local = at.to_zoned(zone.clone()).checked_add(jiff::Span::new().days(days)).unwrap();
    let Some(edge) = edge else { return Timestamp(local.timestamp().as_millisecond()) };
    let midnight = local.date().to_datetime(jiff::civil::Time::midnight());
    let wall = midnight.checked_add(jiff::Span::new().seconds(edge)).unwrap();
    Timestamp(wall.to_zoned(zone.clone()).unwrap().timestamp().as_millisecond())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_order_of_events_lets_a_text_to_a_suppressed_number_out(events in life()) {
        let (ledger, decisions) = live(events);
        for (before, Decision { request, outcome, .. }) in decisions {
            let facts = &ledger[..before];
            let reported = facts.iter().rev().find_map(|(_, fact)| match fact {
                Fact::NumberReported => Some(true),
                Fact::NumberSettled => Some(false),
                _ => None,
            });
            let suppressed = match request.category {
                // The one text that tells of the opt-out itself goes all the same.
                Category::Security if request.kind == Kind::OptOutDone => false,
                // A single "no security texts" outlives wanting other things again; the reading above forgets it.
                category => is_out(facts, category),
            };
            if suppressed || reported == Some(true) {
                prop_assert!(outcome.is_err(), "{:?} after {:?}", request, facts);
            }
        }
    }

    #[test]
    fn decisions_from_the_ledger_replayed_in_order_are_the_same_as_live(events in life()) {
        let (ledger, decisions) = live(events);
        // As it is stored and read back.
        let stored: Vec<(Timestamp, Fact)> = ledger
            .iter()
            .map(|(at, fact)| (*at, serde_json::from_str(&serde_json::to_string(fact).unwrap()).unwrap()))
            .collect();
        prop_assert_eq!(&stored, &ledger);
        for (before, decision) in decisions {
            let again = decide(&Policy::built_in(), &standing(&stored[..before]), &decision.request, decision.at);
            prop_assert_eq!(again, decision.outcome);
        }
    }

    #[test]
    fn what_is_refused_for_a_time_goes_at_the_moment_it_names_and_not_before(
        events in life(),
        part in 0.0..1.0_f64,
    ) {
        let (ledger, decisions) = live(events);
        for (before, Decision { at, request, outcome }) in decisions {
            let Err(Denied { may_go_at: Some(then), .. }) = outcome else { continue };
            let standing = standing(&ledger[..before]);
            prop_assert!(decide(&Policy::built_in(), &standing, &request, then).is_ok());
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a moment in between")]
            let between = Timestamp(at.0 + ((then.0 - at.0) as f64 * part) as i64);
            for early in [Timestamp(then.0 - 1), then.plus_seconds(-1), between] {
                if early >= at && early < then {
                    prop_assert!(decide(&Policy::built_in(), &standing, &request, early).is_err(), "{:?}", early);
                }
            }
        }
    }

    #[test]
    fn in_every_zone_and_over_clock_changes_a_text_outside_the_hours_is_refused_and_says_when_it_may_go(
        zone in proptest::sample::select(zones()),
        second in 0_i64..560_000_000,
        near_change: bool,
        edge in prop_oneof![Just(None), proptest::sample::select(vec![8 * 3600 + 3599, 9 * 3600, 12 * 3600 - 1, 12 * 3600, 20 * 3600 - 1, 20 * 3600]).prop_map(Some)],
        days in -2_i64..=2,
    ) {
        let found = TimeZone::get(&zone).unwrap();
        let now = moment(&found, second, near_change, edge, days);
        let known = standing(&[(now.plus_seconds(-DAY), Fact::NumberConfirmed { how: Confirmation::Yes })]);
        let request = Request { person: "p-1".into(), category: Category::Messages, kind: Kind::Message, zone: Some(zone), of_age: false };
        // What a clock on the wall there says, and nothing else.
        let inside = |at: Timestamp| {
            let local = jiff::Timestamp::from_millisecond(at.0).unwrap().to_zoned(found.clone());
            let open = if local.weekday() == jiff::civil::Weekday::Sunday { 12 } else { 9 };
            (open..20).contains(&local.hour())
        };
        match decide(&Policy::built_in(), &known, &request, now) {
            Ok(_) => prop_assert!(inside(now)),
            Err(denied) => {
                prop_assert!(!inside(now));
                prop_assert_eq!(&denied.refused, &[Refused::QuietHours]);
                let then = denied.may_go_at.unwrap();
                prop_assert!(then > now && inside(then));
                prop_assert!(decide(&Policy::built_in(), &known, &request, then).is_ok());
                let early = decide(&Policy::built_in(), &known, &request, then.plus_seconds(-1)).unwrap_err();
                prop_assert_eq!(early.may_go_at, Some(then), "one second early");
                // No moment in between is inside: sampled by the quarter of an hour, which is how zones differ.
                let mut between = now;
                while between < then {
                    prop_assert!(!inside(between), "{:?}", between);
                    between = between.plus_seconds(15 * 60);
                }
            }
        }
    }

    #[test]
    fn no_life_has_two_texts_without_consent_in_a_day_or_four_in_a_week(events in life()) {
        let (ledger, _) = live(events);
        let counted: Vec<Timestamp> = ledger
            .iter()
            .filter(|(_, fact)| matches!(fact, Fact::TextDecided { counted: true, .. }))
            .map(|(at, _)| *at)
            .collect();
        prop_assert!(counted.windows(2).all(|two| two[1].0 - two[0].0 >= DAY * 1000));
        prop_assert!(counted.windows(4).all(|four| four[3].0 - four[0].0 >= 7 * DAY * 1000));
    }
}
