//! Users who write to the business, at a steady rate.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::schedule::BACKLOG;
use crate::script::{Dice, chance, dice};
use crate::webhook::InboundContent;
use crate::world::World;

/// Users who write of their own accord, from +1 650 555 0000 on.
const USERS: u64 = 10_000;
const FIRST_USER: u64 = 16_505_550_000;

/// Texts with what trips careless receivers: escapes, another script, an emoji joined of several.
const TEXTS: [&str; 5] =
    ["Hello", "Where is my order? https://example.com/track", "Größe 38 \"rot\" bitte", "نعم", "👩‍👩‍👧 ok\nthanks"];

/// Makes up `rate` inbound texts a second for every number until the world stops.
pub(crate) async fn run(world: Arc<World>, rate: f64, stop: CancellationToken) {
    let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for turn in 0.. {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        if world.schedule.pending() >= BACKLOG {
            continue;
        }
        let mut rng = dice(world.seed, Dice::Inbound, turn);
        let duplicates = world.faults.read().duplicate_share;
        for number in (0..).take(world.business.numbers.len()) {
            let user = rng.random_range(0..USERS);
            let text = TEXTS[rng.random_range(0..TEXTS.len())].to_owned();
            let copies = 1 + usize::from(chance(&mut rng, duplicates));
            let content = InboundContent::Text(text);
            world.receive(number, FIRST_USER + user, format!("User {user}"), content, copies);
        }
    }
}
