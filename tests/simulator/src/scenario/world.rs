//! The `[world]` of a scenario: the options of the command line, by the same names.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, Args, Command, FromArgMatches};
use serde::Deserialize;
use toml::Spanned;

use super::Located;
use crate::options::Options;

/// Options as they are written, without the hyphens before their names.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct WorldTable(BTreeMap<Spanned<String>, toml::Value>);

/// What the command line says of an option.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// Its long name.
    pub(super) name: String,
    /// `--name`, or `--name=value`, as often as it was given.
    pub(super) words: Vec<String>,
}

/// The command that has the simulator's options and nothing else.
pub(super) fn command() -> Command {
    Options::augment_args(Command::new("simulate").no_binary_name(true))
}

impl WorldTable {
    /// The options of the world, where those that are `given` replace its own.
    pub(super) fn options(&self, given: &[Given]) -> Result<Options, Located> {
        let command = command();
        let mut words: Vec<String> = Vec::new();
        for (key, value) in &self.0 {
            let wrong = |reason: String| Located(key.span(), reason);
            let name = key.get_ref().as_str();
            let option = command.get_arguments().find(|option| option.get_long() == Some(name));
            let option = option.ok_or_else(|| {
                wrong(format!(
                    "`{name}` is not an option; `posthaste simulate --help` lists them, write them without `--`"
                ))
            })?;
            let own = written(option, name, value).map_err(wrong)?;
            command.clone().try_get_matches_from(&own).map_err(|error| wrong(first_line(&error)))?;
            if !given.iter().any(|given| given.name == name) {
                words.extend(own);
            }
        }
        words.extend(given.iter().flat_map(|given| given.words.clone()));
        let matches = command.try_get_matches_from(words);
        let options = matches.and_then(|matches| Options::from_arg_matches(&matches));
        options.map_err(|error| Located(0..0, first_line(&error)))
    }
}

/// The words of the command line that say the same.
fn written(option: &Arg, name: &str, value: &toml::Value) -> Result<Vec<String>, String> {
    if matches!(option.get_action(), ArgAction::SetTrue) {
        let is_on = value.as_bool().ok_or_else(|| format!("{name}: give true or false"))?;
        return Ok(is_on.then(|| format!("--{name}")).into_iter().collect());
    }
    match value {
        toml::Value::Array(values) if matches!(option.get_action(), ArgAction::Append) => {
            values.iter().map(|value| word(name, value)).collect()
        }
        value => word(name, value).map(|word| vec![word]),
    }
}

fn word(name: &str, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(format!("--{name}={text}")),
        toml::Value::Integer(number) => Ok(format!("--{name}={number}")),
        toml::Value::Float(number) => Ok(format!("--{name}={number}")),
        _ => Err(format!("{name}: give a text or a number as on the command line")),
    }
}

/// What clap says is wrong, without its advice on usage.
fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
