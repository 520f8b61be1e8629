// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug, Clone, PartialEq)]
pub struct DirectorySenders {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub waba_id: String,
    pub limit_per_second: i32,
    pub access_token: String,
    pub graph_version: Option<String>,
    pub tenant_weight: i32,
    pub tenant_max_per_minute: Option<i32>,
    pub tenant_time_zone: String,
    pub portfolio_id: String,
    pub messaging_limit: Option<i32>,
    pub stop_words: Vec<String>,
    pub blocked: bool,
    pub blocked_until_ms: Option<i64>,
    pub restrictions: Option<String>,
    pub quality_event: Option<String>,
}
pub struct DirectorySendersBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub waba_id: &'a str,
    pub limit_per_second: i32,
    pub access_token: &'a str,
    pub graph_version: Option<&'a str>,
    pub tenant_weight: i32,
    pub tenant_max_per_minute: Option<i32>,
    pub tenant_time_zone: &'a str,
    pub portfolio_id: &'a str,
    pub messaging_limit: Option<i32>,
    pub stop_words: crate::ArrayIterator<'a, &'a str>,
    pub blocked: bool,
    pub blocked_until_ms: Option<i64>,
    pub restrictions: Option<&'a str>,
    pub quality_event: Option<&'a str>,
}
impl<'a> From<DirectorySendersBorrowed<'a>> for DirectorySenders {
    fn from(
        DirectorySendersBorrowed {
            tenant_id,
            sender_id,
            waba_id,
            limit_per_second,
            access_token,
            graph_version,
            tenant_weight,
            tenant_max_per_minute,
            tenant_time_zone,
            portfolio_id,
            messaging_limit,
            stop_words,
            blocked,
            blocked_until_ms,
            restrictions,
            quality_event,
        }: DirectorySendersBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            sender_id: sender_id.into(),
            waba_id: waba_id.into(),
            limit_per_second,
            access_token: access_token.into(),
            graph_version: graph_version.map(|v| v.into()),
            tenant_weight,
            tenant_max_per_minute,
            tenant_time_zone: tenant_time_zone.into(),
            portfolio_id: portfolio_id.into(),
            messaging_limit,
            stop_words: stop_words.map(|v| v.into()).collect(),
            blocked,
            blocked_until_ms,
            restrictions: restrictions.map(|v| v.into()),
            quality_event: quality_event.map(|v| v.into()),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryWabaTenants {
    pub waba_id: String,
    pub tenant_id: uuid::Uuid,
}
pub struct DirectoryWabaTenantsBorrowed<'a> {
    pub waba_id: &'a str,
    pub tenant_id: uuid::Uuid,
}
impl<'a> From<DirectoryWabaTenantsBorrowed<'a>> for DirectoryWabaTenants {
    fn from(DirectoryWabaTenantsBorrowed { waba_id, tenant_id }: DirectoryWabaTenantsBorrowed<'a>) -> Self {
        Self { waba_id: waba_id.into(), tenant_id }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryActiveCampaigns {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: String,
}
pub struct DirectoryActiveCampaignsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub campaign_id: uuid::Uuid,
    pub sender_id: &'a str,
}
impl<'a> From<DirectoryActiveCampaignsBorrowed<'a>> for DirectoryActiveCampaigns {
    fn from(
        DirectoryActiveCampaignsBorrowed { tenant_id, campaign_id, sender_id }: DirectoryActiveCampaignsBorrowed<'a>,
    ) -> Self {
        Self { tenant_id, campaign_id, sender_id: sender_id.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TenantOfApiKey {
    pub tenant_id: uuid::Uuid,
    pub name: String,
    pub backlog_max: i32,
}
pub struct TenantOfApiKeyBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub name: &'a str,
    pub backlog_max: i32,
}
impl<'a> From<TenantOfApiKeyBorrowed<'a>> for TenantOfApiKey {
    fn from(TenantOfApiKeyBorrowed { tenant_id, name, backlog_max }: TenantOfApiKeyBorrowed<'a>) -> Self {
        Self { tenant_id, name: name.into(), backlog_max }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct DirectorySendersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectorySendersBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectorySendersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectorySendersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(DirectorySendersBorrowed) -> R) -> DirectorySendersQuery<'c, 'a, 's, C, R, N> {
        DirectorySendersQuery {
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
pub struct DirectoryWabaTenantsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryWabaTenantsBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryWabaTenantsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryWabaTenantsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryWabaTenantsBorrowed) -> R,
    ) -> DirectoryWabaTenantsQuery<'c, 'a, 's, C, R, N> {
        DirectoryWabaTenantsQuery {
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
pub struct DirectoryActiveCampaignsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryActiveCampaignsBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryActiveCampaignsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryActiveCampaignsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryActiveCampaignsBorrowed) -> R,
    ) -> DirectoryActiveCampaignsQuery<'c, 'a, 's, C, R, N> {
        DirectoryActiveCampaignsQuery {
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
pub struct TenantOfApiKeyQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TenantOfApiKeyBorrowed, tokio_postgres::Error>,
    mapper: fn(TenantOfApiKeyBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TenantOfApiKeyQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TenantOfApiKeyBorrowed) -> R) -> TenantOfApiKeyQuery<'c, 'a, 's, C, R, N> {
        TenantOfApiKeyQuery {
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
pub struct DirectorySendersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_senders() -> DirectorySendersStmt {
    DirectorySendersStmt(
        "SELECT tenant_id, sender_id, waba_id, limit_per_second, access_token, graph_version, tenant_weight, tenant_max_per_minute, tenant_time_zone, portfolio_id, messaging_limit, stop_words, blocked, blocked_until_ms, restrictions, quality_event FROM directory_senders()",
        None,
    )
}
impl DirectorySendersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> DirectorySendersQuery<'c, 'a, 's, C, DirectorySenders, 0> {
        DirectorySendersQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectorySendersBorrowed, tokio_postgres::Error> {
                Ok(DirectorySendersBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    waba_id: row.try_get(2)?,
                    limit_per_second: row.try_get(3)?,
                    access_token: row.try_get(4)?,
                    graph_version: row.try_get(5)?,
                    tenant_weight: row.try_get(6)?,
                    tenant_max_per_minute: row.try_get(7)?,
                    tenant_time_zone: row.try_get(8)?,
                    portfolio_id: row.try_get(9)?,
                    messaging_limit: row.try_get(10)?,
                    stop_words: row.try_get(11)?,
                    blocked: row.try_get(12)?,
                    blocked_until_ms: row.try_get(13)?,
                    restrictions: row.try_get(14)?,
                    quality_event: row.try_get(15)?,
                })
            },
            mapper: |it| DirectorySenders::from(it),
        }
    }
}
pub struct DirectoryWabaTenantsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_waba_tenants() -> DirectoryWabaTenantsStmt {
    DirectoryWabaTenantsStmt("SELECT waba_id, tenant_id FROM directory_waba_tenants($1)", None)
}
impl DirectoryWabaTenantsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        wabas: &'a T2,
    ) -> DirectoryWabaTenantsQuery<'c, 'a, 's, C, DirectoryWabaTenants, 1> {
        DirectoryWabaTenantsQuery {
            client,
            params: [wabas],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectoryWabaTenantsBorrowed, tokio_postgres::Error> {
                Ok(DirectoryWabaTenantsBorrowed { waba_id: row.try_get(0)?, tenant_id: row.try_get(1)? })
            },
            mapper: |it| DirectoryWabaTenants::from(it),
        }
    }
}
pub struct DirectoryActiveCampaignsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_active_campaigns() -> DirectoryActiveCampaignsStmt {
    DirectoryActiveCampaignsStmt("SELECT tenant_id, campaign_id, sender_id FROM directory_active_campaigns()", None)
}
impl DirectoryActiveCampaignsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> DirectoryActiveCampaignsQuery<'c, 'a, 's, C, DirectoryActiveCampaigns, 0> {
        DirectoryActiveCampaignsQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectoryActiveCampaignsBorrowed, tokio_postgres::Error> {
                Ok(DirectoryActiveCampaignsBorrowed {
                    tenant_id: row.try_get(0)?,
                    campaign_id: row.try_get(1)?,
                    sender_id: row.try_get(2)?,
                })
            },
            mapper: |it| DirectoryActiveCampaigns::from(it),
        }
    }
}
pub struct TenantOfApiKeyStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn tenant_of_api_key() -> TenantOfApiKeyStmt {
    TenantOfApiKeyStmt("SELECT tenant_id, name, backlog_max FROM tenant_of_api_key($1)", None)
}
impl TenantOfApiKeyStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::BytesSql>(
        &'s self,
        client: &'c C,
        hash: &'a T1,
    ) -> TenantOfApiKeyQuery<'c, 'a, 's, C, TenantOfApiKey, 1> {
        TenantOfApiKeyQuery {
            client,
            params: [hash],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TenantOfApiKeyBorrowed, tokio_postgres::Error> {
                Ok(TenantOfApiKeyBorrowed {
                    tenant_id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    backlog_max: row.try_get(2)?,
                })
            },
            mapper: |it| TenantOfApiKey::from(it),
        }
    }
}
