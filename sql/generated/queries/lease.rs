// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct EnsureLeaseParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
}
#[derive(Debug)]
pub struct LockLeaseParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
}
#[derive(Debug)]
pub struct TakeLeaseParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub owner: T1,
    pub wait_ms: i64,
    pub ttl_ms: i64,
    pub task: T2,
    pub partition: i32,
}
#[derive(Debug)]
pub struct TakeFreeLeaseParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
    pub owner: T2,
    pub ttl_ms: i64,
}
#[derive(Debug)]
pub struct AdvanceLeaseParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub new_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub high_water: T1,
    pub ttl_ms: i64,
    pub task: T2,
    pub partition: i32,
    pub epoch: i64,
    pub old_offset: i64,
    pub old_outbox_seq: i64,
    pub old_commits: i64,
}
#[derive(Debug)]
pub struct RenewLeasesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = T1>,
    T3: crate::ArraySql<Item = i32>,
    T4: crate::ArraySql<Item = i64>,
> {
    pub ttl_ms: i64,
    pub tasks: T2,
    pub partitions: T3,
    pub epochs: T4,
}
#[derive(Debug)]
pub struct ReleaseLeaseParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
    pub epoch: i64,
}
#[derive(Debug)]
pub struct ReadLeaseParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
}
#[derive(Debug)]
pub struct InsertOutboxParams<T1: crate::StringSql, T2: crate::BytesSql> {
    pub task: T1,
    pub partition: i32,
    pub first_seq: i64,
    pub last_seq: i64,
    pub records: T2,
}
#[derive(Debug)]
pub struct TrimOutboxParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
    pub published_upto: i64,
}
#[derive(Debug)]
pub struct UnpublishedOutboxParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
    pub published_upto: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct LockLease {
    pub owner: String,
    pub lease_ms: i64,
    pub earlier_ms: i64,
}
pub struct LockLeaseBorrowed<'a> {
    pub owner: &'a str,
    pub lease_ms: i64,
    pub earlier_ms: i64,
}
impl<'a> From<LockLeaseBorrowed<'a>> for LockLease {
    fn from(LockLeaseBorrowed { owner, lease_ms, earlier_ms }: LockLeaseBorrowed<'a>) -> Self {
        Self { owner: owner.into(), lease_ms, earlier_ms }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TakeLease {
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub commits: i64,
    pub high_water: String,
}
pub struct TakeLeaseBorrowed<'a> {
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub commits: i64,
    pub high_water: &'a str,
}
impl<'a> From<TakeLeaseBorrowed<'a>> for TakeLease {
    fn from(
        TakeLeaseBorrowed { epoch, next_offset, outbox_seq, published_upto, commits, high_water }: TakeLeaseBorrowed<
            'a,
        >,
    ) -> Self {
        Self { epoch, next_offset, outbox_seq, published_upto, commits, high_water: high_water.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TakeFreeLease {
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub commits: i64,
    pub high_water: String,
}
pub struct TakeFreeLeaseBorrowed<'a> {
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub commits: i64,
    pub high_water: &'a str,
}
impl<'a> From<TakeFreeLeaseBorrowed<'a>> for TakeFreeLease {
    fn from(
        TakeFreeLeaseBorrowed {
            epoch,
            next_offset,
            outbox_seq,
            published_upto,
            commits,
            high_water,
        }: TakeFreeLeaseBorrowed<'a>,
    ) -> Self {
        Self { epoch, next_offset, outbox_seq, published_upto, commits, high_water: high_water.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct RenewLeases {
    pub task: String,
    pub partition: i32,
}
pub struct RenewLeasesBorrowed<'a> {
    pub task: &'a str,
    pub partition: i32,
}
impl<'a> From<RenewLeasesBorrowed<'a>> for RenewLeases {
    fn from(RenewLeasesBorrowed { task, partition }: RenewLeasesBorrowed<'a>) -> Self {
        Self { task: task.into(), partition }
    }
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct ReadLease {
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub commits: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct UnpublishedOutbox {
    pub first_seq: i64,
    pub last_seq: i64,
    pub records: Vec<u8>,
}
pub struct UnpublishedOutboxBorrowed<'a> {
    pub first_seq: i64,
    pub last_seq: i64,
    pub records: &'a [u8],
}
impl<'a> From<UnpublishedOutboxBorrowed<'a>> for UnpublishedOutbox {
    fn from(UnpublishedOutboxBorrowed { first_seq, last_seq, records }: UnpublishedOutboxBorrowed<'a>) -> Self {
        Self { first_seq, last_seq, records: records.into() }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct LockLeaseQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LockLeaseBorrowed, tokio_postgres::Error>,
    mapper: fn(LockLeaseBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LockLeaseQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LockLeaseBorrowed) -> R) -> LockLeaseQuery<'c, 'a, 's, C, R, N> {
        LockLeaseQuery {
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
pub struct TakeLeaseQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TakeLeaseBorrowed, tokio_postgres::Error>,
    mapper: fn(TakeLeaseBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TakeLeaseQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TakeLeaseBorrowed) -> R) -> TakeLeaseQuery<'c, 'a, 's, C, R, N> {
        TakeLeaseQuery {
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
pub struct TakeFreeLeaseQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TakeFreeLeaseBorrowed, tokio_postgres::Error>,
    mapper: fn(TakeFreeLeaseBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TakeFreeLeaseQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TakeFreeLeaseBorrowed) -> R) -> TakeFreeLeaseQuery<'c, 'a, 's, C, R, N> {
        TakeFreeLeaseQuery {
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
pub struct RenewLeasesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<RenewLeasesBorrowed, tokio_postgres::Error>,
    mapper: fn(RenewLeasesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> RenewLeasesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(RenewLeasesBorrowed) -> R) -> RenewLeasesQuery<'c, 'a, 's, C, R, N> {
        RenewLeasesQuery {
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
pub struct ReadLeaseQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ReadLease, tokio_postgres::Error>,
    mapper: fn(ReadLease) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ReadLeaseQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ReadLease) -> R) -> ReadLeaseQuery<'c, 'a, 's, C, R, N> {
        ReadLeaseQuery {
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
pub struct UnpublishedOutboxQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<UnpublishedOutboxBorrowed, tokio_postgres::Error>,
    mapper: fn(UnpublishedOutboxBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UnpublishedOutboxQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(UnpublishedOutboxBorrowed) -> R) -> UnpublishedOutboxQuery<'c, 'a, 's, C, R, N> {
        UnpublishedOutboxQuery {
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
pub struct EnsureLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn ensure_lease() -> EnsureLeaseStmt {
    EnsureLeaseStmt(
        "INSERT INTO task_lease (task, partition, owner, epoch, next_offset, valid_until) VALUES ($1, $2, '', 0, -1, now()) ON CONFLICT (task, partition) DO NOTHING",
        None,
    )
}
impl EnsureLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[task, partition]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        EnsureLeaseParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for EnsureLeaseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a EnsureLeaseParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.task, &params.partition))
    }
}
pub struct LockLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_lease() -> LockLeaseStmt {
    LockLeaseStmt(
        "SELECT owner, greatest(0, (extract(epoch FROM valid_until - now()) * 1000)::bigint) AS lease_ms, greatest(0, (extract(epoch FROM greatest(earlier_until, now()) - now()) * 1000)::bigint) AS earlier_ms FROM task_lease WHERE task = $1 AND partition = $2 FOR UPDATE",
        None,
    )
}
impl LockLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
    ) -> LockLeaseQuery<'c, 'a, 's, C, LockLease, 2> {
        LockLeaseQuery {
            client,
            params: [task, partition],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LockLeaseBorrowed, tokio_postgres::Error> {
                Ok(LockLeaseBorrowed { owner: row.try_get(0)?, lease_ms: row.try_get(1)?, earlier_ms: row.try_get(2)? })
            },
            mapper: |it| LockLease::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, LockLeaseParams<T1>, LockLeaseQuery<'c, 'a, 's, C, LockLease, 2>, C>
    for LockLeaseStmt
{
    fn params(&'s self, client: &'c C, params: &'a LockLeaseParams<T1>) -> LockLeaseQuery<'c, 'a, 's, C, LockLease, 2> {
        self.bind(client, &params.task, &params.partition)
    }
}
pub struct TakeLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_lease() -> TakeLeaseStmt {
    TakeLeaseStmt(
        "UPDATE task_lease SET owner = $1, epoch = epoch + 1, earlier_until = now() + $2::bigint * interval '1 millisecond', valid_until = greatest(valid_until, now() + $3::bigint * interval '1 millisecond') WHERE task = $4 AND partition = $5 RETURNING epoch, next_offset, outbox_seq, published_upto, commits, high_water",
        None,
    )
}
impl TakeLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        owner: &'a T1,
        wait_ms: &'a i64,
        ttl_ms: &'a i64,
        task: &'a T2,
        partition: &'a i32,
    ) -> TakeLeaseQuery<'c, 'a, 's, C, TakeLease, 5> {
        TakeLeaseQuery {
            client,
            params: [owner, wait_ms, ttl_ms, task, partition],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TakeLeaseBorrowed, tokio_postgres::Error> {
                Ok(TakeLeaseBorrowed {
                    epoch: row.try_get(0)?,
                    next_offset: row.try_get(1)?,
                    outbox_seq: row.try_get(2)?,
                    published_upto: row.try_get(3)?,
                    commits: row.try_get(4)?,
                    high_water: row.try_get(5)?,
                })
            },
            mapper: |it| TakeLease::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, TakeLeaseParams<T1, T2>, TakeLeaseQuery<'c, 'a, 's, C, TakeLease, 5>, C>
    for TakeLeaseStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TakeLeaseParams<T1, T2>,
    ) -> TakeLeaseQuery<'c, 'a, 's, C, TakeLease, 5> {
        self.bind(client, &params.owner, &params.wait_ms, &params.ttl_ms, &params.task, &params.partition)
    }
}
pub struct TakeFreeLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_free_lease() -> TakeFreeLeaseStmt {
    TakeFreeLeaseStmt(
        "INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until) VALUES ($1, $2, $3, 1, 0, now() + $4::bigint * interval '1 millisecond') ON CONFLICT (task, partition) DO UPDATE SET owner = excluded.owner, epoch = l.epoch + 1, valid_until = excluded.valid_until WHERE l.valid_until < now() RETURNING epoch, next_offset, outbox_seq, published_upto, commits, high_water",
        None,
    )
}
impl TakeFreeLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        owner: &'a T2,
        ttl_ms: &'a i64,
    ) -> TakeFreeLeaseQuery<'c, 'a, 's, C, TakeFreeLease, 4> {
        TakeFreeLeaseQuery {
            client,
            params: [task, partition, owner, ttl_ms],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TakeFreeLeaseBorrowed, tokio_postgres::Error> {
                Ok(TakeFreeLeaseBorrowed {
                    epoch: row.try_get(0)?,
                    next_offset: row.try_get(1)?,
                    outbox_seq: row.try_get(2)?,
                    published_upto: row.try_get(3)?,
                    commits: row.try_get(4)?,
                    high_water: row.try_get(5)?,
                })
            },
            mapper: |it| TakeFreeLease::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        TakeFreeLeaseParams<T1, T2>,
        TakeFreeLeaseQuery<'c, 'a, 's, C, TakeFreeLease, 4>,
        C,
    > for TakeFreeLeaseStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a TakeFreeLeaseParams<T1, T2>,
    ) -> TakeFreeLeaseQuery<'c, 'a, 's, C, TakeFreeLease, 4> {
        self.bind(client, &params.task, &params.partition, &params.owner, &params.ttl_ms)
    }
}
pub struct AdvanceLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn advance_lease() -> AdvanceLeaseStmt {
    AdvanceLeaseStmt(
        "UPDATE task_lease SET next_offset = $1, outbox_seq = $2, published_upto = $3, high_water = $4, commits = commits + 1, valid_until = now() + $5::bigint * interval '1 millisecond' WHERE task = $6 AND partition = $7 AND epoch = $8 AND next_offset = $9 AND outbox_seq = $10 AND commits = $11",
        None,
    )
}
impl AdvanceLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        new_offset: &'a i64,
        outbox_seq: &'a i64,
        published_upto: &'a i64,
        high_water: &'a T1,
        ttl_ms: &'a i64,
        task: &'a T2,
        partition: &'a i32,
        epoch: &'a i64,
        old_offset: &'a i64,
        old_outbox_seq: &'a i64,
        old_commits: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(
                self.0,
                &[
                    new_offset,
                    outbox_seq,
                    published_upto,
                    high_water,
                    ttl_ms,
                    task,
                    partition,
                    epoch,
                    old_offset,
                    old_outbox_seq,
                    old_commits,
                ],
            )
            .await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        AdvanceLeaseParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for AdvanceLeaseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a AdvanceLeaseParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.new_offset,
            &params.outbox_seq,
            &params.published_upto,
            &params.high_water,
            &params.ttl_ms,
            &params.task,
            &params.partition,
            &params.epoch,
            &params.old_offset,
            &params.old_outbox_seq,
            &params.old_commits,
        ))
    }
}
pub struct RenewLeasesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn renew_leases() -> RenewLeasesStmt {
    RenewLeasesStmt(
        "UPDATE task_lease l SET valid_until = now() + $1::bigint * interval '1 millisecond' FROM unnest($2::text[], $3::int[], $4::bigint[]) AS mine (task, partition, epoch) WHERE l.task = mine.task AND l.partition = mine.partition AND l.epoch = mine.epoch RETURNING l.task, l.partition",
        None,
    )
}
impl RenewLeasesStmt {
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
    >(
        &'s self,
        client: &'c C,
        ttl_ms: &'a i64,
        tasks: &'a T2,
        partitions: &'a T3,
        epochs: &'a T4,
    ) -> RenewLeasesQuery<'c, 'a, 's, C, RenewLeases, 4> {
        RenewLeasesQuery {
            client,
            params: [ttl_ms, tasks, partitions, epochs],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<RenewLeasesBorrowed, tokio_postgres::Error> {
                Ok(RenewLeasesBorrowed { task: row.try_get(0)?, partition: row.try_get(1)? })
            },
            mapper: |it| RenewLeases::from(it),
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
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        RenewLeasesParams<T1, T2, T3, T4>,
        RenewLeasesQuery<'c, 'a, 's, C, RenewLeases, 4>,
        C,
    > for RenewLeasesStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a RenewLeasesParams<T1, T2, T3, T4>,
    ) -> RenewLeasesQuery<'c, 'a, 's, C, RenewLeases, 4> {
        self.bind(client, &params.ttl_ms, &params.tasks, &params.partitions, &params.epochs)
    }
}
pub struct ReleaseLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn release_lease() -> ReleaseLeaseStmt {
    ReleaseLeaseStmt(
        "UPDATE task_lease SET valid_until = now() WHERE task = $1 AND partition = $2 AND epoch = $3",
        None,
    )
}
impl ReleaseLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        epoch: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[task, partition, epoch]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        ReleaseLeaseParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for ReleaseLeaseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a ReleaseLeaseParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.task, &params.partition, &params.epoch))
    }
}
pub struct ReadLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn read_lease() -> ReadLeaseStmt {
    ReadLeaseStmt(
        "SELECT epoch, next_offset, outbox_seq, commits FROM task_lease WHERE task = $1 AND partition = $2",
        None,
    )
}
impl ReadLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
    ) -> ReadLeaseQuery<'c, 'a, 's, C, ReadLease, 2> {
        ReadLeaseQuery {
            client,
            params: [task, partition],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ReadLease, tokio_postgres::Error> {
                Ok(ReadLease {
                    epoch: row.try_get(0)?,
                    next_offset: row.try_get(1)?,
                    outbox_seq: row.try_get(2)?,
                    commits: row.try_get(3)?,
                })
            },
            mapper: |it| ReadLease::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, ReadLeaseParams<T1>, ReadLeaseQuery<'c, 'a, 's, C, ReadLease, 2>, C>
    for ReadLeaseStmt
{
    fn params(&'s self, client: &'c C, params: &'a ReadLeaseParams<T1>) -> ReadLeaseQuery<'c, 'a, 's, C, ReadLease, 2> {
        self.bind(client, &params.task, &params.partition)
    }
}
pub struct InsertOutboxStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_outbox() -> InsertOutboxStmt {
    InsertOutboxStmt(
        "INSERT INTO outbox (task, partition, first_seq, last_seq, records) VALUES ($1, $2, $3, $4, $5)",
        None,
    )
}
impl InsertOutboxStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::BytesSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        first_seq: &'a i64,
        last_seq: &'a i64,
        records: &'a T2,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[task, partition, first_seq, last_seq, records]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::BytesSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertOutboxParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertOutboxStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertOutboxParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.task,
            &params.partition,
            &params.first_seq,
            &params.last_seq,
            &params.records,
        ))
    }
}
pub struct TrimOutboxStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn trim_outbox() -> TrimOutboxStmt {
    TrimOutboxStmt("DELETE FROM outbox WHERE task = $1 AND partition = $2 AND last_seq <= $3", None)
}
impl TrimOutboxStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        published_upto: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[task, partition, published_upto]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        TrimOutboxParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for TrimOutboxStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a TrimOutboxParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.task, &params.partition, &params.published_upto))
    }
}
pub struct UnpublishedOutboxStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn unpublished_outbox() -> UnpublishedOutboxStmt {
    UnpublishedOutboxStmt(
        "SELECT first_seq, last_seq, records FROM outbox WHERE task = $1 AND partition = $2 AND last_seq > $3 ORDER BY first_seq",
        None,
    )
}
impl UnpublishedOutboxStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        published_upto: &'a i64,
    ) -> UnpublishedOutboxQuery<'c, 'a, 's, C, UnpublishedOutbox, 3> {
        UnpublishedOutboxQuery {
            client,
            params: [task, partition, published_upto],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<UnpublishedOutboxBorrowed, tokio_postgres::Error> {
                Ok(UnpublishedOutboxBorrowed {
                    first_seq: row.try_get(0)?,
                    last_seq: row.try_get(1)?,
                    records: row.try_get(2)?,
                })
            },
            mapper: |it| UnpublishedOutbox::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        UnpublishedOutboxParams<T1>,
        UnpublishedOutboxQuery<'c, 'a, 's, C, UnpublishedOutbox, 3>,
        C,
    > for UnpublishedOutboxStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a UnpublishedOutboxParams<T1>,
    ) -> UnpublishedOutboxQuery<'c, 'a, 's, C, UnpublishedOutbox, 3> {
        self.bind(client, &params.task, &params.partition, &params.published_upto)
    }
}
