//! Nothing goes to a real phone before the list was passed.

use crate::fixture::Fixture;
use async_trait::async_trait;
use postern_desk::{
    send::SendError,
    transport::{Sms, Transport, TransportError},
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A gateway that would reach phones.
#[derive(Default)]
struct Gateway(AtomicUsize);

#[async_trait]
impl Transport for Gateway {
    fn reaches_patients(&self) -> bool {
        true
    }

    async fn hand_over(&self, _: &Sms) -> Result<(), TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn a_gateway_gets_no_text_until_the_list_was_passed_for_this_portal() {
    let fixture = Fixture::new().await;
    let (client, gateway) = (fixture.client().await, Gateway::default());
    let refused = fixture.desk.send(&client, &gateway, &fixture.request()).await.unwrap_err();
    let SendError::Refused(refusals) = refused else { panic!("{refused:?}") };
    assert_eq!(refusals[0].code, "not-live");
    assert_eq!((gateway.0.load(Ordering::SeqCst), fixture.portal.inside().links.len()), (0, 0));
    // A file is no phone.
    fixture.send().await;

    fixture.desk.pass_live().await.unwrap();
    fixture.desk.send(&client, &gateway, &fixture.request()).await.unwrap();
    assert_eq!(gateway.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_was_begun_before_is_not_carried_on_by_a_gateway_either() {
    let fixture = Fixture::new().await;
    let (client, gateway) = (fixture.client().await, Gateway::default());
    let calls = fixture.portal.inside().calls.len();
    fixture.portal.inside().fault = Some((calls, crate::portal::Break::Before));
    let stopped = fixture.desk.send(&client, &fixture.transport(), &fixture.request()).await;
    assert!(matches!(stopped, Err(SendError::NotYet { .. })), "{stopped:?}");
    let resumed = fixture.desk.resume(&client, &gateway).await.unwrap();
    assert!(matches!(&resumed[..], [Err(SendError::Abandoned { why, .. })] if why.code == "not-live"));
    assert_eq!(gateway.0.load(Ordering::SeqCst), 0);
}
