//! Opening a desk, and its way to the portal.

use crate::{
    cli::{ClockSetting, State},
    clock,
    failure::Failure,
    staff,
};
use postern_desk::{
    desk::{Desk, KEY_FILE},
    portal::{HttpExchange, PortalClient},
    rng::SharedRng,
    vault::Unlock,
};
use postern_portal::{Inspection, PortalError, StorePassword};
use rand_core::OsRng;
use std::{env, fs, path::Path, sync::Arc};

/// Names another file for the vault's key.
const KEY_VARIABLE: &str = "POSTERN_VAULT_KEY";
/// Holds the vault's passphrase.
const PASSPHRASE_VARIABLE: &str = "POSTERN_VAULT_PASSPHRASE";
/// Holds the password of a shared store's database.
const STORE_PASSWORD_VARIABLE: &str = "POSTERN_STORE_PASSWORD";

/// What unlocks the vault of this folder.
pub fn unlock(state: &Path) -> Unlock {
    match (env::var(PASSPHRASE_VARIABLE), env::var_os(KEY_VARIABLE)) {
        (Ok(passphrase), _) => Unlock::Passphrase(passphrase.into()),
        (_, Some(file)) => Unlock::KeyFile(file.into()),
        _ => Unlock::KeyFile(state.join(KEY_FILE)),
    }
}

/// A portal's state folder, to look at.
pub fn inspection(folder: &Path) -> Result<Inspection, PortalError> {
    Ok(Inspection::of(folder)?.with_password(store_password()))
}

/// The password of the database that a portal of many nodes keeps its store in.
pub fn store_password() -> Option<StorePassword> {
    env::var(STORE_PASSWORD_VARIABLE).ok().map(StorePassword::new)
}

/// The operating system's generator.
pub fn rng() -> SharedRng {
    SharedRng::new(OsRng)
}

/// The desk of a state folder.
pub async fn desk(state: &State, clock: &ClockSetting) -> Result<Desk, Failure> {
    let clock = clock::for_desk(clock.clock, &state.folder);
    let desk = Desk::open(&state.folder, &unlock(&state.folder), clock, rng()).await?;
    Ok(desk.acting_for(&staff::name()))
}

/// Its way to the portal it is pinned to.
pub async fn portal(desk: &Desk) -> Result<PortalClient, Failure> {
    let origin = desk.portal_pin().await?.map(|pin| pin.origin).unwrap_or_default();
    Ok(desk.portal(Arc::new(HttpExchange::new(&origin)?)).await?)
}

/// A file's text.
pub fn text(path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        return Ok(std::io::read_to_string(std::io::stdin())?);
    }
    fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}

/// A file's JSON.
pub fn json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_str(&text(path)?).map_err(|error| {
        Failure::failed(format!("{} is not what this command reads: {error}", path.display()))
    })
}
