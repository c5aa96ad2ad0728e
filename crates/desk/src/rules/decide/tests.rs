use super::*;
use crate::rules::{
    fact::{Channel, Confirmation, Source},
    scope::Scope,
};

pub(super) const NEW_YORK: &str = "America/New_York";
const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// A local time in New York.
fn at(local: &str) -> Timestamp {
    let local: jiff::civil::DateTime = local.parse().unwrap();
    Timestamp(local.in_tz(NEW_YORK).unwrap().timestamp().as_millisecond())
}

/// A Monday, 10 o'clock.
pub(super) fn monday() -> Timestamp {
    at("2026-11-23T10:00:00")
}

fn request(category: Category) -> Request {
    Request {
        person: "p-1".into(),
        category,
        kind: Kind::Message,
        zone: Some(NEW_YORK.into()),
        of_age: false,
    }
}

pub(super) fn standing(facts: &[(Timestamp, Fact)]) -> Standing {
    let mut standing = Standing::default();
    facts.iter().for_each(|(at, fact)| standing.apply(*at, fact));
    standing
}

fn confirmed() -> (Timestamp, Fact) {
    (monday().plus_seconds(-DAY), Fact::NumberConfirmed { how: Confirmation::Yes })
}

fn consent(category: Category, form: ConsentForm) -> Fact {
    let source = Source::Paper("folder 7".into());
    let (since, until) = (monday().plus_seconds(-DAY), None);
    Fact::ConsentGiven { category, person: "p-1".into(), form, since, until, source, for_child: false }
}

pub(super) fn out(scope: Scope) -> Fact {
    Fact::OptedOut { scope, channel: Channel::Page }
}

fn codes(standing: &Standing, request: &Request, now: Timestamp) -> Vec<&'static str> {
    match decide(&Policy::built_in(), standing, request, now) {
        Ok(_) => vec![],
        Err(denied) => denied.refused.iter().map(|one| one.code()).collect(),
    }
}

fn permit(standing: &Standing, request: &Request, now: Timestamp) -> Permit {
    decide(&Policy::built_in(), standing, request, now).unwrap()
}

fn texted(standing: &mut Standing, request: &Request, at: Timestamp) {
    let permit = permit(standing, request, at);
    standing.apply(at, &permit.fact(format!("text-{}", at.0), request));
}

#[test]
fn care_goes_without_consent_and_counts_with_consent_it_does_not() {
    let message = request(Category::Messages);
    let before = standing(&[confirmed()]);
    assert_eq!(permit(&before, &message, monday()).basis, Basis::Transactional);
    assert!(permit(&before, &message, monday()).counted);
    let agreed = consent(Category::Messages, ConsentForm::CareTexts);
    let after = standing(&[confirmed(), (monday(), agreed)]);
    assert_eq!(permit(&after, &message, monday()).basis, Basis::Consent);
    assert!(!permit(&after, &message, monday()).counted);
}

#[test]
fn payments_recall_surveys_and_marketing_need_their_own_consent() {
    for category in [Category::Payments, Category::Recall, Category::Surveys, Category::Marketing] {
        let asked = request(category);
        let other = consent(Category::Messages, ConsentForm::MarketingWritten);
        let without = standing(&[confirmed(), (monday(), other)]);
        assert_eq!(codes(&without, &asked, monday()), ["consent-missing"]);
        let own = standing(&[confirmed(), (monday(), consent(category, ConsentForm::MarketingWritten))]);
        assert_eq!(permit(&own, &asked, monday()).basis, Basis::Consent);
    }
    let spoken = consent(Category::Marketing, ConsentForm::CareTexts);
    let spoken = standing(&[confirmed(), (monday(), spoken)]);
    assert_eq!(codes(&spoken, &request(Category::Marketing), monday()), ["consent-missing"]);
}

