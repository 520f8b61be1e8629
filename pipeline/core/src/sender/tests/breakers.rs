//! What is held, what slows down and what is tried again.

use super::*;
use crate::breaker::{HoldChange, PROBE_FIRST_MS, SERVER_PROBE_FIRST_MS, SERVER_STRIKES_MAX, STRIKES_MAX};

const TTL_MS: i64 = 60_000;

fn paused(scope: Scope) -> SendOutcome {
    refusal(Verdict::Pause(scope), None, None)
}

fn refusal(verdict: Verdict, retry_after_ms: Option<i64>, wait_ms: Option<i64>) -> SendOutcome {
    let reason = "words of Meta".to_owned();
    SendOutcome::Refused { verdict, http_status: 400, code: Some(131_042), reason, retry_after_ms, wait_ms }
}

/// A message of a campaign that runs.
fn of_campaign(id: u128) -> Intent {
    let campaign = CampaignRef { id: campaign(CampaignState::Running).campaign_id, generation: 0, ordinal: id as u32 };
    Intent { class: Class::Campaign, campaign: Some(campaign), expires_at: Millis(TTL_MS), ..intent(id) }
}

/// As many messages as trip a breaker, each armed and then refused; gives the effects of the last refusal.
fn trip(world: &mut World, message: impl Fn(u128) -> Intent, outcome: &SendOutcome) -> Effects {
    let strikes = u128::from(STRIKES_MAX);
    let armed = world.step((1..=strikes).map(|id| Event::Submitted(message(id))).collect()).send.len();
    assert_eq!(armed, strikes as usize, "room for all of them");
    let settled = |id| Event::Settled { intent_id: message(id).intent_id, attempt: 1, outcome: outcome.clone() };
    let before = world.step((1..strikes).map(settled).collect());
    assert!(before.holds.is_empty(), "a handful, not fewer");
    world.step(vec![settled(strikes)])
}

/// A world whose number is fast enough to arm all strikes at once.
fn fast_world() -> World {
    let mut world = World::new();
    world.task.set_profiles(profiles_of(&Profile { limit_per_second: 1_000, ..profile() }), Millis(0));
    world
}

fn profiles_of(profile: &Profile) -> Arc<HashMap<SenderId, Profile>> {
    Arc::new(HashMap::from([(SenderId::new(SENDER), profile.clone())]))
}

/// Plans every tenth of a second up to a time; gives the messages that were armed.
fn sends_until(world: &mut World, until: Millis) -> Vec<IntentId> {
    let mut sends = Vec::new();
    while world.now < until {
        world.now = world.now.plus(100);
        sends.extend(world.step(Vec::new()).send.into_iter().map(|(attempt, _)| attempt.intent.intent_id));
    }
    sends
}

#[test]
fn an_account_that_cannot_pay_stops_after_a_handful_and_its_messages_wait() {
    for scope in [Scope::Token, Scope::Waba, Scope::Sender] {
        let mut world = fast_world();
        let effects = trip(&mut world, intent, &paused(scope));
        let (key, change) = effects.holds.first_key_value().expect("it is held");
        assert_eq!(key.scope, scope);
        let HoldChange::Held(hold) = change else { panic!("{change:?}") };
        assert_eq!((hold.code, hold.reason.as_str()), (Some(131_042), "words of Meta"));
        world.step((100..200).map(|id| Event::Submitted(intent(id))).collect());
        let (probe_at, held_since) = (hold.probe_at, world.now);
        assert_eq!(sends_until(&mut world, probe_at.plus(-100)), [], "held since {held_since}");
        assert_eq!(world.task.next_wake(world.now), Some(probe_at), "nobody goes round and round");
        assert_eq!(sends_until(&mut world, probe_at.plus(5_000)).len(), 1, "a probe");
        assert_eq!(world.task.open_len(), 105, "none of them failed");
    }
}

#[test]
fn a_probe_that_goes_through_lets_everything_pass() {
    let mut world = fast_world();
    trip(&mut world, intent, &paused(Scope::Waba));
    let until = world.now.plus(PROBE_FIRST_MS + 100);
    let probe = sends_until(&mut world, until);
    let number = world.task.open[&probe[0]].number;
    let effects = world.step(vec![Event::Settled { intent_id: probe[0], attempt: number, outcome: accepted() }]);
    assert!(matches!(effects.holds.values().next(), Some(HoldChange::Released(..))));
    let until = world.now.plus(3_000);
    let mut all = sends_until(&mut world, until);
    all.extend(effects.send.iter().map(|(attempt, _)| attempt.intent.intent_id));
    assert_eq!(all.len(), STRIKES_MAX as usize - 1);
    assert_eq!(world.task.holds().count(), 0);
}

