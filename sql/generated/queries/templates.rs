// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct PutTemplateParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
    T8: crate::StringSql,
    T9: crate::StringSql,
    T10: crate::StringSql,
    T11: crate::StringSql,
> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub name: T2,
    pub language: T3,
    pub template_id: T4,
    pub status: T5,
    pub status_reason: Option<T6>,
    pub category: T7,
    pub quality: Option<T8>,
    pub body: T9,
    pub parameter_count: i32,
    pub components: T10,
    pub parameter_format: T11,
    pub ttl_seconds: Option<i32>,
    pub as_of_ms: i64,
    pub is_listed: bool,
}
#[derive(Debug)]
pub struct EditedTemplateParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql, T4: crate::StringSql>
{
    pub category: Option<T1>,
    pub components: Option<T2>,
    pub body: Option<T3>,
    pub parameter_count: Option<i32>,
    pub ttl_seconds: Option<i32>,
    pub as_of_ms: i64,
    pub tenant_id: uuid::Uuid,
    pub template_id: T4,
}
#[derive(Debug)]
pub struct DeletedTemplatesParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub name: T2,
    pub template_id: Option<T3>,
}
#[derive(Debug)]
pub struct MissingTemplatesParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub as_of_ms: i64,
}
#[derive(Debug)]
pub struct LastSyncParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct MissingTemplates {
    pub name: String,
    pub language: String,
}
pub struct MissingTemplatesBorrowed<'a> {
    pub name: &'a str,
    pub language: &'a str,
}
impl<'a> From<MissingTemplatesBorrowed<'a>> for MissingTemplates {
    fn from(MissingTemplatesBorrowed { name, language }: MissingTemplatesBorrowed<'a>) -> Self {
        Self { name: name.into(), language: language.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct MissingTemplatesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MissingTemplatesBorrowed, tokio_postgres::Error>,
    mapper: fn(MissingTemplatesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MissingTemplatesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MissingTemplatesBorrowed) -> R) -> MissingTemplatesQuery<'c, 'a, 's, C, R, N> {
        MissingTemplatesQuery {
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
pub struct PutTemplateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_template() -> PutTemplateStmt {
    PutTemplateStmt(
        "INSERT INTO template AS t (tenant_id, waba_id, name, language, template_id, status, status_reason, category, quality, body, parameter_count, components, parameter_format, ttl_seconds, synced_at, listed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, at_ms($15), CASE WHEN $16 THEN at_ms($15) ELSE 'epoch' END) ON CONFLICT (tenant_id, waba_id, name, language) DO UPDATE SET template_id = excluded.template_id, parameter_format = excluded.parameter_format, ttl_seconds = excluded.ttl_seconds, synced_at = greatest(t.synced_at, excluded.synced_at), listed_at = greatest(t.listed_at, excluded.listed_at), status = CASE WHEN t.status_at <= at_ms($15) THEN excluded.status ELSE t.status END, status_reason = CASE WHEN t.status_at <= at_ms($15) THEN excluded.status_reason ELSE t.status_reason END, status_at = greatest(t.status_at, at_ms($15) - interval '1 minute'), category = CASE WHEN t.category_at <= at_ms($15) THEN excluded.category ELSE t.category END, category_at = greatest(t.category_at, at_ms($15) - interval '1 minute'), quality = CASE WHEN t.quality_at <= at_ms($15) THEN coalesce(excluded.quality, t.quality) ELSE t.quality END, quality_at = greatest(t.quality_at, at_ms($15) - interval '1 minute'), body = CASE WHEN t.body_at <= at_ms($15) THEN excluded.body ELSE t.body END, parameter_count = CASE WHEN t.body_at <= at_ms($15) THEN excluded.parameter_count ELSE t.parameter_count END, components = CASE WHEN t.body_at <= at_ms($15) THEN excluded.components ELSE t.components END, body_at = greatest(t.body_at, at_ms($15) - interval '1 minute') RETURNING xmax = 0 AS is_new",
        None,
    )
}
impl PutTemplateStmt {
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
        T4: crate::StringSql,
        T5: crate::StringSql,
        T6: crate::StringSql,
        T7: crate::StringSql,
        T8: crate::StringSql,
        T9: crate::StringSql,
        T10: crate::StringSql,
        T11: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        name: &'a T2,
        language: &'a T3,
        template_id: &'a T4,
        status: &'a T5,
        status_reason: &'a Option<T6>,
        category: &'a T7,
        quality: &'a Option<T8>,
        body: &'a T9,
        parameter_count: &'a i32,
        components: &'a T10,
        parameter_format: &'a T11,
        ttl_seconds: &'a Option<i32>,
        as_of_ms: &'a i64,
        is_listed: &'a bool,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 16> {
        BoolQuery {
            client,
            params: [
                tenant_id,
                waba_id,
                name,
                language,
                template_id,
                status,
                status_reason,
                category,
                quality,
                body,
                parameter_count,
                components,
                parameter_format,
                ttl_seconds,
                as_of_ms,
                is_listed,
            ],
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
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
    T8: crate::StringSql,
    T9: crate::StringSql,
    T10: crate::StringSql,
    T11: crate::StringSql,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        PutTemplateParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
        BoolQuery<'c, 'a, 's, C, bool, 16>,
        C,
    > for PutTemplateStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a PutTemplateParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 16> {
        self.bind(
            client,
            &params.tenant_id,
            &params.waba_id,
            &params.name,
            &params.language,
            &params.template_id,
            &params.status,
            &params.status_reason,
            &params.category,
            &params.quality,
            &params.body,
            &params.parameter_count,
            &params.components,
            &params.parameter_format,
            &params.ttl_seconds,
            &params.as_of_ms,
            &params.is_listed,
        )
    }
}
pub struct EditedTemplateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn edited_template() -> EditedTemplateStmt {
    EditedTemplateStmt(
        "UPDATE template SET category = coalesce($1, category), components = coalesce($2, components), body = coalesce($3, body), parameter_count = coalesce($4, parameter_count), ttl_seconds = coalesce($5, ttl_seconds), status = CASE WHEN status_at <= at_ms($6) AND status <> 'approved' THEN 'pending' ELSE status END WHERE tenant_id = $7 AND template_id = $8",
        None,
    )
}
impl EditedTemplateStmt {
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
        category: &'a Option<T1>,
        components: &'a Option<T2>,
        body: &'a Option<T3>,
        parameter_count: &'a Option<i32>,
        ttl_seconds: &'a Option<i32>,
        as_of_ms: &'a i64,
        tenant_id: &'a uuid::Uuid,
        template_id: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[category, components, body, parameter_count, ttl_seconds, as_of_ms, tenant_id, template_id],
            )
            .await
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
        EditedTemplateParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for EditedTemplateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a EditedTemplateParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.category,
            &params.components,
            &params.body,
            &params.parameter_count,
            &params.ttl_seconds,
            &params.as_of_ms,
            &params.tenant_id,
            &params.template_id,
        ))
    }
}
pub struct DeletedTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn deleted_templates() -> DeletedTemplatesStmt {
    DeletedTemplatesStmt(
        "UPDATE template SET status = 'deleted', status_reason = NULL, status_at = greatest(status_at, now()) WHERE tenant_id = $1 AND waba_id = $2 AND name = $3 AND ($4::text IS NULL OR template_id = $4)",
        None,
    )
}
impl DeletedTemplatesStmt {
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
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        name: &'a T2,
        template_id: &'a Option<T3>,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, waba_id, name, template_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DeletedTemplatesParams<T1, T2, T3>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DeletedTemplatesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DeletedTemplatesParams<T1, T2, T3>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.waba_id, &params.name, &params.template_id))
    }
}
pub struct MissingTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn missing_templates() -> MissingTemplatesStmt {
    MissingTemplatesStmt(
        "UPDATE template SET status = 'deleted', status_reason = 'no longer in Meta''s list' WHERE tenant_id = $1 AND waba_id = $2 AND status <> 'deleted' AND synced_at < at_ms($3) AND status_at <= at_ms($3) AND created_at <= at_ms($3) RETURNING name, language",
        None,
    )
}
impl MissingTemplatesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        as_of_ms: &'a i64,
    ) -> MissingTemplatesQuery<'c, 'a, 's, C, MissingTemplates, 3> {
        MissingTemplatesQuery {
            client,
            params: [tenant_id, waba_id, as_of_ms],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<MissingTemplatesBorrowed, tokio_postgres::Error> {
                Ok(MissingTemplatesBorrowed { name: row.try_get(0)?, language: row.try_get(1)? })
            },
            mapper: |it| MissingTemplates::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MissingTemplatesParams<T1>,
        MissingTemplatesQuery<'c, 'a, 's, C, MissingTemplates, 3>,
        C,
    > for MissingTemplatesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MissingTemplatesParams<T1>,
    ) -> MissingTemplatesQuery<'c, 'a, 's, C, MissingTemplates, 3> {
        self.bind(client, &params.tenant_id, &params.waba_id, &params.as_of_ms)
    }
}
pub struct LastSyncStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn last_sync() -> LastSyncStmt {
    LastSyncStmt("SELECT ms_of(max(listed_at)) AS at_ms FROM template WHERE tenant_id = $1 AND waba_id = $2", None)
}
impl LastSyncStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
    ) -> Optioni64Query<'c, 'a, 's, C, Option<i64>, 2> {
        Optioni64Query {
            client,
            params: [tenant_id, waba_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LastSyncParams<T1>, Optioni64Query<'c, 'a, 's, C, Option<i64>, 2>, C>
    for LastSyncStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LastSyncParams<T1>,
    ) -> Optioni64Query<'c, 'a, 's, C, Option<i64>, 2> {
        self.bind(client, &params.tenant_id, &params.waba_id)
    }
}
