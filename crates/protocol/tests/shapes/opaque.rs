//! OPAQUE's messages: another length, another point or another bit is refused, wherever it stands.

use postern_protocol::{
    derive::LinkKeys,
    factor::{BirthDate, Factor},
    id::ClinicId,
    link::LinkSecret,
    opaque::{
        KE1, KE2, KE3, REGISTRATION_RECORD, REGISTRATION_REQUEST, REGISTRATION_RESPONSE,
        client::{FactorError, Login, Registration},
        server::{FinishError, SETUP, Setup, check_ke1, check_record, finish},
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SLOT: u16 = 1;

struct World {
    setup: Setup,
    clinic: ClinicId,
    keys: LinkKeys,
    factor: Factor,
    record: Vec<u8>,
}

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(3)
}

impl World {
    fn new() -> Self {
        let setup = Setup::generate(&mut rng());
        let keys = LinkKeys::derive(&LinkSecret::from_bytes([4; 16]));
        let factor = Factor::BirthDate(BirthDate::new(1980, 4, 12).unwrap());
        let mut world =
            Self { setup, clinic: ClinicId::new("oak").unwrap(), keys, factor, record: Vec::new() };
        let (state, request) = world.registration();
        let response = world.evaluate(&request).unwrap();
        world.record = state.finish(&mut rng(), &response).unwrap().record;
        world
    }

    fn registration(&self) -> (Registration, Vec<u8>) {
        Registration::start(&mut rng(), &self.keys, &self.factor, &self.clinic)
    }

    fn evaluate(&self, request: &[u8]) -> Option<Vec<u8>> {
        self.setup.registration(&self.clinic, &self.keys.lid, SLOT, request).ok()
    }

    fn login(&self) -> (Login, Vec<u8>) {
        Login::start(&mut rng(), &self.keys, &self.factor, &self.clinic)
    }

    /// KE2 and the state of the other half.
    fn answer(&self, record: &[u8], ke1: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let started = self.setup.start(&mut rng(), &self.clinic, &self.keys.lid, SLOT, record, ke1).ok()?;
        Some((started.ke2, started.state.to_vec()))
    }
}

/// Every shorter message, and some longer ones.
fn other_lengths(message: &[u8]) -> Vec<Vec<u8>> {
    let shorter = (0..message.len()).map(|length| message[..length].to_vec());
    let longer = [1, 2, 16, 32, 33].map(|more| [message, &vec![0; more]].concat());
    let doubled = [message, message].concat();
    let late = [&[0], message].concat();
    shorter.chain(longer).chain([doubled, late]).collect()
}

/// The message with something at `at` that is no point of the curve, or is its neutral element.
fn bad_points(message: &[u8], at: usize) -> Vec<Vec<u8>> {
    let mut bad = vec![[0; 33], [0xff; 33]];
    let mut above_the_prime = [0xff; 33];
    above_the_prime[0] = 2;
    let mut off_the_curve = [0; 33];
    off_the_curve[0] = 2;
    // x = 1 has no y on P-256: x^3 - 3x + b is no square there.
    off_the_curve[32] = 1;
    let mut uncompressed_tag: [u8; 33] = message[at..at + 33].try_into().unwrap();
    uncompressed_tag[0] = 4;
    let mut hybrid_tag = uncompressed_tag;
    hybrid_tag[0] = 6;
    bad.extend([above_the_prime, off_the_curve, uncompressed_tag, hybrid_tag]);
    bad.into_iter().map(|point| [&message[..at], &point, &message[at + 33..]].concat()).collect()
}

#[test]
fn every_message_with_trailing_bytes_or_cut_short_is_refused() {
    let world = World::new();
    let (_, request) = world.registration();
    assert_eq!(request.len(), REGISTRATION_REQUEST);
    for other in other_lengths(&request) {
        assert!(world.evaluate(&other).is_none(), "a registration request of {} bytes", other.len());
    }
    let response = world.evaluate(&request).unwrap();
    assert_eq!(response.len(), REGISTRATION_RESPONSE);
    for other in other_lengths(&response) {
        let (state, _) = world.registration();
        assert!(
            state.finish(&mut rng(), &other).is_err(),
            "a registration response of {} bytes",
            other.len()
        );
    }
    assert_eq!(world.record.len(), REGISTRATION_RECORD);
    let (_, ke1) = world.login();
    assert_eq!(ke1.len(), KE1);
    for other in other_lengths(&world.record) {
        assert!(check_record(&other).is_err() && world.answer(&other, &ke1).is_none());
    }
    for other in other_lengths(&ke1) {
        assert!(check_ke1(&other).is_err() && world.answer(&world.record, &other).is_none());
    }
    let (ke2, state) = world.answer(&world.record, &ke1).unwrap();
    assert_eq!(ke2.len(), KE2);
    for other in other_lengths(&ke2) {
        let told = world.login().0.finish(&mut rng(), &other);
        assert!(matches!(told, Err(FactorError::Malformed(_))), "a KE2 of {} bytes", other.len());
    }
    let ke3 = world.login().0.finish(&mut rng(), &ke2).unwrap().ke3;
    assert_eq!(ke3.len(), KE3);
    for other in other_lengths(&ke3) {
        let told = finish(&state, &world.clinic, &world.keys.lid, &other);
        assert!(matches!(told, Err(FinishError::Malformed(_))), "a KE3 of {} bytes", other.len());
    }
    let setup = world.setup.to_bytes();
    assert_eq!(setup.len(), SETUP);
    for other in other_lengths(&setup) {
        assert!(Setup::from_bytes(&other).is_err(), "a setup of {} bytes", other.len());
    }
}

#[test]
fn what_is_no_point_of_the_curve_is_refused_wherever_a_point_stands() {
    let world = World::new();
    let (_, request) = world.registration();
    for bad in bad_points(&request, 0) {
        assert!(world.evaluate(&bad).is_none());
    }
    let response = world.evaluate(&request).unwrap();
    for bad in bad_points(&response, 0).into_iter().chain(bad_points(&response, 33)) {
        assert!(world.registration().0.finish(&mut rng(), &bad).is_err());
    }
    for bad in bad_points(&world.record, 0) {
        assert!(check_record(&bad).is_err());
    }
    let (_, ke1) = world.login();
    for bad in bad_points(&ke1, 0).into_iter().chain(bad_points(&ke1, 65)) {
        assert!(check_ke1(&bad).is_err() && world.answer(&world.record, &bad).is_none());
    }
    let (ke2, _) = world.answer(&world.record, &ke1).unwrap();
    for bad in bad_points(&ke2, 0).into_iter().chain(bad_points(&ke2, 194)) {
        assert!(world.login().0.finish(&mut rng(), &bad).is_err());
    }
}

#[test]
fn a_changed_byte_of_any_login_message_proves_nothing() {
    let world = World::new();
    let (_, ke1) = world.login();
    let (ke2, state) = world.answer(&world.record, &ke1).unwrap();
    for at in 0..ke2.len() {
        let mut changed = ke2.clone();
        changed[at] ^= 1;
        assert!(world.login().0.finish(&mut rng(), &changed).is_err(), "byte {at} of KE2");
    }
    let ke3 = world.login().0.finish(&mut rng(), &ke2).unwrap().ke3;
    for bit in 0..8 * KE3 {
        let mut changed = ke3.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let told = finish(&state, &world.clinic, &world.keys.lid, &changed);
        assert_eq!(told.err(), Some(FinishError::Wrong), "bit {bit} of KE3");
    }
    for at in 0..ke1.len() {
        let mut changed = ke1.clone();
        changed[at] ^= 1;
        if let Some((ke2, _)) = world.answer(&world.record, &changed) {
            assert!(world.login().0.finish(&mut rng(), &ke2).is_err(), "byte {at} of KE1");
        }
    }
    for at in 0..world.record.len() {
        let mut changed = world.record.clone();
        changed[at] ^= 1;
        if let Some((ke2, _)) = world.answer(&changed, &ke1) {
            // The client's public key stands first: its own parity is no secret, the proof of it is KE3.
            let told = world.login().0.finish(&mut rng(), &ke2);
            assert!(told.is_err(), "byte {at} of a record");
        }
    }
}

#[test]
fn a_state_of_another_login_link_or_clinic_does_not_finish() {
    let world = World::new();
    let (login, ke1) = world.login();
    let (ke2, state) = world.answer(&world.record, &ke1).unwrap();
    let ke3 = login.finish(&mut rng(), &ke2).unwrap().ke3;
    assert!(finish(&state, &world.clinic, &world.keys.lid, &ke3).is_ok());
    for length in [0, 1, state.len() / 2, state.len() - 1] {
        assert!(finish(&state[..length], &world.clinic, &world.keys.lid, &ke3).is_err());
    }
    let mut other = ChaCha20Rng::seed_from_u64(4);
    let started =
        world.setup.start(&mut other, &world.clinic, &world.keys.lid, SLOT, &world.record, &ke1).unwrap();
    assert!(finish(&started.state, &world.clinic, &world.keys.lid, &ke3).is_err());
}
