//! Agreeing, refusing, not now, taking back.

use postern_journeys::clinic::{Visit, list};
use postern_journeys::{Context, Journey, Kind, Options, Page, Result, axe, ensure, journey};
use serde_json::Value;

journey! { core a_patient_agrees_sees_it_the_next_day_and_takes_it_back }
journey! { a_patient_refuses_and_not_now_opens_the_message }
journey! { marketing_without_a_tick_or_a_name_cannot_be_saved }
journey! { the_clinics_texts_open_beside_the_boxes_and_nothing_on_the_page_is_lost }
journey! { a_marketing_consent_lacking_an_element_is_not_sent }

const ASKED: &str = "May we text you about your care?";
const VISITS: &str = "Visits: reminders, changes, how to get ready";
const SURVEYS: &str = "Questions about how it was";

/// The buttons that agree and refuse take the same room, and no box is ticked.
async fn both_ways_weigh_the_same(page: &Page<'_>) -> Result<()> {
    let script = "const box = (words) => {
            const one = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === words);
            const style = getComputedStyle(one);
            return [one.offsetWidth, one.offsetHeight, style.color, style.backgroundColor, style.fontSize, style.fontWeight].join();
        };
        const ticked = document.querySelectorAll('input:checked').length;
        return box('I agree') === box('I do not agree') && ticked === 0 ? 'same' : box('I agree') + ' ' + box('I do not agree') + ticked;";
    let found = page.script(script).await?;
    ensure!(found == "same", "{found}");
    Ok(())
}

async fn consent(journey: &Journey, place: usize) -> Result<Value> {
    let told = journey.clinic.desk_command(&["consent", "show", "--patient", "patient-1", "--json"]).await?;
    let all = list(&serde_json::from_str(&told)?);
    ensure!(all.len() > place, "{all:?}");
    ensure!(all[place]["broken"].is_null(), "{:?}", all[place]["broken"]);
    Ok(all[place].clone())
}

async fn a_patient_agrees_sees_it_the_next_day_and_takes_it_back(kind: Kind) -> Result<()> {
    journey("consent-agrees", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.consent_arrives("care-texts").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.heading(ASKED).await?;
        page.says("(202) 555-0111").await?;
        page.says("Agreeing is not a condition of care.").await?;
        page.says("Message and data rates may apply.").await?;
        page.link("Privacy notice, version 2026-10 (opens a new tab)").await?;
        both_ways_weigh_the_same(&page).await?;
        page.press("I agree").await?;
        page.says("Tick at least one box to agree").await?;
        ensure!(journey.wire.count("/records/") == 0, "an agreement to nothing was sent");
        page.checkbox(VISITS).await?.press().await?;
        page.checkbox(SURVEYS).await?.press().await?;
        page.press("I agree").await?;
        page.heading("We received your answer").await?;
        page.says(SURVEYS).await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["kind"] == "Consent" && answers[0]["status"] == "active", "{answers:?}");
        ensure!(answers[0]["signature_valid"] == true && answers[0]["receipt_valid"] == true, "{answers:?}");
        let kept = consent(journey, 0).await?;
        ensure!(kept["permits"] == serde_json::json!(["appointments", "surveys"]), "{}", kept["permits"]);
        let id = kept["id"].as_str().unwrap_or_default().to_owned();
        let drawn = journey.clinic.desk_command(&["consent", "replay", &id]).await?;
        for words in [ASKED, "[ ] Visits: reminders, changes, how to get ready", "( I do not agree )"] {
            ensure!(drawn.contains(words), "not drawn again: {words}\n{drawn}");
        }

        journey.next_day().await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.heading("You agreed").await?;
        page.says(answers[0]["receipt_code"].as_str().unwrap_or_default()).await?;
        page.press("Take this back").await?;
        page.heading("Take back your agreement?").await?;
        page.press("No, keep it").await?;
        page.heading("You agreed").await?;
        page.press("Take this back").await?;
        page.press("Yes, take it back").await?;
        page.heading("We received your answer").await?;
        page.says("You took it back").await?;
        let answers = journey.clinic.answers(2).await?;
        ensure!(
            answers[1]["status"] == "inactive" && answers[1]["replaces"] == answers[0]["rid"],
            "{answers:?}"
        );
        let kept = consent(journey, 1).await?;
        ensure!(kept["status"] == "inactive" && list(&kept["permits"]).is_empty(), "{kept}");
        Ok(())
    })
    .await
}

async fn a_patient_refuses_and_not_now_opens_the_message(kind: Kind) -> Result<()> {
    journey("consent-refuses", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.consent_arrives("care-texts").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.heading(ASKED).await?;
        page.press("Not now, show me my message").await?;
        page.heading("Your message").await?;
        page.says("You have not chosen yet.").await?;
        ensure!(journey.wire.count("/records/") == 0, "not now was sent as an answer");
        page.press("Read and choose").await?;
        page.heading(ASKED).await?;
        page.press("I do not agree").await?;
        page.heading("We received your answer").await?;
        page.says("Your care stays the same.").await?;
        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["status"] == "rejected", "{answers:?}");
        ensure!(list(&consent(journey, 0).await?["permits"]).is_empty());
        page.press("Back to the message").await?;
        page.heading("You did not agree").await?;
        page.button("Choose again").await?;
        Ok(())
    })
    .await
}