#[test]
fn a_consent_is_one_persons_and_lasts_as_long_as_it_says() {
    let survey = request(Category::Surveys);
    let agreed = Fact::ConsentGiven {
        category: Category::Surveys,
        person: "p-1".into(),
        form: ConsentForm::CareTexts,
        since: monday(),
        until: Some(monday().plus_seconds(HOUR)),
        source: Source::Record("r-1".into()),
        for_child: false,
    };
    let standing = standing(&[confirmed(), (monday().plus_seconds(-5), agreed)]);
    assert_eq!(codes(&standing, &survey, monday().plus_seconds(-1)), ["consent-missing"]);
    assert_eq!(codes(&standing, &survey, monday()), [""; 0]);
    assert_eq!(codes(&standing, &survey, monday().plus_seconds(HOUR - 1)), [""; 0]);
    assert_eq!(codes(&standing, &survey, monday().plus_seconds(HOUR)), ["consent-missing"]);
    let sibling = Request { person: "p-2".into(), ..survey };
    assert_eq!(codes(&standing, &sibling, monday()), ["consent-missing"]);
}

#[test]
fn what_a_helper_agreed_to_for_a_child_is_no_basis_for_the_adult_nor_is_the_number_by_itself() {
    for category in [Category::Messages, Category::Surveys] {
        let Fact::ConsentGiven { person, form, since, until, source, .. } =
            consent(category, ConsentForm::CareTexts)
        else {
            panic!("a consent");
        };
        let agreed = Fact::ConsentGiven { category, person, form, since, until, source, for_child: true };
        let standing = standing(&[confirmed(), (monday(), agreed)]);
        let child = request(category);
        assert_eq!(codes(&standing, &child, monday()), [""; 0], "{category}");
        let adult = Request { of_age: true, ..child };
        assert_eq!(codes(&standing, &adult, monday()), ["consent-aged-out"], "{category}");
    }
    // Who agreed for themselves is asked nothing anew by a birthday.
    let own = standing(&[confirmed(), (monday(), consent(Category::Surveys, ConsentForm::CareTexts))]);
    let adult = Request { of_age: true, ..request(Category::Surveys) };
    assert_eq!(codes(&own, &adult, monday()), [""; 0]);
}

#[test]
fn consent_taken_back_is_not_replaced_by_the_number_having_been_given() {
    let back = Fact::ConsentWithdrawn {
        category: Category::Messages,
        person: "p-1".into(),
        source: Source::Record("r-2".into()),
    };
    let standing = standing(&[confirmed(), (monday(), back)]);
    assert_eq!(codes(&standing, &request(Category::Messages), monday()), ["consent-withdrawn"]);
    assert_eq!(codes(&standing, &request(Category::Forms), monday()), [""; 0]);
}

#[test]
fn one_text_a_day_and_three_a_week_go_without_consent_and_the_refusal_says_when_the_next_may() {
    let message = request(Category::Messages);
    let mut standing = standing(&[confirmed()]);
    texted(&mut standing, &message, monday());
    let soon = monday().plus_seconds(DAY - 1);
    let denied = decide(&Policy::built_in(), &standing, &message, soon).unwrap_err();
    assert_eq!(denied.refused, [Refused::WithoutConsentLimit]);
    assert_eq!(denied.may_go_at, Some(monday().plus_seconds(DAY)));
    texted(&mut standing, &message, monday().plus_seconds(DAY));
    texted(&mut standing, &request(Category::Forms), monday().plus_seconds(2 * DAY));
    let fourth =
        decide(&Policy::built_in(), &standing, &message, monday().plus_seconds(3 * DAY)).unwrap_err();
    assert_eq!(fourth.refusals()[0].may_go_at, Some(monday().plus_seconds(7 * DAY)));
}

#[test]
fn a_limit_that_ends_at_night_names_the_morning() {
    let message = request(Category::Messages);
    let mut standing = standing(&[confirmed()]);
    // Sent at 10:00 on a Saturday; Sunday opens at 12:00.
    texted(&mut standing, &message, at("2026-11-28T10:00:00"));
    let denied = decide(&Policy::built_in(), &standing, &message, at("2026-11-28T23:00:00")).unwrap_err();
    assert_eq!(denied.refused, [Refused::QuietHours, Refused::WithoutConsentLimit]);
    assert_eq!(denied.may_go_at, Some(at("2026-11-29T12:00:00")));
}

#[test]
fn room_ready_just_after_a_check_in_is_outside_hours_and_count() {
    let mut standing = standing(&[confirmed()]);
    texted(&mut standing, &request(Category::Messages), at("2026-11-23T19:00:00"));
    let checked_in = at("2026-11-23T22:00:00");
    let ready = Request { kind: Kind::RoomReady { checked_in }, ..request(Category::Appointments) };
    assert!(!permit(&standing, &ready, checked_in.plus_seconds(30 * MINUTE)).counted);
    let late = checked_in.plus_seconds(30 * MINUTE + 1);
    assert_eq!(codes(&standing, &ready, late), ["quiet-hours", "limit-without-consent"]);
    let other = Request { category: Category::Marketing, ..ready.clone() };
    assert_eq!(codes(&standing, &other, checked_in), ["consent-missing"]);
    standing.apply(checked_in, &out(Scope::Everything));
    assert_eq!(codes(&standing, &ready, checked_in), ["number-opted-out"]);
}

