//! Whose a group is, as webhooks tell it.

use posthaste_model::whatsapp::Update;
use posthaste_model::whatsapp::context::MetaError;
use posthaste_model::whatsapp::group::GroupChange;
use posthaste_postgres::Admin;
use posthaste_runtime::accounts::AccountStore as _;

use crate::identities::updated;
use crate::world::{SENDER, World, in_world};

const GROUP: &str = "Y2FwaV9ncm91cDox";

async fn tell(world: &World, sender: &str, change: GroupChange) {
    world.store.apply_account_updated(&updated(sender, Update::from(change))).await.expect("it is applied");
}

fn change(kind: &str, id: &str) -> GroupChange {
    GroupChange { group_id: Some(id.into()), r#type: Some(kind.into()), ..GroupChange::default() }
}

/// Every group that is known, with its number.
async fn known(world: &World) -> Vec<(String, String)> {
    let rows =
        world.sql.query("SELECT group_id, sender_id FROM number_group ORDER BY 1", &[]).await.expect("the groups");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_known_from_what_meta_tells_of_it_until_it_is_deleted() {
    in_world(async |world| {
        let own = [(GROUP.to_owned(), SENDER.to_owned())];
        // Whatever is told of a group first: it may have been made before the number came here.
        for kind in ["group_create", "group_create", "group_add_participants", "group_suspend"] {
            tell(&world, SENDER, change(kind, GROUP)).await;
            assert_eq!(known(&world).await, own, "{kind}");
        }
        let failed = GroupChange { errors: vec![MetaError::default()], ..change("group_delete", GROUP) };
        tell(&world, SENDER, failed).await;
        assert_eq!(known(&world).await, own, "the deletion failed");
        tell(&world, SENDER, GroupChange { group_id: None, ..change("group_create", "") }).await;
        tell(&world, SENDER, change("group_create", "a b")).await;
        tell(&world, SENDER, change("group_create", &"x".repeat(257))).await;
        assert_eq!(known(&world).await, own, "there is no such id");
        tell(&world, SENDER, change("group_delete", GROUP)).await;
        assert_eq!(known(&world).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_that_of_the_tenant_who_has_its_number_and_of_nobody_while_nobody_has() {
    in_world(async |world| {
        let admin = Admin::connect(&world.url).await.expect("an administrative connection");
        // Another tenant with another number of the same account.
        let (other, _) = admin.create_tenant("other").await.expect("a tenant");
        let number = "INSERT INTO sender SELECT (jsonb_populate_record(s, jsonb_build_object('tenant_id', $1::uuid, 'sender_id', 'S2'))).* \
                      FROM sender s";
        world.sql.execute(number, &[&other.0]).await.expect("another number");
        tell(&world, SENDER, change("group_create", GROUP)).await;
        tell(&world, "S2", change("group_create", "theirs")).await;
        tell(&world, "S3", change("group_create", "nobodys")).await;
        let whose = "SELECT tenant_id, group_id FROM number_group ORDER BY 2";
        let rows = world.sql.query(whose, &[]).await.expect("the groups");
        let rows: Vec<(uuid::Uuid, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(rows, [(world.tenant.0, GROUP.to_owned()), (other.0, "theirs".to_owned())]);
        // A number's word on a group of another counts for nothing.
        tell(&world, "S2", change("group_delete", GROUP)).await;
        assert_eq!(known(&world).await.len(), 2);
    })
    .await;
}
