use super::{Kit, Sent, files::look_into};
use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use postern_protocol::{
    base64url,
    derive::LinkKeys,
    envelope::{message, slot},
    factor::{Factor, FactorKind},
    link::LinkSecret,
    opaque::{client::Login, server::Setup},
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use sqlx::Row;
use std::path::Path;

/// Everything one can do with stolen files, a link secret, a birth date and a saved ciphertext: the portal's half is
/// played from the files, the app's half from secret and date.
pub async fn open_with(
    kit: &Kit,
    files: &Path,
    sent: &Sent,
    secret: &LinkSecret,
    factor: &Factor,
    saved: &str,
) -> Option<serde_json::Value> {
    let (sealed, number) = sealed_slot(files, sent).await?;
    let key = link_key(files, sent).await?;
    open_from(kit, files, &Loot { sealed, number, key }, sent, secret, factor, saved)
}

/// What a thief found in the stores.
pub struct Loot {
    pub sealed: Vec<u8>,
    pub number: u16,
    pub key: Vec<u8>,
}

/// The same with what was found in stores of any kind; `files` holds the key file.
pub fn open_from(
    kit: &Kit,
    files: &Path,
    Loot { sealed, number, key }: &Loot,
    sent: &Sent,
    secret: &LinkSecret,
    factor: &Factor,
    saved: &str,
) -> Option<serde_json::Value> {
    let (keys, number) = (LinkKeys::derive(secret), *number);
    let plain = unseal(key, sent, number, sealed)?;
    let (record, envelope) = plain.split_at(129);
    let mut rng = ChaCha20Rng::seed_from_u64(9);
    let (login, ke1) = Login::start(&mut rng, &keys, factor, &kit.oak.id);
    let started = setup(files).start(&mut rng, &kit.oak.id, &sent.lid, number, record, &ke1).ok()?;
    let done = login.finish(&mut rng, &started.ke2).ok()?;
    let envelope = std::str::from_utf8(envelope).ok()?;
    let kind = FactorKind::BirthDate;
    let keys = slot::open(envelope, &done.export_key, secret, &sent.lid, number, kind).ok()?;
    let opened = message::open::<postern_json::Value>(saved, keys.at(1)?, &sent.mid).ok()?;
    serde_json::to_value(opened.message.bundle).ok()
}

async fn sealed_slot(files: &Path, sent: &Sent) -> Option<(Vec<u8>, u16)> {
    let pool = look_into(&files.join("portal.sqlite")).await;
    let row = sqlx::query("SELECT sealed, slot FROM slots WHERE lid = ?1")
        .bind(&sent.lid.0[..])
        .fetch_optional(&pool)
        .await
        .unwrap();
    pool.close().await;
    row.map(|row| (row.get(0), u16::try_from(row.get::<i64, _>(1)).unwrap()))
}

async fn link_key(files: &Path, sent: &Sent) -> Option<Vec<u8>> {
    let pool = look_into(&files.join("link-keys.sqlite")).await;
    let row = sqlx::query("SELECT key FROM link_keys WHERE lid = ?1")
        .bind(&sent.lid.0[..])
        .fetch_optional(&pool)
        .await
        .unwrap();
    pool.close().await;
    row.map(|row| row.get(0))
}

fn unseal(key: &[u8], sent: &Sent, number: u16, sealed: &[u8]) -> Option<Vec<u8>> {
    let place = [b"slot", &sent.lid.0[..], &number.to_be_bytes()].concat();
    let payload = Payload { msg: &sealed[12..], aad: &place };
    Aes256Gcm::new_from_slice(key).ok()?.decrypt(Nonce::from_slice(&sealed[..12]), payload).ok()
}

fn setup(files: &Path) -> Setup {
    let keys = std::fs::read(files.join("keys.json")).unwrap();
    let keys: serde_json::Value = serde_json::from_slice(&keys).unwrap();
    let setup = base64url::decode(keys["setups"]["1"].as_str().unwrap()).unwrap();
    Setup::from_bytes(&setup).unwrap()
}
