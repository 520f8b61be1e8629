//! People who opt out while messages wait for them.

use posthaste_model::whatsapp::content::{self, Text};
use posthaste_model::whatsapp::{Content, Identity};
use posthaste_model::{Message, Source, TemplateMessage, TextMessage};

use super::*;

fn marketing(id: u128, category: Option<&str>) -> Intent {
    let (name, language) = ("offer".to_owned(), "en_US".to_owned());
    let category = category.map(str::to_owned);
    let message = Message::Template(TemplateMessage {
        name,
        language,
        category,
        body: Vec::new(),
        components: Vec::new(),
        reply_to: None,
        marketing: None,
    });
    Intent { message, ..intent(id) }
}

fn of_campaign(id: u128) -> Intent {
    let campaign = CampaignRef { id: campaign(CampaignState::Running).campaign_id, generation: 0, ordinal: 0 };
    Intent { class: Class::Campaign, campaign: Some(campaign), ..marketing(id, None) }
}

fn row(id: u128, scope: impl Into<Option<OptOutScope>>, at: i64) -> OptedOut {
    let scope = scope.into();
    OptedOut { tenant_id: intent(id).tenant_id, contact: intent(id).contact, scope, at: Millis(at) }
}

/// A world whose number is held back, so that what is submitted waits.
fn waiting(intents: Vec<Intent>) -> World {
    let mut world = World::new();
    let until = world.now.plus(60_000);
    let held = Profile { blocked_until: Some(until), stop_words: vec!["stop".into(), "arrêt".into()], ..profile() };
    world.task.set_profiles(Arc::new(HashMap::from([(SenderId::new(SENDER), held)])), world.now);
    let effects = world.step(intents.into_iter().map(Event::Submitted).collect());
    assert!(effects.send.is_empty());
    world
}

fn wrote(text: &str, from: u128, source: Source) -> Event {
    let (sender, waba) = (SenderId::new(SENDER), WabaId::new("1"));
    Event::Inbound(Box::new(InboundReceived {
        source,
        contact: Some(intent(from).contact),
        identity: Identity {
            user_id: Some("US.7".into()),
            parent_user_id: Some("US.ENT.7".into()),
            ..Identity::default()
        },
        text: Some(text.into()),
        content: Content::Text(Text { body: Some(text.into()) }),
        ..InboundReceived::new(sender, waba, Wamid::new(format!("wamid.{text}.{from}")), Millis(900), "{}")
    }))
}

fn opted_out(effects: &Effects) -> Vec<(String, OptOutSource)> {
    effects.opt_outs.iter().map(|own| (own.contact.to_string(), own.source)).collect()
}

#[test]
fn what_waits_for_a_person_is_rejected_when_they_opt_out_and_nothing_else_is() {
    let mut world = waiting(vec![intent(1), intent(2)]);
    world.rows.opt_outs = vec![row(1, OptOutScope::All, 1_000)];
    let effects = world.step(Vec::new());
    assert_eq!(published(&effects), ["rejected"]);
    assert!(effects.publish[0].value.contains("opted_out"));
    assert!(world.step(Vec::new()).publish.is_empty(), "the same row again changes nothing");
    assert_eq!(world.task.open_len(), 1);
}

#[test]
fn an_opt_out_from_marketing_concerns_marketing() {
    let text = Intent {
        message: Message::Text(TextMessage { body: "hi".into(), preview_url: false, reply_to: None }),
        ..intent(1)
    };
    let campaign = |id: u128, category| Intent { class: Class::Campaign, ..marketing(id, category) };
    for (intent, concerned) in [
        (marketing(1, Some("MARKETING")), true),
        (marketing(1, Some("UTILITY")), false),
        (marketing(1, None), false),
        (campaign(1, None), true),
        (campaign(1, Some("UTILITY")), false),
        (text, false),
    ] {
        assert_eq!(OptOutScope::Marketing.covers(&intent), concerned, "{intent:?}");
        assert!(OptOutScope::All.covers(&intent));
    }
}

