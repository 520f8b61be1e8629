//! What a seed stands for: the size of the world, its load, and which faults happen in it.
//!
//! Each seed has only some of the faults (swarm testing; Groce et al., "Swarm testing", ISSTA 2012): a world in which
//! everything fails at once hides what a pause and one lost answer would show.

use posthaste_core::Verdict;
use posthaste_core::hours::{Hours, HoursZone, Zone};
use posthaste_core::sender::{Profile, Rules, Settings};
use posthaste_model::{PortfolioId, SenderId, TenantId, UnknownPolicy, WabaId};

use crate::rng::Rng;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// A kind of fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $($(#[$doc])* $name),+ }

        impl Fault {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The inverse of [`Fault::name`].
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|fault| fault.name() == text)
            }
        }
    };
}

faults! {
    /// A worker dies between any two beats.
    Crash = "crash";
    /// A worker stands still beyond its lease and goes on afterwards.
    Zombie = "zombie";
    /// The group gives a healthy worker's partitions away, and the worker goes on until it hears of it.
    Expulsion = "expulsion";
    /// A partition is given to another worker in good order.
    Rebalance = "rebalance";
    /// The store is away for a while.
    StoreOutage = "store-outage";
    /// The connection dies during COMMIT, before or after it happened.
    CommitAnswerLost = "commit-answer-lost";
    /// The connection dies during COMMIT, which happens later all the same.
    CommitLate = "commit-late";
    /// Commits and loads take up to half a second.
    StoreSlow = "store-slow";
    /// The leader of a partition of the log dies and its unacknowledged tail is lost.
    LogFailover = "log-failover";
    /// The log has a record, but its acknowledgement is lost.
    LogAckLost = "log-ack-lost";
    /// The edge is away; Meta repeats.
    EdgeOutage = "edge-outage";
    /// The edge answers 503 although the webhook was appended, or because it was not.
    EdgeAckLost = "edge-ack-lost";
    /// Meta delivers webhooks more than once.
    WebhookDuplicate = "webhook-duplicate";
    /// Webhooks come late and out of order.
    WebhookDelay = "webhook-delay";
    /// Meta never reports on some messages.
    WebhookMute = "webhook-mute";
    /// Webhooks with elements that nobody can read.
    WebhookMalformed = "webhook-malformed";
    /// A POST never arrives.
    RequestLost = "request-lost";
    /// A POST is accepted and its answer lost.
    ResponseLost = "response-lost";
    /// A POST is accepted and the connection reset at once.
    AcceptedReset = "accepted-reset";
    /// A POST is answered by a gateway's error page; it may have been processed.
    GatewayError = "gateway-error";
    /// No connection to Meta can be made.
    ConnectFailure = "connect-failure";
    /// Meta answers 130429: too fast.
    Throttle = "throttle";
    /// Meta answers 131056: too many to this person.
    ThrottlePair = "throttle-pair";
    /// Meta refuses everything of the account for a moment.
    AccountPause = "account-pause";
    /// Meta refuses a message for good.
    Refusal = "refusal";
    /// People opt out while messages wait for them.
    OptOut = "opt-out";
    /// Campaigns are paused and resumed.
    CampaignPause = "campaign-pause";
    /// Campaigns are cancelled.
    CampaignCancel = "campaign-cancel";
    /// The API dies; its clients repeat their requests.
    ApiCrash = "api-crash";
    /// A normalizer dies and starts again from the committed offset, sometimes beside its predecessor.
    NormalizeCrash = "normalize-crash";
    /// Clocks of the workers differ and drift.
    ClockSkew = "clock-skew";
    /// A number's limit is changed.
    LimitChange = "limit-change";
    /// Meta's servers fail for a while: no connection, or an error page; some of the messages are processed all the same.
    ServerStorm = "server-storm";
}

/// A set of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults(u64);

impl Faults {
    /// Every fault.
    pub fn all() -> Self {
        Fault::ALL.iter().fold(Self::default(), |set, fault| set.with(*fault))
    }

