//! The state machine of one receiver.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use posthaste_model::Millis;

use super::Answer;
use super::breaker::{Breaker, Gate};
use super::schedule::{Draw, RetryAfter, Schedule};
use super::stream::{Entry, Feed, Lane, LaneKey, LaneState, Mode, Stream, StreamId};

/// Bounds of one receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Deliveries at once.
    pub concurrency: usize,
    /// Events in the buffer.
    pub records_max: usize,
    /// Bytes of the events in the buffer; a single larger event still fits into an empty one.
    pub bytes_max: usize,
}

/// What became of a record that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// It is in the buffer.
    Taken,
    /// It was taken before, or the stream lags and a catch-up reader will bring it.
    Ignored,
    /// There is no room. To the shared reader: the stream lags from here on. To a catch-up reader: offer it again later.
    Full,
    /// To a catch-up reader alone: nobody waits for it any more.
    Stop,
}

/// A delivery to make.
#[derive(Debug)]
pub struct Job<R> {
    /// Partition of the event.
    pub stream: StreamId,
    /// Its offset.
    pub offset: i64,
    /// Its conversation.
    pub lane: LaneKey,
    /// The event.
    pub record: Arc<R>,
    /// Which try of this event it is, from 1; tries by earlier owners are not counted.
    pub attempt: u32,
    is_probe: bool,
}

/// What to do next.
#[derive(Debug)]
pub enum Next<R> {
    /// Make this delivery, then ask again at once.
    Deliver(Job<R>),
    /// Nothing until something happens, or until this instant.
    Wait(Option<Millis>),
}

/// What follows from an answer, beyond the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The receiver gets nothing any more.
    Disable {
        /// For its owner.
        reason: String,
    },
    /// The event was refused through the whole schedule by a receiver that took others meanwhile: it is given up.
    GiveUp {
        /// Failures of the event.
        failures: u32,
    },
}

/// The right to fill a stream that lags. It dies with the stream, so that a reader which began before the partition was
/// given up and taken again cannot skip what the new stream still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatchUp {
    /// The stream.
    pub stream: StreamId,
    /// First offset that is wanted.
    pub start: i64,
    token: u64,
}

/// One receiver; `R` is what the shell keeps per event.
#[derive(Debug)]
pub struct Endpoint<R> {
    limits: Limits,
    schedule: Arc<Schedule>,
    breaker: Breaker,
    streams: BTreeMap<StreamId, Stream<R>>,
    /// Lanes that may go on; a token whose lane has changed since is stale and skipped.
    ready: VecDeque<(StreamId, LaneKey)>,
    /// Lanes that wait for their retry, by the time it is due; tokens as above.
    waiting: BTreeMap<(Millis, u64), (StreamId, LaneKey)>,
    /// Numbers given out, each once.
    tokens: u64,
    in_flight: usize,
    records: usize,
    bytes: usize,
    is_stopped: bool,
    /// Where the search for a stream to catch up goes on, so that each has its turn.
    catch_up_after: Option<StreamId>,
}

impl<R> Endpoint<R> {
    /// A receiver without events; `failing_since` is what its saved cursors say.
    pub fn new(limits: Limits, schedule: Arc<Schedule>, failing_since: Option<Millis>) -> Self {
        Self {
            limits,
            schedule,
            breaker: Breaker::failing(failing_since),
            streams: BTreeMap::new(),
            ready: VecDeque::new(),
            waiting: BTreeMap::new(),
            tokens: 0,
            in_flight: 0,
            records: 0,
            bytes: 0,
            is_stopped: false,
            catch_up_after: None,
        }
    }

    /// Starts a stream at a saved cursor, before the shared reader offers anything.
    pub fn resume(&mut self, id: StreamId, cursor: i64) {
        self.streams.entry(id).or_insert_with(|| Stream::new(cursor, Mode::Lagging));
    }

    /// Takes a record from the shared reader, which never waits.
    pub fn offer(&mut self, id: StreamId, offset: i64, lane: LaneKey, record: Arc<R>, bytes: usize) -> Offer {
        // A receiver that has just been stopped may be served again later, from here.
        let has_room = !self.is_stopped && self.has_room(1);
        let stream = self.streams.entry(id).or_insert_with(|| Stream::new(offset, Mode::Live));
        if stream.mode == Mode::Lagging || stream.is_closing || offset < stream.next {
            return Offer::Ignored;
        }
        if !has_room {
            stream.next = offset;
            stream.mode = Mode::Lagging;
            return Offer::Full;
        }
        self.take(id, offset, lane, record, bytes);
        Offer::Taken
    }

