//! The templates of a campaign: one, or several that its recipients get in turn; and what its recipients bring for them.

use posthaste_model::{CampaignId, Column, Filling, Layout, MarketingOptions, Slot};
use posthaste_postgres::Tx;
use posthaste_sql::queries::api_campaigns::{self, CampaignRow, LockCampaign};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::campaigns::IDENTIFIER_MAX;
use crate::catalog::{self, Approved};
use crate::fields::{Faults, Object};
use crate::marketing;
use crate::problem::{Code, FieldError, Problem};
use crate::template::{self, Columns};

/// Most templates of one campaign, as in the schema.
const TEMPLATES_MAX: usize = 10;
/// What names a template.
const NAMED: &str = "name and language";

/// A template as a campaign names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    pub(crate) language: &'a str,
    /// What it has above its body, where that is the same for all recipients.
    header: Option<&'a Value>,
}

impl Named<'_> {
    fn is(&self, other: &Self) -> bool {
        (self.name, self.language) == (other.name, other.language)
    }
}

/// What the templates of a campaign are.
#[derive(Debug)]
pub(crate) struct Fit {
    /// Their category.
    pub(crate) category: String,
    /// What each recipient brings, in this order.
    pub(crate) columns: Vec<Column>,
    /// Where that goes, if not into the numbered parameters of the body.
    pub(crate) layout: Option<Layout>,
}

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
    if let Some(index) = (0..all.len()).find(|index| all[..*index].iter().any(|own| own.is(&all[*index]))) {
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
    object.only(&["name", "language", "header", "marketing"]);
    let name = object.text("name", 1..=IDENTIFIER_MAX);
    let language = object.text("language", 1..=IDENTIFIER_MAX);
    let header = if object.has("header") { object.value("header") } else { None };
    let marketing = marketing::optional(object);
    Some((Named { name: name?, language: language?, header }, marketing?))
}

/// Checks that each can be sent and filled with what recipients bring, and that any of them can take the place of any other: the
/// same values, and the same category, by which is judged who may be sent it.
pub(crate) async fn check(
    tx: &Tx,
    sender_id: &str,
    templates: &[Named<'_>],
    is_marketing: bool,
) -> Result<Fit, Problem> {
    let mut fit: Option<(String, Vec<Columns>)> = None;
    for (index, named) in templates.iter().enumerate() {
        let found = catalog::approved_template(tx, sender_id, named.name, named.language).await;
        let own = found.and_then(|own| {
            marketing::check(is_marketing, named.name, &own)?;
            Ok((columns(named, &own)?, own.category))
        });
        let (columns, category) =
            own.map_err(|problem| if templates.len() > 1 { of_list(problem, index) } else { problem })?;
        let Some((first, all)) = &mut fit else {
            fit = Some((category, vec![columns]));
            continue;
        };
        all.push(alike(columns, &all[0], index)?);
        if category != *first {
            let detail = format!("its category is {category}, that of the first {first}");
            return Err(fault(&format!("/templates/{index}"), Code::FieldInvalid, detail));
        }
    }
    let (category, all) = fit.ok_or_else(|| Problem::internal("a campaign without a template"))?;
    let columns = all[0].columns.clone();
    let is_plain = all.iter().all(|own| own.slots.is_none());
    let layout = (!is_plain)
        .then(|| Layout { columns: columns.clone(), templates: all.iter().map(Columns::all_slots).collect() });
    Ok(Fit { category, columns, layout })
}

/// What recipients bring for a template.
fn columns(named: &Named<'_>, template: &Approved) -> Result<Columns, Problem> {
    if let Some(header) = named.header {
        let faults = Faults::default();
        template::fixed_header(template.wants.as_ref(), header, "/template/header", &faults);
        faults.check()?;
    }
    template.columns(named.header).map_err(|(component, why)| {
        let detail = format!(
            "template \"{}\" has {component}, {why}: campaigns cannot fill it; send single messages with components",
            named.name
        );
        fault("/template/name", Code::ParameterFormat, detail)
    })
}

fn fault(pointer: &str, code: Code, detail: String) -> Problem {
    Problem::validation(vec![FieldError { pointer: pointer.to_owned(), code: code.as_str(), detail }])
}

/// The values of a further template in the order of the first one's.
fn alike(own: Columns, first: &Columns, index: usize) -> Result<Columns, Problem> {
    let pointer = format!("/templates/{index}");
    let (count, others) = (own.columns.len(), first.columns.len());
    if count != others {
        let detail = format!("it has {count} parameters, the first {others}");
        return Err(fault(&pointer, Code::ParameterCount, detail));
    }
    let names = own.names();
    own.in_order_of(&first.columns).ok_or_else(|| {
        let detail = format!("it wants {names}, the first {}", first.names());
        fault(&pointer, Code::FieldInvalid, detail)
    })
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

/// The same for a campaign that was made before, whose recipients bring what was wanted then.
pub(crate) async fn check_of(tx: &Tx, id: CampaignId, campaign: &LockCampaign) -> Result<(), Problem> {
    let rows = api_campaigns::campaign_templates().bind(&**tx, &id.0).all().await?;
    let mut templates: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.language.as_str())).collect();
    if templates.is_empty() {
        templates.push((&campaign.template_name, &campaign.template_language));
    }
    let kept = layout(campaign.layout.as_deref())?;
    check_again(tx, &campaign.sender_id, &templates, campaign.is_marketing, kept.as_ref()).await.map(drop)
}

