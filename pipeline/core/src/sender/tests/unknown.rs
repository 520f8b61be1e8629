//! Messages whose fate is not known, and their repetitions.

use super::*;

#[test]
fn an_unknown_outcome_is_reconciled_by_its_status() {
    let mut world = World::new();
    world.submit(1);
    assert_eq!(published(&world.settle(1, 1, unknown())), ["unknown"]);
    assert_eq!(published(&world.step(vec![status(1, 1, Status::Sent)])), ["accepted", "sent"]);
    assert!(world.progress(1_000_000).is_empty(), "nothing is left to give up");
}

#[test]
fn an_unknown_outcome_is_given_up_only_when_the_stream_has_passed_it() {
    let mut world = World::new();
    world.submit(1);
    world.settle(1, 1, unknown());
    world.now = Millis(10_000_000);
    assert!(world.step(Vec::new()).is_empty(), "time alone gives nothing up");
    assert!(world.progress(1_000 + 3_000).is_empty(), "nor does a stream that has not passed grace");
    assert!(world.step(vec![Event::Progressed { partition: 0, upto: Millis(9_000) }]).is_empty(), "nor half a stream");
    let effects = world.progress(9_000);
    assert_eq!(published(&effects), ["unconfirmed"]);
    assert!(effects.send.is_empty(), "at most once");
}

#[test]
fn the_first_heartbeats_after_an_outage_of_the_edge_give_nothing_up() {
    let mut world = World::new();
    world.submit(1);
    world.settle(1, 1, unknown());
    assert!(world.progress(2_000).is_empty());
    assert!(world.heartbeats(500_000, 503_000).is_empty(), "Meta may still be repeating the webhooks of that time");
    assert_eq!(published(&world.heartbeats(503_000, 504_000)), ["unconfirmed"]);
}

#[test]
fn a_message_that_was_given_up_and_then_reported_is_not_counted_as_unconfirmed() {
    let mut world = World::new();
    let own = Campaign { cursor: 3, ingested: 3, open: 1, ..campaign(CampaignState::Running) };
    let key = (own.tenant_id, own.campaign_id);
    let message =
        Intent { campaign: Some(CampaignRef { id: own.campaign_id, generation: 0, ordinal: 0 }), ..intent(1) };
    with_campaign(&mut world, own);
    world.step(vec![Event::Submitted(message)]);
    world.settle(1, 1, unknown());
    assert_eq!(world.progress(9_000).progress[&key].unconfirmed, 1);
    let after = world.step(vec![status(1, 1, Status::Delivered)]).progress[&key];
    assert_eq!((after.unconfirmed, after.accepted, after.delivered), (-1, 1, 1));
}

#[test]
fn at_least_once_sends_again_as_a_new_attempt() {
    let mut world = World::new();
    let message = Intent { unknown_policy: UnknownPolicy::AtLeastOnce, ..intent(1) };
    world.step(vec![Event::Submitted(message)]);
    world.settle(1, 1, unknown());
    let effects = world.progress(9_000);
    assert_eq!(published(&effects), ["unconfirmed"]);
    assert!(effects.send.is_empty(), "whether its person has opted out meanwhile is asked first");
    world.now = world.now.plus(1);
    let effects = world.step(Vec::new());
    assert_eq!(effects.send.iter().map(|(attempt, _)| attempt.number).collect::<Vec<_>>(), [2]);
}

/// A message of the policy `at_least_once` whose first attempt was given up and whose second waits for its number.
fn repeated() -> World {
    let mut world = World::new();
    let message = Intent { unknown_policy: UnknownPolicy::AtLeastOnce, ..intent(1) };
    world.step(vec![Event::Submitted(message), Event::Submitted(intent(2))]);
    world.settle(1, 1, unknown());
    world.settle(2, 1, refused(Verdict::Throttle(Scope::Sender)));
    let effects = world.progress(9_000);
    assert_eq!((published(&effects), effects.retried.len()), (vec!["unconfirmed".to_owned()], 1));
    world
}

fn later_sends(world: &mut World, id: u128) -> Vec<i16> {
    let mut sends = Vec::new();
    for _ in 0..20 {
        world.now = world.now.plus(500);
        sends.extend(world.step(Vec::new()).send);
    }
    let of_message = |(attempt, _): &(Attempt, Millis)| attempt.intent.intent_id == intent(id).intent_id;
    sends.into_iter().filter(of_message).map(|(attempt, _)| attempt.number).collect()
}

#[test]
fn a_status_of_an_attempt_that_was_given_up_settles_it_and_takes_back_the_repetition() {
    let mut world = repeated();
    let report = world.input(status(1, 1, Status::Sent));
    assert_eq!(world.task.keys(&[report]).intents.len(), 1, "an older attempt is looked up");
    let mut given_up = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
    given_up.advance(Status::Unconfirmed, Millis(9_000), &Report::default());
    world.rows.attempts = vec![given_up];
    let effects = world.step(vec![status(1, 1, Status::Sent)]);
    assert_eq!(published(&effects), ["accepted", "sent", "cancelled"]);
    let ended: Vec<_> = effects.updated.values().map(|attempt| (attempt.number, attempt.status)).collect();
    assert_eq!(ended, [(1, Status::Sent), (2, Status::Cancelled)]);
    assert_eq!(effects.counts.foreign_statuses, 0);
    assert_eq!(later_sends(&mut world, 1), Vec::<i16>::new());
}

#[test]
fn a_repetition_that_is_armed_or_whose_first_attempt_failed_goes_on() {
    let given_up = || {
        let mut given_up = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
        given_up.advance(Status::Unconfirmed, Millis(9_000), &Report::default());
        vec![given_up]
    };
    let mut world = repeated();
    world.rows.attempts = given_up();
    assert_eq!(published(&world.step(vec![status(1, 1, Status::Failed)])), ["accepted", "failed"]);
    world.rows.attempts = Vec::new();
    assert_eq!(later_sends(&mut world, 1), [2]);

    let mut world = repeated();
    assert_eq!(later_sends(&mut world, 1), [2]);
    world.rows.attempts = given_up();
    assert_eq!(published(&world.step(vec![status(1, 1, Status::Sent)])), ["accepted", "sent"]);
    assert_eq!(published(&world.settle(1, 2, accepted())), ["accepted"]);
}

#[test]
fn a_repetition_is_taken_back_even_in_the_batch_that_queued_it() {
    let mut world = World::new();
    world.submit(1);
    let refusal = refused(Verdict::Throttle(Scope::Sender));
    let settled = Event::Settled { intent_id: intent(1).intent_id, attempt: 1, outcome: refusal };
    let effects = world.step(vec![settled, status(1, 1, Status::Delivered)]);
    assert_eq!(published(&effects), ["deferred", "accepted", "delivered", "cancelled"]);
    assert_eq!(world.task.open_len(), 0);
}
