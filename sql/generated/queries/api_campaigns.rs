// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct InsertCampaignParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
    T8: crate::StringSql,
> {
    pub campaign_id: uuid::Uuid,
    pub name: T1,
    pub sender_id: T2,
    pub template_name: T3,
    pub template_language: T4,
    pub unknown_policy: T5,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<T6>,
    pub marketing: Option<T7>,
    pub layout: Option<T8>,
}
#[derive(Debug)]
pub struct InsertCampaignTemplatesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> {
    pub campaign_id: uuid::Uuid,
    pub names: T2,
    pub languages: T4,
}
#[derive(Clone, Copy, Debug)]
pub struct ListCampaignsParams {
    pub before: uuid::Uuid,
    pub limit: i64,
}
#[derive(Debug)]
pub struct SetCampaignStateParams<T1: crate::StringSql> {
    pub state: T1,
    pub generations: i32,
    pub campaign_id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct StartCampaignParams {
    pub start_at_ms: Option<i64>,
    pub campaign_id: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct GrowCampaignParams {
    pub accepted: i32,
    pub rejected: i32,
    pub campaign_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignTemplates {
    pub name: String,
    pub language: String,
}
pub struct CampaignTemplatesBorrowed<'a> {
    pub name: &'a str,
    pub language: &'a str,
}
impl<'a> From<CampaignTemplatesBorrowed<'a>> for CampaignTemplates {
    fn from(CampaignTemplatesBorrowed { name, language }: CampaignTemplatesBorrowed<'a>) -> Self {
        Self { name: name.into(), language: language.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignRow {
    pub campaign_id: uuid::Uuid,
    pub name: String,
    pub sender_id: String,
    pub template_name: String,
    pub template_language: String,
    pub unknown_policy: String,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<String>,
    pub state: String,
    pub pausing: bool,
    pub scheduled: bool,
    pub start_at_ms: Option<i64>,
    pub copied_from: Option<uuid::Uuid>,
    pub recipients: i32,
    pub rejected_lines: i32,
    pub created_at_ms: i64,
    pub started_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub cursor: i32,
    pub ingested: i32,
    pub accepted: i32,
    pub sent: i32,
    pub delivered: i32,
    pub read: i32,
    pub failed: i32,
    pub rejected: i32,
    pub expired: i32,
    pub cancelled: i32,
    pub unconfirmed: i32,
    pub unknown: i32,
    pub open: i32,
    pub portfolio_id: String,
    pub messaging_limit: Option<i32>,
    pub used_up_until_ms: Option<i64>,
    pub template_status: Option<String>,
    pub template_reason: Option<String>,
    pub marketing: Option<String>,
    pub layout: Option<String>,
    pub blocked_reason: Option<String>,
    pub blocked_until_ms: Option<i64>,
    pub templates: Option<String>,
}
pub struct CampaignRowBorrowed<'a> {
    pub campaign_id: uuid::Uuid,
    pub name: &'a str,
    pub sender_id: &'a str,
    pub template_name: &'a str,
    pub template_language: &'a str,
    pub unknown_policy: &'a str,
    pub ttl_seconds: i32,
    pub weight: i32,
    pub max_per_minute: Option<i32>,
    pub jitter_min_ms: Option<i32>,
    pub jitter_max_ms: Option<i32>,
    pub hours_from: Option<i32>,
    pub hours_to: Option<i32>,
    pub hours_zone: Option<&'a str>,
    pub state: &'a str,
    pub pausing: bool,
    pub scheduled: bool,
    pub start_at_ms: Option<i64>,
    pub copied_from: Option<uuid::Uuid>,
    pub recipients: i32,
    pub rejected_lines: i32,
    pub created_at_ms: i64,
    pub started_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
    pub cursor: i32,
    pub ingested: i32,
    pub accepted: i32,
    pub sent: i32,
    pub delivered: i32,
    pub read: i32,
    pub failed: i32,
    pub rejected: i32,
    pub expired: i32,
    pub cancelled: i32,
    pub unconfirmed: i32,
    pub unknown: i32,
    pub open: i32,
    pub portfolio_id: &'a str,
    pub messaging_limit: Option<i32>,
    pub used_up_until_ms: Option<i64>,
    pub template_status: Option<&'a str>,
    pub template_reason: Option<&'a str>,
    pub marketing: Option<&'a str>,
    pub layout: Option<&'a str>,
    pub blocked_reason: Option<&'a str>,
    pub blocked_until_ms: Option<i64>,
    pub templates: Option<&'a str>,
}
impl<'a> From<CampaignRowBorrowed<'a>> for CampaignRow {
    fn from(
        CampaignRowBorrowed {
            campaign_id,
            name,
            sender_id,
            template_name,
            template_language,
            unknown_policy,
            ttl_seconds,
            weight,
            max_per_minute,
            jitter_min_ms,
            jitter_max_ms,
            hours_from,
            hours_to,
            hours_zone,
            state,
            pausing,
            scheduled,
            start_at_ms,
            copied_from,
            recipients,
            rejected_lines,
            created_at_ms,
            started_at_ms,
            completed_at_ms,
            cursor,
            ingested,
            accepted,
            sent,
            delivered,
            read,
            failed,
            rejected,
            expired,
            cancelled,
            unconfirmed,
            unknown,
            open,
            portfolio_id,
            messaging_limit,
            used_up_until_ms,
            template_status,
            template_reason,
            marketing,
            layout,
            blocked_reason,
            blocked_until_ms,
            templates,
        }: CampaignRowBorrowed<'a>,
    ) -> Self {
        Self {
            campaign_id,
            name: name.into(),
            sender_id: sender_id.into(),
            template_name: template_name.into(),
            template_language: template_language.into(),
            unknown_policy: unknown_policy.into(),
            ttl_seconds,
            weight,
            max_per_minute,
            jitter_min_ms,
            jitter_max_ms,
            hours_from,
            hours_to,
            hours_zone: hours_zone.map(|v| v.into()),
            state: state.into(),
            pausing,
            scheduled,
            start_at_ms,
            copied_from,
            recipients,
            rejected_lines,
            created_at_ms,
            started_at_ms,
            completed_at_ms,
            cursor,
            ingested,
            accepted,
            sent,
            delivered,
            read,
            failed,
            rejected,
            expired,
            cancelled,
            unconfirmed,
            unknown,
            open,
            portfolio_id: portfolio_id.into(),
            messaging_limit,
            used_up_until_ms,
            template_status: template_status.map(|v| v.into()),
            template_reason: template_reason.map(|v| v.into()),
            marketing: marketing.map(|v| v.into()),
            layout: layout.map(|v| v.into()),
            blocked_reason: blocked_reason.map(|v| v.into()),
            blocked_until_ms,
            templates: templates.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LockCampaign {
    pub state: String,
    pub recipients: i32,
    pub sender_id: String,
    pub template_name: String,
    pub template_language: String,
    pub is_marketing: bool,
    pub layout: Option<String>,
    pub completed: bool,
    pub scheduled: bool,
    pub now_ms: i64,
}
pub struct LockCampaignBorrowed<'a> {
    pub state: &'a str,
    pub recipients: i32,
    pub sender_id: &'a str,
    pub template_name: &'a str,
    pub template_language: &'a str,
    pub is_marketing: bool,
    pub layout: Option<&'a str>,
    pub completed: bool,
    pub scheduled: bool,
    pub now_ms: i64,
}
impl<'a> From<LockCampaignBorrowed<'a>> for LockCampaign {
    fn from(
        LockCampaignBorrowed {
            state,
            recipients,
            sender_id,
            template_name,
            template_language,
            is_marketing,
            layout,
            completed,
            scheduled,
            now_ms,
        }: LockCampaignBorrowed<'a>,
    ) -> Self {
        Self {
            state: state.into(),
            recipients,
            sender_id: sender_id.into(),
            template_name: template_name.into(),
            template_language: template_language.into(),
            is_marketing,
            layout: layout.map(|v| v.into()),
            completed,
            scheduled,
            now_ms,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct CampaignTemplatesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CampaignTemplatesBorrowed, tokio_postgres::Error>,
    mapper: fn(CampaignTemplatesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CampaignTemplatesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CampaignTemplatesBorrowed) -> R) -> CampaignTemplatesQuery<'c, 'a, 's, C, R, N> {
        CampaignTemplatesQuery {
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
pub struct CampaignRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CampaignRowBorrowed, tokio_postgres::Error>,
    mapper: fn(CampaignRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CampaignRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CampaignRowBorrowed) -> R) -> CampaignRowQuery<'c, 'a, 's, C, R, N> {
        CampaignRowQuery {
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
pub struct LockCampaignQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LockCampaignBorrowed, tokio_postgres::Error>,
    mapper: fn(LockCampaignBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LockCampaignQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LockCampaignBorrowed) -> R) -> LockCampaignQuery<'c, 'a, 's, C, R, N> {
        LockCampaignQuery {
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
pub struct InsertCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_campaign() -> InsertCampaignStmt {
    InsertCampaignStmt(
        "INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, marketing, layout, state) VALUES (app_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'draft')",
        None,
    )
}
impl InsertCampaignStmt {
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
        T7: crate::StringSql,
        T8: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        name: &'a T1,
        sender_id: &'a T2,
        template_name: &'a T3,
        template_language: &'a T4,
        unknown_policy: &'a T5,
        ttl_seconds: &'a i32,
        weight: &'a i32,
        max_per_minute: &'a Option<i32>,
        jitter_min_ms: &'a Option<i32>,
        jitter_max_ms: &'a Option<i32>,
        hours_from: &'a Option<i32>,
        hours_to: &'a Option<i32>,
        hours_zone: &'a Option<T6>,
        marketing: &'a Option<T7>,
        layout: &'a Option<T8>,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    campaign_id,
                    name,
                    sender_id,
                    template_name,
                    template_language,
                    unknown_policy,
                    ttl_seconds,
                    weight,
                    max_per_minute,
                    jitter_min_ms,
                    jitter_max_ms,
                    hours_from,
                    hours_to,
                    hours_zone,
                    marketing,
                    layout,
                ],
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
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
    T8: crate::StringSql,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertCampaignParams<T1, T2, T3, T4, T5, T6, T7, T8>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertCampaignParams<T1, T2, T3, T4, T5, T6, T7, T8>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.name,
            &params.sender_id,
            &params.template_name,
            &params.template_language,
            &params.unknown_policy,
            &params.ttl_seconds,
            &params.weight,
            &params.max_per_minute,
            &params.jitter_min_ms,
            &params.jitter_max_ms,
            &params.hours_from,
            &params.hours_to,
            &params.hours_zone,
            &params.marketing,
            &params.layout,
        ))
    }
}
pub struct InsertCampaignTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_campaign_templates() -> InsertCampaignTemplatesStmt {
    InsertCampaignTemplatesStmt(
        "INSERT INTO campaign_template (tenant_id, campaign_id, position, name, language) SELECT app_tenant(), $1, n.position - 1, n.name, n.language FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n (name, language, position)",
        None,
    )
}
impl InsertCampaignTemplatesStmt {
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
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        names: &'a T2,
        languages: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, names, languages]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertCampaignTemplatesParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertCampaignTemplatesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertCampaignTemplatesParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.names, &params.languages))
    }
}
pub struct CampaignTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn campaign_templates() -> CampaignTemplatesStmt {
    CampaignTemplatesStmt("SELECT name, language FROM campaign_template WHERE campaign_id = $1 ORDER BY position", None)
}
impl CampaignTemplatesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> CampaignTemplatesQuery<'c, 'a, 's, C, CampaignTemplates, 1> {
        CampaignTemplatesQuery {
            client,
            params: [campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CampaignTemplatesBorrowed, tokio_postgres::Error> {
                Ok(CampaignTemplatesBorrowed { name: row.try_get(0)?, language: row.try_get(1)? })
            },
            mapper: |it| CampaignTemplates::from(it),
        }
    }
}
pub struct InsertCampaignProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_campaign_progress() -> InsertCampaignProgressStmt {
    InsertCampaignProgressStmt("INSERT INTO campaign_progress (tenant_id, campaign_id) VALUES (app_tenant(), $1)", None)
}
impl InsertCampaignProgressStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id]).await
    }
}
pub struct GetCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_campaign() -> GetCampaignStmt {
    GetCampaignStmt(
        "SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state, c.state = 'paused' AND p.confirmed < c.generation AS pausing, c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms, c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms, ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted, p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms, t.status AS template_status, t.status_reason AS template_reason, c.marketing, c.layout, coalesce(CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END, own.reason) AS blocked_reason, ms_of(CASE WHEN s.blocked_reason IS NULL THEN own.until ELSE s.blocked_until END) AS blocked_until_ms, (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'reason', o.status_reason) ORDER BY r.position)::text FROM campaign_template r LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.campaign_id) AS templates FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) JOIN sender s USING (tenant_id, sender_id) LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) AND f.used_up_until > now() LEFT JOIN template t ON t.tenant_id = c.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name AND t.language = c.template_language LEFT JOIN LATERAL campaign_restriction(c.tenant_id, c.campaign_id, s.waba_id, t.category) AS own ON true WHERE c.campaign_id = $1",
        None,
    )
}
impl GetCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 1> {
        CampaignRowQuery {
            client,
            params: [campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CampaignRowBorrowed, tokio_postgres::Error> {
                Ok(CampaignRowBorrowed {
                    campaign_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    unknown_policy: row.try_get(5)?,
                    ttl_seconds: row.try_get(6)?,
                    weight: row.try_get(7)?,
                    max_per_minute: row.try_get(8)?,
                    jitter_min_ms: row.try_get(9)?,
                    jitter_max_ms: row.try_get(10)?,
                    hours_from: row.try_get(11)?,
                    hours_to: row.try_get(12)?,
                    hours_zone: row.try_get(13)?,
                    state: row.try_get(14)?,
                    pausing: row.try_get(15)?,
                    scheduled: row.try_get(16)?,
                    start_at_ms: row.try_get(17)?,
                    copied_from: row.try_get(18)?,
                    recipients: row.try_get(19)?,
                    rejected_lines: row.try_get(20)?,
                    created_at_ms: row.try_get(21)?,
                    started_at_ms: row.try_get(22)?,
                    completed_at_ms: row.try_get(23)?,
                    cursor: row.try_get(24)?,
                    ingested: row.try_get(25)?,
                    accepted: row.try_get(26)?,
                    sent: row.try_get(27)?,
                    delivered: row.try_get(28)?,
                    read: row.try_get(29)?,
                    failed: row.try_get(30)?,
                    rejected: row.try_get(31)?,
                    expired: row.try_get(32)?,
                    cancelled: row.try_get(33)?,
                    unconfirmed: row.try_get(34)?,
                    unknown: row.try_get(35)?,
                    open: row.try_get(36)?,
                    portfolio_id: row.try_get(37)?,
                    messaging_limit: row.try_get(38)?,
                    used_up_until_ms: row.try_get(39)?,
                    template_status: row.try_get(40)?,
                    template_reason: row.try_get(41)?,
                    marketing: row.try_get(42)?,
                    layout: row.try_get(43)?,
                    blocked_reason: row.try_get(44)?,
                    blocked_until_ms: row.try_get(45)?,
                    templates: row.try_get(46)?,
                })
            },
            mapper: |it| CampaignRow::from(it),
        }
    }
}
pub struct ListCampaignsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_campaigns() -> ListCampaignsStmt {
    ListCampaignsStmt(
        "SELECT c.campaign_id, c.name, c.sender_id, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, c.state, c.state = 'paused' AND p.confirmed < c.generation AS pausing, c.state = 'running' AND coalesce(c.start_at > now(), false) AS scheduled, ms_of(c.start_at) AS start_at_ms, c.copied_from, c.recipients, c.rejected AS rejected_lines, ms_of(c.created_at) AS created_at_ms, ms_of(c.started_at) AS started_at_ms, ms_of(p.completed_at) AS completed_at_ms, p.cursor, p.ingested, p.accepted, p.sent, p.delivered, p.read, p.failed, p.rejected, p.expired, p.cancelled, p.unconfirmed, p.unknown, p.open, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, ms_of(f.used_up_until) AS used_up_until_ms, t.status AS template_status, t.status_reason AS template_reason, c.marketing, c.layout, coalesce(CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END, own.reason) AS blocked_reason, ms_of(CASE WHEN s.blocked_reason IS NULL THEN own.until ELSE s.blocked_until END) AS blocked_until_ms, (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'reason', o.status_reason) ORDER BY r.position)::text FROM campaign_template r LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language WHERE r.tenant_id = c.tenant_id AND r.campaign_id = c.campaign_id) AS templates FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) JOIN sender s USING (tenant_id, sender_id) LEFT JOIN portfolio f ON f.tenant_id = c.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) AND f.used_up_until > now() LEFT JOIN template t ON t.tenant_id = c.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name AND t.language = c.template_language LEFT JOIN LATERAL campaign_restriction(c.tenant_id, c.campaign_id, s.waba_id, t.category) AS own ON true WHERE c.campaign_id < $1 ORDER BY c.campaign_id DESC LIMIT $2",
        None,
    )
}
impl ListCampaignsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        before: &'a uuid::Uuid,
        limit: &'a i64,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2> {
        CampaignRowQuery {
            client,
            params: [before, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CampaignRowBorrowed, tokio_postgres::Error> {
                Ok(CampaignRowBorrowed {
                    campaign_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    unknown_policy: row.try_get(5)?,
                    ttl_seconds: row.try_get(6)?,
                    weight: row.try_get(7)?,
                    max_per_minute: row.try_get(8)?,
                    jitter_min_ms: row.try_get(9)?,
                    jitter_max_ms: row.try_get(10)?,
                    hours_from: row.try_get(11)?,
                    hours_to: row.try_get(12)?,
                    hours_zone: row.try_get(13)?,
                    state: row.try_get(14)?,
                    pausing: row.try_get(15)?,
                    scheduled: row.try_get(16)?,
                    start_at_ms: row.try_get(17)?,
                    copied_from: row.try_get(18)?,
                    recipients: row.try_get(19)?,
                    rejected_lines: row.try_get(20)?,
                    created_at_ms: row.try_get(21)?,
                    started_at_ms: row.try_get(22)?,
                    completed_at_ms: row.try_get(23)?,
                    cursor: row.try_get(24)?,
                    ingested: row.try_get(25)?,
                    accepted: row.try_get(26)?,
                    sent: row.try_get(27)?,
                    delivered: row.try_get(28)?,
                    read: row.try_get(29)?,
                    failed: row.try_get(30)?,
                    rejected: row.try_get(31)?,
                    expired: row.try_get(32)?,
                    cancelled: row.try_get(33)?,
                    unconfirmed: row.try_get(34)?,
                    unknown: row.try_get(35)?,
                    open: row.try_get(36)?,
                    portfolio_id: row.try_get(37)?,
                    messaging_limit: row.try_get(38)?,
                    used_up_until_ms: row.try_get(39)?,
                    template_status: row.try_get(40)?,
                    template_reason: row.try_get(41)?,
                    marketing: row.try_get(42)?,
                    layout: row.try_get(43)?,
                    blocked_reason: row.try_get(44)?,
                    blocked_until_ms: row.try_get(45)?,
                    templates: row.try_get(46)?,
                })
            },
            mapper: |it| CampaignRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, ListCampaignsParams, CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2>, C>
    for ListCampaignsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListCampaignsParams,
    ) -> CampaignRowQuery<'c, 'a, 's, C, CampaignRow, 2> {
        self.bind(client, &params.before, &params.limit)
    }
}
pub struct LockCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_campaign() -> LockCampaignStmt {
    LockCampaignStmt(
        "SELECT c.state, c.recipients, c.sender_id, c.template_name, c.template_language, c.marketing IS NOT NULL AS is_marketing, c.layout, p.completed_at IS NOT NULL AS completed, c.state = 'running' AND coalesce(c.start_at > clock_timestamp(), false) AS scheduled, ms_of(clock_timestamp()) AS now_ms FROM campaign c JOIN campaign_progress p USING (tenant_id, campaign_id) WHERE c.campaign_id = $1 FOR UPDATE OF c",
        None,
    )
}
impl LockCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
    ) -> LockCampaignQuery<'c, 'a, 's, C, LockCampaign, 1> {
        LockCampaignQuery {
            client,
            params: [campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LockCampaignBorrowed, tokio_postgres::Error> {
                Ok(LockCampaignBorrowed {
                    state: row.try_get(0)?,
                    recipients: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    template_name: row.try_get(3)?,
                    template_language: row.try_get(4)?,
                    is_marketing: row.try_get(5)?,
                    layout: row.try_get(6)?,
                    completed: row.try_get(7)?,
                    scheduled: row.try_get(8)?,
                    now_ms: row.try_get(9)?,
                })
            },
            mapper: |it| LockCampaign::from(it),
        }
    }
}
pub struct SetCampaignStateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_campaign_state() -> SetCampaignStateStmt {
    SetCampaignStateStmt(
        "UPDATE campaign SET state = $1, generation = generation + $2::int, started_at = CASE WHEN $1 = 'cancelled' AND start_at > now() THEN NULL ELSE started_at END WHERE campaign_id = $3",
        None,
    )
}
impl SetCampaignStateStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        state: &'a T1,
        generations: &'a i32,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[state, generations, campaign_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SetCampaignStateParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for SetCampaignStateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SetCampaignStateParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.state, &params.generations, &params.campaign_id))
    }
}
pub struct StartCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn start_campaign() -> StartCampaignStmt {
    StartCampaignStmt(
        "UPDATE campaign SET state = 'running', start_at = at_ms($1), started_at = coalesce(at_ms($1), now()) WHERE campaign_id = $2",
        None,
    )
}
impl StartCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        start_at_ms: &'a Option<i64>,
        campaign_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[start_at_ms, campaign_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        StartCampaignParams,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for StartCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a StartCampaignParams,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.start_at_ms, &params.campaign_id))
    }
}
pub struct GrowCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn grow_campaign() -> GrowCampaignStmt {
    GrowCampaignStmt(
        "UPDATE campaign SET recipients = recipients + $1, rejected = rejected + $2 WHERE campaign_id = $3 RETURNING recipients",
        None,
    )
}
impl GrowCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        accepted: &'a i32,
        rejected: &'a i32,
        campaign_id: &'a uuid::Uuid,
    ) -> I32Query<'c, 'a, 's, C, i32, 3> {
        I32Query {
            client,
            params: [accepted, rejected, campaign_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, GrowCampaignParams, I32Query<'c, 'a, 's, C, i32, 3>, C>
    for GrowCampaignStmt
{
    fn params(&'s self, client: &'c C, params: &'a GrowCampaignParams) -> I32Query<'c, 'a, 's, C, i32, 3> {
        self.bind(client, &params.accepted, &params.rejected, &params.campaign_id)
    }
}
