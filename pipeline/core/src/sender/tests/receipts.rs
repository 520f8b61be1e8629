//! Receipts: intents that use a place of the throughput, and are no messages.

use posthaste_model::{Message, PortfolioId, Receipt};

use super::*;

/// A receipt for a message of the one person that all of them are for.
fn receipt(id: u128) -> Intent {
    let message = Message::Receipt(Receipt { message_id: Wamid::new(format!("wamid.P{id}")), typing: false });
    let unknown_policy = UnknownPolicy::AtLeastOnce;
    Intent { class: Class::Receipt, message, unknown_policy, contact: intent(1).contact, ..intent(id) }
}

fn is_receipt(id: IntentId) -> bool {
    id.0.as_u128() >= 1_000
}

/// Lets two seconds pass in which Meta takes over what is sent; gives what left, in order, and all that was published.
fn two_seconds(world: &mut World, first: Vec<Event>) -> (Vec<IntentId>, usize) {
    let (mut left, mut published, mut events) = (Vec::new(), 0, first);
    for _ in 0..100 {
        let effects = world.step(std::mem::take(&mut events));
        published += effects.publish.len();
        for (attempt, _) in effects.send {
            let (intent_id, attempt) = (attempt.intent.intent_id, attempt.number);
            left.push(intent_id);
            events.push(Event::Settled { intent_id, attempt, outcome: accepted() });
        }
        world.now = world.now.plus(20);
    }
    (left, published)
}

#[test]
fn receipts_wait_for_messages_but_for_one_place_in_ten() {
    let mut world = World::new();
    let messages = (1..400).map(|id| Event::Submitted(intent(id)));
    let events = messages.chain((1_000..1_100).map(|id| Event::Submitted(receipt(id)))).collect();
    let (left, _) = two_seconds(&mut world, events);
    let places: Vec<usize> = (0..left.len()).filter(|n| is_receipt(left[*n])).collect();
    assert!(left.len() > 100, "{} left", left.len());
    let expected: Vec<usize> = (0..left.len()).filter(|n| n % 10 == 9).collect();
    assert_eq!(places, expected);
}

#[test]
fn receipts_count_neither_as_messages_to_a_person_nor_against_a_portfolio_and_no_event_tells_of_them() {
    let mut world = World::new();
    let limited = Profile { portfolio: Some(PortfolioId::new("7")), ..profile() };
    world.task.set_profiles(Arc::new(HashMap::from([(SenderId::new(SENDER), limited)])), world.now);
    let key = (intent(1).tenant_id, intent(1).contact);
    world.rows.opted_out = HashMap::from([(key, OptOutScope::All)]);
    let (left, published) = two_seconds(&mut world, (1_000..1_100).map(|id| Event::Submitted(receipt(id))).collect());
    // The limit of a pair is 45 at once.
    assert_eq!((left.len(), published), (100, 0));
}

#[test]
fn a_receipt_whose_fate_is_unknown_is_sent_again() {
    let mut world = World::new();
    world.now = Millis(2_000);
    let effects = world.step(vec![Event::Submitted(receipt(1_000))]);
    let (attempt, _) = effects.send.first().expect("armed").clone();
    let (intent_id, outcome) =
        (attempt.intent.intent_id, SendOutcome::Unknown { reason: "reset".into(), http_status: None });
    world.step(vec![Event::Settled { intent_id, attempt: 1, outcome }]);
    world.now = Millis(9_000);
    world.progress(9_000);
    world.now = world.now.plus(1_000);
    let again = world.step(Vec::new());
    assert_eq!(again.send.iter().map(|(attempt, _)| attempt.number).collect::<Vec<_>>(), [2]);
}
