//! Single messages over the API, at a rate: which tenant sends what from where follows from the message's number.

use std::collections::HashMap;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::json;

use crate::api::TEMPLATE;
use crate::load::{self, Load, Outcome, Pace, Until};
use crate::recipients;
use crate::simulator::Sent;
use crate::tenants::key;
use crate::world::sender;

/// Who sends, and how much.
#[derive(Debug, Clone)]
pub(crate) struct Singles {
    /// Port of the API.
    pub(crate) api_port: u16,
    /// Tenants that exist.
    pub(crate) tenants: u32,
    /// Numbers that send, in turn.
    pub(crate) senders: std::ops::Range<u32>,
    /// Messages a second of all together.
    pub(crate) rate: f64,
    /// Kept-alive connections.
    pub(crate) connections: usize,
    /// The first recipient; each message has one of its own.
    pub(crate) first: u32,
}

impl Singles {
    /// Index of the recipient of a message.
    fn recipient(&self, number: u64) -> u32 {
        self.first + u32::try_from(number).expect("fewer messages than there are recipients")
    }

    fn request(&self, number: u64) -> Request<Full<Bytes>> {
        let index = self.recipient(number);
        let own = self.senders.start + index % (self.senders.end - self.senders.start);
        let (name, language) = TEMPLATE;
        let params = ["Ana".to_owned(), format!("A-{index:07}")];
        let body = json!({
            "sender_id": sender(own), "to": recipients::number(index),
            "template": { "name": name, "language": language, "params": params },
        });
        Request::post("/v1/messages")
            .header(http::header::HOST, "localhost")
            .header(http::header::AUTHORIZATION, format!("Bearer {}", key(own % self.tenants)))
            .header(http::header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", uuid::Uuid::new_v4().to_string())
            .body(Full::new(Bytes::from(body.to_string())))
            .expect("digits and letters")
    }

    /// Submits at the rate, in an open loop.
    pub(crate) async fn apply(&self, until: Until) -> Outcome {
        let request = |number: u64| self.request(number);
        let target = ([127, 0, 0, 1], self.api_port).into();
        let pace = Pace::Rate(self.rate);
        load::apply(&Load { target, request: &request, connections: self.connections, pace, until }).await
    }

    /// From the API's answer to each message to its POST, in milliseconds; 0 where the POST was first. What has not been
    /// POSTed has none.
    pub(crate) fn waits_ms(&self, outcome: &Outcome, sent: &[Sent]) -> Vec<f64> {
        let posted: HashMap<&str, u64> = sent.iter().map(|sent| (sent.to.as_str(), sent.accepted_at_ms)).collect();
        let wait = |(number, answered_ms): &(u64, u64)| {
            let to = recipients::number(self.recipient(*number));
            let posted_ms = posted.get(to.trim_start_matches('+'))?;
            Some(posted_ms.saturating_sub(*answered_ms) as f64)
        };
        outcome.answered_ms.iter().filter_map(wait).collect()
    }
}
