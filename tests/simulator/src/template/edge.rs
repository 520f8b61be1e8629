//! Listing, creating, changing and deleting templates (Meta: templates).

use serde_json::{Value, json};

use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;
use crate::script::{Dice, chance, dice};
use crate::template::catalogue::Judgement;
use crate::template::definition::{Definition, Edit};

/// Fields that are told when none are asked for.
const FIELDS: [&str; 7] = ["name", "parameter_format", "components", "language", "status", "category", "id"];

/// `GET /{waba}/message_templates`.
///
/// # Errors
/// 100 when a parameter of the query is wrong.
pub(crate) fn list(call: &Call<'_>) -> Outcome {
    let filters = ["name", "status", "category", "language"];
    let filters = filters.map(|name| (name, call.query.get(name)));
    let is_wanted = |fields: &serde_json::Map<String, Value>| {
        filters.iter().all(|(name, wanted)| wanted.is_none_or(|wanted| fields[*name] == wanted))
    };
    let templates = call.world.templates.list(is_wanted);
    listing::page(call, templates, &FIELDS).map(|page| answer::ok(&page))
}

/// `GET /{template-id}`; `None` when there is no such template.
pub(crate) fn describe(call: &Call<'_>, id: &str) -> Option<Outcome> {
    let fields = call.world.templates.fields(id.parse().ok()?)?;
    Some(Ok(answer::ok(&listing::picked(&fields, &call.query, &FIELDS))))
}

/// `POST /{waba}/message_templates`.
///
/// # Errors
/// As [`Definition::parse`] and the catalogue say.
pub(crate) fn create(call: &Call<'_>) -> Outcome {
    let definition = Definition::parse(call.body)?;
    call.world.management.sessions.check_examples(&definition.content.components)?;
    let faults = *call.world.faults.read();
    let mut rng = dice(call.world.seed, Dice::Template, call.world.next_template());
    let is_rejected = chance(&mut rng, faults.template_rejected_share);
    let is_marketing = chance(&mut rng, faults.template_recategorised_share);
    let judgement = Judgement { is_rejected, is_marketing };
    let told = call.world.templates.create(definition, judgement, call.world.clock.now_us(), faults.http429)?;
    call.world.book.lock().totals.templates_created += 1;
    let body = json!({ "id": told.id.to_string(), "status": told.status.status(), "category": told.category });
    if !is_rejected {
        call.world.review(told, &mut rng);
    }
    Ok(answer::ok(&body))
}

/// `POST /{template-id}`; `None` when there is no such template.
pub(crate) fn edit(call: &Call<'_>, id: &str) -> Option<Outcome> {
    let id = id.parse().ok().filter(|id| call.world.templates.fields(*id).is_some())?;
    let edited = Edit::parse(call.body).and_then(|edit| {
        call.world.templates.edit(id, edit).unwrap_or_else(|| Err(GraphError::no_node(&id.to_string())))
    });
    Some(edited.map(|told| {
        let mut rng = dice(call.world.seed, Dice::Template, call.world.next_template());
        call.world.review(told, &mut rng);
        answer::ok(&json!({ "success": true }))
    }))
}

/// `DELETE /{waba}/message_templates?name=…[&hsm_id=…]`.
///
/// # Errors
/// 100 when the name is missing or there is no such template.
pub(crate) fn delete(call: &Call<'_>) -> Outcome {
    let name = call.query.get("name").ok_or_else(|| GraphError::parameter("The parameter name is required."))?;
    let id = call.query.get("hsm_id").map(str::parse).transpose();
    let id = id.map_err(|_| GraphError::parameter("hsm_id must be the id of a template."))?;
    if call.world.templates.delete(name, id, call.world.clock.now_us()) {
        return Ok(answer::ok(&json!({ "success": true })));
    }
    Err(GraphError::parameter(format!("There is no template {name} to delete.")))
}
