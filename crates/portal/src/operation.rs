//! Every call and page of the portal by name: the one list that router, log, metrics and OpenAPI document are made from.

use crate::rules::{BODY_BYTES, SEALED_BODY_BYTES};

macro_rules! operations {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal, $template:literal;)*) => {
        /// What is called.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $($(#[doc = $doc])* $name,)*
            /// An address that leads nowhere.
            Nowhere,
            /// A route that whoever started the portal put beside its own.
            Beside,
        }

        impl Operation {
            #[cfg(test)]
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in metrics and in the OpenAPI document.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* Self::Nowhere => "nowhere", Self::Beside => "beside" }
            }

            /// Its address, with names for what varies.
            pub fn template(self) -> &'static str {
                match self { $(Self::$name => $template,)* Self::Nowhere | Self::Beside => "none" }
            }

            /// What it does, in a sentence.
            pub fn summary(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),*).trim_ascii(),)*
                    Self::Nowhere | Self::Beside => "",
                }
            }

            /// The one a route's template belongs to.
            pub fn of_template(template: &str) -> Self {
                match template { $($template => Self::$name,)* _ => Self::Beside }
            }
        }
    };
}

operations! {
    /// State of a link, its open slots, tries left, the clinic's public block. Changes nothing.
    LinkOpen = "link-open", "/api/v1/link/open";
    /// Takes what needs no factor: opt-out, wrong person and the like.
    LinkRecords = "link-records", "/api/v1/link/records";
    /// Evaluates a try and counts it before its answer leaves.
    VerifyStart = "verify-start", "/api/v1/verify/start";
    /// Checks the proof, gives the try back, opens the session, hands over what is sealed for it.
    VerifyFinish = "verify-finish", "/api/v1/verify/finish";
    /// Takes one sealed answer and gives its receipt.
    RecordPut = "record-put", "/api/v1/records/{rid}";
    /// The open page says that a message is read or was left.
    SessionSeen = "session-seen", "/api/v1/session/seen";
    /// What was added to the link after a number. Changes nothing.
    SessionMessages = "session-messages", "/api/v1/session/messages";
    /// Ends the session.
    SessionEnd = "session-end", "/api/v1/session/end";
    /// Evaluates the OPRF for a slot that is being registered.
    RegistrationStart = "registration-start", "/api/v1/desk/registration/start";
    /// Makes a link known.
    LinkPut = "link-put", "/api/v1/desk/links/{lid}";
    /// Stores a factor record and its slot, write-once.
    SlotPut = "slot-put", "/api/v1/desk/links/{lid}/slots/{slot}";
    /// Stores one sealed message.
    EnvelopePost = "envelope-post", "/api/v1/desk/links/{lid}/envelopes";
    /// Takes a link back; its key is destroyed before the answer.
    Recall = "recall", "/api/v1/desk/links/{lid}/recall";
    /// Allows five more tries, once on a link.
    Unlock = "unlock", "/api/v1/desk/links/{lid}/unlock";
    /// Ends a link after its answer; its key is destroyed before the answer of this call.
    Close = "close", "/api/v1/desk/links/{lid}/close";
    /// Publishes a text that everybody can read, for ever.
    PolicyPut = "policy-put", "/api/v1/desk/policies/{kind}/{version}/{language}";
    /// After a restore: the state of all live links as the desk knows it.
    Sync = "sync", "/api/v1/desk/sync";
    /// What happened, in order, at least once; waits for news.
    Feed = "feed", "/api/v1/desk/feed";
    /// The bare address.
    Bare = "bare", "/";
    /// The birth-date form.
    BirthDate = "birth-date", "/m";
    /// The newest version of a clinic's text.
    PolicyNewest = "policy-newest", "/policy/{kind}";
    /// One version of it.
    PolicyVersion = "policy-version", "/policy/{kind}/{version}";
    /// One version in one language.
    PolicyLanguage = "policy-language", "/policy/{kind}/{version}/{language}";
    /// The app's files.
    Asset = "asset", "/assets/{name}";
    /// The keys of receipts.
    KeySet = "key-set", "/.well-known/jwks.json";
    /// The process answers.
    Health = "health", "/healthz";
    /// The portal can do its work.
    Ready = "ready", "/readyz";
}

impl Operation {
    /// The largest body it takes.
    pub fn body_bytes(self) -> usize {
        match self {
            Self::RecordPut | Self::EnvelopePost | Self::Sync => SEALED_BODY_BYTES,
            _ => BODY_BYTES,
        }
    }

    /// A call of a patient's page, counted against its clinic's host.
    pub fn is_of_a_patient(self) -> bool {
        self <= Self::SessionEnd
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_one_operations() {
        for operation in Operation::ALL {
            assert_eq!(Operation::of_template(operation.template()), *operation);
            assert!(operation.summary().ends_with('.'), "{operation:?}");
        }
        assert_eq!(Operation::of_template("/demo/phone"), Operation::Beside);
        assert!(Operation::LinkOpen.is_of_a_patient() && !Operation::RegistrationStart.is_of_a_patient());
    }
}
