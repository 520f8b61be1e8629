//! Migrating while others use the database.

use std::time::Duration;

use crate::world::in_world;

/// Far above what a migration waits for a lock.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_finds_a_table_locked_says_who_locks_it_and_goes_on_when_it_is_run_again() {
    in_world(async |world| {
        let process: i32 = world.sql.query_one("SELECT pg_backend_pid()", &[]).await.expect("a process").get(0);
        let lock = "BEGIN; LOCK TABLE refinery_schema_history IN ACCESS EXCLUSIVE MODE";
        world.sql.batch_execute(lock).await.expect("a transaction that does not end");
        let ended = tokio::time::timeout(PATIENCE, posthaste_migrations::migrate(&world.url)).await;
        let said = ended.expect("it does not wait for ever").expect_err("it has not read what is applied").to_string();
        assert!(said.contains(&format!("process {process} (postgres, idle in transaction, for ")), "{said}");
        assert!(said.contains(" s) holds refinery_schema_history."), "{said}");
        assert!(said.contains("run the migration again"), "{said}");
        world.sql.batch_execute("COMMIT").await.expect("the lock is given back");
        assert_eq!(posthaste_migrations::migrate(&world.url).await.expect("it ends"), [] as [String; 0]);
    })
    .await;
}
