//! How badly the simulator behaves.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failure;

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

    /// Meta's code for all of these from now on; 0 draws 131026, 131049 or 130472.
    #[arg(long, value_name = "CODE", default_value_t = 0)]
    pub failed_code: u32,

    /// Messages that failed and whose `sent` was reported before.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub failed_after_sent_share: Share,

    /// Messages that were delivered, and for which a `failed` is reported afterwards nevertheless.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub failed_after_delivered_share: Share,

    /// Accepted messages of which nothing is ever reported, as if their time to live had passed.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub dropped_share: Share,

    /// Messages whose price is told with `delivered` or `read` instead of with `sent`.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub late_pricing_share: Share,

    /// With `--enforce-window`: messages outside the window that are accepted and fail with 131047, instead of being refused.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub window_async_share: Share,

    /// Refused sends whose `error_data` is a text instead of an object.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub string_error_data_share: Share,

    /// Webhook POSTs that are signed with `--previous-app-secret`.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub previous_secret_share: Share,

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

    /// Templates sent that are held for quality assessment, for `--hold-ms`.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub held_share: Share,

    /// Messages held that then fail with 132015.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub held_failed_share: Share,

    /// Webhook POSTs that are preceded by a forgery: the same updates, unsigned or signed with another secret or for another body.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub forged_share: Share,

    /// Webhook POSTs that are made twice at the same time.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub concurrent_duplicate_share: Share,

    /// Webhook POSTs that are repeated, once to three times, although they were answered with 200: another app of the account has
    /// not taken its own.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub retry_fan_out_share: Share,

    /// Webhook POSTs that were not taken and whose updates are repeated in several others.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub retry_split_share: Share,

    /// Reports of delivery on Messenger that tell a point of time and name no message.
    #[arg(long, value_name = "SHARE", default_value = "0.05")]
    pub watermark_only_share: Share,

    /// People who have a username: webhooks of what they write tell their user id, and no phone number.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub username_share: Share,

    /// People without a username whose phone number is not told either: webhooks of what they write tell their user id alone.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub hidden_number_share: Share,

    /// Templates that are refused when they are created, without a review.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub template_rejected_share: Share,

    /// Templates created as utility that are judged to be marketing.
    #[arg(long, value_name = "SHARE", default_value = "0")]
    pub template_recategorised_share: Share,

    /// Tell the id that a person has for all portfolios of the business as well.
    #[arg(long)]
    pub parent_user_ids: bool,

    /// Write the numbers of Brazil and Mexico as Meta does, whoever is sent to: without the ninth digit of the one, with a 1 after the
    /// country code of the other.
    #[arg(long)]
    pub rewrite_numbers: bool,

    /// Answer throttled sends with HTTP 429 instead of 400.
    #[arg(long)]
    pub http429: bool,

    /// Usage of the app's hourly limits that every answer tells in `X-App-Usage`, in percent; 0 tells nothing.
    #[arg(long, value_name = "PERCENT", default_value_t = 0)]
    pub app_usage: u16,

    /// Usage of the account's hourly limits that every answer tells in `X-Business-Use-Case-Usage`, in percent; 0 tells nothing.
    #[arg(long, value_name = "PERCENT", default_value_t = 0)]
    pub account_usage: u16,
}

impl Faults {
    /// Every message is sent, delivered and read, once and in order, and every request is answered.
    pub const NONE: Self = Self {
        failed_share: Share::NEVER,
        failed_code: 0,
        read_share: Share::ALWAYS,
        failed_after_sent_share: Share::NEVER,
        failed_after_delivered_share: Share::NEVER,
        dropped_share: Share::NEVER,
        late_pricing_share: Share::NEVER,
        window_async_share: Share::NEVER,
        string_error_data_share: Share::NEVER,
        previous_secret_share: Share::NEVER,
        read_only_share: Share::NEVER,
        duplicate_share: Share::NEVER,
        reorder_share: Share::NEVER,
        early_share: Share::NEVER,
        late_sent_after_failed_share: Share::NEVER,
        error_500_share: Share::NEVER,
        reset_share: Share::NEVER,
        throttle_share: Share::NEVER,
        held_share: Share::NEVER,
        held_failed_share: Share::NEVER,
        forged_share: Share::NEVER,
        concurrent_duplicate_share: Share::NEVER,
        retry_fan_out_share: Share::NEVER,
        retry_split_share: Share::NEVER,
        watermark_only_share: Share::NEVER,
        username_share: Share::NEVER,
        hidden_number_share: Share::NEVER,
        template_rejected_share: Share::NEVER,
        template_recategorised_share: Share::NEVER,
        parent_user_ids: false,
        rewrite_numbers: false,
        http429: false,
        app_usage: 0,
        account_usage: 0,
    };

