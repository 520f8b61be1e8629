use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use posthaste_model::Millis;
use proptest::prelude::*;

use super::*;

const MIDDLE: Draw = Draw(u16::MAX / 2 + 1);
const LIMITS: Limits = Limits { concurrency: 3, records_max: 16, bytes_max: 1_000 };
const STREAM: StreamId = StreamId { feed: Feed::Delivery, partition: 0 };

fn endpoint() -> Endpoint<i64> {
    Endpoint::new(LIMITS, Arc::new(Schedule::standard()), None)
}

fn lane(n: u8) -> LaneKey {
    Arc::from([n].as_slice())
}

fn offer(endpoint: &mut Endpoint<i64>, offset: i64, key: u8) -> Offer {
    endpoint.offer(STREAM, offset, lane(key), Arc::new(offset), 10)
}

fn job(endpoint: &mut Endpoint<i64>, now: i64) -> Job<i64> {
    match endpoint.next(Millis(now)) {
        Next::Deliver(job) => job,
        Next::Wait(until) => panic!("a delivery is expected, not to wait until {until:?}"),
    }
}

fn wait(endpoint: &mut Endpoint<i64>, now: i64) -> Option<Millis> {
    match endpoint.next(Millis(now)) {
        Next::Deliver(job) => panic!("nothing is expected, not offset {}", job.offset),
        Next::Wait(until) => until,
    }
}

fn failed() -> Answer {
    Answer::Failed { after_ms: None, reason: "500".into() }
}

fn cursor(endpoint: &Endpoint<i64>, position: i64) -> i64 {
    endpoint.behind(|_| Some(position)).next().map_or(position, |(_, cursor)| cursor)
}

#[test]
fn the_schedule_is_that_of_standard_webhooks() {
    let schedule = Schedule::standard();
    let minutes = [0, 0, 5, 30, 120, 300, 600, 840, 1200, 1440];
    assert_eq!(schedule.tries(), 10);
    assert_eq!(schedule.delay_ms(1, MIDDLE), 5_000);
    for (failures, minutes) in minutes.into_iter().enumerate().skip(2) {
        let delay = schedule.delay_ms(u32::try_from(failures).unwrap(), MIDDLE);
        assert!((delay - minutes * 60_000).abs() <= minutes * 10, "{failures}: {delay}");
    }
    assert_eq!(schedule.delay_ms(99, MIDDLE), schedule.delay_ms(9, MIDDLE));
    assert!(!schedule.is_hopeless(5 * 86_400_000 - 1));
    assert!(schedule.is_hopeless(5 * 86_400_000));
}

#[test]
fn a_conversation_is_delivered_in_order_and_others_meanwhile() {
    let mut endpoint = endpoint();
    for (offset, key) in [(0, 1), (1, 1), (2, 2)] {
        assert_eq!(offer(&mut endpoint, offset, key), Offer::Taken);
    }
    let first = job(&mut endpoint, 0);
    let other = job(&mut endpoint, 0);
    assert_eq!((first.offset, other.offset), (0, 2));
    assert_eq!(wait(&mut endpoint, 0), None, "offset 1 waits for offset 0");
    endpoint.settle(&first, Answer::Delivered, Millis(1), MIDDLE);
    assert_eq!(job(&mut endpoint, 1).offset, 1);
}

#[test]
fn a_failed_event_is_tried_again_when_it_is_due_and_holds_only_its_own_conversation() {
    let mut endpoint = endpoint();
    for (offset, key) in [(0, 1), (1, 1), (2, 2)] {
        offer(&mut endpoint, offset, key);
    }
    let first = job(&mut endpoint, 0);
    assert_eq!(endpoint.settle(&first, failed(), Millis(0), MIDDLE), None);
    let other = job(&mut endpoint, 0);
    assert_eq!(other.offset, 2);
    endpoint.settle(&other, Answer::Delivered, Millis(1), MIDDLE);
    assert_eq!(wait(&mut endpoint, 2), Some(Millis(5_000)));
    assert_eq!(cursor(&endpoint, 3), 0, "a restart must begin at the event that failed");
    let again = job(&mut endpoint, 5_000);
    assert_eq!((again.offset, again.attempt), (0, 2));
}

