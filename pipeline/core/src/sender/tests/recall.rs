//! A store that was set back, and what the log tells of the time that it has lost.

use posthaste_model::EventType;

use super::*;

/// What happened to message 1 before the store was set back, batch by batch; gives what was published of it, the ids of that,
/// and its counters.
fn first_life(message: &Intent, batches: Vec<Vec<Event>>) -> (Vec<Transition>, Vec<String>, Progress) {
    let mut world = a_world(message);
    let mut told = Vec::new();
    let mut ids = Vec::new();
    let mut counted = Progress::default();
    for batch in std::iter::once(vec![Event::Submitted(message.clone())]).chain(batches) {
        world.now = world.now.plus(10_000);
        let effects = world.step(batch);
        count(&mut counted, &effects);
        for publication in effects.publish.iter().filter(|one| one.event_type == EventType::DeliveryTransitioned) {
            told.push(serde_json::from_str(&publication.value).expect("a transition"));
            ids.push(publication.id.clone());
        }
    }
    (told, ids, counted)
}

/// A world that knows the message's campaign.
fn a_world(message: &Intent) -> World {
    let mut world = World::new();
    if message.campaign.is_some() {
        with_campaign(&mut world, Campaign { cursor: 3, ingested: 3, open: 1, ..campaign(CampaignState::Running) });
    }
    world
}

fn count(counted: &mut Progress, effects: &Effects) {
    for own in effects.progress.values() {
        counted.accepted += own.accepted;
        counted.delivered += own.delivered;
        counted.rejected += own.rejected;
        counted.cancelled += own.cancelled;
        counted.unconfirmed += own.unconfirmed;
        counted.unknown += own.unknown;
        counted.open += own.open;
        counted.ingested += own.ingested;
    }
}

fn recalled(told: &[Transition]) -> Vec<Event> {
    told.iter().map(|one| Event::Recalled(Box::new(one.clone()))).collect()
}

fn of_a_campaign(policy: UnknownPolicy) -> Intent {
    let own = CampaignRef { id: campaign(CampaignState::Running).campaign_id, generation: 0, ordinal: 0 };
    Intent { campaign: Some(own), unknown_policy: policy, ..intent(1) }
}

fn settled(attempt: i16, outcome: SendOutcome) -> Event {
    Event::Settled { intent_id: intent(1).intent_id, attempt, outcome }
}

fn heartbeats(upto: i64) -> Vec<Event> {
    let beat = |at| [0, 1].map(|partition| Event::Progressed { partition, upto: Millis(at) });
    (0..=upto).step_by(2_000).flat_map(beat).collect()
}

