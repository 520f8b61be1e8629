// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct SameUploadParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub sender_id: T1,
    pub sha256: T2,
    pub mime_type: T3,
}
#[derive(Debug, Clone, PartialEq)]
pub struct MediaOf {
    pub media_id: String,
    pub sender_id: String,
    pub state: String,
    pub mime_type: String,
    pub sha256: Option<String>,
    pub bytes: Option<i64>,
    pub filename: Option<String>,
    pub path: Option<String>,
    pub is_expired: bool,
}
pub struct MediaOfBorrowed<'a> {
    pub media_id: &'a str,
    pub sender_id: &'a str,
    pub state: &'a str,
    pub mime_type: &'a str,
    pub sha256: Option<&'a str>,
    pub bytes: Option<i64>,
    pub filename: Option<&'a str>,
    pub path: Option<&'a str>,
    pub is_expired: bool,
}
impl<'a> From<MediaOfBorrowed<'a>> for MediaOf {
    fn from(
        MediaOfBorrowed {
            media_id,
            sender_id,
            state,
            mime_type,
            sha256,
            bytes,
            filename,
            path,
            is_expired,
        }: MediaOfBorrowed<'a>,
    ) -> Self {
        Self {
            media_id: media_id.into(),
            sender_id: sender_id.into(),
            state: state.into(),
            mime_type: mime_type.into(),
            sha256: sha256.map(|v| v.into()),
            bytes,
            filename: filename.map(|v| v.into()),
            path: path.map(|v| v.into()),
            is_expired,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct MediaOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<MediaOfBorrowed, tokio_postgres::Error>,
    mapper: fn(MediaOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> MediaOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(MediaOfBorrowed) -> R) -> MediaOfQuery<'c, 'a, 's, C, R, N> {
        MediaOfQuery {
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
pub struct MediaOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn media_of() -> MediaOfStmt {
    MediaOfStmt(
        "SELECT media_id, sender_id, state, mime_type, sha256, bytes, filename, path, expires_at <= now() AS is_expired FROM media WHERE media_id = $1 AND state <> 'deleted'",
        None,
    )
}
impl MediaOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        media_id: &'a T1,
    ) -> MediaOfQuery<'c, 'a, 's, C, MediaOf, 1> {
        MediaOfQuery {
            client,
            params: [media_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<MediaOfBorrowed, tokio_postgres::Error> {
                Ok(MediaOfBorrowed {
                    media_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    state: row.try_get(2)?,
                    mime_type: row.try_get(3)?,
                    sha256: row.try_get(4)?,
                    bytes: row.try_get(5)?,
                    filename: row.try_get(6)?,
                    path: row.try_get(7)?,
                    is_expired: row.try_get(8)?,
                })
            },
            mapper: |it| MediaOf::from(it),
        }
    }
}
pub struct SameUploadStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn same_upload() -> SameUploadStmt {
    SameUploadStmt(
        "SELECT media_id FROM media WHERE sender_id = $1 AND sha256 = $2 AND mime_type = $3 AND direction = 'out' AND state = 'stored' AND expires_at > now() + interval '1 day' ORDER BY expires_at DESC LIMIT 1",
        None,
    )
}
impl SameUploadStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
        sha256: &'a T2,
        mime_type: &'a T3,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [sender_id, sha256, mime_type],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, SameUploadParams<T1, T2, T3>, StringQuery<'c, 'a, 's, C, String, 3>, C>
    for SameUploadStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SameUploadParams<T1, T2, T3>,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(client, &params.sender_id, &params.sha256, &params.mime_type)
    }
}
pub struct AccountKnownStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn account_known() -> AccountKnownStmt {
    AccountKnownStmt("SELECT true AS known FROM sender WHERE waba_id = $1 AND channel = 'whatsapp' LIMIT 1", None)
}
impl AccountKnownStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        waba_id: &'a T1,
    ) -> BoolQuery<'c, 'a, 's, C, bool, 1> {
        BoolQuery {
            client,
            params: [waba_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
