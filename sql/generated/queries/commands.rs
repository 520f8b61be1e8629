// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ClaimKeysParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
> {
    pub tenant_ids: T1,
    pub keys: T3,
    pub fingerprints: T5,
    pub statuses: T6,
    pub bodies: T8,
}
#[derive(Debug)]
pub struct ClaimedKeysParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
> {
    pub tenant_ids: T1,
    pub keys: T3,
}
#[derive(Debug)]
pub struct TakenInParams<T1: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_id: uuid::Uuid,
    pub intent_ids: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimKeys {
    pub tenant_id: uuid::Uuid,
    pub key: String,
}
pub struct ClaimKeysBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub key: &'a str,
}
impl<'a> From<ClaimKeysBorrowed<'a>> for ClaimKeys {
    fn from(ClaimKeysBorrowed { tenant_id, key }: ClaimKeysBorrowed<'a>) -> Self {
        Self { tenant_id, key: key.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedKeys {
    pub tenant_id: uuid::Uuid,
    pub key: String,
    pub fingerprint: Vec<u8>,
    pub status: i32,
    pub body: String,
}
pub struct ClaimedKeysBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub key: &'a str,
    pub fingerprint: &'a [u8],
    pub status: i32,
    pub body: &'a str,
}
impl<'a> From<ClaimedKeysBorrowed<'a>> for ClaimedKeys {
    fn from(ClaimedKeysBorrowed { tenant_id, key, fingerprint, status, body }: ClaimedKeysBorrowed<'a>) -> Self {
        Self { tenant_id, key: key.into(), fingerprint: fingerprint.into(), status, body: body.into() }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct WaitingMessages {
    pub tenant_id: uuid::Uuid,
    pub waiting: i64,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct ClaimKeysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ClaimKeysBorrowed, tokio_postgres::Error>,
    mapper: fn(ClaimKeysBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ClaimKeysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ClaimKeysBorrowed) -> R) -> ClaimKeysQuery<'c, 'a, 's, C, R, N> {
        ClaimKeysQuery {
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
pub struct ClaimedKeysQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ClaimedKeysBorrowed, tokio_postgres::Error>,
    mapper: fn(ClaimedKeysBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ClaimedKeysQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ClaimedKeysBorrowed) -> R) -> ClaimedKeysQuery<'c, 'a, 's, C, R, N> {
        ClaimedKeysQuery {
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
pub struct WaitingMessagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<WaitingMessages, tokio_postgres::Error>,
    mapper: fn(WaitingMessages) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> WaitingMessagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(WaitingMessages) -> R) -> WaitingMessagesQuery<'c, 'a, 's, C, R, N> {
        WaitingMessagesQuery {
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
pub struct ClaimKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn claim_keys() -> ClaimKeysStmt {
    ClaimKeysStmt(
        "INSERT INTO idempotency AS i (tenant_id, key, fingerprint, status, body) SELECT n.tenant_id, n.key, n.fingerprint, n.status, n.body FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::int[], $5::text[]) AS n (tenant_id, key, fingerprint, status, body) ON CONFLICT (tenant_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body, created_at = now() WHERE i.created_at < now() - interval '72 hours' RETURNING i.tenant_id, i.key",
        None,
    )
}
impl ClaimKeysStmt {
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
        T4: crate::BytesSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = i32>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        keys: &'a T3,
        fingerprints: &'a T5,
        statuses: &'a T6,
        bodies: &'a T8,
    ) -> ClaimKeysQuery<'c, 'a, 's, C, ClaimKeys, 5> {
        ClaimKeysQuery {
            client,
            params: [tenant_ids, keys, fingerprints, statuses, bodies],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ClaimKeysBorrowed, tokio_postgres::Error> {
                Ok(ClaimKeysBorrowed { tenant_id: row.try_get(0)?, key: row.try_get(1)? })
            },
            mapper: |it| ClaimKeys::from(it),
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
    T4: crate::BytesSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ClaimKeysParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        ClaimKeysQuery<'c, 'a, 's, C, ClaimKeys, 5>,
        C,
    > for ClaimKeysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ClaimKeysParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> ClaimKeysQuery<'c, 'a, 's, C, ClaimKeys, 5> {
        self.bind(client, &params.tenant_ids, &params.keys, &params.fingerprints, &params.statuses, &params.bodies)
    }
}
pub struct ClaimedKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn claimed_keys() -> ClaimedKeysStmt {
    ClaimedKeysStmt(
        "SELECT i.tenant_id, i.key, i.fingerprint, i.status, i.body FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) LIMIT cardinality($2::text[])) AS k (tenant_id, key) JOIN idempotency i ON i.tenant_id = k.tenant_id AND i.key = k.key",
        None,
    )
}
impl ClaimedKeysStmt {
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
        keys: &'a T3,
    ) -> ClaimedKeysQuery<'c, 'a, 's, C, ClaimedKeys, 2> {
        ClaimedKeysQuery {
            client,
            params: [tenant_ids, keys],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ClaimedKeysBorrowed, tokio_postgres::Error> {
                Ok(ClaimedKeysBorrowed {
                    tenant_id: row.try_get(0)?,
                    key: row.try_get(1)?,
                    fingerprint: row.try_get(2)?,
                    status: row.try_get(3)?,
                    body: row.try_get(4)?,
                })
            },
            mapper: |it| ClaimedKeys::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ClaimedKeysParams<T1, T2, T3>,
        ClaimedKeysQuery<'c, 'a, 's, C, ClaimedKeys, 2>,
        C,
    > for ClaimedKeysStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ClaimedKeysParams<T1, T2, T3>,
    ) -> ClaimedKeysQuery<'c, 'a, 's, C, ClaimedKeys, 2> {
        self.bind(client, &params.tenant_ids, &params.keys)
    }
}
pub struct WaitingMessagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn waiting_messages() -> WaitingMessagesStmt {
    WaitingMessagesStmt(
        "SELECT tenant_id, count(*) AS waiting FROM attempt WHERE open AND tenant_id = ANY ($1::uuid[]) GROUP BY tenant_id",
        None,
    )
}
impl WaitingMessagesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
    ) -> WaitingMessagesQuery<'c, 'a, 's, C, WaitingMessages, 1> {
        WaitingMessagesQuery {
            client,
            params: [tenant_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<WaitingMessages, tokio_postgres::Error> {
                Ok(WaitingMessages { tenant_id: row.try_get(0)?, waiting: row.try_get(1)? })
            },
            mapper: |it| WaitingMessages::from(it),
        }
    }
}
pub struct TakenInStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn taken_in() -> TakenInStmt {
    TakenInStmt("SELECT intent_id FROM intent WHERE tenant_id = $1 AND intent_id = ANY ($2::uuid[])", None)
}
impl TakenInStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        intent_ids: &'a T1,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        UuidUuidQuery {
            client,
            params: [tenant_id, intent_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<'c, 'a, 's, TakenInParams<T1>, UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2>, C>
    for TakenInStmt
{
    fn params(&'s self, client: &'c C, params: &'a TakenInParams<T1>) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 2> {
        self.bind(client, &params.tenant_id, &params.intent_ids)
    }
}
pub struct PurgeKeysStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn purge_keys() -> PurgeKeysStmt {
    PurgeKeysStmt(
        "DELETE FROM idempotency i USING (SELECT tenant_id, key FROM idempotency WHERE created_at < now() - interval '72 hours' ORDER BY created_at LIMIT $1) AS old WHERE i.tenant_id = old.tenant_id AND i.key = old.key",
        None,
    )
}
impl PurgeKeysStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        most: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[most]).await
    }
}
