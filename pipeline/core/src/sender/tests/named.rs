//! Messages on which Meta reports by its own ids, those of Messenger and Instagram, and the pace of the heavy ones.

use posthaste_model::{Channel, FreeForm, Message, WatermarkObserved};

use super::*;
use crate::sender::Named;

/// A message from a page to the one person that all of them are for.
fn message(id: u128) -> Intent {
    let object = serde_json::json!({ "message": { "text": "hello" } });
    let message = Message::FreeForm(FreeForm { kind: "messenger".into(), object, reply_to: None });
    Intent { message, contact: Contact::new("7180"), ..intent(id) }
}

fn mid(id: u128) -> Wamid {
    Wamid::new(format!("m_{id}"))
}

fn taken(id: u128) -> Event {
    let outcome = SendOutcome::Accepted { wamid: mid(id), held: false, number: None };
    Event::Settled { intent_id: intent(id).intent_id, attempt: 1, outcome }
}

/// A report that has Meta's id and nothing of ours.
fn reported(id: u128, status: Status) -> Event {
    let new = StatusObserved::new(SenderId::new(SENDER), mid(id), status, Millis(5_000));
    Event::Status(StatusObserved { channel: Channel::Messenger, contact: Some(Contact::new("7180")), ..new })
}

fn read_upto(upto: i64) -> Event {
    let (sender_id, contact) = (SenderId::new(SENDER), Contact::new("7180"));
    Event::Watermark(WatermarkObserved {
        sender_id,
        contact,
        status: Status::Read,
        upto: Millis(upto),
        at: Millis(upto),
    })
}

fn named(id: u128, sent_at: i64) -> Named {
    Named {
        sender_id: SenderId::new(SENDER),
        wamid: mid(id),
        contact: Contact::new("7180"),
        token: Token { intent_id: intent(id).intent_id, attempt: 1 },
        sent_at: Millis(sent_at),
    }
}

#[test]
fn a_report_by_metas_id_is_looked_up_and_moves_its_message_once() {
    let mut world = World::new();
    world.step(vec![Event::Submitted(message(1))]);
    world.step(vec![taken(1)]);
    let Event::Status(observed) = reported(1, Status::Delivered) else { unreachable!() };
    let input = world.input(Event::Status(observed));
    let tenant = intent(1).tenant_id;
    assert_eq!(world.task.keys(&[input]).named, [(tenant, SenderId::new(SENDER), mid(1))]);
    world.rows.named = vec![named(1, 1_000)];
    assert_eq!(published(&world.step(vec![reported(1, Status::Delivered)])), ["delivered"]);
    let again = world.step(vec![reported(1, Status::Delivered)]);
    assert_eq!((published(&again).len(), again.counts.duplicates_natural), (0, 1));
    let foreign = world.step(vec![reported(2, Status::Delivered)]);
    assert_eq!((published(&foreign).len(), foreign.counts.foreign_statuses), (0, 1));
}

#[test]
fn a_report_that_overtakes_the_answer_waits_for_it() {
    for apart in [true, false] {
        let mut world = World::new();
        world.step(vec![Event::Submitted(message(1))]);
        let events = [reported(1, Status::Delivered), reported(1, Status::Read), taken(1)];
        let batches = if apart { events.map(|event| vec![event]).into() } else { vec![events.into()] };
        let told: Vec<String> = batches.into_iter().flat_map(|batch| published(&world.step(batch))).collect();
        assert_eq!(told, ["accepted", "delivered", "read"]);
    }
}

