//! The arguments of the command that runs a simulator: its options, and a scenario.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Args, Command, FromArgMatches};

use super::world::{self, Given};
use super::{Located, Scenario};
use crate::options::Options;

/// What the command line is read into before the scenario is.
#[derive(Debug, clap::Args)]
struct Written {
    /// File of a scenario (TOML): a world, steps that happen at a time or when something has been counted, and what the ledger must
    /// say at the end. Options on the command line replace those of its `[world]`. The simulator's README describes it.
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,

    /// Exit when the scenario is over: with 0 when everything is as expected, otherwise with 1, telling what is not.
    #[arg(long, requires = "scenario")]
    exit_when_done: bool,

    #[command(flatten)]
    options: Options,
}

/// Options of the Graph simulator and a scenario, as a command line tells them. Flatten it into a command.
#[derive(Debug, Clone)]
pub struct SimulatorArgs {
    /// The options: those of the command line, then those of the scenario, then the defaults.
    pub options: Options,
    /// What is to happen.
    pub scenario: Option<Scenario>,
    /// Whether the process ends with the scenario.
    pub exit_when_done: bool,
}

impl Args for SimulatorArgs {
    fn augment_args(command: Command) -> Command {
        Written::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Written::augment_args_for_update(command)
    }
}

impl FromArgMatches for SimulatorArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let written = Written::from_arg_matches(matches)?;
        let Written { scenario: Some(path), exit_when_done, .. } = written else {
            return Ok(Self { options: written.options, scenario: None, exit_when_done: false });
        };
        let wrong = |error: crate::SimulatorError| clap::Error::raw(ErrorKind::ValueValidation, format!("{error}\n"));
        let scenario = Scenario::load(&path).map_err(wrong)?;
        let located = |located: Located| wrong(located.told(&scenario.name, &scenario.text));
        let options = scenario.world.options(&given(matches)).map_err(located)?;
        scenario.check(&options).map_err(wrong)?;
        Ok(Self { options, scenario: Some(scenario), exit_when_done })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The simulator's options that stand on the command line.
fn given(matches: &ArgMatches) -> Vec<Given> {
    let command = world::command();
    let options = command.get_arguments().filter_map(|option| Some((option, option.get_long()?)));
    let given =
        options.filter(|(option, _)| matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine));
    given
        .map(|(option, name)| {
            let words = match option.get_action() {
                ArgAction::SetTrue => vec![format!("--{name}")],
                _ => {
                    let values = matches.get_raw(option.get_id().as_str()).into_iter().flatten();
                    values.map(|value| format!("--{name}={}", value.to_string_lossy())).collect()
                }
            };
            Given { name: name.to_owned(), words }
        })
        .collect()
}
