//! Groups of numbers (Meta: groups/reference): their settings, their links, who is in them and who asks to be. Meta tells what became of
//! an order by a webhook; here it is done at once, and told the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Method, Response};
use http_body_util::Full;
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parsed;
use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;
use crate::listing;
use crate::wamid::Recipient;
use crate::world::{Clock, World};

/// Groups that are remembered, and most people in one beside the number.
const GROUPS_MAX: usize = 10_000;
const PEOPLE_MAX: usize = 8;
/// Most characters of a subject, and of a description.
const SUBJECT_MAX: usize = 128;
const DESCRIPTION_MAX: usize = 2_048;
/// What the ids of groups begin with, before they are written in base64, and the first number behind it.
const PREFIX: &str = "capi_group:";
const FIRST_ID: u64 = 120_363_000_000_000_000;
/// Ids of requests to join begin here.
const FIRST_REQUEST: u64 = 7_000_000_000;
/// Fields of a group that are told when none are asked for.
const FIELDS: [&str; 2] = ["id", "messaging_product"];

/// The groups of all numbers.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    kept: Mutex<Kept>,
    /// How many orders there were.
    ordered: AtomicU64,
}

#[derive(Debug, Default)]
struct Kept {
    made: u64,
    groups: BTreeMap<u64, Group>,
}

#[derive(Debug)]
struct Group {
    number: u16,
    subject: String,
    description: String,
    needs_approval: bool,
    created_at: u64,
    /// How many links it has had.
    links: u64,
    people: BTreeSet<u64>,
    /// Who asks to be in it, by the number of the request.
    requests: BTreeMap<u64, u64>,
    asked: u64,
}

#[derive(Deserialize)]
struct Creation {
    subject: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    join_approval_mode: Approval,
}

#[derive(Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Approval {
    #[default]
    AutoApprove,
    ApprovalRequired,
}

#[derive(Deserialize)]
struct Settings {
    subject: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Removal {
    participants: Vec<Participant>,
}

#[derive(Deserialize)]
struct Participant {
    user: String,
}

#[derive(Deserialize)]
struct Decision {
    join_requests: Vec<String>,
}

fn id_of(index: u64) -> String {
    URL_SAFE_NO_PAD.encode(format!("{PREFIX}{}", FIRST_ID + index))
}

fn index_of(id: &str) -> Option<u64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(id).ok()?).ok()?;
    text.strip_prefix(PREFIX)?.parse::<u64>().ok()?.checked_sub(FIRST_ID)
}

fn check_texts(subject: Option<&str>, description: Option<&str>) -> Result<(), GraphError> {
    let is_subject = |text: &str| (1..=SUBJECT_MAX).contains(&text.trim().chars().count());
    if !subject.is_none_or(is_subject) {
        return Err(GraphError::parameter(format!("subject must have 1 to {SUBJECT_MAX} characters.")));
    }
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
        return Err(GraphError::parameter(format!("description may have {DESCRIPTION_MAX} characters.")));
    }
    Ok(())
}

impl Group {
    fn link(&self, index: u64) -> String {
        format!("https://chat.whatsapp.com/G{index}L{}", self.links)
    }

    fn fields(&self, index: u64) -> Map<String, Value> {
        let people: Vec<Value> = self.people.iter().map(|phone| json!({ "wa_id": phone.to_string() })).collect();
        let group = json!({
            "id": id_of(index),
            "messaging_product": "whatsapp",
            "subject": self.subject,
            "description": self.description,
            "join_approval_mode": if self.needs_approval { "approval_required" } else { "auto_approve" },
            "suspended": false,
            "creation_timestamp": self.created_at,
            "created_at": self.created_at.to_string(),
            "total_participant_count": people.len(),
            "participants": people,
        });
        group.as_object().cloned().unwrap_or_default()
    }

    /// Posts what became of the group.
    fn tell(&self, world: &World, index: u64, (field, kind): (&str, &str), members: Value) {
        let mut change = json!({
            "timestamp": (Clock::unix_ms() / 1_000).to_string(),
            "group_id": id_of(index),
            "type": kind,
        });
        for (name, value) in members.as_object().into_iter().flatten() {
            change[name] = value.clone();
        }
        world.tell(field.to_owned(), json!({ "groups": [change] }), Some(self.number), None);
    }
}

