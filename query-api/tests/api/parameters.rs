//! Parameters of templates of every kind: compared with the template, and filled so that the simulator takes them.

use std::time::Duration;

use http::Method;
use posthaste_model::layout::components;
use posthaste_model::{Intent, Layout, Message, TemplateMessage};
use posthaste_simulator::{MillisRange, Options, Simulator};
use serde_json::{Value, json};

use crate::marketing::deliver;
use crate::world::{WABA, World};

fn shipped() -> Value {
    json!([
        { "type": "HEADER", "format": "DOCUMENT" },
        { "type": "BODY", "text": "Hello {{first_name}}, order {{order}} is on its way.", "example": { "body_text_named_params": [
            { "param_name": "first_name", "example": "Ann" }, { "param_name": "order", "example": "#1" }] } },
        { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Track", "url": "https://example.org/{{1}}", "example": ["a"] }] },
    ])
}

fn code() -> Value {
    json!([{ "type": "BODY", "add_security_recommendation": true },
        { "type": "BUTTONS", "buttons": [{ "type": "OTP", "otp_type": "COPY_CODE" }] }])
}

/// A world with the simulator, where the tenant has created templates that Meta has approved.
async fn world() -> (World, Simulator) {
    let options = Options { review_ms: MillisRange::new(0, 1), ..Options::defaults() };
    let (world, simulator) = World::simulated(&[], options).await;
    for (name, category, format, components) in [
        ("shipped", "UTILITY", "NAMED", shipped()),
        ("code", "AUTHENTICATION", "POSITIONAL", code()),
        ("named", "UTILITY", "NAMED", json!([shipped()[1]])),
        (
            "cards",
            "MARKETING",
            "POSITIONAL",
            json!([{ "type": "BODY", "text": "Look" },
            { "type": "CAROUSEL", "cards": [{ "components": [{ "type": "HEADER", "format": "IMAGE" }] }] }]),
        ),
    ] {
        let body = json!({ "name": name, "language": "en_US", "category": category, "parameter_format": format,
            "components": components });
        let path = format!("/graph/v23.0/{WABA}/message_templates");
        let created = world.post(&path, &body).await;
        assert_eq!(created.status, 200, "{name}: {}", created.text);
        world.set_template(name, "approved", None).await;
        approved(&world, &simulator, &created.id()).await;
    }
    (world, simulator)
}

/// Waits until the simulator has reviewed a template.
async fn approved(world: &World, simulator: &Simulator, id: &str) {
    let path = format!("/v26.0/{id}?fields=status");
    let review = async {
        while world.ask_simulator(simulator, Method::GET, &path, &Value::Null).await.json()["status"] != "APPROVED" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), review).await.expect("the template is approved");
}

