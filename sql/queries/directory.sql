--- Questions that go across tenants, answered by functions of a role of their own.

--! directory_senders : (graph_version?, tenant_max_per_minute?, messaging_limit?, blocked_until_ms?, restrictions?, quality_event?)
SELECT tenant_id, sender_id, waba_id, limit_per_second, access_token, graph_version, tenant_weight, tenant_max_per_minute,
       tenant_time_zone, portfolio_id, messaging_limit, stop_words, blocked, blocked_until_ms,
       restrictions, quality_event
  FROM directory_senders();

--! directory_waba_tenants
SELECT waba_id, tenant_id FROM directory_waba_tenants(:wabas);

--! directory_active_campaigns
SELECT tenant_id, campaign_id, sender_id FROM directory_active_campaigns();

--! tenant_of_api_key
SELECT tenant_id, name, backlog_max FROM tenant_of_api_key(:hash);
