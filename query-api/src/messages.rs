//! Single messages: accept one, and ([`stored`]) tell what became of it.

pub(crate) mod stored;

use http::{HeaderName, HeaderValue, StatusCode};
use posthaste_core::window;
use posthaste_model::category::AUTHENTICATION;
use posthaste_model::whatsapp::outgoing::{self, TYPES};
use posthaste_model::{
    CALLBACK_DATA_MAX, Channel, Class, Contact, FreeForm, Intent, IntentId, Message, Millis, SenderAction, SenderId,
    Status, TemplateMessage, TenantId, TextMessage, UnknownPolicy, Wamid, group,
};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_messages;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::State;
use crate::auth::Caller;
use crate::campaigns::{IDENTIFIER_MAX, TTL_RANGE_S};
use crate::catalog;
use crate::commands::{Idempotency, SubmitError, SubmitIntent, Submitted};
use crate::contact;
use crate::fields::{Faults, Object};
use crate::graph::receipts::LIFE_MS;
use crate::idempotency::{self, Key, Stored};
use crate::marketing;
use crate::messenger;
use crate::opt_outs;
use crate::problem::{Code, FieldError, Problem};
use crate::request::{Answer, Request, now, parse_json, text, with_location};

/// Longest id of Meta's.
pub(crate) const WAMID_MAX: usize = 256;
/// Time that a message may wait, in seconds, where the caller does not say.
pub(crate) const TTL_DEFAULT_S: i32 = 86_400;
/// The same for a one-time password, which nobody can use later.
const TTL_OTP_DEFAULT_S: i32 = 600;
/// When to try again after the store or the log was away, in seconds.
const QUEUE_RETRY_AFTER_S: u64 = 5;

/// What a request asks for, once its body has been checked.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The number to send from.
    pub(crate) sender_id: String,
    /// To whom.
    pub(crate) contact: Contact,
    /// Lane class.
    pub(crate) class: Class,
    /// What.
    pub(crate) message: Message,
    /// The caller's own text, given back with every event.
    pub(crate) callback_data: Option<Box<str>>,
    /// What happens when its fate stays unknown.
    pub(crate) unknown_policy: UnknownPolicy,
    /// Seconds that it may wait.
    pub(crate) ttl_seconds: i32,
}

/// `POST /v1/messages`
pub(crate) async fn submit(state: &State, mut request: Request) -> Answer {
    request.query.only(&[])?;
    request.content_type(&["application/json"])?;
    let bytes = request.bytes(state.config.body_bytes_max).await?;
    let key = Key::of(&request, &bytes)?;
    let wanted = Wanted::read(&parse_json(&bytes)?)?;
    let answer = |id: IntentId| json!({ "id": id, "status": Status::Queued });
    accept(state, request.caller, wanted, key, StatusCode::ACCEPTED, answer).await
}

/// Checks what only the store knows, and takes the message into the pipeline. The answer is kept with its key.
pub(crate) async fn accept(
    state: &State,
    caller: Caller,
    wanted: Wanted,
    key: Key,
    status: StatusCode,
    answer: impl FnOnce(IntentId) -> Value,
) -> Answer {
    let enforced = state.config.enforce_service_window;
    let questions = async |tx: &Tx| tokio::join!(key.found(tx), wanted.check(tx, enforced));
    let (tx, (found, checked)) = state.pool.tenant_questions(caller.tenant_id, questions).await?;
    if let Some(stored) = found? {
        tx.commit().await?;
        return Ok(stored.into_response());
    }
    let checked = checked?;
    tx.commit().await?;
    let id = IntentId(Uuid::now_v7());
    let body = answer(id).to_string();
    let intent = wanted.into_intent(id, caller.tenant_id, checked);
    hand_over(state, &caller, intent, key, (status, body)).await
}

