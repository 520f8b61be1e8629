//! How fast and when the messages of a campaign may leave, where its tenant says more than Meta's limits do.

use posthaste_core::hours::{Hours, HoursZone};
use posthaste_model::Millis;
use posthaste_sql::queries::api_campaigns::CampaignRow;
use serde_json::{Value, json};

use crate::fields::Object;
use crate::rotation;

/// Names of the fields, for bodies that hold them among others.
pub(crate) const FIELDS: [&str; 4] = ["weight", "max_per_minute", "jitter_ms", "allowed_hours"];
/// Weights that the schema allows.
const WEIGHT_RANGE: std::ops::RangeInclusive<i32> = 1..=100;
/// Messages per minute: the fastest number sends 60,000.
const PER_MINUTE_RANGE: std::ops::RangeInclusive<i32> = 1..=60_000;
/// Longest pause between two messages, in milliseconds: an hour.
const JITTER_MAX_MS: i64 = 3_600_000;
/// Minutes of a day.
const DAY_MIN: i32 = 24 * 60;
/// Longest name of a time zone that is looked up.
const ZONE_MAX: usize = 64;

/// From when to when in the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AllowedHours<'a> {
    /// Minute of the day at which they begin.
    pub(crate) from: i32,
    /// Minute of the day at which they end.
    pub(crate) to: i32,
    /// `recipient`, or a zone.
    pub(crate) zone: &'a str,
}

/// The rules of a new campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules<'a> {
    /// Messages of it that leave in one round of its sender's campaigns.
    pub(crate) weight: i32,
    /// Messages per minute at most.
    pub(crate) max_per_minute: Option<i32>,
    /// Shortest and longest pause between two messages, in milliseconds.
    pub(crate) jitter_ms: Option<(i32, i32)>,
    /// When messages may leave.
    pub(crate) hours: Option<AllowedHours<'a>>,
}

impl<'a> Rules<'a> {
    /// Reads the fields from a body; `None` where one of them is wrong.
    pub(crate) fn read(object: &Object<'a, '_>) -> Option<Self> {
        let weight = object.number_or("weight", 1, WEIGHT_RANGE);
        let max_per_minute =
            object.has("max_per_minute").then(|| object.number_or("max_per_minute", 1, PER_MINUTE_RANGE));
        let jitter_ms = object.has("jitter_ms").then(|| jitter(object));
        let hours = object.has("allowed_hours").then(|| allowed_hours(object));
        Some(Self {
            weight: weight?,
            max_per_minute: present(max_per_minute)?,
            jitter_ms: present(jitter_ms)?,
            hours: present(hours)?,
        })
    }
}

/// A field that may be left out: `None` where it is there and wrong.
fn present<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

fn jitter(object: &Object<'_, '_>) -> Option<(i32, i32)> {
    let valid = |value: &Value| {
        let [least, most] = value.as_array()?.as_slice() else { return None };
        let range = (least.as_i64()?, most.as_i64()?);
        let in_order = 0 <= range.0 && range.0 <= range.1 && range.1 <= JITTER_MAX_MS;
        in_order.then(|| Some((i32::try_from(range.0).ok()?, i32::try_from(range.1).ok()?))).flatten()
    };
    let detail = format!("write [shortest, longest] in milliseconds, from 0 to {JITTER_MAX_MS}");
    object.checked("jitter_ms", &detail, valid)
}

fn allowed_hours<'a>(object: &Object<'a, '_>) -> Option<AllowedHours<'a>> {
    let hours = object.object("allowed_hours", "an object with from, to and time_zone")?;
    hours.only(&["from", "to", "time_zone"]);
    let from = hours.checked("from", "write a time of the day from 00:00 to 23:59", |value| {
        minute(value.as_str()?).filter(|minute| *minute < DAY_MIN)
    });
    let to = hours.checked("to", "write a time of the day from 00:01 to 24:00", |value| {
        minute(value.as_str()?).filter(|minute| *minute > 0)
    });
    let zone = hours.text("time_zone", 1..=ZONE_MAX)?;
    let (from, to) = (from?, to?);
    let Some(of_zone) = HoursZone::parse(zone) else {
        hours.invalid("time_zone", format!("there is no zone {zone}; write recipient, or a name as Europe/Berlin"));
        return None;
    };
    if Hours::new(from, to, of_zone).is_none() {
        hours
            .invalid("to", "the hours are empty: write another time than that of from, and for the whole day no hours");
        return None;
    }
    Some(AllowedHours { from, to, zone })
}

/// `09:30` as minutes; 24:00 is the last one.
fn minute(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| text.parse::<i32>().ok().filter(|_| text.len() == 2 && !text.starts_with('+'));
    let minute = number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?;
    (0..=DAY_MIN).contains(&minute).then_some(minute)
}

