// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KnownInboundParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub wamids: T5,
}
#[derive(Debug)]
pub struct HeardParams<T1: crate::ArraySql<Item = uuid::Uuid>, T2: crate::StringSql, T3: crate::ArraySql<Item = T2>> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub since_ms: i64,
}
#[derive(Debug)]
pub struct InsertInboundParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = bool>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::ArraySql<Item = i64>,
    T18: crate::StringSql,
    T19: crate::ArraySql<Item = T18>,
    T20: crate::StringSql,
    T21: crate::ArraySql<Item = Option<T20>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = T22>,
    T24: crate::StringSql,
    T25: crate::ArraySql<Item = Option<T24>>,
    T26: crate::BytesSql,
    T27: crate::ArraySql<Item = T26>,
> {
    pub tenant_ids: T1,
    pub sender_ids: T3,
    pub wamids: T5,
    pub sources: T7,
    pub from_business: T8,
    pub contacts: T10,
    pub user_ids: T12,
    pub group_ids: T14,
    pub profile_names: T16,
    pub at: T17,
    pub kinds: T19,
    pub texts: T21,
    pub contents: T23,
    pub reply_tos: T25,
    pub raws: T27,
}
#[derive(Debug)]
pub struct WantMediaParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::StringSql,
    T11: crate::ArraySql<Item = Option<T10>>,
    T12: crate::ArraySql<Item = i64>,
