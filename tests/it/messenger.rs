//! Pages of Messenger and Instagram accounts, end to end.

use posthaste_simulator::{Faults, PageMessageRecord, Share};
use serde_json::json;

use crate::support::wait::{PATIENCE, holds, until};
use crate::support::{Plan, World};

const PAGE: &str = "2093";
const ACCOUNT: &str = "2094";
/// People who write to each; every one gets one answer.
const PEOPLE: u64 = 40;

fn share(value: f64) -> Share {
    Share::try_from(value).expect("between 0 and 1")
}

fn person(sender: &str, n: u64) -> String {
    format!("{sender}{n:04}")
}

/// What the store says of a message, by Meta's id.
async fn status_of(world: &World, message: &PageMessageRecord) -> String {
    let mid = &message.mid;
    let rows = world.database.query("SELECT status FROM attempt WHERE wamid = $1", &[mid]).await;
    rows.first().map_or_else(|| "nowhere".to_owned(), |row| row.get(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_people_reach_them_and_every_report_of_metas_finds_its_message() {
    let world = World::start(Plan {
        pages: &["messenger:2093:page-token", "instagram:2094:account-token"],
        enforces_windows: true,
        faults: Faults {
            read_share: share(0.5),
            watermark_only_share: share(0.4),
            duplicate_share: share(0.1),
            ..Faults::NONE
        },
        ..Plan::default()
    })
    .await;
    for (sender, n) in [PAGE, ACCOUNT].into_iter().flat_map(|sender| (0..PEOPLE).map(move |n| (sender, n))) {
        world.control("page-inbound", &json!({ "page": sender, "from": person(sender, n), "text": "Size 38?" })).await;
    }
    until("what they wrote is kept", PATIENCE, async || {
        let windows = world.database.number("SELECT count(*) FROM service_window").await;
        holds(windows == 2 * PEOPLE as i64, || windows.to_string())
    })
    .await;

    for (sender, channel) in [(PAGE, "messenger"), (ACCOUNT, "instagram")] {
        let action = json!({ "sender_id": sender, "to": person(sender, 0), channel: { "sender_action": "typing_on" } });
        world.tenant.post_new("/v1/messages", &action).await.expect(202);
        for n in 0..PEOPLE {
            let answer = json!({ "message": { "text": "Yes" } });
            let body = json!({ "sender_id": sender, "to": person(sender, n), channel: answer });
            world.tenant.post_new("/v1/messages", &body).await.expect(202);
        }
        // Whoever has not written cannot be written to.
        let stranger = json!({ "sender_id": sender, "to": "1", channel: { "message": { "text": "Hello" } } });
        world.tenant.post_new("/v1/messages", &stranger).await.expect(422);
    }
    until("Meta has taken them", PATIENCE, async || {
        let pages = world.simulator.ledger().pages;
        holds(pages.accepted == 2 * PEOPLE && pages.sender_actions == 2, || format!("{pages:?}"))
    })
    .await;
    world.flush().await;
    let messages = world.simulator.page_messages(0, 1_000);
    assert_eq!(messages.len() as u64, 2 * PEOPLE);
    for message in &messages {
        let told = serde_json::to_value(message.status).expect("a word");
        until("the message has the status that Meta reported", PATIENCE, async || {
            let status = status_of(&world, message).await;
            holds(told == status.as_str(), || format!("{message:?} is {status}"))
        })
        .await;
    }
    let pages = world.simulator.ledger().pages;
    assert!(pages.by_final_status.read > 0 && pages.by_final_status.delivered > 0, "{pages:?}");
    assert_eq!((pages.breaches, pages.duplicate_intents, pages.rejected_by_code.len()), (0, 0, 0), "{pages:?}");
    world.assert_no_breach_and_no_duplicate();
}
