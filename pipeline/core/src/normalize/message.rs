//! One message of a conversation (Meta: webhooks/reference/messages, smb_message_echoes, history).

use std::fmt;

use posthaste_model::lenient::{Name, Object, Text};
use posthaste_model::phone::from_wa_id;
use posthaste_model::shape::{Filled, Members, Read, filled, member};
use posthaste_model::whatsapp::content::Early;
use posthaste_model::whatsapp::{Content, Context, MetaError, Referral};
use posthaste_model::{Channel, InboundReceived, Millis, SenderId, Source, WabaId, Wamid};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::envelope::object;
use super::people::{Contact, People, identity};
use super::{Fault, moment};

/// What a message says.
#[derive(Default)]
pub(super) struct Message<'a> {
    id: Text<'a>,
    /// Absent for people with a username whom the number does not know (Meta: business-scoped-user-ids).
    from: Text<'a>,
    from_user_id: Text<'a>,
    from_parent_user_id: Text<'a>,
    /// Of messages that the business wrote.
    to: Text<'a>,
    to_user_id: Text<'a>,
    timestamp: Text<'a>,
    group_id: Text<'a>,
    content: Content,
    context: Option<Context>,
    referral: Option<Referral>,
    errors: Vec<MetaError>,
    past: Object<HistoryContext<'a>>,
}

#[derive(Deserialize)]
struct HistoryContext<'a> {
    #[serde(borrow, default)]
    status: Text<'a>,
}

/// A message of which nothing that is odd has been read yet.
#[derive(Deserialize)]
struct Element<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    from: Text<'a>,
    #[serde(borrow, default)]
    from_user_id: Text<'a>,
    #[serde(borrow, default)]
    from_parent_user_id: Text<'a>,
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
struct TextObject<'a> {
    #[serde(borrow, default)]
    body: Text<'a>,
}

/// Where a message stands.
pub(super) struct Place<'a> {
    pub(super) sender: &'a SenderId,
    pub(super) waba: &'a WabaId,
    pub(super) people: &'a People<'a>,
    pub(super) received_at: Millis,
    pub(super) source: Source,
    /// The person of a thread of the past.
    pub(super) thread: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// Reads one message; what is odd leaves its place empty.
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, Fault> {
        let element: Element<'_> = object(raw).map_err(|reason| Fault::new("malformed_message", reason))?;
        Ok(Self {
            content: content(raw, &element),
            context: element.context.and_then(filled),
            referral: element.referral.and_then(filled),
            errors: element.errors.map(member).unwrap_or_default(),
            past: element.history_context,
            id: element.id,
            from: element.from,
            from_user_id: element.from_user_id,
            from_parent_user_id: element.from_parent_user_id,
            to: element.to,
            to_user_id: element.to_user_id,
            timestamp: element.timestamp,
            group_id: element.group_id,
        })
    }

    /// What is told of it. Only the id is needed.
    pub(super) fn received(self, raw: &str, place: &Place<'_>) -> Result<Box<InboundReceived>, Fault> {
        let Some(id) = self.id.get() else {
            return Err(Fault::new("message_without_id", "a message has its id in `id`".to_owned()));
        };
        let from_business = self.is_from_business(place);
        let (number, user_id, parent) = if from_business {
            (&self.to, &self.to_user_id, &Text::default())
        } else {
            (&self.from, &self.from_user_id, &self.from_parent_user_id)
        };
        let known = place.people.find(number, user_id);
        let text = if let Content::Text(text) = &self.content { text.body.clone() } else { None };
        Ok(Box::new(InboundReceived {
            tenant_id: None,
            channel: Channel::Whatsapp,
            sender_id: place.sender.clone(),
            waba_id: place.waba.clone(),
            wamid: Wamid::new(id),
            source: place.source,
            from_business,
            contact: number.get().or(user_id.get()).or(place.thread).map(from_wa_id),
            identity: identity(known, number, user_id, parent),
            profile_name: known.and_then(Contact::name),
            at: moment(&self.timestamp, place.received_at),
            group_id: self.group_id.owned(),
            kind: self.content.kind().to_owned(),
            text,
            content: self.content,
            reply_to: self.context.as_ref().and_then(|context| context.id.as_deref()).map(Wamid::new),
            context: self.context.map(Box::new),
            referral: self.referral.map(Box::new),
            errors: self.errors,
            past_status: self.past.0.and_then(|past| past.status.owned()),
            raw: raw.to_owned(),
        }))
    }

    fn is_from_business(&self, place: &Place<'_>) -> bool {
        match place.source {
            Source::Echo => true,
            Source::History => self.to.get().is_some() || place.thread.is_some_and(|own| self.from.get() != Some(own)),
            Source::Person | Source::Standby => false,
        }
    }
}

/// What a message holds. Texts are by far the most: theirs need not be looked for.
fn content(raw: &RawValue, element: &Element<'_>) -> Content {
    if element.r#type.get() == Some("text")
        && let Some(text) = element.text
        && let Ok(text) = object::<TextObject<'_>>(text)
        && let Some(body) = text.body.into_inner()
    {
        return Content::text(body.into_owned());
    }
    Members::of(raw).map(|message| Content::read(&message)).unwrap_or_default()
}

/// Reads all of a message in one pass; where there is anything that [`Message::read`] would have to look at twice, it is an
/// error.
struct MessageVisitor;

impl<'de> Visitor<'de> for MessageVisitor {
    type Value = Boxed<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Boxed<'de>, A::Error> {
        let (mut message, mut kind) = (Box::<Message<'de>>::default(), Text::default());
        let (mut early, mut seen) = (Early::default(), Seen::default());
        while let Some(Name(name)) = map.next_key()? {
            match &*name {
                "id" => message.id = seen.once(0, &mut map)?,
                "from" => message.from = seen.once(1, &mut map)?,
                "from_user_id" => message.from_user_id = seen.once(2, &mut map)?,
                "from_parent_user_id" => message.from_parent_user_id = seen.once(3, &mut map)?,
                "to" => message.to = seen.once(4, &mut map)?,
                "to_user_id" => message.to_user_id = seen.once(5, &mut map)?,
                "timestamp" => message.timestamp = seen.once(6, &mut map)?,
                "group_id" => message.group_id = seen.once(7, &mut map)?,
                "type" => kind = seen.once(8, &mut map)?,
                "context" => message.context = seen.once::<Filled<_>, _>(9, &mut map)?.0,
                "referral" => message.referral = seen.once::<Filled<_>, _>(10, &mut map)?.0,
                "errors" => message.errors = seen.once::<Read<_>, _>(11, &mut map)?.0,
                "history_context" => message.past = seen.once(12, &mut map)?,
                _ => early.member(name, &mut map)?,
            }
        }
        message.content = early.content(kind.get());
        Ok(Boxed(message))
    }
}

/// A message that has been read in one pass. It is large: what is handed from one to the next is its place.
pub(super) struct Boxed<'a>(pub(super) Box<Message<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Boxed<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MessageVisitor)
    }
}

/// The members that have been read, a bit for each.
#[derive(Default)]
struct Seen(u16);

impl Seen {
    /// Reads a member that must not stand there twice.
    fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(&mut self, bit: u8, map: &mut A) -> Result<T, A::Error> {
        if self.0 & 1 << bit != 0 {
            return Err(A::Error::custom("a member stands there twice"));
        }
        self.0 |= 1 << bit;
        map.next_value()
    }
}
