//! Every number, page and Instagram account that is registered, and whose what Meta tells of accounts is.
//!
//! An event of `accounts.v1` names an account and no tenant, and numbers of one account may belong to several. So what names a
//! number is told to the tenant whose number it is, and to nobody while it is nobody's; what is the same for all numbers of the
//! account (its templates, its limits, its bans) to every tenant that has one there; and everything else, of which nobody can
//! say whose it is, only where one tenant has all of them.

use std::collections::{BTreeSet, HashMap};

use parking_lot::RwLock;
use posthaste_model::{SenderId, TenantId, header};
use posthaste_runtime::record::InRecord;

use crate::about::{self, About, digits};

/// What is known of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// Whose it is.
    pub(crate) tenant: TenantId,
    /// Its account.
    pub(crate) waba_id: String,
    /// How it is written.
    pub(crate) display: String,
    /// Whether it is a number of WhatsApp, and not a page.
    pub(crate) is_whatsapp: bool,
}

#[derive(Debug, Default)]
struct Register {
    numbers: HashMap<SenderId, Number>,
    /// The numbers of each account.
    accounts: HashMap<String, Vec<SenderId>>,
}

/// Every number, by its id; read anew now and then.
#[derive(Debug, Default)]
pub(crate) struct Numbers(RwLock<Register>);

impl Numbers {
    /// Takes the newest list over.
    pub(crate) fn set(&self, numbers: HashMap<SenderId, Number>) {
        let mut accounts: HashMap<String, Vec<SenderId>> = HashMap::new();
        for (id, number) in &numbers {
            accounts.entry(number.waba_id.clone()).or_default().push(id.clone());
        }
        *self.0.write() = Register { numbers, accounts };
    }

    /// A number, by its id.
    pub(crate) fn of(&self, sender: &SenderId) -> Option<Number> {
        self.0.read().numbers.get(sender).cloned()
    }

    /// The tenants that a record is for: the one that it names, or those that an event of an account is told to.
    pub(crate) fn tenants(&self, record: &InRecord) -> BTreeSet<TenantId> {
        if let Some(tenant) = record.header(header::CE_TENANT_ID) {
            return tenant.parse().ok().into_iter().collect();
        }
        let read = about::read(record.header(header::CE_TYPE).unwrap_or_default(), &record.value);
        read.map_or_else(
            |error| {
                tracing::error!(
                    topic = &*record.topic, partition = record.partition, offset = record.offset, %error,
                    "an event of an account cannot be read and is not delivered"
                );
                metrics::counter!("posthaste_sink_deliveries_total", "outcome" => "not_an_event").increment(1);
                BTreeSet::new()
            },
            |told| told.map(|(waba, about)| self.told(waba.as_str(), &about)).unwrap_or_default(),
        )
    }

