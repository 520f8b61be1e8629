//! Holds: which breakers a message touches, and what becomes of messages that wait behind one.

use posthaste_model::{CampaignId, Intent, IntentId, Millis, SenderId, Status, TenantId};

use super::attempt::Report;
use super::lanes::{Access, LaneId};
use super::state::{Campaign, CampaignState, CampaignTemplate, Effects};
use super::{Profile, SenderTask};
use crate::breaker::{HoldKey, Strike, Success};
use crate::verdict::{Scope, Verdict};

/// Messages that something holds are looked through for those whose life is over this often, in milliseconds.
const SWEEP_EVERY_MS: i64 = 5_000;
/// Messages that are ended in one sweep.
const SWEEP_BATCH: usize = 1_000;
/// A single message of a held template is put off by this, in milliseconds: how late it hears of the release at most.
const PUT_OFF_MS: i64 = 5_000;

fn sender_keys(id: &SenderId, profile: &Profile) -> [HoldKey; 3] {
    let tenant_id = profile.tenant_id;
    [
        HoldKey { tenant_id, scope: Scope::Token, name: profile.credential.clone() },
        HoldKey { tenant_id, scope: Scope::Waba, name: profile.waba_id.to_string() },
        HoldKey { tenant_id, scope: Scope::Sender, name: id.to_string() },
    ]
}

fn template_key(profile: &Profile, name: &str, language: &str) -> HoldKey {
    let name = format!("{}/{name}/{language}", profile.waba_id);
    HoldKey { tenant_id: profile.tenant_id, scope: Scope::Template, name }
}

fn campaign_key(tenant_id: TenantId, id: CampaignId) -> HoldKey {
    HoldKey { tenant_id, scope: Scope::Campaign, name: id.to_string() }
}

impl SenderTask {
    /// Everything that can hold this message.
    fn hold_keys(&self, intent: &Intent) -> Vec<HoldKey> {
        let Some(profile) = self.profiles.get(&intent.sender_id) else { return Vec::new() };
        let mut keys = Vec::from(sender_keys(&intent.sender_id, profile));
        keys.extend(intent.message.template().map(|own| template_key(profile, &own.name, &own.language)));
        keys.extend(intent.campaign.as_ref().map(|own| campaign_key(profile.tenant_id, own.id)));
        keys
    }

    /// Whether the number itself is held: nothing of it leaves before this time.
    pub(super) fn sender_held_until(&self, id: &SenderId, now: Millis) -> Option<Millis> {
        let profile = self.profiles.get(id)?;
        let blocked = profile.blocked_until.filter(|until| *until > now);
        if !self.breakers.is_holding() && self.governors.is_empty() {
            return blocked;
        }
        let stopped = self.governors.get(&profile.credential).and_then(|governor| governor.stopped_until(now));
        let held = sender_keys(id, profile).into_iter().filter_map(|key| self.breakers.held_until(&key, now));
        held.chain(stopped).chain(blocked).max()
    }

    /// Whether messages of this lane may leave at `slot`: its campaign runs, one of its templates is approved, not held and not
    /// restricted, nor is the campaign held, and its rules let it.
    pub(super) fn access(&self, lane: LaneId, slot: Millis, now: Millis) -> Access {
        let Some(id) = lane else { return Access::OPEN };
        let runs =
            |own: &&Campaign| own.state == CampaignState::Running && own.has_template() && !self.is_held(own, now);
        let Some(campaign) = self.campaigns.get(&id).filter(runs) else { return Access::Closed };
        self.campaign_restricted_until(campaign, now).map_or_else(|| self.paced(campaign, slot), Access::Until)
    }

