//! What an operator does by hand: schema, tenants, senders, templates; and the simulator.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use posthaste_management::Desk;
use posthaste_management::diagnosis::{self, Finding, State};
use posthaste_management::sync::{self, Compared, Counts};
use posthaste_model::category::{CATEGORIES, UTILITY};
use posthaste_model::{Channel, phone};
use posthaste_postgres::{Admin, SenderSpec, TemplateSpec, TenantTerms, WorkerPool};
use posthaste_runtime::config::Config;
use posthaste_simulator::SimulatorArgs;
use rand::RngCore as _;

/// Random bytes of an API key.
const KEY_BYTES: usize = 24;

/// Tenants and their keys.
#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Create a tenant with an API key, or find it.
    Create(TenantCreate),
    /// Change what a tenant is granted; a running service knows within two seconds.
    Set(TenantSet),
    /// List the tenants.
    List,
}

/// Options of `tenant set`.
#[derive(Debug, Args)]
pub(crate) struct TenantSet {
    /// Name of the tenant.
    name: String,
    /// Share of the connections to Meta where tenants compete for them: POSTs in one round.
    #[arg(long, value_parser = clap::value_parser!(i32).range(1..=100))]
    weight: Option<i32>,
    /// Messages per minute of its plan, over all its numbers, which share it evenly; 0 for no cap.
    #[arg(long, value_parser = clap::value_parser!(i32).range(0..))]
    max_per_minute: Option<i32>,
    /// IANA time zone of people whose number does not tell theirs, as Europe/Berlin.
    #[arg(long, value_parser = zone)]
    time_zone: Option<String>,
    /// Words by which people say that they want no marketing, with commas between them; an empty text for none.
    #[arg(long, value_name = "WORD,WORD")]
    stop_words: Option<String>,
    /// Version of the Graph API that Meta is asked in for the tenant, as v26.0; an empty text for that of the configuration.
    #[arg(long, value_name = "VERSION", value_parser = graph_version)]
    graph_version: Option<String>,
}

/// Meta's versions are `v`, a number, a full stop and a number.
fn graph_version(text: &str) -> Result<String, String> {
    let numbers = text.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let is_number = |own: &str| (1..=4).contains(&own.len()) && own.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() || numbers.is_some_and(|(major, minor)| is_number(major) && is_number(minor)) {
        return Ok(text.to_owned());
    }
    Err("write a version as v26.0, or an empty text".to_owned())
}

/// Compared in lower case.
fn stop_words(text: &str) -> Vec<String> {
    text.split(',').map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect()
}

fn zone(text: &str) -> Result<String, String> {
    let known = posthaste_core::hours::Zone::parse(text).map(|zone| zone.to_string());
    known.ok_or_else(|| "there is no such zone; write a name as Europe/Berlin".to_owned())
}

/// Options of `tenant create`.
#[derive(Debug, Args)]
pub(crate) struct TenantCreate {
    /// Name: a-z, 0-9, - and _.
    name: String,
    /// Revoke the tenant's API keys and make a new one.
    #[arg(long)]
    rotate_key: bool,
    /// Give the tenant a database login of this name that sees its own rows only.
    #[arg(long, requires = "psql_password")]
    psql_role: Option<String>,
    /// Password of that login.
    #[arg(long, env = "POSTHASTE_PG_TENANT_PASSWORD", hide_env_values = true)]
    psql_password: Option<String>,
}

/// Sending numbers.
#[derive(Debug, Subcommand)]
pub(crate) enum SenderCommand {
    /// Register a number, or change it.
    Add(SenderAdd),
}

