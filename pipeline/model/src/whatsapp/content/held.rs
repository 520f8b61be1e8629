//! Where a message's content is read from: from the members of a message that has been taken apart, or member by member while
//! the message is read.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

use super::{Content, Edit};
use crate::lenient::{Name, Object, Text};
use crate::shape::{Filled, Member, Members, Read, Shape};

/// The member of a message that is to be read as its content.
pub(super) trait Held {
    /// Why it cannot be read.
    type Error;

    /// As a shape of which something could be read.
    fn filled<T: Shape>(self) -> Result<Option<T>, Self::Error>;

    /// As a member of a shape.
    fn get<T: Member>(self) -> Result<T, Self::Error>;

    /// As what an interactive message was answered with.
    fn reply(self) -> Result<Option<Content>, Self::Error>;
}

/// A member of a message that has been taken apart.
#[derive(Clone, Copy)]
pub(super) struct Apart<'m, 'a> {
    pub(super) message: &'m Members<'a>,
    pub(super) name: &'m str,
}

impl Held for Apart<'_, '_> {
    type Error = Infallible;

    fn filled<T: Shape>(self) -> Result<Option<T>, Infallible> {
        Ok(self.message.filled(self.name))
    }

    fn get<T: Member>(self) -> Result<T, Infallible> {
        Ok(self.message.get(self.name))
    }

    fn reply(self) -> Result<Option<Content>, Infallible> {
        let Some(interactive) = self.message.object(self.name) else { return Ok(None) };
        let Some(kind) = interactive.get::<Option<String>>("type") else { return Ok(None) };
        Content::reply(&kind, Apart { message: &interactive, name: &kind })
    }
}

/// A message does not have the member.
struct Missing;

impl Held for Missing {
    type Error = Infallible;

    fn filled<T: Shape>(self) -> Result<Option<T>, Infallible> {
        Ok(None)
    }

    fn get<T: Member>(self) -> Result<T, Infallible> {
        Ok(T::default())
    }

    fn reply(self) -> Result<Option<Content>, Infallible> {
        Ok(None)
    }
}

/// The member whose name has just been read.
struct Next<'m, 'de, A> {
    map: &'m mut A,
    is_read: &'m mut bool,
    text: PhantomData<&'de str>,
}

impl<'de, A: MapAccess<'de>> Next<'_, 'de, A> {
    fn value<T: Deserialize<'de>>(self) -> Result<T, A::Error> {
        *self.is_read = true;
        self.map.next_value()
    }
}

impl<'de, A: MapAccess<'de>> Held for Next<'_, 'de, A> {
    type Error = A::Error;

    fn filled<T: Shape>(self) -> Result<Option<T>, A::Error> {
        self.value::<Filled<T>>().map(|filled| filled.0)
    }

    fn get<T: Member>(self) -> Result<T, A::Error> {
        self.value::<Read<T>>().map(|read| read.0)
    }

    fn reply(self) -> Result<Option<Content>, A::Error> {
        let Object(reply) = self.value::<Object<Reply>>()?;
        Ok(reply.and_then(|reply| reply.0))
    }
}

/// What the members of a message hold, read before it is known which of them its `type` names. Where that is doubtful, as there
/// are two of them, or one twice, it is an error, and [`Content::read`] knows.
#[derive(Debug, Default)]
pub struct Early<'a>(Option<(Cow<'a, str>, Option<Content>)>);

