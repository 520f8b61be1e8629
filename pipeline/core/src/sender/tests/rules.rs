//! Caps, pauses and hours: what they hold back, and that they hold back nothing else.

use super::*;
use crate::hours::{Hours, HoursZone};
use crate::pacing::PerMinute;

const MINUTE_MS: i64 = 60_000;
/// 2026-07-01T12:00:00Z: 14:00 in Berlin, and morning in America.
const NOON: Millis = Millis(1_782_907_200_000);

/// A campaign whose messages are all there.
fn campaign_of(n: u128, rules: Rules) -> Campaign {
    let campaign_id = CampaignId(uuid::Uuid::from_u128(n << 80));
    let all = Campaign { recipients: 100_000, cursor: 100_000, ..campaign(CampaignState::Running) };
    Campaign { campaign_id, ingested: 100_000, open: 100_000, rules, ..all }
}

fn message(campaign: &Campaign, n: u128) -> Intent {
    let of = CampaignRef { id: campaign.campaign_id, generation: 0, ordinal: n as u32 };
    let id = IntentId::of_recipient(campaign.campaign_id, n as u32);
    let own = intent(n);
    Intent { intent_id: id, class: Class::Campaign, campaign: Some(of), expires_at: Millis(i64::MAX / 2_000), ..own }
}

/// A fast number, at noon.
fn world(limit_per_second: u32) -> World {
    let mut world = World { now: NOON, ..World::new() };
    world.task.set_profiles(with(Profile { limit_per_second, ..profile() }), NOON);
    world
}

fn with(profile: Profile) -> Arc<HashMap<SenderId, Profile>> {
    Arc::new(HashMap::from([(SenderId::new(SENDER), profile)]))
}

fn queue(world: &mut World, campaign: &Campaign, count: u128) {
    world.rows.campaigns.insert(campaign.campaign_id, campaign.clone());
    take_in(world, (0..count).map(|n| message(campaign, n)));
}

/// Messages are there, and nothing is planned yet.
fn take_in(world: &mut World, messages: impl IntoIterator<Item = Intent>) {
    let inputs = messages.into_iter().map(|message| world.input(Event::Submitted(message))).collect();
    world.task.decide(inputs, &mut world.rows.clone(), &mut Effects::default());
}

/// Plans every `step_ms` for a while, and Meta takes everything at once; gives what was armed, with its slots.
fn run(world: &mut World, for_ms: i64, step_ms: i64) -> Vec<(IntentId, Option<CampaignId>, Millis)> {
    let (mut sent, until) = (Vec::new(), world.now.plus(for_ms));
    let mut settled = Vec::new();
    while world.now < until {
        world.now = world.now.plus(step_ms);
        let effects = world.step(std::mem::take(&mut settled));
        for (attempt, slot) in effects.send {
            let intent = &attempt.intent;
            sent.push((intent.intent_id, intent.campaign.as_ref().map(|own| own.id), slot));
            let (intent_id, attempt) = (intent.intent_id, attempt.number);
            settled.push(Event::Settled { intent_id, attempt, outcome: accepted() });
        }
    }
    sent
}

fn most_in_a_minute(slots: &[i64]) -> usize {
    let within = |n: usize| slots[n..].iter().take_while(|at| **at < slots[n] + MINUTE_MS).count();
    (0..slots.len()).map(within).max().unwrap_or(0)
}

#[test]
fn a_capped_campaign_keeps_to_its_cap_and_holds_up_nobody() {
    let mut world = world(80);
    let capped = campaign_of(1, Rules { max_per_minute: Some(60), ..Rules::default() });
    let free = campaign_of(2, Rules::default());
    queue(&mut world, &capped, 300);
    queue(&mut world, &free, 12_000);
    let sent = run(&mut world, 2 * MINUTE_MS, 100);
    let slots = |of: &Campaign| -> Vec<i64> {
        sent.iter().filter(|(_, own, _)| *own == Some(of.campaign_id)).map(|(.., slot)| slot.0).collect()
    };
    let (capped, free) = (slots(&capped), slots(&free));
    assert_eq!(most_in_a_minute(&capped), 60);
    assert!((118..=121).contains(&capped.len()), "{}", capped.len());
    let rate = free.len() as f64 / 120.0;
    assert!(rate > 72.0, "the other one has the rest of 74 a second, not {rate}");
}

#[test]
fn the_pace_of_a_cap_does_not_depend_on_how_often_it_is_asked() {
    let mut world = world(1_000);
    let capped = campaign_of(1, Rules { max_per_minute: Some(30_000), ..Rules::default() });
    queue(&mut world, &capped, 6_000);
    let sent = run(&mut world, 10_000, 90);
    assert!((4_900..=5_060).contains(&sent.len()), "{} in ten seconds of 500", sent.len());
}

