//! From effects to statements: one per table, whatever the size of the batch.

use std::collections::BTreeSet;

use posthaste_core::breaker::HoldChange;
use posthaste_core::identity;
use posthaste_core::sender::{Attempt, Effects, OptOut};
use posthaste_model::whatsapp::Content;
use posthaste_model::{Channel, Contact, InboundReceived, Millis, SenderId, TenantId};
use posthaste_runtime::store::{Advance, Lease, StoreError};
use posthaste_sql::client::Params;
use posthaste_sql::queries::lease::{self, AdvanceLeaseStmt};
use posthaste_sql::queries::portfolio::note_windows;
use posthaste_sql::queries::sender_attempts::{
    InsertAttemptsParams, InsertAttemptsStmt, InsertIntentsParams, InsertIntentsStmt, InsertNamedMessagesParams,
    UpdateAttemptsParams, UpdateAttemptsStmt, insert_attempts, insert_intents, insert_named_messages, update_attempts,
};
use posthaste_sql::queries::sender_campaigns::{UpdateProgressParams, UpdateProgressStmt, update_progress};
use posthaste_sql::queries::sender_holds::{WriteHoldsParams, WriteHoldsStmt, write_holds as upsert_holds};
use posthaste_sql::queries::sender_inbound::{InsertInboundParams, InsertInboundStmt, insert_inbound};
use posthaste_sql::queries::sender_task::{WriteOptOutsParams, write_opt_outs as write_opt_outs_statement};

use super::media::write_wanted;
use super::people::note_people;
use super::{advance_lease, from_database, reported, write_outbox};
use crate::pool::Tx;

/// The tenants that a batch writes for: the transaction can touch no other.
pub(super) fn tenants(effects: &Effects) -> BTreeSet<TenantId> {
    let attempts = effects.inserted.iter().chain(&effects.retried).chain(effects.updated.values());
    attempts
        .map(|attempt| attempt.intent.tenant_id)
        .chain(effects.progress.keys().map(|(tenant, _)| *tenant))
        .chain(effects.holds.keys().map(|key| key.tenant_id))
        .chain(effects.inbound.iter().filter_map(|inbound| inbound.tenant_id))
        .chain(effects.reported.iter().map(|key| key.tenant_id))
        .chain(effects.windows.iter().map(|window| window.0))
        .chain(effects.told.iter().map(|told| told.0))
        .chain(effects.spellings.iter().map(|spelling| spelling.0))
        .chain(effects.opt_outs.iter().map(|opt_out| opt_out.tenant_id))
        .collect()
}

/// Sends the fence and all statements of a batch together and waits for all their answers: one round trip instead of
/// ten. Gives the number of rows that the fence moved; if that is not 1, nothing else counts.
pub(super) async fn batch(tx: &Tx, lease: &Lease, advance: &Advance, effects: &Effects) -> Result<u64, StoreError> {
    let writes = Writes::of(effects);
    // Prepared beforehand, and kept by the connection: what follows is then sent in the order in which it stands here.
    let prepared = Prepared::on(tx).await.map_err(|error| from_database(&error))?;
    let (
        moved,
        intents,
        inserted,
        retried,
        updated,
        named,
        inbound,
        files,
        told,
        windows,
        people,
        progress,
        holds,
        outbox,
    ) = tokio::join!(
        biased;
        advance_lease(tx, &prepared.advance, lease, advance),
        write_intents(tx, &prepared.intents, &writes.inserted),
        write_new_attempts(tx, &prepared.new_attempts, lease.partition, &writes.inserted),
        write_new_attempts(tx, &prepared.new_attempts, lease.partition, &writes.retried),
        write_attempts(tx, &prepared.attempts, &writes.updated),
        write_named(tx, &writes),
        write_inbound(tx, &prepared.inbound, &effects.inbound),
        write_wanted(tx, &effects.inbound),
        reported::write(tx, &effects.reported),
        write_windows(tx, &effects.windows),
        write_people(tx, effects),
        write_progress(tx, &prepared.progress, effects),
        write_holds(tx, &prepared.holds, lease.partition, effects),
        write_outbox(tx, lease, advance),
    );
    let moved = moved?;
    if moved == 1 {
        for written in [intents, inserted, retried, updated, named, inbound, files, told, windows, people] {
            written?;
        }
        for written in [progress, holds, outbox] {
            written?;
        }
    }
    Ok(moved)
}

