// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct CopyCampaignParams<T1: crate::StringSql> {
    pub campaign_id: uuid::Uuid,
    pub name: T1,
    pub source: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct CopyCampaignTemplatesParams {
    pub campaign_id: uuid::Uuid,
    pub source: uuid::Uuid,
}
#[derive(Clone, Copy, Debug)]
pub struct ChunksToCopyParams {
    pub campaign_id: uuid::Uuid,
    pub from: i32,
    pub end: i32,
    pub limit: i64,
}
#[derive(Debug)]
pub struct MessagesThatEndedParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub first: uuid::Uuid,
    pub last: uuid::Uuid,
    pub statuses: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ChunksToCopy {
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: String,
}
pub struct ChunksToCopyBorrowed<'a> {
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: &'a str,
}
impl<'a> From<ChunksToCopyBorrowed<'a>> for ChunksToCopy {
    fn from(ChunksToCopyBorrowed { first_ordinal, count, recipients }: ChunksToCopyBorrowed<'a>) -> Self {
        Self { first_ordinal, count, recipients: recipients.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct ChunksToCopyQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ChunksToCopyBorrowed, tokio_postgres::Error>,
    mapper: fn(ChunksToCopyBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ChunksToCopyQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ChunksToCopyBorrowed) -> R) -> ChunksToCopyQuery<'c, 'a, 's, C, R, N> {
        ChunksToCopyQuery {
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
pub struct UuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<uuid::Uuid, tokio_postgres::Error>,
    mapper: fn(uuid::Uuid) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(uuid::Uuid) -> R) -> UuidUuidQuery<'c, 'a, 's, C, R, N> {
        UuidUuidQuery {
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
pub struct CopyCampaignStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn copy_campaign() -> CopyCampaignStmt {
    CopyCampaignStmt(
        "INSERT INTO campaign (tenant_id, campaign_id, name, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, marketing, layout, state, copied_from) SELECT app_tenant(), $1, $2, sender_id, template_name, template_language, unknown_policy, ttl_seconds, weight, max_per_minute, jitter_min_ms, jitter_max_ms, hours_from, hours_to, hours_zone, marketing, layout, 'draft', campaign_id FROM campaign WHERE campaign_id = $3",
        None,
    )
}
impl CopyCampaignStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        name: &'a T1,
        source: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, name, source]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        CopyCampaignParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for CopyCampaignStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a CopyCampaignParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.name, &params.source))
    }
}
pub struct CopyCampaignTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn copy_campaign_templates() -> CopyCampaignTemplatesStmt {
    CopyCampaignTemplatesStmt(
        "INSERT INTO campaign_template (tenant_id, campaign_id, position, name, language) SELECT app_tenant(), $1, position, name, language FROM campaign_template WHERE campaign_id = $2",
        None,
    )
}
impl CopyCampaignTemplatesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        source: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, source]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        CopyCampaignTemplatesParams,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for CopyCampaignTemplatesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a CopyCampaignTemplatesParams,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.source))
    }
}
pub struct ChunksToCopyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn chunks_to_copy() -> ChunksToCopyStmt {
    ChunksToCopyStmt(
        "SELECT first_ordinal, count, recipients FROM campaign_chunk WHERE campaign_id = $1 AND first_ordinal >= $2 AND first_ordinal < $3 ORDER BY first_ordinal LIMIT $4",
        None,
    )
}
impl ChunksToCopyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        from: &'a i32,
        end: &'a i32,
        limit: &'a i64,
    ) -> ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4> {
        ChunksToCopyQuery {
            client,
            params: [campaign_id, from, end, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ChunksToCopyBorrowed, tokio_postgres::Error> {
                Ok(ChunksToCopyBorrowed {
                    first_ordinal: row.try_get(0)?,
                    count: row.try_get(1)?,
                    recipients: row.try_get(2)?,
                })
            },
            mapper: |it| ChunksToCopy::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, ChunksToCopyParams, ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4>, C>
    for ChunksToCopyStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ChunksToCopyParams,
    ) -> ChunksToCopyQuery<'c, 'a, 's, C, ChunksToCopy, 4> {
        self.bind(client, &params.campaign_id, &params.from, &params.end, &params.limit)
    }
}
pub struct MessagesThatEndedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn messages_that_ended() -> MessagesThatEndedStmt {
    MessagesThatEndedStmt(
        "SELECT intent_id FROM (SELECT DISTINCT ON (intent_id) intent_id, status FROM attempt WHERE intent_id BETWEEN $1 AND $2 ORDER BY intent_id, CASE WHEN status IN ('accepted', 'sent', 'delivered', 'read', 'played') THEN 2 WHEN status = 'failed' THEN 1 ELSE 0 END DESC, attempt DESC) AS standing WHERE status = ANY ($3::text[])",
        None,
    )
}
impl MessagesThatEndedStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        first: &'a uuid::Uuid,
        last: &'a uuid::Uuid,
        statuses: &'a T2,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        UuidUuidQuery {
            client,
            params: [first, last, statuses],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        MessagesThatEndedParams<T1, T2>,
        UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3>,
        C,
    > for MessagesThatEndedStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a MessagesThatEndedParams<T1, T2>,
    ) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 3> {
        self.bind(client, &params.first, &params.last, &params.statuses)
    }
}
