//! What an operator does with dead letters, those of no tenant included.

use std::io::Write as _;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use posthaste_model::{Millis, TenantId};
use posthaste_postgres::{LetterDesk, LetterId, LetterState};
use posthaste_runtime::config::Config;

/// How often the store is asked what became of a replay.
const ASK_EVERY: Duration = Duration::from_millis(200);
/// Longest wait for a running pipeline to carry a replay out.
const REPLAY_WAIT: Duration = Duration::from_secs(30);

/// Dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum LettersCommand {
    /// List letters, newest first: those that nobody has replayed or discarded.
    List(LettersList),
    /// Print a letter: where it comes from, why it was buried, and its bytes.
    Show(LettersShow),
    /// Have a running pipeline publish the records of letters again, and wait until it has.
    Replay(LettersReplay),
    /// Say that letters are seen and stay as they are.
    Discard(LettersChosen),
}

/// Options of `letters list`.
#[derive(Debug, Args)]
pub(crate) struct LettersList {
    /// List those that were replayed or discarded too.
    #[arg(long)]
    all: bool,
    /// Letters at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

/// Options of `letters show`.
#[derive(Debug, Args)]
pub(crate) struct LettersShow {
    /// The letter: let_…
    id: LetterId,
    /// Print the buried bytes and nothing else.
    #[arg(long)]
    raw: bool,
}

/// Options of `letters replay`.
#[derive(Debug, Args)]
pub(crate) struct LettersReplay {
    /// The letters: let_…
    #[arg(required_unless_present = "parked", conflicts_with = "parked")]
    ids: Vec<LetterId>,
    /// Every letter that is parked: records of types that an earlier version did not know.
    #[arg(long)]
    parked: bool,
}

/// Options of `letters discard`.
#[derive(Debug, Args)]
pub(crate) struct LettersChosen {
    /// The letters: let_…
    #[arg(required = true)]
    ids: Vec<LetterId>,
}

/// Carries out a command.
pub(crate) async fn letters(config: &Config, command: LettersCommand) -> anyhow::Result<()> {
    let mut desk = LetterDesk::connect(&config.postgres.admin_url).await?;
    match command {
        LettersCommand::List(options) => list(&desk, &options).await,
        LettersCommand::Show(options) => show(&desk, &options).await,
        LettersCommand::Replay(options) => {
            let ids = if options.parked { desk.ask_parked().await? } else { options.ids };
            replay(&mut desk, &ids).await
        }
        LettersCommand::Discard(chosen) => {
            for id in chosen.ids {
                desk.ask(id, LetterState::Discarded).await?;
                println!("{id} discarded");
            }
            Ok(())
        }
    }
}

fn tenant(id: uuid::Uuid) -> String {
    if id.is_nil() { "-".to_owned() } else { TenantId(id).to_string() }
}

async fn list(desk: &LetterDesk, options: &LettersList) -> anyhow::Result<()> {
    let states: &[LetterState] = if options.all {
        &LetterState::ALL
    } else {
        &[LetterState::Buried, LetterState::Parked, LetterState::Replaying]
    };
    let rows = desk.list(states, options.limit).await?;
    for row in &rows {
        println!(
            "{}\t{}\t{}\t{}\t{}\t{} bytes\t{}: {}",
            LetterId(row.letter_id),
            Millis(row.at_ms),
            row.state,
            tenant(row.tenant_id),
            row.origin,
            row.bytes,
            row.code,
            row.reason
        );
    }
    let counts: Vec<String> = desk.count().await?.iter().map(|(state, count)| format!("{count} {state}")).collect();
    println!(
        "{} letters listed; in all: {}",
        rows.len(),
        if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
    );
    Ok(())
}

async fn show(desk: &LetterDesk, options: &LettersShow) -> anyhow::Result<()> {
    let letter = desk.get(options.id).await?.with_context(|| format!("there is no letter {}", options.id))?;
    let mut out = std::io::stdout();
    if !options.raw {
        println!("id      {}", options.id);
        println!("tenant  {}", tenant(letter.tenant_id));
        println!("at      {}", Millis(letter.at_ms));
        println!("origin  {}", letter.origin);
        println!("reason  {}: {}", letter.code, letter.reason);
        println!("state   {} since {}", letter.state, Millis(letter.changed_at_ms));
        if let Some(note) = &letter.note {
            println!("note    {note}");
        }
        println!("bytes   {}", letter.value.len());
    }
    out.write_all(&letter.value)?;
    if !options.raw {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

async fn replay(desk: &mut LetterDesk, ids: &[LetterId]) -> anyhow::Result<()> {
    for id in ids {
        // Of what is asked for already nothing changes.
        desk.ask(*id, LetterState::Replaying).await?;
    }
    println!("{} letters to replay", ids.len());
    let deadline = tokio::time::Instant::now() + REPLAY_WAIT;
    let mut failed = 0;
    for id in ids {
        let letter = loop {
            let letter = desk.get(*id).await?.with_context(|| format!("there is no letter {id} any more"))?;
            if letter.state != LetterState::Replaying.as_str() {
                break letter;
            }
            anyhow::ensure!(
                tokio::time::Instant::now() < deadline,
                "{id} waits for its replay: does a pipeline run? It will be replayed when one does"
            );
            tokio::time::sleep(ASK_EVERY).await;
        };
        println!("{id} {}: {}", letter.state, letter.note.as_deref().unwrap_or_default());
        failed += usize::from(letter.state != LetterState::Replayed.as_str());
    }
    anyhow::ensure!(failed == 0, "{failed} of {} letters could not be replayed", ids.len());
    Ok(())
}