fn message(world: &World, name: &str, member: &str, given: &Value) -> Value {
    json!({ "sender_id": world.sender, "to": "+16315550101",
        "template": { "name": name, "language": "en_US", member: given } })
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[tokio::test]
async fn parameters_are_filled_as_the_template_has_them_and_meta_takes_them() {
    let (world, simulator) = world().await;
    let named = |name: &str, text: &str| json!({ "type": "text", "parameter_name": name, "text": text });
    let body = json!({ "type": "body", "parameters": [named("first_name", "Ann"), named("order", "#12")] });
    let suffix =
        json!({ "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "a7" }] });
    let header = json!({ "type": "header", "parameters": [
        { "type": "document", "document": { "link": "https://example.org/a.pdf" } }] });
    let whole = json!([header, body, suffix]);
    for (key, body) in [
        ("named", message(&world, "named", "params", &json!(["Ann", "#12"]))),
        ("whole", message(&world, "shipped", "components", &whole)),
        ("code", message(&world, "code", "params", &json!(["493817"]))),
    ] {
        let answer = world.post_with_key("/v1/messages", key, &body).await;
        assert_eq!(answer.status, 202, "{key}: {}", answer.text);
    }
    let intents: Vec<Intent> = world.commands.accepted.lock().iter().map(|own| own.intent.clone()).collect();
    for intent in &intents {
        assert_eq!(deliver(&simulator, intent).await, Ok(()), "{:?}", intent.message);
    }
    let filled = |at: usize| json!(intents[at].message.template().expect("a template").components);
    assert_eq!(filled(0), json!([body]));
    assert_eq!(filled(2)[1]["parameters"], json!([{ "type": "text", "text": "493817" }]), "the button copies the code");
}

#[tokio::test]
async fn what_a_template_wants_is_told_with_it() {
    let (world, _simulator) = world().await;
    let templates = world.get("/v1/templates").await.json();
    let named =
        |name: &str| templates["data"].as_array().into_iter().flatten().find(|own| own["name"] == name).cloned();
    let code = named("code").expect("the template");
    assert_eq!((&code["parameter_count"], &code["parameters"][0]["component"]), (&json!(1), &json!("body")), "{code}");
    assert_eq!(code["parameters"][1]["sub_type"], "url", "{code}");
    assert_eq!(named("named").expect("the template")["parameter_count"], 2);
}

#[tokio::test]
async fn what_is_not_as_the_template_has_it_is_refused_by_both_doors() {
    let (world, _simulator) = world().await;
    let numbered =
        json!([{ "type": "body", "parameters": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] }]);
    let long = json!(["1234567890123456"]);
    for (name, member, given, pointer, code, graph) in [
        ("shipped", "params", json!(["Ann", "#12"]), "/template/params", "field_missing", 131_008),
        ("named", "params", json!(["Ann"]), "/template/params", "parameter_count", 132_000),
        ("code", "params", long, "/template/params/0", "parameter_too_long", 132_012),
        (
            "named",
            "components",
            numbered,
            "/template/components/0/parameters/0/parameter_name",
            "parameter_format",
            132_012,
        ),
        (
            "cards",
            "components",
            json!([{ "type": "body", "parameters": [] }]),
            "/template/components",
            "field_missing",
            131_008,
        ),
    ] {
        let refused = world.post_with_key("/v1/messages", "refused", &message(&world, name, member, &given)).await;
        assert_eq!(refused.faults()[0], fault(pointer, code)[0], "{name}: {}", refused.text);
        if member == "components" {
            let body = json!({ "messaging_product": "whatsapp", "to": "+16315550101", "type": "template",
                "template": { "name": name, "language": { "code": "en_US" }, "components": given } });
            let refused = world.post(&format!("/graph/v23.0/{}/messages", world.sender), &body).await;
            assert_eq!(refused.json()["error"]["code"], graph, "{name}: {}", refused.text);
        }
    }
    assert!(world.commands.accepted.lock().is_empty());
}

/// A body that creates a campaign of a template.
fn campaign(world: &World, name: &str, header: &Value) -> Value {
    let mut body = world.campaign();
    body["template"] = json!({ "name": name, "language": "en_US", "header": header });
    body
}

/// What the store has of a campaign: how its templates are filled, and the values of its recipients.
async fn kept(world: &World, id: &str) -> (Layout, Vec<(String, Vec<String>)>) {
    let statement = "SELECT c.layout, k.recipients FROM campaign c JOIN campaign_chunk k USING (tenant_id, campaign_id)
                      WHERE 'cmp_' || replace(campaign_id::text, '-', '') = $1";
    let row = world.sql.query_one(statement, &[&id]).await.expect("one chunk");
    let (layout, recipients): (String, String) = (row.get(0), row.get(1));
    (serde_json::from_str(&layout).expect("a layout"), serde_json::from_str(&recipients).expect("recipients"))
}

#[tokio::test]
async fn a_campaign_fills_named_parameters_headers_buttons_and_passwords_from_columns() {
    let (world, simulator) = world().await;
    let file = json!({ "link": "https://example.org/all.pdf", "filename": "all.pdf" });
    for (key, name, header, columns, csv) in [
        (
            "each",
            "shipped",
            Value::Null,
            json!(["header.document", "first_name", "order", "button.0"]),
            "to,order,first_name,button.0,header.document\n+16315550101,#12,Ann,a7,https://example.org/a.pdf\n",
        ),
        (
            "all",
            "shipped",
            file,
            json!(["first_name", "order", "button.0"]),
            "to,first_name,order,button.0\n+16315550101,Ann,#12,a7\n",
        ),
        ("code", "code", Value::Null, json!(["1"]), "to,1\n+16315550101,493817\n"),
    ] {
        let made = world.post_with_key("/v1/campaigns", &format!("{key} made"), &campaign(&world, name, &header)).await;
        assert_eq!((made.status.as_u16(), &made.json()["columns"]), (201, &columns), "{}", made.text);
        let uploaded = world.upload(&made.id(), 0, csv).await;
        assert_eq!(uploaded.json()["accepted"], 1, "{}", uploaded.text);
        let (layout, recipients) = kept(&world, &made.id()).await;
        let components = components(&layout.templates[0], &recipients[0].1);
        // What the pipeline sends, and Meta takes.
        let sample = message(&world, name, "components", &json!(components));
        assert_eq!(world.post_with_key("/v1/messages", &format!("{key} sent"), &sample).await.status, 202);
        let intent = world.commands.accepted.lock().pop().expect("an intent").intent;
        let Message::Template(own) = &intent.message else { panic!("a template") };
        let template = TemplateMessage { components, body: Vec::new(), ..own.clone() };
        let intent = Intent { message: Message::Template(template), ..intent.clone() };
        assert_eq!(deliver(&simulator, &intent).await, Ok(()), "{name}");
        let started = world
            .post_with_key(&format!("/v1/campaigns/{}:start", made.id()), &format!("{key} start"), &json!({}))
            .await;
        assert_eq!(started.status, 202, "{}", started.text);
        let copy = world
            .post_with_key(&format!("/v1/campaigns/{}:clone", made.id()), &format!("{key} copy"), &json!({}))
            .await;
        assert_eq!((copy.status.as_u16(), &copy.json()["columns"]), (201, &columns), "{}", copy.text);
        assert_eq!(kept(&world, &copy.id()).await, (layout, recipients));
    }
}

#[tokio::test]
async fn lines_name_their_values_and_their_faults_name_the_column() {
    let (world, _simulator) = world().await;
    let made = world.post_with_key("/v1/campaigns", "k", &campaign(&world, "shipped", &Value::Null)).await;
    let path = format!("/v1/campaigns/{}/recipients?chunk=0", made.id());
    let good = json!({ "header.document": "4711", "first_name": "Ann", "order": "#12", "button.0": "a7" });
    let line =
        |number: usize, params: &Value| json!({ "to": format!("+1631555010{number}"), "params": params }).to_string();
    let with = |name: &str, value: &str| {
        let mut params = good.clone();
        params[name] = json!(value);
        params
    };
    let lines = [
        line(1, &good),
        line(2, &with("order", "")),
        line(3, &with("header.document", "a.pdf")),
        line(4, &with("novelty", "x")),
        line(5, &json!(["4711", "Ann", "#12", "a7"])),
    ];
    let headers = [("content-type", "application/x-ndjson")];
    let answer = world.send(Method::POST, &path, &headers, lines.join("\n")).await.json();
    let codes: Vec<_> = answer["rejects"].as_array().expect("rejects").iter().map(|own| own["code"].clone()).collect();
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(1), &json!(4)), "{answer}");
    // The configuration of the tests shows three.
    assert_eq!(codes, ["parameter_missing", "parameter_format", "parameter_count"]);
    assert_eq!(answer["rejects"][0]["reason"], "parameter order is empty");
    let header = world.upload(&made.id(), 1, "to,1,2\n").await.problem(422, "upload_header_invalid");
    assert!(header.ends_with("write to,header.document,first_name,order,button.0"), "{header}");
}

