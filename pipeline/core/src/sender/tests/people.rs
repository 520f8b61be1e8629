//! Who is who, by what statuses and answers tell.

use posthaste_model::whatsapp::Identity;

use super::*;
use crate::identity::{Id, IdKind, Spelling, Told};
use crate::sender::people::{HEARD_MAX, Heard};

const USER: &str = "US.1";

fn phone(id: u128) -> String {
    intent(id).contact.to_string()
}

/// A status of the first attempt of a message, with the number and the user id that Meta tells.
fn about(id: u128, reached: Status, number: Option<&str>, user_id: Option<&str>) -> StatusObserved {
    let Event::Status(observed) = status(id, 1, reached) else { unreachable!("made as one") };
    let contact = number.or(user_id).map(Contact::new);
    let identity = Identity { user_id: user_id.map(str::to_owned), ..Identity::default() };
    StatusObserved { contact, identity, ..observed }
}

fn told(number: &str, user_id: &str) -> (TenantId, SenderId, Told) {
    let id = |kind, value: &str| Id { kind, value: value.to_owned(), former: false };
    let ids = vec![id(IdKind::Phone, number), id(IdKind::UserId, user_id)];
    (profile().tenant_id, SenderId::new(SENDER), Told { ids, at: Millis(5_000) })
}

/// A world in which these messages have been taken by Meta.
fn sent(ids: &[u128]) -> World {
    let mut world = World::new();
    world.step(ids.iter().map(|id| Event::Submitted(intent(*id))).collect());
    for id in ids {
        world.settle(*id, 1, accepted());
    }
    world
}

#[test]
fn a_status_that_names_number_and_user_id_makes_them_one_person_once() {
    let mut world = sent(&[1, 2]);
    let number = phone(1);
    let first = about(1, Status::Sent, Some(&number), Some(USER));
    assert_eq!(world.step(vec![Event::Status(first.clone())]).told, [told(&number, USER)]);
    // Neither the same again nor the next one is news, and a commit of nothing else is not made for them.
    let later = about(1, Status::Delivered, Some(&number), Some(USER));
    assert_eq!(world.step(vec![Event::Status(first), Event::Status(later)]).told, []);
    let other = about(2, Status::Sent, Some(&phone(2)), Some("US.2"));
    assert_eq!(world.step(vec![Event::Status(other)]).told, [told(&phone(2), "US.2")]);
    // A day later it may be news again: the store decides.
    let tomorrow = Millis(5_000 + 86_400_000);
    let read = StatusObserved { at: tomorrow, ..about(1, Status::Read, Some(&number), Some(USER)) };
    let again = world.step(vec![Event::Status(read)]).told;
    assert_eq!(again.iter().map(|report| report.2.at).collect::<Vec<_>>(), [tomorrow]);
}

#[test]
fn a_status_that_names_one_id_tells_what_the_address_adds_to_it() {
    let mut world = sent(&[1, 2, 3]);
    assert_eq!(world.step(vec![Event::Status(about(1, Status::Sent, Some(&phone(1)), None))]).told, []);
    assert_eq!(world.step(vec![Event::Status(about(2, Status::Sent, None, None))]).told, []);
    // Sent to a number, and told by user id alone: our token says that they are one.
    let by_user = about(3, Status::Sent, None, Some(USER));
    assert_eq!(world.step(vec![Event::Status(by_user)]).told, [told(&phone(3), USER)]);
}

#[test]
fn a_status_of_somebody_else_s_message_tells_who_is_who_as_well() {
    let mut world = World::new();
    let foreign = StatusObserved { token: None, ..about(1, Status::Sent, Some("+16315550177"), Some(USER)) };
    let effects = world.step(vec![Event::Status(foreign.clone())]);
    assert_eq!((effects.told.clone(), effects.counts.foreign_statuses), (vec![told("+16315550177", USER)], 1));
    assert!(!effects.is_empty(), "it is committed");
    let unregistered = StatusObserved { sender_id: SenderId::new("nobody's"), ..foreign };
    assert_eq!(world.step(vec![Event::Status(unregistered)]).told, []);
}

#[test]
fn a_number_that_meta_writes_otherwise_is_noted_once_by_answer_or_status() {
    let number = Contact::new("+551187654321");
    let spelling = |id, at| Spelling { written: intent(id).contact, number: number.clone(), at };
    let mut world = World::new();
    world.step(vec![Event::Submitted(intent(1)), Event::Submitted(intent(2))]);
    let outcome = SendOutcome::Accepted { wamid: Wamid::new("wamid.A"), held: false, number: Some(number.clone()) };
    let answered = world.settle(1, 1, outcome);
    let of = |spelling| (profile().tenant_id, SenderId::new(SENDER), spelling);
    assert_eq!(answered.spellings, [of(spelling(1, world.now))]);
    // A status that overtakes its answer proves it too, and joins the number, as Meta writes it, with the user id.
    let early = about(2, Status::Sent, Some(number.as_str()), Some(USER));
    let effects = world.step(vec![Event::Status(early)]);
    assert_eq!(effects.spellings, [of(spelling(2, Millis(5_000)))]);
    assert_eq!(effects.told, [told(number.as_str(), USER)]);
    let later = about(2, Status::Delivered, Some(number.as_str()), Some(USER));
    assert_eq!(world.step(vec![Event::Status(later)]).spellings, []);
    // The participant of a group is not whom the message was addressed to.
    let mut world = sent(&[3]);
    let group = StatusObserved { group_id: Some("grp".into()), ..about(3, Status::Sent, Some(number.as_str()), None) };
    let effects = world.step(vec![Event::Status(group)]);
    assert_eq!((effects.told, effects.spellings), (vec![], vec![]));
}

#[test]
fn what_is_remembered_is_bounded_and_the_oldest_gives_way() {
    let mut heard = Heard::default();
    assert!(heard.is_news(0));
    assert!(!heard.is_news(0));
    let many = 3 * i32::try_from(HEARD_MAX).expect("a small number");
    assert!((1..many).all(|fact| heard.is_news(fact)));
    assert!(!heard.is_news(many - 1) && heard.is_news(0));
}
