//! What is held, as an operator sees it: of all tenants.

use posthaste_sql::queries::holds::{self, HeldRow};
use tokio_postgres::Client;

use crate::admin::{self, AdminError};

/// The operator's view of what is held.
pub struct HoldDesk {
    client: Client,
}

impl HoldDesk {
    /// Connects as the administrator.
    pub async fn connect(url: &str) -> Result<Self, AdminError> {
        Ok(Self { client: admin::connect(url).await? })
    }

    /// Everything that is held, oldest first.
    pub async fn list(&self) -> Result<Vec<HeldRow>, AdminError> {
        Ok(holds::all_holds().bind(&self.client).all().await?)
    }
}