struct Prepared {
    advance: AdvanceLeaseStmt,
    intents: InsertIntentsStmt,
    new_attempts: InsertAttemptsStmt,
    attempts: UpdateAttemptsStmt,
    inbound: InsertInboundStmt,
    progress: UpdateProgressStmt,
    holds: WriteHoldsStmt,
}

impl Prepared {
    async fn on(tx: &Tx) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            advance: lease::advance_lease().prepare(&**tx).await?,
            intents: insert_intents().prepare(&**tx).await?,
            new_attempts: insert_attempts().prepare(&**tx).await?,
            attempts: update_attempts().prepare(&**tx).await?,
            inbound: insert_inbound().prepare(&**tx).await?,
            progress: update_progress().prepare(&**tx).await?,
            holds: upsert_holds().prepare(&**tx).await?,
        })
    }
}

struct Writes {
    inserted: Vec<Attempt>,
    retried: Vec<Attempt>,
    updated: Vec<Attempt>,
}

impl Writes {
    /// An attempt that is new in this batch is written once, in its last state.
    fn of(effects: &Effects) -> Self {
        let mut updated = effects.updated.clone();
        let mut latest = |attempt: &Attempt| {
            updated.remove(&(attempt.intent.intent_id, attempt.number)).unwrap_or_else(|| attempt.clone())
        };
        let inserted = effects.inserted.iter().map(&mut latest).collect();
        let retried = effects.retried.iter().map(&mut latest).collect();
        Self { inserted, retried, updated: updated.into_values().collect() }
    }
}

/// The load said "new": if the table says otherwise, ownership was not exclusive, and nothing of the batch may stand.
fn expect(what: &str, written: u64, expected: usize) -> Result<(), StoreError> {
    if written == expected as u64 {
        return Ok(());
    }
    metrics::counter!("posthaste_invariant_violations_total", "invariant" => "exclusive_ownership").increment(1);
    Err(StoreError::Refused(format!("{what}: {written} rows written where {expected} were expected")))
}

fn ms(at: Option<Millis>) -> Option<i64> {
    at.map(|at| at.0)
}

async fn write_intents(tx: &Tx, statement: &InsertIntentsStmt, attempts: &[Attempt]) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let intents: Vec<_> = attempts.iter().map(|attempt| attempt.intent.as_ref()).collect();
    let messages: Vec<String> =
        intents.iter().map(|intent| serde_json::to_string(&intent.message).expect("a message is JSON")).collect();
    let params = InsertIntentsParams {
        tenant_ids: intents.iter().map(|i| i.tenant_id.0).collect::<Vec<_>>(),
        intent_ids: intents.iter().map(|i| i.intent_id.0).collect::<Vec<_>>(),
        sender_ids: intents.iter().map(|i| i.sender_id.as_str()).collect::<Vec<_>>(),
        contacts: intents.iter().map(|i| i.contact.as_str()).collect::<Vec<_>>(),
        classes: intents.iter().map(|i| i.class.as_str()).collect::<Vec<_>>(),
        campaign_ids: intents.iter().map(|i| i.campaign.as_ref().map(|c| c.id.0)).collect::<Vec<_>>(),
        generations: intents.iter().map(|i| i.campaign.as_ref().map_or(0, |c| c.generation)).collect::<Vec<_>>(),
        ordinals: intents
            .iter()
            .map(|i| i.campaign.as_ref().map_or(0, |c| i32::try_from(c.ordinal).unwrap_or(i32::MAX)))
            .collect::<Vec<_>>(),
        messages,
        callback_data: intents.iter().map(|i| i.callback_data.as_deref()).collect::<Vec<_>>(),
        unknown_policies: intents.iter().map(|i| i.unknown_policy.as_str()).collect::<Vec<_>>(),
        accepted_at: intents.iter().map(|i| i.accepted_at.0).collect::<Vec<_>>(),
        expires_at: intents.iter().map(|i| i.expires_at.0).collect::<Vec<_>>(),
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    expect("intent", written, attempts.len())
}

