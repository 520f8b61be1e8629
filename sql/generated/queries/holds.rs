// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug, Clone, PartialEq)]
pub struct HeldRow {
    pub tenant: String,
    pub tenant_id: uuid::Uuid,
    pub task_partition: i32,
    pub scope: String,
    pub name: String,
    pub code: Option<i64>,
    pub reason: String,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i32,
}
pub struct HeldRowBorrowed<'a> {
    pub tenant: &'a str,
    pub tenant_id: uuid::Uuid,
    pub task_partition: i32,
    pub scope: &'a str,
    pub name: &'a str,
    pub code: Option<i64>,
    pub reason: &'a str,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i32,
}
impl<'a> From<HeldRowBorrowed<'a>> for HeldRow {
    fn from(
        HeldRowBorrowed {
            tenant,
            tenant_id,
            task_partition,
            scope,
            name,
            code,
            reason,
            since_ms,
            probe_at_ms,
            probes,
        }: HeldRowBorrowed<'a>,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            tenant_id,
            task_partition,
            scope: scope.into(),
            name: name.into(),
            code,
            reason: reason.into(),
            since_ms,
            probe_at_ms,
            probes,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct HeldRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HeldRowBorrowed, tokio_postgres::Error>,
    mapper: fn(HeldRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HeldRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HeldRowBorrowed) -> R) -> HeldRowQuery<'c, 'a, 's, C, R, N> {
        HeldRowQuery {
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
pub struct AllHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn all_holds() -> AllHoldsStmt {
    AllHoldsStmt(
        "SELECT t.name AS tenant, h.tenant_id, h.task_partition, h.scope, h.name, h.code, h.reason, ms_of(h.since) AS since_ms, ms_of(h.probe_at) AS probe_at_ms, h.probes FROM send_hold h JOIN tenant t USING (tenant_id) WHERE h.released_at IS NULL ORDER BY h.since, t.name, h.scope, h.name, h.task_partition",
        None,
    )
}
impl AllHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> HeldRowQuery<'c, 'a, 's, C, HeldRow, 0> {
        HeldRowQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HeldRowBorrowed, tokio_postgres::Error> {
                Ok(HeldRowBorrowed {
                    tenant: row.try_get(0)?,
                    tenant_id: row.try_get(1)?,
                    task_partition: row.try_get(2)?,
                    scope: row.try_get(3)?,
                    name: row.try_get(4)?,
                    code: row.try_get(5)?,
                    reason: row.try_get(6)?,
                    since_ms: row.try_get(7)?,
                    probe_at_ms: row.try_get(8)?,
                    probes: row.try_get(9)?,
                })
            },
            mapper: |it| HeldRow::from(it),
        }
    }
}
