//! What may be said about a number, an account or a group (Meta: business-phone-numbers, whatsapp/block-users, webhooks/override,
//! groups/reference). Each check gives the members that are passed on; no detail repeats a PIN or a code.

use serde_json::Value;

use super::rules::told;
use crate::fields::{Faults, Object};
use crate::problem::{Code, Problem};

/// Digits of a PIN.
const PIN_DIGITS: usize = 6;
/// Longest verification code, in digits.
const CODE_DIGITS_MAX: usize = 8;
/// Longest code of a language.
const LANGUAGE_MAX: usize = 16;
/// Most characters of each text of a profile.
const PROFILE: [(&str, usize); 5] =
    [("about", 139), ("address", 256), ("description", 512), ("email", 128), ("profile_picture_handle", 4_096)];
/// Most websites of a profile, and most characters of one.
const WEBSITES_MAX: usize = 2;
const WEBSITE_MAX: usize = 256;
/// Trades of a profile.
const VERTICALS: [&str; 23] = [
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "NOT_A_BIZ",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
];
/// Most people who are blocked at once, and most characters of what names one.
const PEOPLE_MAX: usize = 1_000;
const PERSON_MAX: usize = 256;
/// Most characters of a group's subject, and of its description.
const SUBJECT_MAX: usize = 128;
const DESCRIPTION_MAX: usize = 2_048;
/// Most people who leave a group at once: no more can be in one.
const PARTICIPANTS_MAX: usize = 8;
/// Most requests that are decided at once, and most characters of the id of one.
const JOIN_REQUESTS_MAX: usize = 1_000;
const JOIN_REQUEST_MAX: usize = 512;
/// Longest address of a callback, and longest verify token.
const CALLBACK_MAX: usize = 200;
const VERIFY_TOKEN_MAX: usize = 1_024;

fn check(body: &Value, rule: impl FnOnce(&Faults, &Object<'_, '_>)) -> Result<(), Problem> {
    let faults = Faults::default();
    if let Some(object) = faults.object(body) {
        rule(&faults, &object);
    }
    told(&faults)
}

fn product(faults: &Faults, body: &Value) {
    if body["messaging_product"] != "whatsapp" {
        faults.push("/messaging_product", Code::FieldMissing, "write \"whatsapp\"");
    }
}

fn digits(object: &Object<'_, '_>, member: &str, count: std::ops::RangeInclusive<usize>, detail: &str) {
    let is_good = |value: &Value| {
        value.as_str().is_some_and(|text| count.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
    };
    object.checked(member, detail, |value| is_good(value).then_some(()));
}

fn six_digits(object: &Object<'_, '_>) {
    digits(object, "pin", PIN_DIGITS..=PIN_DIGITS, "write a text of six digits");
}

/// A change of the PIN: nothing else of a number can be changed.
pub(super) fn pin(body: &Value) -> Result<&'static [&'static str], Problem> {
    const MEMBERS: [&str; 1] = ["pin"];
    check(body, |_, object| {
        object.only(&MEMBERS);
        six_digits(object);
    })?;
    Ok(&MEMBERS)
}

/// Whether marketing templates of an account may leave as any message does (Meta: marketing-messages/send-marketing-messages): nothing
/// else of an account can be changed.
pub(super) fn marketing(body: &Value) -> Result<&'static [&'static str], Problem> {
    const MEMBERS: [&str; 1] = ["disable_marketing_messages_on_cloud_api"];
    check(body, |_, object| {
        object.only(&MEMBERS);
        object.checked(MEMBERS[0], "write true or false", Value::as_bool);
    })?;
    Ok(&MEMBERS)
}

/// A registration.
pub(super) fn register(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        six_digits(object);
        if object.has("data_localization_region") {
            let is_country = |value: &Value| {
                value.as_str().is_some_and(|text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()))
            };
            let detail = "write a country of two letters, such as DE";
            object.checked("data_localization_region", detail, |value| is_country(value).then_some(()));
        }
        if object.has("backup") {
            object.object("backup", "an object with data and password");
        }
    })?;
    Ok(&["messaging_product", "pin", "data_localization_region", "backup"])
}

/// An order of a verification code.
pub(super) fn code_order(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        let known = |text: &str| matches!(text, "SMS" | "VOICE").then_some(());
        if object.has("code_method") {
            object.choice_or("code_method", (), known, "SMS or VOICE");
        } else {
            faults.push("/code_method", Code::FieldMissing, "write SMS or VOICE");
        }
        object.text("language", 2..=LANGUAGE_MAX);
    })?;
    Ok(&["code_method", "language"])
}

/// A verification code.
pub(super) fn code(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |_, object| digits(object, "code", 1..=CODE_DIGITS_MAX, "write the digits that were sent"))?;
    Ok(&["code"])
}

