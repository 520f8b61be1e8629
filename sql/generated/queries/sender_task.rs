// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct OptedOutParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>>
{
    pub tenant_ids: T1,
    pub contacts: T3,
}
#[derive(Debug)]
pub struct NewOptOutsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = i64>> {
    pub tenant_ids: T1,
    pub since: T2,
}
#[derive(Debug)]
pub struct WriteOptOutsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = bool>,
> {
    pub tenant_ids: T1,
    pub contacts: T3,
    pub reasons: T5,
    pub sources: T7,
    pub told_at: T8,
    pub withdrawn: T9,
}
#[derive(Debug)]
pub struct ApplyTemplateStatusParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
> {
    pub status: T1,
    pub reason: Option<T2>,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T3,
    pub name: T4,
    pub language: T5,
}
#[derive(Debug)]
pub struct KnowsTemplateParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub name: T2,
    pub language: T3,
}
#[derive(Debug)]
pub struct ApplyTemplateQualityParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub quality: T1,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T2,
    pub name: T3,
    pub language: T4,
}
#[derive(Debug)]
pub struct ApplyTemplateCategoryParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
> {
    pub category: T1,
    pub at_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T2,
    pub name: T3,
    pub language: T4,
}
#[derive(Debug)]
pub struct ApplyTemplateBodyParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub body: T1,
    pub parameter_count: i32,
    pub at_ms: i64,
    pub title: Option<T2>,
    pub footer: Option<T3>,
    pub tenant_id: uuid::Uuid,
    pub waba_id: T4,
    pub name: T5,
    pub language: T6,
}
#[derive(Debug, Clone, PartialEq)]
pub struct OptedOut {
    pub tenant_id: uuid::Uuid,
    pub contact: String,
    pub scope: String,
}
pub struct OptedOutBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub contact: &'a str,
    pub scope: &'a str,
}
impl<'a> From<OptedOutBorrowed<'a>> for OptedOut {
    fn from(OptedOutBorrowed { tenant_id, contact, scope }: OptedOutBorrowed<'a>) -> Self {
        Self { tenant_id, contact: contact.into(), scope: scope.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct NewOptOuts {
    pub tenant_id: uuid::Uuid,
    pub contact: String,
    pub scope: String,
    pub withdrawn: bool,
    pub at_ms: i64,
}
pub struct NewOptOutsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub contact: &'a str,
    pub scope: &'a str,
    pub withdrawn: bool,
    pub at_ms: i64,
}
impl<'a> From<NewOptOutsBorrowed<'a>> for NewOptOuts {
    fn from(NewOptOutsBorrowed { tenant_id, contact, scope, withdrawn, at_ms }: NewOptOutsBorrowed<'a>) -> Self {
        Self { tenant_id, contact: contact.into(), scope: scope.into(), withdrawn, at_ms }
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
pub struct OptedOutQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OptedOutBorrowed, tokio_postgres::Error>,
    mapper: fn(OptedOutBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptedOutQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OptedOutBorrowed) -> R) -> OptedOutQuery<'c, 'a, 's, C, R, N> {
        OptedOutQuery {
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
pub struct NewOptOutsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NewOptOutsBorrowed, tokio_postgres::Error>,
    mapper: fn(NewOptOutsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NewOptOutsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NewOptOutsBorrowed) -> R) -> NewOptOutsQuery<'c, 'a, 's, C, R, N> {
        NewOptOutsQuery {
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
pub struct BoolQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<bool, tokio_postgres::Error>,
    mapper: fn(bool) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> BoolQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(bool) -> R) -> BoolQuery<'c, 'a, 's, C, R, N> {
        BoolQuery {
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
pub struct SetTenantsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_tenants() -> SetTenantsStmt {
    SetTenantsStmt("SELECT set_config('app.tenant_ids', $1, true)", None)
}
impl SetTenantsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenants: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [tenants],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct OptedOutStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn opted_out() -> OptedOutStmt {
    OptedOutStmt(
        "SELECT o.tenant_id, o.contact, o.scope FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, contact) JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.contact = k.contact WHERE NOT o.withdrawn",
        None,
    )
}
impl OptedOutStmt {
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
        contacts: &'a T3,
    ) -> OptedOutQuery<'c, 'a, 's, C, OptedOut, 2> {
        OptedOutQuery {
            client,
            params: [tenant_ids, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OptedOutBorrowed, tokio_postgres::Error> {
                Ok(OptedOutBorrowed { tenant_id: row.try_get(0)?, contact: row.try_get(1)?, scope: row.try_get(2)? })
            },
            mapper: |it| OptedOut::from(it),
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
> crate::client::async_::Params<'c, 'a, 's, OptedOutParams<T1, T2, T3>, OptedOutQuery<'c, 'a, 's, C, OptedOut, 2>, C>
    for OptedOutStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a OptedOutParams<T1, T2, T3>,
    ) -> OptedOutQuery<'c, 'a, 's, C, OptedOut, 2> {
        self.bind(client, &params.tenant_ids, &params.contacts)
    }
}
pub struct NewOptOutsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn new_opt_outs() -> NewOptOutsStmt {
    NewOptOutsStmt(
        "SELECT o.tenant_id, o.contact, o.scope, o.withdrawn, ms_of(o.at) AS at_ms FROM (SELECT tenant_id, at_ms(since) FROM unnest($1::uuid[], $2::bigint[]) AS n (tenant_id, since) LIMIT cardinality($1::uuid[])) AS k (tenant_id, since) JOIN opt_out o ON o.tenant_id = k.tenant_id AND o.at >= k.since",
        None,
    )
}
impl NewOptOutsStmt {
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
        T2: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        since: &'a T2,
    ) -> NewOptOutsQuery<'c, 'a, 's, C, NewOptOuts, 2> {
        NewOptOutsQuery {
            client,
            params: [tenant_ids, since],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<NewOptOutsBorrowed, tokio_postgres::Error> {
                Ok(NewOptOutsBorrowed {
                    tenant_id: row.try_get(0)?,
                    contact: row.try_get(1)?,
                    scope: row.try_get(2)?,
                    withdrawn: row.try_get(3)?,
                    at_ms: row.try_get(4)?,
                })
            },
            mapper: |it| NewOptOuts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = i64>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NewOptOutsParams<T1, T2>,
        NewOptOutsQuery<'c, 'a, 's, C, NewOptOuts, 2>,
        C,
    > for NewOptOutsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NewOptOutsParams<T1, T2>,
    ) -> NewOptOutsQuery<'c, 'a, 's, C, NewOptOuts, 2> {
        self.bind(client, &params.tenant_ids, &params.since)
    }
}
pub struct WriteOptOutsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn write_opt_outs() -> WriteOptOutsStmt {
    WriteOptOutsStmt(
        "WITH said AS ( SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[]) AS n (tenant_id, contact, reason, source, told_at, withdrawn) ), everywhere AS ( SELECT * FROM said UNION ALL SELECT n.tenant_id, p.contact, n.reason, n.source, n.told_at, n.withdrawn FROM said n CROSS JOIN LATERAL same_person(n.tenant_id, n.contact) AS p WHERE NOT p.given_up ) INSERT INTO opt_out (tenant_id, contact, reason, at, scope, source, told_at, withdrawn) SELECT DISTINCT ON (n.tenant_id, n.contact) n.tenant_id, n.contact, n.reason, clock_timestamp(), 'marketing', n.source, at_ms(n.told_at), n.withdrawn FROM everywhere n ORDER BY n.tenant_id, n.contact, n.told_at DESC ON CONFLICT (tenant_id, contact) DO UPDATE SET reason = excluded.reason, at = excluded.at, source = excluded.source, told_at = excluded.told_at, withdrawn = excluded.withdrawn WHERE (opt_out.source <> 'api' OR opt_out.withdrawn) AND opt_out.told_at <= excluded.told_at",
        None,
    )
}
impl WriteOptOutsStmt {
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
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
        T8: crate::ArraySql<Item = i64>,
        T9: crate::ArraySql<Item = bool>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        contacts: &'a T3,
        reasons: &'a T5,
        sources: &'a T7,
        told_at: &'a T8,
        withdrawn: &'a T9,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, contacts, reasons, sources, told_at, withdrawn]).await
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
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = i64>,
    T9: crate::ArraySql<Item = bool>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WriteOptOutsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for WriteOptOutsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WriteOptOutsParams<T1, T2, T3, T4, T5, T6, T7, T8, T9>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.contacts,
            &params.reasons,
            &params.sources,
            &params.told_at,
            &params.withdrawn,
        ))
    }
}
pub struct ApplyTemplateStatusStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_template_status() -> ApplyTemplateStatusStmt {
    ApplyTemplateStatusStmt(
        "UPDATE template SET status = $1, status_reason = $2, status_at = at_ms($3) WHERE tenant_id = $4 AND waba_id = $5 AND name = $6 AND language = $7 AND status_at <= at_ms($3)",
        None,
    )
}
impl ApplyTemplateStatusStmt {
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
        T5: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        status: &'a T1,
        reason: &'a Option<T2>,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T3,
        name: &'a T4,
        language: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[status, reason, at_ms, tenant_id, waba_id, name, language]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyTemplateStatusParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyTemplateStatusStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyTemplateStatusParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.status,
            &params.reason,
            &params.at_ms,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
        ))
    }
}
pub struct KnowsTemplateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn knows_template() -> KnowsTemplateStmt {
    KnowsTemplateStmt(
        "SELECT EXISTS (SELECT FROM template WHERE tenant_id = $1 AND waba_id = $2 AND name = $3 AND language = $4) AS known",
        None,
    )
}
impl KnowsTemplateStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        name: &'a T2,
        language: &'a T3,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 4> {
        BoolQuery {
            client,
            params: [tenant_id, waba_id, name, language],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, KnowsTemplateParams<T1, T2, T3>, BoolQuery<'c, 'a, 's, C, bool, 4>, C>
    for KnowsTemplateStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnowsTemplateParams<T1, T2, T3>,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 4> {
        self.bind(client, &params.tenant_id, &params.waba_id, &params.name, &params.language)
    }
}
pub struct ApplyTemplateQualityStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_template_quality() -> ApplyTemplateQualityStmt {
    ApplyTemplateQualityStmt(
        "UPDATE template SET quality = $1, quality_at = at_ms($2) WHERE tenant_id = $3 AND waba_id = $4 AND name = $5 AND language = $6 AND quality_at <= at_ms($2)",
        None,
    )
}
impl ApplyTemplateQualityStmt {
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
    >(
        &'s self,
        client: &'c C,
        quality: &'a T1,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T2,
        name: &'a T3,
        language: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[quality, at_ms, tenant_id, waba_id, name, language]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyTemplateQualityParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyTemplateQualityStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyTemplateQualityParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.quality,
            &params.at_ms,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
        ))
    }
}
pub struct ApplyTemplateCategoryStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_template_category() -> ApplyTemplateCategoryStmt {
    ApplyTemplateCategoryStmt(
        "UPDATE template SET category = $1, category_at = at_ms($2) WHERE tenant_id = $3 AND waba_id = $4 AND name = $5 AND language = $6 AND category_at <= at_ms($2)",
        None,
    )
}
impl ApplyTemplateCategoryStmt {
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
    >(
        &'s self,
        client: &'c C,
        category: &'a T1,
        at_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T2,
        name: &'a T3,
        language: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[category, at_ms, tenant_id, waba_id, name, language]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyTemplateCategoryParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyTemplateCategoryStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyTemplateCategoryParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.category,
            &params.at_ms,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
        ))
    }
}
pub struct ApplyTemplateBodyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn apply_template_body() -> ApplyTemplateBodyStmt {
    ApplyTemplateBodyStmt(
        "UPDATE template SET body = $1, parameter_count = $2, body_at = at_ms($3), components = ( SELECT coalesce(jsonb_agg( CASE WHEN upper(c ->> 'type') = 'BODY' THEN jsonb_set(c, '{text}', to_jsonb($1::text)) WHEN upper(c ->> 'type') = 'HEADER' AND upper(c ->> 'format') = 'TEXT' AND $4::text IS NOT NULL THEN jsonb_set(c, '{text}', to_jsonb($4::text)) WHEN upper(c ->> 'type') = 'FOOTER' AND $5::text IS NOT NULL THEN jsonb_set(c, '{text}', to_jsonb($5::text)) ELSE c END ORDER BY place), '[]')::text FROM jsonb_array_elements(components::jsonb) WITH ORDINALITY AS own (c, place)) WHERE tenant_id = $6 AND waba_id = $7 AND name = $8 AND language = $9 AND body_at <= at_ms($3)",
        None,
    )
}
impl ApplyTemplateBodyStmt {
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
        T5: crate::StringSql,
        T6: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        body: &'a T1,
        parameter_count: &'a i32,
        at_ms: &'a i64,
        title: &'a Option<T2>,
        footer: &'a Option<T3>,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T4,
        name: &'a T5,
        language: &'a T6,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[body, parameter_count, at_ms, title, footer, tenant_id, waba_id, name, language]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ApplyTemplateBodyParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ApplyTemplateBodyStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ApplyTemplateBodyParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.body,
            &params.parameter_count,
            &params.at_ms,
            &params.title,
            &params.footer,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
        ))
    }
}
