//! Upload of a campaign's recipients, in chunks that can be repeated.
//!
//! The bytes are first put into a nameless temporary file and only then worked through: a slow client holds neither a
//! database connection nor the campaign's row, and what breaks off has no effect at all. Then one transaction locks the
//! campaign, checks the lines and appends; memory stays at a batch of lines whatever the size of the file.

mod lines;
pub(crate) mod parse;
pub(crate) mod store;

use std::collections::HashMap;
use std::io::SeekFrom;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use parking_lot::Mutex;
use posthaste_model::{CampaignId, TenantId};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_campaigns;
use posthaste_sql::queries::api_recipients::{self, RejectRow};
use ring::digest;
use serde_json::{Value, json};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::mpsc;
use warp::reply::Response;

use self::parse::{Form, Parser};
use self::store::{Appender, BATCH_LINES};
use crate::State;
use crate::campaigns::{campaign_id, lock_campaign};
use crate::catalog;
use crate::idempotency::REPLAYED;
use crate::problem::{Code, Problem};
use crate::request::{self, Answer, Request};
use crate::rotation;
use crate::template::numbered;

/// Bytes of the temporary file that are read at once.
const READ_BYTES: usize = 64 * 1024;
/// Uploads of one tenant at once: they queue for the database anyway, and each holds a temporary file.
const UPLOADS_PER_TENANT: usize = 4;
/// When to try again after that many, in seconds: about what a large chunk takes.
const UPLOADS_RETRY_AFTER_S: u64 = 5;
/// Rejected lines in one page of the download.
const REJECTS_PAGE: i64 = 1000;
/// Pages of a download that wait for a slow client.
const REJECTS_PAGES_AHEAD: usize = 2;

const CSV: &str = "text/csv";
const NDJSON: &str = "application/x-ndjson";

/// Uploads that are under way, per tenant.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<HashMap<TenantId, usize>>);

/// One upload under way.
pub(crate) struct Place<'a> {
    uploads: &'a Uploads,
    tenant: TenantId,
}

impl Uploads {
    /// Counts an upload until the place is dropped; refuses one too many.
    pub(crate) fn enter(&self, tenant: TenantId) -> Result<Place<'_>, Problem> {
        let mut running = self.0.lock();
        let count = running.entry(tenant).or_default();
        if *count >= UPLOADS_PER_TENANT {
            let detail = format!("{UPLOADS_PER_TENANT} uploads of yours are under way");
            return Err(Problem::new(Code::TooManyUploads, detail).retry_after(UPLOADS_RETRY_AFTER_S));
        }
        *count += 1;
        Ok(Place { uploads: self, tenant })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut running = self.uploads.0.lock();
        if let Some(count) = running.get_mut(&self.tenant) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.tenant);
            }
        }
    }
}

/// The bytes of an upload, on disk.
struct Spooled {
    file: File,
    digest: Vec<u8>,
}

/// `POST /v1/campaigns/{id}/recipients?chunk=N`
pub(crate) async fn upload(state: &State, mut request: Request) -> Answer {
    let form = if request.content_type(&[CSV, NDJSON])? == CSV { Form::Csv } else { Form::Ndjson };
    request.query.only(&["chunk"])?;
    let chunk = request.query.number("chunk", 0..=i64::from(i32::MAX))?;
    let chunk = chunk.and_then(|chunk| i32::try_from(chunk).ok());
    let chunk = chunk.ok_or_else(|| Problem::new(Code::QueryInvalid, "number the chunks: ?chunk=0, ?chunk=1, …"))?;
    let campaign = campaign_id(&request)?;
    let tenant = request.caller.tenant_id;
    request::refuse_announced(&request.headers, state.config.upload_bytes_max)?;
    let _place = state.uploads.enter(tenant)?;
    refuse_early(state, tenant, campaign, chunk).await?;
    let spooled = spool(&mut request, state.config.upload_bytes_max).await?;
    let _turn = state.upload_turns.acquire().await.map_err(Problem::internal)?;
    append(state, tenant, campaign, chunk, form, spooled).await
}

