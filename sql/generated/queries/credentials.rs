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
