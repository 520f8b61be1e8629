// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LockNumberParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct ForgetRegistrationCallsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct RecentRegistrationCallsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct PutRegistrationCallParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub call_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct TakeBackRegistrationCallParams {
    pub tenant_id: uuid::Uuid,
    pub call_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct RecentRegistrationCalls {
    pub calls: i64,
    pub free_in_s: Option<i64>,
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
pub struct RecentRegistrationCallsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RecentRegistrationCalls, tokio_postgres::Error>,
    mapper: fn(RecentRegistrationCalls) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RecentRegistrationCallsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RecentRegistrationCalls) -> R) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, R, N> {
        RecentRegistrationCallsQuery {
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
pub struct LockNumberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_number() -> LockNumberStmt {
    LockNumberStmt("SELECT sender_id FROM sender WHERE tenant_id = $1 AND sender_id = $2 FOR NO KEY UPDATE", None)
}
impl LockNumberStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 2> {
        StringQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LockNumberParams<T1>, StringQuery<'c, 'a, 's, C, String, 2>, C>
    for LockNumberStmt
{
    fn params(&'s self, client: &'c C, params: &'a LockNumberParams<T1>) -> StringQuery<'c, 'a, 's, C, String, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct ForgetRegistrationCallsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_registration_calls() -> ForgetRegistrationCallsStmt {
    ForgetRegistrationCallsStmt(
        "DELETE FROM registration_call WHERE tenant_id = $1 AND sender_id = $2 AND asked_at <= now() - interval '72 hours'",
        None,
    )
}
impl ForgetRegistrationCallsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ForgetRegistrationCallsParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ForgetRegistrationCallsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetRegistrationCallsParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.sender_id))
    }
}
pub struct RecentRegistrationCallsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn recent_registration_calls() -> RecentRegistrationCallsStmt {
    RecentRegistrationCallsStmt(
        "SELECT count(*) AS calls, ceil(extract(epoch FROM min(asked_at) + interval '72 hours' - now()))::bigint AS free_in_s FROM registration_call WHERE tenant_id = $1 AND sender_id = $2",
        None,
    )
}
impl RecentRegistrationCallsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2> {
        RecentRegistrationCallsQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RecentRegistrationCalls, tokio_postgres::Error> {
                Ok(RecentRegistrationCalls { calls: row.try_get(0)?, free_in_s: row.try_get(1)? })
            },
            mapper: |it| RecentRegistrationCalls::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RecentRegistrationCallsParams<T1>,
        RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2>,
        C,
    > for RecentRegistrationCallsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RecentRegistrationCallsParams<T1>,
    ) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct PutRegistrationCallStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_registration_call() -> PutRegistrationCallStmt {
    PutRegistrationCallStmt("INSERT INTO registration_call (tenant_id, call_id, sender_id) VALUES ($1, $2, $3)", None)
}
impl PutRegistrationCallStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        call_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, call_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutRegistrationCallParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutRegistrationCallStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutRegistrationCallParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.call_id, &params.sender_id))
    }
}
pub struct TakeBackRegistrationCallStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_back_registration_call() -> TakeBackRegistrationCallStmt {
    TakeBackRegistrationCallStmt("DELETE FROM registration_call WHERE tenant_id = $1 AND call_id = $2", None)
}
impl TakeBackRegistrationCallStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        call_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, call_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TakeBackRegistrationCallParams,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for TakeBackRegistrationCallStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TakeBackRegistrationCallParams,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.call_id))
    }
}
