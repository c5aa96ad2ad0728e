//! What is read or known to be harmless, where.

use crate::questionnaire::{extension::url, item::Kind};

/// Of one kind of object.
pub(super) struct Known {
    pub(super) members: &'static [&'static str],
    pub(super) extensions: &'static [&'static str],
}

/// Elements with words, whose `_name` sibling may hold translations.
pub(super) const WORDS: [&str; 9] = [
    "title",
    "description",
    "copyright",
    "text",
    "prefix",
    "display",
    "valueString",
    "valueMarkdown",
    "purpose",
];

pub(super) const OF_WORDS: Known = Known { members: &["id"], extensions: &[url::TRANSLATION, url::MARKDOWN] };

/// An element without words.
pub(super) const BARE: Known = Known { members: &["id"], extensions: &[] };

/// The form. What is not read here says who made it, for whom and when.
pub(super) const FORM: Known = Known {
    members: &[
        "resourceType",
        "id",
        "meta",
        "language",
        "text",
        "contained",
        "url",
        "identifier",
        "version",
        "name",
        "title",
        "derivedFrom",
        "status",
        "experimental",
        "subjectType",
        "date",
        "publisher",
        "contact",
        "description",
        "useContext",
        "jurisdiction",
        "purpose",
        "copyright",
        "approvalDate",
        "lastReviewDate",
        "effectivePeriod",
        "code",
        "item",
    ],
    extensions: &[],
};

pub(super) const ITEM: Known = Known {
    members: &[
        "id",
        "linkId",
        "definition",
        "code",
        "prefix",
        "text",
        "type",
        "enableWhen",
        "enableBehavior",
        "required",
        "repeats",
        "readOnly",
        "maxLength",
        "answerValueSet",
        "answerOption",
        "initial",
        "item",
    ],
    extensions: &[
        url::ITEM_CONTROL,
        url::MIN_VALUE,
        url::MAX_VALUE,
        url::MIN_QUANTITY,
        url::MAX_QUANTITY,
        url::MIN_LENGTH,
        url::REGEX,
        url::ENTRY_FORMAT,
        url::HIDDEN,
        url::UNIT,
        url::UNIT_OPTION,
        url::UNIT_VALUE_SET,
        url::MAX_DECIMAL_PLACES,
        url::MIN_OCCURS,
        url::MAX_OCCURS,
        url::MIME_TYPE,
        url::MAX_SIZE,
        url::SLIDER_STEP,
        url::ORIENTATION,
        url::CATEGORY,
        url::SUPPORT_LINK,
        url::CONSTRAINT,
    ],
};

pub(super) const ENABLE_WHEN: Known = Known {
    members: &[
        "id",
        "question",
        "operator",
        "answerBoolean",
        "answerDecimal",
        "answerInteger",
        "answerDate",
        "answerDateTime",
        "answerTime",
        "answerString",
        "answerCoding",
        "answerQuantity",
        "answerReference",
    ],
    extensions: &[],
};

pub(super) const OPTION: Known = Known {
    members: &[
        "id",
        "valueInteger",
        "valueDate",
        "valueTime",
        "valueString",
        "valueCoding",
        "valueReference",
        "initialSelected",
    ],
    extensions: &[url::ORDINAL_VALUE, url::ITEM_WEIGHT, url::OPTION_PREFIX, url::OPTION_EXCLUSIVE],
};

pub(super) const INITIAL: Known = Known {
    members: &[
        "id",
        "valueBoolean",
        "valueDecimal",
        "valueInteger",
        "valueDate",
        "valueDateTime",
        "valueTime",
        "valueString",
        "valueUri",
        "valueAttachment",
        "valueCoding",
        "valueQuantity",
        "valueReference",
    ],
    extensions: &[],
};

/// `userSelected` is for those who receive a code, not for those who offer it.
pub(super) const CODING: Known = Known {
    members: &["id", "system", "version", "code", "display", "userSelected"],
    extensions: &[url::ORDINAL_VALUE, url::ITEM_WEIGHT, url::CODED_ORDINAL],
};

pub(super) const QUANTITY: Known =
    Known { members: &["id", "value", "comparator", "unit", "system", "code"], extensions: &[] };

