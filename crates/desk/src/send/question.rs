//! What goes with a message beside what it says: a consent that is asked for, by request, or because the clinic asks before a
//! number's first message; and how the patient's texts stand.

use super::{
    content::{self, Composed},
    recipient::Addressee,
    request::{Content, SendRequest},
};
use crate::{
    consent::{
        Ask,
        offer::{self, Asked},
    },
    desk::Desk,
    refusal::Refusal,
    texts::{template::Template, words::Chosen},
    trouble::Trouble,
};

impl Desk {
    /// The message of a request.
    ///
    /// # Errors
    /// The store fails; inside, everything that stands against it.
    pub(crate) async fn compose(
        &self,
        request: &SendRequest,
        addressee: &Addressee,
        words: Chosen,
        template: Template,
    ) -> Result<Result<Composed, Vec<Refusal>>, Trouble> {
        let named = self.policies_to_name(words.language).await?;
        let policies = named.as_deref().map_err(Vec::as_slice);
        let asked = addressee.kept().and_then(|kept| {
            let (patient, number) = (kept.person.id.as_str(), kept.person.number.as_deref()?);
            Some(Asked { clinic: &self.clinic, patient, number, language: words.language, policies })
        });
        let content = match (&request.content, asked) {
            (Content::Consent(ask), Some(asked)) => offer::bundle(ask, asked).map(Content::Bundle),
            // Nobody to ask, or no number to ask at, has been refused already.
            (Content::Consent(_), None) => Err(Vec::new()),
            (content, _) => Ok(content.clone()),
        };
        let sent = postern_fhir::instant::to_text(self.now().0);
        let composed = content.and_then(|content| {
            content::compose(&content, words.template(template), &self.clinic.public.name, &sent)
        });
        let mut composed = match composed {
            Ok(composed) => composed,
            Err(refusals) => return Ok(Err(refusals)),
        };
        if let Some(task) = &request.action {
            composed.join(content::collection([task.write().into()]));
        }
        if let Some(asked) = asked
            && composed.bundle.consents().next().is_none()
            && self.asks_first(asked).await?
        {
            match offer::bundle(&Ask::CareTexts, asked) {
                Ok(question) => composed.join(question),
                Err(refusals) => return Ok(Err(refusals)),
            }
        }
        let composed = composed.asking(asked).and_then(|composed| composed.acting(&self.clinic.actions));
        let composed = match composed {
            Ok(composed) => composed,
            Err(refusals) => return Ok(Err(refusals)),
        };
        let Some((kept, asked)) = addressee.kept().zip(asked) else { return Ok(Ok(composed)) };
        let sheet = self.preferences_sheet(kept, asked.number).await?;
        let offer = self.reply_offer().filter(|_| !request.no_reply);
        Ok(Ok(composed.with_preferences(&sheet).with_replies(offer)))
    }

    /// The clinic asks before a number's first message, nobody there has chosen anything, and nothing was asked there before.
    async fn asks_first(&self, asked: Asked<'_>) -> Result<bool, Trouble> {
        if !self.clinic.texting.as_ref().is_some_and(|texting| texting.ask_first) {
            return Ok(false);
        }
        let known: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM consent WHERE patient_key = ?1)
               OR EXISTS (SELECT 1 FROM message JOIN link USING (lid), json_each(message.kinds)
                          WHERE link.patient_key = ?1 AND link.number_key = ?2 AND json_each.value = 'Consent')",
        )
        .bind(self.patient_key(asked.patient))
        .bind(self.number_key(asked.number))
        .fetch_one(self.store.read())
        .await?;
        Ok(!known)
    }
}
