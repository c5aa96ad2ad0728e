use crate::{
    clinic::{Clinic, RIGHT, command},
    patient::Shut,
};
use postern_protocol::error_code::ErrorCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_link_opens_again_once_for_five_more_tries() {
    let clinic = Clinic::open();
    let (sent, ana) = clinic.send();
    let lid = sent["lid"].as_str().unwrap();
    for day in 1..=10 {
        assert!(ana.verify(&format!("1980-05-{day:02}")).await.is_err());
    }
    assert_eq!(ana.verify(RIGHT).await.err(), Some(Shut::Refused(ErrorCode::LinkLocked)));
    let unlocked = command(&["unlock", lid, "--state", &clinic.desk]);
    assert_eq!((unlocked.status, unlocked.out.contains("5 tries are left")), (0, true), "{}", unlocked.err);
    assert!(ana.verify(RIGHT).await.is_ok());

    let again = command(&["unlock", lid, "--state", &clinic.desk]);
    assert_eq!(again.status, 3);
    assert!(again.err.contains("unlock-used") && again.err.contains("send a new one"), "{}", again.err);
    assert_eq!(command(&["unlock", "nothing", "--state", &clinic.desk]).status, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_taken_back_is_not_unlocked() {
    let clinic = Clinic::open();
    let (sent, _) = clinic.send();
    let lid = sent["lid"].as_str().unwrap();
    assert_eq!(command(&["recall", lid, "--state", &clinic.desk]).status, 0);
    let refused = command(&["unlock", lid, "--state", &clinic.desk]);
    assert_eq!((refused.status, refused.err.contains("link-recalled")), (3, true), "{}", refused.err);
}