/// The same for a campaign that is copied. Gives the category of its templates.
pub(crate) async fn check_copied(tx: &Tx, campaign: &CampaignRow) -> Result<String, Problem> {
    let turns = turns(campaign);
    let templates: Vec<_> = turns.iter().map(|own| (own.name.as_str(), own.language.as_str())).collect();
    let kept = layout(campaign.layout.as_deref())?;
    check_again(tx, &campaign.sender_id, &templates, campaign.marketing.is_some(), kept.as_ref()).await
}

/// Checks the templates of a campaign once more; they may have been edited since its recipients were uploaded.
async fn check_again(
    tx: &Tx,
    sender_id: &str,
    templates: &[(&str, &str)],
    is_marketing: bool,
    kept: Option<&Layout>,
) -> Result<String, Problem> {
    let header = |index: usize| kept.and_then(|layout| layout.templates.get(index)?.iter().find_map(fixed));
    let named = |(index, &(name, language)): (usize, &(_, _))| Named { name, language, header: header(index) };
    let templates: Vec<_> = templates.iter().enumerate().map(named).collect();
    let fit = check(tx, sender_id, &templates, is_marketing).await?;
    if fit.layout.as_ref() == kept {
        return Ok(fit.category);
    }
    let names = |columns: &[Column]| columns.iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join(", ");
    let had = kept.map_or_else(|| "the numbered parameters of its body".to_owned(), |layout| names(&layout.columns));
    let detail = format!(
        "template \"{}\" was changed: it wants {} now, and the recipients of the campaign bring {had}; create a new campaign",
        templates[0].name,
        names(&fit.columns)
    );
    Err(fault("/template", Code::ParameterFormat, detail))
}

/// The value of a header that is the same for all recipients.
fn fixed(slot: &Slot) -> Option<&Value> {
    match &slot.filling {
        Filling::Value(value) if slot.component == "header" => Some(value),
        _ => None,
    }
}

/// The layout of a campaign as the store keeps it.
pub(crate) fn layout(kept: Option<&str>) -> Result<Option<Layout>, Problem> {
    kept.map(serde_json::from_str).transpose().map_err(Problem::internal)
}

/// What the recipients of a campaign bring, where it is not the numbered parameters of the body alone.
pub(crate) fn describe_columns(row: &CampaignRow) -> Value {
    let layout = layout(row.layout.as_deref()).ok().flatten();
    json!(layout.map(|layout| layout.columns.into_iter().map(|column| column.name).collect::<Vec<_>>()))
}

/// Writes the templates of a new campaign down, if there are several.
pub(crate) async fn insert(tx: &Tx, id: CampaignId, templates: &[Named<'_>]) -> Result<(), Problem> {
    if templates.len() > 1 {
        let (names, languages): (Vec<&str>, Vec<&str>) = templates.iter().map(|own| (own.name, own.language)).unzip();
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
