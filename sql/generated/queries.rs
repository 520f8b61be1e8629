// This file was generated with `cornucopia`. Do not modify.

pub mod api_campaigns;
pub mod api_catalog;
pub mod api_copies;
pub mod api_endpoints;
pub mod api_holds;
pub mod api_idempotency;
pub mod api_media;
pub mod api_messages;
pub mod api_opt_outs;
pub mod api_recipients;
pub mod commands;
pub mod directory;
pub mod holds;
pub mod lake;
pub mod lease;
pub mod letters;
pub mod management;
pub mod portfolio;
pub mod replay;
pub mod sender_attempts;
pub mod sender_campaigns;
pub mod sender_holds;
pub mod sender_inbound;
pub mod sender_task;
pub mod sink;
