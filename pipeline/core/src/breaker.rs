//! Circuit breakers: what shares a fate is held together.
//!
//! An account whose payment method fails, an expired token or a paused template refuses every message of its scope. After
//! a handful of refusals nothing more of the scope is sent but one probe at a time, after waits that grow; a probe that
//! succeeds lets everything pass again. Messages of a held scope are neither sent nor failed: they wait until their life
//! ends.
//!
//! Meta's servers may fail for an account too: no connection, no answer, or a 5xx. That is a strike
//! against the account without a code, and any answer of Meta's takes it back: it says that the servers work, if not that
//! the message is good.

use std::collections::BTreeMap;

use posthaste_model::{IntentId, Millis, TenantId};

use crate::verdict::Scope;

/// Refusals of a scope without a success between them, after which it is held. One may be Meta's mistake; and so few are
/// no campaign.
pub const STRIKES_MAX: u32 = 5;
/// The same for a campaign: its messages differ in their parameters, and some may be refused for them alone.
pub const CAMPAIGN_STRIKES_MAX: u32 = 20;
/// Failures of Meta's servers for an account without an answer between them, after which it is held: a few lost answers
/// are an ordinary day.
pub const SERVER_STRIKES_MAX: u32 = 10;
/// Wait before the first probe after failures of Meta's servers, in milliseconds; doubles with each probe that fails.
pub const SERVER_PROBE_FIRST_MS: i64 = 5_000;
/// Longest wait between probes of Meta's servers, in milliseconds: nobody has to mend anything for them to come back.
pub const SERVER_PROBE_MAX_MS: i64 = 60_000;
/// Wait before the first probe, in milliseconds; doubles with each probe that fails.
pub const PROBE_FIRST_MS: i64 = 10_000;
/// Longest wait between probes, in milliseconds: how late a mended account is noticed at most.
pub const PROBE_MAX_MS: i64 = 1_800_000;
/// Breakers that are remembered; past it those that hold nothing are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// What is held: one token, account, number, template or campaign of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldKey {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What kind of thing.
    pub scope: Scope,
    /// Which one: the token's fingerprint, the account's or number's id, `account/template/language`, the campaign's id.
    pub name: String,
}

/// A scope of which only probes leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Meta's error code; none where Meta's servers failed.
    pub code: Option<i64>,
    /// Meta's words, for people.
    pub reason: String,
    /// The failures were reported by webhook after an acceptance: an acceptance proves nothing then.
    pub by_report: bool,
    /// Since when.
    pub since: Millis,
    /// When the next probe may leave.
    pub probe_at: Millis,
    /// Wait between probes now, in milliseconds.
    pub wait_ms: i64,
    /// Probes that left.
    pub probes: i32,
}

/// How a hold changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// It holds, with what is true of it now.
    Held(Hold),
    /// It ended at this time.
    Released(Hold, Millis),
}

/// Changes to be committed, by what they concern.
pub type HoldChanges = BTreeMap<HoldKey, HoldChange>;

/// Why a scope is suspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strike<'a> {
    /// The message that was refused.
    pub intent_id: IntentId,
    /// When it was armed.
    pub armed: Millis,
    /// Meta's error code; none where Meta's servers failed.
    pub code: Option<i64>,
    /// Meta's words.
    pub reason: &'a str,
    /// Whether a webhook told, and not the answer to the POST.
    pub by_report: bool,
}

/// A message of a scope that went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Success {
    /// The message.
    pub intent_id: IntentId,
    /// When it was armed.
    pub armed: Millis,
    /// Whether a webhook says so (`sent` or more), and not the answer to the POST alone.
    pub by_report: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Breaker {
    strikes: u32,
    /// The first of the strikes.
    since: Millis,
    by_report: bool,
    /// The strikes are against Meta's servers, not against what is sent.
    of_servers: bool,
    hold: Option<Hold>,
    /// The newest probe, as far as this owner knows.
    probe: Option<IntentId>,
    /// When it was last released: what was armed before says nothing of the time after.
    released_at: Option<Millis>,
}

