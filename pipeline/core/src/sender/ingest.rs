//! Dedupe: what is new is let through once.

use std::sync::Arc;

use posthaste_model::whatsapp::Content;
use posthaste_model::{Contact, EventType, InboundReceived, Intent, Millis, Origin, Status, group, header, topic};

use super::SenderTask;
use super::attempt::{Attempt, Report};
use super::state::{Effects, Publication, Rows};

/// For whom a message that somebody wrote opens the service window: for the group that it was written in, or else for its author.
fn window_of(inbound: &InboundReceived) -> Option<Contact> {
    match &inbound.group_id {
        Some(id) => group::contact(id),
        None => inbound.contact.clone(),
    }
}

impl SenderTask {
    /// Takes an intent in: its natural key is its id.
    pub(super) fn ingest(&mut self, intent: Intent, now: Millis, rows: &Rows, effects: &mut Effects) {
        if self.open.contains_key(&intent.intent_id) || self.recent.contains_key(&intent.intent_id) {
            effects.counts.duplicates_natural += 1;
            return;
        }
        let tenant_id = intent.tenant_id;
        let registered =
            self.sender(&intent.sender_id, now).is_some_and(|sender| sender.profile.tenant_id == tenant_id);
        if !registered {
            effects.counts.unregistered_sender += 1;
            effects.publish.push(buried(&intent, effects.origin.clone(), now));
            return;
        }
        effects.counts.ingested += 1;
        let noted = rows.opted_out.get(&(intent.tenant_id, intent.contact.clone()));
        let opted_out = noted.is_some_and(|scope| scope.covers(&intent)) || self.opt_outs.concern(&intent);
        self.opt_outs.waiting(tenant_id, now);
        if let Some(campaign) = &intent.campaign {
            let progress = effects.progress.entry((intent.tenant_id, campaign.id)).or_default();
            progress.ingested += 1;
            progress.open += 1;
        }
        let mut attempt = Attempt::queued(Arc::new(intent), 1, now);
        if opted_out {
            self.end(&mut attempt, Status::Rejected, now, &Report::because("opted_out"), effects);
        }
        if attempt.status.is_open() {
            self.keep_open(attempt.clone(), now);
        } else {
            self.keep_recent(attempt.clone());
        }
        effects.inserted.push(attempt);
    }

    /// Takes a message of a conversation in: its natural key is sender and wamid. What a person wrote just now uses the
    /// number's throughput up, as Meta counts it.
    pub(super) fn receive(
        &mut self,
        mut inbound: InboundReceived,
        now: Millis,
        rows: &mut Rows,
        effects: &mut Effects,
    ) {
        let Some(sender) = self.sender(&inbound.sender_id, now) else {
            effects.counts.unregistered_sender += 1;
            return;
        };
        let tenant_id = sender.profile.tenant_id;
        let key = (tenant_id, inbound.sender_id.clone(), inbound.wamid.clone());
        let is_placeholder = inbound.content == Content::MediaPlaceholder;
        let place = rows.inbound.get(&key).copied();
        if place == Some(false) || place == Some(is_placeholder) {
            effects.counts.duplicates_natural += 1;
            return;
        }
        rows.inbound.insert(key, is_placeholder);
        if inbound.is_live() {
            sender.bucket.charge(now, 1);
            // Taking back or changing what was written before is not writing, nor is having another number.
            let is_news = !matches!(inbound.content, Content::Revoke(_) | Content::Edit(_) | Content::System(_));
            if let Some(contact) = window_of(&inbound).filter(|_| is_news) {
                if sender.profile.portfolio.is_some() {
                    sender.may_answer(&contact, inbound.at, now);
                }
                effects.windows.push((tenant_id, inbound.sender_id.clone(), contact, inbound.at));
            }
            self.heed_stop_word(&inbound, now, effects);
        }
        inbound.tenant_id = Some(tenant_id);
        let contact = inbound.contact.as_ref().map_or("", |contact| contact.as_str());
        effects.publish.push(Publication {
            topic: topic::INBOUND,
            key: format!("{}:{contact}", inbound.sender_id),
            event_type: EventType::InboundReceived,
            id: match place {
                None => format!("{}:{}", inbound.sender_id, inbound.wamid),
                Some(_) => format!("{}:{}:content", inbound.sender_id, inbound.wamid),
            },
            sender_id: inbound.sender_id.clone(),
            subject: inbound.wamid.to_string(),
            tenant_id: Some(tenant_id),
            time: inbound.at,
            origin: effects.origin.clone(),
            headers: Vec::new(),
            value: serde_json::to_string(&inbound).expect("an event is JSON"),
        });
        effects.inbound.push(inbound);
    }
}

/// A dead letter: an intent of a sender that does not belong to its tenant.
fn buried(intent: &Intent, origin: Option<Origin>, now: Millis) -> Publication {
    let key = origin.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
    Publication {
        topic: topic::DEAD_LETTERS,
        id: format!("letter:{key}"),
        key,
        event_type: EventType::LetterBuried,
        sender_id: intent.sender_id.clone(),
        subject: intent.intent_id.to_string(),
        tenant_id: Some(intent.tenant_id),
        time: now,
        origin,
        headers: vec![(header::PH_REASON, "unregistered_sender".to_owned())],
        value: serde_json::to_string(intent).expect("an event is JSON"),
    }
}
