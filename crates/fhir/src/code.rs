//! Codes that FHIR R4 binds, as enums.

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All, in the order of the value set.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// FHIR's code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// From FHIR's code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// `Appointment.status` (`http://hl7.org/fhir/appointmentstatus`).
    AppointmentStatus {
        /// None of the participants has confirmed.
        Proposed => "proposed",
        /// Some have not confirmed.
        Pending => "pending",
        /// Confirmed to go ahead.
        Booked => "booked",
        /// The patient is there.
        Arrived => "arrived",
        /// It took place.
        Fulfilled => "fulfilled",
        /// Called off.
        Cancelled => "cancelled",
        /// Somebody did not come.
        NoShow => "noshow",
        /// It should never have been written.
        EnteredInError => "entered-in-error",
        /// Everything before the visit is done.
        CheckedIn => "checked-in",
        /// On the list for a place.
        Waitlist => "waitlist",
    }
}

codes! {
    /// `Appointment.participant.status` and `AppointmentResponse.participantStatus`
    /// (`http://hl7.org/fhir/participationstatus`).
    ParticipationStatus {
        /// Comes.
        Accepted => "accepted",
        /// Does not come.
        Declined => "declined",
        /// May come; with [`crate::PROPOSED_NEW_TIME_URL`]: asks for another time.
        Tentative => "tentative",
        /// Has not answered.
        NeedsAction => "needs-action",
    }
}

codes! {
    /// A day of the week (`http://hl7.org/fhir/days-of-week`).
    Weekday {
        /// Monday.
        Monday => "mon",
        /// Tuesday.
        Tuesday => "tue",
        /// Wednesday.
        Wednesday => "wed",
        /// Thursday.
        Thursday => "thu",
        /// Friday.
        Friday => "fri",
        /// Saturday.
        Saturday => "sat",
        /// Sunday.
        Sunday => "sun",
    }
}

codes! {
    /// A time of day (`http://hl7.org/fhir/event-timing`, the three that a front desk asks for).
    TimeOfDay {
        /// Morning.
        Morning => "MORN",
        /// Afternoon.
        Afternoon => "AFT",
        /// Evening.
        Evening => "EVE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_others_are_unknown() {
        for status in AppointmentStatus::ALL {
            assert_eq!(AppointmentStatus::from_code(status.code()), Some(*status));
        }
        for status in ParticipationStatus::ALL {
            assert_eq!(ParticipationStatus::from_code(status.code()), Some(*status));
        }
        assert_eq!(ParticipationStatus::from_code("Accepted"), None);
        assert_eq!(Weekday::from_code("monday"), None);
    }
}
