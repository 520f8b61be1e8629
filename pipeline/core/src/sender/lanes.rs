//! Lanes: the order in which a sender's waiting messages leave.
//!
//! Between classes the order is strict (`otp` before `transactional` before `campaign` before `receipt`) with a floor: a class
//! that waits is given one slot in [`FLOOR_EVERY`], so that nothing starves behind what is more urgent. Inside a class the lanes take
//! turns by deficit round robin (Shreedhar and Varghese, 1995), a message costing one and a lane's weight being its
//! quantum. Eligibility (paused, not due, pair limit) is decided elsewhere: a lane only knows order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use posthaste_model::{CampaignId, Class, IntentId, Millis};

/// A class that waits gets at least one slot in about as many: if several are overdue at once the least urgent goes first,
/// and the others one slot later each.
pub const FLOOR_EVERY: u32 = 10;
/// Weight of the single messages, and of a campaign that has none of its own.
pub const DEFAULT_WEIGHT: u32 = 1;

/// Whose turn it is within a class: a campaign's, or that of the single messages.
pub type LaneId = Option<CampaignId>;

/// Whether a lane may be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Yes, as many messages a round as this weight (at least 1).
    Open {
        /// Its quantum.
        weight: u32,
    },
    /// Not before this time.
    Until(Millis),
    /// Not before something happens to it.
    Closed,
}

impl Access {
    /// Open with the default weight.
    pub const OPEN: Self = Self::Open { weight: DEFAULT_WEIGHT };

    fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

/// One lane: its messages in their order.
#[derive(Debug, Clone)]
struct Lane {
    id: LaneId,
    queue: VecDeque<IntentId>,
    /// Messages of it that are not due.
    delayed: usize,
    /// Messages that it may still send in its turn.
    credit: u32,
}

impl Lane {
    fn is_ready(&self, access: &impl Fn(LaneId) -> Access) -> bool {
        !self.queue.is_empty() && access(self.id).is_open()
    }

    fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.delayed == 0
    }
}

/// A message whose turn it is. It has cost nothing until [`Lanes::spend`] says that it took a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The message.
    pub intent: IntentId,
    class: Class,
    lane: LaneId,
    /// Which classes were ready, in the order of [`Class::ALL`].
    ready: [bool; Class::ALL.len()],
}

/// The waiting messages of one sender.
#[derive(Debug, Clone, Default)]
pub struct Lanes {
    by_class: BTreeMap<Class, VecDeque<Lane>>,
    delayed: BTreeSet<(Millis, Class, LaneId, IntentId)>,
    /// Slots that went to others while a class was ready, since its last one; in the order of [`Class::ALL`].
    passed_over: [u32; Class::ALL.len()],
}

impl Lanes {
    /// Waiting messages, delayed ones included.
    pub fn len(&self) -> usize {
        Class::ALL.into_iter().map(|class| self.len_of(class)).sum()
    }

    /// Waiting messages of one class, delayed ones included.
    pub fn len_of(&self, class: Class) -> usize {
        self.by_class.get(&class).into_iter().flatten().map(|lane| lane.queue.len() + lane.delayed).sum()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.by_class.values().flatten().all(Lane::is_empty)
    }

    /// Waiting messages of one campaign: those that are due, and those that are not.
    pub fn depth(&self, lane: LaneId) -> (usize, usize) {
        let own = self.by_class.values().flatten().filter(|own| own.id == lane);
        own.fold((0, 0), |(due, delayed), own| (due + own.queue.len(), delayed + own.delayed))
    }

    /// Campaigns that have messages waiting.
    pub fn campaigns(&self) -> impl Iterator<Item = CampaignId> {
        let waiting = self.by_class.values().flatten().filter(|lane| !lane.is_empty());
        waiting.filter_map(|lane| lane.id).collect::<BTreeSet<_>>().into_iter()
    }

    /// Adds a message at the end of its lane.
    pub fn push(&mut self, class: Class, lane: LaneId, intent: IntentId) {
        self.lane(class, lane).queue.push_back(intent);
    }

    /// Adds a message that may not leave before `due`.
    pub fn delay(&mut self, due: Millis, class: Class, lane: LaneId, intent: IntentId) {
        if self.delayed.insert((due, class, lane, intent)) {
            self.lane(class, lane).delayed += 1;
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
            let lane = self.lane(class, lane);
            lane.delayed -= 1;
            lane.queue.push_front(intent);
        }
    }

