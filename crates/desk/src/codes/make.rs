//! A code and its registration, OPAQUE's client side (RFC 9807 section 5). The result is kept before the portal is told.

use super::request::{Making, Request, Step};
use crate::{
    desk::Desk,
    ledger::{Actor, Entry},
    portal::{PortalClient, PortalError},
    rules,
    send::{error::Obstacle, notice::next_number, upload::Failure},
    store::StoreError,
    texts::{render::render, template::Template, words},
    vault::Place,
};
use postern_protocol::{
    base64url::Bytes,
    category::Category,
    derive::{ContentKey, ContentKeys, LinkKeys},
    envelope::slot,
    error_code::ErrorCode,
    factor::{Code, Factor},
    link::LinkSecret,
    opaque::client::{Registered, Registration},
};
use rand_core::RngCore;
use std::collections::BTreeMap;

/// Slots that a crash may have used up before one is taken.
const SLOTS: u16 = 4;
const CODES: u32 = 1_000_000;

/// What came of making it.
pub(super) enum Made {
    /// Kept; it goes to the portal next.
    Kept(Step),
    /// It may not go: the codes of what stands against it.
    Refused(Vec<&'static str>),
}

/// Six digits, each of the million as likely as any other.
fn digits(rng: &mut impl RngCore) -> String {
    // Above it the lower numbers would come a little more often.
    let most = u32::MAX - u32::MAX % CODES;
    loop {
        let drawn = rng.next_u32();
        if drawn < most {
            return format!("{:06}", drawn % CODES);
        }
    }
}

impl Desk {
    /// Makes the code for a request on a live link that is opened by codes.
    pub(super) async fn make_code(&self, portal: &PortalClient, request: &Request) -> Result<Made, Failure> {
        type Row = (String, String, Option<Vec<u8>>, Option<Vec<u8>>, Option<u16>);
        let lid = request.lid.to_text();
        let live: Option<Row> = sqlx::query_as(
            "SELECT patient_key, number_key, secret, content_key,
               (SELECT max(slot) FROM code_request WHERE code_request.lid = link.lid)
             FROM link WHERE lid = ? AND policy = 'otp' AND state = 'active'",
        )
        .bind(&lid)
        .fetch_optional(self.store.read())
        .await?;
        let Some((patient_key, number_key, Some(secret), Some(content_key), last)) = live else {
            return Ok(Made::Refused(vec!["link-not-open"]));
        };
        let person = self.patient_by_key(&patient_key).await?.ok_or(StoreError::Inconsistent("link"))?.person;
        // The code goes to the number that the link went to, or nowhere.
        let Some(number) = person.number.as_deref().filter(|one| self.number_key(one) == number_key) else {
            return Ok(Made::Refused(vec!["number-changed"]));
        };
        let asked = rules::Request {
            person: person.id.clone(),
            category: Category::Security,
            kind: rules::Kind::Asked,
            zone: person.zone.clone().or_else(|| self.clinic.zone.clone()),
            // A code rests on no consent.
            of_age: false,
        };
        let opened = |column, sealed: &[u8]| self.vault.open(Place::new("link", column, &lid), sealed);
        let secret: [u8; 16] = opened("secret", &secret)?
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Inconsistent("link.secret"))?;
        let content_key: [u8; 32] = opened("content_key", &content_key)?
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Inconsistent("link.content_key"))?;
        let secret = LinkSecret::from_bytes(secret);
        let code = digits(&mut self.rng());
        let first = last.unwrap_or(0) + 1;
        let (slot, registered) = self.register_code(portal, request, &secret, &code, first).await?;
        let keys = ContentKeys::First(ContentKey::from_bytes(content_key));
        let sealed = slot::seal(&mut self.rng(), &registered.export_key, &secret, &request.lid, slot, &keys);
        let making = Making {
            record: Bytes(registered.record),
            slot: sealed,
            to: number.to_owned(),
            text: self.code_text(person.language.as_deref(), &code).await?,
            asked,
        };
        self.keep_code(request, slot, making, &number_key).await
    }

    async fn register_code(
        &self,
        portal: &PortalClient,
        request: &Request,
        secret: &LinkSecret,
        code: &str,
        first: u16,
    ) -> Result<(u16, Registered), Failure> {
        let (keys, mut rng) = (LinkKeys::derive(secret), self.rng());
        let factor = Factor::Code(Code::parse(code).map_err(|_| StoreError::Inconsistent("code"))?);
        let mut slot = first;
        loop {
            let (registration, asked) = Registration::start(&mut rng, &keys, &factor, &self.clinic.public.id);
            match portal.start_registration(&request.lid, slot, asked).await {
                Ok(response) => {
                    let registered = registration
                        .finish(&mut rng, &response)
                        .map_err(|_| Failure::Obstacle(Obstacle::Registration))?;
                    return Ok((slot, registered));
                }
                Err(PortalError::Refused(ErrorCode::RegistrationClosed)) if slot < first + SLOTS => slot += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The text, its last line bound to the portal's host.
    async fn code_text(&self, language: Option<&str>, code: &str) -> Result<String, Failure> {
        let pin = self.portal_pin().await?.ok_or(StoreError::Inconsistent("pin"))?;
        let host = pin.links().split_once("://").map_or(pin.links(), |(_, host)| host).to_owned();
        let values = BTreeMap::from([
            ("clinic", self.clinic.text_name.as_str()),
            ("code", code),
            ("host", host.as_str()),
        ]);
        let words = words::choose(language);
        Ok(render(&words.template(Template::Code).text, &values)
            .map_err(|_| StoreError::Inconsistent("words"))?)
    }

    /// Asks the rules where nothing can come in between, and keeps what was made.
    async fn keep_code(
        &self,
        request: &Request,
        slot: u16,
        making: Making,
        number_key: &str,
    ) -> Result<Made, Failure> {
        let (policy, now) = (self.policy().await?, self.now());
        let mut write = self.store.write().await?;
        let standing = rules::book::read(&mut write, &self.vault, number_key).await?;
        let permit = match rules::decide(&policy, &standing, &making.asked, now) {
            Ok(permit) => permit,
            Err(denied) => {
                return Ok(Made::Refused(denied.refusals().iter().map(|one| one.code).collect()));
            }
        };
        rules::in_force::keep(&mut write, &policy, now).await?;
        let n = next_number(&mut write).await?;
        let sealed = self.vault.seal_json(
            &mut self.rng(),
            Place::new("code_request", "sealed", &request.rid),
            &making,
        );
        sqlx::query("UPDATE code_request SET state = 'made', slot = ?, n = ?, sealed = ? WHERE rid = ?")
            .bind(slot)
            .bind(n)
            .bind(sealed)
            .bind(&request.rid)
            .execute(&mut *write)
            .await?;
        let fact = permit.fact(format!("code {n}"), &making.asked);
        let what = serde_json::json!({ "patient": making.asked.person, "rid": request.rid, "slot": slot, "outbox": n });
        let entry = Entry { at: now, actor: Actor::Desk, kind: "code-made", lid: Some(request.lid), what };
        self.book_facts(&mut write, number_key, vec![fact], entry).await?;
        write.commit().await?;
        Ok(Made::Kept(Step::Made { slot, n, making }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    /// A generator that says what it is told to.
    struct Told(Vec<u32>);

    impl RngCore for Told {
        fn next_u32(&mut self) -> u32 {
            self.0.remove(0)
        }
        fn next_u64(&mut self) -> u64 {
            u64::from(self.next_u32())
        }
        fn fill_bytes(&mut self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
            self.fill_bytes(bytes);
            Ok(())
        }
    }

    #[test]
    fn a_code_has_six_digits_and_no_number_comes_more_often_than_another() {
        assert_eq!(digits(&mut Told(vec![7])), "000007");
        assert_eq!(digits(&mut Told(vec![4_293_999_999])), "999999", "the last whole million");
        assert_eq!(digits(&mut Told(vec![4_294_000_000, u32::MAX, 12])), "000012", "the rest is drawn again");
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        assert!((0..1000).all(|_| Code::parse(&digits(&mut rng)).is_ok()));
    }
}
