//! Webhook bodies as Meta writes and signs them (Meta: webhooks/create-webhook-endpoint, webhooks/reference).

mod format;
mod page;
mod shape;

use serde::Serialize;

use crate::failure::Failure;
use crate::media::Kind;
use crate::page::PageFacts;
use crate::script::Status;
use crate::send::PricingCategory;
use crate::template::{TemplateEvent, Told};

use format::MetaFormat;
pub(crate) use format::Signer;
use shape::{Change, Entry, Envelope, Messages, OtherInfo, TemplateUpdate, Value};

/// Most elements in the `statuses` or `messages` of one change, and most changes in one entry: small, so that a batch
/// shows a receiver every level of nesting.
const PER_CHANGE: usize = 4;
/// See [`PER_CHANGE`].
const CHANGES_PER_ENTRY: usize = 2;

/// What is told of one message's status, borrowed for the time of writing.
#[derive(Debug)]
pub(crate) struct StatusFacts {
    pub(crate) number: u16,
    pub(crate) wamid: String,
    pub(crate) status: Status,
    pub(crate) at_unix_s: u64,
    /// Absent for people who were addressed by their business-scoped id.
    pub(crate) recipient_id: Option<String>,
    /// Digits of the person in the group whose phone this tells of.
    pub(crate) participant_id: Option<String>,
    /// Business-scoped id of the user; absent for groups.
    pub(crate) user_id: Option<String>,
    pub(crate) parent_user_id: Option<String>,
    pub(crate) is_priced: bool,
    pub(crate) token: Option<Box<str>>,
    pub(crate) category: PricingCategory,
    pub(crate) failure: Option<&'static Failure>,
}

/// What a person wrote or sent.
#[derive(Debug)]
pub(crate) enum InboundContent {
    Text(String),
    Media(InboundMedia),
    /// A file that Meta did not take over, because it was too large.
    Lost(Kind),
    /// Anything else, as it is to be posted.
    Other {
        /// Its type.
        name: String,
        /// The member of the type, and others beside it.
        members: serde_json::Map<String, serde_json::Value>,
    },
}

impl InboundContent {
    /// Bytes of what the person wrote.
    pub(crate) fn text_bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Media(media) => {
                let lengths = [&media.caption, &media.filename].map(|text| text.as_deref().map_or(0, str::len));
                lengths.iter().sum()
            }
            Self::Lost(_) => 0,
            Self::Other { members, .. } => {
                members.iter().map(|(name, value)| name.len() + value.to_string().len()).sum()
            }
        }
    }
}

/// A file that a person sent. Its hash may be a wrong one, as ordered.
#[derive(Debug)]
pub(crate) struct InboundMedia {
    pub(crate) kind: Kind,
    pub(crate) id: u64,
    pub(crate) mime: String,
    pub(crate) sha256: String,
    pub(crate) url: String,
    pub(crate) caption: Option<String>,
    pub(crate) filename: Option<String>,
    /// A voice note, as opposed to another audio file.
    pub(crate) voice: bool,
    /// Of a sticker.
    pub(crate) animated: bool,
}

/// An inbound message.
#[derive(Debug)]
pub(crate) struct InboundFacts {
    pub(crate) number: u16,
    pub(crate) wamid: String,
    pub(crate) from: String,
    pub(crate) user_id: String,
    pub(crate) parent_user_id: Option<String>,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    /// Whether the phone number is told.
    pub(crate) tells_number: bool,
    pub(crate) content: InboundContent,
    pub(crate) at_unix_s: u64,
}

/// A change of a template.
#[derive(Debug)]
pub(crate) struct TemplateFacts {
    pub(crate) event: TemplateEvent,
    pub(crate) template: Told,
    /// The end of a review or a pause takes place when it is told, if the template is in this state then.
    pub(crate) releases: Option<TemplateEvent>,
    /// Why it was paused, or is not any more.
    pub(crate) title: Option<&'static str>,
    pub(crate) at_unix_s: u64,
}

/// A change of any field, as somebody ordered it.
#[derive(Debug)]
pub(crate) struct ChangeFacts {
    pub(crate) field: String,
    pub(crate) value: serde_json::Value,
    /// Index of the number that it is about.
    pub(crate) number: Option<u16>,
    /// Id of the entry where it is not the account's.
    pub(crate) entry: Option<String>,
    pub(crate) at_unix_s: u64,
}

