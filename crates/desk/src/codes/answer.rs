//! Answering the requests that wait.

use super::{
    make::Made,
    request::{End, Request, Step},
};
use crate::{
    desk::Desk,
    portal::{PortalClient, PortalError},
    send::{
        error::{Obstacle, SendError},
        upload::Failure,
    },
    transport::{Sms, Transport},
    trouble::Trouble,
};
use postern_protocol::{factor::FactorKind, wire::desk_links::SlotRequest};

/// A request dies after so long.
const LIVES_SECONDS: i64 = 10 * 60;
const LEVEL: u8 = 1;

impl Desk {
    /// Answers every request that waits. One that cannot be answered now stays, until it is too old; nobody else's waits for it.
    pub(crate) async fn answer_code_requests(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
    ) -> Result<(), Trouble> {
        for request in self.code_requests().await? {
            match self.answer_code_request(portal, transport, request).await {
                Ok(()) | Err(Failure::Obstacle(_)) => {}
                Err(Failure::Send(SendError::Trouble(trouble))) => return Err(trouble),
                Err(Failure::Send(_)) => {}
            }
        }
        Ok(())
    }

    async fn answer_code_request(
        &self,
        portal: &PortalClient,
        transport: &dyn Transport,
        mut request: Request,
    ) -> Result<(), Failure> {
        if self.now() >= request.asked_at.plus_seconds(LIVES_SECONDS) {
            return Ok(self.end_code_request(&request, End::Lapsed).await?);
        }
        if let Step::Asked = request.step {
            let made = match self.make_code(portal, &request).await {
                Err(Failure::Obstacle(Obstacle::Portal(PortalError::Refused(code))))
                    if !PortalError::Refused(code).may_pass() =>
                {
                    Made::Refused(vec![code.as_str()])
                }
                made => made?,
            };
            request.step = match made {
                Made::Kept(step) => step,
                Made::Refused(codes) => {
                    return Ok(self.end_code_request(&request, End::Refused(codes)).await?);
                }
            };
        }
        let Step::Made { slot, n, making } = &request.step else { return Ok(()) };
        let upload = SlotRequest {
            factor: FactorKind::Code,
            level: LEVEL,
            record: making.record.clone(),
            slot: making.slot.clone(),
        };
        match portal.put_slot(&request.lid, *slot, &upload).await {
            Ok(()) => {}
            Err(PortalError::Refused(code)) if !PortalError::Refused(code).may_pass() => {
                return Ok(self.end_code_request(&request, End::Refused(vec![code.as_str()])).await?);
            }
            Err(error) => return Err(error.into()),
        }
        let (now, to, text) = (self.now(), making.to.clone(), making.text.clone());
        let sms = Sms { n: *n, to, text, at: now, lid: Some(request.lid) };
        transport.hand_over(&sms).await.map_err(|error| Failure::Obstacle(Obstacle::Transport(error)))?;
        Ok(self.end_code_request(&request, End::Texted).await?)
    }
}
