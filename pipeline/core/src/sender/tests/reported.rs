//! Statuses that move no message: each is told once, and nothing else comes of it.

use posthaste_model::{Channel, EventType, Origin, StatusReported};

use super::*;

const GROUP: &str = "group:grp=";

/// Decides a batch; what it notes is what the store knows from then on.
fn step(world: &mut World, events: Vec<Event>) -> Effects {
    let effects = world.step(events);
    world.rows.reported.extend(effects.reported.iter().cloned());
    effects
}

/// A message to the group that Meta has taken.
fn sent_to_group() -> World {
    let mut world = World::new();
    let intent = Intent { contact: Contact::new(GROUP), callback_data: Some("order-7".into()), ..intent(1) };
    world.step(vec![Event::Submitted(intent)]);
    world.settle(1, 1, accepted());
    world
}

fn observed(reported: Status) -> StatusObserved {
    let Event::Status(observed) = status(1, 1, reported) else { unreachable!() };
    observed
}

fn of_group(status: Status, participant: &str) -> Event {
    let (group_id, contact) = (Some("grp=".into()), Some(Contact::new(participant)));
    Event::Status(StatusObserved { group_id, contact, ..observed(status) })
}

/// A status of a message of another system.
fn foreign(status: Status, token: Option<&str>) -> StatusObserved {
    let (wamid, contact) = (Wamid::new("wamid.F"), Some(Contact::new("+16315550177")));
    StatusObserved { wamid, contact, token: token.map(str::to_owned), ..observed(status) }
}

