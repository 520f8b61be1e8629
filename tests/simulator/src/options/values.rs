//! Values of options that have a form of their own.

use std::fmt;
use std::str::FromStr;

/// Messages a second that a number may be given. Meta grants 1,000; the rest is head-room for load tests.
const NUMBER_LIMIT: u32 = 1_000_000;

/// A range of durations in milliseconds, both ends included; written `MIN..MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MillisRange {
    /// Shortest, in milliseconds.
    pub min: u32,
    /// Longest, in milliseconds; never below `min`.
    pub max: u32,
}

impl MillisRange {
    /// A range from `min` to `max` milliseconds; the two are exchanged when they are the wrong way round.
    #[must_use]
    pub const fn new(min: u32, max: u32) -> Self {
        if min <= max { Self { min, max } } else { Self { min: max, max: min } }
    }
}

impl FromStr for MillisRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a range of milliseconds: write MIN..MAX, as in 5..40");
        let (min, max) = text.split_once("..").ok_or_else(wrong)?;
        let (min, max) = (min.trim().parse().map_err(|_| wrong())?, max.trim().parse().map_err(|_| wrong())?);
        if min > max {
            return Err(format!("`{text}`: the first number must not exceed the second"));
        }
        Ok(Self { min, max })
    }
}

/// When webhooks are repeated that were not answered with 200; both end after seven days, by `--time-factor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RetrySchedule {
    /// After 100, 200, 400 ms … 5 s, whatever the time factor.
    Quick,
    /// At once, after 1, 2, 4 minutes … a day, by the time factor.
    Days,
}

/// A business phone number that the simulator plays; written `ID:LIMIT[:DISPLAY]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberSpec {
    /// `phone_number_id`: digits.
    pub id: String,
    /// Messages in any second, sent and received together.
    pub limit: u32,
    /// Display number, digits without `+`.
    pub display: String,
}

impl NumberSpec {
    /// A number with a display number made from its id.
    #[must_use]
    pub fn new(id: impl Into<String>, limit: u32) -> Self {
        let id = id.into();
        let display = format!("1555{:0>7}", &id[id.len().saturating_sub(7)..]);
        Self { id, limit, display }
    }
}

impl FromStr for NumberSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let id = parts.next().filter(|id| is_digits(id)).ok_or_else(|| format!("`{text}`: the id must be digits"))?;
        let limit =
            parts.next().and_then(|limit| limit.parse().ok()).filter(|limit| (1..=NUMBER_LIMIT).contains(limit));
        let limit = limit
            .ok_or_else(|| format!("`{text}`: write ID:LIMIT with a limit of 1 to {NUMBER_LIMIT} messages a second"))?;
        let mut number = Self::new(id, limit);
        if let Some(display) = parts.next() {
            number.display = display.trim_start_matches('+').to_owned();
            if !is_digits(&number.display) {
                return Err(format!("`{text}`: the display number must be digits"));
            }
        }
        match parts.next() {
            Some(rest) => Err(format!("`{text}`: `{rest}` is too much; write ID:LIMIT[:DISPLAY]")),
            None => Ok(number),
        }
    }
}

impl fmt::Display for NumberSpec {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.id, self.limit, self.display)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ranges_say_what_is_wrong() {
        for (text, hint) in
            [("x:80", "digits"), ("1:0", "limit"), ("1", "limit"), ("1:80:a", "display"), ("1:80:2:3", "too much")]
        {
            let error = NumberSpec::from_str(text).unwrap_err();
            assert!(error.contains(hint), "{text}: {error}");
        }
        assert!(MillisRange::from_str("9..3").is_err());
        assert!(MillisRange::from_str("9").unwrap_err().contains("MIN..MAX"));
    }
}
