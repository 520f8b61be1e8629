//! Lists in pages, and objects with the fields that were asked for (Meta: graph-api/results).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use serde_json::{Map, Value, json};

use crate::call::Call;
use crate::error::GraphError;
use crate::query::Query;

/// Objects in a page when no `limit` is given.
const PAGE: usize = 25;

/// Most objects in a page.
const PAGE_MAX: usize = 1_000;

/// The fields that `fields` names, or `defaults`; `id` is always told, and what does not exist is left out.
pub(crate) fn picked(object: &Map<String, Value>, query: &Query, defaults: &[&str]) -> Value {
    let wanted: Vec<&str> = match query.get("fields") {
        Some(fields) => fields.split(',').map(str::trim).chain(["id"]).collect(),
        None => defaults.to_vec(),
    };
    let fields = object.iter().filter(|(name, _)| wanted.contains(&name.as_str()));
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// A page of objects that stand in the order of their keys: those after the cursor `after`, or the last before `before`.
///
/// # Errors
/// 100 when `limit` or a cursor is wrong.
pub(crate) fn page(
    call: &Call<'_>,
    objects: Vec<(u64, Map<String, Value>)>,
    defaults: &[&str],
) -> Result<Value, GraphError> {
    let limit = match call.query.get("limit").map(str::parse) {
        None => PAGE,
        Some(Ok(limit @ 1..)) => PAGE_MAX.min(limit),
        Some(_) => return Err(GraphError::parameter("limit must be a whole number from 1 on.")),
    };
    let (after, before) = (position(&call.query, "after")?, position(&call.query, "before")?);
    let within = |key: u64| after.is_none_or(|after| key > after) && before.is_none_or(|before| key < before);
    let objects: Vec<_> = objects.into_iter().filter(|(key, _)| within(*key)).collect();
    let begin = if before.is_some() { objects.len().saturating_sub(limit) } else { 0 };
    let shown = &objects[begin..objects.len().min(begin + limit)];
    let data: Vec<Value> = shown.iter().map(|(_, object)| picked(object, &call.query, defaults)).collect();
    let (Some((first, _)), Some((last, _))) = (shown.first(), shown.last()) else {
        return Ok(json!({ "data": data }));
    };
    let mut paging = json!({ "cursors": { "before": cursor(*first), "after": cursor(*last) } });
    if begin + shown.len() < objects.len() {
        paging["next"] = address(call, &cursor(*last)).into();
    }
    Ok(json!({ "data": data, "paging": paging }))
}

fn cursor(key: u64) -> String {
    URL_SAFE_NO_PAD.encode(key.to_string())
}

fn position(query: &Query, name: &str) -> Result<Option<u64>, GraphError> {
    let Some(cursor) = query.get(name).filter(|cursor| !cursor.is_empty()) else { return Ok(None) };
    let key = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|text| String::from_utf8(text).ok()?.parse().ok());
    key.map(Some).ok_or_else(|| GraphError::parameter(format!("{name} is not a cursor of this list.")))
}

/// The same request, from another cursor on.
fn address(call: &Call<'_>, after: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(call.query.pairs().filter(|(name, _)| !["after", "before"].contains(name)));
    query.append_pair("after", after);
    format!("{}{}?{}", call.world.base_url(), call.path, query.finish())
}
