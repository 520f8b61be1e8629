//! Every request of the Graph API but sends: who may make it, and what it is about.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, header};
use http_body_util::Full;

use crate::account;
use crate::answer::{self, Outcome};
use crate::courier::Poster;
use crate::error::GraphError;
use crate::history;
use crate::management;
use crate::media;
use crate::number;
use crate::query::Query;
use crate::route::Route;
use crate::script::{Dice, dice, millis, mix};
use crate::subscription;
use crate::template;
use crate::world::World;

/// A call whose body has been read.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a Arc<World>,
    pub(crate) poster: &'a Poster,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    /// Carries the call out.
    ///
    /// # Errors
    /// As Meta refuses it.
    pub(crate) async fn run(&self, route: Route<'_>, headers: &HeaderMap) -> Outcome {
        authorise(self.world, headers)?;
        if route != Route::Attachment {
            admit(self.world)?;
        }
        match (self.method.as_str(), route) {
            ("GET", Route::Attachment) => media::edge::download(self, headers),
            ("GET", Route::Node("debug_token")) => subscription::debug_token(self),
            ("GET", Route::Node(id)) if id.starts_with("upload:") => management::sessions::describe(self, id),
            ("POST", Route::Edge(app, "uploads")) => management::sessions::begin(self, app),
            ("GET", Route::Node(id)) => self.describe(id),
            ("POST", Route::Node(id)) => self.change(id).await,
            ("DELETE", Route::Node(id)) => {
                management::groups::of_group(self, id, None).unwrap_or_else(|| media::edge::delete(self, id))
            }
            ("GET", Route::Edge(id, "message_history")) => {
                let number = self.world.number(id).ok_or_else(|| GraphError::unknown_number(id))?;
                history::find(self, number)
            }
            ("GET", Route::Edge(id, "events")) => history::list(self, id),
            (method, Route::Edge(id, edge)) if id == self.world.business.waba => self.of_account(method, edge).await,
            (_, Route::Edge(id, edge)) => {
                let outcome = match self.world.number(id) {
                    Some(number) => management::of_number(self, number, edge),
                    None => management::groups::of_group(self, id, Some(edge)),
                };
                outcome.unwrap_or_else(|| Err(self.unknown()))
            }
            _ => Err(self.unknown()),
        }
    }

    async fn of_account(&self, method: &str, edge: &str) -> Outcome {
        match (method, edge) {
            ("GET", "message_templates") => template::edge::list(self),
            ("POST", "message_templates") => template::edge::create(self),
            ("DELETE", "message_templates") => template::edge::delete(self),
            ("GET", "phone_numbers") => number::list(self),
            ("GET", "subscribed_apps") => subscription::list(self),
            ("POST", "subscribed_apps") => subscription::subscribe(self).await,
            ("DELETE", "subscribed_apps") => subscription::unsubscribe(self),
            _ => Err(self.unknown()),
        }
    }

    fn describe(&self, id: &str) -> Outcome {
        if id == self.world.business.waba {
            return account::describe(self);
        }
        if let Some(index) = self.world.number(id) {
            return number::describe(self, index);
        }
        let group = management::groups::of_group(self, id, None);
        let found = group.or_else(|| template::edge::describe(self, id));
        found.unwrap_or_else(|| media::edge::describe(self, id))
    }

    async fn change(&self, id: &str) -> Outcome {
        if id == self.world.business.waba {
            return account::change(self);
        }
        if let Some(index) = self.world.number(id) {
            return number::change(self, index).await;
        }
        let group = management::groups::of_group(self, id, None);
        group.or_else(|| template::edge::edit(self, id)).unwrap_or_else(|| Err(GraphError::no_node(id)))
    }

    fn unknown(&self) -> GraphError {
        GraphError::unknown_path(self.method, self.path)
    }
}

/// Checks the bearer token.
///
/// # Errors
/// 190 when it is absent or wrong.
pub(crate) fn authorise(world: &World, headers: &HeaderMap) -> Result<(), GraphError> {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header.and_then(|value| value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("OAuth "))) {
        Some(token) if token == world.token => Ok(()),
        _ => Err(GraphError::no_token()),
    }
}

/// Counts a call of the app. Files come from another service, whose calls do not count.
///
/// # Errors
/// 4 when the calls of the hour are used up.
pub(crate) fn admit(world: &World) -> Result<(), GraphError> {
    let http429 = world.faults.read().http429;
    let is_within = world.app_calls.lock().admit(world.clock.now_us());
    if is_within { Ok(()) } else { Err(GraphError::app_rate(http429)) }
}

/// Tells the outcome of a call after the latency that Meta would have.
pub(crate) async fn told(world: &World, outcome: Outcome) -> Response<Full<Bytes>> {
    let call = world.next_call();
    let latency = millis(&mut dice(world.seed, Dice::Call, call), *world.latency.read());
    tokio::time::sleep(Duration::from_millis(latency.into())).await;
    let trace = format!("C{:016x}", mix(mix(world.seed, Dice::Call as u64), call));
    world.stamped(outcome.unwrap_or_else(|error| answer::refused(&error, &trace)), &trace)
}
