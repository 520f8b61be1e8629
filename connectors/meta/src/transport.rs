//! Connections to Meta: what every client of it shares.

use std::error::Error as StdError;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Uri};
use hyper::body::Body;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::client::{Access, GraphOptions, GraphOptionsError};

/// Longest time to open a connection. Failing here, before any byte of the request has left, keeps the message safe to
/// send again; the time-out of the whole exchange does not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept: shorter than the minute or so after which servers close theirs, since a request
/// that meets a closing connection may have an unknown outcome.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// A pooled HTTP/1.1 client; opens no connection yet.
pub(crate) fn pooled<B>(connections_max: usize) -> Client<HttpsConnector<HttpConnector>, B>
where
    B: Body<Data = Bytes> + Send,
{
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(CONNECT_TIMEOUT));
    let https = hyper_rustls::HttpsConnectorBuilder::new()
        .with_webpki_roots()
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(connections_max)
        // Repeats a request only when hyper hands it back unwritten, as when a pooled connection was found closed.
        .retry_canceled_requests(true)
        .build(https)
}

/// Where the API is, and in which version it is asked where a tenant has none of its own.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// The base as a URL.
    pub(crate) uri: Uri,
    /// `https://graph.facebook.com`
    base: String,
    /// `v26.0`
    version: String,
}

impl Root {
    /// What the paths of the API begin with: `https://graph.facebook.com/v26.0`.
    pub(crate) fn prefix(&self, access: Access<'_>) -> Result<String, String> {
        let version = access.version.unwrap_or(&self.version);
        if !is_segment(version) {
            return Err(format!("{version:?} is no version of the Graph API, such as v26.0"));
        }
        Ok(format!("{}/{version}", self.base))
    }
}

/// Reads where the API is.
pub(crate) fn root(options: &GraphOptions) -> Result<Root, GraphOptionsError> {
    let base = options.base_url.trim_end_matches('/');
    let uri = base
        .parse::<Uri>()
        .ok()
        .filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && uri.path() == "/");
    let uri = uri.ok_or_else(|| GraphOptionsError::BaseUrl(options.base_url.clone()))?;
    if !is_segment(&options.version) {
        return Err(GraphOptionsError::Version(options.version.clone()));
    }
    Ok(Root { uri, base: base.to_owned(), version: options.version.clone() })
}

/// The header that carries an access token; never logged.
pub(crate) fn bearer(access_token: &str) -> Result<HeaderValue, String> {
    authorization("Bearer", access_token)
}

/// The same as the Resumable Upload API wants it.
pub(crate) fn oauth(access_token: &str) -> Result<HeaderValue, String> {
    authorization("OAuth", access_token)
}

fn authorization(scheme: &str, access_token: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::try_from(format!("{scheme} {access_token}"))
        .map_err(|_| "the access token holds characters that a header cannot".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether a text can stand as one segment of a path without escaping.
pub(crate) fn is_segment(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'=' | b'+'))
        && !text.bytes().all(|b| b == b'.')
}

/// An error and its causes, outermost first.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
