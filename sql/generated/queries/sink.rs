// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct LoadSinkCursorsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
> {
    pub topics: T2,
    pub partitions: T3,
    pub endpoint_ids: T4,
}
#[derive(Debug)]
pub struct AdvanceSinkPositionsParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i64>,
    T5: crate::ArraySql<Item = i64>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
> {
    pub ttl_ms: i64,
    pub tasks: T2,
    pub partitions: T3,
    pub epochs: T4,
    pub next_offsets: T5,
    pub high_waters: T7,
}
#[derive(Debug)]
pub struct SaveSinkCursorsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = Option<i64>>,
> {
    pub tenant_ids: T1,
    pub endpoint_ids: T2,
    pub topics: T4,
    pub partitions: T5,
    pub next_offsets: T6,
    pub failing_since_ms: T7,
}
#[derive(Debug)]
pub struct DeleteSinkCursorsParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
> {
    pub tenant_ids: T1,
    pub endpoint_ids: T2,
    pub topics: T4,
    pub partitions: T5,
}
#[derive(Debug)]
pub struct DisableSinkEndpointParams<T1: crate::StringSql> {
    pub reason: T1,
    pub tenant_id: uuid::Uuid,
    pub endpoint_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryReceivers {
    pub tenant_id: uuid::Uuid,
    pub endpoint_id: uuid::Uuid,
    pub url: String,
    pub topics: Vec<String>,
    pub secret: String,
    pub form: String,
}
pub struct DirectoryReceiversBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub endpoint_id: uuid::Uuid,
    pub url: &'a str,
    pub topics: crate::ArrayIterator<'a, &'a str>,
    pub secret: &'a str,
    pub form: &'a str,
}
impl<'a> From<DirectoryReceiversBorrowed<'a>> for DirectoryReceivers {
    fn from(
        DirectoryReceiversBorrowed { tenant_id, endpoint_id, url, topics, secret, form }: DirectoryReceiversBorrowed<
            'a,
        >,
    ) -> Self {
        Self {
            tenant_id,
            endpoint_id,
            url: url.into(),
            topics: topics.map(|v| v.into()).collect(),
            secret: secret.into(),
            form: form.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryNumbers {
    pub sender_id: String,
    pub waba_id: String,
    pub display_number: String,
    pub channel: String,
}
pub struct DirectoryNumbersBorrowed<'a> {
    pub sender_id: &'a str,
    pub waba_id: &'a str,
    pub display_number: &'a str,
    pub channel: &'a str,
}
impl<'a> From<DirectoryNumbersBorrowed<'a>> for DirectoryNumbers {
    fn from(
        DirectoryNumbersBorrowed { sender_id, waba_id, display_number, channel }: DirectoryNumbersBorrowed<'a>,
    ) -> Self {
        Self {
            sender_id: sender_id.into(),
            waba_id: waba_id.into(),
            display_number: display_number.into(),
            channel: channel.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct DirectoryNumberOwners {
    pub tenant_id: uuid::Uuid,
    pub sender_id: String,
    pub waba_id: String,
    pub display_number: String,
    pub channel: String,
}
pub struct DirectoryNumberOwnersBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub sender_id: &'a str,
    pub waba_id: &'a str,
    pub display_number: &'a str,
    pub channel: &'a str,
}
impl<'a> From<DirectoryNumberOwnersBorrowed<'a>> for DirectoryNumberOwners {
    fn from(
        DirectoryNumberOwnersBorrowed {
            tenant_id,
            sender_id,
            waba_id,
            display_number,
            channel,
        }: DirectoryNumberOwnersBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            sender_id: sender_id.into(),
            waba_id: waba_id.into(),
            display_number: display_number.into(),
            channel: channel.into(),
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LoadSinkCursors {
    pub tenant_id: uuid::Uuid,
    pub endpoint_id: uuid::Uuid,
    pub topic: String,
    pub partition: i32,
    pub next_offset: i64,
    pub failing_since_ms: Option<i64>,
}
pub struct LoadSinkCursorsBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub endpoint_id: uuid::Uuid,
    pub topic: &'a str,
    pub partition: i32,
    pub next_offset: i64,
    pub failing_since_ms: Option<i64>,
}
impl<'a> From<LoadSinkCursorsBorrowed<'a>> for LoadSinkCursors {
    fn from(
        LoadSinkCursorsBorrowed {
            tenant_id,
            endpoint_id,
            topic,
            partition,
            next_offset,
            failing_since_ms,
        }: LoadSinkCursorsBorrowed<'a>,
    ) -> Self {
        Self { tenant_id, endpoint_id, topic: topic.into(), partition, next_offset, failing_since_ms }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct AdvanceSinkPositions {
    pub task: String,
    pub partition: i32,
}
pub struct AdvanceSinkPositionsBorrowed<'a> {
    pub task: &'a str,
    pub partition: i32,
}
impl<'a> From<AdvanceSinkPositionsBorrowed<'a>> for AdvanceSinkPositions {
    fn from(AdvanceSinkPositionsBorrowed { task, partition }: AdvanceSinkPositionsBorrowed<'a>) -> Self {
        Self { task: task.into(), partition }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct DirectoryReceiversQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryReceiversBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryReceiversBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryReceiversQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(DirectoryReceiversBorrowed) -> R) -> DirectoryReceiversQuery<'c, 'a, 's, C, R, N> {
        DirectoryReceiversQuery {
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
pub struct DirectoryNumbersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryNumbersBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryNumbersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryNumbersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(DirectoryNumbersBorrowed) -> R) -> DirectoryNumbersQuery<'c, 'a, 's, C, R, N> {
        DirectoryNumbersQuery {
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
pub struct DirectoryNumberOwnersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<DirectoryNumberOwnersBorrowed, tokio_postgres::Error>,
    mapper: fn(DirectoryNumberOwnersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> DirectoryNumberOwnersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(DirectoryNumberOwnersBorrowed) -> R,
    ) -> DirectoryNumberOwnersQuery<'c, 'a, 's, C, R, N> {
        DirectoryNumberOwnersQuery {
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
pub struct LoadSinkCursorsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LoadSinkCursorsBorrowed, tokio_postgres::Error>,
    mapper: fn(LoadSinkCursorsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LoadSinkCursorsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LoadSinkCursorsBorrowed) -> R) -> LoadSinkCursorsQuery<'c, 'a, 's, C, R, N> {
        LoadSinkCursorsQuery {
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
pub struct AdvanceSinkPositionsQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<AdvanceSinkPositionsBorrowed, tokio_postgres::Error>,
    mapper: fn(AdvanceSinkPositionsBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> AdvanceSinkPositionsQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(
        self,
        mapper: fn(AdvanceSinkPositionsBorrowed) -> R,
    ) -> AdvanceSinkPositionsQuery<'c, 'a, 's, C, R, N> {
        AdvanceSinkPositionsQuery {
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
pub struct DirectoryReceiversStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_receivers() -> DirectoryReceiversStmt {
    DirectoryReceiversStmt("SELECT tenant_id, endpoint_id, url, topics, secret, form FROM directory_receivers()", None)
}
impl DirectoryReceiversStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> DirectoryReceiversQuery<'c, 'a, 's, C, DirectoryReceivers, 0> {
        DirectoryReceiversQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectoryReceiversBorrowed, tokio_postgres::Error> {
                Ok(DirectoryReceiversBorrowed {
                    tenant_id: row.try_get(0)?,
                    endpoint_id: row.try_get(1)?,
                    url: row.try_get(2)?,
                    topics: row.try_get(3)?,
                    secret: row.try_get(4)?,
                    form: row.try_get(5)?,
                })
            },
            mapper: |it| DirectoryReceivers::from(it),
        }
    }
}
pub struct DirectoryNumbersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_numbers() -> DirectoryNumbersStmt {
    DirectoryNumbersStmt("SELECT sender_id, waba_id, display_number, channel FROM directory_numbers()", None)
}
impl DirectoryNumbersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> DirectoryNumbersQuery<'c, 'a, 's, C, DirectoryNumbers, 0> {
        DirectoryNumbersQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectoryNumbersBorrowed, tokio_postgres::Error> {
                Ok(DirectoryNumbersBorrowed {
                    sender_id: row.try_get(0)?,
                    waba_id: row.try_get(1)?,
                    display_number: row.try_get(2)?,
                    channel: row.try_get(3)?,
                })
            },
            mapper: |it| DirectoryNumbers::from(it),
        }
    }
}
pub struct DirectoryNumberOwnersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn directory_number_owners() -> DirectoryNumberOwnersStmt {
    DirectoryNumberOwnersStmt(
        "SELECT tenant_id, sender_id, waba_id, display_number, channel FROM directory_number_owners()",
        None,
    )
}
impl DirectoryNumberOwnersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> DirectoryNumberOwnersQuery<'c, 'a, 's, C, DirectoryNumberOwners, 0> {
        DirectoryNumberOwnersQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<DirectoryNumberOwnersBorrowed, tokio_postgres::Error> {
                Ok(DirectoryNumberOwnersBorrowed {
                    tenant_id: row.try_get(0)?,
                    sender_id: row.try_get(1)?,
                    waba_id: row.try_get(2)?,
                    display_number: row.try_get(3)?,
                    channel: row.try_get(4)?,
                })
            },
            mapper: |it| DirectoryNumberOwners::from(it),
        }
    }
}
pub struct LoadSinkCursorsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn load_sink_cursors() -> LoadSinkCursorsStmt {
    LoadSinkCursorsStmt(
        "SELECT c.tenant_id, c.endpoint_id, c.topic, c.partition, c.next_offset, ms_of(c.failing_since) AS failing_since_ms FROM unnest($1::text[], $2::int[]) AS p (topic, partition) JOIN sink_cursor c ON c.topic = p.topic AND c.partition = p.partition WHERE c.endpoint_id = ANY ($3)",
        None,
    )
}
impl LoadSinkCursorsStmt {
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
        T2: crate::ArraySql<Item = T1>,
        T3: crate::ArraySql<Item = i32>,
        T4: crate::ArraySql<Item = uuid::Uuid>,
    >(
        &'s self,
        client: &'c C,
        topics: &'a T2,
        partitions: &'a T3,
        endpoint_ids: &'a T4,
    ) -> LoadSinkCursorsQuery<'c, 'a, 's, C, LoadSinkCursors, 3> {
        LoadSinkCursorsQuery {
            client,
            params: [topics, partitions, endpoint_ids],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LoadSinkCursorsBorrowed, tokio_postgres::Error> {
                Ok(LoadSinkCursorsBorrowed {
                    tenant_id: row.try_get(0)?,
                    endpoint_id: row.try_get(1)?,
                    topic: row.try_get(2)?,
                    partition: row.try_get(3)?,
                    next_offset: row.try_get(4)?,
                    failing_since_ms: row.try_get(5)?,
                })
            },
            mapper: |it| LoadSinkCursors::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = uuid::Uuid>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        LoadSinkCursorsParams<T1, T2, T3, T4>,
        LoadSinkCursorsQuery<'c, 'a, 's, C, LoadSinkCursors, 3>,
        C,
    > for LoadSinkCursorsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a LoadSinkCursorsParams<T1, T2, T3, T4>,
    ) -> LoadSinkCursorsQuery<'c, 'a, 's, C, LoadSinkCursors, 3> {
        self.bind(client, &params.topics, &params.partitions, &params.endpoint_ids)
    }
}
pub struct AdvanceSinkPositionsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn advance_sink_positions() -> AdvanceSinkPositionsStmt {
    AdvanceSinkPositionsStmt(
        "UPDATE task_lease l SET next_offset = n.next_offset, high_water = n.high_water, valid_until = now() + $1::bigint * interval '1 millisecond' FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[]) AS n (task, partition, epoch, next_offset, high_water) WHERE l.task = n.task AND l.partition = n.partition AND l.epoch = n.epoch RETURNING l.task, l.partition",
        None,
    )
}
impl AdvanceSinkPositionsStmt {
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
        T2: crate::ArraySql<Item = T1>,
        T3: crate::ArraySql<Item = i32>,
        T4: crate::ArraySql<Item = i64>,
        T5: crate::ArraySql<Item = i64>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
    >(
        &'s self,
        client: &'c C,
        ttl_ms: &'a i64,
        tasks: &'a T2,
        partitions: &'a T3,
        epochs: &'a T4,
        next_offsets: &'a T5,
        high_waters: &'a T7,
    ) -> AdvanceSinkPositionsQuery<'c, 'a, 's, C, AdvanceSinkPositions, 6> {
        AdvanceSinkPositionsQuery {
            client,
            params: [ttl_ms, tasks, partitions, epochs, next_offsets, high_waters],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<AdvanceSinkPositionsBorrowed, tokio_postgres::Error> {
                Ok(AdvanceSinkPositionsBorrowed { task: row.try_get(0)?, partition: row.try_get(1)? })
            },
            mapper: |it| AdvanceSinkPositions::from(it),
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i64>,
    T5: crate::ArraySql<Item = i64>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        AdvanceSinkPositionsParams<T1, T2, T3, T4, T5, T6, T7>,
        AdvanceSinkPositionsQuery<'c, 'a, 's, C, AdvanceSinkPositions, 6>,
        C,
    > for AdvanceSinkPositionsStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a AdvanceSinkPositionsParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> AdvanceSinkPositionsQuery<'c, 'a, 's, C, AdvanceSinkPositions, 6> {
        self.bind(
            client,
            &params.ttl_ms,
            &params.tasks,
            &params.partitions,
            &params.epochs,
            &params.next_offsets,
            &params.high_waters,
        )
    }
}
pub struct SaveSinkCursorsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn save_sink_cursors() -> SaveSinkCursorsStmt {
    SaveSinkCursorsStmt(
        "INSERT INTO sink_cursor (tenant_id, endpoint_id, topic, partition, next_offset, failing_since) SELECT n.tenant_id, n.endpoint_id, n.topic, n.partition, n.next_offset, at_ms(n.failing_since_ms) FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::bigint[], $6::bigint[]) AS n (tenant_id, endpoint_id, topic, partition, next_offset, failing_since_ms) JOIN sink_endpoint e ON e.tenant_id = n.tenant_id AND e.endpoint_id = n.endpoint_id ON CONFLICT (tenant_id, endpoint_id, topic, partition) DO UPDATE SET next_offset = excluded.next_offset, failing_since = excluded.failing_since",
        None,
    )
}
impl SaveSinkCursorsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::ArraySql<Item = i32>,
        T6: crate::ArraySql<Item = i64>,
        T7: crate::ArraySql<Item = Option<i64>>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        endpoint_ids: &'a T2,
        topics: &'a T4,
        partitions: &'a T5,
        next_offsets: &'a T6,
        failing_since_ms: &'a T7,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, endpoint_ids, topics, partitions, next_offsets, failing_since_ms]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
    T6: crate::ArraySql<Item = i64>,
    T7: crate::ArraySql<Item = Option<i64>>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SaveSinkCursorsParams<T1, T2, T3, T4, T5, T6, T7>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for SaveSinkCursorsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SaveSinkCursorsParams<T1, T2, T3, T4, T5, T6, T7>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.endpoint_ids,
            &params.topics,
            &params.partitions,
            &params.next_offsets,
            &params.failing_since_ms,
        ))
    }
}
pub struct DeleteSinkCursorsStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn delete_sink_cursors() -> DeleteSinkCursorsStmt {
    DeleteSinkCursorsStmt(
        "DELETE FROM sink_cursor c USING unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]) AS n (tenant_id, endpoint_id, topic, partition) WHERE c.tenant_id = n.tenant_id AND c.endpoint_id = n.endpoint_id AND c.topic = n.topic AND c.partition = n.partition",
        None,
    )
}
impl DeleteSinkCursorsStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::StringSql,
        T4: crate::ArraySql<Item = T3>,
        T5: crate::ArraySql<Item = i32>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        endpoint_ids: &'a T2,
        topics: &'a T4,
        partitions: &'a T5,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, endpoint_ids, topics, partitions]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::StringSql,
    T4: crate::ArraySql<Item = T3>,
    T5: crate::ArraySql<Item = i32>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DeleteSinkCursorsParams<T1, T2, T3, T4, T5>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DeleteSinkCursorsStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DeleteSinkCursorsParams<T1, T2, T3, T4, T5>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.tenant_ids, &params.endpoint_ids, &params.topics, &params.partitions))
    }
}
pub struct DisableSinkEndpointStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn disable_sink_endpoint() -> DisableSinkEndpointStmt {
    DisableSinkEndpointStmt(
        "UPDATE sink_endpoint SET disabled_reason = $1 WHERE tenant_id = $2 AND endpoint_id = $3 AND disabled_reason IS NULL",
        None,
    )
}
impl DisableSinkEndpointStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        reason: &'a T1,
        tenant_id: &'a uuid::Uuid,
        endpoint_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[reason, tenant_id, endpoint_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        DisableSinkEndpointParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for DisableSinkEndpointStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a DisableSinkEndpointParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.reason, &params.tenant_id, &params.endpoint_id))
    }
}
