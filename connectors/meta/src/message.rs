//! Messages as the Graph API takes them (Meta: messages/send-messages, templates), on any channel.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use posthaste_model::{
    Channel, FreeForm, Intent, MarketingOptions, Message, Millis, Receipt, TemplateMessage, TextMessage, Token, group,
};
use serde::Serialize;
use serde_json::Value;

use crate::messenger;

#[derive(Serialize)]
struct Request<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    /// A phone number with its `+`: without it Meta would put the sender's country code in front. Or the id of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    /// A business-scoped user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    #[serde(flatten)]
    content: Content<'a>,
    biz_opaque_callback_data: String,
}

/// The message that is answered.
#[derive(Serialize)]
struct Context<'a> {
    message_id: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text {
        r#type: &'static str,
        text: TextObject<'a>,
    },
    Template {
        r#type: &'static str,
        template: TemplateObject<'a>,
        /// Stands beside the template, not in it.
        #[serde(flatten)]
        marketing: Option<&'a MarketingOptions>,
    },
    /// `type`, and the object in the member that it names.
    FreeForm(BTreeMap<&'a str, Cow<'a, Value>>),
}

#[derive(Serialize)]
struct TextObject<'a> {
    preview_url: bool,
    body: &'a str,
}

#[derive(Serialize)]
struct TemplateObject<'a> {
    name: &'a str,
    language: Language<'a>,
    #[serde(skip_serializing_if = "Components::is_empty")]
    components: Components<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Components<'a> {
    Body(Vec<Component<'a>>),
    Given(&'a [Value]),
}

impl Components<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Body(components) => components.is_empty(),
            Self::Given(components) => components.is_empty(),
        }
    }
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
    policy: &'static str,
}

#[derive(Serialize)]
struct Component<'a> {
    r#type: &'static str,
    parameters: Vec<Parameter<'a>>,
}

#[derive(Serialize)]
struct Parameter<'a> {
    r#type: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct ReceiptRequest<'a> {
    messaging_product: &'static str,
    status: &'static str,
    message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing_indicator: Option<Typing>,
}

#[derive(Serialize)]
struct Typing {
    r#type: &'static str,
}

/// The body of the POST: the same message, contact and token give the same bytes. Of a receipt that has waited longer
/// than Meta shows that an answer is being written only the mark is left.
pub fn render(intent: &Intent, token: &Token, now: Millis) -> Bytes {
    let content = match &intent.message {
        Message::Receipt(receipt) => return written(&receipt_request(receipt, now.since(intent.accepted_at))),
        Message::FreeForm(own) if intent.message.channel() != Channel::Whatsapp => {
            return written(&messenger::body(own, &intent.contact, token));
        }
        Message::Action(own) => return written(&messenger::action(own, &intent.contact)),
        Message::Text(TextMessage { body, preview_url, .. }) => {
            Content::Text { r#type: "text", text: TextObject { preview_url: *preview_url, body } }
        }
        Message::Template(template) => Content::Template {
            r#type: "template",
            template: template_object(template),
            marketing: template.marketing.as_ref(),
        },
        Message::FreeForm(FreeForm { kind, object, .. }) => Content::FreeForm(BTreeMap::from([
            ("type", Cow::Owned(Value::from(kind.as_str()))),
            (kind.as_str(), Cow::Borrowed(object)),
        ])),
    };
    let contact = intent.contact.as_str();
    let group = group::id(&intent.contact);
    let number = contact.starts_with('+').then_some(contact);
    let request = Request {
        messaging_product: "whatsapp",
        recipient_type: if group.is_some() { "group" } else { "individual" },
        to: group.or(number),
        recipient: (group.is_none() && number.is_none()).then_some(contact),
        context: intent.message.reply_to().map(|wamid| Context { message_id: wamid.as_str() }),
        content,
        biz_opaque_callback_data: token.to_string(),
    };
    written(&request)
}

/// The edge of a sender's node that takes a message: marketing may have one of its own (Meta:
/// marketing-messages/send-marketing-messages).
pub fn edge(message: &Message) -> &'static str {
    match message.template().and_then(|template| template.marketing.as_ref()) {
        Some(_) => "marketing_messages",
        None => "messages",
    }
}

