//! Groups of numbers (Meta: groups/reference). Meta's id of a group does not say which number it is of, and any token of an app may
//! manage it: a group is the tenant's if a webhook or Meta's own list told that it is of a number that the tenant has.

use posthaste_meta::Answer;
use posthaste_model::{TenantId, group};
use posthaste_sql::queries::groups::{number_of_group, put_groups};
use serde_json::Value;

use crate::calls::Passed;
use crate::desk::{Desk, DeskError, committed, detached, followed};

impl Desk {
    /// Asks Meta about a group of one of the tenant's numbers.
    pub async fn ask_of_group(&self, tenant: TenantId, group_id: &str, passed: Passed) -> Result<Answer, DeskError> {
        let (desk, group_id) = (self.clone(), group_id.to_owned());
        detached(async move {
            let tx = desk.pool.tenants_tx([tenant]).await?;
            let number = number_of_group().bind(&*tx, &tenant.0, &group_id.as_str()).opt().await?;
            tx.rollback().await?;
            let own = desk.number_credential(tenant, &number.ok_or(DeskError::Unknown)?).await?;
            passed.ask(&desk, tenant, own.access(), &group_id).await
        })
        .await
    }

    /// Asks Meta for groups of a number of the tenant, which are known from then on.
    pub async fn list_groups(&self, tenant: TenantId, sender_id: &str, passed: Passed) -> Result<Answer, DeskError> {
        let (desk, sender_id) = (self.clone(), sender_id.to_owned());
        detached(async move {
            let own = desk.number_credential(tenant, &sender_id).await?;
            let answer = passed.ask(&desk, tenant, own.access(), &sender_id).await?;
            let told = answer.json();
            let groups = listed(&told);
            if answer.is_success() && !groups.is_empty() {
                let tx = desk.pool.tenants_tx([tenant]).await?;
                let written = put_groups().bind(&*tx, &groups, &tenant.0, &sender_id.as_str()).await;
                followed("listed groups", committed(tx, written).await);
            }
            Ok(answer)
        })
        .await
    }
}

/// The ids of the groups in Meta's list of them.
fn listed(answer: &Value) -> Vec<&str> {
    let groups = answer["data"]["groups"].as_array().into_iter().flatten();
    groups.filter_map(|group| group["id"].as_str()).filter(|id| group::contact(id).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_names_groups_by_ids_that_have_their_form() {
        let list =
            json!({ "data": { "groups": [{ "id": "Y2Fw", "subject": "x" }, { "id": "a b" }, {}, { "id": 7 }] } });
        assert_eq!(listed(&list), ["Y2Fw"]);
        assert!(listed(&json!({ "data": [] })).is_empty());
        assert!(listed(&json!({ "error": { "code": 190 } })).is_empty());
    }
}
