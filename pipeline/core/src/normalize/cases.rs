//! Every field and type of Meta's contract, as data: `cases/*.json` say what each becomes, and are the source of the first
//! table of `docs/META_COVERAGE.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use posthaste_model::EventType;
use posthaste_model::whatsapp::Update;
use serde_json::{Value as Json, json};

use super::*;

pub(super) const MESSAGES: &str = include_str!("../../cases/messages.json");
const FIELDS: &str = include_str!("../../cases/fields.json");
const MESSENGER: &str = include_str!("../../cases/messenger.json");
/// Where the page stands.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/META_COVERAGE.md");
/// What stands around the generated part of the page.
const MARKS: [&str; 2] = ["<!-- what comes in: written by a test -->\n", "<!-- end of what comes in -->\n"];
/// The number that webhooks are about.
const NUMBER: &str = "1065";
/// The page, or the Instagram account, that webhooks are about.
const PAGE_ID: &str = "2093";
/// The person who wrote to it.
const PERSON: &str = "7180";

pub(super) fn cases(text: &str) -> Vec<Json> {
    serde_json::from_str(text).expect("a list of cases")
}

fn what(case: &Json) -> &str {
    case["what"].as_str().expect("a case says what it shows")
}

/// A webhook with this change, from an account with one number; two people are named in it.
fn change(field: &str, mut value: Json) -> Json {
    value["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": NUMBER});
    value["contacts"] = json!([
        {"profile": {"name": "Somebody"}, "wa_id": "12025559999"},
        {"profile": {"name": "Kerry", "username": "@kerry"}, "user_id": "US.1"}]);
    json!({"object": "whatsapp_business_account", "entry": [{"id": "WABA", "changes": [{"field": field, "value": value}]}]})
}

/// A message with what all of them have, unless the case says otherwise.
pub(super) fn message(case: &Json) -> Json {
    let mut message = json!({"id": "wamid.C", "from": "12025558000", "timestamp": "1790000000"});
    let own = case["message"].as_object().expect("a message").clone();
    message.as_object_mut().expect("an object").extend(own);
    message
}

/// The events of a webhook as they go over the log, each with its type.
fn events(webhook: &Json) -> Vec<Json> {
    let output = normalize(&RawWebhook { body: webhook.to_string().as_bytes(), received_at: Millis(1) });
    assert_eq!(output.buried, [], "{webhook}");
    output.events.iter().flat_map(|(_, event)| written(event)).collect()
}

fn written(event: &Normalized) -> Vec<Json> {
    let of = |event_type: EventType, value: serde_json::Result<Json>| {
        let mut value = value.expect("an event is JSON");
        value["event"] = json!(event_type.as_str());
        value
    };
    let one = match event {
        Normalized::Status(own) => of(EventType::StatusObserved, serde_json::to_value(own)),
        Normalized::Watermark(own) => of(EventType::WatermarkObserved, serde_json::to_value(own)),
        Normalized::Inbound(own) => of(EventType::InboundReceived, serde_json::to_value(&**own)),
        Normalized::Template(own) => of(EventType::TemplateChanged, serde_json::to_value(own)),
        Normalized::Limits(own) => of(EventType::LimitsChanged, serde_json::to_value(own)),
        Normalized::Account(own) => of(EventType::AccountUpdated, serde_json::to_value(&**own)),
        Normalized::Unknown(own) => of(EventType::UnknownUpdate, serde_json::to_value(own)),
        Normalized::UnknownStatus(own) => {
            let update = of(EventType::UnknownUpdate, serde_json::to_value(&own.update));
            return vec![update, of(EventType::StatusReported, serde_json::to_value(&own.reported))];
        }
    };
    vec![one]
}

/// Compares the members that the case names, and each of them wholly.
fn assert_has(event: &Json, expected: &Json, case: &Json) {
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&event[name], value, "{name} of \"{}\": {event}", what(case));
    }
}

