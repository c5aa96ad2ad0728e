//! Extensions: their addresses, and finding one.

use postern_json::Value;

/// Addresses of the extensions that the engine understands. Names are those of FHIR R4 and SDC.
#[expect(missing_docs, reason = "each is named as the extension is")]
pub mod url {
    pub const ITEM_CONTROL: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl";
    pub const MIN_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/minValue";
    pub const MAX_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/maxValue";
    pub const MIN_QUANTITY: &str =
        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-minQuantity";
    pub const MAX_QUANTITY: &str =
        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-maxQuantity";
    pub const MIN_LENGTH: &str = "http://hl7.org/fhir/StructureDefinition/minLength";
    pub const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
    pub const ENTRY_FORMAT: &str = "http://hl7.org/fhir/StructureDefinition/entryFormat";
    pub const HIDDEN: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden";
    pub const UNIT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";
    pub const UNIT_OPTION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption";
    pub const UNIT_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitValueSet";
    pub const MAX_DECIMAL_PLACES: &str = "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces";
    pub const MIN_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs";
    pub const MAX_OCCURS: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs";
    pub const MIME_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/mimeType";
    pub const MAX_SIZE: &str = "http://hl7.org/fhir/StructureDefinition/maxSize";
    pub const SLIDER_STEP: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-sliderStepValue";
    pub const ORIENTATION: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-choiceOrientation";
    pub const CATEGORY: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-displayCategory";
    pub const SUPPORT_LINK: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-supportLink";
    pub const OPTION_PREFIX: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionPrefix";
    pub const OPTION_EXCLUSIVE: &str =
        "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";
    pub const ORDINAL_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/ordinalValue";
    pub const ITEM_WEIGHT: &str = "http://hl7.org/fhir/StructureDefinition/itemWeight";
    pub const CODED_ORDINAL: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-CO-value";
    pub const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";
    pub const MARKDOWN: &str = "http://hl7.org/fhir/StructureDefinition/rendering-markdown";
    pub const CONSTRAINT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint";
    pub const SIGNATURE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-signatureRequired";
    pub const SUB_QUESTIONNAIRE: &str =
        "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-subQuestionnaire";
}

/// The extensions of an element.
pub(crate) fn all(element: &Value) -> &[Value] {
    element.get("extension").and_then(Value::as_array).map(alloc::vec::Vec::as_slice).unwrap_or_default()
}

/// An extension's address; empty when it has none.
pub(crate) fn url_of(extension: &Value) -> &str {
    extension.get("url").and_then(Value::as_str).unwrap_or_default()
}

/// The first with this address.
pub(crate) fn find<'v>(element: &'v Value, url: &str) -> Option<&'v Value> {
    all(element).iter().find(|one| url_of(one) == url)
}

/// Each with this address.
pub(crate) fn each<'v>(element: &'v Value, url: &'static str) -> impl Iterator<Item = &'v Value> {
    all(element).iter().filter(move |one| url_of(one) == url)
}
