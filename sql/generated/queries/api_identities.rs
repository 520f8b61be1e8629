// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct IdsOfPersonParams<T1: crate::StringSql> {
    pub contact: T1,
    pub limit: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct IdsOfPerson {
    pub portfolio_id: String,
    pub kind: String,
    pub value: String,
    pub former: bool,
    pub at_ms: i64,
}
pub struct IdsOfPersonBorrowed<'a> {
    pub portfolio_id: &'a str,
    pub kind: &'a str,
    pub value: &'a str,
    pub former: bool,
    pub at_ms: i64,
}
impl<'a> From<IdsOfPersonBorrowed<'a>> for IdsOfPerson {
    fn from(IdsOfPersonBorrowed { portfolio_id, kind, value, former, at_ms }: IdsOfPersonBorrowed<'a>) -> Self {
        Self { portfolio_id: portfolio_id.into(), kind: kind.into(), value: value.into(), former, at_ms }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct IdsOfPersonQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<IdsOfPersonBorrowed, tokio_postgres::Error>,
    mapper: fn(IdsOfPersonBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> IdsOfPersonQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(IdsOfPersonBorrowed) -> R) -> IdsOfPersonQuery<'c, 'a, 's, C, R, N> {
        IdsOfPersonQuery {
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
pub struct IdsOfPersonStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn ids_of_person() -> IdsOfPersonStmt {
    IdsOfPersonStmt(
        "SELECT i.portfolio_id, i.kind, i.value, i.former, ms_of(i.at) AS at_ms FROM identity own JOIN identity i ON i.person = own.person WHERE own.value = $1 AND own.kind <> 'username' ORDER BY i.portfolio_id, i.person, i.kind, i.former, i.at DESC, i.value LIMIT $2",
        None,
    )
}
impl IdsOfPersonStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        contact: &'a T1,
        limit: &'a i64,
    ) -> IdsOfPersonQuery<'c, 'a, 's, C, IdsOfPerson, 2> {
        IdsOfPersonQuery {
            client,
            params: [contact, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<IdsOfPersonBorrowed, tokio_postgres::Error> {
                Ok(IdsOfPersonBorrowed {
                    portfolio_id: row.try_get(0)?,
                    kind: row.try_get(1)?,
                    value: row.try_get(2)?,
                    former: row.try_get(3)?,
                    at_ms: row.try_get(4)?,
                })
            },
            mapper: |it| IdsOfPerson::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, IdsOfPersonParams<T1>, IdsOfPersonQuery<'c, 'a, 's, C, IdsOfPerson, 2>, C>
    for IdsOfPersonStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a IdsOfPersonParams<T1>,
    ) -> IdsOfPersonQuery<'c, 'a, 's, C, IdsOfPerson, 2> {
        self.bind(client, &params.contact, &params.limit)
    }
}
