//! What Meta tells of the app's usage.

use super::*;
use crate::pacing::AppUsage;

fn used(world: &mut World, percent: u32) {
    let usage = AppUsage { percent, regain_ms: None };
    world.step(vec![Event::Used { sender_id: SenderId::new(SENDER), usage }]);
}

/// Messages that leave in five seconds at a usage, each answered at once.
fn sent_at(percent: u32) -> usize {
    let mut world = World::new();
    used(&mut world, percent);
    let mut sends = world.step((1..=500).map(|id| Event::Submitted(intent(id))).collect()).send;
    let (mut sent, end) = (0, world.now.plus(5_000));
    while world.now < end {
        world.now = world.now.plus(20);
        sends.extend(world.step(Vec::new()).send);
        for (attempt, _) in std::mem::take(&mut sends) {
            sent += 1;
            let (intent_id, number) = (attempt.intent.intent_id, attempt.number);
            sends.extend(world.step(vec![Event::Settled { intent_id, attempt: number, outcome: accepted() }]).send);
        }
    }
    sent
}

#[test]
fn all_numbers_of_a_token_go_slower_the_less_is_left_and_stop_where_nothing_is() {
    let full = sent_at(10);
    for (percent, share) in [(75, 1.0), (80, 0.8), (90, 0.4)] {
        let found = sent_at(percent) as f64 / full as f64;
        assert!((found - share).abs() < 0.05, "{found} of the pace at {percent} %");
    }
    assert_eq!(sent_at(100), 0);

    let mut world = World::new();
    used(&mut world, 100);
    world.submit(1);
    assert_eq!(world.task.next_wake(world.now), Some(world.now.plus(60_000)), "nobody goes round and round");
    world.now = world.now.plus(60_100);
    assert_eq!(world.step(Vec::new()).send.len(), 1, "one asks whether there is room again");
}
