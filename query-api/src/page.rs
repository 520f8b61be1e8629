//! Pages of a list: `limit`, and a cursor that says after which entry the next page begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::problem::{Code, Problem};
use crate::request::Request;

/// Entries of a page where the caller does not say.
const LIMIT_DEFAULT: i64 = 50;
/// Most entries of a page.
const LIMIT_MAX: i64 = 200;

/// Which page is asked for.
#[derive(Debug)]
pub(crate) struct Page {
    limit: i64,
    after: Option<Vec<String>>,
}

/// The cursor behind an entry with this key. It carries no permission: row-level security is in force for whatever a
/// caller makes of it.
pub(crate) fn cursor(key: &[&str]) -> String {
    URL_SAFE_NO_PAD.encode(json!(key).to_string())
}

fn malformed() -> Problem {
    Problem::new(Code::QueryInvalid, "cursor is malformed; take it from next_cursor of the same list, unchanged")
}

impl Page {
    pub(crate) fn of(request: &Request) -> Result<Self, Problem> {
        Self::beside(request, &[])
    }

    /// The same for a list with further parameters of its own.
    pub(crate) fn beside(request: &Request, further: &[&str]) -> Result<Self, Problem> {
        request.query.only(&[&["limit", "cursor"], further].concat())?;
        let limit = request.query.number("limit", 1..=LIMIT_MAX)?.unwrap_or(LIMIT_DEFAULT);
        let after = match request.query.text("cursor") {
            None => None,
            Some(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
                Some(serde_json::from_slice(&bytes).map_err(|_| malformed())?)
            }
        };
        Ok(Self { limit, after })
    }

    /// The key after which the page begins; empty texts, which stand before everything, for the first page.
    pub(crate) fn after_texts<const N: usize>(&self) -> Result<[String; N], Problem> {
        let Some(after) = self.after.clone() else { return Ok(std::array::from_fn(|_| String::new())) };
        let plain = after.iter().all(|text| !text.contains('\0'));
        after.try_into().ok().filter(|_| plain).ok_or_else(malformed)
    }

    /// Rows to fetch: one more than are shown tells whether there is a next page.
    pub(crate) fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The answer's body.
    pub(crate) fn body<T>(&self, rows: &[T], cursor: impl Fn(&T) -> String, entry: impl Fn(&T) -> Value) -> Value {
        let shown = usize::try_from(self.limit).map_or(rows.len(), |limit| rows.len().min(limit));
        let next = rows[..shown].last().filter(|_| rows.len() > shown).map(cursor);
        json!({ "data": rows[..shown].iter().map(entry).collect::<Vec<_>>(), "next_cursor": next })
    }
}