    fn told(&self, waba_id: &str, about: &About) -> BTreeSet<TenantId> {
        let register = self.0.read();
        let ids = register.accounts.get(waba_id).into_iter().flatten();
        let own = ids.filter_map(|id| register.numbers.get(id));
        match about {
            About::Number(id) => register.numbers.get(id).map(|number| number.tenant).into_iter().collect(),
            About::Digits(named) => {
                own.filter(|number| digits(&number.display) == *named).map(|number| number.tenant).collect()
            }
            About::Everybody => own.map(|number| number.tenant).collect(),
            About::Something => {
                let tenants: BTreeSet<_> = own.map(|number| number.tenant).collect();
                if tenants.len() == 1 { tenants } else { BTreeSet::new() }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use posthaste_model::EventType;
    use serde_json::{Value, json};

    use super::*;

    const OWN: TenantId = TenantId(uuid::Uuid::from_u128(1));
    const OTHER: TenantId = TenantId(uuid::Uuid::from_u128(2));

    /// The account `shared` has a number of each tenant, `whole` two of one.
    fn numbers() -> Numbers {
        let number = |id: &str, tenant, waba: &str, display: &str| {
            let number = Number { tenant, waba_id: waba.into(), display: display.into(), is_whatsapp: true };
            (SenderId::new(id), number)
        };
        let numbers = Numbers::default();
        numbers.set(HashMap::from([
            number("11", OWN, "shared", "+1 631 555 0101"),
            number("12", OTHER, "shared", "+1 631 555 0102"),
            number("21", OWN, "whole", "+1 631 555 0201"),
            number("22", OWN, "whole", "+1 631 555 0202"),
        ]));
        numbers
    }

    fn tenants(event_type: EventType, event: &Value) -> Vec<TenantId> {
        let record = InRecord {
            topic: posthaste_model::topic::ACCOUNTS.into(),
            partition: 0,
            offset: 0,
            key: None,
            headers: [(header::CE_TYPE, event_type.as_str())].into_iter().collect(),
            value: event.to_string().into(),
        };
        numbers().tenants(&record).into_iter().collect()
    }

    fn updated(waba: &str, sender: Option<&str>, update: &Value) -> Vec<TenantId> {
        let mut event =
            json!({"waba_id": waba, "field": "x", "update": update, "at": "2026-11-21T00:00:00.000Z", "raw": "{}"});
        if let Some(sender) = sender {
            event["sender_id"] = json!(sender);
        }
        tenants(EventType::AccountUpdated, &event)
    }

    #[test]
    fn what_names_a_number_is_told_to_its_tenant_alone_and_to_nobody_while_it_is_nobodys() {
        let preference = json!({"kind": "preference", "wa_id": "16315550999", "value": "stop"});
        assert_eq!(updated("shared", Some("11"), &preference), [OWN]);
        assert_eq!(updated("shared", Some("12"), &preference), [OTHER]);
        assert_eq!(updated("shared", Some("13"), &preference), []);
        assert_eq!(updated("whole", Some("23"), &preference), [], "it may be somebody's who is not here yet");
        for kind in ["number_quality", "number_name", "security", "business_username"] {
            let named = |number: &str| json!({"kind": kind, "display_phone_number": number});
            assert_eq!(updated("shared", None, &named("16315550102")), [OTHER], "{kind}");
            assert_eq!(updated("shared", None, &named("+1 (631) 555-0101")), [OWN], "{kind}");
            assert_eq!(updated("shared", None, &named("16315550202")), [], "{kind}: another account's");
            assert_eq!(updated("whole", None, &named("16315550203")), [], "{kind}");
        }
        let alert = json!({"kind": "alert", "entity_type": "PHONE_NUMBER", "entity_id": "12"});
        assert_eq!(updated("shared", None, &alert), [OTHER]);
    }

    #[test]
    fn what_is_the_same_for_all_is_told_to_all_and_the_rest_where_one_tenant_has_everything() {
        for kind in ["template_quality", "template_components", "template_category", "account", "review", "capability"]
        {
            assert_eq!(updated("shared", None, &json!({"kind": kind})), [OWN, OTHER], "{kind}");
            assert_eq!(updated("whole", None, &json!({"kind": kind})), [OWN], "{kind}");
            assert_eq!(updated("strange", None, &json!({"kind": kind})), [], "{kind}");
        }
        for kind in ["flow", "alert", "partner_solution", "payment_configuration", "settings", "call", "invented"] {
            assert_eq!(updated("shared", None, &json!({"kind": kind})), [], "{kind}");
            assert_eq!(updated("whole", None, &json!({"kind": kind})), [OWN], "{kind}");
        }
    }

    #[test]
    fn templates_and_limits_are_told_to_those_whom_they_concern() {
        let at = "2026-11-21T00:00:00.000Z";
        let template = json!({"waba_id": "shared", "name": "a", "language": "de", "event": "PAUSED", "at": at});
        assert_eq!(tenants(EventType::TemplateChanged, &template), [OWN, OTHER]);
        let limits = json!({"waba_id": "shared", "messaging_limit": {"people": 250}, "at": at});
        assert_eq!(tenants(EventType::LimitsChanged, &limits), [OWN, OTHER]);
        let limits = json!({"waba_id": "shared", "number": "16315550102", "limit_per_second": 1_000, "at": at});
        assert_eq!(tenants(EventType::LimitsChanged, &limits), [OTHER]);
    }

    #[test]
    fn what_nobody_knows_is_told_by_the_number_that_it_names_and_a_piece_without_one_to_nobody() {
        let unknown = |waba: &str, raw: &Value| {
            let event = json!({"waba_id": waba, "field": "novelty", "what": "field", "at": "2026-11-21T00:00:00.000Z",
                "raw": raw.to_string()});
            tenants(EventType::UnknownUpdate, &event)
        };
        let change = |value: Value| json!({"field": "novelty", "value": value});
        let named = change(json!({"metadata": {"phone_number_id": "12"}}));
        assert_eq!(unknown("shared", &named), [OTHER]);
        assert_eq!(unknown("shared", &change(json!({"display_phone_number": "16315550101"}))), [OWN]);
        assert_eq!(unknown("shared", &change(json!({"x": 1}))), []);
        assert_eq!(unknown("whole", &change(json!({"x": 1}))), [OWN]);
        assert_eq!(unknown("whole", &json!({"id": "wamid.A", "status": "deleted"})), []);
        assert_eq!(tenants(EventType::InboundReceived, &json!({})), [], "an event of a conversation names its tenant");
        assert_eq!(tenants(EventType::AccountUpdated, &json!({})), []);
        let counted = json!({"edge": "e", "app": "demo", "since": "2026-11-21T00:00:00.000Z", "outcomes": {}});
        assert_eq!(tenants(EventType::WebhooksCounted, &counted), [], "what the edge tells is the operator's");
    }
}
