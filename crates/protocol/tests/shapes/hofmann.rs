//! OPAQUE with `hofmann-rfc`, an implementation that shares no code with ours: each half against the other's, through our public
//! calls, with our context and identities.

use hofmann_rfc::opaque::{
    OpaqueClient, OpaqueServer,
    config::{OpaqueCipherSuite, OpaqueConfig},
    internal::opaque_ake::generate_ke3,
    model::{
        CredentialRequest, Envelope, KE1, KE2, KE3, RegistrationRecord, RegistrationRequest,
        RegistrationResponse,
    },
};
use postern_protocol::{
    derive::LinkKeys,
    factor::{BirthDate, Code, Factor},
    id::ClinicId,
    link::LinkSecret,
    opaque::{
        client::{FactorError, Login, Registration},
        server::{Setup, finish},
    },
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

const CONTEXT: &[u8] = b"postern/v1";
const SERVER: &[u8] = b"postern portal/oak";
const SLOT: u16 = 258;

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn factors() -> [Factor; 3] {
    let date = BirthDate::new(1980, 4, 12).unwrap();
    let code = Code::parse("123456").unwrap();
    [Factor::BirthDate(date), Factor::Code(code.clone()), Factor::Both(date, code)]
}

fn keys() -> LinkKeys {
    LinkKeys::derive(&LinkSecret::from_bytes([4; 16]))
}

fn clinic() -> ClinicId {
    ClinicId::new("oak").unwrap()
}

/// As PROTOCOL says it, put together here once more.
fn password(factor: &Factor) -> Vec<u8> {
    [keys().factor.as_bytes(), factor.canonical_text().as_bytes()].concat()
}

fn credential_identifier() -> Vec<u8> {
    [b"oak".as_slice(), &[0], &keys().lid.0, &[1, 2]].concat()
}

/// The session token of a session key.
fn token(session_key: &[u8]) -> [u8; 32] {
    crate::raw::hkdf(&[], session_key, &[b"postern/v1 session"])
}

/// For its server, which stretches nothing: our context.
fn server_config() -> OpaqueConfig {
    OpaqueConfig::with_argon2id(OpaqueCipherSuite::p256_sha256(), CONTEXT.to_vec(), 8, 1, 1)
}

fn ke1(bytes: &[u8]) -> KE1 {
    KE1 {
        credential_request: CredentialRequest { blinded_element: bytes[..33].to_vec() },
        client_nonce: bytes[33..65].to_vec(),
        client_ake_public_key: bytes[65..].to_vec(),
    }
}

fn record(bytes: &[u8]) -> RegistrationRecord {
    RegistrationRecord {
        client_public_key: bytes[..33].to_vec(),
        masking_key: bytes[33..65].to_vec(),
        envelope: Envelope { envelope_nonce: bytes[65..97].to_vec(), auth_tag: bytes[97..].to_vec() },
    }
}

fn ke2_bytes(ke2: &KE2) -> Vec<u8> {
    let response = &ke2.credential_response;
    [
        &response.evaluated_element[..],
        &response.masking_nonce,
        &response.masked_response,
        &ke2.server_nonce,
        &ke2.server_ake_public_key,
        &ke2.server_mac,
    ]
    .concat()
}

fn scalar(seed: u8) -> Vec<u8> {
    vec![seed; 32]
}

#[test]
fn our_client_registers_and_logs_in_at_their_server() {
    let config = server_config();
    let secret = scalar(3);
    let public = crate::raw::compressed(&secret);
    let server = OpaqueServer::new(secret, public, vec![9; 32], &config);
    let (keys, clinic) = (keys(), clinic());
    for factor in factors() {
        let (state, request) = Registration::start(&mut rng(1), &keys, &factor, &clinic);
        let request = RegistrationRequest { blinded_element: request };
        let response = server.create_registration_response(&request, &credential_identifier()).unwrap();
        let response = [response.evaluated_element, response.server_public_key].concat();
        let registered = state.finish(&mut rng(2), &response).unwrap();

        let answer = |ke1_bytes: &[u8]| {
            let lid = Some(&keys.lid.0[..]);
            let (nonce, seed) = (&[5; 32], &[6; 32]);
            server
                .generate_ke2_deterministic(
                    Some(SERVER),
                    &record(&registered.record),
                    &credential_identifier(),
                    &ke1(ke1_bytes),
                    lid,
                    nonce,
                    seed,
                    &[7; 32],
                )
                .unwrap()
        };
        let (login, ke1) = Login::start(&mut rng(3), &keys, &factor, &clinic);
        let answered = answer(&ke1);
        let done = login.finish(&mut rng(4), &ke2_bytes(&answered.ke2)).unwrap();
        assert!(done.export_key == registered.export_key);
        let session_key =
            server.server_finish(&answered.server_auth_state, &KE3 { client_mac: done.ke3.clone() }).unwrap();
        assert_eq!(done.token.0, token(&session_key));

        let wrong = Factor::BirthDate(BirthDate::new(1980, 4, 13).unwrap());
        let (login, ke1) = Login::start(&mut rng(5), &keys, &wrong, &clinic);
        let told = login.finish(&mut rng(6), &ke2_bytes(&answer(&ke1).ke2));
        assert_eq!(told.err(), Some(FactorError::Wrong));
    }
}

#[test]
fn their_client_registers_and_logs_in_at_our_server() {
    let config = OpaqueConfig::for_testing(); // stretches nothing; its context is given below, where it is used
    let client = OpaqueClient::new(&config);
    let setup = Setup::generate(&mut rng(1));
    let (keys, clinic) = (keys(), clinic());
    let lid = Some(&keys.lid.0[..]);
    for factor in factors() {
        let state = client.create_registration_request_deterministic(&password(&factor), &scalar(5));
        let response = setup.registration(&clinic, &keys.lid, SLOT, &state.request.blinded_element).unwrap();
        let response = RegistrationResponse {
            evaluated_element: response[..33].to_vec(),
            server_public_key: response[33..].to_vec(),
        };
        let registered = client
            .finalize_registration_deterministic(&state, &response, Some(SERVER), lid, &[8; 32])
            .unwrap();
        let record = [
            &registered.client_public_key[..],
            &registered.masking_key,
            &registered.envelope.envelope_nonce,
            &registered.envelope.auth_tag,
        ]
        .concat();

        let log_in = |password: &[u8]| {
            let state = client.generate_ke1_deterministic(password, &scalar(6), &[9; 32], &[10; 32]);
            let started =
                setup.start(&mut rng(7), &clinic, &keys.lid, SLOT, &record, &state.ke1.serialize()).unwrap();
            let ke2 = KE2::deserialize(&config, &started.ke2).unwrap();
            let done = generate_ke3(&state, lid, Some(SERVER), &ke2, CONTEXT, &config);
            done.map(|done| (done, started.state))
        };
        let (done, state) = log_in(&password(&factor)).unwrap();
        let ours = finish(&state, &clinic, &keys.lid, &done.ke3.client_mac).unwrap();
        assert_eq!(ours.0, token(&done.session_key));
        let (login, ke1) = Login::start(&mut rng(8), &keys, &factor, &clinic);
        let started = setup.start(&mut rng(9), &clinic, &keys.lid, SLOT, &record, &ke1).unwrap();
        let again = login.finish(&mut rng(10), &started.ke2).unwrap();
        assert_eq!(
            again.export_key.as_bytes()[..],
            done.export_key[..],
            "the export key of their registration"
        );

        assert!(log_in(b"another password").is_err());
    }
}
