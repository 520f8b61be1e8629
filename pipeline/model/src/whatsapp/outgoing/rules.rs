//! The tables (Meta: messages/send-messages and the page of each type; templates/template-pacing; WhatsApp Business Platform
//! OpenAPI). Lengths are characters.

use serde_json::Value;

use super::{Fault, Field, Rule, may, must};

/// Ids of Meta's, and ours in buttons.
const ID: Rule = Rule::Text(1, 256);
const URL: Rule = Rule::Text(1, 2_000);
const CAPTION: Field = may("caption", Rule::Text(0, 1_024));
const LINK: Field = may("link", URL);
const OWN_ID: Field = may("id", ID);

const MEDIA: Rule = Rule::OneOf(&["id", "link"], &[OWN_ID, LINK]);
const CAPTIONED: Rule = Rule::OneOf(&["id", "link"], &[OWN_ID, LINK, CAPTION]);
const DOCUMENT: Rule = Rule::OneOf(&["id", "link"], &[OWN_ID, LINK, CAPTION, may("filename", Rule::Text(1, 240))]);
const AUDIO: Rule = Rule::OneOf(&["id", "link"], &[OWN_ID, LINK, may("voice", Rule::Flag)]);

const PLACE: &[Field] = &[
    must("latitude", Rule::Degrees(90.0)),
    must("longitude", Rule::Degrees(180.0)),
    may("name", Rule::Text(0, 1_000)),
    may("address", Rule::Text(0, 1_000)),
];

const CARD: Rule = Rule::Object(&[
    must("name", Rule::Object(&[must("formatted_name", Rule::Text(1, 1_024))])),
    may("phones", Rule::List(0, 20, &Rule::Object(&[may("phone", Rule::Text(1, 40)), may("type", Rule::Text(1, 40))]))),
    may(
        "emails",
        Rule::List(0, 20, &Rule::Object(&[may("email", Rule::Text(1, 320)), may("type", Rule::Text(1, 40))])),
    ),
    may("addresses", Rule::List(0, 20, &Rule::Object(&[]))),
    may("org", Rule::Object(&[])),
    may("urls", Rule::List(0, 20, &Rule::Object(&[may("url", URL)]))),
    may("birthday", Rule::Text(10, 10)),
]);

const HEADER: Field = may(
    "header",
    Rule::Tagged(
        "type",
        &[
            ("text", &[must("text", Rule::Text(1, 60))]),
            ("image", &[must("image", MEDIA)]),
            ("video", &[must("video", MEDIA)]),
            ("document", &[must("document", DOCUMENT)]),
        ],
    ),
);
const BODY: Rule = Rule::Object(&[must("text", Rule::Text(1, 1_024))]);
const LONG_BODY: Rule = Rule::Object(&[must("text", Rule::Text(1, 4_096))]);
const FOOTER: Field = may("footer", Rule::Object(&[must("text", Rule::Text(1, 60))]));

const REPLY_BUTTON: Rule = Rule::Object(&[
    must("type", Rule::Words(&["reply"])),
    must("reply", Rule::Object(&[must("id", ID), must("title", Rule::Text(1, 20))])),
]);
const ROW: Rule = Rule::Object(&[
    must("id", Rule::Text(1, 200)),
    must("title", Rule::Text(1, 24)),
    may("description", Rule::Text(0, 72)),
]);
const SECTION: Rule = Rule::Object(&[may("title", Rule::Text(0, 24)), must("rows", Rule::List(1, 10, &ROW))]);
const PRODUCT: Rule = Rule::Object(&[must("product_retailer_id", ID)]);
const PRODUCTS: Rule =
    Rule::Object(&[may("title", Rule::Text(0, 24)), must("product_items", Rule::List(1, 30, &PRODUCT))]);
const LIST_ACTION: Rule =
    Rule::Object(&[must("button", Rule::Text(1, 20)), must("sections", Rule::List(1, 10, &SECTION))]);
const PRODUCTS_ACTION: Rule = Rule::Object(&[must("catalog_id", ID), must("sections", Rule::List(1, 10, &PRODUCTS))]);

/// Rows of all sections of a list.
const ROWS_MAX: usize = 10;
/// Products of all sections of a list of products.
const PRODUCTS_MAX: usize = 30;

fn few_rows(action: &Value, pointer: &str, faults: &mut Vec<Fault>) {
    few(action, pointer, "rows", ROWS_MAX, faults);
}

fn few_products(action: &Value, pointer: &str, faults: &mut Vec<Fault>) {
    few(action, pointer, "product_items", PRODUCTS_MAX, faults);
}

