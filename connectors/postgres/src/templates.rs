//! Template events.

use async_trait::async_trait;
use posthaste_model::{TemplateChanged, TenantId};
use posthaste_runtime::accounts::TemplateStore;
use posthaste_runtime::store::StoreError;
use posthaste_sql::client::Params;
use posthaste_sql::queries::directory::directory_waba_tenants;
use posthaste_sql::queries::sender_task::{ApplyTemplateStatusParams, apply_template_status};

use crate::store::{PostgresStore, from_database, from_pool};

#[async_trait]
impl TemplateStore for PostgresStore {
    async fn apply_template_changed(&self, changed: &TemplateChanged) -> Result<(), StoreError> {
        let Some(status) = changed.status else { return Ok(()) };
        let tx = self.tenants_tx(Default::default()).await?;
        let wabas = vec![changed.waba_id.as_str()];
        let tenants = directory_waba_tenants().bind(&*tx, &wabas).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        for row in tenants {
            let tx = self.tenants_tx([TenantId(row.tenant_id)].into()).await?;
            let params = ApplyTemplateStatusParams {
                status: status.as_str(),
                reason: changed.reason.as_deref(),
                at_ms: changed.at.0,
                tenant_id: row.tenant_id,
                waba_id: changed.waba_id.as_str(),
                name: changed.name.as_str(),
                language: changed.language.as_str(),
            };
            apply_template_status().params(&*tx, &params).await.map_err(|error| from_database(&error))?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
        }
        Ok(())
    }
}
