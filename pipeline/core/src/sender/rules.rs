//! The rules of pace that tenants set themselves: caps, jitter and hours of a campaign, and the cap of a plan.
//!
//! A campaign's rules close its lane until a time; the others of the sender go on meanwhile. Where the hours count in each
//! recipient's own zone the lane stays open, and the messages are delayed one by one.

use posthaste_model::{CampaignId, Intent, IntentId, Millis};

use super::SenderTask;
use super::lanes::Access;
use super::retry::draw;
use super::state::Campaign;
use crate::hours::{Hours, HoursZone, Zone};
use crate::pacing::{Cap, PerMinute};

/// Messages of one campaign that may wait for their own hours beside its horizon: about 10 MB. Beyond them nothing is
/// released, whoever comes next on its list.
pub(super) const WAITING_FOR_HOURS_MAX: usize = 10_000;

/// How fast and when the messages of a campaign may leave, beside the limits that all have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Messages per minute at most.
    pub max_per_minute: Option<u32>,
    /// Shortest and longest pause after a message, in milliseconds.
    pub jitter_ms: Option<(u32, u32)>,
    /// When messages may leave.
    pub hours: Option<Hours>,
}

impl Rules {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Messages per second that the rules let through while the hours are open; `None` for no bound.
    fn rate(&self) -> Option<f64> {
        let capped = self.max_per_minute.map(|messages| f64::from(messages) / 60.0);
        let paused = self.jitter_ms.map(|(least, most)| 2_000.0 / f64::from(least.saturating_add(most).max(1)));
        capped.into_iter().chain(paused).min_by(f64::total_cmp)
    }

    /// The pause after this message, in milliseconds: drawn from its id, so that a replay pauses as long.
    fn pause_ms(&self, id: IntentId) -> i64 {
        let Some((least, most)) = self.jitter_ms else { return 0 };
        let spread = u64::from(most.saturating_sub(least)) + 1;
        i64::from(least) + (draw(id, 0) % spread) as i64
    }
}

/// What a campaign with rules has used of them, or one whose templates are of low quality.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    cap: Option<Cap>,
    paused_until: Millis,
    closed_until: Millis,
    /// Shortest pause after a message while the quality of the templates is low, in milliseconds.
    slowed_ms: i64,
}

impl Pace {
    /// What was sent before this owner looked is not known, unless nothing was released yet.
    fn of(campaign: &Campaign, since: Millis) -> Self {
        let fresh = campaign.cursor == 0;
        let per_minute = campaign.rules.max_per_minute.map(PerMinute::alone);
        let longest = campaign.rules.jitter_ms.map_or(0, |(_, most)| i64::from(most));
        Self {
            cap: per_minute.map(|own| if fresh { Cap::fresh(own, since) } else { Cap::used(own, since) }),
            paused_until: if fresh { since } else { since.plus(longest) },
            closed_until: since,
            slowed_ms: 0,
        }
    }

    /// When the next message of the campaign may leave.
    fn next_at(&self) -> Millis {
        let capped = self.cap.as_ref().map_or(self.paused_until, Cap::next_at);
        capped.max(self.paused_until).max(self.closed_until)
    }
}

impl SenderTask {
    /// Follows the campaigns as they were read: who has rules, whose hours are over, and whose templates are of low quality.
    pub(super) fn learn_rules(&mut self, now: Millis) {
        let since = self.may_post_at.max(now);
        let mut paces = std::mem::take(&mut self.paces);
        paces.retain(|id, _| self.campaigns.contains_key(id));
        for campaign in self.campaigns.values() {
            let slowed = self.low_rate(campaign);
            if campaign.rules.is_empty() && slowed.is_none() && !paces.contains_key(&campaign.campaign_id) {
                continue;
            }
            let pace = paces.entry(campaign.campaign_id).or_insert_with(|| Pace::of(campaign, since));
            pace.slowed_ms = slowed.map_or(0, |rate| (1_000.0 / rate).ceil() as i64);
            pace.closed_until = campaign.rules.hours.map_or(now, |hours| hours.opens(now));
        }
        self.paces = paces;
    }

