//! `/demo/phone`: the texts as a patient's phone shows them, oldest first.

use super::{Here, frame};
use crate::demo::{content::DemoPatient, when};
use maud::{Markup, html};
use postern_protocol::time::Timestamp;

/// One text on the phone.
pub struct PhoneText {
    /// Its words.
    pub text: String,
    /// When it came.
    pub at: Timestamp,
    /// Whose phone it is; `None` for somebody the demo does not know.
    pub to: Option<&'static DemoPatient>,
    /// State of its link, as the desk has it.
    pub link_state: Option<String>,
}

/// The page.
pub fn page(clinic: &str, texts: &[PhoneText]) -> Markup {
    let intro = html! {
        h1 { "Text messages" }
        p.soft { "Tap a link, as a patient would. Under each text stands the birth date to type." }
    };
    frame(Here::Phone, "Patient’s phone", &intro, &phone(clinic, texts))
}

fn phone(clinic: &str, texts: &[PhoneText]) -> Markup {
    html! {
        section.phone aria-label="Phone" {
            header {
                div.face aria-hidden="true" { (clinic.chars().next().unwrap_or('?')) }
                h2 { (clinic) }
            }
            @if texts.is_empty() {
                p.soft { "No text yet." }
            }
            ol.texts {
                @for text in texts {
                    li {
                        time datetime=(when::machine(text.at)) { (when::short(text.at)) }
                        p.bubble { (linked(&text.text)) }
                        @if let Some(to) = text.to {
                            p.hint { "For " (to.name) ". Birth date: " b { (to.birth_date_in_words) } (ended(text)) }
                        }
                    }
                }
            }
        }
    }
}

/// What became of a link that cannot be read any more, so that whoever tries the demo knows what to expect.
fn ended(text: &PhoneText) -> &'static str {
    match text.link_state.as_deref() {
        Some("expired") => ". Its time is over.",
        Some("recalled" | "recalling") => ". The clinic took it back.",
        Some("locked") => ". Somebody guessed ten times.",
        Some("closed" | "closing") => ". It was closed.",
        _ => "",
    }
}

/// The text with its web address as a link, as phones show it.
fn linked(text: &str) -> Markup {
    let link =
        text.split_whitespace().find(|word| word.starts_with("https://") || word.starts_with("http://"));
    match link.and_then(|link| text.split_once(link).map(|around| (around, link))) {
        Some(((before, after), link)) => html! {
            (before) a href=(link) target="_blank" rel="noopener noreferrer" { (link) } (after)
        },
        None => html! { (text) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::content::PATIENTS;

    fn shown(text: &str) -> String {
        let text = PhoneText {
            text: text.into(),
            at: Timestamp(0),
            to: Some(&PATIENTS[0]),
            link_state: Some("locked".into()),
        };
        page("Oak Street Clinic", &[text]).into_string()
    }

    #[test]
    fn a_text_shows_its_link_and_the_birth_date_to_type() {
        let page = shown("Oak: open http://127.0.0.1:8787/m#abc Questions? 5");
        assert!(page.contains(r#"href="http://127.0.0.1:8787/m#abc""#), "{page}");
        assert!(page.contains("</a> Questions? 5"), "{page}");
        assert!(page.contains("April 12, 1980"), "{page}");
        assert!(page.contains("guessed ten times"), "{page}");
    }

    #[test]
    fn what_a_text_says_is_text() {
        let page = shown("<script>1</script> http://x/\"onclick=1");
        assert!(page.contains("&lt;script&gt;1&lt;/script&gt;"), "{page}");
        assert!(page.contains(r#"href="http://x/&quot;onclick=1""#), "{page}");
    }

    #[test]
    fn nothing_on_the_page_is_inline() {
        let page = shown("hello");
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("onclick"), "{page}");
    }
}