#[test]
fn rows_are_asked_for_while_messages_wait_and_from_before_they_came() {
    let world = waiting(vec![intent(1)]);
    let wanted = world.task.keys(&[]).opt_outs;
    assert_eq!(wanted, [(intent(1).tenant_id, Millis(1_000 - 10_000))]);
    let mut idle = World::new();
    assert!(idle.submit(1).send.len() == 1 && idle.task.keys(&[]).is_empty(), "nothing waits");
}

#[test]
fn a_new_owner_asks_from_when_the_oldest_that_waits_was_accepted() {
    let old = Attempt::queued(Arc::new(Intent { accepted_at: Millis(-500_000), ..intent(1) }), 1, Millis(0));
    let task = SenderTask::take_over(settings(), profiles(), takeover(2, vec![old]), Millis(1_000));
    assert_eq!(task.keys(&[]).opt_outs, [(intent(1).tenant_id, Millis(-510_000))]);
}

#[test]
fn whoever_writes_a_stop_word_gets_no_marketing_and_the_rest() {
    let mut world = waiting(vec![marketing(1, Some("MARKETING")), marketing(2, Some("MARKETING")), intent(1)]);
    let effects = world.step(vec![wrote(" STOP!", 1, Source::Person)]);
    let person = intent(1).contact.to_string();
    let everywhere = [person, "US.7".to_owned(), "US.ENT.7".to_owned()];
    assert_eq!(opted_out(&effects), everywhere.map(|id| (id, OptOutSource::StopWord)));
    assert_eq!(published(&effects).iter().filter(|status| *status == "rejected").count(), 1);
    // In the very next batch the store need not be asked.
    let again = Intent { intent_id: IntentId(uuid::Uuid::from_u128(99)), ..marketing(1, Some("MARKETING")) };
    assert_eq!(published(&world.step(vec![Event::Submitted(again)])), ["rejected"]);
}

#[test]
fn a_stop_word_within_a_sentence_an_echo_and_the_past_mean_nothing() {
    let mut world = waiting(vec![marketing(1, Some("MARKETING"))]);
    let events = vec![
        wrote("please stop by", 1, Source::Person),
        wrote("stop", 1, Source::Echo),
        wrote("stop ", 1, Source::History),
        wrote("", 1, Source::Person),
    ];
    assert!(world.step(events).opt_outs.is_empty());
    assert_eq!(opted_out(&world.step(vec![wrote("Arrêt.", 1, Source::Person)])).len(), 3);
}

#[test]
fn meta_s_refusal_is_an_opt_out() {
    let mut world = World::new();
    world.submit(1);
    let refusal = SendOutcome::Refused {
        verdict: Verdict::Permanent,
        http_status: 400,
        code: Some(131_050),
        reason: "stopped".into(),
        retry_after_ms: None,
        wait_ms: None,
    };
    let effects = world.settle(1, 1, refusal);
    assert_eq!(opted_out(&effects), [(intent(1).contact.to_string(), OptOutSource::Refusal)]);
    world.submit(2);
    world.settle(2, 1, accepted());
    let Event::Status(failed) = status(2, 1, Status::Failed) else { unreachable!() };
    let effects = world.step(vec![Event::Status(StatusObserved { code: Some(131_050), ..failed })]);
    assert_eq!(opted_out(&effects), [(intent(2).contact.to_string(), OptOutSource::Refusal)]);
}

#[test]
fn what_one_of_a_group_has_stopped_does_not_stop_what_is_sent_to_the_group() {
    let mut world = World::new();
    let group = Contact::new("group:g");
    world.step(vec![Event::Submitted(Intent { contact: group, ..intent(1) })]);
    world.settle(1, 1, accepted());
    let Event::Status(failed) = status(1, 1, Status::Failed) else { unreachable!() };
    let of_one = StatusObserved { code: Some(131_050), group_id: Some("g".into()), ..failed };
    let effects = world.step(vec![Event::Status(of_one)]);
    assert_eq!(published(&effects), ["failed"]);
    assert!(effects.opt_outs.is_empty());
}

#[test]
fn a_campaign_waits_while_its_template_is_not_approved() {
    let mut world = World::new();
    let running = Campaign { recipients: 10, open: 1, ..campaign(CampaignState::Running) };
    with_campaign(&mut world, Campaign { templates: vec![template("order_update", false)], ..running.clone() });
    assert!(world.step(vec![Event::Submitted(of_campaign(1))]).send.is_empty());
    with_campaign(&mut world, running);
    assert_eq!(world.step(Vec::new()).send.len(), 1);
}

