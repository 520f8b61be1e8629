//! The kinds of event, each brought before a task in the state in which such events find it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use posthaste_core::hours::Zone;
use posthaste_core::sender::{Attempt, Effects, Event, Input, Profile, Report, Rows, SenderTask, Settings, Takeover};
use posthaste_core::{HighWater, SendOutcome, Verdict};
use posthaste_model::whatsapp::Identity;
use posthaste_model::{
    CampaignId, CampaignRef, Class, Contact, InboundReceived, Intent, IntentId, Message, Millis, SenderId, Sequence,
    Status, StatusObserved, TemplateMessage, TenantId, Token, UnknownPolicy, WabaId, Wamid,
};
use uuid::Uuid;

/// Events of a case: fewer than the closed attempts that a task remembers, so that none is forgotten on the way.
pub(crate) const EVENTS: u32 = 8_000;
/// Events of a case in which instructions are counted, which takes fifty times as long.
pub(crate) const EVENTS_COUNTED: u32 = 1_000;
/// Events in one batch, as a loaded worker takes them in.
const BATCH: usize = 200;
const SENDER: &str = "106540352242922";
const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const EPOCH: i64 = 1;
const NOW: Millis = Millis(1_795_000_000_000);

macro_rules! cases {
    ($($variant:ident = $name:literal, $repetition:literal, $label:literal;)+) => {
        /// A kind of event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Case { $($variant),+ }

        impl Case {
            /// All of them, in the order of the table.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Name on the command line and in the file of counts.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// For people.
            pub(crate) const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// Whether it changes nothing.
            pub(crate) const fn is_repetition(self) -> bool {
                match self { $(Self::$variant => $repetition),+ }
            }
        }
    };
}

cases! {
    NewIntent = "new-intent", false, "a message of a campaign, new";
    Answer = "answer", false, "Meta's 200";
    NewStatus = "new-status", false, "a status, new";
    Heartbeat = "heartbeat", false, "a sign of life of the webhook stream";
    SameRecord = "same-record", true, "a record, again (sequence number)";
    SameIntent = "same-intent", true, "a message, again (its id)";
    SameStatus = "same-status", true, "a status, again (its mark)";
    SameAnswer = "same-answer", true, "Meta's 200 after its statuses";
    SameInbound = "same-inbound", true, "an inbound message, again (its wamid)";
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().find(|case| case.name() == text).copied().ok_or_else(|| format!("there is no case {text}"))
    }
}

/// What a case's events took together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    events: u64,
    time: Duration,
    /// Allocations within the calls.
    pub(crate) allocations: u64,
}

impl Cost {
    /// Nanoseconds.
    pub(crate) fn ns_per_event(&self) -> f64 {
        self.time.as_secs_f64() * 1e9 / self.events as f64
    }

    /// Allocations.
    pub(crate) fn allocations_per_event(&self) -> f64 {
        self.allocations as f64 / self.events as f64
    }
}

/// Prepares a case and goes through so many events.
pub(crate) fn once(case: Case, events: u32) -> Cost {
    let mut task = task(case, events);
    let mut rows = Rows::default();
    if case == Case::SameInbound {
        rows.inbound = (0..events)
            .map(|index| (TENANT, SenderId::new(SENDER), inbound(index).wamid))
            .map(|key| (key, false))
            .collect();
    }
    let inputs: Vec<Input> = (0..events).map(|index| input(case, index)).collect();
    let mut cost = Cost::default();
    for batch in inputs.chunks(BATCH) {
        let batch = batch.to_vec();
        cost.events += batch.len() as u64;
        let mut effects = Effects::default();
        let begun = Instant::now();
        let counted = allocation_counter::measure(|| decide_measured(&mut task, batch, &mut rows, &mut effects));
        cost.time += begun.elapsed();
        cost.allocations += counted.count_total;
        assert_eq!(effects.is_empty(), case.is_repetition() || case == Case::Heartbeat, "{case}");
    }
    cost
}

/// What is counted: callgrind collects in this function alone, by its name.
#[inline(never)]
fn decide_measured(task: &mut SenderTask, inputs: Vec<Input>, rows: &mut Rows, effects: &mut Effects) {
    task.decide(inputs, rows, effects);
}