#[test]
fn a_replaced_token_releases_what_the_old_one_held() {
    let mut world = fast_world();
    trip(&mut world, intent, &paused(Scope::Token));
    let renewed = Profile { limit_per_second: 1_000, credential: "second".into(), ..profile() };
    world.task.set_profiles(profiles_of(&renewed), world.now);
    let effects = world.step(Vec::new());
    assert!(matches!(effects.holds.values().next(), Some(HoldChange::Released(..))));
    let until = world.now.plus(3_000);
    assert_eq!(sends_until(&mut world, until).len(), STRIKES_MAX as usize);
}

#[test]
fn a_paused_template_holds_its_campaign_and_nothing_else() {
    let mut world = fast_world();
    let own =
        Campaign { recipients: 1_000, cursor: 1_000, ingested: 1_000, open: 9, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, own.clone());
    let template = |id| Intent {
        message: posthaste_model::Message::Template(posthaste_model::TemplateMessage {
            name: own.templates[0].name.clone(),
            language: own.templates[0].language.clone(),
            category: None,
            body: Vec::new(),
            components: Vec::new(),
            reply_to: None,
            marketing: None,
        }),
        ..of_campaign(id)
    };
    let effects = trip(&mut world, template, &paused(Scope::Template));
    let key = effects.holds.keys().next().expect("it is held");
    assert_eq!(key.name, "102290129340398/order_update/en_US");
    let until = world.now.plus(PROBE_FIRST_MS - 200);
    world.step(vec![Event::Submitted(template(50))]);
    assert_eq!(sends_until(&mut world, until), []);
    assert_eq!(world.submit(60).send.len(), 1, "a free text");
    let single = Intent { campaign: None, class: Class::Transactional, ..template(61) };
    assert!(world.step(vec![Event::Submitted(single)]).send.is_empty(), "a single message of the template");
}

#[test]
fn messages_that_are_held_end_with_their_life_and_not_before() {
    let mut world = fast_world();
    let short = |id| Intent { expires_at: Millis(TTL_MS), ..intent(id) };
    trip(&mut world, intent, &paused(Scope::Waba));
    world.step((100..200).map(|id| Event::Submitted(short(id))).collect());
    let mut ended = Vec::new();
    while world.now < Millis(TTL_MS + 6_000) {
        world.now = world.now.plus(500);
        let effects = world.step(Vec::new());
        let lost = published(&effects).into_iter().filter(|status| status == "expired");
        ended.extend(lost.map(|_| world.now));
        for (attempt, _) in effects.send {
            let (intent_id, number) = (attempt.intent.intent_id, attempt.number);
            let outcome = paused(Scope::Waba);
            let effects = world.step(vec![Event::Settled { intent_id, attempt: number, outcome }]);
            let lost = published(&effects).into_iter().filter(|status| status == "expired");
            ended.extend(lost.map(|_| world.now));
        }
    }
    assert_eq!(ended.len(), 100);
    // The one that was a probe last may have had no time left for its wait.
    let early = ended.iter().filter(|at| at.0 < TTL_MS).count();
    assert!(early <= 1, "{early} ended before their time");
    assert_eq!(world.task.open_len(), STRIKES_MAX as usize, "the others live on, however often they were probes");
}

#[test]
fn failures_that_webhooks_report_hold_the_account_too() {
    let mut world = fast_world();
    let failure = |id| {
        let Event::Status(observed) = status(id, 1, Status::Failed) else { unreachable!("made as one") };
        Event::Status(StatusObserved { code: Some(131_042), reason: Some("no money".into()), ..observed })
    };
    let ids = 1..=u128::from(STRIKES_MAX);
    world.step(ids.clone().map(|id| Event::Submitted(intent(id))).collect());
    for id in ids.clone() {
        world.settle(id, 1, accepted());
    }
    let first = failure(1);
    let effects = world.step(vec![first.clone(), first.clone(), first.clone(), first.clone(), first]);
    assert!(effects.holds.is_empty(), "a webhook that is repeated is one");
    let effects = world.step(ids.map(failure).collect());
    let Some(HoldChange::Held(hold)) = effects.holds.values().next() else { panic!("it is not held") };
    assert!(hold.by_report);
    assert_eq!(world.submit(50).send.len(), 0);
}