#[test]
fn a_receiver_that_fails_repeatedly_is_probed_one_at_a_time_and_all_goes_on_when_it_is_back() {
    let mut endpoint = endpoint();
    for n in 0..8 {
        offer(&mut endpoint, i64::from(n), n);
    }
    for _ in 0..5 {
        let job = job(&mut endpoint, 0);
        endpoint.settle(&job, failed(), Millis(0), MIDDLE);
    }
    assert_eq!(wait(&mut endpoint, 1), Some(Millis(5_000)), "the breaker is open though three lanes never failed");
    let probe = job(&mut endpoint, 5_000);
    assert_eq!(wait(&mut endpoint, 5_000), None, "one probe at a time");
    endpoint.settle(&probe, failed(), Millis(5_000), MIDDLE);
    let due = wait(&mut endpoint, 5_001).unwrap();
    assert!(due.since(Millis(305_000)).abs() < 100, "{due:?}");
    let probe = job(&mut endpoint, 306_000);
    endpoint.settle(&probe, Answer::Delivered, Millis(306_000), MIDDLE);
    let back: Vec<Job<i64>> = (0..3).map(|_| job(&mut endpoint, 306_000)).collect();
    assert_eq!(wait(&mut endpoint, 306_000), None, "as much at once as the concurrency allows");
    assert!(back.iter().all(|job| job.attempt == 1), "the receiver was to blame, not the events");
}

#[test]
fn a_throttled_receiver_is_left_alone_as_long_as_it_asks() {
    for (wish, expected) in [(None, 5_000), (Some(0), 1_000), (Some(7_000), 7_000), (Some(i64::MAX), 3_600_000)] {
        let mut endpoint = endpoint();
        offer(&mut endpoint, 0, 0);
        offer(&mut endpoint, 1, 1);
        let (throttled, other) = (job(&mut endpoint, 0), job(&mut endpoint, 0));
        let answer = Answer::Throttled { after_ms: wish, reason: "429".into() };
        assert_eq!(endpoint.settle(&throttled, answer, Millis(0), MIDDLE), None);
        endpoint.settle(&other, Answer::Delivered, Millis(0), MIDDLE);
        assert_eq!(wait(&mut endpoint, 1), Some(Millis(expected)), "{wish:?}");
        let again = job(&mut endpoint, expected);
        assert_eq!((again.offset, again.attempt), (0, 1), "the event is not at fault");
    }
}

#[test]
fn gone_disables_at_once_and_the_cursor_stays() {
    let mut endpoint = endpoint();
    offer(&mut endpoint, 7, 0);
    let refused = job(&mut endpoint, 0);
    let effect = endpoint.settle(&refused, Answer::Gone, Millis(0), MIDDLE);
    assert!(matches!(effect, Some(Effect::Disable { reason }) if reason.contains("410")));
    assert_eq!(wait(&mut endpoint, i64::MAX), None);
    assert_eq!(endpoint.pin(STREAM, 9), 7);
}

#[test]
fn what_is_routed_between_the_stop_and_the_taking_out_is_not_skipped() {
    let mut endpoint = endpoint();
    offer(&mut endpoint, 3, 0);
    let first = job(&mut endpoint, 0);
    endpoint.settle(&first, Answer::Delivered, Millis(0), MIDDLE);
    endpoint.stop();
    assert_eq!(offer(&mut endpoint, 5, 0), Offer::Full);
    assert_eq!(offer(&mut endpoint, 6, 0), Offer::Ignored);
    assert_eq!(endpoint.pin(STREAM, 7), 5);
}

#[test]
fn five_days_without_success_disable_even_across_restarts() {
    let day = 86_400_000;
    let mut endpoint = Endpoint::new(LIMITS, Arc::new(Schedule::standard()), Some(Millis(0)));
    offer(&mut endpoint, 0, 0);
    let late = job(&mut endpoint, 5 * day - 1);
    assert_eq!(endpoint.settle(&late, failed(), Millis(5 * day - 1), MIDDLE), None);
    let later = job(&mut endpoint, 5 * day + 10_000);
    let effect = endpoint.settle(&later, failed(), Millis(5 * day + 10_000), MIDDLE);
    assert!(
        matches!(effect, Some(Effect::Disable { reason }) if reason.contains("120 hours") && reason.contains("500"))
    );
    assert_eq!(cursor(&endpoint, 1), 0, "nothing is given up");
}

#[test]
fn an_event_that_only_it_fails_is_given_up_at_the_end_of_the_schedule() {
    let schedule =
        Schedule::new(&[Duration::ZERO, Duration::from_secs(1), Duration::from_secs(1)], Duration::from_secs(999));
    let mut endpoint: Endpoint<i64> = Endpoint::new(LIMITS, Arc::new(schedule), None);
    let mut effects = Vec::new();
    let mut now = 0;
    offer(&mut endpoint, 0, 0);
    for round in 1..=3 {
        let poison = job(&mut endpoint, now);
        assert_eq!(poison.offset, 0);
        effects.extend(endpoint.settle(&poison, failed(), Millis(now), MIDDLE));
        offer(&mut endpoint, round, 1);
        let good = job(&mut endpoint, now);
        endpoint.settle(&good, Answer::Delivered, Millis(now), MIDDLE);
        now += 2_000;
    }
    assert_eq!(effects, [Effect::GiveUp { failures: 3 }]);
    assert_eq!(cursor(&endpoint, 4), 4);
}

