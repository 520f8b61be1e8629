//! Whose API key a request carries.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use parking_lot::Mutex;
use posthaste_model::TenantId;
use posthaste_postgres::ApiPool;
use posthaste_sql::queries::directory;
use ring::digest;

use crate::problem::{Code, Problem};

/// How long the answer to "whose key is this?" is kept: a revoked key works for at most this long.
const CACHE_TTL: Duration = Duration::from_secs(5);
/// Keys in the cache; a hundred bytes each. Past it the cache starts anew.
const CACHE_MAX: usize = 10_000;
/// What every key begins with, so that scanners for leaked secrets know it.
const KEY_PREFIX: &str = "phk_";
/// Longest key that is hashed.
const KEY_LENGTH_MAX: usize = 128;

/// Who makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The tenant.
    pub(crate) tenant_id: TenantId,
    /// Single messages of this tenant that may wait at once.
    pub(crate) backlog_max: i32,
}

type KeyHash = [u8; 32];

/// SHA-256 of a key: what the store keeps of it.
fn hash(key: &str) -> KeyHash {
    let mut hash = KeyHash::default();
    hash.copy_from_slice(digest::digest(&digest::SHA256, key.as_bytes()).as_ref());
    hash
}

/// Finds the tenant of a key; remembers it for a few seconds.
#[derive(Default)]
pub(crate) struct Keys {
    cache: Mutex<HashMap<KeyHash, (Instant, Caller)>>,
}

impl Keys {
    /// The caller, or 401.
    pub(crate) async fn caller(&self, pool: &ApiPool, headers: &HeaderMap) -> Result<Caller, Problem> {
        let hash = hash(bearer(headers)?);
        let now = Instant::now();
        if let Some((at, caller)) = self.cache.lock().get(&hash)
            && now.duration_since(*at) < CACHE_TTL
        {
            return Ok(*caller);
        }
        let tx = pool.anonymous_tx().await?;
        let found = directory::tenant_of_api_key().bind(&*tx, &hash.as_slice()).opt().await?;
        tx.rollback().await?;
        let tenant =
            found.ok_or_else(|| Problem::new(Code::ApiKeyInvalid, "there is no such key, or it is revoked"))?;
        let caller = Caller { tenant_id: TenantId(tenant.tenant_id), backlog_max: tenant.backlog_max };
        self.remember(hash, now, caller);
        Ok(caller)
    }

    fn remember(&self, hash: KeyHash, now: Instant, caller: Caller) {
        let mut cache = self.cache.lock();
        if cache.len() >= CACHE_MAX {
            cache.retain(|_, (at, _)| now.duration_since(*at) < CACHE_TTL);
        }
        if cache.len() >= CACHE_MAX {
            cache.clear();
        }
        cache.insert(hash, (now, caller));
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers
        .get(header::AUTHORIZATION)
        .ok_or_else(|| Problem::new(Code::ApiKeyMissing, "the header Authorization is missing"))?;
    let (scheme, key) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
    let key = key.trim();
    let plausible = key.starts_with(KEY_PREFIX) && key.len() <= KEY_LENGTH_MAX;
    // Clients of Meta's Resumable Upload API write the latter.
    let is_known = ["bearer", "oauth"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    if is_known && plausible {
        Ok(key)
    } else {
        Err(Problem::new(Code::ApiKeyInvalid, "write `Authorization: Bearer phk_live_…` with the whole key"))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(text))])
    }

    #[test]
    fn only_a_bearer_key_of_ours_is_looked_up() {
        assert_eq!(bearer(&headers("Bearer phk_live_abc")).unwrap(), "phk_live_abc");
        assert_eq!(bearer(&headers("bearer phk_live_abc")).unwrap(), "phk_live_abc");
        assert_eq!(bearer(&headers("OAuth phk_live_abc")).unwrap(), "phk_live_abc");
        assert_eq!(bearer(&HeaderMap::new()).unwrap_err().code, Code::ApiKeyMissing);
        for bad in ["phk_live_abc", "Basic phk_live_abc", "Bearer sk_live_abc", "Bearer "] {
            assert_eq!(bearer(&headers(bad)).unwrap_err().code, Code::ApiKeyInvalid, "{bad}");
        }
    }

    #[test]
    fn the_cache_is_bounded() {
        let keys = Keys::default();
        let caller = Caller { tenant_id: TenantId(uuid::Uuid::nil()), backlog_max: 1 };
        let now = Instant::now();
        for n in 0..=CACHE_MAX {
            keys.remember(hash(&n.to_string()), now, caller);
        }
        assert!(keys.cache.lock().len() <= CACHE_MAX);
    }
}
