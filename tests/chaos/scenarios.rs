//! The scenarios: what breaks, drawn from the dice, for as long as was ordered.

use std::pin::Pin;

use rand::Rng as _;

use super::arena::{Arena, Terrain, WORKERS};
use super::judge::Doubts;
use super::link::Weather;
use super::process::send;
use super::{enclave, skew, small_disk};

/// Something that happens to an arena until its time is over.
type Faults = for<'a> fn(&'a mut Arena) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// A scenario.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) terrain: Terrain,
    pub(crate) doubts: Doubts,
    /// Why it cannot run on this machine.
    pub(crate) lacks: fn() -> Option<String>,
    pub(crate) faults: Faults,
}

fn nothing() -> Option<String> {
    None
}

/// All of them, in the order in which they are run.
pub(crate) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "kill",
        about: "kill -9 of workers at random, with and without webhooks; they come back at once or after a take-over",
        terrain: Terrain::Plain,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(kill(arena)),
    },
    Scenario {
        name: "inbound",
        about: "people write to numbers that send at their limit, and workers are killed: what they write counts",
        terrain: Terrain::Writers,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(kill(arena)),
    },
    Scenario {
        name: "zombie",
        about: "SIGSTOP of a worker past lease and session, then SIGCONT",
        terrain: Terrain::Plain,
        doubts: Doubts::Road,
        lacks: nothing,
        faults: |arena| Box::pin(zombie(arena)),
    },
    Scenario {
        name: "rebalance",
        about: "workers leave in order (SIGTERM) and come back: partitions are drained and handed over",
        terrain: Terrain::Plain,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(rebalance(arena)),
    },
    Scenario {
        name: "broker",
        about: "Kafka is stopped in order or killed, and comes back",
        terrain: Terrain::Plain,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(broker(arena)),
    },
    Scenario {
        name: "postgres",
        about: "Postgres is stopped, or crashes and recovers",
        terrain: Terrain::Plain,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(postgres(arena)),
    },
    Scenario {
        name: "postgres-cuts",
        about: "connections to Postgres are cut, also in the middle of a COMMIT",
        terrain: Terrain::Plain,
        doubts: Doubts::None,
        lacks: nothing,
        faults: |arena| Box::pin(postgres_cuts(arena)),
    },
    Scenario {
        name: "network",
        about: "one worker's network is slow, narrow, cut or dead: to Kafka, Postgres and Graph at once",
        terrain: Terrain::Enclave,
        doubts: Doubts::Road,
        lacks: enclave::lacking,
        faults: |arena| Box::pin(network(arena)),
    },
    Scenario {
        name: "disk-full",
        about: "the disks of journal and lake fill up and are cleared; then every worker is killed",
        terrain: Terrain::SmallDisks,
        doubts: Doubts::None,
        lacks: small_disk::lacking,
        faults: |arena| Box::pin(disk_full(arena)),
    },
    Scenario {
        name: "clock-skew",
        about: "one worker's wall clock is minutes off, and workers are killed: partitions move between clocks",
        terrain: Terrain::SkewedClock,
        doubts: Doubts::None,
        lacks: skew::lacking,
        faults: |arena| Box::pin(kill(arena)),
    },
];

async fn kill(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(500..=5_000).await;
        let victim = arena.any_worker();
        // Without webhooks, only the journal tells the successor what left.
        let blind = arena.dice.random();
        if blind {
            arena.signal_edge("STOP");
        }
        arena.kill(victim);
        // Sessions last 6 s: some come back into their place, for others a successor has taken over.
        arena.wait(0..=9_000).await;
        arena.revive(victim);
        if blind {
            arena.wait(0..=4_000).await;
            arena.signal_edge("CONT");
        }
    }
}

async fn zombie(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(500..=4_000).await;
        let victim = arena.any_worker();
        arena.signal(victim, "STOP");
        arena.wait(3_500..=11_000).await;
        arena.signal(victim, "CONT");
    }
}

