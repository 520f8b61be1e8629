//! Given events, when an event, then effects.

use std::collections::BTreeMap;

use posthaste_model::{
    CampaignId, CampaignRef, Class, Contact, Sequence, StatusObserved, TenantId, Token, Transition, UnknownPolicy,
    WabaId, Wamid, topic,
};

use super::attempt::tests::intent;
use super::*;
use crate::invariants::commit_is_sound;
use crate::verdict::{Scope, Verdict};

mod breakers;
mod governor;
mod named;
mod opt_outs;
mod portfolio;
mod receipts;
mod rotation;
mod rules;
mod soundness;
mod standing;

const SENDER: &str = "106540352242922";
/// A take-over since which every person's limit has recovered.
const LONG_AGO: Millis = Millis(-1_000_000);

fn settings() -> Settings {
    Settings {
        headroom: 0.93,
        low_quality_share: 0.25,
        horizon_seconds: 10,
        arm_window_ms: 100,
        unknown_grace_ms: 3_000,
        attempts_max: 3,
        verdict_of,
    }
}

/// A table of two lines.
fn verdict_of(code: i64) -> Verdict {
    if code == 131_042 { Verdict::Pause(Scope::Waba) } else { Verdict::Permanent }
}

fn profiles() -> Arc<HashMap<SenderId, Profile>> {
    Arc::new(HashMap::from([(SenderId::new(SENDER), profile())]))
}

fn profile() -> Profile {
    Profile {
        tenant_id: TenantId(uuid::Uuid::from_u128(1)),
        limit_per_second: 80,
        waba_id: WabaId::new("102290129340398"),
        credential: "first".into(),
        cap: None,
        zone: Zone::UTC,
        portfolio: None,
        blocked_until: None,
        restrictions: Vec::new(),
        is_flagged: false,
        stop_words: Vec::new(),
    }
}

fn takeover(epoch: i64, open: Vec<Attempt>) -> Takeover {
    Takeover {
        epoch,
        may_post_at: LONG_AGO,
        high_water: HighWater::default(),
        open,
        stream_partitions: 2,
        holds: Vec::new(),
    }
}

/// A task with its world: what it was told, and what came of it.
struct World {
    task: SenderTask,
    now: Millis,
    rows: Rows,
}

impl World {
    fn new() -> Self {
        let task = SenderTask::take_over(settings(), profiles(), takeover(1, Vec::new()), Millis(0));
        Self { task, now: Millis(1_000), rows: Rows::default() }
    }

    fn input(&self, event: Event) -> Input {
        Input { at: self.now, sequence: None, origin: None, event }
    }

    /// Feeds events, then plans, as the runner does.
    fn step(&mut self, events: Vec<Event>) -> Effects {
        let inputs = events.into_iter().map(|event| self.input(event)).collect();
        let mut effects = Effects::default();
        let mut rows = self.rows.clone();
        self.task.decide(inputs, &mut rows, &mut effects);
        self.task.plan(&mut rows, self.now, &mut effects);
        commit_is_sound(self.task.epoch, self.task.campaigns(), &effects).expect("a sound commit");
        effects
    }

    fn submit(&mut self, id: u128) -> Effects {
        self.step(vec![Event::Submitted(intent(id))])
    }

    fn settle(&mut self, id: u128, attempt: i16, outcome: SendOutcome) -> Effects {
        self.step(vec![Event::Settled { intent_id: intent(id).intent_id, attempt, outcome }])
    }

    /// Heartbeats from the beginning up to this time; those that were heard before change nothing.
    fn progress(&mut self, upto: i64) -> Effects {
        self.heartbeats(0, upto)
    }

    fn heartbeats(&mut self, from: i64, upto: i64) -> Effects {
        let beat = |at| [0, 1].map(|partition| Event::Progressed { partition, upto: Millis(at) });
        let times = (from..upto).step_by(2_000).chain([upto]);
        self.step(times.flat_map(beat).collect())
    }
}

fn accepted() -> SendOutcome {
    SendOutcome::Accepted { wamid: Wamid::new("wamid.A"), held: false }
}

fn refused(verdict: Verdict) -> SendOutcome {
    SendOutcome::Refused {
        verdict,
        http_status: 400,
        code: Some(130_429),
        reason: "slow down".into(),
        retry_after_ms: None,
        wait_ms: None,
    }
}

fn unknown() -> SendOutcome {
    SendOutcome::Unknown { reason: "reset".into(), http_status: None }
}

fn status(id: u128, attempt: i16, status: Status) -> Event {
    Event::Status(StatusObserved {
        sender_id: SenderId::new(SENDER),
        wamid: Wamid::new("wamid.A"),
        status,
        at: Millis(5_000),
        contact: None,
        token: Some(Token { intent_id: intent(id).intent_id, attempt }.to_string()),
        code: None,
        reason: None,
        pricing: None,
    })
}

fn published(effects: &Effects) -> Vec<String> {
    let of = |publication: &Publication| {
        let value: serde_json::Value = serde_json::from_str(&publication.value).unwrap();
        value["status"].as_str().unwrap_or(publication.event_type.as_str()).to_owned()
    };
    effects.publish.iter().map(of).collect()
}

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

