//! One item of a form, as it was compiled.

use super::{
    answer::{Answer, Coding},
    condition::Enable,
    constraint::Constraint,
    words::Words,
};
use crate::{code::codes, markdown::Target};
use alloc::{string::String, vec::Vec};

/// Which item of its form: its place in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub(crate) u32);

impl ItemId {
    /// The place in document order, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

codes! {
    /// `Questionnaire.item.type` (`http://hl7.org/fhir/item-type`, R4).
    Kind {
        /// Holds other items.
        Group => "group",
        /// Only says something.
        Display => "display",
        /// Yes or no.
        Boolean => "boolean",
        /// A number.
        Decimal => "decimal",
        /// A whole number.
        Integer => "integer",
        /// A day.
        Date => "date",
        /// A day and time.
        DateTime => "dateTime",
        /// A time of day.
        Time => "time",
        /// A line of text.
        String => "string",
        /// Text of many lines.
        Text => "text",
        /// An address on the web.
        Url => "url",
        /// One or more of a list.
        Choice => "choice",
        /// One or more of a list, or own words.
        OpenChoice => "open-choice",
        /// A photo or document.
        Attachment => "attachment",
        /// Points at a resource of the clinic: shown, never changed by the patient.
        Reference => "reference",
        /// A number with a unit.
        Quantity => "quantity",
    }
}

impl Kind {
    /// It can be answered.
    pub fn is_question(self) -> bool {
        !matches!(self, Self::Group | Self::Display)
    }
}

codes! {
    /// How an item wants to be drawn (`questionnaire-itemControl`, R4 and SDC).
    Control {
        /// A group that is one screen.
        Page => "page",
        /// Groups side by side behind tabs.
        TabContainer => "tab-container",
        /// A list.
        List => "list",
        /// A table, questions down, answers across.
        Table => "table",
        /// As a table, turned.
        HorizontalTable => "htable",
        /// A table with a row for each repeat.
        GroupTable => "gtable",
        /// A table of answers.
        AnswerTable => "atable",
        /// Stays at the top.
        Header => "header",
        /// Stays at the bottom.
        Footer => "footer",
        /// Words within the question.
        Inline => "inline",
        /// Words before the field.
        Prompt => "prompt",
        /// Words behind the field.
        Unit => "unit",
        /// Words at a slider's lower end.
        Lower => "lower",
        /// Words at its upper end.
        Upper => "upper",
        /// Words that come up beside the field.
        Flyover => "flyover",
        /// Words shown when help is asked for.
        Help => "help",
        /// Terms.
        Legal => "legal",
        /// Narrows a list while one types.
        Autocomplete => "autocomplete",
        /// A list that folds out.
        DropDown => "drop-down",
        /// Boxes to tick.
        CheckBox => "check-box",
        /// A search in a list.
        Lookup => "lookup",
        /// Round buttons, one of them pressed.
        RadioButton => "radio-button",
        /// A handle on a line.
        Slider => "slider",
        /// A number with plus and minus.
        Spinner => "spinner",
        /// A field.
        TextBox => "text-box",
    }
}

codes! {
    /// What a display item is for (`questionnaire-displayCategory`).
    Category {
        /// How to fill in.
        Instructions => "instructions",
        /// How the answers are kept.
        Security => "security",
        /// More about the question.
        Help => "help",
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Names the item in form and response.
    pub link_id: String,
    /// What it is.
    pub kind: Kind,
    /// Stands before the text: `1.`, `(a)`.
    pub prefix: Option<Words>,
    /// The question, heading or text.
    pub text: Option<Words>,
    /// Must be answered where it is enabled.
    pub required: bool,
    /// Takes several answers; of a group: may stand several times.
    pub repeats: bool,
    /// The patient cannot change it. Inherited from the groups around it.
    pub read_only: bool,
    /// Never drawn; its initial value goes into the response. Inherited likewise.
    pub hidden: bool,
    /// What an answer must keep to.
    pub limits: Limits,
    /// How it wants to be drawn.
    pub control: Option<Control>,
    /// Choices stand beside each other.
    pub horizontal: bool,
    /// The answers to choose from.
    pub choices: Vec<Choice>,
    /// Answers that are there from the start.
    pub initial: Vec<Answer>,
    /// How an answer is written, `YYYY-MM-DD`.
    pub entry_format: Option<Words>,
    /// Units to choose from; with one, it is the unit.
    pub units: Vec<Coding>,
    /// Rules between this answer and others.
    pub constraints: Vec<Constraint>,
    /// What a display item is for.
    pub category: Option<Category>,
    /// More to read elsewhere.
    pub link: Option<Target>,
    pub(crate) parent: Option<ItemId>,
    /// Its place among the children of its parent.
    pub(crate) ordinal: u32,
    /// Just behind its last descendant.
    pub(crate) end: u32,
    pub(crate) enable: Enable,
    /// Items whose conditions read this one.
    pub(crate) readers: Vec<ItemId>,
    /// Of this item and those within it, the ones that have readers.
    pub(crate) read_within: Vec<ItemId>,
    /// Above the rank of everything its own conditions look at.
    pub(crate) rank: u32,
}

/// What an answer must keep to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// Letters at least.
    pub min_length: Option<u32>,
    /// Letters at most.
    pub max_length: Option<u32>,
    /// The whole text follows this regular expression.
    pub pattern: Option<String>,
    /// Smallest value.
    pub min: Option<Answer>,
    /// Largest value.
    pub max: Option<Answer>,
    /// Digits behind the point at most.
    pub max_decimal_places: Option<u32>,
    /// Answers, or repeats of a group, at least.
    pub min_occurs: u32,
    /// At most.
    pub max_occurs: Option<u32>,
    /// Media types, `image/*`; empty is any.
    pub media: Vec<String>,
    /// Bytes at most.
    pub max_bytes: Option<f64>,
    /// From one slider position to the next.
    pub slider_step: Option<u32>,
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What is answered by choosing it.
    pub answer: Answer,
    /// What the patient reads; `None` where the value speaks for itself (a number, a day, a time).
    pub words: Option<Words>,
    /// Stands before the words.
    pub prefix: Option<Words>,
    /// What it counts in a score.
    pub score: Option<f64>,
    /// It excludes all others: "none of these".
    pub exclusive: bool,
}