    /// This set and one more.
    #[must_use]
    pub fn with(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault as u32)
    }

    /// This set less one.
    #[must_use]
    pub fn without(self, fault: Fault) -> Self {
        Self(self.0 & !(1 << fault as u32))
    }

    /// What is in both.
    #[must_use]
    pub fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the fault is in the set.
    pub fn has(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u32) != 0
    }

    /// The faults of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.iter().copied().filter(move |fault| self.has(*fault))
    }
}

/// Faults that were thought of after the corpus was drawn: from a stream of their own, so that its seeds stay what they are.
const LATER_FAULTS: [Fault; 1] = [Fault::ServerStorm];

/// A number that messages are sent from.
#[derive(Debug, Clone)]
pub(crate) struct SenderSpec {
    pub(crate) id: SenderId,
    pub(crate) tenant: TenantId,
    pub(crate) waba: WabaId,
    pub(crate) limit: u32,
    pub(crate) partition: i32,
    /// Its business portfolio, where that has a messaging limit.
    pub(crate) portfolio: Option<PortfolioId>,
}

impl SenderSpec {
    /// What the directory says of it.
    pub(crate) fn profile(&self) -> Profile {
        Profile {
            tenant_id: self.tenant,
            limit_per_second: self.limit,
            waba_id: self.waba.clone(),
            credential: self.id.to_string(),
            cap: None,
            zone: Zone::UTC,
            portfolio: self.portfolio.clone(),
            blocked_until: None,
            restrictions: Vec::new(),
            is_flagged: false,
            stop_words: Vec::new(),
        }
    }
}

/// A campaign and what its tenant does with it.
#[derive(Debug, Clone)]
pub(crate) struct CampaignSpec {
    pub(crate) start_ms: i64,
    pub(crate) sender: usize,
    pub(crate) recipients: i32,
    pub(crate) policy: UnknownPolicy,
    pub(crate) ttl_seconds: i32,
    pub(crate) weight: u32,
    pub(crate) rules: Rules,
}

/// The world of one seed.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    pub(crate) faults: Faults,
    pub(crate) senders: Vec<SenderSpec>,
    pub(crate) sender_partitions: i32,
    pub(crate) raw_partitions: i32,
    pub(crate) workers: usize,
    /// Whether the workers share a machine, and with it the folder of journals.
    pub(crate) one_machine: bool,
    pub(crate) settings: Settings,
    pub(crate) lease_ttl_ms: i64,
    pub(crate) session_ms: i64,
    pub(crate) drain_max_ms: i64,
    pub(crate) batch_max: usize,
    pub(crate) campaigns: Vec<CampaignSpec>,
    /// People whom the numbers of a tenant, one portfolio, may reach until the end of the calm.
    pub(crate) people_max: Option<usize>,
    /// Mean time between single messages.
    pub(crate) single_every_ms: i64,
    /// Mean time between messages from people.
    pub(crate) inbound_every_ms: i64,
    /// Mean time between faults that strike a whole process.
    pub(crate) fault_every_ms: i64,
    /// How long load and faults last.
    pub(crate) chaos_ms: i64,
    /// Whether most single messages go to one person.
    pub(crate) hot_contact: bool,
    /// Whether every decision is made a second time from the recorded inputs.
    pub(crate) replay: bool,
}

