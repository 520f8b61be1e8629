//! What Meta has against an account, a number or a template: what waits, and what goes slowly.

use posthaste_model::{Message, TemplateMessage, TextMessage};

use super::*;
use crate::breaker::STRIKES_MAX;

const SECOND_MS: i64 = 1_000;
/// When the restrictions of these tests end.
const END: Millis = Millis(3_600_000);

fn with(profile: Profile) -> Arc<HashMap<SenderId, Profile>> {
    Arc::new(HashMap::from([(SenderId::new(SENDER), profile)]))
}

fn restricted(restriction: Restriction) -> World {
    let mut world = World::new();
    world.task.set_profiles(with(Profile { restrictions: vec![(restriction, END)], ..profile() }), world.now);
    world
}

fn templated(id: u128, category: Option<&str>) -> Intent {
    let message = Message::Template(TemplateMessage {
        name: "order_update".into(),
        language: "en_US".into(),
        category: category.map(str::to_owned),
        body: Vec::new(),
        components: Vec::new(),
        reply_to: None,
        marketing: None,
    });
    Intent { message, expires_at: END.plus(3_600_000), ..intent(id) }
}

fn text(id: u128) -> Intent {
    let message = Message::Text(TextMessage { body: "x".into(), preview_url: false, reply_to: None });
    Intent { message, ..templated(id, None) }
}

/// What is armed within a second, in any order of the messages.
fn armed(world: &mut World, mut events: Vec<Event>) -> BTreeSet<IntentId> {
    let until = world.now.plus(SECOND_MS);
    let mut armed = BTreeSet::new();
    while world.now < until {
        let sent = world.step(std::mem::take(&mut events)).send;
        armed.extend(sent.into_iter().map(|(attempt, _)| attempt.intent.intent_id));
        world.now = world.now.plus(50);
    }
    armed
}

#[test]
fn a_restriction_holds_what_it_names_until_it_ends_and_lets_all_else_leave() {
    let messages = [templated(1, Some("MARKETING")), templated(2, Some("UTILITY")), text(3)];
    for (restriction, free) in [
        (Restriction::BusinessInitiated, vec![3]),
        (Restriction::CustomerInitiated, vec![1, 2]),
        (Restriction::UtilityTemplates, vec![1, 3]),
    ] {
        let mut world = restricted(restriction);
        let first = armed(&mut world, messages.clone().map(Event::Submitted).into());
        assert_eq!(first, free.into_iter().map(|id| intent(id).intent_id).collect(), "{restriction:?}");
        world.now = END;
        let all: BTreeSet<IntentId> = &first | &armed(&mut world, Vec::new());
        assert_eq!(all.len(), messages.len(), "{restriction:?} is over");
    }
}

#[test]
fn a_campaign_of_restricted_templates_releases_nothing_and_one_with_others_goes_on_with_them() {
    let categorised =
        |name: &str, category: &str| CampaignTemplate { category: Some(category.into()), ..template(name, true) };
    let names = |world: &mut World, templates: Vec<CampaignTemplate>| -> Vec<String> {
        with_campaign(world, Campaign { templates, ..campaign(CampaignState::Running) });
        let released = released_intents(&world.step(Vec::new()));
        released.iter().map(|intent| intent.message.template().expect("a template").name.clone()).collect()
    };
    let mut world = restricted(Restriction::UtilityTemplates);
    assert_eq!(names(&mut world, vec![categorised("a", "UTILITY")]), Vec::<String>::new());
    let both = vec![categorised("a", "UTILITY"), categorised("b", "MARKETING")];
    assert_eq!(names(&mut world, both.clone()), ["b", "b", "b"]);
    assert_eq!(names(&mut restricted(Restriction::BusinessInitiated), both.clone()), Vec::<String>::new());
    world.now = END;
    assert_eq!(names(&mut world, both), ["a", "b", "a"]);
}

#[test]
fn what_a_restriction_stops_ends_with_its_life() {
    let mut world = restricted(Restriction::BusinessInitiated);
    let short = Intent { expires_at: world.now.plus(60_000), ..templated(1, None) };
    let campaign = CampaignRef { id: campaign(CampaignState::Running).campaign_id, generation: 0, ordinal: 0 };
    let of_campaign = Intent { class: Class::Campaign, campaign: Some(campaign), ..templated(2, None) };
    let of_campaign = Intent { expires_at: short.expires_at, ..of_campaign };
    with_campaign(&mut world, Campaign { recipients: 1, cursor: 1, ..super::campaign(CampaignState::Running) });
    world.step(vec![Event::Submitted(short), Event::Submitted(of_campaign)]);
    world.now = world.now.plus(70_000);
    let effects = world.step(Vec::new());
    let ended: Vec<Status> = effects.updated.values().map(|attempt| attempt.status).collect();
    assert_eq!(ended, [Status::Expired, Status::Expired]);
}

/// Has Meta refuse as many messages as trip a breaker; gives the effects of the last refusal.
fn refuse(world: &mut World, code: i64) -> Effects {
    let ids = 1..=u128::from(STRIKES_MAX);
    let sent = armed(world, ids.clone().map(|id| Event::Submitted(templated(id, None))).collect());
    assert_eq!(sent.len(), STRIKES_MAX as usize);
    let outcome = || SendOutcome::Refused {
        verdict: Verdict::Pause(Scope::Waba),
        http_status: 403,
        code: Some(code),
        reason: "words of Meta".into(),
        retry_after_ms: None,
        wait_ms: None,
    };
    let settled = |id| Event::Settled { intent_id: intent(id).intent_id, attempt: 1, outcome: outcome() };
    world.step(ids.map(settled).collect())
}