#[test]
fn a_full_buffer_lets_the_shared_reader_go_on_and_a_catch_up_closes_the_gap() {
    let mut endpoint = endpoint();
    for offset in 0..16 {
        assert_eq!(offer(&mut endpoint, offset, 0), Offer::Taken);
    }
    assert_eq!(offer(&mut endpoint, 16, 0), Offer::Full);
    assert_eq!(offer(&mut endpoint, 17, 0), Offer::Ignored);
    assert!(endpoint.is_lagging());
    assert_eq!(endpoint.begin_catch_up(Millis(0)), None, "there is no room yet");
    for _ in 0..16 {
        let job = job(&mut endpoint, 0);
        endpoint.settle(&job, Answer::Delivered, Millis(0), MIDDLE);
    }
    assert_eq!(cursor(&endpoint, 18), 16);
    let by = endpoint.begin_catch_up(Millis(0)).unwrap();
    assert_eq!((by.stream, by.start), (STREAM, 16));
    assert_eq!(endpoint.begin_catch_up(Millis(0)), None, "one at a time");
    assert!(!endpoint.hand_over(&by, 18));
    assert_eq!(endpoint.offer_late(&by, 16, lane(0), Arc::new(16), 10), Offer::Taken);
    assert_eq!(endpoint.pass_late(&by, 18), Offer::Ignored);
    assert!(endpoint.hand_over(&by, 18));
    assert_eq!(offer(&mut endpoint, 18, 0), Offer::Taken);
    endpoint.end_catch_up(&by);
    assert_eq!(endpoint.offer_late(&by, 19, lane(0), Arc::new(19), 10), Offer::Stop);
}

#[test]
fn a_catch_up_of_an_earlier_assignment_cannot_touch_the_stream_of_the_present_one() {
    let mut endpoint = endpoint();
    endpoint.resume(STREAM, 100);
    let old = endpoint.begin_catch_up(Millis(0)).unwrap();
    endpoint.remove(STREAM);
    endpoint.resume(STREAM, 100);
    let new = endpoint.begin_catch_up(Millis(0)).unwrap();
    assert_eq!(endpoint.offer_late(&old, 500, lane(0), Arc::new(500), 10), Offer::Stop);
    assert!(endpoint.hand_over(&old, 50), "to the old reader: nothing to do");
    endpoint.end_catch_up(&old);
    assert_eq!(endpoint.offer_late(&new, 100, lane(0), Arc::new(100), 10), Offer::Taken);
}

#[test]
fn a_partition_that_is_given_up_starts_nothing_and_keeps_its_cursor() {
    let mut endpoint = endpoint();
    offer(&mut endpoint, 0, 0);
    offer(&mut endpoint, 1, 1);
    let running = job(&mut endpoint, 0);
    assert_eq!(endpoint.close(STREAM), 1);
    assert_eq!(wait(&mut endpoint, 0), None);
    endpoint.settle(&running, Answer::Delivered, Millis(0), MIDDLE);
    assert_eq!((endpoint.close(STREAM), cursor(&endpoint, 2)), (0, 1));
    endpoint.remove(STREAM);
    offer(&mut endpoint, 5, 0);
    let again = job(&mut endpoint, 0);
    endpoint.settle(&again, Answer::Delivered, Millis(0), MIDDLE);
    assert_eq!(wait(&mut endpoint, 0), None);
}

/// A receiver, its log, and everything that may happen to them.
struct World {
    endpoint: Endpoint<i64>,
    log: Vec<(u8, bool)>,
    position: i64,
    now: i64,
    running: Vec<Job<i64>>,
    catching_up: Option<(CatchUp, i64)>,
    delivered: Vec<i64>,
    saved: (i64, Option<i64>),
}

impl World {
    fn new(log: Vec<(u8, bool)>) -> Self {
        Self {
            endpoint: endpoint(),
            log,
            position: 0,
            now: 0,
            running: Vec::new(),
            catching_up: None,
            delivered: Vec::new(),
            saved: (0, None),
        }
    }

    fn record(&self, offset: i64) -> Option<(u8, bool)> {
        self.log.get(usize::try_from(offset).unwrap()).copied()
    }

    fn route(&mut self) {
        let Some((key, is_mine)) = self.record(self.position) else { return };
        if is_mine {
            offer(&mut self.endpoint, self.position, key);
        }
        self.position += 1;
    }