impl Scenario {
    /// Draws the world of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let rng = &mut Rng::stream(seed, "scenario");
        let sender_partitions = rng.between(1, 3) as i32;
        let mut senders = senders(rng, sender_partitions);
        let chaos_ms = rng.between(20_000, 60_000);
        let density = rng.pick(&[150, 350, 600]);
        let mut faults = Faults::default();
        for fault in Fault::ALL.iter().filter(|fault| !LATER_FAULTS.contains(fault)) {
            if rng.chance(density) {
                faults = faults.with(*fault);
            }
        }
        let later = &mut Rng::stream(seed, "later faults");
        for fault in LATER_FAULTS {
            if later.chance(density) {
                faults = faults.with(fault);
            }
        }
        // The worst of ownership needs three faults at once.
        if rng.chance(200) {
            faults = faults.with(Fault::Expulsion).with(Fault::Zombie).with(Fault::Rebalance);
        }
        let mut campaigns: Vec<_> = (0..rng.below(5)).map(|_| campaign(rng, senders.len(), chaos_ms)).collect();
        let rules = &mut Rng::stream(seed, "rules");
        campaigns.iter_mut().for_each(|campaign| add_rules(rules, campaign));
        let people_max = rules.chance(200).then(|| rules.pick(&[3, 20, 60]));
        if people_max.is_some() {
            senders.iter_mut().for_each(|sender| sender.portfolio = Some(PortfolioId::new(sender.tenant.to_string())));
        }
        let lease_ttl_ms = rng.pick(&[4_000, 10_000]);
        Self {
            seed,
            faults,
            senders,
            sender_partitions,
            raw_partitions: rng.between(1, 2) as i32,
            workers: rng.pick(&[2, 3, 3, 4]),
            one_machine: rng.chance(700),
            settings: settings(rng),
            lease_ttl_ms,
            session_ms: rng.pick(&[2_000, 6_000]),
            drain_max_ms: rng.pick(&[500, 2_000, 6_000]),
            batch_max: rng.pick(&[5, 50, 1_000]),
            campaigns,
            people_max,
            single_every_ms: rng.pick(&[150, 400, 1_500]),
            inbound_every_ms: rng.pick(&[500, 2_000]),
            fault_every_ms: rng.pick(&[1_000, 3_000, 8_000]),
            chaos_ms,
            hot_contact: rng.chance(100),
            replay: rng.chance(250),
        }
    }
}

fn settings(rng: &mut Rng) -> Settings {
    Settings {
        headroom: rng.pick(&[0.9, 0.99, 0.9999]),
        low_quality_share: 0.25,
        horizon_seconds: rng.pick(&[1, 2, 10]),
        arm_window_ms: rng.pick(&[50, 100, 250]),
        unknown_grace_ms: rng.pick(&[2_000, 5_000, 15_000]),
        attempts_max: rng.pick(&[3, 5, 8]),
        verdict_of: |_| Verdict::Permanent,
    }
}

fn senders(rng: &mut Rng, partitions: i32) -> Vec<SenderSpec> {
    let tenants = [rng.uuid(0), rng.uuid(0)].map(TenantId);
    (0..rng.between(1, 4))
        .map(|n| SenderSpec {
            id: SenderId::new(format!("10654035224292{n}")),
            tenant: rng.pick(&tenants),
            waba: WabaId::new(format!("2{n}")),
            limit: rng.pick(&[5, 5, 20, 80]),
            partition: rng.between(0, i64::from(partitions) - 1) as i32,
            portfolio: None,
        })
        .collect()
}

/// Weights, caps, pauses and hours: about half of the campaigns have some. Worlds begin at eight in the morning (UTC) and
/// people have American numbers, so either kind of hours opens within the first two minutes: in Honolulu it is then 22:00
/// and everywhere else in America later, but before noon.
fn add_rules(rng: &mut Rng, campaign: &mut CampaignSpec) {
    campaign.weight = rng.pick(&[1, 1, 1, 7]);
    campaign.rules.max_per_minute = rng.pick(&[None, None, None, Some(60), Some(600)]);
    campaign.rules.jitter_ms = rng.pick(&[None, None, None, None, Some((50, 400))]);
    let minute = rng.between(1, 2) as i32;
    campaign.rules.hours = rng.pick(&[
        None,
        None,
        None,
        Hours::new(8 * 60 + minute, 12 * 60, HoursZone::Fixed(Zone::UTC)),
        Hours::new(22 * 60 + minute, 12 * 60, HoursZone::Recipient),
    ]);
}

fn campaign(rng: &mut Rng, senders: usize, chaos_ms: i64) -> CampaignSpec {
    CampaignSpec {
        start_ms: rng.between(0, chaos_ms * 2 / 3),
        sender: rng.below(senders),
        recipients: rng.pick(&[1, 20, 60, 200, 200]),
        policy: rng.pick(&[UnknownPolicy::AtMostOnce, UnknownPolicy::AtMostOnce, UnknownPolicy::AtLeastOnce]),
        ttl_seconds: rng.pick(&[20, 3_600, 3_600]),
        weight: 1,
        rules: Rules::default(),
    }
}
