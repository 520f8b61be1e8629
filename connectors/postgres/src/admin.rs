//! What operators do with tenants, over the administrative connection: never part of a running service.

use std::time::Duration;

use posthaste_model::{Channel, TenantId};
use posthaste_sql::queries::portfolio::note_stops;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

/// How often a role is altered before what Postgres says is believed, and the wait between.
const ALTER_ROLE_TRIES: u32 = 20;
const ALTER_ROLE_WAIT: Duration = Duration::from_millis(50);

/// Why an administrative action failed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database refused.
    #[error("postgres.admin_url: {}", describe(.0))]
    Database(#[from] tokio_postgres::Error),
    /// There is no such tenant.
    #[error("there is no tenant \"{0}\"; `posthaste tenant list` names them")]
    NoTenant(String),
    /// The sender belongs to somebody else.
    #[error("sender {0} is registered already for another tenant")]
    SenderTaken(String),
    /// A name that cannot be used.
    #[error("{0}")]
    Invalid(String),
}

fn describe(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned())
}

/// A connection as the administrator.
pub(crate) async fn connect(url: &str) -> Result<Client, AdminError> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "administrative connection");
        }
    });
    Ok(client)
}

/// An administrative session.
pub struct Admin {
    client: Client,
}

/// A sender to register.
#[derive(Debug, Clone)]
pub struct SenderSpec {
    /// Where it sends.
    pub channel: Channel,
    /// Meta's phone number id; the page, or the Instagram account.
    pub sender_id: String,
    /// Its account; a page and an Instagram account are their own.
    pub waba_id: String,
    /// For people.
    pub display_number: String,
    /// Throughput that Meta grants, messages per second.
    pub limit_per_second: i32,
    /// Graph API token.
    pub access_token: String,
    /// Its business portfolio; `None` leaves it as it is, at first the account stands for it.
    pub portfolio_id: Option<String>,
    /// Messaging limit of that portfolio, people per 24 h; 0 for none, `None` leaves it as it is.
    pub messaging_limit: Option<i32>,
}

/// What a tenant is granted; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TenantTerms {
    /// POSTs that it may begin in one round where tenants compete, 1 to 100.
    pub weight: Option<i32>,
    /// Messages per minute over all its senders; 0 for no cap.
    pub max_per_minute: Option<i32>,
    /// IANA zone of people whose number does not tell theirs.
    pub time_zone: Option<String>,
    /// Words by which people say that they want no marketing.
    pub stop_words: Option<Vec<String>>,
    /// Version of the Graph API in which it is sent for, `v26.0`; an empty one for that of the configuration.
    pub graph_version: Option<String>,
}

/// A template to register.
#[derive(Debug, Clone)]
pub struct TemplateSpec {
    /// Account.
    pub waba_id: String,
    /// Name.
    pub name: String,
    /// Language code with underscore.
    pub language: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// Body with `{{1}}` …
    pub body: String,
    /// Number of parameters in the body.
    pub parameter_count: i32,
}

impl Admin {
    /// Connects as the administrator.
    pub async fn connect(url: &str) -> Result<Self, AdminError> {
        Ok(Self { client: connect(url).await? })
    }

    /// Lets a role log in with the password of a URL of the configuration.
    pub async fn enable_login(&self, url: &str) -> Result<(), AdminError> {
        let config: tokio_postgres::Config = url.parse()?;
        let user = config.get_user().unwrap_or_default().to_owned();
        let password = String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned();
        self.alter_login(&user, &password).await
    }

    async fn alter_login(&self, role: &str, password: &str) -> Result<(), AdminError> {
        let row = self
            .client
            .query_one("SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)", &[&role, &password])
            .await?;
        let statement: String = row.get(0);
        // Several databases of one cluster may be set up at once, and no lock that we may take spans them: of two writers of
        // a role's row Postgres refuses the second with an internal error ("tuple concurrently updated").
        for _ in 1..ALTER_ROLE_TRIES {
            match self.client.batch_execute(&statement).await {
                Err(error) if error.code() == Some(&SqlState::INTERNAL_ERROR) => {
                    tokio::time::sleep(ALTER_ROLE_WAIT).await;
                }
                outcome => return Ok(outcome?),
            }
        }
        self.client.batch_execute(&statement).await?;
        Ok(())
    }

