use super::*;
use postern_protocol::{
    digest::sha256,
    wire::desk_policies::{PolicyKind, PolicyLanguage},
};

fn named(kind: PolicyKind, version: &str, language: &str) -> PolicyName {
    PolicyName { kind, version: version.parse().unwrap(), language: language.parse().unwrap() }
}

fn told(words: &str, published: Timestamp) -> PolicyText {
    PolicyText { text: words.into(), sha256: sha256(words.as_bytes()), published }
}

pub(super) async fn a_text_is_published_once_and_stays_as_it_was(store: Arc<dyn Store>) {
    with_clinic(&store, "oak").await;
    with_clinic(&store, "elm").await;
    let elm = ClinicId::new("elm").unwrap();
    let name = named(PolicyKind::Terms, "2026-11", "en");
    let first = told("# Terms\n\nWe text you. — é", NOW);
    let mut transaction = store.write().await.unwrap();
    assert!(transaction.insert_policy(&oak(), &name, &first).await.unwrap());
    assert!(!transaction.insert_policy(&oak(), &name, &told("# Terms\n\nOther", LATER)).await.unwrap());
    assert_eq!(transaction.policy(&oak(), &name).await.unwrap(), Some(first));
    assert_eq!(transaction.policy(&elm, &name).await.unwrap(), None, "another clinic's");
    for other in [
        named(PolicyKind::Privacy, "2026-11", "en"),
        named(PolicyKind::Terms, "2026-12", "en"),
        named(PolicyKind::Terms, "2026-11", "es"),
    ] {
        assert_eq!(transaction.policy(&oak(), &other).await.unwrap(), None);
    }
    transaction.commit().await.unwrap();
}

pub(super) async fn the_newest_version_is_the_one_that_was_published_last(store: Arc<dyn Store>) {
    with_clinic(&store, "oak").await;
    let mut transaction = store.write().await.unwrap();
    assert_eq!(transaction.newest_policy(&oak(), PolicyKind::Terms).await.unwrap(), None);
    let last = Timestamp(LATER.0 + 1);
    for (version, language, at) in [("9", "es", NOW), ("9", "en", last), ("10", "en", LATER)] {
        let name = named(PolicyKind::Terms, version, language);
        assert!(transaction.insert_policy(&oak(), &name, &told("# T\n\nx", at)).await.unwrap());
    }
    // A translation that came late makes an old version no newer.
    let newest = transaction.newest_policy(&oak(), PolicyKind::Terms).await.unwrap();
    assert_eq!(newest.as_ref().map(|one| one.as_str()), Some("10"));
    assert_eq!(transaction.newest_policy(&oak(), PolicyKind::Privacy).await.unwrap(), None);
    let nine = "9".parse().unwrap();
    let languages = transaction.policy_languages(&oak(), PolicyKind::Terms, &nine).await.unwrap();
    assert_eq!(languages.iter().map(PolicyLanguage::as_str).collect::<Vec<_>>(), ["en", "es"]);
}
