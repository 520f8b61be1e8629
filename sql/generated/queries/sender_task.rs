// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LoadAttemptsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub intent_ids: T2,
}
#[derive(Debug)]
pub struct KnownInboundParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub wamids: T5,
}
#[derive(Debug)]
pub struct HeardParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub since_ms: i64,
}
#[derive(Debug)]
pub struct OptedOutParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>>
{
    pub tenant_ids: T1,
    pub contacts: T3,
}
#[derive(Debug)]
pub struct LoadCampaignsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
}
#[derive(Debug)]
pub struct LoadChunksParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
    pub cursors: T3,
}
#[derive(Debug)]
pub struct InsertIntentsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::StringSql,
    T13: crate::ArraySql<Item = T12>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = T14>,
    T16: crate::ArraySql<Item = i64>,
    T17: crate::ArraySql<Item = i64>,
> {
    pub tenant_ids: T1,
    pub intent_ids: T2,
    pub sender_ids: T4,
    pub contacts: T6,
    pub classes: T8,
    pub campaign_ids: T9,
    pub generations: T10,
    pub ordinals: T11,
    pub messages: T13,
    pub unknown_policies: T15,
    pub accepted_at: T16,
    pub expires_at: T17,
}
#[derive(Debug)]
pub struct InsertAttemptsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i16>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = Option<i64>>,
    T10: crate::ArraySql<Item = Option<i64>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i64>>,
    T13: crate::ArraySql<Item = Option<i64>>,
    T14: crate::ArraySql<Item = Option<i64>>,
    T15: crate::ArraySql<Item = Option<i64>>,
    T16: crate::ArraySql<Item = Option<i64>>,
    T17: crate::ArraySql<Item = Option<i64>>,
    T18: crate::ArraySql<Item = Option<i64>>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::ArraySql<Item = Option<i64>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = Option<T22>>,
> {
    pub task_partition: i32,
    pub tenant_ids: T1,
    pub intent_ids: T2,
    pub attempts: T3,
    pub opens: T4,
    pub statuses: T6,
    pub marks: T7,
    pub due_at: T8,
    pub armed_epochs: T9,
    pub armed_at: T10,
    pub unknown_at: T11,
    pub accepted_at: T12,
    pub sent_at: T13,
    pub delivered_at: T14,
    pub read_at: T15,
    pub played_at: T16,
    pub failed_at: T17,
    pub ended_at: T18,
    pub wamids: T20,
    pub codes: T21,
    pub reasons: T23,
}
#[derive(Debug)]
pub struct UpdateAttemptsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i16>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = Option<i64>>,
    T10: crate::ArraySql<Item = Option<i64>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i64>>,
    T13: crate::ArraySql<Item = Option<i64>>,
    T14: crate::ArraySql<Item = Option<i64>>,
    T15: crate::ArraySql<Item = Option<i64>>,
    T16: crate::ArraySql<Item = Option<i64>>,
    T17: crate::ArraySql<Item = Option<i64>>,
    T18: crate::ArraySql<Item = Option<i64>>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::ArraySql<Item = Option<i64>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = Option<T22>>,
> {
    pub tenant_ids: T1,
    pub intent_ids: T2,
    pub attempts: T3,
    pub opens: T4,
    pub statuses: T6,
    pub marks: T7,
    pub due_at: T8,
    pub armed_epochs: T9,
    pub armed_at: T10,
    pub unknown_at: T11,
    pub accepted_at: T12,
    pub sent_at: T13,
    pub delivered_at: T14,
    pub read_at: T15,
    pub played_at: T16,
    pub failed_at: T17,
    pub ended_at: T18,
    pub wamids: T20,
    pub codes: T21,
    pub reasons: T23,
}
#[derive(Debug)]
pub struct InsertInboundParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::ArraySql<Item = i64>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = T11>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::BytesSql,
    T18: crate::ArraySql<Item = T17>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub wamids: T5,
    pub contacts: T7,
    pub profile_names: T9,
    pub at: T10,
    pub kinds: T12,
    pub texts: T14,
    pub reply_tos: T16,
    pub raws: T18,
}
#[derive(Debug)]
pub struct UpdateProgressParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i32>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i32>,
    T9: crate::ArraySql<Item = i32>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::ArraySql<Item = i32>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = i32>,
    T15: crate::ArraySql<Item = i32>,
    T16: crate::ArraySql<Item = i32>,
    T17: crate::ArraySql<Item = Option<i64>>,
> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
    pub cursors: T3,
    pub ingested: T4,
    pub accepted: T5,
    pub sent: T6,
    pub delivered: T7,
    pub read: T8,
    pub failed: T9,
    pub rejected: T10,
    pub expired: T11,
    pub cancelled: T12,
    pub unconfirmed: T13,
    pub unknown: T14,
    pub open: T15,
    pub confirmed: T16,
    pub completed_at: T17,
}
#[derive(Debug)]
pub struct WriteHoldsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = bool>,
    T10: crate::ArraySql<Item = i64>,
    T11: crate::ArraySql<Item = i64>,
    T12: crate::ArraySql<Item = i64>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = Option<i64>>,
