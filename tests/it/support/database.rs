//! A database of the test's own, seen as the superuser.

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
