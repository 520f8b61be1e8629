//! Posting webhooks: signed, concurrent, over kept-alive connections, again and again until they are answered.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use crate::SimulatorError;
use crate::batch::{Batch, Forgery};
use crate::ledger::Book;
use crate::options::RetrySchedule;
use crate::schedule::Update;
use crate::script::{Status, mix};
use crate::webhook::Signer;
use crate::world::World;

/// Longest wait for the answer to a POST (Messenger's documented 5 s; WhatsApp's is not stated).
const POST_TIMEOUT: Duration = Duration::from_secs(5);

/// Wait before the first retry of the quick schedule; doubled for each further one.
const RETRY_FIRST: Duration = Duration::from_millis(100);

/// Longest wait between two retries of the quick schedule.
const RETRY_CAP: Duration = Duration::from_secs(5);

/// Wait before the second retry of the other schedule; the first comes at once (Meta: webhooks/overview: "immediately", then "with
/// decreasing frequency"; how much is not documented).
const DAYS_FIRST: Duration = Duration::from_secs(60);

/// Longest wait between two retries of that schedule.
const DAYS_CAP: Duration = Duration::from_secs(24 * 3_600);

/// How long a webhook is repeated (Meta: webhooks/overview, "up to 7 days").
const RETRY_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);

/// Answers to webhooks are read up to this size, so that their connections can be used again.
const ANSWER_MAX: usize = 64 * 1024;

/// How long the callback may take to come up for its handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);

/// Wait between two tries of the handshake.
const HANDSHAKE_PAUSE: Duration = Duration::from_millis(200);

/// The client that all couriers share.
#[derive(Debug, Clone)]
pub(crate) struct Poster {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Poster {
    pub(crate) fn new(connections: usize) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(connections)
            .build(connector);
        Self { client }
    }

    async fn request(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), String> {
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| error.to_string())?;
            let status = response.status();
            let body =
                Limited::new(response.into_body(), ANSWER_MAX).collect().await.map_err(|error| error.to_string())?;
            Ok((status, body.to_bytes()))
        };
        tokio::time::timeout(POST_TIMEOUT, exchange)
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {POST_TIMEOUT:?}")))
    }

    /// Posts a body; `Ok` when it was answered with 200, the only answer that Meta takes for success.
    async fn post(&self, url: Uri, body: Bytes, signature: Option<String>) -> Result<(), String> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "facebookexternalua");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
        match self.request(request).await? {
            (StatusCode::OK, _) => Ok(()),
            (status, _) => Err(format!("answered {status}")),
        }
    }

    /// Makes the GET handshake (Meta: webhooks/create-webhook-endpoint), waiting for a callback that is not up yet.
    ///
    /// # Errors
    /// When the callback refuses, or does not answer within a minute.
    pub(crate) async fn verify(&self, url: &Uri, verify_token: &str, seed: u64) -> Result<(), SimulatorError> {
        let deadline = tokio::time::Instant::now() + HANDSHAKE_TIMEOUT;
        loop {
            match self.shake(url, verify_token, seed).await {
                Ok(()) => return Ok(()),
                Err(Shake::Refused(reason)) => return Err(handshake(url, reason)),
                Err(Shake::Absent(reason)) if tokio::time::Instant::now() >= deadline => {
                    return Err(handshake(url, reason));
                }
                Err(Shake::Absent(_)) => tokio::time::sleep(HANDSHAKE_PAUSE).await,
            }
        }
    }

    /// Makes the GET handshake with a callback that must be up.
    ///
    /// # Errors
    /// When it refuses or does not answer.
    pub(crate) async fn verify_once(&self, url: &Uri, verify_token: &str, seed: u64) -> Result<(), SimulatorError> {
        let shaken = self.shake(url, verify_token, seed).await;
        shaken.map_err(|(Shake::Refused(reason) | Shake::Absent(reason))| handshake(url, reason))
    }

    async fn shake(&self, url: &Uri, verify_token: &str, seed: u64) -> Result<(), Shake> {
        let challenge = (mix(seed, 0) % 10_000_000_000).to_string();
        let separator = if url.query().is_some() { '&' } else { '?' };
        let query =
            format!("hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={}", percent_encoded(verify_token));
        let request = Request::get(format!("{url}{separator}{query}")).body(Full::default());
        let request = request.map_err(|error| Shake::Refused(error.to_string()))?;
        match self.request(request).await {
            Ok((StatusCode::OK, body)) if body == challenge.as_bytes() => Ok(()),
            Ok((StatusCode::OK, _)) => Err(Shake::Refused("it answered 200 without the challenge".to_owned())),
            Ok((status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), _)) => {
                Err(Shake::Refused(format!("it answered {status}")))
            }
            Ok((status, _)) => Err(Shake::Absent(format!("it answered {status}"))),
            Err(reason) => Err(Shake::Absent(reason)),
        }
    }
}

