//! What chaos does to processes beyond starting and killing them.

use std::process::{Child, Command, ExitStatus};

use super::support::app::App;
use super::support::services::Services;
use super::support::wait::{PATIENCE, until};

impl App {
    /// Its process, while it has one.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Waits until it has ended by itself, as after SIGTERM. Gives how.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        until(&format!("{} has ended", self.name.clone()), PATIENCE, async || {
            self.has_ended().ok_or_else(|| "it runs".to_owned())
        })
        .await
    }

    /// How it has ended, if it has; it can be started again then.
    pub(crate) fn has_ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.as_mut()?.try_wait().expect("the process can be asked")?;
        self.child = None;
        Some(status)
    }

    /// The end of its log.
    pub(crate) fn last_line(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().next_back().unwrap_or_default().to_owned()
    }
}

impl Services {
    /// Process of `kafka` or `postgres`, as its start wrote it down.
    pub(crate) fn pid(&self, service: &str) -> u32 {
        let file = self.state.join("run").join(format!("{service}.pid"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        text.trim().parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }
}

/// Sends a signal to a process that the caller knows to run.
pub(crate) fn send(signal: &str, pid: u32) {
    let status = Command::new("kill").arg(format!("-{signal}")).arg(pid.to_string()).status();
    assert!(status.is_ok_and(|status| status.success()), "SIG{signal} cannot be sent to {pid}");
}