/// A limit that all sections share; with several of them each needs a title.
fn few(action: &Value, pointer: &str, items: &str, max: usize, faults: &mut Vec<Fault>) {
    let Some(sections) = action.get("sections").and_then(Value::as_array) else { return };
    let count: usize = sections.iter().filter_map(|section| section.get(items)?.as_array()).map(Vec::len).sum();
    if count > max {
        let detail = format!("{count} {items} in all sections: leave at most {max}");
        faults.push(Fault::new(&format!("{pointer}/sections"), "too_many", detail));
    }
    let untitled = |section: &Value| section.get("title").and_then(Value::as_str).is_none_or(str::is_empty);
    for (at, _) in sections.iter().enumerate().filter(|(_, section)| sections.len() > 1 && untitled(section)) {
        let detail = "write a title: where there are several sections each has one";
        faults.push(Fault::new(&format!("{pointer}/sections/{at}/title"), "missing", detail));
    }
}

/// An action that is called by name.
macro_rules! named {
    ($name:literal $(, $field:expr)* $(,)?) => {
        must("action", Rule::Object(&[must("name", Rule::Words(&[$name])) $(, $field)*]))
    };
}

const INTERACTIVE: Rule = Rule::Tagged(
    "type",
    &[
        (
            "button",
            &[
                HEADER,
                must("body", BODY),
                FOOTER,
                must("action", Rule::Object(&[must("buttons", Rule::List(1, 3, &REPLY_BUTTON))])),
            ],
        ),
        ("list", &[HEADER, must("body", LONG_BODY), FOOTER, must("action", Rule::Also(&LIST_ACTION, few_rows))]),
        (
            "cta_url",
            &[
                HEADER,
                must("body", BODY),
                FOOTER,
                named!(
                    "cta_url",
                    must("parameters", Rule::Object(&[must("display_text", Rule::Text(1, 20)), must("url", URL)])),
                ),
            ],
        ),
        ("location_request_message", &[must("body", BODY), named!("send_location")]),
        (
            "address_message",
            &[
                HEADER,
                must("body", BODY),
                FOOTER,
                named!(
                    "address_message",
                    must("parameters", Rule::Object(&[must("country", Rule::Words(&["IN", "SG"]))])),
                ),
            ],
        ),
        (
            "flow",
            &[
                HEADER,
                must("body", BODY),
                FOOTER,
                named!(
                    "flow",
                    must(
                        "parameters",
                        Rule::OneOf(
                            &["flow_id", "flow_name"],
                            &[
                                must("flow_message_version", Rule::Text(1, 4)),
                                must("flow_cta", Rule::Text(1, 30)),
                                may("flow_action", Rule::Words(&["navigate", "data_exchange"])),
                                may("mode", Rule::Words(&["draft", "published"])),
                            ],
                        ),
                    ),
                ),
            ],
        ),
        (
            "product",
            &[
                may("body", BODY),
                FOOTER,
                must("action", Rule::Object(&[must("catalog_id", ID), must("product_retailer_id", ID)])),
            ],
        ),
        (
            "product_list",
            &[HEADER, must("body", BODY), FOOTER, must("action", Rule::Also(&PRODUCTS_ACTION, few_products))],
        ),
        ("catalog_message", &[must("body", BODY), FOOTER, named!("catalog_message")]),
        ("voice_call", &[must("body", BODY), named!("voice_call")]),
        ("call_permission_request", &[may("body", BODY), named!("call_permission_request")]),
        ("contact_request", &[must("body", BODY), named!("request_contact_info")]),
        ("carousel", &[]),
        ("product_carousel", &[]),
        ("order_details", &[]),
        ("order_status", &[]),
    ],
);

/// The types of messages beside templates, each with what its object must be.
pub const TYPES: &[(&str, Rule)] = &[
    ("text", Rule::Object(&[must("body", Rule::Text(1, 4_096)), may("preview_url", Rule::Flag)])),
    ("image", CAPTIONED),
    ("video", CAPTIONED),
    ("audio", AUDIO),
    ("document", DOCUMENT),
    ("sticker", MEDIA),
    ("location", Rule::Object(PLACE)),
    ("contacts", Rule::List(1, 257, &CARD)),
    ("reaction", Rule::Object(&[must("message_id", Rule::Text(1, 256)), must("emoji", Rule::Text(0, 16))])),
    ("interactive", INTERACTIVE),
    ("pin", PIN),
    ("unpin", Rule::Object(&[must("message_id", Rule::Text(1, 256))])),
];

