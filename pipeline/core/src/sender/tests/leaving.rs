//! When messages leave: after a take-over, and in any second.

use super::*;

#[test]
fn what_a_dead_owner_armed_is_sent_again_only_if_it_was_certainly_not_posted() {
    let armed = |id| {
        let mut attempt = Attempt::queued(Arc::new(intent(id)), 1, Millis(0));
        attempt.armed_epoch = Some(1);
        attempt.advance(Status::Armed, Millis(500), &Report::default());
        attempt
    };
    let open = (1..=3).map(armed).collect();
    let mut task = SenderTask::take_over(settings(), profiles(), takeover(2, open), Millis(1_000));
    assert_eq!(task.inherited().len(), 3);
    let mut effects = Effects::default();
    for (id, posted) in [(1, Some(false)), (2, Some(true)), (3, None)] {
        task.inherit(intent(id).intent_id, posted, Millis(1_000), &mut effects);
    }
    assert_eq!(published(&effects), ["deferred", "unknown", "unknown"]);
    task.decide(Vec::new(), &mut Rows::default(), &mut effects);
    task.plan(&mut Rows::default(), Millis(1_001), &mut effects);
    assert_eq!(
        effects.send.iter().map(|(a, _)| (a.intent.intent_id, a.number)).collect::<Vec<_>>(),
        [(intent(1).intent_id, 2)]
    );
}

#[test]
fn nothing_is_armed_while_the_previous_lease_may_last() {
    let waiting = Takeover { may_post_at: Millis(8_000), ..takeover(2, Vec::new()) };
    let task = SenderTask::take_over(settings(), profiles(), waiting, Millis(0));
    let mut world = World { task, now: Millis(7_999), rows: Rows::default() };
    assert!(world.submit(1).send.is_empty());
    world.now = Millis(8_000);
    assert!(world.step(Vec::new()).send.is_empty(), "what it sent late may fill a tenth of a second more");
    world.now = Millis(8_050);
    let slots: Vec<_> = world.step(Vec::new()).send.into_iter().map(|(_, slot)| slot).collect();
    assert!(matches!(slots[..], [slot] if slot > Millis(8_100)), "{slots:?}");
}

#[test]
fn no_sliding_second_has_more_slots_than_the_limit() {
    let mut world = World::new();
    let mut slots = Vec::new();
    for id in 0..400 {
        slots.extend(world.submit(id).send.into_iter().map(|(_, slot)| slot.0));
    }
    for _ in 0..100 {
        world.now = world.now.plus(37);
        let effects = world.step(Vec::new());
        let ids: Vec<_> = effects.send.iter().map(|(attempt, _)| attempt.intent.intent_id).collect();
        slots.extend(effects.send.into_iter().map(|(_, slot)| slot.0));
        let settled = ids.into_iter().map(|intent_id| Event::Settled { intent_id, attempt: 1, outcome: accepted() });
        let _ = world.step(settled.collect());
    }
    let most = (0..slots.len()).map(|i| slots[i..].iter().take_while(|at| **at < slots[i] + 1_000).count()).max();
    assert!(most <= Some(80) && slots.len() > 200, "{most:?} of {}", slots.len());
}