/// Everything that can become of a message: told again by the log, it is where it was, counts what it counted, and nothing is
/// published that was not published before.
#[test]
fn what_the_log_tells_is_where_the_message_was_before_and_nothing_of_it_leaves_again() {
    let retry = |number| vec![settled(number, refused(Verdict::Retry { after_ms: 1_000 }))];
    let given_up = || vec![vec![settled(1, unknown())], heartbeats(100_000)];
    let then = |number, outcome| vec![Vec::new(), vec![settled(number, outcome)]];
    let reported = |number| vec![status(1, number, Status::Sent), status(1, number, Status::Delivered)];
    let (once, least) = (UnknownPolicy::AtMostOnce, UnknownPolicy::AtLeastOnce);
    let lives = [
        ("accepted", once, then(1, accepted())),
        ("delivered", once, vec![vec![settled(1, accepted())], reported(1)]),
        ("rejected", once, then(1, refused(Verdict::Permanent))),
        ("unknown", once, then(1, unknown())),
        ("unconfirmed", once, given_up()),
        ("found after all", once, [given_up(), vec![reported(1)]].concat()),
        ("accepted by the second try", once, [vec![retry(1)], then(2, accepted())].concat()),
        ("no attempt left", once, vec![retry(1), Vec::new(), retry(2), Vec::new(), retry(3)]),
        ("repeated and accepted", least, [given_up(), then(2, accepted())].concat()),
        ("put off, and taken back", once, vec![[retry(1), reported(1)].concat()]),
    ];
    for (name, policy, events) in lives {
        let message = of_a_campaign(policy);
        let (told, ids, before) = first_life(&message, events);
        assert!(!told.is_empty(), "{name}");
        let mut world = a_world(&message);
        world.now = Millis(500_000);
        let mut after = Progress::default();
        let effects = world.step([vec![Event::Submitted(message)], recalled(&told), recalled(&told)].concat());
        count(&mut after, &effects);
        assert!(effects.send.is_empty(), "{name}: it leaves again");
        let new: Vec<_> = effects.publish.iter().filter(|one| !ids.contains(&one.id)).map(|one| &one.id).collect();
        assert!(new.is_empty(), "{name}: {new:?} was never published");
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn a_message_that_was_put_off_goes_on_with_the_next_attempt() {
    let (told, ..) = first_life(&intent(1), vec![vec![settled(1, refused(Verdict::Retry { after_ms: 1_000 }))]]);
    let mut world = World::new();
    let effects = world.step([vec![Event::Submitted(intent(1))], recalled(&told)].concat());
    assert!(effects.send.is_empty(), "its wait is not over");
    world.now = Millis(500_000);
    let effects = world.step(Vec::new());
    assert_eq!(effects.send.iter().map(|(attempt, _)| attempt.number).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_attempt_whose_beginning_is_not_told_is_not_begun_again() {
    let retry = refused(Verdict::Retry { after_ms: 1_000 });
    let (told, ..) = first_life(&intent(1), vec![vec![settled(1, retry)], Vec::new(), vec![settled(2, accepted())]]);
    let mut world = World::new();
    let effects = world.step([vec![Event::Submitted(intent(1))], recalled(&told[1..])].concat());
    assert!(effects.send.is_empty());
    assert_eq!(world.task.newest(intent(1).intent_id).map(|own| (own.number, own.status)), Some((2, Status::Accepted)));
}

#[test]
fn what_is_told_of_another_senders_message_or_of_none_changes_nothing() {
    let (told, ..) = first_life(&intent(1), vec![vec![settled(1, accepted())]]);
    let mut world = World::new();
    assert!(world.step(recalled(&told)).is_empty(), "it was not taken in yet");
    let foreign = Transition { sender_id: SenderId::new("another"), ..told[0].clone() };
    let effects = world.step(vec![Event::Submitted(intent(1)), Event::Recalled(Box::new(foreign))]);
    assert_eq!(effects.send.len(), 1);
}

#[test]
fn a_doubtful_message_is_not_sent_and_its_status_or_grace_decides() {
    let doubted = |id| Event::Doubted { intent_id: intent(id).intent_id, attempt: 1 };
    let mut world = World::new();
    let submitted = [1, 2].map(|id| Event::Submitted(intent(id)));
    let effects = world.step([submitted.to_vec(), vec![doubted(1), doubted(2)]].concat());
    assert!(effects.send.is_empty());
    assert_eq!(published(&effects), ["unknown", "unknown"]);
    assert_eq!(published(&world.step(vec![status(1, 1, Status::Sent)])), ["accepted", "sent"]);
    assert_eq!(published(&world.progress(9_000)), ["unconfirmed"], "at most once");
    assert!(world.step(vec![doubted(1), doubted(2)]).is_empty(), "what is known is not doubted");
}

#[test]
fn an_attempt_that_left_is_doubted_although_nothing_is_told_of_the_one_before() {
    let mut world = World::new();
    let doubted = |attempt| Event::Doubted { intent_id: intent(1).intent_id, attempt };
    let effects = world.step(vec![Event::Submitted(intent(1)), doubted(2)]);
    assert!(effects.send.is_empty());
    assert_eq!(published(&effects), ["deferred", "unknown"]);
    assert!(world.step(vec![doubted(1)]).is_empty(), "an earlier one than that which counts");
    assert_eq!(published(&world.step(vec![status(1, 2, Status::Sent)])), ["accepted", "sent"], "its status is its own");
}

#[test]
fn what_an_earlier_owner_had_armed_may_be_doubted_too() {
    let mut armed = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
    armed.advance(Status::Armed, Millis(500), &Report::default());
    armed.armed_epoch = Some(1);
    let task = SenderTask::take_over(settings(), profiles(), takeover(9, vec![armed]), Millis(0));
    let mut world = World { task, now: Millis(1_000), rows: Rows::default() };
    let effects = world.step(vec![Event::Doubted { intent_id: intent(1).intent_id, attempt: 1 }]);
    assert_eq!(published(&effects), ["unknown"]);
    assert!(world.task.inherited().is_empty());
}

#[test]
fn what_waits_for_a_campaign_that_is_gone_ends() {
    let mut world = World::new();
    let message = of_a_campaign(UnknownPolicy::AtMostOnce);
    let own = message.campaign.as_ref().expect("a campaign").id;
    let effects = world.step(vec![Event::Submitted(message), Event::Submitted(intent(2))]);
    assert_eq!(effects.send.len(), 1, "the other message alone");
    let effects = world.step(vec![Event::Orphaned(own)]);
    assert_eq!(published(&effects), ["cancelled"]);
    assert!(world.task.queued().is_empty());

    // What grace would repeat is not left for it.
    let mut world = World::new();
    let message = of_a_campaign(UnknownPolicy::AtLeastOnce);
    let doubted = Event::Doubted { intent_id: message.intent_id, attempt: 1 };
    world.step(vec![Event::Submitted(message), doubted]);
    assert_eq!(world.task.open_campaigns().into_iter().map(|(_, id)| id).collect::<Vec<_>>(), [own]);
    assert_eq!(published(&world.step(vec![Event::Orphaned(own)])), ["unconfirmed"]);
    assert!(world.progress(9_000).is_empty() && world.task.open_len() == 0);
}