/// Why a handshake failed: for good, or because the callback may not be up yet.
enum Shake {
    Refused(String),
    Absent(String),
}

fn handshake(url: &Uri, reason: String) -> SimulatorError {
    SimulatorError::Handshake { url: url.to_string(), reason }
}

/// A query value: everything but unreserved characters (RFC 3986) as `%XX`.
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The queue that couriers take their batches from.
pub(crate) type Queue = Arc<Mutex<mpsc::UnboundedReceiver<Batch>>>;

/// Posts batches one after the other until the world stops. Many couriers make for concurrent POSTs.
pub(crate) async fn run(world: Arc<World>, poster: Poster, queue: Queue, stop: CancellationToken) {
    loop {
        let next = async { queue.lock().await.recv().await };
        let batch = tokio::select! {
            () = stop.cancelled() => return,
            batch = next => batch,
        };
        let Some(batch) = batch else { return };
        tokio::select! {
            () = stop.cancelled() => return,
            () = deliver(&world, &poster, batch) => {}
        }
    }
}

async fn deliver(world: &World, poster: &Poster, mut batch: Batch) {
    let Some(url) = world.callback_of(batch.place) else {
        return drop_batch(world, &batch);
    };
    let body = Bytes::from(crate::webhook::body(&world.business, &world.facts(&batch.updates)));
    let previous = world.previous_signer.as_ref().filter(|_| std::mem::take(&mut batch.is_signed_before));
    let signature = previous.unwrap_or(&world.signer).sign(&body);
    if let Some(forgery) = batch.forgery.take() {
        forge(world, poster, &url, &body, forgery).await;
    }
    let is_doubled = std::mem::take(&mut batch.is_doubled);
    {
        let totals = &mut world.book.lock().totals;
        totals.webhooks_posted += 1 + u64::from(is_doubled);
        totals.webhook_duplicates += u64::from(is_doubled);
        if batch.is_acknowledged {
            totals.webhook_fan_outs += 1;
        } else {
            totals.webhook_retries += u64::from(batch.attempts > 0);
        }
    }
    let once = || poster.post(url.clone(), body.clone(), Some(signature.clone()));
    let answer = if is_doubled {
        let (first, second) = tokio::join!(once(), once());
        first.map(|()| 1 + u64::from(second.is_ok())).or(second.map(|()| 1))
    } else {
        once().await.map(|()| 1)
    };
    tell_posted(&mut batch);
    match answer {
        Ok(times) => acknowledge(world, batch, times),
        Err(reason) => put_back(world, batch, &reason),
    }
}

/// Lets the sends go on that wait for their early status.
fn tell_posted(batch: &mut Batch) {
    for update in &mut batch.updates {
        if let Update::Status(status) = update
            && let Some(posted) = status.posted.take()
        {
            // The send may have given up waiting.
            let _ = posted.send(());
        }
    }
}

/// Puts a batch back that was not taken, or gives it up.
fn put_back(world: &World, mut batch: Batch, reason: &str) {
    let (attempts, updates) = (batch.attempts, batch.updates.len());
    if world.clock.now_us() >= batch.due_us + world.passing(RETRY_LIFE).as_micros() as u64 {
        tracing::warn!(updates, reason, "webhook given up");
        return drop_batch(world, &batch);
    }
    tracing::debug!(attempts = attempts + 1, updates, reason, "webhook not acknowledged");
    note(&mut world.book.lock(), &batch, Book::retry);
    batch.attempts += 1;
    post_later(world, batch, attempts);
}

