//! Tenants, keys, numbers and templates by the thousand: as `posthaste tenant`, `sender` and `template` register them one by
//! one, in one statement a table.

use anyhow::Context as _;
use tokio_postgres::{Client, NoTls};

use crate::api::TEMPLATE;
use crate::world::{Site, WABA, sender};

/// Messages that a tenant of a benchmark may have waiting: more than any benchmark submits.
const BACKLOG_MAX: u32 = 100_000_000;
/// Its text, with the two parameters of the recipients.
const BODY: &str = "Hello {{1}}, your order {{2}} is on its way.";

/// Whom to register: the number at index `i` belongs to the tenant `i mod tenants`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tenants {
    /// Tenants.
    pub(crate) tenants: u32,
    /// Numbers of all together.
    pub(crate) senders: u32,
    /// Messages a second of each number.
    pub(crate) limit: u32,
}

/// API key of a tenant. Nobody but a benchmark's own database knows it.
pub(crate) fn key(tenant: u32) -> String {
    format!("phk_live_benchmark_{tenant}")
}

/// A session as the superuser, for whom row-level security does not hold.
pub(crate) async fn admin(site: &Site) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(&site.admin_url, NoTls).await.context("the database")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Gives the number at this index another limit.
pub(crate) async fn limit(site: &Site, index: u32, limit: u32) -> anyhow::Result<()> {
    let statement = format!("UPDATE sender SET limit_per_second = {limit} WHERE sender_id = '{}'", sender(index));
    admin(site).await?.batch_execute(&statement).await.context("the limit of a number")
}

/// Registers tenants and numbers that are not there yet.
pub(crate) async fn register(site: &Site, tenants: &Tenants) -> anyhow::Result<()> {
    let Tenants { tenants, senders, limit } = tenants;
    let (template, language) = TEMPLATE;
    let (first, token) = (sender(0), &site.graph_token);
    anyhow::ensure!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "the access token is no plain word");
    let of = "md5('benchmark tenant ' || n)::uuid";
    let owner = format!("md5('benchmark tenant ' || i % {tenants})::uuid");
    let number = format!("({first} + i)::text");
    let statements = format!(
        "BEGIN;
         INSERT INTO tenant (tenant_id, name, backlog_max)
         SELECT {of}, 'benchmark-' || n, {BACKLOG_MAX} FROM generate_series(0, {tenants} - 1) AS n ON CONFLICT DO NOTHING;
         INSERT INTO api_key (tenant_id, key_id, key_hash, hint)
         SELECT {of}, md5('benchmark key ' || n)::uuid, sha256(convert_to('{prefix}' || n, 'UTF8')), right(n::text, 4)
           FROM generate_series(0, {tenants} - 1) AS n ON CONFLICT DO NOTHING;
         INSERT INTO template (tenant_id, waba_id, name, language, status, category, body, parameter_count)
         SELECT {of}, '{WABA}', '{template}', '{language}', 'approved', 'UTILITY', '{BODY}', 2
           FROM generate_series(0, {tenants} - 1) AS n ON CONFLICT DO NOTHING;
         INSERT INTO sender (tenant_id, sender_id, waba_id, display_number, limit_per_second)
         SELECT {owner}, {number}, '{WABA}', '+' || i, {limit} FROM generate_series(0::bigint, {senders} - 1) AS i
             ON CONFLICT (sender_id) DO NOTHING;
         INSERT INTO sender_credential (tenant_id, sender_id, access_token)
         SELECT tenant_id, sender_id, '{token}' FROM sender ON CONFLICT DO NOTHING;
         COMMIT;",
        prefix = key(0).trim_end_matches('0'),
    );
    admin(site).await?.batch_execute(&statements).await.context("registering tenants and numbers")
}
