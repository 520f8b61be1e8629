//! Files that were uploaded or that people sent: kept for a time, told by id, fetched by an address that soon expires.

pub(crate) mod delivery;
pub(crate) mod edge;
mod kind;

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use ring::{digest, hmac};

use crate::query::Query;
use crate::script::mix;
pub(crate) use kind::{FILE_MAX, Kind, essence, is_animated, made_up};

/// How long an address of a file is good (Meta: business-phone-numbers/media).
const ADDRESS_LIFE: Duration = Duration::from_secs(5 * 60);

/// How long an uploaded file is kept (Meta: same page).
pub(crate) const UPLOAD_LIFE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// How long a file that a person sent is kept (Meta: same page).
pub(crate) const INBOUND_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// What a file costs beside its bytes, so that many small ones are bounded as well.
const OVERHEAD: u64 = 1_024;

/// Path of the addresses, as Meta's `lookaside.fbsbx.com` has it.
pub(crate) const ATTACHMENTS: &str = "/whatsapp_business/attachments/";

/// A file.
#[derive(Debug, Clone)]
pub(crate) struct Media {
    /// Index of the number that it was uploaded for; none for a file that somebody sent.
    pub(crate) number: Option<u16>,
    /// MIME type as declared, with its parameters.
    pub(crate) mime: String,
    pub(crate) filename: Option<String>,
    pub(crate) bytes: Bytes,
    /// SHA-256 as it is told, in hexadecimal: a wrong one where that was ordered.
    pub(crate) sha256: String,
    /// Downloads that fail before one succeeds, and with which HTTP status.
    pub(crate) failing: (u32, u16),
    pub(crate) cuts: delivery::Cuts,
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// The files hold as many bytes as they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// What a download meets.
#[derive(Debug)]
pub(crate) enum Download {
    File(Media),
    /// Half of it: it breaks off, as ordered.
    Cut(Media),
    /// The address has expired, was never given out, or its file is gone.
    Absent,
    /// A failure that was ordered: its HTTP status.
    Failing(u16),
}

#[derive(Debug)]
struct Kept {
    media: Media,
    expires_us: u64,
}

#[derive(Debug, Default)]
struct Shelf {
    files: HashMap<u64, Kept>,
    bytes: u64,
    added: u64,
}

impl Shelf {
    fn remove(&mut self, id: u64) -> bool {
        let removed = self.files.remove(&id);
        self.bytes -= removed.as_ref().map_or(0, |kept| cost(&kept.media));
        removed.is_some()
    }

    fn forget_expired(&mut self, now_us: u64) {
        let expired = self.files.iter().filter(|(_, kept)| kept.expires_us <= now_us);
        for id in expired.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.remove(id);
        }
    }

    fn live(&self, id: u64, now_us: u64) -> Option<&Media> {
        self.files.get(&id).filter(|kept| kept.expires_us > now_us).map(|kept| &kept.media)
    }
}

fn cost(media: &Media) -> u64 {
    media.bytes.len() as u64 + OVERHEAD
}

/// All files, at most a number of bytes together.
#[derive(Debug)]
pub(crate) struct MediaStore {
    seed: u64,
    bytes_max: u64,
    address_life_ms: u64,
    key: hmac::Key,
    shelf: Mutex<Shelf>,
}

impl MediaStore {
    /// A store for `bytes_max` bytes, whose addresses live a `time_factor`th of their time.
    pub(crate) fn new(seed: u64, bytes_max: u64, time_factor: u32) -> Self {
        Self {
            seed,
            bytes_max,
            address_life_ms: (ADDRESS_LIFE / time_factor).as_millis() as u64,
            key: hmac::Key::new(hmac::HMAC_SHA256, &mix(seed, 0).to_be_bytes()),
            shelf: Mutex::default(),
        }
    }

    /// Keeps a file until `expires_us`; its id, of 16 digits as Meta's have today.
    ///
    /// # Errors
    /// [`Full`] when there is no room, even after what has expired was forgotten.
    pub(crate) fn keep(&self, media: Media, now_us: u64, expires_us: u64) -> Result<u64, Full> {
        let mut shelf = self.shelf.lock();
        let cost = cost(&media);
        if shelf.bytes + cost > self.bytes_max {
            shelf.forget_expired(now_us);
        }
        if shelf.bytes + cost > self.bytes_max {
            return Err(Full);
        }
        let id = loop {
            shelf.added += 1;
            let id = 1_000_000_000_000_000 + mix(self.seed, shelf.added) % 9_000_000_000_000_000;
            if !shelf.files.contains_key(&id) {
                break id;
            }
        };
        shelf.bytes += cost;
        shelf.files.insert(id, Kept { media, expires_us });
        Ok(id)
    }