/// Whether a strike or a hold is about Meta's servers: every refusal of an account has a code.
fn is_of_servers(scope: Scope, code: Option<i64>) -> bool {
    scope == Scope::Waba && code.is_none()
}

/// How many strikes hold, and the first and longest wait between probes, in milliseconds.
fn bounds(scope: Scope, code: Option<i64>) -> (u32, i64, i64) {
    match scope {
        _ if is_of_servers(scope, code) => (SERVER_STRIKES_MAX, SERVER_PROBE_FIRST_MS, SERVER_PROBE_MAX_MS),
        Scope::Campaign => (CAMPAIGN_STRIKES_MAX, PROBE_FIRST_MS, PROBE_MAX_MS),
        _ => (STRIKES_MAX, PROBE_FIRST_MS, PROBE_MAX_MS),
    }
}

/// The breakers of one partition. Breakers of an account whose numbers lie in several partitions learn separately.
#[derive(Debug, Clone, Default)]
pub struct Breakers {
    by_key: BTreeMap<HoldKey, Breaker>,
    held: usize,
}

impl Breakers {
    /// Breakers that hold what a previous owner held.
    pub fn restored(holds: Vec<(HoldKey, Hold)>) -> Self {
        let breaker = |hold: Hold| Breaker { since: hold.since, hold: Some(hold), ..Breaker::default() };
        let by_key: BTreeMap<_, _> = holds.into_iter().map(|(key, hold)| (key, breaker(hold))).collect();
        Self { held: by_key.len(), by_key }
    }