/// Takes an intent into the pipeline. The answer is kept with its key, and given once the intent is durable.
pub(crate) async fn hand_over(
    state: &State,
    caller: &Caller,
    intent: Intent,
    key: Key,
    (status, body): (StatusCode, String),
) -> Answer {
    let id = intent.intent_id;
    let Key { key, fingerprint } = key;
    let idempotency = Idempotency { key, fingerprint, status: status.as_u16(), body: body.clone() };
    let command = SubmitIntent { intent, backlog_max: caller.backlog_max, idempotency };
    match state.commands.submit(command).await {
        Ok(Submitted::New) => Ok(with_location(text(status, "application/json", body), &format!("/v1/messages/{id}"))),
        Ok(Submitted::Replayed { status, body }) => Ok(Stored { status, body }.into_response()),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: SubmitError) -> Problem {
    match error {
        SubmitError::KeyReused => idempotency::reused(),
        SubmitError::Unavailable => {
            Problem::new(Code::QueueUnavailable, "the message was not accepted").retry_after(QUEUE_RETRY_AFTER_S)
        }
        SubmitError::Backlog { retry_after_s, limit } => {
            let detail = format!("{limit} messages of yours are waiting already (limit \"backlog\")");
            let mut problem = Problem::new(Code::BacklogFull, detail).retry_after(retry_after_s);
            // draft-ietf-httpapi-ratelimit-headers-10
            for (name, value) in [
                ("ratelimit-policy", format!("\"backlog\";q={limit}")),
                ("ratelimit", format!("\"backlog\";r=0;t={retry_after_s}")),
            ] {
                let value = HeaderValue::from_str(&value).expect("digits and punctuation are fit for a header");
                problem.headers.push((HeaderName::from_static(name), value));
            }
            problem
        }
    }
}

impl Wanted {
    fn into_intent(self, intent_id: IntentId, tenant_id: TenantId, checked: Checked) -> Intent {
        let accepted_at = now();
        let expires_at = accepted_at.plus(i64::from(self.ttl_seconds) * 1000);
        Intent {
            intent_id,
            tenant_id,
            sender_id: SenderId::new(self.sender_id),
            contact: self.contact,
            class: self.class,
            campaign: None,
            message: fitted(self.message, checked.category, checked.components),
            callback_data: self.callback_data,
            unknown_policy: self.unknown_policy,
            accepted_at,
            // What waits longer than the window is open is not sent any more.
            expires_at: checked.window_ends.map_or(expires_at, |ends| ends.min(expires_at)),
        }
    }

    fn read(body: &Value) -> Result<Self, Problem> {
        let faults = Faults::default();
        let wanted = Self::collect(body, &faults);
        faults.check()?;
        wanted.ok_or_else(|| faults.problem())
    }

    fn collect(body: &Value, faults: &Faults) -> Option<Self> {
        let object = faults.object(body)?;
        let known =
            ["sender_id", "to", "template", "class", "unknown_policy", "ttl_seconds", "reply_to", "callback_data"];
        object.only(
            &[&known[..], &contact::OTHER_MEMBERS, &types()]
                .concat()
                .into_iter()
                .chain(messenger::types())
                .collect::<Vec<_>>(),
        );
        let sender_id = object.text("sender_id", 1..=IDENTIFIER_MAX);
        let contact = if messenger::is_wanted(&object) {
            messenger::addressee(&object, faults)
        } else {
            contact::addressee(&object, faults)
        };
        let class = object.choice_or(
            "class",
            Class::Transactional,
            |text| Class::parse(text).filter(|class| matches!(class, Class::Otp | Class::Transactional)),
            "otp or transactional",
        );
        let otp = class == Some(Class::Otp);
        // A password that comes twice does no harm; one that never comes does.
        let policy = if otp { UnknownPolicy::AtLeastOnce } else { UnknownPolicy::AtMostOnce };
        let policy = object.choice_or("unknown_policy", policy, UnknownPolicy::parse, "at_most_once or at_least_once");
        let ttl = if otp { TTL_OTP_DEFAULT_S } else { TTL_DEFAULT_S };
        let ttl = object.number_or("ttl_seconds", ttl, TTL_RANGE_S);
        let message = message(&object, faults);
        let callback_data = callback_data(&object, "callback_data");
        let wanted = Self {
            sender_id: sender_id?.to_owned(),
            contact: contact?,
            class: class?,
            message: message?,
            callback_data,
            unknown_policy: policy?,
            ttl_seconds: ttl?,
        };
        if let Some(detail) = group::mismatch(&wanted.contact, &wanted.message) {
            faults.push(contact::pointer(&wanted.contact), Code::TypeUnsupported, detail);
            return None;
        }
        Some(wanted.short_lived())
    }

    /// What is no message leaves when messages let it, and is soon of no use; saying it twice changes nothing.
    fn short_lived(self) -> Self {
        let Message::Action(action) = &self.message else { return self };
        let life_ms = if action.is_typing() { SenderAction::TYPING_MS } else { LIFE_MS };
        let life_s = i32::try_from(life_ms / 1_000).unwrap_or(self.ttl_seconds);
        Self {
            class: Class::Receipt,
            unknown_policy: UnknownPolicy::AtLeastOnce,
            ttl_seconds: self.ttl_seconds.min(life_s),
            ..self
        }
    }

    /// What only the store knows: sender, template, opt-out, service window.
    async fn check(&self, tx: &Tx, window_enforced: bool) -> Result<Checked, Problem> {
        self.check_bid()?;
        let contacts = [self.contact.as_str()];
        let (fit, noted, window) = tokio::join!(
            self.check_catalog(tx),
            opt_outs::noted(tx, &contacts),
            self.check_window(tx, window_enforced)
        );
        let (category, components) = fit?;
        let is_password = category.as_ref().is_some_and(|category| category.eq_ignore_ascii_case(AUTHENTICATION));
        if is_password && !contact::takes_passwords(&self.contact) {
            let detail = "a template of category AUTHENTICATION is delivered to phone numbers alone (Meta's error 131062): \
                          write the number in to";
            return Err(fault(self.addressed_by(), Code::NumberRequired, detail.to_owned()));
        }
        let is_message = !self.message.is_receipt();
        if is_message && noted?.iter().any(|row| opt_outs::concerns(&row.scope, category.as_deref())) {
            return Err(fault(self.addressed_by(), Code::OptedOut, format!("{} has opted out", self.contact)));
        }
        Ok(Checked { category, components, window_ends: window? })
    }

    /// Meta: 131062, a bid for whom no phone number is named.
    fn check_bid(&self) -> Result<(), Problem> {
        let options = self.message.template().and_then(|template| template.marketing.as_ref());
        if options.is_none_or(|options| options.bid_spec.is_none()) || self.contact.as_str().starts_with('+') {
            return Ok(());
        }
        let detail = "a bid is possible for phone numbers alone: write the number in to, or leave bid_spec out";
        Err(fault(self.addressed_by(), Code::UserIdForbidden, detail.to_owned()))
    }

    /// The member that names the person.
    fn addressed_by(&self) -> &'static str {
        if self.message.channel() == Channel::Whatsapp { contact::pointer(&self.contact) } else { "/to" }
    }

    /// What answers a person may be sent for a while after they wrote. Gives the end of that time.
    async fn check_window(&self, tx: &Tx, enforced: bool) -> Result<Option<Millis>, Problem> {
        let Some(allowed_ms) = window::allowed_ms(&self.message).filter(|_| enforced) else { return Ok(None) };
        let (sender, contact) = (self.sender_id.as_str(), self.contact.as_str());
        let last = api_messages::last_inbound().bind(&**tx, &contact, &sender).opt().await?.map(Millis);
        let ends = last.map(|last| last.plus(allowed_ms));
        if ends.is_some_and(|ends| ends > now()) {
            return Ok(ends);
        }
        let when = last.map_or("never wrote".to_owned(), |last| format!("wrote last at {last}"));
        let hours = allowed_ms / 3_600_000;
        let beyond = match self.message.channel() {
            Channel::Whatsapp => "Meta delivers templates alone",
            Channel::Messenger | Channel::Instagram => "Meta delivers nothing that this is",
        };
        let detail = format!("{contact} {when} to this sender; outside the {hours} hours after that {beyond}");
        Err(fault(self.addressed_by(), Code::WindowClosed, detail))
    }

    /// Numbers send what WhatsApp takes, pages and Instagram accounts what their channel takes.
    async fn check_channel(&self, tx: &Tx) -> Result<(), Problem> {
        let (own, wanted) = (catalog::sender_channel(tx, &self.sender_id).await?, self.message.channel());
        if own == wanted.as_str() {
            return Ok(());
        }
        let detail = format!("sender {} is of {own}, and the message of {}", self.sender_id, wanted.as_str());
        Err(fault("/sender_id", Code::FieldInvalid, detail))
    }

    /// The category of its template, and its components where they are not as the caller wrote them.
    async fn check_catalog(&self, tx: &Tx) -> Result<(Option<String>, Vec<Value>), Problem> {
        match &self.message {
            Message::Template(template) => {
                let approved =
                    catalog::approved_template(tx, &self.sender_id, &template.name, &template.language).await?;
                marketing::check(template.marketing.is_some(), &template.name, &approved)?;
                let components = approved.fill(template)?;
                Ok((Some(approved.category), components))
            }
            Message::Text(_) | Message::FreeForm(_) | Message::Receipt(_) | Message::Action(_) => {
                self.check_channel(tx).await?;
                Ok((None, Vec::new()))
            }
        }
    }
}