/// One update of a webhook.
#[derive(Debug)]
pub(crate) enum Facts<'a> {
    Status(StatusFacts),
    Inbound(&'a InboundFacts),
    Template(&'a TemplateFacts),
    Change(&'a ChangeFacts),
    /// Never beside another kind.
    Page(&'a PageFacts),
}

impl<'a> Facts<'a> {
    fn page(&self) -> Option<&'a PageFacts> {
        if let Self::Page(facts) = self { Some(facts) } else { None }
    }
}

/// The business that webhooks are about.
#[derive(Debug)]
pub(crate) struct Business {
    pub(crate) waba: String,
    /// `phone_number_id` and display number, by the number's index.
    pub(crate) numbers: Vec<(String, String)>,
}

/// The changes of one POST under construction.
struct Draft<'a> {
    business: &'a Business,
    entries: Vec<Entry<'a>>,
}

impl<'a> Draft<'a> {
    /// The change that takes another status (or message) of a number: the last one while it has room, or a new one.
    fn messages(&mut self, number: u16, of_statuses: bool) -> &mut Messages<'a> {
        let last = self.entries.last().and_then(|entry| entry.changes.last());
        let fits = last.is_some_and(|change| match &change.value {
            Value::Messages(value) => value.takes(number, of_statuses),
            _ => false,
        });
        if !fits {
            let value = Value::Messages(Messages::of(self.business, number));
            self.open(None, Change { value, field: "messages" });
        }
        let change = self.entries.last_mut().and_then(|entry| entry.changes.last_mut());
        match change.map(|change| &mut change.value) {
            Some(Value::Messages(value)) => value,
            _ => unreachable!("a change of messages was found or opened just now"),
        }
    }

    /// Adds a change to the last entry, or to a new one when that is full or of another kind.
    fn open(&mut self, time: Option<u64>, change: Change<'a>) {
        match self.entries.last_mut() {
            Some(entry) if entry.time == time && entry.changes.len() < CHANGES_PER_ENTRY => entry.changes.push(change),
            _ => self.entries.push(Entry { id: &self.business.waba, time, changes: vec![change] }),
        }
    }

    fn add_template(&mut self, facts: &'a TemplateFacts) {
        let update = TemplateUpdate {
            event: facts.event,
            message_template_id: facts.template.id,
            message_template_name: &facts.template.name,
            // Webhooks write the language with a hyphen, sends with an underscore.
            message_template_language: facts.template.language.replace('_', "-"),
            message_template_category: facts.template.category,
            reason: "NONE",
            other_info: facts.title.map(OtherInfo::of),
        };
        self.open(
            Some(facts.at_unix_s),
            Change { value: Value::Template(update), field: "message_template_status_update" },
        );
    }
}

impl<'a> Draft<'a> {
    /// Whatever else happened stands in an entry of its own.
    fn add_change(&mut self, facts: &'a ChangeFacts) {
        let id = facts.entry.as_deref().unwrap_or(&self.business.waba);
        let change = Change { value: Value::Other(&facts.value), field: &facts.field };
        self.entries.push(Entry { id, time: Some(facts.at_unix_s), changes: vec![change] });
    }
}

