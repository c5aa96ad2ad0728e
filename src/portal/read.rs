//! The portal's answers out of one [`Value`]: a derived reader a type would double the download. Unknown members are
//! ignored, so that a newer portal serves an older page; the tests hold each reader to the protocol's own type.

use postern_json::Value;
use postern_protocol::{
    error_code::ErrorCode,
    factor::FactorKind,
    id::{ClinicId, record_id_of},
    wire::{
        link_open::{LinkState, OpenResponse, OpenSlot, PublicClinic},
        link_records::LinkRecordResponse,
        records::RecordResponse,
        verify::{FinishResponse, OwnCopy, SessionTimes, StartResponse, WireEnvelope},
    },
};

fn each<T>(value: &Value, name: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.get(name)?.as_array()?.iter().map(read).collect()
}

/// The code of a problem document.
pub fn problem(value: &Value) -> Option<ErrorCode> {
    let code = value.get("code")?.as_str()?;
    Some(ErrorCode::ALL.iter().copied().find(|one| one.as_str() == code).unwrap_or(ErrorCode::Unknown))
}

pub fn open(value: &Value) -> Option<OpenResponse> {
    let state = match value.get("state")?.as_str()? {
        "active" => LinkState::Active,
        "locked" => LinkState::Locked,
        "expired" => LinkState::Expired,
        "recalled" => LinkState::Recalled,
        "closed" => LinkState::Closed,
        _ => return None,
    };
    Some(OpenResponse {
        state,
        slots: each(value, "slots", slot)?,
        tries_left: value.read("tries_left")?,
        expires: value.read("expires")?,
        now: value.read("now")?,
        clinic: clinic(value.get("clinic")?)?,
    })
}

fn slot(value: &Value) -> Option<OpenSlot> {
    let factor = value.get("factor")?.as_str()?;
    let kinds = [FactorKind::BirthDate, FactorKind::Code, FactorKind::Both];
    let factor = kinds.into_iter().find(|kind| kind.as_str() == factor)?;
    Some(OpenSlot { slot: value.read("slot")?, factor, until: value.read("until")? })
}

fn clinic(value: &Value) -> Option<PublicClinic> {
    Some(PublicClinic {
        id: ClinicId::new(value.read::<String>("id")?).ok()?,
        name: value.read("name")?,
        phone: value.read("phone")?,
        phone_e164: value.read("phone_e164")?,
        emergency: value.read("emergency")?,
        address: value.read("address").unwrap_or_default(),
        hours: value.read("hours").unwrap_or_default(),
        accent: value.read("accent")?,
    })
}

pub fn start(value: &Value) -> Option<StartResponse> {
    Some(StartResponse {
        login: value.read("login")?,
        ke2: value.read("ke2")?,
        tries_left: value.read("tries_left")?,
    })
}

pub fn finish(value: &Value) -> Option<FinishResponse> {
    let session = value.get("session")?;
    Some(FinishResponse {
        slot: value.read("slot")?,
        envelopes: messages(value)?,
        own: each(value, "own", |one| {
            Some(OwnCopy {
                rid: record_id_of(one.get("rid")?.as_str()?)?,
                level: one.read("level")?,
                jwe: one.read("jwe")?,
            })
        })?,
        receipts: value.read("receipts")?,
        session: SessionTimes {
            idle_seconds: session.read("idle_seconds")?,
            ends: session.read("ends")?,
            now: session.read("now")?,
        },
    })
}

pub fn messages(value: &Value) -> Option<Vec<WireEnvelope>> {
    each(value, "envelopes", |one| {
        Some(WireEnvelope {
            mid: one.read("mid")?,
            n: one.read("n")?,
            level: one.read("level")?,
            jwe: one.read("jwe")?,
        })
    })
}

