//! What people send, downloaded before Meta forgets it.
//!
//! The rows are the queue: the message's commit wrote them, a process takes one by moving its next try ahead of the longest
//! transfer, and whoever comes after a crash finds it again then.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use posthaste_meta::management::{ByteStream, Resumption};
use posthaste_meta::{Answer, Download};
use posthaste_model::TenantId;
use posthaste_runtime::config::MediaConfig;
use posthaste_sql::client::Params as _;
use posthaste_sql::queries::files::{
    DownloadedParams, Wanted, directory_wanted_media, download_failed, download_later, downloaded, put_wanted_back,
    take_wanted,
};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, DeskError};
use crate::files::{FileError, StoredFile, Writing};
use crate::limits::{FILE_BYTES_MAX, essence};

/// How often it is looked for files while there are none.
const POLL: Duration = Duration::from_secs(2);
/// Margin between the longest transfer and the end of a lease.
const LEASE_MARGIN: Duration = Duration::from_secs(60);
/// Wait before the second try, and at most, in seconds; each wait is four times the one before.
const WAIT_FIRST_S: f64 = 5.0;
const WAIT_MAX_S: f64 = 3_600.0;
/// How often one try goes on with a file that broke off.
const RESUMPTIONS_MAX: usize = 5;
/// HTTP status of a whole file, and of the rest of one.
const WHOLE: u16 = 200;
const PARTIAL: u16 = 206;
/// Longest reason that is kept, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Why a file was not downloaded.
#[derive(Debug)]
enum Failure {
    /// It may work later.
    Passing(String),
    /// Meta was not asked for it: other calls of the tenant had all the turns. This is no try.
    NoTurn(String),
    /// It will not.
    Final(String),
}

impl<E: Into<DeskError>> From<E> for Failure {
    fn from(error: E) -> Self {
        match error.into() {
            error @ DeskError::Busy(_) => Self::NoTurn(error.to_string()),
            DeskError::Unknown => Self::Final("the number has no access token any more".to_owned()),
            DeskError::File(FileError::TooLarge(limit)) => Self::Final(format!("it has more than {limit} bytes")),
            error => Self::Passing(error.to_string()),
        }
    }
}