async fn write_new_attempts(
    tx: &Tx,
    statement: &InsertAttemptsStmt,
    task_partition: i32,
    attempts: &[Attempt],
) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let params = InsertAttemptsParams {
        task_partition,
        tenant_ids: attempts.iter().map(|a| a.intent.tenant_id.0).collect::<Vec<_>>(),
        intent_ids: attempts.iter().map(|a| a.intent.intent_id.0).collect::<Vec<_>>(),
        attempts: attempts.iter().map(|a| a.number).collect::<Vec<_>>(),
        opens: attempts.iter().map(|a| a.status.is_open()).collect::<Vec<_>>(),
        statuses: attempts.iter().map(|a| a.status.as_str()).collect::<Vec<_>>(),
        marks: attempts.iter().map(|a| a.marks).collect::<Vec<_>>(),
        due_at: attempts.iter().map(|a| a.due_at.0).collect::<Vec<_>>(),
        armed_epochs: attempts.iter().map(|a| a.armed_epoch).collect::<Vec<_>>(),
        armed_at: attempts.iter().map(|a| ms(a.times.armed)).collect::<Vec<_>>(),
        unknown_at: attempts.iter().map(|a| ms(a.times.unknown)).collect::<Vec<_>>(),
        accepted_at: attempts.iter().map(|a| ms(a.times.accepted)).collect::<Vec<_>>(),
        sent_at: attempts.iter().map(|a| ms(a.times.sent)).collect::<Vec<_>>(),
        delivered_at: attempts.iter().map(|a| ms(a.times.delivered)).collect::<Vec<_>>(),
        read_at: attempts.iter().map(|a| ms(a.times.read)).collect::<Vec<_>>(),
        played_at: attempts.iter().map(|a| ms(a.times.played)).collect::<Vec<_>>(),
        failed_at: attempts.iter().map(|a| ms(a.times.failed)).collect::<Vec<_>>(),
        ended_at: attempts.iter().map(|a| ms(a.times.ended)).collect::<Vec<_>>(),
        wamids: attempts.iter().map(|a| a.wamid.as_ref().map(|w| w.as_str())).collect::<Vec<_>>(),
        codes: attempts.iter().map(|a| a.code).collect::<Vec<_>>(),
        reasons: attempts.iter().map(|a| a.reason.as_deref()).collect::<Vec<_>>(),
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    expect("attempt", written, attempts.len())
}