#[test]
fn a_sender_keeps_to_its_share_of_its_tenants_cap() {
    let mut world = world(80);
    let cap = Some(PerMinute { messages: 240, shared_by: 2 });
    world.task.set_profiles(with(Profile { cap, ..profile() }), NOON);
    take_in(&mut world, (0..400).map(|n| Intent { expires_at: Millis(i64::MAX / 2_000), ..intent(n) }));
    let sent = run(&mut world, 2 * MINUTE_MS, 100);
    let slots: Vec<i64> = sent.iter().map(|(.., slot)| slot.0).collect();
    assert_eq!(most_in_a_minute(&slots), 120);
    assert!((237..=241).contains(&slots.len()), "{}", slots.len());
    let wake = world.task.next_wake(world.now).expect("messages wait");
    assert!((world.now..world.now.plus(500)).contains(&wake), "{wake} after {}", world.now);
}

#[test]
fn a_campaign_pauses_after_each_message() {
    let mut world = world(1_000);
    let pausing = campaign_of(1, Rules { jitter_ms: Some((1_000, 3_000)), ..Rules::default() });
    queue(&mut world, &pausing, 200);
    let sent = run(&mut world, 2 * MINUTE_MS, 50);
    let gaps: Vec<i64> = sent.windows(2).map(|pair| pair[1].2.since(pair[0].2)).collect();
    assert!(gaps.iter().all(|gap| (1_000..=3_050).contains(gap)), "{gaps:?}");
    assert!((50..=70).contains(&gaps.len()), "two seconds on average: {}", gaps.len());
    assert!(gaps.iter().any(|gap| *gap < 1_500) && gaps.iter().any(|gap| *gap > 2_500), "{gaps:?}");
}

#[test]
fn outside_its_hours_a_campaign_waits_releases_nothing_and_ends_only_what_is_too_old() {
    let mut world = world(80);
    let zone = HoursZone::parse("Europe/Berlin").expect("a zone");
    let hours = Hours::new(15 * 60, 16 * 60, zone);
    let evening = Campaign { recipients: 200_000, ..campaign_of(1, Rules { hours, ..Rules::default() }) };
    let (short, other) = (message(&evening, 999), campaign_of(2, Rules::default()));
    queue(&mut world, &evening, 20);
    queue(&mut world, &other, 20);
    take_in(&mut world, [Intent { expires_at: NOON.plus(MINUTE_MS), ..short.clone() }]);
    let sent = run(&mut world, 59 * MINUTE_MS, 5_000);
    assert_eq!(sent.len(), 20, "the other campaign's");
    assert_eq!(world.task.newest(short.intent_id).map(|attempt| attempt.status), Some(Status::Expired));
    assert_eq!(world.task.open_len(), 20, "the others wait");
    let opens = NOON.plus(60 * MINUTE_MS);
    let lead = i64::from(settings().arm_window_ms) / 2;
    assert_eq!(world.task.next_wake(world.now), Some(opens.plus(-lead)));
    assert!(world.step(Vec::new()).progress.is_empty(), "nothing is released");
    let sent = run(&mut world, 5 * MINUTE_MS, 50);
    assert_eq!(sent.len(), 20);
    assert!(sent[0].2 >= opens && sent[0].2 < opens.plus(100), "{}", sent[0].2);
    assert!(sent.is_sorted_by_key(|(id, ..)| *id), "in the order of the list");
}

#[test]
fn where_hours_are_the_recipients_each_message_waits_for_its_own() {
    let mut world = world(80);
    let hours = Hours::new(9 * 60, 20 * 60, HoursZone::Recipient);
    let campaign = campaign_of(1, Rules { hours, ..Rules::default() });
    world.rows.campaigns.insert(campaign.campaign_id, campaign.clone());
    let to = |n: u128, number: &str| Intent { contact: Contact::new(number), ..message(&campaign, n) };
    let (german, american) = (to(1, "+4930123456"), to(2, "+16315550101"));
    take_in(&mut world, [american, german.clone()]);
    let sent = run(&mut world, MINUTE_MS, 100);
    assert_eq!(sent.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [german.intent_id]);
    // Nine in Honolulu; in St John's it is half past four in the afternoon by then.
    let opens = Millis::parse("2026-07-01T19:00:00Z").expect("a time");
    assert_eq!(world.task.next_wake(world.now), Some(opens));
    world.now = opens;
    let effects = world.step(Vec::new());
    assert_eq!(effects.send.len(), 1);
}

#[test]
fn a_capped_campaign_is_released_at_its_own_pace() {
    let mut world = world(1_000);
    let rules = Rules { max_per_minute: Some(120), ..Rules::default() };
    let capped = Campaign { cursor: 0, ingested: 0, open: 0, rules, ..campaign_of(1, Rules::default()) };
    let recipients = (0..500).map(|n| Recipient(Contact::new(format!("+163155{n:05}")), Vec::new())).collect();
    world.rows.chunks = HashMap::from([(capped.campaign_id, Chunk { first_ordinal: 0, recipients })]);
    world.rows.campaigns.insert(capped.campaign_id, capped);
    let effects = world.step(Vec::new());
    assert_eq!(effects.publish.len(), 20, "ten seconds of two a second");
}