/// The body of one POST that carries the updates in their order.
pub(crate) fn body(business: &Business, updates: &[Facts<'_>]) -> Vec<u8> {
    let events: Vec<&PageFacts> = updates.iter().filter_map(Facts::page).collect();
    if !events.is_empty() {
        return page::body(&events);
    }
    let mut draft = Draft { business, entries: Vec::new() };
    for update in updates {
        match update {
            Facts::Status(facts) => draft.messages(facts.number, true).add_status(facts),
            Facts::Inbound(facts) => draft.messages(facts.number, false).add_inbound(facts),
            Facts::Template(facts) => draft.add_template(facts),
            Facts::Change(facts) => draft.add_change(facts),
            Facts::Page(_) => unreachable!("pages have bodies of their own"),
        }
    }
    let envelope = Envelope { object: "whatsapp_business_account", entry: draft.entries };
    let mut bytes = Vec::with_capacity(256 + updates.len() * 640);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, MetaFormat);
    envelope.serialize(&mut serializer).expect("writing strings and numbers to memory cannot fail");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Category;
    use proptest::prelude::*;
    use ring::hmac;

    fn business() -> Business {
        Business {
            waba: "10".into(),
            numbers: vec![("1".into(), "15550000001".into()), ("2".into(), "15550000002".into())],
        }
    }

    fn status(number: u16, status: Status) -> Facts<'static> {
        let failure = (status == Status::Failed).then_some(&Failure { code: 131_026, title: "t", details: "d" });
        Facts::Status(StatusFacts {
            number,
            wamid: "wamid.a/b".into(),
            status,
            at_unix_s: 1_750_030_073,
            recipient_id: Some("16505551234".into()),
            participant_id: None,
            user_id: Some("US.1".into()),
            parent_user_id: None,
            is_priced: status == Status::Sent,
            token: Some("v1.é.1".into()),
            category: PricingCategory::Utility,
            failure,
        })
    }

    fn inbound(text: &str) -> InboundFacts {
        let (from, name) = ("16505551234".into(), "Zoë".into());
        InboundFacts {
            number: 0,
            wamid: "wamid.x".into(),
            from,
            user_id: "US.1".into(),
            parent_user_id: None,
            name,
            username: None,
            tells_number: true,
            content: InboundContent::Text(text.into()),
            at_unix_s: 5,
        }
    }

    fn parsed(updates: &[Facts<'_>]) -> serde_json::Value {
        serde_json::from_slice(&body(&business(), updates)).unwrap()
    }

    #[test]
    fn a_sent_status_has_contact_price_and_token_and_a_failed_one_its_error() {
        let sent = parsed(&[status(0, Status::Sent)]);
        let value = &sent["entry"][0]["changes"][0]["value"];
        assert_eq!(value["contacts"][0]["wa_id"], "16505551234");
        assert_eq!(value["metadata"]["phone_number_id"], "1");
        let element = &value["statuses"][0];
        assert_eq!((element["timestamp"].as_str(), element["status"].as_str()), (Some("1750030073"), Some("sent")));
        assert_eq!(element["biz_opaque_callback_data"], "v1.é.1");
        assert_eq!(element["pricing"]["pricing_model"], "PMP");
        assert!(element.get("errors").is_none());

        let failed = parsed(&[status(0, Status::Failed)]);
        let value = &failed["entry"][0]["changes"][0]["value"];
        assert!(value.get("contacts").is_none());
        assert_eq!(value["statuses"][0]["errors"][0]["code"], 131_026);
        assert!(
            value["statuses"][0].get("pricing").is_none() && value["statuses"][0].get("recipient_user_id").is_none()
        );
    }

    #[test]
    fn a_template_update_names_time_and_language_as_meta_does() {
        let template = Told {
            id: 7,
            name: "hi".into(),
            language: "en_US".into(),
            category: Category::Utility,
            status: TemplateEvent::Approved,
        };
        let facts = TemplateFacts {
            event: TemplateEvent::PendingDeletion,
            template,
            releases: None,
            title: None,
            at_unix_s: 9,
        };
        let update = parsed(&[Facts::Template(&facts)]);
        assert_eq!(update["entry"][0]["time"], 9);
        let change = &update["entry"][0]["changes"][0];
        assert_eq!(change["field"], "message_template_status_update");
        assert_eq!(
            (change["value"]["event"].as_str(), change["value"]["message_template_language"].as_str()),
            (Some("PENDING_DELETION"), Some("en-US"))
        );
    }

    #[test]
    fn slashes_and_all_but_ascii_are_escaped() {
        let text = "a/b \"ü\" 👋\n";
        let bytes = body(&business(), &[Facts::Inbound(&inbound(text))]);
        assert!(bytes.is_ascii());
        let written = String::from_utf8(bytes).unwrap();
        assert!(written.contains(r#"a\/b \"\u00fc\" \ud83d\udc4b\n"#), "{written}");
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back_unchanged(text: String) {
            let value = parsed(&[Facts::Inbound(&inbound(&text))]);
            prop_assert_eq!(value["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn a_batch_keeps_every_update_and_its_order(numbers in proptest::collection::vec((0..2_u16, any::<bool>()), 1..60)) {
            let hello = inbound("hello");
            let updates: Vec<Facts<'_>> = numbers.iter().map(|&(number, is_status)| if is_status { status(number, Status::Sent) } else { Facts::Inbound(&hello) }).collect();
            let envelope = parsed(&updates);
            let mut found = Vec::new();
            for change in envelope["entry"].as_array().unwrap().iter().flat_map(|entry| entry["changes"].as_array().unwrap()) {
                let number: u16 = change["value"]["metadata"]["phone_number_id"].as_str().unwrap().parse().unwrap();
                for (member, is_status) in [("statuses", true), ("messages", false)] {
                    let count = change["value"][member].as_array().map_or(0, Vec::len);
                    prop_assert!(count <= PER_CHANGE);
                    found.extend(std::iter::repeat_n((number - 1, is_status), count));
                }
            }
            let expected: Vec<(u16, bool)> = numbers.iter().map(|&(number, is_status)| if is_status { (number, true) } else { (0, false) }).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_signature_verifies_for_its_body_alone(secret in "[ -~]{1,40}", body in proptest::collection::vec(any::<u8>(), 1..300), flip in 0..300_usize) {
            let header = Signer::new(&secret).sign(&body);
            prop_assert_eq!(header.len(), 71);
            let tag = hex::decode(&header["sha256=".len()..]).unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            prop_assert!(hmac::verify(&key, &body, &tag).is_ok());
            let mut forged = body.clone();
            forged[flip % body.len()] ^= 1;
            prop_assert!(hmac::verify(&key, &forged, &tag).is_err());
        }
    }
}
