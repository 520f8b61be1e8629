// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownInboundParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> {
    pub sender_ids: T2,
    pub wamids: T4,
}
#[derive(Debug)]
pub struct KnownStatusesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = i16>,
    T5: crate::ArraySql<Item = i32>,
> {
    pub sender_ids: T2,
    pub intent_ids: T3,
    pub attempts: T4,
    pub bits: T5,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct KnownStatuses {
    pub found: i64,
    pub known: i64,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct KnownStatusesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownStatuses, tokio_postgres::Error>,
    mapper: fn(KnownStatuses) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownStatusesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KnownStatuses) -> R) -> KnownStatusesQuery<'c, 'a, 's, C, R, N> {
        KnownStatusesQuery {
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
pub struct KnownInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_inbound() -> KnownInboundStmt {
    KnownInboundStmt(
        "SELECT count(*) AS known FROM unnest($1::text[], $2::text[]) AS n (sender_id, wamid) JOIN sender s ON s.sender_id = n.sender_id JOIN inbound_message i ON i.tenant_id = s.tenant_id AND i.sender_id = n.sender_id AND i.wamid = n.wamid",
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
        T1: crate::StringSql,
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
    >(
        &'s self,
        client: &'c C,
        sender_ids: &'a T2,
        wamids: &'a T4,
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        I64Query {
            client,
            params: [sender_ids, wamids],
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
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> crate::client::async_::Params<'c, 'a, 's, KnownInboundParams<T1, T2, T3, T4>, I64Query<'c, 'a, 's, C, i64, 2>, C>
    for KnownInboundStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownInboundParams<T1, T2, T3, T4>,
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        self.bind(client, &params.sender_ids, &params.wamids)
    }
}
pub struct KnownStatusesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_statuses() -> KnownStatusesStmt {
    KnownStatusesStmt(
        "SELECT count(*) AS found, count(*) FILTER (WHERE a.marks & n.bit <> 0) AS known FROM unnest($1::text[], $2::uuid[], $3::smallint[], $4::int[]) AS n (sender_id, intent_id, attempt, bit) JOIN sender s ON s.sender_id = n.sender_id JOIN attempt a ON a.tenant_id = s.tenant_id AND a.intent_id = n.intent_id AND a.attempt = n.attempt",
        None,
    )
}
impl KnownStatusesStmt {
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
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::ArraySql<Item = i16>,
        T5: crate::ArraySql<Item = i32>,
    >(
        &'s self,
        client: &'c C,
        sender_ids: &'a T2,
        intent_ids: &'a T3,
        attempts: &'a T4,
        bits: &'a T5,
    ) -> KnownStatusesQuery<'c, 'a, 's, C, KnownStatuses, 4> {
        KnownStatusesQuery {
            client,
            params: [sender_ids, intent_ids, attempts, bits],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<KnownStatuses, tokio_postgres::Error> {
                Ok(KnownStatuses { found: row.try_get(0)?, known: row.try_get(1)? })
            },
            mapper: |it| KnownStatuses::from(it),
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
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::ArraySql<Item = i16>,
    T5: crate::ArraySql<Item = i32>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownStatusesParams<T1, T2, T3, T4, T5>,
        KnownStatusesQuery<'c, 'a, 's, C, KnownStatuses, 4>,
        C,
    > for KnownStatusesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownStatusesParams<T1, T2, T3, T4, T5>,
    ) -> KnownStatusesQuery<'c, 'a, 's, C, KnownStatuses, 4> {
        self.bind(client, &params.sender_ids, &params.intent_ids, &params.attempts, &params.bits)
    }
}
