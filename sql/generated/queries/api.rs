// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ListSendersParams<T1: crate::StringSql> {
    pub after: T1,
    pub limit: i64,
}
#[derive(Debug)]
pub struct TemplateLanguagesParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub waba_id: T1,
    pub name: T2,
}
#[derive(Debug)]
pub struct ListTemplatesParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub after_name: T1,
    pub after_language: T2,
    pub after_waba_id: T3,
    pub limit: i64,
}
#[derive(Debug)]
pub struct ListOptOutsParams<T1: crate::StringSql> {
    pub after: T1,
    pub limit: i64,
}
#[derive(Debug)]
pub struct InsertOptOutParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub contact: T1,
    pub reason: T2,
}
#[derive(Debug)]
pub struct FindIdempotencyParams<T1: crate::StringSql> {
    pub retention_hours: i32,
    pub key: T1,
}
#[derive(Debug)]
pub struct DeleteExpiredIdempotencyParams<T1: crate::StringSql> {
    pub key: T1,
    pub retention_hours: i32,
}
#[derive(Debug)]
pub struct InsertIdempotencyParams<T1: crate::StringSql, T2: crate::BytesSql, T3: crate::StringSql> {
    pub key: T1,
    pub fingerprint: T2,
    pub status: i32,
    pub body: T3,
}
#[derive(Debug)]
pub struct InsertCampaignParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub campaign_id: uuid::Uuid,
    pub name: T1,
    pub sender_id: T2,
    pub template_name: T3,
    pub template_language: T4,
    pub unknown_policy: T5,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<T6>,
}
#[derive(Clone, Copy, Debug)]
pub struct ListCampaignsParams {
    pub before: uuid::Uuid,
    pub limit: i64,
}
#[derive(Debug)]
pub struct SetCampaignStateParams<T1: crate::StringSql> {
    pub state: T1,
    pub generations: i32,
    pub campaign_id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct StartCampaignParams {
    pub start_at_ms: Option<i64>,
    pub campaign_id: uuid::Uuid,
}
#[derive(Debug)]
pub struct CopyCampaignParams<T1: crate::StringSql> {
    pub campaign_id: uuid::Uuid,
    pub name: T1,
    pub source: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct ChunksToCopyParams {
    pub campaign_id: uuid::Uuid,
    pub from: i32,
    pub end: i32,
    pub limit: i64,
}
#[derive(Debug)]
pub struct MessagesThatEndedParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub first: uuid::Uuid,
    pub last: uuid::Uuid,
    pub statuses: T2,
}
#[derive(Clone, Copy, Debug)]
pub struct GrowCampaignParams {
    pub accepted: i32,
    pub rejected: i32,
    pub campaign_id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct FindUploadParams {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
}
#[derive(Debug)]
pub struct InsertUploadParams<T1: crate::BytesSql> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub digest: T1,
    pub accepted: i32,
    pub rejected: i32,
}
#[derive(Debug)]
pub struct ClaimContactsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>, T3: crate::ArraySql<Item = i64>> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub contacts: T2,
    pub lines: T3,
}
#[derive(Debug)]
pub struct FirstClaimsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub campaign_id: uuid::Uuid,
    pub contacts: T2,
}
#[derive(Debug)]
pub struct InsertChunksParams<
    T1: crate::ArraySql<Item = i32>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> {
    pub campaign_id: uuid::Uuid,
    pub first_ordinals: T1,
    pub counts: T2,
    pub recipients: T4,
}
#[derive(Debug)]
pub struct InsertRejectsParams<
    T1: crate::ArraySql<Item = i64>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub lines: T1,
    pub codes: T3,
    pub reasons: T5,
    pub raws: T7,
}
#[derive(Clone, Copy, Debug)]
pub struct UploadRejectsParams {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub limit: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct PageRejectsParams {
    pub campaign_id: uuid::Uuid,
    pub after_chunk: i32,
    pub after_line: i64,
    pub limit: i64,
}
#[derive(Debug)]
pub struct InsertEndpointParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>> {
    pub endpoint_id: uuid::Uuid,
    pub url: T1,
    pub topics: T3,
}
#[derive(Debug)]
pub struct InsertEndpointSecretParams<T1: crate::StringSql> {
    pub endpoint_id: uuid::Uuid,
    pub secret: T1,
}
#[derive(Debug)]
pub struct ListHoldsParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub after_scope: T1,
    pub after_name: T2,
    pub limit: i64,
}
#[derive(Debug)]
pub struct CampaignHoldsParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql, T4: crate::StringSql> {
    pub sender_id: T1,
    pub campaign: T2,
    pub template_name: T3,
    pub template_language: T4,
    pub first: uuid::Uuid,
    pub last: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListSenders {
    pub sender_id: String,
    pub channel: String,
    pub waba_id: String,
    pub display_number: String,
    pub limit_per_second: i32,
    pub created_at_ms: i64,
    pub portfolio_id: String,
    pub messaging_limit: Option<i32>,
    pub used: Option<i32>,
    pub used_up_until_ms: Option<i64>,
}
pub struct ListSendersBorrowed<'a> {
    pub sender_id: &'a str,
    pub channel: &'a str,
    pub waba_id: &'a str,
    pub display_number: &'a str,
    pub limit_per_second: i32,
    pub created_at_ms: i64,
    pub portfolio_id: &'a str,
    pub messaging_limit: Option<i32>,
    pub used: Option<i32>,
    pub used_up_until_ms: Option<i64>,
}
impl<'a> From<ListSendersBorrowed<'a>> for ListSenders {
    fn from(
        ListSendersBorrowed {
            sender_id,
            channel,
            waba_id,
            display_number,
            limit_per_second,
            created_at_ms,
            portfolio_id,
            messaging_limit,
            used,
            used_up_until_ms,
        }: ListSendersBorrowed<'a>,
    ) -> Self {
        Self {
            sender_id: sender_id.into(),
            channel: channel.into(),
            waba_id: waba_id.into(),
            display_number: display_number.into(),
            limit_per_second,
            created_at_ms,
            portfolio_id: portfolio_id.into(),
            messaging_limit,
            used,
            used_up_until_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateLanguages {
    pub language: String,
    pub status: String,
    pub status_reason: Option<String>,
    pub parameter_count: i32,
}
pub struct TemplateLanguagesBorrowed<'a> {
    pub language: &'a str,
    pub status: &'a str,
    pub status_reason: Option<&'a str>,
    pub parameter_count: i32,
}
impl<'a> From<TemplateLanguagesBorrowed<'a>> for TemplateLanguages {
    fn from(
        TemplateLanguagesBorrowed { language, status, status_reason, parameter_count }: TemplateLanguagesBorrowed<'a>,
    ) -> Self {
        Self {
            language: language.into(),
            status: status.into(),
            status_reason: status_reason.map(|v| v.into()),
            parameter_count,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListTemplates {
    pub waba_id: String,
    pub name: String,
    pub language: String,
    pub status: String,
    pub status_reason: Option<String>,
    pub category: String,
    pub body: String,
    pub parameter_count: i32,
    pub created_at_ms: i64,
}
pub struct ListTemplatesBorrowed<'a> {
    pub waba_id: &'a str,
    pub name: &'a str,
    pub language: &'a str,
    pub status: &'a str,
    pub status_reason: Option<&'a str>,
    pub category: &'a str,
    pub body: &'a str,
    pub parameter_count: i32,
    pub created_at_ms: i64,
}
impl<'a> From<ListTemplatesBorrowed<'a>> for ListTemplates {
    fn from(
        ListTemplatesBorrowed {
            waba_id,
            name,
            language,
            status,
            status_reason,
            category,
            body,
            parameter_count,
            created_at_ms,
        }: ListTemplatesBorrowed<'a>,
    ) -> Self {
        Self {
            waba_id: waba_id.into(),
            name: name.into(),
            language: language.into(),
            status: status.into(),
            status_reason: status_reason.map(|v| v.into()),
            category: category.into(),
            body: body.into(),
            parameter_count,
            created_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptOuts {
    pub contact: String,
    pub reason: String,
    pub at_ms: i64,
}
pub struct ListOptOutsBorrowed<'a> {
    pub contact: &'a str,
    pub reason: &'a str,
    pub at_ms: i64,
}
impl<'a> From<ListOptOutsBorrowed<'a>> for ListOptOuts {
    fn from(ListOptOutsBorrowed { contact, reason, at_ms }: ListOptOutsBorrowed<'a>) -> Self {
        Self { contact: contact.into(), reason: reason.into(), at_ms }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FindIdempotency {
    pub fingerprint: Vec<u8>,
    pub status: i32,
    pub body: String,
    pub expired: bool,
}
pub struct FindIdempotencyBorrowed<'a> {
    pub fingerprint: &'a [u8],
    pub status: i32,
    pub body: &'a str,
    pub expired: bool,
}
impl<'a> From<FindIdempotencyBorrowed<'a>> for FindIdempotency {
    fn from(FindIdempotencyBorrowed { fingerprint, status, body, expired }: FindIdempotencyBorrowed<'a>) -> Self {
        Self { fingerprint: fingerprint.into(), status, body: body.into(), expired }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignRow {
    pub campaign_id: uuid::Uuid,
    pub name: String,
    pub sender_id: String,
    pub template_name: String,
    pub template_language: String,
    pub unknown_policy: String,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<String>,
    pub state: String,
    pub pausing: bool,
    pub scheduled: bool,
    pub start_at_ms: Option<i64>,
    pub copied_from: Option<uuid::Uuid>,
    pub recipients: i32,
    pub rejected_lines: i32,
    pub created_at_ms: i64,
    pub started_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub cursor: i32,
    pub ingested: i32,
    pub accepted: i32,
    pub sent: i32,
    pub delivered: i32,
    pub read: i32,
    pub failed: i32,
    pub rejected: i32,
    pub expired: i32,
    pub cancelled: i32,
    pub unconfirmed: i32,
    pub unknown: i32,
    pub open: i32,
    pub portfolio_id: String,
    pub messaging_limit: Option<i32>,
    pub used_up_until_ms: Option<i64>,
}
pub struct CampaignRowBorrowed<'a> {
    pub campaign_id: uuid::Uuid,
    pub name: &'a str,
    pub sender_id: &'a str,
    pub template_name: &'a str,
    pub template_language: &'a str,
    pub unknown_policy: &'a str,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<&'a str>,
    pub state: &'a str,
    pub pausing: bool,
    pub scheduled: bool,
    pub start_at_ms: Option<i64>,
    pub copied_from: Option<uuid::Uuid>,
    pub recipients: i32,
    pub rejected_lines: i32,
    pub created_at_ms: i64,
    pub started_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub cursor: i32,
    pub ingested: i32,
    pub accepted: i32,
    pub sent: i32,
    pub delivered: i32,
    pub read: i32,
    pub failed: i32,
    pub rejected: i32,
    pub expired: i32,
    pub cancelled: i32,
    pub unconfirmed: i32,
    pub unknown: i32,
    pub open: i32,
    pub portfolio_id: &'a str,
    pub messaging_limit: Option<i32>,
    pub used_up_until_ms: Option<i64>,
}
impl<'a> From<CampaignRowBorrowed<'a>> for CampaignRow {
    fn from(
        CampaignRowBorrowed {
            campaign_id,
            name,
            sender_id,
            template_name,
            template_language,
            unknown_policy,
            ttl_seconds,
            weight,
            max_per_minute,
            jitter_min_ms,
            jitter_max_ms,
            hours_from,
            hours_to,
            hours_zone,
            state,
            pausing,
            scheduled,
            start_at_ms,
            copied_from,
            recipients,
            rejected_lines,
            created_at_ms,
            started_at_ms,
            completed_at_ms,
            cursor,
            ingested,
            accepted,
            sent,
            delivered,
            read,
            failed,
            rejected,
            expired,
            cancelled,
            unconfirmed,
            unknown,
            open,
            portfolio_id,
            messaging_limit,
            used_up_until_ms,
        }: CampaignRowBorrowed<'a>,
    ) -> Self {
        Self {
            campaign_id,
            name: name.into(),
            sender_id: sender_id.into(),
            template_name: template_name.into(),
            template_language: template_language.into(),
            unknown_policy: unknown_policy.into(),
            ttl_seconds,
            weight,
            max_per_minute,
            jitter_min_ms,
            jitter_max_ms,
            hours_from,
            hours_to,
            hours_zone: hours_zone.map(|v| v.into()),
            state: state.into(),
            pausing,
            scheduled,
            start_at_ms,
            copied_from,
            recipients,
            rejected_lines,
            created_at_ms,
            started_at_ms,
            completed_at_ms,
            cursor,
            ingested,
            accepted,
            sent,
            delivered,
            read,
            failed,
            rejected,
            expired,
            cancelled,
            unconfirmed,
            unknown,
            open,
            portfolio_id: portfolio_id.into(),
            messaging_limit,
            used_up_until_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LockCampaign {
    pub state: String,
    pub recipients: i32,
    pub sender_id: String,
    pub template_name: String,
    pub template_language: String,
    pub completed: bool,
    pub scheduled: bool,
    pub now_ms: i64,
}
pub struct LockCampaignBorrowed<'a> {
    pub state: &'a str,
    pub recipients: i32,
    pub sender_id: &'a str,
    pub template_name: &'a str,
    pub template_language: &'a str,
    pub completed: bool,
    pub scheduled: bool,
    pub now_ms: i64,
}
impl<'a> From<LockCampaignBorrowed<'a>> for LockCampaign {
    fn from(
        LockCampaignBorrowed {
            state,
            recipients,
            sender_id,
            template_name,
            template_language,
            completed,
            scheduled,
            now_ms,
        }: LockCampaignBorrowed<'a>,
    ) -> Self {
        Self {
            state: state.into(),
            recipients,
            sender_id: sender_id.into(),
            template_name: template_name.into(),
            template_language: template_language.into(),
            completed,
            scheduled,
            now_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ChunksToCopy {
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: String,
}
pub struct ChunksToCopyBorrowed<'a> {
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: &'a str,
}
impl<'a> From<ChunksToCopyBorrowed<'a>> for ChunksToCopy {
    fn from(ChunksToCopyBorrowed { first_ordinal, count, recipients }: ChunksToCopyBorrowed<'a>) -> Self {
        Self { first_ordinal, count, recipients: recipients.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FindUpload {
    pub digest: Vec<u8>,
    pub accepted: i32,
    pub rejected: i32,
}
pub struct FindUploadBorrowed<'a> {
    pub digest: &'a [u8],
    pub accepted: i32,
    pub rejected: i32,
}
impl<'a> From<FindUploadBorrowed<'a>> for FindUpload {
    fn from(FindUploadBorrowed { digest, accepted, rejected }: FindUploadBorrowed<'a>) -> Self {
        Self { digest: digest.into(), accepted, rejected }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FirstClaims {
    pub contact: String,
    pub chunk: i32,
    pub line: i64,
}
pub struct FirstClaimsBorrowed<'a> {
    pub contact: &'a str,
    pub chunk: i32,
    pub line: i64,
}
impl<'a> From<FirstClaimsBorrowed<'a>> for FirstClaims {
    fn from(FirstClaimsBorrowed { contact, chunk, line }: FirstClaimsBorrowed<'a>) -> Self {
        Self { contact: contact.into(), chunk, line }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RejectRow {
    pub chunk: i32,
    pub line: i64,
    pub code: String,
    pub reason: String,
    pub raw: String,
}
pub struct RejectRowBorrowed<'a> {
    pub chunk: i32,
    pub line: i64,
    pub code: &'a str,
    pub reason: &'a str,
    pub raw: &'a str,
}
impl<'a> From<RejectRowBorrowed<'a>> for RejectRow {
    fn from(RejectRowBorrowed { chunk, line, code, reason, raw }: RejectRowBorrowed<'a>) -> Self {
        Self { chunk, line, code: code.into(), reason: reason.into(), raw: raw.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct GetMessage {
    pub intent_id: uuid::Uuid,
    pub sender_id: String,
    pub contact: String,
    pub class: String,
    pub campaign_id: Option<uuid::Uuid>,
    pub message: String,
    pub unknown_policy: String,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
pub struct GetMessageBorrowed<'a> {
    pub intent_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub contact: &'a str,
    pub class: &'a str,
    pub campaign_id: Option<uuid::Uuid>,
    pub message: &'a str,
    pub unknown_policy: &'a str,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
impl<'a> From<GetMessageBorrowed<'a>> for GetMessage {
    fn from(
        GetMessageBorrowed {
            intent_id,
            sender_id,
            contact,
            class,
            campaign_id,
            message,
            unknown_policy,
            accepted_at_ms,
            expires_at_ms,
        }: GetMessageBorrowed<'a>,
    ) -> Self {
        Self {
            intent_id,
            sender_id: sender_id.into(),
            contact: contact.into(),
            class: class.into(),
            campaign_id,
            message: message.into(),
            unknown_policy: unknown_policy.into(),
            accepted_at_ms,
            expires_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct GetMessageAttempts {
    pub attempt: i16,
    pub status: String,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub accepted_at_ms: Option<i64>,
    pub sent_at_ms: Option<i64>,
    pub delivered_at_ms: Option<i64>,
    pub read_at_ms: Option<i64>,
    pub played_at_ms: Option<i64>,
    pub failed_at_ms: Option<i64>,
    pub ended_at_ms: Option<i64>,
    pub wamid: Option<String>,
    pub code: Option<i64>,
    pub reason: Option<String>,
}
pub struct GetMessageAttemptsBorrowed<'a> {
    pub attempt: i16,
    pub status: &'a str,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub accepted_at_ms: Option<i64>,
    pub sent_at_ms: Option<i64>,
    pub delivered_at_ms: Option<i64>,
    pub read_at_ms: Option<i64>,
    pub played_at_ms: Option<i64>,
    pub failed_at_ms: Option<i64>,
    pub ended_at_ms: Option<i64>,
    pub wamid: Option<&'a str>,
    pub code: Option<i64>,
    pub reason: Option<&'a str>,
}
impl<'a> From<GetMessageAttemptsBorrowed<'a>> for GetMessageAttempts {
    fn from(
        GetMessageAttemptsBorrowed {
            attempt,
            status,
            marks,
            due_at_ms,
            armed_at_ms,
            unknown_at_ms,
            accepted_at_ms,
            sent_at_ms,
            delivered_at_ms,
            read_at_ms,
            played_at_ms,
            failed_at_ms,
            ended_at_ms,
            wamid,
            code,
            reason,
        }: GetMessageAttemptsBorrowed<'a>,
    ) -> Self {
        Self {
            attempt,
            status: status.into(),
            marks,
            due_at_ms,
            armed_at_ms,
            unknown_at_ms,
            accepted_at_ms,
            sent_at_ms,
            delivered_at_ms,
            read_at_ms,
            played_at_ms,
            failed_at_ms,
            ended_at_ms,
            wamid: wamid.map(|v| v.into()),
            code,
            reason: reason.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListEndpoints {
    pub endpoint_id: uuid::Uuid,
    pub url: String,
    pub topics: Vec<String>,
    pub disabled_reason: Option<String>,
    pub created_at_ms: i64,
}
pub struct ListEndpointsBorrowed<'a> {
    pub endpoint_id: uuid::Uuid,
    pub url: &'a str,
    pub topics: crate::ArrayIterator<'a, &'a str>,
    pub disabled_reason: Option<&'a str>,
    pub created_at_ms: i64,
}
impl<'a> From<ListEndpointsBorrowed<'a>> for ListEndpoints {
    fn from(
        ListEndpointsBorrowed { endpoint_id, url, topics, disabled_reason, created_at_ms }: ListEndpointsBorrowed<'a>,
    ) -> Self {
        Self {
            endpoint_id,
            url: url.into(),
            topics: topics.map(|v| v.into()).collect(),
            disabled_reason: disabled_reason.map(|v| v.into()),
            created_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct HoldRow {
    pub scope: String,
    pub name: String,
    pub code: Option<i64>,
    pub reason: String,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i64,
}
pub struct HoldRowBorrowed<'a> {
    pub scope: &'a str,
    pub name: &'a str,
    pub code: Option<i64>,
    pub reason: &'a str,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i64,
}
impl<'a> From<HoldRowBorrowed<'a>> for HoldRow {
    fn from(HoldRowBorrowed { scope, name, code, reason, since_ms, probe_at_ms, probes }: HoldRowBorrowed<'a>) -> Self {
        Self { scope: scope.into(), name: name.into(), code, reason: reason.into(), since_ms, probe_at_ms, probes }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct BoolQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<bool, tokio_postgres::Error>,
    mapper: fn(bool) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BoolQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(bool) -> R) -> BoolQuery<'c, 'a, 's, C, R, N> {
        BoolQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct StringQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<&str, tokio_postgres::Error>,
    mapper: fn(&str) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> StringQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(&str) -> R) -> StringQuery<'c, 'a, 's, C, R, N> {
        StringQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ListSendersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListSendersBorrowed, tokio_postgres::Error>,
    mapper: fn(ListSendersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListSendersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListSendersBorrowed) -> R) -> ListSendersQuery<'c, 'a, 's, C, R, N> {
        ListSendersQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct TemplateLanguagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TemplateLanguagesBorrowed, tokio_postgres::Error>,
    mapper: fn(TemplateLanguagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TemplateLanguagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TemplateLanguagesBorrowed) -> R) -> TemplateLanguagesQuery<'c, 'a, 's, C, R, N> {
        TemplateLanguagesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ListTemplatesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListTemplatesBorrowed, tokio_postgres::Error>,
    mapper: fn(ListTemplatesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListTemplatesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListTemplatesBorrowed) -> R) -> ListTemplatesQuery<'c, 'a, 's, C, R, N> {
        ListTemplatesQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ListOptOutsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListOptOutsBorrowed, tokio_postgres::Error>,
    mapper: fn(ListOptOutsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListOptOutsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListOptOutsBorrowed) -> R) -> ListOptOutsQuery<'c, 'a, 's, C, R, N> {
        ListOptOutsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct FindIdempotencyQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FindIdempotencyBorrowed, tokio_postgres::Error>,
    mapper: fn(FindIdempotencyBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FindIdempotencyQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FindIdempotencyBorrowed) -> R) -> FindIdempotencyQuery<'c, 'a, 's, C, R, N> {
        FindIdempotencyQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct CampaignRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CampaignRowBorrowed, tokio_postgres::Error>,
    mapper: fn(CampaignRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CampaignRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CampaignRowBorrowed) -> R) -> CampaignRowQuery<'c, 'a, 's, C, R, N> {
        CampaignRowQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct LockCampaignQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LockCampaignBorrowed, tokio_postgres::Error>,
    mapper: fn(LockCampaignBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LockCampaignQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LockCampaignBorrowed) -> R) -> LockCampaignQuery<'c, 'a, 's, C, R, N> {
        LockCampaignQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ChunksToCopyQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ChunksToCopyBorrowed, tokio_postgres::Error>,
    mapper: fn(ChunksToCopyBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ChunksToCopyQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ChunksToCopyBorrowed) -> R) -> ChunksToCopyQuery<'c, 'a, 's, C, R, N> {
        ChunksToCopyQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct UuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<uuid::Uuid, tokio_postgres::Error>,
    mapper: fn(uuid::Uuid) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(uuid::Uuid) -> R) -> UuidUuidQuery<'c, 'a, 's, C, R, N> {
        UuidUuidQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct I32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i32, tokio_postgres::Error>,
    mapper: fn(i32) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i32) -> R) -> I32Query<'c, 'a, 's, C, R, N> {
        I32Query {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct FindUploadQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FindUploadBorrowed, tokio_postgres::Error>,
    mapper: fn(FindUploadBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FindUploadQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FindUploadBorrowed) -> R) -> FindUploadQuery<'c, 'a, 's, C, R, N> {
        FindUploadQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct I64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i64, tokio_postgres::Error>,
    mapper: fn(i64) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I64Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i64) -> R) -> I64Query<'c, 'a, 's, C, R, N> {
        I64Query {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct FirstClaimsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FirstClaimsBorrowed, tokio_postgres::Error>,
    mapper: fn(FirstClaimsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FirstClaimsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FirstClaimsBorrowed) -> R) -> FirstClaimsQuery<'c, 'a, 's, C, R, N> {
        FirstClaimsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct RejectRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RejectRowBorrowed, tokio_postgres::Error>,
    mapper: fn(RejectRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RejectRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RejectRowBorrowed) -> R) -> RejectRowQuery<'c, 'a, 's, C, R, N> {
        RejectRowQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct GetMessageQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<GetMessageBorrowed, tokio_postgres::Error>,
    mapper: fn(GetMessageBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> GetMessageQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(GetMessageBorrowed) -> R) -> GetMessageQuery<'c, 'a, 's, C, R, N> {
        GetMessageQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct GetMessageAttemptsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<GetMessageAttemptsBorrowed, tokio_postgres::Error>,
    mapper: fn(GetMessageAttemptsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> GetMessageAttemptsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(GetMessageAttemptsBorrowed) -> R) -> GetMessageAttemptsQuery<'c, 'a, 's, C, R, N> {
        GetMessageAttemptsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ListEndpointsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListEndpointsBorrowed, tokio_postgres::Error>,
    mapper: fn(ListEndpointsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListEndpointsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListEndpointsBorrowed) -> R) -> ListEndpointsQuery<'c, 'a, 's, C, R, N> {
        ListEndpointsQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct HoldRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HoldRowBorrowed, tokio_postgres::Error>,
    mapper: fn(HoldRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HoldRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HoldRowBorrowed) -> R) -> HoldRowQuery<'c, 'a, 's, C, R, N> {
        HoldRowQuery {
            client: self.client,
            params: self.params,
            query: self.query,
            cached: self.cached,
            extractor: self.extractor,
            mapper,
        }
    }
    pub async fn one(self) -> Result<T, tokio_postgres::Error> {
        let row = crate::client::async_::one(self.client, self.query, &self.params, self.cached).await?;
        Ok((self.mapper)((self.extractor)(&row)?))
    }
    pub async fn all(self) -> Result<Vec<T>, tokio_postgres::Error> {
        self.iter().await?.try_collect().await
    }
    pub async fn opt(self) -> Result<Option<T>, tokio_postgres::Error> {
        let opt_row = crate::client::async_::opt(self.client, self.query, &self.params, self.cached).await?;
        Ok(opt_row
            .map(|row| {
                let extracted = (self.extractor)(&row)?;
                Ok((self.mapper)(extracted))
            })
            .transpose()?)
    }
    pub async fn iter(
        self,
    ) -> Result<impl futures::Stream<Item = Result<T, tokio_postgres::Error>> + 'c, tokio_postgres::Error> {
        let stream =
            crate::client::async_::raw(self.client, self.query, crate::slice_iter(&self.params), self.cached).await?;
        let mapped = stream
            .map(move |res| {
                res.and_then(|row| {
                    let extracted = (self.extractor)(&row)?;
                    Ok((self.mapper)(extracted))
                })
            })
            .into_stream();
        Ok(mapped)
    }
}
pub struct ApiReadyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn api_ready() -> ApiReadyStmt {
    ApiReadyStmt("SELECT true AS ready", None)
}
impl ApiReadyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> BoolQuery<'c, 'a, 's, C, bool, 0> {
        BoolQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct FindSenderStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_sender() -> FindSenderStmt {
    FindSenderStmt("SELECT waba_id FROM sender WHERE sender_id = $1", None)
}
impl FindSenderStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct ListSendersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_senders() -> ListSendersStmt {
    ListSendersStmt(
        "SELECT s.sender_id, s.channel, s.waba_id, s.display_number, s.limit_per_second, ms_of(s.created_at) AS created_at_ms, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, f.used, ms_of(CASE WHEN f.used_up_until > now() THEN f.used_up_until END) AS used_up_until_ms FROM sender s LEFT JOIN portfolio f ON f.tenant_id = s.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) WHERE s.sender_id > $1 ORDER BY s.sender_id LIMIT $2",
        None,
    )
}
impl ListSendersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        after: &'a T1,
        limit: &'a i64,
    ) -> ListSendersQuery<'c, 'a, 's, C, ListSenders, 2> {
        ListSendersQuery {
            client,
            params: [after, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListSendersBorrowed, tokio_postgres::Error> {
                Ok(ListSendersBorrowed {
                    sender_id: row.try_get(0)?,
                    channel: row.try_get(1)?,
                    waba_id: row.try_get(2)?,
                    display_number: row.try_get(3)?,
                    limit_per_second: row.try_get(4)?,
                    created_at_ms: row.try_get(5)?,
                    portfolio_id: row.try_get(6)?,
                    messaging_limit: row.try_get(7)?,
                    used: row.try_get(8)?,
                    used_up_until_ms: row.try_get(9)?,
                })
            },
            mapper: |it| ListSenders::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListSendersParams<T1>, ListSendersQuery<'c, 'a, 's, C, ListSenders, 2>, C>
    for ListSendersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListSendersParams<T1>,
    ) -> ListSendersQuery<'c, 'a, 's, C, ListSenders, 2> {
        self.bind(client, &params.after, &params.limit)
    }
}
pub struct TemplateLanguagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn template_languages() -> TemplateLanguagesStmt {
    TemplateLanguagesStmt(
        "SELECT language, status, status_reason, parameter_count FROM template WHERE waba_id = $1 AND name = $2 ORDER BY language",
        None,
    )
}
impl TemplateLanguagesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        waba_id: &'a T1,
        name: &'a T2,
    ) -> TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 2> {
        TemplateLanguagesQuery {
            client,
            params: [waba_id, name],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TemplateLanguagesBorrowed, tokio_postgres::Error> {
                Ok(TemplateLanguagesBorrowed {
                    language: row.try_get(0)?,
                    status: row.try_get(1)?,
                    status_reason: row.try_get(2)?,
                    parameter_count: row.try_get(3)?,
                })
            },
            mapper: |it| TemplateLanguages::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TemplateLanguagesParams<T1, T2>,
        TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 2>,
        C,
    > for TemplateLanguagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TemplateLanguagesParams<T1, T2>,
    ) -> TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 2> {
        self.bind(client, &params.waba_id, &params.name)
    }
}
pub struct ListTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_templates() -> ListTemplatesStmt {
    ListTemplatesStmt(
        "SELECT waba_id, name, language, status, status_reason, category, body, parameter_count, ms_of(created_at) AS created_at_ms FROM template WHERE (name, language, waba_id) > ($1, $2, $3) ORDER BY name, language, waba_id LIMIT $4",
        None,
    )
}
impl ListTemplatesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        after_name: &'a T1,
        after_language: &'a T2,
        after_waba_id: &'a T3,
        limit: &'a i64,
    ) -> ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4> {
        ListTemplatesQuery {
            client,
            params: [after_name, after_language, after_waba_id, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListTemplatesBorrowed, tokio_postgres::Error> {
                Ok(ListTemplatesBorrowed {
                    waba_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    language: row.try_get(2)?,
                    status: row.try_get(3)?,
                    status_reason: row.try_get(4)?,
                    category: row.try_get(5)?,
                    body: row.try_get(6)?,
                    parameter_count: row.try_get(7)?,
                    created_at_ms: row.try_get(8)?,
                })
            },
            mapper: |it| ListTemplates::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ListTemplatesParams<T1, T2, T3>,
        ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4>,
        C,
    > for ListTemplatesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListTemplatesParams<T1, T2, T3>,
    ) -> ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4> {
        self.bind(client, &params.after_name, &params.after_language, &params.after_waba_id, &params.limit)
    }
}
pub struct ListOptOutsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_opt_outs() -> ListOptOutsStmt {
    ListOptOutsStmt(
        "SELECT contact, reason, ms_of(at) AS at_ms FROM opt_out WHERE contact > $1 ORDER BY contact LIMIT $2",
        None,
    )
}
impl ListOptOutsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        after: &'a T1,
        limit: &'a i64,
    ) -> ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2> {
        ListOptOutsQuery {
            client,
            params: [after, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListOptOutsBorrowed, tokio_postgres::Error> {
                Ok(ListOptOutsBorrowed { contact: row.try_get(0)?, reason: row.try_get(1)?, at_ms: row.try_get(2)? })
            },
            mapper: |it| ListOptOuts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListOptOutsParams<T1>, ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2>, C>
    for ListOptOutsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListOptOutsParams<T1>,
    ) -> ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2> {
        self.bind(client, &params.after, &params.limit)
    }
}
pub struct InsertOptOutStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_opt_out() -> InsertOptOutStmt {
    InsertOptOutStmt(
        "INSERT INTO opt_out (tenant_id, contact, reason) VALUES (app_tenant(), $1, $2) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertOptOutStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
        reason: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[contact, reason]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertOptOutParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertOptOutStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertOptOutParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.contact, &params.reason))
    }
}
pub struct DeleteOptOutStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_opt_out() -> DeleteOptOutStmt {
    DeleteOptOutStmt("DELETE FROM opt_out WHERE contact = $1", None)
}
impl DeleteOptOutStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[contact]).await
    }
}
pub struct OptedOutContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn opted_out_contacts() -> OptedOutContactsStmt {
    OptedOutContactsStmt("SELECT contact FROM opt_out WHERE contact = ANY ($1::text[])", None)
}
impl OptedOutContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        contacts: &'a T2,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct LockIdempotencyKeyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_idempotency_key() -> LockIdempotencyKeyStmt {
    LockIdempotencyKeyStmt(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, hashtext(app_tenant()::text)))::text AS locked",
        None,
    )
}
impl LockIdempotencyKeyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        key: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [key],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct FindIdempotencyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_idempotency() -> FindIdempotencyStmt {
    FindIdempotencyStmt(
        "SELECT fingerprint, status, body, created_at < now() - make_interval(hours => $1) AS expired FROM idempotency WHERE key = $2",
        None,
    )
}
impl FindIdempotencyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        retention_hours: &'a i32,
        key: &'a T1,
    ) -> FindIdempotencyQuery<'c, 'a, 's, C, FindIdempotency, 2> {
        FindIdempotencyQuery {
            client,
            params: [retention_hours, key],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<FindIdempotencyBorrowed, tokio_postgres::Error> {
                Ok(FindIdempotencyBorrowed {
                    fingerprint: row.try_get(0)?,
                    status: row.try_get(1)?,
                    body: row.try_get(2)?,
                    expired: row.try_get(3)?,
                })
            },
            mapper: |it| FindIdempotency::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FindIdempotencyParams<T1>,
        FindIdempotencyQuery<'c, 'a, 's, C, FindIdempotency, 2>,
        C,
    > for FindIdempotencyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FindIdempotencyParams<T1>,
    ) -> FindIdempotencyQuery<'c, 'a, 's, C, FindIdempotency, 2> {
        self.bind(client, &params.retention_hours, &params.key)
    }
}
pub struct DeleteExpiredIdempotencyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_expired_idempotency() -> DeleteExpiredIdempotencyStmt {
    DeleteExpiredIdempotencyStmt(
        "DELETE FROM idempotency WHERE key = $1 AND created_at < now() - make_interval(hours => $2)",
        None,
    )
}
impl DeleteExpiredIdempotencyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        key: &'a T1,
        retention_hours: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[key, retention_hours]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DeleteExpiredIdempotencyParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DeleteExpiredIdempotencyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DeleteExpiredIdempotencyParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.key, &params.retention_hours))
    }
}
pub struct InsertIdempotencyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_idempotency() -> InsertIdempotencyStmt {
    InsertIdempotencyStmt(
        "INSERT INTO idempotency (tenant_id, key, fingerprint, status, body) VALUES (app_tenant(), $1, $2, $3, $4) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertIdempotencyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::BytesSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        key: &'a T1,
        fingerprint: &'a T2,
        status: &'a i32,
        body: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[key, fingerprint, status, body]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::BytesSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertIdempotencyParams<T1, T2, T3>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertIdempotencyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertIdempotencyParams<T1, T2, T3>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.key, &params.fingerprint, &params.status, &params.body))
    }
}
pub struct InsertCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_campaign() -> InsertCampaignStmt {
    InsertCampaignStmt(
        "INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, state) VALUES (app_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'draft')",
        None,
    )
}
impl InsertCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
        T5: crate::StringSql,
        T6: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        name: &'a T1,
        sender_id: &'a T2,
        template_name: &'a T3,
        template_language: &'a T4,
        unknown_policy: &'a T5,
        ttl_seconds: &'a i32,
        weight: &'a i32,
        max_per_minute: &'a Option<i32>,
        jitter_min_ms: &'a Option<i32>,
        jitter_max_ms: &'a Option<i32>,
        hours_from: &'a Option<i32>,
        hours_to: &'a Option<i32>,
        hours_zone: &'a Option<T6>,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    campaign_id,
                    name,
                    sender_id,
                    template_name,
                    template_language,
                    unknown_policy,
                    ttl_seconds,
                    weight,
                    max_per_minute,
                    jitter_min_ms,
                    jitter_max_ms,
                    hours_from,
                    hours_to,
                    hours_zone,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertCampaignParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertCampaignParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.name,
            &params.sender_id,
            &params.template_name,
            &params.template_language,
            &params.unknown_policy,
            &params.ttl_seconds,
            &params.weight,
            &params.max_per_minute,
            &params.jitter_min_ms,
            &params.jitter_max_ms,
            &params.hours_from,
            &params.hours_to,
            &params.hours_zone,
        ))
    }
}
pub struct InsertCampaignProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_campaign_progress() -> InsertCampaignProgressStmt {
    InsertCampaignProgressStmt("INSERT INTO campaign_progress (tenant_id, campaign_id) VALUES (app_tenant(), $1)", None)
}
impl InsertCampaignProgressStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id]).await
    }
}
pub struct GetCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_campaign() -> GetCampaignStmt {
    GetCampaignStmt(
        "SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state, c.state = 'paused' AND p.confirmed < c.generation AS pausing, c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms, c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms, ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted, p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) JOIN sender s USING (tenant_id, sender_id) LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) AND f.used_up_until > now() WHERE c.campaign_id = $1",
        None,
    )
}
impl GetCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 1> {
        CampaignRowQuery {
            client,
            params: [campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CampaignRowBorrowed, tokio_postgres::Error> {
                Ok(CampaignRowBorrowed {
                    campaign_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    unknown_policy: row.try_get(5)?,
                    ttl_seconds: row.try_get(6)?,
                    weight: row.try_get(7)?,
                    max_per_minute: row.try_get(8)?,
                    jitter_min_ms: row.try_get(9)?,
                    jitter_max_ms: row.try_get(10)?,
                    hours_from: row.try_get(11)?,
                    hours_to: row.try_get(12)?,
                    hours_zone: row.try_get(13)?,
                    state: row.try_get(14)?,
                    pausing: row.try_get(15)?,
                    scheduled: row.try_get(16)?,
                    start_at_ms: row.try_get(17)?,
                    copied_from: row.try_get(18)?,
                    recipients: row.try_get(19)?,
                    rejected_lines: row.try_get(20)?,
                    created_at_ms: row.try_get(21)?,
                    started_at_ms: row.try_get(22)?,
                    completed_at_ms: row.try_get(23)?,
                    cursor: row.try_get(24)?,
                    ingested: row.try_get(25)?,
                    accepted: row.try_get(26)?,
                    sent: row.try_get(27)?,
                    delivered: row.try_get(28)?,
                    read: row.try_get(29)?,
                    failed: row.try_get(30)?,
                    rejected: row.try_get(31)?,
                    expired: row.try_get(32)?,
                    cancelled: row.try_get(33)?,
                    unconfirmed: row.try_get(34)?,
                    unknown: row.try_get(35)?,
                    open: row.try_get(36)?,
                    portfolio_id: row.try_get(37)?,
                    messaging_limit: row.try_get(38)?,
                    used_up_until_ms: row.try_get(39)?,
                })
            },
            mapper: |it| CampaignRow::from(it),
        }
    }
}
pub struct ListCampaignsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_campaigns() -> ListCampaignsStmt {
    ListCampaignsStmt(
        "SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state, c.state = 'paused' AND p.confirmed < c.generation AS pausing, c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms, c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms, ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted, p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) JOIN sender s USING (tenant_id, sender_id) LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) AND f.used_up_until > now() WHERE c.campaign_id < $1 ORDER BY c.campaign_id DESC LIMIT $2",
        None,
    )
}
impl ListCampaignsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        before: &'a uuid::Uuid,
        limit: &'a i64,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2> {
        CampaignRowQuery {
            client,
            params: [before, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CampaignRowBorrowed, tokio_postgres::Error> {
                Ok(CampaignRowBorrowed {
                    campaign_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    unknown_policy: row.try_get(5)?,
                    ttl_seconds: row.try_get(6)?,
                    weight: row.try_get(7)?,
                    max_per_minute: row.try_get(8)?,
                    jitter_min_ms: row.try_get(9)?,
                    jitter_max_ms: row.try_get(10)?,
                    hours_from: row.try_get(11)?,
                    hours_to: row.try_get(12)?,
                    hours_zone: row.try_get(13)?,
                    state: row.try_get(14)?,
                    pausing: row.try_get(15)?,
                    scheduled: row.try_get(16)?,
                    start_at_ms: row.try_get(17)?,
                    copied_from: row.try_get(18)?,
                    recipients: row.try_get(19)?,
                    rejected_lines: row.try_get(20)?,
                    created_at_ms: row.try_get(21)?,
                    started_at_ms: row.try_get(22)?,
                    completed_at_ms: row.try_get(23)?,
                    cursor: row.try_get(24)?,
                    ingested: row.try_get(25)?,
                    accepted: row.try_get(26)?,
                    sent: row.try_get(27)?,
                    delivered: row.try_get(28)?,
                    read: row.try_get(29)?,
                    failed: row.try_get(30)?,
                    rejected: row.try_get(31)?,
                    expired: row.try_get(32)?,
                    cancelled: row.try_get(33)?,
                    unconfirmed: row.try_get(34)?,
                    unknown: row.try_get(35)?,
                    open: row.try_get(36)?,
                    portfolio_id: row.try_get(37)?,
                    messaging_limit: row.try_get(38)?,
                    used_up_until_ms: row.try_get(39)?,
                })
            },
            mapper: |it| CampaignRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, ListCampaignsParams, CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2>, C>
    for ListCampaignsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListCampaignsParams,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2> {
        self.bind(client, &params.before, &params.limit)
    }
}
pub struct LockCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_campaign() -> LockCampaignStmt {
    LockCampaignStmt(
        "SELECT c.state, c.recipients, c.sender_id, c.template_name, c.template_language, p.completed_at IS NOT NULL AS completed, c.state = 'running' AND coalesce(c.start_at > clock_timestamp(), false) AS scheduled, ms_of(clock_timestamp()) AS now_ms FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) WHERE c.campaign_id = $1 FOR UPDATE OF c",
        None,
    )
}
impl LockCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> LockCampaignQuery<'c, 'a, 's, C, LockCampaign, 1> {
        LockCampaignQuery {
            client,
            params: [campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LockCampaignBorrowed, tokio_postgres::Error> {
                Ok(LockCampaignBorrowed {
                    state: row.try_get(0)?,
                    recipients: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    completed: row.try_get(5)?,
                    scheduled: row.try_get(6)?,
                    now_ms: row.try_get(7)?,
                })
            },
            mapper: |it| LockCampaign::from(it),
        }
    }
}
pub struct SetCampaignStateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_campaign_state() -> SetCampaignStateStmt {
    SetCampaignStateStmt(
        "UPDATE campaign SET state = $1, generation = generation + $2::int, started_at = CASE WHEN $1 = 'cancelled' AND start_at > now() THEN NULL ELSE started_at END WHERE campaign_id = $3",
        None,
    )
}
impl SetCampaignStateStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        state: &'a T1,
        generations: &'a i32,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[state, generations, campaign_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SetCampaignStateParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for SetCampaignStateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SetCampaignStateParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.state, &params.generations, &params.campaign_id))
    }
}
pub struct StartCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn start_campaign() -> StartCampaignStmt {
    StartCampaignStmt(
        "UPDATE campaign SET state = 'running', start_at = at_ms($1), started_at = coalesce(at_ms($1), now()) WHERE campaign_id = $2",
        None,
    )
}
impl StartCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        start_at_ms: &'a Option<i64>,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[start_at_ms, campaign_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        StartCampaignParams,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for StartCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a StartCampaignParams,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.start_at_ms, &params.campaign_id))
    }
}
pub struct CopyCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn copy_campaign() -> CopyCampaignStmt {
    CopyCampaignStmt(
        "INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, state, copied_from) SELECT app_tenant(), $1, $2, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, 'draft', campaign_id FROM campaign WHERE campaign_id = $3",
        None,
    )
}
impl CopyCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        name: &'a T1,
        source: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, name, source]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        CopyCampaignParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for CopyCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a CopyCampaignParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.name, &params.source))
    }
}
pub struct ChunksToCopyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn chunks_to_copy() -> ChunksToCopyStmt {
    ChunksToCopyStmt(
        "SELECT first_ordinal, count, recipients FROM campaign_chunk WHERE campaign_id = $1 AND first_ordinal >= $2 AND first_ordinal < $3 ORDER BY first_ordinal LIMIT $4",
        None,
    )
}
impl ChunksToCopyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        from: &'a i32,
        end: &'a i32,
        limit: &'a i64,
    ) -> ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4> {
        ChunksToCopyQuery {
            client,
            params: [campaign_id, from, end, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ChunksToCopyBorrowed, tokio_postgres::Error> {
                Ok(ChunksToCopyBorrowed {
                    first_ordinal: row.try_get(0)?,
                    count: row.try_get(1)?,
                    recipients: row.try_get(2)?,
                })
            },
            mapper: |it| ChunksToCopy::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, ChunksToCopyParams, ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4>, C>
    for ChunksToCopyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ChunksToCopyParams,
    ) -> ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4> {
        self.bind(client, &params.campaign_id, &params.from, &params.end, &params.limit)
    }
}
pub struct MessagesThatEndedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn messages_that_ended() -> MessagesThatEndedStmt {
    MessagesThatEndedStmt(
        "SELECT intent_id FROM (SELECT DISTINCT ON (intent_id) intent_id, status FROM attempt WHERE intent_id BETWEEN $1 AND $2 ORDER BY intent_id, CASE WHEN status IN ('accepted', 'sent', 'delivered', 'read', 'played') THEN 2 WHEN status = 'failed' THEN 1 ELSE 0 END DESC, attempt DESC) AS standing WHERE status = ANY ($3::text[])",
        None,
    )
}
impl MessagesThatEndedStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        first: &'a uuid::Uuid,
        last: &'a uuid::Uuid,
        statuses: &'a T2,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        UuidUuidQuery {
            client,
            params: [first, last, statuses],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MessagesThatEndedParams<T1, T2>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3>,
        C,
    > for MessagesThatEndedStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MessagesThatEndedParams<T1, T2>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        self.bind(client, &params.first, &params.last, &params.statuses)
    }
}
pub struct GrowCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn grow_campaign() -> GrowCampaignStmt {
    GrowCampaignStmt(
        "UPDATE campaign SET recipients = recipients + $1, rejected = rejected + $2 WHERE campaign_id = $3 RETURNING recipients",
        None,
    )
}
impl GrowCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        accepted: &'a i32,
        rejected: &'a i32,
        campaign_id: &'a uuid::Uuid,
    ) -> I32Query<'c, 'a, 's, C, i32, 3> {
        I32Query {
            client,
            params: [accepted, rejected, campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, GrowCampaignParams, I32Query<'c, 'a, 's, C, i32, 3>, C>
    for GrowCampaignStmt
{
    fn params(&'s self, client: &'c C, params: &'a GrowCampaignParams) -> I32Query<'c, 'a, 's, C, i32, 3> {
        self.bind(client, &params.accepted, &params.rejected, &params.campaign_id)
    }
}
pub struct FindUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_upload() -> FindUploadStmt {
    FindUploadStmt("SELECT digest, accepted, rejected FROM campaign_upload WHERE campaign_id = $1 AND chunk = $2", None)
}
impl FindUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
    ) -> FindUploadQuery<'c, 'a, 's, C, FindUpload, 2> {
        FindUploadQuery {
            client,
            params: [campaign_id, chunk],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<FindUploadBorrowed, tokio_postgres::Error> {
                Ok(FindUploadBorrowed { digest: row.try_get(0)?, accepted: row.try_get(1)?, rejected: row.try_get(2)? })
            },
            mapper: |it| FindUpload::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, FindUploadParams, FindUploadQuery<'c, 'a, 's, C, FindUpload, 2>, C>
    for FindUploadStmt
{
    fn params(&'s self, client: &'c C, params: &'a FindUploadParams) -> FindUploadQuery<'c, 'a, 's, C, FindUpload, 2> {
        self.bind(client, &params.campaign_id, &params.chunk)
    }
}
pub struct InsertUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_upload() -> InsertUploadStmt {
    InsertUploadStmt(
        "INSERT INTO campaign_upload (tenant_id, campaign_id, chunk, digest, accepted, rejected) VALUES (app_tenant(), $1, $2, $3, $4, $5)",
        None,
    )
}
impl InsertUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        digest: &'a T1,
        accepted: &'a i32,
        rejected: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, chunk, digest, accepted, rejected]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertUploadParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertUploadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertUploadParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.chunk,
            &params.digest,
            &params.accepted,
            &params.rejected,
        ))
    }
}
pub struct ClaimContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn claim_contacts() -> ClaimContactsStmt {
    ClaimContactsStmt(
        "INSERT INTO campaign_contact (tenant_id, campaign_id, contact, chunk, line) SELECT app_tenant(), $1, n.contact, $2, n.line FROM unnest($3::text[], $4::bigint[]) AS n (contact, line) ON CONFLICT DO NOTHING RETURNING line",
        None,
    )
}
impl ClaimContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        contacts: &'a T2,
        lines: &'a T3,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        I64Query {
            client,
            params: [campaign_id, chunk, contacts, lines],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i64>,
