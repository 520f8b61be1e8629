//! What Messenger and Instagram tell beside messages (Meta: messenger-platform/reference/webhook-events).
//!
//! `contact` is the person whom the event is about, by the id that the page or the account knows.

use serde_json::value::RawValue;

use crate::shape::{self, Members, shapes};
use crate::time::Millis;
use crate::whatsapp::Referral;

shapes! {
    /// A person has got or seen everything up to a point of time, for those who follow the account. What it says of our messages, none
    /// of which Meta names, is [`WatermarkObserved`](crate::WatermarkObserved).
    Watermark {
        /// The person.
        contact: Option<String>,
        /// `delivered` or `read`.
        status: Option<String>,
        /// Everything that was sent to the person until then.
        watermark: Option<Millis>,
    }

    /// A person came back into a conversation by a link, an advertisement or a plugin, and wrote nothing.
    ThreadReferral {
        /// The person.
        contact: Option<String>,
        /// Where they came from.
        referral: Option<Box<Referral>>,
    }

    /// A person agreed to be written to, or to be written to no longer.
    Optin {
        /// The person; nobody where only `user_ref` is known.
        contact: Option<String>,
        /// What the plugin was given.
        r#ref: Option<String>,
        /// The person's place in a plugin: it can be sent to.
        user_ref: Option<String>,
        /// `notification_messages`, or none of a plugin.
        r#type: Option<String>,
        /// What the request was given.
        payload: Option<String>,
        /// What the person read.
        title: Option<String>,
        /// Where such messages are sent to.
        notification_messages_token: Option<String>,
        /// `DAILY`, `WEEKLY` or `MONTHLY`.
        notification_messages_frequency: Option<String>,
        /// Zone of the person.
        notification_messages_timezone: Option<String>,
        /// `STOP_NOTIFICATIONS` or `RESUME_NOTIFICATIONS`, where the person changed their mind.
        notification_messages_status: Option<String>,
        /// Until when the token holds.
        token_expiry_timestamp: Option<Millis>,
        /// `REFRESHED` or `NOT_REFRESHED`.
        user_token_status: Option<String>,
    }

    /// A conversation got, or is to get, another owner among the apps of a page.
    ThreadControl {
        /// The person.
        contact: Option<String>,
        /// `pass_thread_control`, `take_thread_control`, `request_thread_control` or `app_roles`.
        event: Option<String>,
        /// The app that had it.
        previous_owner_app_id: Option<String>,
        /// The app that has it.
        new_owner_app_id: Option<String>,
        /// The app that wants it.
        requested_owner_app_id: Option<String>,
        /// What that app adds.
        metadata: Option<String>,
        /// What the apps of the page are to do, of `app_roles`.
        roles: Vec<AppRoles>,
    }

    /// The roles of an app.
    AppRoles {
        /// The app.
        app_id: Option<String>,
        /// `primary_receiver` or `secondary_receiver`.
        roles: Vec<String>,
    }

    /// Somebody wrote under a post, a reel or a live video; it can be answered in private, once.
    Comment {
        /// Its id, which a private answer is sent to.
        id: Option<String>,
        /// The comment that it answers.
        parent_id: Option<String>,
        /// What they wrote.
        text: Option<String>,
        /// Who.
        from: Option<Box<CommentAuthor>>,
        /// Under what.
        media: Option<Box<CommentMedia>>,
    }

    /// Who wrote a comment.
    CommentAuthor {
        /// Their id for this account.
        id: Option<String>,
        /// Their public name.
        username: Option<String>,
    }

    /// What was commented on.
    CommentMedia {
        /// Its id.
        id: Option<String>,
        /// `FEED`, `REELS`, `STORY`, `AD`, `LIVE`.
        media_product_type: Option<String>,
        /// The advertisement that it is.
        ad_id: Option<String>,
        /// The title of that advertisement.
        ad_title: Option<String>,
    }
}

impl ThreadControl {
    /// Reads the object of an event of this name; `None` where nothing of it can be read. That of `app_roles` has the apps as
    /// names of its members.
    pub fn of(event: &str, object: &RawValue) -> Option<Self> {
        let control = match event {
            "app_roles" => {
                let roles: Vec<AppRoles> = Members::of(object)?.iter().map(AppRoles::of).collect();
                (!roles.is_empty()).then(|| Self { roles, ..Self::default() })
            }
            _ => shape::filled(object),
        };
        control.map(|control| Self { event: Some(event.to_owned()), ..control })
    }
}

impl AppRoles {
    fn of((app_id, roles): (&str, &RawValue)) -> Self {
        let one = || shape::member::<Option<String>>(roles).into_iter().collect();
        let roles = Some(shape::member::<Vec<String>>(roles)).filter(|roles| !roles.is_empty()).unwrap_or_else(one);
        Self { app_id: Some(app_id.replace('\0', "")), roles }
    }
}
