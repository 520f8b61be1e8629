//! What a message of Messenger or Instagram holds (Meta: messenger-platform/reference/webhook-events/messages;
//! instagram-platform/webhooks).

use crate::shape::{Members, shapes};
use crate::whatsapp::Content;
use crate::whatsapp::content::{Choice, Location, Media, Text, Unsupported};

shapes! {
    /// Everything that is attached to one message.
    Attachments {
        /// Each, in Meta's order.
        attachments: Vec<Attachment>,
    }

    /// Something attached that WhatsApp has not, or one of several.
    Attachment {
        /// `share`, `reel`, `ig_reel`, `ig_post`, `story_mention`, `template`, `fallback` (a link) or `like_heart`; among several
        /// also `image`, `video`, `audio`, `file` and `location`.
        r#type: Option<String>,
        /// Its title, where it stands outside `payload`.
        title: Option<String>,
        /// Its address, where it stands outside `payload`.
        url: Option<String>,
        /// The rest.
        payload: Option<Box<AttachmentPayload>>,
    }

    /// What is attached.
    AttachmentPayload {
        /// Where it can be fetched: an address with a signature, which ends.
        url: Option<String>,
        /// Its title.
        title: Option<String>,
        /// The sticker that an `image` is.
        sticker_id: Option<String>,
        /// The video of a reel.
        reel_video_id: Option<String>,
        /// The post that was shared.
        ig_post_media_id: Option<String>,
        /// Kind of a template: `generic`, `product`, …
        template_type: Option<String>,
        /// A place.
        coordinates: Option<Box<Coordinates>>,
    }

    /// A place. Degrees are kept as Meta wrote them.
    Coordinates {
        /// Degrees north.
        lat: Option<String>,
        /// Degrees east.
        long: Option<String>,
    }
}

/// Reads the content of a `message` that is neither deleted nor without anything: the first that it is of a notice that Meta
/// does not pass it on, an answer to quick replies, something attached, a text. A text beside one file is its caption.
pub fn content(message: &Members<'_>) -> Content {
    if message.get::<Option<bool>>("is_unsupported") == Some(true) {
        return Content::Unsupported(Unsupported::default());
    }
    let words: Option<String> = message.get("text");
    if let Some(payload) = message.object("quick_reply").and_then(|reply| reply.get::<Option<String>>("payload")) {
        return Content::ButtonReply(Choice { id: Some(payload), title: words, description: None });
    }
    let attachments: Vec<Attachment> = message.get("attachments");
    match (attachments.as_slice(), words) {
        ([], Some(body)) => Content::Text(Text { body: Some(body) }),
        ([], None) => Content::Unknown,
        ([one], caption) => single(one, caption),
        _ => Content::Attachments(Attachments { attachments }),
    }
}

/// One attachment in WhatsApp's terms, where they have one for it.
fn single(attachment: &Attachment, caption: Option<String>) -> Content {
    let payload = attachment.payload.as_deref().cloned().unwrap_or_default();
    let url = payload.url.or_else(|| attachment.url.clone());
    let title = payload.title.or_else(|| attachment.title.clone());
    let media = Media { url: url.clone(), caption, ..Media::default() };
    match attachment.r#type.as_deref().unwrap_or_default() {
        "image" if payload.sticker_id.is_some() => Content::Sticker(Media { id: payload.sticker_id, ..media }),
        "image" if url.is_some() => Content::Image(media),
        "video" if url.is_some() => Content::Video(media),
        "audio" if url.is_some() => Content::Audio(media),
        "file" if url.is_some() => Content::Document(Media { filename: title, ..media }),
        "location" => match payload.coordinates {
            Some(place) => Content::Location(Location {
                latitude: place.lat,
                longitude: place.long,
                name: title,
                address: None,
                url,
            }),
            None => Content::Unknown,
        },
        "share" | "reel" | "ig_reel" | "ig_post" | "story_mention" | "template" | "fallback" | "like_heart" => {
            Content::Attachment(Box::new(attachment.clone()))
        }
        _ => Content::Unknown,
    }
}
