//! The normalizer against a parser that only builds a tree of the same bytes.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use posthaste_core::normalize::{RawWebhook, normalize};
use posthaste_model::Millis;
use serde_json::{Value, json};

use crate::bodies::{Status, webhook_of};
use crate::figures::Figures;
use crate::process::load_average;

/// Messages of every type, as the normalizer's own tests have them.
const MESSAGES: &str = include_str!("../../../pipeline/core/cases/messages.json");
/// The number that webhooks are about.
const NUMBER: &str = "106540352242922";
/// Bytes that are gone through before the other side has its turn.
const TURN_BYTES: usize = 8 << 20;
/// Turns of each side whose times do not count: caches are cold, and the processor's clock is low.
const WARM_UP: usize = 2;

/// Options of `normalize`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Where the figures are appended.
    #[arg(long, env = "POSTHASTE_BENCH_OUT")]
    out: PathBuf,
    /// Turns of each side.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    turns: u32,
}

/// Webhooks of one kind.
struct Kind {
    name: &'static str,
    bodies: Vec<Vec<u8>>,
    /// Updates in all of them.
    updates: usize,
}

/// One run.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let load = load_average();
    let mut figures = Figures::default();
    for kind in kinds() {
        measure(&mut figures, &kind, options.turns as usize);
    }
    figures.number("load average at the start", 2, load);
    figures.append(&options.out)
}

fn kinds() -> Vec<Kind> {
    let single = (0..256).map(|n| body(&statuses(n, 1))).collect();
    let hundreds = (0..16).map(|n| body(&statuses(n * 100, 100))).collect();
    let texts = (0..16).map(|n| body(&texts(n * 100, 100))).collect();
    let messages = every_message();
    let mixed: Vec<Vec<u8>> = (0..4).map(|n| mixed(n, &messages)).collect();
    let all = (0..16).map(|_| body(&conversation(&messages))).collect();
    vec![
        Kind { name: "one status", bodies: single, updates: 256 },
        Kind { name: "100 statuses", bodies: hundreds, updates: 1_600 },
        Kind { name: "100 texts", bodies: texts, updates: 1_600 },
        Kind { name: "750 statuses and 250 messages", bodies: mixed, updates: 4_000 },
        Kind { name: "a message of every type", bodies: all, updates: 16 * messages.len() },
    ]
}

fn body(webhook: &Value) -> Vec<u8> {
    webhook.to_string().into_bytes()
}

fn statuses(from: usize, count: usize) -> Value {
    let status = |number: usize| Status {
        kind: ["sent", "delivered", "read"][number % 3],
        wamid: format!("wamid.HBgLMTYzMTU1NTAxMDEVAgARGBI{number:024X}AA=="),
        contact: format!("1631555{:04}", number % 10_000),
        token: format!("v1.{number:032x}.1"),
    };
    webhook_of(&[(NUMBER, (from..from + count).map(status).collect())])
}

/// A message of every type, with an id and a sender.
fn every_message() -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(MESSAGES).expect("the cases are JSON");
    let message = |(at, case): (usize, &Value)| {
        let mut message = json!({ "id": format!("wamid.{at:032X}"), "from": "12025558000", "timestamp": "1790000000" });
        let own = case["message"].as_object().expect("a message").clone();
        message.as_object_mut().expect("an object").extend(own);
        message
    };
    cases.iter().enumerate().map(message).collect()
}

fn conversation(messages: &[Value]) -> Value {
    let pat = json!({ "profile": { "name": "Pat" }, "wa_id": "12025558000", "user_id": "US.1" });
    received(&[pat], messages)
}

fn received(contacts: &[Value], messages: &[Value]) -> Value {
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "102290129340398", "changes": [{
        "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "15550783881", "phone_number_id": NUMBER },
            "contacts": contacts,
            "messages": messages,
        } }] }] })
}

/// Plain texts, each of another person.
fn texts(from: usize, count: usize) -> Value {
    let number = |n: usize| format!("1202555{n:04}");
    let contact = |n: usize| json!({ "profile": { "name": format!("Pat {n}") }, "wa_id": number(n), "user_id": format!("US.{n:018}") });
    let message = |n: usize| {
        json!({ "from": number(n), "from_user_id": format!("US.{n:018}"), "id": format!("wamid.HBgLMTIwMjU1NTgwMDAVAgASGBQ{n:020X}AA=="),
            "timestamp": "1790000000", "type": "text", "text": { "body": format!("Is order {n} on its way? I am at home until five.") } })
    };
    let people = from..from + count;
    received(&people.clone().map(contact).collect::<Vec<_>>(), &people.map(message).collect::<Vec<_>>())
}

/// As many updates as Meta puts into a webhook at most, in the proportion that its throughput rule has.
fn mixed(number: usize, messages: &[Value]) -> Vec<u8> {
    let mut webhook = statuses(number * 750, 750);
    let many: Vec<Value> = messages.iter().cycle().take(250).cloned().collect();
    let change = conversation(&many)["entry"][0]["changes"][0].clone();
    webhook["entry"][0]["changes"].as_array_mut().expect("a list").push(change);
    body(&webhook)
}

fn measure(figures: &mut Figures, kind: &Kind, turns: usize) {
    let bytes: usize = kind.bodies.iter().map(Vec::len).sum();
    let rounds = (TURN_BYTES / bytes).max(1);
    let mut ours = Vec::with_capacity(turns);
    let mut tree = Vec::with_capacity(turns);
    for turn in 0..turns + WARM_UP {
        let one = timed(kind, rounds, |body| {
            black_box(normalize(&RawWebhook { body: black_box(body), received_at: Millis(1_790_000_000_000) }));
        });
        let other = timed(kind, rounds, |body| {
            black_box(serde_json::from_slice::<Value>(black_box(body)).expect("JSON"));
        });
        if turn >= WARM_UP {
            ours.push(one);
            tree.push(other);
        }
    }
    let (ours, tree) = (median(&mut ours), median(&mut tree));
    let (per_turn, mega) = ((bytes * rounds) as f64, 1e6);
    let label = |what: &str| format!("{}: {what}", kind.name);
    figures.number(&label("bytes per webhook"), 0, bytes as f64 / kind.bodies.len() as f64);
    figures.number(&label("normalize, MB/s"), 0, per_turn / mega / ours.as_secs_f64());
    figures.number(&label("serde_json::Value, MB/s"), 0, per_turn / mega / tree.as_secs_f64());
    figures.number(&label("normalize, updates/s"), 0, (kind.updates * rounds) as f64 / ours.as_secs_f64());
    let ratio = tree.as_secs_f64() / ours.as_secs_f64();
    figures.number(&label("normalize to serde_json::Value"), 2, ratio);
    figures.target(&label("at least as fast"), ratio >= 1.0);
}

fn timed(kind: &Kind, rounds: usize, mut each: impl FnMut(&[u8])) -> Duration {
    let begun = Instant::now();
    for _ in 0..rounds {
        kind.bodies.iter().for_each(|body| each(body));
    }
    begun.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_update_of_a_kind_is_one_for_the_normalizer() {
        for kind in kinds() {
            let normalized = kind.bodies.iter().map(|body| {
                let output = normalize(&RawWebhook { body, received_at: Millis(1) });
                assert_eq!(output.buried, [], "{}", kind.name);
                output.events.len()
            });
            assert_eq!(normalized.sum::<usize>(), kind.updates, "{}", kind.name);
        }
    }
}
