//! Link keys and their destruction.

use super::*;
use crate::{kit::files, sealing::Key};
use std::path::PathBuf;

/// A store of link keys, and where its files are.
pub(super) struct KeysIn {
    pub keys: Arc<dyn LinkKeyStore>,
    pub folder: PathBuf,
}

fn key(seed: u8) -> Key {
    let mut key = Key::default();
    rand_core::RngCore::fill_bytes(&mut ChaCha20Rng::from_seed([seed; 32]), &mut key[..]);
    key
}

pub(super) async fn a_link_has_one_key_and_keeps_it(KeysIn { keys, folder }: KeysIn) {
    assert_eq!(keys.get(&LID).await.unwrap(), None);
    let mut putting = tokio::task::JoinSet::new();
    for seed in 0..20 {
        let keys = keys.clone();
        putting.spawn(async move { keys.put_if_absent(&LID, &key(seed)).await.unwrap() });
    }
    let all = putting.join_all().await;
    let kept = all[0].clone();
    assert!(all.iter().all(|one| *one == kept), "all get the one that is kept");
    assert_eq!(keys.get(&LID).await.unwrap(), Some(kept.clone()));
    for seed in (0..20).filter(|seed| key(*seed) != kept) {
        assert_eq!(
            files::holding(&folder, &key(seed)[..]),
            Vec::<String>::new(),
            "of the others nothing stays"
        );
    }
}

pub(super) async fn a_destroyed_key_is_in_no_file_and_the_others_stay(KeysIn { keys, folder }: KeysIn) {
    let other = FixedBytes([7; 16]);
    keys.put_if_absent(&LID, &key(1)).await.unwrap();
    keys.put_if_absent(&other, &key(2)).await.unwrap();
    assert!(!files::holding(&folder, &key(1)[..]).is_empty(), "the scan sees it before");
    keys.destroy(&LID).await.unwrap();
    assert_eq!(files::holding(&folder, &key(1)[..]), Vec::<String>::new());
    assert_eq!(keys.get(&LID).await.unwrap(), None);
    assert_eq!(keys.get(&other).await.unwrap(), Some(key(2)));
}

pub(super) async fn a_link_without_a_key_has_nothing_to_destroy(KeysIn { keys, .. }: KeysIn) {
    keys.destroy(&LID).await.unwrap();
    keys.put_if_absent(&LID, &key(1)).await.unwrap();
    for _ in 0..2 {
        keys.destroy(&LID).await.unwrap();
    }
    assert_eq!(keys.get(&LID).await.unwrap(), None);
}

pub(super) async fn a_probe_leaves_nothing(KeysIn { keys, folder }: KeysIn) {
    keys.put_if_absent(&LID, &key(1)).await.unwrap();
    let before = files::files(&folder).len();
    keys.probe().await.unwrap();
    assert_eq!(files::files(&folder).len(), before);
    assert_eq!(keys.get(&LID).await.unwrap(), Some(key(1)));
}
