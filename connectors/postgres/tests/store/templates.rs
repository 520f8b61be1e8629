//! Template events.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::template::{TemplateComponents, TemplateQuality};
use posthaste_model::{
    AccountUpdated, Channel, EventType, Millis, TemplateChanged, TemplateStatus, WabaId, header, topic,
};
use posthaste_runtime::accounts::{AccountStore as _, AccountsRunner};
use posthaste_runtime::log::Assignee as _;
use posthaste_runtime::record::InRecord;
use posthaste_runtime::store::StoreError;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::world::{TEMPLATE, WABA, World, in_world};

fn changed(status: TemplateStatus, at: i64) -> TemplateChanged {
    TemplateChanged {
        waba_id: WabaId::new(WABA),
        name: TEMPLATE.into(),
        language: "en_US".into(),
        template_id: None,
        category: None,
        event: status.as_str().to_uppercase(),
        status: Some(status),
        reason: None,
        at: Millis(at),
        raw: String::new(),
    }
}

fn reworded(words: TemplateComponents, at: i64) -> AccountUpdated {
    AccountUpdated {
        channel: Channel::default(),
        waba_id: WabaId::new(WABA),
        sender_id: None,
        field: "message_template_components_update".into(),
        update: Update::TemplateComponents(Box::new(words)),
        at: Millis(at),
        raw: "{}".into(),
    }
}

