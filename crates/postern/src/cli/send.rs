use super::{ClockSetting, Output, State};
use clap::{ArgGroup, Args};
use postern_protocol::{category::Category, time::Timestamp};
use std::path::PathBuf;

/// Send a message: seals it, uploads it, hands over one text with the link.
///
/// The patient is named by the id they were imported under; birth date and number come from there and are never typed here.
#[derive(Args)]
#[command(group = ArgGroup::new("content").required(true).multiple(true).args(["bundle", "subject", "template", "consent"]))]
pub struct Send {
    #[command(flatten)]
    pub state: State,
    /// The patient's id
    #[arg(long, value_name = "PATIENT")]
    pub to: String,
    /// To this helper of theirs instead: the helper's number, and their own birth date opens it
    #[arg(long, value_name = "HELPER")]
    pub helper: Option<String>,
    /// A message about another patient behind the same link, a FHIR Bundle; may be given again
    #[arg(long, value_name = "PATIENT=FILE", value_parser = also)]
    pub also: Vec<(String, PathBuf)>,
    /// The message as a FHIR Bundle of type collection
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
    /// The heading of a message in plain words
    #[arg(long, requires = "text_file", conflicts_with = "bundle")]
    pub subject: Option<String>,
    /// Its text: paragraphs, *emphasis*, **strong**, lists, links; `-` reads standard input
    #[arg(long, value_name = "FILE", requires = "subject")]
    pub text_file: Option<PathBuf>,
    /// The words of the text message, such as appointment-reminder; alone, also what is read behind the link
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// The visit it is about, a FHIR Appointment
    #[arg(long, value_name = "FILE", requires = "template", conflicts_with_all = ["bundle", "subject"])]
    pub appointment: Option<PathBuf>,
    /// Ask for a consent: care-texts, marketing, or a file with your own words, its first line the title
    #[arg(long, value_name = "KIND|FILE", conflicts_with_all = ["bundle", "subject", "appointment"])]
    pub consent: Option<String>,
    /// Ask to pay at the https address in this file: a button that names its host, which has to be on the clinic's list
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bundle", "consent"])]
    pub pay: Option<PathBuf>,
    /// Lead to a visit by video at the https address in this file, likewise
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bundle", "consent", "pay"])]
    pub join: Option<PathBuf>,
    /// What it is about, as the rules on sending tell it apart; default: what fits the template
    #[arg(long, value_name = "CATEGORY")]
    pub category: Option<Category>,
    /// When the patient checked in, for a room that is ready: such a text may go outside the hours
    #[arg(long, value_name = "MOMENT", value_parser = super::moment, requires = "template")]
    pub checked_in: Option<Timestamp>,
    /// How long the link lives: 1h to 90d
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = seconds)]
    pub expires: i64,
    /// Offer no reply, whatever the clinic usually does
    #[arg(long)]
    pub no_reply: bool,
    /// The same key again is the same message, also long after it was sent
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    /// Send nothing: show the text, its length, what the rules say, and what the patient would see
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}

fn also(text: &str) -> Result<(String, PathBuf), &'static str> {
    let parts = text.split_once('=').filter(|(patient, file)| !patient.is_empty() && !file.is_empty());
    let (patient, file) = parts.ok_or("write it as PATIENT=FILE: the patient's id and a FHIR Bundle")?;
    Ok((patient.to_owned(), file.into()))
}

fn seconds(text: &str) -> Result<i64, &'static str> {
    const FORM: &str = "a time is a number and h or d, such as 36h or 7d, from 1h to 90d";
    let (number, unit) = match (text.strip_suffix('h'), text.strip_suffix('d')) {
        (Some(hours), _) => (hours, 3600),
        (_, Some(days)) => (days, 86_400),
        _ => return Err(FORM),
    };
    let seconds = number.parse::<u32>().ok().map(|number| i64::from(number) * unit);
    seconds.filter(|seconds| (3600..=90 * 86_400).contains(seconds)).ok_or(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_links_life_is_one_hour_to_ninety_days() {
        assert_eq!(seconds("7d"), Ok(604_800));
        assert_eq!(seconds("1h"), Ok(3600));
        assert_eq!(seconds("90d"), Ok(7_776_000));
        for text in ["", "7", "0h", "91d", "-1d", "1w", "9999999999d", "h"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
