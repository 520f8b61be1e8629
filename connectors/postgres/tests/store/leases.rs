//! How long a new owner waits.

use std::time::Duration;

use posthaste_runtime::store::Store as _;

use crate::world::{World, in_world};

/// Longer than the test can take.
const LEASE: Duration = Duration::from_secs(3_600);
/// Less than that, more than what is waited after a proven end.
const MOST_OF_IT: Duration = Duration::from_secs(3_000);

/// Takes the lease over from `expected`, who has ended, or not; gives the wait.
async fn taken(world: &World, owner: &str, expected: &str, ended: bool) -> Duration {
    let has_ended = |before: &str| {
        assert_eq!(before, expected, "asked about the owner that the row names");
        ended
    };
    world.store.take_lease("senders", 0, (owner, &has_ended), LEASE).await.expect("a lease").wait
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_has_ended_is_hardly_waited_for_and_one_before_it_that_may_live_is() {
    in_world(async |world| {
        assert_eq!(taken(&world, "a", "", false).await, Duration::ZERO, "nobody had it");
        let after_a = taken(&world, "b", "a", true).await;
        assert!(after_a > Duration::ZERO && after_a < Duration::from_secs(10), "a has ended: {after_a:?}");
        let after_b = taken(&world, "c", "b", false).await;
        assert!(after_b > MOST_OF_IT, "b may live: {after_b:?}");
        let after_c = taken(&world, "d", "c", true).await;
        assert!(after_c > MOST_OF_IT, "c has ended, but it waited for b: {after_c:?}");
        world.store.release("senders", 0, 4).await.expect("given back");
        let after_d = taken(&world, "e", "d", false).await;
        assert!(after_d > MOST_OF_IT, "so did d: {after_d:?}");
    })
    .await;
}
