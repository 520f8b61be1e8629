//! Laws of the order: floor, strictness, weights, and that nothing starves or overtakes in its own lane.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

fn id(n: u128) -> IntentId {
    IntentId(uuid::Uuid::from_u128(n))
}

fn campaign(n: u128) -> LaneId {
    Some(CampaignId(uuid::Uuid::from_u128(n)))
}

/// Takes a message and spends its turn, as the planner does with a message that it arms.
fn take(lanes: &mut Lanes, access: impl Fn(LaneId) -> Access) -> Option<Turn> {
    let turn = lanes.pop(access)?;
    lanes.spend(&turn);
    Some(turn)
}

fn all(lanes: &mut Lanes) -> Vec<IntentId> {
    std::iter::from_fn(|| take(lanes, |_| Access::OPEN)).map(|turn| turn.intent).collect()
}

fn but(closed: LaneId) -> impl Fn(LaneId) -> Access {
    move |lane| if lane == closed { Access::Closed } else { Access::OPEN }
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
    assert_eq!(all(&mut lanes), [40, 30, 10, 20, 11, 12].map(id));
    assert!(lanes.is_empty());
}

#[test]
fn a_closed_lane_does_not_block_the_others() {
    let mut lanes = Lanes::default();
    lanes.push(Class::Campaign, campaign(1), id(1));
    lanes.push(Class::Campaign, campaign(2), id(2));
    assert_eq!(take(&mut lanes, but(campaign(1))).map(|turn| turn.intent), Some(id(2)));
    assert_eq!(take(&mut lanes, but(campaign(1))), None);
    assert_eq!(lanes.len(), 1);
    assert_eq!(all(&mut lanes), [id(1)]);
}

#[test]
fn a_message_that_takes_no_slot_costs_its_lane_nothing() {
    let mut lanes = Lanes::default();
    for n in 0..4 {
        lanes.push(Class::Campaign, campaign(1), id(n));
        lanes.push(Class::Campaign, campaign(2), id(10 + n));
    }
    assert_eq!(lanes.pop(|_| Access::OPEN).map(|turn| turn.intent), Some(id(0)));
    assert_eq!(lanes.pop(|_| Access::OPEN).map(|turn| turn.intent), Some(id(1)));
    assert_eq!(all(&mut lanes), [2, 10, 3, 11, 12, 13].map(id));
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
    assert_eq!(take(&mut lanes, |_| Access::OPEN).map(|turn| turn.intent), Some(id(2)));
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
    assert_eq!(all(&mut lanes), [1, 2, 3, 9].map(id));
}

