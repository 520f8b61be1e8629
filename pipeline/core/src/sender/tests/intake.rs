//! What is taken in, and once.

use super::*;

#[test]
fn a_submitted_message_is_stored_and_armed_once() {
    let mut world = World::new();
    let first = world.submit(1);
    assert_eq!(first.inserted.len(), 1);
    assert_eq!(first.send.len(), 1);
    assert_eq!(first.updated.values().map(|attempt| attempt.status).collect::<Vec<_>>(), [Status::Armed]);
    let second = world.submit(1);
    assert!(second.is_empty() && second.send.is_empty());
    assert_eq!(second.counts.duplicates_natural, 1);
}

#[test]
fn a_repeated_record_is_dropped_by_its_sequence() {
    let mut world = World::new();
    let input = |world: &World| Input {
        sequence: Some(Sequence { task: "api".into(), partition: 0, seq: 7 }),
        ..world.input(Event::Submitted(intent(1)))
    };
    let mut effects = Effects::default();
    let inputs = vec![input(&world), input(&world)];
    world.task.decide(inputs, &mut Rows::default(), &mut effects);
    assert_eq!(effects.inserted.len(), 1);
    assert_eq!(effects.counts.duplicates_sequence, 1);
}

#[test]
fn a_message_that_the_store_knows_is_a_duplicate() {
    let mut world = World::new();
    let mut known = Attempt::queued(Arc::new(intent(1)), 1, Millis(0));
    known.advance(Status::Delivered, Millis(1), &Report::default());
    world.rows.attempts = vec![known];
    assert!(world.submit(1).send.is_empty());
}

#[test]
fn somebody_who_opted_out_is_not_sent_to() {
    let mut world = World::new();
    let message = intent(1);
    world.rows.opted_out.insert((message.tenant_id, message.contact), OptOutScope::All);
    let effects = world.submit(1);
    assert!(effects.send.is_empty());
    assert_eq!(published(&effects), ["rejected"]);
}

#[test]
fn a_message_of_a_foreign_sender_is_buried() {
    let mut world = World::new();
    let mut message = intent(1);
    message.tenant_id = TenantId(uuid::Uuid::from_u128(99));
    let effects = world.step(vec![Event::Submitted(message)]);
    assert!(effects.inserted.is_empty());
    assert_eq!(effects.publish[0].topic, topic::DEAD_LETTERS);
}

#[test]
fn an_inbound_message_is_stored_and_published_once() {
    let mut world = World::new();
    let inbound = || {
        let (sender, waba, wamid) = (SenderId::new(SENDER), WabaId::new("1"), Wamid::new("wamid.IN"));
        Event::Inbound(Box::new(InboundReceived {
            contact: Some(Contact::new("+16315550101")),
            ..InboundReceived::new(sender, waba, wamid, Millis(1), "{}")
        }))
    };
    let effects = world.step(vec![inbound(), inbound()]);
    assert_eq!((effects.inbound.len(), effects.publish.len()), (1, 1));
    assert_eq!(effects.counts.duplicates_natural, 1);
    assert_eq!(effects.publish[0].key, format!("{SENDER}:+16315550101"));
}

#[test]
fn replaying_the_same_inputs_gives_the_same_effects() {
    let run = || {
        let mut world = World::new();
        let mut published_all = Vec::new();
        for id in 0..20 {
            published_all.extend(world.submit(id).publish);
            world.now = world.now.plus(13);
            published_all.extend(world.settle(id, 1, if id % 3 == 0 { unknown() } else { accepted() }).publish);
            published_all.extend(world.step(vec![status(id, 1, Status::Sent)]).publish);
        }
        (published_all, world.task.high_water().clone())
    };
    assert_eq!(run(), run());
}