    /// Creates a tenant, or finds it. The flag says whether it is new.
    pub async fn create_tenant(&self, name: &str) -> Result<(TenantId, bool), AdminError> {
        let valid = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b));
        if name.is_empty() || name.len() > 63 || !valid {
            let problem =
                "a tenant's name has 1 to 63 of the characters a-z, 0-9, - and _, and begins with a letter or digit";
            return Err(AdminError::Invalid(problem.to_owned()));
        }
        let id = uuid::Uuid::now_v7();
        let created = self
            .client
            .query_opt(
                "INSERT INTO tenant (tenant_id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING tenant_id",
                &[&id, &name],
            )
            .await?;
        match created {
            Some(row) => Ok((TenantId(row.get(0)), true)),
            None => Ok((self.tenant(name).await?, false)),
        }
    }

    /// Changes what a tenant is granted; gives what it is granted now, in words of `name=value`.
    pub async fn set_terms(&self, tenant: TenantId, terms: &TenantTerms) -> Result<String, AdminError> {
        let statement = "UPDATE tenant SET weight = coalesce($2, weight), time_zone = coalesce($4, time_zone), \
                         max_per_minute = CASE WHEN $3::int IS NULL THEN max_per_minute ELSE nullif($3, 0) END, \
                         stop_words = coalesce($5, stop_words), \
                         graph_version = CASE WHEN $6::text IS NULL THEN graph_version ELSE nullif($6, '') END \
                         WHERE tenant_id = $1 RETURNING weight, max_per_minute, time_zone, stop_words, graph_version";
        let terms: [&(dyn ToSql + Sync); 6] = [
            &tenant.0,
            &terms.weight,
            &terms.max_per_minute,
            &terms.time_zone,
            &terms.stop_words,
            &terms.graph_version,
        ];
        let row = self.client.query_one(statement, &terms).await?;
        let (weight, cap, zone): (i32, Option<i32>, String) = (row.get(0), row.get(1), row.get(2));
        let cap = cap.map_or_else(|| "none".to_owned(), |cap| cap.to_string());
        let words = row.get::<_, Vec<String>>(3).join(",");
        let version = row.get::<_, Option<String>>(4).unwrap_or_else(|| "none".to_owned());
        Ok(format!("weight={weight} max_per_minute={cap} time_zone={zone} stop_words={words} graph_version={version}"))
    }

    /// The tenant of this name.
    pub async fn tenant(&self, name: &str) -> Result<TenantId, AdminError> {
        let row = self.client.query_opt("SELECT tenant_id FROM tenant WHERE name = $1", &[&name]).await?;
        row.map(|row| TenantId(row.get(0))).ok_or_else(|| AdminError::NoTenant(name.to_owned()))
    }

    /// Names and ids of all tenants.
    pub async fn tenants(&self) -> Result<Vec<(String, TenantId)>, AdminError> {
        let rows = self.client.query("SELECT name, tenant_id FROM tenant ORDER BY name", &[]).await?;
        Ok(rows.iter().map(|row| (row.get(0), TenantId(row.get(1)))).collect())
    }

    /// Whether the tenant has a key that works.
    pub async fn has_key(&self, tenant: TenantId) -> Result<bool, AdminError> {
        let statement = "SELECT EXISTS (SELECT FROM api_key WHERE tenant_id = $1 AND revoked_at IS NULL)";
        Ok(self.client.query_one(statement, &[&tenant.0]).await?.get(0))
    }

    /// Adds an API key by its SHA-256; `revoke_others` makes it the only one.
    pub async fn add_key(
        &self,
        tenant: TenantId,
        hash: &[u8],
        hint: &str,
        revoke_others: bool,
    ) -> Result<(), AdminError> {
        if revoke_others {
            let statement = "UPDATE api_key SET revoked_at = now() WHERE tenant_id = $1 AND revoked_at IS NULL";
            self.client.execute(statement, &[&tenant.0]).await?;
        }
        let statement = "INSERT INTO api_key (tenant_id, key_id, key_hash, hint) VALUES ($1, $2, $3, $4)";
        self.client.execute(statement, &[&tenant.0, &uuid::Uuid::now_v7(), &hash, &hint]).await?;
        Ok(())
    }

    /// Gives a tenant a database login of its own that sees its rows and nothing else.
    pub async fn add_role(&self, tenant: TenantId, role: &str, password: &str) -> Result<(), AdminError> {
        let plain = role.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if role.is_empty() || role.len() > 63 || !plain || role.starts_with("posthaste") || role.starts_with("pg_") {
            let problem =
                "a role's name has 1 to 63 of the characters a-z, 0-9 and _, and does not begin with posthaste or pg_";
            return Err(AdminError::Invalid(problem.to_owned()));
        }
        self.client
            .batch_execute(&format!(
                "DO $$ BEGIN CREATE ROLE {role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS INHERIT; \
                 EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; GRANT posthaste_tenant TO {role}"
            ))
            .await?;
        self.alter_login(role, password).await?;
        let statement = "INSERT INTO tenant_role (role_name, tenant_id) VALUES ($1, $2) \
                         ON CONFLICT (role_name) DO UPDATE SET tenant_id = excluded.tenant_id \
                         WHERE tenant_role.tenant_id = excluded.tenant_id";
        if self.client.execute(statement, &[&role, &tenant.0]).await? == 0 {
            return Err(AdminError::Invalid(format!("role {role} belongs to another tenant already")));
        }
        Ok(())
    }

    /// Registers a sender, or changes it.
    pub async fn put_sender(&mut self, tenant: TenantId, sender: &SenderSpec) -> Result<(), AdminError> {
        let tx = self.client.transaction().await?;
        let written = tx
            .execute(
                // Meta's times are whole seconds.
                "INSERT INTO sender (tenant_id, sender_id, waba_id, display_number, limit_per_second, portfolio_id, channel, \
                                     limit_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, date_trunc('second', now())) ON CONFLICT (sender_id) DO UPDATE \
                 SET waba_id = excluded.waba_id, channel = excluded.channel, display_number = excluded.display_number, \
                     limit_per_second = excluded.limit_per_second, limit_at = excluded.limit_at, \
                     portfolio_id = coalesce(excluded.portfolio_id, sender.portfolio_id) \
                 WHERE sender.tenant_id = excluded.tenant_id",
                &[
                    &tenant.0,
                    &sender.sender_id,
                    &sender.waba_id,
                    &sender.display_number,
                    &sender.limit_per_second,
                    &sender.portfolio_id,
                    &sender.channel.as_str(),
                ],
            )
            .await?;
        if written == 0 {
            return Err(AdminError::SenderTaken(sender.sender_id.clone()));
        }
        tx.execute(
            "INSERT INTO sender_credential (tenant_id, sender_id, access_token) VALUES ($1, $2, $3) \
             ON CONFLICT (tenant_id, sender_id) DO UPDATE SET access_token = excluded.access_token",
            &[&tenant.0, &sender.sender_id, &sender.access_token],
        )
        .await?;
        // What Meta has against the account holds for a number that comes to it later.
        note_stops().bind(&tx, &tenant.0, &sender.waba_id).await?;
        if let Some(limit) = sender.messaging_limit {
            let statement = "INSERT INTO portfolio (tenant_id, portfolio_id, messaging_limit, limit_at) \
                             SELECT tenant_id, coalesce(portfolio_id, waba_id), nullif($3, 0), \
                                    date_trunc('second', now()) FROM sender \
                             WHERE tenant_id = $1 AND sender_id = $2 \
                             ON CONFLICT (tenant_id, portfolio_id) DO UPDATE \
                             SET messaging_limit = excluded.messaging_limit, limit_at = excluded.limit_at, \
                                 used_up_until = NULL";
            tx.execute(statement, &[&tenant.0, &sender.sender_id, &limit]).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Registers an approved template, or changes it.
    pub async fn put_template(&self, tenant: TenantId, template: &TemplateSpec) -> Result<(), AdminError> {
        self.client
            .execute(
                "INSERT INTO template (tenant_id, waba_id, name, language, status, category, body, parameter_count) \
                 VALUES ($1, $2, $3, $4, 'approved', $5, $6, $7) \
                 ON CONFLICT (tenant_id, waba_id, name, language) DO UPDATE \
                 SET category = excluded.category, body = excluded.body, parameter_count = excluded.parameter_count",
                &[
                    &tenant.0,
                    &template.waba_id,
                    &template.name,
                    &template.language,
                    &template.category,
                    &template.body,
                    &template.parameter_count,
                ],
            )
            .await?;
        Ok(())
    }

    /// Records that a person must not be sent to, under any of their ids.
    pub async fn opt_out(&self, tenant: TenantId, contact: &str, reason: &str) -> Result<(), AdminError> {
        let statement = "SELECT opt_out_person($1, $2, $3)";
        self.client.execute(statement, &[&tenant.0, &contact, &reason]).await?;
        Ok(())
    }
}
