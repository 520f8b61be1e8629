//! Conditions on the ledger: how often something was counted.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::Located;
use crate::ledger::Ledger;
use crate::options::Options;

/// Members of the ledger that can become less; all others are counts of events.
const SHRINKING: [&str; 2] = ["by_final_status", "webhook_updates_pending"];

/// Bounds as they are written: `accepted = 100`, `rejected_by_code.132015 = { min = 1 }`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Bounds(BTreeMap<Spanned<String>, toml::Value>);

/// How often something must have been counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bound {
    /// Members of the ledger, from the outermost on.
    path: Vec<String>,
    /// Where its outermost member is written.
    span: Range<usize>,
    min: u64,
    max: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    #[serde(default)]
    min: u64,
    #[serde(default = "unlimited")]
    max: u64,
}

fn unlimited() -> u64 {
    u64::MAX
}

impl Bounds {
    /// A bare number is what the count must be.
    pub(super) fn exact(self) -> Result<Vec<Bound>, Located> {
        self.read(|count| Limits { min: count, max: count })
    }

    /// A bare number is what the count must be at least.
    pub(super) fn least(self) -> Result<Vec<Bound>, Located> {
        self.read(|count| Limits { min: count, max: u64::MAX })
    }

    fn read(self, of_number: impl Fn(u64) -> Limits) -> Result<Vec<Bound>, Located> {
        let ledger = serde_json::to_value(Ledger::default()).expect("counts and their names always serialise");
        let mut bounds = Vec::new();
        for (key, value) in self.0 {
            let wrong = |reason: String| Located(key.span(), reason);
            let mut found = Vec::new();
            collect(vec![key.get_ref().clone()], value, &of_number, &mut found).map_err(wrong)?;
            for (path, Limits { min, max }) in found {
                let bound = Bound { path, span: key.span(), min, max };
                bound.check(&ledger).map_err(wrong)?;
                bounds.push(bound);
            }
        }
        Ok(bounds)
    }
}

/// The bounds of a member: a number, a table of `min` and `max`, or a table of members.
fn collect(
    path: Vec<String>,
    value: toml::Value,
    of_number: &impl Fn(u64) -> Limits,
    found: &mut Vec<(Vec<String>, Limits)>,
) -> Result<(), String> {
    let name = path.join(".");
    let limits: Limits = match value {
        toml::Value::Integer(count) => {
            of_number(u64::try_from(count).map_err(|_| format!("{name}: {count} is below 0"))?)
        }
        toml::Value::Table(table) if table.is_empty() => {
            return Err(format!(
                "{name}: an empty table says nothing; give a whole number, {{ min = …, max = … }}, or its members"
            ));
        }
        toml::Value::Table(table) if table.contains_key("min") || table.contains_key("max") => {
            toml::Value::Table(table).try_into().map_err(|error| format!("{name}: {error}"))?
        }
        toml::Value::Table(table) => {
            for (member, value) in table {
                let path = path.iter().cloned().chain([member]).collect();
                collect(path, value, of_number, found)?;
            }
            return Ok(());
        }
        _ => return Err(format!("{name}: give a whole number, or {{ min = …, max = … }}")),
    };
    if limits.min > limits.max {
        return Err(format!("{name}: min {} exceeds max {}", limits.min, limits.max));
    }
    found.push((path, limits));
    Ok(())
}

impl Bound {
    fn name(&self) -> String {
        self.path.join(".")
    }

    /// Checks that the ledger counts this; what stands in a map need not have been counted yet.
    fn check(&self, ledger: &Value) -> Result<(), String> {
        let is_open = |value: &Value| value.as_object().is_some_and(serde_json::Map::is_empty);
        let (last, outer) = self.path.split_last().map_or(("", &[][..]), |(last, outer)| (last.as_str(), outer));
        let parent = outer.iter().try_fold(ledger, |value, member| value.get(member));
        let is_known = parent.is_some_and(|parent| is_open(parent) || parent.get(last).is_some_and(Value::is_number));
        if !is_known {
            return Err(format!("`{}` is not counted; GET /_simulator/ledger tells what is", self.name()));
        }
        // As the ledger writes it: `0190` would never be counted.
        let is_code = last.parse::<u32>().is_ok_and(|code| code.to_string() == last);
        if outer.last().is_some_and(|map| map == "rejected_by_code") && !is_code {
            return Err(format!("{}: `{last}` is not a code of Meta's, such as 131031", self.name()));
        }
        Ok(())
    }

    /// Checks that the world has the number or page whose count this is.
    pub(super) fn check_world(&self, options: &Options) -> Result<(), Located> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let (id, is_known, option) = match path[..] {
            ["send_rate_max" | "send_rate_max_at_ms", id] => {
                (id, options.numbers.iter().any(|number| number.id == id), "--number")
            }
            ["pages", "send_rate_max", id] => (id, options.pages.iter().any(|page| page.id == id), "--page"),
            _ => return Ok(()),
        };
        if is_known {
            return Ok(());
        }
        let reason = format!("{}: {id} is not simulated; give it with {option}", self.name());
        Err(Located(self.span.clone(), reason))
    }

    fn count(&self, ledger: &Value) -> u64 {
        let member = self.path.iter().try_fold(ledger, |value, member| value.get(member));
        member.and_then(Value::as_u64).unwrap_or_default()
    }

    /// Whether the ledger has it.
    pub(super) fn holds(&self, ledger: &Value) -> bool {
        (self.min..=self.max).contains(&self.count(ledger))
    }

    /// Whether the ledger has more than it may have, of what never becomes less.
    pub(super) fn is_lost(&self, ledger: &Value) -> bool {
        let is_growing = !self.path.iter().any(|member| SHRINKING.contains(&member.as_str()));
        is_growing && self.count(ledger) > self.max
    }

    /// What the ledger has instead.
    pub(super) fn told(&self, ledger: &Value) -> String {
        let wanted = match (self.min, self.max) {
            (min, max) if min == max => format!("{min} expected"),
            (min, u64::MAX) => format!("at least {min} expected"),
            (min, max) => format!("{min} to {max} expected"),
        };
        format!("{} is {}, {wanted}", self.name(), self.count(ledger))
    }
}
