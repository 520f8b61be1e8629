//! The corpus and fresh seeds hold; every deliberate bug is found.

use posthaste_sim::{Bug, Failure, Options, run, shrink, sweep};

/// Fresh seeds in a run of the tests.
const FRESH: u64 = 2_000;
/// Seeds within which every deliberate bug must be found.
const BUG_SEEDS: u64 = 2_000;
/// Seeds that are the same in every run, beside those of the corpus.
const FIXED: u64 = 100;

fn jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn env(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text}, a number is expected")))
}

fn told(failures: Vec<Failure>) -> String {
    let smallest = failures.into_iter().map(|failure| shrink(failure, None).describe(None));
    smallest.collect::<Vec<_>>().join("\n")
}

fn corpus() -> Vec<u64> {
    let lines = include_str!("corpus.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').next().and_then(|n| n.parse().ok()).expect("a line begins with a seed")).collect()
}

#[test]
fn the_corpus_holds() {
    let seeds = corpus().into_iter().chain(0..FIXED);
    let failures: Vec<Failure> = seeds.filter_map(|seed| run(seed, Options::default()).err()).collect();
    assert!(failures.is_empty(), "{}", told(failures));
}

#[test]
fn fresh_seeds_hold() {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let first = env("POSTHASTE_SIM_FROM").unwrap_or(clock as u64);
    let count = env("POSTHASTE_SIM_SEEDS").unwrap_or(FRESH);
    println!("{count} seeds from {first}; again with POSTHASTE_SIM_FROM={first}");
    let sweep = sweep(first, count, jobs(), 1, Options::default(), |_| {});
    assert!(sweep.failures.is_empty(), "seeds from {first}:\n{}", told(sweep.failures));
    assert!(sweep.total.posts > count, "worlds without messages prove nothing");
}

#[test]
fn every_deliberate_bug_is_found() {
    for bug in Bug::ALL {
        let options = Options { bug: Some(*bug), ..Options::default() };
        let sweep = sweep(0, BUG_SEEDS, jobs(), 1, options, |_| {});
        let found = sweep.failures.first().unwrap_or_else(|| panic!("{} is not found", bug.name()));
        println!("{:<30} after {:>4} seeds: {}", bug.name(), sweep.seeds, found.violation.invariant);
        assert!(run(found.seed, Options::default()).is_ok(), "seed {} fails without {} too", found.seed, bug.name());
    }
}

#[test]
fn a_failure_is_found_again_by_what_is_printed() {
    let bug = Some(Bug::NoEpochCheck);
    let found = sweep(0, BUG_SEEDS, jobs(), 1, Options { bug, ..Options::default() }, |_| {}).failures.remove(0);
    let smallest = shrink(found.clone(), bug);
    assert!(smallest.steps <= found.steps);
    let again = run(smallest.seed, Options { steps: smallest.steps, faults: smallest.faults, bug, trace: false });
    assert_eq!(again, Err(smallest));
}

#[test]
fn a_seed_is_always_the_same_run() {
    for seed in 0..20 {
        assert_eq!(run(seed, Options::default()), run(seed, Options::default()));
    }
}