/// What is certain to be refused is refused before its bytes are sent.
async fn refuse_early(state: &State, tenant: TenantId, campaign: CampaignId, chunk: i32) -> Result<(), Problem> {
    let tx = state.pool.tenant_tx(tenant).await?;
    let found = api_campaigns::get_campaign().bind(&*tx, &campaign.0).opt().await?;
    let known = api_recipients::find_upload().bind(&*tx, &campaign.0, &chunk).opt().await?;
    tx.rollback().await?;
    let found = found.ok_or_else(|| Problem::not_found("campaign", &campaign.to_string()))?;
    if known.is_none() { require_draft(&found.state) } else { Ok(()) }
}

fn require_draft(state: &str) -> Result<(), Problem> {
    if state == "draft" {
        return Ok(());
    }
    Err(Problem::new(
        Code::CampaignNotDraft,
        format!("the campaign is {state}; recipients can be added to a draft only"),
    ))
}

async fn spool(request: &mut Request, limit: u64) -> Result<Spooled, Problem> {
    let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Problem::internal)?;
    let mut file = File::from_std(file.map_err(Problem::internal)?);
    let mut context = digest::Context::new(&digest::SHA256);
    let mut length = 0;
    while let Some(frame) = request::next_frame(&mut request.body, request::BODY_IDLE).await? {
        length += frame.len() as u64;
        if length > limit {
            return Err(request::too_large(limit));
        }
        context.update(&frame);
        file.write_all(&frame).await.map_err(Problem::internal)?;
    }
    file.seek(SeekFrom::Start(0)).await.map_err(Problem::internal)?;
    Ok(Spooled { file, digest: context.finish().as_ref().to_vec() })
}

async fn append(
    state: &State,
    tenant: TenantId,
    campaign: CampaignId,
    chunk: i32,
    form: Form,
    mut spooled: Spooled,
) -> Answer {
    let tx = state.pool.tenant_tx(tenant).await?;
    let locked = lock_campaign(&tx, campaign).await?;
    let shown_max = state.config.rejects_shown_max;
    if let Some(known) = api_recipients::find_upload().bind(&*tx, &campaign.0, &chunk).opt().await? {
        if known.digest != spooled.digest {
            let detail = format!("chunk {chunk} was uploaded before with other bytes; nothing was changed");
            return Err(Problem::new(Code::ChunkConflict, detail));
        }
        let limit = i64::try_from(shown_max).unwrap_or(i64::MAX);
        let rejects = api_recipients::upload_rejects().bind(&*tx, &campaign.0, &chunk, &limit).all().await?;
        tx.rollback().await?;
        let shown = rejects.iter().map(|row| reject_json(row.line, &row.code, &row.reason)).collect();
        let mut response = result(chunk, known.accepted, known.rejected, shown, locked.recipients);
        response.headers_mut().insert(REPLAYED, http::HeaderValue::from_static("true"));
        return Ok(response);
    }
    require_draft(&locked.state)?;
    let template =
        catalog::approved_template(&tx, &locked.sender_id, &locked.template_name, &locked.template_language).await?;
    // One template stands for all: they want the same, and no other than when the campaign was made.
    let layout = rotation::layout(locked.layout.as_deref())?;
    let columns = layout.map_or_else(|| numbered(template.parameters), |layout| layout.columns);
    let mut appender = Appender::new(&tx, campaign.0, template.category, chunk, locked.recipients, shown_max);
    read_through(&mut spooled.file, Parser::new(form, columns), &mut appender).await?;
    let (accepted, rejected, shown) = (appender.accepted, appender.rejected, std::mem::take(&mut appender.shown));
    let digest = &spooled.digest;
    api_recipients::insert_upload().bind(&*tx, &campaign.0, &chunk, digest, &accepted, &rejected).await?;
    let total = api_campaigns::grow_campaign().bind(&*tx, &accepted, &rejected, &campaign.0).one().await?;
    tx.commit().await?;
    let shown = shown.iter().map(|reject| reject_json(reject.line, reject.code.as_str(), &reject.reason)).collect();
    Ok(result(chunk, accepted, rejected, shown, total))
}

