//! A portfolio with a limit: nothing is armed without a reservation, and what is refused waits.

use std::collections::BTreeSet;

use super::*;

/// A store with room for so many people.
struct Places {
    limit: usize,
    taken: BTreeSet<Contact>,
    asked: usize,
}

impl Places {
    fn of(limit: usize) -> Self {
        Self { limit, taken: BTreeSet::new(), asked: 0 }
    }

    fn reserve(&mut self, wanted: Vec<Wanted>) -> Vec<Reserved> {
        let reserve = |wanted: Wanted| {
            self.asked += wanted.contacts.len();
            let fits = |contact: &Contact| {
                self.taken.contains(contact) || self.taken.len() < self.limit && self.taken.insert(contact.clone())
            };
            let (granted, refused): (_, Vec<_>) = wanted.contacts.into_iter().partition(fits);
            let free_in_ms = if refused.is_empty() { 0 } else { 3_600_000 };
            Reserved { sender_id: wanted.sender_id, granted, refused, free_in_ms }
        };
        wanted.into_iter().map(reserve).collect()
    }
}

fn limited() -> World {
    let mut world = World::new();
    let profile = Profile { portfolio: Some(PortfolioId::new("p")), ..profile() };
    world.task.set_profiles(Arc::new(HashMap::from([(SenderId::new(SENDER), profile)])), Millis(0));
    world
}

/// One round as the runner has it: decide, reserve, plan.
fn round(world: &mut World, places: &mut Places, events: Vec<Event>) -> Effects {
    world.now = world.now.plus(100);
    let inputs = events.into_iter().map(|event| world.input(event)).collect();
    let mut effects = Effects::default();
    let mut rows = world.rows.clone();
    world.task.decide(inputs, &mut rows, &mut effects);
    rows.reserved = places.reserve(world.task.reservations_wanted(world.now));
    world.task.plan(&mut rows, world.now, &mut effects);
    effects
}

/// Rounds in which Meta takes everything at once; gives to whom messages went.
fn rounds(world: &mut World, places: &mut Places, count: usize, mut events: Vec<Event>) -> Vec<Contact> {
    let mut sent = Vec::new();
    for _ in 0..count {
        let effects = round(world, places, std::mem::take(&mut events));
        for (attempt, _) in effects.send {
            let (intent_id, number) = (attempt.intent.intent_id, attempt.number);
            sent.push(attempt.intent.contact.clone());
            events.push(Event::Settled { intent_id, attempt: number, outcome: accepted() });
        }
    }
    sent
}

fn people(ids: std::ops::Range<u128>) -> Vec<Event> {
    ids.map(|id| Event::Submitted(intent(id))).collect()
}

#[test]
fn no_more_people_are_reached_than_have_a_place_and_the_others_wait() {
    let (mut world, mut places) = (limited(), Places::of(25));
    let sent = rounds(&mut world, &mut places, 100, people(0..60));
    assert_eq!(sent.iter().collect::<BTreeSet<_>>(), places.taken.iter().collect());
    assert_eq!(sent.len(), 25);
    assert_eq!(world.task.open_len(), 35, "none of them failed");
    assert!(places.asked <= 60, "nobody is asked for twice within half a minute: {}", places.asked);
    let wake = world.task.next_wake(world.now).expect("messages wait");
    assert!(wake.since(world.now) > 1_000, "nobody goes round and round");
    // The limit is raised; they are asked for again within half a minute.
    places.limit = 100;
    assert_eq!(rounds(&mut world, &mut places, 800, Vec::new()).len(), 35);
}

#[test]
fn who_counts_already_may_be_sent_to_again() {
    let (mut world, mut places) = (limited(), Places::of(10));
    rounds(&mut world, &mut places, 20, people(0..30));
    let again = |id: u128| Intent { contact: intent(id - 1_000).contact, ..intent(id) };
    let events = (1_000..1_030).map(|id| Event::Submitted(again(id))).collect();
    let sent = rounds(&mut world, &mut places, 100, events);
    assert_eq!(sent.len(), 10);
    assert!(sent.iter().all(|contact| places.taken.contains(contact)));
}