/// The answer to an order whose outcome is told by a webhook.
fn ordered(request_id: &str) -> Outcome {
    Ok(answer::ok(&json!({ "messaging_product": "whatsapp", "request_id": request_id })))
}

fn request_id(call: &Call<'_>) -> String {
    format!("REQ_{}", call.world.management.groups.ordered.fetch_add(1, Ordering::Relaxed))
}

/// `POST /{phone-number-id}/groups`.
///
/// # Errors
/// 100 when subject, description or mode are wrong.
pub(super) fn create(call: &Call<'_>, number: u16) -> Outcome {
    let Creation { subject, description, join_approval_mode } = parsed(call)?;
    check_texts(Some(&subject), Some(&description))?;
    let mut kept = call.world.management.groups.kept.lock();
    if kept.groups.len() >= GROUPS_MAX {
        return Err(GraphError::exhausted("The simulator remembers no more groups; delete some."));
    }
    let index = kept.made;
    kept.made += 1;
    let group = Group {
        number,
        subject: subject.trim().to_owned(),
        description,
        needs_approval: join_approval_mode == Approval::ApprovalRequired,
        created_at: Clock::unix_ms() / 1_000,
        links: 1,
        people: BTreeSet::new(),
        requests: BTreeMap::new(),
        asked: 0,
    };
    let request = request_id(call);
    let members = json!({ "request_id": request, "subject": group.subject, "invite_link": group.link(index) });
    group.tell(call.world, index, ("group_lifecycle_update", "group_create"), members);
    kept.groups.insert(index, group);
    ordered(&request)
}

/// `GET /{phone-number-id}/groups`: the groups of a number, in pages.
///
/// # Errors
/// 100 when `limit` or a cursor is wrong.
pub(super) fn list(call: &Call<'_>, number: u16) -> Outcome {
    let kept = call.world.management.groups.kept.lock();
    let own = kept.groups.iter().filter(|(_, group)| group.number == number);
    let groups = own.map(|(index, group)| (*index, group.fields(*index))).collect();
    let mut page = listing::page(call, groups, &["id", "subject", "created_at"])?;
    page["data"] = json!({ "groups": page["data"] });
    Ok(answer::ok(&page))
}

/// A call about a group or an edge of it; `None` where there is no such group, or no such call.
pub(crate) fn of_group(call: &Call<'_>, id: &str, edge: Option<&str>) -> Option<Outcome> {
    let index = index_of(id)?;
    let mut kept = call.world.management.groups.kept.lock();
    let group = kept.groups.get_mut(&index)?;
    let own = (index, group);
    Some(match (call.method.as_str(), edge) {
        ("GET", None) => Ok(answer::ok(&listing::picked(&own.1.fields(index), &call.query, &FIELDS))),
        ("POST", None) => change(call, own),
        ("DELETE", None) => {
            let request = request_id(call);
            let members = json!({ "request_id": request });
            own.1.tell(call.world, index, ("group_lifecycle_update", "group_delete"), members);
            kept.groups.remove(&index);
            ordered(&request)
        }
        ("GET", Some("invite_link")) => Ok(link(own)),
        ("POST", Some("invite_link")) => parsed::<Value>(call).map(|_| {
            own.1.links += 1;
            link(own)
        }),
        ("DELETE", Some("participants")) => remove(call, own),
        ("GET", Some("join_requests")) => requests(call, own.1),
        ("POST" | "DELETE", Some("join_requests")) => decide(call, own),
        _ => return None,
    })
}

fn link((index, group): (u64, &mut Group)) -> Response<Full<Bytes>> {
    answer::ok(&json!({ "messaging_product": "whatsapp", "invite_link": group.link(index) }))
}

fn change(call: &Call<'_>, (index, group): (u64, &mut Group)) -> Outcome {
    let Settings { subject, description } = parsed(call)?;
    check_texts(subject.as_deref(), description.as_deref())?;
    let request = request_id(call);
    let mut members = json!({ "request_id": request });
    if let Some(subject) = subject {
        members["group_subject"] = json!({ "text": subject, "update_successful": true });
        group.subject = subject;
    }
    if let Some(description) = description {
        members["group_description"] = json!({ "text": description, "update_successful": true });
        group.description = description;
    }
    group.tell(call.world, index, ("group_settings_update", "group_settings_update"), members);
    ordered(&request)
}

