//! Scenarios: what happens to an integration, and what must have come of it, as data.
//!
//! A scenario is a TOML file of a world (`[world]`, the options of the command line), of steps (`[[step]]`), of when it ends (`[end]`) and
//! of what is expected of the ledger (`[expect]`).

mod arguments;
mod condition;
mod play;
mod world;

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::SimulatorError;
use crate::action::Action;
use crate::options::Options;
pub use arguments::SimulatorArgs;
use condition::{Bound, Bounds};
pub(crate) use play::Play;
pub use play::ScenarioFailure;
use world::WorldTable;

/// Largest file of a scenario, in bytes.
const FILE_MAX: u64 = 1 << 20;

/// Longest file of a scenario, in steps.
const STEPS_MAX: usize = 1_000;

/// How long nothing may happen at the end.
const QUIET: Duration = Duration::from_secs(1);

/// How long a scenario takes at most.
const DEADLINE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    world: WorldTable,
    #[serde(default)]
    step: Vec<Spanned<StepTable>>,
    #[serde(default)]
    end: End,
    #[serde(default)]
    expect: Bounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    #[serde(default, deserialize_with = "duration")]
    at: Option<Duration>,
    when: Option<Spanned<Bounds>>,
    action: Action,
    #[serde(default, rename = "for", deserialize_with = "duration")]
    lasts: Option<Duration>,
}

/// When a scenario is over.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    #[serde(default, deserialize_with = "duration")]
    quiet: Option<Duration>,
    #[serde(default, deserialize_with = "duration")]
    deadline: Option<Duration>,
}

/// When a step happens.
#[derive(Debug, Clone)]
enum Trigger {
    /// This long after the start.
    At(Duration),
    /// As soon as the ledger has it.
    When(Vec<Bound>),
}

/// Something that happens once.
#[derive(Debug, Clone)]
struct Step {
    /// Where it is written, from 1.
    line: usize,
    trigger: Trigger,
    action: Action,
    /// After this time what it changed is set back.
    lasts: Option<Duration>,
}

/// A scenario that has been read and checked.
#[derive(Debug, Clone)]
pub struct Scenario {
    name: String,
    world: WorldTable,
    text: String,
    steps: Vec<Step>,
    quiet: Duration,
    deadline: Duration,
    expected: Vec<Bound>,
}

impl Scenario {
    /// Reads a scenario from a file.
    ///
    /// # Errors
    /// When the file cannot be read or is no scenario; the latter with the line and the key.
    pub fn load(path: &Path) -> Result<Self, SimulatorError> {
        let unreadable = |reason: String| SimulatorError::option("--scenario", format!("{}: {reason}", path.display()));
        let bytes = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
        if bytes > FILE_MAX {
            return Err(unreadable(format!("{bytes} bytes are more than a scenario may have ({FILE_MAX})")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        Self::parse(&text, &path.display().to_string())
    }

    /// Reads a scenario from its text; `name` is told in errors.
    ///
    /// # Errors
    /// What is wrong, with the line and the key.
    pub fn parse(text: &str, name: &str) -> Result<Self, SimulatorError> {
        let located = |located: Located| located.told(name, text);
        let file: File = toml::from_str(text)
            .map_err(|error| located(Located(error.span().unwrap_or_default(), error.message().to_owned())))?;
        if file.step.len() > STEPS_MAX {
            return Err(located(Located(0..0, format!("{} steps; at most {STEPS_MAX} are taken", file.step.len()))));
        }
        let steps = file.step.into_iter().map(|step| Step::read(step, text)).collect::<Result<_, _>>();
        let scenario = Self {
            name: name.to_owned(),
            world: file.world,
            text: text.to_owned(),
            steps: steps.map_err(located)?,
            quiet: file.end.quiet.unwrap_or(QUIET),
            deadline: file.end.deadline.unwrap_or(DEADLINE),
            expected: file.expect.exact().map_err(located)?,
        };
        scenario.check(&scenario.options()?)?;
        Ok(scenario)
    }

    /// The options of its world; what it does not name has its default.
    ///
    /// # Errors
    /// What is wrong, with the line and the key.
    pub fn options(&self) -> Result<Options, SimulatorError> {
        self.world.options(&[]).map_err(|located| located.told(&self.name, &self.text))
    }

    /// Checks that every step can be taken in a world, and that the world counts what steps wait for and what is expected.
    ///
    /// # Errors
    /// Names the first step that cannot, or the first count that it has not, with its line.
    fn check(&self, options: &Options) -> Result<(), SimulatorError> {
        let awaited = self.steps.iter().filter_map(|step| match &step.trigger {
            Trigger::When(bounds) => Some(bounds),
            Trigger::At(_) => None,
        });
        let mut bounds = awaited.flatten().chain(&self.expected);
        let located = |located: Located| located.told(&self.name, &self.text);
        bounds.try_for_each(|bound| bound.check_world(options)).map_err(located)?;
        let wrong = self.steps.iter().find_map(|step| Some((step.line, step.action.check(options).err()?)));
        match wrong {
            Some((line, reason)) => Err(SimulatorError::Scenario { file: self.name.clone(), line, reason }),
            None => Ok(()),
        }
    }
}

impl Step {
    fn read(step: Spanned<StepTable>, text: &str) -> Result<Self, Located> {
        let span = step.span();
        let wrong = |reason: &str| Located(span.clone(), reason.to_owned());
        let StepTable { at, when, action, lasts } = step.into_inner();
        let trigger = match (at, when) {
            (Some(at), None) => Trigger::At(at),
            (None, Some(when)) => {
                let span = when.span();
                let bounds = when.into_inner().least()?;
                if bounds.is_empty() {
                    return Err(Located(span, "`when` waits for nothing; name a count, or give `at`".to_owned()));
                }
                Trigger::When(bounds)
            }
            _ => return Err(wrong("a step needs either `at` or `when`")),
        };
        if lasts.is_some() && !action.is_reversible() {
            return Err(wrong("`for`: what this action does cannot be set back"));
        }
        Ok(Self { line: line_of(text, &span), trigger, action, lasts })
    }
}

/// What is wrong, and where in the text.
#[derive(Debug)]
struct Located(Range<usize>, String);

impl Located {
    fn told(self, file: &str, text: &str) -> SimulatorError {
        let Self(span, reason) = self;
        SimulatorError::Scenario { file: file.to_owned(), line: line_of(text, &span), reason }
    }
}

/// The line where a span begins, from 1.
fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
}

/// A duration as `500ms`, `2s`, `5min`, `24h`.
fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = |error| serde::de::Error::custom(format!("`{text}`: {error}; write it as in 500ms, 2s or 5min"));
    humantime::parse_duration(&text).map(Some).map_err(wrong)
}

#[cfg(test)]
mod tests;