    /// When a message may be taken that waits for nothing but its turn and its lane: at any time if the lane is open.
    pub fn opens(&self, access: impl Fn(LaneId) -> Access) -> Option<Millis> {
        let due = self.by_class.values().flatten().filter(|lane| !lane.queue.is_empty());
        let opens = due.filter_map(|lane| match access(lane.id) {
            Access::Open { .. } => Some(Millis(i64::MIN)),
            Access::Until(at) => Some(at),
            Access::Closed => None,
        });
        opens.min()
    }

    /// The first messages of each open lane, at most `most` of each, the urgent classes first.
    pub fn front(&self, most: usize, access: impl Fn(LaneId) -> Access) -> Vec<IntentId> {
        let open = self.by_class.values().flatten().filter(|lane| lane.is_ready(&access));
        open.flat_map(|lane| lane.queue.iter().take(most).copied()).collect()
    }

    /// When the next delayed message becomes due.
    pub fn next_due(&self) -> Option<Millis> {
        self.delayed.first().map(|(due, ..)| *due)
    }

    fn lane(&mut self, class: Class, id: LaneId) -> &mut Lane {
        let lanes = self.by_class.entry(class).or_default();
        let position = lanes.iter().position(|lane| lane.id == id).unwrap_or_else(|| {
            lanes.push_back(Lane { id, queue: VecDeque::new(), delayed: 0, credit: 0 });
            lanes.len() - 1
        });
        &mut lanes[position]
    }

    /// Takes the message whose turn it is among the open lanes. Until it is spent the turn stays where it is: a message
    /// that turns out to be expired or not due costs its lane nothing.
    pub fn pop(&mut self, access: impl Fn(LaneId) -> Access) -> Option<Turn> {
        let ready = Class::ALL.map(|class| {
            let mut lanes = self.by_class.get(&class).into_iter().flatten();
            lanes.any(|lane| lane.is_ready(&access))
        });
        let overdue = |n: &usize| ready[*n] && self.passed_over[*n] >= FLOOR_EVERY - 1;
        let first = ready.iter().position(|ready| *ready)?;
        let class = Class::ALL[(0..ready.len()).rev().find(overdue).unwrap_or(first)];
        let lanes = self.by_class.get_mut(&class)?;
        let position = lanes.iter().position(|lane| lane.is_ready(&access))?;
        lanes.rotate_left(position);
        let lane = lanes.front_mut()?;
        if let Access::Open { weight } = access(lane.id)
            && lane.credit == 0
        {
            lane.credit = weight.max(1);
        }
        let turn = Turn { intent: lane.queue.pop_front()?, class, lane: lane.id, ready };
        if lane.is_empty() {
            lanes.pop_front();
        }
        Some(turn)
    }

    /// The message of this turn took a slot: its lane and its class have had their share.
    pub fn spend(&mut self, turn: &Turn) {
        for (n, class) in Class::ALL.into_iter().enumerate() {
            let others = if turn.ready[n] && class != turn.class { self.passed_over[n] + 1 } else { 0 };
            self.passed_over[n] = others;
        }
        let Some(lanes) = self.by_class.get_mut(&turn.class) else { return };
        if let Some(lane) = lanes.front_mut().filter(|lane| lane.id == turn.lane) {
            lane.credit = lane.credit.saturating_sub(1);
            if lane.credit == 0 {
                lanes.rotate_left(1);
            }
        }
    }

    /// Takes up to `most` messages of one lane: for cancelling.
    pub fn drain(&mut self, lane: LaneId, most: usize) -> Vec<IntentId> {
        let mut drained = Vec::new();
        for own in self.by_class.values_mut().flatten().filter(|own| own.id == lane) {
            let count = own.queue.len().min(most - drained.len());
            drained.extend(own.queue.drain(..count));
        }
        let delayed: Vec<_> = self.delayed.iter().filter(|(_, _, id, _)| *id == lane).copied().collect();
        for entry in delayed.into_iter().take(most - drained.len()) {
            self.delayed.remove(&entry);
            self.lane(entry.1, lane).delayed -= 1;
            drained.push(entry.3);
        }
        self.by_class.values_mut().for_each(|lanes| lanes.retain(|own| !own.is_empty()));
        drained
    }
}

#[cfg(test)]
mod tests;