    fn is_held(&self, campaign: &Campaign, now: Millis) -> bool {
        if !self.breakers.is_holding() {
            return false;
        }
        let is_held = |key: &HoldKey| self.breakers.held_until(key, now).is_some();
        let profile = self.profiles.get(&campaign.sender_id);
        let all = profile.is_some_and(|profile| {
            campaign.templates.iter().all(|own| is_held(&template_key(profile, &own.name, &own.language)))
        });
        all || is_held(&campaign_key(campaign.tenant_id, campaign.campaign_id))
    }

    /// When to look again at a message whose template Meta does not let be sent, while others of its campaign leave.
    pub(super) fn withheld_until(&self, intent: &Intent, now: Millis) -> Option<Millis> {
        let campaign = self.campaigns.get(&intent.campaign.as_ref()?.id).filter(|own| own.templates.len() > 1)?;
        let template = intent.message.template()?;
        campaign.withholds(&template.name, &template.language).then(|| now.plus(PUT_OFF_MS))
    }

    /// What a refusal holds: where it concerns a campaign's template, and the campaign has others, it is that template alone, of
    /// which the successes of the others say nothing.
    pub(super) fn at_fault(&self, scope: Scope, intent: &Intent) -> Scope {
        let campaign = intent.campaign.as_ref().and_then(|own| self.campaigns.get(&own.id));
        let has_others = campaign.is_some_and(|campaign| campaign.templates.len() > 1);
        if scope == Scope::Campaign && has_others { Scope::Template } else { scope }
    }

    /// The campaign with the templates that take turns now: those that a breaker holds or a restriction stops do not, while another
    /// is left; of those that are left, those whose quality is low do not.
    pub(super) fn in_turn(&self, campaign: &Campaign, now: Millis) -> Campaign {
        let is_held = |own: &CampaignTemplate| {
            let profile = self.profiles.get(&campaign.sender_id).filter(|_| self.breakers.is_holding());
            let key = profile.map(|profile| template_key(profile, &own.name, &own.language));
            key.is_some_and(|key| self.breakers.held_until(&key, now).is_some())
        };
        let is_restricted =
            |own: &CampaignTemplate| self.is_category_restricted(&campaign.sender_id, own.category.as_deref(), now);
        let free = campaign.only(|own| !is_held(own) && !is_restricted(own));
        free.only(|own| !own.is_low)
    }

    /// When to look again at a message that something holds.
    pub(super) fn held_until(&self, intent: &Intent, now: Millis) -> Option<Millis> {
        if !self.breakers.is_holding() {
            return None;
        }
        let until = self.hold_keys(intent).iter().filter_map(|key| self.breakers.held_until(key, now)).max()?;
        Some(until.min(now.plus(PUT_OFF_MS)))
    }

    /// Notes that a message leaves, as a probe of what is held.
    pub(super) fn probe(&mut self, intent: &Intent, now: Millis, effects: &mut Effects) {
        if self.breakers.is_holding() {
            let keys = self.hold_keys(intent);
            self.breakers.leaves(&keys, intent.intent_id, now, &mut effects.holds);
        }
    }

    /// Notes that a message went through.
    pub(super) fn succeeded(&mut self, intent: &Intent, success: &Success, now: Millis, effects: &mut Effects) {
        if !self.breakers.is_idle() {
            let keys = self.hold_keys(intent);
            self.breakers.succeeded(&keys, success, now, &mut effects.holds);
        }
    }

    /// Notes that a message was refused because of its scope.
    pub(super) fn struck(
        &mut self,
        intent: &Intent,
        scope: Scope,
        strike: &Strike<'_>,
        now: Millis,
        effects: &mut Effects,
    ) {
        let keys = self.hold_keys(intent);
        if let Some(key) = keys.into_iter().find(|key| key.scope == scope) {
            self.breakers.strike(key, strike, now, &mut effects.holds);
        }
    }

