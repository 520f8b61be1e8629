//! What a tenant sends from and with: senders and templates.

use http::StatusCode;
use posthaste_management::template::schema;
use posthaste_model::category::AUTHENTICATION;
use posthaste_model::{Millis, TemplateMessage};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_catalog;
use serde_json::{Value, json};

use crate::State;
use crate::fields::Faults;
use crate::graph::templates::components;
use crate::page::{self, Page};
use crate::problem::{Code, Problem};
use crate::request::{Answer, Request, json};
use crate::template::{self, Columns, Wants};

/// A template that can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approved {
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub(crate) category: String,
    /// How many parameters its body has.
    pub(crate) parameters: usize,
    /// What it wants of a message, where that is known.
    pub(crate) wants: Option<Wants>,
}

impl Approved {
    fn new(category: &str, parameters: usize, parameter_format: &str, components: &str) -> Self {
        let wants = match serde_json::from_str(components) {
            Ok(Value::Array(list)) if !list.is_empty() => {
                Some(Wants::of(&Value::Array(list), category, parameter_format))
            }
            // Meta writes templates for passwords, so that they are alike.
            _ if category.eq_ignore_ascii_case(AUTHENTICATION) && parameters == 1 => Some(Wants::of_code()),
            _ => None,
        };
        Self { category: category.to_owned(), parameters, wants }
    }

    /// Checks the parameters of a message. Gives its components where the parameters of its body cannot stand as they are, and
    /// none where the message needs no change.
    pub(crate) fn fill(&self, message: &TemplateMessage) -> Result<Vec<Value>, Problem> {
        let faults = Faults::default();
        let filled = match &self.wants {
            Some(wants) if message.components.is_empty() => template::of_params(wants, &message.body, &faults),
            Some(wants) => {
                template::check(wants, &message.components, "/template/components", &faults);
                None
            }
            None => {
                template::count(self.parameters, message, &faults);
                None
            }
        };
        faults.check()?;
        Ok(filled.unwrap_or_default())
    }

    /// What the recipients of a campaign bring, with a header that is the same for all of them or without. The fault is the
    /// component that cannot be filled, and why.
    pub(crate) fn columns(&self, header: Option<&Value>) -> Result<Columns, (String, &'static str)> {
        match &self.wants {
            Some(wants) => wants.columns_with(header),
            None => Ok(Columns { columns: template::numbered(self.parameters), slots: None }),
        }
    }
}

/// Checks that the sender is the tenant's and that its account has this template, in this language, approved.
pub(crate) async fn approved_template(
    tx: &Tx,
    sender_id: &str,
    name: &str,
    language: &str,
) -> Result<Approved, Problem> {
    let found = api_catalog::template_languages().bind(&**tx, &language, &name, &sender_id).all().await?;
    if found.is_empty() {
        return Err(sender_unknown(sender_id));
    }
    let languages: Vec<_> = found.iter().filter_map(|template| template.language.as_deref()).collect();
    if languages.is_empty() {
        let detail = format!("the account of sender {sender_id} has no template \"{name}\"");
        return Err(Problem::at(Code::TemplateUnknown, "/template/name", detail));
    }
    let Some(template) = found.iter().find(|template| template.language.as_deref() == Some(language)) else {
        let detail = format!("template \"{name}\" exists in {}, not in \"{language}\"", languages.join(", "));
        return Err(Problem::at(Code::TemplateLanguageUnknown, "/template/language", detail));
    };
    let status = template.status.as_deref().unwrap_or_default();
    if status != "approved" {
        let reason = template.status_reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let detail = format!("template \"{name}\" in {language} is {status}{reason}");
        return Err(Problem::at(Code::TemplateNotApproved, "/template", detail));
    }
    let parameters = usize::try_from(template.parameter_count.unwrap_or_default()).map_err(Problem::internal)?;
    let [category, format, components] = [&template.category, &template.parameter_format, &template.components]
        .map(|text| text.as_deref().unwrap_or_default());
    Ok(Approved::new(category, parameters, format, components))
}

/// The channel that a sender is of.
pub(crate) async fn sender_channel(tx: &Tx, sender_id: &str) -> Result<String, Problem> {
    let found = api_catalog::channel_of().bind(&**tx, &sender_id).opt().await?;
    found.ok_or_else(|| sender_unknown(sender_id))
}

fn sender_unknown(sender_id: &str) -> Problem {
    Problem::at(Code::SenderUnknown, "/sender_id", format!("there is no sender {sender_id}"))
}

/// `GET /v1/senders`
pub(crate) async fn senders(state: &State, request: Request) -> Answer {
    let page = Page::of(&request)?;
    let [after] = page.after_texts()?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_catalog::list_senders().bind(&*tx, &after, &page.fetch()).all().await?;
    tx.rollback().await?;
    let body = page.body(
        &rows,
        |row| page::cursor(&[&row.sender_id]),
        |row| {
            json!({
                "id": row.sender_id,
                "channel": row.channel,
                "waba_id": row.waba_id,
                "display_number": row.display_number,
                "limit_per_second": row.limit_per_second,
                "portfolio_id": row.portfolio_id,
                "messaging_limit": row.messaging_limit,
                "people_counted": row.used,
                "used_up_until": row.used_up_until_ms.map(Millis),
                "blocked": row.blocked_reason.as_ref().map(|reason| {
                    json!({ "reason": reason, "until": row.blocked_until_ms.map(Millis) })
                }),
                "restrictions": restrictions(row.restrictions.as_deref()),
                "quality_event": row.quality_event,
                "created_at": Millis(row.created_at_ms),
            })
        },
    );
    Ok(json(StatusCode::OK, &body))
}

/// What an account may not send, as the query writes it, with times as the API does.
fn restrictions(text: Option<&str>) -> Value {
    let list: Vec<Value> = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let shown = |own: &Value| {
        let until = own["until"].as_i64().map(Millis);
        json!({ "what": own["what"], "reason": own["reason"], "until": until })
    };
    list.iter().map(shown).collect()
}

/// `GET /v1/templates`
pub(crate) async fn templates(state: &State, request: Request) -> Answer {
    let page = Page::of(&request)?;
    let [name, language, waba_id] = page.after_texts()?;
    let tx = state.pool.tenant_tx(request.caller.tenant_id).await?;
    let rows = api_catalog::list_templates().bind(&*tx, &name, &language, &waba_id, &page.fetch()).all().await?;
    tx.rollback().await?;
    let body = page.body(
        &rows,
        |row| page::cursor(&[&row.name, &row.language, &row.waba_id]),
        |row| {
            let components = components(&row.components, &row.body);
            let parameters = schema(&components, &row.category);
            let of_body =
                parameters.iter().filter(|own| own["component"] == "body" && own.get("card").is_none()).count();
            json!({
                "id": row.template_id,
                "name": row.name,
                "language": row.language,
                "waba_id": row.waba_id,
                "status": row.status,
                "status_reason": row.status_reason,
                "category": row.category,
                "quality": row.quality,
                "body": row.body,
                "parameter_count": of_body,
                "parameter_format": row.parameter_format,
                "message_send_ttl_seconds": row.ttl_seconds,
                "parameters": parameters,
                "components": components,
                "created_at": Millis(row.created_at_ms),
            })
        },
    );
    Ok(json(StatusCode::OK, &body))
}
