//! Why a form cannot be used.

use alloc::{string::String, vec::Vec};

/// Where in a form something stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// `linkId`s from the outermost item inwards; empty for the form itself.
    pub link_ids: Vec<String>,
    /// The element there, `enableWhen`; empty for the item itself.
    pub element: String,
}

impl core::fmt::Display for Place {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.link_ids.split_first() {
            None => out.write_str("form")?,
            Some((first, rest)) => {
                out.write_str("item ")?;
                out.write_str(first)?;
                for one in rest {
                    out.write_str(" > ")?;
                    out.write_str(one)?;
                }
            }
        }
        if self.element.is_empty() {
            return Ok(());
        }
        out.write_str(", ")?;
        out.write_str(&self.element)
    }
}

/// One thing that keeps a form from being used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Refusal {
    /// Where.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The JSON is another resource.
    #[error("this is no Questionnaire")]
    NotAQuestionnaire,
    /// It is written in FHIR R5.
    #[error("this is FHIR R5; R4 is needed")]
    FhirR5,
    /// It is written in FHIR STU3.
    #[error("this is FHIR STU3; R4 is needed")]
    FhirStu3,
    /// An element that R4 requires is not there.
    #[error("is missing")]
    Missing,
    /// An element has another type or form than R4 gives it, or a value that does not exist.
    #[error("has another type or form than FHIR R4 gives it")]
    Wrong,
    /// A code outside the value set that R4 binds it to.
    #[error("holds a code that FHIR R4 does not know")]
    UnknownCode,
    /// A rule for reading the form that this engine does not know: ignoring it could turn the meaning round.
    #[error("changes the meaning of the form in a way that is not known here")]
    Modifier,
    /// An expression (FHIRPath, CQL) would have to be calculated.
    #[error("needs an expression to be calculated: {0}")]
    Expression(String),
    /// A list of answers that is not in the form.
    #[error("the value set {0} is not contained in the form")]
    ExternalValueSet(String),
    /// A contained list that names its codes by a rule, by another list outside, or not at all.
    #[error("the contained value set {0} does not list its codes")]
    ValueSetNotListed(String),
    /// Two items have one `linkId`.
    #[error("another item has the same linkId")]
    SameLinkId,
    /// A condition asks for an item that is not there.
    #[error("there is no question {0}")]
    NoSuchQuestion(String),
    /// A condition compares in a way that its question's type does not have.
    #[error("the question is of a type that cannot be compared so")]
    CannotCompare,
    /// Items enable each other in a circle.
    #[error("whether these are enabled depends on themselves: {}", .0.join(", "))]
    Circle(Vec<String>),
    /// A question within a text.
    #[error("a display item cannot hold questions")]
    QuestionWithinDisplay,
    /// Both `answerOption` and `answerValueSet`.
    #[error("has two lists of answers")]
    TwoLists,
    /// An element that items of this type cannot have.
    #[error("items of this type cannot have it")]
    NotForThisType,
    /// An initial value of another type, or none of the answers to choose from.
    #[error("an initial value is no answer to this question")]
    InitialDoesNotFit,
    /// Several initial values of a question that takes one.
    #[error("more initial values than the question takes answers")]
    TooManyInitial,
    /// Required, and the patient has no way to answer it.
    #[error("an answer is required and none can be given")]
    CannotBeAnswered,
    /// The lower limit is above the upper.
    #[error("the lower limit is above the upper")]
    LimitsCross,
    /// A regular expression that this side does not understand.
    #[error("the regular expression is not understood")]
    PatternNotUnderstood,
    /// A signature is wanted.
    #[error("a signature is not supported")]
    Signature,
    /// A part of the form is elsewhere.
    #[error("a part of the form is in another questionnaire")]
    SubQuestionnaire,
    /// Deeper than 48 levels, or more than 10,000 items.
    #[error("too deep or too large")]
    TooLarge,
}