> crate::client::async_::Params<'c, 'a, 's, ClaimContactsParams<T1, T2, T3>, I64Query<'c, 'a, 's, C, i64, 4>, C>
    for ClaimContactsStmt
{
    fn params(&'s self, client: &'c C, params: &'a ClaimContactsParams<T1, T2, T3>) -> I64Query<'c, 'a, 's, C, i64, 4> {
        self.bind(client, &params.campaign_id, &params.chunk, &params.contacts, &params.lines)
    }
}
pub struct FirstClaimsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn first_claims() -> FirstClaimsStmt {
    FirstClaimsStmt(
        "SELECT contact, chunk, line FROM campaign_contact WHERE campaign_id = $1 AND contact = ANY ($2::text[])",
        None,
    )
}
impl FirstClaimsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        contacts: &'a T2,
    ) -> FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2> {
        FirstClaimsQuery {
            client,
            params: [campaign_id, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<FirstClaimsBorrowed, tokio_postgres::Error> {
                Ok(FirstClaimsBorrowed { contact: row.try_get(0)?, chunk: row.try_get(1)?, line: row.try_get(2)? })
            },
            mapper: |it| FirstClaims::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FirstClaimsParams<T1, T2>,
        FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2>,
        C,
    > for FirstClaimsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FirstClaimsParams<T1, T2>,
    ) -> FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2> {
        self.bind(client, &params.campaign_id, &params.contacts)
    }
}
pub struct InsertChunksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_chunks() -> InsertChunksStmt {
    InsertChunksStmt(
        "INSERT INTO campaign_chunk (tenant_id, campaign_id, first_ordinal, count, recipients) SELECT app_tenant(), $1, n.first_ordinal, n.count, n.recipients FROM unnest($2::int[], $3::int[], $4::text[]) AS n (first_ordinal, count, recipients)",
        None,
    )
}
impl InsertChunksStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = i32>,
        T2: crate::ArraySql<Item = i32>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        first_ordinals: &'a T1,
        counts: &'a T2,
        recipients: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, first_ordinals, counts, recipients]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = i32>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertChunksParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertChunksStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertChunksParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.first_ordinals, &params.counts, &params.recipients))
    }
}
pub struct InsertRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_rejects() -> InsertRejectsStmt {
    InsertRejectsStmt(
        "INSERT INTO campaign_reject (tenant_id, campaign_id, chunk, line, code, reason, raw) SELECT app_tenant(), $1, $2, n.line, n.code, n.reason, n.raw FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) AS n (line, code, reason, raw)",
        None,
    )
}
impl InsertRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = i64>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        lines: &'a T1,
        codes: &'a T3,
        reasons: &'a T5,
        raws: &'a T7,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, chunk, lines, codes, reasons, raws]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = i64>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertRejectsParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertRejectsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertRejectsParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.chunk,
            &params.lines,
            &params.codes,
            &params.reasons,
            &params.raws,
        ))
    }
}
pub struct UploadRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upload_rejects() -> UploadRejectsStmt {
    UploadRejectsStmt(
        "SELECT chunk, line, code, reason, raw FROM campaign_reject WHERE campaign_id = $1 AND chunk = $2 ORDER BY line LIMIT $3",
        None,
    )
}
impl UploadRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        limit: &'a i64,
    ) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 3> {
        RejectRowQuery {
            client,
            params: [campaign_id, chunk, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RejectRowBorrowed, tokio_postgres::Error> {
                Ok(RejectRowBorrowed {
                    chunk: row.try_get(0)?,
                    line: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    raw: row.try_get(4)?,
                })
            },
            mapper: |it| RejectRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, UploadRejectsParams, RejectRowQuery<'c, 'a, 's, C, RejectRow, 3>, C>
    for UploadRejectsStmt
{
    fn params(&'s self, client: &'c C, params: &'a UploadRejectsParams) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 3> {
        self.bind(client, &params.campaign_id, &params.chunk, &params.limit)
    }
}
pub struct PageRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn page_rejects() -> PageRejectsStmt {
    PageRejectsStmt(
        "SELECT chunk, line, code, reason, raw FROM campaign_reject WHERE campaign_id = $1 AND (chunk, line) > ($2, $3) ORDER BY chunk, line LIMIT $4",
        None,
    )
}
impl PageRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        after_chunk: &'a i32,
        after_line: &'a i64,
        limit: &'a i64,
    ) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 4> {
        RejectRowQuery {
            client,
            params: [campaign_id, after_chunk, after_line, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RejectRowBorrowed, tokio_postgres::Error> {
                Ok(RejectRowBorrowed {
                    chunk: row.try_get(0)?,
                    line: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    raw: row.try_get(4)?,
                })
            },
            mapper: |it| RejectRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, PageRejectsParams, RejectRowQuery<'c, 'a, 's, C, RejectRow, 4>, C>
    for PageRejectsStmt
{
    fn params(&'s self, client: &'c C, params: &'a PageRejectsParams) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 4> {
        self.bind(client, &params.campaign_id, &params.after_chunk, &params.after_line, &params.limit)
    }
}
pub struct GetMessageStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_message() -> GetMessageStmt {
    GetMessageStmt(
        "SELECT intent_id, sender_id, contact, class, campaign_id, message, unknown_policy, ms_of(accepted_at) AS accepted_at_ms, ms_of(expires_at) AS expires_at_ms FROM intent WHERE intent_id = $1",
        None,
    )
}
impl GetMessageStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        intent_id: &'a uuid::Uuid,
    ) -> GetMessageQuery<'c, 'a, 's, C, GetMessage, 1> {
        GetMessageQuery {
            client,
            params: [intent_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<GetMessageBorrowed, tokio_postgres::Error> {
                Ok(GetMessageBorrowed {
                    intent_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    contact: row.try_get(2)?,
                    class: row.try_get(3)?,
                    campaign_id: row.try_get(4)?,
                    message: row.try_get(5)?,
                    unknown_policy: row.try_get(6)?,
                    accepted_at_ms: row.try_get(7)?,
                    expires_at_ms: row.try_get(8)?,
                })
            },
            mapper: |it| GetMessage::from(it),
        }
    }
}
pub struct GetMessageAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_message_attempts() -> GetMessageAttemptsStmt {
    GetMessageAttemptsStmt(
        "SELECT attempt, status, marks, ms_of(due_at) AS due_at_ms, ms_of(armed_at) AS armed_at_ms, ms_of(unknown_at) AS unknown_at_ms, ms_of(accepted_at) AS accepted_at_ms, ms_of(sent_at) AS sent_at_ms, ms_of(delivered_at) AS delivered_at_ms, ms_of(read_at) AS read_at_ms, ms_of(played_at) AS played_at_ms, ms_of(failed_at) AS failed_at_ms, ms_of(ended_at) AS ended_at_ms, wamid, code, reason FROM attempt WHERE intent_id = $1 ORDER BY attempt",
        None,
    )
}
impl GetMessageAttemptsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        intent_id: &'a uuid::Uuid,
    ) -> GetMessageAttemptsQuery<'c, 'a, 's, C, GetMessageAttempts, 1> {
        GetMessageAttemptsQuery {
            client,
            params: [intent_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<GetMessageAttemptsBorrowed, tokio_postgres::Error> {
                Ok(GetMessageAttemptsBorrowed {
                    attempt: row.try_get(0)?,
                    status: row.try_get(1)?,
                    marks: row.try_get(2)?,
                    due_at_ms: row.try_get(3)?,
                    armed_at_ms: row.try_get(4)?,
                    unknown_at_ms: row.try_get(5)?,
                    accepted_at_ms: row.try_get(6)?,
                    sent_at_ms: row.try_get(7)?,
                    delivered_at_ms: row.try_get(8)?,
                    read_at_ms: row.try_get(9)?,
                    played_at_ms: row.try_get(10)?,
                    failed_at_ms: row.try_get(11)?,
                    ended_at_ms: row.try_get(12)?,
                    wamid: row.try_get(13)?,
                    code: row.try_get(14)?,
                    reason: row.try_get(15)?,
                })
            },
            mapper: |it| GetMessageAttempts::from(it),
        }
    }
}
pub struct CountEndpointsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_endpoints() -> CountEndpointsStmt {
    CountEndpointsStmt("SELECT count(*) AS endpoints FROM sink_endpoint", None)
}
impl CountEndpointsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> I64Query<'c, 'a, 's, C, i64, 0> {
        I64Query {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct InsertEndpointStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_endpoint() -> InsertEndpointStmt {
    InsertEndpointStmt(
        "INSERT INTO sink_endpoint (tenant_id, endpoint_id, url, topics) VALUES (app_tenant(), $1, $2, $3) RETURNING ms_of(created_at) AS created_at_ms",
        None,
    )
}
impl InsertEndpointStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
    >(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
        url: &'a T1,
        topics: &'a T3,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        I64Query {
            client,
            params: [endpoint_id, url, topics],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>>
    crate::client::async_::Params<'c, 'a, 's, InsertEndpointParams<T1, T2, T3>, I64Query<'c, 'a, 's, C, i64, 3>, C>
    for InsertEndpointStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertEndpointParams<T1, T2, T3>,
    ) -> I64Query<'c, 'a, 's, C, i64, 3> {
        self.bind(client, &params.endpoint_id, &params.url, &params.topics)
    }
}
pub struct InsertEndpointSecretStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_endpoint_secret() -> InsertEndpointSecretStmt {
    InsertEndpointSecretStmt(
        "INSERT INTO sink_secret (tenant_id, endpoint_id, secret) VALUES (app_tenant(), $1, $2)",
        None,
    )
}
impl InsertEndpointSecretStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
        secret: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[endpoint_id, secret]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertEndpointSecretParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertEndpointSecretStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertEndpointSecretParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.endpoint_id, &params.secret))
    }
}
pub struct ListEndpointsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_endpoints() -> ListEndpointsStmt {
    ListEndpointsStmt(
        "SELECT endpoint_id, url, topics, disabled_reason, ms_of(created_at) AS created_at_ms FROM sink_endpoint ORDER BY endpoint_id",
        None,
    )
}
impl ListEndpointsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> ListEndpointsQuery<'c, 'a, 's, C, ListEndpoints, 0> {
        ListEndpointsQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListEndpointsBorrowed, tokio_postgres::Error> {
                Ok(ListEndpointsBorrowed {
                    endpoint_id: row.try_get(0)?,
                    url: row.try_get(1)?,
                    topics: row.try_get(2)?,
                    disabled_reason: row.try_get(3)?,
                    created_at_ms: row.try_get(4)?,
                })
            },
            mapper: |it| ListEndpoints::from(it),
        }
    }
}
pub struct DeleteEndpointStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_endpoint() -> DeleteEndpointStmt {
    DeleteEndpointStmt("DELETE FROM sink_endpoint WHERE endpoint_id = $1", None)
}
impl DeleteEndpointStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[endpoint_id]).await
    }
}
pub struct ListHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_holds() -> ListHoldsStmt {
    ListHoldsStmt(
        "SELECT scope, name, (array_agg(code ORDER BY since DESC))[1] AS code, (array_agg(reason ORDER BY since DESC))[1] AS reason, ms_of(min(since)) AS since_ms, ms_of(min(probe_at)) AS probe_at_ms, sum(probes)::bigint AS probes FROM send_hold WHERE released_at IS NULL AND (scope, name) > ($1, $2) GROUP BY scope, name ORDER BY scope, name LIMIT $3",
        None,
    )
}
impl ListHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        after_scope: &'a T1,
        after_name: &'a T2,
        limit: &'a i64,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 3> {
        HoldRowQuery {
            client,
            params: [after_scope, after_name, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HoldRowBorrowed, tokio_postgres::Error> {
                Ok(HoldRowBorrowed {
                    scope: row.try_get(0)?,
                    name: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    since_ms: row.try_get(4)?,
                    probe_at_ms: row.try_get(5)?,
                    probes: row.try_get(6)?,
                })
            },
            mapper: |it| HoldRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListHoldsParams<T1, T2>, HoldRowQuery<'c, 'a, 's, C, HoldRow, 3>, C>
    for ListHoldsStmt
{
    fn params(&'s self, client: &'c C, params: &'a ListHoldsParams<T1, T2>) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 3> {
        self.bind(client, &params.after_scope, &params.after_name, &params.limit)
    }
}
pub struct CampaignHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn campaign_holds() -> CampaignHoldsStmt {
    CampaignHoldsStmt(
        "SELECT h.scope, h.name, (array_agg(h.code ORDER BY h.since DESC))[1] AS code, (array_agg(h.reason ORDER BY h.since DESC))[1] AS reason, ms_of(min(h.since)) AS since_ms, ms_of(min(h.probe_at)) AS probe_at_ms, sum(h.probes)::bigint AS probes FROM send_hold h JOIN sender s ON s.tenant_id = h.tenant_id AND s.sender_id = $1 WHERE h.released_at IS NULL AND CASE h.scope WHEN 'campaign' THEN h.name = $2 WHEN 'sender' THEN h.name = s.sender_id WHEN 'waba' THEN h.name = s.waba_id WHEN 'template' THEN h.name = concat(s.waba_id, '/', $3::text, '/', $4::text) WHEN 'token' THEN h.task_partition = (SELECT a.task_partition FROM attempt a WHERE a.tenant_id = h.tenant_id AND a.intent_id BETWEEN $5 AND $6 LIMIT 1) END GROUP BY h.scope, h.name ORDER BY h.scope, h.name",
        None,
    )
}
impl CampaignHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
        campaign: &'a T2,
        template_name: &'a T3,
        template_language: &'a T4,
        first: &'a uuid::Uuid,
        last: &'a uuid::Uuid,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 6> {
        HoldRowQuery {
            client,
            params: [sender_id, campaign, template_name, template_language, first, last],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HoldRowBorrowed, tokio_postgres::Error> {
                Ok(HoldRowBorrowed {
                    scope: row.try_get(0)?,
                    name: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    since_ms: row.try_get(4)?,
                    probe_at_ms: row.try_get(5)?,
                    probes: row.try_get(6)?,
                })
            },
            mapper: |it| HoldRow::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CampaignHoldsParams<T1, T2, T3, T4>,
        HoldRowQuery<'c, 'a, 's, C, HoldRow, 6>,
        C,
    > for CampaignHoldsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CampaignHoldsParams<T1, T2, T3, T4>,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 6> {
        self.bind(
            client,
            &params.sender_id,
            &params.campaign,
            &params.template_name,
            &params.template_language,
            &params.first,
            &params.last,
        )
    }
}
