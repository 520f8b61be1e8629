//! The pair limit: one message per 6 seconds from a number to the same person, with bursts of up to 45 (Meta:
//! throughput, "pair rate limit").

use std::collections::HashMap;

use posthaste_model::{Contact, Millis};

/// One message per this time to the same person.
const INTERVAL_MS: i64 = 6_000;
/// Messages that may be sent at once, borrowed from the future: one less than Meta allows, because places are taken when
/// messages are armed, and an early one may leave late while a later one leaves in time.
const BURST: i64 = 44;
/// Pairs that are remembered between two prunings at most; pruning is due when it is reached.
const PRUNE_AT: usize = 16_384;
/// First wait of a pair that Meta says is too fast, in milliseconds; four times as long with each further refusal (Meta:
/// throughput, "pair rate limit": 4^X seconds from X = 0).
const PARK_MS: i64 = 1_000;
/// Largest exponent: 4^6 seconds are more than an hour, and the limit is ten messages a minute.
const PARK_EXPONENT_MAX: u32 = 6;
/// A pair that was parked and then left alone for this long begins anew, in milliseconds.
const PARK_MEMORY_MS: i64 = 3_600_000;

/// A pair that Meta refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parked {
    until: Millis,
    refusals: u32,
}

/// Buckets of the pairs that were used lately. A pair whose theoretical arrival time has passed is as good as new and is
/// forgotten, so after single sends the map holds six seconds' worth of contacts.
#[derive(Debug, Clone)]
pub struct PairBuckets {
    arrivals: HashMap<Contact, i64>,
    /// Arrival time of a pair of which nothing is known.
    unknown_arrival: i64,
    prune_at: usize,
    parked: HashMap<Contact, Parked>,
}

impl PairBuckets {
    /// Buckets of an owner that knows nothing of what was sent before `since`: a predecessor may have used up any of them
    /// just then, so each starts with one place and gains those that come with time.
    pub fn empty(since: Millis) -> Self {
        Self {
            arrivals: HashMap::new(),
            unknown_arrival: since.0 + INTERVAL_MS * (BURST - 1),
            prune_at: 0,
            parked: HashMap::new(),
        }
    }

    /// Meta refused a message to this person that was armed at `armed`: nothing more to them for 4^n seconds. Refusals of
    /// what was armed before the wait ended count as one. Gives when it ends; `retry_after_ms` is believed within the
    /// wait and twice that.
    pub fn park(&mut self, contact: &Contact, armed: Millis, retry_after_ms: Option<i64>, now: Millis) -> Millis {
        if self.parked.len() >= PRUNE_AT {
            self.parked.retain(|_, parked| now.since(parked.until) < PARK_MEMORY_MS);
        }
        let known = self.parked.get(contact).filter(|parked| now.since(parked.until) < PARK_MEMORY_MS).copied();
        if let Some(parked) = known.filter(|parked| armed < parked.until) {
            return parked.until.max(now);
        }
        let refusals = known.map_or(0, |parked| parked.refusals);
        let wait_ms = PARK_MS * 4_i64.pow(refusals.min(PARK_EXPONENT_MAX));
        let until = now.plus(retry_after_ms.map_or(wait_ms, |ms| ms.clamp(wait_ms, 2 * wait_ms)));
        self.parked.insert(contact.clone(), Parked { until, refusals: refusals + 1 });
        until
    }

    /// Meta took a message to this person: the next wait is a short one again.
    pub fn passed(&mut self, contact: &Contact) {
        if !self.parked.is_empty() {
            self.parked.remove(contact);
        }
    }

    /// Takes the place of one message to this person, or says when there will be one.
    pub fn take(&mut self, contact: &Contact, now: Millis) -> Result<(), Millis> {
        if let Some(parked) = self.parked.get(contact).filter(|parked| parked.until > now) {
            return Err(parked.until);
        }
        let arrival = self.arrivals.get(contact).copied().unwrap_or(self.unknown_arrival).max(now.0);
        let earliest = arrival - INTERVAL_MS * (BURST - 1);
        if earliest > now.0 {
            return Err(Millis(earliest));
        }
        self.prune(now);
        self.arrivals.insert(contact.clone(), arrival + INTERVAL_MS);
        Ok(())
    }

    fn prune(&mut self, now: Millis) {
        if self.arrivals.len() >= self.prune_at.max(PRUNE_AT) {
            let as_good_as_new = now.0.max(self.unknown_arrival);
            self.arrivals.retain(|_, arrival| *arrival > as_good_as_new);
            // Twice what is left, so that a prune always pays for itself.
            self.prune_at = self.arrivals.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_44_passes_and_the_45th_waits() {
        let mut pairs = PairBuckets::empty(Millis(0));
        let contact = Contact::new("+16315550101");
        let later = Millis(INTERVAL_MS * BURST);
        for n in 0..44 {
            assert_eq!(pairs.take(&contact, later), Ok(()), "message {n}");
        }
        let Err(at) = pairs.take(&contact, later) else { panic!("the 45th passed") };
        assert_eq!(at, later.plus(INTERVAL_MS));
        assert_eq!(pairs.take(&Contact::new("+16315550102"), later), Ok(()));
        assert_eq!(pairs.take(&contact, at), Ok(()));
    }

    /// Two owners in a row must not grant one burst each.
    #[test]
    fn a_new_owner_grants_one_message_and_then_what_time_brings() {
        let since = Millis(5_000);
        let mut pairs = PairBuckets::empty(since);
        let contact = Contact::new("+16315550101");
        assert_eq!(pairs.take(&contact, since), Ok(()));
        assert_eq!(pairs.take(&contact, since), Err(since.plus(INTERVAL_MS)));
        let minute = since.plus(60_000);
        let passed = (0..20).filter(|_| pairs.take(&contact, minute).is_ok()).count();
        assert_eq!(passed, 10);
    }

    #[test]
    fn a_pair_that_is_refused_waits_four_times_as_long_each_time_and_alone() {
        let mut pairs = PairBuckets::empty(Millis(-INTERVAL_MS * BURST));
        let (contact, other) = (Contact::new("+16315550101"), Contact::new("+16315550102"));
        let mut now = Millis(1_000);
        for wait_s in [1, 4, 16, 64, 256, 1_024, 4_096, 4_096] {
            let until = pairs.park(&contact, now, None, now);
            assert_eq!(until, now.plus(wait_s * 1_000));
            assert_eq!(pairs.park(&contact, now, None, now.plus(10)), until, "one flight is one refusal");
            assert_eq!(pairs.take(&contact, now.plus(999)), Err(until));
            assert_eq!(pairs.take(&other, now), Ok(()));
            now = until;
            assert_eq!(pairs.take(&contact, now), Ok(()));
        }
        pairs.passed(&contact);
        assert_eq!(pairs.park(&contact, now, Some(60_000), now), now.plus(2_000), "believed up to twice the wait");
    }

    #[test]
    fn pairs_that_are_as_good_as_new_are_forgotten() {
        let mut pairs = PairBuckets::empty(Millis(-INTERVAL_MS * BURST));
        for n in 0..PRUNE_AT + 1 {
            let _ = pairs.take(&Contact::new(format!("+1{n:010}")), Millis(n as i64 * 10));
        }
        assert!(pairs.arrivals.len() <= 1 + 6_000 / 10, "{} pairs are kept", pairs.arrivals.len());
    }
}