#[test]
fn a_blocked_account_sends_nothing_until_it_may_again() {
    let mut world = waiting(vec![intent(1)]);
    world.now = world.now.plus(59_000);
    assert!(world.step(Vec::new()).send.is_empty());
    world.now = world.now.plus(1_000);
    assert_eq!(world.step(Vec::new()).send.len(), 1);
}

#[test]
fn the_content_of_a_file_of_the_past_takes_its_place_once() {
    let mut world = World::new();
    let message = |content: Content| {
        let (sender, waba, wamid) = (SenderId::new(SENDER), WabaId::new("1"), Wamid::new("wamid.P"));
        let source = Source::History;
        Event::Inbound(Box::new(InboundReceived {
            source,
            content,
            ..InboundReceived::new(sender, waba, wamid, Millis(1), "{}")
        }))
    };
    let image = || Content::Image(Default::default());
    let key = (intent(1).tenant_id, SenderId::new(SENDER), Wamid::new("wamid.P"));
    assert_eq!(world.step(vec![message(Content::MediaPlaceholder)]).inbound.len(), 1);
    world.rows.inbound = HashMap::from([(key.clone(), true)]);
    assert!(world.step(vec![message(Content::MediaPlaceholder)]).inbound.is_empty(), "the place again");
    let effects = world.step(vec![message(image()), message(image())]);
    assert_eq!((effects.inbound.len(), effects.publish.len()), (1, 1));
    assert_eq!(effects.publish[0].id, format!("{SENDER}:wamid.P:content"), "receivers do not take it for a duplicate");
    world.rows.inbound = HashMap::from([(key, false)]);
    assert!(world.step(vec![message(Content::MediaPlaceholder), message(image())]).inbound.is_empty());
}

#[test]
fn whoever_comes_back_while_messages_wait_is_sent_to_again() {
    let mut world = waiting(vec![marketing(1, None), of_campaign(2)]);
    world.rows.opt_outs = vec![row(3, OptOutScope::All, 1_000)];
    world.step(Vec::new());
    let rejected = |effects: &Effects| effects.inserted.iter().any(|attempt| attempt.status == Status::Rejected);
    let early = world.step(vec![Event::Submitted(Intent { contact: intent(3).contact, ..of_campaign(4) })]);
    assert!(rejected(&early));
    // The row is asked for again and again, and has been changed meanwhile.
    world.rows.opt_outs = vec![row(3, None, 1_001)];
    world.step(Vec::new());
    let back = world.step(vec![Event::Submitted(Intent { contact: intent(3).contact, ..of_campaign(5) })]);
    assert!(!rejected(&back));
}

#[test]
fn a_stop_word_does_not_narrow_what_the_tenant_has_noted_of_all_messages() {
    let mut world = waiting(vec![marketing(1, None)]);
    world.rows.opt_outs = vec![row(3, OptOutScope::All, 1_000)];
    world.step(Vec::new());
    world.step(vec![wrote("stop", 3, Source::Person)]);
    let text = world.step(vec![Event::Submitted(Intent { contact: intent(3).contact, ..intent(4) })]);
    assert_eq!(text.inserted.iter().map(|attempt| attempt.status).collect::<Vec<_>>(), [Status::Rejected]);
}

#[test]
fn what_is_not_writing_opens_no_window() {
    let mut world = World::new();
    let (sender, waba) = (SenderId::new(SENDER), WabaId::new("1"));
    let told = |content| {
        Event::Inbound(Box::new(InboundReceived {
            contact: Some(intent(1).contact),
            content,
            ..InboundReceived::new(sender.clone(), waba.clone(), Wamid::new("wamid.R"), Millis(900), "{}")
        }))
    };
    let (revoke, system) = (content::Revoke::default(), content::SystemChange::default());
    for content in [Content::Revoke(revoke), Content::System(system), Content::Edit(Box::default())] {
        let effects = world.step(vec![told(content)]);
        assert_eq!(effects.windows, []);
    }
    let mut other = World::new();
    assert_eq!(other.step(vec![told(Content::Text(Text { body: Some("hello".into()) }))]).windows.len(), 1);
}
