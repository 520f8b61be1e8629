// This file was generated with `cornucopia`. Do not modify.

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
