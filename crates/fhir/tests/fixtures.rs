//! Resources as other systems write them, with members Postern does not know, are read whole.

use postern_fhir::{
    AppointmentResponse, Bundle, Entry, Patient,
    appointment_response::Answer,
    code::{TimeOfDay, Weekday},
    markdown::{self, Block},
};

const BUNDLE: &str = include_str!("fixtures/bundle-visit.json");
const RESPONSE: &str = include_str!("fixtures/appointment-response.json");
const PATIENT: &str = include_str!("fixtures/patient.json");

#[test]
fn a_message_with_text_and_visit_is_read() {
    let bundle: Bundle = serde_json::from_str(BUNDLE).unwrap();
    let [Entry::Communication(told), Entry::Appointment(visit)] = bundle.entries.as_slice() else {
        panic!("text, then visit: {:?}", bundle.entries)
    };
    assert_eq!(told.topic.as_deref(), Some("Please confirm your visit"));
    assert_eq!((told.sender.as_deref(), told.sender_role.as_deref()), (Some("Front desk"), Some("Nurse")));
    assert_eq!(told.notes, ["Parking is behind the house."]);
    assert!(matches!(markdown::parse(&told.payload[0])[..], [Block::Paragraph(_), Block::Bullets(_)]));
    assert_eq!(visit.zone.as_deref(), Some("America/New_York"));
    assert_eq!(visit.change_until.as_deref(), Some("2026-11-30T17:00:00-05:00"));
    assert_eq!(visit.minutes, Some(30));
    assert_eq!(visit.who().collect::<Vec<_>>(), ["Dr. Example"]);
    let (name, address) = visit.place().unwrap();
    assert_eq!(name, Some("Oak Street Clinic, second floor"));
    assert_eq!(address.unwrap().display_lines(), ["12 Oak Street", "Springfield, MA 01101"]);
}

#[test]
fn a_wish_for_another_time_by_a_helper_is_read() {
    let response: AppointmentResponse = serde_json::from_str(RESPONSE).unwrap();
    let Answer::AnotherTime(wishes) = &response.answer else { panic!("another time: {:?}", response.answer) };
    assert_eq!(wishes.days, [Weekday::Monday, Weekday::Wednesday]);
    assert_eq!(wishes.times, [TimeOfDay::Morning]);
    let helper = response.helper.as_ref().unwrap();
    assert_eq!((helper.name.as_str(), helper.relationship.as_str()), ("Bo Example", "daughter"));
    assert_eq!(response.appointment.reference.as_deref(), Some("Appointment/visit-1"));
}

#[test]
fn a_patient_of_a_record_system_is_read() {
    let patient: Patient = serde_json::from_str(PATIENT).unwrap();
    assert_eq!(patient.display_name(), "Ana Example");
    assert_eq!(patient.birth_date.as_deref(), Some("1980-04-12"));
    assert_eq!(patient.sms_number(), Some("(202) 555-0142"));
    assert_eq!(patient.language(), Some("es"));
    assert_eq!(patient.zone.as_deref(), Some("America/New_York"));
}

#[test]
fn what_was_read_reads_the_same_after_writing() {
    let bundle: Bundle = serde_json::from_str(BUNDLE).unwrap();
    assert_eq!(Bundle::read(&bundle.write()), Ok(bundle));
    let response: AppointmentResponse = serde_json::from_str(RESPONSE).unwrap();
    assert_eq!(AppointmentResponse::read(&response.write()), Ok(response));
    let patient: Patient = serde_json::from_str(PATIENT).unwrap();
    assert_eq!(Patient::read(&patient.write()), Ok(patient));
}
