// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LockPortfolioParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub portfolio_id: T1,
}
#[derive(Debug)]
pub struct ForgetReachedParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub portfolio_id: T1,
    pub counted_min: i32,
}
#[derive(Debug)]
pub struct ForgetWindowsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct ReserveContactsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub contacts: T2,
    pub tenant_id: uuid::Uuid,
    pub sender_id: T3,
    pub open_min: i32,
    pub portfolio_id: T4,
    pub room: i64,
}
#[derive(Debug)]
pub struct NotePortfolioParams<T1: crate::StringSql> {
    pub refused: bool,
    pub counted_min: i32,
    pub tenant_id: uuid::Uuid,
    pub portfolio_id: T1,
}
#[derive(Debug)]
pub struct NoteWindowsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::ArraySql<Item = i64>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub contacts: T5,
    pub at: T6,
}
#[derive(Debug)]
pub struct NoteCallWindowParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub contact: T1,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub sender_id: T2,
}
#[derive(Debug)]
pub struct ApplySenderLimitParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub limit_per_second: i32,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub digits: T2,
}
#[derive(Debug)]
pub struct ApplyStandingParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::ArraySql<Item = Option<i64>>,
> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub at_ms: i64,
    pub causes: T3,
    pub reasons: T5,
    pub until: T6,
}
#[derive(Debug)]
pub struct NoteStopsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
}
#[derive(Debug)]
pub struct ApplySenderQualityParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub event: T1,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T2,
    pub digits: T3,
}
#[derive(Debug)]
pub struct ApplyMessagingLimitParams<T1: crate::StringSql> {
    pub messaging_limit: Option<i32>,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct Optioni32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Option<i32>, tokio_postgres::Error>,
    mapper: fn(Option<i32>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> Optioni32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Option<i32>) -> R) -> Optioni32Query<'c, 'a, 's, C, R, N> {
        Optioni32Query {
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
pub struct I32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i32, tokio_postgres::Error>,
    mapper: fn(i32) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i32) -> R) -> I32Query<'c, 'a, 's, C, R, N> {
        I32Query {
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
pub struct Optioni64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Option<i64>, tokio_postgres::Error>,
    mapper: fn(Option<i64>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> Optioni64Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Option<i64>) -> R) -> Optioni64Query<'c, 'a, 's, C, R, N> {
        Optioni64Query {
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
pub struct LockPortfolioStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_portfolio() -> LockPortfolioStmt {
    LockPortfolioStmt(
        "SELECT messaging_limit FROM portfolio WHERE tenant_id = $1 AND portfolio_id = $2 FOR UPDATE",
        None,
    )
}
impl LockPortfolioStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        portfolio_id: &'a T1,
    ) -> Optioni32Query<'c, 'a, 's, C, Option<i32>, 2> {
        Optioni32Query {
            client,
            params: [tenant_id, portfolio_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LockPortfolioParams<T1>, Optioni32Query<'c, 'a, 's, C, Option<i32>, 2>, C>
    for LockPortfolioStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LockPortfolioParams<T1>,
    ) -> Optioni32Query<'c, 'a, 's, C, Option<i32>, 2> {
        self.bind(client, &params.tenant_id, &params.portfolio_id)
    }
}
pub struct ForgetReachedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_reached() -> ForgetReachedStmt {
    ForgetReachedStmt(
        "WITH gone AS ( DELETE FROM portfolio_contact WHERE tenant_id = $1 AND portfolio_id = $2 AND at <= clock_timestamp() - make_interval(mins => $3) RETURNING 1) UPDATE portfolio SET used = used - (SELECT count(*) FROM gone)::int WHERE tenant_id = $1 AND portfolio_id = $2 RETURNING used",
        None,
    )
}
impl ForgetReachedStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        portfolio_id: &'a T1,
        counted_min: &'a i32,
    ) -> I32Query<'c, 'a, 's, C, i32, 3> {
        I32Query {
            client,
            params: [tenant_id, portfolio_id, counted_min],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ForgetReachedParams<T1>, I32Query<'c, 'a, 's, C, i32, 3>, C>
    for ForgetReachedStmt
{
    fn params(&'s self, client: &'c C, params: &'a ForgetReachedParams<T1>) -> I32Query<'c, 'a, 's, C, i32, 3> {
        self.bind(client, &params.tenant_id, &params.portfolio_id, &params.counted_min)
    }
}
pub struct ForgetWindowsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_windows() -> ForgetWindowsStmt {
    ForgetWindowsStmt(
        "DELETE FROM service_window w WHERE w.tenant_id = $1 AND w.sender_id = $2 AND w.last_inbound < clock_timestamp() - interval '25 hours' AND (w.last_inbound < clock_timestamp() - interval '169 hours' OR NOT EXISTS (SELECT FROM sender s WHERE s.tenant_id = $1 AND s.sender_id = $2 AND s.channel <> 'whatsapp'))",
        None,
    )
}
impl ForgetWindowsStmt {
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
        ForgetWindowsParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ForgetWindowsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetWindowsParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.sender_id))
    }
}
pub struct ReserveContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn reserve_contacts() -> ReserveContactsStmt {
    ReserveContactsStmt(
        "WITH wanted AS ( SELECT w.contact, w.n FROM unnest($1::text[]) WITH ORDINALITY AS w (contact, n) ), in_window AS ( SELECT w.contact FROM wanted w JOIN service_window s ON s.tenant_id = $2 AND s.sender_id = $3 AND s.contact = w.contact WHERE s.last_inbound > clock_timestamp() - make_interval(mins => $4) UNION SELECT w.contact FROM wanted w CROSS JOIN LATERAL same_person($2, w.contact) AS p CROSS JOIN LATERAL (SELECT last_inbound FROM service_window WHERE tenant_id = $2 AND sender_id = $3 AND contact = p.contact LIMIT 1) AS s WHERE p.portfolio_id = $5 AND NOT p.former AND s.last_inbound > clock_timestamp() - make_interval(mins => $4) ), known AS ( UPDATE portfolio_contact c SET at = clock_timestamp() FROM wanted w WHERE c.tenant_id = $2 AND c.portfolio_id = $5 AND c.contact = w.contact AND NOT EXISTS (SELECT FROM in_window i WHERE i.contact = w.contact) RETURNING c.contact ), fresh AS ( SELECT w.contact FROM wanted w WHERE NOT EXISTS (SELECT FROM in_window i WHERE i.contact = w.contact) AND NOT EXISTS (SELECT FROM known k WHERE k.contact = w.contact) ORDER BY w.n LIMIT $6 ), added AS ( INSERT INTO portfolio_contact (tenant_id, portfolio_id, contact, at) SELECT $2, $5, contact, clock_timestamp() FROM fresh RETURNING contact ), counted AS ( UPDATE portfolio SET used = used + (SELECT count(*) FROM added)::int WHERE tenant_id = $2 AND portfolio_id = $5 ) SELECT contact FROM in_window UNION ALL SELECT contact FROM known UNION ALL SELECT contact FROM added",
        None,
    )
}
impl ReserveContactsStmt {
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
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        contacts: &'a T2,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T3,
        open_min: &'a i32,
        portfolio_id: &'a T4,
        room: &'a i64,
    ) -> StringQuery<'c, 'a, 's, C, String, 6> {
        StringQuery {
            client,
            params: [contacts, tenant_id, sender_id, open_min, portfolio_id, room],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
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
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ReserveContactsParams<T1, T2, T3, T4>,
        StringQuery<'c, 'a, 's, C, String, 6>,
        C,
    > for ReserveContactsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ReserveContactsParams<T1, T2, T3, T4>,
    ) -> StringQuery<'c, 'a, 's, C, String, 6> {
        self.bind(
            client,
            &params.contacts,
            &params.tenant_id,
            &params.sender_id,
            &params.open_min,
            &params.portfolio_id,
            &params.room,
        )
    }
}
pub struct NotePortfolioStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_portfolio() -> NotePortfolioStmt {
    NotePortfolioStmt(
        "UPDATE portfolio p SET used_up_until = CASE WHEN $1 OR p.used_up_until IS NOT NULL AND p.used >= p.messaging_limit THEN ( SELECT min(c.at) + make_interval(mins => $2) FROM portfolio_contact c WHERE c.tenant_id = p.tenant_id AND c.portfolio_id = p.portfolio_id) END WHERE p.tenant_id = $3 AND p.portfolio_id = $4 RETURNING ms_of(p.used_up_until) - ms_of(clock_timestamp()) AS wait_ms",
        None,
    )
}
impl NotePortfolioStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        refused: &'a bool,
        counted_min: &'a i32,
        tenant_id: &'a uuid::Uuid,
        portfolio_id: &'a T1,
    ) -> Optioni64Query<'c, 'a, 's, C, Option<i64>, 4> {
        Optioni64Query {
            client,
            params: [refused, counted_min, tenant_id, portfolio_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, NotePortfolioParams<T1>, Optioni64Query<'c, 'a, 's, C, Option<i64>, 4>, C>
    for NotePortfolioStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NotePortfolioParams<T1>,
    ) -> Optioni64Query<'c, 'a, 's, C, Option<i64>, 4> {
        self.bind(client, &params.refused, &params.counted_min, &params.tenant_id, &params.portfolio_id)
    }
}
pub struct NoteWindowsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_windows() -> NoteWindowsStmt {
    NoteWindowsStmt(
        "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound) SELECT n.tenant_id, n.sender_id, n.contact, max(at_ms(n.at)) FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS n (tenant_id, sender_id, contact, at) GROUP BY n.tenant_id, n.sender_id, n.contact ON CONFLICT (tenant_id, sender_id, contact) DO UPDATE SET last_inbound = greatest(service_window.last_inbound, excluded.last_inbound)",
        None,
    )
}
impl NoteWindowsStmt {
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
        T6: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        contacts: &'a T5,
        at: &'a T6,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, sender_ids, contacts, at]).await
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
    T6: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NoteWindowsParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for NoteWindowsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NoteWindowsParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_ids, &params.sender_ids, &params.contacts, &params.at))
    }
}
pub struct NoteCallWindowStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_call_window() -> NoteCallWindowStmt {
    NoteCallWindowStmt(
        "INSERT INTO service_window (tenant_id, sender_id, contact, last_inbound) SELECT s.tenant_id, s.sender_id, $1, at_ms($2) FROM sender s WHERE s.tenant_id = $3 AND s.sender_id = $4 ON CONFLICT (tenant_id, sender_id, contact) DO UPDATE SET last_inbound = greatest(service_window.last_inbound, excluded.last_inbound)",
        None,
    )
}
impl NoteCallWindowStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[contact, at_ms, tenant_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NoteCallWindowParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for NoteCallWindowStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NoteCallWindowParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.contact, &params.at_ms, &params.tenant_id, &params.sender_id))
    }
}
pub struct ApplySenderLimitStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_sender_limit() -> ApplySenderLimitStmt {
    ApplySenderLimitStmt(
        "UPDATE sender SET limit_per_second = $1, limit_at = at_ms($2) WHERE tenant_id = $3 AND waba_id = $4 AND regexp_replace(display_number, '\\D', '', 'g') = $5 AND limit_at <= at_ms($2)",
        None,
    )
}
impl ApplySenderLimitStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        limit_per_second: &'a i32,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        digits: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[limit_per_second, at_ms, tenant_id, waba_id, digits]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplySenderLimitParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplySenderLimitStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplySenderLimitParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.limit_per_second,
            &params.at_ms,
            &params.tenant_id,
            &params.waba_id,
            &params.digits,
        ))
    }
}
pub struct ApplyStandingStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_standing() -> ApplyStandingStmt {
    ApplyStandingStmt(
        "INSERT INTO account_standing (tenant_id, waba_id, cause, reason, until, at) SELECT $1, $2, n.cause, n.reason, at_ms(n.until), at_ms($3) FROM unnest($4::text[], $5::text[], $6::bigint[]) AS n (cause, reason, until) ON CONFLICT (tenant_id, waba_id, cause) DO UPDATE SET reason = excluded.reason, until = excluded.until, at = excluded.at WHERE account_standing.at <= excluded.at AND (excluded.reason IS NOT NULL OR account_standing.until IS NULL)",
        None,
    )
}
impl ApplyStandingStmt {
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
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = Option<T4>>,
        T6: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        at_ms: &'a i64,
        causes: &'a T3,
        reasons: &'a T5,
        until: &'a T6,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, waba_id, at_ms, causes, reasons, until]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = Option<T4>>,
    T6: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyStandingParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyStandingStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyStandingParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_id,
            &params.waba_id,
            &params.at_ms,
            &params.causes,
            &params.reasons,
            &params.until,
        ))
    }
}
pub struct NoteStopsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_stops() -> NoteStopsStmt {
    NoteStopsStmt(
        "UPDATE sender s SET blocked_reason = a.reason, blocked_until = NULL, blocked_at = greatest(s.blocked_at, a.at) FROM (SELECT string_agg(reason, '; ' ORDER BY cause) AS reason, max(at) AS at FROM account_standing WHERE tenant_id = $1 AND waba_id = $2 AND cause IN ('ban', 'departure')) AS a WHERE s.tenant_id = $1 AND s.waba_id = $2",
        None,
    )
}
impl NoteStopsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, waba_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        NoteStopsParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for NoteStopsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a NoteStopsParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.waba_id))
    }
}
pub struct ApplySenderQualityStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_sender_quality() -> ApplySenderQualityStmt {
    ApplySenderQualityStmt(
        "UPDATE sender SET quality_event = $1, quality_at = at_ms($2) WHERE tenant_id = $3 AND waba_id = $4 AND regexp_replace(display_number, '\\D', '', 'g') = $5 AND quality_at <= at_ms($2)",
        None,
    )
}
impl ApplySenderQualityStmt {
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
    >(
        &'s self,
        client: &'c C,
        event: &'a T1,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T2,
        digits: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[event, at_ms, tenant_id, waba_id, digits]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplySenderQualityParams<T1, T2, T3>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplySenderQualityStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplySenderQualityParams<T1, T2, T3>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.event, &params.at_ms, &params.tenant_id, &params.waba_id, &params.digits))
    }
}
pub struct ApplyMessagingLimitStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_messaging_limit() -> ApplyMessagingLimitStmt {
    ApplyMessagingLimitStmt(
        "INSERT INTO portfolio (tenant_id, portfolio_id, messaging_limit, limit_at) SELECT DISTINCT s.tenant_id, coalesce(s.portfolio_id, s.waba_id), $1::int, at_ms($2) FROM sender s WHERE s.tenant_id = $3 AND s.waba_id = $4 ON CONFLICT (tenant_id, portfolio_id) DO UPDATE SET messaging_limit = excluded.messaging_limit, limit_at = excluded.limit_at, used_up_until = NULL WHERE portfolio.limit_at <= excluded.limit_at",
        None,
    )
}
impl ApplyMessagingLimitStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        messaging_limit: &'a Option<i32>,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[messaging_limit, at_ms, tenant_id, waba_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyMessagingLimitParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyMessagingLimitStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyMessagingLimitParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.messaging_limit, &params.at_ms, &params.tenant_id, &params.waba_id))
    }
}
