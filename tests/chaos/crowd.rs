//! Who is busy while things break: a customer who submits single messages over the API, and people who write to the numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::support::World;
use super::support::api::{LANGUAGE, TEMPLATE, Tenant, phone};
use super::support::wait::PATIENCE;
use super::support::web::call;

/// Between two messages of the customer, and between two that people write.
const PAUSE: Duration = Duration::from_millis(200);
/// Before the customer repeats a request that was not accepted.
const RETRY: Duration = Duration::from_millis(200);
/// The customer's people in the phone book; the campaigns' begin at 0.
const CUSTOMER_PHONES: usize = 800_000;
/// Who writes by themselves.
const WRITER_PHONES: usize = 850_000;

/// What they did.
#[derive(Debug)]
pub(crate) struct Account {
    /// Ids of the messages that the API accepted.
    pub(crate) submitted: Vec<String>,
    /// Messages that people wrote.
    pub(crate) written: u64,
}

/// The customer and the people.
pub(crate) struct Crowd {
    customer: JoinHandle<Vec<String>>,
    people: JoinHandle<u64>,
    ends: Arc<AtomicBool>,
}

impl Crowd {
    /// The people write to these numbers.
    pub(crate) fn gather(world: &World, numbers: Vec<String>) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let customer = tokio::spawn(submit(world.tenant.clone(), Arc::clone(&ends)));
        let place = format!("http://{}/_simulator/inbound", world.simulator.addr());
        let people = tokio::spawn(write(place, numbers, Arc::clone(&ends)));
        Self { customer, people, ends }
    }

    /// Ends it once the message at hand is accepted.
    pub(crate) async fn disperse(self) -> Account {
        self.ends.store(true, Ordering::Relaxed);
        let submitted = tokio::time::timeout(PATIENCE, self.customer).await.expect("the API accepts messages again");
        let written = self.people.await.expect("no panic");
        Account { submitted: submitted.expect("no panic"), written }
    }
}

/// Submits one message after the other, each until it is accepted. Gives their ids.
async fn submit(tenant: Tenant, ends: Arc<AtomicBool>) -> Vec<String> {
    let mut accepted = Vec::new();
    while !ends.load(Ordering::Relaxed) {
        let template = json!({ "name": TEMPLATE, "language": LANGUAGE, "params": ["Eve", "A-1"] });
        let to = phone(CUSTOMER_PHONES + accepted.len());
        let body = json!({ "sender_id": tenant.sender, "to": to, "template": template }).to_string();
        let key = Uuid::new_v4().to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        loop {
            match tenant.try_call(Method::POST, "/v1/messages", &headers, body.clone()).await {
                Ok(answer) if answer.status == 202 => {
                    accepted.push(answer.json()["id"].as_str().expect("an id").to_owned());
                    break;
                }
                // No answer, too many, or not now: the same request again, under the same key.
                Ok(answer) if answer.status == 429 || answer.status.is_server_error() => {}
                Ok(answer) => panic!("a good message is refused: {answer:?}"),
                Err(_) => {}
            }
            tokio::time::sleep(RETRY).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
    accepted
}

/// Writes to one number after the other. Gives how often.
async fn write(place: String, numbers: Vec<String>, ends: Arc<AtomicBool>) -> u64 {
    let mut written = 0;
    for number in numbers.iter().cycle() {
        if ends.load(Ordering::Relaxed) {
            break;
        }
        let from = phone(WRITER_PHONES + written as usize);
        let body = json!({ "number": number, "from": from.trim_start_matches('+'), "text": "hello?" }).to_string();
        let answer = call(Method::POST, &place, &[("content-type", "application/json")], body).await;
        let answer = answer.expect("the simulator answers");
        assert!(answer.status.is_success(), "{answer:?}");
        written += 1;
        tokio::time::sleep(PAUSE).await;
    }
    written
}
