//! A helper for a child, and several patients on one phone.

use postern_journeys::clinic::{CHILDREN, HELPERS_BIRTH_DATE, Visit};
use postern_journeys::{Journey, Kind, Options, Result, Role, ensure, journey};

journey! { core a_mother_answers_for_her_child_with_her_own_birth_date }
journey! { two_children_on_one_phone_are_asked_about_by_initials_after_the_birth_date }

const RECEIVED: &str = "We received your answer";
const WHOSE: &str = "Whose message would you like to read?";
const ADA: &str = "A. E., born on day 4 of the month";
const ALI: &str = "A. E., born on day 29 of the month";

async fn a_mother_answers_for_her_child_with_her_own_birth_date(kind: Kind) -> Result<()> {
    journey("helper", kind, Options::default(), async |journey: &mut Journey| {
        journey.clinic.family_comes().await?;
        let text = journey.clinic.send_to_mother(&CHILDREN[..1]).await?;
        journey.keep_secret(&text)?;
        ensure!(text.to == "+12025550133", "it went to {}", text.to);
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        journey.give_birth_date(("5", "4", "2017")).await?;
        page.says("That date did not open the message").await?;
        journey.give_birth_date(HELPERS_BIRTH_DATE).await?;
        page.says(Visit::WORDS).await?;
        page.says("For A. E.").await?;
        page.says("You answer as mother for A. E.").await?;
        let other = page.now(Role::Checkbox, "I am answering for someone else").await?;
        ensure!(other.is_none(), "it is known who answers");
        page.press("Yes, I will come").await?;
        page.heading(RECEIVED).await?;
        page.says("Eva Example (mother)").await?;

        let answers = journey.clinic.answers(1).await?;
        ensure!(answers[0]["by"]["name"] == "Eva Example", "{answers:?}");
        ensure!(answers[0]["patient"]["id"] == CHILDREN[0], "{answers:?}");
        let inbox = journey.clinic.desk_command(&["inbox"]).await?;
        ensure!(inbox.contains("by Eva Example (mother)"), "{inbox}");
        let history = journey.clinic.desk_command(&["history", "--patient", CHILDREN[0]]).await?;
        ensure!(history.contains("by Eva Example (mother)"), "{history}");
        Ok(())
    })
    .await
}

async fn two_children_on_one_phone_are_asked_about_by_initials_after_the_birth_date(
    kind: Kind,
) -> Result<()> {
    journey("family", kind, Options::default(), async |journey: &mut Journey| {
        journey.clinic.family_comes().await?;
        let text = journey.clinic.send_to_mother(&CHILDREN).await?;
        journey.keep_secret(&text)?;
        journey.tap(&text).await?;
        let page = journey.page();
        page.heading("Open your message").await?;
        let door = page.text().await?;
        ensure!(
            !door.contains("A. E.") && !door.contains("more than one"),
            "the door says whose it is: {door}"
        );
        journey.give_birth_date(HELPERS_BIRTH_DATE).await?;
        page.heading(WHOSE).await?;
        ensure!(
            !page.document().await?.contains(Visit::WORDS),
            "a message stands there before it was asked for"
        );
        page.button(ADA).await?;
        page.press(ALI).await?;
        page.says(Visit::WORDS).await?;
        page.says(&format!("For {ALI}")).await?;
        page.press("Yes, I will come").await?;
        page.heading(RECEIVED).await?;
        page.says(ALI).await?;
        page.press("Back to the message").await?;
        page.press(&format!("Go to the message for {ADA}")).await?;
        page.says(&format!("You answer as mother for {ADA}.")).await?;
        page.press("I cannot come").await?;
        page.press("Yes, cancel my visit").await?;
        page.heading(RECEIVED).await?;
        let answers = journey.clinic.answers(2).await?;
        let whose: Vec<_> = answers.iter().map(|one| (&one["patient"]["id"], &one["status"])).collect();
        ensure!(whose[0] == (&CHILDREN[1].into(), &"accepted".into()), "{whose:?}");
        ensure!(whose[1] == (&CHILDREN[0].into(), &"declined".into()), "{whose:?}");

        page.reload().await?;
        page.heading("Open your message").await?;
        journey.give_birth_date(HELPERS_BIRTH_DATE).await?;
        page.heading(WHOSE).await.map(drop)
    })
    .await
}
