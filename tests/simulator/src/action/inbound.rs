//! What people write and send when a test says so.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::action::{Members, Outcome, Refusal, known_number};
use crate::media::delivery::Cuts;
use crate::media::{FILE_MAX, INBOUND_LIFE, Kind, Media, essence, is_animated, made_up, sha256};
use crate::script::{Dice, dice};
use crate::wamid::{self, Recipient};
use crate::webhook::{InboundContent, InboundMedia};
use crate::world::World;

/// Size of a file that is made up, in bytes, when none is given.
const FILE_BYTES: u64 = 4_096;

/// The longest signature of a type fits into this many bytes.
const FILE_MIN: u64 = 16;

/// Most POSTs of one message.
const COPIES_MAX: u8 = 100;

/// The first digits of a hash that is wrong.
const WRONG: &str = "00000000";

/// Somebody writes to a number.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InboundOrder {
    pub(super) number: String,
    from: String,
    name: Option<String>,
    #[serde(default = "text")]
    r#type: String,
    text: Option<String>,
    /// How often it is posted.
    #[serde(default = "once")]
    copies: u8,
    /// For types that are neither texts nor files: the member of the type and others beside it, as they are to be posted. A
    /// `context`, a `referral` or others beside a text stand here too.
    content: Option<Members>,
    mime_type: Option<String>,
    /// The file; without it one of `size` bytes is made up.
    base64: Option<String>,
    size: Option<u64>,
    filename: Option<String>,
    caption: Option<String>,
    #[serde(default)]
    voice: bool,
    #[serde(default)]
    sha256: Hash,
    /// Larger than Meta takes over: the message has error 131052 and no file.
    #[serde(default)]
    oversize: bool,
    /// Downloads that fail before one succeeds.
    #[serde(default)]
    failing_downloads: u32,
    #[serde(default = "failing_status")]
    failing_status: u16,
    /// Downloads that break off half-way, after those that fail.
    #[serde(default)]
    cut_downloads: u32,
    /// Whether the file is called otherwise (`ETag`) after each of these, so that its rest cannot be had.
    #[serde(default)]
    cut_renames: bool,
}

/// How the webhook writes the file's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Hash {
    #[default]
    Hex,
    Base64,
    /// In hexadecimal, and of another file.
    Wrong,
}

fn once() -> u8 {
    1
}

fn text() -> String {
    "text".to_owned()
}

fn failing_status() -> u16 {
    500
}

/// Posts what somebody wrote or sent; its id, that of its file, and its author's.
pub(super) fn receive(world: &World, order: InboundOrder) -> Outcome {
    let number = known_number(world, &order.number)?;
    let Some(Recipient::Phone(from)) = Recipient::phone(&order.from) else {
        return Err(Refusal::from(format!("from: `{}` is not a phone number", order.from)));
    };
    if !(1..=COPIES_MAX).contains(&order.copies) {
        return Err(Refusal::from(format!("copies: give 1 to {COPIES_MAX}")));
    }
    let copies = usize::from(order.copies);
    let name = order.name.clone().unwrap_or_else(|| format!("User {from}"));
    let content = content(world, order)?;
    world.book.lock().totals.media.inbound +=
        u64::from(matches!(content, InboundContent::Media(_) | InboundContent::Lost(_)));
    let media_id = match &content {
        InboundContent::Media(media) => Some(media.id.to_string()),
        InboundContent::Text(_) | InboundContent::Lost(_) | InboundContent::Other { .. } => None,
    };
    let id = world.receive(number, from, name, content, copies);
    Ok(json!({ "id": id, "media_id": media_id, "user_id": wamid::user_id(from) }))
}

fn content(world: &World, order: InboundOrder) -> Result<InboundContent, Refusal> {
    if let Some(members) = order.content {
        return other(order.r#type, order.text, members);
    }
    if order.r#type == "text" {
        let text = order.text.ok_or_else(|| Refusal::from("text is missing".to_owned()))?;
        return Ok(InboundContent::Text(text));
    }
    let kind = Kind::named(&order.r#type).ok_or_else(|| {
        Refusal::from(format!(
            "type: `{}` is none of text, audio, document, image, sticker, video; other types need `content`",
            order.r#type
        ))
    })?;
    if order.oversize {
        return Ok(InboundContent::Lost(kind));
    }
    media(world, kind, order).map(InboundContent::Media)
}

/// Members of a message that are made up.
const OWN: [&str; 6] = ["from", "from_user_id", "from_parent_user_id", "id", "timestamp", "type"];

fn other(name: String, text: Option<String>, mut members: Members) -> Result<InboundContent, Refusal> {
    if let Some(own) = OWN.iter().find(|own| members.contains_key(**own)) {
        return Err(Refusal::from(format!("content: `{own}` is made up by the simulator")));
    }
    if let Some(text) = text {
        members.insert("text".to_owned(), json!({ "body": text }));
    }
    Ok(InboundContent::Other { name, members })
}

fn media(world: &World, kind: Kind, order: InboundOrder) -> Result<InboundMedia, Refusal> {
    let mime = order.mime_type.clone().unwrap_or_else(|| kind.default_mime().to_owned());
    if !kind.carries(&mime) || mime.parse::<http::HeaderValue>().is_err() {
        return Err(Refusal::from(format!("mime_type: `{mime}` is not a type of kind {}", kind.name())));
    }
    if !(400..600).contains(&order.failing_status) {
        return Err(Refusal::from("failing_status: give an HTTP status from 400 to 599".to_owned()));
    }
    let bytes = file(world, &mime, &order)?;
    let digest = match order.sha256 {
        Hash::Wrong => format!("{WRONG}{}", &sha256(&bytes)[WRONG.len()..]),
        Hash::Hex | Hash::Base64 => sha256(&bytes),
    };
    let file = Media {
        number: None,
        mime: mime.clone(),
        filename: order.filename.clone(),
        sha256: digest.clone(),
        failing: (order.failing_downloads, order.failing_status),
        cuts: Cuts { left: order.cut_downloads, renames: order.cut_renames },
        bytes: bytes.into(),
    };
    let animated = essence(&mime) == Kind::Sticker.default_mime() && is_animated(&file.bytes);
    let full = || Refusal(StatusCode::INSUFFICIENT_STORAGE, "no room for another file; raise --media-mb".to_owned());
    let id = world.keep(file, INBOUND_LIFE).ok_or_else(full)?;
    Ok(InboundMedia {
        kind,
        id,
        mime,
        sha256: if order.sha256 == Hash::Base64 { in_base64(&digest) } else { digest },
        url: world.media_url(id),
        caption: order.caption,
        filename: order.filename,
        voice: order.voice,
        animated,
    })
}

fn file(world: &World, mime: &str, order: &InboundOrder) -> Result<Vec<u8>, Refusal> {
    let wrong = |error| Refusal::from(format!("base64: {error}"));
    match &order.base64 {
        Some(text) => STANDARD.decode(text).map_err(wrong),
        None => {
            let size = order.size.unwrap_or(FILE_BYTES);
            if !(FILE_MIN..=FILE_MAX).contains(&size) {
                return Err(Refusal::from(format!("size: give {FILE_MIN} to {FILE_MAX} bytes, or `oversize`")));
            }
            Ok(made_up(mime, size as usize, &mut dice(world.seed, Dice::Media, world.next_file())))
        }
    }
}

fn in_base64(digest: &str) -> String {
    STANDARD.encode(hex::decode(digest).expect("a hash was written in hexadecimal"))
}
