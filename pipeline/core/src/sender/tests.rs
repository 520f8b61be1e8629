//! Given events, when an event, then effects.

use std::collections::BTreeMap;

use posthaste_model::{
    CampaignId, CampaignRef, Class, Contact, Sequence, StatusObserved, TenantId, Token, Transition, UnknownPolicy,
    WabaId, Wamid, topic,
};

use super::attempt::tests::intent;
use super::*;
use crate::invariants::commit_is_sound;
use crate::verdict::{Scope, Verdict};

mod breakers;
mod campaigns;
mod governor;
mod intake;
mod leaving;
mod named;
mod opt_outs;
mod outcomes;
mod people;
mod portfolio;
mod recall;
mod receipts;
mod reported;
mod rotation;
mod rules;
mod soundness;
mod standing;
mod unknown;

const SENDER: &str = "106540352242922";
/// A take-over since which every person's limit has recovered.
const LONG_AGO: Millis = Millis(-1_000_000);

fn settings() -> Settings {
    Settings {
        headroom: 0.93,
        low_quality_share: 0.25,
        horizon_seconds: 10,
        arm_window_ms: 100,
        unknown_grace_ms: 3_000,
        attempts_max: 3,
        verdict_of,
    }
}

/// A table of two lines.
fn verdict_of(code: i64) -> Verdict {
    if code == 131_042 { Verdict::Pause(Scope::Waba) } else { Verdict::Permanent }
}

fn profiles() -> Arc<HashMap<SenderId, Profile>> {
    Arc::new(HashMap::from([(SenderId::new(SENDER), profile())]))
}

fn profile() -> Profile {
    Profile {
        tenant_id: TenantId(uuid::Uuid::from_u128(1)),
        limit_per_second: 80,
        waba_id: WabaId::new("102290129340398"),
        credential: "first".into(),
        cap: None,
        zone: Zone::UTC,
        portfolio: None,
        blocked_until: None,
        restrictions: Vec::new(),
        is_flagged: false,
        stop_words: Vec::new(),
    }
}

fn takeover(epoch: i64, open: Vec<Attempt>) -> Takeover {
    Takeover {
        epoch,
        may_post_at: LONG_AGO,
        high_water: HighWater::default(),
        open,
        stream_partitions: 2,
        holds: Vec::new(),
    }
}

/// A task with its world: what it was told, and what came of it.
struct World {
    task: SenderTask,
    now: Millis,
    rows: Rows,
}

impl World {
    fn new() -> Self {
        let task = SenderTask::take_over(settings(), profiles(), takeover(1, Vec::new()), Millis(0));
        Self { task, now: Millis(1_000), rows: Rows::default() }
    }

    fn input(&self, event: Event) -> Input {
        Input { at: self.now, sequence: None, origin: None, event }
    }

    /// Feeds events, then plans, as the runner does.
    fn step(&mut self, events: Vec<Event>) -> Effects {
        let inputs = events.into_iter().map(|event| self.input(event)).collect();
        let mut effects = Effects::default();
        let mut rows = self.rows.clone();
        self.task.decide(inputs, &mut rows, &mut effects);
        self.task.plan(&mut rows, self.now, &mut effects);
        commit_is_sound(self.task.epoch, self.task.campaigns(), &effects).expect("a sound commit");
        effects
    }

    fn submit(&mut self, id: u128) -> Effects {
        self.step(vec![Event::Submitted(intent(id))])
    }

    fn settle(&mut self, id: u128, attempt: i16, outcome: SendOutcome) -> Effects {
        self.step(vec![Event::Settled { intent_id: intent(id).intent_id, attempt, outcome }])
    }

    /// Heartbeats from the beginning up to this time; those that were heard before change nothing.
    fn progress(&mut self, upto: i64) -> Effects {
        self.heartbeats(0, upto)
    }

    fn heartbeats(&mut self, from: i64, upto: i64) -> Effects {
        let beat = |at| [0, 1].map(|partition| Event::Progressed { partition, upto: Millis(at) });
        let times = (from..upto).step_by(2_000).chain([upto]);
        self.step(times.flat_map(beat).collect())
    }
}

fn accepted() -> SendOutcome {
    SendOutcome::Accepted { wamid: Wamid::new("wamid.A"), held: false, number: None }
}

fn refused(verdict: Verdict) -> SendOutcome {
    SendOutcome::Refused {
        verdict,
        http_status: 400,
        code: Some(130_429),
        reason: "slow down".into(),
        retry_after_ms: None,
        wait_ms: None,
    }
}

fn unknown() -> SendOutcome {
    SendOutcome::Unknown { reason: "reset".into(), http_status: None }
}

fn status(id: u128, attempt: i16, status: Status) -> Event {
    let new = StatusObserved::new(SenderId::new(SENDER), Wamid::new("wamid.A"), status, Millis(5_000));
    let token = Token { intent_id: intent(id).intent_id, attempt };
    Event::Status(StatusObserved { token: Some(token.to_string()), ..new })
}

fn published(effects: &Effects) -> Vec<String> {
    let of = |publication: &Publication| {
        let value: serde_json::Value = serde_json::from_str(&publication.value).unwrap();
        value["status"].as_str().unwrap_or(publication.event_type.as_str()).to_owned()
    };
    effects.publish.iter().map(of).collect()
}

fn template(name: &str, approved: bool) -> CampaignTemplate {
    CampaignTemplate {
        name: name.into(),
        language: "en_US".into(),
        category: None,
        approved,
        is_low: false,
        slots: None,
    }
}

fn campaign(state: CampaignState) -> Campaign {
    Campaign {
        tenant_id: TenantId(uuid::Uuid::from_u128(1)),
        campaign_id: CampaignId(uuid::Uuid::from_u128(0x0193_2d3c_7a4b_7c3d_9e8f_0a1b_2c3d_4e5f)),
        sender_id: SenderId::new(SENDER),
        state,
        generation: 0,
        confirmed: 0,
        recipients: 3,
        templates: vec![template("order_update", true)],
        marketing: None,
        unknown_policy: UnknownPolicy::AtMostOnce,
        ttl_seconds: 3_600,
        weight: 1,
        rules: Rules::default(),
        cursor: 0,
        ingested: 0,
        open: 0,
    }
}

fn with_campaign(world: &mut World, campaign: Campaign) {
    let recipients = (0..3).map(|n| Recipient(Contact::new(format!("+1631555010{n}")), vec!["a".into()])).collect();
    world.rows.chunks = HashMap::from([(campaign.campaign_id, Chunk { first_ordinal: 0, recipients })]);
    world.rows.campaigns = HashMap::from([(campaign.campaign_id, campaign)]);
}

fn released_intents(effects: &Effects) -> Vec<Intent> {
    let released = effects.publish.iter().filter(|publication| publication.topic == topic::SENDERS);
    released.map(|publication| serde_json::from_str(&publication.value).unwrap()).collect()
}