    /// Checks what no single fault can know: a request meets at most one of the three request faults, so that their shares must not
    /// exceed 1 together, and a failure needs a code that Meta reports by webhook.
    ///
    /// # Errors
    /// The option, and what is wrong with it.
    pub(crate) fn validate(&self) -> Result<(), (&'static str, String)> {
        if self.failed_code != 0 && Failure::of(self.failed_code).is_none() {
            let reason = format!("{} is not a code of a failed status; 0 draws one", self.failed_code);
            return Err(("--failed-code", reason));
        }
        let sum = self.error_500_share.get() + self.reset_share.get() + self.throttle_share.get();
        if sum > 1.0 {
            let reason =
                format!("error-500-share, reset-share and throttle-share add up to {sum}; at most 1 is possible");
            return Err(("--error-500-share", reason));
        }
        Ok(())
    }

    /// The faults by their names.
    pub(crate) fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => unreachable!("shares, numbers and switches are written as an object"),
        }
    }

    /// What the members of `patch` are now.
    pub(crate) fn current(&self, patch: &Map<String, Value>) -> Map<String, Value> {
        let members = self.members();
        let names = patch.keys().map(|name| name.replace('_', "-"));
        names.filter_map(|name| members.get(&name).cloned().map(|value| (name, value))).collect()
    }

    /// The faults after the members of `patch` were changed; names may be written with `-` or `_`.
    ///
    /// # Errors
    /// Names the member that is unknown or out of range.
    pub(crate) fn patched(self, patch: &Map<String, Value>) -> Result<Self, String> {
        let mut members = self.members();
        for (name, value) in patch {
            let known = name.replace('_', "-");
            let slot = members.get_mut(&known).ok_or_else(|| format!("`{name}` is not a fault"))?;
            *slot = value.clone();
            serde_json::from_value::<Self>(Value::Object(members.clone()))
                .map_err(|error| format!("`{name}`: {error}"))?;
        }
        let faults: Self = serde_json::from_value(Value::Object(members)).map_err(|error| error.to_string())?;
        faults.validate().map_err(|(option, reason)| format!("{}: {reason}", option.trim_start_matches('-')))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn patched(text: &str) -> Result<Faults, String> {
        Faults::NONE.patched(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_share_outside_its_range_is_refused_by_name() {
        assert!(Share::from_str("1.1").unwrap_err().contains("1.1"));
        assert!(Share::from_str("NaN").is_err());
        let error = patched(r#"{"failed-share":2}"#).unwrap_err();
        assert!(error.contains("failed-share") && error.contains("0 to 1"), "{error}");
        assert!(patched(r#"{"nonsense":0}"#).unwrap_err().contains("nonsense"));
        assert!(patched(r#"{"failed-code":7}"#).unwrap_err().contains("failed-code"));
    }

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let patched = patched(r#"{"throttle_share":0.5,"http429":true}"#).unwrap();
        assert_eq!(patched, Faults { throttle_share: Share(0.5), http429: true, ..Faults::NONE });
        let before = Faults::NONE.current(&serde_json::from_str(r#"{"throttle_share":0.5,"http429":true}"#).unwrap());
        assert_eq!(patched.patched(&before), Ok(Faults::NONE));
    }

    #[test]
    fn request_faults_cannot_exceed_all_requests() {
        let error = patched(r#"{"throttle-share":0.6,"reset-share":0.6}"#).unwrap_err();
        assert!(error.contains("add up to 1.2"), "{error}");
    }
}
