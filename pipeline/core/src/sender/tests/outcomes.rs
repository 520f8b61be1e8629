//! What an answer and a status make of a message.

use posthaste_model::whatsapp::{Identity, MetaError};

use super::*;

#[test]
fn acceptance_and_statuses_are_published_once_each_in_whatever_order() {
    let mut world = World::new();
    world.submit(1);
    let mut seen = published(&world.step(vec![status(1, 1, Status::Delivered)]));
    seen.extend(published(&world.settle(1, 1, accepted())));
    seen.extend(published(&world.step(vec![status(1, 1, Status::Sent), status(1, 1, Status::Delivered)])));
    assert_eq!(seen, ["accepted", "delivered", "sent"]);
    assert_eq!(world.task.open_len(), 0);
    assert_eq!(world.task.in_flight(), 0);
}

#[test]
fn the_first_event_of_an_attempt_says_when_it_was_queued_and_armed_and_no_other_does() {
    let times = |effects: &Effects| -> Vec<_> {
        let transitions = effects.publish.iter().map(|p| serde_json::from_str::<Transition>(&p.value).unwrap());
        transitions.map(|t| (t.status, t.queued_at, t.armed_at)).collect()
    };
    let mut world = World::new();
    world.submit(1);
    world.now = Millis(1_400);
    let effects = world.step(vec![status(1, 1, Status::Delivered)]);
    let at = Some(Millis(1_000));
    assert_eq!(times(&effects), [(Status::Accepted, at, at), (Status::Delivered, None, None)]);

    world.submit(2);
    let effects = world.settle(2, 1, refused(Verdict::Retry { after_ms: 100 }));
    assert_eq!(times(&effects), [(Status::Deferred, Some(Millis(1_400)), Some(Millis(1_400)))]);
    let due = effects.retried[0].due_at;
    world.now = Millis(1_600);
    world.step(Vec::new());
    world.now = Millis(1_700);
    let effects = world.settle(2, 2, accepted());
    assert_eq!(times(&effects), [(Status::Accepted, Some(due), Some(Millis(1_600)))]);

    let mut late = intent(3);
    late.expires_at = Millis(1_700);
    let effects = world.step(vec![Event::Submitted(late)]);
    assert_eq!(times(&effects), [(Status::Expired, Some(Millis(1_700)), None)]);
}

#[test]
fn every_event_of_a_message_gives_back_what_its_caller_gave_along() {
    let mut world = World::new();
    world.step(vec![Event::Submitted(Intent { callback_data: Some("order-7".into()), ..intent(1) })]);
    let mut published = world.settle(1, 1, accepted()).publish;
    for reported in [Status::Sent, Status::Delivered] {
        published.extend(world.step(vec![status(1, 1, reported)]).publish);
    }
    let transitions = published.iter().map(|event| serde_json::from_str::<Transition>(&event.value).unwrap());
    let told: Vec<_> = transitions.map(|own| (own.status, own.callback_data)).collect();
    let expected = [Status::Accepted, Status::Sent, Status::Delivered].map(|status| (status, Some("order-7".into())));
    assert_eq!(told, expected);
}

#[test]
fn what_metas_status_tells_of_the_person_the_conversation_and_the_errors_goes_on_with_it_alone() {
    let mut world = World::new();
    world.submit(1);
    let Event::Status(failed) = status(1, 1, Status::Failed) else { panic!("a status") };
    let error = MetaError { code: Some(131_049), title: Some("t".into()), ..MetaError::default() };
    let failed = StatusObserved {
        identity: Identity { wa_id: Some("16315550001".into()), user_id: Some("US.1".into()), ..Identity::default() },
        group_id: Some("grp=".into()),
        errors: vec![error],
        pricing: Some("{}".into()),
        conversation: Some(r#"{"id":"c"}"#.into()),
        ..failed
    };
    let mut published = world.step(vec![Event::Status(failed.clone())]).publish;
    published.extend(world.step(vec![status(1, 1, Status::Delivered)]).publish);
    let transitions: Vec<Transition> =
        published.iter().map(|event| serde_json::from_str(&event.value).unwrap()).collect();
    let [accepted, told, bare] = &transitions[..] else { panic!("{transitions:?}") };
    assert_eq!((&told.identity, &told.group_id), (&failed.identity, &failed.group_id));
    assert_eq!((&told.errors, &told.conversation), (&failed.errors, &failed.conversation));
    for other in [accepted, bare] {
        assert_eq!((&other.identity, &other.group_id), (&Identity::default(), &None), "{other:?}");
        assert!(other.errors.is_empty() && other.conversation.is_none(), "{other:?}");
    }
    // An earlier version's record has none of them.
    let written = &published[0].value;
    let names = ["identity", "group_id", "errors", "conversation"];
    assert!(names.iter().all(|name| !written.contains(&format!("\"{name}\""))), "{written}");
}

#[test]
fn a_refusal_for_a_passing_reason_is_tried_again_and_not_for_ever() {
    let mut world = World::new();
    world.submit(1);
    for attempt in 1..=2 {
        let effects = world.settle(1, attempt, refused(Verdict::Retry { after_ms: 100 }));
        assert_eq!(published(&effects), ["deferred"]);
        assert_eq!(effects.retried[0].number, attempt + 1);
        world.now = world.now.plus(300);
        assert_eq!(world.step(Vec::new()).send.len(), 1);
    }
    assert_eq!(published(&world.settle(1, 3, refused(Verdict::Retry { after_ms: 100 }))), ["expired"]);
}

#[test]
fn a_permanent_refusal_ends_the_message() {
    let mut world = World::new();
    world.submit(1);
    assert_eq!(published(&world.settle(1, 1, refused(Verdict::Permanent))), ["rejected"]);
    assert_eq!(world.task.open_len(), 0);
}

#[test]
fn a_throttle_holds_the_whole_sender() {
    let mut world = World::new();
    world.submit(1);
    world.settle(1, 1, refused(Verdict::Throttle(Scope::Sender)));
    assert!(world.submit(2).send.is_empty());
    world.now = world.now.plus(2_000);
    assert!(!world.step(Vec::new()).send.is_empty());
}

/// A batch finds all that was remembered when its questions were asked, however many attempts it closes.
#[test]
fn what_is_remembered_is_not_forgotten_in_the_middle_of_a_batch() {
    let mut world = World::new();
    world.submit(1);
    world.settle(1, 1, accepted());
    let rows: Vec<_> = (2..RECENT_MAX as u128 + 2)
        .map(|id| {
            let mut attempt = Attempt::queued(Arc::new(intent(id)), 1, Millis(0));
            attempt.advance(Status::Accepted, Millis(1), &Report::default());
            attempt
        })
        .collect();
    world.rows.attempts = rows;
    let effects = world.step(vec![status(1, 1, Status::Sent)]);
    assert_eq!(published(&effects), ["sent"]);
    assert!(world.task.recent.len() <= RECENT_MAX);
}