    /// The lane of a campaign that runs, seen from its rules: `slot` is when its next message would leave.
    pub(super) fn paced(&self, campaign: &Campaign, slot: Millis) -> Access {
        match self.paces.get(&campaign.campaign_id).map(Pace::next_at) {
            Some(at) if at > slot => Access::Until(at),
            _ => Access::Open { weight: campaign.weight },
        }
    }

    /// A message has got a slot.
    pub(super) fn spend_rules(&mut self, intent: &Intent, slot: Millis) {
        let Some(id) = intent.campaign.as_ref().map(|campaign| campaign.id) else { return };
        let (Some(pace), Some(campaign)) = (self.paces.get_mut(&id), self.campaigns.get(&id)) else { return };
        if let Some(cap) = &mut pace.cap {
            cap.spend(slot);
        }
        pace.paused_until = slot.plus(campaign.rules.pause_ms(intent.intent_id).max(pace.slowed_ms));
    }

    /// When the hours of this message's recipient open, if they are over now. One whose life ends before waits until it
    /// does.
    pub(super) fn hours_closed_until(&self, intent: &Intent, now: Millis) -> Option<Millis> {
        if self.paces.is_empty() {
            return None;
        }
        let campaign = self.campaigns.get(&intent.campaign.as_ref()?.id)?;
        let hours = campaign.rules.hours.filter(|hours| hours.zone() == HoursZone::Recipient)?;
        let otherwise = self.profiles.get(&intent.sender_id).map_or(Zone::UTC, |profile| profile.zone);
        let opens = hours.opens_for(&intent.contact, otherwise, now).unwrap_or(intent.expires_at);
        (opens > now).then_some(opens.min(intent.expires_at))
    }

    /// Whether messages of this campaign wait for its hours, all of them: nothing more of it is released until then.
    pub(super) fn is_closed(&self, id: CampaignId, now: Millis) -> bool {
        self.paces.get(&id).is_some_and(|pace| pace.closed_until > now)
    }

    /// Messages that may be released ahead.
    pub(super) fn horizon(&self, campaign: &Campaign) -> usize {
        let limit = self.planned_rate(campaign);
        let rate = campaign.rules.rate().map_or(limit, |rate| rate.min(limit));
        ((rate * f64::from(self.settings.horizon_seconds)) as usize).max(1)
    }

    /// Whether messages may wait in a lane that nobody takes from: then nobody notices either that their life is over.
    pub(super) fn has_rules(&self) -> bool {
        !self.paces.is_empty() || self.senders.values().any(|sender| sender.cap.is_some())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The pause is within its bounds and the same for the same message; and it is not always the same.
        #[test]
        fn a_pause_is_drawn_between_its_bounds(least in 0u32..10_000, more in 0u32..10_000, n in any::<u128>()) {
            let rules = Rules { jitter_ms: Some((least, least + more)), ..Rules::default() };
            let id = IntentId(uuid::Uuid::from_u128(n));
            let pause = rules.pause_ms(id);
            prop_assert!((i64::from(least)..=i64::from(least + more)).contains(&pause));
            prop_assert_eq!(pause, rules.pause_ms(id));
        }
    }

    #[test]
    fn pauses_are_spread_evenly() {
        let rules = Rules { jitter_ms: Some((1_000, 3_000)), ..Rules::default() };
        let pauses: Vec<i64> = (0..2_000).map(|n| rules.pause_ms(IntentId(uuid::Uuid::from_u128(n)))).collect();
        for from in (1_000..3_000).step_by(500) {
            let share = pauses.iter().filter(|pause| (from..from + 500).contains(*pause)).count();
            assert!((400..600).contains(&share), "{share} of 2,000 from {from} ms");
        }
    }
}