/// A change of the profile.
pub(super) fn profile(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        for (member, characters_max) in PROFILE {
            object.optional_text(member, 0..=characters_max);
        }
        object.choice_or("vertical", (), |text| VERTICALS.contains(&text).then_some(()), &VERTICALS.join(" or "));
        let websites = object.texts("websites", false).unwrap_or_default();
        let is_site = |site: &&str| {
            (site.starts_with("https://") || site.starts_with("http://")) && site.chars().count() <= WEBSITE_MAX
        };
        if websites.len() > WEBSITES_MAX || !websites.iter().all(is_site) {
            let detail =
                format!("write at most {WEBSITES_MAX} addresses with http:// or https:// and {WEBSITE_MAX} characters");
            object.invalid("websites", detail);
        }
    })?;
    const MEMBERS: [&str; 8] = [
        "messaging_product",
        "about",
        "address",
        "description",
        "email",
        "profile_picture_handle",
        "vertical",
        "websites",
    ];
    Ok(&MEMBERS)
}

/// People who are to be blocked, or not any more.
pub(super) fn people(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        let people = object.value("block_users").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if people.is_empty() || people.len() > PEOPLE_MAX {
            object.invalid("block_users", format!("write a list of 1 to {PEOPLE_MAX} objects with user"));
            return;
        }
        for (place, person) in people.iter().enumerate() {
            let named = |member: &str| {
                person[member]
                    .as_str()
                    .is_some_and(|text| (1..=PERSON_MAX).contains(&text.len()) && !text.contains('\0'))
            };
            if !named("user") && !named("user_id") {
                let detail = "write the phone number in user, or the person's id in user_id";
                faults.push(format!("/block_users/{place}/user"), Code::FieldInvalid, detail);
            }
        }
    })?;
    Ok(&["messaging_product", "block_users"])
}

/// A request for what a number's phone has: its contacts, or its messages of the past. Meta takes each once, within 24 hours after the
/// number came.
pub(super) fn app_data(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        let known = |text: &str| matches!(text, "smb_app_state_sync" | "history").then_some(());
        if object.has("sync_type") {
            object.choice_or("sync_type", (), known, "smb_app_state_sync or history");
        } else {
            faults.push("/sync_type", Code::FieldMissing, "write smb_app_state_sync or history");
        }
    })?;
    Ok(&["messaging_product", "sync_type"])
}

/// A group that is to be made.
pub(super) fn group(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        object.text("subject", 1..=SUBJECT_MAX);
        object.optional_text("description", 0..=DESCRIPTION_MAX);
        let known = |text: &str| matches!(text, "approval_required" | "auto_approve").then_some(());
        object.choice_or("join_approval_mode", (), known, "approval_required or auto_approve");
    })?;
    Ok(&["messaging_product", "subject", "description", "join_approval_mode"])
}

/// Other settings of a group. A picture is a file, which this API does not take here.
pub(super) fn group_settings(body: &Value) -> Result<&'static [&'static str], Problem> {
    const MEMBERS: [&str; 3] = ["messaging_product", "subject", "description"];
    check(body, |faults, object| {
        product(faults, body);
        object.only(&MEMBERS);
        object.optional_text("subject", 1..=SUBJECT_MAX);
        object.optional_text("description", 0..=DESCRIPTION_MAX);
        if !object.has("subject") && !object.has("description") {
            object.invalid("subject", "nothing is changed; write subject or description");
        }
    })?;
    Ok(&MEMBERS)
}

/// An order of a new link.
pub(super) fn new_link(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, _| product(faults, body))?;
    Ok(&["messaging_product"])
}

/// People who are to leave a group.
pub(super) fn participants(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        for person in object.objects("participants", 1..=PARTICIPANTS_MAX, "user").unwrap_or_default() {
            person.text("user", 1..=PERSON_MAX);
        }
    })?;
    Ok(&["messaging_product", "participants"])
}

/// Requests to join a group that are decided.
pub(super) fn join_requests(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |faults, object| {
        product(faults, body);
        let Some(ids) = object.texts("join_requests", true) else { return };
        let is_id = |id: &&str| (1..=JOIN_REQUEST_MAX).contains(&id.len()) && !id.contains('\0');
        if !(1..=JOIN_REQUESTS_MAX).contains(&ids.len()) || !ids.iter().all(is_id) {
            object.invalid("join_requests", format!("write a list of 1 to {JOIN_REQUESTS_MAX} ids of requests"));
        }
    })?;
    Ok(&["messaging_product", "join_requests"])
}

