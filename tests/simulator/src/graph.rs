//! `POST /{version}/{phone-number-id}/messages` and `…/marketing_messages`: what Meta decides about a send, and how it answers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::answer;
use crate::call::authorise;
use crate::courier::Poster;
use crate::error::GraphError;
use crate::failure::{LATE, STOPPED};
use crate::fault::Fault;
use crate::ledger::Breach;
use crate::options::Faults;
use crate::sanction::Sanction;
use crate::schedule::{BACKLOG, StatusUpdate, Update};
use crate::script::{Dice, Script, chance, dice, millis, mix};
use crate::send::{self, Command, Draft, Edge};
use crate::wamid::{self, Recipient};
use crate::world::{Clock, World};

/// How long an answer waits for its early status to be posted. A callback that is down must not stop sends.
const EARLY_HOLD: Duration = Duration::from_secs(1);

/// What is done with a request.
#[derive(Debug)]
pub(crate) enum Reply {
    Answer(Response<Full<Bytes>>),
    /// Close the connection without an answer.
    HangUp,
}

/// A request to send.
#[derive(Debug, Clone, Copy)]
struct Request<'a> {
    edge: Edge,
    /// `phone_number_id` in the path.
    id: &'a str,
    headers: &'a HeaderMap,
    body: &'a [u8],
    /// Its number, from 1.
    index: u64,
    /// The app has calls left in this hour.
    is_within_app: bool,
}

/// What Meta decided, before it is told.
#[derive(Debug)]
pub(crate) enum Verdict {
    Accepted {
        body: Vec<u8>,
        early: Option<oneshot::Receiver<()>>,
    },
    /// Something other than a message.
    Done(serde_json::Value),
    Refused(GraphError),
    Broken(StatusCode),
    Lost,
}

#[derive(Serialize)]
struct Accepted<'a> {
    messaging_product: &'static str,
    contacts: [AcceptedContact<'a>; 1],
    messages: [AcceptedMessage<'a>; 1],
}

#[derive(Serialize)]
struct AcceptedContact<'a> {
    input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
}

#[derive(Serialize)]
struct AcceptedMessage<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_status: Option<&'static str>,
}

