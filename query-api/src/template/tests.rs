//! Templates of every kind, and messages that fit them or do not.

use posthaste_model::layout;
use serde_json::json;

use super::*;
use crate::fields::Faults;
use crate::problem::Problem;

fn found(check: impl FnOnce(&Faults)) -> Vec<(String, &'static str)> {
    let faults = Faults::default();
    check(&faults);
    let pairs = |problem: Problem| problem.errors.into_iter().map(|own| (own.pointer, own.code)).collect();
    faults.check().map_err(pairs).err().unwrap_or_default()
}

/// What is wrong with the components of a message of a template: pointers within them, and codes.
fn faults(wants: &Wants, components: &Value) -> Vec<(String, &'static str)> {
    found(|faults| check(wants, list(components), "", faults))
}

fn fault(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(pointer.to_owned(), code)]
}

fn utility(components: &Value) -> Wants {
    Wants::of(components, "UTILITY", "POSITIONAL")
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn named(name: &str) -> Value {
    json!({ "type": "text", "parameter_name": name, "text": "x" })
}

fn body(parameters: &[Value]) -> Value {
    json!({ "type": "body", "parameters": parameters })
}

#[test]
fn parameters_are_numbered_or_named_as_the_template_has_them() {
    let components = json!([{ "type": "BODY", "text": "Hello {{first_name}}, {{order}} is here" }]);
    let wants = Wants::of(&components, "UTILITY", "named");
    assert!(faults(&wants, &json!([body(&[named("order"), named("first_name")])])).is_empty());
    let place = |at: usize| format!("/0/parameters/{at}/parameter_name");
    for (parameters, at) in [
        ([text("a"), named("order")], 0),
        ([named("order"), named("order")], 1),
        ([named("first_name"), named("novelty")], 1),
    ] {
        assert_eq!(faults(&wants, &json!([body(&parameters)])), fault(&place(at), "parameter_format"));
    }
    assert_eq!(faults(&wants, &json!([body(&[named("order")])])), fault("/0/parameters", "parameter_count"));

    let numbered = utility(&json!([{ "type": "body", "text": "{{2}} of {{1}}" }]));
    assert_eq!(numbered.body, ["1", "2"]);
    assert!(faults(&numbered, &json!([body(&[text("a"), text("b")])])).is_empty());
    let refused = faults(&numbered, &json!([body(&[text("a"), named("order")])]));
    assert_eq!(refused, fault(&place(1), "parameter_format"));
    assert_eq!(faults(&numbered, &json!([])), fault("", "parameter_count"));
}

#[test]
fn a_header_is_of_the_kind_that_the_template_has() {
    let header = |format: &str| utility(&json!([{ "type": "HEADER", "format": format }]));
    let given = |kind: &str| json!([{ "type": "HEADER", "parameters": [{ "type": kind, kind: { "id": "1" } }] }]);
    for (format, kind) in [("IMAGE", "image"), ("VIDEO", "video"), ("DOCUMENT", "document"), ("LOCATION", "location")] {
        assert!(faults(&header(format), &given(kind)).is_empty(), "{format}");
        assert_eq!(faults(&header(format), &json!([])), fault("", "field_missing"), "{format}");
    }
    assert_eq!(faults(&header("IMAGE"), &given("video")), fault("/0/parameters/0/type", "parameter_format"));
    assert!(faults(&header("HOLOGRAM"), &given("hologram")).is_empty(), "what is new is Meta's to judge");
    assert_eq!(faults(&utility(&json!([])), &given("image")), fault("/0/parameters", "parameter_count"));
    let greeting = json!([{ "type": "HEADER", "format": "TEXT", "text": "Hello {{1}}" }]);
    let one = json!([{ "type": "header", "parameters": [text("Ann")] }]);
    assert!(faults(&utility(&greeting), &one).is_empty());
}

#[test]
fn buttons_take_what_the_templates_buttons_want() {
    let wants = utility(&json!([{ "type": "BUTTONS", "buttons": [
        { "type": "URL", "url": "https://example.org/{{1}}" }, { "type": "URL", "url": "https://example.org" },
        { "type": "COPY_CODE" }, { "type": "QUICK_REPLY" }, { "type": "PHONE_NUMBER" }, { "type": "NOVELTY" }] }]));
    let button = |sub_type: &str, index: &str, parameter: Value| json!({ "type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter] });
    let coupon = json!({ "type": "coupon_code", "coupon_code": "25OFF" });
    let (url, copy) = (button("URL", "0", text("a")), button("copy_code", "2", coupon.clone()));
    let reply = button("quick_reply", "3", json!({ "type": "payload", "payload": "p" }));
    assert!(faults(&wants, &json!([url, copy, reply])).is_empty());
    assert!(faults(&wants, &json!([url, copy])).is_empty(), "a payload may be left out");
    assert_eq!(faults(&wants, &json!([url])), fault("", "field_missing"));
    for (wrong, pointer) in [
        (button("url", "1", text("a")), "/2/parameters"),
        (button("phone_number", "4", text("a")), "/2/parameters"),
        (button("url", "3", text("a")), "/2/sub_type"),
        (button("url", "6", text("a")), "/2/index"),
    ] {
        assert_eq!(faults(&wants, &json!([url, copy, wrong])), fault(pointer, "parameter_format"));
    }
    let swapped = json!([url, button("copy_code", "2", text("25OFF"))]);
    assert_eq!(faults(&wants, &swapped), fault("/1/parameters", "parameter_format"));
}

#[test]
fn cards_are_compared_each_with_its_own_and_offers_say_when_they_end() {
    let picture = json!([{ "type": "HEADER", "format": "IMAGE" }, { "type": "BODY", "text": "Only {{1}}" }]);
    let wants =
        utility(&json!([{ "type": "CAROUSEL", "cards": [{ "components": picture }, { "components": picture }] }]));
    let image = json!({ "type": "header", "parameters": [{ "type": "image", "image": { "id": "1" } }] });
    let good = json!([image, body(&[text("9 €")])]);
    let carousel = |second: &Value| {
        json!([{ "type": "carousel", "cards": [
            { "card_index": 0, "components": good }, { "card_index": "1", "components": second }] }])
    };
    assert!(faults(&wants, &carousel(&good)).is_empty());
    let nameless = json!([image, body(&[named("price")])]);
    let pointer = "/0/cards/1/components/1/parameters/0/parameter_name";
    assert_eq!(faults(&wants, &carousel(&nameless)), fault(pointer, "parameter_format"));
    assert_eq!(faults(&wants, &json!([])), fault("", "field_missing"));
    let one = json!([{ "type": "carousel", "cards": [{ "card_index": 0, "components": good }] }]);
    assert_eq!(faults(&wants, &one), fault("/0/cards", "parameter_count"));

    let offer = |ends: bool| {
        utility(&json!([{ "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "has_expiration": ends } }]))
    };
    let given = json!([{ "type": "limited_time_offer",
        "parameters": [{ "type": "limited_time_offer", "limited_time_offer": { "expiration_time_ms": 1 } }] }]);
    assert!(faults(&offer(true), &given).is_empty());
    assert!(faults(&offer(false), &json!([])).is_empty());
    assert_eq!(faults(&offer(true), &json!([])), fault("", "field_missing"));
    assert_eq!(faults(&utility(&json!([])), &given), fault("/0", "parameter_format"));
}

#[test]
fn a_password_is_short_and_the_same_in_body_and_button() {
    // As Meta tells of it, and as it was created.
    let listed = json!([{ "type": "BODY", "text": "*{{1}}* is your code." },
        { "type": "BUTTONS", "buttons": [{ "type": "URL", "url": "https://www.whatsapp.com/otp/code/?code=otp{{1}}" }] }]);
    let created =
        json!([{ "type": "body" }, { "type": "buttons", "buttons": [{ "type": "otp", "otp_type": "copy_code" }] }]);
    let message = |code: &str, copied: &str| {
        json!([body(&[text(code)]),
            { "type": "button", "sub_type": "url", "index": "0", "parameters": [text(copied)] }])
    };
    let long = "1234567890123456";
    for components in [listed, created] {
        let wants = Wants::of(&components, "AUTHENTICATION", "POSITIONAL");
        assert_eq!(wants, Wants::of_code());
        assert!(faults(&wants, &message("493817", "493817")).is_empty());
        let other = faults(&wants, &message("493817", "493818"));
        assert_eq!(other, fault("/1/parameters/0/text", "parameter_format"));
        assert_eq!(faults(&wants, &message(long, long)), fault("/0/parameters/0/text", "parameter_too_long"));
        assert_eq!(faults(&wants, &json!([body(&[text("493817")])])), fault("", "field_missing"));

        let params = ["493817".to_owned()];
        let filled = of_params(&wants, &params, &Faults::default()).expect("components");
        assert_eq!(json!(filled), message("493817", "493817"));
        let refused = found(|faults| drop(of_params(&wants, &[long.to_owned()], faults)));
        assert_eq!(refused, fault("/template/params/0", "parameter_too_long"));
    }
}

#[test]
fn parameters_of_the_body_alone_suffice_where_the_template_wants_no_more() {
    let plain = utility(&json!([{ "type": "BODY", "text": "a {{1}} {{2}}" }]));
    let params = ["x".to_owned(), "y".to_owned()];
    assert_eq!(of_params(&plain, &params, &Faults::default()), Some(Vec::new()), "they stand as they are");
    let components = json!([{ "type": "BODY", "text": "Hello {{first_name}}, {{to}}" }]);
    let filled = of_params(&Wants::of(&components, "UTILITY", "NAMED"), &params, &Faults::default());
    let expected = json!([{ "type": "body", "parameters": [
        { "type": "text", "parameter_name": "first_name", "text": "x" },
        { "type": "text", "parameter_name": "to", "text": "y" }] }]);
    assert_eq!(json!(filled), expected);
    for more in [
        json!({ "type": "HEADER", "format": "IMAGE" }),
        json!({ "type": "HEADER", "format": "TEXT", "text": "for {{1}}" }),
        json!({ "type": "BUTTONS", "buttons": [{ "type": "URL", "url": "https://example.org/{{1}}" }] }),
        json!({ "type": "CAROUSEL", "cards": [{ "components": [] }] }),
    ] {
        let wants = utility(&json!([{ "type": "BODY", "text": "a {{1}} {{2}}" }, more]));
        let refused = found(|faults| drop(of_params(&wants, &params, faults)));
        assert_eq!(refused, fault("/template/params", "field_missing"), "{more}");
    }
}

#[test]
fn a_campaign_has_a_column_for_each_value_and_fills_all_places_from_them() {
    let components = json!([{ "type": "HEADER", "format": "IMAGE" },
        { "type": "BODY", "text": "Hello {{first_name}}, call {{phone}}; bye {{first_name}}" },
        { "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY" }, { "type": "URL", "url": "https://example.org/{{1}}" },
            { "type": "COPY_CODE" }] }]);
    let wants = Wants::of(&components, "MARKETING", "NAMED");
    let own = wants.columns().expect("columns");
    assert_eq!(own.names(), "header.image, first_name, body.phone, button.1, button.2");
    let values = ["https://example.org/a.png", "Ann", "1631", "suffix", "25OFF"].map(str::to_owned);
    let filled = layout::components(&own.all_slots(), &values);
    assert!(faults(&wants, &json!(filled)).is_empty(), "{filled:?}");
    assert_eq!(filled[2]["parameters"], json!([text("suffix")]));

    let fixed = json!({ "id": "4711" });
    let own = wants.columns_with(Some(&fixed)).expect("columns");
    assert_eq!(own.names(), "first_name, body.phone, button.1, button.2");
    let filled = layout::components(&own.all_slots(), &values[1..]);
    assert_eq!(filled[0]["parameters"], json!([{ "type": "image", "image": fixed }]));
}

#[test]
fn plain_bodies_need_no_layout_and_templates_share_columns_by_name() {
    assert_eq!(utility(&json!([{ "type": "BODY", "text": "a {{1}}" }])).columns().expect("columns").slots, None);
    let of = |text: &str| {
        Wants::of(&json!([{ "type": "BODY", "text": text }]), "UTILITY", "NAMED").columns().expect("columns")
    };
    let first = of("{{a}} {{b}}");
    let second = of("{{b}} {{a}}").in_order_of(&first.columns).expect("the same columns");
    let filled = layout::components(&second.all_slots(), &["A".to_owned(), "B".to_owned()]);
    let expected = json!([{ "type": "text", "parameter_name": "b", "text": "B" },
        { "type": "text", "parameter_name": "a", "text": "A" }]);
    assert_eq!(filled[0]["parameters"], expected);
    assert_eq!(of("{{a}} {{c}}").in_order_of(&first.columns), None);
}

#[test]
fn what_each_message_has_of_its_own_is_no_column() {
    for (component, named) in [
        (json!({ "type": "CAROUSEL", "cards": [{ "components": [] }] }), "carousel"),
        (json!({ "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "has_expiration": true } }), "offer"),
        (json!({ "type": "HEADER", "format": "PRODUCT" }), "header of type product"),
        (json!({ "type": "HEADER", "format": "LOCATION" }), "header of type location"),
        (json!({ "type": "BUTTONS", "buttons": [{ "type": "MPM" }] }), "button of type mpm"),
    ] {
        let (component, _) = utility(&json!([component])).columns().expect_err(named);
        assert!(component.contains(named), "{component}");
    }
    let place = utility(&json!([{ "type": "HEADER", "format": "LOCATION" }]));
    assert!(place.columns_with(Some(&json!({ "latitude": 1, "longitude": 2 }))).is_ok());
    let wrong = json!({ "latitude": 100, "longitude": 2 });
    let refused = found(|faults| fixed_header(Some(&place), &wrong, "/template/header", faults));
    assert_eq!(refused, fault("/template/header/latitude", "field_invalid"));
    let textual = found(|faults| fixed_header(None, &wrong, "/template/header", faults));
    assert_eq!(textual, fault("/template/header", "parameter_format"));
}
