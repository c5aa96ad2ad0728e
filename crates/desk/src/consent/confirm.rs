//! The text after a consent: how many texts come at most, and how to stop them.

use crate::{
    desk::Desk,
    patients::person::Person,
    rules::{self, Choice, Fact},
    send::notice::Notice,
    store::Connection,
    texts::template::Template,
    trouble::Trouble,
};
use postern_fhir::consent::ConsentKind;
use postern_protocol::category::Category;

impl Desk {
    /// Decides it in the transaction that books the consent; it goes out with the next round of the running desk, unless STOP was said
    /// meanwhile. To another number than the consent is for it does not go.
    pub(super) async fn confirm_consent(
        &self,
        connection: &mut Connection,
        kind: ConsentKind,
        person: &Person,
        number_key: &str,
    ) -> Result<(), Trouble> {
        let (Some(texting), Some(number)) = (&self.clinic.texting, &person.number) else { return Ok(()) };
        if self.number_key(number) != number_key {
            return Ok(());
        }
        let most = match kind {
            ConsentKind::Marketing => texting.marketing_a_month,
            _ => texting.texts_a_month,
        };
        let asked = rules::Request {
            person: person.id.clone(),
            category: Category::Security,
            kind: rules::Kind::Asked,
            zone: person.zone.clone().or_else(|| self.clinic.zone.clone()),
            of_age: false,
        };
        let language = person.language.as_deref();
        let template = Template::Welcome;
        let notice = Notice { number, number_key, language, template, scope: None, most: Some(most), asked };
        self.decide_notice(connection, &self.policy().await?, notice).await?;
        Ok(())
    }
}

/// Whether it agrees to something that was not agreed to already.
pub(super) fn is_new(facts: &[Fact], before: &rules::Standing) -> bool {
    let given = |fact: &Fact| match fact {
        Fact::ConsentGiven { category, person, .. } => {
            !matches!(before.choice(person, *category), Some(Choice::Given { .. }))
        }
        _ => false,
    };
    facts.iter().any(given)
}
