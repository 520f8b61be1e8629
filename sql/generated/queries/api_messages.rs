// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LastInboundParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub contact: T1,
    pub sender_id: T2,
}
#[derive(Debug)]
pub struct InboundContactParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub sender_id: T1,
    pub wamid: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct GetMessage {
    pub intent_id: uuid::Uuid,
    pub sender_id: String,
    pub contact: String,
    pub class: String,
    pub campaign_id: Option<uuid::Uuid>,
    pub message: String,
    pub callback_data: Option<String>,
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
    pub callback_data: Option<&'a str>,
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
            callback_data,
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
            callback_data: callback_data.map(|v| v.into()),
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
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct OptionStringQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Option<&str>, tokio_postgres::Error>,
    mapper: fn(Option<&str>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptionStringQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Option<&str>) -> R) -> OptionStringQuery<'c, 'a, 's, C, R, N> {
        OptionStringQuery {
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
pub struct GetMessageStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_message() -> GetMessageStmt {
    GetMessageStmt(
        "SELECT intent_id, sender_id, contact, class, campaign_id, message, callback_data, unknown_policy, ms_of(accepted_at) AS accepted_at_ms, ms_of(expires_at) AS expires_at_ms FROM intent WHERE intent_id = $1",
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
                    callback_data: row.try_get(6)?,
                    unknown_policy: row.try_get(7)?,
                    accepted_at_ms: row.try_get(8)?,
                    expires_at_ms: row.try_get(9)?,
                })
            },
            mapper: |it| GetMessage::from(it),
        }
    }
}
pub struct LastInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn last_inbound() -> LastInboundStmt {
    LastInboundStmt(
        "SELECT ms_of(w.last_inbound) AS at_ms FROM (SELECT $1::text AS contact UNION ALL SELECT p.contact FROM same_person(app_tenant(), $1) AS p JOIN sender s ON s.sender_id = $2 AND p.portfolio_id = coalesce(s.portfolio_id, s.waba_id) WHERE NOT p.former) AS own CROSS JOIN LATERAL (SELECT last_inbound FROM service_window WHERE sender_id = $2 AND contact = own.contact LIMIT 1) AS w ORDER BY w.last_inbound DESC LIMIT 1",
        None,
    )
}
impl LastInboundStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
        sender_id: &'a T2,
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        I64Query {
            client,
            params: [contact, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LastInboundParams<T1, T2>, I64Query<'c, 'a, 's, C, i64, 2>, C>
    for LastInboundStmt
{
    fn params(&'s self, client: &'c C, params: &'a LastInboundParams<T1, T2>) -> I64Query<'c, 'a, 's, C, i64, 2> {
        self.bind(client, &params.contact, &params.sender_id)
    }
}
pub struct InboundContactStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn inbound_contact() -> InboundContactStmt {
    InboundContactStmt(
        "SELECT contact FROM inbound_message WHERE sender_id = $1 AND wamid = $2 AND NOT from_business",
        None,
    )
}
impl InboundContactStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
        wamid: &'a T2,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        OptionStringQuery {
            client,
            params: [sender_id, wamid],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.map(|v| v.into()),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        InboundContactParams<T1, T2>,
        OptionStringQuery<'c, 'a, 's, C, Option<String>, 2>,
        C,
    > for InboundContactStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InboundContactParams<T1, T2>,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        self.bind(client, &params.sender_id, &params.wamid)
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
