// This file was generated with `cornucopia`. Do not modify.

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
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
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
