//! Campaigns with several templates: they take turns, and one that is paused holds up nothing but its own messages.

use posthaste_model::{Message, TemplateMessage};

use super::*;

pub(super) fn message(campaign: &Campaign, n: u128, template: &str) -> Intent {
    let of = CampaignRef { id: campaign.campaign_id, generation: 0, ordinal: n as u32 };
    let content = TemplateMessage {
        name: template.into(),
        language: "en_US".into(),
        category: None,
        marketing: None,
        body: Vec::new(),
        components: Vec::new(),
        reply_to: None,
    };
    Intent { class: Class::Campaign, campaign: Some(of), message: Message::Template(content), ..intent(n) }
}

/// Names of the templates that a campaign releases its recipients with, in their order.
fn released(campaign: &Campaign) -> Vec<String> {
    let mut world = World::new();
    with_campaign(&mut world, campaign.clone());
    let recipient = |n: i32| Recipient(Contact::new(format!("+1631555{n:04}")), Vec::new());
    let recipients = (0..campaign.recipients).map(recipient).collect();
    world.rows.chunks = HashMap::from([(campaign.campaign_id, Chunk { first_ordinal: 0, recipients })]);
    let name = |publication: Publication| {
        let intent: Intent = serde_json::from_str(&publication.value).expect("an intent");
        intent.message.template().expect("a template").name.clone()
    };
    world.step(Vec::new()).publish.into_iter().map(name).collect()
}

#[test]
fn templates_take_turns_and_the_turns_of_one_that_is_missing_are_shared_out() {
    let own = Campaign {
        recipients: 9,
        templates: ["a", "b", "c"].map(|name| template(name, true)).into(),
        ..campaign(CampaignState::Running)
    };
    assert_eq!(released(&own).concat(), "abcabcabc");
    let mut missing = own.clone();
    missing.templates[1].approved = false;
    assert_eq!(released(&missing).concat(), "aacaccaac");
    missing.templates[0].approved = false;
    assert_eq!(released(&missing).concat(), "ccccccccc");
    missing.templates[2].approved = false;
    assert_eq!(released(&missing), Vec::<String>::new());
}

#[test]
fn what_has_a_template_that_is_paused_waits_and_the_others_of_its_campaign_leave() {
    let mut world = World::new();
    let templates = vec![template("a", true), template("b", false)];
    let own =
        Campaign { recipients: 6, cursor: 6, ingested: 6, open: 6, templates, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, own.clone());
    let left = |effects: &Effects| -> String {
        let name = |(attempt, _): &(Attempt, Millis)| attempt.intent.message.template().expect("one").name.clone();
        effects.send.iter().map(name).collect()
    };
    let events =
        (0..6).map(|n| Event::Submitted(message(&own, n, if n.is_multiple_of(2) { "a" } else { "b" }))).collect();
    assert_eq!(left(&world.step(events)), "aaa");
    world.now = world.now.plus(60_000);
    assert_eq!(left(&world.step(Vec::new())), "");
    with_campaign(&mut world, Campaign { templates: vec![template("a", true), template("b", true)], ..own });
    world.now = world.now.plus(60_000);
    assert_eq!(left(&world.step(Vec::new())), "bbb");
}

/// A world with a campaign of two templates, of which Meta takes the first one's messages and refuses the other's.
fn refusing(world: &mut World, own: &Campaign, count: u128) -> Vec<(IntentId, Status)> {
    let named = |n: u128| if n.is_multiple_of(2) { "a" } else { "b" };
    let mut events: Vec<Event> = (0..count).map(|n| Event::Submitted(message(own, n, named(n)))).collect();
    let mut ended = Vec::new();
    for _ in 0..400 {
        let effects = world.step(std::mem::take(&mut events));
        ended.extend(effects.updated.values().map(|attempt| (attempt.intent.intent_id, attempt.status)));
        for (attempt, _) in effects.send {
            let (intent_id, number) = (attempt.intent.intent_id, attempt.number);
            let is_first = attempt.intent.message.template().is_some_and(|content| content.name == "a");
            let outcome = if is_first { accepted() } else { refused(Verdict::Pause(Scope::Campaign)) };
            events.push(Event::Settled { intent_id, attempt: number, outcome });
        }
        world.now = world.now.plus(50);
    }
    ended
}

#[test]
fn what_is_wrong_with_one_template_ends_none_of_its_messages_while_others_of_the_campaign_leave() {
    let mut world = World::new();
    let templates = vec![template("a", true), template("b", true)];
    let own = Campaign {
        recipients: 400,
        cursor: 400,
        ingested: 400,
        open: 400,
        templates,
        ..campaign(CampaignState::Running)
    };
    with_campaign(&mut world, own.clone());
    let ended = refusing(&mut world, &own, 400);
    assert_eq!(ended.iter().filter(|(_, status)| *status == Status::Accepted).count(), 200);
    assert_eq!(ended.iter().filter(|(_, status)| *status == Status::Rejected).count(), 0);
    let held: Vec<_> = world.task.holds().map(|(key, _)| (key.scope, key.name.ends_with("/b/en_US"))).collect();
    assert_eq!(held, [(Scope::Template, true)]);
    // What is released from now on has the other template.
    let more = Campaign { recipients: 406, ..own.clone() };
    let recipients = (0..6).map(|n| Recipient(Contact::new(format!("+1631556{n:04}")), Vec::new())).collect();
    world.rows.chunks = HashMap::from([(own.campaign_id, Chunk { first_ordinal: 400, recipients })]);
    world.rows.campaigns = HashMap::from([(own.campaign_id, more)]);
    let effects = world.step(Vec::new());
    let names =
        released_intents(&effects).into_iter().map(|intent| intent.message.template().expect("one").name.clone());
    assert_eq!(names.collect::<String>(), "aaaaaa");
}
