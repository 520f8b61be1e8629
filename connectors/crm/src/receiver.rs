//! One receiver: the state machine of the core, and the task that makes its deliveries.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parking_lot::Mutex;
use posthaste_core::crm::{Answer, CatchUp, Draw, Effect, Endpoint, Feed, Job, Next, Offer, StreamId};
use posthaste_model::{Millis, TenantId};
use posthaste_runtime::sink::{Delivery, Sink, Verdict};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::event::Event;

/// Which receiver, of which tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ReceiverId {
    pub(crate) tenant: TenantId,
    pub(crate) endpoint: Uuid,
}

/// What the owner of a receiver configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spec {
    pub(crate) url: String,
    pub(crate) secret: String,
    /// `event` or `meta`.
    pub(crate) form: String,
    pub(crate) feeds: Vec<Feed>,
}

/// What a receiver's task tells the others.
#[derive(Debug)]
pub(crate) struct Signals {
    /// A stream wants a catch-up reader.
    pub(crate) catch_ups: mpsc::UnboundedSender<(Arc<Receiver>, CatchUp)>,
    /// A receiver is to be disabled, with the reason for its owner.
    pub(crate) disable: mpsc::UnboundedSender<(ReceiverId, String)>,
    /// A delivery ended: whoever drains looks again.
    pub(crate) settled: Notify,
}

struct Target {
    spec: Spec,
    sink: Arc<dyn Sink>,
}

/// One receiver.
pub(crate) struct Receiver {
    pub(crate) id: ReceiverId,
    target: Mutex<Target>,
    pub(crate) state: Mutex<Endpoint<Delivery>>,
    wake: Notify,
    /// A place in the buffer has become free.
    pub(crate) room: Notify,
    stop: CancellationToken,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Receiver {
    pub(crate) fn new(id: ReceiverId, spec: Spec, sink: Arc<dyn Sink>, state: Endpoint<Delivery>) -> Self {
        let target = Mutex::new(Target { spec, sink });
        let (wake, room, stop) = (Notify::new(), Notify::new(), CancellationToken::new());
        Self { id, target, state: Mutex::new(state), wake, room, stop }
    }

    pub(crate) fn spec(&self) -> Spec {
        self.target.lock().spec.clone()
    }

    /// The owner changed the receiver.
    pub(crate) fn change(&self, spec: Spec, sink: Arc<dyn Sink>) {
        let old = std::mem::replace(&mut *self.target.lock(), Target { spec: spec.clone(), sink });
        for feed in old.spec.feeds.into_iter().filter(|feed| !spec.feeds.contains(feed)) {
            self.state.lock().remove_feed(feed);
        }
    }

    /// Ends the receiver's task; deliveries in flight are cut off.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Something changed that may allow a delivery or a catch-up.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Takes a record that the shared reader routes.
    pub(crate) fn offer(&self, id: StreamId, offset: i64, event: &Event) {
        if !self.target.lock().spec.feeds.contains(&id.feed) {
            return;
        }
        let (lane, record) = (Arc::clone(&event.lane), Arc::clone(&event.delivery));
        match self.state.lock().offer(id, offset, lane, record, event.bytes) {
            Offer::Taken => self.wake(),
            Offer::Full => {
                tracing::info!(endpoint = %self.id.endpoint, stream = %id, offset, "a receiver is left behind; it will catch up");
                self.wake();
            }
            Offer::Ignored | Offer::Stop => {}
        }
    }

    /// Makes deliveries until it is stopped.
    pub(crate) async fn run(self: Arc<Self>, clock: Clock, signals: Arc<Signals>) {
        let mut running: FuturesUnordered<BoxFuture<'static, (Job<Delivery>, Verdict)>> = FuturesUnordered::new();
        loop {
            let (jobs, until) = self.due(clock.now());
            running.extend(jobs.into_iter().map(|job| self.deliver(job)));
            let catch_up = self.state.lock().begin_catch_up(clock.now());
            if let Some(catch_up) = catch_up {
                // The receiving end lives as long as the sink; past its end nothing is owed.
                let _ = signals.catch_ups.send((Arc::clone(&self), catch_up));
            }
            let timer = async {
                match until {
                    Some(at) => tokio::time::sleep_until(clock.instant(at)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                Some((job, verdict)) = running.next(), if !running.is_empty() => {
                    self.settle(&job, verdict, clock.now(), &signals);
                }
                () = self.wake.notified() => {}
                () = timer => {}
            }
        }
    }

    fn due(&self, now: Millis) -> (Vec<Job<Delivery>>, Option<Millis>) {
        let mut state = self.state.lock();
        let mut jobs = Vec::new();
        loop {
            match state.next(now) {
                Next::Deliver(job) => jobs.push(job),
                Next::Wait(until) => return (jobs, until),
            }
        }
    }

    fn deliver(&self, job: Job<Delivery>) -> BoxFuture<'static, (Job<Delivery>, Verdict)> {
        let sink = Arc::clone(&self.target.lock().sink);
        Box::pin(async move {
            let verdict = sink.deliver(&job.record).await;
            (job, verdict)
        })
    }

    fn settle(&self, job: &Job<Delivery>, verdict: Verdict, now: Millis, signals: &Signals) {
        let (outcome, answer) = answer(verdict);
        if let Answer::Failed { reason, .. } | Answer::Throttled { reason, .. } = &answer {
            tracing::debug!(endpoint = %self.id.endpoint, event = job.record.id, attempt = job.attempt, reason, "not delivered");
        }
        metrics::counter!("posthaste_sink_deliveries_total", "outcome" => outcome).increment(1);
        let effect = self.state.lock().settle(job, answer, now, Draw(rand::random()));
        match effect {
            Some(Effect::Disable { reason }) => {
                tracing::warn!(endpoint = %self.id.endpoint, reason, "a receiver is disabled");
                let _ = signals.disable.send((self.id, reason));
            }
            Some(Effect::GiveUp { failures }) => {
                tracing::warn!(
                    endpoint = %self.id.endpoint, event = job.record.id, failures,
                    "an event is given up: its receiver refuses it and takes others"
                );
                metrics::counter!("posthaste_sink_deliveries_total", "outcome" => "given_up").increment(1);
            }
            None => {}
        }
        self.room.notify_one();
        signals.settled.notify_waiters();
    }
}

/// The verdict in the words of the core, and its name in the metrics.
fn answer(verdict: Verdict) -> (&'static str, Answer) {
    let ms = |wait: Option<std::time::Duration>| wait.map(|wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
    match verdict {
        Verdict::Delivered => ("delivered", Answer::Delivered),
        Verdict::Retry { after, reason } => ("failed", Answer::Failed { after_ms: ms(after), reason }),
        Verdict::Throttled { retry_after, reason } => {
            ("throttled", Answer::Throttled { after_ms: ms(retry_after), reason })
        }
        Verdict::Disable => ("gone", Answer::Gone),
    }
}
