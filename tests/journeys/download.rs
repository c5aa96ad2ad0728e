//! What a phone downloads: each file once, in every browser.

use postern_journeys::{Journey, Kind, Options, Result, ensure, journey};
use std::collections::BTreeMap;

journey! { core each_file_is_downloaded_once }

async fn each_file_is_downloaded_once(kind: Kind) -> Result<()> {
    journey("download", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.words_arrive("Your results", "All of them are well.").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.says("All of them are well.").await?;
        // What needs the second file is there.
        page.button("Close this message").await?;
        page.button("Leave now (weather.gov)").await?;
        let mut files = BTreeMap::new();
        for one in journey.wire.exchanges().iter().filter(|one| one.path().starts_with("/assets/")) {
            *files.entry(one.path().to_owned()).or_insert(0) += 1;
        }
        ensure!(
            files.keys().any(|path| path.contains("later")),
            "the second file was not watched: {files:?}"
        );
        ensure!(files.values().all(|count| *count == 1), "downloaded twice: {files:?}");
        Ok(())
    })
    .await
}
