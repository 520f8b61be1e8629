//! What a test tells the simulator to do: a POST below `/_simulator/`, or the step of a scenario.

mod account;
mod inbound;
mod number;
mod order;
mod page;

use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::courier::Poster;
use crate::options::{Faults, Options, callback_uri};
use crate::world::World;

pub(crate) use account::AccountOrder;
pub(crate) use inbound::InboundOrder;
pub(crate) use number::{MessagingLimitOrder, NumberOrder};
pub(crate) use order::{
    CallbackOrder, ChangeOrder, GroupJoinOrder, LatencyOrder, Members, OptOutOrder, QualityOrder, RefusalOrder,
    TemplateOrder, WebhooksOrder,
};
pub(crate) use page::{PageInboundOrder, PagePersonOrder};

/// Everything that can be ordered; an action is named by its variant, in lower case and with hyphens.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    Account(AccountOrder),
    Callback(CallbackOrder),
    Change(ChangeOrder),
    Faults(Members),
    GroupJoin(GroupJoinOrder),
    Inbound(Box<InboundOrder>),
    Latency(LatencyOrder),
    MessagingLimit(MessagingLimitOrder),
    Number(NumberOrder),
    OptOut(OptOutOrder),
    PageInbound(PageInboundOrder),
    PagePerson(PagePersonOrder),
    Refuse(RefusalOrder),
    TemplateQuality(QualityOrder),
    TemplateStatus(TemplateOrder),
    Webhooks(WebhooksOrder),
}

/// A refusal: its status and what to do.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) String);

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self(StatusCode::BAD_REQUEST, reason)
    }
}

/// What an action is answered with.
pub(crate) type Outcome = Result<Value, Refusal>;

impl Action {
    /// Carries the action out. Whatever it waits for comes before its first change, so that one that is given up has changed nothing.
    ///
    /// # Errors
    /// What is wrong with the order, or does not exist.
    pub(crate) async fn perform(self, world: &World, poster: &Poster) -> Outcome {
        match self {
            Self::Account(order) => Ok(account::judge(world, order)),
            Self::Callback(order) => callback(world, poster, order).await,
            Self::Change(order) => change(world, order),
            Self::Faults(patch) => change_faults(world, &patch),
            Self::GroupJoin(order) => order.apply(world),
            Self::Inbound(order) => inbound::receive(world, *order),
            Self::Latency(order) => order.apply(world),
            Self::MessagingLimit(order) => Ok(number::limit_messaging(world, order)),
            Self::Number(order) => number::change(world, order),
            Self::OptOut(order) => order.apply(world),
            Self::PageInbound(order) => order.apply(world),
            Self::PagePerson(order) => order.apply(world),
            Self::Refuse(order) => {
                *world.refusing.write() = order.code;
                Ok(json!({ "code": order.code }))
            }
            Self::TemplateQuality(order) => order.apply(world),
            Self::TemplateStatus(order) => order.apply(world),
            Self::Webhooks(order) => Ok(order.apply(world)),
        }
    }

    /// Whether [`Action::reversal`] has anything to set back.
    pub(crate) fn is_reversible(&self) -> bool {
        match self {
            Self::Account(_)
            | Self::Callback(_)
            | Self::Faults(_)
            | Self::Latency(_)
            | Self::MessagingLimit(_)
            | Self::Number(_)
            | Self::PagePerson(_)
            | Self::Refuse(_)
            | Self::TemplateStatus(_)
            | Self::Webhooks(_) => true,
            Self::Change(_)
            | Self::GroupJoin(_)
            | Self::Inbound(_)
            | Self::OptOut(_)
            | Self::PageInbound(_)
            | Self::TemplateQuality(_) => false,
        }
    }

