//! The connections to Meta that all senders of this process share, handed out fairly.
//!
//! While there are free ones, whoever asks gets one. When there are none, tenants take turns by deficit round robin
//! (Shreedhar and Varghese, 1995): a POST costs one and a tenant's weight is its quantum. However much one tenant has
//! waiting, another one's next POST is at most a round away: as many POSTs as the weights of those who compete.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use posthaste_model::TenantId;
use tokio::sync::oneshot;

/// The shared connections.
#[derive(Debug)]
pub(crate) struct Connections(Mutex<Waiting<oneshot::Sender<Connection>>>);

/// One connection; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Connection(Option<Arc<Connections>>);

impl Connections {
    pub(crate) fn new(count: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Waiting::new(count))))
    }

    /// Waits for a connection on behalf of a tenant of this weight.
    pub(crate) async fn acquire(self: &Arc<Self>, tenant: TenantId, weight: u32) -> Connection {
        let (turn, mine) = oneshot::channel();
        if self.0.lock().enter(tenant, weight, turn) {
            return Connection(Some(Arc::clone(self)));
        }
        mine.await.expect("a place in the queue is left with a connection alone")
    }

    fn give_back(self: Arc<Self>) {
        loop {
            // The lock must not be held while sending: what nobody receives is dropped, and comes back here.
            let next = self.0.lock().leave();
            let Some(turn) = next else { return };
            match turn.send(Connection(Some(Arc::clone(&self)))) {
                Ok(()) => return,
                Err(mut unwanted) => unwanted.0 = None,
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(connections) = self.0.take() {
            connections.give_back();
        }
    }
}

/// Who waits, and in which order it is their turn.
#[derive(Debug)]
struct Waiting<T> {
    free: usize,
    tenants: HashMap<TenantId, Queue<T>>,
    /// Tenants that wait; the first one has the turn.
    turns: VecDeque<TenantId>,
}

#[derive(Debug)]
struct Queue<T> {
    weight: u32,
    credit: u32,
    waiting: VecDeque<T>,
}

impl<T> Waiting<T> {
    fn new(free: usize) -> Self {
        Self { free, tenants: HashMap::new(), turns: VecDeque::new() }
    }

    /// `true` if there is a free connection, which is taken; else the caller stands in its tenant's queue.
    fn enter(&mut self, tenant: TenantId, weight: u32, caller: T) -> bool {
        if self.free > 0 {
            self.free -= 1;
            return true;
        }
        let queue = self.tenants.entry(tenant).or_insert_with(|| {
            self.turns.push_back(tenant);
            Queue { weight, credit: 0, waiting: VecDeque::new() }
        });
        queue.weight = weight.max(1);
        queue.waiting.push_back(caller);
        false
    }

    /// A connection is free again: gives whose turn it is, or keeps it.
    fn leave(&mut self) -> Option<T> {
        let Some(tenant) = self.turns.front().copied() else {
            self.free += 1;
            return None;
        };
        let queue = self.tenants.get_mut(&tenant)?;
        if queue.credit == 0 {
            queue.credit = queue.weight;
        }
        queue.credit -= 1;
        let (caller, spent) = (queue.waiting.pop_front(), queue.credit == 0);
        if queue.waiting.is_empty() {
            self.tenants.remove(&tenant);
            self.turns.pop_front();
        } else if spent {
            self.turns.rotate_left(1);
        }
        caller
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use proptest::prelude::*;
    use tokio::time::Instant;

    use super::*;

    fn tenant(n: usize) -> TenantId {
        TenantId(uuid::Uuid::from_u128(n as u128))
    }

    proptest! {
        /// Tenants that always have something waiting get connections as their weights say: exactly, after each round.
        #[test]
        fn shares_are_as_the_weights(weights in prop::collection::vec(1u32..=100, 1..6), rounds in 1u32..5, part in 0u32..100) {
            let mut waiting = Waiting::new(0);
            let whole: u32 = weights.iter().sum();
            for (n, weight) in weights.iter().enumerate() {
                (0..(rounds + 1) * weight).for_each(|_| assert!(!waiting.enter(tenant(n), *weight, n)));
            }
            let mut got = vec![0; weights.len()];
            for _ in 0..rounds * whole + part % whole {
                got[waiting.leave().expect("more than enough")] += 1;
            }
            for (got, weight) in got.iter().zip(&weights) {
                prop_assert!((rounds * weight..=(rounds + 1) * weight).contains(got), "{got} at weight {weight}");
            }
        }

        /// Whatever the others have waiting, a tenant that comes waits for no more than a round of their weights, and a
        /// tenant's own callers keep their order.
        #[test]
        fn nobody_waits_for_more_than_a_round(
            weights in prop::collection::vec(1u32..=20, 1..6),
            before in 0usize..500,
        ) {
            let mut waiting = Waiting::new(0);
            for (n, weight) in weights.iter().enumerate() {
                (0..1_000).for_each(|k| assert!(!waiting.enter(tenant(n), *weight, (n, k))));
            }
            let mut last = vec![-1; weights.len()];
            let mut follow = |(n, k): (usize, i32)| {
                assert_eq!(k, last[n] + 1, "out of order");
                last[n] = k;
            };
            (0..before).for_each(|_| follow(waiting.leave().expect("somebody waits")));
            let newcomer = weights.len();
            prop_assert!(!waiting.enter(tenant(newcomer), 1, (newcomer, 0)));
            let waited = std::iter::from_fn(|| waiting.leave()).take_while(|(n, _)| *n != newcomer).count();
            prop_assert!(waited as u32 <= weights.iter().sum(), "{waited} POSTs of others came first");
        }

        /// Connections are neither lost nor made, whoever comes and goes.
        #[test]
        fn none_is_lost(count in 1usize..10, steps in prop::collection::vec((0usize..4, any::<bool>()), 1..300)) {
            let mut waiting = Waiting::new(count);
            let (mut out, mut asked) = (0, 0);
            for (n, comes) in steps {
                if comes {
                    asked += 1;
                    out += usize::from(waiting.enter(tenant(n), 1, n));
                } else if out > 0 {
                    out -= 1;
                    out += usize::from(waiting.leave().is_some());
                }
                prop_assert!(out <= count && out + waiting.free == count);
                let queued: usize = waiting.tenants.values().map(|queue| queue.waiting.len()).sum();
                prop_assert!(queued == 0 || waiting.free == 0, "{queued} of {asked} wait beside free connections");
            }
        }
    }

    /// One tenant has a hundred callers for four connections, and each POST takes 100 ms; another tenant has one caller at
    /// a time, as a number has, and hardly notices.
    #[tokio::test(start_paused = true)]
    async fn a_tenant_at_a_hundred_times_the_load_does_not_delay_another() {
        const POST: Duration = Duration::from_millis(100);
        let connections = Connections::new(4);
        let posted = Arc::new(AtomicUsize::new(0));
        for _ in 0..100 {
            let (connections, posted) = (Arc::clone(&connections), Arc::clone(&posted));
            tokio::spawn(async move {
                loop {
                    let _connection = connections.acquire(tenant(1), 1).await;
                    tokio::time::sleep(POST).await;
                    posted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        tokio::time::sleep(POST * 10).await;
        for _ in 0..20 {
            let asked = Instant::now();
            let connection = connections.acquire(tenant(2), 1).await;
            assert!(asked.elapsed() <= POST, "{:?}", asked.elapsed());
            tokio::time::sleep(POST).await;
            drop(connection);
        }
        assert!(posted.load(Ordering::Relaxed) > 80, "the other one goes on");
    }

    #[tokio::test]
    async fn a_caller_that_went_away_keeps_nobody_waiting() {
        let connections = Connections::new(1);
        let held = connections.acquire(tenant(1), 1).await;
        let gone = connections.acquire(tenant(2), 1);
        tokio::select! {
            biased;
            _ = gone => unreachable!("there is no free connection"),
            () = std::future::ready(()) => {}
        }
        drop(held);
        connections.acquire(tenant(3), 1).await;
    }
}
