//! Messages of Messenger and Instagram by the ids that Meta gave them.

use posthaste_core::sender::{Keys, Named};
use posthaste_model::{Contact, IntentId, Millis, SenderId, TenantId, Token, Wamid};
use posthaste_sql::client::Params;
use posthaste_sql::queries::sender_attempts::{
    MessagesUpto, MessagesUptoParams, NamedMessages, messages_upto, named_messages,
};

use super::{StoreError, from_database};
use crate::pool::Tx;

/// The two queries give the same columns in two generated types.
macro_rules! from_row {
    ($name:ident, $row:ty) => {
        fn $name(row: $row) -> (TenantId, Named) {
            let named = Named {
                sender_id: SenderId::new(row.sender_id),
                wamid: Wamid::new(row.wamid),
                contact: Contact::new(row.contact),
                token: Token { intent_id: IntentId(row.intent_id), attempt: row.attempt },
                sent_at: Millis(row.sent_at_ms),
            };
            (TenantId(row.tenant_id), named)
        }
    };
}

from_row!(from_named, NamedMessages);
from_row!(from_upto, MessagesUpto);

/// What the keys ask for. Nothing is asked where there are none: numbers of WhatsApp have tokens.
pub(super) async fn load(tx: &Tx, keys: &Keys) -> Result<Vec<(TenantId, Named)>, StoreError> {
    let mut found = Vec::new();
    if !keys.named.is_empty() {
        let tenants: Vec<_> = keys.named.iter().map(|key| key.0.0).collect();
        let senders: Vec<_> = keys.named.iter().map(|key| key.1.as_str()).collect();
        let wamids: Vec<_> = keys.named.iter().map(|key| key.2.as_str()).collect();
        let rows = named_messages().bind(&**tx, &tenants, &senders, &wamids).all().await;
        found.extend(rows.map_err(|error| from_database(&error))?.into_iter().map(from_named));
    }
    if !keys.watermarks.is_empty() {
        let reports = &keys.watermarks;
        let params = MessagesUptoParams {
            tenant_ids: reports.iter().map(|(tenant, _)| tenant.0).collect::<Vec<_>>(),
            sender_ids: reports.iter().map(|(_, own)| own.sender_id.as_str()).collect::<Vec<_>>(),
            contacts: reports.iter().map(|(_, own)| own.contact.as_str()).collect::<Vec<_>>(),
            upto: reports.iter().map(|(_, own)| own.upto.0).collect::<Vec<_>>(),
            marks: reports.iter().map(|(_, own)| own.status.bit()).collect::<Vec<_>>(),
        };
        let rows = messages_upto().params(&**tx, &params).all().await;
        found.extend(rows.map_err(|error| from_database(&error))?.into_iter().map(from_upto));
    }
    Ok(found)
}
