//! How a campaign is released, paused, cancelled and completed.

use super::*;

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
fn a_campaign_with_slots_fills_its_templates_from_the_values_of_each_recipient() {
    let slot: posthaste_model::Slot = serde_json::from_str(
        r#"{"component":"body","type":"text","parameter_name":"first_name","filling":{"column":0}}"#,
    )
    .unwrap();
    let named = CampaignTemplate { slots: Some([slot].into()), ..template("order_update", true) };
    let mut world = World::new();
    with_campaign(&mut world, Campaign { templates: vec![named], ..campaign(CampaignState::Running) });
    for intent in released_intents(&world.step(Vec::new())) {
        let own = intent.message.template().unwrap();
        let parameter = serde_json::json!({ "type": "text", "parameter_name": "first_name", "text": "a" });
        assert_eq!(own.components, [serde_json::json!({ "type": "body", "parameters": [parameter] })]);
        assert!(own.body.is_empty());
    }
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
