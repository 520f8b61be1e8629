//! The words of the system: ids, units, and the versioned events that cross the log.
//!
//! Everything here is plain data that serializes with serde. The crate does no I/O, reads no clock and draws no random
//! number; every other crate may depend on it. A record's *type* travels in the header [`header::CE_TYPE`], its value is
//! the JSON of the struct that [`event::EventType`] names.

pub mod account;
pub mod category;
pub mod channel;
pub mod edge;
pub mod event;
pub mod group;
pub mod header;
pub mod id;
pub mod inbound;
pub mod intent;
pub mod layout;
pub mod lenient;
pub mod messenger;
pub mod phone;
pub mod reader;
pub mod sequence;
pub mod shape;
pub mod status;
pub mod stream;
mod surrogates;
pub mod time;
pub mod topic;
pub mod user_id;
pub mod whatsapp;

pub use account::{AccountUpdated, LimitsChanged, MessagingLimit, TemplateChanged, TemplateStatus, UnknownUpdate};
pub use channel::Channel;
pub use edge::WebhooksCounted;
pub use event::EventType;
pub use id::{AppKey, CampaignId, Contact, IntentId, PortfolioId, SenderId, TenantId, WabaId, Wamid};
pub use inbound::{InboundReceived, Source};
pub use intent::{
    AttemptNumber, CALLBACK_DATA_MAX, CampaignRef, Class, FreeForm, Intent, MarketingOptions, Message, ProductPolicy,
    Receipt, SenderAction, TemplateMessage, TextMessage, UnknownPolicy,
};
pub use layout::{Column, ColumnKind, Filling, Layout, Slot};
pub use sequence::{Origin, Sequence};
pub use status::{Status, StatusObserved, StatusReported, Token, Transition, WatermarkObserved};
pub use stream::{HEARTBEAT_EVERY_MS, StreamProgressed};
pub use time::Millis;
