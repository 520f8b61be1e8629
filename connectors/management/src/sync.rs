//! Templates compared with Meta's whole list: webhooks say what changes, the list mends what was missed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use http::Method;
use posthaste_model::{Channel, TenantId, WabaId};
use posthaste_runtime::accounts::Outdated;
use posthaste_sql::queries::directory::directory_senders;
use posthaste_sql::queries::sink::directory_numbers;
use posthaste_sql::queries::templates::{last_sync, missing_templates};
use rand::Rng as _;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::desk::{Credential, Desk, DeskError, Told, now_ms, write_template};
use crate::template::{FIELDS, Template};

/// Templates that are asked for at once, and pages of one account: more than the 6,000 templates that one may have.
const PAGE: usize = 100;
const PAGES_MAX: usize = 100;
/// Accounts that are compared at once.
const ACCOUNTS_AT_ONCE: usize = 4;
/// An account that was compared within this time is left out at night: another worker was first.
const RECENT_MS: i64 = 12 * 60 * 60 * 1_000;

/// An account is compared so long after an event has shown it to be outdated: events come in groups, one for each language.
const GATHER: Duration = Duration::from_secs(2);
/// The same account is compared no sooner than this after the last time: Meta allows 200 calls about an account in an hour.
const AGAIN: Duration = Duration::from_secs(60);

const HOUR_S: u64 = 60 * 60;
const DAY_S: u64 = 24 * HOUR_S;

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Templates in Meta's list.
    pub listed: usize,
    /// Of those, how many were not known.
    pub new: usize,
    /// Known templates that the list did not have; they are marked as deleted.
    pub deleted: usize,
}

/// What became of one account.
#[derive(Debug)]
pub struct Compared {
    /// Whose it is.
    pub tenant: TenantId,
    /// The account.
    pub waba_id: String,
    /// What was found, or why it could not be compared; nothing is marked as deleted then.
    pub outcome: Result<Counts, SyncError>,
}

/// Why an account could not be compared.
#[derive(Debug)]
pub enum SyncError {
    /// Meta refused, in Meta's words.
    Refused(u16, String),
    /// The list has no end within the limit.
    Endless,
    /// There was no answer, or the store refused.
    Desk(DeskError),
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(status, words) => write!(f, "Meta refused (HTTP {status}): {words}"),
            Self::Endless => write!(f, "Meta's list has more than {PAGES_MAX} pages"),
            Self::Desk(error) => error.fmt(f),
        }
    }
}

impl<E: Into<DeskError>> From<E> for SyncError {
    fn from(error: E) -> Self {
        Self::Desk(error.into())
    }
}

/// An account and what it is read with.
struct Account {
    tenant: TenantId,
    waba_id: String,
    credential: Credential,
}

/// Compares the accounts of one tenant, or of all. `recent_too` is whether those count that were compared within the last hours.
pub async fn compare(desk: &Desk, tenant: Option<TenantId>, recent_too: bool) -> Result<Vec<Compared>, DeskError> {
    let accounts = accounts(desk, tenant).await?;
    Ok(compare_all(desk, accounts, recent_too).await)
}

async fn compare_all(desk: &Desk, accounts: Vec<Account>, recent_too: bool) -> Vec<Compared> {
    let compared = stream::iter(accounts).map(|account| async move {
        if !recent_too && is_recent(desk, &account).await.unwrap_or(false) {
            return None;
        }
        let outcome = compare_account(desk, &account).await;
        Some(Compared { tenant: account.tenant, waba_id: account.waba_id, outcome })
    });
    compared.buffer_unordered(ACCOUNTS_AT_ONCE).filter_map(async |own| own).collect().await
}

async fn accounts(desk: &Desk, tenant: Option<TenantId>) -> Result<Vec<Account>, DeskError> {
    let tx = desk.pool.tenants_tx([]).await?;
    let senders = directory_senders().bind(&*tx).all().await?;
    // Pages have no templates.
    let numbers = directory_numbers().bind(&*tx).all().await?;
    tx.rollback().await?;
    let numbers: HashSet<String> =
        numbers.into_iter().filter(|row| row.channel == Channel::Whatsapp.as_str()).map(|row| row.sender_id).collect();
    let mut accounts: Vec<Account> = senders
        .into_iter()
        .filter(|row| numbers.contains(&row.sender_id))
        .map(|row| Account {
            tenant: TenantId(row.tenant_id),
            waba_id: row.waba_id,
            credential: Credential { token: row.access_token, version: row.graph_version },
        })
        .filter(|account| tenant.is_none_or(|tenant| tenant == account.tenant))
        .collect();
    accounts.sort_by(|a, b| (a.tenant, &a.waba_id).cmp(&(b.tenant, &b.waba_id)));
    accounts.dedup_by(|a, b| (a.tenant, &a.waba_id) == (b.tenant, &b.waba_id));
    Ok(accounts)
}

