//! Events of accounts: templates and limits, what Meta tells of people beside their messages, and what the edge tells of webhooks.

use std::collections::BTreeSet;

use async_trait::async_trait;
use posthaste_core::identity;
use posthaste_core::standing::{Restriction, Standing, Stop, standing};
use posthaste_model::phone::from_wa_id;
use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::account::Preference;
use posthaste_model::whatsapp::group::GroupChange;
use posthaste_model::whatsapp::template::{TemplateComponents, parameters};
use posthaste_model::{
    AccountUpdated, Contact, LimitsChanged, MessagingLimit, Millis, SenderId, TemplateChanged, TemplateStatus,
    TenantId, WabaId, WebhooksCounted, group,
};
use posthaste_runtime::accounts::{AccountStore, Outdated};
use posthaste_runtime::store::StoreError;
use posthaste_sql::client::Params;
use posthaste_sql::queries::directory::directory_waba_tenants;
use posthaste_sql::queries::groups::{forget_group, put_groups};
use posthaste_sql::queries::identities::sender_of_account;
use posthaste_sql::queries::portfolio::{
    ApplyStandingParams, apply_messaging_limit, apply_sender_limit, apply_sender_quality, apply_standing,
    note_call_window, note_stops,
};
use posthaste_sql::queries::sender_task::{
    ApplyTemplateBodyParams, ApplyTemplateStatusParams, WriteOptOutsParams, apply_template_body,
    apply_template_category, apply_template_quality, apply_template_status, knows_template, write_opt_outs,
};
use posthaste_sql::queries::webhook_tally::{TallyWebhooksParams, forget_tallies, tally_webhooks};

use crate::pool::Tx;
use crate::store::people::note_people;
use crate::store::{PostgresStore, from_database, from_pool};

impl PostgresStore {
    /// The tenants that hold an account.
    async fn tenants_of(&self, waba: &WabaId) -> Result<Vec<TenantId>, StoreError> {
        let tx = self.tenants_tx(Default::default()).await?;
        let wabas = vec![waba.as_str()];
        let tenants = directory_waba_tenants().bind(&*tx, &wabas).all().await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))?;
        Ok(tenants.into_iter().map(|row| TenantId(row.tenant_id)).collect())
    }

    /// Notes the ids that an update tells of one person, in a transaction of its own: it holds the lock of all people.
    async fn note_person(&self, updated: &AccountUpdated) -> Result<(), StoreError> {
        let Some(told) = identity::of_update(&updated.update, updated.at) else { return Ok(()) };
        let named = updated.sender_id.as_ref().map_or("", |sender| sender.as_str());
        for tenant in self.tenants_of(&updated.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            let found = sender_of_account().bind(&*tx, &tenant.0, &updated.waba_id.as_str(), &named).opt().await;
            if let Some(sender) = found.map_err(|error| from_database(&error))? {
                let told = [(tenant, SenderId::new(sender), told.clone())];
                note_people(&tx, &BTreeSet::new(), &told, &[]).await.map_err(|error| from_database(&error))?;
            }
            tx.commit().await.map_err(|error| from_pool(&error))?;
        }
        Ok(())
    }
}

#[async_trait]
impl AccountStore for PostgresStore {
    async fn apply_template_changed(&self, changed: &TemplateChanged) -> Result<Vec<Outdated>, StoreError> {
        let mut outdated = Vec::new();
        let Some(status) = changed.status else { return Ok(outdated) };
        for tenant in self.tenants_of(&changed.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            let params = ApplyTemplateStatusParams {
                status: status.as_str(),
                reason: changed.reason.as_deref(),
                at_ms: changed.at.0,
                tenant_id: tenant.0,
                waba_id: changed.waba_id.as_str(),
                name: changed.name.as_str(),
                language: changed.language.as_str(),
            };
            let rows = apply_template_status().params(&*tx, &params).await.map_err(|error| from_database(&error))?;
            let template = Named { name: &changed.name, language: changed.language.clone() };
            let is_known = rows > 0 || template.is_known(&tx, tenant, &changed.waba_id).await?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
            // One that is deleted need not be fetched.
            if !is_known && status != TemplateStatus::Deleted {
                outdated.push((tenant, changed.waba_id.clone()));
            }
        }
        Ok(outdated)
    }