/// Answers a send from the number `id`, after the latency that Meta would have.
pub(crate) async fn messages(
    world: &Arc<World>,
    poster: &Poster,
    edge: Edge,
    id: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Reply {
    let request = world.next_request();
    let faults = *world.faults.read();
    let mut rng = dice(world.seed, Dice::Request, request);
    let latency = Duration::from_millis(millis(&mut rng, *world.latency.read()).into());
    let is_within_app = world.app_calls.lock().admit(world.clock.now_us());
    let verdict = decide(
        world,
        &Request { edge, id, headers, body, index: request, is_within_app },
        Fault::draw(&mut rng, &faults),
        &faults,
    );
    let verdict = match verdict {
        Verdict::Refused(error)
            if chance(&mut dice(world.seed, Dice::ErrorData, request), faults.string_error_data_share) =>
        {
            Verdict::Refused(error.with_text())
        }
        other => other,
    };
    let trace = format!("A{:016x}", mix(world.seed, request));
    tell(world, poster, verdict, latency, &trace).await
}

/// Tells what was decided, after the latency.
pub(crate) async fn tell(world: &World, poster: &Poster, verdict: Verdict, latency: Duration, trace: &str) -> Reply {
    let play = world.play.read().clone();
    if let Some(play) = play {
        // Before the answer, so that a step which waits for this send has been taken when the next one comes.
        play.advance(world, poster).await;
    }
    tokio::time::sleep(latency).await;
    match told(verdict, trace).await {
        Reply::Answer(answer) => Reply::Answer(world.stamped(answer, trace)),
        Reply::HangUp => Reply::HangUp,
    }
}

async fn told(verdict: Verdict, trace: &str) -> Reply {
    match verdict {
        Verdict::Accepted { body, early } => {
            if let Some(posted) = early {
                // A sender that went away or a second that passed: either way the answer is due.
                let _ = tokio::time::timeout(EARLY_HOLD, posted).await;
            }
            Reply::Answer(answer::typed(StatusCode::OK, body))
        }
        Verdict::Done(told) => Reply::Answer(answer::ok(&told)),
        Verdict::Refused(error) => Reply::Answer(answer::refused(&error, trace)),
        Verdict::Broken(status) => Reply::Answer(answer::bare(status)),
        Verdict::Lost => Reply::HangUp,
    }
}

/// Decides and counts. Everything that takes a number's throughput happens under its lock, so that the order of the
/// times is the order of the decisions.
fn decide(world: &World, request: &Request<'_>, fault: Fault, faults: &Faults) -> Verdict {
    let Request { edge, id, headers, body, index, is_within_app } = *request;
    let checked = authorise(world, headers)
        .and_then(|()| if is_within_app { Ok(()) } else { Err(GraphError::app_rate(faults.http429)) })
        .and_then(|()| world.number(id).ok_or_else(|| GraphError::unknown_number(id)))
        .and_then(|number| admit(world, number, fault, faults).map(|()| number))
        .and_then(|number| world.management.check_registered(number).map(|()| number))
        .and_then(|number| {
            let ordered = *world.refusing.read();
            ordered.map_or(Ok(number), |code| Err(GraphError::ordered(code, faults.http429)))
        })
        .and_then(|number| admit_account(world).map(|()| number))
        .and_then(|number| {
            send::check(body, &world.business.numbers[usize::from(number)].1, &world.assets(edge))
                .map(|command| (number, command))
        })
        .and_then(|(number, command)| admit_sanctioned(world, number, &command).map(|()| (number, command)))
        .and_then(|(number, command)| admit_window(world, index, number, &command, faults).map(|()| (number, command)))
        .and_then(|(number, command)| admit_pair(world, number, &command, faults).map(|()| (number, command)));
    let (number, draft) = match checked {
        Ok((number, Command::Message(draft))) => (number, draft),
        Ok((number, Command::MarkRead { wamid, is_typing })) => {
            return world
                .mark_read(number, &wamid, is_typing)
                .map_or_else(|error| refuse(world, error), |()| Verdict::Done(serde_json::json!({ "success": true })));
        }
        Err(error) => return refuse(world, error),
    };
    let injected = || fault.verdict(&mut world.book.lock().totals.injected);
    if fault == (Fault::Error500 { is_accepted: false }) {
        return injected();
    }
    match accept(world, number, &draft, faults) {
        Err(error) => refuse(world, error),
        Ok(_) if matches!(fault, Fault::Reset | Fault::Error500 { .. }) => injected(),
        Ok(entered) => Verdict::Accepted { body: accepted_body(&draft, &entered), early: entered.early },
    }
}

fn refuse(world: &World, error: GraphError) -> Verdict {
    world.book.lock().reject(error.code);
    Verdict::Refused(error)
}

/// Throughput is checked before the body is: a POST that will be refused for its content has used its place too.
fn admit(world: &World, number: u16, fault: Fault, faults: &Faults) -> Result<(), GraphError> {
    let posts_before_ms = {
        let mut limits = world.limits[usize::from(number)].lock();
        let now = world.clock.now_us();
        let is_admitted = fault == Fault::Throttle || limits.window.admit(now);
        let before_ms = (!is_admitted).then(|| limits.meter.before_ms(now));
        limits.meter.count(now, Clock::unix_ms());
        before_ms
    };
    let mut book = world.book.lock();
    let now = Clock::unix_ms();
    book.totals.first_send_at_ms.get_or_insert(now);
    book.totals.last_send_at_ms = Some(now);
    if fault == Fault::Throttle {
        book.totals.injected.throttle += 1;
        return Err(GraphError::throughput(faults.http429));
    }
    let Some(posts_before_ms) = posts_before_ms else { return Ok(()) };
    let number = world.business.numbers[usize::from(number)].0.clone();
    book.breach(Breach { number, at_ms: now, posts_before_ms });
    Err(GraphError::throughput(faults.http429))
}

/// A banned account cannot even mark a message as read.
fn admit_account(world: &World) -> Result<(), GraphError> {
    match *world.sanction.read() {
        Some(Sanction::Ban) => Err(GraphError::locked()),
        Some(Sanction::Restricted { .. }) | None => Ok(()),
    }
}

fn admit_sanctioned(world: &World, number: u16, command: &Command) -> Result<(), GraphError> {
    match command {
        Command::Message(draft) => world.admit_sanctioned(number, draft),
        Command::MarkRead { .. } => Ok(()),
    }
}

/// Outside the window a message is refused, or accepted to fail.
fn admit_window(
    world: &World,
    request: u64,
    number: u16,
    command: &Command,
    faults: &Faults,
) -> Result<(), GraphError> {
    let Command::Message(draft) = command else { return Ok(()) };
    let fails_later = || chance(&mut dice(world.seed, Dice::Window, request), faults.window_async_share);
    if world.takes(number, draft) || fails_later() { Ok(()) } else { Err(GraphError::window_closed()) }
}

fn admit_pair(world: &World, number: u16, command: &Command, faults: &Faults) -> Result<(), GraphError> {
    let Command::Message(draft) = command else { return Ok(()) };
    let is_admitted = {
        let mut limits = world.limits[usize::from(number)].lock();
        let now = world.clock.now_us();
        limits.pairs.admit(draft.recipient.key(), now)
    };
    if is_admitted {
        return Ok(());
    }
    world.book.lock().totals.pair_breaches += 1;
    Err(GraphError::pair(faults.http429))
}

/// A message that was accepted.
#[derive(Debug)]
struct Entered {
    wamid: String,
    is_held: bool,
    /// Where its first status goes out before the answer: the signal that it did.
    early: Option<oneshot::Receiver<()>>,
}

/// Accepts a message and schedules all that will be reported about it.
fn accept(world: &World, number: u16, draft: &Draft, faults: &Faults) -> Result<Entered, GraphError> {
    if world.schedule.pending() >= BACKLOG {
        return Err(GraphError::exhausted(format!(
            "{BACKLOG} webhook updates wait for the callback; no send is accepted until it takes some."
        )));
    }
    let accepted_ms = Clock::unix_ms();
    let (index, script) = {
        let mut book = world.book.lock();
        if book.is_full() {
            return Err(GraphError::exhausted(
                "The simulator remembers no more messages; restart it, or raise --remember.",
            ));
        }
        let index = book.next_index();
        let mut script = Script::plan(world.seed, index, faults, world.status_delay);
        if draft.is_template() {
            script = script.paced(world.seed, index, faults, world.hold);
        }
        if !world.takes(number, draft) {
            script = script.failing_with(LATE);
        }
        if draft.category.is_marketing() && world.has_stopped(number, &draft.recipient) {
            script = script.failing_with(STOPPED);
        }
        book.totals.held += u64::from(script.is_held);
        book.accept(draft, number, accepted_ms, script.steps.len());
        (index, script)
    };
    let accepted_us = world.clock.now_us();
    world.count_person(number, draft);
    let is_held = script.is_held;
    let (posted, early) = if script.early { Some(oneshot::channel()).unzip() } else { (None, None) };
    let mut posted = posted;
    world.schedule.add(script.steps.into_iter().map(|step| {
        let update = StatusUpdate {
            message: index,
            status: step.status,
            at_unix_s: (accepted_ms + u64::from(step.occurs_after_ms)) / 1_000,
            failure: step.failure,
            is_priced: step.is_priced,
            posted: posted.take(),
        };
        (accepted_us + u64::from(step.posts_after_ms) * 1_000, Update::Status(update))
    }));
    Ok(Entered { wamid: wamid::outbound(world.seed, index, &draft.recipient), is_held, early })
}

fn accepted_body(draft: &Draft, entered: &Entered) -> Vec<u8> {
    let (wa_id, user_id, group_id) = match &draft.recipient {
        Recipient::Phone(phone) => (Some(phone.to_string()), None, None),
        Recipient::Other(id) if wamid::is_user_id(id) => (None, Some(&**id), None),
        Recipient::Other(id) => (Some(id.to_string()), None, Some(&**id)),
    };
    let status = if entered.is_held { "held_for_quality_assessment" } else { "accepted" };
    let message_status = draft.is_template().then_some(status);
    let accepted = Accepted {
        messaging_product: "whatsapp",
        contacts: [AcceptedContact { input: &draft.input, wa_id, user_id }],
        messages: [AcceptedMessage { id: &entered.wamid, group_id, message_status }],
    };
    serde_json::to_vec(&accepted).expect("strings always serialise")
}