/// What the store has said of a message that may be sent.
#[derive(Debug)]
struct Checked {
    /// Category of its template.
    category: Option<String>,
    /// Its components, where the parameters of its body cannot stand as they are.
    components: Vec<Value>,
    /// When Meta would not deliver it any more.
    window_ends: Option<Millis>,
}

fn fault(pointer: &str, code: Code, detail: String) -> Problem {
    Problem::validation(vec![FieldError { pointer: pointer.to_owned(), code: code.as_str(), detail }])
}

/// The message with the category that its template has now, and with these components if there are any.
fn fitted(message: Message, category: Option<String>, components: Vec<Value>) -> Message {
    match message {
        Message::Template(template) if components.is_empty() => {
            Message::Template(TemplateMessage { category, ..template })
        }
        Message::Template(template) => {
            Message::Template(TemplateMessage { category, body: Vec::new(), components, ..template })
        }
        other => other,
    }
}

/// The caller's own text; an empty one is none.
pub(crate) fn callback_data(object: &Object<'_, '_>, field: &str) -> Option<Box<str>> {
    object.optional_text(field, 0..=CALLBACK_DATA_MAX).filter(|text| !text.is_empty()).map(Box::from)
}

/// Members that hold what is sent on WhatsApp, beside `template`.
pub(crate) fn types() -> Vec<&'static str> {
    TYPES.iter().map(|(name, _)| *name).collect()
}

