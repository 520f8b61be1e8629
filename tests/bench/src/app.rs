//! A process that a benchmark starts, measures, kills and starts again.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::fetch::Fetch;
use crate::process::Process;

/// Runs a command that is killed when the thread that started it ends, however that ends (setpriv(1)).
const BOUND_TO_US: [&str; 3] = ["setpriv", "--pdeathsig", "KILL"];
/// Longest wait until a process is ready.
const READY_MAX: Duration = Duration::from_secs(60);
/// Longest wait until a process that was asked to has ended.
const STOP_MAX: Duration = Duration::from_secs(30);
/// How often it is looked whether it is ready, or has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How a process is started.
#[derive(Debug)]
pub(crate) struct Launch {
    /// Name for tables and of its log.
    pub(crate) name: String,
    /// The program.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Variables that it gets.
    pub(crate) environment: Vec<(String, String)>,
    /// Folder of its log.
    pub(crate) logs: PathBuf,
    /// The URL that answers 200 when it is ready: base and path.
    pub(crate) ready: (String, &'static str),
}

/// A process, or one that was. Killed when it is dropped.
#[derive(Debug)]
pub(crate) struct App {
    launch: Launch,
    child: Option<Child>,
    /// Processor seconds of the processes that it was before.
    spent_before: f64,
    peak_before_mib: f64,
}

impl App {
    /// Starts a process and waits until it is ready.
    pub(crate) async fn start(launch: Launch) -> anyhow::Result<Self> {
        let mut app = Self { launch, child: None, spent_before: 0.0, peak_before_mib: 0.0 };
        app.spawn()?;
        app.ready().await?;
        Ok(app)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.launch.name
    }

    /// Starts it, after it was killed or stopped.
    pub(crate) fn spawn(&mut self) -> anyhow::Result<()> {
        let Launch { name, program, arguments, environment, logs, .. } = &self.launch;
        anyhow::ensure!(self.child.is_none(), "{name} runs already");
        let log = logs.join(format!("{name}.log"));
        let log =
            OpenOptions::new().create(true).append(true).open(&log).with_context(|| format!("{}", log.display()))?;
        let (setpriv, bound) = BOUND_TO_US.split_first().context("a program")?;
        let mut command = Command::new(setpriv);
        command.args(bound).arg(program).args(arguments);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.child = Some(command.spawn().with_context(|| format!("{name} cannot be started"))?);
        Ok(())
    }

    /// Waits until it is ready.
    pub(crate) async fn ready(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let (base, path) = &self.launch.ready;
        let client = Fetch::new(base, None);
        while client.text(path).await.is_err() {
            let ended = self.child.as_mut().map_or(Ok(None), Child::try_wait)?;
            let (name, logs) = (&self.launch.name, self.launch.logs.display());
            anyhow::ensure!(ended.is_none(), "{name} has ended, see {logs}/{name}.log");
            anyhow::ensure!(
                begun.elapsed() < READY_MAX,
                "{name} is not ready after {READY_MAX:?}, see {logs}/{name}.log"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    fn process(&self) -> Option<Process> {
        self.child.as_ref().map(|child| Process { name: self.launch.name.clone(), pid: child.id() })
    }

    /// Processor seconds of it and of what it was before.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let now = self.process().map(|process| process.cpu_seconds()).transpose()?;
        Ok(self.spent_before + now.unwrap_or(0.0))
    }

    /// Greatest resident memory that it ever had, in MiB.
    pub(crate) fn peak_mib(&self) -> anyhow::Result<f64> {
        let now = self.process().map(|process| process.peak_mib()).transpose()?;
        Ok(self.peak_before_mib.max(now.unwrap_or(0.0)))
    }

    /// Resident memory at the moment, in MiB; 0 when it does not run.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<f64> {
        Ok(self.process().map(|process| process.resident_mib()).transpose()?.unwrap_or(0.0))
    }

    /// Notes what it has spent, because it is about to end.
    fn settle(&mut self) -> anyhow::Result<()> {
        (self.spent_before, self.peak_before_mib) = (self.cpu_seconds()?, self.peak_mib()?);
        Ok(())
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.settle()?;
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to end, as a service manager does, and waits for it.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        self.settle()?;
        let Some(mut child) = self.child.take() else { return Ok(()) };
        Command::new("kill").arg(child.id().to_string()).status()?;
        let begun = Instant::now();
        while child.try_wait()?.is_none() {
            if begun.elapsed() > STOP_MAX {
                child.kill()?;
                child.wait()?;
                anyhow::bail!("{} did not end within {STOP_MAX:?}", self.launch.name);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It has ended by itself otherwise, and then there is nothing to end.
            drop(child.kill());
            drop(child.wait());
        }
    }
}
