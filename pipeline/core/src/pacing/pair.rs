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
#[derive(Debug, Clone, Default)]
pub struct PairBuckets {
    arrivals: HashMap<Contact, i64>,
    prune_at: usize,
}

impl PairBuckets {
    /// Takes the place of one message to this person, or says when there will be one.
    pub fn take(&mut self, contact: &Contact, now: Millis) -> Result<(), Millis> {
        let arrival = self.arrivals.get(contact).copied().unwrap_or(now.0).max(now.0);
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
            self.arrivals.retain(|_, arrival| *arrival > now.0);
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
        let mut pairs = PairBuckets::default();
        let contact = Contact::new("+16315550101");
        for n in 0..44 {
            assert_eq!(pairs.take(&contact, Millis(1_000)), Ok(()), "message {n}");
        }
        let Err(at) = pairs.take(&contact, Millis(1_000)) else { panic!("the 45th passed") };
        assert_eq!(at, Millis(7_000));
        assert_eq!(pairs.take(&Contact::new("+16315550102"), Millis(1_000)), Ok(()));
        assert_eq!(pairs.take(&contact, at), Ok(()));
    }

    #[test]
    fn pairs_that_are_as_good_as_new_are_forgotten() {
        let mut pairs = PairBuckets::default();
        for n in 0..PRUNE_AT + 1 {
            let _ = pairs.take(&Contact::new(format!("+1{n:010}")), Millis(n as i64 * 10));
        }
        assert!(pairs.arrivals.len() <= 1 + 6_000 / 10, "{} pairs are kept", pairs.arrivals.len());
    }
}
