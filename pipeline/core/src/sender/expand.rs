//! Campaigns: a cursor over chunks, released within a bounded horizon.
//!
//! A campaign of ten million recipients is one cursor; at any time only a few seconds' worth of its messages exist as
//! intents. Releases are published like everything else and come back through the log.

use posthaste_model::{
    CampaignId, CampaignRef, Class, EventType, Intent, IntentId, Message, Millis, Status, TemplateMessage, TenantId,
    layout, topic,
};

use super::SenderTask;
use super::attempt::Attempt;
use super::rules::WAITING_FOR_HOURS_MAX;
use super::state::{Campaign, CampaignState, Chunk, Effects, Publication, Rows};

/// Messages that are cancelled in one commit.
const CANCEL_BATCH: usize = 1_000;

impl SenderTask {
    /// The chunks that the next [`SenderTask::plan`] needs for releasing: campaign and cursor.
    pub fn chunks_wanted(&self, rows: &Rows) -> Vec<(TenantId, CampaignId, i32)> {
        let mut wanted = Vec::new();
        for campaign in rows.campaigns.values() {
            let held = self.chunks.get(&campaign.campaign_id).is_some_and(|chunk| holds(chunk, campaign.cursor));
            if self.room(campaign) > 0 && !held {
                wanted.push((campaign.tenant_id, campaign.campaign_id, campaign.cursor));
            }
        }
        wanted
    }

    /// How many recipients may be released now. Half a horizon of hysteresis keeps the releases in large pieces.
    fn room(&self, campaign: &Campaign) -> usize {
        let left = usize::try_from(campaign.recipients - campaign.cursor).unwrap_or(0);
        let is_known = self.profiles.contains_key(&campaign.sender_id);
        if !is_known || campaign.state != CampaignState::Running || !campaign.has_template() || left == 0 {
            return 0;
        }
        let horizon = self.horizon(campaign);
        let released = usize::try_from(campaign.cursor - campaign.ingested).unwrap_or(0);
        let lane = Some(campaign.campaign_id);
        let (due, delayed) = self.senders.get(&campaign.sender_id).map_or((0, 0), |sender| sender.lanes.depth(lane));
        let waiting = due + delayed.saturating_sub(WAITING_FOR_HOURS_MAX);
        if released + waiting > horizon / 2 { 0 } else { left.min(horizon - released - waiting) }
    }

    /// Takes over what the store says of the campaigns, and what its chunks are.
    pub(super) fn learn_campaigns(&mut self, rows: &mut Rows) {
        self.campaigns = std::mem::take(&mut rows.campaigns);
        self.chunks.retain(|id, _| self.campaigns.contains_key(id));
        self.chunks.extend(std::mem::take(&mut rows.chunks));
    }