async fn is_recent(desk: &Desk, account: &Account) -> Result<bool, DeskError> {
    let tx = desk.pool.tenants_tx([account.tenant]).await?;
    let at = last_sync().bind(&*tx, &account.tenant.0, &account.waba_id.as_str()).one().await?;
    tx.rollback().await?;
    Ok(at.is_some_and(|at| at > now_ms() - RECENT_MS))
}

async fn compare_account(desk: &Desk, account: &Account) -> Result<Counts, SyncError> {
    let as_of = now_ms();
    let mut counts = Counts::default();
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let page = page(desk, account, &after).await?;
        let rows = page["data"].as_array().map_or(&[][..], Vec::as_slice);
        let templates: Vec<_> = rows.iter().filter_map(Template::listed).collect();
        counts.listed += templates.len();
        counts.new += keep(desk, account, &templates, as_of).await?;
        let next = page["paging"]["cursors"]["after"].as_str().filter(|next| *next != after);
        let is_last = rows.len() < PAGE && page["paging"]["next"].is_null();
        match next.filter(|_| !is_last) {
            Some(next) => next.clone_into(&mut after),
            None => {
                counts.deleted = mark_deleted(desk, account, counts, as_of).await?;
                return Ok(counts);
            }
        }
    }
    Err(SyncError::Endless)
}

async fn page(desk: &Desk, account: &Account, after: &str) -> Result<Value, SyncError> {
    let limit = PAGE.to_string();
    let mut query = vec![("fields", FIELDS), ("limit", limit.as_str())];
    if !after.is_empty() {
        query.push(("after", after));
    }
    let path = [account.waba_id.as_str(), "message_templates"];
    let answer = desk.ask(account.tenant, account.credential.access(), Method::GET, (&path, &query), None).await?;
    let page = answer.json();
    if answer.is_success() && page["data"].is_array() {
        return Ok(page);
    }
    let words = page["error"]["message"].as_str().unwrap_or("no list and no error of Meta's");
    Err(SyncError::Refused(answer.status, words.to_owned()))
}

async fn keep(desk: &Desk, account: &Account, templates: &[Template], as_of: i64) -> Result<usize, SyncError> {
    let tx = desk.pool.tenants_tx([account.tenant]).await?;
    let mut new = 0;
    for template in templates {
        let told = Told { as_of, is_listed: true };
        new += usize::from(write_template(&tx, account.tenant, &account.waba_id, template, told).await?);
    }
    tx.commit().await?;
    Ok(new)
}

/// An empty list marks nothing: it is likelier that the token sees too little than that an account lost all its templates.
async fn mark_deleted(desk: &Desk, account: &Account, counts: Counts, as_of: i64) -> Result<usize, SyncError> {
    if counts.listed == 0 {
        return Ok(0);
    }
    let tx = desk.pool.tenants_tx([account.tenant]).await?;
    let gone = missing_templates().bind(&*tx, &account.tenant.0, &account.waba_id.as_str(), &as_of).all().await?;
    tx.commit().await?;
    for row in &gone {
        let (name, language) = (&row.name, &row.language);
        tracing::info!(tenant = %account.tenant, waba = account.waba_id, name, language, "Meta no longer lists a template");
    }
    Ok(gone.len())
}

/// Compares every account once a day, in this hour (UTC) at a moment that is drawn, until `stop`.
pub async fn run_nightly(desk: Desk, hour: u32, stop: CancellationToken) {
    run_after(desk, || until(hour, now_ms(), rand::rng().random_range(0..HOUR_S)), stop).await;
}

/// Compares every account again and again, each time after the wait that is told then, until `stop`. What was compared within the
/// last hours is left out.
pub async fn run_after(desk: Desk, mut wait: impl FnMut() -> Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(wait())).await.is_some() {
        let Some(compared) = stop.run_until_cancelled(compare(&desk, None, false)).await else { return };
        match compared {
            Ok(accounts) => accounts.iter().for_each(tell),
            Err(error) => tracing::warn!(%error, "templates could not be compared with Meta's lists"),
        }
    }
}

