//! What the simulator is told at start: who it plays, how fast it may be used, and how badly it behaves.

use std::collections::HashSet;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use clap::Parser;
use http::Uri;
use serde::{Deserialize, Serialize};

use crate::SimulatorError;
use crate::template::TemplateSpec;

/// Updates that Meta puts into one webhook POST at most (Meta: webhooks/overview, "up to 1000 updates").
const BATCH_LIMIT: u16 = 1_000;

/// Messages a second that a number may be given. Meta grants 1,000; the rest is head-room for load tests.
const NUMBER_LIMIT: u32 = 1_000_000;

/// Options of the Graph simulator.
///
/// Flatten it into a command line, or build it in code: `Options { seed: 7, ..Options::defaults() }`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Where webhooks are posted (http only). Without it statuses are counted but not posted.
    #[arg(long, value_name = "URL")]
    pub webhook_url: Option<String>,

    /// Secret of the Meta app: key of the `X-Hub-Signature-256` of every webhook.
    #[arg(long, value_name = "SECRET", default_value = "simulator-app-secret")]
    pub app_secret: String,

    /// Token of the callback's GET handshake.
    #[arg(long, value_name = "TOKEN", default_value = "simulator-verify-token")]
    pub verify_token: String,

    /// Make the GET handshake with the webhook URL at start, and fail when it is not answered.
    #[arg(long)]
    pub verify_callback: bool,

    /// Bearer token that sends must carry.
    #[arg(long, value_name = "TOKEN", default_value = "simulator-token")]
    pub token: String,

    /// Id of the WhatsApp Business Account that owns the numbers.
    #[arg(long, value_name = "ID", default_value = "102290129340398")]
    pub waba: String,

    /// A phone number: its id, its messages a second (inbound included), and its display number. Repeatable.
    #[arg(long = "number", value_name = "ID:LIMIT[:DISPLAY]", default_values = ["106540352242922:80:15550783881"])]
    pub numbers: Vec<NumberSpec>,

    /// An approved template: its name, language and number of body parameters. Repeatable.
    #[arg(long = "template", value_name = "NAME:LANG:PARAMS[:NAMED=a,b]", default_values = ["order_update:en_US:2"])]
    pub templates: Vec<TemplateSpec>,

    /// Seed of everything drawn by chance: message ids, outcomes, delays, faults, batch sizes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Time to the answer of a send, in milliseconds.
    #[arg(long, value_name = "MIN..MAX", default_value = "5..40")]
    pub latency_ms: MillisRange,

    /// Time between accept, sent, delivered and read, in milliseconds.
    #[arg(long, value_name = "MIN..MAX", default_value = "50..400")]
    pub status_delay_ms: MillisRange,

    /// Most updates in one webhook POST; 1 posts every update alone.
    #[arg(long, value_name = "UPDATES", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=i64::from(BATCH_LIMIT)))]
    pub batch_max: u16,

    /// Webhook POSTs under way at once.
    #[arg(long, value_name = "POSTS", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub webhook_concurrency: u16,

    /// Inbound text messages a second for every number, made up by the simulator.
    #[arg(long, value_name = "PER_SECOND", default_value_t = 0.0)]
    pub inbound_rate: f64,

    /// Refuse what is no template where the person has not written to the number within 24 hours, with 131047.
    #[arg(long)]
    pub enforce_window: bool,

    /// Accepted messages that are remembered; further sends are refused.
    #[arg(long, value_name = "MESSAGES", default_value_t = 3_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub remember: u32,

    /// Shares of messages and requests that take an unusual course.
    #[command(flatten)]
    pub faults: Faults,
}

impl Options {
    /// The defaults of the command line.
    #[must_use]
    pub fn defaults() -> Self {
        #[derive(Parser)]
        struct Bare {
            #[command(flatten)]
            options: Options,
        }
        Bare::try_parse_from(["simulate"]).expect("every option has a valid default; a unit test runs this").options
    }

