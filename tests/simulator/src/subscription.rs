//! The app's subscription to the account, and callbacks that stand in for the app's (Meta: webhooks/override).

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use http::Uri;
use serde::Deserialize;
use serde_json::json;

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::options::callback_uri;
use crate::page::PageChannel;

/// Id of the app that the simulator's token belongs to.
pub(crate) const APP: &str = "634974688087057";

/// Longest address of a callback, in characters (Meta: webhooks/override).
const CALLBACK_CHARS: usize = 200;

/// Fields that follow an override; all others go to the app's callback (Meta: webhooks/override).
const FOLLOWING: [&str; 13] = [
    "messages",
    "message_echoes",
    "calls",
    "consumer_profile",
    "messaging_handovers",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "account_settings_update",
];

/// Whether changes of a field follow an override.
pub(crate) fn follows(field: &str) -> bool {
    FOLLOWING.contains(&field)
}

/// Whose callback is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    App,
    Account,
    Number(u16),
    /// Pages of a channel: their webhooks have an object of their own, and go to the app.
    Pages(PageChannel),
}

/// Callbacks that stand in for the app's.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    account: Option<Uri>,
    numbers: HashMap<u16, Uri>,
}

impl Overrides {
    pub(crate) fn is_empty(&self) -> bool {
        self.account.is_none() && self.numbers.is_empty()
    }

    /// The callback of a place itself; the app's is not here.
    pub(crate) fn of(&self, place: Place) -> Option<&Uri> {
        match place {
            Place::App | Place::Pages(_) => None,
            Place::Account => self.account.as_ref(),
            Place::Number(index) => self.numbers.get(&index),
        }
    }

    /// The callback for updates of a place: its own, the account's, or none of these.
    pub(crate) fn effective(&self, place: Place) -> Option<&Uri> {
        match place {
            Place::App | Place::Pages(_) => None,
            place => self.of(place).or(self.account.as_ref()),
        }
    }

    fn set(&mut self, place: Place, uri: Option<Uri>) {
        match (place, uri) {
            (Place::App | Place::Pages(_), _) => {}
            (Place::Account, uri) => self.account = uri,
            (Place::Number(index), Some(uri)) => {
                self.numbers.insert(index, uri);
            }
            (Place::Number(index), None) => {
                self.numbers.remove(&index);
            }
        }
    }
}

/// An order to send updates elsewhere.
#[derive(Debug, Deserialize)]
pub(crate) struct Override {
    override_callback_uri: String,
    #[serde(default)]
    verify_token: String,
}

impl Override {
    /// Verifies the callback and sets it; an empty one is removed.
    ///
    /// # Errors
    /// 100 when the app is not subscribed or the address is no callback's, 2200 when the callback does not verify.
    pub(crate) async fn apply(self, call: &Call<'_>, place: Place) -> Result<(), GraphError> {
        let world = call.world;
        if self.override_callback_uri.is_empty() {
            world.overrides.write().set(place, None);
            return Ok(());
        }
        if !world.is_subscribed.load(Ordering::Relaxed) {
            return Err(GraphError::parameter(
                "Before override the current callback uri, your app must be subscribed.",
            ));
        }
        if self.override_callback_uri.chars().count() > CALLBACK_CHARS {
            return Err(GraphError::parameter(format!("override_callback_uri: at most {CALLBACK_CHARS} characters.")));
        }
        let uri = callback_uri(&self.override_callback_uri)
            .map_err(|reason| GraphError::parameter(format!("override_callback_uri: {reason}")))?;
        let verified = call.poster.verify_once(&uri, &self.verify_token, world.seed).await;
        verified.map_err(|error| GraphError::callback(error.to_string()))?;
        world.overrides.write().set(place, Some(uri));
        Ok(())
    }
}

/// `GET /{waba}/subscribed_apps`.
pub(crate) fn list(call: &Call<'_>) -> Outcome {
    if !call.world.is_subscribed.load(Ordering::Relaxed) {
        return Ok(answer::ok(&json!({ "data": [] })));
    }
    let link = format!("https://www.facebook.com/games/?app_id={APP}");
    let mut app = json!({ "whatsapp_business_api_data": { "id": APP, "link": link, "name": "Simulated App" } });
    if let Some(uri) = call.world.overrides.read().of(Place::Account) {
        app["override_callback_uri"] = uri.to_string().into();
    }
    Ok(answer::ok(&json!({ "data": [app] })))
}

/// `POST /{waba}/subscribed_apps`: subscribes the app; without a body the account's own callback is removed.
///
/// # Errors
/// As [`Override::apply`].
pub(crate) async fn subscribe(call: &Call<'_>) -> Outcome {
    let wrong = |error| GraphError::parameter(format!("The body names no callback: {error}"));
    match call.body.trim_ascii() {
        b"" | b"{}" => {
            call.world.is_subscribed.store(true, Ordering::Relaxed);
            call.world.overrides.write().set(Place::Account, None);
        }
        body => serde_json::from_slice::<Override>(body).map_err(wrong)?.apply(call, Place::Account).await?,
    }
    Ok(answer::ok(&json!({ "success": true })))
}

/// `DELETE /{waba}/subscribed_apps`: no webhooks from now on.
pub(crate) fn unsubscribe(call: &Call<'_>) -> Outcome {
    call.world.is_subscribed.store(false, Ordering::Relaxed);
    call.world.overrides.write().set(Place::Account, None);
    Ok(answer::ok(&json!({ "success": true })))
}

/// `GET /debug_token?input_token=…` (Meta: graph-api/reference/debug_token).
///
/// # Errors
/// 100 when no token is given.
pub(crate) fn debug_token(call: &Call<'_>) -> Outcome {
    let token = call.query.get("input_token");
    let token = token.ok_or_else(|| GraphError::parameter("The parameter input_token is required."))?;
    if token != call.world.token {
        let error = json!({ "code": 190, "message": "Invalid OAuth access token." });
        return Ok(answer::ok(&json!({ "data": { "error": error, "is_valid": false, "scopes": [] } })));
    }
    let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
    let granted = scopes.map(|scope| json!({ "scope": scope, "target_ids": [call.world.business.waba] }));
    Ok(answer::ok(&json!({ "data": {
        "app_id": APP,
        "type": "SYSTEM_USER",
        "application": "Simulated App",
        "is_valid": true,
        "expires_at": 0,
        "scopes": scopes,
        "granular_scopes": granted,
    } })))
}
