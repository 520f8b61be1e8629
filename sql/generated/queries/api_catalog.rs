// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct TemplatesOfParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
> {
    pub waba_id: T1,
    pub after_name: T2,
    pub after_language: T3,
    pub name: Option<T4>,
    pub language: Option<T5>,
    pub status: Option<T6>,
    pub category: Option<T7>,
    pub limit: i64,
}
#[derive(Debug)]
pub struct TemplatesBeforeParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::StringSql,
    T4: crate::StringSql,
    T5: crate::StringSql,
    T6: crate::StringSql,
    T7: crate::StringSql,
> {
    pub waba_id: T1,
    pub before_name: T2,
    pub before_language: T3,
    pub name: Option<T4>,
    pub language: Option<T5>,
    pub status: Option<T6>,
    pub category: Option<T7>,
    pub limit: i64,
}
#[derive(Debug)]
pub struct ListSendersParams<T1: crate::StringSql> {
    pub after: T1,
    pub limit: i64,
}
#[derive(Debug)]
pub struct TemplateLanguagesParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub language: T1,
    pub name: T2,
    pub sender_id: T3,
}
#[derive(Debug)]
pub struct ListTemplatesParams<T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql> {
    pub after_name: T1,
    pub after_language: T2,
    pub after_waba_id: T3,
    pub limit: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct NumberRow {
    pub sender_id: String,
    pub display_number: String,
    pub limit_per_second: i32,
}
pub struct NumberRowBorrowed<'a> {
    pub sender_id: &'a str,
    pub display_number: &'a str,
    pub limit_per_second: i32,
}
impl<'a> From<NumberRowBorrowed<'a>> for NumberRow {
    fn from(NumberRowBorrowed { sender_id, display_number, limit_per_second }: NumberRowBorrowed<'a>) -> Self {
        Self { sender_id: sender_id.into(), display_number: display_number.into(), limit_per_second }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateRow {
    pub waba_id: String,
    pub template_id: Option<String>,
    pub name: String,
    pub language: String,
    pub status: String,
    pub status_reason: Option<String>,
    pub category: String,
    pub quality: Option<String>,
    pub body: String,
    pub components: String,
    pub parameter_format: String,
    pub ttl_seconds: Option<i32>,
}
pub struct TemplateRowBorrowed<'a> {
    pub waba_id: &'a str,
    pub template_id: Option<&'a str>,
    pub name: &'a str,
    pub language: &'a str,
    pub status: &'a str,
    pub status_reason: Option<&'a str>,
    pub category: &'a str,
    pub quality: Option<&'a str>,
    pub body: &'a str,
    pub components: &'a str,
    pub parameter_format: &'a str,
    pub ttl_seconds: Option<i32>,
}
impl<'a> From<TemplateRowBorrowed<'a>> for TemplateRow {
    fn from(
        TemplateRowBorrowed {
            waba_id,
            template_id,
            name,
            language,
            status,
            status_reason,
            category,
            quality,
            body,
            components,
            parameter_format,
            ttl_seconds,
        }: TemplateRowBorrowed<'a>,
    ) -> Self {
        Self {
            waba_id: waba_id.into(),
            template_id: template_id.map(|v| v.into()),
            name: name.into(),
            language: language.into(),
            status: status.into(),
            status_reason: status_reason.map(|v| v.into()),
            category: category.into(),
            quality: quality.map(|v| v.into()),
            body: body.into(),
            components: components.into(),
            parameter_format: parameter_format.into(),
            ttl_seconds,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListSenders {
    pub sender_id: String,
    pub channel: String,
    pub waba_id: String,
    pub display_number: String,
    pub limit_per_second: i32,
    pub created_at_ms: i64,
    pub portfolio_id: String,
    pub messaging_limit: Option<i32>,
    pub used: Option<i32>,
    pub used_up_until_ms: Option<i64>,
    pub blocked_reason: Option<String>,
    pub blocked_until_ms: Option<i64>,
    pub restrictions: Option<String>,
    pub quality_event: Option<String>,
}
pub struct ListSendersBorrowed<'a> {
    pub sender_id: &'a str,
    pub channel: &'a str,
    pub waba_id: &'a str,
    pub display_number: &'a str,
    pub limit_per_second: i32,
    pub created_at_ms: i64,
    pub portfolio_id: &'a str,
    pub messaging_limit: Option<i32>,
    pub used: Option<i32>,
    pub used_up_until_ms: Option<i64>,
    pub blocked_reason: Option<&'a str>,
    pub blocked_until_ms: Option<i64>,
    pub restrictions: Option<&'a str>,
    pub quality_event: Option<&'a str>,
}
impl<'a> From<ListSendersBorrowed<'a>> for ListSenders {
    fn from(
        ListSendersBorrowed {
            sender_id,
            channel,
            waba_id,
            display_number,
            limit_per_second,
            created_at_ms,
            portfolio_id,
            messaging_limit,
            used,
            used_up_until_ms,
            blocked_reason,
            blocked_until_ms,
            restrictions,
            quality_event,
        }: ListSendersBorrowed<'a>,
    ) -> Self {
        Self {
            sender_id: sender_id.into(),
            channel: channel.into(),
            waba_id: waba_id.into(),
            display_number: display_number.into(),
            limit_per_second,
            created_at_ms,
            portfolio_id: portfolio_id.into(),
            messaging_limit,
            used,
            used_up_until_ms,
            blocked_reason: blocked_reason.map(|v| v.into()),
            blocked_until_ms,
            restrictions: restrictions.map(|v| v.into()),
            quality_event: quality_event.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateLanguages {
    pub language: Option<String>,
    pub status: Option<String>,
    pub status_reason: Option<String>,
    pub category: Option<String>,
    pub parameter_count: Option<i32>,
    pub parameter_format: Option<String>,
    pub components: Option<String>,
}
pub struct TemplateLanguagesBorrowed<'a> {
    pub language: Option<&'a str>,
    pub status: Option<&'a str>,
    pub status_reason: Option<&'a str>,
    pub category: Option<&'a str>,
    pub parameter_count: Option<i32>,
    pub parameter_format: Option<&'a str>,
    pub components: Option<&'a str>,
}
impl<'a> From<TemplateLanguagesBorrowed<'a>> for TemplateLanguages {
    fn from(
        TemplateLanguagesBorrowed {
            language,
            status,
            status_reason,
            category,
            parameter_count,
            parameter_format,
            components,
        }: TemplateLanguagesBorrowed<'a>,
    ) -> Self {
        Self {
            language: language.map(|v| v.into()),
            status: status.map(|v| v.into()),
            status_reason: status_reason.map(|v| v.into()),
            category: category.map(|v| v.into()),
            parameter_count,
            parameter_format: parameter_format.map(|v| v.into()),
            components: components.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListTemplates {
    pub waba_id: String,
    pub template_id: Option<String>,
    pub name: String,
    pub language: String,
    pub status: String,
    pub status_reason: Option<String>,
    pub category: String,
    pub quality: Option<String>,
    pub body: String,
    pub components: String,
    pub parameter_format: String,
    pub ttl_seconds: Option<i32>,
    pub created_at_ms: i64,
}
pub struct ListTemplatesBorrowed<'a> {
    pub waba_id: &'a str,
    pub template_id: Option<&'a str>,
    pub name: &'a str,
    pub language: &'a str,
    pub status: &'a str,
    pub status_reason: Option<&'a str>,
    pub category: &'a str,
    pub quality: Option<&'a str>,
    pub body: &'a str,
    pub components: &'a str,
    pub parameter_format: &'a str,
    pub ttl_seconds: Option<i32>,
    pub created_at_ms: i64,
}
impl<'a> From<ListTemplatesBorrowed<'a>> for ListTemplates {
    fn from(
        ListTemplatesBorrowed {
            waba_id,
            template_id,
            name,
            language,
            status,
            status_reason,
            category,
            quality,
            body,
            components,
            parameter_format,
            ttl_seconds,
            created_at_ms,
        }: ListTemplatesBorrowed<'a>,
    ) -> Self {
        Self {
            waba_id: waba_id.into(),
            template_id: template_id.map(|v| v.into()),
            name: name.into(),
            language: language.into(),
            status: status.into(),
            status_reason: status_reason.map(|v| v.into()),
            category: category.into(),
            quality: quality.map(|v| v.into()),
            body: body.into(),
            components: components.into(),
            parameter_format: parameter_format.into(),
            ttl_seconds,
            created_at_ms,
        }
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
pub struct NumberRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<NumberRowBorrowed, tokio_postgres::Error>,
    mapper: fn(NumberRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> NumberRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(NumberRowBorrowed) -> R) -> NumberRowQuery<'c, 'a, 's, C, R, N> {
        NumberRowQuery {
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
pub struct TemplateRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TemplateRowBorrowed, tokio_postgres::Error>,
    mapper: fn(TemplateRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TemplateRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TemplateRowBorrowed) -> R) -> TemplateRowQuery<'c, 'a, 's, C, R, N> {
        TemplateRowQuery {
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
pub struct ListSendersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListSendersBorrowed, tokio_postgres::Error>,
    mapper: fn(ListSendersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListSendersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListSendersBorrowed) -> R) -> ListSendersQuery<'c, 'a, 's, C, R, N> {
        ListSendersQuery {
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
pub struct TemplateLanguagesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TemplateLanguagesBorrowed, tokio_postgres::Error>,
    mapper: fn(TemplateLanguagesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TemplateLanguagesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TemplateLanguagesBorrowed) -> R) -> TemplateLanguagesQuery<'c, 'a, 's, C, R, N> {
        TemplateLanguagesQuery {
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
pub struct ListTemplatesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListTemplatesBorrowed, tokio_postgres::Error>,
    mapper: fn(ListTemplatesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListTemplatesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListTemplatesBorrowed) -> R) -> ListTemplatesQuery<'c, 'a, 's, C, R, N> {
        ListTemplatesQuery {
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
pub struct ApiReadyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn api_ready() -> ApiReadyStmt {
    ApiReadyStmt("SELECT true AS ready", None)
}
impl ApiReadyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> BoolQuery<'c, 'a, 's, C, bool, 0> {
        BoolQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct ChannelOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn channel_of() -> ChannelOfStmt {
    ChannelOfStmt("SELECT channel FROM sender WHERE sender_id = $1", None)
}
impl ChannelOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct DisplayNumberStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn display_number() -> DisplayNumberStmt {
    DisplayNumberStmt("SELECT display_number FROM sender WHERE sender_id = $1 AND channel = 'whatsapp'", None)
}
impl DisplayNumberStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct NumberOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn number_of() -> NumberOfStmt {
    NumberOfStmt(
        "SELECT sender_id, display_number, limit_per_second FROM sender WHERE sender_id = $1 AND channel = 'whatsapp'",
        None,
    )
}
impl NumberOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        sender_id: &'a T1,
    ) -> NumberRowQuery<'c, 'a, 's, C, NumberRow, 1> {
        NumberRowQuery {
            client,
            params: [sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<NumberRowBorrowed, tokio_postgres::Error> {
                Ok(NumberRowBorrowed {
                    sender_id: row.try_get(0)?,
                    display_number: row.try_get(1)?,
                    limit_per_second: row.try_get(2)?,
                })
            },
            mapper: |it| NumberRow::from(it),
        }
    }
}
pub struct NumbersOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn numbers_of() -> NumbersOfStmt {
    NumbersOfStmt(
        "SELECT sender_id, display_number, limit_per_second FROM sender WHERE waba_id = $1 AND channel = 'whatsapp' ORDER BY sender_id",
        None,
    )
}
impl NumbersOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        waba_id: &'a T1,
    ) -> NumberRowQuery<'c, 'a, 's, C, NumberRow, 1> {
        NumberRowQuery {
            client,
            params: [waba_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<NumberRowBorrowed, tokio_postgres::Error> {
                Ok(NumberRowBorrowed {
                    sender_id: row.try_get(0)?,
                    display_number: row.try_get(1)?,
                    limit_per_second: row.try_get(2)?,
                })
            },
            mapper: |it| NumberRow::from(it),
        }
    }
}
pub struct TemplatesOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn templates_of() -> TemplatesOfStmt {
    TemplatesOfStmt(
        "SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format, ttl_seconds FROM template WHERE waba_id = $1 AND (name, language) > ($2, $3) AND ($4::text IS NULL OR name = $4) AND ($5::text IS NULL OR language = $5) AND coalesce(status = $6, status <> 'deleted') AND ($7::text IS NULL OR upper(category) = $7) ORDER BY name, language LIMIT $8",
        None,
    )
}
impl TemplatesOfStmt {
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
    >(
        &'s self,
        client: &'c C,
        waba_id: &'a T1,
        after_name: &'a T2,
        after_language: &'a T3,
        name: &'a Option<T4>,
        language: &'a Option<T5>,
        status: &'a Option<T6>,
        category: &'a Option<T7>,
        limit: &'a i64,
    ) -> TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8> {
        TemplateRowQuery {
            client,
            params: [waba_id, after_name, after_language, name, language, status, category, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TemplateRowBorrowed, tokio_postgres::Error> {
                Ok(TemplateRowBorrowed {
                    waba_id: row.try_get(0)?,
                    template_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    language: row.try_get(3)?,
                    status: row.try_get(4)?,
                    status_reason: row.try_get(5)?,
                    category: row.try_get(6)?,
                    quality: row.try_get(7)?,
                    body: row.try_get(8)?,
                    components: row.try_get(9)?,
                    parameter_format: row.try_get(10)?,
                    ttl_seconds: row.try_get(11)?,
                })
            },
            mapper: |it| TemplateRow::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TemplatesOfParams<T1, T2, T3, T4, T5, T6, T7>,
        TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8>,
        C,
    > for TemplatesOfStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TemplatesOfParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8> {
        self.bind(
            client,
            &params.waba_id,
            &params.after_name,
            &params.after_language,
            &params.name,
            &params.language,
            &params.status,
            &params.category,
            &params.limit,
        )
    }
}
pub struct TemplatesBeforeStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn templates_before() -> TemplatesBeforeStmt {
    TemplatesBeforeStmt(
        "SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format, ttl_seconds FROM (SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format, ttl_seconds FROM template WHERE waba_id = $1 AND (name, language) < ($2, $3) AND ($4::text IS NULL OR name = $4) AND ($5::text IS NULL OR language = $5) AND coalesce(status = $6, status <> 'deleted') AND ($7::text IS NULL OR upper(category) = $7) ORDER BY name DESC, language DESC LIMIT $8) page ORDER BY name, language",
        None,
    )
}
impl TemplatesBeforeStmt {
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
    >(
        &'s self,
        client: &'c C,
        waba_id: &'a T1,
        before_name: &'a T2,
        before_language: &'a T3,
        name: &'a Option<T4>,
        language: &'a Option<T5>,
        status: &'a Option<T6>,
        category: &'a Option<T7>,
        limit: &'a i64,
    ) -> TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8> {
        TemplateRowQuery {
            client,
            params: [waba_id, before_name, before_language, name, language, status, category, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TemplateRowBorrowed, tokio_postgres::Error> {
                Ok(TemplateRowBorrowed {
                    waba_id: row.try_get(0)?,
                    template_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    language: row.try_get(3)?,
                    status: row.try_get(4)?,
                    status_reason: row.try_get(5)?,
                    category: row.try_get(6)?,
                    quality: row.try_get(7)?,
                    body: row.try_get(8)?,
                    components: row.try_get(9)?,
                    parameter_format: row.try_get(10)?,
                    ttl_seconds: row.try_get(11)?,
                })
            },
            mapper: |it| TemplateRow::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TemplatesBeforeParams<T1, T2, T3, T4, T5, T6, T7>,
        TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8>,
        C,
    > for TemplatesBeforeStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TemplatesBeforeParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 8> {
        self.bind(
            client,
            &params.waba_id,
            &params.before_name,
            &params.before_language,
            &params.name,
            &params.language,
            &params.status,
            &params.category,
            &params.limit,
        )
    }
}
pub struct TemplateOfStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn template_of() -> TemplateOfStmt {
    TemplateOfStmt(
        "SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format, ttl_seconds FROM template WHERE template_id = $1 LIMIT 1",
        None,
    )
}
impl TemplateOfStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        template_id: &'a T1,
    ) -> TemplateRowQuery<'c, 'a, 's, C, TemplateRow, 1> {
        TemplateRowQuery {
            client,
            params: [template_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TemplateRowBorrowed, tokio_postgres::Error> {
                Ok(TemplateRowBorrowed {
                    waba_id: row.try_get(0)?,
                    template_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    language: row.try_get(3)?,
                    status: row.try_get(4)?,
                    status_reason: row.try_get(5)?,
                    category: row.try_get(6)?,
                    quality: row.try_get(7)?,
                    body: row.try_get(8)?,
                    components: row.try_get(9)?,
                    parameter_format: row.try_get(10)?,
                    ttl_seconds: row.try_get(11)?,
                })
            },
            mapper: |it| TemplateRow::from(it),
        }
    }
}
pub struct ListSendersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_senders() -> ListSendersStmt {
    ListSendersStmt(
        "SELECT s.sender_id, s.channel, s.waba_id, s.display_number, s.limit_per_second, ms_of(s.created_at) AS created_at_ms, coalesce(s.portfolio_id, s.waba_id) AS portfolio_id, f.messaging_limit, f.used, ms_of(CASE WHEN f.used_up_until > now() THEN f.used_up_until END) AS used_up_until_ms, CASE WHEN coalesce(s.blocked_until > now(), true) THEN s.blocked_reason END AS blocked_reason, ms_of(s.blocked_until) AS blocked_until_ms, (SELECT json_agg(json_build_object('what', r.cause, 'reason', r.reason, 'until', ms_of(r.until)) ORDER BY r.cause)::text FROM account_restrictions(s.tenant_id, s.waba_id) AS r) AS restrictions, s.quality_event FROM sender s LEFT JOIN portfolio f ON f.tenant_id = s.tenant_id AND f.portfolio_id = coalesce(s.portfolio_id, s.waba_id) WHERE s.sender_id > $1 ORDER BY s.sender_id LIMIT $2",
        None,
    )
}
impl ListSendersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        after: &'a T1,
        limit: &'a i64,
    ) -> ListSendersQuery<'c, 'a, 's, C, ListSenders, 2> {
        ListSendersQuery {
            client,
            params: [after, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListSendersBorrowed, tokio_postgres::Error> {
                Ok(ListSendersBorrowed {
                    sender_id: row.try_get(0)?,
                    channel: row.try_get(1)?,
                    waba_id: row.try_get(2)?,
                    display_number: row.try_get(3)?,
                    limit_per_second: row.try_get(4)?,
                    created_at_ms: row.try_get(5)?,
                    portfolio_id: row.try_get(6)?,
                    messaging_limit: row.try_get(7)?,
                    used: row.try_get(8)?,
                    used_up_until_ms: row.try_get(9)?,
                    blocked_reason: row.try_get(10)?,
                    blocked_until_ms: row.try_get(11)?,
                    restrictions: row.try_get(12)?,
                    quality_event: row.try_get(13)?,
                })
            },
            mapper: |it| ListSenders::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListSendersParams<T1>, ListSendersQuery<'c, 'a, 's, C, ListSenders, 2>, C>
    for ListSendersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListSendersParams<T1>,
    ) -> ListSendersQuery<'c, 'a, 's, C, ListSenders, 2> {
        self.bind(client, &params.after, &params.limit)
    }
}
pub struct TemplateLanguagesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn template_languages() -> TemplateLanguagesStmt {
    TemplateLanguagesStmt(
        "SELECT t.language, t.status, t.status_reason, t.category, t.parameter_count, t.parameter_format, CASE WHEN t.language = $1 THEN t.components END AS components FROM sender s LEFT JOIN template t ON t.tenant_id = s.tenant_id AND t.waba_id = s.waba_id AND t.name = $2 WHERE s.sender_id = $3 ORDER BY t.language",
        None,
    )
}
impl TemplateLanguagesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        language: &'a T1,
        name: &'a T2,
        sender_id: &'a T3,
    ) -> TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 3> {
        TemplateLanguagesQuery {
            client,
            params: [language, name, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TemplateLanguagesBorrowed, tokio_postgres::Error> {
                Ok(TemplateLanguagesBorrowed {
                    language: row.try_get(0)?,
                    status: row.try_get(1)?,
                    status_reason: row.try_get(2)?,
                    category: row.try_get(3)?,
                    parameter_count: row.try_get(4)?,
                    parameter_format: row.try_get(5)?,
                    components: row.try_get(6)?,
                })
            },
            mapper: |it| TemplateLanguages::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TemplateLanguagesParams<T1, T2, T3>,
        TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 3>,
        C,
    > for TemplateLanguagesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TemplateLanguagesParams<T1, T2, T3>,
    ) -> TemplateLanguagesQuery<'c, 'a, 's, C, TemplateLanguages, 3> {
        self.bind(client, &params.language, &params.name, &params.sender_id)
    }
}
pub struct ListTemplatesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_templates() -> ListTemplatesStmt {
    ListTemplatesStmt(
        "SELECT waba_id, template_id, name, language, status, status_reason, category, quality, body, components, parameter_format, ttl_seconds, ms_of(created_at) AS created_at_ms FROM template WHERE (name, language, waba_id) > ($1, $2, $3) ORDER BY name, language, waba_id LIMIT $4",
        None,
    )
}
impl ListTemplatesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>(
        &'s self,
        client: &'c C,
        after_name: &'a T1,
        after_language: &'a T2,
        after_waba_id: &'a T3,
        limit: &'a i64,
    ) -> ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4> {
        ListTemplatesQuery {
            client,
            params: [after_name, after_language, after_waba_id, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListTemplatesBorrowed, tokio_postgres::Error> {
                Ok(ListTemplatesBorrowed {
                    waba_id: row.try_get(0)?,
                    template_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    language: row.try_get(3)?,
                    status: row.try_get(4)?,
                    status_reason: row.try_get(5)?,
                    category: row.try_get(6)?,
                    quality: row.try_get(7)?,
                    body: row.try_get(8)?,
                    components: row.try_get(9)?,
                    parameter_format: row.try_get(10)?,
                    ttl_seconds: row.try_get(11)?,
                    created_at_ms: row.try_get(12)?,
                })
            },
            mapper: |it| ListTemplates::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql, T3: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        ListTemplatesParams<T1, T2, T3>,
        ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4>,
        C,
    > for ListTemplatesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListTemplatesParams<T1, T2, T3>,
    ) -> ListTemplatesQuery<'c, 'a, 's, C, ListTemplates, 4> {
        self.bind(client, &params.after_name, &params.after_language, &params.after_waba_id, &params.limit)
    }
}