#[test]
fn a_refusal_that_a_known_restriction_explains_holds_nothing_but_its_message() {
    let mut world = restricted(Restriction::CustomerInitiated);
    let effects = refuse(&mut world, 368);
    assert!(effects.holds.is_empty(), "{:?}", effects.holds);
    assert_eq!(armed(&mut world, vec![Event::Submitted(templated(9, None))]).len(), 1, "the account goes on");
    // The refused ones are not asked about every minute for as long as it lasts, and wait for its end.
    world.now = world.now.plus(600_000);
    assert_eq!(armed(&mut world, Vec::new()).len(), 0);
    world.now = END;
    assert_eq!(armed(&mut world, Vec::new()).len(), STRIKES_MAX as usize);
    // Another fault of the account is one, restricted or not; and without a restriction this code is.
    assert_eq!(refuse(&mut restricted(Restriction::CustomerInitiated), 131_042).holds.len(), 1);
    assert_eq!(refuse(&mut World::new(), 368).holds.len(), 1);
}

/// The slots of the messages that are armed in ten seconds, Meta taking all of them.
fn slots(world: &mut World, mut events: Vec<Event>) -> Vec<Millis> {
    let (mut slots, until) = (Vec::new(), world.now.plus(10 * SECOND_MS));
    while world.now < until {
        let send = world.step(std::mem::take(&mut events)).send;
        slots.extend(send.iter().map(|(_, slot)| *slot));
        events = send
            .into_iter()
            .map(|(attempt, _)| {
                let (intent_id, attempt) = (attempt.intent.intent_id, attempt.number);
                Event::Settled { intent_id, attempt, outcome: accepted() }
            })
            .collect();
        world.now = world.now.plus(50);
    }
    slots
}

fn pace(world: &mut World, events: Vec<Event>) -> usize {
    slots(world, events).len()
}

#[test]
fn a_number_of_low_quality_has_a_share_of_its_rate_until_that_is_over() {
    let mut world = World::new();
    world.task.set_profiles(with(Profile { is_flagged: true, ..profile() }), world.now);
    // 93 % of 80 messages per second, and a quarter of that.
    let slow = slots(&mut world, (0..3_000).map(|id| Event::Submitted(templated(id, None))).collect());
    assert!((180..=190).contains(&slow.len()), "{}", slow.len());
    world.task.set_profiles(profiles(), world.now);
    let again = slots(&mut world, Vec::new());
    assert!((735..=750).contains(&again.len()), "{}", again.len());
    world.task.set_profiles(with(Profile { is_flagged: true, ..profile() }), world.now);
    let all = [slow, again, slots(&mut world, Vec::new())].concat();
    let in_a_second = |from: &Millis| all.iter().filter(|at| (*from..from.plus(SECOND_MS)).contains(at)).count();
    assert!(all.iter().all(|from| in_a_second(from) <= 80), "what was handed out before the change counts too");
}

#[test]
fn a_campaign_goes_slowly_while_all_its_templates_are_of_low_quality() {
    let low = |name: &str, is_low| CampaignTemplate { is_low, ..template(name, true) };
    let own = Campaign { recipients: 2_000, cursor: 2_000, open: 2_000, ..campaign(CampaignState::Running) };
    let own = Campaign { ingested: 2_000, ..own };
    let message = |n: u128| {
        let of = CampaignRef { id: own.campaign_id, generation: 0, ordinal: n as u32 };
        Event::Submitted(Intent { class: Class::Campaign, campaign: Some(of), ..templated(n, None) })
    };
    let mut world = World::new();
    with_campaign(&mut world, Campaign { templates: vec![low("order_update", true)], ..own.clone() });
    let slow = pace(&mut world, (0..2_000).map(message).collect());
    assert!((190..=205).contains(&slow), "{slow}");
    // Other messages of the number leave beside it.
    let beside = pace(&mut world, (3_000..5_000).map(|id| Event::Submitted(templated(id, None))).collect());
    assert!(beside > 700, "{beside}");
    // With another template that is better, or when the quality has become better, it goes on as it did.
    for templates in [vec![low("a", true), low("b", false)], vec![low("order_update", false)]] {
        let mut world = World::new();
        with_campaign(&mut world, Campaign { templates, ..own.clone() });
        let fast = pace(&mut world, (0..2_000).map(message).collect());
        assert!(fast > 700, "{fast}");
    }
}

#[test]
fn a_template_of_low_quality_gives_its_turns_to_the_others() {
    let low = |name: &str, is_low| CampaignTemplate { is_low, ..template(name, true) };
    let names = |templates: Vec<CampaignTemplate>| -> Vec<String> {
        let mut world = World::new();
        with_campaign(&mut world, Campaign { templates, ..campaign(CampaignState::Running) });
        let released = released_intents(&world.step(Vec::new()));
        released.iter().map(|intent| intent.message.template().expect("a template").name.clone()).collect()
    };
    assert_eq!(names(vec![low("a", true), low("b", false)]), ["b", "b", "b"]);
    assert_eq!(names(vec![low("a", true), low("b", true)]), ["a", "b", "a"]);
}
