//! Campaigns as the sender's owner loads them.

use posthaste_core::sender::Keys;
use posthaste_model::{CampaignId, MarketingOptions, ProductPolicy};
use posthaste_runtime::store::Store as _;
use uuid::Uuid;

use crate::world::{SENDER, TEMPLATE, World, in_world};

/// A campaign that runs.
async fn running(world: &World, marketing: Option<&str>) -> CampaignId {
    let id = Uuid::now_v7();
    let campaign = "INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, \
                    unknown_policy, ttl_seconds, state, marketing) \
                    VALUES ($1, $2, 'spring', $3, $4, 'en_US', 'at_most_once', 3600, 'running', $5)";
    world.sql.execute(campaign, &[&world.tenant.0, &id, &SENDER, &TEMPLATE, &marketing]).await.expect("a campaign");
    let progress = "INSERT INTO campaign_progress (tenant_id, campaign_id) VALUES ($1, $2)";
    world.sql.execute(progress, &[&world.tenant.0, &id]).await.expect("its progress");
    CampaignId(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_loaded_with_how_its_marketing_is_sent() {
    in_world(async |world| {
        let strict = running(&world, Some(r#"{"product_policy":"STRICT"}"#)).await;
        let defaults = running(&world, Some("{}")).await;
        let ordinary = running(&world, None).await;
        let campaigns = [strict, defaults, ordinary].map(|id| (world.tenant, id)).to_vec();
        let rows = world.store.load(&Keys { campaigns, ..Keys::default() }).await.expect("the campaigns");
        let policy = Some(ProductPolicy::Strict);
        let options = MarketingOptions { product_policy: policy, ..MarketingOptions::default() };
        assert_eq!(rows.campaigns[&strict].marketing, Some(options));
        assert_eq!(rows.campaigns[&defaults].marketing, Some(MarketingOptions::default()));
        assert_eq!(rows.campaigns[&ordinary].marketing, None);
    })
    .await;
}