async fn read_through(file: &mut File, mut parser: Parser, appender: &mut Appender<'_>) -> Result<(), Problem> {
    let mut buffer = vec![0; READ_BYTES];
    let mut checked = Vec::new();
    loop {
        let read = file.read(&mut buffer).await.map_err(Problem::internal)?;
        if read == 0 {
            break;
        }
        parser.push(&buffer[..read], &mut checked)?;
        while checked.len() >= BATCH_LINES {
            let rest = checked.split_off(BATCH_LINES);
            appender.batch(std::mem::replace(&mut checked, rest)).await?;
        }
    }
    parser.finish(&mut checked)?;
    appender.batch(checked).await?;
    appender.finish().await
}

fn reject_json(line: i64, code: &str, reason: &str) -> Value {
    json!({ "line": line, "code": code, "reason": reason })
}

fn result(chunk: i32, accepted: i32, rejected: i32, rejects: Vec<Value>, total: i32) -> Response {
    let body = json!({
        "chunk": chunk,
        "accepted": accepted,
        "rejected": rejected,
        "rejects": rejects,
        "recipients_total": total,
    });
    request::json(StatusCode::OK, &body)
}

/// `GET /v1/campaigns/{id}/rejects`: every rejected line as CSV, sent page by page.
pub(crate) async fn rejects(state: &Arc<State>, request: Request) -> Answer {
    request.query.only(&[])?;
    let campaign = campaign_id(&request)?;
    let tenant = request.caller.tenant_id;
    let tx = state.pool.tenant_tx(tenant).await?;
    let found = api_campaigns::get_campaign().bind(&*tx, &campaign.0).opt().await?;
    found.ok_or_else(|| Problem::not_found("campaign", &campaign.to_string()))?;
    let first = page(&tx, campaign, (-1, 0)).await?;
    tx.rollback().await?;
    let (pages, receiver) = mpsc::channel(REJECTS_PAGES_AHEAD);
    let state = Arc::clone(state);
    tokio::spawn(async move {
        if let Err(problem) = send_pages(&state, tenant, campaign, first, &pages).await {
            // The status line is gone: the answer breaks off instead of ending as if it were whole.
            let _ = pages.send(Err(format!("{}: {}", problem.code.as_str(), problem.detail))).await;
        }
    });
    let body =
        futures_util::stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) });
    let mut response = warp::Reply::into_response(warp::reply::stream(body));
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/csv; charset=utf-8"));
    Ok(response)
}

type Pages = mpsc::Sender<Result<Bytes, String>>;

async fn send_pages(
    state: &State,
    tenant: TenantId,
    campaign: CampaignId,
    first: Vec<RejectRow>,
    pages: &Pages,
) -> Result<(), Problem> {
    let mut rows = first;
    let mut text = csv_text([["chunk", "line", "code", "reason", "raw"].map(str::to_owned)])?;
    loop {
        let records = rows.iter().map(|row| {
            [row.chunk.to_string(), row.line.to_string(), row.code.clone(), row.reason.clone(), row.raw.clone()]
        });
        text.extend(csv_text(records)?);
        if pages.send(Ok(std::mem::take(&mut text).into())).await.is_err() {
            // The client has gone.
            return Ok(());
        }
        let Some(last) = rows.last() else { return Ok(()) };
        let after = (last.chunk, last.line);
        let tx = state.pool.tenant_tx(tenant).await?;
        rows = page(&tx, campaign, after).await?;
        tx.rollback().await?;
    }
}

async fn page(tx: &Tx, campaign: CampaignId, after: (i32, i64)) -> Result<Vec<RejectRow>, Problem> {
    Ok(api_recipients::page_rejects().bind(&**tx, &campaign.0, &after.0, &after.1, &REJECTS_PAGE).all().await?)
}

fn csv_text(records: impl IntoIterator<Item = [String; 5]>) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(Problem::internal)?;
    }
    writer.into_inner().map_err(Problem::internal)
}
