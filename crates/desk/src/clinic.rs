//! What a clinic says about itself: CLINIC.toml.

use crate::{consent::Texting, replies::Office, send::action::Actions, texts::gsm7};
use postern_protocol::{
    id::{ClinicId, NotAClinicId},
    wire::link_open::PublicClinic,
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A clinic's name in a text has at most so many letters.
pub const TEXT_NAME_LETTERS: usize = 24;

/// CLINIC.toml, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clinic {
    /// What the portal and the pages show.
    pub public: PublicClinic,
    /// The name in a text message: at most 24 letters.
    pub text_name: String,
    /// Country of numbers written without one, ISO 3166-1 alpha-2.
    pub country: String,
    /// The host of its links, where it is not the portal's own.
    pub host: Option<String>,
    /// What it says about its texts where it asks for consent.
    #[serde(default)]
    pub texting: Option<Texting>,
    /// Where its messages may lead to.
    #[serde(default)]
    pub actions: Actions,
    /// When somebody reads what patients write back; without it no reply is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replies: Option<Office>,
    /// Where it is, an IANA name: the zone of patients of whom none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// CLINIC.toml cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClinicError {
    /// No TOML, a member missing or unknown.
    #[error("CLINIC.toml cannot be read: {0}")]
    Toml(String),
    /// The id has another form.
    #[error("CLINIC.toml, id: {0}")]
    Id(#[from] NotAClinicId),
    /// The name in a text is too long or empty.
    #[error(
        "CLINIC.toml, text_name: a text shows 1 to {TEXT_NAME_LETTERS} letters, without line breaks or braces"
    )]
    TextName,
    /// The phone number is none.
    #[error("CLINIC.toml, phone: not a telephone number that can be called in {country}")]
    Phone {
        /// The clinic's country.
        country: String,
    },
    /// The country is unknown.
    #[error("CLINIC.toml, country: two capital letters such as US")]
    Country,
    /// What stands in `[texting]` cannot be shown.
    #[error(
        "CLINIC.toml, texting: legal_name, counts of 1 or more, and policies with the versions of texting, terms and privacy"
    )]
    Texting,
    /// A host in `[actions]` is none that a patient may be sent to.
    #[error(
        "CLINIC.toml, actions: hosts are names such as pay.oak.example, with :port where it is not 443, not {0}"
    )]
    Action(String),
    /// What stands in `[replies]` cannot be kept.
    #[error(
        "CLINIC.toml, replies: zone above it, answer_within_hours from 1 to 80, and [[replies.open]] with days (mon to sun), from \
         and until (08:00); closed is a list of days such as 2026-12-25"
    )]
    Replies,
    /// The time zone does not exist.
    #[error("CLINIC.toml, zone: a time zone such as America/New_York")]
    Zone,
    /// The colour has another form.
    #[error("CLINIC.toml, accent: a colour is #rrggbb")]
    Accent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    name: String,
    text_name: Option<String>,
    phone: String,
    country: String,
    host: Option<String>,
    zone: Option<String>,
    #[serde(default = "emergency")]
    emergency: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    hours: String,
    accent: String,
    texting: Option<Texting>,
    #[serde(default)]
    actions: Actions,
    replies: Option<Office>,
}

fn emergency() -> String {
    "911".into()
}

impl Clinic {
    /// Reads CLINIC.toml.
    ///
    /// # Errors
    /// What has another form than it must have.
    pub fn from_toml(text: &str) -> Result<Self, ClinicError> {
        let file: File =
            toml::from_str(text).map_err(|error| ClinicError::Toml(error.message().to_owned()))?;
        let text_name = file.text_name.unwrap_or_else(|| file.name.clone());
        let letters = text_name.chars().count();
        if !(1..=TEXT_NAME_LETTERS).contains(&letters) || text_name.contains(['\n', '\r', '{', '}']) {
            return Err(ClinicError::TextName);
        }
        let country = phonenumber::country::Id::from_str(&file.country).map_err(|_| ClinicError::Country)?;
        let number = phonenumber::parse(Some(country), &file.phone)
            .ok()
            .filter(phonenumber::is_valid)
            .ok_or_else(|| ClinicError::Phone { country: file.country.clone() })?;
        if file.zone.as_deref().is_some_and(|zone| jiff::tz::TimeZone::get(zone).is_err()) {
            return Err(ClinicError::Zone);
        }
        let is_colour = file.accent.len() == 7
            && file.accent.starts_with('#')
            && file.accent.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
        if !is_colour {
            return Err(ClinicError::Accent);
        }
        if file.texting.as_ref().is_some_and(|texting| !texting.is_complete()) {
            return Err(ClinicError::Texting);
        }
        let actions = file.actions.checked().map_err(ClinicError::Action)?;
        if file.replies.as_ref().is_some_and(|office| file.zone.is_none() || !office.is_complete()) {
            return Err(ClinicError::Replies);
        }
        let public = PublicClinic {
            id: ClinicId::new(file.id)?,
            name: file.name,
            phone: file.phone,
            phone_e164: number.format().mode(phonenumber::Mode::E164).to_string(),
            emergency: file.emergency,
            address: file.address,
            hours: file.hours,
            accent: file.accent,
        };
        Ok(Self {
            public,
            text_name,
            country: file.country,
            host: file.host,
            texting: file.texting,
            actions,
            replies: file.replies,
            zone: file.zone,
        })
    }

    /// Whether its name in texts fits the GSM-7 alphabet; otherwise every text costs more segments.
    pub fn name_is_gsm7(&self) -> bool {
        gsm7::fits(&self.text_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OAK: &str = r##"
id = "oak"
name = "Oak Street Clinic"
phone = "(202) 555-0143"
country = "US"
accent = "#1d5c4d"
"##;

    #[test]
    fn a_clinics_file_gives_its_public_block() {
        let clinic = Clinic::from_toml(OAK).unwrap();
        assert_eq!(clinic.public.phone_e164, "+12025550143");
        assert_eq!(clinic.public.emergency, "911");
        assert_eq!(clinic.text_name, "Oak Street Clinic");
        assert!(clinic.name_is_gsm7());
    }

    #[test]
    fn each_trouble_is_named() {
        let with = |from: &str, to: &str| Clinic::from_toml(&OAK.replace(from, to));
        assert!(matches!(with("\"oak\"", "\"Oak\""), Err(ClinicError::Id(_))));
        assert!(matches!(with("Oak Street", "Oak Street and Elm Avenue"), Err(ClinicError::TextName)));
        assert!(matches!(with("(202) 555-0143", "12"), Err(ClinicError::Phone { .. })));
        assert!(matches!(with("\"US\"", "\"XX\""), Err(ClinicError::Country)));
        assert!(matches!(with("#1d5c4d", "green"), Err(ClinicError::Accent)));
        assert!(matches!(with("country", "zone = \"Oak/Street\"\ncountry"), Err(ClinicError::Zone)));
        assert!(with("country", "zone = \"America/New_York\"\ncountry").is_ok());
        let office = |hours: &str| {
            let more = format!(
                "accent = \"#1d5c4d\"\nzone = \"America/New_York\"\n[replies]\nanswer_within_hours = {hours}\n\
                 [[replies.open]]\ndays = [\"mon\"]\nfrom = \"08:00\"\nuntil = \"17:00\"\n"
            );
            with("accent = \"#1d5c4d\"", &more)
        };
        assert_eq!(office("4").unwrap().replies.unwrap().answer_within_hours, 4);
        assert!(matches!(office("0"), Err(ClinicError::Replies)));
        assert!(matches!(with("accent", "accents"), Err(ClinicError::Toml(_))));
    }
}