impl<'a> Early<'a> {
    /// Takes the member whose name has just been read, or passes over it.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, and where it is doubtful what it means.
    pub fn member<A: MapAccess<'a>>(&mut self, name: Cow<'a, str>, map: &mut A) -> Result<(), A::Error> {
        match &*name {
            "edit" => self.take(name, map, |_, next| {
                let Object(edit) = next.value::<Object<EarlyEdit>>()?;
                Ok(edit.map(|edit| Content::Edit(Box::new(edit.0))))
            }),
            "text" => self.take(name, map, |_, next| {
                let Object(text) = next.value::<Object<Words<'a>>>()?;
                Ok(text.and_then(|text| text.body.into_inner()).map(|body| Content::text(body.into_owned())))
            }),
            _ => self.take(name, map, |name, next| Content::of(name, next)),
        }
    }

    /// What the message holds whose type this is.
    pub fn content(self, kind: Option<&str>) -> Content {
        let Some(kind) = kind else { return Content::Unknown };
        match self.0 {
            Some((name, content)) if name == kind => content.unwrap_or_default(),
            _ => {
                let Ok(content) = Content::of(kind, Missing);
                content.unwrap_or_default()
            }
        }
    }

    fn take<A: MapAccess<'a>>(
        &mut self,
        name: Cow<'a, str>,
        map: &mut A,
        read: impl FnOnce(&str, Next<'_, 'a, A>) -> Result<Option<Content>, A::Error>,
    ) -> Result<(), A::Error> {
        let mut is_read = false;
        let content = read(&name, Next { map, is_read: &mut is_read, text: PhantomData })?;
        if !is_read {
            map.next_value::<IgnoredAny>()?;
        } else if self.0.replace((name, content)).is_some() {
            return Err(A::Error::custom("two contents"));
        }
        Ok(())
    }
}

/// What is in the member `text`: a number is told by its digits.
#[derive(Deserialize)]
struct Words<'a> {
    #[serde(borrow, default)]
    body: Text<'a>,
}

/// Reads an object whose `type` names the member that counts.
fn typed<'de, A: MapAccess<'de>>(
    mut map: A,
    read: impl Fn(&str, Next<'_, 'de, A>) -> Result<Option<Content>, A::Error>,
) -> Result<(Text<'de>, Early<'de>), A::Error> {
    let (mut kind, mut early) = (None, Early::default());
    while let Some(Name(name)) = map.next_key()? {
        if name != "type" {
            early.take(name, &mut map, &read)?;
        } else if kind.replace(map.next_value()?).is_some() {
            return Err(A::Error::duplicate_field("type"));
        }
    }
    Ok((kind.unwrap_or_default(), early))
}

/// What is in the member `interactive`.
struct Reply(Option<Content>);

struct ReplyVisitor;

impl<'de> Visitor<'de> for ReplyVisitor {
    type Value = Reply;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Reply, A::Error> {
        let (kind, early) = typed(map, |name, next| Content::reply(name, next))?;
        Ok(Reply(early.0.filter(|(name, _)| kind.get() == Some(name)).and_then(|(_, content)| content)))
    }
}

impl<'de> Deserialize<'de> for Reply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReplyVisitor)
    }
}

/// What is in the member `edit`: a change of a message.
struct EarlyEdit(Edit);

struct EditVisitor;

impl<'de> Visitor<'de> for EditVisitor {
    type Value = EarlyEdit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EarlyEdit, A::Error> {
        let (mut id, mut message) = (None::<Read<Option<String>>>, None::<Object<Changed>>);
        while let Some(Name(name)) = map.next_key()? {
            let is_twice = match &*name {
                "original_message_id" => id.replace(map.next_value()?).is_some(),
                "message" => message.replace(map.next_value()?).is_some(),
                _ => map.next_value::<IgnoredAny>().map(|_| false)?,
            };
            if is_twice {
                return Err(A::Error::custom("a member stands there twice"));
            }
        }
        let message = message.and_then(|message| message.0).unwrap_or_default().0;
        Ok(EarlyEdit(Edit { original_message_id: id.and_then(|id| id.0), message }))
    }
}

impl<'de> Deserialize<'de> for EarlyEdit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EditVisitor)
    }
}

/// What a message holds since it was changed.
#[derive(Default)]
struct Changed(Content);

struct ChangedVisitor;

impl<'de> Visitor<'de> for ChangedVisitor {
    type Value = Changed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Changed, A::Error> {
        let (kind, early) = typed(map, |name, next| Content::of(name, next))?;
        Ok(Changed(early.content(kind.get())))
    }
}

impl<'de> Deserialize<'de> for Changed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ChangedVisitor)
    }
}
