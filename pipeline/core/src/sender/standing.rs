//! What Meta has against an account or a number, as it bears on what is sent: messages that a restriction stops wait, and what
//! people complain of is slowed down.

use posthaste_model::{Intent, Millis, SenderId};

use super::state::Campaign;
use super::{Profile, SenderTask};
use crate::pacing::Bucket;
use crate::standing::Restriction;

/// Meta's codes for what a restriction stops (Meta: support/error-codes).
const CODES_RESTRICTED: [i64; 2] = [368, 131_064];
/// A message that Meta refused for a restriction is tried again after this time at the latest, in milliseconds: it may have ended
/// early.
const TRY_AGAIN_MS: i64 = 1_800_000;
/// A single message that a restriction stops is looked at again after this time at the latest, in milliseconds.
const LOOK_AGAIN_MS: i64 = 5_000;

impl Profile {
    /// The restrictions that are in force, and until when.
    fn restricted(&self, now: Millis) -> impl Iterator<Item = (Restriction, Millis)> {
        self.restrictions.iter().copied().filter(move |(_, until)| *until > now)
    }
}

impl Campaign {
    /// Whether nothing may be sent but templates of low quality.
    fn is_low(&self) -> bool {
        self.has_template() && self.templates.iter().all(|own| own.is_low || !own.approved)
    }
}

impl SenderTask {
    /// An empty bucket of a number.
    pub(super) fn bucket(&self, profile: &Profile, since: Millis) -> Bucket {
        let share = if profile.is_flagged { self.settings.low_quality_share } else { 1.0 };
        Bucket::empty(profile.limit_per_second, self.settings.headroom * share, since)
    }

    /// When to look again at a message that a restriction stops.
    pub(super) fn restricted_until(&self, intent: &Intent, now: Millis) -> Option<Millis> {
        let profile = self.profiles.get(&intent.sender_id)?;
        let stops = profile.restricted(now).filter(|(restriction, _)| restriction.stops(&intent.message));
        stops.map(|(_, until)| until.min(now.plus(LOOK_AGAIN_MS))).max()
    }

    /// Until when a restriction stops all templates of a campaign.
    pub(super) fn campaign_restricted_until(&self, campaign: &Campaign, now: Millis) -> Option<Millis> {
        let profile = self.profiles.get(&campaign.sender_id)?;
        let stops_all = |own: &Restriction| {
            campaign.templates.iter().all(|template| own.stops_category(template.category.as_deref()))
        };
        profile.restricted(now).filter(|(restriction, _)| stops_all(restriction)).map(|(_, until)| until).max()
    }

    /// Whether a restriction stops templates of this category of a sender.
    pub(super) fn is_category_restricted(&self, id: &SenderId, category: Option<&str>, now: Millis) -> bool {
        let profile = self.profiles.get(id);
        profile.is_some_and(|own| own.restricted(now).any(|(restriction, _)| restriction.stops_category(category)))
    }

    /// When to try a message again that Meta refused, if a restriction that is known explains it. It says nothing of other messages
    /// of the account then: whether the person wrote lately, or which category Meta has made of the template, only Meta knew.
    pub(super) fn restriction_behind(&self, intent: &Intent, code: Option<i64>, now: Millis) -> Option<Millis> {
        code.filter(|code| CODES_RESTRICTED.contains(code))?;
        let until = self.profiles.get(&intent.sender_id)?.restricted(now).map(|(_, until)| until).max()?;
        Some(until.min(now.plus(TRY_AGAIN_MS)))
    }

    /// Whether messages may wait for what Meta has against their account: nothing pops them from their lane.
    pub(super) fn is_stopped_somewhere(&self, now: Millis) -> bool {
        let stopped = |profile: &Profile| {
            profile.blocked_until.is_some_and(|until| until > now) || profile.restricted(now).next().is_some()
        };
        self.senders.values().any(|sender| stopped(&sender.profile))
    }

    /// Messages per second that are planned for a campaign at most: fewer while the quality of its number or its templates is low.
    pub(super) fn planned_rate(&self, campaign: &Campaign) -> f64 {
        let Some(profile) = self.profiles.get(&campaign.sender_id) else { return 0.0 };
        let of_number = if profile.is_flagged { self.settings.low_quality_share } else { 1.0 };
        self.low_rate(campaign).unwrap_or(f64::from(profile.limit_per_second) * of_number)
    }

    /// Messages per second of a campaign that has templates of low quality alone; `None` for any other.
    pub(super) fn low_rate(&self, campaign: &Campaign) -> Option<f64> {
        let profile = self.profiles.get(&campaign.sender_id).filter(|_| campaign.is_low())?;
        Some(f64::from(profile.limit_per_second) * self.settings.low_quality_share)
    }
}