/// Downloads until `stop`. What is under way then is taken up again after its lease.
pub async fn run(desk: Desk, config: MediaConfig, stop: CancellationToken) {
    let mut running = JoinSet::new();
    let mut round = 0;
    while !stop.is_cancelled() {
        let free = config.downloads_max.saturating_sub(running.len());
        round += 1;
        match take(&desk, &config, free, round).await {
            Ok(taken) => {
                for (tenant, wanted) in taken {
                    let (desk, config) = (desk.clone(), config.clone());
                    running.spawn(async move { attend(&desk, &config, tenant, &wanted).await });
                }
            }
            Err(error) => tracing::warn!(%error, "files that people sent cannot be looked for"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Takes up at most `free` files, evenly from the tenants that have some, another one first in each round.
async fn take(
    desk: &Desk,
    config: &MediaConfig,
    free: usize,
    round: usize,
) -> Result<Vec<(TenantId, Wanted)>, DeskError> {
    if free == 0 {
        return Ok(Vec::new());
    }
    let tx = desk.pool.tenants_tx([]).await?;
    let mut tenants = directory_wanted_media().bind(&*tx).all().await?;
    tx.rollback().await?;
    if tenants.is_empty() {
        return Ok(Vec::new());
    }
    let first = round % tenants.len();
    tenants.rotate_left(first);
    let lease = (Duration::from_millis(config.transfer_timeout_ms) + LEASE_MARGIN).as_secs_f64();
    let share = free.div_ceil(tenants.len());
    let mut taken = Vec::new();
    for tenant in tenants.into_iter().map(TenantId) {
        let limit = i64::try_from(share.min(free - taken.len())).unwrap_or(1);
        if limit == 0 {
            break;
        }
        let tx = desk.pool.tenants_tx([tenant]).await?;
        let rows = take_wanted().bind(&*tx, &lease, &tenant.0, &limit).all().await?;
        tx.commit().await?;
        taken.extend(rows.into_iter().map(|row| (tenant, row)));
    }
    Ok(taken)
}

/// Downloads one file and writes down what became of it.
async fn attend(desk: &Desk, config: &MediaConfig, tenant: TenantId, wanted: &Wanted) {
    let limit = Duration::from_millis(config.transfer_timeout_ms);
    let outcome = match tokio::time::timeout(limit, transfer(desk, tenant, wanted)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::Passing(format!("it did not arrive within {} ms", limit.as_millis()))),
    };
    let (word, kept) = match outcome {
        Ok(stored) => ("stored", keep(desk, tenant, wanted, &stored).await),
        Err(Failure::Passing(reason)) if wanted.attempts < config.attempts_max => {
            ("later", postpone(desk, tenant, wanted, &reason).await)
        }
        Err(Failure::NoTurn(reason)) => ("busy", put_back(desk, tenant, wanted, &reason).await),
        Err(Failure::Passing(reason) | Failure::Final(reason)) => {
            ("failed", give_up(desk, tenant, wanted, &reason).await)
        }
    };
    metrics::counter!("posthaste_media_downloads_total", "outcome" => word).increment(1);
    if let Err(error) = kept {
        tracing::warn!(%tenant, media = wanted.media_id, %error, "what became of a file could not be written down");
    }
}

/// Fetches a file. What breaks off is gone on with where the server lets it, and begun anew where it does not any more.
async fn transfer(desk: &Desk, tenant: TenantId, wanted: &Wanted) -> Result<StoredFile, Failure> {
    if wanted.is_expired {
        return Err(Failure::Final("Meta has forgotten it: 7 days have passed".to_owned()));
    }
    let mut begun: Option<Begun> = None;
    let mut resumptions_left = RESUMPTIONS_MAX;
    loop {
        let resumption = begun.as_ref().and_then(Begun::resumption);
        let found = desk.fetch_media(tenant, (&wanted.sender_id, &wanted.media_id), resumption).await?;
        let (described, mut download) = found.map_err(|answer| Failure::Passing(refusal(&answer)))?;
        check(wanted, &described, &download)?;
        let mut part = match begun.take().filter(|_| download.status == PARTIAL) {
            Some(part) => part,
            None => Begun { writing: desk.files().begin(tenant, FILE_BYTES_MAX).await?, etag: download.etag.take() },
        };
        let Some(reason) = part.take(&mut download.body).await? else {
            return finish(desk, tenant, wanted, (&described, download.bytes), part.writing).await;
        };
        if resumptions_left == 0 || part.resumption().is_none() {
            return Err(Failure::Passing(format!("the transfer broke off: {reason}")));
        }
        tracing::debug!(%tenant, media = wanted.media_id, bytes = part.writing.bytes(), reason, "a download broke off");
        resumptions_left -= 1;
        begun = Some(part);
    }
}

/// A file of which something has arrived.
struct Begun {
    writing: Writing,
    /// What the server calls it, if it gives the rest of it.
    etag: Option<String>,
}

impl Begun {
    fn resumption(&self) -> Option<Resumption<'_>> {
        let offset = self.writing.bytes();
        self.etag.as_deref().filter(|_| offset > 0).map(|etag| Resumption { offset, etag })
    }

    /// Takes what comes; gives why it broke off, if it did. A file that cannot be written is not gone on with.
    async fn take(&mut self, body: &mut ByteStream) -> Result<Option<String>, Failure> {
        loop {
            match body.try_next().await {
                Ok(Some(bytes)) => self.writing.write(&bytes).await?,
                Ok(None) => return Ok(None),
                Err(reason) => return Ok(Some(reason)),
            }
        }
    }
}

/// Whether what the file server answers can be the file.
fn check(wanted: &Wanted, described: &Value, download: &Download) -> Result<(), Failure> {
    if !matches!(download.status, WHOLE | PARTIAL) {
        return Err(Failure::Passing(format!("Meta's file server answered {}", download.status)));
    }
    // Where the message told the hash, the bytes are known by it, whatever a file server calls them.
    if wanted.sha256.is_none() {
        for told in [described["mime_type"].as_str(), download.mime_type.as_deref()].into_iter().flatten() {
            check_type(&wanted.mime_type, told)?;
        }
    }
    Ok(())
}

/// Keeps what arrived, if it is the whole file: by its size, and by its hash over all that came, in however many parts.
async fn finish(
    desk: &Desk,
    tenant: TenantId,
    wanted: &Wanted,
    (described, announced): (&Value, Option<u64>),
    writing: Writing,
) -> Result<StoredFile, Failure> {
    let size = described["file_size"].as_u64().or_else(|| described["file_size"].as_str()?.parse().ok());
    if let Some(size) = size.or(announced).filter(|size| *size != writing.bytes()) {
        return Err(Failure::Passing(format!("{} bytes arrived of {size}", writing.bytes())));
    }
    let stored = writing.finish().await?;
    let hash = wanted.sha256.as_deref().or(described["sha256"].as_str());
    match hash.filter(|hash| !hash.eq_ignore_ascii_case(&stored.sha256)) {
        None => Ok(stored),
        Some(hash) => {
            desk.files().remove(tenant, &stored.path).await?;
            Err(Failure::Passing(format!("the SHA-256 of what arrived is {}, not {hash}", stored.sha256)))
        }
    }
}

/// A server that does not know says that it is bytes.
fn check_type(wanted: &str, told: &str) -> Result<(), Failure> {
    let (wanted, told) = (essence(wanted), essence(told));
    if told == wanted || told == "application/octet-stream" {
        return Ok(());
    }
    Err(Failure::Final(format!("it is {told}, and the message said {wanted}")))
}

fn refusal(answer: &Answer) -> String {
    let body: Value = answer.json();
    let words = body["error"]["message"].as_str().unwrap_or("no error of Meta's");
    format!("Meta refused (HTTP {}): {words}", answer.status)
}

fn shorten(reason: &str) -> String {
    reason.chars().filter(|c| *c != '\0').take(REASON_CHARS_MAX).collect()
}

/// If the file was deleted meanwhile, what arrived is removed again.
async fn keep(desk: &Desk, tenant: TenantId, wanted: &Wanted, stored: &StoredFile) -> Result<(), DeskError> {
    let params = DownloadedParams {
        path: stored.path.as_str(),
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        sha256: stored.sha256.as_str(),
        tenant_id: tenant.0,
        media_id: wanted.media_id.as_str(),
    };
    let tx = desk.pool.tenants_tx([tenant]).await?;
    let written = downloaded().params(&*tx, &params).await?;
    tx.commit().await?;
    if written == 0 {
        desk.files().remove(tenant, &stored.path).await?;
    }
    Ok(())
}

async fn postpone(desk: &Desk, tenant: TenantId, wanted: &Wanted, reason: &str) -> Result<(), DeskError> {
    let wait = (WAIT_FIRST_S * 4f64.powi(wanted.attempts - 1)).min(WAIT_MAX_S);
    let tx = desk.pool.tenants_tx([tenant]).await?;
    download_later().bind(&*tx, &wait, &shorten(reason), &tenant.0, &wanted.media_id.as_str()).await?;
    Ok(tx.commit().await?)
}

async fn put_back(desk: &Desk, tenant: TenantId, wanted: &Wanted, reason: &str) -> Result<(), DeskError> {
    let tx = desk.pool.tenants_tx([tenant]).await?;
    put_wanted_back().bind(&*tx, &WAIT_FIRST_S, &shorten(reason), &tenant.0, &wanted.media_id.as_str()).await?;
    Ok(tx.commit().await?)
}

async fn give_up(desk: &Desk, tenant: TenantId, wanted: &Wanted, reason: &str) -> Result<(), DeskError> {
    tracing::warn!(%tenant, media = wanted.media_id, reason, "a file that a person sent is given up");
    let tx = desk.pool.tenants_tx([tenant]).await?;
    download_failed().bind(&*tx, &shorten(reason), &tenant.0, &wanted.media_id.as_str()).await?;
    Ok(tx.commit().await?)
}