    /// Checks what no single option can know.
    ///
    /// # Errors
    /// [`SimulatorError::Option`] names the option and what to do.
    pub fn validate(&self) -> Result<(), SimulatorError> {
        self.faults.validate().map_err(|reason| SimulatorError::option("--error-500-share", reason))?;
        if let Some(url) = &self.webhook_url {
            callback_uri(url).map_err(|reason| SimulatorError::option("--webhook-url", reason))?;
        }
        if self.verify_callback && self.webhook_url.is_none() {
            return Err(SimulatorError::option("--verify-callback", "needs --webhook-url"));
        }
        if self.app_secret.is_empty() || self.token.is_empty() {
            return Err(SimulatorError::option("--app-secret, --token", "must not be empty"));
        }
        if !(0.0..=1_000.0).contains(&self.inbound_rate) {
            return Err(SimulatorError::option("--inbound-rate", "must be between 0 and 1000 a second"));
        }
        if self.numbers.is_empty() {
            return Err(SimulatorError::option("--number", "at least one is needed"));
        }
        let mut ids = HashSet::new();
        match self.numbers.iter().find(|number| !ids.insert(&number.id)) {
            Some(twice) => Err(SimulatorError::option("--number", format!("id {} is given twice", twice.id))),
            None => Ok(()),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::defaults()
    }
}

/// Parses a callback URL.
///
/// # Errors
/// Says what a callback URL must look like.
pub(crate) fn callback_uri(url: &str) -> Result<Uri, String> {
    let uri = Uri::from_str(url).map_err(|error| format!("`{url}` is not a URL: {error}"))?;
    if uri.scheme_str() != Some("http") || uri.host().is_none() {
        return Err(format!("`{url}` must be of the form http://host:port/path (the simulator speaks no TLS)"));
    }
    Ok(uri)
}

/// Shares of messages and requests that take an unusual course; each in 0..=1. They can be changed while the
/// simulator runs (`POST /_simulator/faults`), under the same names.
#[derive(Debug, Clone, Copy, PartialEq, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Faults {
    /// Accepted messages that fail later (131026, 131049, 130472).
    #[arg(long, value_name = "SHARE", default_value = "0.01")]
    pub failed_share: Share,

    /// Messages that did not fail and are read.
    #[arg(long, value_name = "SHARE", default_value = "0.7")]
    pub read_share: Share,

    /// Read messages whose `delivered` never comes.
    #[arg(long, value_name = "SHARE", default_value = "0.05")]
    pub read_only_share: Share,

    /// Status updates that are posted twice.
    #[arg(long, value_name = "SHARE", default_value = "0.02")]
    pub duplicate_share: Share,

    /// Messages of which one status is posted after its successor.
    #[arg(long, value_name = "SHARE", default_value = "0.05")]
    pub reorder_share: Share,

    /// Messages whose first status is posted before the send is answered.
    #[arg(long, value_name = "SHARE", default_value = "0.02")]
    pub early_share: Share,

    /// Failed messages for which a `sent` is posted after the `failed`.
    #[arg(long, value_name = "SHARE", default_value = "0.05")]
    pub late_sent_after_failed_share: Share,

    /// Sends answered with a 5xx that carries no Meta error; half of these messages were accepted nevertheless.
    #[arg(long = "error-500-share", value_name = "SHARE", default_value = "0")]
    pub error_500_share: Share,

    /// Sends that are accepted and never answered: the connection is closed.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub reset_share: Share,

    /// Sends refused with 130429 although the number is within its limit.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub throttle_share: Share,

    /// Answer throttled sends with HTTP 429 instead of 400.
    #[arg(long)]
    pub http429: bool,

    /// Usage of the app's hourly limits that every answer tells in `X-App-Usage`, in percent; 0 tells nothing.
    #[arg(long, value_name = "PERCENT", default_value_t = 0)]
    pub app_usage: u16,
}

impl Faults {
    /// Every message is sent, delivered and read, once and in order, and every request is answered.
    pub const NONE: Self = Self {
        failed_share: Share::NEVER,
        read_share: Share::ALWAYS,
        read_only_share: Share::NEVER,
        duplicate_share: Share::NEVER,
        reorder_share: Share::NEVER,
        early_share: Share::NEVER,
        late_sent_after_failed_share: Share::NEVER,
        error_500_share: Share::NEVER,
        reset_share: Share::NEVER,
        throttle_share: Share::NEVER,
        http429: false,
        app_usage: 0,
    };

