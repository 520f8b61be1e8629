// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct InsertEndpointParams<
    T1: crate::StringSql,
    T2: crate::StringSql,
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
> {
    pub endpoint_id: uuid::Uuid,
    pub url: T1,
    pub topics: T3,
    pub form: T4,
}
#[derive(Debug)]
pub struct InsertEndpointSecretParams<T1: crate::StringSql> {
    pub endpoint_id: uuid::Uuid,
    pub secret: T1,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListEndpoints {
    pub endpoint_id: uuid::Uuid,
    pub url: String,
    pub topics: Vec<String>,
    pub form: String,
    pub disabled_reason: Option<String>,
    pub created_at_ms: i64,
}
pub struct ListEndpointsBorrowed<'a> {
    pub endpoint_id: uuid::Uuid,
    pub url: &'a str,
    pub topics: crate::ArrayIterator<'a, &'a str>,
    pub form: &'a str,
    pub disabled_reason: Option<&'a str>,
    pub created_at_ms: i64,
}
impl<'a> From<ListEndpointsBorrowed<'a>> for ListEndpoints {
    fn from(
        ListEndpointsBorrowed { endpoint_id, url, topics, form, disabled_reason, created_at_ms }: ListEndpointsBorrowed<
            'a,
        >,
    ) -> Self {
        Self {
            endpoint_id,
            url: url.into(),
            topics: topics.map(|v| v.into()).collect(),
            form: form.into(),
            disabled_reason: disabled_reason.map(|v| v.into()),
            created_at_ms,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct ListEndpointsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListEndpointsBorrowed, tokio_postgres::Error>,
    mapper: fn(ListEndpointsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListEndpointsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListEndpointsBorrowed) -> R) -> ListEndpointsQuery<'c, 'a, 's, C, R, N> {
        ListEndpointsQuery {
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
pub struct CountEndpointsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_endpoints() -> CountEndpointsStmt {
    CountEndpointsStmt("SELECT count(*) AS endpoints FROM sink_endpoint", None)
}
impl CountEndpointsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> I64Query<'c, 'a, 's, C, i64, 0> {
        I64Query {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct InsertEndpointStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_endpoint() -> InsertEndpointStmt {
    InsertEndpointStmt(
        "INSERT INTO sink_endpoint (tenant_id, endpoint_id, url, topics, form) VALUES (app_tenant(), $1, $2, $3, $4) RETURNING ms_of(created_at) AS created_at_ms",
        None,
    )
}
impl InsertEndpointStmt {
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
        T3: crate::ArraySql<Item = T2>,
        T4: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
        url: &'a T1,
        topics: &'a T3,
        form: &'a T4,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        I64Query {
            client,
            params: [endpoint_id, url, topics, form],
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
    T3: crate::ArraySql<Item = T2>,
    T4: crate::StringSql,
> crate::client::async_::Params<'c, 'a, 's, InsertEndpointParams<T1, T2, T3, T4>, I64Query<'c, 'a, 's, C, i64, 4>, C>
    for InsertEndpointStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a InsertEndpointParams<T1, T2, T3, T4>,
    ) -> I64Query<'c, 'a, 's, C, i64, 4> {
        self.bind(client, &params.endpoint_id, &params.url, &params.topics, &params.form)
    }
}
pub struct InsertEndpointSecretStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_endpoint_secret() -> InsertEndpointSecretStmt {
    InsertEndpointSecretStmt(
        "INSERT INTO sink_secret (tenant_id, endpoint_id, secret) VALUES (app_tenant(), $1, $2)",
        None,
    )
}
impl InsertEndpointSecretStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
        secret: &'a T1,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[endpoint_id, secret]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertEndpointSecretParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertEndpointSecretStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertEndpointSecretParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.endpoint_id, &params.secret))
    }
}
pub struct ListEndpointsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_endpoints() -> ListEndpointsStmt {
    ListEndpointsStmt(
        "SELECT endpoint_id, url, topics, form, disabled_reason, ms_of(created_at) AS created_at_ms FROM sink_endpoint ORDER BY endpoint_id",
        None,
    )
}
impl ListEndpointsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> ListEndpointsQuery<'c, 'a, 's, C, ListEndpoints, 0> {
        ListEndpointsQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListEndpointsBorrowed, tokio_postgres::Error> {
                Ok(ListEndpointsBorrowed {
                    endpoint_id: row.try_get(0)?,
                    url: row.try_get(1)?,
                    topics: row.try_get(2)?,
                    form: row.try_get(3)?,
                    disabled_reason: row.try_get(4)?,
                    created_at_ms: row.try_get(5)?,
                })
            },
            mapper: |it| ListEndpoints::from(it),
        }
    }
}
pub struct DeleteEndpointStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_endpoint() -> DeleteEndpointStmt {
    DeleteEndpointStmt("DELETE FROM sink_endpoint WHERE endpoint_id = $1", None)
}
impl DeleteEndpointStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        endpoint_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[endpoint_id]).await
    }
}
