//! A scenario under way.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Instant, MissedTickBehavior};

use super::{Bound, Scenario, Step, Trigger};
use crate::courier::Poster;
use crate::world::World;

/// How often it is looked at what is due. What waits for a count of sends is also looked at after every send.
const TICK: Duration = Duration::from_millis(5);

/// Why a scenario did not end as expected; each reason is a line.
#[derive(Debug, thiserror::Error)]
pub struct ScenarioFailure {
    /// The scenario's name and what is not as expected.
    reasons: Vec<String>,
}

impl fmt::Display for ScenarioFailure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.reasons.join("\n"))
    }
}

/// The steps that are still to come, and what went wrong with others.
#[derive(Debug, Default)]
struct Course {
    /// What is not due yet.
    steps: Vec<Step>,
    /// What is due; a step leaves when it has been taken.
    due: VecDeque<Step>,
    failures: Vec<String>,
}

/// A scenario under way.
#[derive(Debug)]
pub(crate) struct Play {
    name: String,
    started: Instant,
    quiet: Duration,
    deadline: Duration,
    expected: Vec<Bound>,
    course: Mutex<Course>,
    /// Steps that are still to come.
    waiting: AtomicUsize,
}

impl Play {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            name: scenario.name.clone(),
            started: Instant::now(),
            quiet: scenario.quiet,
            deadline: scenario.deadline,
            expected: scenario.expected.clone(),
            waiting: AtomicUsize::new(scenario.steps.len()),
            course: Mutex::new(Course { steps: scenario.steps.clone(), ..Course::default() }),
        }
    }

    /// Takes the steps that are due, in the order of the file. Whoever waits for this may go away: a send does when its client hangs
    /// up. What has not been taken by then stays due.
    pub(crate) async fn advance(&self, world: &World, poster: &Poster) {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return;
        }
        // One at a time: a send that is answered while another takes a step waits until the step is taken.
        let mut course = self.course.lock().await;
        let ledger = snapshot(world);
        let (due, later): (Vec<_>, _) =
            std::mem::take(&mut course.steps).into_iter().partition(|step| self.is_due(step, &ledger));
        course.steps = later;
        course.due.extend(due);
        while let Some(step) = course.due.front().cloned() {
            self.take(step, world, poster, &mut course).await;
        }
        self.waiting.store(course.steps.len(), Ordering::Release);
    }

    fn is_due(&self, step: &Step, ledger: &Value) -> bool {
        match &step.trigger {
            Trigger::At(at) => self.started.elapsed() >= *at,
            Trigger::When(bounds) => bounds.iter().all(|bound| bound.holds(ledger)),
        }
    }

    /// Takes the step that is due first, for no longer than the scenario lasts: sends wait for it. An action waits for nothing once
    /// it has begun to change the world, nor does anything here after it: so a step is taken wholly, or is still due.
    async fn take(&self, step: Step, world: &World, poster: &Poster, course: &mut Course) {
        let Step { line, action, lasts, .. } = step;
        tracing::info!(scenario = self.name, line, ?action, "step");
        let reversal = lasts.and_then(|lasts| Some((lasts, action.reversal(world)?)));
        let left = self.deadline.saturating_sub(self.started.elapsed());
        match tokio::time::timeout(left, action.perform(world, poster)).await {
            Ok(Ok(_)) => {}
            Ok(Err(refusal)) => course.failures.push(format!("line {line}: {}", refusal.1)),
            Err(_) => course.failures.push(format!("line {line}: the step was not over at the deadline")),
        }
        course.due.pop_front();
        if let Some((lasts, action)) = reversal {
            let trigger = Trigger::At(self.started.elapsed() + lasts);
            course.steps.push(Step { line, trigger, action, lasts: None });
        }
    }

    /// Takes step after step until the scenario is over.
    ///
    /// # Errors
    /// What is not as expected, at the deadline or when it is quiet and too much has been counted.
    pub(crate) async fn run(&self, world: &World, poster: &Poster) -> Result<(), ScenarioFailure> {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = (world.activity(), Instant::now());
        loop {
            tick.tick().await;
            self.advance(world, poster).await;
            let activity = world.activity();
            if activity != last.0 || world.schedule.pending() > 0 {
                last = (activity, Instant::now());
            }
            let is_quiet = last.1.elapsed() >= self.quiet && self.waiting.load(Ordering::Acquire) == 0;
            if !is_quiet && self.started.elapsed() < self.deadline {
                continue;
            }
            let reasons = self.unmet(world).await;
            if reasons.is_empty() {
                return Ok(());
            }
            if self.started.elapsed() >= self.deadline || self.is_lost(world) {
                return Err(ScenarioFailure { reasons });
            }
        }
    }

    /// Whether nothing that comes can make it what is expected.
    fn is_lost(&self, world: &World) -> bool {
        let ledger = snapshot(world);
        self.expected.iter().any(|bound| bound.is_lost(&ledger))
    }

    /// What is not as expected now.
    async fn unmet(&self, world: &World) -> Vec<String> {
        let course = self.course.lock().await;
        let ledger = snapshot(world);
        let mut reasons = course.failures.clone();
        reasons.extend(course.due.iter().map(|step| format!("line {}: the step was not taken", step.line)));
        reasons.extend(course.steps.iter().map(|step| format!("line {}: {}", step.line, awaited(step, &ledger))));
        let pending = world.schedule.pending();
        if pending > 0 {
            reasons.push(format!("{pending} webhook updates are not acknowledged yet"));
        }
        reasons.extend(self.expected.iter().filter(|bound| !bound.holds(&ledger)).map(|bound| bound.told(&ledger)));
        reasons.iter().map(|reason| format!("{}: {reason}", self.name)).collect()
    }
}

/// What a step waits for.
fn awaited(step: &Step, ledger: &Value) -> String {
    match &step.trigger {
        Trigger::At(at) => format!("the step was to come after {at:?}, which is later than the deadline"),
        Trigger::When(bounds) => {
            let missing = bounds.iter().filter(|bound| !bound.holds(ledger)).map(|bound| bound.told(ledger));
            format!("the step did not come: {}", missing.collect::<Vec<_>>().join(", "))
        }
    }
}

fn snapshot(world: &World) -> Value {
    serde_json::to_value(world.ledger()).expect("counts and their names always serialise")
}