#[test]
fn an_echo_that_settles_a_message_names_it_for_the_reports_beside_it() {
    for early in [false, true] {
        let mut world = World::new();
        world.step(vec![Event::Submitted(message(1))]);
        let lost = Event::Settled { intent_id: intent(1).intent_id, attempt: 1, outcome: unknown() };
        let Event::Status(echo) = reported(1, Status::Sent) else { unreachable!() };
        let token = Token { intent_id: intent(1).intent_id, attempt: 1 };
        let echo = Event::Status(StatusObserved { token: Some(token.to_string()), ..echo });
        let reports = [reported(1, Status::Delivered), read_upto(9_000)];
        let batches = if early {
            vec![vec![reported(1, Status::Delivered)], vec![lost], vec![echo, read_upto(9_000)]]
        } else {
            vec![vec![lost], [vec![echo], reports.into()].concat()]
        };
        let told: Vec<String> = batches.into_iter().flat_map(|batch| published(&world.step(batch))).collect();
        assert_eq!(told, ["unknown", "accepted", "sent", "delivered", "read"]);
    }
}

#[test]
fn a_point_of_time_moves_what_was_taken_before_it_and_nothing_else() {
    let mut world = World::new();
    world.step((1..=3).map(|id| Event::Submitted(message(id))).collect());
    world.step((1..=3).map(taken).collect());
    let other = Named { contact: Contact::new("7181"), ..named(3, 1_000) };
    world.rows.named = vec![named(2, 3_000), named(1, 2_000), other];
    let effects = world.step(vec![read_upto(2_999)]);
    let moved: Vec<_> = effects.updated.keys().copied().collect();
    assert_eq!((published(&effects), moved), (vec!["read".to_owned()], vec![(intent(1).intent_id, 1)]));
    assert_eq!(published(&world.step(vec![read_upto(3_000)])), ["read"]);
}

/// A message with sound or moving pictures.
fn heavy(id: u128) -> Intent {
    let kind = if id.is_multiple_of(2) { "video" } else { "audio" };
    let attachment = serde_json::json!({ "type": kind, "payload": { "url": "https://example.org/a" } });
    let object = serde_json::json!({ "message": { "attachment": attachment } });
    let content = FreeForm { kind: "messenger".into(), object, reply_to: None };
    Intent { message: Message::FreeForm(content), ..message(id) }
}

/// A person of one's own.
fn own(id: u128) -> Contact {
    Contact::new(format!("7{id}"))
}

#[test]
fn sound_and_moving_pictures_keep_to_ten_a_second_and_hold_up_nothing_else() {
    let mut world = World::new();
    let first = (1..=30).map(|id| Event::Submitted(Intent { contact: own(id), ..heavy(id) }));
    let rest = (101..=160).map(|id| Event::Submitted(Intent { contact: own(id), ..message(id) }));
    let (mut slots, mut light, mut events) = (Vec::new(), 0, first.chain(rest).collect());
    let begun = world.now;
    while world.now.since(begun) < 6_000 {
        let effects = world.step(std::mem::take(&mut events));
        for (attempt, slot) in effects.send {
            events.push(taken(attempt.intent.intent_id.0.as_u128()));
            if attempt.intent.message.is_heavy() {
                slots.push(slot);
            } else if slot.since(begun) <= 2_000 {
                light += 1;
            }
        }
        world.now = world.now.plus(20);
    }
    let fullest =
        slots.iter().map(|from| slots.iter().filter(|at| (0..1_000).contains(&at.since(*from))).count()).max();
    assert_eq!((slots.len(), light), (30, 60), "all leave, and the others at once");
    assert!(fullest.is_some_and(|fullest| (7..=10).contains(&fullest)), "{fullest:?}");
}

#[test]
fn thousands_that_wait_for_a_place_are_not_gone_through_for_each() {
    let mut world = World::new();
    let events = (1..=5_000).map(|id| Event::Submitted(Intent { contact: own(id), ..heavy(id) }));
    world.step(events.collect());
    let sender = &world.task.senders[&SenderId::new(SENDER)];
    let mut dues = Vec::new();
    let mut lanes = sender.lanes.clone();
    while let Some(due) = lanes.next_due().filter(|due| due.since(world.now) < 30_000) {
        lanes.wake(due);
        dues.push((due, lanes.depth(None).0));
    }
    assert!(dues.windows(2).all(|pair| pair[1].1 - pair[0].1 <= 1), "each is looked at when its place comes: {dues:?}");
    assert!(dues.len() > 200, "{}", dues.len());
}
