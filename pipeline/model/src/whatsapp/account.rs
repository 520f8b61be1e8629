//! Accounts, numbers and portfolios (Meta: webhooks/reference/account_update and its neighbours).

use crate::shape::shapes;
use crate::time::Millis;

use super::context::Identity;

shapes! {
    /// Something happened to an account. `event` says what, and which of the other members there are.
    AccountEvent {
        /// `DISABLED_UPDATE`, `ACCOUNT_RESTRICTION`, `PARTNER_REMOVED`, …
        event: Option<String>,
        /// The account, where the entry names a portfolio.
        waba_info: Option<Box<WabaInfo>>,
        /// What was done wrong.
        violation_info: Option<Box<Violation>>,
        /// What is forbidden, and until when.
        restriction_info: Vec<Restriction>,
        /// Whether the account is banned.
        ban_info: Option<Box<Ban>>,
        /// The level of prices by volume.
        volume_tier_info: Option<Box<VolumeTier>>,
        /// Where the price for authentication from abroad holds.
        auth_international_rate_eligibility: Option<Box<InternationalRate>>,
        /// The country of the business.
        country: Option<String>,
        /// Why a partner was removed.
        disconnection_info: Option<Box<Disconnection>>,
        /// A client's certification.
        partner_client_certification_info: Option<Box<Certification>>,
    }

    /// An account and whom it belongs to.
    WabaInfo {
        /// The account.
        waba_id: Option<String>,
        /// The portfolio that owns it.
        owner_business_id: Option<String>,
        /// The partner's app.
        partner_app_id: Option<String>,
        /// The solution.
        solution_id: Option<String>,
        /// The portfolios of the solution's partners.
        solution_partner_business_ids: Vec<String>,
    }

    /// A violation of a policy.
    Violation {
        /// Which.
        violation_type: Option<String>,
    }

    /// Something that an account may not do.
    Restriction {
        /// `RESTRICTED_BIZ_INITIATED_MESSAGING`, `RESTRICTED_CUSTOMER_INITIATED_MESSAGING`, …
        restriction_type: Option<String>,
        /// Until when.
        expiration: Option<Millis>,
        /// What helps.
        remediation: Option<String>,
    }

    /// A ban.
    Ban {
        /// `DISABLE`, `REINSTATE` or `SCHEDULE_FOR_DISABLE`.
        waba_ban_state: Option<String>,
        /// A date in words.
        waba_ban_date: Option<String>,
    }

    /// A level of prices by volume.
    VolumeTier {
        /// When it was reached; of two that contradict each other the earlier one holds.
        tier_update_time: Option<Millis>,
        /// `UTILITY` or `AUTHENTICATION`.
        pricing_category: Option<String>,
        /// From how many messages to how many, as `25000001:50000000`.
        tier: Option<String>,
        /// `YYYY-MM`.
        effective_month: Option<String>,
        /// The market.
        region: Option<String>,
    }

    /// Where the price for authentication from abroad holds.
    InternationalRate {
        /// From when on.
        start_time: Option<Millis>,
        /// Where it begins at another time.
        exception_countries: Vec<RateException>,
    }

    /// A country with a beginning of its own.
    RateException {
        /// ISO 3166 alpha-2.
        country_code: Option<String>,
        /// From when on.
        start_time: Option<Millis>,
    }

    /// Why a number left its partner.
    Disconnection {
        /// `ACCOUNT_DISCONNECTED`, `CHANGE_NUMBER`, `PRIMARY_INACTIVITY`, …
        reason: Option<String>,
        /// `USER` or `SYSTEM`.
        initiated_by: Option<String>,
    }

    /// A client's certification.
    Certification {
        /// The client.
        client_business_id: Option<String>,
        /// How far it is.
        status: Option<String>,
        /// Why it was refused.
        rejection_reasons: Vec<String>,
    }

    /// A number's quality and limits.
    NumberQuality {
        /// The number, as it is shown.
        display_phone_number: Option<String>,
        /// `ONBOARDING`, `THROUGHPUT_UPGRADE`; older: `UPGRADE`, `DOWNGRADE`, `FLAGGED`, `UNFLAGGED`.
        event: Option<String>,
        /// Until early 2026.
        old_limit: Option<String>,
        /// Until early 2026.
        current_limit: Option<String>,
        /// `TIER_250` … `TIER_UNLIMITED`.
        max_daily_conversations_per_business: Option<String>,
    }

    /// What a business may do.
    Capability {
        /// `TIER_250` … `TIER_UNLIMITED`, or the number itself, -1 for no limit.
        max_daily_conversations_per_business: Option<String>,
        /// Numbers in one account.
        max_phone_numbers_per_waba: Option<i64>,
        /// Numbers in the portfolio.
        max_phone_numbers_per_business: Option<i64>,
        /// Until early 2026.
        max_daily_conversation_per_phone: Option<String>,
    }

    /// The review of a number's name.
    NumberName {
        /// The number, as it is shown.
        display_phone_number: Option<String>,
        /// `APPROVED`, `REJECTED` or `DEFERRED`.
        decision: Option<String>,
        /// The name.
        requested_verified_name: Option<String>,
        /// Why not.
        rejection_reason: Option<String>,
    }

    /// An alert. Older ones have the members of `alert_info` beside the others.
    Alert {
        /// `BUSINESS`, `PHONE_NUMBER`, …
        entity_type: Option<String>,
        /// Which.
        entity_id: Option<String>,
        /// What is the matter.
        alert_info: Option<Box<AlertInfo>>,
        /// See [`AlertInfo`].
        alert_severity: Option<String>,
        /// See [`AlertInfo`].
        alert_status: Option<String>,
        /// See [`AlertInfo`].
        alert_type: Option<String>,
        /// See [`AlertInfo`].
        alert_description: Option<String>,
    }

    /// What an alert says.
    AlertInfo {
        /// `CRITICAL`, `WARNING` or `INFORMATIONAL`.
        alert_severity: Option<String>,
        /// `ACTIVE` or `NONE`.
        alert_status: Option<String>,
        /// `OBA_APPROVED`, `PROFILE_PICTURE_LOST`, …
        alert_type: Option<String>,
        /// In words.
        alert_description: Option<String>,
    }

    /// The review of an account.
    Review {
        /// `APPROVED`, `REJECTED`, `PENDING` or `DEFERRED`.
        decision: Option<String>,
    }

    /// The PIN of a number.
    Security {
        /// The number, as it is shown.
        display_phone_number: Option<String>,
        /// `PIN_CHANGED`, `PIN_RESET_REQUEST` or `PIN_REQUEST_SUCCESS`.
        event: Option<String>,
        /// Who asked.
        requester: Option<String>,
    }

    /// The settings of a number. Meta documents no members; `raw` has them.
    Settings {
        /// What is set.
        r#type: Option<String>,
        /// When.
        timestamp: Option<Millis>,
    }

    /// The configuration of payments.
    PaymentConfiguration {
        /// Its name.
        configuration_name: Option<String>,
        /// Who pays out.
        provider_name: Option<String>,
        /// The account there.
        provider_mid: Option<String>,
        /// How far it is.
        status: Option<String>,
        /// When it was made.
        created_timestamp: Option<Millis>,
        /// When it was changed.
        updated_timestamp: Option<Millis>,
    }

    /// A solution of several partners.
    PartnerSolution {
        /// `SOLUTION_CREATED` or `SOLUTION_UPDATED`.
        event: Option<String>,
        /// Which.
        solution_id: Option<String>,
        /// `ACTIVE`, `DRAFT`, `DEACTIVATED`, …
        solution_status: Option<String>,
    }

    /// The username of a business.
    BusinessUsername {
        /// The number, as it is shown.
        display_phone_number: Option<String>,
        /// The name.
        username: Option<String>,
        /// `approved`, `reserved` or `deleted`.
        status: Option<String>,
    }

    /// A person wants marketing messages no more, or again.
    Preference {
        /// Their number.
        wa_id: Option<String>,
        /// Their business-scoped id.
        user_id: Option<String>,
        /// Their id in the parent portfolio.
        parent_user_id: Option<String>,
        /// In words.
        detail: Option<String>,
        /// `marketing_messages`.
        category: Option<String>,
        /// `stop` or `resume`.
        value: Option<String>,
        /// When.
        timestamp: Option<Millis>,
    }

    /// A contact in the address book of a phone that shares its number with the platform.
    StateSync {
        /// `contact`.
        r#type: Option<String>,
        /// The person.
        contact: Option<Box<BookContact>>,
        /// `add`, which also means a change, or `remove`.
        action: Option<String>,
        /// When.
        metadata: Option<Box<SyncMetadata>>,
    }

    /// A person in an address book.
    BookContact {
        /// Full name.
        full_name: Option<String>,
        /// First name.
        first_name: Option<String>,
        /// The number.
        phone_number: Option<String>,
    }

    /// When an address book was changed.
    SyncMetadata {
        /// The time.
        timestamp: Option<Millis>,
    }

    /// A person got another business-scoped id.
    UserIdUpdate {
        /// Their number.
        wa_id: Option<String>,
        /// In words.
        detail: Option<String>,
        /// Old and new.
        user_id: Option<Box<IdChange>>,
        /// Old and new in the parent portfolio.
        parent_user_id: Option<Box<IdChange>>,
        /// When.
        timestamp: Option<Millis>,
    }

    /// An id before and after.
    IdChange {
        /// Before.
        previous: Option<String>,
        /// After.
        current: Option<String>,
    }

    /// Somebody tapped a link of a marketing message; Meta does not tell who, nor in which message.
    LinkClick {
        /// What was done.
        action_type: Option<String>,
        /// When.
        timestamp: Option<Millis>,
        /// What was tapped.
        marketing_messages_link_click_data: Option<Box<ClickData>>,
    }

    /// A tap.
    ClickData {
        /// Which part of the message.
        click_component: Option<String>,
        /// The product.
        product_id: Option<String>,
        /// Meta's id of the tap.
        click_id: Option<String>,
        /// The sender's token.
        tracking_token: Option<String>,
    }

    /// A purchase or a lead that Meta found in a conversation that an advertisement began.
    AutomaticEvent {
        /// The conversation's message.
        id: Option<String>,
        /// `LeadSubmitted`, `Purchase`, …
        event_name: Option<String>,
        /// When.
        timestamp: Option<Millis>,
        /// Id of the click on the advertisement.
        ctwa_clid: Option<String>,
        /// What it was worth.
        custom_data: Option<Box<CustomData>>,
    }

    /// What a purchase was worth.
    CustomData {
        /// ISO 4217.
        currency: Option<String>,
        /// As Meta wrote it.
        value: Option<String>,
    }

    /// A flow's state or health.
    FlowEvent {
        /// `FLOW_STATUS_CHANGE`, `ENDPOINT_LATENCY`, …
        event: Option<String>,
        /// In words.
        message: Option<String>,
        /// Which flow.
        flow_id: Option<String>,
        /// State before.
        old_status: Option<String>,
        /// State now.
        new_status: Option<String>,
        /// Share of errors, as Meta wrote it.
        error_rate: Option<String>,
        /// What it is measured against.
        threshold: Option<String>,
        /// `ACTIVATED` or `DEACTIVATED`.
        alert_state: Option<String>,
        /// Milliseconds.
        p50_latency: Option<i64>,
        /// Milliseconds.
        p90_latency: Option<i64>,
        /// Requests that this was measured on.
        requests_count: Option<i64>,
    }

    /// A conversation got another owner among the apps that answer it.
    Handover {
        /// What happened.
        handover_type: Option<String>,
        /// The person.
        sender: Option<Box<Identity>>,
        /// Role before.
        previous_owner_role: Option<String>,
        /// Role now.
        new_owner_role: Option<String>,
        /// When.
        timestamp: Option<Millis>,
    }
}
