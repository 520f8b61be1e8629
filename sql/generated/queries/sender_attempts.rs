// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LoadAttemptsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub intent_ids: T2,
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
    T15: crate::ArraySql<Item = Option<T14>>,
    T16: crate::StringSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::ArraySql<Item = i64>,
    T19: crate::ArraySql<Item = i64>,
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
    pub callback_data: T15,
    pub unknown_policies: T17,
    pub accepted_at: T18,
    pub expires_at: T19,
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
pub struct NamedMessagesParams<
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
pub struct MessagesUptoParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = i32>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub contacts: T5,
    pub upto: T6,
    pub marks: T7,
}
#[derive(Debug)]
pub struct InsertNamedMessagesParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = uuid::Uuid>,
    T9: crate::ArraySql<Item = i16>,
    T10: crate::ArraySql<Item = i64>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub wamids: T5,
    pub contacts: T7,
    pub intent_ids: T8,
    pub attempts: T9,
    pub sent_at: T10,
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
    pub callback_data: Option<String>,
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
    pub callback_data: Option<&'a str>,
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
            callback_data,
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
            callback_data: callback_data.map(|v| v.into()),
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
    pub callback_data: Option<String>,
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
    pub callback_data: Option<&'a str>,
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
            callback_data,
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
            callback_data: callback_data.map(|v| v.into()),
            unknown_policy: unknown_policy.into(),
            accepted_at_ms,
            expires_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NamedMessages {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub wamid: String,
    pub contact: String,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub sent_at_ms: i64,
}
pub struct NamedMessagesBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub wamid: &'a str,
    pub contact: &'a str,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub sent_at_ms: i64,
}
impl<'a> From<NamedMessagesBorrowed<'a>> for NamedMessages {
    fn from(
        NamedMessagesBorrowed {
            tenant_id,
            sender_id,
            wamid,
            contact,
            intent_id,
            attempt,
            sent_at_ms,
        }: NamedMessagesBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            sender_id: sender_id.into(),
            wamid: wamid.into(),
            contact: contact.into(),
            intent_id,
            attempt,
            sent_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct MessagesUpto {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub wamid: String,
    pub contact: String,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub sent_at_ms: i64,
}
pub struct MessagesUptoBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub wamid: &'a str,
    pub contact: &'a str,
    pub intent_id: uuid::Uuid,
    pub attempt: i16,
    pub sent_at_ms: i64,
}
impl<'a> From<MessagesUptoBorrowed<'a>> for MessagesUpto {
    fn from(
        MessagesUptoBorrowed {
            tenant_id,
            sender_id,
            wamid,
            contact,
            intent_id,
            attempt,
            sent_at_ms,
        }: MessagesUptoBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            sender_id: sender_id.into(),
            wamid: wamid.into(),
            contact: contact.into(),
            intent_id,
            attempt,
            sent_at_ms,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct NamedMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NamedMessagesBorrowed, tokio_postgres::Error>,
    mapper: fn(NamedMessagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NamedMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NamedMessagesBorrowed) -> R) -> NamedMessagesQuery<'c, 'a, 's, C, R, N> {
        NamedMessagesQuery {
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
pub struct MessagesUptoQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MessagesUptoBorrowed, tokio_postgres::Error>,
    mapper: fn(MessagesUptoBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MessagesUptoQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MessagesUptoBorrowed) -> R) -> MessagesUptoQuery<'c, 'a, 's, C, R, N> {
        MessagesUptoQuery {
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
pub struct OpenAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn open_attempts() -> OpenAttemptsStmt {
    OpenAttemptsStmt(
        "SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch, ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason, i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.callback_data, i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms FROM attempt a JOIN intent i USING (tenant_id, intent_id) WHERE a.open AND a.task_partition = $1 ORDER BY i.accepted_at, a.intent_id",
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
                    callback_data: row.try_get(19)?,
                    unknown_policy: row.try_get(20)?,
                    accepted_at_ms: row.try_get(21)?,
                    expires_at_ms: row.try_get(22)?,
                })
            },
            mapper: |it| OpenAttempts::from(it),
        }
    }
}
pub struct LoadAttemptsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_attempts() -> LoadAttemptsStmt {
    LoadAttemptsStmt(
        "SELECT a.tenant_id, a.intent_id, a.attempt, a.status, a.marks, ms_of(a.due_at) AS due_at_ms, a.armed_epoch, ms_of(a.armed_at) AS armed_at_ms, ms_of(a.unknown_at) AS unknown_at_ms, a.wamid, a.code, a.reason, i.sender_id, i.contact, i.class, i.campaign_id, i.generation, i.ordinal, i.message, i.callback_data, i.unknown_policy, ms_of(i.accepted_at) AS accepted_at_ms, ms_of(i.expires_at) AS expires_at_ms FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, intent_id) JOIN intent i ON i.tenant_id = k.tenant_id AND i.intent_id = k.intent_id JOIN attempt a ON a.tenant_id = k.tenant_id AND a.intent_id = k.intent_id",
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
                    callback_data: row.try_get(19)?,
                    unknown_policy: row.try_get(20)?,
                    accepted_at_ms: row.try_get(21)?,
                    expires_at_ms: row.try_get(22)?,
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
pub struct InsertIntentsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_intents() -> InsertIntentsStmt {
    InsertIntentsStmt(
        "INSERT INTO intent (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message, callback_data, unknown_policy, accepted_at, expires_at) SELECT n.tenant_id, n.intent_id, n.sender_id, n.contact, n.class, n.campaign_id, n.generation, n.ordinal, n.message, n.callback_data, n.unknown_policy, at_ms(n.accepted_at), at_ms(n.expires_at) FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bigint[]) AS n (tenant_id, intent_id, sender_id, contact, class, campaign_id, generation, ordinal, message, callback_data, unknown_policy, accepted_at, expires_at) ON CONFLICT DO NOTHING",
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
        T15: crate::ArraySql<Item = Option<T14>>,
        T16: crate::StringSql,
        T17: crate::ArraySql<Item = T16>,
        T18: crate::ArraySql<Item = i64>,
        T19: crate::ArraySql<Item = i64>,
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
        callback_data: &'a T15,
        unknown_policies: &'a T17,
        accepted_at: &'a T18,
        expires_at: &'a T19,
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
                    callback_data,
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
    T15: crate::ArraySql<Item = Option<T14>>,
    T16: crate::StringSql,
    T17: crate::ArraySql<Item = T16>,
    T18: crate::ArraySql<Item = i64>,
    T19: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertIntentsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertIntentsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertIntentsParams<
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
        >,
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
            &params.callback_data,
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
pub struct NamedMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn named_messages() -> NamedMessagesStmt {
    NamedMessagesStmt(
        "SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, ms_of(n.sent_at) AS sent_at_ms FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id, wamid) JOIN named_message n ON n.tenant_id = k.tenant_id AND n.sender_id = k.sender_id AND n.wamid = k.wamid",
        None,
    )
}
impl NamedMessagesStmt {
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
    ) -> NamedMessagesQuery<'c, 'a, 's, C, NamedMessages, 3> {
        NamedMessagesQuery {
            client,
            params: [tenant_ids, sender_ids, wamids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<NamedMessagesBorrowed, tokio_postgres::Error> {
                Ok(NamedMessagesBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    wamid: row.try_get(2)?,
                    contact: row.try_get(3)?,
                    intent_id: row.try_get(4)?,
                    attempt: row.try_get(5)?,
                    sent_at_ms: row.try_get(6)?,
                })
            },
            mapper: |it| NamedMessages::from(it),
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
        NamedMessagesParams<T1, T2, T3, T4, T5>,
        NamedMessagesQuery<'c, 'a, 's, C, NamedMessages, 3>,
        C,
    > for NamedMessagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NamedMessagesParams<T1, T2, T3, T4, T5>,
    ) -> NamedMessagesQuery<'c, 'a, 's, C, NamedMessages, 3> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.wamids)
    }
}
pub struct MessagesUptoStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn messages_upto() -> MessagesUptoStmt {
    MessagesUptoStmt(
        "SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, ms_of(n.sent_at) AS sent_at_ms FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::int[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id, contact, upto, mark) CROSS JOIN LATERAL (SELECT m.* FROM named_message m CROSS JOIN LATERAL (SELECT marks FROM attempt WHERE tenant_id = m.tenant_id AND intent_id = m.intent_id AND attempt = m.attempt LIMIT 1) AS a WHERE m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.contact = k.contact AND m.sent_at <= at_ms(k.upto) AND m.sent_at > at_ms(k.upto) - interval '7 days' AND a.marks & k.mark = 0 ORDER BY m.sent_at DESC LIMIT 200) AS n",
        None,
    )
}
impl MessagesUptoStmt {
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
        T6: crate::ArraySql<Item = i64>,
        T7: crate::ArraySql<Item = i32>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        contacts: &'a T5,
        upto: &'a T6,
        marks: &'a T7,
    ) -> MessagesUptoQuery<'c, 'a, 's, C, MessagesUpto, 5> {
        MessagesUptoQuery {
            client,
            params: [tenant_ids, sender_ids, contacts, upto, marks],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<MessagesUptoBorrowed, tokio_postgres::Error> {
                Ok(MessagesUptoBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    wamid: row.try_get(2)?,
                    contact: row.try_get(3)?,
                    intent_id: row.try_get(4)?,
                    attempt: row.try_get(5)?,
                    sent_at_ms: row.try_get(6)?,
                })
            },
            mapper: |it| MessagesUpto::from(it),
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
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = i32>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MessagesUptoParams<T1, T2, T3, T4, T5, T6, T7>,
        MessagesUptoQuery<'c, 'a, 's, C, MessagesUpto, 5>,
        C,
    > for MessagesUptoStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MessagesUptoParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> MessagesUptoQuery<'c, 'a, 's, C, MessagesUpto, 5> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.contacts, &params.upto, &params.marks)
    }
}
pub struct InsertNamedMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_named_messages() -> InsertNamedMessagesStmt {
    InsertNamedMessagesStmt(
        "INSERT INTO named_message (tenant_id, sender_id, wamid, contact, intent_id, attempt, sent_at) SELECT n.tenant_id, n.sender_id, n.wamid, n.contact, n.intent_id, n.attempt, at_ms(n.sent_at) FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::smallint[], $7::bigint[]) AS n (tenant_id, sender_id, wamid, contact, intent_id, attempt, sent_at) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertNamedMessagesStmt {
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
        T7: crate::ArraySql<Item = T6>,
        T8: crate::ArraySql<Item = uuid::Uuid>,
        T9: crate::ArraySql<Item = i16>,
        T10: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        wamids: &'a T5,
        contacts: &'a T7,
        intent_ids: &'a T8,
        attempts: &'a T9,
        sent_at: &'a T10,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, sender_ids, wamids, contacts, intent_ids, attempts, sent_at]).await
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
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = uuid::Uuid>,
    T9: crate::ArraySql<Item = i16>,
    T10: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertNamedMessagesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertNamedMessagesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertNamedMessagesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.sender_ids,
            &params.wamids,
            &params.contacts,
            &params.intent_ids,
            &params.attempts,
            &params.sent_at,
        ))
    }
}