    /// Takes a record from a catch-up reader, which waits while there is no room. A catch-up may fill half of the buffer:
    /// the other half belongs to the streams that are up to date.
    pub fn offer_late(&mut self, by: &CatchUp, offset: i64, lane: LaneKey, record: Arc<R>, bytes: usize) -> Offer {
        let has_room = self.has_room(2);
        match self.catching_up(by) {
            None => Offer::Stop,
            Some(stream) if offset < stream.next => Offer::Ignored,
            Some(_) if !has_room => Offer::Full,
            Some(_) => {
                self.take(by.stream, offset, lane, record, bytes);
                Offer::Taken
            }
        }
    }

    /// The catch-up reader saw everything below `next`, and none of what it did not offer is this receiver's.
    pub fn pass_late(&mut self, by: &CatchUp, next: i64) -> Offer {
        let Some(stream) = self.catching_up(by) else { return Offer::Stop };
        stream.next = stream.next.max(next);
        Offer::Ignored
    }

    /// Hands a stream that has caught up to the shared reader; `claimed` is the offset after the last record that the
    /// shared reader has *begun* to route. True if the stream is no longer the catch-up reader's.
    pub fn hand_over(&mut self, by: &CatchUp, claimed: i64) -> bool {
        let Some(stream) = self.catching_up(by) else { return true };
        if stream.next < claimed {
            return false;
        }
        stream.mode = Mode::Live;
        true
    }

    /// The stream that a catch-up reader should work on now, until [`Endpoint::end_catch_up`]. One at a time.
    pub fn begin_catch_up(&mut self, now: Millis) -> Option<CatchUp> {
        let is_shut = matches!(self.breaker.gate(now), Gate::Shut { .. } | Gate::Probing);
        if self.is_stopped || is_shut || !self.has_room(4) {
            return None;
        }
        if self.streams.values().any(|stream| stream.catch_up.is_some()) {
            return None;
        }
        let wants = |(_, stream): &(&StreamId, &Stream<R>)| stream.mode == Mode::Lagging && !stream.is_closing;
        let mut later = self.streams.iter().filter(|(id, _)| self.catch_up_after.is_none_or(|after| **id > after));
        let id = later.find(wants).or_else(|| self.streams.iter().find(wants)).map(|(id, _)| *id)?;
        self.catch_up_after = Some(id);
        self.tokens += 1;
        let stream = self.streams.get_mut(&id)?;
        stream.catch_up = Some(self.tokens);
        Some(CatchUp { stream: id, start: stream.next, token: self.tokens })
    }

    /// The catch-up reader has ended, wherever it got to.
    pub fn end_catch_up(&mut self, by: &CatchUp) {
        if let Some(stream) = self.streams.get_mut(&by.stream).filter(|stream| stream.catch_up == Some(by.token)) {
            stream.catch_up = None;
        }
    }

    /// The next delivery.
    pub fn next(&mut self, now: Millis) -> Next<R> {
        if self.is_stopped {
            return Next::Wait(None);
        }
        self.wake_due(now);
        match self.breaker.gate(now) {
            Gate::Shut { until } => Next::Wait(Some(until)),
            Gate::Probing => Next::Wait(None),
            Gate::Probe => {
                // The probe need not wait for its own retry: it is the receiver that is being tried.
                if let Some(job) = self.pop_ready() {
                    return Next::Deliver(job);
                }
                self.wake_first();
                self.pop_ready().map_or(Next::Wait(None), Next::Deliver)
            }
            Gate::Open if self.in_flight >= self.limits.concurrency => Next::Wait(None),
            Gate::Open => match self.pop_ready() {
                Some(job) => Next::Deliver(job),
                None => Next::Wait(self.waiting.keys().next().map(|(due, _)| *due)),
            },
        }
    }

