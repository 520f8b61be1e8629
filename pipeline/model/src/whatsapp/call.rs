//! Calls (WhatsApp Business Platform OpenAPI, webhooks `calls`).

use crate::shape::shapes;
use crate::time::Millis;

use super::context::MetaError;

shapes! {
    /// Something happened to a call.
    Call {
        /// `wacid.…`
        id: Option<String>,
        /// Who calls.
        from: Option<String>,
        /// Who is called.
        to: Option<String>,
        /// Business-scoped id of the caller.
        from_user_id: Option<String>,
        /// `connect`, `terminate`, …
        event: Option<String>,
        /// When.
        timestamp: Option<Millis>,
        /// `USER_INITIATED` or `BUSINESS_INITIATED`.
        direction: Option<String>,
        /// The offer or the answer.
        session: Option<Box<CallSession>>,
        /// How it ended: `COMPLETED`, `FAILED`, …
        status: Option<String>,
        /// When people began to talk.
        start_time: Option<Millis>,
        /// When they stopped.
        end_time: Option<Millis>,
        /// For how many seconds they talked.
        duration: Option<i64>,
        /// What its sender gave with it.
        biz_opaque_callback_data: Option<String>,
        /// What the button that began it carried.
        cta_payload: Option<String>,
        /// What the link that began it carried.
        deeplink_payload: Option<String>,
        /// Why it failed.
        errors: Vec<MetaError>,
    }

    /// A session description (RFC 8866).
    CallSession {
        /// The description.
        sdp: Option<String>,
        /// `offer` or `answer`.
        sdp_type: Option<String>,
    }

    /// How far a call of the business has come.
    CallStatus {
        /// `wacid.…`
        id: Option<String>,
        /// `RINGING`, `ACCEPTED` or `REJECTED`.
        status: Option<String>,
        /// When.
        timestamp: Option<Millis>,
        /// Who is called.
        recipient_id: Option<String>,
        /// Business-scoped id of who is called.
        recipient_user_id: Option<String>,
        /// What its sender gave with it.
        biz_opaque_callback_data: Option<String>,
    }
}
