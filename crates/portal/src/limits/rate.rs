use std::{fmt, num::NonZeroU32, str::FromStr};

/// How many calls are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// All.
    Unlimited,
    /// So many a second in the long run, and so many at once.
    Limited {
        /// In the long run.
        per_second: NonZeroU32,
        /// At once, after a pause.
        burst: NonZeroU32,
    },
}

/// The text is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate is CALLS-A-SECOND:AT-ONCE, both above zero, like 20:300, or `off`")]
pub struct NotARate;

impl Rate {
    /// So many a second, so many at once; zero counts as one.
    pub const fn limited(per_second: u32, burst: u32) -> Self {
        const fn at_least_one(number: u32) -> NonZeroU32 {
            match NonZeroU32::new(number) {
                Some(number) => number,
                None => NonZeroU32::MIN,
            }
        }
        Self::Limited { per_second: at_least_one(per_second), burst: at_least_one(burst) }
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        if text == "off" {
            return Ok(Self::Unlimited);
        }
        let (per_second, burst) = text.split_once(':').ok_or(NotARate)?;
        let number = |text: &str| text.parse().map_err(|_| NotARate);
        Ok(Self::Limited { per_second: number(per_second)?, burst: number(burst)? })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unlimited => f.write_str("off"),
            Self::Limited { per_second, burst } => write!(f, "{per_second}:{burst}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_what_it_writes_and_nothing_without_a_limit() {
        for text in ["off", "20:300", "1:1"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for text in ["", "20", "0:300", "20:0", "-1:2", "20:300:1", "OFF"] {
            assert_eq!(text.parse::<Rate>(), Err(NotARate), "{text}");
        }
    }
}