/// A webhook of a page or of an Instagram account, with one event or one change; a person and a time are named in each event,
/// unless the case says otherwise.
fn entry(case: &Json) -> Json {
    let mut entry = json!({"id": PAGE_ID, "time": 1_790_000_000_500_i64});
    if case["event"].is_object() {
        let mut event =
            json!({"sender": {"id": PERSON}, "recipient": {"id": PAGE_ID}, "timestamp": 1_790_000_000_123_i64});
        event.as_object_mut().expect("an object").extend(case["event"].as_object().expect("an object").clone());
        entry[case["list"].as_str().unwrap_or("messaging")] = json!([event]);
    } else {
        entry["changes"] = json!([case["change"]]);
    }
    json!({"object": case["object"], "entry": [entry]})
}

#[test]
fn every_event_of_messenger_and_instagram_becomes_what_its_case_says() {
    for case in cases(MESSENGER) {
        let events = events(&entry(&case));
        let expected = case["becomes"].as_array().expect("a list");
        assert_eq!(events.len(), expected.len(), "{case}: {events:?}");
        for (event, expected) in events.iter().zip(expected) {
            assert_has(event, expected, &case);
            match event["event"].as_str() {
                Some("inbound.received.v1") => assert_reads_back::<InboundReceived>(event),
                Some("account.updated.v1") => assert_reads_back::<AccountUpdated>(event),
                Some("account.unknown_update.v1") => assert_reads_back::<UnknownUpdate>(event),
                Some("watermark.observed.v1") => assert_reads_back::<WatermarkObserved>(event),
                _ => assert_reads_back::<StatusObserved>(event),
            }
        }
    }
}

/// The kinds of what the cases of Messenger and Instagram become.
fn kinds_of_messenger(pointer: &str) -> impl Iterator<Item = String> {
    let becomes = cases(MESSENGER).into_iter().flat_map(|case| case["becomes"].as_array().cloned().unwrap_or_default());
    becomes.filter_map(move |event| event.pointer(pointer)?.as_str().map(str::to_owned))
}

#[test]
fn every_type_of_message_becomes_what_its_case_says() {
    let mut kinds: BTreeSet<String> = kinds_of_messenger("/kind").collect();
    for case in cases(MESSAGES) {
        let events = events(&change("messages", json!({"messages": [message(&case)]})));
        assert_eq!(events.len(), 1, "{case}");
        assert_has(&events[0], &case["becomes"], &case);
        let raw: Json = serde_json::from_str(events[0]["raw"].as_str().expect("the bytes")).expect("JSON");
        assert_eq!(raw, message(&case));
        kinds.insert(events[0]["kind"].as_str().expect("a kind").to_owned());
        assert_reads_back::<InboundReceived>(&events[0]);
    }
    let all: BTreeSet<String> =
        posthaste_model::whatsapp::Content::KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    assert_eq!(kinds, all, "a kind without a case, or the reverse");
}

#[test]
fn every_field_becomes_what_its_case_says() {
    let mut kinds: BTreeSet<String> = kinds_of_messenger("/update/kind").collect();
    for case in cases(FIELDS) {
        let field = case["field"].as_str().expect("a field");
        let events = events(&change(field, case["value"].clone()));
        let expected = case["becomes"].as_array().expect("a list");
        assert_eq!(events.len(), expected.len(), "{case}: {events:?}");
        for (event, expected) in events.iter().zip(expected) {
            assert_has(event, expected, &case);
            if event["event"] == EventType::AccountUpdated.as_str() {
                kinds.insert(event["update"]["kind"].as_str().expect("a kind").to_owned());
                assert_reads_back::<AccountUpdated>(event);
            } else if event["event"] == EventType::StatusReported.as_str() {
                assert_reads_back::<StatusReported>(event);
            }
        }
    }
    let all: BTreeSet<String> = Update::KINDS.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    assert_eq!(kinds, all, "a kind without a case, or the reverse");
}

