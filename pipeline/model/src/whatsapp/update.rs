//! What Meta tells of accounts, numbers, templates, calls and groups, by the field of the webhook.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::messenger::event::{Comment, Optin, ThreadControl, ThreadReferral, Watermark};
use crate::shape::{self, Shape, shapes};

use super::account::{
    AccountEvent, Alert, AutomaticEvent, BusinessUsername, Capability, FlowEvent, Handover, LinkClick, NumberName,
    NumberQuality, PartnerSolution, PaymentConfiguration, Preference, Review, Security, Settings, StateSync,
    UserIdUpdate,
};
use super::call::{Call, CallStatus};
use super::context::MetaError;
use super::group::GroupChange;
use super::template::{TemplateCategory, TemplateComponents, TemplateQuality};

shapes! {
    /// How far the history of a number has been handed over.
    HistoryProgress {
        /// 0: the last day, 1: to 90 days ago, 2: to 180.
        phase: Option<i64>,
        /// Position of the chunk in its phase; chunks come in any order.
        chunk_order: Option<i64>,
        /// Percent.
        progress: Option<i64>,
    }
}

macro_rules! updates {
    ($($(#[$doc:meta])* $name:ident($shape:ty) = $kind:literal),+ $(,)?) => {
        /// One update.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Update {
            $($(#[$doc])* $name(Box<$shape>),)+
            /// A kind that a newer version of the software tells of.
            #[serde(other)]
            Unknown,
        }

        impl Update {
            /// The value of `kind` in JSON.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)+ Self::Unknown => "unknown" }
            }

            /// Every kind with the members of its shape, for documentation.
            pub const KINDS: &'static [(&'static str, &'static [&'static str])] =
                &[$(($kind, <$shape as Shape>::MEMBERS)),+];
        }

        $(impl From<$shape> for Update {
            fn from(shape: $shape) -> Self {
                Self::$name(Box::new(shape))
            }
        })+
    };
}

updates! {
    /// A template's quality.
    TemplateQuality(TemplateQuality) = "template_quality",
    /// A template's words.
    TemplateComponents(TemplateComponents) = "template_components",
    /// A template's category.
    TemplateCategory(TemplateCategory) = "template_category",
    /// A number's quality and limits.
    NumberQuality(NumberQuality) = "number_quality",
    /// The review of a number's name.
    NumberName(NumberName) = "number_name",
    /// What a business may do.
    Capability(Capability) = "capability",
    /// A ban, a restriction, a partner's coming and going, a price.
    Account(AccountEvent) = "account",
    /// An alert.
    Alert(Alert) = "alert",
    /// The review of an account.
    Review(Review) = "review",
    /// The PIN of a number.
    Security(Security) = "security",
    /// The settings of a number.
    Settings(Settings) = "settings",
    /// The configuration of payments.
    PaymentConfiguration(PaymentConfiguration) = "payment_configuration",
    /// A solution of several partners.
    PartnerSolution(PartnerSolution) = "partner_solution",
    /// The username of a business.
    BusinessUsername(BusinessUsername) = "business_username",
    /// Marketing messages are wanted no more, or again.
    Preference(Preference) = "preference",
    /// A contact in the address book of a phone.
    StateSync(StateSync) = "state_sync",
    /// A person got another id.
    UserId(UserIdUpdate) = "user_id",
    /// A tap on a link of a marketing message.
    LinkClick(LinkClick) = "link_click",
    /// An error that belongs to no message.
    ApiError(MetaError) = "api_error",
    /// A purchase or a lead.
    AutomaticEvent(AutomaticEvent) = "automatic_event",
    /// A flow's state or health.
    Flow(FlowEvent) = "flow",
    /// A conversation got another owner.
    Handover(Handover) = "handover",
    /// A call.
    Call(Call) = "call",
    /// How far a call of the business has come.
    CallStatus(CallStatus) = "call_status",
    /// A group.
    Group(GroupChange) = "group",
    /// How far the history of a number has been handed over.
    HistoryProgress(HistoryProgress) = "history_progress",
    /// A person has got or seen everything up to a point of time (Messenger).
    Watermark(Watermark) = "watermark",
    /// A person came back into a conversation and wrote nothing (Messenger, Instagram).
    ThreadReferral(ThreadReferral) = "thread_referral",
    /// A person agreed to be written to (Messenger, Instagram).
    Optin(Optin) = "optin",
    /// A conversation got another owner (Messenger, Instagram).
    ThreadControl(ThreadControl) = "thread_control",
    /// Somebody wrote under a post (Instagram).
    Comment(Comment) = "comment",
}