fn clock(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The rules of a campaign as the API shows them at `now`; `state` is the one that is shown beside them.
pub(crate) fn describe(row: &CampaignRow, state: &str, now: Millis) -> Vec<(&'static str, Value)> {
    let hours = match (row.hours_from, row.hours_to, &row.hours_zone) {
        (Some(from), Some(to), Some(zone)) => Some((from, to, zone)),
        _ => None,
    };
    let opens = hours.filter(|_| state == "running").and_then(|(from, to, zone)| {
        let at = Hours::new(from, to, HoursZone::parse(zone)?)?.opens(now);
        (at > now).then_some(at)
    });
    let hours = hours.map(|(from, to, zone)| json!({ "from": clock(from), "to": clock(to), "time_zone": zone }));
    vec![
        ("weight", json!(row.weight)),
        ("max_per_minute", json!(row.max_per_minute)),
        ("jitter_ms", json!(row.jitter_min_ms.zip(row.jitter_max_ms))),
        ("allowed_hours", json!(hours)),
        ("waits_until", json!(opens)),
    ]
}

/// What holds the messages of a campaign back that is not a rule of its own.
pub(crate) fn hold(row: &CampaignRow) -> Option<Value> {
    if let Some(reason) = &row.blocked_reason {
        return Some(json!({ "reason": reason, "until": row.blocked_until_ms.map(Millis) }));
    }
    if let Some(reason) = rotation::refusal(row) {
        return Some(json!({ "reason": reason, "until": null }));
    }
    let (limit, until) = (row.messaging_limit?, Millis(row.used_up_until_ms?));
    let limit = thousands(limit);
    let reason = format!("messaging limit {limit} of portfolio {} is used up until {until}", row.portfolio_id);
    Some(json!({ "reason": reason, "until": until }))
}

/// `2000` as `2,000`.
fn thousands(number: i32) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap_or("")).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Faults;

    fn pointers(body: &Value) -> Vec<String> {
        let faults = Faults::default();
        let object = faults.object(body).expect("an object");
        object.only(&FIELDS);
        assert!(Rules::read(&object).is_none() || faults.check().is_ok(), "what is wrong gives no rules");
        match faults.check() {
            Ok(()) => Vec::new(),
            Err(problem) => problem.errors.into_iter().map(|error| error.pointer).collect(),
        }
    }

    #[test]
    fn every_fault_is_named_by_its_pointer() {
        let hours = |from: &str, to: &str, zone: &str| json!({ "allowed_hours": { "from": from, "to": to, "time_zone": zone } });
        for (body, wrong) in [
            (json!({}), vec![]),
            (json!({ "weight": 100, "max_per_minute": 60, "jitter_ms": [0, 0] }), vec![]),
            (json!({ "max_per_minute": null, "jitter_ms": null, "allowed_hours": null }), vec![]),
            (hours("22:00", "06:00", "recipient"), vec![]),
            (hours("00:00", "24:00", "Europe/Berlin"), vec![]),
            (
                json!({ "weight": 0, "max_per_minute": 0, "jitter_ms": [5] }),
                vec!["/weight", "/max_per_minute", "/jitter_ms"],
            ),
            (json!({ "jitter_ms": [5, 4] }), vec!["/jitter_ms"]),
            (json!({ "jitter_ms": [0, 3_600_001] }), vec!["/jitter_ms"]),
            (hours("24:00", "00:00", "Europe/Berlin"), vec!["/allowed_hours/from", "/allowed_hours/to"]),
            (hours("9:00", "20:61", "Europe/Berlin"), vec!["/allowed_hours/from", "/allowed_hours/to"]),
            (hours("09:00", "20:00", "Berlin"), vec!["/allowed_hours/time_zone"]),
            (hours("09:00", "09:00", "UTC"), vec!["/allowed_hours/to"]),
            (json!({ "allowed_hours": "09:00-20:00" }), vec!["/allowed_hours"]),
            (
                json!({ "allowed_hours": { "from": "09:00", "until": "10:00" } }),
                vec!["/allowed_hours/until", "/allowed_hours/to", "/allowed_hours/time_zone"],
            ),
        ] {
            assert_eq!(pointers(&body), wrong, "{body}");
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(250, "250"), (2_000, "2,000"), (100_000, "100,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn minutes_are_written_as_they_are_read() {
        for text in ["00:00", "09:05", "23:59", "24:00"] {
            assert_eq!(minute(text).map(clock).as_deref(), Some(text));
        }
        for bad in ["", "9:00", "24:01", "12:60", "-1:00", "+9:00", "12:00:00", "1200"] {
            assert_eq!(minute(bad), None, "{bad}");
        }
    }
}
