//! Who is who: the ids that webhooks tell of one person are joined in the table `identity`.

use std::collections::BTreeSet;

use posthaste_core::identity::{Id, Spelling, Told};
use posthaste_model::{SenderId, TenantId};
use posthaste_sql::client::Params;
use posthaste_sql::queries::identities::{NotePeopleParams, note_people as note_people_statement};

use crate::pool::Tx;

/// Notes what was told to these senders, and locks the people of the tenants in `opted_out`, whose opt-outs the transaction writes
/// afterwards. Where nothing is new it is one look-up.
pub(crate) async fn note_people(
    tx: &Tx,
    opted_out: &BTreeSet<TenantId>,
    told: &[(TenantId, SenderId, Told)],
    spellings: &[(TenantId, SenderId, Spelling)],
) -> Result<(), tokio_postgres::Error> {
    if told.is_empty() && spellings.is_empty() && opted_out.is_empty() {
        return Ok(());
    }
    let ids: Vec<(i32, &(TenantId, SenderId, Told), &Id)> =
        (0..).zip(told).flat_map(|(number, report)| report.2.ids.iter().map(move |id| (number, report, id))).collect();
    let params = NotePeopleParams {
        also_locked: opted_out.iter().map(|tenant| tenant.0).collect::<Vec<_>>(),
        reports: ids.iter().map(|(number, ..)| *number).collect::<Vec<_>>(),
        tenant_ids: ids.iter().map(|(_, report, _)| report.0.0).collect::<Vec<_>>(),
        sender_ids: ids.iter().map(|(_, report, _)| report.1.as_str()).collect::<Vec<_>>(),
        kinds: ids.iter().map(|(.., id)| id.kind.as_str()).collect::<Vec<_>>(),
        ids: ids.iter().map(|(.., id)| id.value.as_str()).collect::<Vec<_>>(),
        formers: ids.iter().map(|(.., id)| id.former).collect::<Vec<_>>(),
        told_at: ids.iter().map(|(_, report, _)| report.2.at.0).collect::<Vec<_>>(),
        spelling_tenants: spellings.iter().map(|own| own.0.0).collect::<Vec<_>>(),
        spelling_senders: spellings.iter().map(|own| own.1.as_str()).collect::<Vec<_>>(),
        spellings: spellings.iter().map(|own| own.2.written.as_str()).collect::<Vec<_>>(),
        numbers: spellings.iter().map(|own| own.2.number.as_str()).collect::<Vec<_>>(),
        spelled_at: spellings.iter().map(|own| own.2.at.0).collect::<Vec<_>>(),
    };
    let news = note_people_statement().params(&**tx, &params).one().await?;
    if news > 0 {
        tracing::debug!(reports = told.len(), news, "Meta told ids of people");
    }
    Ok(())
}