/// `DELETE /{group-id}/participants`: who is not in it is told as failed by the webhook.
fn remove(call: &Call<'_>, (index, group): (u64, &mut Group)) -> Outcome {
    let Removal { participants } = parsed(call)?;
    if participants.is_empty() || participants.len() > PEOPLE_MAX {
        return Err(GraphError::parameter(format!("participants: give 1 to {PEOPLE_MAX} people.")));
    }
    let (mut removed, mut failed) = (Vec::new(), Vec::new());
    for Participant { user } in participants {
        match Recipient::phone(&user) {
            Some(Recipient::Phone(phone)) if group.people.remove(&phone) => {
                removed.push(json!({ "input": user, "wa_id": phone.to_string() }));
            }
            _ => failed.push(json!({ "input": user, "errors": [{ "code": 131_000, "message": "Not in the group" }] })),
        }
    }
    let request = request_id(call);
    let members = json!({ "request_id": request, "removed_participants": removed, "failed_participants": failed });
    group.tell(call.world, index, ("group_participants_update", "group_remove_participants"), members);
    ordered(&request)
}

fn requests(call: &Call<'_>, group: &Group) -> Outcome {
    let asked = group.requests.iter().map(|(request, phone)| {
        let request = json!({
            "join_request_id": request.to_string(),
            "wa_id": phone.to_string(),
            "creation_timestamp": group.created_at,
        });
        request.as_object().cloned().unwrap_or_default()
    });
    let asked = group.requests.keys().copied().zip(asked).collect();
    listing::page(call, asked, &["join_request_id", "wa_id", "creation_timestamp"]).map(|page| answer::ok(&page))
}

/// `POST` and `DELETE /{group-id}/join_requests`: those who are let in, and those who are not.
fn decide(call: &Call<'_>, (index, group): (u64, &mut Group)) -> Outcome {
    let Decision { join_requests } = parsed(call)?;
    if join_requests.is_empty() {
        return Err(GraphError::parameter("join_requests: give the ids of requests."));
    }
    let is_approved = call.method == Method::POST;
    let (mut decided, mut failed, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for id in join_requests {
        match id.parse().ok().and_then(|id: u64| group.requests.remove(&id)) {
            Some(phone) => {
                decided.push(id);
                if is_approved && group.people.insert(phone) {
                    added.push(json!({ "wa_id": phone.to_string() }));
                }
            }
            None => failed.push(json!({ "join_request_id": id, "errors": [{ "code": 100, "message": "Unknown" }] })),
        }
    }
    if !added.is_empty() {
        let members = json!({ "added_participants": added });
        group.tell(call.world, index, ("group_participants_update", "group_add_participants"), members);
    }
    let name = if is_approved { "approved_join_requests" } else { "rejected_join_requests" };
    let mut told = json!({ "messaging_product": "whatsapp" });
    told[name] = json!(decided);
    if !failed.is_empty() {
        told["failed_join_requests"] = json!(failed);
    }
    Ok(answer::ok(&told))
}

/// A person follows the link of a group: they are in it, or ask to be. Gives the id of the request, if they ask.
///
/// # Errors
/// Why not.
pub(crate) fn join(world: &World, id: &str, phone: u64) -> Result<Option<String>, String> {
    let mut kept = world.management.groups.kept.lock();
    let index = index_of(id).ok_or_else(|| format!("group: there is no group {id}"))?;
    let group = kept.groups.get_mut(&index).ok_or_else(|| format!("group: there is no group {id}"))?;
    let person = phone.to_string();
    if group.needs_approval {
        let request = FIRST_REQUEST + group.asked;
        group.asked += 1;
        group.requests.insert(request, phone);
        let members = json!({ "join_request_id": request.to_string(), "wa_id": person });
        group.tell(world, index, ("group_participants_update", "group_join_request_created"), members);
        return Ok(Some(request.to_string()));
    }
    if group.people.len() >= PEOPLE_MAX {
        return Err(format!("group: {PEOPLE_MAX} people are in it"));
    }
    group.people.insert(phone);
    let members = json!({ "added_participants": [{ "wa_id": person }] });
    group.tell(world, index, ("group_participants_update", "group_add_participants"), members);
    Ok(None)
}
