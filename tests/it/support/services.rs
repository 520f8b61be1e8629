//! Where Kafka and Postgres are, and how they are stopped and started.

use std::path::PathBuf;
use std::process::Command;

fn environment(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run these tests by deploy/test, which starts a Kafka and a Postgres for them")
    })
}

/// The services that `deploy/test` started.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    /// Superuser's URL of the cluster's first database.
    pub(crate) postgres: String,
    /// `host:port` of the broker.
    pub(crate) kafka: String,
    script: PathBuf,
    /// The folder of everything that they keep.
    pub(crate) state: PathBuf,
}

impl Services {
    pub(crate) fn of_environment() -> Self {
        Self {
            postgres: environment("POSTHASTE_TEST_PG_ADMIN_URL"),
            kafka: environment("POSTHASTE_TEST_KAFKA_BOOTSTRAP"),
            script: environment("POSTHASTE_TEST_SERVICES").into(),
            state: environment("POSTHASTE_TEST_STATE").into(),
        }
    }

    fn run(&self, command: &str) {
        let output = Command::new(&self.script).arg(command).arg("--state").arg(&self.state).output();
        let output = output.expect("deploy/services can be run");
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "deploy/services {command}: {text}");
    }

    /// Takes `kafka` or `postgres` away (by the verb `stop`, or `kill` as in a crash), until the outage is ended or dropped: a
    /// test that fails must not take the service from those that follow.
    pub(crate) async fn take(&self, verb: &'static str, service: &'static str) -> Outage {
        let services = self.clone();
        tokio::task::spawn_blocking(move || {
            services.run(&format!("{verb}-{service}"));
            Outage { services, service, over: false }
        })
        .await
        .expect("the service stops")
    }
}

/// The time while a service is away.
#[must_use]
pub(crate) struct Outage {
    services: Services,
    service: &'static str,
    over: bool,
}

impl Outage {
    /// Starts the service again; returns when it answers.
    pub(crate) async fn end(mut self) {
        tokio::task::spawn_blocking(move || {
            self.over = true;
            self.services.run(&format!("start-{}", self.service));
        })
        .await
        .expect("the service starts");
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        if !self.over {
            self.services.run(&format!("start-{}", self.service));
        }
    }
}
