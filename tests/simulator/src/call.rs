//! Every request of the Graph API but sends: who may make it, and what it is about.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, header};
use http_body_util::Full;

use crate::account;
use crate::answer::{self, Outcome};
use crate::error::GraphError;
use crate::media;
use crate::query::Query;
use crate::route::Route;
use crate::script::{Dice, dice, millis, mix};
use crate::template;
use crate::world::World;

/// A call whose body has been read.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) world: &'a Arc<World>,
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
        match (self.method.as_str(), route) {
            ("GET", Route::Attachment) => media::edge::download(self),
            ("GET", Route::Node(id)) => self.describe(id),
            ("POST", Route::Node(id)) => self.change(id),
            ("DELETE", Route::Node(id)) => media::edge::delete(self, id),
            (method, Route::Edge(id, edge)) if id == self.world.business.waba => self.of_account(method, edge),
            _ => Err(self.unknown()),
        }
    }

    fn of_account(&self, method: &str, edge: &str) -> Outcome {
        match (method, edge) {
            ("GET", "message_templates") => template::edge::list(self),
            ("POST", "message_templates") => template::edge::create(self),
            ("DELETE", "message_templates") => template::edge::delete(self),
            _ => Err(self.unknown()),
        }
    }

    fn describe(&self, id: &str) -> Outcome {
        template::edge::describe(self, id).unwrap_or_else(|| media::edge::describe(self, id))
    }

    fn change(&self, id: &str) -> Outcome {
        if id == self.world.business.waba {
            return account::change(self);
        }
        template::edge::edit(self, id).unwrap_or_else(|| Err(GraphError::no_node(id)))
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
    match header.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(token) if token == world.token => Ok(()),
        _ => Err(GraphError::no_token()),
    }
}

/// Tells the outcome of a call after the latency that Meta would have.
pub(crate) async fn told(world: &World, outcome: Outcome) -> Response<Full<Bytes>> {
    let call = world.next_call();
    let latency = millis(&mut dice(world.seed, Dice::Call, call), world.latency);
    tokio::time::sleep(Duration::from_millis(latency.into())).await;
    let trace = format!("C{:016x}", mix(mix(world.seed, Dice::Call as u64), call));
    let usage = world.faults.read().app_usage;
    answer::stamped(outcome.unwrap_or_else(|error| answer::refused(&error, &trace)), &trace, usage)
}
