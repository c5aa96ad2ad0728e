//! What a message holds cannot be told from what its page asks for.

use postern_journeys::{Journey, Kind, Options, Result, clinic::Text, ensure, journey};
use std::{collections::BTreeSet, time::Duration};

journey! { the_page_asks_for_the_same_whatever_the_message_holds }

/// Longer than the second file, the sight of the message and one look for a recall take.
const WHILE_READING: Duration = Duration::from_secs(10);

/// What a browser asks for from the tap until some time into reading: methods and paths.
async fn asked_for(
    kind: Kind,
    name: &str,
    words: &str,
    arrives: impl AsyncFnOnce(&mut Journey) -> Result<Text>,
) -> Result<BTreeSet<(String, String)>> {
    let mut asked = BTreeSet::new();
    journey(name, kind, Options::default(), async |journey: &mut Journey| {
        let text = arrives(journey).await?;
        journey.open_message(&text).await?;
        journey.page().says(words).await?;
        tokio::time::sleep(WHILE_READING).await;
        let all = journey.wire.exchanges();
        let ours = all.iter().filter(|one| one.on_origin);
        asked = ours.map(|one| (one.method.clone(), one.path().to_owned())).collect();
        Ok(())
    })
    .await?;
    Ok(asked)
}

async fn the_page_asks_for_the_same_whatever_the_message_holds(kind: Kind) -> Result<()> {
    let results = ("Your results", "All of them are well.");
    let words = asked_for(kind, "alike-words", results.1, async |journey: &mut Journey| {
        journey.words_arrive(results.0, results.1).await
    });
    let visit = asked_for(kind, "alike-visit", "Yes, I will come", async |journey: &mut Journey| {
        journey.visit_arrives().await
    });
    let consent = asked_for(kind, "alike-consent", "I do not agree", async |journey: &mut Journey| {
        journey.consent_arrives("care-texts").await
    });
    let words = words.await?;
    for path in ["/api/v1/verify/finish", "/api/v1/session/seen"] {
        ensure!(words.contains(&("POST".to_owned(), path.to_owned())), "{path} was not asked for: {words:?}");
    }
    for other in [visit.await?, consent.await?] {
        ensure!(other == words, "{:?}", other.symmetric_difference(&words).collect::<Vec<_>>());
    }
    Ok(())
}