> {
    pub task_partition: i32,
    pub tenant_ids: T1,
    pub scopes: T3,
    pub names: T5,
    pub codes: T6,
    pub reasons: T8,
    pub by_reports: T9,
    pub since: T10,
    pub probe_at: T11,
    pub wait_ms: T12,
    pub probes: T13,
    pub released_at: T14,
}
#[derive(Debug)]
pub struct ApplyTemplateStatusParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
> {
    pub status: T1,
    pub reason: Option<T2>,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T3,
    pub name: T4,
    pub language: T5,
}
#[derive(Debug, Clone, PartialEq)]
pub struct OpenAttempts {
    pub tenant_id: uuid::Uuid,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub status: String,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_epoch: Option<i64>,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub wamid: Option<String>,
    pub code: Option<i64>,
    pub reason: Option<String>,
    pub sender_id: String,
    pub contact: String,
    pub class: String,
    pub campaign_id: Option<uuid::Uuid>,
    pub generation: i32,
    pub ordinal: i32,
    pub message: String,
    pub unknown_policy: String,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
pub struct OpenAttemptsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub status: &'a str,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_epoch: Option<i64>,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub wamid: Option<&'a str>,
    pub code: Option<i64>,
    pub reason: Option<&'a str>,
    pub sender_id: &'a str,
    pub contact: &'a str,
    pub class: &'a str,
    pub campaign_id: Option<uuid::Uuid>,
    pub generation: i32,
    pub ordinal: i32,
    pub message: &'a str,
    pub unknown_policy: &'a str,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
impl<'a> From<OpenAttemptsBorrowed<'a>> for OpenAttempts {
    fn from(
        OpenAttemptsBorrowed {
            tenant_id,
            intent_id,
            attempt,
            status,
            marks,
            due_at_ms,
            armed_epoch,
            armed_at_ms,
            unknown_at_ms,
            wamid,
            code,
            reason,
            sender_id,
            contact,
            class,
            campaign_id,
            generation,
            ordinal,
            message,
            unknown_policy,
            accepted_at_ms,
            expires_at_ms,
        }: OpenAttemptsBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            intent_id,
            attempt,
            status: status.into(),
            marks,
            due_at_ms,
            armed_epoch,
            armed_at_ms,
            unknown_at_ms,
            wamid: wamid.map(|v| v.into()),
            code,
            reason: reason.map(|v| v.into()),
            sender_id: sender_id.into(),
            contact: contact.into(),
            class: class.into(),
            campaign_id,
            generation,
            ordinal,
            message: message.into(),
            unknown_policy: unknown_policy.into(),
            accepted_at_ms,
            expires_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadAttempts {
    pub tenant_id: uuid::Uuid,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub status: String,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_epoch: Option<i64>,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub wamid: Option<String>,
    pub code: Option<i64>,
    pub reason: Option<String>,
    pub sender_id: String,
    pub contact: String,
    pub class: String,
    pub campaign_id: Option<uuid::Uuid>,
    pub generation: i32,
    pub ordinal: i32,
    pub message: String,
    pub unknown_policy: String,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
pub struct LoadAttemptsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub status: &'a str,
    pub marks: i32,
    pub due_at_ms: i64,
    pub armed_epoch: Option<i64>,
    pub armed_at_ms: Option<i64>,
    pub unknown_at_ms: Option<i64>,
    pub wamid: Option<&'a str>,
    pub code: Option<i64>,
    pub reason: Option<&'a str>,
    pub sender_id: &'a str,
    pub contact: &'a str,
    pub class: &'a str,
    pub campaign_id: Option<uuid::Uuid>,
    pub generation: i32,
    pub ordinal: i32,
    pub message: &'a str,
    pub unknown_policy: &'a str,
    pub accepted_at_ms: i64,
    pub expires_at_ms: i64,
}
impl<'a> From<LoadAttemptsBorrowed<'a>> for LoadAttempts {
    fn from(
        LoadAttemptsBorrowed {
            tenant_id,
            intent_id,
            attempt,
            status,
            marks,
            due_at_ms,
            armed_epoch,
            armed_at_ms,
            unknown_at_ms,
            wamid,
            code,
            reason,
            sender_id,
            contact,
            class,
            campaign_id,
            generation,
            ordinal,
            message,
            unknown_policy,
            accepted_at_ms,
            expires_at_ms,
        }: LoadAttemptsBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            intent_id,
            attempt,
            status: status.into(),
            marks,
            due_at_ms,
            armed_epoch,
            armed_at_ms,
            unknown_at_ms,
            wamid: wamid.map(|v| v.into()),
            code,
            reason: reason.map(|v| v.into()),
            sender_id: sender_id.into(),
            contact: contact.into(),
            class: class.into(),
            campaign_id,
            generation,
            ordinal,
            message: message.into(),
            unknown_policy: unknown_policy.into(),
            accepted_at_ms,
            expires_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownInbound {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub wamid: String,
}
pub struct KnownInboundBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub wamid: &'a str,
}
impl<'a> From<KnownInboundBorrowed<'a>> for KnownInbound {
    fn from(KnownInboundBorrowed { tenant_id, sender_id, wamid }: KnownInboundBorrowed<'a>) -> Self {
        Self { tenant_id, sender_id: sender_id.into(), wamid: wamid.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub sender_id: String,
    pub at_ms: i64,
    pub messages: i64,
}
pub struct HeardBorrowed<'a> {
    pub sender_id: &'a str,
    pub at_ms: i64,
    pub messages: i64,
}
impl<'a> From<HeardBorrowed<'a>> for Heard {
    fn from(HeardBorrowed { sender_id, at_ms, messages }: HeardBorrowed<'a>) -> Self {
        Self { sender_id: sender_id.into(), at_ms, messages }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OptedOut {
    pub tenant_id: uuid::Uuid,
    pub contact: String,
}
pub struct OptedOutBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub contact: &'a str,
}
impl<'a> From<OptedOutBorrowed<'a>> for OptedOut {
    fn from(OptedOutBorrowed { tenant_id, contact }: OptedOutBorrowed<'a>) -> Self {
        Self { tenant_id, contact: contact.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadCampaigns {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: String,
    pub state: String,
    pub generation: i32,
    pub recipients: i32,
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
    pub cursor: i32,
    pub ingested: i32,
    pub open: i32,
    pub confirmed: i32,
}
pub struct LoadCampaignsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub state: &'a str,
    pub generation: i32,
    pub recipients: i32,
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
    pub cursor: i32,
    pub ingested: i32,
    pub open: i32,
    pub confirmed: i32,
}
impl<'a> From<LoadCampaignsBorrowed<'a>> for LoadCampaigns {
    fn from(
        LoadCampaignsBorrowed {
            tenant_id,
            campaign_id,
            sender_id,
            state,
            generation,
            recipients,
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
            cursor,
            ingested,
            open,
            confirmed,
        }: LoadCampaignsBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            campaign_id,
            sender_id: sender_id.into(),
            state: state.into(),
            generation,
            recipients,
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
            cursor,
            ingested,
            open,
            confirmed,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadChunks {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: String,
}
pub struct LoadChunksBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: &'a str,
}
impl<'a> From<LoadChunksBorrowed<'a>> for LoadChunks {
    fn from(
        LoadChunksBorrowed { tenant_id, campaign_id, first_ordinal, count, recipients }: LoadChunksBorrowed<'a>,
    ) -> Self {
        Self { tenant_id, campaign_id, first_ordinal, count, recipients: recipients.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OpenHolds {
    pub tenant_id: uuid::Uuid,
    pub scope: String,
    pub name: String,
    pub code: Option<i64>,
    pub reason: String,
    pub by_report: bool,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub wait_ms: i64,
    pub probes: i32,
}
pub struct OpenHoldsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub scope: &'a str,
    pub name: &'a str,
    pub code: Option<i64>,
    pub reason: &'a str,
    pub by_report: bool,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub wait_ms: i64,
    pub probes: i32,
}
impl<'a> From<OpenHoldsBorrowed<'a>> for OpenHolds {
    fn from(
        OpenHoldsBorrowed {
            tenant_id,
            scope,
            name,
            code,
            reason,
            by_report,
            since_ms,
            probe_at_ms,
            wait_ms,
            probes,
        }: OpenHoldsBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            scope: scope.into(),
            name: name.into(),
            code,
            reason: reason.into(),
            by_report,
            since_ms,
            probe_at_ms,
            wait_ms,
            probes,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct OpenAttemptsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OpenAttemptsBorrowed, tokio_postgres::Error>,
    mapper: fn(OpenAttemptsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OpenAttemptsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OpenAttemptsBorrowed) -> R) -> OpenAttemptsQuery<'c, 'a, 's, C, R, N> {
        OpenAttemptsQuery {
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
pub struct LoadAttemptsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadAttemptsBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadAttemptsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadAttemptsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadAttemptsBorrowed) -> R) -> LoadAttemptsQuery<'c, 'a, 's, C, R, N> {
        LoadAttemptsQuery {
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
pub struct KnownInboundQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownInboundBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownInboundBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownInboundQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KnownInboundBorrowed) -> R) -> KnownInboundQuery<'c, 'a, 's, C, R, N> {
        KnownInboundQuery {
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
pub struct HeardQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HeardBorrowed, tokio_postgres::Error>,
    mapper: fn(HeardBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HeardQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HeardBorrowed) -> R) -> HeardQuery<'c, 'a, 's, C, R, N> {
        HeardQuery {
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
pub struct OptedOutQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OptedOutBorrowed, tokio_postgres::Error>,
    mapper: fn(OptedOutBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptedOutQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OptedOutBorrowed) -> R) -> OptedOutQuery<'c, 'a, 's, C, R, N> {
        OptedOutQuery {
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
pub struct LoadCampaignsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadCampaignsBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadCampaignsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadCampaignsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadCampaignsBorrowed) -> R) -> LoadCampaignsQuery<'c, 'a, 's, C, R, N> {
        LoadCampaignsQuery {
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
pub struct LoadChunksQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadChunksBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadChunksBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadChunksQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadChunksBorrowed) -> R) -> LoadChunksQuery<'c, 'a, 's, C, R, N> {
        LoadChunksQuery {
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
pub struct OpenHoldsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OpenHoldsBorrowed, tokio_postgres::Error>,
    mapper: fn(OpenHoldsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OpenHoldsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OpenHoldsBorrowed) -> R) -> OpenHoldsQuery<'c, 'a, 's, C, R, N> {
        OpenHoldsQuery {
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
pub struct SetTenantsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_tenants() -> SetTenantsStmt {
    SetTenantsStmt("SELECT set_config('app.tenant_ids', $1, true)", None)
}
impl SetTenantsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenants: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [tenants],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct OpenAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn open_attempts() -> OpenAttemptsStmt {
    OpenAttemptsStmt(
        "SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch, ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason, i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms FROM attempt a JOIN intent i USING (tenant_id, intent_id) WHERE a.open AND a.task_partition = $1 ORDER BY i.accepted_at, a.intent_id",
        None,
    )
}
impl OpenAttemptsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        task_partition: &'a i32,
    ) -> OpenAttemptsQuery<'c, 'a, 's, C, OpenAttempts, 1> {
        OpenAttemptsQuery {
            client,
            params: [task_partition],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OpenAttemptsBorrowed, tokio_postgres::Error> {
                Ok(OpenAttemptsBorrowed {
                    tenant_id: row.try_get(0)?,
                    intent_id: row.try_get(1)?,
                    attempt: row.try_get(2)?,
                    status: row.try_get(3)?,
                    marks: row.try_get(4)?,
                    due_at_ms: row.try_get(5)?,
                    armed_epoch: row.try_get(6)?,
                    armed_at_ms: row.try_get(7)?,
                    unknown_at_ms: row.try_get(8)?,
                    wamid: row.try_get(9)?,
                    code: row.try_get(10)?,
                    reason: row.try_get(11)?,
                    sender_id: row.try_get(12)?,
                    contact: row.try_get(13)?,
                    class: row.try_get(14)?,
                    campaign_id: row.try_get(15)?,
                    generation: row.try_get(16)?,
                    ordinal: row.try_get(17)?,
                    message: row.try_get(18)?,
                    unknown_policy: row.try_get(19)?,
                    accepted_at_ms: row.try_get(20)?,
                    expires_at_ms: row.try_get(21)?,
                })
            },
            mapper: |it| OpenAttempts::from(it),
        }
    }
}
pub struct LoadAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_attempts() -> LoadAttemptsStmt {
    LoadAttemptsStmt(
        "SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch, ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason, i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, intent_id) JOIN intent i ON i.tenant_id = k.tenant_id AND i.intent_id = k.intent_id JOIN attempt a ON a.tenant_id = k.tenant_id AND a.intent_id = k.intent_id",
        None,
    )
}
impl LoadAttemptsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        intent_ids: &'a T2,
    ) -> LoadAttemptsQuery<'c, 'a, 's, C, LoadAttempts, 2> {
        LoadAttemptsQuery {
            client,
            params: [tenant_ids, intent_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadAttemptsBorrowed, tokio_postgres::Error> {
                Ok(LoadAttemptsBorrowed {
                    tenant_id: row.try_get(0)?,
                    intent_id: row.try_get(1)?,
                    attempt: row.try_get(2)?,
                    status: row.try_get(3)?,
                    marks: row.try_get(4)?,
                    due_at_ms: row.try_get(5)?,
                    armed_epoch: row.try_get(6)?,
                    armed_at_ms: row.try_get(7)?,
                    unknown_at_ms: row.try_get(8)?,
                    wamid: row.try_get(9)?,
                    code: row.try_get(10)?,
                    reason: row.try_get(11)?,
                    sender_id: row.try_get(12)?,
                    contact: row.try_get(13)?,
                    class: row.try_get(14)?,
                    campaign_id: row.try_get(15)?,
                    generation: row.try_get(16)?,
                    ordinal: row.try_get(17)?,
                    message: row.try_get(18)?,
                    unknown_policy: row.try_get(19)?,
                    accepted_at_ms: row.try_get(20)?,
                    expires_at_ms: row.try_get(21)?,
                })
            },
            mapper: |it| LoadAttempts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadAttemptsParams<T1, T2>,
        LoadAttemptsQuery<'c, 'a, 's, C, LoadAttempts, 2>,
        C,
    > for LoadAttemptsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadAttemptsParams<T1, T2>,
    ) -> LoadAttemptsQuery<'c, 'a, 's, C, LoadAttempts, 2> {
        self.bind(client, &params.tenant_ids, &params.intent_ids)
    }
}
pub struct KnownInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_inbound() -> KnownInboundStmt {
    KnownInboundStmt(
        "SELECT m.tenant_id, m.sender_id, m.wamid FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id, wamid) JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.wamid = k.wamid",
        None,
    )
}
impl KnownInboundStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        wamids: &'a T5,
    ) -> KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3> {
        KnownInboundQuery {
            client,
            params: [tenant_ids, sender_ids, wamids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<KnownInboundBorrowed, tokio_postgres::Error> {
                Ok(KnownInboundBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    wamid: row.try_get(2)?,
                })
            },
            mapper: |it| KnownInbound::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownInboundParams<T1, T2, T3, T4, T5>,
        KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3>,
        C,
    > for KnownInboundStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownInboundParams<T1, T2, T3, T4, T5>,
    ) -> KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.wamids)
    }
}
pub struct HeardStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn heard() -> HeardStmt {
    HeardStmt(
        "SELECT m.sender_id, ms_of(m.at) AS at_ms, count(*) AS messages FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id) JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.at >= at_ms($3::bigint) GROUP BY m.sender_id, m.at",
        None,
    )
}
impl HeardStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        since_ms: &'a i64,
    ) -> HeardQuery<'c, 'a, 's, C, Heard, 3> {
        HeardQuery {
            client,
            params: [tenant_ids, sender_ids, since_ms],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HeardBorrowed, tokio_postgres::Error> {
                Ok(HeardBorrowed { sender_id: row.try_get(0)?, at_ms: row.try_get(1)?, messages: row.try_get(2)? })
            },
            mapper: |it| Heard::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> crate::client::async_::Params<'c, 'a, 's, HeardParams<T1, T2, T3>, HeardQuery<'c, 'a, 's, C, Heard, 3>, C>
    for HeardStmt
{
    fn params(&'s self, client: &'c C, params: &'a HeardParams<T1, T2, T3>) -> HeardQuery<'c, 'a, 's, C, Heard, 3> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.since_ms)
    }
}
pub struct OptedOutStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn opted_out() -> OptedOutStmt {
    OptedOutStmt(
        "SELECT o.tenant_id, o.contact FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, contact) JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.contact = k.contact",
        None,
    )
}
impl OptedOutStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        contacts: &'a T3,
    ) -> OptedOutQuery<'c, 'a, 's, C, OptedOut, 2> {
        OptedOutQuery {
            client,
            params: [tenant_ids, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OptedOutBorrowed, tokio_postgres::Error> {
                Ok(OptedOutBorrowed { tenant_id: row.try_get(0)?, contact: row.try_get(1)? })
            },
            mapper: |it| OptedOut::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> crate::client::async_::Params<'c, 'a, 's, OptedOutParams<T1, T2, T3>, OptedOutQuery<'c, 'a, 's, C, OptedOut, 2>, C>
    for OptedOutStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OptedOutParams<T1, T2, T3>,
    ) -> OptedOutQuery<'c, 'a, 's, C, OptedOut, 2> {
        self.bind(client, &params.tenant_ids, &params.contacts)
    }
}
pub struct LoadCampaignsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_campaigns() -> LoadCampaignsStmt {
    LoadCampaignsStmt(
        "SELECT c.tenant_id, c.campaign_id, c.sender_id, c.state, c.generation, c.recipients, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, p.cursor, p.ingested, p.open, p.confirmed FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, campaign_id) JOIN campaign c ON c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id JOIN campaign_progress p ON p.tenant_id = k.tenant_id AND p.campaign_id = k.campaign_id WHERE p.completed_at IS NULL",
        None,
    )
}
impl LoadCampaignsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        campaign_ids: &'a T2,
    ) -> LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2> {
        LoadCampaignsQuery {
            client,
            params: [tenant_ids, campaign_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadCampaignsBorrowed, tokio_postgres::Error> {
                Ok(LoadCampaignsBorrowed {
                    tenant_id: row.try_get(0)?,
                    campaign_id: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    state: row.try_get(3)?,
                    generation: row.try_get(4)?,
                    recipients: row.try_get(5)?,
                    template_name: row.try_get(6)?,
                    template_language: row.try_get(7)?,
                    unknown_policy: row.try_get(8)?,
                    ttl_seconds: row.try_get(9)?,
                    weight: row.try_get(10)?,
                    max_per_minute: row.try_get(11)?,
                    jitter_min_ms: row.try_get(12)?,
                    jitter_max_ms: row.try_get(13)?,
                    hours_from: row.try_get(14)?,
                    hours_to: row.try_get(15)?,
                    hours_zone: row.try_get(16)?,
                    cursor: row.try_get(17)?,
                    ingested: row.try_get(18)?,
                    open: row.try_get(19)?,
                    confirmed: row.try_get(20)?,
                })
            },
            mapper: |it| LoadCampaigns::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadCampaignsParams<T1, T2>,
        LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2>,
        C,
    > for LoadCampaignsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadCampaignsParams<T1, T2>,
    ) -> LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2> {
        self.bind(client, &params.tenant_ids, &params.campaign_ids)
    }
}
pub struct LoadChunksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_chunks() -> LoadChunksStmt {
    LoadChunksStmt(
        "SELECT k.tenant_id, k.campaign_id, c.first_ordinal, c.count, c.recipients FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS k (tenant_id, campaign_id, cursor) CROSS JOIN LATERAL ( SELECT first_ordinal, count, recipients FROM campaign_chunk c WHERE c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id AND c.first_ordinal <= k.cursor ORDER BY c.first_ordinal DESC LIMIT 1) AS c",
        None,
    )
}
impl LoadChunksStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = i32>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        campaign_ids: &'a T2,
        cursors: &'a T3,
    ) -> LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3> {
        LoadChunksQuery {
            client,
            params: [tenant_ids, campaign_ids, cursors],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadChunksBorrowed, tokio_postgres::Error> {
                Ok(LoadChunksBorrowed {
                    tenant_id: row.try_get(0)?,
                    campaign_id: row.try_get(1)?,
                    first_ordinal: row.try_get(2)?,
                    count: row.try_get(3)?,
                    recipients: row.try_get(4)?,
                })
            },
            mapper: |it| LoadChunks::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadChunksParams<T1, T2, T3>,
        LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3>,
        C,
    > for LoadChunksStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadChunksParams<T1, T2, T3>,
    ) -> LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3> {
        self.bind(client, &params.tenant_ids, &params.campaign_ids, &params.cursors)
    }
}
pub struct InsertIntentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_intents() -> InsertIntentsStmt {
    InsertIntentsStmt(
        "INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message, unknown_policy, accepted_at, expires_at) SELECT n.tenant_id, n.intent_id, n.sender_id, n.contact, n.class, n.campaign_id, n.generation, n.ordinal, n.message, n.unknown_policy, at_ms(n.accepted_at), at_ms(n.expires_at) FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::text[], $10::text[], $11::bigint[], $12::bigint[]) AS n (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message, unknown_policy, accepted_at, expires_at) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertIntentsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::ArraySql<Item = Option<uuid::Uuid>>,
        T10: crate::ArraySql<Item = i32>,
        T11: crate::ArraySql<Item = i32>,
        T12: crate::StringSql,
        T13: crate::ArraySql<Item = T12>,
        T14: crate::StringSql,
        T15: crate::ArraySql<Item = T14>,
        T16: crate::ArraySql<Item = i64>,
        T17: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        intent_ids: &'a T2,
        sender_ids: &'a T4,
        contacts: &'a T6,
        classes: &'a T8,
        campaign_ids: &'a T9,
        generations: &'a T10,
        ordinals: &'a T11,
        messages: &'a T13,
        unknown_policies: &'a T15,
        accepted_at: &'a T16,
        expires_at: &'a T17,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    tenant_ids,
                    intent_ids,
                    sender_ids,
                    contacts,
                    classes,
                    campaign_ids,
                    generations,
                    ordinals,
                    messages,
                    unknown_policies,
                    accepted_at,
                    expires_at,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = Option<uuid::Uuid>>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::StringSql,
    T13: crate::ArraySql<Item = T12>,
    T14: crate::StringSql,
    T15: crate::ArraySql<Item = T14>,
    T16: crate::ArraySql<Item = i64>,
    T17: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertIntentsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertIntentsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertIntentsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.intent_ids,
            &params.sender_ids,
            &params.contacts,
            &params.classes,
            &params.campaign_ids,
            &params.generations,
            &params.ordinals,
            &params.messages,
            &params.unknown_policies,
            &params.accepted_at,
            &params.expires_at,
        ))
    }
}
pub struct InsertAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_attempts() -> InsertAttemptsStmt {
    InsertAttemptsStmt(
        "INSERT INTO attempt (tenant_id, intent_id, attempt, task_partition, open, status, marks, due_at, armed_epoch, armed_at, unknown_at, accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code, reason) SELECT n.tenant_id, n.intent_id, n.attempt, $1, n.open, n.status, n.marks, at_ms(n.due_at), n.armed_epoch, at_ms(n.armed_at), at_ms(n.unknown_at), at_ms(n.accepted_at), at_ms(n.sent_at), at_ms(n.delivered_at), at_ms(n.read_at), at_ms(n.played_at), at_ms(n.failed_at), at_ms(n.ended_at), n.wamid, n.code, n.reason FROM unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::boolean[], $6::text[], $7::int[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::text[], $20::bigint[], $21::text[]) AS n (tenant_id, intent_id, attempt, open, status, marks, due_at, armed_epoch, armed_at, unknown_at, accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code, reason) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertAttemptsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = i16>,
        T4: crate::ArraySql<Item = bool>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::ArraySql<Item = i32>,
        T8: crate::ArraySql<Item = i64>,
        T9: crate::ArraySql<Item = Option<i64>>,
        T10: crate::ArraySql<Item = Option<i64>>,
        T11: crate::ArraySql<Item = Option<i64>>,
        T12: crate::ArraySql<Item = Option<i64>>,
        T13: crate::ArraySql<Item = Option<i64>>,
        T14: crate::ArraySql<Item = Option<i64>>,
        T15: crate::ArraySql<Item = Option<i64>>,
        T16: crate::ArraySql<Item = Option<i64>>,
        T17: crate::ArraySql<Item = Option<i64>>,
        T18: crate::ArraySql<Item = Option<i64>>,
        T19: crate::StringSql,
        T20: crate::ArraySql<Item = Option<T19>>,
        T21: crate::ArraySql<Item = Option<i64>>,
        T22: crate::StringSql,
        T23: crate::ArraySql<Item = Option<T22>>,
    >(
        &'s self,
        client: &'c C,
        task_partition: &'a i32,
        tenant_ids: &'a T1,
        intent_ids: &'a T2,
        attempts: &'a T3,
        opens: &'a T4,
        statuses: &'a T6,
        marks: &'a T7,
        due_at: &'a T8,
        armed_epochs: &'a T9,
        armed_at: &'a T10,
        unknown_at: &'a T11,
        accepted_at: &'a T12,
        sent_at: &'a T13,
        delivered_at: &'a T14,
        read_at: &'a T15,
        played_at: &'a T16,
        failed_at: &'a T17,
        ended_at: &'a T18,
        wamids: &'a T20,
        codes: &'a T21,
        reasons: &'a T23,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    task_partition,
                    tenant_ids,
                    intent_ids,
                    attempts,
                    opens,
                    statuses,
                    marks,
                    due_at,
                    armed_epochs,
                    armed_at,
                    unknown_at,
                    accepted_at,
                    sent_at,
                    delivered_at,
                    read_at,
                    played_at,
                    failed_at,
                    ended_at,
                    wamids,
                    codes,
                    reasons,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i16>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = Option<i64>>,
    T10: crate::ArraySql<Item = Option<i64>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i64>>,
    T13: crate::ArraySql<Item = Option<i64>>,
    T14: crate::ArraySql<Item = Option<i64>>,
    T15: crate::ArraySql<Item = Option<i64>>,
    T16: crate::ArraySql<Item = Option<i64>>,
    T17: crate::ArraySql<Item = Option<i64>>,
    T18: crate::ArraySql<Item = Option<i64>>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::ArraySql<Item = Option<i64>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = Option<T22>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertAttemptsParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertAttemptsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertAttemptsParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.task_partition,
            &params.tenant_ids,
            &params.intent_ids,
            &params.attempts,
            &params.opens,
            &params.statuses,
            &params.marks,
            &params.due_at,
            &params.armed_epochs,
            &params.armed_at,
            &params.unknown_at,
            &params.accepted_at,
            &params.sent_at,
            &params.delivered_at,
            &params.read_at,
            &params.played_at,
            &params.failed_at,
            &params.ended_at,
            &params.wamids,
            &params.codes,
            &params.reasons,
        ))
    }
}
pub struct UpdateAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn update_attempts() -> UpdateAttemptsStmt {
    UpdateAttemptsStmt(
        "UPDATE attempt a SET open = n.open, status = n.status, marks = n.marks, due_at = at_ms(n.due_at), armed_epoch  = coalesce(n.armed_epoch, a.armed_epoch), armed_at     = coalesce(at_ms(n.armed_at), a.armed_at), unknown_at   = coalesce(at_ms(n.unknown_at), a.unknown_at), accepted_at  = coalesce(at_ms(n.accepted_at), a.accepted_at), sent_at      = coalesce(at_ms(n.sent_at), a.sent_at), delivered_at = coalesce(at_ms(n.delivered_at), a.delivered_at), read_at      = coalesce(at_ms(n.read_at), a.read_at), played_at    = coalesce(at_ms(n.played_at), a.played_at), failed_at    = coalesce(at_ms(n.failed_at), a.failed_at), ended_at     = coalesce(at_ms(n.ended_at), a.ended_at), wamid        = coalesce(n.wamid, a.wamid), code         = coalesce(n.code, a.code), reason       = coalesce(n.reason, a.reason) FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::boolean[], $5::text[], $6::int[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::bigint[], $20::text[]) LIMIT cardinality($1::uuid[])) AS n (tenant_id, intent_id, attempt, open, status, marks, due_at, armed_epoch, armed_at, unknown_at, accepted_at, sent_at, delivered_at, read_at, played_at, failed_at, ended_at, wamid, code, reason) WHERE a.tenant_id = n.tenant_id AND a.intent_id = n.intent_id AND a.attempt = n.attempt",
        None,
    )
}
impl UpdateAttemptsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = i16>,
        T4: crate::ArraySql<Item = bool>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::ArraySql<Item = i32>,
        T8: crate::ArraySql<Item = i64>,
        T9: crate::ArraySql<Item = Option<i64>>,
        T10: crate::ArraySql<Item = Option<i64>>,
        T11: crate::ArraySql<Item = Option<i64>>,
        T12: crate::ArraySql<Item = Option<i64>>,
        T13: crate::ArraySql<Item = Option<i64>>,
        T14: crate::ArraySql<Item = Option<i64>>,
        T15: crate::ArraySql<Item = Option<i64>>,
        T16: crate::ArraySql<Item = Option<i64>>,
        T17: crate::ArraySql<Item = Option<i64>>,
        T18: crate::ArraySql<Item = Option<i64>>,
        T19: crate::StringSql,
        T20: crate::ArraySql<Item = Option<T19>>,
        T21: crate::ArraySql<Item = Option<i64>>,
        T22: crate::StringSql,
        T23: crate::ArraySql<Item = Option<T22>>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        intent_ids: &'a T2,
        attempts: &'a T3,
        opens: &'a T4,
        statuses: &'a T6,
        marks: &'a T7,
        due_at: &'a T8,
        armed_epochs: &'a T9,
        armed_at: &'a T10,
        unknown_at: &'a T11,
        accepted_at: &'a T12,
        sent_at: &'a T13,
        delivered_at: &'a T14,
        read_at: &'a T15,
        played_at: &'a T16,
        failed_at: &'a T17,
        ended_at: &'a T18,
        wamids: &'a T20,
        codes: &'a T21,
        reasons: &'a T23,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    tenant_ids,
                    intent_ids,
                    attempts,
                    opens,
                    statuses,
                    marks,
                    due_at,
                    armed_epochs,
                    armed_at,
                    unknown_at,
                    accepted_at,
                    sent_at,
                    delivered_at,
                    read_at,
                    played_at,
                    failed_at,
                    ended_at,
                    wamids,
                    codes,
                    reasons,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i16>,
    T4: crate::ArraySql<Item = bool>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = Option<i64>>,
    T10: crate::ArraySql<Item = Option<i64>>,
    T11: crate::ArraySql<Item = Option<i64>>,
    T12: crate::ArraySql<Item = Option<i64>>,
    T13: crate::ArraySql<Item = Option<i64>>,
    T14: crate::ArraySql<Item = Option<i64>>,
    T15: crate::ArraySql<Item = Option<i64>>,
    T16: crate::ArraySql<Item = Option<i64>>,
    T17: crate::ArraySql<Item = Option<i64>>,
    T18: crate::ArraySql<Item = Option<i64>>,
    T19: crate::StringSql,
    T20: crate::ArraySql<Item = Option<T19>>,
    T21: crate::ArraySql<Item = Option<i64>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = Option<T22>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpdateAttemptsParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for UpdateAttemptsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpdateAttemptsParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
        >,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.intent_ids,
            &params.attempts,
            &params.opens,
            &params.statuses,
            &params.marks,
            &params.due_at,
            &params.armed_epochs,
            &params.armed_at,
            &params.unknown_at,
            &params.accepted_at,
            &params.sent_at,
            &params.delivered_at,
            &params.read_at,
            &params.played_at,
            &params.failed_at,
            &params.ended_at,
            &params.wamids,
            &params.codes,
            &params.reasons,
        ))
    }
}
pub struct InsertInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_inbound() -> InsertInboundStmt {
    InsertInboundStmt(
        "INSERT INTO inbound_message (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw) SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.profile_name, at_ms(n.at), n.kind, n.text, n.reply_to, n.raw FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bytea[]) AS n (tenant_id, sender_id, wamid, contact, profile_name, at, kind, text, reply_to, raw) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertInboundStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = Option<T6>>,
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = Option<T8>>,
        T10: crate::ArraySql<Item = i64>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = T11>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = Option<T13>>,
        T15: crate::StringSql,
        T16: crate::ArraySql<Item = Option<T15>>,
        T17: crate::BytesSql,
        T18: crate::ArraySql<Item = T17>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        wamids: &'a T5,
        contacts: &'a T7,
        profile_names: &'a T9,
        at: &'a T10,
        kinds: &'a T12,
        texts: &'a T14,
        reply_tos: &'a T16,
        raws: &'a T18,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[tenant_ids, sender_ids, wamids, contacts, profile_names, at, kinds, texts, reply_tos, raws],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = Option<T6>>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::ArraySql<Item = i64>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = T11>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::BytesSql,
    T18: crate::ArraySql<Item = T17>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertInboundParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertInboundStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertInboundParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
        >,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.sender_ids,
            &params.wamids,
            &params.contacts,
            &params.profile_names,
            &params.at,
            &params.kinds,
            &params.texts,
            &params.reply_tos,
            &params.raws,
        ))
    }
}
pub struct UpdateProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn update_progress() -> UpdateProgressStmt {
    UpdateProgressStmt(
        "UPDATE campaign_progress p SET cursor = p.cursor + n.cursor, ingested = p.ingested + n.ingested, accepted = p.accepted + n.accepted, sent = p.sent + n.sent, delivered = p.delivered + n.delivered, read = p.read + n.read, failed = p.failed + n.failed, rejected = p.rejected + n.rejected, expired = p.expired + n.expired, cancelled = p.cancelled + n.cancelled, unconfirmed = p.unconfirmed + n.unconfirmed, unknown = p.unknown + n.unknown, open = p.open + n.open, confirmed = greatest(p.confirmed, n.confirmed), completed_at = coalesce(p.completed_at, at_ms(n.completed_at)) FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::int[], $17::bigint[]) LIMIT cardinality($1::uuid[])) AS n (tenant_id, campaign_id, cursor, ingested, accepted, sent, delivered, read, failed, rejected, expired, cancelled, unconfirmed, unknown, open, confirmed, completed_at) WHERE p.tenant_id = n.tenant_id AND p.campaign_id = n.campaign_id",
        None,
    )
}
impl UpdateProgressStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = i32>,
        T4: crate::ArraySql<Item = i32>,
        T5: crate::ArraySql<Item = i32>,
        T6: crate::ArraySql<Item = i32>,
        T7: crate::ArraySql<Item = i32>,
        T8: crate::ArraySql<Item = i32>,
        T9: crate::ArraySql<Item = i32>,
        T10: crate::ArraySql<Item = i32>,
        T11: crate::ArraySql<Item = i32>,
        T12: crate::ArraySql<Item = i32>,
        T13: crate::ArraySql<Item = i32>,
        T14: crate::ArraySql<Item = i32>,
        T15: crate::ArraySql<Item = i32>,
        T16: crate::ArraySql<Item = i32>,
        T17: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        campaign_ids: &'a T2,
        cursors: &'a T3,
        ingested: &'a T4,
        accepted: &'a T5,
        sent: &'a T6,
        delivered: &'a T7,
        read: &'a T8,
        failed: &'a T9,
        rejected: &'a T10,
        expired: &'a T11,
        cancelled: &'a T12,
        unconfirmed: &'a T13,
        unknown: &'a T14,
        open: &'a T15,
        confirmed: &'a T16,
        completed_at: &'a T17,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    tenant_ids,
                    campaign_ids,
                    cursors,
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
                    confirmed,
                    completed_at,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i32>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i32>,
    T9: crate::ArraySql<Item = i32>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::ArraySql<Item = i32>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = i32>,
    T15: crate::ArraySql<Item = i32>,
    T16: crate::ArraySql<Item = i32>,
    T17: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpdateProgressParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for UpdateProgressStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpdateProgressParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.campaign_ids,
            &params.cursors,
            &params.ingested,
            &params.accepted,
            &params.sent,
            &params.delivered,
            &params.read,
            &params.failed,
            &params.rejected,
            &params.expired,
            &params.cancelled,
            &params.unconfirmed,
            &params.unknown,
            &params.open,
            &params.confirmed,
            &params.completed_at,
        ))
    }
}
pub struct OpenHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn open_holds() -> OpenHoldsStmt {
    OpenHoldsStmt(
        "SELECT tenant_id, scope, name, code, reason, by_report, ms_of(since) AS since_ms, ms_of(probe_at) AS probe_at_ms, wait_ms, probes FROM send_hold WHERE task_partition = $1 AND released_at IS NULL ORDER BY tenant_id, scope, name",
        None,
    )
}
impl OpenHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        task_partition: &'a i32,
    ) -> OpenHoldsQuery<'c, 'a, 's, C, OpenHolds, 1> {
        OpenHoldsQuery {
            client,
            params: [task_partition],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OpenHoldsBorrowed, tokio_postgres::Error> {
                Ok(OpenHoldsBorrowed {
                    tenant_id: row.try_get(0)?,
                    scope: row.try_get(1)?,
                    name: row.try_get(2)?,
                    code: row.try_get(3)?,
                    reason: row.try_get(4)?,
                    by_report: row.try_get(5)?,
                    since_ms: row.try_get(6)?,
                    probe_at_ms: row.try_get(7)?,
                    wait_ms: row.try_get(8)?,
                    probes: row.try_get(9)?,
                })
            },
            mapper: |it| OpenHolds::from(it),
        }
    }
}
pub struct WriteHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_holds() -> WriteHoldsStmt {
    WriteHoldsStmt(
        "INSERT INTO send_hold (tenant_id, task_partition, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes, released_at) SELECT n.tenant_id, $1, n.scope, n.name, n.code, n.reason, n.by_report, at_ms(n.since), at_ms(n.probe_at), n.wait_ms, n.probes, at_ms(n.released_at) FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::boolean[], $8::bigint[], $9::bigint[], $10::bigint[], $11::int[], $12::bigint[]) AS n (tenant_id, scope, name, code, reason, by_report, since, probe_at, wait_ms, probes, released_at) ON CONFLICT (tenant_id, task_partition, scope, name) DO UPDATE SET code = excluded.code, reason = excluded.reason, by_report = excluded.by_report, since = excluded.since, probe_at = excluded.probe_at, wait_ms = excluded.wait_ms, probes = excluded.probes, released_at = excluded.released_at",
        None,
    )
}
impl WriteHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = Option<i64>>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::ArraySql<Item = bool>,
        T10: crate::ArraySql<Item = i64>,
        T11: crate::ArraySql<Item = i64>,
        T12: crate::ArraySql<Item = i64>,
        T13: crate::ArraySql<Item = i32>,
        T14: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        task_partition: &'a i32,
        tenant_ids: &'a T1,
        scopes: &'a T3,
        names: &'a T5,
        codes: &'a T6,
        reasons: &'a T8,
        by_reports: &'a T9,
        since: &'a T10,
        probe_at: &'a T11,
        wait_ms: &'a T12,
        probes: &'a T13,
        released_at: &'a T14,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    task_partition,
                    tenant_ids,
                    scopes,
                    names,
                    codes,
                    reasons,
                    by_reports,
                    since,
                    probe_at,
                    wait_ms,
                    probes,
                    released_at,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = Option<i64>>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = bool>,
    T10: crate::ArraySql<Item = i64>,
    T11: crate::ArraySql<Item = i64>,
    T12: crate::ArraySql<Item = i64>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteHoldsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for WriteHoldsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteHoldsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.task_partition,
            &params.tenant_ids,
            &params.scopes,
            &params.names,
            &params.codes,
            &params.reasons,
            &params.by_reports,
            &params.since,
            &params.probe_at,
            &params.wait_ms,
            &params.probes,
            &params.released_at,
        ))
    }
}
pub struct ApplyTemplateStatusStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_template_status() -> ApplyTemplateStatusStmt {
    ApplyTemplateStatusStmt(
        "UPDATE template SET status = $1, status_reason = $2, status_at = at_ms($3) WHERE tenant_id = $4 AND waba_id = $5 AND name = $6 AND language = $7 AND status_at <= at_ms($3)",
        None,
    )
}
impl ApplyTemplateStatusStmt {
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
    >(
        &'s self,
        client: &'c C,
        status: &'a T1,
        reason: &'a Option<T2>,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T3,
        name: &'a T4,
        language: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[status, reason, at_ms, tenant_id, waba_id, name, language]).await
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
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyTemplateStatusParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyTemplateStatusStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyTemplateStatusParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.status,
            &params.reason,
            &params.at_ms,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
        ))
    }
}
