// This file was generated with `cornucopia`. Do not modify.

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
