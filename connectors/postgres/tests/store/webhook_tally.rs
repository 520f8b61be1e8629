//! What the edge has made of webhooks.

use std::collections::BTreeMap;

use posthaste_model::edge::Counted;
use posthaste_model::{AppKey, Millis, WebhooksCounted};
use posthaste_runtime::accounts::AccountStore as _;
use posthaste_sql::queries::webhook_tally::outcomes_of_app;

use crate::world::{World, in_world};

/// 2100-01-01, in milliseconds: nothing of it is old.
const LATER: i64 = 4_102_444_800_000;

/// What a process tells of an app: an outcome, how often it happened, and how many milliseconds after [`LATER`].
fn counted(edge: &str, app: Option<&str>, outcomes: &[(&str, i64, i64)]) -> WebhooksCounted {
    let outcomes = outcomes.iter().map(|(outcome, times, at)| {
        let counted = Counted { times: *times, at: Millis(LATER + at) };
        ((*outcome).to_owned(), counted)
    });
    WebhooksCounted {
        edge: edge.into(),
        app: app.map(AppKey::new),
        since: Millis(LATER),
        outcomes: outcomes.collect::<BTreeMap<_, _>>(),
        name: app.is_none().then(|| format!("name-of-{edge}")),
    }
}

async fn apply(world: &World, counted: WebhooksCounted) {
    world.store.apply_webhooks_counted(&counted).await.expect("the counts are kept");
}

async fn outcomes(world: &World, app: &str) -> Vec<(String, i64, i64, Option<String>)> {
    let rows = outcomes_of_app().bind(&world.sql, &app).all().await.expect("the outcomes");
    rows.into_iter().map(|row| (row.outcome, row.times, row.at_ms - LATER, row.name)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_changes_nothing_and_processes_are_added_up() {
    in_world(async |world| {
        let first = counted("one", Some("demo"), &[("accepted", 3, 30)]);
        let second = counted("one", Some("demo"), &[("accepted", 5, 50), ("signature_invalid", 1, 40)]);
        for told in [first.clone(), second.clone(), first, second] {
            apply(&world, told).await;
        }
        let refused = ("signature_invalid".to_owned(), 1, 40, None);
        assert_eq!(outcomes(&world, "demo").await, [("accepted".to_owned(), 5, 50, None), refused.clone()]);
        apply(&world, counted("two", Some("demo"), &[("accepted", 2, 20)])).await;
        assert_eq!(outcomes(&world, "demo").await, [("accepted".to_owned(), 7, 50, None), refused]);
        assert_eq!(outcomes(&world, "other").await, []);

        apply(&world, counted("one", None, &[("app_unknown", 1, 10)])).await;
        apply(&world, counted("two", None, &[("app_unknown", 1, 5)])).await;
        let others = [("app_unknown".to_owned(), 2, 10, Some("name-of-one".to_owned()))];
        assert_eq!(outcomes(&world, "").await, others);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_happened_for_thirty_days_is_forgotten() {
    in_world(async |world| {
        apply(&world, counted("one", Some("demo"), &[("accepted", 3, 0), ("signature_missing", 1, 0)])).await;
        let age = "UPDATE webhook_tally SET at = now() - interval '31 days' WHERE outcome = 'signature_missing'";
        assert_eq!(world.sql.execute(age, &[]).await.expect("a row grows old"), 1);
        apply(&world, counted("two", Some("other"), &[("accepted", 1, 0)])).await;
        assert_eq!(outcomes(&world, "demo").await, [("accepted".to_owned(), 3, 0, None)]);
    })
    .await;
}
