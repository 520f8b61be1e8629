// This file was generated with `cornucopia`. Do not modify.

#[derive(Clone, Copy, Debug)]
pub struct FindUploadParams {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
}
#[derive(Debug)]
pub struct InsertUploadParams<T1: crate::BytesSql> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub digest: T1,
    pub accepted: i32,
    pub rejected: i32,
}
#[derive(Debug)]
pub struct ClaimContactsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>, T3: crate::ArraySql<Item = i64>> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub contacts: T2,
    pub lines: T3,
}
#[derive(Debug)]
pub struct FirstClaimsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub campaign_id: uuid::Uuid,
    pub contacts: T2,
}
#[derive(Debug)]
pub struct InsertChunksParams<
    T1: crate::ArraySql<Item = i32>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
> {
    pub campaign_id: uuid::Uuid,
    pub first_ordinals: T1,
    pub counts: T2,
    pub recipients: T4,
}
#[derive(Debug)]
pub struct InsertRejectsParams<
    T1: crate::ArraySql<Item = i64>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
> {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub lines: T1,
    pub codes: T3,
    pub reasons: T5,
    pub raws: T7,
}
#[derive(Clone, Copy, Debug)]
pub struct UploadRejectsParams {
    pub campaign_id: uuid::Uuid,
    pub chunk: i32,
    pub limit: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct PageRejectsParams {
    pub campaign_id: uuid::Uuid,
    pub after_chunk: i32,
    pub after_line: i64,
    pub limit: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct FindUpload {
    pub digest: Vec<u8>,
    pub accepted: i32,
    pub rejected: i32,
}
pub struct FindUploadBorrowed<'a> {
    pub digest: &'a [u8],
    pub accepted: i32,
    pub rejected: i32,
}
impl<'a> From<FindUploadBorrowed<'a>> for FindUpload {
    fn from(FindUploadBorrowed { digest, accepted, rejected }: FindUploadBorrowed<'a>) -> Self {
        Self { digest: digest.into(), accepted, rejected }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct FirstClaims {
    pub contact: String,
    pub chunk: i32,
    pub line: i64,
}
pub struct FirstClaimsBorrowed<'a> {
    pub contact: &'a str,
    pub chunk: i32,
    pub line: i64,
}
impl<'a> From<FirstClaimsBorrowed<'a>> for FirstClaims {
    fn from(FirstClaimsBorrowed { contact, chunk, line }: FirstClaimsBorrowed<'a>) -> Self {
        Self { contact: contact.into(), chunk, line }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RejectRow {
    pub chunk: i32,
    pub line: i64,
    pub code: String,
    pub reason: String,
    pub raw: String,
}
pub struct RejectRowBorrowed<'a> {
    pub chunk: i32,
    pub line: i64,
    pub code: &'a str,
    pub reason: &'a str,
    pub raw: &'a str,
}
impl<'a> From<RejectRowBorrowed<'a>> for RejectRow {
    fn from(RejectRowBorrowed { chunk, line, code, reason, raw }: RejectRowBorrowed<'a>) -> Self {
        Self { chunk, line, code: code.into(), reason: reason.into(), raw: raw.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct FindUploadQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FindUploadBorrowed, tokio_postgres::Error>,
    mapper: fn(FindUploadBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FindUploadQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FindUploadBorrowed) -> R) -> FindUploadQuery<'c, 'a, 's, C, R, N> {
        FindUploadQuery {
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
pub struct I64Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i64, tokio_postgres::Error>,
    mapper: fn(i64) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I64Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i64) -> R) -> I64Query<'c, 'a, 's, C, R, N> {
        I64Query {
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
pub struct FirstClaimsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<FirstClaimsBorrowed, tokio_postgres::Error>,
    mapper: fn(FirstClaimsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> FirstClaimsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(FirstClaimsBorrowed) -> R) -> FirstClaimsQuery<'c, 'a, 's, C, R, N> {
        FirstClaimsQuery {
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
pub struct RejectRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RejectRowBorrowed, tokio_postgres::Error>,
    mapper: fn(RejectRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RejectRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RejectRowBorrowed) -> R) -> RejectRowQuery<'c, 'a, 's, C, R, N> {
        RejectRowQuery {
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
pub struct FindUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn find_upload() -> FindUploadStmt {
    FindUploadStmt("SELECT digest, accepted, rejected FROM campaign_upload WHERE campaign_id = $1 AND chunk = $2", None)
}
impl FindUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
    ) -> FindUploadQuery<'c, 'a, 's, C, FindUpload, 2> {
        FindUploadQuery {
            client,
            params: [campaign_id, chunk],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<FindUploadBorrowed, tokio_postgres::Error> {
                Ok(FindUploadBorrowed { digest: row.try_get(0)?, accepted: row.try_get(1)?, rejected: row.try_get(2)? })
            },
            mapper: |it| FindUpload::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, FindUploadParams, FindUploadQuery<'c, 'a, 's, C, FindUpload, 2>, C>
    for FindUploadStmt
{
    fn params(&'s self, client: &'c C, params: &'a FindUploadParams) -> FindUploadQuery<'c, 'a, 's, C, FindUpload, 2> {
        self.bind(client, &params.campaign_id, &params.chunk)
    }
}
pub struct InsertUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_upload() -> InsertUploadStmt {
    InsertUploadStmt(
        "INSERT INTO campaign_upload (tenant_id, campaign_id, chunk, digest, accepted, rejected) VALUES (app_tenant(), $1, $2, $3, $4, $5)",
        None,
    )
}
impl InsertUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        digest: &'a T1,
        accepted: &'a i32,
        rejected: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, chunk, digest, accepted, rejected]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertUploadParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertUploadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertUploadParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.chunk,
            &params.digest,
            &params.accepted,
            &params.rejected,
        ))
    }
}
pub struct ClaimContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn claim_contacts() -> ClaimContactsStmt {
    ClaimContactsStmt(
        "INSERT INTO campaign_contact (tenant_id, campaign_id, contact, chunk, line) SELECT app_tenant(), $1, n.contact, $2, n.line FROM unnest($3::text[], $4::bigint[]) AS n (contact, line) ON CONFLICT DO NOTHING RETURNING line",
        None,
    )
}
impl ClaimContactsStmt {
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
        T3: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        contacts: &'a T2,
        lines: &'a T3,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        I64Query {
            client,
            params: [campaign_id, chunk, contacts, lines],
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
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i64>,
> crate::client::async_::Params<'c, 'a, 's, ClaimContactsParams<T1, T2, T3>, I64Query<'c, 'a, 's, C, i64, 4>, C>
    for ClaimContactsStmt
{
    fn params(&'s self, client: &'c C, params: &'a ClaimContactsParams<T1, T2, T3>) -> I64Query<'c, 'a, 's, C, i64, 4> {
        self.bind(client, &params.campaign_id, &params.chunk, &params.contacts, &params.lines)
    }
}
pub struct FirstClaimsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn first_claims() -> FirstClaimsStmt {
    FirstClaimsStmt(
        "SELECT contact, chunk, line FROM campaign_contact WHERE campaign_id = $1 AND contact = ANY ($2::text[])",
        None,
    )
}
impl FirstClaimsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        contacts: &'a T2,
    ) -> FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2> {
        FirstClaimsQuery {
            client,
            params: [campaign_id, contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<FirstClaimsBorrowed, tokio_postgres::Error> {
                Ok(FirstClaimsBorrowed { contact: row.try_get(0)?, chunk: row.try_get(1)?, line: row.try_get(2)? })
            },
            mapper: |it| FirstClaims::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FirstClaimsParams<T1, T2>,
        FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2>,
        C,
    > for FirstClaimsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FirstClaimsParams<T1, T2>,
    ) -> FirstClaimsQuery<'c, 'a, 's, C, FirstClaims, 2> {
        self.bind(client, &params.campaign_id, &params.contacts)
    }
}
pub struct InsertChunksStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_chunks() -> InsertChunksStmt {
    InsertChunksStmt(
        "INSERT INTO campaign_chunk (tenant_id, campaign_id, first_ordinal, count, recipients) SELECT app_tenant(), $1, n.first_ordinal, n.count, n.recipients FROM unnest($2::int[], $3::int[], $4::text[]) AS n (first_ordinal, count, recipients)",
        None,
    )
}
impl InsertChunksStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = i32>,
        T2: crate::ArraySql<Item = i32>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        first_ordinals: &'a T1,
        counts: &'a T2,
        recipients: &'a T4,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, first_ordinals, counts, recipients]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = i32>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertChunksParams<T1, T2, T3, T4>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertChunksStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertChunksParams<T1, T2, T3, T4>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.campaign_id, &params.first_ordinals, &params.counts, &params.recipients))
    }
}
pub struct InsertRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_rejects() -> InsertRejectsStmt {
    InsertRejectsStmt(
        "INSERT INTO campaign_reject (tenant_id, campaign_id, chunk, line, code, reason, raw) SELECT app_tenant(), $1, $2, n.line, n.code, n.reason, n.raw FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) AS n (line, code, reason, raw)",
        None,
    )
}
impl InsertRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = i64>,
        T2: crate::StringSql,
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
    >(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        lines: &'a T1,
        codes: &'a T3,
        reasons: &'a T5,
        raws: &'a T7,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[campaign_id, chunk, lines, codes, reasons, raws]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = i64>,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertRejectsParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertRejectsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertRejectsParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.campaign_id,
            &params.chunk,
            &params.lines,
            &params.codes,
            &params.reasons,
            &params.raws,
        ))
    }
}
pub struct UploadRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn upload_rejects() -> UploadRejectsStmt {
    UploadRejectsStmt(
        "SELECT chunk, line, code, reason, raw FROM campaign_reject WHERE campaign_id = $1 AND chunk = $2 ORDER BY line LIMIT $3",
        None,
    )
}
impl UploadRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        chunk: &'a i32,
        limit: &'a i64,
    ) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 3> {
        RejectRowQuery {
            client,
            params: [campaign_id, chunk, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RejectRowBorrowed, tokio_postgres::Error> {
                Ok(RejectRowBorrowed {
                    chunk: row.try_get(0)?,
                    line: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    raw: row.try_get(4)?,
                })
            },
            mapper: |it| RejectRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, UploadRejectsParams, RejectRowQuery<'c, 'a, 's, C, RejectRow, 3>, C>
    for UploadRejectsStmt
{
    fn params(&'s self, client: &'c C, params: &'a UploadRejectsParams) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 3> {
        self.bind(client, &params.campaign_id, &params.chunk, &params.limit)
    }
}
pub struct PageRejectsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn page_rejects() -> PageRejectsStmt {
    PageRejectsStmt(
        "SELECT chunk, line, code, reason, raw FROM campaign_reject WHERE campaign_id = $1 AND (chunk, line) > ($2, $3) ORDER BY chunk, line LIMIT $4",
        None,
    )
}
impl PageRejectsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        campaign_id: &'a uuid::Uuid,
        after_chunk: &'a i32,
        after_line: &'a i64,
        limit: &'a i64,
    ) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 4> {
        RejectRowQuery {
            client,
            params: [campaign_id, after_chunk, after_line, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RejectRowBorrowed, tokio_postgres::Error> {
                Ok(RejectRowBorrowed {
                    chunk: row.try_get(0)?,
                    line: row.try_get(1)?,
                    code: row.try_get(2)?,
                    reason: row.try_get(3)?,
                    raw: row.try_get(4)?,
                })
            },
            mapper: |it| RejectRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, PageRejectsParams, RejectRowQuery<'c, 'a, 's, C, RejectRow, 4>, C>
    for PageRejectsStmt
{
    fn params(&'s self, client: &'c C, params: &'a PageRejectsParams) -> RejectRowQuery<'c, 'a, 's, C, RejectRow, 4> {
        self.bind(client, &params.campaign_id, &params.after_chunk, &params.after_line, &params.limit)
    }
}