pub fn link_record(value: &Value) -> Option<LinkRecordResponse> {
    value.as_object()?;
    Some(LinkRecordResponse {
        desk_heard_seconds_ago: value.read("desk_heard_seconds_ago"),
        code_until: value.read("code_until"),
    })
}

pub fn record(value: &Value) -> Option<RecordResponse> {
    Some(RecordResponse { receipt: value.read("receipt")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_protocol::{
        base64url::{Bytes, FixedBytes},
        time::Timestamp,
        wire::session::MessagesResponse,
    };
    use serde::Serialize;

    fn json(answer: &impl Serialize) -> Value {
        let mut value = postern_json::parse(&serde_json::to_vec(answer).unwrap()).unwrap();
        value.as_object_mut().unwrap().insert("new_member".into(), Value::Bool(true));
        value
    }

    fn every_state() -> Vec<OpenResponse> {
        let states = [
            LinkState::Active,
            LinkState::Locked,
            LinkState::Expired,
            LinkState::Recalled,
            LinkState::Closed,
        ];
        let kinds = [FactorKind::BirthDate, FactorKind::Code, FactorKind::Both];
        let answer = |state| OpenResponse {
            state,
            slots: kinds.map(|factor| OpenSlot { slot: 65535, factor, until: Timestamp(-1) }).to_vec(),
            tries_left: 10,
            expires: Timestamp(2),
            now: Timestamp(1),
            clinic: PublicClinic {
                id: ClinicId::new("oak").unwrap(),
                name: "Oak".into(),
                phone: "555".into(),
                phone_e164: "+1555".into(),
                emergency: "911".into(),
                address: "1 Oak Street".into(),
                hours: "Monday".into(),
                accent: "#005ea5".into(),
            },
        };
        states.map(answer).to_vec()
    }

    #[test]
    fn each_answer_is_read_as_the_protocol_writes_it() {
        for answer in every_state() {
            assert_eq!(open(&json(&answer)), Some(answer));
        }
        let answer = StartResponse { login: FixedBytes([1; 16]), ke2: Bytes(vec![2; 259]), tries_left: 9 };
        assert_eq!(start(&json(&answer)), Some(answer));
        let answer = FinishResponse {
            slot: "slot".into(),
            envelopes: vec![WireEnvelope { mid: FixedBytes([3; 16]), n: 1, level: 2, jwe: "jwe".into() }],
            own: vec![OwnCopy {
                rid: postern_protocol::id::RecordId::from_u128(4),
                level: 1,
                jwe: "own".into(),
            }],
            receipts: vec!["receipt".into()],
            session: SessionTimes { idle_seconds: 600, ends: Timestamp(5), now: Timestamp(4) },
        };
        assert_eq!(finish(&json(&answer)), Some(answer.clone()));
        let answer = MessagesResponse { envelopes: answer.envelopes };
        assert!(messages(&json(&answer)).is_some_and(|one| one == answer.envelopes));
        let answer = RecordResponse { receipt: "receipt".into() };
        assert_eq!(record(&json(&answer)), Some(answer));
        for (desk_heard_seconds_ago, code_until) in [(None, None), (Some(3), Some(Timestamp(4)))] {
            let answer = LinkRecordResponse { desk_heard_seconds_ago, code_until };
            assert_eq!(link_record(&json(&answer)), Some(answer));
        }
    }

    #[test]
    fn an_answer_that_lacks_any_member_is_none() {
        let lacks = |value: &Value, read: &dyn Fn(&Value) -> bool, name: &str| {
            let mut value = value.clone();
            value.as_object_mut().unwrap().remove(name);
            assert!(!read(&value), "{name}");
        };
        let whole = json(&every_state()[0]);
        for name in ["state", "slots", "tries_left", "expires", "now", "clinic"] {
            lacks(&whole, &|value| open(value).is_some(), name);
        }
        let mut other = whole;
        other["state"] = "new".into();
        assert_eq!(open(&other), None, "a state this page does not know is no answer it can act on");
    }
}
