//! The command line.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use posthaste_runtime::config::{Config, DEFAULT, Layer};
use tokio_util::sync::CancellationToken;

use crate::{client, holds, letter_desk, letters, operate, recover, replay, roles, telemetry};

/// The messaging pipeline for Meta's channels.
#[derive(Debug, Parser)]
#[command(name = "posthaste", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    /// Configuration file (TOML); its keys override the defaults that `posthaste config default` prints.
    #[arg(long, global = true, env = "POSTHASTE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every role in one process: edge, pipeline and API.
    All,
    /// Run the webhook edge: verifies Meta's webhooks and appends them to the log. Needs Kafka only.
    Edge,
    /// Run the pipeline: normalize, the sender task, accounts, sink, lake and letters.
    Pipeline,
    /// Run the tenants' API.
    Api,
    /// Bring the database schema up to date, and let the service roles log in.
    Migrate,
    /// The topics of deploy/topics.yaml.
    #[command(subcommand)]
    Topics(TopicsCommand),
    /// Run the Graph simulator: a stand-in for Meta, for trying and testing.
    Simulate(Box<posthaste_simulator::SimulatorArgs>),
    /// The configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Tenants and their keys.
    #[command(subcommand)]
    Tenant(operate::TenantCommand),
    /// Sending numbers.
    #[command(subcommand)]
    Sender(operate::SenderCommand),
    /// Message templates.
    #[command(subcommand)]
    Template(operate::TemplateCommand),
    /// People who must not be sent to.
    #[command(subcommand)]
    Optout(operate::OptoutCommand),
    /// Dead letters: what could not be processed.
    #[command(subcommand)]
    Letters(letter_desk::LettersCommand),
    /// What is not sent because Meta refuses all of it, or its servers fail.
    #[command(subcommand)]
    Holds(holds::HoldsCommand),
    /// Publish webhooks of the past again, to be normalized anew; what is known already changes nothing.
    Replay(replay::ReplayArgs),
    /// Bring the database, set back to an earlier time, up to what the log and the journals tell, so that nothing is sent twice.
    Recover(recover::RecoverArgs),
    /// Say why nothing arrives for a tenant's numbers: token, subscription, where Meta's webhooks go, what came last.
    Doctor(operate::DoctorArgs),
    /// Campaigns, over the API.
    #[command(subcommand)]
    Campaign(client::CampaignCommand),
    /// Print funnel, failure reasons and times to deliver of a campaign, from SQL.
    Report(client::ReportArgs),
}

#[derive(Debug, Subcommand)]
enum TopicsCommand {
    /// Create the topics that are missing, and check the others.
    Apply,
    /// Check that every topic exists as the catalogue says.
    Check,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check the configuration; names everything that is wrong.
    Check,
    /// Print the default configuration with its comments.
    Default,
    /// Print what is in force; secrets are masked.
    Show,
}

/// Where the API is, for commands that use it.
#[derive(Debug, Args)]
pub(crate) struct ApiArgs {
    /// Base URL of the API.
    #[arg(long, env = "POSTHASTE_API", default_value = "http://127.0.0.1:8081")]
    pub(crate) api: String,
    /// API key of the tenant.
    #[arg(long, env = "POSTHASTE_API_KEY", hide_env_values = true)]
    pub(crate) key: String,
}

fn load(path: Option<&PathBuf>) -> anyhow::Result<Config> {
    let layer = path
        .map(|path| {
            let text = std::fs::read_to_string(path).with_context(|| format!("--config {}", path.display()))?;
            anyhow::Ok(Layer { name: path.display().to_string(), text })
        })
        .transpose()?;
    Ok(Config::load(layer.as_ref(), std::env::vars())?)
}

/// Runs one command to its end.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    let path = cli.config.as_ref();
    match cli.command {
        Command::All => serve_with_letters(load(path)?, roles::Roles::ALL).await,
        Command::Edge => serve(load(path)?, roles::Roles::EDGE).await,
        Command::Pipeline => serve_with_letters(load(path)?, roles::Roles::PIPELINE).await,
        Command::Api => serve(load(path)?, roles::Roles::API).await,
        Command::Migrate => operate::migrate(&load(path)?).await,
        Command::Topics(command) => topics(&load(path)?, &command).await,
        Command::Simulate(args) => operate::simulate(*args).await,
        Command::Config(command) => config(path, &command),
        Command::Tenant(command) => operate::tenant(&load(path)?, command).await,
        Command::Sender(command) => operate::sender(&load(path)?, command).await,
        Command::Template(command) => operate::template(&load(path)?, command).await,
        Command::Optout(command) => operate::opt_out(&load(path)?, command).await,
        Command::Letters(command) => letter_desk::letters(&load(path)?, command).await,
        Command::Holds(command) => holds::holds(&load(path)?, &command).await,
        Command::Replay(args) => replay::replay(&load(path)?, &args).await,
        Command::Recover(args) => recover::recover(load(path)?, &args).await,
        Command::Doctor(args) => operate::doctor(&load(path)?, args).await,
        Command::Campaign(command) => client::campaign(command).await,
        Command::Report(args) => client::report(&args).await,
    }
}

async fn serve(config: Config, chosen: roles::Roles) -> anyhow::Result<()> {
    telemetry::log(&config.telemetry)?;
    roles::run(config, chosen).await
}

/// The letters task stands beside the roles: it owns nothing that must be handed over, and its failures end no process.
async fn serve_with_letters(config: Config, chosen: roles::Roles) -> anyhow::Result<()> {
    telemetry::log(&config.telemetry)?;
    let stop = CancellationToken::new();
    let letters = tokio::spawn(letters::run(config.clone(), stop.clone()));
    let outcome = roles::run(config, chosen).await;
    stop.cancel();
    letters.await.context("the letters task")?;
    outcome
}

async fn topics(config: &Config, command: &TopicsCommand) -> anyhow::Result<()> {
    let catalogue = posthaste_kafka::Catalogue::built_in()?;
    match command {
        TopicsCommand::Apply => {
            let created = catalogue.apply(&config.kafka).await?;
            for name in &created {
                println!("created {name}");
            }
            println!("{} topics are as deploy/topics.yaml says", catalogue.topics.len());
        }
        TopicsCommand::Check => {
            catalogue.check(&config.kafka).await?;
            println!("{} topics are as deploy/topics.yaml says", catalogue.topics.len());
        }
    }
    Ok(())
}

fn config(path: Option<&PathBuf>, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check => {
            load(path)?;
            println!("the configuration is good");
        }
        ConfigCommand::Default => print!("{DEFAULT}"),
        ConfigCommand::Show => println!("{:#?}", load(path)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