impl Update {
    /// The lists of a change's `value` whose elements are updates, each read by [`Update::element`]; empty where the
    /// value itself is one, or the field is not known.
    pub fn lists(field: &str) -> &'static [&'static str] {
        match field {
            "user_preferences" => &["user_preferences"],
            "smb_app_state_sync" => &["state_sync"],
            "user_id_update" => &["user_id_update"],
            "automatic_events" => &["automatic_events"],
            "calls" => &["calls", "statuses", "errors"],
            "group_lifecycle_update"
            | "group_participants_update"
            | "group_settings_update"
            | "group_status_update" => &["groups"],
            _ => &[],
        }
    }

    /// Reads an element of one of the lists; `None` where it has no member that an update of its kind has.
    pub fn element(list: &str, object: &RawValue) -> Option<Self> {
        match list {
            "user_preferences" => filled::<Preference>(object),
            "state_sync" => filled::<StateSync>(object),
            "user_id_update" => filled::<UserIdUpdate>(object),
            "automatic_events" => filled::<AutomaticEvent>(object),
            "calls" => filled::<Call>(object),
            "statuses" => filled::<CallStatus>(object),
            "errors" => filled::<MetaError>(object),
            "groups" => filled::<GroupChange>(object),
            "user_actions" => filled::<LinkClick>(object),
            _ => None,
        }
    }

    /// The list of a change's `value` that an update of this kind stands in, the inverse of [`Update::element`]; `None` for one
    /// that is a whole `value`, and for what does not stand in a list of its own.
    pub fn list(&self) -> Option<&'static str> {
        match self {
            Self::Preference(_) => Some("user_preferences"),
            Self::StateSync(_) => Some("state_sync"),
            Self::UserId(_) => Some("user_id_update"),
            Self::AutomaticEvent(_) => Some("automatic_events"),
            Self::Call(_) => Some("calls"),
            Self::CallStatus(_) => Some("statuses"),
            Self::ApiError(_) => Some("errors"),
            Self::Group(_) => Some("groups"),
            Self::LinkClick(_) => Some("user_actions"),
            _ => None,
        }
    }

    /// Reads a `value` that is one update; `None` where the field is not known, or has no member that it should have.
    pub fn whole(field: &str, value: &RawValue) -> Option<Self> {
        match field {
            "message_template_quality_update" => filled::<TemplateQuality>(value),
            "message_template_components_update" => filled::<TemplateComponents>(value),
            "template_category_update" | "template_correct_category_detection" => filled::<TemplateCategory>(value),
            "phone_number_quality_update" => filled::<NumberQuality>(value),
            "phone_number_name_update" => filled::<NumberName>(value),
            "business_capability_update" => filled::<Capability>(value),
            "account_update" => filled::<AccountEvent>(value),
            "account_alerts" => filled::<Alert>(value),
            "account_review_update" => filled::<Review>(value),
            "security" => filled::<Security>(value),
            "account_settings_update" => filled::<Settings>(value),
            "payment_configuration_update" => filled::<PaymentConfiguration>(value),
            "partner_solutions" => filled::<PartnerSolution>(value),
            // Meta's sample has the singular, what it sends the plural.
            "business_username_updates" | "business_username_update" => filled::<BusinessUsername>(value),
            "messaging_handovers" => filled::<Handover>(value),
            "flows" => filled::<FlowEvent>(value),
            _ => None,
        }
    }
}

fn filled<T: Shape>(object: &RawValue) -> Option<Update>
where
    Update: From<T>,
{
    shape::filled::<T>(object).map(Update::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_goes_back_into_the_list_that_it_was_read_from() {
        let fields = ["user_preferences", "smb_app_state_sync", "user_id_update", "automatic_events", "calls"];
        let lists = fields.into_iter().chain(["group_status_update"]).flat_map(Update::lists);
        let all = serde_json::json!({
            "user_id": "US.1", "type": "contact", "detail": "x", "event_name": "Purchase", "id": "1", "code": 1,
            "group_id": "g", "action_type": "click",
        });
        let element = serde_json::value::to_raw_value(&all).expect("JSON");
        for list in lists.chain(&["user_actions"]) {
            let update = Update::element(list, &element).unwrap_or_else(|| panic!("{list}"));
            assert_eq!(update.list(), Some(*list));
        }
        let whole =
            Update::whole("account_review_update", serde_json::from_str(r#"{"decision":"APPROVED"}"#).expect("JSON"));
        assert_eq!(whole.expect("an update").list(), None);
    }
}