async fn apply(world: &World, status: TemplateStatus, at: i64) -> String {
    world.store.apply_template_changed(&changed(status, at)).await.expect("the event is applied");
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

#[tokio::test(flavor = "multi_thread")]
async fn new_words_of_a_template_change_its_components_and_leave_the_rest_of_them() {
    in_world(async |world| {
        let components = r#"[{"type":"HEADER","format":"TEXT","text":"Old"},{"type":"BODY","text":"Hello {{1}}"},
            {"type":"FOOTER","text":"Kept"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Yes"}]}]"#;
        world.sql.execute("UPDATE template SET components = $1", &[&components]).await.expect("components");
        let words = TemplateComponents {
            message_template_name: Some(TEMPLATE.into()),
            message_template_language: Some("en-US".into()),
            message_template_element: Some("Dear {{1}}, {{2}} is here.".into()),
            message_template_title: Some("New".into()),
            ..TemplateComponents::default()
        };
        let outdated = world.store.apply_account_updated(&reworded(words, 5_000)).await.expect("the event is applied");
        assert_eq!(outdated, [(world.tenant, WabaId::new(WABA))], "of its buttons only Meta knows");
        let expected = components.replace("Old", "New").replace("Hello {{1}}", "Dear {{1}}, {{2}} is here.");
        let changed = "SELECT parameter_count = 2 AND components::jsonb = $1::text::jsonb FROM template";
        let row = world.sql.query_one(changed, &[&expected]).await.expect("the template");
        assert!(row.get::<_, bool>(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_template_that_is_not_known_asks_for_its_account_and_an_old_one_of_another_does_not() {
    in_world(async |world| {
        let asked = async |changed: TemplateChanged| {
            world.store.apply_template_changed(&changed).await.expect("the event is applied")
        };
        let account = [(world.tenant, WabaId::new(WABA))];
        assert_eq!(asked(changed(TemplateStatus::Approved, 5_000)).await, []);
        assert_eq!(asked(changed(TemplateStatus::Paused, 4_000)).await, [], "an older event of one that is known");
        let unknown = |status| TemplateChanged { name: "made_at_meta".into(), ..changed(status, 5_000) };
        assert_eq!(asked(unknown(TemplateStatus::Approved)).await, account);
        assert_eq!(asked(unknown(TemplateStatus::Deleted)).await, [], "there is nothing to be fetched");
        let quality = TemplateQuality {
            message_template_name: Some("made_at_meta".into()),
            message_template_language: Some("en-US".into()),
            new_quality_score: Some("GREEN".into()),
            ..TemplateQuality::default()
        };
        let updated = AccountUpdated {
            channel: Channel::default(),
            waba_id: WabaId::new(WABA),
            sender_id: None,
            field: "message_template_quality_update".into(),
            update: Update::from(quality),
            at: Millis(5_000),
            raw: "{}".into(),
        };
        assert_eq!(world.store.apply_account_updated(&updated).await.expect("the event is applied"), account);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_fit_into_the_store_stops_none_of_those_after_it() {
    in_world(async |world| {
        let (failures, mut failed) = mpsc::unbounded_channel();
        let (outdated, _) = mpsc::unbounded_channel();
        let runner = AccountsRunner::new(Arc::new(world.store.clone()), outdated, failures);
        let assigned = runner.assigned(vec![(topic::ACCOUNTS.to_owned(), 0)]).await.expect("a partition");
        let unfit = TemplateChanged { name: "order\0".into(), ..changed(TemplateStatus::Paused, 5_000) };
        for (offset, event) in (0..).zip([unfit, changed(TemplateStatus::Paused, 6_000)]) {
            let record = InRecord {
                topic: topic::ACCOUNTS.into(),
                partition: 0,
                offset,
                key: None,
                headers: [(header::CE_TYPE, EventType::TemplateChanged.as_str())].into_iter().collect(),
                value: Bytes::from(serde_json::to_vec(&event).expect("an event is JSON")),
            };
            assigned[0].records.send(record).await.expect("the partition reads");
        }
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        let status = "SELECT status FROM template";
        while world.sql.query_one(status, &[]).await.expect("the template").get::<_, String>(0) != "paused" {
            assert!(tokio::time::Instant::now() < deadline, "the second event was not applied");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(failed.try_recv().is_err(), "nothing is wrong with the process");
    })
    .await;
}

/// Another tenant with a number of the same account, and the same template.
async fn neighbour(world: &World) -> Uuid {
    let other = Uuid::now_v7();
    let statement = "INSERT INTO tenant (tenant_id, name) VALUES ($1, 'other')";
    world.sql.execute(statement, &[&other]).await.expect("a tenant");
    let statement = "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number) VALUES ($1, '1', $2, '+1')";
    world.sql.execute(statement, &[&other, &WABA]).await.expect("a sender");
    let statement = "INSERT INTO template (tenant_id, waba_id, name, language, status, category, body, parameter_count) \
                     SELECT $1, waba_id, name, language, status, category, body, parameter_count FROM template";
    world.sql.execute(statement, &[&other]).await.expect("a template");
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rows_of_one_tenant_cannot_hold_those_of_the_others_do() {
    in_world(async |world| {
        let tenants = [world.tenant.0, neighbour(&world).await];
        // Whoever comes first, the other one hears it too.
        for (at, (broken, whole)) in (5_000..).step_by(1_000).zip([(0, 1), (1, 0)]) {
            let spoil = "UPDATE template SET components = CASE WHEN tenant_id = $1 THEN 'no JSON' ELSE '[]' END";
            world.sql.execute(spoil, &[&tenants[broken]]).await.expect("components");
            let body = format!("As of {at}");
            let words = TemplateComponents {
                message_template_name: Some(TEMPLATE.into()),
                message_template_language: Some("en_US".into()),
                message_template_element: Some(body.clone()),
                ..TemplateComponents::default()
            };
            let applied = world.store.apply_account_updated(&reworded(words, at)).await;
            assert!(matches!(applied, Err(StoreError::Unfit(_))), "{applied:?}");
            let heard = "SELECT tenant_id FROM template WHERE body = $1";
            let heard = world.sql.query(heard, &[&body]).await.expect("the templates");
            assert_eq!(heard.iter().map(|row| row.get(0)).collect::<Vec<Uuid>>(), [tenants[whole]]);
        }
    })
    .await;
}
