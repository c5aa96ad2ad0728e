//! When a code may follow another, and how one ends: its rows go in one transaction, then its key is overwritten
//! (docs/CODES.md).

use crate::{
    refusal::Refusal,
    rules::{CODE_KEPT_SECONDS, CODE_TRIES, CODES_A_DAY, CODES_AN_HOUR, DAY, HOUR, SWEEP_ROWS},
    service::Service,
    store::{Code, Login, Progress, Transaction, code_key_id},
};
use postern_protocol::{error_code::ErrorCode, factor::FactorKind, id::LinkId, time::Timestamp};

/// Whether a code may be uploaded now, given those of the last day, oldest first.
///
/// # Errors
/// `code-too-soon`, `code-limit`.
pub fn may_follow(last_day: &[Code], now: Timestamp) -> Result<(), ErrorCode> {
    let young = |code: &Code| code.made.plus_seconds(CODE_KEPT_SECONDS) > now;
    if last_day.iter().any(|code| code.can_be_typed(CODE_TRIES, now) && young(code)) {
        return Err(ErrorCode::CodeTooSoon);
    }
    let success = last_day.iter().filter_map(|code| code.accepted).max();
    let since = success.unwrap_or(Timestamp(i64::MIN)).max(now.plus_seconds(-HOUR));
    let this_hour = last_day.iter().filter(|code| code.made > since).count();
    if this_hour >= CODES_AN_HOUR || last_day.len() >= CODES_A_DAY {
        return Err(ErrorCode::CodeLimit);
    }
    Ok(())
}

/// The codes of a link that [`may_follow`] looks at.
///
/// # Errors
/// The store's.
pub async fn of_last_day(
    transaction: &mut dyn Transaction,
    lid: &LinkId,
    now: Timestamp,
) -> Result<Vec<Code>, Refusal> {
    Ok(transaction.codes_since(lid, now.plus_seconds(-DAY)).await?)
}

/// The name of the key that a slot is sealed under: its own where it is a code's, else its link's.
pub fn key_id(lid: &LinkId, slot: u16, factor: FactorKind) -> LinkId {
    match factor {
        FactorKind::BirthDate => *lid,
        FactorKind::Code | FactorKind::Both => code_key_id(lid, slot),
    }
}

/// What a code's lapsed login leaves: one that had opened the link is over with the repeat of its answer; one whose tries are all out
/// is over with the last of them. `true` if the code died of it.
///
/// # Errors
/// The store's.
pub async fn after_login(transaction: &mut dyn Transaction, login: &Login) -> Result<bool, Refusal> {
    let Some(code) = transaction.code(&login.lid, login.slot).await? else { return Ok(false) };
    let over = match login.progress {
        Progress::Done { .. } => true,
        Progress::Started => {
            code.tries >= CODE_TRIES && !transaction.started_logins(&login.lid, login.slot).await?
        }
    };
    Ok(over && transaction.kill_code(&login.lid, login.slot).await?)
}

/// Overwrites the keys of dead codes. When this returns, the bytes are in no file of the second store.
///
/// # Errors
/// The stores'. What failed is done again by the next sweep.
pub async fn destroy_code_keys(service: &Service) -> Result<(), Refusal> {
    loop {
        let dead = service.store.read().await?.dead_codes(SWEEP_ROWS).await?;
        if dead.is_empty() {
            return Ok(());
        }
        for (lid, slot) in &dead {
            service.link_keys.destroy(&code_key_id(lid, *slot)).await?;
        }
        let mut transaction = service.store.write().await?;
        for (lid, slot) in &dead {
            transaction.note_code_gone(lid, *slot).await?;
        }
        service.commit(transaction).await?;
        service.store.scrub().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::CodeState;
    use postern_protocol::base64url::FixedBytes;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn code(seconds_ago: i64, state: CodeState) -> Code {
        let made = NOW.plus_seconds(-seconds_ago);
        Code { state, ..Code::fresh(FixedBytes([1; 16]), 1, made, made.plus_seconds(600)) }
    }

    #[test]
    fn a_code_is_not_replaced_in_its_first_minute_unless_it_can_no_longer_be_typed() {
        assert_eq!(may_follow(&[], NOW), Ok(()));
        assert_eq!(may_follow(&[code(59, CodeState::Live)], NOW), Err(ErrorCode::CodeTooSoon));
        assert_eq!(may_follow(&[code(60, CodeState::Live)], NOW), Ok(()));
        let spent = Code { tries: CODE_TRIES, ..code(5, CodeState::Live) };
        assert_eq!(may_follow(&[spent], NOW), Ok(()));
        assert_eq!(may_follow(&[code(5, CodeState::Dead)], NOW), Ok(()));
    }

    #[test]
    fn the_fourth_in_an_hour_waits_unless_one_of_them_opened_the_link() {
        let three = [3000, 2000, 1000].map(|ago| code(ago, CodeState::Gone));
        assert_eq!(may_follow(&three, NOW), Err(ErrorCode::CodeLimit));
        let mut opened = three;
        opened[1].accepted = Some(opened[1].made.plus_seconds(30));
        assert_eq!(may_follow(&opened, NOW), Ok(()));
        assert_eq!(may_follow(&three, NOW.plus_seconds(600)), Ok(()), "the first is an hour ago");
    }

    #[test]
    fn the_eleventh_in_a_day_waits_though_all_opened_the_link() {
        let ten: Vec<Code> = (1..=10)
            .map(|hours| {
                let made = code(80_000 - hours * 7000, CodeState::Gone);
                Code { accepted: Some(made.made), ..made }
            })
            .collect();
        assert_eq!(may_follow(&ten, NOW), Err(ErrorCode::CodeLimit));
        assert_eq!(may_follow(&ten[1..], NOW), Ok(()));
    }

    proptest! {
        #[test]
        fn who_asks_as_often_as_allowed_gets_no_more_than_the_counts(asked in prop::collection::vec(1_i64..4000, 1..200)) {
            let mut made: Vec<Code> = Vec::new();
            let mut now = NOW;
            for wait in asked {
                now = now.plus_seconds(wait);
                let last_day: Vec<Code> =
                    made.iter().copied().filter(|code| code.made > now.plus_seconds(-DAY)).collect();
                if may_follow(&last_day, now).is_ok() {
                    made.push(Code::fresh(FixedBytes([1; 16]), 1, now, now.plus_seconds(600)));
                }
                let within = |seconds: i64| made.iter().filter(|code| code.made > now.plus_seconds(-seconds)).count();
                prop_assert!(within(HOUR) <= CODES_AN_HOUR && within(DAY) <= CODES_A_DAY);
                prop_assert!(made.windows(2).all(|two| two[1].made.0 - two[0].made.0 >= CODE_KEPT_SECONDS * 1000));
            }
        }
    }
}