    /// Records how a delivery ended.
    pub fn settle(&mut self, job: &Job<R>, answer: Answer, now: Millis, draw: Draw) -> Option<Effect> {
        self.in_flight -= 1;
        if let Some(stream) = self.streams.get_mut(&job.stream) {
            stream.in_flight = stream.in_flight.saturating_sub(1);
        }
        match answer {
            Answer::Delivered => {
                if self.breaker.succeeded(job.is_probe, now) {
                    self.forgive();
                }
                self.finish(job);
                None
            }
            Answer::Failed { after_ms, reason } => {
                self.breaker.failed(job.is_probe, now, &self.schedule, draw);
                match self.judge(now, &reason) {
                    None => self.postpone(job, after_ms, now, draw),
                    disable => {
                        self.make_ready(job);
                        disable
                    }
                }
            }
            Answer::Throttled { after_ms, reason } => {
                self.breaker.throttled(job.is_probe, now, after_ms, &self.schedule, draw);
                self.make_ready(job);
                self.judge(now, &reason)
            }
            Answer::Gone => {
                self.make_ready(job);
                self.is_stopped = true;
                Some(Effect::Disable { reason: "the receiver answered 410 Gone".to_owned() })
            }
        }
    }

    /// No more deliveries and no more records.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// Fixes the cursor of a receiver that is being taken out: everything from `position` on is left for later.
    pub fn pin(&mut self, id: StreamId, position: i64) -> i64 {
        let stream = self.streams.entry(id).or_insert_with(|| Stream::new(position, Mode::Lagging));
        if stream.mode == Mode::Live {
            stream.next = stream.next.max(position);
            stream.mode = Mode::Lagging;
        }
        stream.frontier().unwrap_or(position)
    }

    /// Begins to give up a partition: what is in flight may finish, nothing else starts. Returns what is in flight.
    pub fn close(&mut self, id: StreamId) -> usize {
        self.streams.get_mut(&id).map_or(0, |stream| {
            stream.is_closing = true;
            stream.in_flight
        })
    }

    /// Forgets a partition.
    pub fn remove(&mut self, id: StreamId) {
        if let Some(stream) = self.streams.remove(&id) {
            self.records -= stream.entries.len();
            self.bytes -= stream.entries.values().map(|entry| entry.bytes).sum::<usize>();
        }
    }

    /// Forgets the partitions of a feed that the receiver no longer wants.
    pub fn remove_feed(&mut self, feed: Feed) {
        let ids: Vec<StreamId> = self.streams.keys().filter(|id| id.feed == feed).copied().collect();
        for id in ids {
            self.remove(id);
        }
    }