    async fn apply_limits_changed(&self, changed: &LimitsChanged) -> Result<(), StoreError> {
        for tenant in self.tenants_of(&changed.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            apply_limits(&tx, tenant, changed).await.map_err(|error| from_database(&error))?;
            tx.commit().await.map_err(|error| from_pool(&error))?;
        }
        Ok(())
    }

    async fn apply_account_updated(&self, updated: &AccountUpdated) -> Result<Vec<Outdated>, StoreError> {
        self.note_person(updated).await?;
        let mut outdated = Vec::new();
        let Some(change) = Change::of(&updated.update) else { return Ok(outdated) };
        let mut unfit = None;
        for tenant in self.tenants_of(&updated.waba_id).await? {
            let tx = self.tenants_tx([tenant].into()).await?;
            let applied = change.apply(&tx, tenant, updated).await;
            match applied.map_err(|error| from_database(&error)) {
                Ok(()) => {
                    if let Some(template) = change.template()
                        && (change.is_partial() || !template.is_known(&tx, tenant, &updated.waba_id).await?)
                    {
                        outdated.push((tenant, updated.waba_id.clone()));
                    }
                    tx.commit().await.map_err(|error| from_pool(&error))?;
                }
                // What one tenant's rows cannot hold, those of the others may.
                Err(error @ StoreError::Unfit(_)) => {
                    tx.rollback().await.map_err(|error| from_pool(&error))?;
                    unfit.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        unfit.map_or(Ok(outdated), Err)
    }

    async fn apply_webhooks_counted(&self, counted: &WebhooksCounted) -> Result<(), StoreError> {
        let outcomes = &counted.outcomes;
        let params = TallyWebhooksParams {
            app: counted.app.as_ref().map_or("", |app| app.as_str()),
            edge: counted.edge.as_str(),
            since_ms: counted.since.0,
            name: counted.name.as_deref(),
            outcomes: outcomes.keys().map(String::as_str).collect::<Vec<_>>(),
            times: outcomes.values().map(|counted| counted.times).collect::<Vec<_>>(),
            at_ms: outcomes.values().map(|counted| counted.at.0).collect::<Vec<_>>(),
        };
        let tx = self.tenants_tx(Default::default()).await?;
        tally_webhooks().params(&*tx, &params).await.map_err(|error| from_database(&error))?;
        forget_tallies().bind(&*tx).await.map_err(|error| from_database(&error))?;
        tx.commit().await.map_err(|error| from_pool(&error))
    }
}

/// What an update changes in the tables.
enum Change<'a> {
    Preference(&'a Preference),
    Quality { template: Named<'a>, quality: &'a str },
    Category { template: Named<'a>, category: &'a str },
    Body { template: Named<'a>, body: &'a str, words: &'a TemplateComponents },
    Standing(Standing),
    NumberQuality { digits: String, event: &'a str },
    Call { caller: Contact, at: Millis },
    Group { id: &'a str, is_deleted: bool },
}

/// A template by name and language, as the send API writes it.
struct Named<'a> {
    name: &'a str,
    language: String,
}

impl<'a> Named<'a> {
    fn of(name: &'a Option<String>, language: &Option<String>) -> Option<Self> {
        Some(Self { name: name.as_deref()?, language: language.as_deref()?.replace('-', "_") })
    }

    async fn is_known(&self, tx: &Tx, tenant: TenantId, waba: &WabaId) -> Result<bool, StoreError> {
        let statement = knows_template();
        let known = statement.bind(&**tx, &tenant.0, &waba.as_str(), &self.name, &self.language.as_str()).one().await;
        known.map_err(|error| from_database(&error))
    }
}

impl<'a> Change<'a> {
    fn of(update: &'a Update) -> Option<Self> {
        match update {
            Update::Preference(own) => Some(Self::Preference(own)),
            Update::TemplateQuality(own) => Some(Self::Quality {
                template: Named::of(&own.message_template_name, &own.message_template_language)?,
                quality: own.new_quality_score.as_deref()?,
            }),
            // With `correct_category` it is a notice of what will be.
            Update::TemplateCategory(own) if own.correct_category.is_none() => Some(Self::Category {
                template: Named::of(&own.message_template_name, &own.message_template_language)?,
                category: own.new_category.as_deref()?,
            }),
            Update::TemplateComponents(own) => Some(Self::Body {
                template: Named::of(&own.message_template_name, &own.message_template_language)?,
                body: own.message_template_element.as_deref()?,
                words: own,
            }),
            Update::Account(own) => standing(own).map(Self::Standing),
            Update::NumberQuality(own) => Some(Self::NumberQuality {
                digits: own.display_phone_number.as_deref()?.chars().filter(char::is_ascii_digit).collect(),
                event: own.event.as_deref()?,
            }),
            Update::Call(own) => identity::caller(own).map(|(caller, at)| Self::Call { caller, at }),
            Update::Group(own) => {
                let id = own.group_id.as_deref().filter(|id| group::contact(id).is_some())?;
                Some(Self::Group { id, is_deleted: is_deletion(own) })
            }
            _ => None,
        }
    }

    /// The template that it concerns.
    fn template(&self) -> Option<&Named<'a>> {
        match self {
            Self::Quality { template, .. } | Self::Category { template, .. } | Self::Body { template, .. } => {
                Some(template)
            }
            Self::Preference(_)
            | Self::Standing(_)
            | Self::NumberQuality { .. }
            | Self::Call { .. }
            | Self::Group { .. } => None,
        }
    }

    /// Whether Meta knows more of the change than its webhook tells: of buttons it names a part.
    fn is_partial(&self) -> bool {
        matches!(self, Self::Body { .. })
    }

    async fn apply(&self, tx: &Tx, tenant: TenantId, updated: &AccountUpdated) -> Result<(), tokio_postgres::Error> {
        let (waba, at_ms) = (updated.waba_id.as_str(), updated.at.0);
        let sender = updated.sender_id.as_ref().map_or("", |sender| sender.as_str());
        match self {
            Self::Group { id, is_deleted: true } => forget_group().bind(&**tx, &tenant.0, id, &sender).await.map(drop),
            Self::Group { id, is_deleted: false } => {
                put_groups().bind(&**tx, &vec![*id], &tenant.0, &sender).await.map(drop)
            }
            Self::Call { caller, at } => {
                note_call_window().bind(&**tx, &caller.as_str(), &at.0, &tenant.0, &sender).await.map(drop)
            }
            Self::Preference(preference) => apply_preference(tx, tenant, preference, at_ms).await,
            Self::Quality { template, quality } => {
                let language = template.language.as_str();
                let statement = apply_template_quality();
                statement.bind(&**tx, quality, &at_ms, &tenant.0, &waba, &template.name, &language).await.map(drop)
            }
            Self::Category { template, category } => {
                let language = template.language.as_str();
                let statement = apply_template_category();
                statement.bind(&**tx, category, &at_ms, &tenant.0, &waba, &template.name, &language).await.map(drop)
            }
            Self::Body { template, body, words } => {
                let params = ApplyTemplateBodyParams {
                    body: *body,
                    parameter_count: i32::try_from(parameters(body).len()).unwrap_or(i32::MAX),
                    at_ms,
                    title: words.message_template_title.as_deref(),
                    footer: words.message_template_footer.as_deref(),
                    tenant_id: tenant.0,
                    waba_id: waba,
                    name: template.name,
                    language: template.language.as_str(),
                };
                apply_template_body().params(&**tx, &params).await.map(drop)
            }
            Self::Standing(standing) => note_standing(tx, tenant, waba, at_ms, standing).await,
            Self::NumberQuality { digits, event } => {
                let numbers =
                    apply_sender_quality().bind(&**tx, event, &at_ms, &tenant.0, &waba, &digits.as_str()).await?;
                tracing::info!(%tenant, waba, event, numbers, "Meta told of the quality of a number");
                Ok(())
            }
        }
    }
}

/// Whether a group is gone: a deletion that failed is told with errors.
fn is_deletion(change: &GroupChange) -> bool {
    change.r#type.as_deref() == Some("group_delete") && change.errors.is_empty()
}

/// Notes what a report says of each cause that it concerns.
async fn note_standing(
    tx: &Tx,
    tenant: TenantId,
    waba: &str,
    at_ms: i64,
    standing: &Standing,
) -> Result<(), tokio_postgres::Error> {
    let of_stop = |stop: Stop, reason: Option<&str>| vec![(stop.as_str(), reason.map(str::to_owned), None)];
    let causes = match standing {
        Standing::Stopped { stop, reason } => of_stop(*stop, Some(reason)),
        Standing::Lifted(stop) => of_stop(*stop, None),
        Standing::Restricted(named) => {
            let told = |own: Restriction| {
                let until = named.iter().find(|(restriction, _)| *restriction == own).map(|(_, until)| *until);
                let reason = until.map(|_| format!("Meta restricted the account ({})", own.meta()));
                (own.as_str(), reason, until.flatten().map(|until| until.0))
            };
            Restriction::ALL.map(told).into()
        }
    };
    let params = ApplyStandingParams {
        tenant_id: tenant.0,
        waba_id: waba,
        at_ms,
        causes: causes.iter().map(|(cause, ..)| *cause).collect::<Vec<_>>(),
        reasons: causes.iter().map(|(_, reason, _)| reason.as_deref()).collect::<Vec<_>>(),
        until: causes.iter().map(|(.., until)| *until).collect::<Vec<_>>(),
    };
    let applied = apply_standing().params(&**tx, &params).await?;
    if !matches!(standing, Standing::Restricted(_)) {
        note_stops().bind(&**tx, &tenant.0, &waba).await?;
    }
    tracing::info!(%tenant, waba, ?standing, applied, "Meta changed what the account may send");
    Ok(())
}

/// Category of the preferences that concern messages (Meta: webhooks/reference/user_preferences).
const MARKETING_MESSAGES: &str = "marketing_messages";

async fn apply_preference(
    tx: &Tx,
    tenant: TenantId,
    preference: &Preference,
    at_ms: i64,
) -> Result<(), tokio_postgres::Error> {
    let concerns = preference.category.as_deref().is_none_or(|category| category == MARKETING_MESSAGES);
    let (true, Some(withdrawn)) = (concerns, preference.value.as_deref().and_then(withdrawn)) else { return Ok(()) };
    let number = preference.wa_id.as_deref().map(from_wa_id);
    let user_ids = [&preference.user_id, &preference.parent_user_id].into_iter().flatten().cloned();
    let people: Vec<String> = number.iter().map(ToString::to_string).chain(user_ids).collect();
    let told_at = preference.timestamp.map_or(at_ms, |at| at.0);
    let reason = preference.detail.as_deref().unwrap_or("told Meta so");
    let many = people.len();
    let params = WriteOptOutsParams {
        tenant_ids: vec![tenant.0; many],
        contacts: people,
        reasons: vec![reason; many],
        sources: vec!["preference"; many],
        told_at: vec![told_at; many],
        withdrawn: vec![withdrawn; many],
    };
    note_people(tx, &BTreeSet::from([tenant]), &[], &[]).await?;
    write_opt_outs().params(&**tx, &params).await.map(drop)
}

fn withdrawn(value: &str) -> Option<bool> {
    match value {
        "stop" => Some(false),
        "resume" => Some(true),
        _ => None,
    }
}

async fn apply_limits(tx: &Tx, tenant: TenantId, changed: &LimitsChanged) -> Result<(), tokio_postgres::Error> {
    let (waba, at_ms) = (changed.waba_id.as_str(), changed.at.0);
    if let (Some(limit), Some(digits)) = (changed.limit_per_second, &changed.number) {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let raised = apply_sender_limit().bind(&**tx, &limit, &at_ms, &tenant.0, &waba, &digits.as_str()).await?;
        tracing::info!(%tenant, waba, limit_per_second = limit, numbers = raised, "Meta granted another throughput");
    }
    if let Some(limit) = changed.messaging_limit {
        let people = match limit {
            MessagingLimit::People(people) => Some(i32::try_from(people).unwrap_or(i32::MAX)),
            MessagingLimit::Unlimited => None,
        };
        let changed = apply_messaging_limit().bind(&**tx, &people, &at_ms, &tenant.0, &waba).await?;
        tracing::info!(%tenant, waba, messaging_limit = people, portfolios = changed, "Meta granted another messaging limit");
    }
    Ok(())
}