    /// The action that sets back what this one is about to change; `None` when there is none.
    pub(crate) fn reversal(&self, world: &World) -> Option<Self> {
        let reversal = match self {
            Self::Account(order) => Self::Account(order.reversal()),
            Self::Callback(_) => {
                let url = world.callback.read().as_ref().map(ToString::to_string);
                Self::Callback(CallbackOrder { url, verify: false })
            }
            Self::Faults(patch) => Self::Faults(world.faults.read().current(patch)),
            Self::Latency(_) => Self::Latency(LatencyOrder::current(world)),
            Self::MessagingLimit(_) => Self::MessagingLimit(MessagingLimitOrder::current(world)),
            Self::Number(order) => Self::Number(order.current(world)?),
            Self::PagePerson(order) => Self::PagePerson(order.reversal()),
            Self::Refuse(_) => Self::Refuse(RefusalOrder { code: *world.refusing.read() }),
            Self::TemplateStatus(order) => Self::TemplateStatus(order.clone().approved()),
            Self::Webhooks(_) => Self::Webhooks(WebhooksOrder::current(world)),
            Self::Change(_)
            | Self::GroupJoin(_)
            | Self::Inbound(_)
            | Self::OptOut(_)
            | Self::PageInbound(_)
            | Self::TemplateQuality(_) => {
                return None;
            }
        };
        Some(reversal)
    }

    /// Checks what can be known before the simulator runs.
    ///
    /// # Errors
    /// What is wrong.
    pub(crate) fn check(&self, options: &Options) -> Result<(), String> {
        match self {
            Self::Latency(order) => order.check()?,
            Self::Number(order) => order.check()?,
            _ => {}
        }
        let page = match self {
            Self::PageInbound(order) => Some(&order.page),
            Self::PagePerson(order) => Some(&order.page),
            _ => None,
        };
        if let Some(id) = page.filter(|id| !options.pages.iter().any(|page| page.id == **id)) {
            return Err(page::unknown_page(id));
        }
        let number = match self {
            Self::Change(order) => order.number.as_deref(),
            Self::Inbound(order) => Some(order.number.as_str()),
            Self::Number(order) => Some(order.number.as_str()),
            Self::OptOut(order) => Some(order.number.as_str()),
            Self::Callback(CallbackOrder { url: Some(url), .. }) => callback_uri(url).map(|_| None)?,
            Self::Faults(patch) => Faults::NONE.patched(patch).map(|_| None)?,
            _ => None,
        };
        match number.filter(|id| !options.numbers.iter().any(|number| number.id == *id)) {
            Some(id) => Err(unknown_number(id)),
            None => Ok(()),
        }
    }
}

fn unknown_number(id: &str) -> String {
    format!("number: {id} is not simulated; give it with --number")
}

/// The index of a number by its id.
///
/// # Errors
/// 404 when it is not simulated.
fn known_number(world: &World, id: &str) -> Result<u16, Refusal> {
    world.number(id).ok_or_else(|| Refusal(StatusCode::NOT_FOUND, unknown_number(id)))
}

fn change_faults(world: &World, patch: &Members) -> Outcome {
    let mut faults = world.faults.write();
    *faults = faults.patched(patch)?;
    Ok(Value::Object(faults.members()))
}

fn change(world: &World, order: ChangeOrder) -> Outcome {
    let number = order.number.map(|id| known_number(world, &id)).transpose()?;
    world.tell(order.field.clone(), order.value.into(), number, order.entry);
    Ok(json!({ "field": order.field }))
}

/// Sets, verifies or (without an address) removes the callback. It must answer at once: the sends of a scenario wait meanwhile.
async fn callback(world: &World, poster: &Poster, order: CallbackOrder) -> Outcome {
    let uri =
        order.url.as_deref().map(callback_uri).transpose().map_err(|reason| Refusal::from(format!("url: {reason}")))?;
    if let (Some(uri), true) = (&uri, order.verify) {
        let verified = poster.verify_once(uri, &world.verify_token, world.seed).await;
        verified.map_err(|error| Refusal(StatusCode::BAD_GATEWAY, error.to_string()))?;
    }
    *world.callback.write() = uri;
    Ok(json!({ "url": order.url }))
}
