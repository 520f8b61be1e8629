// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct ListOptOutsParams<T1: crate::StringSql> {
    pub after: T1,
    pub limit: i64,
}
#[derive(Debug)]
pub struct OptOutPersonParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub contact: T1,
    pub reason: T2,
}
#[derive(Debug, Clone, PartialEq)]
pub struct ListOptOuts {
    pub contact: String,
    pub reason: String,
    pub scope: String,
    pub source: String,
    pub at_ms: i64,
}
pub struct ListOptOutsBorrowed<'a> {
    pub contact: &'a str,
    pub reason: &'a str,
    pub scope: &'a str,
    pub source: &'a str,
    pub at_ms: i64,
}
impl<'a> From<ListOptOutsBorrowed<'a>> for ListOptOuts {
    fn from(ListOptOutsBorrowed { contact, reason, scope, source, at_ms }: ListOptOutsBorrowed<'a>) -> Self {
        Self { contact: contact.into(), reason: reason.into(), scope: scope.into(), source: source.into(), at_ms }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct OptedOutContacts {
    pub contact: String,
    pub scope: String,
}
pub struct OptedOutContactsBorrowed<'a> {
    pub contact: &'a str,
    pub scope: &'a str,
}
impl<'a> From<OptedOutContactsBorrowed<'a>> for OptedOutContacts {
    fn from(OptedOutContactsBorrowed { contact, scope }: OptedOutContactsBorrowed<'a>) -> Self {
        Self { contact: contact.into(), scope: scope.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct ListOptOutsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ListOptOutsBorrowed, tokio_postgres::Error>,
    mapper: fn(ListOptOutsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ListOptOutsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ListOptOutsBorrowed) -> R) -> ListOptOutsQuery<'c, 'a, 's, C, R, N> {
        ListOptOutsQuery {
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
pub struct OptedOutContactsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<OptedOutContactsBorrowed, tokio_postgres::Error>,
    mapper: fn(OptedOutContactsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> OptedOutContactsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(OptedOutContactsBorrowed) -> R) -> OptedOutContactsQuery<'c, 'a, 's, C, R, N> {
        OptedOutContactsQuery {
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
pub struct ListOptOutsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_opt_outs() -> ListOptOutsStmt {
    ListOptOutsStmt(
        "SELECT contact, reason, scope, source, ms_of(at) AS at_ms FROM opt_out WHERE contact > $1 AND NOT withdrawn ORDER BY contact LIMIT $2",
        None,
    )
}
impl ListOptOutsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        after: &'a T1,
        limit: &'a i64,
    ) -> ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2> {
        ListOptOutsQuery {
            client,
            params: [after, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ListOptOutsBorrowed, tokio_postgres::Error> {
                Ok(ListOptOutsBorrowed {
                    contact: row.try_get(0)?,
                    reason: row.try_get(1)?,
                    scope: row.try_get(2)?,
                    source: row.try_get(3)?,
                    at_ms: row.try_get(4)?,
                })
            },
            mapper: |it| ListOptOuts::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ListOptOutsParams<T1>, ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2>, C>
    for ListOptOutsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListOptOutsParams<T1>,
    ) -> ListOptOutsQuery<'c, 'a, 's, C, ListOptOuts, 2> {
        self.bind(client, &params.after, &params.limit)
    }
}
pub struct OptOutPersonStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn opt_out_person() -> OptOutPersonStmt {
    OptOutPersonStmt("SELECT opt_out_person(app_tenant(), $1, $2) AS changed", None)
}
impl OptOutPersonStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
        reason: &'a T2,
    ) -> I64Query<'c, 'a, 's, C, i64, 2> {
        I64Query {
            client,
            params: [contact, reason],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, OptOutPersonParams<T1, T2>, I64Query<'c, 'a, 's, C, i64, 2>, C>
    for OptOutPersonStmt
{
    fn params(&'s self, client: &'c C, params: &'a OptOutPersonParams<T1, T2>) -> I64Query<'c, 'a, 's, C, i64, 2> {
        self.bind(client, &params.contact, &params.reason)
    }
}
pub struct WithdrawOptOutStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn withdraw_opt_out() -> WithdrawOptOutStmt {
    WithdrawOptOutStmt("SELECT withdraw_opt_out(app_tenant(), $1) AS withdrawn", None)
}
impl WithdrawOptOutStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
    ) -> I64Query<'c, 'a, 's, C, i64, 1> {
        I64Query {
            client,
            params: [contact],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct OptedOutContactsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn opted_out_contacts() -> OptedOutContactsStmt {
    OptedOutContactsStmt("SELECT contact, scope FROM opt_out WHERE contact = ANY ($1::text[]) AND NOT withdrawn", None)
}
impl OptedOutContactsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        contacts: &'a T2,
    ) -> OptedOutContactsQuery<'c, 'a, 's, C, OptedOutContacts, 1> {
        OptedOutContactsQuery {
            client,
            params: [contacts],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<OptedOutContactsBorrowed, tokio_postgres::Error> {
                Ok(OptedOutContactsBorrowed { contact: row.try_get(0)?, scope: row.try_get(1)? })
            },
            mapper: |it| OptedOutContacts::from(it),
        }
    }
}