> {
    pub days: i32,
    pub tenant_ids: T1,
    pub media_ids: T3,
    pub sender_ids: T5,
    pub mime_types: T7,
    pub sha256s: T9,
    pub filenames: T11,
    pub at: T12,
}
#[derive(Debug, Clone, PartialEq)]
pub struct KnownInbound {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub wamid: String,
    pub is_placeholder: bool,
}
pub struct KnownInboundBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub wamid: &'a str,
    pub is_placeholder: bool,
}
impl<'a> From<KnownInboundBorrowed<'a>> for KnownInbound {
    fn from(KnownInboundBorrowed { tenant_id, sender_id, wamid, is_placeholder }: KnownInboundBorrowed<'a>) -> Self {
        Self { tenant_id, sender_id: sender_id.into(), wamid: wamid.into(), is_placeholder }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub sender_id: String,
    pub at_ms: i64,
    pub messages: i64,
}
pub struct HeardBorrowed<'a> {
    pub sender_id: &'a str,
    pub at_ms: i64,
    pub messages: i64,
}
impl<'a> From<HeardBorrowed<'a>> for Heard {
    fn from(HeardBorrowed { sender_id, at_ms, messages }: HeardBorrowed<'a>) -> Self {
        Self { sender_id: sender_id.into(), at_ms, messages }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct KnownInboundQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<KnownInboundBorrowed, tokio_postgres::Error>,
    mapper: fn(KnownInboundBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> KnownInboundQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(KnownInboundBorrowed) -> R) -> KnownInboundQuery<'c, 'a, 's, C, R, N> {
        KnownInboundQuery {
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
pub struct HeardQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<HeardBorrowed, tokio_postgres::Error>,
    mapper: fn(HeardBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> HeardQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(HeardBorrowed) -> R) -> HeardQuery<'c, 'a, 's, C, R, N> {
        HeardQuery {
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
pub struct KnownInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn known_inbound() -> KnownInboundStmt {
    KnownInboundStmt(
        "SELECT m.tenant_id, m.sender_id, m.wamid, m.kind = 'media_placeholder' AS is_placeholder FROM (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id, wamid) JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.wamid = k.wamid",
        None,
    )
}
impl KnownInboundStmt {
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
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        wamids: &'a T5,
    ) -> KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3> {
        KnownInboundQuery {
            client,
            params: [tenant_ids, sender_ids, wamids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<KnownInboundBorrowed, tokio_postgres::Error> {
                Ok(KnownInboundBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    wamid: row.try_get(2)?,
                    is_placeholder: row.try_get(3)?,
                })
            },
            mapper: |it| KnownInbound::from(it),
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
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        KnownInboundParams<T1, T2, T3, T4, T5>,
        KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3>,
        C,
    > for KnownInboundStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a KnownInboundParams<T1, T2, T3, T4, T5>,
    ) -> KnownInboundQuery<'c, 'a, 's, C, KnownInbound, 3> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.wamids)
    }
}
pub struct HeardStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn heard() -> HeardStmt {
    HeardStmt(
        "SELECT m.sender_id, ms_of(m.at) AS at_ms, count(*) AS messages FROM (SELECT * FROM unnest($1::uuid[], $2::text[]) LIMIT cardinality($1::uuid[])) AS k (tenant_id, sender_id) JOIN inbound_message m ON m.tenant_id = k.tenant_id AND m.sender_id = k.sender_id AND m.at >= at_ms($3::bigint) AND m.source IN ('person', 'standby') GROUP BY m.sender_id, m.at",
        None,
    )
}
impl HeardStmt {
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
        sender_ids: &'a T3,
        since_ms: &'a i64,
    ) -> HeardQuery<'c, 'a, 's, C, Heard, 3> {
        HeardQuery {
            client,
            params: [tenant_ids, sender_ids, since_ms],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<HeardBorrowed, tokio_postgres::Error> {
                Ok(HeardBorrowed { sender_id: row.try_get(0)?, at_ms: row.try_get(1)?, messages: row.try_get(2)? })
            },
            mapper: |it| Heard::from(it),
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
> crate::client::async_::Params<'c, 'a, 's, HeardParams<T1, T2, T3>, HeardQuery<'c, 'a, 's, C, Heard, 3>, C>
    for HeardStmt
{
    fn params(&'s self, client: &'c C, params: &'a HeardParams<T1, T2, T3>) -> HeardQuery<'c, 'a, 's, C, Heard, 3> {
        self.bind(client, &params.tenant_ids, &params.sender_ids, &params.since_ms)
    }
}
pub struct InsertInboundStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_inbound() -> InsertInboundStmt {
    InsertInboundStmt(
        "INSERT INTO inbound_message (tenant_id, sender_id, wamid, source, from_business, contact, user_id, group_id, profile_name, at, kind, text, content, reply_to, raw) SELECT n.tenant_id, n.sender_id, n.wamid, n.source, n.from_business, n.contact, n.user_id, n.group_id, n.profile_name, at_ms(n.at), n.kind, n.text, n.content, n.reply_to, n.raw FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bytea[]) AS n (tenant_id, sender_id, wamid, source, from_business, contact, user_id, group_id, profile_name, at, kind, text, content, reply_to, raw) ON CONFLICT (tenant_id, sender_id, wamid) DO UPDATE SET kind = excluded.kind, text = excluded.text, content = excluded.content, raw = excluded.raw WHERE inbound_message.kind = 'media_placeholder'",
        None,
    )
}
impl InsertInboundStmt {
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
        T8: crate::ArraySql<Item = bool>,
        T9: crate::StringSql,
        T10: crate::ArraySql<Item = Option<T9>>,
        T11: crate::StringSql,
        T12: crate::ArraySql<Item = Option<T11>>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = Option<T13>>,
        T15: crate::StringSql,
        T16: crate::ArraySql<Item = Option<T15>>,
        T17: crate::ArraySql<Item = i64>,
        T18: crate::StringSql,
        T19: crate::ArraySql<Item = T18>,
        T20: crate::StringSql,
        T21: crate::ArraySql<Item = Option<T20>>,
        T22: crate::StringSql,
        T23: crate::ArraySql<Item = T22>,
        T24: crate::StringSql,
        T25: crate::ArraySql<Item = Option<T24>>,
        T26: crate::BytesSql,
        T27: crate::ArraySql<Item = T26>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        sender_ids: &'a T3,
        wamids: &'a T5,
        sources: &'a T7,
        from_business: &'a T8,
        contacts: &'a T10,
        user_ids: &'a T12,
        group_ids: &'a T14,
        profile_names: &'a T16,
        at: &'a T17,
        kinds: &'a T19,
        texts: &'a T21,
        contents: &'a T23,
        reply_tos: &'a T25,
        raws: &'a T27,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    tenant_ids,
                    sender_ids,
                    wamids,
                    sources,
                    from_business,
                    contacts,
                    user_ids,
                    group_ids,
                    profile_names,
                    at,
                    kinds,
                    texts,
                    contents,
                    reply_tos,
                    raws,
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
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::ArraySql<Item = bool>,
    T9: crate::StringSql,
    T10: crate::ArraySql<Item = Option<T9>>,
    T11: crate::StringSql,
    T12: crate::ArraySql<Item = Option<T11>>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = Option<T13>>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = Option<T15>>,
    T17: crate::ArraySql<Item = i64>,
    T18: crate::StringSql,
    T19: crate::ArraySql<Item = T18>,
    T20: crate::StringSql,
    T21: crate::ArraySql<Item = Option<T20>>,
    T22: crate::StringSql,
    T23: crate::ArraySql<Item = T22>,
    T24: crate::StringSql,
    T25: crate::ArraySql<Item = Option<T24>>,
    T26: crate::BytesSql,
    T27: crate::ArraySql<Item = T26>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertInboundParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
            T24,
            T25,
            T26,
            T27,
        >,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertInboundStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertInboundParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
            T20,
            T21,
            T22,
            T23,
            T24,
            T25,
            T26,
            T27,
        >,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.sender_ids,
            &params.wamids,
            &params.sources,
            &params.from_business,
            &params.contacts,
            &params.user_ids,
            &params.group_ids,
            &params.profile_names,
            &params.at,
            &params.kinds,
            &params.texts,
            &params.contents,
            &params.reply_tos,
            &params.raws,
        ))
    }
}
pub struct WantMediaStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn want_media() -> WantMediaStmt {
    WantMediaStmt(
        "INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, sha256, filename, expires_at) SELECT n.tenant_id, n.media_id, n.sender_id, 'in', 'wanted', n.mime_type, n.sha256, n.filename, at_ms(n.at) + make_interval(days => $1) FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[]) AS n (tenant_id, media_id, sender_id, mime_type, sha256, filename, at) WHERE at_ms(n.at) + make_interval(days => $1) > now() ON CONFLICT (tenant_id, media_id) DO NOTHING",
        None,
    )
}
impl WantMediaStmt {
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
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = Option<T8>>,
        T10: crate::StringSql,
        T11: crate::ArraySql<Item = Option<T10>>,
        T12: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        days: &'a i32,
        tenant_ids: &'a T1,
        media_ids: &'a T3,
        sender_ids: &'a T5,
        mime_types: &'a T7,
        sha256s: &'a T9,
        filenames: &'a T11,
        at: &'a T12,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[days, tenant_ids, media_ids, sender_ids, mime_types, sha256s, filenames, at]).await
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
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = Option<T8>>,
    T10: crate::StringSql,
    T11: crate::ArraySql<Item = Option<T10>>,
    T12: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        WantMediaParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for WantMediaStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a WantMediaParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.days,
            &params.tenant_ids,
            &params.media_ids,
            &params.sender_ids,
            &params.mime_types,
            &params.sha256s,
            &params.filenames,
            &params.at,
        ))
    }
}