async fn rebalance(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(1_000..=4_000).await;
        let victim = arena.any_worker();
        arena.signal(victim, "TERM");
        let code = arena.worker(victim).ended().await;
        assert!(code.success(), "a worker that is asked to stop ends with {code}");
        arena.say(&format!("worker {victim} has left"));
        arena.wait(0..=6_000).await;
        arena.revive(victim);
    }
}

async fn broker(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(3_000..=6_000).await;
        let verb = if arena.dice.random() { "stop" } else { "kill" };
        let outage = arena.world.services.take(verb, "kafka").await;
        arena.say(&format!("{verb} of Kafka"));
        arena.wait(1_000..=8_000).await;
        outage.end().await;
        arena.say("Kafka is back");
    }
}

async fn postgres(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(3_000..=6_000).await;
        if arena.dice.random() {
            // SIGQUIT ends it at once; the next start replays the log, as after a crash.
            send("QUIT", arena.world.services.pid("postgres"));
            arena.say("crash of Postgres");
        }
        let outage = arena.world.services.take("stop", "postgres").await;
        arena.say("Postgres is away");
        arena.wait(500..=8_000).await;
        outage.end().await;
        arena.say("Postgres is back");
    }
}

async fn postgres_cuts(arena: &mut Arena) {
    const CUT: &str = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename LIKE 'posthaste%' AND ";
    while arena.goes_on() {
        arena.wait(200..=2_500).await;
        // All of them, those at work, or those in a transaction.
        let which = ["true", "state = 'active'", "xact_start IS NOT NULL"][arena.dice.random_range(0..3)];
        let cut = arena.world.database.number(&format!("{CUT}{which}) AS cut")).await;
        arena.say(&format!("{cut} connections cut, where {which}"));
    }
}

async fn network(arena: &mut Arena) {
    let worker = arena.odd_one;
    while arena.goes_on() {
        let cuts = arena.weather.borrow().cuts;
        let (weather, name) = match arena.dice.random_range(0..6) {
            0 => (Weather { cuts, ..Weather::FAIR }, "fair"),
            1 => (Weather { delay_ms: (20, 250), cuts, ..Weather::FAIR }, "slow: 20 to 250 ms each way"),
            2 => (Weather { bandwidth: 60_000, cuts, ..Weather::FAIR }, "narrow: 60 kB/s"),
            3 => (Weather { cuts: cuts + 1, ..Weather::FAIR }, "cut: every connection ends"),
            4 => (Weather { delay_ms: (0, 120), cuts: cuts + 1, ..Weather::FAIR }, "cut, then slow"),
            _ => (Weather { dead: true, cuts, ..Weather::FAIR }, "dead: nothing passes"),
        };
        arena.weather.send_replace(weather);
        arena.say(&format!("network of worker {worker}: {name}"));
        arena.wait(1_500..=8_000).await;
    }
    let cuts = arena.weather.borrow().cuts;
    arena.weather.send_replace(Weather { cuts, ..Weather::FAIR });
    arena.say("the network is fair again");
}

async fn disk_full(arena: &mut Arena) {
    while arena.goes_on() {
        arena.wait(2_000..=5_000).await;
        // The journal's, the lake's, or both.
        let full = [vec![0], vec![1], vec![0, 1]][arena.dice.random_range(0..3)].clone();
        full.iter().for_each(|disk| arena.disks[*disk].fill());
        arena.say(&format!(
            "full: {}",
            full.iter().map(|disk| ["journal", "lake"][*disk]).collect::<Vec<_>>().join(", ")
        ));
        arena.wait(1_500..=6_000).await;
        full.iter().for_each(|disk| arena.disks[*disk].clear());
        arena.say("room again");
        arena.wait(1_000..=4_000).await;
        // Successors read what the journal holds, and no webhook tells them more before they have judged.
        arena.signal_edge("STOP");
        (0..WORKERS).for_each(|worker| arena.kill(worker));
        (0..WORKERS).for_each(|worker| arena.revive(worker));
        arena.wait(4_000..=5_000).await;
        arena.signal_edge("CONT");
    }
}