#[test]
fn what_a_dead_owner_armed_is_sent_again_only_if_it_was_certainly_not_posted() {
    let armed = |id| {
        let mut attempt = Attempt::queued(Arc::new(intent(id)), 1, Millis(0));
        attempt.armed_epoch = Some(1);
        attempt.advance(Status::Armed, Millis(500), &Report::default());
        attempt
    };
    let open = (1..=3).map(armed).collect();
    let mut task = SenderTask::take_over(settings(), profiles(), takeover(2, open), Millis(1_000));
    assert_eq!(task.inherited().len(), 3);
    let mut effects = Effects::default();
    for (id, posted) in [(1, Some(false)), (2, Some(true)), (3, None)] {
        task.inherit(intent(id).intent_id, posted, Millis(1_000), &mut effects);
    }
    assert_eq!(published(&effects), ["deferred", "unknown", "unknown"]);
    task.decide(Vec::new(), &mut Rows::default(), &mut effects);
    task.plan(&mut Rows::default(), Millis(1_001), &mut effects);
    assert_eq!(
        effects.send.iter().map(|(a, _)| (a.intent.intent_id, a.number)).collect::<Vec<_>>(),
        [(intent(1).intent_id, 2)]
    );
}

#[test]
fn nothing_is_armed_while_the_previous_lease_may_last() {
    let waiting = Takeover { may_post_at: Millis(8_000), ..takeover(2, Vec::new()) };
    let task = SenderTask::take_over(settings(), profiles(), waiting, Millis(0));
    let mut world = World { task, now: Millis(7_999), rows: Rows::default() };
    assert!(world.submit(1).send.is_empty());
    world.now = Millis(8_000);
    assert!(world.step(Vec::new()).send.is_empty(), "what it sent late may fill a tenth of a second more");
    world.now = Millis(8_050);
    let slots: Vec<_> = world.step(Vec::new()).send.into_iter().map(|(_, slot)| slot).collect();
    assert!(matches!(slots[..], [slot] if slot > Millis(8_100)), "{slots:?}");
}

#[test]
fn no_sliding_second_has_more_slots_than_the_limit() {
    let mut world = World::new();
    let mut slots = Vec::new();
    for id in 0..400 {
        slots.extend(world.submit(id).send.into_iter().map(|(_, slot)| slot.0));
    }
    for _ in 0..100 {
        world.now = world.now.plus(37);
        let effects = world.step(Vec::new());
        let ids: Vec<_> = effects.send.iter().map(|(attempt, _)| attempt.intent.intent_id).collect();
        slots.extend(effects.send.into_iter().map(|(_, slot)| slot.0));
        let settled = ids.into_iter().map(|intent_id| Event::Settled { intent_id, attempt: 1, outcome: accepted() });
        let _ = world.step(settled.collect());
    }
    let most = (0..slots.len()).map(|i| slots[i..].iter().take_while(|at| **at < slots[i] + 1_000).count()).max();
    assert!(most <= Some(80) && slots.len() > 200, "{most:?} of {}", slots.len());
}

fn template(name: &str, approved: bool) -> CampaignTemplate {
    CampaignTemplate { name: name.into(), language: "en_US".into(), category: None, approved, is_low: false }
}

fn campaign(state: CampaignState) -> Campaign {
    Campaign {
        tenant_id: TenantId(uuid::Uuid::from_u128(1)),
        campaign_id: CampaignId(uuid::Uuid::from_u128(0x0193_2d3c_7a4b_7c3d_9e8f_0a1b_2c3d_4e5f)),
        sender_id: SenderId::new(SENDER),
        state,
        generation: 0,
        confirmed: 0,
        recipients: 3,
        templates: vec![template("order_update", true)],
        marketing: None,
        unknown_policy: UnknownPolicy::AtMostOnce,
        ttl_seconds: 3_600,
        weight: 1,
        rules: Rules::default(),
        cursor: 0,
        ingested: 0,
        open: 0,
    }
}

fn with_campaign(world: &mut World, campaign: Campaign) {
    let recipients = (0..3).map(|n| Recipient(Contact::new(format!("+1631555010{n}")), vec!["a".into()])).collect();
    world.rows.chunks = HashMap::from([(campaign.campaign_id, Chunk { first_ordinal: 0, recipients })]);
    world.rows.campaigns = HashMap::from([(campaign.campaign_id, campaign)]);
}

fn released_intents(effects: &Effects) -> Vec<Intent> {
    let released = effects.publish.iter().filter(|publication| publication.topic == topic::SENDERS);
    released.map(|publication| serde_json::from_str(&publication.value).unwrap()).collect()
}

