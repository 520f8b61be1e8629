//! What Messenger and Instagram tell and take, where it is not what WhatsApp has: both speak the same language, and their
//! conversations have the form of WhatsApp's ([`crate::InboundReceived`], [`crate::whatsapp::Content`]).

pub mod attachment;
pub mod event;
pub mod outgoing;

pub use attachment::{Attachment, Attachments, content};