#[test]
fn what_is_delayed_or_in_a_closed_lane_waits_for_more_than_its_turn() {
    let mut lanes = Lanes::default();
    lanes.delay(Millis(50), Class::Transactional, None, id(1));
    lanes.push(Class::Campaign, campaign(1), id(2));
    assert_eq!(lanes.opens(but(campaign(1))), None);
    assert_eq!(lanes.opens(|_| Access::Until(Millis(70))), Some(Millis(70)));
    assert!(lanes.opens(|_| Access::OPEN).is_some());
    assert_eq!(lanes.depth(campaign(1)), (1, 0));
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

/// What the property tests do to the lanes: messages come, slots are given, a campaign is closed or opened.
#[derive(Debug, Clone)]
enum Step {
    Push(Class, u128),
    Slots(usize),
    Toggle(u128),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let class = prop::sample::select(Class::ALL.to_vec());
    let step = prop_oneof![
        4 => (class, 1u128..5).prop_map(|(class, lane)| Step::Push(class, lane)),
        2 => (1usize..25).prop_map(Step::Slots),
        1 => (1u128..5).prop_map(Step::Toggle),
    ];
    prop::collection::vec(step, 1..400)
}

/// Lanes, what is closed, and what was observed of them.
#[derive(Default)]
struct Model {
    lanes: Lanes,
    closed: HashSet<LaneId>,
    weights: HashMap<LaneId, u32>,
    pushed: u128,
    /// Newest message that left each lane.
    left: HashMap<(Class, LaneId), IntentId>,
    /// Slots that each class has been passed over for.
    waited: [u32; Class::ALL.len()],
}

impl Model {
    fn push(&mut self, class: Class, lane: u128) {
        self.pushed += 1;
        let lane = if class == Class::Campaign { campaign(lane) } else { None };
        self.lanes.push(class, lane, id(self.pushed));
    }

    fn access(&self) -> impl Fn(LaneId) -> Access + use<> {
        let (closed, weights) = (self.closed.clone(), self.weights.clone());
        move |lane| match closed.contains(&lane) {
            true => Access::Closed,
            false => Access::Open { weight: weights.get(&lane).copied().unwrap_or(1) },
        }
    }

    /// Gives one slot, and checks who got it.
    fn slot(&mut self) -> Option<Turn> {
        let access = self.access();
        let turn = take(&mut self.lanes, access)?;
        let chosen = Class::ALL.iter().position(|class| *class == turn.class).expect("a class");
        let floor = self.waited[chosen] >= FLOOR_EVERY - 1;
        assert!(floor || !turn.ready[..chosen].contains(&true), "{:?} goes before what is more urgent", turn.class);
        for (n, waited) in self.waited.iter_mut().enumerate() {
            *waited = if turn.ready[n] && n != chosen { *waited + 1 } else { 0 };
        }
        // The least urgent of those that are overdue goes first, so each of the others waits for one slot more.
        let [_, transactional, campaigns, receipts] = self.waited;
        let held = transactional <= FLOOR_EVERY + 1 && campaigns <= FLOOR_EVERY && receipts < FLOOR_EVERY;
        assert!(held, "{:?}", self.waited);
        let before = self.left.insert((turn.class, turn.lane), turn.intent);
        assert!(before.is_none_or(|before| before < turn.intent), "a message overtook another one of its lane");
        Some(turn)
    }
}

proptest! {
    /// Whatever comes, closes and opens: urgent classes yield to the floor alone, the floor holds, lanes keep their order,
    /// and what was pushed leaves once.
    #[test]
    fn order_floor_and_strictness_hold_together(
        steps in steps(),
        weights in prop::collection::vec(1u32..=100, 4),
    ) {
        let weights = weights.into_iter().zip(1u128..).map(|(weight, n)| (campaign(n), weight)).collect();
        let mut model = Model { weights, ..Model::default() };
        let mut left = 0;
        for step in steps {
            match step {
                Step::Push(class, lane) => model.push(class, lane),
                Step::Slots(slots) => left += (0..slots).map_while(|_| model.slot()).count(),
                Step::Toggle(lane) => {
                    let lane = campaign(lane);
                    if !model.closed.remove(&lane) {
                        model.closed.insert(lane);
                    }
                }
            }
        }
        model.closed.clear();
        left += std::iter::from_fn(|| model.slot()).count();
        prop_assert_eq!(left as u128, model.pushed);
        prop_assert!(model.lanes.is_empty());
    }

    /// Campaigns that always have messages get slots as their weights say: exactly, after each whole round.
    #[test]
    fn shares_are_as_the_weights(
        weights in prop::collection::vec(1u32..=100, 1..6),
        rounds in 1u32..5,
        part in 0u32..100,
    ) {
        let mut lanes = Lanes::default();
        let whole: u32 = weights.iter().sum();
        let slots = rounds * whole + part % whole;
        for (lane, weight) in (0u128..).zip(&weights) {
            for n in 0..u128::from((rounds + 1) * weight) {
                lanes.push(Class::Campaign, campaign(lane), id(lane * 1_000 + n));
            }
        }
        let mut got = vec![0u32; weights.len()];
        for _ in 0..slots {
            let access = |lane: LaneId| {
                let n = lane.map_or(0, |lane| lane.0.as_u128()) as usize;
                Access::Open { weight: weights[n] }
            };
            let turn = take(&mut lanes, access).expect("there is more than enough");
            got[turn.lane.map_or(0, |lane| lane.0.as_u128()) as usize] += 1;
        }
        for (got, weight) in got.iter().zip(&weights) {
            prop_assert!((rounds * weight..=(rounds + 1) * weight).contains(got), "{got} of {slots} at weight {weight}");
        }
    }

    /// Behind one-time passwords that never end, every other message leaves all the same, within the floor's share.
    #[test]
    fn nothing_starves(single in 0usize..40, of_campaigns in prop::collection::vec(0usize..20, 4)) {
        let mut model = Model::default();
        (0..single).for_each(|_| model.push(Class::Transactional, 0));
        for (lane, count) in (1..).zip(&of_campaigns) {
            (0..*count).for_each(|_| model.push(Class::Campaign, lane));
        }
        let waiting = single + of_campaigns.iter().sum::<usize>();
        let mut others = 0;
        for _ in 0..waiting * (FLOOR_EVERY as usize + 1) {
            model.push(Class::Otp, 0);
            others += usize::from(model.slot().is_some_and(|turn| turn.class != Class::Otp));
        }
        prop_assert_eq!(others, waiting);
    }
}
