// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct TallyWebhooksParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = i64>,
> {
    pub app: T1,
    pub edge: T2,
    pub since_ms: i64,
    pub name: Option<T3>,
    pub outcomes: T5,
    pub times: T6,
    pub at_ms: T7,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub outcome: String,
    pub times: i64,
    pub since_ms: i64,
    pub at_ms: i64,
    pub name: Option<String>,
}
pub struct OutcomeBorrowed<'a> {
    pub outcome: &'a str,
    pub times: i64,
    pub since_ms: i64,
    pub at_ms: i64,
    pub name: Option<&'a str>,
}
impl<'a> From<OutcomeBorrowed<'a>> for Outcome {
    fn from(OutcomeBorrowed { outcome, times, since_ms, at_ms, name }: OutcomeBorrowed<'a>) -> Self {
        Self { outcome: outcome.into(), times, since_ms, at_ms, name: name.map(|v| v.into()) }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct OutcomeQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OutcomeBorrowed, tokio_postgres::Error>,
    mapper: fn(OutcomeBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OutcomeQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OutcomeBorrowed) -> R) -> OutcomeQuery<'c, 'a, 's, C, R, N> {
        OutcomeQuery {
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
pub struct TallyWebhooksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn tally_webhooks() -> TallyWebhooksStmt {
    TallyWebhooksStmt(
        "INSERT INTO webhook_tally AS t (app, outcome, edge, since, times, at, name) SELECT $1, o.outcome, $2, at_ms($3), o.times, at_ms(o.at_ms), $4 FROM unnest($5::text[], $6::bigint[], $7::bigint[]) AS o (outcome, times, at_ms) ON CONFLICT (app, outcome, edge) DO UPDATE SET times = excluded.times, at = excluded.at, name = excluded.name WHERE t.times < excluded.times",
        None,
    )
}
impl TallyWebhooksStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::StringSql,
        T2: crate::StringSql,
        T3: crate::StringSql,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::ArraySql<Item = i64>,
        T7: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        app: &'a T1,
        edge: &'a T2,
        since_ms: &'a i64,
        name: &'a Option<T3>,
        outcomes: &'a T5,
        times: &'a T6,
        at_ms: &'a T7,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[app, edge, since_ms, name, outcomes, times, at_ms]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TallyWebhooksParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for TallyWebhooksStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TallyWebhooksParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.app,
            &params.edge,
            &params.since_ms,
            &params.name,
            &params.outcomes,
            &params.times,
            &params.at_ms,
        ))
    }
}
pub struct ForgetTalliesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_tallies() -> ForgetTalliesStmt {
    ForgetTalliesStmt("DELETE FROM webhook_tally WHERE at < now() - interval '30 days'", None)
}
impl ForgetTalliesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[]).await
    }
}
pub struct OutcomesOfAppStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn outcomes_of_app() -> OutcomesOfAppStmt {
    OutcomesOfAppStmt(
        "SELECT outcome, sum(times)::bigint AS times, ms_of(min(since)) AS since_ms, ms_of(max(at)) AS at_ms, (array_agg(name ORDER BY at DESC))[1] AS name FROM webhook_tally WHERE app = $1 GROUP BY outcome ORDER BY outcome",
        None,
    )
}
impl OutcomesOfAppStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        app: &'a T1,
    ) -> OutcomeQuery<'c, 'a, 's, C, Outcome, 1> {
        OutcomeQuery {
            client,
            params: [app],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OutcomeBorrowed, tokio_postgres::Error> {
                Ok(OutcomeBorrowed {
                    outcome: row.try_get(0)?,
                    times: row.try_get(1)?,
                    since_ms: row.try_get(2)?,
                    at_ms: row.try_get(3)?,
                    name: row.try_get(4)?,
                })
            },
            mapper: |it| Outcome::from(it),
        }
    }
}
