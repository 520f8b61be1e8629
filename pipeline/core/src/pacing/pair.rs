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

/// Buckets of the pairs that were used lately. A pair whose theoretical arrival time has passed is as good as new and is
/// forgotten, so after single sends the map holds six seconds' worth of contacts.
#[derive(Debug, Clone)]
pub struct PairBuckets {
    arrivals: HashMap<Contact, i64>,
    /// Arrival time of a pair of which nothing is known.
    unknown_arrival: i64,
    prune_at: usize,
}

impl PairBuckets {
    /// Buckets of an owner that knows nothing of what was sent before `since`: a predecessor may have used up any of them
    /// just then, so each starts with one place and gains those that come with time.
    pub fn empty(since: Millis) -> Self {
        Self { arrivals: HashMap::new(), unknown_arrival: since.0 + INTERVAL_MS * (BURST - 1), prune_at: 0 }
    }

    /// Takes the place of one message to this person, or says when there will be one.
    pub fn take(&mut self, contact: &Contact, now: Millis) -> Result<(), Millis> {
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
    fn pairs_that_are_as_good_as_new_are_forgotten() {
        let mut pairs = PairBuckets::empty(Millis(-INTERVAL_MS * BURST));
        for n in 0..PRUNE_AT + 1 {
            let _ = pairs.take(&Contact::new(format!("+1{n:010}")), Millis(n as i64 * 10));
        }
        assert!(pairs.arrivals.len() <= 1 + 6_000 / 10, "{} pairs are kept", pairs.arrivals.len());
    }
}