    /// Meta answered a POST, or did not: a strike against its servers where the account is served by them.
    pub(super) fn served(
        &mut self,
        intent: &Intent,
        armed: Millis,
        failure: Option<&str>,
        now: Millis,
        effects: &mut Effects,
    ) {
        if failure.is_none() && self.breakers.is_idle() {
            return;
        }
        let Some(profile) = self.profiles.get(&intent.sender_id) else { return };
        let [_, account, _] = sender_keys(&intent.sender_id, profile);
        let intent_id = intent.intent_id;
        match failure {
            Some(reason) => {
                let strike = Strike { intent_id, armed, code: None, reason, by_report: false };
                self.breakers.strike(account, &strike, now, &mut effects.holds);
            }
            None => {
                let answer = Success { intent_id, armed, by_report: false };
                self.breakers.answered(&account, &answer, now, &mut effects.holds);
            }
        }
    }

    /// Whether the account of this message is held: by its own fault, or because Meta's servers fail.
    pub(super) fn is_account_held(&self, intent: &Intent) -> bool {
        let own = |profile: &Profile| {
            let [_, account, _] = sender_keys(&intent.sender_id, profile);
            self.breakers.holds().any(|(held, _)| *held == account)
        };
        self.breakers.is_holding() && self.profiles.get(&intent.sender_id).is_some_and(own)
    }

    /// A webhook reports on an attempt: what it says of its scopes.
    pub(super) fn reported(
        &mut self,
        intent: &Intent,
        armed: Millis,
        status: Status,
        report: &Report,
        now: Millis,
        effects: &mut Effects,
    ) {
        match status {
            Status::Sent | Status::Delivered | Status::Read | Status::Played => {
                let success = Success { intent_id: intent.intent_id, armed, by_report: true };
                self.succeeded(intent, &success, now, effects);
            }
            Status::Failed => {
                let verdict = report.code.map(self.settings.verdict_of);
                let is_restricted = self.restriction_behind(intent, report.code, now).is_some();
                if let Some(Verdict::Pause(scope)) = verdict.filter(|_| !is_restricted) {
                    let scope = self.at_fault(scope, intent);
                    let reason = report.reason.as_deref().unwrap_or_default();
                    let (intent_id, code) = (intent.intent_id, report.code);
                    let strike = Strike { intent_id, armed, code, reason, by_report: true };
                    self.struck(intent, scope, &strike, now, effects);
                }
            }
            _ => {}
        }
    }

    /// Ends the holds whose object is gone: a token that was replaced, a campaign that is over.
    pub(super) fn release_the_gone(&mut self, now: Millis, effects: &mut Effects) {
        if !self.breakers.is_holding() {
            return;
        }
        let gone = |key: &HoldKey| match key.scope {
            Scope::Token => !self.profiles.values().any(|own| own.credential == key.name),
            Scope::Campaign => !self.campaigns.keys().any(|id| id.to_string() == key.name),
            _ => false,
        };
        let keys: Vec<_> = self.breakers.holds().map(|(key, _)| key).filter(|key| gone(key)).cloned().collect();
        keys.iter().for_each(|key| self.breakers.release(key, now, &mut effects.holds));
    }

    /// Ends messages whose life is over while something holds them, or their rules do: nothing pops them from their lane.
    pub(super) fn expire_held(&mut self, now: Millis, effects: &mut Effects) {
        let may_wait = self.breakers.is_holding() || self.has_rules() || self.is_stopped_somewhere(now);
        if now < self.next_sweep || !may_wait {
            return;
        }
        let over = self.open.values().filter(|own| own.status == Status::Queued && own.intent.expires_at <= now);
        let mut ids: Vec<IntentId> = over.map(|attempt| attempt.intent.intent_id).collect();
        // In an order of their own, for a replay.
        ids.sort_unstable();
        self.next_sweep = if ids.len() > SWEEP_BATCH { now } else { now.plus(SWEEP_EVERY_MS) };
        for id in ids.into_iter().take(SWEEP_BATCH) {
            self.advance(id, Status::Expired, now, &Report::because("not sent in time"), effects);
        }
    }
}
