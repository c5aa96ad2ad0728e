use super::{Answer, Kit, Sent, Typed};
use axum::http::Method;
use postern_protocol::{
    base64url::Bytes,
    derive::ContentKeys,
    envelope::slot,
    factor::{Code, Factor, FactorKind},
    opaque::client::Registration,
    wire::{
        desk_links::SlotRequest,
        desk_registration::{RegistrationRequest, RegistrationResponse},
        verify::{FinishRequest, StartResponse},
    },
};

/// Six digits.
pub fn code(digits: &str) -> Factor {
    Factor::Code(Code::parse(digits).unwrap())
}

impl Kit {
    /// What the desk uploads for a code in a slot; the registration may be refused.
    pub async fn make_code(
        &mut self,
        sent: &Sent,
        number: u16,
        code: &Factor,
    ) -> Result<SlotRequest, Answer> {
        let (registration, request) = Registration::start(&mut self.rng, &sent.keys, code, &self.oak.id);
        let body = RegistrationRequest { lid: sent.lid, slot: number, request: Bytes(request) };
        let answer = self.desk(Method::POST, "registration/start", &body).await;
        if answer.status != 200 {
            return Err(answer);
        }
        let response = answer.json::<RegistrationResponse>().response;
        let registered = registration.finish(&mut self.rng, &response.0).unwrap();
        let keys = ContentKeys::First(sent.content.clone());
        Ok(SlotRequest {
            factor: FactorKind::Code,
            level: 1,
            record: Bytes(registered.record),
            slot: slot::seal(&mut self.rng, &registered.export_key, &sent.secret, &sent.lid, number, &keys),
        })
    }

    /// Everything a desk does at the portal to text a code.
    pub async fn upload_code(&mut self, sent: &Sent, number: u16, code: &Factor) -> Answer {
        match self.make_code(sent, number, code).await {
            Ok(request) => self.desk(Method::PUT, &sent.path(&format!("/slots/{number}")), &request).await,
            Err(refused) => refused,
        }
    }

    /// Types a code; where it is right the third message is made and not sent.
    pub async fn type_code(
        &self,
        sent: &Sent,
        number: u16,
        code: &Factor,
        seed: u64,
    ) -> Result<Option<FinishRequest>, Answer> {
        let typed = Typed::new(self, sent, code, number, seed);
        let answer = self.start(sent, &typed.request).await;
        if answer.status != 200 {
            return Err(answer);
        }
        let started: StartResponse = answer.json();
        let done = typed.learn(&started.ke2.0).ok();
        Ok(done.map(|done| FinishRequest { login: started.login, ke3: Bytes(done.ke3.clone()) }))
    }
}