#[test]
fn a_new_owner_holds_on() {
    let mut world = fast_world();
    trip(&mut world, intent, &paused(Scope::Waba));
    let holds = world.task.holds().map(|(key, hold)| (key.clone(), hold.clone())).collect();
    let taken = Takeover { holds, ..takeover(2, Vec::new()) };
    let mut successor =
        World { task: SenderTask::take_over(settings(), profiles(), taken, world.now), now: world.now, ..World::new() };
    assert_eq!(successor.submit(50).send.len(), 0);
    let until = successor.now.plus(PROBE_FIRST_MS + 100);
    assert_eq!(sends_until(&mut successor, until).len(), 1);
}

#[test]
fn a_campaign_whose_template_does_not_fit_stops_and_what_was_refused_is_lost() {
    let mut world = World::new();
    let own =
        Campaign { recipients: 1_000, cursor: 1_000, ingested: 1_000, open: 99, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, own);
    let long = |id| Intent { expires_at: Millis(1_000_000), ..of_campaign(id) };
    world.step((1..=100).map(|id| Event::Submitted(long(id))).collect());
    let mut rejected = 0;
    for _ in 0..80 {
        world.now = world.now.plus(100);
        let sends = world.step(Vec::new()).send;
        let outcome = paused(Scope::Campaign);
        let settled = |(attempt, _): (Attempt, Millis)| Event::Settled {
            intent_id: attempt.intent.intent_id,
            attempt: 1,
            outcome: outcome.clone(),
        };
        rejected += published(&world.step(sends.into_iter().map(settled).collect())).len();
    }
    let most = crate::breaker::CAMPAIGN_STRIKES_MAX as usize;
    // Those that were armed with the last strike are lost too.
    assert!((most..most + 20).contains(&rejected), "{rejected} are lost");
    assert_eq!(world.submit(200).send.len(), 1, "nothing else is held");
}

#[test]
fn a_throttle_slows_the_number_down_and_a_maintenance_holds_it_for_its_minute() {
    let mut slots = [0, 0];
    for (throttled, slots) in [false, true].into_iter().zip(&mut slots) {
        let mut world = World::new();
        world.submit(1);
        let outcome = if throttled { refused(Verdict::Throttle(Scope::Sender)) } else { accepted() };
        world.settle(1, 1, outcome);
        world.now = Millis(3_500);
        world.step((100..400).map(|id| Event::Submitted(intent(id))).collect());
        while world.now < Millis(6_500) {
            world.now = world.now.plus(50);
            let sends = world.step(Vec::new()).send;
            *slots += sends.len();
            let settled = |(attempt, _): (Attempt, Millis)| Event::Settled {
                intent_id: attempt.intent.intent_id,
                attempt: attempt.number,
                outcome: accepted(),
            };
            world.step(sends.into_iter().map(settled).collect());
        }
    }
    let share = slots[1] as f64 / slots[0] as f64;
    assert!((0.6..0.85).contains(&share), "{slots:?}");

    for (asked, held_ms) in [(None, 60_000), (Some(1_000), 60_000), (Some(90_000), 90_000), (Some(900_000), 120_000)] {
        let mut world = World::new();
        world.submit(1);
        world.settle(1, 1, refusal(Verdict::Throttle(Scope::Sender), asked, Some(60_000)));
        world.submit(2);
        let since = world.now;
        let sends = sends_until(&mut world, since.plus(held_ms - 200));
        assert_eq!(sends, [], "Retry-After {asked:?}");
        assert_eq!(sends_until(&mut world, since.plus(held_ms + 5_000)).len(), 2, "Retry-After {asked:?}");
    }
}

