//! What WhatsApp tells, as types: one shape per object of Meta's webhooks, with Meta's names.

pub mod account;
pub mod call;
pub mod content;
pub mod context;
pub mod group;
pub mod outgoing;
pub mod template;
pub mod update;

pub use content::Content;
pub use context::{Context, Identity, MetaError, Referral};
pub use update::Update;