/// A task in the state in which the case's events find it.
fn task(case: Case, events: u32) -> SenderTask {
    let profile = Profile {
        tenant_id: TENANT,
        limit_per_second: 1_000,
        waba_id: WabaId::new("102290129340398"),
        credential: "first".into(),
        cap: None,
        zone: Zone::UTC,
        portfolio: None,
        blocked_until: None,
        restrictions: Vec::new(),
        is_flagged: false,
        stop_words: Vec::new(),
    };
    let settings = Settings {
        headroom: 0.995,
        low_quality_share: 0.25,
        horizon_seconds: 10,
        arm_window_ms: 100,
        unknown_grace_ms: 15_000,
        attempts_max: 8,
        verdict_of: |_| Verdict::Permanent,
    };
    let takeover = Takeover {
        epoch: EPOCH,
        may_post_at: Millis(0),
        high_water: HighWater::default(),
        open: if case == Case::NewIntent { Vec::new() } else { (0..events).map(armed).collect() },
        stream_partitions: 24,
        holds: Vec::new(),
    };
    let profiles = Arc::new(HashMap::from([(SenderId::new(SENDER), profile)]));
    let mut task = SenderTask::take_over(settings, profiles, takeover, NOW);
    // The number's state is made with the first event that needs it.
    let first = Input { sequence: None, ..input(Case::NewIntent, EVENTS) };
    task.decide(vec![first], &mut Rows::default(), &mut Effects::default());
    // Its producer has been heard of wherever something is repeated: the first number of each is kept, and that allocates.
    let before: &[Case] = match case {
        Case::NewIntent | Case::Answer => &[],
        Case::NewStatus => &[Case::Answer],
        _ => &[Case::Answer, Case::NewStatus],
    };
    for earlier in before {
        let inputs = (0..events).map(|index| input(*earlier, index)).collect();
        task.decide(inputs, &mut Rows::default(), &mut Effects::default());
    }
    task
}

fn input(case: Case, index: u32) -> Input {
    let event = match case {
        Case::NewIntent | Case::SameIntent => Event::Submitted(intent(index)),
        Case::Answer | Case::SameAnswer => Event::Settled {
            intent_id: intent_id(index),
            attempt: 1,
            outcome: SendOutcome::Accepted { wamid: wamid(index), held: false, number: None },
        },
        Case::NewStatus | Case::SameRecord | Case::SameStatus => Event::Status(status(index)),
        Case::Heartbeat => Event::Progressed {
            partition: i32::try_from(index % 24).expect("below 24"),
            upto: NOW.plus(i64::from(index) * 100),
        },
        Case::SameInbound => Event::Inbound(Box::new(inbound(index))),
    };
    // What is repeated by the network has a new number of its producer's; what the producer repeats has the old one.
    let repeated = !matches!(case, Case::NewStatus | Case::SameRecord);
    let seq = i64::from(index) + 1 + if repeated { i64::from(EVENTS) } else { 0 };
    let sequence = Sequence { task: "normalize".into(), partition: 0, seq };
    let from_log = !matches!(event, Event::Settled { .. });
    Input { at: NOW, sequence: from_log.then_some(sequence), origin: None, event }
}

fn intent_id(index: u32) -> IntentId {
    IntentId::of_recipient(campaign(), index)
}

fn campaign() -> CampaignId {
    CampaignId(Uuid::from_u128(0x0193_5e2b_9a41_7000_8000_0000_0000_0000))
}

fn contact(index: u32) -> Contact {
    Contact::new(format!("+1631555{index:04}"))
}

fn wamid(index: u32) -> Wamid {
    Wamid::new(format!("wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI{index:024X}AA=="))
}

fn intent(index: u32) -> Intent {
    Intent {
        intent_id: intent_id(index),
        tenant_id: TENANT,
        sender_id: SenderId::new(SENDER),
        contact: contact(index),
        class: Class::Campaign,
        campaign: Some(CampaignRef { id: campaign(), generation: 0, ordinal: index }),
        message: Message::Template(TemplateMessage {
            name: "order_update".into(),
            language: "en_US".into(),
            category: Some("UTILITY".into()),
            body: vec!["Ana".into(), format!("A-{index:07}")],
            components: Vec::new(),
            reply_to: None,
            marketing: None,
        }),
        callback_data: None,
        unknown_policy: UnknownPolicy::AtMostOnce,
        accepted_at: NOW,
        expires_at: NOW.plus(86_400_000),
    }
}

/// An attempt whose POST is under way.
fn armed(index: u32) -> Attempt {
    let mut attempt = Attempt::queued(Arc::new(intent(index)), 1, NOW);
    attempt.armed_epoch = Some(EPOCH);
    attempt.advance(Status::Armed, NOW, &Report::default());
    attempt
}

fn status(index: u32) -> StatusObserved {
    StatusObserved {
        contact: Some(contact(index)),
        identity: Identity { user_id: Some(format!("US.{index:020}")), ..Identity::default() },
        token: Some(Token { intent_id: intent_id(index), attempt: 1 }.to_string()),
        pricing: Some(r#"{"billable":true,"pricing_model":"PMP","category":"utility","type":"regular"}"#.into()),
        ..StatusObserved::new(SenderId::new(SENDER), wamid(index), Status::Sent, NOW)
    }
}

fn inbound(index: u32) -> InboundReceived {
    let raw = r#"{"from":"16315550101","type":"text","text":{"body":"where is my order?"}}"#;
    let waba = WabaId::new("102290129340398");
    InboundReceived {
        contact: Some(contact(index)),
        profile_name: Some("Ana Example".into()),
        kind: "text".into(),
        text: Some("where is my order?".into()),
        ..InboundReceived::new(SenderId::new(SENDER), waba, wamid(index), NOW, raw)
    }
}