pub(super) const ATTACHMENT: Known = Known {
    members: &["id", "contentType", "language", "data", "url", "size", "hash", "title", "creation"],
    extensions: &[],
};

/// A value set or code system: its lists are read, the rest says where it is from.
pub(super) const VALUE_SET: Known = Known {
    members: &[
        "resourceType",
        "id",
        "meta",
        "language",
        "text",
        "url",
        "identifier",
        "version",
        "name",
        "title",
        "status",
        "experimental",
        "date",
        "publisher",
        "contact",
        "description",
        "useContext",
        "jurisdiction",
        "immutable",
        "purpose",
        "copyright",
        "compose",
        "expansion",
        "caseSensitive",
        "valueSet",
        "hierarchyMeaning",
        "compositional",
        "versionNeeded",
        "content",
        "count",
        "concept",
        "property",
    ],
    extensions: &[],
};

/// Ends and parts of the addresses of extensions that change nothing for who fills in: what the form is part of, what becomes
/// of its answers, which rules its author followed.
pub(super) fn is_harmless(url: &str) -> bool {
    const STARTS: [&str; 3] = [
        "http://hl7.org/fhir/uv/cpg/StructureDefinition/cpg-",
        "http://hl7.org/fhir/StructureDefinition/cqf-",
        "http://hl7.org/fhir/StructureDefinition/artifact-",
    ];
    const ENDS: [&str; 12] = [
        "/questionnaire-fhirType",
        "/questionnaire-baseType",
        "/questionnaire-referenceResource",
        "/questionnaire-referenceProfile",
        "/questionnaire-referenceFilter",
        "/sdc-questionnaire-observationExtract",
        "/sdc-questionnaire-observationLinkPeriod",
        "/sdc-questionnaire-observation-extract-category",
        "/sdc-questionnaire-itemExtractionContext",
        "/sdc-questionnaire-shortText",
        "/designNote",
        "/sdc-questionnaire-performerType",
    ];
    STARTS.iter().any(|start| url.starts_with(start)) || ENDS.iter().any(|end| url.ends_with(end))
}

const TEXTS: &[Kind] = &[Kind::String, Kind::Text, Kind::Url, Kind::OpenChoice];
const ORDERED: &[Kind] =
    &[Kind::Integer, Kind::Decimal, Kind::Quantity, Kind::Date, Kind::DateTime, Kind::Time];
const NUMBERS: &[Kind] = &[Kind::Integer, Kind::Decimal, Kind::Quantity];
const NOT_DISPLAY: &[Kind] = &[
    Kind::Group,
    Kind::Boolean,
    Kind::Decimal,
    Kind::Integer,
    Kind::Date,
    Kind::DateTime,
    Kind::Time,
    Kind::String,
    Kind::Text,
    Kind::Url,
    Kind::Choice,
    Kind::OpenChoice,
    Kind::Attachment,
    Kind::Reference,
    Kind::Quantity,
];

/// Elements and extensions that mean something for some types only.
pub(super) const FOR_TYPES: &[(&str, &[Kind])] = &[
    ("required", NOT_DISPLAY),
    ("repeats", NOT_DISPLAY),
    ("maxLength", TEXTS),
    (url::MIN_LENGTH, TEXTS),
    (url::REGEX, TEXTS),
    (url::MIN_VALUE, ORDERED),
    (url::MAX_VALUE, ORDERED),
    (url::MIN_QUANTITY, &[Kind::Quantity]),
    (url::MAX_QUANTITY, &[Kind::Quantity]),
    (url::UNIT, NUMBERS),
    (url::UNIT_OPTION, NUMBERS),
    (url::UNIT_VALUE_SET, NUMBERS),
    (url::MAX_DECIMAL_PLACES, &[Kind::Decimal, Kind::Quantity]),
    (url::MIN_OCCURS, NOT_DISPLAY),
    (url::MAX_OCCURS, NOT_DISPLAY),
    (url::MIME_TYPE, &[Kind::Attachment]),
    (url::MAX_SIZE, &[Kind::Attachment]),
    (url::SLIDER_STEP, NUMBERS),
    (url::CATEGORY, &[Kind::Display]),
];
