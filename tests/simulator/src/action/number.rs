//! What becomes of a number and of the account's messaging limit.

use serde::Deserialize;
use serde_json::{Value, json};

use super::order::Members;
use super::{Outcome, Refusal, known_number};
use crate::number::{throughput, tier};
use crate::world::World;

/// Phone numbers of an account (Meta: webhooks/reference/business_capability_update).
const NUMBERS_MAX: u32 = 25;

/// The field that tells the messaging limit of the account on each of its numbers.
const LIMIT_FIELD: &str = "whatsapp_business_manager_messaging_limit";

/// Another throughput, or other things that are told of a number.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberOrder {
    pub(super) number: String,
    /// Messages in any second from now on.
    limit: Option<u32>,
    #[serde(default)]
    fields: Members,
    /// Posts `phone_number_quality_update` with this event.
    event: Option<String>,
}

impl NumberOrder {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.limit == Some(0) {
            return Err("number: limit: give at least 1 message a second".to_owned());
        }
        Ok(())
    }

    /// The order that makes the number what it is now.
    pub(super) fn current(&self, world: &World) -> Option<Self> {
        let index = usize::from(world.number(&self.number)?);
        let told = world.number_fields[index].read();
        let fields = self.fields.keys().filter_map(|name| Some((name.clone(), told.get(name)?.clone())));
        let limit = self.limit.map(|_| world.limits[index].lock().window.limit());
        Some(Self { number: self.number.clone(), limit, fields: fields.collect(), event: None })
    }
}

/// Changes what is told of a number, and its throughput.
pub(super) fn change(world: &World, order: NumberOrder) -> Outcome {
    let index = known_number(world, &order.number)?;
    order.check()?;
    let NumberOrder { number, limit, fields, event } = order;
    let told = {
        let mut told = world.number_fields[usize::from(index)].write();
        if let Some(unknown) = fields.keys().find(|name| !told.contains_key(*name) || *name == "id") {
            return Err(Refusal::from(format!("fields: `{unknown}` cannot be changed; see GET /{{version}}/{number}")));
        }
        told.extend(fields);
        if let Some(limit) = limit {
            world.limits[usize::from(index)].lock().window.set_limit(limit);
            told.insert("throughput".to_owned(), throughput(limit));
        }
        told.clone()
    };
    if let Some(event) = event {
        let value = json!({
            "display_phone_number": world.business.numbers[usize::from(index)].1,
            "event": event,
            "max_daily_conversations_per_business": told[LIMIT_FIELD],
        });
        world.tell("phone_number_quality_update".to_owned(), value, None, None);
    }
    Ok(Value::Object(told))
}

/// Another number of people whom templates may go to in 24 hours; 0: any number.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessagingLimitOrder {
    people: u32,
}

impl MessagingLimitOrder {
    pub(super) fn current(world: &World) -> Self {
        Self { people: world.messaging_limit() }
    }
}

/// Changes the messaging limit of the account and posts it.
pub(super) fn limit_messaging(world: &World, order: MessagingLimitOrder) -> Value {
    world.set_messaging_limit(order.people);
    let tier = tier(order.people);
    for told in &world.number_fields {
        told.write().insert(LIMIT_FIELD.to_owned(), tier.into());
    }
    let value = json!({ "max_daily_conversations_per_business": tier, "max_phone_numbers_per_waba": NUMBERS_MAX });
    world.tell("business_capability_update".to_owned(), value, None, None);
    json!({ "people": order.people, "tier": tier })
}
