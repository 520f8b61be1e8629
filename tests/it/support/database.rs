//! A database of the test's own, seen as the superuser.

use std::path::Path;
use std::process::Command;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row};
use uuid::Uuid;

/// What the databases of these tests are recognised by.
const PREFIX: &str = "posthaste_it_";

/// Connects, and lets the connection run by itself.
pub(crate) async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Runs a program of Postgres to its end.
async fn run(mut command: Command) {
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic").expect("it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// An empty database.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    /// The superuser's URL of it.
    pub(crate) admin_url: String,
    address: String,
    name: String,
}

impl Database {
    /// Creates it; those that earlier tests left behind go.
    pub(crate) async fn create(cluster_url: &str) -> Self {
        let cluster = connect(cluster_url).await.expect("Postgres answers");
        let left_over = format!("SELECT datname FROM pg_database WHERE starts_with(datname, '{PREFIX}')");
        for row in cluster.query(&left_over, &[]).await.expect("a list of databases") {
            let name: String = row.get(0);
            cluster.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("an old database goes");
        }
        let name = format!("{PREFIX}{}", Uuid::new_v4().simple());
        cluster.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a new database");
        let (server, _) = cluster_url.rsplit_once('/').expect("a URL with a database");
        let (_, address) = server.rsplit_once('@').expect("a URL with a user");
        Self { admin_url: format!("{server}/{name}"), address: address.to_owned(), name }
    }

    /// Writes a copy of it, as it is at one moment, into a file.
    pub(crate) async fn save(&self, path: &Path) {
        let mut command = Command::new("pg_dump");
        command.arg("--dbname").arg(&self.admin_url).arg("--file").arg(path);
        run(command).await;
    }

    /// Puts the copy in its place: what was committed since is lost.
    pub(crate) async fn set_back(&self, path: &Path) {
        let (server, _) = self.admin_url.rsplit_once('/').expect("a URL with a database");
        let cluster = connect(&format!("{server}/postgres")).await.expect("Postgres answers");
        cluster.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.expect("it goes");
        cluster.batch_execute(&format!("CREATE DATABASE {}", self.name)).await.expect("an empty one");
        let mut command = Command::new("psql");
        command.args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null"]);
        command.arg("--dbname").arg(&self.admin_url).arg("--file").arg(path);
        run(command).await;
    }

    /// The URL of another role.
    pub(crate) fn url_of(&self, role: &str, password: &str) -> String {
        format!("postgres://{role}:{password}@{}/{}", self.address, self.name)
    }

    /// A connection as the superuser.
    pub(crate) async fn client(&self) -> Client {
        connect(&self.admin_url).await.expect("Postgres answers the superuser")
    }

    /// Rows that the superuser sees. Connects each time: Postgres may have been restarted.
    pub(crate) async fn query(&self, statement: &str, parameters: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        let rows = self.client().await.query(statement, parameters).await;
        rows.unwrap_or_else(|error| panic!("{statement}: {error:?}"))
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, statement: &str) -> i64 {
        self.query(statement, &[]).await[0].get(0)
    }
}
