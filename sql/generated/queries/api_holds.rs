// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ListHoldsParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub after_scope: T1,
    pub after_name: T2,
    pub limit: i64,
}
#[derive(Debug)]
pub struct CampaignHoldsParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
> {
    pub sender_id: T1,
    pub campaign: T2,
    pub names: T4,
    pub languages: T6,
    pub first: uuid::Uuid,
    pub last: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct HoldRow {
    pub scope: String,
    pub name: String,
    pub code: Option<i64>,
    pub reason: String,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i64,
}
pub struct HoldRowBorrowed<'a> {
    pub scope: &'a str,
    pub name: &'a str,
    pub code: Option<i64>,
    pub reason: &'a str,
    pub since_ms: i64,
    pub probe_at_ms: i64,
    pub probes: i64,
}
impl<'a> From<HoldRowBorrowed<'a>> for HoldRow {
    fn from(HoldRowBorrowed { scope, name, code, reason, since_ms, probe_at_ms, probes }: HoldRowBorrowed<'a>) -> Self {
        Self { scope: scope.into(), name: name.into(), code, reason: reason.into(), since_ms, probe_at_ms, probes }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct HoldRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HoldRowBorrowed, tokio_postgres::Error>,
    mapper: fn(HoldRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HoldRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HoldRowBorrowed) -> R) -> HoldRowQuery<'c, 'a, 's, C, R, N> {
        HoldRowQuery {
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
pub struct ListHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_holds() -> ListHoldsStmt {
    ListHoldsStmt(
        "SELECT scope, name, (array_agg(code ORDER BY since DESC))[1] AS code, (array_agg(reason ORDER BY since DESC))[1] AS reason, ms_of(min(since)) AS since_ms, ms_of(min(probe_at)) AS probe_at_ms, sum(probes)::bigint AS probes FROM send_hold WHERE released_at IS NULL AND (scope, name) > ($1, $2) GROUP BY scope, name ORDER BY scope, name LIMIT $3",
        None,
    )
}
impl ListHoldsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        after_scope: &'a T1,
        after_name: &'a T2,
        limit: &'a i64,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 3> {
        HoldRowQuery {
            client,
            params: [after_scope, after_name, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HoldRowBorrowed, tokio_postgres::Error> {
                Ok(HoldRowBorrowed {
                    scope: row.try_get(0)?,
                    name: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    since_ms: row.try_get(4)?,
                    probe_at_ms: row.try_get(5)?,
                    probes: row.try_get(6)?,
                })
            },
            mapper: |it| HoldRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListHoldsParams<T1, T2>, HoldRowQuery<'c, 'a, 's, C, HoldRow, 3>, C>
    for ListHoldsStmt
{
    fn params(&'s self, client: &'c C, params: &'a ListHoldsParams<T1, T2>) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 3> {
        self.bind(client, &params.after_scope, &params.after_name, &params.limit)
    }
}
pub struct CampaignHoldsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn campaign_holds() -> CampaignHoldsStmt {
    CampaignHoldsStmt(
        "SELECT h.scope, h.name, (array_agg(h.code ORDER BY h.since DESC))[1] AS code, (array_agg(h.reason ORDER BY h.since DESC))[1] AS reason, ms_of(min(h.since)) AS since_ms, ms_of(min(h.probe_at)) AS probe_at_ms, sum(h.probes)::bigint AS probes FROM send_hold h JOIN sender s ON s.tenant_id = h.tenant_id AND s.sender_id = $1 WHERE h.released_at IS NULL AND CASE h.scope WHEN 'campaign' THEN h.name = $2 WHEN 'sender' THEN h.name = s.sender_id WHEN 'waba' THEN h.name = s.waba_id WHEN 'template' THEN h.name IN (SELECT concat(s.waba_id, '/', n.name, '/', n.language) FROM unnest($3::text[], $4::text[]) AS n (name, language)) WHEN 'token' THEN h.task_partition = (SELECT a.task_partition FROM attempt a WHERE a.tenant_id = h.tenant_id AND a.intent_id BETWEEN $5 AND $6 LIMIT 1) END GROUP BY h.scope, h.name ORDER BY h.scope, h.name",
        None,
    )
}
impl CampaignHoldsStmt {
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
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
    >(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
        campaign: &'a T2,
        names: &'a T4,
        languages: &'a T6,
        first: &'a uuid::Uuid,
        last: &'a uuid::Uuid,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 6> {
        HoldRowQuery {
            client,
            params: [sender_id, campaign, names, languages, first, last],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HoldRowBorrowed, tokio_postgres::Error> {
                Ok(HoldRowBorrowed {
                    scope: row.try_get(0)?,
                    name: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    since_ms: row.try_get(4)?,
                    probe_at_ms: row.try_get(5)?,
                    probes: row.try_get(6)?,
                })
            },
            mapper: |it| HoldRow::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CampaignHoldsParams<T1, T2, T3, T4, T5, T6>,
        HoldRowQuery<'c, 'a, 's, C, HoldRow, 6>,
        C,
    > for CampaignHoldsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CampaignHoldsParams<T1, T2, T3, T4, T5, T6>,
    ) -> HoldRowQuery<'c, 'a, 's, C, HoldRow, 6> {
        self.bind(
            client,
            &params.sender_id,
            &params.campaign,
            &params.names,
            &params.languages,
            &params.first,
            &params.last,
        )
    }
}
