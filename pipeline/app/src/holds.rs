//! What is held, for operators.

use clap::Subcommand;
use posthaste_model::{Millis, TenantId};
use posthaste_postgres::HoldDesk;
use posthaste_runtime::config::Config;

/// What is held.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldsCommand {
    /// List what is held, oldest first: tenant, scope, name, since when, next probe, probes so far, and why.
    List,
}

/// Carries out a command.
pub(crate) async fn holds(config: &Config, command: &HoldsCommand) -> anyhow::Result<()> {
    let HoldsCommand::List = command;
    let rows = HoldDesk::connect(&config.postgres.admin_url).await?.list().await?;
    for row in &rows {
        let code = row.code.map_or_else(|| "-".to_owned(), |code| code.to_string());
        println!(
            "{} ({})\t{}\t{}\tsince {}\tnext probe {}\t{} probes\t{code}: {}",
            row.tenant,
            TenantId(row.tenant_id),
            row.scope,
            row.name,
            Millis(row.since_ms),
            Millis(row.probe_at_ms),
            row.probes,
            row.reason
        );
    }
    println!("{} holds", rows.len());
    Ok(())
}
