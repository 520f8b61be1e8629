//! The templates of a campaign: one, or several that its recipients get in turn.

use posthaste_model::{CampaignId, MarketingOptions};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_campaigns::{self, CampaignRow, LockCampaign};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::campaigns::IDENTIFIER_MAX;
use crate::catalog::{self, Approved};
use crate::fields::{Faults, Object};
use crate::marketing;
use crate::problem::{Code, Problem};

/// Most templates of one campaign, as in the schema.
const TEMPLATES_MAX: usize = 10;
/// What names a template.
const NAMED: &str = "name and language";

/// Name and language of a template.
pub(crate) type Named<'a> = (&'a str, &'a str);

/// `template`, or `templates` in the order in which they take turns; and that they go by the Marketing Messages API, and how.
pub(crate) fn read<'a>(object: &Object<'a, '_>, faults: &Faults) -> Option<(Vec<Named<'a>>, Option<MarketingOptions>)> {
    if !object.has("templates") {
        let (named, marketing) = named(&object.object("template", &format!("an object with {NAMED}"))?)?;
        return Some((vec![named], marketing));
    }
    if object.has("template") {
        let detail = "template and templates are there: write one of them";
        faults.push("/templates", Code::FieldInvalid, detail);
        return None;
    }
    let objects = object.objects("templates", 2..=TEMPLATES_MAX, NAMED)?;
    let read: Vec<_> = objects.iter().filter_map(named).collect();
    let (all, marketing): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    if let Some(index) = (0..all.len()).find(|index| all[..*index].contains(&all[*index])) {
        let detail = "it is in the list already: each takes one turn";
        faults.push(format!("/templates/{index}"), Code::FieldInvalid, detail);
        return None;
    }
    if let Some(index) = marketing.iter().position(|own| *own != marketing[0]) {
        let detail = "it is not what the first one says: write the same in each, or leave it out of all";
        faults.push(format!("/templates/{index}/marketing"), Code::FieldInvalid, detail);
        return None;
    }
    let marketing = marketing.into_iter().next().flatten();
    (all.len() == objects.len()).then_some((all, marketing))
}

fn named<'a>(object: &Object<'a, '_>) -> Option<(Named<'a>, Option<MarketingOptions>)> {
    object.only(&["name", "language", "marketing"]);
    let name = object.text("name", 1..=IDENTIFIER_MAX);
    let language = object.text("language", 1..=IDENTIFIER_MAX);
    let marketing = marketing::optional(object);
    Some(((name?, language?), marketing?))
}

/// Checks that each can be sent, and that any of them can take the place of any other: the same recipients' parameters, and
/// the same category, by which is judged who may be sent it. Gives that category.
pub(crate) async fn check(
    tx: &Tx,
    sender_id: &str,
    templates: &[Named<'_>],
    is_marketing: bool,
) -> Result<String, Problem> {
    let mut first: Option<Approved> = None;
    for (index, (name, language)) in templates.iter().enumerate() {
        let found = catalog::approved_template(tx, sender_id, name, language).await;
        let fit = found.and_then(|own| marketing::check(is_marketing, name, &own).map(|()| own));
        let own = fit.map_err(|problem| if templates.len() > 1 { of_list(problem, index) } else { problem })?;
        let Some(first) = &first else {
            first = Some(own);
            continue;
        };
        let pointer = format!("/templates/{index}");
        if own.parameters != first.parameters {
            let detail = format!("its body has {} parameters, that of the first {}", own.parameters, first.parameters);
            return Err(Problem::at(Code::ParameterCount, &pointer, detail));
        }
        if own.category != first.category {
            let detail = format!("its category is {}, that of the first {}", own.category, first.category);
            return Err(Problem::at(Code::FieldInvalid, &pointer, detail));
        }
    }
    first.map(|own| own.category).ok_or_else(|| Problem::internal("a campaign without a template"))
}

/// A fault of the one `template` as that of a place in the list. The detail of several faults is made of their pointers.
fn of_list(mut problem: Problem, index: usize) -> Problem {
    for error in &mut problem.errors {
        if let Some(rest) = error.pointer.strip_prefix("/template") {
            error.pointer = format!("/templates/{index}{rest}");
        }
    }
    if problem.code == Code::ValidationFailed { Problem::validation(problem.errors) } else { problem }
}

/// The same for a campaign that was made before.
pub(crate) async fn check_of(tx: &Tx, id: CampaignId, campaign: &LockCampaign) -> Result<(), Problem> {
    let rows = api_campaigns::campaign_templates().bind(&**tx, &id.0).all().await?;
    let mut templates: Vec<Named<'_>> = rows.iter().map(|row| (row.name.as_str(), row.language.as_str())).collect();
    if templates.is_empty() {
        templates.push((&campaign.template_name, &campaign.template_language));
    }
    check(tx, &campaign.sender_id, &templates, campaign.is_marketing).await.map(drop)
}

/// The same for a campaign that is copied. Gives the category of its templates.
pub(crate) async fn check_copied(tx: &Tx, campaign: &CampaignRow) -> Result<String, Problem> {
    let turns = turns(campaign);
    let templates: Vec<Named<'_>> = turns.iter().map(|own| (own.name.as_str(), own.language.as_str())).collect();
    check(tx, &campaign.sender_id, &templates, campaign.marketing.is_some()).await
}

/// Writes the templates of a new campaign down, if there are several.
pub(crate) async fn insert(tx: &Tx, id: CampaignId, templates: &[Named<'_>]) -> Result<(), Problem> {
    if templates.len() > 1 {
        let (names, languages): (Vec<&str>, Vec<&str>) = templates.iter().copied().unzip();
        api_campaigns::insert_campaign_templates().bind(&**tx, &id.0, &names, &languages).await?;
    }
    Ok(())
}

/// A template of a campaign, and what Meta says of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Turn {
    /// Its name.
    pub(crate) name: String,
    /// Its language.
    pub(crate) language: String,
    /// Whether it can be sent; `None` where it is not known here.
    pub(crate) status: Option<String>,
    reason: Option<String>,
}

impl Turn {
    /// Why it cannot be sent, if it cannot.
    fn refusal(&self) -> Option<String> {
        let status = self.status.as_deref().filter(|status| *status != "approved")?;
        let why = self.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        Some(format!("template {} in {} is {status}{why}", self.name, self.language))
    }
}

/// The templates of a campaign, in their order.
pub(crate) fn turns(row: &CampaignRow) -> Vec<Turn> {
    let several = row.templates.as_deref().and_then(|text| serde_json::from_str(text).ok());
    several.unwrap_or_else(|| {
        vec![Turn {
            name: row.template_name.clone(),
            language: row.template_language.clone(),
            status: row.template_status.clone(),
            reason: row.template_reason.clone(),
        }]
    })
}

/// The list as the API shows it, and null where there is one template alone.
pub(crate) fn describe(row: &CampaignRow) -> Value {
    let several = row.templates.is_some().then(|| turns(row));
    let shown = |own: &Turn| json!({ "name": own.name, "language": own.language, "status": own.status });
    json!(several.map(|turns| turns.iter().map(shown).collect::<Vec<_>>()))
}

/// Why the campaign waits, if none of its templates can be sent.
pub(crate) fn refusal(row: &CampaignRow) -> Option<String> {
    let refusals: Option<Vec<String>> = turns(row).iter().map(Turn::refusal).collect();
    refusals.map(|refusals| refusals.join("; "))
}
