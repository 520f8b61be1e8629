//! Instructions, counted by valgrind's callgrind, and the counts that are kept beside the command.
//!
//! The machine's load changes times by half; it does not change how many instructions a call takes. What does is the code,
//! the compiler and the build profile, and to a part in a hundred the random seeds of hash tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::cases::{Case, EVENTS_COUNTED};

/// More instructions than this share above the stored ones fail the benchmark.
const GROWTH_MAX: f64 = 0.05;
/// The function in which callgrind collects.
const COLLECTED_IN: &str = "--toggle-collect=*decide_measured*";

/// Instructions per event of a run, beside the stored ones.
#[derive(Debug)]
pub(crate) struct Counted {
    file: PathBuf,
    /// Build profile and compiler.
    built: String,
    stored: Option<Stored>,
    now: BTreeMap<&'static str, f64>,
}

#[derive(Debug, PartialEq)]
struct Stored {
    built: String,
    counts: BTreeMap<String, f64>,
}

impl Stored {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut built = String::new();
        let mut counts = BTreeMap::new();
        for line in text.lines() {
            if let Some(named) = line.strip_prefix("# built: ") {
                named.clone_into(&mut built);
            } else if !line.starts_with('#') && !line.trim().is_empty() {
                let (name, count) = line.split_once(' ').with_context(|| format!("`{line}`: NAME COUNT is wanted"))?;
                let count = count.trim().parse().with_context(|| format!("`{line}`: {count} is no number"))?;
                counts.insert(name.to_owned(), count);
            }
        }
        Ok(Self { built, counts })
    }
}

impl Counted {
    /// Counts every case, and reads what was stored.
    pub(crate) fn take(file: &Path, profile: &str) -> anyhow::Result<Self> {
        let stored = match std::fs::read_to_string(file) {
            Ok(text) => Some(Stored::parse(&text).with_context(|| format!("{}", file.display()))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("{}", file.display())),
        };
        let now = Case::ALL.iter().map(|case| Ok((case.name(), count(*case)?))).collect::<anyhow::Result<_>>()?;
        Ok(Self { file: file.to_owned(), built: format!("profile {profile}, {}", compiler()?), stored, now })
    }

    /// The stored counts, if they are of the same profile and compiler.
    fn comparable(&self) -> Option<&Stored> {
        self.stored.as_ref().filter(|stored| stored.built == self.built)
    }

    /// Now, stored, growth in percent.
    pub(crate) fn figures(&self, case: Case) -> [String; 3] {
        let now = self.now[case.name()];
        let stored = self.comparable().and_then(|stored| stored.counts.get(case.name()));
        let shown = |number: Option<f64>, decimals: usize| number.map_or("-".into(), |n| format!("{n:.decimals$}"));
        let growth = stored.map(|stored| (now / stored - 1.0) * 100.0);
        [shown(Some(now), 0), shown(stored.copied(), 0), growth.map_or("-".into(), |growth| format!("{growth:+.1}"))]
    }

    /// Stores the counts, or fails where they have grown.
    pub(crate) fn settle(&self, accept: bool) -> anyhow::Result<()> {
        if accept {
            std::fs::write(&self.file, self.text()).with_context(|| format!("{}", self.file.display()))?;
            println!("the counts of this run are in {}", self.file.display());
            return Ok(());
        }
        let Some(stored) = self.comparable() else {
            let other = self.stored.as_ref().map_or("nothing", |stored| stored.built.as_str());
            println!("not compared: the stored counts are of {other}, these of {}; --accept stores them", self.built);
            return Ok(());
        };
        let grown: Vec<&str> =
            self.now.iter().filter(|(name, now)| stored.grown(name, **now)).map(|(n, _)| *n).collect();
        anyhow::ensure!(
            grown.is_empty(),
            "more than {:.0} % more instructions than stored: {}; if that is what it takes, --accept stores the new counts",
            GROWTH_MAX * 100.0,
            grown.join(", ")
        );
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = "# Instructions per event, written by tests/bench/decide --accept.\n".to_owned();
        writeln!(text, "# built: {}", self.built).expect("a text takes everything");
        for (name, count) in &self.now {
            writeln!(text, "{name} {count:.0}").expect("a text takes everything");
        }
        text
    }
}

impl Stored {
    fn grown(&self, name: &str, now: f64) -> bool {
        self.counts.get(name).is_some_and(|stored| now > stored * (1.0 + GROWTH_MAX))
    }
}

/// Instructions per event of one case.
fn count(case: Case) -> anyhow::Result<f64> {
    let own = std::env::current_exe()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no", COLLECTED_IN])
        .arg(own)
        .args(["once", case.name()])
        .output()
        .context("valgrind cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "valgrind failed on {case}:\n{said}");
    let total = collected(&said).with_context(|| format!("valgrind did not say what it collected:\n{said}"))?;
    anyhow::ensure!(total > 0, "valgrind has not found the function in which it is to count: {COLLECTED_IN}");
    Ok(total as f64 / f64::from(EVENTS_COUNTED))
}

/// The total of callgrind's last words, `==17== Collected : 1234`.
fn collected(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.split_once("Collected :")?.1.split_ascii_whitespace().next()?.parse().ok())
}

fn compiler() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("rustc cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    // "rustc 1.95.0 (hash date)": the hash says nothing to people.
    Ok(text.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callgrind_says_what_it_collected() {
        assert_eq!(collected("==1== Events    : Ir\n==1== Collected : 123456\n==1==\n"), Some(123_456));
        assert_eq!(collected("==1== nothing"), None);
    }

    #[test]
    fn what_is_stored_reads_back_and_growth_beyond_a_twentieth_is_seen() {
        let now = BTreeMap::from([("answer", 1_000.0)]);
        let counted = Counted { file: PathBuf::new(), built: "profile dev, rustc 1".into(), stored: None, now };
        let stored = Stored::parse(&counted.text()).unwrap();
        assert_eq!(stored.built, counted.built);
        assert!(!stored.grown("answer", 1_049.0) && stored.grown("answer", 1_051.0));
        assert!(!stored.grown("of a case that is new", 1.0));
        assert!(Stored::parse("answer many").is_err());
    }
}
