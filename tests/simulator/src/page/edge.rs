//! `POST /{version}/{page}/messages` and `/{version}/me/messages`: what Meta decides about a page's call.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, header};
use serde_json::{Value, json};

use super::event::{self, Accepted};
use super::pace::Excess;
use super::send::{self, Act, Addressee, Command, Draft, Gesture};
use super::{Crowded, PageFacts};
use crate::courier::Poster;
use crate::error::GraphError;
use crate::fault::Fault;
use crate::graph::{Reply, Verdict, tell};
use crate::options::Faults;
use crate::query::Query;
use crate::schedule::{BACKLOG, Update};
use crate::script::{Dice, dice, millis, mix};
use crate::wamid::fingerprint;
use crate::world::{Clock, World};

/// A call of a page.
#[derive(Debug)]
struct Request<'a> {
    /// The page in the path, or `me`.
    id: &'a str,
    /// Of the header, or of the query.
    token: &'a str,
    body: &'a [u8],
}

/// Answers a call of the page `id`, after the latency that Meta would have.
pub(crate) async fn messages(
    world: &Arc<World>,
    poster: &Poster,
    id: &str,
    query: &Query,
    headers: &HeaderMap,
    body: &[u8],
) -> Reply {
    let call = world.next_call();
    let faults = *world.faults.read();
    let mut rng = dice(world.seed, Dice::Page, call);
    let latency = Duration::from_millis(millis(&mut rng, *world.latency.read()).into());
    world.pages.book.lock().totals.requests += 1;
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|value| value.strip_prefix("Bearer "));
    let token = bearer.or_else(|| query.get("access_token")).unwrap_or_default();
    let verdict = decide(world, &Request { id, token, body }, Fault::draw(&mut rng, &faults), &faults);
    let trace = format!("P{:016x}", mix(mix(world.seed, Dice::Page as u64), call));
    tell(world, poster, verdict, latency, &trace).await
}

fn decide(world: &World, request: &Request<'_>, fault: Fault, faults: &Faults) -> Verdict {
    match checked(world, request, fault, faults) {
        Err(error) => {
            world.pages.book.lock().reject(error.code);
            Verdict::Refused(error)
        }
        Ok((_, to, Act::Gesture(gesture))) => {
            let totals = &mut world.pages.book.lock().totals;
            totals.sender_actions += 1;
            totals.seen += u64::from(gesture == Gesture::Seen);
            Verdict::Done(json!({ "recipient_id": to }))
        }
        Ok((page, to, Act::Message(draft))) => send(world, page, &to, draft, fault, faults),
    }
}

/// The page, the recipient and what is to be done, if everything allows it.
fn checked(
    world: &World,
    request: &Request<'_>,
    fault: Fault,
    faults: &Faults,
) -> Result<(u16, String, Act), GraphError> {
    let pages = &world.pages;
    let index = pages.authorised(request.id, request.token).ok_or_else(GraphError::no_page_token)?;
    let page = pages.page(index);
    if !world.app_calls.lock().admit(world.clock.now_us()) {
        return Err(GraphError::page_rate(4, faults.http429));
    }
    if let Some(code) = *world.refusing.read() {
        return Err(GraphError::page_ordered(code, faults.http429));
    }
    let Command { to, is_agent, load, act } = send::check(request.body, page.channel)?;
    let now_us = world.clock.now_us();
    let excess = page.state.lock().pace.admit(load, now_us, Clock::unix_ms()).err();
    if let Some(excess) = excess {
        pages.book.lock().totals.breaches += 1;
        let code = if excess == Excess::Rate { 613 } else { 32 };
        return Err(GraphError::page_rate(code, faults.http429));
    }
    if fault == Fault::Throttle {
        pages.book.lock().totals.injected.throttle += 1;
        return Err(GraphError::page_rate(613, faults.http429));
    }
    let to = match to {
        Addressee::Person(person) => {
            page.admit_person(&person, is_agent, now_us)?;
            person.into()
        }
        Addressee::Opportunity(id) => (fingerprint(&id) >> 8).to_string(),
    };
    Ok((index, to, act))
}

fn send(world: &World, page: u16, to: &str, draft: Draft, fault: Fault, faults: &Faults) -> Verdict {
    if fault != (Fault::Error500 { is_accepted: false }) {
        match accept(world, page, to, &draft, faults) {
            Ok(mid) if matches!(fault, Fault::None | Fault::Throttle) => {
                return Verdict::Done(json!({ "recipient_id": to, "message_id": mid }));
            }
            Ok(_) => {}
            Err(error) => {
                world.pages.book.lock().reject(error.code);
                return Verdict::Refused(error);
            }
        }
    }
    fault.verdict(&mut world.pages.book.lock().totals.injected)
}

/// Accepts a message and schedules all that will be reported about it; its mid.
fn accept(world: &World, index: u16, to: &str, draft: &Draft, faults: &Faults) -> Result<String, GraphError> {
    if world.schedule.pending() >= BACKLOG {
        return Err(GraphError::exhausted("Too many webhook updates wait for the callback."));
    }
    let page = world.pages.page(index);
    let (at_ms, now_us) = (Clock::unix_ms(), world.clock.now_us());
    let course = {
        let mut book = world.pages.book.lock();
        if book.is_full() {
            return Err(GraphError::exhausted("The simulator remembers no more messages; raise --remember."));
        }
        let message = book.accept(index, to, draft.token.clone(), at_ms);
        let accepted = Accepted { channel: page.channel, page: &page.id, to, draft, index: message, at_ms };
        let course = accepted.course(world.seed, faults, world.status_delay);
        book.announce(message, course.len());
        (event::outbound_mid(page.channel, world.seed, message), course)
    };
    let (mid, course) = course;
    world
        .schedule
        .add(course.into_iter().map(|(after_ms, facts)| (now_us + u64::from(after_ms) * 1_000, Update::Page(facts))));
    Ok(mid)
}

/// Posts what a person writes or does to a page; the mid of a message or a tap.
///
/// # Errors
/// [`Crowded`] when nobody else is remembered.
pub(crate) fn receive(
    world: &World,
    index: u16,
    from: &str,
    (name, mut member): (String, Value),
    is_standby: bool,
) -> Result<Option<String>, Crowded> {
    let page = world.pages.page(index);
    page.hear(from, world.clock.now_us())?;
    let count = {
        let mut book = world.pages.book.lock();
        book.totals.inbound += 1;
        book.inbound += 1;
        book.inbound
    };
    if matches!(name.as_str(), "message" | "postback") && member.is_object() && member.get("mid").is_none() {
        member["mid"] = event::inbound_mid(page.channel, world.seed, count).into();
    }
    let mid = member["mid"].as_str().map(str::to_owned);
    let at_ms = Clock::unix_ms();
    let facts = PageFacts {
        channel: page.channel,
        page: page.id.clone(),
        event: event::event(from, &page.id, at_ms, &name, member),
        is_standby,
        at_ms,
        report: None,
    };
    world.schedule.add([(world.clock.now_us(), Update::Page(Arc::new(facts)))]);
    Ok(mid)
}