    fn catch_up(&mut self) {
        if self.catching_up.is_none() {
            self.catching_up = self.endpoint.begin_catch_up(Millis(self.now)).map(|by| (by, by.start));
        }
        let Some((by, at)) = self.catching_up else { return };
        if self.endpoint.hand_over(&by, self.position) {
            self.endpoint.end_catch_up(&by);
            self.catching_up = None;
            return;
        }
        let Some((key, is_mine)) = self.record(at) else { return };
        let offer = if is_mine {
            self.endpoint.offer_late(&by, at, lane(key), Arc::new(at), 10)
        } else {
            self.endpoint.pass_late(&by, at + 1)
        };
        match offer {
            Offer::Taken | Offer::Ignored => self.catching_up = Some((by, at + 1)),
            Offer::Full => {}
            Offer::Stop => panic!("nobody took the stream away"),
        }
    }

    fn answer(&mut self, pick: usize, answer: Answer) {
        while let Next::Deliver(job) = self.endpoint.next(Millis(self.now)) {
            self.running.push(job);
        }
        assert!(self.running.len() <= LIMITS.concurrency);
        if self.running.is_empty() {
            return;
        }
        let job = self.running.swap_remove(pick % self.running.len());
        if answer == Answer::Delivered {
            self.delivered.push(job.offset);
        }
        assert_eq!(self.endpoint.settle(&job, answer, Millis(self.now), MIDDLE), None);
    }

    fn save(&mut self) {
        let position = self.position;
        self.saved = (position, self.endpoint.behind(|_| Some(position)).next().map(|(_, cursor)| cursor));
    }

    fn crash(&mut self) {
        self.endpoint = endpoint();
        self.running.clear();
        self.catching_up = None;
        self.position = self.saved.0;
        if let Some(cursor) = self.saved.1 {
            self.endpoint.resume(STREAM, cursor);
        }
    }

    /// The receiver is well again, and time passes until nothing is left to do.
    fn settle_down(&mut self) {
        for _ in 0..20 * self.log.len() + 100 {
            self.route();
            self.catch_up();
            self.answer(0, Answer::Delivered);
            self.now += 10_000_000;
        }
    }

    /// First deliveries by conversation, against the log.
    fn check(&self) {
        let mut expected: BTreeMap<u8, Vec<i64>> = BTreeMap::new();
        for (offset, (key, _)) in self.log.iter().enumerate().filter(|(_, (_, is_mine))| *is_mine) {
            expected.entry(*key).or_default().push(i64::try_from(offset).unwrap());
        }
        let (mut actual, mut seen): (BTreeMap<u8, Vec<i64>>, _) = (BTreeMap::new(), BTreeSet::new());
        for &offset in self.delivered.iter().filter(|&&offset| seen.insert(offset)) {
            actual.entry(self.record(offset).unwrap().0).or_default().push(offset);
        }
        assert_eq!(actual, expected);
        assert_eq!(cursor(&self.endpoint, self.position), self.position);
        assert!(!self.endpoint.is_lagging());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the receiver answers, however far the readers get, wherever the owner crashes: once the receiver is well,
    /// every event of every conversation has been delivered, first deliveries in order; without a crash exactly once.
    #[test]
    fn nothing_is_lost_and_conversations_stay_in_order(
        log in prop::collection::vec((0u8..6, prop::bool::weighted(0.8)), 1..120),
        steps in prop::collection::vec((0u8..100, 0usize..8), 0..400),
        has_crashes: bool,
    ) {
        let mut world = World::new(log);
        let mut crashes = 0;
        for (step, pick) in steps {
            match step {
                0..40 => world.route(),
                40..60 => world.catch_up(),
                60..80 => world.answer(pick, Answer::Delivered),
                80..88 => world.answer(pick, failed()),
                88..90 => world.answer(pick, Answer::Throttled { after_ms: Some(3_000), reason: "429".into() }),
                90..94 => world.now += 4_000,
                94..98 => world.save(),
                _ if has_crashes => {
                    crashes += 1;
                    world.crash();
                }
                _ => {}
            }
        }
        world.settle_down();
        world.check();
        if crashes == 0 {
            let distinct: BTreeSet<_> = world.delivered.iter().collect();
            prop_assert_eq!(distinct.len(), world.delivered.len());
        }
    }

    /// Jitter keeps every delay within a fifth of the schedule's, which lies in the middle between its extremes.
    #[test]
    fn jitter_is_bounded(failures in 0u32..20, draw: u16) {
        let schedule = Schedule::standard();
        let delay = |draw| schedule.delay_ms(failures, Draw(draw));
        let (least, most) = (delay(0), delay(u16::MAX));
        prop_assert!((least..=most).contains(&delay(draw)), "{} is not in {least}..={most}", delay(draw));
        prop_assert_eq!(least * 6, most * 4, "four fifths and six fifths of the same delay");
    }
}
