//! The updates of one POST, how they are cut into POSTs, and what becomes of these.

use rand::Rng;
use rand::rngs::StdRng;

use crate::options::{Faults, Share};
use crate::schedule::Update;
use crate::script::chance;
use crate::subscription::Place;

/// The updates of one POST.
#[derive(Debug)]
pub(crate) struct Batch {
    /// Whose callback takes them.
    pub(crate) place: Place,
    pub(crate) updates: Vec<Update>,
    /// When they became due, in microseconds of the world's clock.
    pub(crate) due_us: u64,
    /// Failed POSTs so far.
    pub(crate) attempts: u32,
    /// The forgery that is to precede them.
    pub(crate) forgery: Option<Forgery>,
    /// The first POST is made twice at the same time.
    pub(crate) is_doubled: bool,
    /// The first POST is signed with the secret that the app had before.
    pub(crate) is_signed_before: bool,
    /// POSTs that follow the one that is answered with 200.
    pub(crate) repeats: u8,
    /// It was answered with 200, and is repeated for the sake of another app.
    pub(crate) is_acknowledged: bool,
}

/// Most POSTs that follow one that was answered with 200.
const REPEATS_MAX: u8 = 3;

impl Batch {
    pub(crate) fn new(place: Place, updates: Vec<Update>) -> Self {
        Self {
            place,
            updates,
            due_us: 0,
            attempts: 0,
            forgery: None,
            is_doubled: false,
            is_signed_before: false,
            repeats: 0,
            is_acknowledged: false,
        }
    }

    /// Draws what becomes of a new batch. Nothing is drawn for what never happens, so that the batches of a seed stay what they
    /// are.
    pub(crate) fn draw(&mut self, rng: &mut StdRng, faults: &Faults) {
        self.forgery = Forgery::draw(rng, faults.forged_share);
        self.is_doubled = happens(rng, faults.concurrent_duplicate_share);
        self.is_signed_before = happens(rng, faults.previous_secret_share);
        if happens(rng, faults.retry_fan_out_share) {
            self.repeats = rng.random_range(1..=REPEATS_MAX);
        }
    }

    /// The batch, or its updates in other batches that are repeated as it would be.
    pub(crate) fn repeated(self, rng: &mut StdRng, faults: &Faults, batch_max: usize) -> Vec<Self> {
        if self.is_acknowledged || self.repeats > 0 || !happens(rng, faults.retry_split_share) {
            return vec![self];
        }
        let (due_us, attempts) = (self.due_us, self.attempts);
        let pieces = split(rng, self.place, self.updates, batch_max);
        pieces.into_iter().map(|piece| Self { due_us, attempts, ..piece }).collect()
    }
}

fn happens(rng: &mut StdRng, share: Share) -> bool {
    share > Share::NEVER && chance(rng, share)
}

/// How a webhook is forged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forgery {
    Unsigned,
    OtherSecret,
    OtherBody,
}

impl Forgery {
    fn draw(rng: &mut StdRng, share: Share) -> Option<Self> {
        let kinds = [Self::Unsigned, Self::OtherSecret, Self::OtherBody];
        happens(rng, share).then(|| kinds[rng.random_range(0..kinds.len())])
    }
}

/// Most bytes of one POST (Meta: webhooks/overview, "up to 3 MB").
const BODY_MAX: usize = 3 << 20;

/// Bytes of an update without its text, its share of the envelope included; generous.
const UPDATE_BYTES: usize = 2_048;

/// Bytes of an update at most: every byte of a text may become `\uXXXX`.
fn weight(update: &Update) -> usize {
    let text = match update {
        Update::Inbound(facts) => facts.content.text_bytes(),
        Update::Change(facts) => facts.value.to_string().len(),
        Update::Page(facts) => facts.event.to_string().len(),
        Update::Status(_) | Update::Template(_) => 0,
    };
    UPDATE_BYTES + 6 * text
}

/// Cuts updates into batches of one to `max`, at random, and of no more bytes than a POST has.
pub(crate) fn split(rng: &mut StdRng, place: Place, updates: Vec<Update>, max: usize) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut rest = updates.into_iter().peekable();
    while rest.len() > 0 {
        let (most, mut bytes) = (rng.random_range(1..=max), 0);
        let mut updates = Vec::new();
        while let Some(update) =
            rest.next_if(|update| updates.is_empty() || (updates.len() < most && bytes + weight(update) <= BODY_MAX))
        {
            bytes += weight(&update);
            updates.push(update);
        }
        batches.push(Batch::new(place, updates));
    }
    batches
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schedule::StatusUpdate;
    use crate::script::{Dice, dice};
    use crate::webhook::{Business, Facts, InboundContent, InboundFacts};

    fn update(message: u64) -> Update {
        StatusUpdate::sent(message)
    }

    fn indexes(updates: &[Update]) -> Vec<u64> {
        let index = |update: &Update| if let Update::Status(status) = update { status.message } else { 0 };
        updates.iter().map(index).collect()
    }

    #[test]
    fn a_batch_that_is_cut_anew_keeps_its_updates_and_its_age() {
        let batch = || Batch { due_us: 7, attempts: 3, ..Batch::new(Place::App, (0..40).map(update).collect()) };
        let always = Faults { retry_split_share: Share::ALWAYS, ..Faults::NONE };
        let rng = &mut dice(1, Dice::Batch, 0);
        let pieces = batch().repeated(rng, &always, 5);
        assert!(pieces.len() >= 8 && pieces.iter().all(|piece| (piece.due_us, piece.attempts) == (7, 3)));
        let all: Vec<u64> = pieces.iter().flat_map(|piece| indexes(&piece.updates)).collect();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
        assert_eq!(batch().repeated(rng, &Faults::NONE, 5).len(), 1);
        let acknowledged = Batch { is_acknowledged: true, ..batch() };
        assert_eq!(
            acknowledged.repeated(rng, &always, 5).len(),
            1,
            "it is the same POST that comes again for another app"
        );
    }

    #[test]
    fn splitting_loses_nothing_and_keeps_to_the_maximum() {
        let mut rng = dice(1, Dice::Batch, 0);
        let batches = split(&mut rng, Place::App, (0..500).map(update).collect(), 7);
        assert!(batches.iter().all(|batch| (1..=7).contains(&batch.updates.len())));
        let all: Vec<u64> = batches.iter().flat_map(|batch| indexes(&batch.updates)).collect();
        assert_eq!(all, (0..500).collect::<Vec<_>>());
        let text = |_| {
            let content = InboundContent::Text("ü".repeat(4_096));
            Update::Inbound(Arc::new(InboundFacts {
                number: 0,
                wamid: "wamid.x".into(),
                from: "16505551234".into(),
                user_id: "US.1".into(),
                parent_user_id: None,
                name: "Zoë".into(),
                username: None,
                tells_number: true,
                content,
                at_unix_s: 0,
            }))
        };
        let batches = split(&mut rng, Place::App, (0..1_000).map(text).collect(), 1_000);
        let business = Business { waba: "1".into(), numbers: vec![("2".into(), "3".into())] };
        for batch in &batches {
            let facts: Vec<Facts<'_>> = batch.updates.iter().filter_map(Update::inbound).map(Facts::Inbound).collect();
            assert!(crate::webhook::body(&business, &facts).len() <= BODY_MAX);
        }
        assert_eq!(batches.iter().map(|batch| batch.updates.len()).sum::<usize>(), 1_000);
        assert_eq!(split(&mut rng, Place::App, (0..9).map(update).collect(), 1).len(), 9);
    }
}