    /// Whether nothing is suspected: nothing needs to be asked then.
    pub fn is_idle(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Whether something is held.
    pub fn is_holding(&self) -> bool {
        self.held > 0
    }

    /// What is held.
    pub fn holds(&self) -> impl Iterator<Item = (&HoldKey, &Hold)> {
        self.by_key.iter().filter_map(|(key, breaker)| breaker.hold.as_ref().map(|hold| (key, hold)))
    }

    /// Until when nothing of this leaves; `None` when it may leave now, be it as a probe.
    pub fn held_until(&self, key: &HoldKey, now: Millis) -> Option<Millis> {
        let hold = self.by_key.get(key)?.hold.as_ref()?;
        (hold.probe_at > now).then_some(hold.probe_at)
    }

    /// When the next probe becomes due, of those that are not.
    pub fn next_probe(&self, now: Millis) -> Option<Millis> {
        self.holds().map(|(_, hold)| hold.probe_at).filter(|at| *at > now).min()
    }

    /// Notes that a message leaves: of what is held it is the probe, and no other follows before the wait is over.
    pub fn leaves(&mut self, keys: &[HoldKey], intent_id: IntentId, now: Millis, changes: &mut HoldChanges) {
        for key in keys {
            let Some(breaker) = self.by_key.get_mut(key) else { continue };
            let Some(hold) = &mut breaker.hold else { continue };
            hold.probe_at = now.plus(hold.wait_ms);
            hold.probes += 1;
            breaker.probe = Some(intent_id);
            changes.insert(key.clone(), HoldChange::Held(hold.clone()));
        }
    }

    /// Notes a refusal. While the scope is held only the probe's counts: what else is refused was armed before.
    pub fn strike(&mut self, key: HoldKey, strike: &Strike<'_>, now: Millis, changes: &mut HoldChanges) {
        self.forget();
        let (most, first_ms, longest_ms) = bounds(key.scope, strike.code);
        let of_servers = is_of_servers(key.scope, strike.code);
        let breaker = self.by_key.entry(key.clone()).or_default();
        let probed = breaker.probe == Some(strike.intent_id);
        match &mut breaker.hold {
            Some(hold) if probed => {
                breaker.probe = None;
                hold.wait_ms = (hold.wait_ms * 2).min(longest_ms);
                hold.probe_at = now.plus(hold.wait_ms);
                hold.code = strike.code;
                strike.reason.clone_into(&mut hold.reason);
                changes.insert(key, HoldChange::Held(hold.clone()));
            }
            Some(_) => {}
            None if breaker.released_at.is_some_and(|at| strike.armed < at) => {}
            None => {
                if breaker.strikes == 0 || breaker.of_servers != of_servers {
                    // Two reasons do not add up to one.
                    (breaker.strikes, breaker.since, breaker.of_servers) = (0, now, of_servers);
                }
                breaker.strikes += 1;
                breaker.by_report = strike.by_report;
                if breaker.strikes >= most {
                    let hold = Hold {
                        code: strike.code,
                        reason: strike.reason.to_owned(),
                        by_report: strike.by_report,
                        since: now,
                        probe_at: now.plus(first_ms),
                        wait_ms: first_ms,
                        probes: 0,
                    };
                    breaker.hold = Some(hold.clone());
                    self.held += 1;
                    changes.insert(key, HoldChange::Held(hold));
                }
            }
        }
    }

    /// Notes a success: of the probe it ends the hold, of a message armed after the first strike it takes the strikes
    /// back. Where the failures came by webhook, only a webhook proves anything.
    pub fn succeeded(&mut self, keys: &[HoldKey], success: &Success, now: Millis, changes: &mut HoldChanges) {
        for key in keys {
            let Some(breaker) = self.by_key.get_mut(key) else { continue };
            match &breaker.hold {
                // A webhook says that a message arrived, and nothing of how the servers answer now.
                Some(hold) if success.by_report && is_of_servers(key.scope, hold.code) => {}
                Some(hold) => {
                    let proven = success.by_report || !hold.by_report;
                    if proven && breaker.probe == Some(success.intent_id) {
                        self.release(key, now, changes);
                    }
                }
                None if success.by_report && breaker.of_servers => {}
                None if success.armed >= breaker.since && (success.by_report || !breaker.by_report) => {
                    breaker.strikes = 0;
                    if breaker.released_at.is_none() {
                        self.by_key.remove(key);
                    }
                }
                None => {}
            }
        }
    }

    /// Notes that Meta answered, whatever: its servers work for this account.
    pub fn answered(&mut self, key: &HoldKey, answer: &Success, now: Millis, changes: &mut HoldChanges) {
        let Some(breaker) = self.by_key.get_mut(key) else { return };
        match &breaker.hold {
            Some(hold) if is_of_servers(key.scope, hold.code) && breaker.probe == Some(answer.intent_id) => {
                self.release(key, now, changes);
            }
            Some(_) => {}
            None if breaker.of_servers && answer.armed >= breaker.since => breaker.strikes = 0,
            None => {}
        }
    }

    /// Ends a hold.
    pub fn release(&mut self, key: &HoldKey, now: Millis, changes: &mut HoldChanges) {
        let Some(breaker) = self.by_key.get_mut(key) else { return };
        if let Some(hold) = breaker.hold.take() {
            self.held -= 1;
            *breaker = Breaker { since: now, released_at: Some(now), ..Breaker::default() };
            changes.insert(key.clone(), HoldChange::Released(hold, now));
        }
    }

    fn forget(&mut self) {
        if self.by_key.len() >= REMEMBERED_MAX {
            self.by_key.retain(|_, breaker| breaker.hold.is_some());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(scope: Scope) -> HoldKey {
        HoldKey { tenant_id: TenantId(uuid::Uuid::from_u128(1)), scope, name: "one".into() }
    }

    fn id(n: u128) -> IntentId {
        IntentId(uuid::Uuid::from_u128(n))
    }

    fn strike(n: u128, armed: i64) -> Strike<'static> {
        Strike { intent_id: id(n), armed: Millis(armed), code: Some(131_042), reason: "no money", by_report: false }
    }

    fn success(n: u128, armed: i64) -> Success {
        Success { intent_id: id(n), armed: Millis(armed), by_report: false }
    }

    fn held(scope: Scope, by_report: bool) -> Breakers {
        let mut breakers = Breakers::default();
        for n in 0..u128::from(CAMPAIGN_STRIKES_MAX) {
            let strike = Strike { by_report, ..strike(n, 0) };
            breakers.strike(key(scope), &strike, Millis(100), &mut HoldChanges::new());
        }
        assert!(breakers.is_holding());
        breakers
    }

    #[test]
    fn a_handful_of_refusals_holds_the_scope_and_says_so_once() {
        for (scope, most) in [(Scope::Waba, STRIKES_MAX), (Scope::Campaign, CAMPAIGN_STRIKES_MAX)] {
            let mut breakers = Breakers::default();
            let mut changes = HoldChanges::new();
            for n in 1..most {
                breakers.strike(key(scope), &strike(n.into(), 0), Millis(100), &mut changes);
            }
            assert_eq!((breakers.held_until(&key(scope), Millis(100)), changes.len()), (None, 0));
            breakers.strike(key(scope), &strike(99, 0), Millis(100), &mut changes);
            assert_eq!(breakers.held_until(&key(scope), Millis(100)), Some(Millis(100 + PROBE_FIRST_MS)));
            assert!(matches!(&changes[&key(scope)], HoldChange::Held(hold) if hold.code == Some(131_042)));
            changes.clear();
            breakers.strike(key(scope), &strike(100, 0), Millis(101), &mut changes);
            assert!(changes.is_empty(), "what was armed before changes nothing");
        }
    }

    #[test]
    fn a_success_of_a_message_that_was_armed_later_takes_the_strikes_back() {
        for (armed, holds) in [(99, true), (100, false)] {
            let mut breakers = Breakers::default();
            let mut changes = HoldChanges::new();
            for n in 1..STRIKES_MAX {
                breakers.strike(key(Scope::Waba), &strike(n.into(), 0), Millis(100), &mut changes);
            }
            breakers.succeeded(&[key(Scope::Waba)], &success(50, armed), Millis(200), &mut changes);
            breakers.strike(key(Scope::Waba), &strike(51, 150), Millis(210), &mut changes);
            assert_eq!(breakers.is_holding(), holds, "armed at {armed}");
        }
    }

    #[test]
    fn one_probe_leaves_at_a_time_and_its_success_releases() {
        let mut breakers = held(Scope::Sender, false);
        let (mut changes, probe_at) = (HoldChanges::new(), Millis(100 + PROBE_FIRST_MS));
        assert_eq!(breakers.held_until(&key(Scope::Sender), probe_at), None);
        breakers.leaves(&[key(Scope::Sender)], id(7), probe_at, &mut changes);
        assert!(breakers.held_until(&key(Scope::Sender), probe_at).is_some(), "one");
        breakers.succeeded(&[key(Scope::Sender)], &success(8, 50), probe_at, &mut changes);
        assert!(breakers.is_holding(), "another message's success was on its way before");
        breakers.succeeded(&[key(Scope::Sender)], &success(7, 50), probe_at.plus(90), &mut changes);
        assert!(!breakers.is_holding());
        assert!(matches!(changes[&key(Scope::Sender)], HoldChange::Released(_, at) if at == probe_at.plus(90)));
        for n in 0..9 {
            breakers.strike(key(Scope::Sender), &strike(n, 100), probe_at.plus(95), &mut changes);
        }
        assert!(!breakers.is_holding(), "what was armed before the release says nothing of the time after");
    }

    #[test]
    fn where_webhooks_told_of_the_failures_only_a_webhook_releases() {
        let mut breakers = held(Scope::Waba, true);
        let mut changes = HoldChanges::new();
        breakers.leaves(&[key(Scope::Waba)], id(7), Millis(20_000), &mut changes);
        breakers.succeeded(&[key(Scope::Waba)], &success(7, 20_000), Millis(20_100), &mut changes);
        assert!(breakers.is_holding());
        let reported = Success { by_report: true, ..success(7, 20_000) };
        breakers.succeeded(&[key(Scope::Waba)], &reported, Millis(21_000), &mut changes);
        assert!(!breakers.is_holding());
    }

    fn silence(n: u128, armed: i64) -> Strike<'static> {
        Strike { code: None, reason: "HTTP 502", ..strike(n, armed) }
    }

    #[test]
    fn servers_that_fail_hold_their_account_until_they_answer_a_probe_whatever_they_say() {
        let (mut breakers, mut changes) = (Breakers::default(), HoldChanges::new());
        for n in 1..u128::from(SERVER_STRIKES_MAX) {
            breakers.strike(key(Scope::Waba), &silence(n, 0), Millis(100), &mut changes);
        }
        breakers.answered(&key(Scope::Waba), &success(50, 99), Millis(110), &mut changes);
        assert!(!breakers.is_holding());
        breakers.strike(key(Scope::Waba), &silence(51, 0), Millis(120), &mut changes);
        let probe_at = Millis(120 + SERVER_PROBE_FIRST_MS);
        assert_eq!(breakers.held_until(&key(Scope::Waba), Millis(120)), Some(probe_at), "an answer from before");

        breakers.leaves(&[key(Scope::Waba)], id(60), probe_at, &mut changes);
        let reported = Success { by_report: true, ..success(60, probe_at.0) };
        breakers.succeeded(&[key(Scope::Waba)], &reported, probe_at, &mut changes);
        breakers.answered(&key(Scope::Waba), &success(61, 0), probe_at, &mut changes);
        assert!(breakers.is_holding(), "neither a webhook nor somebody else's answer");
        breakers.answered(&key(Scope::Waba), &success(60, probe_at.0), probe_at, &mut changes);
        assert!(!breakers.is_holding());
    }

    #[test]
    fn an_answer_takes_failures_of_the_servers_back_and_no_refusals() {
        let (mut breakers, mut changes) = (Breakers::default(), HoldChanges::new());
        for n in 0..100 {
            breakers.strike(key(Scope::Waba), &silence(n, 100), Millis(100), &mut changes);
            if n % 9 == 8 {
                breakers.answered(&key(Scope::Waba), &success(n, 100), Millis(100), &mut changes);
            }
        }
        assert!(!breakers.is_holding(), "never {SERVER_STRIKES_MAX} in a row");
        for n in 0..u128::from(STRIKES_MAX) {
            breakers.answered(&key(Scope::Waba), &success(n, 200), Millis(200), &mut changes);
            breakers.strike(key(Scope::Waba), &strike(n, 200), Millis(200), &mut changes);
        }
        assert!(breakers.is_holding(), "a refusal is an answer, and still a refusal");
    }

    #[test]
    fn a_new_owner_holds_what_the_old_one_held() {
        let old = held(Scope::Token, false);
        let holds: Vec<_> = old.holds().map(|(key, hold)| (key.clone(), hold.clone())).collect();
        let new = Breakers::restored(holds.clone());
        assert_eq!(new.holds().map(|(key, hold)| (key.clone(), hold.clone())).collect::<Vec<_>>(), holds);
        assert_eq!(new.held_until(&key(Scope::Token), Millis(0)), old.held_until(&key(Scope::Token), Millis(0)));
    }

    proptest! {
        /// However a held scope is probed, and however the probes end but in success: they are at least the current wait
        /// apart, and the wait grows up to its maximum and never beyond.
        #[test]
        fn probes_of_a_scope_that_stays_broken_get_rarer(
            steps in prop::collection::vec((0i64..4_000_000, any::<bool>()), 1..60),
        ) {
            let mut breakers = held(Scope::Waba, false);
            let (mut now, mut last, mut waited) = (Millis(100), None, PROBE_FIRST_MS);
            for (n, (gap, fails)) in steps.into_iter().enumerate() {
                now = now.plus(gap);
                if breakers.held_until(&key(Scope::Waba), now).is_some() {
                    continue;
                }
                let apart = last.map_or(i64::MAX, |last| now.since(last));
                prop_assert!(apart >= waited, "{apart} ms apart");
                last = Some(now);
                let mut changes = HoldChanges::new();
                breakers.leaves(&[key(Scope::Waba)], id(n as u128), now, &mut changes);
                if fails {
                    breakers.strike(key(Scope::Waba), &strike(n as u128, now.0), now, &mut changes);
                    waited = (waited * 2).min(PROBE_MAX_MS);
                }
                let (_, hold) = breakers.holds().next().expect("nothing released it");
                prop_assert_eq!(hold.wait_ms, waited);
            }
        }
    }
}
