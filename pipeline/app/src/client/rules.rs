//! Options that say how fast and when the messages of a campaign may leave.

use clap::Args;
use serde_json::{Value, json};

/// Rules of a campaign; what is left out does not bind.
#[derive(Debug, Args)]
pub(super) struct RuleOptions {
    /// Messages that leave in one round of the campaigns of the number, 1 to 100.
    #[arg(long)]
    weight: Option<u32>,
    /// Messages per minute at most.
    #[arg(long)]
    max_per_minute: Option<u32>,
    /// Shortest and longest pause between two messages, in milliseconds: 500,1500.
    #[arg(long, value_delimiter = ',', num_args = 2)]
    jitter_ms: Option<Vec<u32>>,
    /// Hours in which messages may leave: 09:00-20:00. Over midnight where the second one is the earlier.
    #[arg(long)]
    allowed_hours: Option<String>,
    /// Zone of --allowed-hours: a name as Europe/Berlin, or recipient: by the country of each number.
    #[arg(long, default_value = "recipient", requires = "allowed_hours")]
    hours_zone: String,
}

impl RuleOptions {
    /// Adds the rules to the body of a new campaign; the API says what is wrong with them.
    pub(super) fn add_to(&self, body: &mut Value) {
        for (field, value) in [("weight", self.weight), ("max_per_minute", self.max_per_minute)] {
            if let Some(value) = value {
                body[field] = json!(value);
            }
        }
        if let Some(bounds) = &self.jitter_ms {
            body["jitter_ms"] = json!(bounds);
        }
        if let Some(hours) = &self.allowed_hours {
            let (from, to) = hours.split_once('-').unwrap_or((hours, ""));
            body["allowed_hours"] = json!({ "from": from, "to": to, "time_zone": self.hours_zone });
        }
    }
}
