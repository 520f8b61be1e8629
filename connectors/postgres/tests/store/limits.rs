//! Limits that Meta changes, and what counts against them.

use posthaste_model::{LimitsChanged, MessagingLimit, Millis, SenderId, WabaId};
use posthaste_runtime::accounts::AccountStore as _;
use posthaste_runtime::store::Store as _;

use crate::world::{SENDER, WABA, World, in_world};

/// Long after the world was made.
const LATER: i64 = 4_000_000_000_000;

async fn apply(
    world: &World,
    limit_per_second: Option<u32>,
    limit: Option<MessagingLimit>,
    at: i64,
) -> (u32, Option<u32>) {
    let changed = LimitsChanged {
        waba_id: WabaId::new(WABA),
        number: Some("16315550100".into()),
        limit_per_second,
        messaging_limit: limit,
        at: Millis(at),
    };
    world.store.apply_limits_changed(&changed).await.expect("the event is applied");
    let senders = world.store.directory().await.expect("the directory");
    (senders[0].limit_per_second, senders[0].messaging_limit)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_event_of_a_limit_counts_and_each_limit_has_its_own() {
    use MessagingLimit::{People, Unlimited};
    in_world(async |world| {
        assert_eq!(apply(&world, Some(1_000), None, 5_000).await, (80, None), "older than what the operator said");
        assert_eq!(apply(&world, Some(1_000), None, LATER).await, (1_000, None));
        assert_eq!(apply(&world, None, Some(People(2_000)), LATER - 1_000).await, (1_000, Some(2_000)));
        assert_eq!(apply(&world, None, Some(People(250)), LATER - 2_000).await, (1_000, Some(2_000)));
        assert_eq!(apply(&world, None, Some(Unlimited), LATER).await, (1_000, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_learns_how_much_was_written_in_each_second_of_late() {
    in_world(async |world| {
        let insert = "INSERT INTO inbound_message (tenant_id, sender_id, wamid, at, kind, raw) \
                      VALUES ($1, $2, $3, at_ms($4), 'text', '')";
        for (wamid, second) in [("old", 9), ("a", 10), ("b", 12), ("c", 12), ("d", 12)] {
            let at = second * 1_000_i64;
            world.sql.execute(insert, &[&world.tenant.0, &SENDER, &wamid, &at]).await.expect("a message");
        }
        let senders = [(world.tenant, SenderId::new(SENDER)), (world.tenant, SenderId::new("1"))];
        let mut heard = world.store.heard(&senders, Millis(10_000)).await.expect("an answer");
        heard.sort_unstable();
        let known = |second: i64, messages| (SenderId::new(SENDER), Millis(second * 1_000), messages);
        assert_eq!(heard, [known(10, 1), known(12, 3)]);
        assert_eq!(world.store.heard(&senders[1..], Millis(0)).await.expect("an answer"), []);
    })
    .await;
}