    /// The streams whose cursor is behind a position: `position` says how far the shared reader has routed a partition.
    pub fn behind<'a>(
        &'a self,
        position: impl Fn(StreamId) -> Option<i64> + 'a,
    ) -> impl Iterator<Item = (StreamId, i64)> + 'a {
        self.streams.iter().filter_map(move |(id, stream)| {
            let frontier = stream.frontier()?;
            (frontier < position(*id)?).then_some((*id, frontier))
        })
    }

    /// Whether some stream has been left behind by the shared reader.
    pub fn is_lagging(&self) -> bool {
        self.streams.values().any(|stream| stream.mode == Mode::Lagging)
    }

    /// When the present series of failures began.
    pub fn failing_since(&self) -> Option<Millis> {
        self.breaker.failing_since()
    }

    /// Whether a share of the buffer, `1/parts`, has room for another event.
    fn has_room(&self, parts: usize) -> bool {
        self.records == 0
            || (self.records < self.limits.records_max / parts && self.bytes < self.limits.bytes_max / parts)
    }

    fn catching_up(&mut self, by: &CatchUp) -> Option<&mut Stream<R>> {
        if self.is_stopped {
            return None;
        }
        let is_theirs = |stream: &&mut Stream<R>| {
            stream.catch_up == Some(by.token) && stream.mode == Mode::Lagging && !stream.is_closing
        };
        self.streams.get_mut(&by.stream).filter(is_theirs)
    }

    fn take(&mut self, id: StreamId, offset: i64, key: LaneKey, record: Arc<R>, bytes: usize) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.next = offset + 1;
        stream.entries.insert(offset, Entry { record, bytes });
        self.records += 1;
        self.bytes += bytes;
        let lane = stream.lanes.entry(Arc::clone(&key)).or_insert_with(Lane::new);
        lane.queue.push_back(offset);
        if lane.queue.len() == 1 {
            self.ready.push_back((id, key));
        }
    }

    /// Takes lanes off the ready queue until one really is ready.
    fn pop_ready(&mut self) -> Option<Job<R>> {
        while let Some((id, key)) = self.ready.pop_front() {
            let Some(stream) = self.streams.get_mut(&id).filter(|stream| !stream.is_closing) else { continue };
            let Some(lane) = stream.lanes.get_mut(&key).filter(|lane| lane.state == LaneState::Ready) else { continue };
            let Some(&offset) = lane.queue.front() else { continue };
            let Some(entry) = stream.entries.get(&offset) else { continue };
            let record = Arc::clone(&entry.record);
            lane.state = LaneState::InFlight;
            let attempt = lane.failures + 1;
            stream.in_flight += 1;
            self.in_flight += 1;
            let is_probe = self.breaker.sending();
            return Some(Job { stream: id, offset, lane: key, record, attempt, is_probe });
        }
        None
    }

    /// The lane of a delivery that has come back, unless its partition was given up, and perhaps taken again, meanwhile.
    fn lane_of(&mut self, job: &Job<R>) -> Option<&mut Lane> {
        let lane = self.streams.get_mut(&job.stream)?.lanes.get_mut(&job.lane)?;
        (lane.state == LaneState::InFlight && lane.queue.front() == Some(&job.offset)).then_some(lane)
    }

    fn finish(&mut self, job: &Job<R>) {
        let Some(lane) = self.lane_of(job) else { return };
        lane.advance();
        let is_empty = lane.queue.is_empty();
        if let Some(stream) = self.streams.get_mut(&job.stream) {
            if is_empty {
                stream.lanes.remove(&job.lane);
            } else {
                self.ready.push_back((job.stream, Arc::clone(&job.lane)));
            }
            if let Some(entry) = stream.entries.remove(&job.offset) {
                self.records -= 1;
                self.bytes -= entry.bytes;
            }
        }
    }

    fn make_ready(&mut self, job: &Job<R>) {
        if let Some(lane) = self.lane_of(job) {
            lane.state = LaneState::Ready;
            self.ready.push_front((job.stream, Arc::clone(&job.lane)));
        }
    }

    /// An event failed: it waits for its retry, or is given up at the end of the schedule if the receiver takes others.
    fn postpone(&mut self, job: &Job<R>, after_ms: Option<i64>, now: Millis, draw: Draw) -> Option<Effect> {
        let schedule = Arc::clone(&self.schedule);
        let lane = self.lane_of(job)?;
        lane.failures += 1;
        let (failures, failed_first) = (lane.failures, *lane.failed_first.get_or_insert(now));
        if failures >= schedule.tries() && self.breaker.has_succeeded_since(failed_first) {
            self.finish(job);
            return Some(Effect::GiveUp { failures });
        }
        let asked = after_ms.map_or(0, |wish| RetryAfter::clamped(wish).ms());
        let due = now.plus(schedule.delay_ms(failures, draw).max(asked));
        if let Some(lane) = self.lane_of(job) {
            lane.state = LaneState::Waiting(due);
        }
        self.tokens += 1;
        self.waiting.insert((due, self.tokens), (job.stream, Arc::clone(&job.lane)));
        None
    }

    /// Disables a receiver that has failed for too long.
    fn judge(&mut self, now: Millis, reason: &str) -> Option<Effect> {
        let since = self.breaker.failing_since()?;
        if self.is_stopped || !self.schedule.is_hopeless(now.since(since)) {
            return None;
        }
        self.is_stopped = true;
        let hours = self.schedule.failing_max().as_secs() / 3_600;
        Some(Effect::Disable {
            reason: format!("no event was taken for {hours} hours, since {since}; last failure: {reason}"),
        })
    }

    fn wake_due(&mut self, now: Millis) {
        while self.waiting.first_key_value().is_some_and(|((due, _), _)| *due <= now) {
            self.wake_first();
        }
    }

    /// The receiver is back: it was to blame for the failures so far, not the events, and none need wait longer.
    fn forgive(&mut self) {
        while !self.waiting.is_empty() {
            self.wake_first();
        }
        for lane in self.streams.values_mut().flat_map(|stream| stream.lanes.values_mut()) {
            lane.failures = 0;
            lane.failed_first = None;
        }
    }

    fn wake_first(&mut self) {
        let Some(((due, _), (id, key))) = self.waiting.pop_first() else { return };
        let lane = self.streams.get_mut(&id).and_then(|stream| stream.lanes.get_mut(&key));
        if let Some(lane) = lane.filter(|lane| lane.state == LaneState::Waiting(due)) {
            lane.state = LaneState::Ready;
            self.ready.push_back((id, key));
        }
    }
}