async fn marketing_without_a_tick_or_a_name_cannot_be_saved(kind: Kind) -> Result<()> {
    journey("consent-marketing", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.consent_arrives("marketing").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.heading("May we text you offers?").await?;
        page.says("Elm Avenue Clinic LLC may send marketing texts to (202) 555-0111.").await?;
        page.press("I agree").await?;
        page.says("Tick at least one box to agree").await?;
        page.checkbox("Offers and news").await?.press().await?;
        page.press("I agree").await?;
        page.says("Type your full name to sign").await?;
        ensure!(journey.wire.count("/records/") == 0, "what cannot be saved was sent");
        page.fill("Type your full name to sign", "Ana Example").await?;
        page.press("I agree").await?;
        page.heading("We received your answer").await?;
        page.says("Ana Example").await?;
        journey.clinic.answers(1).await?;
        let kept = consent(journey, 0).await?;
        ensure!(kept["signature"] == "Ana Example" && kept["kind"] == "marketing", "{kept}");
        Ok(())
    })
    .await
}

async fn the_clinics_texts_open_beside_the_boxes_and_nothing_on_the_page_is_lost(kind: Kind) -> Result<()> {
    journey("consent-texts", kind, Options::default(), async |journey: &mut Journey| {
        let text = journey.consent_arrives("care-texts").await?;
        journey.open_message(&text).await?;
        let page = journey.page();
        page.heading(ASKED).await?;
        page.checkbox(SURVEYS).await?.press().await?;
        let driver = journey.browser.driver();
        let own = driver.window().await?;
        for (link, heading) in [
            ("How we send texts, version 2026-11 (opens a new tab)", "How we send texts"),
            ("Terms for our texts, version 2026-11 (opens a new tab)", "Terms for our texts"),
            ("Privacy notice, version 2026-10 (opens a new tab)", "Privacy notice"),
        ] {
            page.link(link).await?.press().await?;
            let other = driver.windows().await?.into_iter().find(|one| *one != own);
            driver.switch_to_window(other.context("it opens no tab of its own")?).await?;
            page.heading(heading).await?;
            page.says("Elm Avenue Clinic").await?;
            let found =
                page.script("return [document.scripts.length, String(window.opener)].join('|')").await?;
            ensure!(found == "0|null", "{found}");
            axe::audit(&journey.browser).await?;
            driver.close_window().await?;
            driver.switch_to_window(own.clone()).await?;
        }
        ensure!(page.checkbox(SURVEYS).await?.is_chosen().await?, "looking at the texts lost the tick");
        page.press("I agree").await?;
        page.heading("We received your answer").await?;
        journey.clinic.answers(1).await?;
        let named = list(&consent(journey, 0).await?["policies"]);
        let versions: Vec<&str> = named.iter().filter_map(|one| one["version"].as_str()).collect();
        ensure!(versions == ["2026-11", "2026-11", "2026-10"], "{named:?}");
        ensure!(
            named.iter().all(|one| one["sha256"].as_str().is_some_and(|hash| hash.len() == 43)),
            "{named:?}"
        );

        // A new version leaves the old one where it was; the bare address leads to the newest.
        journey.clinic.publish("privacy", "2027-01", "# Privacy notice of 2027\n\nWe keep less.").await?;
        let at = |path: &str| format!("http://{}/policy/privacy{path}", journey.clinic.origin());
        for (path, heading) in [
            ("", "Privacy notice of 2027"),
            ("/2026-10", "Privacy notice"),
            ("/2026-10/en", "Privacy notice"),
        ] {
            page.open(&at(path)).await?;
            page.heading(heading).await?;
        }
        Ok(())
    })
    .await
}

async fn a_marketing_consent_lacking_an_element_is_not_sent(kind: Kind) -> Result<()> {
    journey("consent-lacking", kind, Options::default(), async |journey: &mut Journey| {
        // What the desk asks with its own words is whole; the same without one sentence does not go out.
        let text = journey.consent_arrives("marketing").await?;
        let sent = journey.clinic.desk_command(&["send", "--to", "patient-1", "--consent", "marketing", "--dry-run", "--json"]).await?;
        ensure!(serde_json::from_str::<Value>(&sent)?["would_send"] == true, "{sent}");
        let lacking = serde_json::json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
            "resourceType": "Consent", "status": "proposed",
            "category": [{"coding": [{"system": "urn:postern:consent-kind", "code": "marketing"}]}],
            "organization": [{"display": "Elm Avenue Clinic LLC"}],
            "sourceAttachment": {"contentType": "text/plain", "language": "en", "data": "RWxtIEF2ZW51ZSBDbGluaWMgTExDIG1heSB0ZXh0IHlvdS4="},
            "provision": {"provision": [{"type": "permit", "code": [{"coding": [{"system": "urn:postern:category", "code": "marketing"}]}]}]},
        }}]});
        let file = journey.clinic.desk_folder().join("lacking.json");
        std::fs::write(&file, lacking.to_string())?;
        let file = file.to_str().unwrap_or_default();
        let refused = journey.clinic.desk_command(&["send", "--to", "patient-1", "--bundle", file]).await;
        let told = refused.err().map(|error| format!("{error:#}")).unwrap_or_default();
        // Texting policy, terms and privacy notice cannot be lacking: the desk names those that are published.
        for lack in ["consent-lacks", "number", "not a condition", "electronic signature"] {
            ensure!(told.contains(lack), "{lack}: {told}");
        }
        journey.open_message(&text).await?;
        journey.page().heading("May we text you offers?").await?;
        // A visit on another link is asked about as ever.
        let visit = journey.visit_arrives().await?;
        journey.open_message(&visit).await?;
        journey.page().says(Visit::WORDS).await
    })
    .await
}
