//! One answer, as FHIR types it: the `value[x]` of options, initial values, conditions and responses.

use super::calendar;
use crate::json::Object;
use alloc::{boxed::Box, string::String};
use postern_json::{Number, Value};

/// A value that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `valueBoolean`.
    Boolean(bool),
    /// `valueDecimal`; always finite.
    Decimal(f64),
    /// `valueInteger`.
    Integer(i32),
    /// `valueDate`, whole or only to the month or year.
    Date(String),
    /// `valueDateTime`; with a time of day it has seconds and an offset.
    DateTime(String),
    /// `valueTime`, `14:30:00`.
    Time(String),
    /// `valueString`.
    Text(String),
    /// `valueUri`.
    Uri(String),
    /// `valueCoding`.
    Coding(Box<Coding>),
    /// `valueQuantity`.
    Quantity(Box<Quantity>),
    /// `valueAttachment`.
    Attachment(Box<Attachment>),
    /// `valueReference`, kept whole: it is shown and passed on, never made by the patient.
    Reference(Box<Value>),
}

/// A code of a system with its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coding {
    /// The system that says what the code means.
    pub system: Option<String>,
    /// The system's version.
    pub version: Option<String>,
    /// The code.
    pub code: Option<String>,
    /// Its words.
    pub display: Option<String>,
}

/// A measured amount.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantity {
    /// The number; without it only a unit is said.
    pub value: Option<f64>,
    /// `<`, `<=`, `>=`, `>`.
    pub comparator: Option<String>,
    /// The unit's words.
    pub unit: Option<String>,
    /// The system of `code`.
    pub system: Option<String>,
    /// The unit's code.
    pub code: Option<String>,
}

/// A photo or document. The bytes travel beside the answer unless `data` holds them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// Media type.
    pub content_type: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The bytes in base64.
    pub data: Option<String>,
    /// Where the bytes are.
    pub url: Option<String>,
    /// How many bytes.
    pub size: Option<u32>,
    /// SHA-1 in base64, as R4 wants it.
    pub hash: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// FHIR `dateTime`.
    pub creation: Option<String>,
}

impl Coding {
    /// Both name the same concept: same system and code; without codes, the same words. A version counts where both say one.
    pub fn same(&self, other: &Self) -> bool {
        let version = match (&self.version, &other.version) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        version
            && self.system == other.system
            && self.code == other.code
            && (self.code.is_some() || self.display == other.display)
    }

    pub(crate) fn read(value: &Value) -> Option<Self> {
        value.is_object().then_some(())?;
        let coding = Self {
            system: text(value, "system")?,
            version: text(value, "version")?,
            code: text(value, "code")?,
            display: text(value, "display")?,
        };
        (coding.code.is_some() || coding.display.is_some()).then_some(coding)
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("system", &self.system)
            .text("version", &self.version)
            .text("code", &self.code)
            .text("display", &self.display)
            .build()
    }
}

impl Quantity {
    /// Both are counted in the same unit, so that their numbers compare.
    pub fn same_unit(&self, other: &Self) -> bool {
        match (&self.code, &other.code) {
            (Some(one), Some(two)) => one == two && self.system == other.system,
            _ => self.unit == other.unit,
        }
    }

    pub(crate) fn read(value: &Value) -> Option<Self> {
        value.is_object().then_some(())?;
        let number = match value.get("value") {
            None => None,
            Some(number) => Some(finite(number)?),
        };
        Some(Self {
            value: number,
            comparator: text(value, "comparator")?,
            unit: text(value, "unit")?,
            system: text(value, "system")?,
            code: text(value, "code")?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .maybe("value", self.value.map(number))
            .text("comparator", &self.comparator)
            .text("unit", &self.unit)
            .text("system", &self.system)
            .text("code", &self.code)
            .build()
    }
}

impl Attachment {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        value.is_object().then_some(())?;
        let size = match value.get("size") {
            None => None,
            Some(size) => Some(u32::try_from(size.as_u64()?).ok()?),
        };
        Some(Self {
            content_type: text(value, "contentType")?,
            language: text(value, "language")?,
            data: text(value, "data")?,
            url: text(value, "url")?,
            size,
            hash: text(value, "hash")?,
            title: text(value, "title")?,
            creation: text(value, "creation")?,
        })
    }

    pub(crate) fn write(&self) -> Value {
        Object::new()
            .text("contentType", &self.content_type)
            .text("language", &self.language)
            .text("data", &self.data)
            .text("url", &self.url)
            .maybe("size", self.size)
            .text("hash", &self.hash)
            .text("title", &self.title)
            .text("creation", &self.creation)
            .build()
    }
}

impl Answer {
    /// A text as it may stand in FHIR: control characters are gone, rare spaces (no-break, line separator) are plain ones,
    /// because HL7's own pattern of `string` refuses them. `None` when nothing is left to read.
    pub fn text(typed: &str) -> Option<Self> {
        clean(typed).map(Self::Text)
    }

