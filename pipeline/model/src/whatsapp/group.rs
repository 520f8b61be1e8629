//! Groups (WhatsApp Business Platform OpenAPI, webhooks `group_*_update`).

use crate::shape::shapes;
use crate::time::Millis;

use super::context::MetaError;

shapes! {
    /// Something happened to a group: it was created or deleted, got other settings, or people came and went.
    GroupChange {
        /// The group.
        group_id: Option<String>,
        /// `group_create`, `group_delete`, `group_settings_update`, `group_add_participants`, `group_remove_participants`, …
        r#type: Option<String>,
        /// When.
        timestamp: Option<Millis>,
        /// The request that it answers.
        request_id: Option<String>,
        /// Its name.
        subject: Option<String>,
        /// What it is about.
        description: Option<String>,
        /// How people come in.
        invite_link: Option<String>,
        /// Its picture.
        profile_picture: Option<Box<GroupPicture>>,
        /// Who came.
        added_participants: Vec<Participant>,
        /// Who went.
        removed_participants: Vec<Participant>,
        /// Who could not come or go.
        failed_participants: Vec<Participant>,
        /// Why nothing came of it.
        errors: Vec<MetaError>,
    }

    /// A picture of a group.
    GroupPicture {
        /// Such as `image/jpeg`.
        mime_type: Option<String>,
        /// Hash of its bytes.
        sha256: Option<String>,
    }

    /// A person in a group.
    Participant {
        /// As the request wrote it.
        input: Option<String>,
        /// Their number.
        wa_id: Option<String>,
        /// Their business-scoped id.
        user_id: Option<String>,
        /// Why it failed.
        errors: Vec<MetaError>,
    }
}