fn named(word: &str, observed: &StatusObserved) -> Event {
    let raw = Some(format!(r#"{{"status":"{word}"}}"#));
    Event::Reported(Box::new(StatusReported { status: word.into(), raw, ..StatusReported::from(observed) }))
}

/// What is told apart, each with its key on the log.
fn told(effects: &Effects) -> Vec<(String, StatusReported)> {
    let apart = effects.publish.iter().filter(|own| own.event_type == EventType::StatusReported);
    apart.map(|own| (own.key.clone(), serde_json::from_str(&own.value).expect("its own output"))).collect()
}

/// Whether nothing of any message has moved.
fn moves_nothing(effects: &Effects) -> bool {
    effects.updated.is_empty() && effects.progress.is_empty() && effects.inserted.is_empty()
}

#[test]
fn each_participants_status_is_told_once_and_the_first_of_them_by_the_transition() {
    let mut world = sent_to_group();
    let first = step(&mut world, vec![of_group(Status::Read, "+16315550101")]);
    assert_eq!((published(&first), told(&first).len()), (vec!["read".to_owned()], 0));
    let key = first.publish[0].key.clone();

    let second = step(&mut world, vec![of_group(Status::Read, "+16315550102")]);
    let [(place, report)] = &told(&second)[..] else { panic!("{second:?}") };
    assert!(moves_nothing(&second) && second.publish.len() == 1, "{second:?}");
    assert_eq!(*place, key, "beside the transitions of its message, in their order");
    assert_eq!((report.intent_id, report.attempt), (Some(intent(1).intent_id), Some(1)));
    assert_eq!(
        (report.contact.as_ref(), report.group_id.as_deref()),
        (Some(&Contact::new("+16315550102")), Some("grp="))
    );
    assert_eq!((report.callback_data.as_deref(), report.tenant_id), (Some("order-7"), Some(intent(1).tenant_id)));

    // Where the second is late with what the others had before, that is told too; a repetition of anything is not.
    let late = step(&mut world, vec![of_group(Status::Delivered, "+16315550102")]);
    assert_eq!((published(&late), told(&late).len()), (vec!["delivered".to_owned()], 0), "the first who has it");
    for participant in ["+16315550101", "+16315550102"] {
        assert!(step(&mut world, vec![of_group(Status::Read, participant)]).is_empty(), "{participant}");
    }
    assert!(step(&mut world, vec![of_group(Status::Delivered, "+16315550102")]).is_empty());
}

#[test]
fn repetitions_within_a_batch_and_after_a_take_over_are_none() {
    let mut world = sent_to_group();
    let read = |participant| of_group(Status::Read, participant);
    let events = vec![read("+1"), read("+2"), read("+1"), read("+2")];
    let effects = step(&mut world, events.clone());
    assert_eq!((effects.publish.len(), told(&effects).len(), effects.reported.len()), (2, 1, 2));

    let rows = Rows { attempts: effects.updated.into_values().collect(), ..world.rows };
    let mut next = World { rows, ..World::new() };
    assert!(step(&mut next, events).is_empty());
    assert_eq!(told(&step(&mut next, vec![read("+3")])).len(), 1);
}

#[test]
fn a_status_of_a_message_that_was_not_sent_from_here_is_told_as_metas() {
    let strange = Token { intent_id: intent(9).intent_id, attempt: 1 }.to_string();
    for token in [None, Some("order-17"), Some(strange.as_str())] {
        let mut world = World::new();
        let effects = step(&mut world, vec![Event::Status(foreign(Status::Delivered, token))]);
        let [(place, report)] = &told(&effects)[..] else { panic!("{effects:?}") };
        assert!(moves_nothing(&effects) && effects.publish.len() == 1);
        assert_eq!((place.as_str(), effects.counts.foreign_statuses), ("106540352242922:+16315550177", 1));
        assert_eq!((report.intent_id, report.attempt, report.token.as_deref()), (None, None, token));
        assert_eq!((report.wamid.as_str(), report.status.as_str()), ("wamid.F", "delivered"));
        let again = step(&mut world, vec![Event::Status(foreign(Status::Delivered, token))]);
        assert_eq!((again.is_empty(), again.counts.foreign_statuses), (true, 1));
        // What it was before is told although it comes late: Meta told it too.
        assert_eq!(told(&step(&mut world, vec![Event::Status(foreign(Status::Sent, token))])).len(), 1);
    }
    let mut world = World::new();
    let of_page = StatusObserved { channel: Channel::Messenger, ..foreign(Status::Read, None) };
    assert!(step(&mut world, vec![Event::Status(of_page)]).is_empty(), "there is no form of Meta's to tell it in");
    let of_nobody = StatusObserved { sender_id: SenderId::new("1"), ..foreign(Status::Read, None) };
    assert!(step(&mut world, vec![Event::Status(of_nobody)]).is_empty());
}

#[test]
fn a_status_that_nobody_knows_is_told_with_its_message_and_moves_nothing() {
    let mut world = World::new();
    world.submit(1);
    world.settle(1, 1, accepted());
    world.step(vec![status(1, 1, Status::Delivered)]);
    for word in ["warning", "deleted"] {
        let effects = step(&mut world, vec![named(word, &observed(Status::Sent))]);
        let [(place, report)] = &told(&effects)[..] else { panic!("{effects:?}") };
        assert!(moves_nothing(&effects) && effects.publish.len() == 1);
        assert_eq!(*place, format!("{SENDER}:{}", intent(1).contact), "beside its transitions");
        assert_eq!((report.intent_id, report.status.as_str()), (Some(intent(1).intent_id), word));
        assert_eq!(report.raw, Some(format!(r#"{{"status":"{word}"}}"#)));
        let again = step(&mut world, vec![named(word, &observed(Status::Sent))]);
        assert_eq!((again.is_empty(), again.counts.duplicates_natural), (true, 1));
    }
    let effects = step(&mut world, vec![named("warning", &foreign(Status::Sent, None))]);
    assert_eq!(told(&effects)[0].1.intent_id, None);
    let of_nobody = StatusObserved { sender_id: SenderId::new("1"), ..observed(Status::Sent) };
    let effects = step(&mut world, vec![named("warning", &of_nobody)]);
    assert_eq!((effects.is_empty(), effects.counts.unregistered_sender), (true, 1));
}

#[test]
fn an_event_has_one_id_for_all_that_is_told_of_it_and_names_the_record_that_it_was_made_from() {
    let origin = Origin { topic: topic::SENDERS.into(), partition: 3, offset: 7, index: 0 };
    let mut ids = Vec::new();
    for (status, participant) in [(Status::Read, "+1"), (Status::Read, "+2"), (Status::Sent, "+1")] {
        let (group_id, contact) = (Some("grp=".into()), Some(Contact::new(participant)));
        let event = Event::Status(StatusObserved { group_id, contact, ..foreign(status, None) });
        let mut world = World::new();
        let mut effects = Effects::default();
        let input = Input { origin: Some(origin.clone()), ..world.input(event) };
        world.task.decide(vec![input], &mut Rows::default(), &mut effects);
        let publication = &effects.publish[0];
        assert_eq!((publication.origin.as_ref(), publication.tenant_id), (Some(&origin), Some(intent(1).tenant_id)));
        assert_eq!((publication.key.as_str(), publication.subject.as_str()), ("106540352242922:group:grp=", "wamid.F"));
        ids.push(publication.id.clone());
    }
    let expected = ["read:+1", "read:+2", "sent:+1"].map(|rest| format!("reported:{SENDER}:wamid.F:{rest}"));
    assert_eq!(ids, expected);
}

/// The store is asked of no status whose attempt is at hand: that is the path of nearly all.
#[test]
fn the_store_is_asked_where_the_marks_of_an_attempt_do_not_say_it() {
    let mut world = sent_to_group();
    world.submit(2);
    world.settle(2, 1, accepted());
    let asked = |world: &World, event: Event| {
        let keys = world.task.keys(&[world.input(event)]);
        keys.reported.into_iter().map(|asked| asked.unless.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&world, status(2, 1, Status::Read)), Vec::<bool>::new());
    assert_eq!(asked(&world, status(3, 1, Status::Read)), [true], "unless the store has it");
    assert_eq!(asked(&world, of_group(Status::Read, "+1")), [false]);
    assert_eq!(asked(&world, Event::Status(foreign(Status::Read, None))), [false]);
    assert_eq!(asked(&world, named("warning", &observed(Status::Read))), [false]);
    let of_page = StatusObserved { channel: Channel::Messenger, ..foreign(Status::Read, None) };
    assert_eq!(asked(&world, Event::Status(of_page)), Vec::<bool>::new());
    let keys = world.task.keys(&[world.input(named("warning", &foreign(Status::Read, None)))]);
    assert!(keys.intents.is_empty() && keys.named.is_empty());
    let Event::Status(lacking) = status(3, 1, Status::Read) else { unreachable!() };
    assert_eq!(world.task.keys(&[world.input(named("warning", &lacking))]).intents.len(), 1);
}