    /// Reads the `value[x]` (or `answer[x]`, by `prefix`) of an object. `None` when there is none, more than one, one of a
    /// type that R4 does not have there, or one that does not hold: a day that does not exist, an empty text.
    pub(crate) fn read(object: &Value, prefix: &str) -> Option<Self> {
        let mut found = object.as_object()?.iter().filter_map(|(name, value)| {
            let kind = name.strip_prefix(prefix)?;
            kind.starts_with(|first: char| first.is_ascii_uppercase()).then_some((kind, value))
        });
        let (kind, value) = found.next()?;
        if found.next().is_some() {
            return None;
        }
        let checked = |holds: fn(&str) -> bool| value.as_str().filter(|text| holds(text)).map(String::from);
        match kind {
            "Boolean" => value.as_bool().map(Self::Boolean),
            "Decimal" => finite(value).map(Self::Decimal),
            "Integer" => i32::try_from(value.as_i64()?).ok().map(Self::Integer),
            "Date" => checked(calendar::is_date).map(Self::Date),
            "DateTime" => checked(calendar::is_date_time).map(Self::DateTime),
            "Time" => checked(calendar::is_time).map(Self::Time),
            "String" => clean(value.as_str()?).map(Self::Text),
            "Uri" => checked(is_uri).map(Self::Uri),
            "Coding" => Coding::read(value).map(Box::new).map(Self::Coding),
            "Quantity" => Quantity::read(value).map(Box::new).map(Self::Quantity),
            "Attachment" => Attachment::read(value).map(Box::new).map(Self::Attachment),
            "Reference" => value.is_object().then(|| Self::Reference(Box::new(value.clone()))),
            _ => None,
        }
    }

    /// The name of its `value[x]` member, and the value.
    pub(crate) fn write(&self) -> (&'static str, Value) {
        match self {
            Self::Boolean(yes) => ("valueBoolean", Value::Bool(*yes)),
            Self::Decimal(decimal) => ("valueDecimal", number(*decimal)),
            Self::Integer(integer) => ("valueInteger", Value::from(*integer)),
            Self::Date(date) => ("valueDate", Value::from(date.as_str())),
            Self::DateTime(moment) => ("valueDateTime", Value::from(moment.as_str())),
            Self::Time(time) => ("valueTime", Value::from(time.as_str())),
            Self::Text(text) => ("valueString", Value::from(text.as_str())),
            Self::Uri(uri) => ("valueUri", Value::from(uri.as_str())),
            Self::Coding(coding) => ("valueCoding", coding.write()),
            Self::Quantity(quantity) => ("valueQuantity", quantity.write()),
            Self::Attachment(attachment) => ("valueAttachment", attachment.write()),
            Self::Reference(reference) => ("valueReference", Value::clone(reference)),
        }
    }

    /// It is what its type says: a day that exists, a finite number, a text that is not blank.
    pub fn holds(&self) -> bool {
        match self {
            Self::Boolean(_) | Self::Integer(_) | Self::Reference(_) => true,
            Self::Decimal(decimal) => decimal.is_finite(),
            Self::Date(date) => calendar::is_date(date),
            Self::DateTime(moment) => calendar::is_date_time(moment),
            Self::Time(time) => calendar::is_time(time),
            Self::Text(text) => clean(text).as_ref() == Some(text),
            Self::Uri(uri) => is_uri(uri),
            Self::Coding(coding) => coding.code.is_some() || coding.display.is_some(),
            Self::Quantity(quantity) => quantity.value.is_some_and(f64::is_finite),
            Self::Attachment(attachment) => attachment.url.is_some() || attachment.data.is_some(),
        }
    }
}

fn text(object: &Value, name: &str) -> Option<Option<String>> {
    match object.get(name) {
        None => Some(None),
        Some(Value::String(text)) => Some(clean(text)),
        Some(_) => None,
    }
}

fn finite(value: &Value) -> Option<f64> {
    value.as_f64().filter(|decimal| decimal.is_finite())
}

/// A whole number is written as one: 30, not 30.0.
pub(crate) fn number(decimal: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "the next line sees whether it was")]
    let whole = decimal as i64;
    #[expect(clippy::cast_precision_loss, reason = "compared, not kept")]
    if whole as f64 == decimal && whole.unsigned_abs() < 1 << 53 {
        return Value::from(whole);
    }
    Number::from_f64(decimal).map_or(Value::Null, Value::Number)
}

fn is_uri(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
}

fn clean(typed: &str) -> Option<String> {
    let keep = |letter: char| matches!(letter, ' ' | '\t' | '\r' | '\n');
    let cleaned: String = typed
        .chars()
        .filter(|letter| keep(*letter) || letter.is_whitespace() || !letter.is_control())
        .map(|letter| if letter.is_whitespace() && !keep(letter) { ' ' } else { letter })
        .collect();
    (!cleaned.trim().is_empty()).then_some(cleaned)
}
