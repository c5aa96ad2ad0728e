//! A house with a patient, driven by commands.

use crate::{
    house::{House, at_the_counter, done, patient as person, run, visit_bundle},
    patient::Patient,
};
use postern_fhir::appointment_response::Answer;
use serde_json::Value;
use std::{path::Path, time::Duration};

pub const RIGHT: &str = "1980-04-12";

pub struct Clinic {
    pub house: House,
    pub desk: String,
    pub portal: String,
}

/// What a command came to.
pub struct Outcome {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("JSON: {} {}", self.out, self.err))
    }
}

/// A command, whatever it comes to.
pub fn command(arguments: &[&str]) -> Outcome {
    let output = run(arguments);
    Outcome {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Clinic {
    pub fn open() -> Self {
        let house = House::build();
        let (desk, portal) = (text(&house.desk_state()).to_owned(), text(&house.portal_state()).to_owned());
        let clinic = Self { house, desk, portal };
        let people = Value::from(vec![person("p1", "Ana Example", RIGHT, "+12025550142")]);
        let file = clinic.house.file("patients.json", &people.to_string());
        done(&["patients", "import", "--state", &clinic.desk, text(&file)]);
        at_the_counter(&clinic.desk, "p1");
        clinic
    }

    pub fn send(&self) -> (Value, Patient) {
        let file = self.house.file("bundle.json", &visit_bundle("Will you come?").to_string());
        let sent = done(&["send", "--to", "p1", "--bundle", text(&file), "--state", &self.desk, "--json"]);
        let texts = self.house.texts();
        (serde_json::from_str(&sent).unwrap(), Patient::with_text(&texts.last().unwrap().text))
    }

    /// Reads the feed to its end, in this process.
    pub async fn read_feed(&self) {
        let desk = self.house.desk().await;
        let way = self.house.way(&desk).await;
        while desk.read_feed(&way, Duration::ZERO).await.unwrap().more {}
        desk.shut().await;
    }

    /// A visit, sent, answered and booked.
    pub async fn answered(&self) -> (Value, Patient) {
        let (sent, ana) = self.send();
        ana.verify(RIGHT).await.unwrap().answer(Answer::Confirm).await;
        self.read_feed().await;
        (sent, ana)
    }
}
