//! Campaigns as the sender's owner loads them.

use posthaste_core::sender::Keys;
use posthaste_model::{CampaignId, Filling, MarketingOptions, ProductPolicy};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_is_loaded_with_the_places_that_its_recipients_fill() {
    in_world(async |world| {
        let (named, plain) = (running(&world, None).await, running(&world, None).await);
        let layout = r#"{"columns":[{"name":"first_name","kind":"text"}],"templates":[[{"component":"body","type":"text",
                         "parameter_name":"first_name","filling":{"column":0}}]]}"#;
        let update = "UPDATE campaign SET layout = $2 WHERE campaign_id = $1";
        world.sql.execute(update, &[&named.0, &layout]).await.expect("a layout");
        let campaigns = [named, plain].map(|id| (world.tenant, id)).to_vec();
        let rows = world.store.load(&Keys { campaigns, ..Keys::default() }).await.expect("the campaigns");
        let slots = rows.campaigns[&named].templates[0].slots.as_deref().expect("its places");
        assert_eq!((slots[0].parameter_name.as_deref(), &slots[0].filling), (Some("first_name"), &Filling::Column(0)));
        assert_eq!(rows.campaigns[&plain].templates[0].slots, None);
    })
    .await;
}
