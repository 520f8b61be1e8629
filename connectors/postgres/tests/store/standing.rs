//! What Meta has against an account or a number.

use posthaste_core::standing::Restriction::{self, BusinessInitiated, CustomerInitiated, UtilityTemplates};
use posthaste_model::shape::filled;
use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::account::{AccountEvent, NumberQuality};
use posthaste_model::{AccountUpdated, Channel, Millis, WabaId};
use posthaste_postgres::{Admin, SenderSpec};
use posthaste_runtime::accounts::AccountStore as _;
use posthaste_runtime::store::{DirectoryEntry, Store as _};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use crate::world::{WABA, World, in_world};

/// 2100-01-01, in seconds: long after the world was made.
const LATER_S: i64 = 4_102_444_800;

async fn apply(world: &World, update: Update, at_ms: i64) -> DirectoryEntry {
    let updated = AccountUpdated {
        channel: Channel::default(),
        waba_id: WabaId::new(WABA),
        sender_id: None,
        field: "account_update".into(),
        update,
        at: Millis(at_ms),
        raw: "{}".into(),
    };
    let outdated = world.store.apply_account_updated(&updated).await.expect("the event is applied");
    assert!(outdated.is_empty(), "no template is concerned");
    world.store.directory().await.expect("the directory").remove(0)
}

/// What the directory says after an event: whether everything is stopped, and what is restricted until when, in unix seconds.
async fn told(world: &World, event: Value, at_s: i64) -> (bool, Vec<(Restriction, i64)>) {
    let event: AccountEvent = filled(&to_raw_value(&event).expect("JSON")).expect("an event");
    let entry = apply(world, Update::from(event), at_s * 1_000).await;
    let mut restrictions: Vec<_> = entry.restrictions.iter().map(|(own, until)| (*own, until.0 / 1_000)).collect();
    restrictions.sort_unstable_by_key(|(own, _)| own.as_str());
    (entry.blocked_until.is_some(), restrictions)
}

fn ban(state: &str) -> Value {
    json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": state } })
}

fn restricted(list: &[(Restriction, Option<i64>)]) -> Value {
    let one =
        |(own, until): &(Restriction, Option<i64>)| json!({ "restriction_type": own.meta(), "expiration": until });
    json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": list.iter().map(one).collect::<Vec<_>>() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_and_a_departure_end_each_by_its_own() {
    in_world(async |world| {
        let blocked = async |event: Value, at_s: i64| told(&world, event, at_s).await.0;
        assert!(blocked(ban("DISABLE"), 10).await);
        assert!(blocked(json!({ "event": "PARTNER_APP_INSTALLED" }), 20).await, "that is no word on the ban");
        assert!(blocked(json!({ "event": "PARTNER_REMOVED" }), 30).await);
        let reason = "SELECT blocked_reason FROM sender";
        let reason: String = world.sql.query_one(reason, &[]).await.expect("the sender").get(0);
        assert_eq!(reason, "Meta disabled the account; Meta reported PARTNER_REMOVED");
        assert!(blocked(ban("REINSTATE"), 40).await, "the partner is gone still");
        assert!(!blocked(json!({ "event": "PARTNER_ADDED" }), 50).await);
        assert!(!blocked(ban("DISABLE"), 39).await, "older than what ended it");
        assert!(blocked(json!({ "event": "ACCOUNT_OFFBOARDED" }), 60).await);
        assert!(!blocked(json!({ "event": "ACCOUNT_RECONNECTED" }), 60).await, "of one second, the later in the log");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_meta_has_against_an_account_holds_for_numbers_that_come_to_it_later() {
    in_world(async |world| {
        assert!(told(&world, ban("DISABLE"), 10).await.0);
        let mut admin = Admin::connect(&world.url).await.expect("an administrative connection");
        let mut registered = async |waba: &str| {
            let sender = SenderSpec {
                channel: Channel::Whatsapp,
                sender_id: "106540352242923".into(),
                waba_id: waba.into(),
                display_number: "+1 631 555 0101".into(),
                limit_per_second: 80,
                access_token: "token".into(),
                portfolio_id: None,
                messaging_limit: None,
            };
            admin.put_sender(world.tenant, &sender).await.expect("a sender");
            let directory = world.store.directory().await.expect("the directory");
            let own = directory.into_iter().find(|entry| entry.sender_id.as_str() == sender.sender_id);
            own.expect("an entry").blocked_until.is_some()
        };
        assert!(registered(WABA).await);
        assert!(!registered("another").await, "nothing is told of that account");
        assert!(registered(WABA).await);
        told(&world, ban("REINSTATE"), 20).await;
        assert!(!registered(WABA).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restriction_neither_ends_a_ban_nor_with_it() {
    in_world(async |world| {
        assert!(told(&world, ban("DISABLE"), 10).await.0);
        let until = [(BusinessInitiated, LATER_S)];
        let report = restricted(&[(BusinessInitiated, Some(LATER_S))]);
        assert_eq!(told(&world, report, 20).await, (true, until.into()));
        let past = restricted(&[(CustomerInitiated, Some(1_000))]);
        assert_eq!(told(&world, past, 30).await, (true, until.into()), "one that is over ends nothing else");
        assert_eq!(told(&world, ban("REINSTATE"), 40).await, (false, until.into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restrictions_are_kept_by_kind_and_end_when_meta_said_or_when_it_names_them_no_more() {
    in_world(async |world| {
        let forever = Millis::MAX_WRITABLE / 1_000;
        let both = restricted(&[(UtilityTemplates, None), (CustomerInitiated, Some(LATER_S))]);
        let told = async |event: Value, at_s: i64| told(&world, event, at_s).await.1;
        assert_eq!(told(both, 10).await, [(CustomerInitiated, LATER_S), (UtilityTemplates, forever)]);
        let other = restricted(&[(BusinessInitiated, Some(LATER_S + 5))]);
        let expected = [(BusinessInitiated, LATER_S + 5), (CustomerInitiated, LATER_S)];
        assert_eq!(told(other, 20).await, expected, "what has no end of its own is not named any more");
        let shorter = restricted(&[(BusinessInitiated, Some(LATER_S))]);
        assert_eq!(told(shorter.clone(), 15).await, expected, "an older report");
        assert_eq!(told(shorter, 30).await, [(BusinessInitiated, LATER_S), (CustomerInitiated, LATER_S)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_flagged_until_a_newer_report_of_its_quality() {
    in_world(async |world| {
        let told = async |number: &str, event: &str, at_ms: i64| {
            let quality = NumberQuality {
                display_phone_number: Some(number.into()),
                event: Some(event.into()),
                ..NumberQuality::default()
            };
            apply(&world, Update::from(quality), at_ms).await.is_flagged
        };
        assert!(told("+1 (631) 555-0100", "FLAGGED", 5_000).await);
        assert!(told("16315550100", "UNFLAGGED", 4_000).await, "an older report");
        assert!(told("16315550199", "UNFLAGGED", 6_000).await, "another number");
        assert!(!told("16315550100", "UNFLAGGED", 6_000).await);
        assert!(told("16315550100", "DOWNGRADE", 7_000).await);
        assert!(!told("16315550100", "UPGRADE", 8_000).await);
    })
    .await;
}