/// Options of `sender add`.
#[derive(Debug, Args)]
pub(crate) struct SenderAdd {
    /// Name of the tenant.
    #[arg(long)]
    tenant: String,
    /// Where it sends: whatsapp, messenger or instagram.
    #[arg(long, default_value = "whatsapp", value_parser = channel)]
    channel: Channel,
    /// Meta's phone number id; the id of the page, or of the Instagram account.
    #[arg(long)]
    id: String,
    /// Its WhatsApp business account; a page and an Instagram account have none.
    #[arg(long)]
    waba: Option<String>,
    /// The number, for people; a name for a page or an Instagram account.
    #[arg(long)]
    display: String,
    /// Messages per second that Meta grants the number: 20, 80 or 1000 as a rule; a page and an Instagram account 300, of audio and
    /// video 10.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(i32).range(5..=1000))]
    limit: i32,
    /// Business portfolio that it belongs to; without it its account stands for one.
    #[arg(long)]
    portfolio: Option<String>,
    /// Messaging limit of the portfolio: people whom all its numbers together may reach in 24 h outside service windows
    /// (250, 2000, 10000, 100000 as a rule); 0 for none. Webhooks of Meta change it.
    #[arg(long, value_parser = clap::value_parser!(i32).range(0..))]
    messaging_limit: Option<i32>,
    /// Graph API access token.
    #[arg(long, env = "POSTHASTE_PG_SENDER_TOKEN", hide_env_values = true)]
    token: String,
}

/// Message templates.
#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    /// Register a template that Meta has approved, or change it.
    Add(TemplateAdd),
    /// Compare the templates with Meta's lists: take over what is new or different, mark what is gone as deleted.
    Sync(TemplateSync),
}

/// Options of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Name of the tenant.
    #[arg(long)]
    tenant: String,
}

/// Options of `template sync`.
#[derive(Debug, Args)]
pub(crate) struct TemplateSync {
    /// Name of the tenant; all without it.
    #[arg(long)]
    tenant: Option<String>,
}

/// Options of `template add`.
#[derive(Debug, Args)]
pub(crate) struct TemplateAdd {
    /// Name of the tenant.
    #[arg(long)]
    tenant: String,
    /// WhatsApp business account.
    #[arg(long)]
    waba: String,
    /// Template name.
    #[arg(long)]
    name: String,
    /// Language code with underscore.
    #[arg(long, default_value = "en_US")]
    language: String,
    /// MARKETING, UTILITY or AUTHENTICATION.
    #[arg(long, default_value = UTILITY, value_parser = CATEGORIES)]
    category: String,
    /// Body text with {{1}}, {{2}}, …
    #[arg(long)]
    body: String,
}

/// People who must not be sent to.
#[derive(Debug, Subcommand)]
pub(crate) enum OptoutCommand {
    /// Record an opt-out.
    Add(OptoutAdd),
}

/// Options of `optout add`.
#[derive(Debug, Args)]
pub(crate) struct OptoutAdd {
    /// Name of the tenant.
    #[arg(long)]
    tenant: String,
    /// Phone number with + and country code.
    #[arg(long)]
    contact: String,
    /// Why, for the record.
    #[arg(long, default_value = "by hand")]
    reason: String,
}

async fn admin(config: &Config) -> anyhow::Result<Admin> {
    Ok(Admin::connect(&config.postgres.admin_url).await?)
}

/// Applies migrations and enables the logins of the configuration.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let applied = posthaste_migrations::migrate(&config.postgres.admin_url).await?;
    for name in &applied {
        println!("applied {name}");
    }
    let admin = admin(config).await?;
    admin.enable_login(&config.postgres.worker_url).await.context("login of postgres.worker_url")?;
    admin.enable_login(&config.postgres.api_url).await.context("login of postgres.api_url")?;
    println!("the schema is up to date");
    Ok(())
}

/// Carries out a tenant command.
pub(crate) async fn tenant(config: &Config, command: TenantCommand) -> anyhow::Result<()> {
    let admin = admin(config).await?;
    match command {
        TenantCommand::Create(options) => create_tenant(&admin, options).await,
        TenantCommand::Set(options) => {
            let tenant = admin.tenant(&options.name).await?;
            let TenantSet { weight, max_per_minute, time_zone, stop_words: words, graph_version, .. } = options;
            let stop_words = words.as_deref().map(stop_words);
            let terms = TenantTerms { weight, max_per_minute, time_zone, stop_words, graph_version };
            println!("tenant_id={tenant} {}", admin.set_terms(tenant, &terms).await?);
            Ok(())
        }
        TenantCommand::List => {
            for (name, id) in admin.tenants().await? {
                println!("{name}\t{id}");
            }
            Ok(())
        }
    }
}

