//! The types of events, as they stand in the `ce_type` header: `<domain>.<entity or verb>.v<major>`.

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// The type of a record's value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventType { $($(#[$doc])* $name),+ }

        impl EventType {
            /// Every type, for documentation and contract tests.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The text in the header.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// Reads the header; `None` for a type of a newer version of the software.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

event_types! {
    /// [`crate::Intent`] on `senders.v1`.
    IntentSubmitted = "intent.submitted.v1",
    /// [`crate::StatusObserved`] on `senders.v1`.
    StatusObserved = "status.observed.v1",
    /// [`crate::StatusReported`] on `senders.v1`, where Meta told it by a name that this version does not know, and on
    /// `delivery.v1`, each once.
    StatusReported = "status.reported.v1",
    /// [`crate::WatermarkObserved`] on `senders.v1`.
    WatermarkObserved = "watermark.observed.v1",
    /// [`crate::InboundReceived`] on `senders.v1`, and deduplicated on `inbound.v1`.
    InboundReceived = "inbound.received.v1",
    /// [`crate::Transition`] on `delivery.v1`.
    DeliveryTransitioned = "delivery.transitioned.v1",
    /// [`crate::TemplateChanged`] on `accounts.v1`.
    TemplateChanged = "account.template_changed.v1",
    /// [`crate::LimitsChanged`] on `accounts.v1`.
    LimitsChanged = "account.limits_changed.v1",
    /// [`crate::AccountUpdated`] on `accounts.v1`.
    AccountUpdated = "account.updated.v1",
    /// [`crate::UnknownUpdate`] on `accounts.v1`.
    UnknownUpdate = "account.unknown_update.v1",
    /// [`crate::StreamProgressed`] on `senders.v1`.
    StreamProgressed = "stream.progressed.v1",
    /// A sign of life of the edge on `webhooks.raw.v1`, without a body: `ph-received-at` says when.
    EdgeHeartbeat = "edge.heartbeat.v1",
    /// [`crate::WebhooksCounted`] on `webhooks.raw.v1`, and passed on to `accounts.v1`.
    WebhooksCounted = "edge.webhooks_counted.v1",
    /// A dead letter on `dead-letters.v1`; the value is the buried bytes themselves.
    LetterBuried = "letter.buried.v1",
}
