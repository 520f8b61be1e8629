//! What may be sent on Messenger and Instagram, as data (Meta: messenger-platform/reference/send-api, and the page of each
//! template and button; instagram-platform/instagram-api-with-instagram-login/messaging-api).
//!
//! A message is the body that the Send API takes, and stands in the member that the channel names: `messenger` or
//! `instagram`. Meta answers each at once: what it has accepted does not fail later.

use serde_json::Value;

use crate::whatsapp::outgoing::{Fault, Field, Rule, may, must};

const ID: Rule = Rule::Text(1, 256);
const URL: Rule = Rule::Text(1, 2_000);
/// A developer's own text, which comes back with a tap.
const PAYLOAD: Rule = Rule::Text(1, 1_000);
const TITLE: Rule = Rule::Text(1, 20);

const BUTTON: Rule = Rule::Tagged(
    "type",
    &[
        ("web_url", &[must("title", TITLE), must("url", URL)]),
        ("postback", &[must("title", TITLE), must("payload", PAYLOAD)]),
        ("phone_number", &[must("title", TITLE), must("payload", Rule::Text(1, 20))]),
        ("account_link", &[must("url", URL)]),
        ("account_unlink", &[]),
    ],
);

const TEMPLATE: Rule = Rule::Tagged(
    "template_type",
    &[
        (
            "generic",
            &[must(
                "elements",
                Rule::List(
                    1,
                    10,
                    &Rule::Object(&[
                        must("title", Rule::Text(1, 80)),
                        may("subtitle", Rule::Text(0, 80)),
                        may("image_url", URL),
                        may("buttons", Rule::List(1, 3, &BUTTON)),
                    ]),
                ),
            )],
        ),
        ("button", &[must("text", Rule::Text(1, 640)), must("buttons", Rule::List(1, 3, &BUTTON))]),
        (
            "media",
            &[must(
                "elements",
                Rule::List(
                    1,
                    1,
                    &Rule::OneOf(
                        &["url", "attachment_id"],
                        &[
                            must("media_type", Rule::Words(&["image", "video"])),
                            may("url", URL),
                            may("attachment_id", ID),
                            may("buttons", Rule::List(1, 3, &BUTTON)),
                        ],
                    ),
                ),
            )],
        ),
        ("product", &[must("elements", Rule::List(1, 10, &Rule::Object(&[must("id", ID)])))]),
        ("receipt", &[]),
        ("coupon", &[]),
        ("customer_feedback", &[]),
    ],
);

const FILE: Field = must(
    "payload",
    Rule::OneOf(
        &["url", "attachment_id"],
        &[may("url", URL), may("attachment_id", ID), may("is_reusable", Rule::Flag)],
    ),
);

const ATTACHMENT: Rule = Rule::Tagged(
    "type",
    &[
        ("image", &[FILE]),
        ("video", &[FILE]),
        ("audio", &[FILE]),
        ("file", &[FILE]),
        ("template", &[must("payload", TEMPLATE)]),
        ("like_heart", &[]),
        ("media_share", &[must("payload", Rule::Object(&[must("id", ID)]))]),
    ],
);

const QUICK_REPLY: Rule = Rule::Tagged(
    "content_type",
    &[
        ("text", &[must("title", TITLE), must("payload", PAYLOAD), may("image_url", URL)]),
        ("user_phone_number", &[]),
        ("user_email", &[]),
    ],
);

/// The message with a text of this form. `attachments`, several pictures at once, is Meta's to judge.
const fn message(fields: &'static [Field]) -> Rule {
    Rule::OneOf(&["text", "attachment", "attachments"], fields)
}

macro_rules! request {
    ($text:expr) => {
        Rule::Also(
            &Rule::Object(&[
                may(
                    "recipient",
                    Rule::OneOf(
                        &["id", "user_ref", "comment_id", "post_id", "notification_messages_token"],
                        &[
                            may("id", ID),
                            may("user_ref", ID),
                            may("comment_id", ID),
                            may("post_id", ID),
                            may("notification_messages_token", Rule::Text(1, 1_024)),
                        ],
                    ),
                ),
                may("messaging_type", Rule::Words(&["RESPONSE", "UPDATE", "MESSAGE_TAG"])),
                may(
                    "tag",
                    Rule::Only(&["HUMAN_AGENT"], "Meta has refused every other tag with error 100 since 2026-04-27"),
                ),
                must(
                    "message",
                    message(&[
                        may("text", $text),
                        may("attachment", ATTACHMENT),
                        may("quick_replies", Rule::List(1, 13, &QUICK_REPLY)),
                        may("metadata", Rule::Reserved("it carries the token by which the echo is recognised")),
                    ]),
                ),
                may(
                    "sender_action",
                    Rule::Reserved("an action is sent alone, and is no message that could be followed"),
                ),
            ]),
            tagged_as_such,
        )
    };
}

/// The messages of each channel, by its name.
pub const TYPES: &[(&str, Rule)] =
    &[("messenger", request!(Rule::Text(1, 2_000))), ("instagram", request!(Rule::Bytes(1, 1_000)))];

/// What shows a person that somebody reads or writes. It is sent alone, and its answer names no message.
pub const ACTION: Rule = Rule::Object(&[
    must("recipient", Rule::Object(&[must("id", ID)])),
    must("sender_action", Rule::Words(&["typing_on", "typing_off", "mark_seen"])),
    may("message", Rule::Reserved("an action is sent alone")),
]);

/// A tag and the type `MESSAGE_TAG` stand together.
fn tagged_as_such(request: &Value, pointer: &str, faults: &mut Vec<Fault>) {
    let is_tagged = request["messaging_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("MESSAGE_TAG"));
    match (is_tagged, request.get("tag").is_some_and(|tag| !tag.is_null())) {
        (true, false) => faults.push(Fault::new(&format!("{pointer}/tag"), "missing", "write HUMAN_AGENT")),
        (false, true) => faults.push(Fault::new(
            &format!("{pointer}/messaging_type"),
            "not_one_of",
            "a tag is there: write MESSAGE_TAG, or leave the tag out",
        )),
        _ => {}
    }
}

/// Checks the message of a channel; what the name of no channel is given to has no faults.
pub fn check(channel: &str, request: &Value, pointer: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some((_, rule)) = TYPES.iter().find(|(name, _)| *name == channel) {
        rule.check(request, pointer, &mut faults);
    }
    faults
}
