//! Roles, as the accessibility tree has them.

/// What kind of thing something is to a screen reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// A line that unfolds to more.
    Disclosure,
    /// Something that leads elsewhere.
    Link,
    /// Something to type into.
    Field,
    /// A box to check.
    Checkbox,
    /// One of several choices.
    Radio,
    /// A heading of any level.
    Heading,
    /// Words that are read out at once.
    Alert,
    /// Words that are read out when there is time.
    Status,
    /// A dialog over the page.
    Dialog,
}

impl Role {
    /// What may have this role; the browser has the last word.
    pub fn candidates(self) -> &'static str {
        match self {
            Self::Button => "button, [role=button], input[type=submit], input[type=button]",
            Self::Disclosure => "summary",
            Self::Link => "a[href], [role=link]",
            Self::Field => "input, textarea, select, [role=textbox], [role=combobox]",
            Self::Checkbox => "input[type=checkbox], [role=checkbox]",
            Self::Radio => "input[type=radio], [role=radio]",
            Self::Heading => "h1, h2, h3, h4, h5, h6, [role=heading]",
            Self::Alert => "[role=alert]",
            Self::Status => "[role=status], output",
            Self::Dialog => "dialog, [role=dialog], [role=alertdialog]",
        }
    }

    /// Whether a browser's name for a role means this one.
    pub fn is(self, computed: &str) -> bool {
        let names: &[&str] = match self {
            Self::Button => &["button"],
            // No role of ARIA is meant for it: browsers say none, or a name of their own.
            Self::Disclosure => {
                &["", "DisclosureTriangle", "DisclosureTriangleGrouped", "summary", "button", "generic"]
            }
            Self::Link => &["link"],
            // Browsers name a date, a number and a list to choose from differently.
            Self::Field => &[
                "textbox",
                "searchbox",
                "spinbutton",
                "combobox",
                "listbox",
                "TextField",
                "DateTime",
                "text field",
            ],
            Self::Checkbox => &["checkbox"],
            Self::Radio => &["radio"],
            Self::Heading => &["heading"],
            Self::Alert => &["alert"],
            Self::Status => &["status"],
            Self::Dialog => &["dialog", "alertdialog"],
        };
        names.contains(&computed)
    }
}
