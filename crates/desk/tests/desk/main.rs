//! The desk from outside: a clinic's state folder, a portal that can be made to fail and to forge, a patient with a phone.

#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that does not hold")]

mod actions;
mod after_consent;
mod answers;
mod at_rest;
mod by_code;
mod consents;
mod consents_on_paper;
mod crashes;
mod endings;
mod fixture;
mod forgeries;
mod helpers;
mod history;
mod keys;
mod ledger_export;
mod live;
mod lives;
mod patient;
mod policies;
mod portal;
mod preferences;
mod reading;
mod real_portal;
mod reminders;
mod replies;
mod requests;
mod retention;
mod rules;
mod sending;
mod several;
mod standings;
mod suppressed;
mod unconfirmed;
