//! Running a seed, many seeds, and finding the shortest prefix that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use posthaste_core::invariants::{Invariant, Violation};

use crate::bugs::Bug;
use crate::scenario::{Fault, Faults, Scenario};
use crate::world::World;

/// How a seed is run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Load and faults end after this many steps.
    pub steps: u64,
    /// Faults that may happen; the seed chooses among them.
    pub faults: Faults,
    /// A deliberate bug.
    pub bug: Option<Bug>,
    /// Whether every step is printed.
    pub trace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { steps: u64::MAX, faults: Faults::all(), bug: None, trace: false }
    }
}

/// What a run that held was like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Steps that it took.
    pub steps: u64,
    /// POSTs that left.
    pub posts: u64,
    /// Attempts in the store.
    pub attempts: u64,
    /// Rounds of the runner that found nothing to do and went round again at once.
    pub idle_rounds: u64,
}

/// A seed that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which seed.
    pub seed: u64,
    /// How many steps of load and faults.
    pub steps: u64,
    /// The faults that it had.
    pub faults: Faults,
    /// What was seen.
    pub violation: Violation,
}

impl Failure {
    /// The command that shows it again.
    pub fn replay(&self, bug: Option<Bug>) -> String {
        let seeds = Scenario::of(self.seed).faults;
        let left_out: Vec<&str> = seeds.iter().filter(|fault| !self.faults.has(*fault)).map(Fault::name).collect();
        let without = if left_out.is_empty() { String::new() } else { format!(" --without {}", left_out.join(",")) };
        let bug = bug.map_or_else(String::new, |bug| format!(" --bug {}", bug.name()));
        format!("posthaste-sim --seed {} --steps {}{without}{bug}", self.seed, self.steps)
    }

    /// What people need to know of it.
    pub fn describe(&self, bug: Option<Bug>) -> String {
        let faults: Vec<&str> = self.faults.iter().map(Fault::name).collect();
        let Self { seed, steps, violation, .. } = self;
        let what = format!("seed {seed}, {steps} steps of load and faults, with [{}]", faults.join(", "));
        format!("{violation}\n  {what}\n  replay: {}", self.replay(bug))
    }
}

/// Runs one seed to its end.
pub fn run(seed: u64, options: Options) -> Result<Report, Failure> {
    let mut scenario = Scenario::of(seed);
    scenario.faults = scenario.faults.both(options.faults);
    let faults = scenario.faults;
    let mut world = World::new(scenario, options.bug, options.trace);
    world.oracle.bug = options.bug;
    let result = catch_unwind(AssertUnwindSafe(|| world.run(options.steps)));
    let result = result.unwrap_or_else(|_| {
        Err(Violation::new(Invariant::Liveness, "the core or the world panicked; the message is above"))
    });
    let steps = options.steps.min(world.steps);
    match result {
        Err(violation) => Err(Failure { seed, steps, faults, violation }),
        Ok(()) => Ok(Report {
            steps: world.steps,
            posts: world.oracle.posts,
            attempts: world.store.attempts.len() as u64,
            idle_rounds: world.oracle.idle_rounds,
        }),
    }
}

/// Makes a failure smaller: fewer kinds of faults, then fewer steps. Whatever still fails, by whichever invariant, counts.
pub fn shrink(failure: Failure, bug: Option<Bug>) -> Failure {
    let again = |steps, faults| run(failure.seed, Options { steps, faults, bug, trace: false }).err();
    let mut smallest = failure.clone();
    for fault in failure.faults.iter() {
        if let Some(smaller) = again(smallest.steps, smallest.faults.without(fault)) {
            smallest = smaller;
        }
    }
    let (mut holds, mut fails) = (0, smallest.steps);
    while holds + 1 < fails {
        let middle = holds + (fails - holds) / 2;
        match again(middle, smallest.faults) {
            Some(smaller) => {
                fails = middle;
                smallest = Failure { steps: middle, ..smaller };
            }
            None => holds = middle,
        }
    }
    smallest
}

/// What many seeds came to.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Seeds that were run.
    pub seeds: u64,
    /// The sum of their reports.
    pub total: Report,
    /// Those that failed, by seed.
    pub failures: Vec<Failure>,
}

/// Runs `count` seeds from `first` on `jobs` threads. Stops early after `failures_max` failures. `progress` hears of the
/// number of seeds that are done.
pub fn sweep(
    first: u64,
    count: u64,
    jobs: usize,
    failures_max: usize,
    options: Options,
    progress: impl Fn(u64) + Sync,
) -> Sweep {
    let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let sum = Mutex::new(Sweep::default());
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return;
            }
            let result = run(first.wrapping_add(n), options);
            let mut sum = sum.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            sum.seeds += 1;
            match result {
                Ok(report) => sum.total = add(sum.total, report),
                Err(failure) => sum.failures.push(failure),
            }
            if sum.failures.len() >= failures_max {
                stop.store(true, Ordering::Relaxed);
            }
            progress(sum.seeds);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(work);
        }
    });
    let mut sum = sum.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    sum.failures.sort_by_key(|failure| failure.seed);
    sum
}

fn add(one: Report, other: Report) -> Report {
    Report {
        steps: one.steps + other.steps,
        posts: one.posts + other.posts,
        attempts: one.attempts + other.attempts,
        idle_rounds: one.idle_rounds + other.idle_rounds,
    }
}
