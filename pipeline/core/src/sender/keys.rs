//! What the store is asked for a batch.

use posthaste_model::{StatusObserved, StatusReported, Token};

use super::reported::{Asked, ReportKey, token_of};
use super::state::Keys;
use super::{Event, Input, SenderTask};

impl SenderTask {
    /// What the store must be asked for before these inputs can be decided.
    pub fn keys(&self, inputs: &[Input]) -> Keys {
        let mut keys = Keys { opt_outs: self.opt_outs_wanted(), ..Keys::default() };
        for input in inputs {
            match &input.event {
                Event::Submitted(intent) => {
                    keys.intents.push((intent.tenant_id, intent.intent_id));
                    keys.contacts.push((intent.tenant_id, intent.contact.clone()));
                }
                Event::Status(status) => self.keys_of_status(status, &mut keys),
                Event::Reported(reported) => self.keys_of_report(reported, &mut keys),
                Event::Watermark(report) => {
                    if let Some(profile) = self.profiles.get(&report.sender_id) {
                        keys.watermarks.push((profile.tenant_id, report.clone()));
                    }
                }
                Event::Inbound(inbound) => {
                    if let Some(profile) = self.profiles.get(&inbound.sender_id) {
                        keys.inbound.push((profile.tenant_id, inbound.sender_id.clone(), inbound.wamid.clone()));
                    }
                }
                Event::Recalled(told) => keys.intents.push((told.tenant_id, told.intent_id)),
                Event::Progressed { .. }
                | Event::Settled { .. }
                | Event::Used { .. }
                | Event::Doubted { .. }
                | Event::Orphaned(_) => {}
            }
        }
        keys
    }

    fn keys_of_status(&self, status: &StatusObserved, keys: &mut Keys) {
        let Some(tenant) = self.profiles.get(&status.sender_id).map(|profile| profile.tenant_id) else { return };
        let token = status.token.as_deref().and_then(|token| token.parse::<Token>().ok());
        let lacking = token.filter(|token| self.lacks(*token));
        match token {
            None => keys.named.push((tenant, status.sender_id.clone(), status.wamid.clone())),
            Some(_) => keys.intents.extend(lacking.map(|token| (tenant, token.intent_id))),
        }
        // The marks of an attempt that is at hand say what was told of it, but not to whom in a group it happened.
        if token.is_none() || lacking.is_some() || status.group_id.is_some() {
            keys.reported.extend(Asked::of(tenant, status, token));
        }
    }

    fn keys_of_report(&self, reported: &StatusReported, keys: &mut Keys) {
        let Some(tenant) = self.profiles.get(&reported.sender_id).map(|profile| profile.tenant_id) else { return };
        let lacking = token_of(reported).filter(|token| self.lacks(*token));
        keys.intents.extend(lacking.map(|token| (tenant, token.intent_id)));
        keys.reported.push(Asked { key: ReportKey::of(tenant, reported), unless: None });
    }

    /// Whether an attempt is not the newest that is in memory, so that it must be looked up.
    fn lacks(&self, token: Token) -> bool {
        self.newest(token.intent_id).is_none_or(|newest| newest.number != token.attempt)
    }
}
