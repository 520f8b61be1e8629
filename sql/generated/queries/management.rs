// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct CredentialOfNumberParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct CredentialOfAccountParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
}
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
#[derive(Clone, Copy, Debug)]
pub struct WhatsappNumbersParams {
    pub tenant_id: uuid::Uuid,
    pub most: i64,
}
#[derive(Debug)]
pub struct ArrivalsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct LockNumberParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct ForgetRegistrationCallsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct RecentRegistrationCallsParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Debug)]
pub struct PutRegistrationCallParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub call_id: uuid::Uuid,
    pub sender_id: T1,
}
#[derive(Clone, Copy, Debug)]
pub struct TakeBackRegistrationCallParams {
    pub tenant_id: uuid::Uuid,
    pub call_id: uuid::Uuid,
}
#[derive(Debug)]
pub struct PutSessionParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub session_id: uuid::Uuid,
    pub meta_id: T1,
    pub sender_id: T2,
    pub file_length: i64,
}
#[derive(Clone, Copy, Debug)]
pub struct SessionOfParams {
    pub tenant_id: uuid::Uuid,
    pub session_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    pub access_token: String,
    pub graph_version: Option<String>,
}
pub struct CredentialBorrowed<'a> {
    pub access_token: &'a str,
    pub graph_version: Option<&'a str>,
}
impl<'a> From<CredentialBorrowed<'a>> for Credential {
    fn from(CredentialBorrowed { access_token, graph_version }: CredentialBorrowed<'a>) -> Self {
        Self { access_token: access_token.into(), graph_version: graph_version.map(|v| v.into()) }
    }
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
#[derive(Debug, Clone, PartialEq)]
pub struct WhatsappNumbers {
    pub sender_id: String,
    pub waba_id: String,
}
pub struct WhatsappNumbersBorrowed<'a> {
    pub sender_id: &'a str,
    pub waba_id: &'a str,
}
impl<'a> From<WhatsappNumbersBorrowed<'a>> for WhatsappNumbers {
    fn from(WhatsappNumbersBorrowed { sender_id, waba_id }: WhatsappNumbersBorrowed<'a>) -> Self {
        Self { sender_id: sender_id.into(), waba_id: waba_id.into() }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct Arrivals {
    pub inbound_ms: Option<i64>,
    pub report_ms: Option<i64>,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct RecentRegistrationCalls {
    pub calls: i64,
    pub free_in_s: Option<i64>,
}
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialOfTenant {
    pub sender_id: String,
    pub access_token: String,
    pub graph_version: Option<String>,
}
pub struct CredentialOfTenantBorrowed<'a> {
    pub sender_id: &'a str,
    pub access_token: &'a str,
    pub graph_version: Option<&'a str>,
}
impl<'a> From<CredentialOfTenantBorrowed<'a>> for CredentialOfTenant {
    fn from(
        CredentialOfTenantBorrowed { sender_id, access_token, graph_version }: CredentialOfTenantBorrowed<'a>,
    ) -> Self {
        Self {
            sender_id: sender_id.into(),
            access_token: access_token.into(),
            graph_version: graph_version.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct SessionOf {
    pub meta_id: String,
    pub file_length: i64,
    pub access_token: String,
    pub graph_version: Option<String>,
}
pub struct SessionOfBorrowed<'a> {
    pub meta_id: &'a str,
    pub file_length: i64,
    pub access_token: &'a str,
    pub graph_version: Option<&'a str>,
}
impl<'a> From<SessionOfBorrowed<'a>> for SessionOf {
    fn from(SessionOfBorrowed { meta_id, file_length, access_token, graph_version }: SessionOfBorrowed<'a>) -> Self {
        Self {
            meta_id: meta_id.into(),
            file_length,
            access_token: access_token.into(),
            graph_version: graph_version.map(|v| v.into()),
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct CredentialQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CredentialBorrowed, tokio_postgres::Error>,
    mapper: fn(CredentialBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CredentialQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CredentialBorrowed) -> R) -> CredentialQuery<'c, 'a, 's, C, R, N> {
        CredentialQuery {
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
pub struct WhatsappNumbersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<WhatsappNumbersBorrowed, tokio_postgres::Error>,
    mapper: fn(WhatsappNumbersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> WhatsappNumbersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(WhatsappNumbersBorrowed) -> R) -> WhatsappNumbersQuery<'c, 'a, 's, C, R, N> {
        WhatsappNumbersQuery {
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
pub struct ArrivalsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<Arrivals, tokio_postgres::Error>,
    mapper: fn(Arrivals) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ArrivalsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(Arrivals) -> R) -> ArrivalsQuery<'c, 'a, 's, C, R, N> {
        ArrivalsQuery {
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
pub struct RecentRegistrationCallsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RecentRegistrationCalls, tokio_postgres::Error>,
    mapper: fn(RecentRegistrationCalls) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RecentRegistrationCallsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RecentRegistrationCalls) -> R) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, R, N> {
        RecentRegistrationCallsQuery {
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
pub struct CredentialOfTenantQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CredentialOfTenantBorrowed, tokio_postgres::Error>,
    mapper: fn(CredentialOfTenantBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CredentialOfTenantQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CredentialOfTenantBorrowed) -> R) -> CredentialOfTenantQuery<'c, 'a, 's, C, R, N> {
        CredentialOfTenantQuery {
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
pub struct SessionOfQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<SessionOfBorrowed, tokio_postgres::Error>,
    mapper: fn(SessionOfBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> SessionOfQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(SessionOfBorrowed) -> R) -> SessionOfQuery<'c, 'a, 's, C, R, N> {
        SessionOfQuery {
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
pub struct CredentialOfNumberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn credential_of_number() -> CredentialOfNumberStmt {
    CredentialOfNumberStmt(
        "SELECT c.access_token, t.graph_version FROM sender_credential c JOIN tenant t USING (tenant_id) WHERE c.tenant_id = $1 AND c.sender_id = $2",
        None,
    )
}
impl CredentialOfNumberStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> CredentialQuery<'c, 'a, 's, C, Credential, 2> {
        CredentialQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CredentialBorrowed, tokio_postgres::Error> {
                Ok(CredentialBorrowed { access_token: row.try_get(0)?, graph_version: row.try_get(1)? })
            },
            mapper: |it| Credential::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CredentialOfNumberParams<T1>,
        CredentialQuery<'c, 'a, 's, C, Credential, 2>,
        C,
    > for CredentialOfNumberStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CredentialOfNumberParams<T1>,
    ) -> CredentialQuery<'c, 'a, 's, C, Credential, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct CredentialOfAccountStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn credential_of_account() -> CredentialOfAccountStmt {
    CredentialOfAccountStmt(
        "SELECT c.access_token, t.graph_version FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id) WHERE s.tenant_id = $1 AND s.waba_id = $2 AND s.channel = 'whatsapp' ORDER BY s.sender_id LIMIT 1",
        None,
    )
}
impl CredentialOfAccountStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
    ) -> CredentialQuery<'c, 'a, 's, C, Credential, 2> {
        CredentialQuery {
            client,
            params: [tenant_id, waba_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CredentialBorrowed, tokio_postgres::Error> {
                Ok(CredentialBorrowed { access_token: row.try_get(0)?, graph_version: row.try_get(1)? })
            },
            mapper: |it| Credential::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        CredentialOfAccountParams<T1>,
        CredentialQuery<'c, 'a, 's, C, Credential, 2>,
        C,
    > for CredentialOfAccountStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a CredentialOfAccountParams<T1>,
    ) -> CredentialQuery<'c, 'a, 's, C, Credential, 2> {
        self.bind(client, &params.tenant_id, &params.waba_id)
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
pub struct WhatsappNumbersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn whatsapp_numbers() -> WhatsappNumbersStmt {
    WhatsappNumbersStmt(
        "SELECT s.sender_id, s.waba_id FROM sender s WHERE s.tenant_id = $1 AND s.channel = 'whatsapp' ORDER BY s.sender_id LIMIT $2",
        None,
    )
}
impl WhatsappNumbersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        most: &'a i64,
    ) -> WhatsappNumbersQuery<'c, 'a, 's, C, WhatsappNumbers, 2> {
        WhatsappNumbersQuery {
            client,
            params: [tenant_id, most],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<WhatsappNumbersBorrowed, tokio_postgres::Error> {
                Ok(WhatsappNumbersBorrowed { sender_id: row.try_get(0)?, waba_id: row.try_get(1)? })
            },
            mapper: |it| WhatsappNumbers::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        WhatsappNumbersParams,
        WhatsappNumbersQuery<'c, 'a, 's, C, WhatsappNumbers, 2>,
        C,
    > for WhatsappNumbersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a WhatsappNumbersParams,
    ) -> WhatsappNumbersQuery<'c, 'a, 's, C, WhatsappNumbers, 2> {
        self.bind(client, &params.tenant_id, &params.most)
    }
}
pub struct ArrivalsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn arrivals() -> ArrivalsStmt {
    ArrivalsStmt(
        "SELECT (SELECT ms_of(max(m.at)) FROM inbound_message m WHERE m.tenant_id = $1 AND m.sender_id = $2 AND m.source = 'person') AS inbound_ms, (SELECT ms_of(max(greatest(a.sent_at, a.delivered_at, a.read_at, a.failed_at))) FROM (SELECT i.intent_id, i.sender_id FROM intent i WHERE i.tenant_id = $1 ORDER BY i.intent_id DESC LIMIT 1000) AS newest JOIN attempt a ON a.tenant_id = $1 AND a.intent_id = newest.intent_id WHERE newest.sender_id = $2) AS report_ms",
        None,
    )
}
impl ArrivalsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> ArrivalsQuery<'c, 'a, 's, C, Arrivals, 2> {
        ArrivalsQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<Arrivals, tokio_postgres::Error> {
                Ok(Arrivals { inbound_ms: row.try_get(0)?, report_ms: row.try_get(1)? })
            },
            mapper: |it| Arrivals::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ArrivalsParams<T1>, ArrivalsQuery<'c, 'a, 's, C, Arrivals, 2>, C>
    for ArrivalsStmt
{
    fn params(&'s self, client: &'c C, params: &'a ArrivalsParams<T1>) -> ArrivalsQuery<'c, 'a, 's, C, Arrivals, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct LockNumberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_number() -> LockNumberStmt {
    LockNumberStmt("SELECT sender_id FROM sender WHERE tenant_id = $1 AND sender_id = $2 FOR NO KEY UPDATE", None)
}
impl LockNumberStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 2> {
        StringQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LockNumberParams<T1>, StringQuery<'c, 'a, 's, C, String, 2>, C>
    for LockNumberStmt
{
    fn params(&'s self, client: &'c C, params: &'a LockNumberParams<T1>) -> StringQuery<'c, 'a, 's, C, String, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct ForgetRegistrationCallsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_registration_calls() -> ForgetRegistrationCallsStmt {
    ForgetRegistrationCallsStmt(
        "DELETE FROM registration_call WHERE tenant_id = $1 AND sender_id = $2 AND asked_at <= now() - interval '72 hours'",
        None,
    )
}
impl ForgetRegistrationCallsStmt {
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
        ForgetRegistrationCallsParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ForgetRegistrationCallsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetRegistrationCallsParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.sender_id))
    }
}
pub struct RecentRegistrationCallsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn recent_registration_calls() -> RecentRegistrationCallsStmt {
    RecentRegistrationCallsStmt(
        "SELECT count(*) AS calls, ceil(extract(epoch FROM min(asked_at) + interval '72 hours' - now()))::bigint AS free_in_s FROM registration_call WHERE tenant_id = $1 AND sender_id = $2",
        None,
    )
}
impl RecentRegistrationCallsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2> {
        RecentRegistrationCallsQuery {
            client,
            params: [tenant_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RecentRegistrationCalls, tokio_postgres::Error> {
                Ok(RecentRegistrationCalls { calls: row.try_get(0)?, free_in_s: row.try_get(1)? })
            },
            mapper: |it| RecentRegistrationCalls::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RecentRegistrationCallsParams<T1>,
        RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2>,
        C,
    > for RecentRegistrationCallsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RecentRegistrationCallsParams<T1>,
    ) -> RecentRegistrationCallsQuery<'c, 'a, 's, C, RecentRegistrationCalls, 2> {
        self.bind(client, &params.tenant_id, &params.sender_id)
    }
}
pub struct PutRegistrationCallStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_registration_call() -> PutRegistrationCallStmt {
    PutRegistrationCallStmt("INSERT INTO registration_call (tenant_id, call_id, sender_id) VALUES ($1, $2, $3)", None)
}
impl PutRegistrationCallStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        call_id: &'a uuid::Uuid,
        sender_id: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, call_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutRegistrationCallParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutRegistrationCallStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutRegistrationCallParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.call_id, &params.sender_id))
    }
}
pub struct TakeBackRegistrationCallStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_back_registration_call() -> TakeBackRegistrationCallStmt {
    TakeBackRegistrationCallStmt("DELETE FROM registration_call WHERE tenant_id = $1 AND call_id = $2", None)
}
impl TakeBackRegistrationCallStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        call_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, call_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TakeBackRegistrationCallParams,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for TakeBackRegistrationCallStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TakeBackRegistrationCallParams,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.call_id))
    }
}
pub struct CredentialOfTenantStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn credential_of_tenant() -> CredentialOfTenantStmt {
    CredentialOfTenantStmt(
        "SELECT s.sender_id, c.access_token, t.graph_version FROM sender s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id) WHERE s.tenant_id = $1 AND s.channel = 'whatsapp' ORDER BY s.sender_id LIMIT 1",
        None,
    )
}
impl CredentialOfTenantStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
    ) -> CredentialOfTenantQuery<'c, 'a, 's, C, CredentialOfTenant, 1> {
        CredentialOfTenantQuery {
            client,
            params: [tenant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CredentialOfTenantBorrowed, tokio_postgres::Error> {
                Ok(CredentialOfTenantBorrowed {
                    sender_id: row.try_get(0)?,
                    access_token: row.try_get(1)?,
                    graph_version: row.try_get(2)?,
                })
            },
            mapper: |it| CredentialOfTenant::from(it),
        }
    }
}
pub struct ForgetSessionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_sessions() -> ForgetSessionsStmt {
    ForgetSessionsStmt(
        "DELETE FROM upload_session WHERE tenant_id = $1 AND created_at < now() - interval '7 days'",
        None,
    )
}
impl ForgetSessionsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id]).await
    }
}
pub struct CountSessionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_sessions() -> CountSessionsStmt {
    CountSessionsStmt("SELECT count(*) AS sessions FROM upload_session WHERE tenant_id = $1", None)
}
impl CountSessionsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
    ) -> I64Query<'c, 'a, 's, C, i64, 1> {
        I64Query {
            client,
            params: [tenant_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct PutSessionStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_session() -> PutSessionStmt {
    PutSessionStmt(
        "INSERT INTO upload_session (tenant_id, session_id, meta_id, sender_id, file_length) VALUES ($1, $2, $3, $4, $5)",
        None,
    )
}
impl PutSessionStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        session_id: &'a uuid::Uuid,
        meta_id: &'a T1,
        sender_id: &'a T2,
        file_length: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, session_id, meta_id, sender_id, file_length]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutSessionParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutSessionStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutSessionParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_id,
            &params.session_id,
            &params.meta_id,
            &params.sender_id,
            &params.file_length,
        ))
    }
}
pub struct SessionOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn session_of() -> SessionOfStmt {
    SessionOfStmt(
        "SELECT s.meta_id, s.file_length, c.access_token, t.graph_version FROM upload_session s JOIN sender_credential c USING (tenant_id, sender_id) JOIN tenant t USING (tenant_id) WHERE s.tenant_id = $1 AND s.session_id = $2",
        None,
    )
}
impl SessionOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        session_id: &'a uuid::Uuid,
    ) -> SessionOfQuery<'c, 'a, 's, C, SessionOf, 2> {
        SessionOfQuery {
            client,
            params: [tenant_id, session_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<SessionOfBorrowed, tokio_postgres::Error> {
                Ok(SessionOfBorrowed {
                    meta_id: row.try_get(0)?,
                    file_length: row.try_get(1)?,
                    access_token: row.try_get(2)?,
                    graph_version: row.try_get(3)?,
                })
            },
            mapper: |it| SessionOf::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient>
    crate::client::async_::Params<'c, 'a, 's, SessionOfParams, SessionOfQuery<'c, 'a, 's, C, SessionOf, 2>, C>
    for SessionOfStmt
{
    fn params(&'s self, client: &'c C, params: &'a SessionOfParams) -> SessionOfQuery<'c, 'a, 's, C, SessionOf, 2> {
        self.bind(client, &params.tenant_id, &params.session_id)
    }
}
