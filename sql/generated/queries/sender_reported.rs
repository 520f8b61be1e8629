// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownReportsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub event_ids: T2,
}
#[derive(Debug)]
pub struct InsertReportsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub event_ids: T2,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct KnownReports {
    pub tenant_id: uuid::Uuid,
    pub event_id: uuid::Uuid,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct KnownReportsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownReports, tokio_postgres::Error>,
    mapper: fn(KnownReports) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownReportsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KnownReports) -> R) -> KnownReportsQuery<'c, 'a, 's, C, R, N> {
        KnownReportsQuery {
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
pub struct KnownReportsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_reports() -> KnownReportsStmt {
    KnownReportsStmt(
        "SELECT r.tenant_id, r.event_id FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, event_id) JOIN reported_status r ON r.tenant_id = k.tenant_id AND r.event_id = k.event_id",
        None,
    )
}
impl KnownReportsStmt {
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
        event_ids: &'a T2,
    ) -> KnownReportsQuery<'c, 'a, 's, C, KnownReports, 2> {
        KnownReportsQuery {
            client,
            params: [tenant_ids, event_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<KnownReports, tokio_postgres::Error> {
                Ok(KnownReports { tenant_id: row.try_get(0)?, event_id: row.try_get(1)? })
            },
            mapper: |it| KnownReports::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownReportsParams<T1, T2>,
        KnownReportsQuery<'c, 'a, 's, C, KnownReports, 2>,
        C,
    > for KnownReportsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownReportsParams<T1, T2>,
    ) -> KnownReportsQuery<'c, 'a, 's, C, KnownReports, 2> {
        self.bind(client, &params.tenant_ids, &params.event_ids)
    }
}
pub struct InsertReportsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_reports() -> InsertReportsStmt {
    InsertReportsStmt(
        "INSERT INTO reported_status (tenant_id, event_id) SELECT n.tenant_id, n.event_id FROM unnest($1::uuid[], $2::uuid[]) AS n (tenant_id, event_id) ON CONFLICT DO NOTHING",
        None,
    )
}
impl InsertReportsStmt {
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
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        event_ids: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, event_ids]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertReportsParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertReportsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertReportsParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_ids, &params.event_ids))
    }
}
pub struct PurgeReportsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn purge_reports() -> PurgeReportsStmt {
    PurgeReportsStmt(
        "DELETE FROM reported_status r USING (SELECT tenant_id, event_id FROM reported_status WHERE reported_at < now() - interval '30 days' ORDER BY reported_at LIMIT $1) AS old WHERE r.tenant_id = old.tenant_id AND r.event_id = old.event_id",
        None,
    )
}
impl PurgeReportsStmt {
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
