//! Lanes: the order in which a sender's waiting messages leave.
//!
//! Classes are strict (`otp` before `transactional` before `campaign`); the campaigns of one class take turns, one message
//! each. Eligibility (paused, not due, pair limit) is decided elsewhere: a lane only knows order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use posthaste_model::{CampaignId, Class, IntentId, Millis};

/// Whose turn it is within a class: a campaign's, or that of the single messages.
pub type LaneId = Option<CampaignId>;

/// The waiting messages of one sender.
#[derive(Debug, Clone, Default)]
pub struct Lanes {
    by_class: BTreeMap<Class, VecDeque<(LaneId, VecDeque<IntentId>)>>,
    delayed: BTreeSet<(Millis, Class, LaneId, IntentId)>,
    len: usize,
}

impl Lanes {
    /// Waiting messages, delayed ones included.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Waiting messages of one class, delayed ones included.
    pub fn len_of(&self, class: Class) -> usize {
        let due: usize = self.by_class.get(&class).into_iter().flatten().map(|(_, queue)| queue.len()).sum();
        due + self.delayed.iter().filter(|(_, of, ..)| *of == class).count()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Waiting messages of one campaign that are due.
    pub fn depth(&self, lane: LaneId) -> usize {
        self.by_class.values().flatten().filter(|(id, _)| *id == lane).map(|(_, queue)| queue.len()).sum()
    }

    /// Campaigns that have messages waiting.
    pub fn campaigns(&self) -> impl Iterator<Item = CampaignId> {
        let due = self.by_class.values().flatten().filter_map(|(lane, _)| *lane);
        let delayed = self.delayed.iter().filter_map(|(_, _, lane, _)| *lane);
        due.chain(delayed).collect::<BTreeSet<_>>().into_iter()
    }

    /// Adds a message at the end of its lane.
    pub fn push(&mut self, class: Class, lane: LaneId, intent: IntentId) {
        self.queue(class, lane).push_back(intent);
        self.len += 1;
    }

    /// Adds a message that may not leave before `due`.
    pub fn delay(&mut self, due: Millis, class: Class, lane: LaneId, intent: IntentId) {
        if self.delayed.insert((due, class, lane, intent)) {
            self.len += 1;
        }
    }

    /// Moves the messages that have become due to the *front* of their lanes, in their order: they were there before the
    /// others.
    pub fn wake(&mut self, now: Millis) {
        let mut due = Vec::new();
        while let Some(first) = self.delayed.first()
            && first.0 <= now
        {
            due.extend(self.delayed.pop_first());
        }
        for (_, class, lane, intent) in due.into_iter().rev() {
            self.queue(class, lane).push_front(intent);
        }
    }

    /// Whether a message waits for nothing but its turn, in a lane that `open` lets pass.
    pub fn is_ready(&self, open: impl Fn(LaneId) -> bool) -> bool {
        self.by_class.values().flatten().any(|(lane, queue)| !queue.is_empty() && open(*lane))
    }

    /// When the next delayed message becomes due.
    pub fn next_due(&self) -> Option<Millis> {
        self.delayed.first().map(|(due, ..)| *due)
    }

    fn queue(&mut self, class: Class, lane: LaneId) -> &mut VecDeque<IntentId> {
        let lanes = self.by_class.entry(class).or_default();
        let position = lanes.iter().position(|(id, _)| *id == lane).unwrap_or_else(|| {
            lanes.push_back((lane, VecDeque::new()));
            lanes.len() - 1
        });
        &mut lanes[position].1
    }

    /// Takes the next message of the lanes that `open` lets pass, and gives that lane's turn to the next one.
    pub fn pop(&mut self, open: impl Fn(LaneId) -> bool) -> Option<IntentId> {
        for lanes in self.by_class.values_mut() {
            for _ in 0..lanes.len() {
                let (lane, mut queue) = lanes.pop_front()?;
                let taken = if open(lane) { queue.pop_front() } else { None };
                if !queue.is_empty() {
                    lanes.push_back((lane, queue));
                }
                if taken.is_some() {
                    self.len -= 1;
                    return taken;
                }
            }
        }
        None
    }

    /// Takes up to `most` messages of one lane: for cancelling.
    pub fn drain(&mut self, lane: LaneId, most: usize) -> Vec<IntentId> {
        let mut drained = Vec::new();
        for (_, queue) in self.by_class.values_mut().flatten().filter(|(id, _)| *id == lane) {
            let count = queue.len().min(most - drained.len());
            drained.extend(queue.drain(..count));
        }
        let delayed: Vec<_> = self.delayed.iter().filter(|(_, _, id, _)| *id == lane).copied().collect();
        for entry in delayed.into_iter().take(most - drained.len()) {
            self.delayed.remove(&entry);
            drained.push(entry.3);
        }
        self.by_class.values_mut().for_each(|lanes| lanes.retain(|(_, queue)| !queue.is_empty()));
        self.len -= drained.len();
        drained
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> IntentId {
        IntentId(uuid::Uuid::from_u128(n))
    }

    fn campaign(n: u128) -> LaneId {
        Some(CampaignId(uuid::Uuid::from_u128(n)))
    }

    #[test]
    fn urgent_classes_go_first_and_campaigns_take_turns() {
        let mut lanes = Lanes::default();
        for n in 0..3 {
            lanes.push(Class::Campaign, campaign(1), id(10 + n));
        }
        lanes.push(Class::Campaign, campaign(2), id(20));
        lanes.push(Class::Transactional, None, id(30));
        lanes.push(Class::Otp, None, id(40));
        let order: Vec<_> = std::iter::from_fn(|| lanes.pop(|_| true)).collect();
        assert_eq!(order, [40, 30, 10, 20, 11, 12].map(id));
        assert!(lanes.is_empty());
    }

    #[test]
    fn a_closed_lane_does_not_block_the_others() {
        let mut lanes = Lanes::default();
        lanes.push(Class::Campaign, campaign(1), id(1));
        lanes.push(Class::Campaign, campaign(2), id(2));
        assert_eq!(lanes.pop(|lane| lane != campaign(1)), Some(id(2)));
        assert_eq!(lanes.pop(|lane| lane != campaign(1)), None);
        assert_eq!(lanes.len(), 1);
        assert_eq!(lanes.pop(|_| true), Some(id(1)));
    }

    #[test]
    fn a_delayed_message_returns_to_the_front_when_it_is_due() {
        let mut lanes = Lanes::default();
        lanes.push(Class::Transactional, None, id(1));
        lanes.delay(Millis(50), Class::Transactional, None, id(2));
        lanes.wake(Millis(49));
        assert_eq!(lanes.next_due(), Some(Millis(50)));
        assert_eq!((lanes.len_of(Class::Transactional), lanes.len_of(Class::Otp)), (2, 0));
        lanes.wake(Millis(50));
        assert_eq!(lanes.pop(|_| true), Some(id(2)));
        assert_eq!(lanes.len(), 1);
    }

    #[test]
    fn messages_that_become_due_together_leave_in_their_order() {
        let mut lanes = Lanes::default();
        lanes.push(Class::Transactional, None, id(9));
        for n in [2, 1, 3] {
            lanes.delay(Millis(50), Class::Transactional, None, id(n));
        }
        lanes.wake(Millis(60));
        let order: Vec<_> = std::iter::from_fn(|| lanes.pop(|_| true)).collect();
        assert_eq!(order, [1, 2, 3, 9].map(id));
    }

    #[test]
    fn what_is_delayed_or_in_a_closed_lane_is_not_ready() {
        let mut lanes = Lanes::default();
        lanes.delay(Millis(50), Class::Transactional, None, id(1));
        lanes.push(Class::Campaign, campaign(1), id(2));
        assert!(!lanes.is_ready(|lane| lane.is_none()));
        assert!(lanes.is_ready(|_| true));
    }

    #[test]
    fn draining_takes_due_and_delayed_messages_of_one_lane() {
        let mut lanes = Lanes::default();
        lanes.push(Class::Campaign, campaign(1), id(1));
        lanes.delay(Millis(9), Class::Campaign, campaign(1), id(2));
        lanes.push(Class::Campaign, campaign(2), id(3));
        assert_eq!(lanes.drain(campaign(1), 10), [id(1), id(2)]);
        assert_eq!(lanes.len(), 1);
        assert_eq!(lanes.campaigns().collect::<Vec<_>>(), [campaign(2).expect("some")]);
    }
}