/// Compares the accounts that events have shown to be outdated, until `stop`. What fails is told and left to the next event, or to the
/// night.
pub async fn run_outdated(desk: Desk, mut told: mpsc::UnboundedReceiver<Outdated>, stop: CancellationToken) {
    let mut waiting = Waiting::default();
    loop {
        let due = waiting.next_due();
        let sleep = tokio::time::sleep_until(due.unwrap_or_else(Instant::now));
        tokio::select! {
            () = stop.cancelled() => return,
            account = told.recv() => match account {
                Some(account) => waiting.add(account, Instant::now()),
                None => return,
            },
            () = sleep, if due.is_some() => {
                let wanted = waiting.take(Instant::now());
                match accounts(&desk, None).await {
                    Ok(mut accounts) => {
                        accounts.retain(|own| wanted.contains(&(own.tenant, WabaId::new(own.waba_id.as_str()))));
                        compare_all(&desk, accounts, true).await.iter().for_each(tell);
                    }
                    Err(error) => tracing::warn!(%error, "templates could not be compared with Meta's lists"),
                }
            }
        }
    }
}

/// Accounts that wait to be compared.
#[derive(Debug, Default)]
struct Waiting {
    due: BTreeMap<Outdated, Instant>,
    /// When each was compared last, as long as that delays it.
    last: HashMap<Outdated, Instant>,
}

impl Waiting {
    fn add(&mut self, account: Outdated, now: Instant) {
        let again = self.last.get(&account).map(|last| *last + AGAIN);
        let due = again.map_or(now + GATHER, |again| again.max(now + GATHER));
        self.due.entry(account).or_insert(due);
    }

    fn next_due(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }

    fn take(&mut self, now: Instant) -> Vec<Outdated> {
        self.last.retain(|_, last| *last + AGAIN > now);
        let (due, later): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.due).into_iter().partition(|(_, due)| *due <= now);
        self.due = later;
        let due: Vec<Outdated> = due.into_keys().collect();
        self.last.extend(due.iter().map(|account| (account.clone(), now)));
        due
    }
}

fn tell(compared: &Compared) {
    let (tenant, waba) = (compared.tenant, &compared.waba_id);
    match &compared.outcome {
        Ok(Counts { listed, new, deleted }) => {
            tracing::info!(%tenant, waba, listed, new, deleted, "templates compared with Meta's list");
        }
        Err(error) => tracing::warn!(%tenant, waba, %error, "templates could not be compared with Meta's list"),
    }
}

/// How long to wait for `jitter_s` seconds past the hour: of today if that has not come, else of tomorrow.
fn until(hour: u32, now_ms: i64, jitter_s: u64) -> Duration {
    let now_s = u64::try_from(now_ms / 1_000).unwrap_or(0) % DAY_S;
    let at_s = u64::from(hour) * HOUR_S + jitter_s;
    let wait = (at_s + DAY_S - now_s) % DAY_S;
    // The moment itself is past: the next one is tomorrow's.
    Duration::from_secs(if wait == 0 { DAY_S } else { wait })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_compared_a_while_after_the_first_event_and_not_again_too_soon() {
        let account = |n: u128| (TenantId(uuid::Uuid::from_u128(n)), WabaId::new("1"));
        let start = Instant::now();
        let mut waiting = Waiting::default();
        waiting.add(account(1), start);
        waiting.add(account(1), start + GATHER / 2);
        waiting.add(account(2), start + GATHER / 2);
        assert_eq!(waiting.next_due(), Some(start + GATHER), "events that go on delay nothing");
        assert_eq!(waiting.take(start + GATHER), [account(1)]);
        waiting.add(account(1), start + 2 * GATHER);
        assert_eq!(waiting.take(start + 2 * GATHER), [account(2)]);
        assert_eq!(waiting.next_due(), Some(start + GATHER + AGAIN));
        assert_eq!(waiting.take(start + GATHER + AGAIN), [account(1)]);
        waiting.add(account(1), start + 3 * AGAIN);
        assert_eq!(waiting.next_due(), Some(start + 3 * AGAIN + GATHER), "what was long ago delays nothing");
    }

    #[test]
    fn the_next_moment_lies_ahead_and_within_a_day() {
        let at = |hour: i64, minute: i64| (hour * 60 + minute) * 60_000;
        assert_eq!(until(2, at(1, 0), 600), Duration::from_secs(70 * 60));
        assert_eq!(until(2, at(3, 0), 0), Duration::from_secs(23 * HOUR_S));
        assert_eq!(until(2, at(2, 10), 600), Duration::from_secs(DAY_S));
        assert_eq!(until(23, at(23, 30), 3_599), Duration::from_secs(1_799));
    }
}
