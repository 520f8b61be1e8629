//! Events of accounts: templates and limits.

use async_trait::async_trait;
use posthaste_model::{LimitsChanged, MessagingLimit, TemplateChanged, TenantId, WabaId};
use posthaste_runtime::accounts::AccountStore;
use posthaste_runtime::store::StoreError;
use posthaste_sql::client::Params;
use posthaste_sql::queries::directory::directory_waba_tenants;
use posthaste_sql::queries::portfolio::{apply_messaging_limit, apply_sender_limit};
use posthaste_sql::queries::sender_task::{ApplyTemplateStatusParams, apply_template_status};

use crate::pool::Tx;
use crate::store::{PostgresStore, from_database, from_pool};

impl PostgresStore {
    /// The tenants that hold an account.
    async fn tenants_of(&self, waba: &WabaId) -> Result<Vec<TenantId>, StoreError> {
        let tx = self.tenants_tx(Default::default()).await?;
        let wabas = vec![waba.as_str()];
        let tenants = directory_waba_tenants().bind(&*tx, &wabas).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(tenants.into_iter().map(|row| TenantId(row.tenant_id)).collect())
    }
}

#[async_trait]
impl AccountStore for PostgresStore {
    async fn apply_template_changed(&self, changed: &TemplateChanged) -> Result<(), StoreError> {
        let Some(status) = changed.status else { return Ok(()) };
        for tenant in self.tenants_of(&changed.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            let params = ApplyTemplateStatusParams {
                status: status.as_str(),
                reason: changed.reason.as_deref(),
                at_ms: changed.at.0,
                tenant_id: tenant.0,
                waba_id: changed.waba_id.as_str(),
                name: changed.name.as_str(),
                language: changed.language.as_str(),
            };
            apply_template_status().params(&*tx, &params).await.map_err(|error| from_database(&error))?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
        }
        Ok(())
    }

    async fn apply_limits_changed(&self, changed: &LimitsChanged) -> Result<(), StoreError> {
        for tenant in self.tenants_of(&changed.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            apply_limits(&tx, tenant, changed).await.map_err(|error| from_database(&error))?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
        }
        Ok(())
    }
}

async fn apply_limits(tx: &Tx, tenant: TenantId, changed: &LimitsChanged) -> Result<(), tokio_postgres::Error> {
    let (waba, at_ms) = (changed.waba_id.as_str(), changed.at.0);
    if let (Some(limit), Some(digits)) = (changed.limit_per_second, &changed.number) {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let raised = apply_sender_limit().bind(&**tx, &limit, &at_ms, &tenant.0, &waba, &digits.as_str()).await?;
        tracing::info!(%tenant, waba, limit_per_second = limit, numbers = raised, "Meta granted another throughput");
    }
    if let Some(limit) = changed.messaging_limit {
        let people = match limit {
            MessagingLimit::People(people) => Some(i32::try_from(people).unwrap_or(i32::MAX)),
            MessagingLimit::Unlimited => None,
        };
        let changed = apply_messaging_limit().bind(&**tx, &people, &at_ms, &tenant.0, &waba).await?;
        tracing::info!(%tenant, waba, messaging_limit = people, portfolios = changed, "Meta granted another messaging limit");
    }
    Ok(())
}