fn message(object: &Object<'_, '_>, faults: &Faults) -> Option<Message> {
    let all = types().into_iter().chain(messenger::types()).chain(["template"]);
    let there: Vec<&str> = all.filter(|name| object.has(name)).collect();
    let reply_to = object.optional_text("reply_to", 1..=WAMID_MAX).map(Wamid::new);
    match there[..] {
        ["template"] => template(object, reply_to, faults),
        [channel] if messenger::types().any(|name| name == channel) => messenger::message(channel, object, faults),
        [kind] => free_form(kind, object, reply_to, faults),
        [] => {
            let all = types().into_iter().chain(messenger::types()).collect::<Vec<_>>().join(", ");
            faults.push("", Code::FieldMissing, format!("write template, or one of {all}"));
            None
        }
        _ => {
            faults.push("", Code::FieldInvalid, format!("{} are there: write one of them", there.join(" and ")));
            None
        }
    }
}

/// Whatever Meta sends within the 24-hour window, checked by the table of its type.
pub(crate) fn free_form(
    kind: &str,
    object: &Object<'_, '_>,
    reply_to: Option<Wamid>,
    faults: &Faults,
) -> Option<Message> {
    let value = object.value(kind)?;
    let wrong = outgoing::check(kind, value, &format!("/{kind}"));
    if !wrong.is_empty() {
        note(wrong, faults);
        return None;
    }
    if kind == "text" {
        let body = value["body"].as_str()?.to_owned();
        return Some(Message::Text(TextMessage { body, preview_url: value["preview_url"] == true, reply_to }));
    }
    Some(Message::FreeForm(FreeForm { kind: kind.to_owned(), object: value.clone(), reply_to }))
}

fn template(object: &Object<'_, '_>, reply_to: Option<Wamid>, faults: &Faults) -> Option<Message> {
    let object = object.object("template", "an object with name, language and params or components")?;
    object.only(&["name", "language", "params", "components", "marketing"]);
    let name = object.text("name", 1..=IDENTIFIER_MAX);
    let language = object.text("language", 1..=IDENTIFIER_MAX);
    let params = object.texts("params", false);
    let marketing = marketing::optional(&object);
    let components = if object.has("components") { object.value("components") } else { None };
    if let Some(components) = components {
        let mut wrong = Vec::new();
        outgoing::COMPONENTS.check(components, "/template/components", &mut wrong);
        if object.has("params") {
            let detail = "params and components are there: write one of them";
            faults.push("/template/params", Code::FieldInvalid, detail);
            return None;
        }
        if !wrong.is_empty() {
            note(wrong, faults);
            return None;
        }
    }
    Some(Message::Template(TemplateMessage {
        name: name?.to_owned(),
        language: language?.to_owned(),
        category: None,
        body: params?.into_iter().map(str::to_owned).collect(),
        components: components.and_then(Value::as_array).cloned().unwrap_or_default(),
        reply_to,
        marketing: marketing?,
    }))
}

/// Notes what the tables have found.
pub(crate) fn note(wrong: Vec<outgoing::Fault>, faults: &Faults) {
    for fault in wrong {
        let code = if fault.code == "missing" { Code::FieldMissing } else { Code::FieldInvalid };
        faults.push(fault.pointer, code, fault.detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_a_template_or_a_text_and_its_faults_are_named_together() {
        let fault = |body: Value| {
            let problem = Wanted::read(&body).expect_err("a fault");
            problem.errors.into_iter().map(|error| (error.pointer, error.code)).collect::<Vec<_>>()
        };
        let text = json!({ "body": "hello" });
        let template = json!({ "name": "t", "language": "en_US" });
        assert_eq!(
            fault(json!({ "to": "1631", "text": text, "template": template, "class": "campaign", "ttl_seconds": 1 })),
            [
                ("/sender_id".to_owned(), "field_missing"),
                ("/to".to_owned(), "number_without_country_code"),
                ("/class".to_owned(), "field_invalid"),
                ("/ttl_seconds".to_owned(), "field_invalid"),
                (String::new(), "field_invalid"),
            ]
        );
        let wanted = Wanted::read(&json!({ "sender_id": "1", "to": "+16315550101", "text": text, "class": "otp" }))
            .expect("good");
        assert_eq!((wanted.ttl_seconds, wanted.unknown_policy), (TTL_OTP_DEFAULT_S, UnknownPolicy::AtLeastOnce));
    }
}
