//! The files of messages, written down to be downloaded in the commit that keeps the message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use posthaste_model::InboundReceived;
use posthaste_model::whatsapp::content::Media;
use posthaste_runtime::store::StoreError;
use posthaste_sql::client::Params;
use posthaste_sql::queries::sender_inbound::{WantMediaParams, want_media};

use super::from_database;
use crate::pool::Tx;

/// Days that Meta keeps what people send (Meta: business-phone-numbers/media).
const INBOUND_DAYS: i32 = 7;
/// Longest id, media type and file name that are kept, in characters.
const ID_CHARS_MAX: usize = 128;
const TYPE_CHARS_MAX: usize = 127;
const FILENAME_CHARS_MAX: usize = 240;
/// Bytes of a SHA-256.
const HASH_BYTES: usize = 32;

/// A file that can be asked for: Meta gave an id and a media type. Texts are cut to what the table and a path can hold, so that no
/// message of Meta's can stop a commit.
struct Wanted<'a> {
    message: &'a InboundReceived,
    media_id: &'a str,
    mime_type: String,
    sha256: Option<String>,
    filename: Option<String>,
}

fn wanted(message: &InboundReceived) -> Option<Wanted<'_>> {
    let media: &Media = message.content.media()?;
    message.tenant_id?;
    let is_id = |id: &&str| {
        (1..=ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    Some(Wanted {
        message,
        media_id: media.id.as_deref().filter(is_id)?,
        mime_type: plain(media.mime_type.as_deref()?, TYPE_CHARS_MAX),
        sha256: media.sha256.as_deref().and_then(hexadecimal),
        filename: media.filename.as_deref().map(|name| plain(name, FILENAME_CHARS_MAX)),
    })
}

fn plain(text: &str, characters_max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(characters_max).collect()
}

/// A hash as this system writes it: webhooks have it in base64, the media endpoint in hexadecimal digits.
fn hexadecimal(text: &str) -> Option<String> {
    let bytes = hex::decode(text).ok().or_else(|| STANDARD.decode(text).ok());
    bytes.filter(|bytes| bytes.len() == HASH_BYTES).map(hex::encode)
}

/// Rarer than messages, so the statement is not prepared beforehand.
pub(super) async fn write_wanted(tx: &Tx, inbound: &[InboundReceived]) -> Result<(), StoreError> {
    let files: Vec<_> = inbound.iter().filter_map(wanted).collect();
    if files.is_empty() {
        return Ok(());
    }
    let tenant = |file: &Wanted<'_>| file.message.tenant_id.map_or_else(uuid::Uuid::nil, |tenant| tenant.0);
    let params = WantMediaParams {
        days: INBOUND_DAYS,
        tenant_ids: files.iter().map(tenant).collect::<Vec<_>>(),
        media_ids: files.iter().map(|file| file.media_id).collect::<Vec<_>>(),
        sender_ids: files.iter().map(|file| file.message.sender_id.as_str()).collect::<Vec<_>>(),
        mime_types: files.iter().map(|file| file.mime_type.as_str()).collect::<Vec<_>>(),
        sha256s: files.iter().map(|file| file.sha256.as_deref()).collect::<Vec<_>>(),
        filenames: files.iter().map(|file| file.filename.as_deref()).collect::<Vec<_>>(),
        at: files.iter().map(|file| file.message.at.0).collect::<Vec<_>>(),
    };
    want_media().params(&**tx, &params).await.map(drop).map_err(|error| from_database(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_form_however_meta_wrote_it() {
        let bytes: Vec<u8> = (0..32).collect();
        let own = hex::encode(&bytes);
        assert_eq!(hexadecimal(&own.to_uppercase()).as_deref(), Some(own.as_str()));
        assert_eq!(hexadecimal(&STANDARD.encode(&bytes)).as_deref(), Some(own.as_str()));
        for bad in ["", "abc", "AAAA", "not a hash"] {
            assert_eq!(hexadecimal(bad), None, "{bad}");
        }
    }
}
