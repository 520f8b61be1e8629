//! What a judge of a commit notices.

use super::*;
use crate::invariants::Invariant;

#[test]
fn what_is_sent_is_armed_here_and_now_for_a_campaign_that_runs_and_no_status_falls() {
    let mut world = World::new();
    let sound = world.submit(1);
    let key = (intent(1).intent_id, 1);
    let judged = |epoch, effects: &Effects| {
        commit_is_sound(epoch, &HashMap::new(), effects).map_err(|violation| violation.invariant)
    };
    assert_eq!((sound.send.len(), judged(1, &sound)), (1, Ok(())));
    assert_eq!(judged(2, &sound), Err(Invariant::OnePost), "armed by an owner before");
    assert_eq!(judged(1, &Effects { updated: BTreeMap::new(), ..sound.clone() }), Err(Invariant::OnePost));

    let fell = Effects { before: [(key, (Status::Sent, Status::Sent.bit()))].into(), ..sound.clone() };
    assert_eq!(judged(1, &fell), Err(Invariant::StatusRises));

    let mut of_campaign = fell;
    let id = campaign(CampaignState::Running).campaign_id;
    let reference = Some(CampaignRef { id, generation: 0, ordinal: 0 });
    of_campaign.send[0].0.intent = Arc::new(Intent { campaign: reference, ..intent(1) });
    assert_eq!(judged(1, &of_campaign), Err(Invariant::PauseHolds), "what leaves wrongly is told before the rest");
}
