//! A send that was refused is a line of the ledger, too: with what the rules were asked and what they said, so that it can be asked again.

use super::plan::Plan;
use crate::{
    desk::Desk,
    ledger,
    rules::{self, Denied, Refused, Request},
    trouble::Trouble,
};
use postern_protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The member of such a line that carries the rules' part.
pub const MEMBER: &str = "denied";

/// What the rules were asked and what they said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeniedThen {
    /// The keyed hash of the number.
    pub number: String,
    /// What they were asked.
    pub asked: Request,
    /// The policy it was decided under.
    pub policy: String,
    /// The codes of what stood against it.
    pub codes: Vec<String>,
    /// When it might go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_go_at: Option<Timestamp>,
}

impl DeniedThen {
    /// Whether the same was said.
    pub fn says(&self, denied: &Denied) -> bool {
        self.may_go_at == denied.may_go_at
            && denied.refused.iter().map(|one| one.code()).eq(self.codes.iter())
    }
}

impl Desk {
    /// Writes it down, where there is such a patient.
    pub(super) async fn note_refused(&self, plan: &Plan, now: Timestamp) -> Result<(), Trouble> {
        let Some(kept) = plan.addressee.kept() else { return Ok(()) };
        let codes: Vec<&str> = plan.refusals.iter().map(|one| one.code).collect();
        let mut what = json!({ "patient": kept.person.id, "codes": codes });
        let number = kept.person.number.as_deref().map(|number| self.number_key(number));
        let mut write = self.store.write().await?;
        if let (Some(number), Some(asked), Some(Err(denied))) = (number, &plan.asked, &plan.decided) {
            // Of the same moment as the line: something said since the plan would make it another decision.
            let standing = rules::book::read(&mut write, &self.vault, &number).await?;
            if let Err(again) = rules::decide(&plan.policy, &standing, asked, now)
                && again == *denied
            {
                rules::in_force::keep(&mut write, &plan.policy, now).await?;
                let then = DeniedThen {
                    number,
                    asked: asked.clone(),
                    policy: plan.policy.id.clone(),
                    codes: denied.refused.iter().map(|one: &Refused| one.code().to_owned()).collect(),
                    may_go_at: denied.may_go_at,
                };
                what[MEMBER] = serde_json::to_value(then).expect("what was asked is plain JSON");
            }
        }
        let entry = self.staff_entry(now, "send-refused", None, what);
        ledger::append(&mut write, &self.vault, &mut self.rng(), entry).await?;
        Ok(write.commit().await?)
    }
}
