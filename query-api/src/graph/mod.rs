//! The drop-in Graph API: the routes, bodies and answers of Meta's, under `/graph/{version}/…`, so that a client library of the
//! Cloud API needs another base URL and a key of ours as its token, and nothing else.
//!
//! What is sent goes the way of every message: it is checked, queued, paced and tried again. The id in the answer is a handle: Meta
//! has given none yet. It names the message in `GET /v1/messages/{id}` and stays valid; Meta's own id follows in statuses.

pub(crate) mod accounts;
pub(crate) mod allowance;
pub(crate) mod error;
mod form;
pub(crate) mod groups;
pub(crate) mod histories;
mod managed;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod numbers;
mod plain_numbers;
pub(crate) mod receipts;
mod rules;
pub(crate) mod sessions;
pub(crate) mod templates;