#[test]
fn a_pair_that_is_too_fast_waits_alone() {
    let mut world = World::new();
    world.submit(1);
    let effects = world.settle(1, 1, refusal(Verdict::Throttle(Scope::Pair), None, Some(1_000)));
    assert_eq!(effects.retried[0].due_at, world.now.plus(1_000));
    assert_eq!(world.submit(2).send.len(), 1, "somebody else");
    let same = Intent { contact: intent(1).contact, ..intent(3) };
    assert!(world.step(vec![Event::Submitted(same)]).send.is_empty(), "the same person");
    world.now = world.now.plus(1_000);
    assert_eq!(world.step(Vec::new()).send.len(), 2);
    let effects = world.settle(1, 2, refusal(Verdict::Throttle(Scope::Pair), None, Some(1_000)));
    assert_eq!(effects.retried[0].due_at, world.now.plus(4_000));
}

/// What a storm answers: no connection, an error page, nothing at all.
fn of_a_storm(n: usize) -> SendOutcome {
    let reason = "words of the shell".to_owned();
    match n % 3 {
        0 => SendOutcome::NotSent { reason, unreachable: true },
        1 => SendOutcome::Unknown { reason, http_status: Some(502) },
        _ => SendOutcome::Unknown { reason, http_status: None },
    }
}

#[test]
fn a_storm_at_meta_leaves_a_handful_unknown_and_the_rest_wait_with_their_attempts_unspent() {
    let mut world = World::new();
    let (mut posts, mut probes, mut sent) = (0, 0, 0);
    let mut armed = world.step((1..=500).map(|id| Event::Submitted(intent(id))).collect()).send;
    let (storm_ends, end) = (world.now.plus(120_000), world.now.plus(190_000));
    while world.now < end {
        world.now = world.now.plus(100);
        let (held, storms) = (world.task.holds().count() > 0, world.now < storm_ends);
        let planned = world.step(Vec::new()).send;
        assert!(!held || planned.len() <= 1, "one probe at a time");
        probes += if held && storms { planned.len() } else { 0 };
        armed.extend(planned);
        for (attempt, _) in std::mem::take(&mut armed) {
            posts += usize::from(storms);
            sent += usize::from(!storms);
            let (intent_id, number) = (attempt.intent.intent_id, attempt.number);
            let outcome = if storms { of_a_storm(posts) } else { accepted() };
            armed.extend(world.step(vec![Event::Settled { intent_id, attempt: number, outcome }]).send);
        }
    }
    // 5, 10, 20, 40 s after one another.
    assert!((3..=5).contains(&probes), "{probes} probes");
    // Those that hold, what was armed with them, and the probes: no other is in doubt, none has spent its attempts.
    assert!(posts <= SERVER_STRIKES_MAX as usize + 20 + probes, "{posts} POSTs");
    assert_eq!(world.task.holds().count(), 0, "a minute after the storm at the latest");
    assert_eq!(sent + world.task.unknown_len(), 500, "every message that is not in doubt has left");
}

#[test]
fn a_refusal_by_meta_ends_a_hold_of_its_servers_and_what_the_shell_held_back_begins_none() {
    let mut world = fast_world();
    let strikes = u128::from(SERVER_STRIKES_MAX);
    world.step((1..=strikes).map(|id| Event::Submitted(intent(id))).collect());
    let held_back = SendOutcome::NotSent { reason: "the lease ended".into(), unreachable: false };
    for id in 1..=strikes {
        assert!(world.settle(id, 1, held_back.clone()).holds.is_empty());
    }
    let mut world = fast_world();
    world.step((1..=strikes + 5).map(|id| Event::Submitted(intent(id))).collect());
    for id in 1..=strikes {
        world.settle(id, 1, SendOutcome::Unknown { reason: "HTTP 500".into(), http_status: Some(500) });
    }
    let (_, hold) = world.task.holds().next().expect("it is held");
    assert_eq!(hold.code, None);
    for id in strikes + 1..=strikes + 5 {
        world.settle(id, 1, SendOutcome::NotSent { reason: "no connection".into(), unreachable: true });
    }
    let until = world.now.plus(SERVER_PROBE_FIRST_MS + 2_000);
    let probe = sends_until(&mut world, until);
    assert_eq!(probe.len(), 1);
    let number = world.task.open[&probe[0]].number;
    let outcome = refusal(Verdict::Permanent, None, None);
    world.step(vec![Event::Settled { intent_id: probe[0], attempt: number, outcome }]);
    assert_eq!(world.task.holds().count(), 0, "whoever refuses is there");
}