#[test]
fn who_wrote_is_answered_whatever_is_used_up() {
    let (mut world, mut places) = (limited(), Places::of(0));
    assert_eq!(rounds(&mut world, &mut places, 10, people(0..3)), []);
    let inbound = |wamid: &str, at: Millis| {
        let (sender, waba) = (SenderId::new(SENDER), WabaId::new("1"));
        Event::Inbound(Box::new(InboundReceived {
            contact: Some(intent(7).contact),
            ..InboundReceived::new(sender, waba, Wamid::new(wamid), at, "{}")
        }))
    };
    let yesterday = world.now.plus(-90_000_000);
    let effects = round(&mut world, &mut places, vec![inbound("wamid.1", yesterday), Event::Submitted(intent(7))]);
    assert_eq!((effects.send.len(), effects.windows.len()), (0, 1), "what was written yesterday opens nothing");
    let now = world.now;
    let effects = round(&mut world, &mut places, vec![inbound("wamid.2", now)]);
    assert_eq!(effects.windows, [(intent(1).tenant_id, SenderId::new(SENDER), intent(7).contact, now)]);
    let again = Intent { contact: intent(7).contact, ..intent(8) };
    assert_eq!(rounds(&mut world, &mut places, 10, vec![Event::Submitted(again)]), [intent(7).contact]);
}

#[test]
fn who_writes_in_a_group_opens_a_window_for_the_group_and_none_for_themselves() {
    let mut world = World::new();
    let now = world.now;
    let (sender, waba) = (SenderId::new(SENDER), WabaId::new("1"));
    let effects = world.step(vec![Event::Inbound(Box::new(InboundReceived {
        contact: Some(intent(7).contact),
        group_id: Some("Y2FwaV9ncm91cDox".into()),
        ..InboundReceived::new(sender.clone(), waba, Wamid::new("wamid.1"), now, "{}")
    }))]);
    assert_eq!(effects.windows, [(intent(1).tenant_id, sender, Contact::new("group:Y2FwaV9ncm91cDox"), now)]);
    assert_eq!(effects.inbound.len(), 1);
}

#[test]
fn without_a_limit_nobody_asks() {
    let mut world = World::new();
    world.step(people(0..100));
    assert_eq!(world.task.reservations_wanted(world.now), []);
}

#[test]
fn a_used_up_limit_stops_the_release_of_campaigns() {
    let (mut world, mut places) = (limited(), Places::of(0));
    let own = Campaign { recipients: 5_000, cursor: 100, ingested: 100, open: 1, ..campaign(CampaignState::Running) };
    let recipients = (0..500).map(|n| Recipient(Contact::new(format!("+163155{n:05}")), Vec::new())).collect();
    world.rows.chunks = HashMap::from([(own.campaign_id, Chunk { first_ordinal: 0, recipients })]);
    world.rows.campaigns.insert(own.campaign_id, own);
    assert!(!released_intents(&round(&mut world, &mut places, Vec::new())).is_empty());
    assert!(released_intents(&round(&mut world, &mut places, people(0..1))).is_empty());
}

#[test]
fn who_would_get_a_template_that_is_paused_takes_no_place_from_the_others() {
    let (mut world, mut places) = (limited(), Places::of(6));
    let templates = vec![template("a", true), template("b", false)];
    let own =
        Campaign { recipients: 6, cursor: 6, ingested: 6, open: 6, templates, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, own.clone());
    let events = (0..6).map(|n| Event::Submitted(rotation::message(&own, n, if n < 3 { "b" } else { "a" }))).collect();
    let sent: BTreeSet<Contact> = rounds(&mut world, &mut places, 20, events).into_iter().collect();
    assert_eq!(sent, (3..6).map(|n| intent(n).contact).collect());
    assert_eq!(places.taken, sent);
    // Later they are looked at again.
    for _ in 0..3 {
        world.now = world.now.plus(60_000);
        assert_eq!(rounds(&mut world, &mut places, 2, Vec::new()), []);
        assert_eq!(places.taken, sent);
    }
}
