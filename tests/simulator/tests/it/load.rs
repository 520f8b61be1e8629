//! The simulator must not be what limits a benchmark: 1,000 sends and 3,000 statuses a second in half a core.

use std::time::{Duration, Instant};

use posthaste_simulator::{Faults, NumberSpec, Options, start};
use tokio::runtime::{Builder, Runtime};

use crate::receiver::{Receiver, Sender};

const NUMBER: &str = "106540352242922";
const SECONDS: u64 = 10;
const RATE: u64 = 1_000;

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build().unwrap()
}

/// CPU time of the threads of this name, in seconds; clock ticks are hundredths on Linux.
fn cpu_seconds(name: &str) -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let stats = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    let ticks = stats.filter(|stat| stat.contains(&format!("({name})"))).map(|stat| {
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    });
    ticks.sum::<u64>() as f64 / 100.0
}

/// Sends at a steady rate from the calling runtime.
async fn pour(sender: Sender) {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    let mut sends = tokio::task::JoinSet::new();
    for index in 0..RATE * SECONDS {
        if index % (RATE / 100) == 0 {
            tick.tick().await;
        }
        let sender = sender.clone();
        sends.spawn(async move { sender.send(&format!("+1650{index:07}"), &format!("v1.{index}.1")).await.unwrap().0 });
    }
    assert!(sends.join_all().await.into_iter().all(|status| status == 200));
}

#[test]
#[ignore = "a measurement of ten seconds for each batch size; run it alone"]
fn a_thousand_sends_a_second_take_less_than_half_a_core() {
    for batch_max in [1, 20] {
        let (name, ours) = (format!("simulator-{batch_max}"), runtime("receiver"));
        let theirs = runtime(&name);
        let receiver = ours.block_on(Receiver::start("simulator-app-secret", "x"));
        let options = Options {
            numbers: vec![NumberSpec::new(NUMBER, 5_000)],
            webhook_url: Some(receiver.url()),
            faults: Faults::NONE,
            batch_max,
            ..Options::defaults()
        };
        let simulator = theirs.block_on(async { tokio::spawn(start(options)).await }).unwrap().unwrap();
        let begin = Instant::now();
        ours.block_on(async { tokio::spawn(pour(Sender::new(simulator.addr(), NUMBER))).await }).unwrap();
        let sent = begin.elapsed().as_secs_f64();
        assert!(theirs.block_on(simulator.flush(Duration::from_secs(10))));
        let cpu = cpu_seconds(&name);
        assert_eq!(simulator.ledger().fully_acknowledged, RATE * SECONDS);
        println!(
            "batch-max {batch_max}: {:.0} sends/s in {sent:.1} s, {} POSTs, {:.0} % of a core",
            (RATE * SECONDS) as f64 / sent,
            simulator.ledger().webhooks_posted,
            100.0 * cpu / sent
        );
        assert!(sent < SECONDS as f64 * 1.05, "the rate was not kept: {sent} s");
        assert!(cpu / sent < 0.5, "{cpu} s of CPU in {sent} s");
        theirs.block_on(simulator.shutdown());
    }
}
