//! One message of a conversation (Meta: webhooks/reference/messages, smb_message_echoes, history).

use std::collections::BTreeMap;

use posthaste_model::lenient::{Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::shape::{Members, filled, member};
use posthaste_model::whatsapp::content::Text as TextContent;
use posthaste_model::whatsapp::{Content, Context, Identity, Referral};
use posthaste_model::{InboundReceived, Millis, SenderId, Source, WabaId, Wamid};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::envelope::{Elements, object};
use super::{Fault, moment};

#[derive(Deserialize)]
struct Element<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    /// Absent for people with a username whom the number does not know (Meta: business-scoped-user-ids).
    #[serde(borrow, default)]
    from: Text<'a>,
    #[serde(borrow, default)]
    from_user_id: Text<'a>,
    #[serde(borrow, default)]
    from_parent_user_id: Text<'a>,
    /// Of messages that the business wrote.
    #[serde(borrow, default)]
    to: Text<'a>,
    #[serde(borrow, default)]
    to_user_id: Text<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    group_id: Text<'a>,
    #[serde(borrow, default)]
    r#type: Text<'a>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    context: Option<&'a RawValue>,
    #[serde(borrow, default)]
    referral: Option<&'a RawValue>,
    #[serde(borrow, default)]
    errors: Option<&'a RawValue>,
    #[serde(borrow, default)]
    history_context: Object<HistoryContext<'a>>,
}

#[derive(Deserialize)]
struct HistoryContext<'a> {
    #[serde(borrow, default)]
    status: Text<'a>,
}

#[derive(Deserialize)]
struct TextObject<'a> {
    #[serde(borrow, default)]
    body: Text<'a>,
}

#[derive(Deserialize)]
struct ContactElement<'a> {
    #[serde(borrow, default)]
    wa_id: Text<'a>,
    #[serde(borrow, default)]
    user_id: Text<'a>,
    #[serde(borrow, default)]
    parent_user_id: Text<'a>,
    #[serde(borrow, default)]
    identity_key_hash: Text<'a>,
    #[serde(borrow, default)]
    profile: Object<Profile<'a>>,
}

#[derive(Deserialize)]
struct Profile<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    username: Text<'a>,
}

/// What a webhook tells of one person.
#[derive(Clone, Default)]
pub(super) struct Person {
    name: Option<String>,
    pub(super) identity: Identity,
}

/// People by `wa_id` and by `user_id`. A batch holds contacts in any order, so a message finds its own by id.
#[derive(Default)]
pub(super) struct People(BTreeMap<String, Person>);

impl People {
    /// Reads `contacts`; a contact that cannot be read is left out.
    pub(super) fn read(contacts: &Elements<'_>) -> Self {
        let mut people = BTreeMap::new();
        let Elements::List(contacts) = contacts else { return Self(people) };
        for contact in contacts.iter().filter_map(|raw| object::<ContactElement<'_>>(raw).ok()) {
            let profile = contact.profile.0.as_ref();
            let person = Person {
                name: profile.and_then(|profile| profile.name.owned()),
                identity: Identity {
                    wa_id: contact.wa_id.owned(),
                    user_id: contact.user_id.owned(),
                    parent_user_id: contact.parent_user_id.owned(),
                    username: profile.and_then(|profile| profile.username.owned()),
                    identity_key_hash: contact.identity_key_hash.owned(),
                },
            };
            for id in [&contact.wa_id, &contact.user_id].into_iter().filter_map(|id| id.get()) {
                people.insert(id.to_owned(), person.clone());
            }
        }
        Self(people)
    }

    /// The person of these ids, with what was told of them elsewhere in the batch.
    pub(super) fn of(&self, number: &Text<'_>, user_id: &Text<'_>, parent: &Text<'_>) -> Person {
        let known = [number, user_id].into_iter().find_map(|id| self.0.get(id.get()?));
        let own = known.map(|person| &person.identity);
        let digits = number.get().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let identity = Identity {
            wa_id: digits.map(str::to_owned).or_else(|| own?.wa_id.clone()),
            user_id: user_id.owned().or_else(|| own?.user_id.clone()),
            parent_user_id: parent.owned().or_else(|| own?.parent_user_id.clone()),
            username: own.and_then(|own| own.username.clone()),
            identity_key_hash: own.and_then(|own| own.identity_key_hash.clone()),
        };
        Person { name: known.and_then(|person| person.name.clone()), identity }
    }
}

/// Where a message stands.
pub(super) struct Place<'a> {
    pub(super) sender: &'a SenderId,
    pub(super) waba: &'a WabaId,
    pub(super) people: &'a People,
    pub(super) received_at: Millis,
    pub(super) source: Source,
    /// The person of a thread of the past.
    pub(super) thread: Option<&'a str>,
}

/// Reads one message. Only the id is needed; what else is missing or odd leaves its place empty.
pub(super) fn read(raw: &RawValue, place: &Place<'_>) -> Result<InboundReceived, Fault> {
    let element: Element<'_> = object(raw).map_err(|reason| Fault::new("malformed_message", reason))?;
    let Some(id) = element.id.get() else {
        return Err(Fault::new("message_without_id", "a message has its id in `id`".to_owned()));
    };
    let from_business = match place.source {
        Source::Echo => true,
        Source::History => {
            element.to.get().is_some() || place.thread.is_some_and(|own| element.from.get() != Some(own))
        }
        Source::Person | Source::Standby => false,
    };
    let (number, user_id, parent) = if from_business {
        (&element.to, &element.to_user_id, &Text::default())
    } else {
        (&element.from, &element.from_user_id, &element.from_parent_user_id)
    };
    let Person { name, identity } = place.people.of(number, user_id, parent);
    let contact = number.get().or(user_id.get()).or(place.thread).map(from_wa_id);
    let (content, text) = content(raw, &element);
    let context = element.context.and_then(filled::<Context>);
    let at = moment(&element.timestamp, place.received_at);
    Ok(InboundReceived {
        source: place.source,
        from_business,
        contact,
        identity,
        profile_name: name,
        group_id: element.group_id.owned(),
        kind: content.kind().to_owned(),
        text,
        content,
        reply_to: context.as_ref().and_then(|context| context.id.as_deref()).map(Wamid::new),
        context: context.map(Box::new),
        referral: element.referral.and_then(filled::<Referral>).map(Box::new),
        errors: element.errors.map(member).unwrap_or_default(),
        past_status: element.history_context.0.and_then(|past| past.status.owned()),
        ..InboundReceived::new(place.sender.clone(), place.waba.clone(), Wamid::new(id), at, raw.get())
    })
}

/// What a message holds, and its words where it is a text. Texts are by far the most: theirs need not be looked for.
fn content(raw: &RawValue, element: &Element<'_>) -> (Content, Option<String>) {
    if element.r#type.get() == Some("text")
        && let Some(text) = element.text
        && let Ok(text) = object::<TextObject<'_>>(text)
        && let Some(body) = text.body.into_inner()
    {
        let body = body.into_owned();
        return (Content::Text(TextContent { body: Some(body.clone()) }), Some(body));
    }
    let content = Members::of(raw).map(|message| Content::read(&message)).unwrap_or_default();
    let text = if let Content::Text(text) = &content { text.body.clone() } else { None };
    (content, text)
}