#[tokio::test]
async fn templates_that_cannot_be_filled_are_refused_when_a_campaign_is_made_and_when_it_starts() {
    let (world, _simulator) = world().await;
    let refused = world.post_with_key("/v1/campaigns", "k", &campaign(&world, "cards", &Value::Null)).await;
    assert_eq!(refused.faults(), fault("/template/name", "parameter_format"));
    assert!(refused.text.contains("cards") && refused.text.contains("a carousel"), "{}", refused.text);
    let header = json!({ "link": "https://example.org/a.pdf" });
    let refused = world.post_with_key("/v1/campaigns", "k", &campaign(&world, "named", &header)).await;
    assert_eq!(refused.faults(), fault("/template/header", "parameter_format"));
    let refused = world.post_with_key("/v1/campaigns", "k", &campaign(&world, "shipped", &json!({ "id": "" }))).await;
    assert_eq!(refused.faults(), fault("/template/header/id", "field_invalid"));

    let mut several = world.campaign();
    several.as_object_mut().expect("an object").remove("template");
    several["templates"] = json!([{ "name": "named", "language": "en_US" }, { "name": "order", "language": "en_US" }]);
    let refused = world.post_with_key("/v1/campaigns", "k", &several).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "/templates/1", "{}", refused.text);

    let made = world.post_with_key("/v1/campaigns", "made", &campaign(&world, "named", &Value::Null)).await;
    world.upload(&made.id(), 0, "to,first_name,order\n+16315550101,Ann,#12\n").await;
    let edit = "UPDATE template SET components = $2 WHERE tenant_id = $1 AND name = 'named'";
    let edited = json!([{ "type": "BODY", "text": "Hello {{name}}, order {{order}} is here." }]).to_string();
    world.sql.execute(edit, &[&world.tenant.0, &edited]).await.expect("an edited template");
    let refused = world.post_with_key(&format!("/v1/campaigns/{}:start", made.id()), "start", &json!({})).await;
    assert_eq!(refused.json()["errors"][0]["code"], "parameter_format", "{}", refused.text);
    assert!(refused.text.contains("name, order") && refused.text.contains("first_name, order"), "{}", refused.text);
}