/// A message of a group that is held up to its people for some days, or is not any more. Meta's page does not show the members, so
/// the rest of them is Meta's to judge.
const PIN: Rule = Rule::Object(&[
    must("message_id", Rule::Text(1, 256)),
    may("type", Rule::Words(&["pin", "unpin"])),
    may("expiration_days", Rule::Whole(1, 30)),
]);

const PARAMETER: Rule = Rule::Tagged(
    "type",
    &[
        ("text", &[must("text", Rule::Parameter(1_024)), may("parameter_name", Rule::Text(1, 64))]),
        (
            "currency",
            &[must(
                "currency",
                Rule::Object(&[
                    must("fallback_value", Rule::Parameter(1_024)),
                    must("code", Rule::Text(3, 3)),
                    must("amount_1000", Rule::Whole(i64::MIN, i64::MAX)),
                ]),
            )],
        ),
        ("date_time", &[must("date_time", Rule::Object(&[must("fallback_value", Rule::Parameter(1_024))]))]),
        ("image", &[must("image", MEDIA)]),
        ("video", &[must("video", MEDIA)]),
        ("document", &[must("document", DOCUMENT)]),
        ("location", &[must("location", Rule::Object(PLACE))]),
        ("product", &[must("product", Rule::Object(&[]))]),
        ("payload", &[must("payload", Rule::Text(1, 256))]),
        ("coupon_code", &[must("coupon_code", Rule::Text(1, 20))]),
        ("action", &[must("action", Rule::Object(&[]))]),
        (
            "limited_time_offer",
            &[must("limited_time_offer", Rule::Object(&[must("expiration_time_ms", Rule::Whole(0, i64::MAX))]))],
        ),
    ],
);

const BUTTON: &[Field] = &[
    must(
        "sub_type",
        Rule::Words(&[
            "quick_reply",
            "url",
            "copy_code",
            "flow",
            "catalog",
            "mpm",
            "spm",
            "voice_call",
            "order_details",
        ]),
    ),
    must("index", Rule::Whole(0, 9)),
    may("parameters", Rule::List(0, 10, &PARAMETER)),
];
const HEADER_PARAMETERS: Field = may("parameters", Rule::List(0, 1, &PARAMETER));
const BODY_PARAMETERS: Field = may("parameters", Rule::List(0, 99, &PARAMETER));

const CARD_COMPONENT: Rule =
    Rule::Tagged("type", &[("header", &[HEADER_PARAMETERS]), ("body", &[BODY_PARAMETERS]), ("button", BUTTON)]);

const COMPONENT: Rule = Rule::Tagged(
    "type",
    &[
        ("header", &[HEADER_PARAMETERS]),
        ("body", &[BODY_PARAMETERS]),
        ("button", BUTTON),
        ("limited_time_offer", &[must("parameters", Rule::List(1, 1, &PARAMETER))]),
        ("order_status", &[]),
        (
            "carousel",
            &[must(
                "cards",
                Rule::List(
                    1,
                    10,
                    &Rule::Object(&[
                        must("card_index", Rule::Whole(0, 9)),
                        must("components", Rule::List(1, 10, &CARD_COMPONENT)),
                    ]),
                ),
            )],
        ),
    ],
);

/// The components of a template message.
pub const COMPONENTS: Rule = Rule::Also(&Rule::List(0, 20, &COMPONENT), named_or_numbered);

/// Named and positional parameters of a component exclude each other, on the cards of a carousel too (Meta: errors 132000 and
/// 132018).
fn named_or_numbered(components: &Value, pointer: &str, faults: &mut Vec<Fault>) {
    for (at, component) in components.as_array().into_iter().flatten().enumerate() {
        for (card, own) in component.get("cards").and_then(Value::as_array).into_iter().flatten().enumerate() {
            if let Some(components) = own.get("components") {
                named_or_numbered(components, &format!("{pointer}/{at}/cards/{card}/components"), faults);
            }
        }
        let Some(parameters) = component.get("parameters").and_then(Value::as_array) else { continue };
        let texts = parameters.iter().filter(|parameter| parameter["type"] == "text");
        let named = texts.clone().filter(|parameter| parameter.get("parameter_name").is_some()).count();
        if named > 0 && named < texts.count() {
            let detail = "some of the texts have a parameter_name: name all of them, or none";
            faults.push(Fault::new(&format!("{pointer}/{at}/parameters"), "missing", detail));
        }
    }
}