/// Posts a batch again after the pause that follows so many attempts.
fn post_later(world: &World, batch: Batch, attempts: u32) {
    let pause = match world.retry_schedule {
        RetrySchedule::Quick => quick_pause(attempts),
        RetrySchedule::Days => world.passing(days_pause(attempts)),
    };
    world.schedule.retry(world.clock.now_us() + pause.as_micros() as u64, batch);
}

/// Posts the body as somebody would who does not know the app's secret.
async fn forge(world: &World, poster: &Poster, url: &Uri, body: &Bytes, forgery: Forgery) {
    let signature = match forgery {
        Forgery::Unsigned => None,
        Forgery::OtherSecret => Some(Signer::new("not the app's secret").sign(body)),
        Forgery::OtherBody => Some(world.signer.sign(&body[1..])),
    };
    let is_accepted = poster.post(url.clone(), body.clone(), signature).await.is_ok();
    let totals = &mut world.book.lock().totals;
    totals.forgeries_posted += 1;
    totals.forgeries_accepted += u64::from(is_accepted);
}

/// Notes a batch that was answered with 200 so many times. What is repeated for another app is pending until it was.
fn acknowledge(world: &World, mut batch: Batch, times: u64) {
    let mut book = world.book.lock();
    book.totals.webhooks_acknowledged += times;
    if !batch.is_acknowledged {
        for update in &batch.updates {
            match update {
                Update::Status(status) => book.acknowledge(status.message, status.status),
                Update::Page(facts) => {
                    let mut pages = world.pages.book.lock();
                    facts.report.into_iter().for_each(|report| pages.acknowledge(report.message));
                }
                Update::Inbound(_) | Update::Template(_) | Update::Change(_) => {}
            }
        }
        (batch.is_acknowledged, batch.attempts) = (true, 0);
    }
    drop(book);
    if batch.repeats == 0 {
        return world.schedule.settle(batch.updates.len() as u64);
    }
    batch.repeats -= 1;
    batch.attempts += 1;
    let attempts = batch.attempts;
    post_later(world, batch, attempts);
}

fn drop_batch(world: &World, batch: &Batch) {
    if !batch.is_acknowledged {
        let mut book = world.book.lock();
        book.totals.webhook_updates_dropped += batch.updates.len() as u64;
        note(&mut book, batch, Book::drop_report);
    }
    world.schedule.settle(batch.updates.len() as u64);
}

/// Notes of every status of a batch how its report fared.
fn note(book: &mut Book, batch: &Batch, how: impl Fn(&mut Book, u64, Status)) {
    for update in &batch.updates {
        if let Update::Status(status) = update {
            how(book, status.message, status.status);
        }
    }
}

/// 100 ms, 200 ms, 400 ms … 5 s.
fn quick_pause(attempts: u32) -> Duration {
    RETRY_FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(RETRY_CAP)
}

/// None, 1 minute, 2, 4 … a day.
fn days_pause(attempts: u32) -> Duration {
    match attempts {
        0 => Duration::ZERO,
        later => DAYS_FIRST.saturating_mul(2_u32.saturating_pow(later - 1)).min(DAYS_CAP),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_become_rarer_up_to_the_cap() {
        let pauses: Vec<u128> = [0, 1, 2, 5, 6, 1_000].map(|attempts| quick_pause(attempts).as_millis()).to_vec();
        assert_eq!(pauses, [100, 200, 400, 3_200, 5_000, 5_000]);
    }

    #[test]
    fn within_seven_days_retries_become_rarer_from_at_once_to_daily() {
        let mut at = Duration::ZERO;
        let times: Vec<Duration> = (0..)
            .map(|attempts| {
                at += days_pause(attempts);
                at
            })
            .take_while(|at| *at < RETRY_LIFE)
            .collect();
        let pauses: Vec<Duration> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert_eq!((times[0], pauses[0], pauses.last()), (Duration::ZERO, Duration::from_secs(60), Some(&DAYS_CAP)));
        assert!((10..30).contains(&times.len()), "{}", times.len());
    }

    #[test]
    fn a_verify_token_of_any_characters_survives_the_query() {
        assert_eq!(percent_encoded("a&b=ü~"), "a%26b%3D%C3%BC~");
    }
}
