//! What the simulator is told at start: who it plays, how fast it may be used, and how badly it behaves.

mod faults;
mod values;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::str::FromStr;

use clap::Parser;
use http::Uri;

use crate::SimulatorError;
use crate::page::PageSpec;
use crate::template::TemplateSpec;

pub use faults::{Faults, Share};
pub use values::{MillisRange, NumberSpec, RetrySchedule};

/// Updates that Meta puts into one webhook POST at most (Meta: webhooks/overview, "up to 1000 updates").
const BATCH_LIMIT: u16 = 1_000;

/// Most times faster: thirty days in a quarter of a second.
const TIME_FACTOR_MAX: u32 = 10_000_000;

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

    /// The app's secret before it was changed: `--previous-secret-share` of the webhooks are signed with it still.
    #[arg(long, value_name = "SECRET")]
    pub previous_app_secret: Option<String>,

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
    #[arg(long = "template", value_name = "NAME:LANG:PARAMS[:NAMED=a,b][:CATEGORY=MARKETING]", default_values = ["order_update:en_US:2"])]
    pub templates: Vec<TemplateSpec>,

    /// A Facebook page (`messenger:ID`) or an Instagram account (`instagram:ID`), and its token where that is not `--token`. Repeatable.
    #[arg(long = "page", value_name = "CHANNEL:ID[:TOKEN]")]
    pub pages: Vec<PageSpec>,

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

    /// When webhooks are repeated that were not answered with 200.
    #[arg(long, value_enum, default_value_t = RetrySchedule::Quick)]
    pub retry_schedule: RetrySchedule,

    /// Webhook POSTs under way at once.
    #[arg(long, value_name = "POSTS", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub webhook_concurrency: u16,

    /// Inbound text messages a second for every number, made up by the simulator.
    #[arg(long, value_name = "PER_SECOND", default_value_t = 0.0)]
    pub inbound_rate: f64,

    /// Refuse what is no template where the person has not written to the number within 24 hours, with 131047.
    #[arg(long)]
    pub enforce_window: bool,

    /// Time from the creation of a template to its approval, in milliseconds.
    #[arg(long, value_name = "MIN..MAX", default_value = "200..1000")]
    pub review_ms: MillisRange,

    /// Time for which a message is held for quality assessment, in milliseconds.
    #[arg(long, value_name = "MIN..MAX", default_value = "1000..3000")]
    pub hold_ms: MillisRange,

    /// Calls of the app in an hour; every answer tells the usage in `X-App-Usage`, and beyond it all are refused with code 4. 0: any
    /// number, and nothing is told.
    #[arg(long, value_name = "CALLS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=10_000_000))]
    pub app_calls_max: u32,

    /// People whom the account may write to first within 24 hours; those beyond are counted in the ledger, not refused. 0: any
    /// number.
    #[arg(long, value_name = "PEOPLE", default_value_t = 0)]
    pub messaging_limit: u32,

    /// Most templates of the account.
    #[arg(long, value_name = "TEMPLATES", default_value_t = 250, value_parser = clap::value_parser!(u16).range(1..=6_000))]
    pub templates_max: u16,

    /// Refuse marketing templates at `/messages`, with 131063.
    #[arg(long)]
    pub no_marketing_on_cloud_api: bool,

    /// Times faster than at Meta that spans of minutes and more pass: lives of media ids and addresses, the 24-hour window,
    /// limits by the hour and the day, what a template waits for, how long webhooks are repeated.
    #[arg(long, value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(TIME_FACTOR_MAX)))]
    pub time_factor: u32,

    /// Megabytes of files that are kept at once; further uploads are refused.
    #[arg(long, value_name = "MEGABYTES", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub media_mb: u32,

    /// Where clients reach the simulator, for the addresses of files; the address it listens on if not given.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,

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
        self.faults.validate().map_err(|(option, reason)| SimulatorError::option(option, reason))?;
        if let Some(url) = &self.webhook_url {
            callback_uri(url).map_err(|reason| SimulatorError::option("--webhook-url", reason))?;
        }
        if let Some(url) = &self.public_url {
            callback_uri(url).map_err(|reason| SimulatorError::option("--public-url", reason))?;
        }
        if self.verify_callback && self.webhook_url.is_none() {
            return Err(SimulatorError::option("--verify-callback", "needs --webhook-url"));
        }
        if self.previous_app_secret.as_deref() == Some("") {
            return Err(SimulatorError::option("--previous-app-secret", "must not be empty"));
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
        if let Some(twice) = self.numbers.iter().find(|number| !ids.insert(&number.id)) {
            return Err(SimulatorError::option("--number", format!("id {} is given twice", twice.id)));
        }
        match self.pages.iter().find(|page| !ids.insert(&page.id)) {
            Some(twice) => Err(SimulatorError::option("--page", format!("id {} is given twice", twice.id))),
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