async fn create_tenant(admin: &Admin, options: TenantCreate) -> anyhow::Result<()> {
    let (tenant, new) = admin.create_tenant(&options.name).await?;
    println!("tenant_id={tenant}");
    if let (Some(role), Some(password)) = (&options.psql_role, &options.psql_password) {
        admin.add_role(tenant, role, password).await?;
        println!("psql_role={role}");
    }
    if new || options.rotate_key || !admin.has_key(tenant).await? {
        let key = new_key();
        let hash = ring::digest::digest(&ring::digest::SHA256, key.as_bytes());
        admin.add_key(tenant, hash.as_ref(), &key[key.len() - 4..], options.rotate_key).await?;
        println!("api_key={key}");
    } else {
        println!("# the tenant has an API key already, which is not kept in clear; --rotate-key makes a new one");
    }
    Ok(())
}

fn new_key() -> String {
    let mut bytes = [0; KEY_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    format!("phk_live_{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The value of `--channel`.
fn channel(text: &str) -> Result<Channel, String> {
    let names = Channel::ALL.map(Channel::as_str).join(" or ");
    Channel::parse(text).ok_or_else(|| format!("write {names}"))
}

/// Carries out a sender command.
pub(crate) async fn sender(config: &Config, command: SenderCommand) -> anyhow::Result<()> {
    let SenderCommand::Add(options) = command;
    let mut admin = admin(config).await?;
    let tenant = admin.tenant(&options.tenant).await?;
    let waba_id = match (options.waba, options.channel) {
        (Some(waba), _) => waba,
        (None, Channel::Whatsapp) => anyhow::bail!("--waba is missing: a number of WhatsApp belongs to an account"),
        (None, Channel::Messenger | Channel::Instagram) => options.id.clone(),
    };
    let spec = SenderSpec {
        channel: options.channel,
        waba_id,
        sender_id: options.id,
        display_number: options.display,
        limit_per_second: options.limit,
        access_token: options.token,
        portfolio_id: options.portfolio,
        messaging_limit: options.messaging_limit,
    };
    admin.put_sender(tenant, &spec).await?;
    println!("sender_id={}", spec.sender_id);
    Ok(())
}

/// Carries out a template command.
pub(crate) async fn template(config: &Config, command: TemplateCommand) -> anyhow::Result<()> {
    match command {
        TemplateCommand::Add(options) => add_template(config, options).await,
        TemplateCommand::Sync(options) => sync_templates(config, options).await,
    }
}

/// Prints what was found of each number, a line a step; fails if nothing can arrive for one.
pub(crate) async fn doctor(config: &Config, args: DoctorArgs) -> anyhow::Result<()> {
    let tenant = admin(config).await?.tenant(&args.tenant).await?;
    let desk = Desk::new(WorkerPool::new(&config.postgres)?, config)?;
    let found = diagnosis::diagnose(&desk, tenant, &(&config.edge).into()).await?;
    anyhow::ensure!(
        !found.is_empty(),
        "tenant {} has no WhatsApp number: add one by `posthaste sender add`",
        args.tenant
    );
    for Finding { sender_id, step, state, detail } in &found {
        println!("{sender_id} {:<12} {:<6} {detail}", step.as_str(), state.as_str());
    }
    if let Some(strangers) = diagnosis::strangers(&desk).await? {
        println!("{strangers}");
    }
    let bad = found.iter().filter(|finding| finding.state == State::Bad).count();
    anyhow::ensure!(bad == 0, "{bad} steps are bad: nothing can arrive while they are");
    Ok(())
}

/// Prints what became of each account; fails if one could not be compared.
async fn sync_templates(config: &Config, options: TemplateSync) -> anyhow::Result<()> {
    let tenant = match options.tenant {
        Some(name) => Some(admin(config).await?.tenant(&name).await?),
        None => None,
    };
    let desk = Desk::new(WorkerPool::new(&config.postgres)?, config)?;
    let accounts = sync::compare(&desk, tenant, true).await?;
    let mut failed = 0;
    for Compared { tenant, waba_id, outcome } in &accounts {
        match outcome {
            Ok(Counts { listed, new, deleted }) => {
                println!("tenant_id={tenant} waba_id={waba_id} listed={listed} new={new} deleted={deleted}");
            }
            Err(error) => {
                failed += 1;
                println!("tenant_id={tenant} waba_id={waba_id} failed: {error}");
            }
        }
    }
    anyhow::ensure!(
        failed == 0,
        "{failed} of {} accounts could not be compared; what they have is as it was",
        accounts.len()
    );
    Ok(())
}

async fn add_template(config: &Config, options: TemplateAdd) -> anyhow::Result<()> {
    let parameter_count = parameters(&options.body)?;
    let admin = admin(config).await?;
    let tenant = admin.tenant(&options.tenant).await?;
    let spec = TemplateSpec {
        waba_id: options.waba,
        name: options.name,
        language: options.language,
        category: options.category,
        body: options.body,
        parameter_count,
    };
    admin.put_template(tenant, &spec).await?;
    println!("template={} language={} parameters={parameter_count}", spec.name, spec.language);
    Ok(())
}

/// Counts {{1}} … {{n}} and checks that none is missing.
fn parameters(body: &str) -> anyhow::Result<i32> {
    let mut numbers = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once("{{") {
        let (name, tail) = after.split_once("}}").context("--body: {{ is not closed by }}")?;
        let number = name.trim().parse::<i32>();
        numbers.push(
            number.with_context(|| format!("--body: {{{{{name}}}}} is not a number; write {{{{1}}}}, {{{{2}}}}, …"))?,
        );
        rest = tail;
    }
    numbers.sort_unstable();
    numbers.dedup();
    let count = i32::try_from(numbers.len()).context("--body")?;
    anyhow::ensure!(
        numbers.iter().copied().eq(1..=count),
        "--body: the parameters must be numbered 1 to {count} without a gap"
    );
    Ok(count)
}

/// Carries out an opt-out command.
pub(crate) async fn opt_out(config: &Config, command: OptoutCommand) -> anyhow::Result<()> {
    let OptoutCommand::Add(options) = command;
    let contact = phone::parse(&options.contact).context("--contact")?;
    let admin = admin(config).await?;
    let tenant = admin.tenant(&options.tenant).await?;
    admin.opt_out(tenant, contact.as_str(), &options.reason).await?;
    println!("contact={contact}");
    Ok(())
}

/// Runs the simulator until a signal, or until its scenario is over.
pub(crate) async fn simulate(args: SimulatorArgs) -> anyhow::Result<()> {
    let SimulatorArgs { options, scenario, exit_when_done } = args;
    let simulator = posthaste_simulator::start(options).await?;
    println!(
        "simulator listens on {}; its ledger is at http://{}/_simulator/ledger",
        simulator.addr(),
        simulator.addr()
    );
    let course = async {
        let Some(scenario) = &scenario else { return std::future::pending().await };
        let outcome = simulator.play(scenario).await;
        match &outcome {
            Ok(()) => println!("the scenario is over, and everything is as expected"),
            Err(failure) => println!("the scenario is over, and not everything is as expected:\n{failure}"),
        }
        if exit_when_done { outcome } else { std::future::pending().await }
    };
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let outcome = tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
        outcome = course => outcome,
    };
    simulator.shutdown().await;
    outcome.context("the scenario did not end as expected")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_and_gaps_refused() {
        assert_eq!(parameters("Hello {{1}}, your order {{2}} is on its way, {{1}}.").unwrap(), 2);
        assert_eq!(parameters("no parameters").unwrap(), 0);
        for wrong in ["{{2}}", "{{name}}", "{{1"] {
            assert!(parameters(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_are_recognisable_and_differ() {
        let (one, other) = (new_key(), new_key());
        assert!(one.starts_with("phk_live_") && one.len() == "phk_live_".len() + 32);
        assert_ne!(one, other);
    }
}
