// This file was generated with `cornucopia`. Do not modify.

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
