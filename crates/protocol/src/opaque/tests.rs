use super::{
    client::{FactorError, Login, Registration},
    server::{FinishError, Setup, check_ke1, check_record, finish},
    *,
};
use crate::{
    derive::LinkKeys,
    factor::{BirthDate, Factor},
    link::LinkSecret,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct World {
    rng: ChaCha20Rng,
    setup: Setup,
    clinic: ClinicId,
    keys: LinkKeys,
}

fn birth_date(day: u8) -> Factor {
    Factor::BirthDate(BirthDate::new(1980, 4, day).unwrap())
}

impl World {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let setup = Setup::generate(&mut rng);
        let keys = LinkKeys::derive(&LinkSecret::generate(&mut rng));
        Self { rng, setup, clinic: ClinicId::new("oak").unwrap(), keys }
    }

    fn register(&mut self, slot: u16, factor: &Factor) -> client::Registered {
        let (state, request) = Registration::start(&mut self.rng, &self.keys, factor, &self.clinic);
        assert_eq!(request.len(), REGISTRATION_REQUEST);
        let response = self.setup.registration(&self.clinic, &self.keys.lid, slot, &request).unwrap();
        assert_eq!(response.len(), REGISTRATION_RESPONSE);
        let registered = state.finish(&mut self.rng, &response).unwrap();
        assert_eq!(registered.record.len(), REGISTRATION_RECORD);
        registered
    }
}

#[test]
fn the_right_factor_gives_both_sides_the_same_token_and_the_client_the_export_key() {
    let mut world = World::new();
    let registered = world.register(1, &birth_date(12));
    let (login, ke1) = Login::start(&mut world.rng, &world.keys, &birth_date(12), &world.clinic);
    assert_eq!(ke1.len(), KE1);
    let started = world
        .setup
        .start(&mut world.rng, &world.clinic, &world.keys.lid, 1, &registered.record, &ke1)
        .unwrap();
    assert_eq!(started.ke2.len(), KE2);
    let logged_in = login.finish(&mut world.rng, &started.ke2).unwrap();
    assert_eq!(logged_in.ke3.len(), KE3);
    assert!(logged_in.export_key == registered.export_key);
    let token = finish(&started.state, &world.clinic, &world.keys.lid, &logged_in.ke3).unwrap();
    assert_eq!(token, logged_in.token);
}

#[test]
fn another_birth_date_is_wrong_and_a_forged_proof_does_not_finish() {
    let mut world = World::new();
    let registered = world.register(1, &birth_date(12));
    let (login, ke1) = Login::start(&mut world.rng, &world.keys, &birth_date(13), &world.clinic);
    let started = world
        .setup
        .start(&mut world.rng, &world.clinic, &world.keys.lid, 1, &registered.record, &ke1)
        .unwrap();
    assert_eq!(login.finish(&mut world.rng, &started.ke2).err(), Some(FactorError::Wrong));
    let forged = finish(&started.state, &world.clinic, &world.keys.lid, &[0; KE3]);
    assert_eq!(forged.err(), Some(FinishError::Wrong));
}

#[test]
fn a_record_does_not_serve_another_slot_link_or_clinic() {
    let mut world = World::new();
    let record = world.register(1, &birth_date(12)).record;
    let other_clinic = ClinicId::new("elm").unwrap();
    let other_lid = LinkKeys::derive(&LinkSecret::from_bytes([3; 16])).lid;
    let cases = [
        (world.clinic.clone(), world.keys.lid, 2),
        (world.clinic.clone(), other_lid, 1),
        (other_clinic, world.keys.lid, 1),
    ];
    for (clinic, lid, slot) in cases {
        let (login, ke1) = Login::start(&mut world.rng, &world.keys, &birth_date(12), &world.clinic);
        let started = world.setup.start(&mut world.rng, &clinic, &lid, slot, &record, &ke1).unwrap();
        assert_eq!(login.finish(&mut world.rng, &started.ke2).err(), Some(FactorError::Wrong));
    }
}

#[test]
fn messages_with_trailing_bytes_or_too_short_are_refused() {
    let mut world = World::new();
    let record = world.register(1, &birth_date(12)).record;
    let (_, ke1) = Login::start(&mut world.rng, &world.keys, &birth_date(12), &world.clinic);
    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
    assert!(check_ke1(&ke1).is_ok() && check_record(&record).is_ok());
    assert!(check_ke1(&longer(&ke1)).is_err() && check_ke1(&ke1[1..]).is_err());
    assert!(check_record(&longer(&record)).is_err() && check_record(&record[1..]).is_err());
    assert!(check_ke1(&[0; KE1]).is_err(), "the point at infinity");
    let (_, request) = Registration::start(&mut world.rng, &world.keys, &birth_date(12), &world.clinic);
    assert!(world.setup.registration(&world.clinic, &world.keys.lid, 1, &longer(&request)).is_err());
}

#[test]
fn a_setup_reads_back_from_its_bytes() {
    let world = World::new();
    let bytes = world.setup.to_bytes();
    assert_eq!(bytes.len(), server::SETUP);
    assert_eq!(*Setup::from_bytes(&bytes).unwrap().to_bytes(), *bytes);
    assert!(Setup::from_bytes(&bytes[1..]).is_err());
}