    /// A request meets at most one of the three request faults, so their shares must not exceed 1 together.
    pub(crate) fn validate(&self) -> Result<(), String> {
        let sum = self.error_500_share.get() + self.reset_share.get() + self.throttle_share.get();
        if sum > 1.0 {
            return Err(format!(
                "error-500-share, reset-share and throttle-share add up to {sum}; at most 1 is possible"
            ));
        }
        Ok(())
    }

    /// The faults after the members of `patch` were changed; names may be written with `-` or `_`.
    ///
    /// # Errors
    /// Names the member that is unknown or out of range.
    pub(crate) fn patched(self, patch: &[u8]) -> Result<Self, String> {
        type Members = serde_json::Map<String, serde_json::Value>;
        let patch: Members = serde_json::from_slice(patch).map_err(|error| format!("not a JSON object: {error}"))?;
        let current = serde_json::to_value(self).map_err(|error| error.to_string())?;
        let mut members: Members = serde_json::from_value(current).map_err(|error| error.to_string())?;
        for (name, value) in patch {
            let known = name.replace('_', "-");
            let slot = members.get_mut(&known).ok_or_else(|| format!("`{name}` is not a fault"))?;
            *slot = value;
            serde_json::from_value::<Self>(serde_json::Value::Object(members.clone()))
                .map_err(|error| format!("`{name}`: {error}"))?;
        }
        let faults: Self =
            serde_json::from_value(serde_json::Value::Object(members)).map_err(|error| error.to_string())?;
        faults.validate()?;
        Ok(faults)
    }
}

/// A share of cases, between 0 (never) and 1 (always).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(f64);

impl Share {
    /// No case.
    pub const NEVER: Self = Self(0.0);
    /// Every case.
    pub const ALWAYS: Self = Self(1.0);

    /// The share as a number in 0..=1.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("{value} is not a share: give a number from 0 to 1"))
        }
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> Self {
        share.0
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value: f64 = text.parse().map_err(|_| format!("`{text}` is not a share: give a number from 0 to 1"))?;
        Self::try_from(value)
    }
}

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
    fn defaults_are_valid() {
        let options = Options::defaults();
        options.validate().unwrap();
        assert_eq!(options.latency_ms, MillisRange::new(5, 40));
        assert_eq!(options.faults.read_share.get(), 0.7);
        assert_eq!(options.numbers[0].to_string(), "106540352242922:80:15550783881");
    }

    #[test]
    fn a_share_outside_its_range_is_refused_by_name() {
        assert!(Share::from_str("1.1").unwrap_err().contains("1.1"));
        assert!(Share::from_str("NaN").is_err());
        let error = Faults::NONE.patched(br#"{"failed-share":2}"#).unwrap_err();
        assert!(error.contains("failed-share") && error.contains("0 to 1"), "{error}");
        assert!(Faults::NONE.patched(br#"{"nonsense":0}"#).unwrap_err().contains("nonsense"));
    }

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let patched = Faults::NONE.patched(br#"{"throttle_share":0.5,"http429":true}"#).unwrap();
        assert_eq!(patched, Faults { throttle_share: Share(0.5), http429: true, ..Faults::NONE });
    }

    #[test]
    fn request_faults_cannot_exceed_all_requests() {
        let error = Faults::NONE.patched(br#"{"throttle-share":0.6,"reset-share":0.6}"#).unwrap_err();
        assert!(error.contains("add up to 1.2"), "{error}");
    }

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

    #[test]
    fn what_no_single_option_can_know_is_checked() {
        let mut options = Options::defaults();
        options.numbers.push(options.numbers[0].clone());
        assert!(options.validate().unwrap_err().to_string().contains("given twice"));
        let tls = Options { webhook_url: Some("https://localhost/hook".into()), ..Options::defaults() };
        assert!(tls.validate().unwrap_err().to_string().contains("--webhook-url"));
        let unasked = Options { verify_callback: true, ..Options::defaults() };
        assert!(unasked.validate().unwrap_err().to_string().contains("needs --webhook-url"));
    }
}