#[test]
fn a_campaign_is_released_through_the_log_and_completes() {
    let mut world = World::new();
    let marketing = Some(posthaste_model::MarketingOptions::default());
    with_campaign(&mut world, Campaign { marketing: marketing.clone(), ..campaign(CampaignState::Running) });
    let effects = world.step(Vec::new());
    let intents = released_intents(&effects);
    assert_eq!(
        intents.iter().map(|i| i.contact.as_str()).collect::<Vec<_>>(),
        ["+16315550100", "+16315550101", "+16315550102"]
    );
    assert!(intents.iter().all(|i| i.message.template().is_some_and(|template| template.marketing == marketing)));
    let key = (intents[0].tenant_id, campaign(CampaignState::Running).campaign_id);
    assert_eq!(effects.progress[&key].cursor, 3);
    assert_eq!(effects.progress[&key].completed_at, None);

    with_campaign(&mut world, Campaign { cursor: 3, ..campaign(CampaignState::Running) });
    let effects = world.step(intents.into_iter().map(Event::Submitted).collect());
    assert_eq!((effects.progress[&key].ingested, effects.progress[&key].open), (3, 3));
    assert_eq!(effects.progress[&key].completed_at, None);

    with_campaign(&mut world, Campaign { cursor: 3, ingested: 3, open: 3, ..campaign(CampaignState::Running) });
    let settled =
        |n: u32| Event::Settled { intent_id: IntentId::of_recipient(key.1, n), attempt: 1, outcome: accepted() };
    let effects = world.step((0..3).map(settled).collect());
    assert_eq!((effects.progress[&key].accepted, effects.progress[&key].open), (3, -3));
    assert!(effects.progress[&key].completed_at.is_some());
}

#[test]
fn a_paused_campaign_neither_releases_nor_arms_and_a_cancelled_one_ends_what_waits() {
    let mut world = World::new();
    with_campaign(&mut world, campaign(CampaignState::Paused));
    let mut message = intent(1);
    let id = campaign(CampaignState::Paused).campaign_id;
    message.class = Class::Campaign;
    message.campaign = Some(CampaignRef { id, generation: 0, ordinal: 0 });
    let effects = world.step(vec![Event::Submitted(message)]);
    assert!(effects.send.is_empty() && released_intents(&effects).is_empty());

    with_campaign(&mut world, Campaign { cursor: 1, ingested: 1, open: 1, ..campaign(CampaignState::Cancelled) });
    let effects = world.step(Vec::new());
    assert_eq!(published(&effects), ["cancelled"]);
    assert!(effects.progress[&(TenantId(uuid::Uuid::from_u128(1)), id)].completed_at.is_some());
}

#[test]
fn a_pause_is_confirmed_when_no_more_than_one_arm_window_can_still_leave() {
    let mut world = World::new();
    let running = Campaign { recipients: 100, cursor: 100, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, running.clone());
    let message = |n: u32| Intent {
        intent_id: IntentId::of_recipient(running.campaign_id, n),
        class: Class::Campaign,
        campaign: Some(CampaignRef { id: running.campaign_id, generation: 0, ordinal: n }),
        ..intent(n.into())
    };
    let mut armed: Vec<IntentId> = Vec::new();
    let mut events: Vec<Event> = (0..100).map(|n| Event::Submitted(message(n))).collect();
    for _ in 0..6 {
        armed.extend(world.step(std::mem::take(&mut events)).send.into_iter().map(|(a, _)| a.intent.intent_id));
        world.now = world.now.plus(50);
    }
    // 100 ms of 0.93 × 80/s.
    let window = 7;
    assert!(armed.len() > window, "{}", armed.len());

    with_campaign(&mut world, Campaign { state: CampaignState::Paused, generation: 1, ..running.clone() });
    let key = (running.tenant_id, running.campaign_id);
    loop {
        let effects = world.step(std::mem::take(&mut events));
        assert!(effects.send.is_empty(), "nothing is armed once the pause is seen");
        if effects.progress.get(&key).is_some_and(|progress| progress.confirmed == 1) {
            break;
        }
        assert!(armed.len() > window, "confirmed too late");
        let intent_id = armed.pop().expect("checked above");
        events.push(Event::Settled { intent_id, attempt: 1, outcome: accepted() });
        world.now = world.now.plus(50);
    }
    assert_eq!(armed.len(), window);

    let paused = Campaign { state: CampaignState::Paused, generation: 1, confirmed: 1, ..running };
    with_campaign(&mut world, paused);
    assert!(world.step(Vec::new()).is_empty(), "it is said once");
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

/// Otherwise the runner would go round and round while nothing may leave.
#[test]
fn messages_of_a_paused_campaign_wake_nobody() {
    let mut world = World::new();
    let own = Campaign { cursor: 3, ingested: 3, open: 1, ..campaign(CampaignState::Paused) };
    let message =
        Intent { campaign: Some(CampaignRef { id: own.campaign_id, generation: 0, ordinal: 0 }), ..intent(1) };
    with_campaign(&mut world, own);
    world.step(vec![Event::Submitted(message)]);
    assert_eq!(world.task.open_len(), 1);
    assert_eq!(world.task.next_wake(world.now), None);
    with_campaign(&mut world, Campaign { cursor: 3, ingested: 3, open: 1, ..campaign(CampaignState::Running) });
    assert_eq!(world.step(Vec::new()).send.len(), 1);
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