    /// A file by its id, unless it has expired.
    pub(crate) fn get(&self, id: &str, now_us: u64) -> Option<(u64, Media)> {
        let id = id.parse().ok()?;
        self.shelf.lock().live(id, now_us).cloned().map(|media| (id, media))
    }

    /// MIME type of a file by its id, unless it has expired.
    pub(crate) fn mime(&self, id: &str, now_us: u64) -> Option<String> {
        let id = id.parse().ok()?;
        self.shelf.lock().live(id, now_us).map(|media| media.mime.clone())
    }

    /// Deletes a file; `false` when there is none.
    pub(crate) fn delete(&self, id: u64) -> bool {
        self.shelf.lock().remove(id)
    }

    /// Path and query from which a file can be fetched from `unix_ms` on, for the life of an address.
    pub(crate) fn address(&self, id: u64, unix_ms: u64) -> String {
        let expires = unix_ms + self.address_life_ms;
        let tag = hmac::sign(&self.key, told(id, expires).as_bytes());
        format!("{ATTACHMENTS}?{}&hash={}", told(id, expires), hex::encode(tag))
    }

    /// Fetches the file of an address; a failure that was ordered is used up.
    pub(crate) fn fetch(&self, query: &Query, unix_ms: u64, now_us: u64) -> Download {
        let number = |name| query.get(name).and_then(|value| value.parse::<u64>().ok());
        let tag = query.get("hash").and_then(|hash| hex::decode(hash).ok());
        let (Some(id), Some(expires), Some(tag)) = (number("mid"), number("ext"), tag) else {
            return Download::Absent;
        };
        if unix_ms >= expires || hmac::verify(&self.key, told(id, expires).as_bytes(), &tag).is_err() {
            return Download::Absent;
        }
        let mut shelf = self.shelf.lock();
        match shelf.files.get_mut(&id).filter(|kept| kept.expires_us > now_us) {
            None => Download::Absent,
            Some(Kept { media: Media { failing: (left @ 1.., status), .. }, .. }) => {
                *left -= 1;
                Download::Failing(*status)
            }
            Some(Kept { media, .. }) if media.cuts.left > 0 => {
                let whole = media.clone();
                media.cuts.left -= 1;
                Download::Cut(whole)
            }
            Some(kept) => Download::File(kept.media.clone()),
        }
    }
}

/// What an address says of its file, and what its hash is over.
fn told(id: u64, expires_unix_ms: u64) -> String {
    format!("mid={id}&ext={expires_unix_ms}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(bytes: usize) -> Media {
        let bytes = Bytes::from(vec![7; bytes]);
        Media {
            number: None,
            mime: "text/plain".into(),
            filename: None,
            sha256: sha256(&bytes),
            bytes,
            failing: (0, 0),
            cuts: delivery::Cuts::default(),
        }
    }

    fn fetched(store: &MediaStore, address: &str, unix_ms: u64, now_us: u64) -> bool {
        let query = Query::parse(address.split_once('?').unwrap().1);
        matches!(store.fetch(&query, unix_ms, now_us), Download::File(_))
    }

    #[test]
    fn an_address_is_good_for_its_time_and_its_file_alone() {
        let store = MediaStore::new(1, 1 << 20, 1_000);
        let (id, other) = (store.keep(media(10), 0, 900).unwrap(), store.keep(media(10), 0, 900).unwrap());
        let address = store.address(id, 5_000);
        assert!(fetched(&store, &address, 5_299, 0));
        assert!(!fetched(&store, &address, 5_300, 0), "five minutes, a thousand times shorter");
        assert!(!fetched(&store, &address.replace(&id.to_string(), &other.to_string()), 5_000, 0));
        assert!(!fetched(&store, &address, 5_000, 900), "the file has expired");
        assert!(store.delete(id) && !store.delete(id));
        assert!(!fetched(&store, &address, 5_000, 0));
    }

    #[test]
    fn room_is_bounded_and_what_expired_makes_room() {
        let store = MediaStore::new(1, 3 * (OVERHEAD + 100), 1);
        for _ in 0..3 {
            store.keep(media(100), 0, 50).unwrap();
        }
        assert_eq!(store.keep(media(1), 49, 99).unwrap_err(), Full);
        assert!(store.keep(media(100), 50, 99).is_ok());
        assert_eq!(store.shelf.lock().bytes, OVERHEAD + 100);
    }
}
