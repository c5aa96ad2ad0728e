use crate::clinic::{Clinic, RIGHT, command, text};
use postern_fhir::{appointment_response::Answer, instant};
use std::time::Duration;

fn ago(seconds: i64) -> String {
    instant::to_text(crate::patient::now().plus_seconds(-seconds).0)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_old_answers_can_still_be_read_and_the_old_private_key_is_gone() {
    let clinic = Clinic::open();
    let (sent, _) = clinic.answered().await;
    let first = command(&["keys", "show", "--state", &clinic.desk, "--json"]).json()["clinic"][0].clone();
    assert_eq!(first["live_links"], 1);
    let rotated =
        command(&["keys", "rotate-clinic", "--state", &clinic.desk, "--clock", &ago(7200), "--json"]);
    assert_eq!(
        (rotated.status, rotated.json()["portal_keys"].as_str()),
        (0, Some("same")),
        "{}",
        rotated.err
    );

    // Still named by a live link: answers to it are booked.
    clinic.read_feed().await;
    let shown = || {
        let all = command(&["keys", "show", "--state", &clinic.desk, "--json"]).json();
        let keys = all["clinic"].as_array().unwrap().clone();
        keys.into_iter().find(|key| key["thumbprint"] == first["thumbprint"]).unwrap()
    };
    assert!(shown()["destroyed_at"].is_null() && shown()["retired_at"].is_i64());
    assert_eq!(command(&["recall", sent["lid"].as_str().unwrap(), "--state", &clinic.desk]).status, 0);
    clinic.read_feed().await;
    assert!(shown()["destroyed_at"].is_i64(), "{}", shown());
    let inbox = command(&["inbox", "--state", &clinic.desk, "--json"]).json();
    assert_eq!(
        (&inbox["records"][0]["signature_valid"], &inbox["records"][0]["status"]),
        (&true.into(), &"accepted".into())
    );

    // A message from now on is answered to the new key.
    let (_, ana) = clinic.send();
    ana.verify(RIGHT).await.unwrap().answer(Answer::Confirm).await;
    clinic.read_feed().await;
    let inbox = command(&["inbox", "--state", &clinic.desk, "--json"]).json();
    assert_eq!(inbox["records"].as_array().unwrap().len(), 2);
    assert_eq!(inbox["incidents"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_follows_the_portals_rotated_key_and_live_links_accept_its_receipts() {
    let mut clinic = Clinic::open();
    let (_, ana) = clinic.send();
    let pinned = command(&["keys", "show", "--state", &clinic.desk, "--json"]).json()["portal"].clone();
    let rotated = command(&["keys", "rotate-signing", "--state", &clinic.portal, "--json"]).json();
    assert_eq!(rotated["signing"], pinned[1], "the next one was pinned ahead");
    let again = command(&["keys", "rotate-signing", "--state", &clinic.portal]);
    assert_eq!((again.status, again.err.contains("next-key-too-young")), (3, true), "{}", again.err);

    // It holds from the portal's next start; until then the doctor says so.
    let doctor = command(&["doctor", "--state", &clinic.portal, "--json"]);
    let finding = |code: &str, json: &serde_json::Value| {
        json["findings"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap()["level"].clone()
    };
    assert_eq!((doctor.status, finding("published-keys", &doctor.json())), (1, "failure".into()));
    clinic.house.start_portal();
    let doctor = command(&["doctor", "--state", &clinic.portal, "--json"]);
    assert_eq!(finding("published-keys", &doctor.json()), "good", "{}", doctor.out);

    // A link that was out before the rotation: its page knows the key that is in use now.
    ana.verify(RIGHT).await.unwrap().answer(Answer::Confirm).await;
    clinic.read_feed().await;
    let followed = command(&["keys", "rotate-clinic", "--state", &clinic.desk, "--json"]).json();
    assert_eq!(followed["portal_keys"], "next-pinned");
    let pinned = command(&["keys", "show", "--state", &clinic.desk, "--json"]).json();
    assert_eq!((&pinned["portal"][0], &pinned["portal"][1]), (&rotated["signing"], &rotated["signing_next"]));
    let inbox = command(&["inbox", "--state", &clinic.desk, "--json"]).json();
    assert_eq!(inbox["records"][0]["receipt_valid"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_setup_is_for_new_links_and_old_ones_still_open() {
    let mut clinic = Clinic::open();
    let (_, old) = clinic.send();
    let made = command(&["keys", "new-setup", "--state", &clinic.portal, "--json"]).json();
    assert_eq!(made["setup"], 2);
    clinic.house.start_portal();
    let (_, new) = clinic.send();
    for link in [&old, &new] {
        assert!(link.verify(RIGHT).await.is_ok());
    }
    let shown = command(&["keys", "show", "--state", &clinic.portal, "--json"]).json();
    assert_eq!((&shown["setups"][0]["in_use"], &shown["setups"][1]["in_use"]), (&true.into(), &true.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_desk_changes_a_key_of_thirty_days_by_itself() {
    let clinic = Clinic::open();
    let old = ago(31 * 86_400);
    assert_eq!(command(&["keys", "rotate-clinic", "--state", &clinic.desk, "--clock", &old]).status, 0);
    let desk = clinic.house.desk().await;
    let way = clinic.house.way(&desk).await;
    let transport = postern_desk::transport::FileTransport::in_state(desk.state());
    let (sender, told) = std::sync::mpsc::channel();
    let wait = tokio::time::sleep(Duration::from_secs(3));
    desk.run(&way, &transport, wait, |report| sender.send(format!("{report:?}")).unwrap()).await;
    drop(sender);
    let told: Vec<String> = told.into_iter().collect();
    assert!(told.iter().any(|report| report == "ClinicKeyRotated"), "{told:?}");
    assert!(!told.iter().any(|report| report.contains("Failed")), "{told:?}");
    desk.shut().await;
}

#[test]
fn a_folder_of_neither_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let shown = command(&["keys", "show", "--state", text(folder.path())]);
    assert_eq!((shown.status, shown.err.contains("neither a desk nor a portal")), (1, true), "{}", shown.err);
}
