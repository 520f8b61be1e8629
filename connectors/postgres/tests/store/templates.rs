//! Template events.

use posthaste_model::{Millis, TemplateChanged, TemplateStatus, WabaId};
use posthaste_runtime::accounts::AccountStore as _;

use crate::world::{TEMPLATE, WABA, World, in_world};

async fn apply(world: &World, status: TemplateStatus, at: i64) -> String {
    let changed = TemplateChanged {
        waba_id: WabaId::new(WABA),
        name: TEMPLATE.into(),
        language: "en_US".into(),
        event: status.as_str().to_uppercase(),
        status: Some(status),
        reason: None,
        at: Millis(at),
    };
    world.store.apply_template_changed(&changed).await.expect("the event is applied");
    world.sql.query_one("SELECT status FROM template", &[]).await.expect("the template").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_events_of_one_second_the_later_in_the_log_counts_and_an_older_one_changes_nothing() {
    in_world(async |world| {
        assert_eq!(apply(&world, TemplateStatus::Paused, 5_000).await, "paused");
        assert_eq!(apply(&world, TemplateStatus::Approved, 5_000).await, "approved");
        assert_eq!(apply(&world, TemplateStatus::Disabled, 4_000).await, "approved");
        // The group's offset may be behind: the log is read again from there.
        assert_eq!(apply(&world, TemplateStatus::Paused, 5_000).await, "paused");
        assert_eq!(apply(&world, TemplateStatus::Approved, 5_000).await, "approved");
    })
    .await;
}