/// Meta's events of templates (Meta: webhooks/reference/message_template_status_update).
const TEMPLATE_EVENTS: [&str; 14] = [
    "APPROVED",
    "REJECTED",
    "PENDING",
    "PAUSED",
    "DISABLED",
    "FLAGGED",
    "REINSTATED",
    "IN_APPEAL",
    "LIMIT_EXCEEDED",
    "LOCKED",
    "DELETED",
    "PENDING_DELETION",
    "ARCHIVED",
    "UNARCHIVED",
];
/// Meta's events of accounts (Meta: webhooks/reference/account_update).
const ACCOUNT_EVENTS: [&str; 16] = [
    "ACCOUNT_DELETED",
    "ACCOUNT_OFFBOARDED",
    "ACCOUNT_RECONNECTED",
    "ACCOUNT_VIOLATION",
    "ACCOUNT_RESTRICTION",
    "DISABLED_UPDATE",
    "VOLUME_BASED_PRICING_TIER_UPDATE",
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
    "PARTNER_ADDED",
    "PARTNER_REMOVED",
    "PARTNER_APP_INSTALLED",
    "PARTNER_APP_UNINSTALLED",
    "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
    "AD_ACCOUNT_LINKED",
    "MM_LITE_TERMS_SIGNED",
];

#[test]
fn every_event_that_meta_names_has_a_case() {
    let cases = cases(FIELDS);
    for (field, events) in
        [("message_template_status_update", &TEMPLATE_EVENTS[..]), ("account_update", &ACCOUNT_EVENTS)]
    {
        for event in events {
            let is_shown = |case: &Json| case["field"] == field && case["value"]["event"] == *event;
            assert!(cases.iter().any(is_shown), "{field}: {event}");
        }
    }
}

fn assert_reads_back<T: serde::Serialize + serde::de::DeserializeOwned>(event: &Json) {
    let mut event = event.clone();
    event.as_object_mut().expect("an object").remove("event");
    let read: T = serde_json::from_value(event.clone()).expect("its own output");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), event);
}

/// Where a case stands: the field of a change, or the object and the list of an event.
fn field(case: &Json) -> String {
    match (&case["object"], &case["field"]) {
        (Json::String(object), _) if case["event"].is_object() => {
            format!("{object}: {}", case["list"].as_str().unwrap_or("messaging"))
        }
        (Json::String(object), _) => format!("{object}: {}", case["change"]["field"].as_str().unwrap_or("changes")),
        (_, field) => field.as_str().unwrap_or("").to_owned(),
    }
}

/// The table of what comes in.
fn table() -> String {
    let mut page = String::from("| what Meta sends | field | becomes | as |\n|---|---|---|---|\n");
    let mut row = |what: &str, field: &str, event: &str, kind: &str| {
        writeln!(page, "| {what} | `{field}` | `{event}` | {kind} |").expect("a string takes everything");
    };
    for case in cases(MESSAGES) {
        let kind = case["becomes"]["kind"].as_str().map_or("".to_owned(), |kind| format!("`{kind}`"));
        row(what(&case), "messages", EventType::InboundReceived.as_str(), &kind);
    }
    for case in cases(FIELDS).into_iter().chain(cases(MESSENGER)) {
        for event in case["becomes"].as_array().expect("a list") {
            let kinds = [&event["update"]["kind"], &event["kind"], &event["status"], &event["source"], &event["what"]];
            let kind = kinds.iter().find_map(|kind| kind.as_str()).map_or("".to_owned(), |kind| format!("`{kind}`"));
            row(what(&case), &field(&case), event["event"].as_str().unwrap_or(""), &kind);
        }
    }
    page
}

#[test]
fn the_page_says_what_the_cases_say() {
    let page = std::fs::read_to_string(PAGE).expect("docs/META_COVERAGE.md");
    let (before, rest) = page.split_once(MARKS[0]).expect("the page has the first mark");
    let (own, after) = rest.split_once(MARKS[1]).expect("the page has the second mark");
    if std::env::var_os("POSTHASTE_TEST_WRITE_DOCS").is_some() {
        let whole = [before, MARKS[0], &table(), MARKS[1], after].concat();
        return std::fs::write(PAGE, whole).expect("docs/META_COVERAGE.md can be written");
    }
    assert!(own == table(), "docs/META_COVERAGE.md is stale; run this test with POSTHASTE_TEST_WRITE_DOCS=1 once");
}