/// A subscription, which may have a callback of its own.
pub(super) fn subscription(body: &Value) -> Result<&'static [&'static str], Problem> {
    check(body, |_, object| {
        object.only(&["override_callback_uri", "verify_token"]);
        object.optional_text("override_callback_uri", 0..=CALLBACK_MAX);
        object.optional_text("verify_token", 0..=VERIFY_TOKEN_MAX);
    })?;
    Ok(&["override_callback_uri", "verify_token"])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused<T: std::fmt::Debug>(outcome: Result<T, Problem>) -> String {
        outcome.expect_err("a fault").detail
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_never_with_a_secret() {
        let whatsapp = |members: Value| {
            let mut body = json!({ "messaging_product": "whatsapp" });
            body.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
            body
        };
        for (detail, place) in [
            (refused(register(&whatsapp(json!({ "pin": "73918" })))), "/pin"),
            (refused(register(&whatsapp(json!({ "pin": 739_182 })))), "/pin"),
            (refused(register(&json!({ "pin": "739182" }))), "/messaging_product"),
            (refused(register(&whatsapp(json!({ "pin": "739182", "data_localization_region": "de" })))), "/data_local"),
            (refused(pin(&json!({ "pin": "73918a" }))), "/pin"),
            (refused(pin(&json!({ "pin": "739182", "name": "x" }))), "/name"),
            // Its messages would come here no more.
            (refused(pin(&json!({ "pin": "739182", "webhook_configuration": {} }))), "/webhook_configuration"),
            (refused(marketing(&json!({}))), "/disable_marketing_messages_on_cloud_api"),
            (
                refused(marketing(&json!({ "disable_marketing_messages_on_cloud_api": "true" }))),
                "/disable_marketing_messages_on_cloud_api",
            ),
            (refused(marketing(&json!({ "disable_marketing_messages_on_cloud_api": true, "name": "x" }))), "/name"),
            (refused(code(&json!({ "code": "7391827391" }))), "/code"),
            (refused(code_order(&json!({ "code_method": "PIGEON", "language": "en" }))), "/code_method"),
            (refused(code_order(&json!({ "code_method": "SMS" }))), "/language"),
            (refused(profile(&whatsapp(json!({ "about": "x".repeat(140) })))), "/about"),
            (refused(profile(&whatsapp(json!({ "vertical": "PIRACY" })))), "/vertical"),
            (refused(profile(&whatsapp(json!({ "websites": ["https://a", "https://b", "https://c"] })))), "/websites"),
            (refused(profile(&whatsapp(json!({ "websites": ["ftp://a"] })))), "/websites"),
            (refused(people(&whatsapp(json!({ "block_users": [] })))), "/block_users"),
            (refused(people(&whatsapp(json!({ "block_users": [{ "user": "1" }, {}] })))), "/block_users/1/user"),
            (
                refused(subscription(&json!({ "override_callback_uri": "https://a".repeat(30) }))),
                "/override_callback_uri",
            ),
            (refused(subscription(&json!({ "fields": ["messages"] }))), "/fields"),
            (refused(group(&whatsapp(json!({})))), "/subject"),
            (refused(group(&whatsapp(json!({ "subject": "x".repeat(129) })))), "/subject"),
            (refused(group(&whatsapp(json!({ "subject": "x", "description": "x".repeat(2_049) })))), "/description"),
            (
                refused(group(&whatsapp(json!({ "subject": "x", "join_approval_mode": "never" })))),
                "/join_approval_mode",
            ),
            (refused(group_settings(&whatsapp(json!({})))), "/subject"),
            (
                refused(group_settings(&whatsapp(json!({ "subject": "x", "profile_picture_file": "x" })))),
                "/profile_picture_file",
            ),
            (refused(new_link(&json!({}))), "/messaging_product"),
            (refused(participants(&whatsapp(json!({ "participants": [] })))), "/participants"),
            (
                refused(participants(&whatsapp(json!({ "participants": [{ "user": "1" }, {}] })))),
                "/participants/1/user",
            ),
            (
                refused(participants(&whatsapp(json!({ "participants": vec![json!({ "user": "1" }); 9] })))),
                "/participants",
            ),
            (refused(join_requests(&whatsapp(json!({ "join_requests": [] })))), "/join_requests"),
            (refused(join_requests(&whatsapp(json!({ "join_requests": [1] })))), "/join_requests"),
            (refused(join_requests(&whatsapp(json!({ "join_requests": [""] })))), "/join_requests"),
            (refused(app_data(&whatsapp(json!({})))), "/sync_type"),
            (refused(app_data(&whatsapp(json!({ "sync_type": "everything" })))), "/sync_type"),
            (refused(app_data(&json!({ "sync_type": "history" }))), "/messaging_product"),
        ] {
            assert!(detail.contains(place), "{place}: {detail}");
            assert!(!detail.contains("7391"), "{detail}");
        }
    }

    #[test]
    fn what_is_right_passes() {
        register(&json!({ "messaging_product": "whatsapp", "pin": "123456", "data_localization_region": "DE" }))
            .expect("good");
        code_order(&json!({ "code_method": "VOICE", "language": "en_US" })).expect("good");
        code(&json!({ "code": "123456" })).expect("good");
        profile(&json!({ "messaging_product": "whatsapp", "about": "Open", "vertical": "RETAIL",
            "websites": ["https://example.org"] }))
        .expect("good");
        people(&json!({ "messaging_product": "whatsapp", "block_users": [{ "user": "+16315550101" }] })).expect("good");
        // This API takes an id, too; whether Meta does is Meta's to say.
        people(&json!({ "messaging_product": "whatsapp", "block_users": [{ "user_id": "US.1" }] })).expect("good");
        subscription(&json!({})).expect("good");
        marketing(&json!({ "disable_marketing_messages_on_cloud_api": false })).expect("good");
    }
}