async fn write_attempts(tx: &Tx, statement: &UpdateAttemptsStmt, attempts: &[Attempt]) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let params = UpdateAttemptsParams {
        tenant_ids: attempts.iter().map(|a| a.intent.tenant_id.0).collect::<Vec<_>>(),
        intent_ids: attempts.iter().map(|a| a.intent.intent_id.0).collect::<Vec<_>>(),
        attempts: attempts.iter().map(|a| a.number).collect::<Vec<_>>(),
        opens: attempts.iter().map(|a| a.status.is_open()).collect::<Vec<_>>(),
        statuses: attempts.iter().map(|a| a.status.as_str()).collect::<Vec<_>>(),
        marks: attempts.iter().map(|a| a.marks).collect::<Vec<_>>(),
        due_at: attempts.iter().map(|a| a.due_at.0).collect::<Vec<_>>(),
        armed_epochs: attempts.iter().map(|a| a.armed_epoch).collect::<Vec<_>>(),
        armed_at: attempts.iter().map(|a| ms(a.times.armed)).collect::<Vec<_>>(),
        unknown_at: attempts.iter().map(|a| ms(a.times.unknown)).collect::<Vec<_>>(),
        accepted_at: attempts.iter().map(|a| ms(a.times.accepted)).collect::<Vec<_>>(),
        sent_at: attempts.iter().map(|a| ms(a.times.sent)).collect::<Vec<_>>(),
        delivered_at: attempts.iter().map(|a| ms(a.times.delivered)).collect::<Vec<_>>(),
        read_at: attempts.iter().map(|a| ms(a.times.read)).collect::<Vec<_>>(),
        played_at: attempts.iter().map(|a| ms(a.times.played)).collect::<Vec<_>>(),
        failed_at: attempts.iter().map(|a| ms(a.times.failed)).collect::<Vec<_>>(),
        ended_at: attempts.iter().map(|a| ms(a.times.ended)).collect::<Vec<_>>(),
        wamids: attempts.iter().map(|a| a.wamid.as_ref().map(|w| w.as_str())).collect::<Vec<_>>(),
        codes: attempts.iter().map(|a| a.code).collect::<Vec<_>>(),
        reasons: attempts.iter().map(|a| a.reason.as_deref()).collect::<Vec<_>>(),
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    expect("attempt", written, attempts.len())
}

/// Messages that Meta reports on by its own ids; on numbers of WhatsApp there is none. A message that has its id already
/// keeps it.
async fn write_named(tx: &Tx, writes: &Writes) -> Result<(), StoreError> {
    let all = writes.inserted.iter().chain(&writes.retried).chain(&writes.updated);
    let is_named = |attempt: &&Attempt| {
        let message = &attempt.intent.message;
        message.channel() != Channel::Whatsapp && !message.is_receipt()
    };
    let named: Vec<(&Attempt, &str, i64)> = all
        .filter(is_named)
        .filter_map(|attempt| {
            attempt.times.accepted?;
            Some((attempt, attempt.wamid.as_ref()?.as_str(), attempt.times.armed?.0))
        })
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    let params = InsertNamedMessagesParams {
        tenant_ids: named.iter().map(|(own, ..)| own.intent.tenant_id.0).collect::<Vec<_>>(),
        sender_ids: named.iter().map(|(own, ..)| own.intent.sender_id.as_str()).collect::<Vec<_>>(),
        wamids: named.iter().map(|(_, wamid, _)| *wamid).collect::<Vec<_>>(),
        contacts: named.iter().map(|(own, ..)| own.intent.contact.as_str()).collect::<Vec<_>>(),
        intent_ids: named.iter().map(|(own, ..)| own.intent.intent_id.0).collect::<Vec<_>>(),
        attempts: named.iter().map(|(own, ..)| own.number).collect::<Vec<_>>(),
        sent_at: named.iter().map(|(.., at)| *at).collect::<Vec<_>>(),
    };
    let written = insert_named_messages().params(&**tx, &params).await;
    written.map(drop).map_err(|error| from_database(&error))
}

