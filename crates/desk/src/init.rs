//! `desk init`: a new desk in a state folder.

use crate::{
    clinic::Clinic,
    desk::{Desk, STORE_FILE},
    ledger,
    rng::SharedRng,
    store::{Store, StoreError},
    trouble::{Trouble, takes_trouble},
    vault::{Place, Unlock, Vault},
};
use postern_protocol::{
    keys::{ClinicKeyPair, SigningKeyPair},
    time::Clock,
};
use std::{fs, os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

/// A desk cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// There is one already.
    #[error("there is a desk in {0} already: choose another folder, or use it as it is")]
    Exists(String),
    /// Store, vault or folder.
    #[error(transparent)]
    Trouble(Trouble),
}

takes_trouble!(InitError);

impl Desk {
    /// Makes a desk: folder (0700), vault, the desk's signing key, the clinic's key for answers. `staff` gives the command.
    ///
    /// # Errors
    /// A desk is there already, the folder or the key file cannot be used.
    pub async fn init(
        state: &Path,
        clinic: Clinic,
        unlock: &Unlock,
        clock: Arc<dyn Clock>,
        mut rng: SharedRng,
        staff: &str,
    ) -> Result<Self, InitError> {
        let folder = |source| StoreError::Folder { path: state.display().to_string(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(state).map_err(folder)?;
        let store = Store::open(&state.join(STORE_FILE)).await?;
        let mut write = store.write().await?;
        let made: i64 = sqlx::query_scalar("SELECT count(*) FROM vault").fetch_one(&mut *write).await?;
        if made > 0 {
            return Err(InitError::Exists(state.display().to_string()));
        }
        let (vault, header) = Vault::create(unlock, &mut rng)?;
        header.keep(&mut write).await?;

        let signing = SigningKeyPair::generate(&mut rng);
        let desk_key = vault.seal(&mut rng, Place::new("clinic", "desk_key", "1"), &signing.to_bytes());
        sqlx::query("INSERT INTO clinic (id, settings, desk_key) VALUES (1, ?, ?)")
            .bind(serde_json::to_string(&clinic).expect("a clinic is plain JSON"))
            .bind(desk_key)
            .execute(&mut *write)
            .await?;

        let now = clock.now();
        let answers = ClinicKeyPair::generate(&mut rng);
        let thumbprint = answers.public().thumbprint().to_text();
        let place = Place::new("clinic_key", "private", &thumbprint);
        let private = vault.seal(&mut rng, place, &answers.to_bytes());
        sqlx::query("INSERT INTO clinic_key (thumbprint, private, made_at) VALUES (?, ?, ?)")
            .bind(&thumbprint)
            .bind(private)
            .bind(now.0)
            .execute(&mut *write)
            .await?;
        let what = serde_json::json!({ "clinic": clinic.public.id, "answers_key": thumbprint });
        let (state, clinic, staff) = (state.to_owned(), Arc::new(clinic), staff.into());
        let desk = Self { state, store, vault, clinic, signing, clock, rng: rng.clone(), staff };
        let entry = desk.staff_entry(now, "desk-initialised", None, what);
        ledger::append(&mut write, &desk.vault, &mut rng, entry).await?;
        write.commit().await?;
        Ok(desk)
    }
}
