use super::{ClockSetting, Output, State};
use clap::Args;
use std::path::PathBuf;

/// Answer what a patient wrote back: in the page they have open, and by a text with a link of its own.
///
/// Both are done once, however often the command is repeated with the same words. If a rule stands against the text, the answer
/// stands in the open page all the same; the command says which rule, and ends with status 3.
#[derive(Args)]
pub struct Reply {
    #[command(flatten)]
    pub state: State,
    /// The reply's id, or its link's: then the newest reply on it
    #[arg(value_name = "RECORD|LINK")]
    pub to: String,
    /// The answer: paragraphs, *emphasis*, **strong**, lists, links; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: PathBuf,
    /// Let the running desk send the text after this time, and only if nobody has read the answer in the open page: 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = seconds)]
    pub text_after: u32,
    /// The same key again is the same answer
    #[arg(long, value_name = "KEY")]
    pub idempotency_key: Option<String>,
    #[command(flatten)]
    pub clock: ClockSetting,
    #[command(flatten)]
    pub output: Output,
}

fn seconds(text: &str) -> Result<u32, &'static str> {
    const FORM: &str = "a time is a number and s or m, such as 30s or 5m, up to 60m";
    let (number, unit) = match (text.strip_suffix('s'), text.strip_suffix('m')) {
        (Some(seconds), _) => (seconds, 1),
        (_, Some(minutes)) => (minutes, 60),
        _ => return Err(FORM),
    };
    let seconds = number.parse::<u16>().ok().map(|number| u32::from(number) * unit);
    seconds.filter(|seconds| *seconds <= 3600).ok_or(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_waits_an_hour_at_most() {
        assert_eq!((seconds("0s"), seconds("90s"), seconds("60m")), (Ok(0), Ok(90), Ok(3600)));
        for text in ["", "5", "61m", "3601s", "-1s", "1h", "s"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