async fn write_inbound(tx: &Tx, statement: &InsertInboundStmt, inbound: &[InboundReceived]) -> Result<(), StoreError> {
    if inbound.is_empty() {
        return Ok(());
    }
    let tenant = |inbound: &InboundReceived| inbound.tenant_id.map_or_else(uuid::Uuid::nil, |tenant| tenant.0);
    let params = InsertInboundParams {
        tenant_ids: inbound.iter().map(tenant).collect::<Vec<_>>(),
        sender_ids: inbound.iter().map(|i| i.sender_id.as_str()).collect::<Vec<_>>(),
        wamids: inbound.iter().map(|i| i.wamid.as_str()).collect::<Vec<_>>(),
        sources: inbound.iter().map(|i| i.source.as_str()).collect::<Vec<_>>(),
        from_business: inbound.iter().map(|i| i.from_business).collect::<Vec<_>>(),
        user_ids: inbound.iter().map(|i| i.identity.user_id.as_deref()).collect::<Vec<_>>(),
        group_ids: inbound.iter().map(|i| i.group_id.as_deref()).collect::<Vec<_>>(),
        contacts: inbound.iter().map(|i| i.contact.as_ref().map(|c| c.as_str())).collect::<Vec<_>>(),
        profile_names: inbound.iter().map(|i| i.profile_name.as_deref()).collect::<Vec<_>>(),
        at: inbound.iter().map(|i| i.at.0).collect::<Vec<_>>(),
        kinds: inbound.iter().map(|i| i.kind.as_str()).collect::<Vec<_>>(),
        texts: inbound.iter().map(|i| i.text.as_deref()).collect::<Vec<_>>(),
        contents: inbound.iter().map(|i| content(&i.content)).collect::<Vec<_>>(),
        reply_tos: inbound.iter().map(|i| i.reply_to.as_ref().map(|w| w.as_str())).collect::<Vec<_>>(),
        raws: inbound.iter().map(|i| i.raw.as_bytes()).collect::<Vec<_>>(),
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    expect("inbound_message", written, inbound.len())
}

fn content(content: &Content) -> String {
    serde_json::to_string(content).expect("shapes are JSON")
}

/// Who is who, then who wants no messages: the first of the two locks what both write, and the second finds all ids of a person.
/// Both are rare, so they are not prepared beforehand.
async fn write_people(tx: &Tx, effects: &Effects) -> Result<(), StoreError> {
    let told = |message: &InboundReceived| {
        let told = identity::of_message(message)?;
        Some((message.tenant_id?, message.sender_id.clone(), told))
    };
    let told: Vec<_> = effects.inbound.iter().filter_map(told).chain(effects.told.iter().cloned()).collect();
    let opted_out: BTreeSet<TenantId> = effects.opt_outs.iter().map(|opt_out| opt_out.tenant_id).collect();
    let noted = note_people(tx, &opted_out, &told, &effects.spellings).await;
    noted.map_err(|error| from_database(&error))?;
    write_opt_outs(tx, &effects.opt_outs).await
}

async fn write_opt_outs(tx: &Tx, opt_outs: &[OptOut]) -> Result<(), StoreError> {
    if opt_outs.is_empty() {
        return Ok(());
    }
    let params = WriteOptOutsParams {
        tenant_ids: opt_outs.iter().map(|own| own.tenant_id.0).collect::<Vec<_>>(),
        contacts: opt_outs.iter().map(|own| own.contact.as_str()).collect::<Vec<_>>(),
        reasons: opt_outs.iter().map(|own| own.reason.as_str()).collect::<Vec<_>>(),
        sources: opt_outs.iter().map(|own| own.source.as_str()).collect::<Vec<_>>(),
        told_at: opt_outs.iter().map(|own| own.told_at.0).collect::<Vec<_>>(),
        withdrawn: vec![false; opt_outs.len()],
    };
    let written = write_opt_outs_statement().params(&**tx, &params).await;
    written.map(drop).map_err(|error| from_database(&error))
}

/// Far rarer than what is sent, so the statement is not prepared beforehand.
async fn write_windows(tx: &Tx, windows: &[(TenantId, SenderId, Contact, Millis)]) -> Result<(), StoreError> {
    if windows.is_empty() {
        return Ok(());
    }
    let tenants: Vec<_> = windows.iter().map(|(tenant, ..)| tenant.0).collect();
    let senders: Vec<_> = windows.iter().map(|(_, sender, ..)| sender.as_str()).collect();
    let contacts: Vec<_> = windows.iter().map(|(_, _, contact, _)| contact.as_str()).collect();
    let at: Vec<_> = windows.iter().map(|(.., at)| at.0).collect();
    let written = note_windows().bind(&**tx, &tenants, &senders, &contacts, &at).await;
    written.map(drop).map_err(|error| from_database(&error))
}

async fn write_progress(tx: &Tx, statement: &UpdateProgressStmt, effects: &Effects) -> Result<(), StoreError> {
    if effects.progress.is_empty() {
        return Ok(());
    }
    let deltas: Vec<_> = effects.progress.values().collect();
    let params = UpdateProgressParams {
        tenant_ids: effects.progress.keys().map(|(tenant, _)| tenant.0).collect::<Vec<_>>(),
        campaign_ids: effects.progress.keys().map(|(_, campaign)| campaign.0).collect::<Vec<_>>(),
        cursors: deltas.iter().map(|d| d.cursor).collect::<Vec<_>>(),
        ingested: deltas.iter().map(|d| d.ingested).collect::<Vec<_>>(),
        accepted: deltas.iter().map(|d| d.accepted).collect::<Vec<_>>(),
        sent: deltas.iter().map(|d| d.sent).collect::<Vec<_>>(),
        delivered: deltas.iter().map(|d| d.delivered).collect::<Vec<_>>(),
        read: deltas.iter().map(|d| d.read).collect::<Vec<_>>(),
        failed: deltas.iter().map(|d| d.failed).collect::<Vec<_>>(),
        rejected: deltas.iter().map(|d| d.rejected).collect::<Vec<_>>(),
        expired: deltas.iter().map(|d| d.expired).collect::<Vec<_>>(),
        cancelled: deltas.iter().map(|d| d.cancelled).collect::<Vec<_>>(),
        unconfirmed: deltas.iter().map(|d| d.unconfirmed).collect::<Vec<_>>(),
        unknown: deltas.iter().map(|d| d.unknown).collect::<Vec<_>>(),
        open: deltas.iter().map(|d| d.open).collect::<Vec<_>>(),
        confirmed: deltas.iter().map(|d| d.confirmed).collect::<Vec<_>>(),
        completed_at: deltas.iter().map(|d| ms(d.completed_at)).collect::<Vec<_>>(),
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    let lacking = (effects.progress.len() as u64).saturating_sub(written);
    if lacking > 0 {
        // A database that was set back may not have a campaign whose messages the log and Meta tell of.
        tracing::warn!(campaigns = lacking, "counters of campaigns that the store does not have are left out");
    }
    Ok(())
}

async fn write_holds(
    tx: &Tx,
    statement: &WriteHoldsStmt,
    task_partition: i32,
    effects: &Effects,
) -> Result<(), StoreError> {
    if effects.holds.is_empty() {
        return Ok(());
    }
    let state = |change: &'_ HoldChange| match change {
        HoldChange::Held(hold) => (hold.clone(), None),
        HoldChange::Released(hold, at) => (hold.clone(), Some(at.0)),
    };
    let (holds, released_at): (Vec<_>, Vec<_>) = effects.holds.values().map(state).unzip();
    let params = WriteHoldsParams {
        task_partition,
        tenant_ids: effects.holds.keys().map(|key| key.tenant_id.0).collect::<Vec<_>>(),
        scopes: effects.holds.keys().map(|key| key.scope.as_str()).collect::<Vec<_>>(),
        names: effects.holds.keys().map(|key| key.name.as_str()).collect::<Vec<_>>(),
        codes: holds.iter().map(|hold| hold.code).collect::<Vec<_>>(),
        reasons: holds.iter().map(|hold| hold.reason.as_str()).collect::<Vec<_>>(),
        by_reports: holds.iter().map(|hold| hold.by_report).collect::<Vec<_>>(),
        since: holds.iter().map(|hold| hold.since.0).collect::<Vec<_>>(),
        probe_at: holds.iter().map(|hold| hold.probe_at.0).collect::<Vec<_>>(),
        wait_ms: holds.iter().map(|hold| hold.wait_ms).collect::<Vec<_>>(),
        probes: holds.iter().map(|hold| hold.probes).collect::<Vec<_>>(),
        released_at,
    };
    let written = statement.params(&**tx, &params).await.map_err(|error| from_database(&error))?;
    expect("send_hold", written, effects.holds.len())
}