fn written(body: &impl Serialize) -> Bytes {
    Bytes::from(serde_json::to_vec(body).expect("strings and JSON always serialize"))
}

fn receipt_request(receipt: &Receipt, waited_ms: i64) -> ReceiptRequest<'_> {
    let typing = receipt.typing && waited_ms < Receipt::TYPING_MS;
    ReceiptRequest {
        messaging_product: "whatsapp",
        status: "read",
        message_id: receipt.message_id.as_str(),
        typing_indicator: typing.then_some(Typing { r#type: "text" }),
    }
}

fn template_object(template: &TemplateMessage) -> TemplateObject<'_> {
    let parameters: Vec<_> = template.body.iter().map(|text| Parameter { r#type: "text", text }).collect();
    let body = (!parameters.is_empty()).then_some(Component { r#type: "body", parameters });
    TemplateObject {
        name: &template.name,
        language: Language { code: &template.language, policy: "deterministic" },
        components: if template.components.is_empty() {
            Components::Body(body.into_iter().collect())
        } else {
            Components::Given(&template.components)
        },
    }
}

#[cfg(test)]
mod tests {
    use posthaste_model::{Class, Contact, IntentId, SenderAction, SenderId, TenantId, UnknownPolicy, Wamid};
    use serde_json::json;

    use super::*;

    fn template(components: Vec<Value>, body: &[&str]) -> Message {
        let body = body.iter().map(|text| (*text).to_owned()).collect();
        let (name, language) = ("order".to_owned(), "en_US".to_owned());
        let (category, reply_to, marketing) = (None, None, None);
        Message::Template(TemplateMessage { name, language, category, body, components, reply_to, marketing })
    }

    fn rendered(message: Message, contact: &str) -> Value {
        rendered_at(message, contact, 0)
    }

    fn rendered_at(message: Message, contact: &str, now: i64) -> Value {
        let intent_id = "msg_0000000000000000000000000000002a".parse::<IntentId>().expect("an id");
        let intent = Intent {
            intent_id,
            tenant_id: TenantId(uuid::Uuid::nil()),
            sender_id: SenderId::new("1"),
            contact: Contact::new(contact),
            class: Class::Transactional,
            campaign: None,
            message,
            callback_data: None,
            unknown_policy: UnknownPolicy::AtMostOnce,
            accepted_at: Millis(0),
            expires_at: Millis(0),
        };
        serde_json::from_slice(&render(&intent, &Token { intent_id, attempt: 2 }, Millis(now))).expect("json")
    }

    #[test]
    fn a_template_is_rendered_with_positional_parameters() {
        assert_eq!(
            rendered(template(Vec::new(), &["Ann", "#12"]), "+16505551234"),
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
                "type": "template", "template": {"name": "order",
                    "language": {"code": "en_US", "policy": "deterministic"},
                    "components": [{"type": "body", "parameters": [
                        {"type": "text", "text": "Ann"}, {"type": "text", "text": "#12"}]}]},
                "biz_opaque_callback_data": "v1.0000000000000000000000000000002a.2"})
        );
        assert_eq!(rendered(template(Vec::new(), &[]), "+1")["template"].get("components"), None);
    }

    #[test]
    fn marketing_has_an_edge_of_its_own_and_its_options_beside_the_template() {
        let plain = template(Vec::new(), &[]);
        let with = |options: Value| {
            let Message::Template(own) = plain.clone() else { panic!("a template") };
            let marketing = Some(serde_json::from_value(options).expect("options"));
            Message::Template(TemplateMessage { marketing, ..own })
        };
        let options = json!({"product_policy": "STRICT", "message_activity_sharing": false,
            "bid_spec": {"per_message_bid_multiplier": 1.5, "novelty": [1]}});
        let request = rendered(with(options.clone()), "+1");
        for (name, value) in options.as_object().expect("an object") {
            assert_eq!(&request[name], value, "{name}");
        }
        assert_eq!(edge(&with(options)), "marketing_messages");
        let defaults = with(json!({}));
        assert_eq!((edge(&defaults), edge(&plain)), ("marketing_messages", "messages"));
        assert_eq!(rendered(defaults, "+1"), rendered(plain, "+1"), "what is not said is left to Meta");
    }

    #[test]
    fn components_are_passed_on_as_they_are() {
        let components = json!([{"type": "button", "sub_type": "url", "index": "0",
            "parameters": [{"type": "text", "text": "a"}], "novelty": 1}]);
        let given = components.as_array().expect("a list").clone();
        assert_eq!(rendered(template(given, &[]), "+1")["template"]["components"], components);
    }

    #[test]
    fn a_text_goes_to_a_user_id_where_no_number_is_known() {
        let text = Message::Text(TextMessage { body: "héllo\n\"x\"".into(), preview_url: true, reply_to: None });
        let request = rendered(text, "US.1349");
        assert_eq!((&request["recipient"], request.get("to")), (&json!("US.1349"), None));
        assert_eq!(request["text"], json!({"preview_url": true, "body": "héllo\n\"x\""}));
        assert_eq!((&request["type"], request.get("context")), (&json!("text"), None));
    }

    #[test]
    fn a_group_is_named_as_one() {
        let text = Message::Text(TextMessage { body: "hello".into(), preview_url: false, reply_to: None });
        let request = rendered(text, "group:Y2FwaV9ncm91cDox");
        assert_eq!((&request["recipient_type"], &request["to"]), (&json!("group"), &json!("Y2FwaV9ncm91cDox")));
        assert_eq!(request.get("recipient"), None);
        let pin = FreeForm { kind: "pin".into(), object: json!({"message_id": "wamid.R"}), reply_to: None };
        let request = rendered(Message::FreeForm(pin), "group:g");
        assert_eq!((&request["type"], &request["pin"]["message_id"]), (&json!("pin"), &json!("wamid.R")));
    }

    #[test]
    fn a_receipt_names_a_message_and_nobody_and_shows_typing_only_while_that_is_true() {
        let receipt = || Message::Receipt(Receipt { message_id: Wamid::new("wamid.P"), typing: true });
        let mut read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.P"});
        assert_eq!(rendered_at(receipt(), "+1", Receipt::TYPING_MS), read);
        read["typing_indicator"] = json!({"type": "text"});
        assert_eq!(rendered_at(receipt(), "+1", Receipt::TYPING_MS - 1), read);
    }

    #[test]
    fn any_other_type_stands_in_the_member_that_it_names_and_may_answer_a_message() {
        let object = json!({"message_id": "wamid.R", "emoji": "👍"});
        let reaction = Message::FreeForm(FreeForm {
            kind: "reaction".into(),
            object: object.clone(),
            reply_to: Some(Wamid::new("wamid.Q")),
        });
        let request = rendered(reaction, "+1");
        assert_eq!((&request["type"], &request["reaction"]), (&json!("reaction"), &object));
        assert_eq!(request["context"], json!({"message_id": "wamid.Q"}));
    }

    #[test]
    fn a_message_of_messenger_is_what_the_send_api_takes_with_our_token() {
        let message =
            |object: Value| Message::FreeForm(FreeForm { kind: "messenger".to_owned(), object, reply_to: None });
        assert_eq!(
            rendered(message(json!({"message": {"text": "hello"}, "tag": null})), "7180"),
            json!({"recipient": {"id": "7180"}, "messaging_type": "RESPONSE",
                "message": {"text": "hello", "metadata": "v1.0000000000000000000000000000002a.2"}})
        );
        let human = json!({"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT", "recipient": {"comment_id": "17"},
            "message": {"attachment": {"type": "image", "payload": {"url": "https://example.org/i"}}}, "novelty": 1});
        let request = rendered(message(human.clone()), "17");
        let mut expected = human;
        expected["message"]["metadata"] = json!("v1.0000000000000000000000000000002a.2");
        assert_eq!(request, expected, "what the caller wrote, and nothing else");
        let action = Message::Action(SenderAction { channel: "messenger".into(), action: "typing_on".into() });
        assert_eq!(rendered(action, "7180"), json!({"recipient": {"id": "7180"}, "sender_action": "typing_on"}));
    }
}
