// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct FileOfUploadParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub media_id: T1,
}
#[derive(Debug)]
pub struct PutUploadParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
> {
    pub tenant_id: uuid::Uuid,
    pub media_id: T1,
    pub sender_id: T2,
    pub mime_type: T3,
    pub sha256: T4,
    pub bytes: i64,
    pub filename: Option<T5>,
    pub path: T6,
    pub days: i32,
}
#[derive(Debug)]
pub struct NamedFilesParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub tenant_id: uuid::Uuid,
    pub paths: T2,
}
#[derive(Debug)]
pub struct ForgetMediaParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub media_id: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct TakeWantedParams {
    pub lease_s: f64,
    pub tenant_id: uuid::Uuid,
    pub limit: i64,
}
#[derive(Debug)]
pub struct DownloadedParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub path: T1,
    pub bytes: i64,
    pub sha256: T2,
    pub tenant_id: uuid::Uuid,
    pub media_id: T3,
}
#[derive(Debug)]
pub struct DownloadLaterParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub wait_s: f64,
    pub error: T1,
    pub tenant_id: uuid::Uuid,
    pub media_id: T2,
}
#[derive(Debug)]
pub struct PutWantedBackParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub wait_s: f64,
    pub error: T1,
    pub tenant_id: uuid::Uuid,
    pub media_id: T2,
}
#[derive(Debug)]
pub struct DownloadFailedParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub error: T1,
    pub tenant_id: uuid::Uuid,
    pub media_id: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub media_id: String,
    pub sender_id: String,
    pub mime_type: String,
    pub sha256: Option<String>,
    pub attempts: i32,
    pub is_expired: bool,
}
pub struct WantedBorrowed<'a> {
    pub media_id: &'a str,
    pub sender_id: &'a str,
    pub mime_type: &'a str,
    pub sha256: Option<&'a str>,
    pub attempts: i32,
    pub is_expired: bool,
}
impl<'a> From<WantedBorrowed<'a>> for Wanted {
    fn from(
        WantedBorrowed { media_id, sender_id, mime_type, sha256, attempts, is_expired }: WantedBorrowed<'a>,
    ) -> Self {
        Self {
            media_id: media_id.into(),
            sender_id: sender_id.into(),
            mime_type: mime_type.into(),
            sha256: sha256.map(|v| v.into()),
            attempts,
            is_expired,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct OptionStringQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Option<&str>, tokio_postgres::Error>,
    mapper: fn(Option<&str>) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptionStringQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Option<&str>) -> R) -> OptionStringQuery<'c, 'a, 's, C, R, N> {
        OptionStringQuery {
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
pub struct WantedQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<WantedBorrowed, tokio_postgres::Error>,
    mapper: fn(WantedBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> WantedQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(WantedBorrowed) -> R) -> WantedQuery<'c, 'a, 's, C, R, N> {
        WantedQuery {
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
pub struct FileOfUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn file_of_upload() -> FileOfUploadStmt {
    FileOfUploadStmt("SELECT path FROM media WHERE tenant_id = $1 AND media_id = $2 FOR UPDATE", None)
}
impl FileOfUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T1,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        OptionStringQuery {
            client,
            params: [tenant_id, media_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.map(|v| v.into()),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        FileOfUploadParams<T1>,
        OptionStringQuery<'c, 'a, 's, C, Option<String>, 2>,
        C,
    > for FileOfUploadStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a FileOfUploadParams<T1>,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        self.bind(client, &params.tenant_id, &params.media_id)
    }
}
pub struct PutUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_upload() -> PutUploadStmt {
    PutUploadStmt(
        "INSERT INTO media (tenant_id, media_id, sender_id, direction, state, mime_type, sha256, bytes, filename, path, expires_at) VALUES ($1, $2, $3, 'out', 'stored', $4, $5, $6, $7, $8, now() + make_interval(days => $9)) ON CONFLICT (tenant_id, media_id) DO UPDATE SET sender_id = excluded.sender_id, direction = 'out', state = 'stored', mime_type = excluded.mime_type, sha256 = excluded.sha256, bytes = excluded.bytes, filename = excluded.filename, path = excluded.path, expires_at = excluded.expires_at",
        None,
    )
}
impl PutUploadStmt {
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
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T1,
        sender_id: &'a T2,
        mime_type: &'a T3,
        sha256: &'a T4,
        bytes: &'a i64,
        filename: &'a Option<T5>,
        path: &'a T6,
        days: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, media_id, sender_id, mime_type, sha256, bytes, filename, path, days]).await
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
        PutUploadParams<T1, T2, T3, T4, T5, T6>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutUploadStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutUploadParams<T1, T2, T3, T4, T5, T6>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_id,
            &params.media_id,
            &params.sender_id,
            &params.mime_type,
            &params.sha256,
            &params.bytes,
            &params.filename,
            &params.path,
            &params.days,
        ))
    }
}
pub struct TenantKnownStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn tenant_known() -> TenantKnownStmt {
    TenantKnownStmt("SELECT true AS known FROM tenant WHERE tenant_id = $1", None)
}
impl TenantKnownStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 1> {
        BoolQuery {
            client,
            params: [tenant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct NamedFilesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn named_files() -> NamedFilesStmt {
    NamedFilesStmt("SELECT path FROM media WHERE tenant_id = $1 AND path = ANY($2)", None)
}
impl NamedFilesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        paths: &'a T2,
    ) -> StringQuery<'c, 'a, 's, C, String, 2> {
        StringQuery {
            client,
            params: [tenant_id, paths],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<'c, 'a, 's, NamedFilesParams<T1, T2>, StringQuery<'c, 'a, 's, C, String, 2>, C>
    for NamedFilesStmt
{
    fn params(&'s self, client: &'c C, params: &'a NamedFilesParams<T1, T2>) -> StringQuery<'c, 'a, 's, C, String, 2> {
        self.bind(client, &params.tenant_id, &params.paths)
    }
}
pub struct ForgetMediaStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_media() -> ForgetMediaStmt {
    ForgetMediaStmt(
        "UPDATE media m SET state = 'deleted', path = NULL FROM (SELECT tenant_id, media_id, path FROM media WHERE tenant_id = $1 AND media_id = $2 FOR UPDATE) AS was WHERE m.tenant_id = was.tenant_id AND m.media_id = was.media_id RETURNING was.path",
        None,
    )
}
impl ForgetMediaStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T1,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        OptionStringQuery {
            client,
            params: [tenant_id, media_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.map(|v| v.into()),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ForgetMediaParams<T1>,
        OptionStringQuery<'c, 'a, 's, C, Option<String>, 2>,
        C,
    > for ForgetMediaStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ForgetMediaParams<T1>,
    ) -> OptionStringQuery<'c, 'a, 's, C, Option<String>, 2> {
        self.bind(client, &params.tenant_id, &params.media_id)
    }
}
pub struct DirectoryWantedMediaStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_wanted_media() -> DirectoryWantedMediaStmt {
    DirectoryWantedMediaStmt("SELECT tenant_id FROM directory_wanted_media()", None)
}
impl DirectoryWantedMediaStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 0> {
        UuidUuidQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct TakeWantedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_wanted() -> TakeWantedStmt {
    TakeWantedStmt(
        "UPDATE media m SET attempts = m.attempts + 1, next_try_at = now() + make_interval(secs => $1) FROM (SELECT tenant_id, media_id FROM media WHERE tenant_id = $2 AND state = 'wanted' AND next_try_at <= now() ORDER BY next_try_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due WHERE m.tenant_id = due.tenant_id AND m.media_id = due.media_id RETURNING m.media_id, m.sender_id, m.mime_type, m.sha256, m.attempts, m.expires_at <= now() AS is_expired",
        None,
    )
}
impl TakeWantedStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        lease_s: &'a f64,
        tenant_id: &'a uuid::Uuid,
        limit: &'a i64,
    ) -> WantedQuery<'c, 'a, 's, C, Wanted, 3> {
        WantedQuery {
            client,
            params: [lease_s, tenant_id, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<WantedBorrowed, tokio_postgres::Error> {
                Ok(WantedBorrowed {
                    media_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    mime_type: row.try_get(2)?,
                    sha256: row.try_get(3)?,
                    attempts: row.try_get(4)?,
                    is_expired: row.try_get(5)?,
                })
            },
            mapper: |it| Wanted::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, TakeWantedParams, WantedQuery<'c, 'a, 's, C, Wanted, 3>, C>
    for TakeWantedStmt
{
    fn params(&'s self, client: &'c C, params: &'a TakeWantedParams) -> WantedQuery<'c, 'a, 's, C, Wanted, 3> {
        self.bind(client, &params.lease_s, &params.tenant_id, &params.limit)
    }
}
pub struct DownloadedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn downloaded() -> DownloadedStmt {
    DownloadedStmt(
        "UPDATE media SET state = 'stored', path = $1, bytes = $2, sha256 = $3, error = NULL WHERE tenant_id = $4 AND media_id = $5 AND state = 'wanted'",
        None,
    )
}
impl DownloadedStmt {
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
        path: &'a T1,
        bytes: &'a i64,
        sha256: &'a T2,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[path, bytes, sha256, tenant_id, media_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DownloadedParams<T1, T2, T3>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DownloadedStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DownloadedParams<T1, T2, T3>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.path, &params.bytes, &params.sha256, &params.tenant_id, &params.media_id))
    }
}
pub struct DownloadLaterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn download_later() -> DownloadLaterStmt {
    DownloadLaterStmt(
        "UPDATE media SET next_try_at = now() + make_interval(secs => $1), error = $2 WHERE tenant_id = $3 AND media_id = $4 AND state = 'wanted'",
        None,
    )
}
impl DownloadLaterStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        wait_s: &'a f64,
        error: &'a T1,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[wait_s, error, tenant_id, media_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DownloadLaterParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DownloadLaterStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DownloadLaterParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.wait_s, &params.error, &params.tenant_id, &params.media_id))
    }
}
pub struct PutWantedBackStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_wanted_back() -> PutWantedBackStmt {
    PutWantedBackStmt(
        "UPDATE media SET attempts = greatest(attempts - 1, 0), next_try_at = now() + make_interval(secs => $1), error = $2 WHERE tenant_id = $3 AND media_id = $4 AND state = 'wanted'",
        None,
    )
}
impl PutWantedBackStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        wait_s: &'a f64,
        error: &'a T1,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[wait_s, error, tenant_id, media_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutWantedBackParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutWantedBackStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutWantedBackParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.wait_s, &params.error, &params.tenant_id, &params.media_id))
    }
}
pub struct DownloadFailedStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn download_failed() -> DownloadFailedStmt {
    DownloadFailedStmt(
        "UPDATE media SET state = 'failed', error = $1 WHERE tenant_id = $2 AND media_id = $3 AND state = 'wanted'",
        None,
    )
}
impl DownloadFailedStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        error: &'a T1,
        tenant_id: &'a uuid::Uuid,
        media_id: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[error, tenant_id, media_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DownloadFailedParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DownloadFailedStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DownloadFailedParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.error, &params.tenant_id, &params.media_id))
    }
}
