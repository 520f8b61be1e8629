//! What a tenant is granted.

use posthaste_postgres::{Admin, TenantTerms};
use posthaste_runtime::store::Store as _;

use crate::world::in_world;

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_a_version_of_the_graph_api_of_its_own_until_that_is_taken_back() {
    in_world(async |world| {
        let admin = Admin::connect(&world.url).await.expect("an administrative connection");
        let set = async |version: Option<&str>| {
            let terms = TenantTerms { graph_version: version.map(str::to_owned), ..TenantTerms::default() };
            let told = admin.set_terms(world.tenant, &terms).await;
            let entry = world.store.directory().await.expect("the directory").remove(0);
            (
                told.ok().and_then(|told| told.split_once("graph_version=").map(|(_, own)| own.to_owned())),
                entry.graph_version,
            )
        };
        let own = |version: &str| (Some(version.to_owned()), Some(version.to_owned()));
        assert_eq!(set(None).await, (Some("none".to_owned()), None));
        assert_eq!(set(Some("v25.0")).await, own("v25.0"));
        assert_eq!(set(None).await, own("v25.0"), "what is not named stays");
        assert_eq!(set(Some("latest/../v1")).await, (None, Some("v25.0".to_owned())), "it would stand in a path");
        assert_eq!(set(Some("")).await, (Some("none".to_owned()), None));
    })
    .await;
}
