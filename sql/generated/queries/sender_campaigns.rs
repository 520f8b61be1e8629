// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LoadCampaignsParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
}
#[derive(Debug)]
pub struct LoadChunksParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
    pub cursors: T3,
}
#[derive(Debug)]
pub struct UpdateProgressParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i32>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i32>,
    T9: crate::ArraySql<Item = i32>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::ArraySql<Item = i32>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = i32>,
    T15: crate::ArraySql<Item = i32>,
    T16: crate::ArraySql<Item = i32>,
    T17: crate::ArraySql<Item = Option<i64>>,
> {
    pub tenant_ids: T1,
    pub campaign_ids: T2,
    pub cursors: T3,
    pub ingested: T4,
    pub accepted: T5,
    pub sent: T6,
    pub delivered: T7,
    pub read: T8,
    pub failed: T9,
    pub rejected: T10,
    pub expired: T11,
    pub cancelled: T12,
    pub unconfirmed: T13,
    pub unknown: T14,
    pub open: T15,
    pub confirmed: T16,
    pub completed_at: T17,
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadCampaigns {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: String,
    pub state: String,
    pub generation: i32,
    pub recipients: i32,
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
    pub template_status: Option<String>,
    pub template_category: Option<String>,
    pub template_quality: Option<String>,
    pub marketing: Option<String>,
    pub layout: Option<String>,
    pub cursor: i32,
    pub ingested: i32,
    pub open: i32,
    pub confirmed: i32,
    pub templates: Option<String>,
}
pub struct LoadCampaignsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub state: &'a str,
    pub generation: i32,
    pub recipients: i32,
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
    pub template_status: Option<&'a str>,
    pub template_category: Option<&'a str>,
    pub template_quality: Option<&'a str>,
    pub marketing: Option<&'a str>,
    pub layout: Option<&'a str>,
    pub cursor: i32,
    pub ingested: i32,
    pub open: i32,
    pub confirmed: i32,
    pub templates: Option<&'a str>,
}
impl<'a> From<LoadCampaignsBorrowed<'a>> for LoadCampaigns {
    fn from(
        LoadCampaignsBorrowed {
            tenant_id,
            campaign_id,
            sender_id,
            state,
            generation,
            recipients,
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
            template_status,
            template_category,
            template_quality,
            marketing,
            layout,
            cursor,
            ingested,
            open,
            confirmed,
            templates,
        }: LoadCampaignsBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            campaign_id,
            sender_id: sender_id.into(),
            state: state.into(),
            generation,
            recipients,
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
            template_status: template_status.map(|v| v.into()),
            template_category: template_category.map(|v| v.into()),
            template_quality: template_quality.map(|v| v.into()),
            marketing: marketing.map(|v| v.into()),
            layout: layout.map(|v| v.into()),
            cursor,
            ingested,
            open,
            confirmed,
            templates: templates.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadChunks {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: String,
}
pub struct LoadChunksBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub first_ordinal: i32,
    pub count: i32,
    pub recipients: &'a str,
}
impl<'a> From<LoadChunksBorrowed<'a>> for LoadChunks {
    fn from(
        LoadChunksBorrowed { tenant_id, campaign_id, first_ordinal, count, recipients }: LoadChunksBorrowed<'a>,
    ) -> Self {
        Self { tenant_id, campaign_id, first_ordinal, count, recipients: recipients.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct LoadCampaignsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadCampaignsBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadCampaignsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadCampaignsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadCampaignsBorrowed) -> R) -> LoadCampaignsQuery<'c, 'a, 's, C, R, N> {
        LoadCampaignsQuery {
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
pub struct LoadChunksQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadChunksBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadChunksBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadChunksQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadChunksBorrowed) -> R) -> LoadChunksQuery<'c, 'a, 's, C, R, N> {
        LoadChunksQuery {
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
pub struct LoadCampaignsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_campaigns() -> LoadCampaignsStmt {
    LoadCampaignsStmt(
        "SELECT c.tenant_id, c.campaign_id, c.sender_id, c.state, c.generation, c.recipients, c.template_name, c.template_language, c.unknown_policy, c.ttl_seconds, c.weight, c.max_per_minute, c.jitter_min_ms, c.jitter_max_ms, c.hours_from, c.hours_to, c.hours_zone, t.status AS template_status, t.category AS template_category, t.quality AS template_quality, c.marketing, c.layout, p.cursor, p.ingested, p.open, p.confirmed, (SELECT json_agg(json_build_object('name', r.name, 'language', r.language, 'status', o.status, 'category', o.category, 'quality', o.quality) ORDER BY r.position)::text FROM campaign_template r LEFT JOIN template o ON o.tenant_id = r.tenant_id AND o.waba_id = s.waba_id AND o.name = r.name AND o.language = r.language WHERE r.tenant_id = k.tenant_id AND r.campaign_id = k.campaign_id) AS templates FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, campaign_id) JOIN campaign c ON c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id JOIN campaign_progress p ON p.tenant_id = k.tenant_id AND p.campaign_id = k.campaign_id JOIN sender s ON s.tenant_id = k.tenant_id AND s.sender_id = c.sender_id LEFT JOIN template t ON t.tenant_id = k.tenant_id AND t.waba_id = s.waba_id AND t.name = c.template_name AND t.language = c.template_language WHERE p.completed_at IS NULL",
        None,
    )
}
impl LoadCampaignsStmt {
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
        campaign_ids: &'a T2,
    ) -> LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2> {
        LoadCampaignsQuery {
            client,
            params: [tenant_ids, campaign_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadCampaignsBorrowed, tokio_postgres::Error> {
                Ok(LoadCampaignsBorrowed {
                    tenant_id: row.try_get(0)?,
                    campaign_id: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                    state: row.try_get(3)?,
                    generation: row.try_get(4)?,
                    recipients: row.try_get(5)?,
                    template_name: row.try_get(6)?,
                    template_language: row.try_get(7)?,
                    unknown_policy: row.try_get(8)?,
                    ttl_seconds: row.try_get(9)?,
                    weight: row.try_get(10)?,
                    max_per_minute: row.try_get(11)?,
                    jitter_min_ms: row.try_get(12)?,
                    jitter_max_ms: row.try_get(13)?,
                    hours_from: row.try_get(14)?,
                    hours_to: row.try_get(15)?,
                    hours_zone: row.try_get(16)?,
                    template_status: row.try_get(17)?,
                    template_category: row.try_get(18)?,
                    template_quality: row.try_get(19)?,
                    marketing: row.try_get(20)?,
                    layout: row.try_get(21)?,
                    cursor: row.try_get(22)?,
                    ingested: row.try_get(23)?,
                    open: row.try_get(24)?,
                    confirmed: row.try_get(25)?,
                    templates: row.try_get(26)?,
                })
            },
            mapper: |it| LoadCampaigns::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::ArraySql<Item = uuid::Uuid>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadCampaignsParams<T1, T2>,
        LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2>,
        C,
    > for LoadCampaignsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadCampaignsParams<T1, T2>,
    ) -> LoadCampaignsQuery<'c, 'a, 's, C, LoadCampaigns, 2> {
        self.bind(client, &params.tenant_ids, &params.campaign_ids)
    }
}
pub struct LoadChunksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_chunks() -> LoadChunksStmt {
    LoadChunksStmt(
        "SELECT k.tenant_id, k.campaign_id, c.first_ordinal, c.count, c.recipients FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS k (tenant_id, campaign_id, cursor) CROSS JOIN LATERAL ( SELECT first_ordinal, count, recipients FROM campaign_chunk c WHERE c.tenant_id = k.tenant_id AND c.campaign_id = k.campaign_id AND c.first_ordinal <= k.cursor ORDER BY c.first_ordinal DESC LIMIT 1) AS c",
        None,
    )
}
impl LoadChunksStmt {
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
        T3: crate::ArraySql<Item = i32>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        campaign_ids: &'a T2,
        cursors: &'a T3,
    ) -> LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3> {
        LoadChunksQuery {
            client,
            params: [tenant_ids, campaign_ids, cursors],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadChunksBorrowed, tokio_postgres::Error> {
                Ok(LoadChunksBorrowed {
                    tenant_id: row.try_get(0)?,
                    campaign_id: row.try_get(1)?,
                    first_ordinal: row.try_get(2)?,
                    count: row.try_get(3)?,
                    recipients: row.try_get(4)?,
                })
            },
            mapper: |it| LoadChunks::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadChunksParams<T1, T2, T3>,
        LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3>,
        C,
    > for LoadChunksStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadChunksParams<T1, T2, T3>,
    ) -> LoadChunksQuery<'c, 'a, 's, C, LoadChunks, 3> {
        self.bind(client, &params.tenant_ids, &params.campaign_ids, &params.cursors)
    }
}
pub struct UpdateProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn update_progress() -> UpdateProgressStmt {
    UpdateProgressStmt(
        "UPDATE campaign_progress p SET cursor = p.cursor + n.cursor, ingested = p.ingested + n.ingested, accepted = p.accepted + n.accepted, sent = p.sent + n.sent, delivered = p.delivered + n.delivered, read = p.read + n.read, failed = p.failed + n.failed, rejected = p.rejected + n.rejected, expired = p.expired + n.expired, cancelled = p.cancelled + n.cancelled, unconfirmed = p.unconfirmed + n.unconfirmed, unknown = p.unknown + n.unknown, open = p.open + n.open, confirmed = greatest(p.confirmed, n.confirmed), completed_at = coalesce(p.completed_at, at_ms(n.completed_at)) FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::int[], $17::bigint[]) LIMIT cardinality($1::uuid[])) AS n (tenant_id, campaign_id, cursor, ingested, accepted, sent, delivered, read, failed, rejected, expired, cancelled, unconfirmed, unknown, open, confirmed, completed_at) WHERE p.tenant_id = n.tenant_id AND p.campaign_id = n.campaign_id",
        None,
    )
}
impl UpdateProgressStmt {
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
        T3: crate::ArraySql<Item = i32>,
        T4: crate::ArraySql<Item = i32>,
        T5: crate::ArraySql<Item = i32>,
        T6: crate::ArraySql<Item = i32>,
        T7: crate::ArraySql<Item = i32>,
        T8: crate::ArraySql<Item = i32>,
        T9: crate::ArraySql<Item = i32>,
        T10: crate::ArraySql<Item = i32>,
        T11: crate::ArraySql<Item = i32>,
        T12: crate::ArraySql<Item = i32>,
        T13: crate::ArraySql<Item = i32>,
        T14: crate::ArraySql<Item = i32>,
        T15: crate::ArraySql<Item = i32>,
        T16: crate::ArraySql<Item = i32>,
        T17: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        campaign_ids: &'a T2,
        cursors: &'a T3,
        ingested: &'a T4,
        accepted: &'a T5,
        sent: &'a T6,
        delivered: &'a T7,
        read: &'a T8,
        failed: &'a T9,
        rejected: &'a T10,
        expired: &'a T11,
        cancelled: &'a T12,
        unconfirmed: &'a T13,
        unknown: &'a T14,
        open: &'a T15,
        confirmed: &'a T16,
        completed_at: &'a T17,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    tenant_ids,
                    campaign_ids,
                    cursors,
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
                    confirmed,
                    completed_at,
                ],
            )
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i32>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i32>,
    T7: crate::ArraySql<Item = i32>,
    T8: crate::ArraySql<Item = i32>,
    T9: crate::ArraySql<Item = i32>,
    T10: crate::ArraySql<Item = i32>,
    T11: crate::ArraySql<Item = i32>,
    T12: crate::ArraySql<Item = i32>,
    T13: crate::ArraySql<Item = i32>,
    T14: crate::ArraySql<Item = i32>,
    T15: crate::ArraySql<Item = i32>,
    T16: crate::ArraySql<Item = i32>,
    T17: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        UpdateProgressParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for UpdateProgressStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a UpdateProgressParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.campaign_ids,
            &params.cursors,
            &params.ingested,
            &params.accepted,
            &params.sent,
            &params.delivered,
            &params.read,
            &params.failed,
            &params.rejected,
            &params.expired,
            &params.cancelled,
            &params.unconfirmed,
            &params.unknown,
            &params.open,
            &params.confirmed,
            &params.completed_at,
        ))
    }
}