    /// Releases recipients, cancels what a cancelled campaign has waiting, and completes what is done.
    pub(super) fn expand(&mut self, now: Millis, effects: &mut Effects) {
        let mut ids: Vec<CampaignId> = self.campaigns.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let campaign = self.campaigns[&id].clone();
            match campaign.state {
                CampaignState::Running => self.release(&self.in_turn(&campaign, now), now, effects),
                CampaignState::Paused => self.confirm(&campaign, effects),
                CampaignState::Cancelled => self.cancel(&campaign, now, effects),
            }
            self.complete(&campaign, now, effects);
        }
    }

    fn release(&mut self, campaign: &Campaign, now: Millis, effects: &mut Effects) {
        let waits = self.is_closed(campaign.campaign_id, now)
            || self.is_used_up(&campaign.sender_id, now)
            || self.campaign_restricted_until(campaign, now).is_some();
        let room = if waits { 0 } else { self.room(campaign) };
        let Some(chunk) = self.chunks.get(&campaign.campaign_id).filter(|chunk| holds(chunk, campaign.cursor)) else {
            return;
        };
        let from = usize::try_from(campaign.cursor - chunk.first_ordinal).unwrap_or(0);
        let mut ordinal = campaign.cursor;
        for recipient in chunk.recipients[from..].iter().take(room) {
            let Some(template) = campaign.template_of(ordinal.unsigned_abs()) else { break };
            let (body, components) = match &template.slots {
                None => (recipient.1.clone(), Vec::new()),
                Some(slots) => (Vec::new(), layout::components(slots, &recipient.1)),
            };
            let intent = Intent {
                intent_id: IntentId::of_recipient(campaign.campaign_id, ordinal.unsigned_abs()),
                tenant_id: campaign.tenant_id,
                sender_id: campaign.sender_id.clone(),
                contact: recipient.0.clone(),
                class: Class::Campaign,
                campaign: Some(CampaignRef {
                    id: campaign.campaign_id,
                    generation: campaign.generation,
                    ordinal: ordinal.unsigned_abs(),
                }),
                message: Message::Template(TemplateMessage {
                    name: template.name.clone(),
                    language: template.language.clone(),
                    category: template.category.clone(),
                    body,
                    components,
                    reply_to: None,
                    marketing: campaign.marketing.clone(),
                }),
                callback_data: None,
                unknown_policy: campaign.unknown_policy,
                accepted_at: now,
                expires_at: now.plus(i64::from(campaign.ttl_seconds) * 1000),
            };
            effects.publish.push(released(&intent));
            ordinal += 1;
        }
        let count = ordinal - campaign.cursor;
        if count > 0 {
            effects.progress.entry((campaign.tenant_id, campaign.campaign_id)).or_default().cursor += count;
        }
    }

    /// Says that a pause holds, once no more of the campaign is armed than one arm window of its sender's rate: nothing
    /// else can leave, whoever armed it.
    fn confirm(&self, campaign: &Campaign, effects: &mut Effects) {
        if campaign.confirmed >= campaign.generation {
            return;
        }
        let rate = self.senders.get(&campaign.sender_id).map_or(0.0, |sender| sender.bucket.rate());
        let window = (rate * f64::from(self.settings.arm_window_ms) / 1000.0) as usize;
        let of_campaign = |attempt: &&Attempt| {
            attempt.status == Status::Armed
                && attempt.intent.campaign.as_ref().is_some_and(|own| own.id == campaign.campaign_id)
        };
        if self.open.values().filter(of_campaign).count() <= window {
            let key = (campaign.tenant_id, campaign.campaign_id);
            effects.progress.entry(key).or_default().confirmed = campaign.generation;
        }
    }

    fn cancel(&mut self, campaign: &Campaign, now: Millis, effects: &mut Effects) {
        let Some(sender) = self.senders.get_mut(&campaign.sender_id) else { return };
        let drained = sender.lanes.drain(Some(campaign.campaign_id), CANCEL_BATCH);
        for id in drained {
            let report = super::Report::because("the campaign was cancelled");
            self.advance(id, Status::Cancelled, now, &report, effects);
        }
    }

    fn complete(&self, campaign: &Campaign, now: Millis, effects: &mut Effects) {
        let key = (campaign.tenant_id, campaign.campaign_id);
        let delta = effects.progress.get(&key).copied().unwrap_or_default();
        let cursor = campaign.cursor + delta.cursor;
        let released_all = cursor >= campaign.recipients || campaign.state == CampaignState::Cancelled;
        let taken_in = campaign.ingested + delta.ingested >= cursor;
        let done = released_all && taken_in && campaign.open + delta.open == 0;
        if done && campaign.state != CampaignState::Paused {
            effects.progress.entry(key).or_default().completed_at = Some(now);
        }
    }
}

fn holds(chunk: &Chunk, cursor: i32) -> bool {
    let count = i32::try_from(chunk.recipients.len()).unwrap_or(i32::MAX);
    (chunk.first_ordinal..chunk.first_ordinal.saturating_add(count)).contains(&cursor)
}

fn released(intent: &Intent) -> Publication {
    Publication {
        topic: topic::SENDERS,
        key: intent.sender_id.to_string(),
        event_type: EventType::IntentSubmitted,
        id: intent.intent_id.to_string(),
        sender_id: intent.sender_id.clone(),
        subject: intent.intent_id.to_string(),
        tenant_id: Some(intent.tenant_id),
        time: intent.accepted_at,
        origin: None,
        headers: Vec::new(),
        value: serde_json::to_string(intent).expect("an event is JSON"),
    }
}
