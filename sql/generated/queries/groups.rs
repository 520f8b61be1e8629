// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct NumberOfGroupParams<T1: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub group_id: T1,
}
#[derive(Debug)]
pub struct PutGroupsParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>, T3: crate::StringSql> {
    pub group_ids: T2,
    pub tenant_id: uuid::Uuid,
    pub sender_id: T3,
}
#[derive(Debug)]
pub struct ForgetGroupParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub group_id: T1,
    pub sender_id: T2,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
pub struct NumberOfGroupStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn number_of_group() -> NumberOfGroupStmt {
    NumberOfGroupStmt(
        "SELECT g.sender_id FROM number_group g JOIN sender s USING (tenant_id, sender_id) WHERE g.tenant_id = $1 AND g.group_id = $2 AND s.channel = 'whatsapp'",
        None,
    )
}
impl NumberOfGroupStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        group_id: &'a T1,
    ) -> StringQuery<'c, 'a, 's, C, String, 2> {
        StringQuery {
            client,
            params: [tenant_id, group_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, NumberOfGroupParams<T1>, StringQuery<'c, 'a, 's, C, String, 2>, C>
    for NumberOfGroupStmt
{
    fn params(&'s self, client: &'c C, params: &'a NumberOfGroupParams<T1>) -> StringQuery<'c, 'a, 's, C, String, 2> {
        self.bind(client, &params.tenant_id, &params.group_id)
    }
}
pub struct PutGroupsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn put_groups() -> PutGroupsStmt {
    PutGroupsStmt(
        "INSERT INTO number_group AS g (tenant_id, group_id, sender_id) SELECT s.tenant_id, told.group_id, s.sender_id FROM sender s, (SELECT DISTINCT unnest($1::text[]) AS group_id) told WHERE s.tenant_id = $2 AND s.sender_id = $3 AND s.channel = 'whatsapp' ON CONFLICT (tenant_id, group_id) DO UPDATE SET sender_id = excluded.sender_id, told_at = excluded.told_at WHERE g.sender_id <> excluded.sender_id",
        None,
    )
}
impl PutGroupsStmt {
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
        T2: crate::ArraySql<Item = T1>,
        T3: crate::StringSql,
    >(
        &'s self,
        client: &'c C,
        group_ids: &'a T2,
        tenant_id: &'a uuid::Uuid,
        sender_id: &'a T3,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[group_ids, tenant_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>, T3: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        PutGroupsParams<T1, T2, T3>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for PutGroupsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a PutGroupsParams<T1, T2, T3>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.group_ids, &params.tenant_id, &params.sender_id))
    }
}
pub struct ForgetGroupStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_group() -> ForgetGroupStmt {
    ForgetGroupStmt("DELETE FROM number_group WHERE tenant_id = $1 AND group_id = $2 AND sender_id = $3", None)
}
impl ForgetGroupStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        group_id: &'a T1,
        sender_id: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_id, group_id, sender_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ForgetGroupParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ForgetGroupStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ForgetGroupParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_id, &params.group_id, &params.sender_id))
    }
}