#[test]
fn an_unconfirmed_number_and_one_confirmed_more_than_twelve_months_ago_are_asked_about_first() {
    let message = request(Category::Messages);
    assert_eq!(codes(&Standing::default(), &message, monday()), ["number-unconfirmed"]);
    let (then, fact) = (at("2025-11-24T10:00:00"), confirmed().1);
    let once = standing(&[(then, fact)]);
    assert_eq!(codes(&once, &message, at("2026-11-24T09:59:59")), [""; 0]);
    assert_eq!(codes(&once, &message, at("2026-11-24T10:00:00")), ["number-unconfirmed"]);
}

#[test]
fn the_number_is_asked_about_once_a_week_and_never_after_an_opt_out() {
    let ask = Request { kind: Kind::Number, ..request(Category::Security) };
    let mut standing = Standing::default();
    texted(&mut standing, &ask, monday());
    assert_eq!(codes(&standing, &ask, monday().plus_seconds(7 * DAY - 1)), ["not-asked-for"]);
    assert_eq!(codes(&standing, &ask, monday().plus_seconds(7 * DAY)), [""; 0]);
    standing.apply(monday(), &out(Scope::Everything));
    assert_eq!(codes(&standing, &ask, monday().plus_seconds(7 * DAY)), ["number-opted-out"]);
}

#[test]
fn an_opt_out_is_confirmed_once_within_five_minutes_and_nothing_else_follows() {
    let done = Request { kind: Kind::OptOutDone, ..request(Category::Security) };
    let asked = Request { kind: Kind::Asked, ..request(Category::Security) };
    let mut standing = standing(&[confirmed(), (monday(), out(Scope::Everything))]);
    assert_eq!(codes(&standing, &asked, monday()), ["number-opted-out"]);
    assert_eq!(codes(&standing, &done, monday().plus_seconds(5 * MINUTE)), [""; 0]);
    assert!(!codes(&standing, &done, monday().plus_seconds(5 * MINUTE + 1)).is_empty());
    texted(&mut standing, &done, monday().plus_seconds(1));
    assert!(!codes(&standing, &done, monday().plus_seconds(2)).is_empty());
}

#[test]
fn a_clinic_cannot_call_its_own_message_security() {
    assert_eq!(codes(&standing(&[confirmed()]), &request(Category::Security), monday()), ["not-asked-for"]);
}

#[test]
fn a_pause_ends_by_itself_and_without_a_zone_nothing_goes() {
    let until = at("2026-11-30T10:00:00");
    let paused = standing(&[confirmed(), (monday(), Fact::Paused { until: Some(until) })]);
    let denied = decide(&Policy::built_in(), &paused, &request(Category::Forms), monday()).unwrap_err();
    assert_eq!((denied.refused, denied.may_go_at), (vec![Refused::Paused], Some(until)));
    let nowhere = Request { zone: None, ..request(Category::Forms) };
    assert_eq!(codes(&standing(&[confirmed()]), &nowhere, monday()), ["zone-unknown"]);
}

#[test]
fn every_refusal_has_a_code_of_its_own_a_reason_and_a_remedy() {
    let all = [
        Refused::OptedOut(Scope::Everything),
        Refused::Reported,
        Refused::ConsentWithdrawn(Category::Recall),
        Refused::ConsentMissing(Category::Recall),
        Refused::NotAskedFor,
        Refused::Unconfirmed { lapsed: false },
        Refused::ZoneUnknown,
        Refused::QuietHours,
        Refused::WithoutConsentLimit,
        Refused::CategoryLimit(Category::Recall),
        Refused::Paused,
    ];
    let mut codes: Vec<_> = all.iter().map(|one| one.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len());
    for refusal in all.map(|one| one.refusal(None)) {
        assert!(!refusal.reason.is_empty() && refusal.remedy.ends_with('.'), "{refusal}");
    }
}
