// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct RaiseLeaseParams<T1: crate::StringSql> {
    pub task: T1,
    pub partition: i32,
    pub epochs: i64,
    pub seq: i64,
    pub seen_epoch: i64,
    pub seen_seq: i64,
}
#[derive(Debug, Clone, PartialEq)]
pub struct EveryLease {
    pub task: String,
    pub partition: i32,
    pub owner: String,
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub valid_until_ms: i64,
    pub held: bool,
}
pub struct EveryLeaseBorrowed<'a> {
    pub task: &'a str,
    pub partition: i32,
    pub owner: &'a str,
    pub epoch: i64,
    pub next_offset: i64,
    pub outbox_seq: i64,
    pub published_upto: i64,
    pub valid_until_ms: i64,
    pub held: bool,
}
impl<'a> From<EveryLeaseBorrowed<'a>> for EveryLease {
    fn from(
        EveryLeaseBorrowed {
            task,
            partition,
            owner,
            epoch,
            next_offset,
            outbox_seq,
            published_upto,
            valid_until_ms,
            held,
        }: EveryLeaseBorrowed<'a>,
    ) -> Self {
        Self {
            task: task.into(),
            partition,
            owner: owner.into(),
            epoch,
            next_offset,
            outbox_seq,
            published_upto,
            valid_until_ms,
            held,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct EveryLeaseQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<EveryLeaseBorrowed, tokio_postgres::Error>,
    mapper: fn(EveryLeaseBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> EveryLeaseQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(EveryLeaseBorrowed) -> R) -> EveryLeaseQuery<'c, 'a, 's, C, R, N> {
        EveryLeaseQuery {
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
pub struct EveryLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn every_lease() -> EveryLeaseStmt {
    EveryLeaseStmt(
        "SELECT task, partition, owner, epoch, next_offset, outbox_seq, published_upto, ms_of(valid_until) AS valid_until_ms, valid_until > now() AS held FROM task_lease ORDER BY task, partition",
        None,
    )
}
impl EveryLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> EveryLeaseQuery<'c, 'a, 's, C, EveryLease, 0> {
        EveryLeaseQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<EveryLeaseBorrowed, tokio_postgres::Error> {
                Ok(EveryLeaseBorrowed {
                    task: row.try_get(0)?,
                    partition: row.try_get(1)?,
                    owner: row.try_get(2)?,
                    epoch: row.try_get(3)?,
                    next_offset: row.try_get(4)?,
                    outbox_seq: row.try_get(5)?,
                    published_upto: row.try_get(6)?,
                    valid_until_ms: row.try_get(7)?,
                    held: row.try_get(8)?,
                })
            },
            mapper: |it| EveryLease::from(it),
        }
    }
}
pub struct UnfinishedRecoveryStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn unfinished_recovery() -> UnfinishedRecoveryStmt {
    UnfinishedRecoveryStmt("SELECT ms_of(since) AS since_ms FROM recovery WHERE finished_at IS NULL", None)
}
impl UnfinishedRecoveryStmt {
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
pub struct BeginRecoveryStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn begin_recovery() -> BeginRecoveryStmt {
    BeginRecoveryStmt("INSERT INTO recovery (since) VALUES (at_ms($1)) ON CONFLICT DO NOTHING", None)
}
impl BeginRecoveryStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        since: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[since]).await
    }
}
pub struct FinishRecoveryStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn finish_recovery() -> FinishRecoveryStmt {
    FinishRecoveryStmt("UPDATE recovery SET finished_at = clock_timestamp() WHERE finished_at IS NULL", None)
}
impl FinishRecoveryStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[]).await
    }
}
pub struct RaiseLeaseStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn raise_lease() -> RaiseLeaseStmt {
    RaiseLeaseStmt(
        "INSERT INTO task_lease AS l (task, partition, owner, epoch, next_offset, valid_until, outbox_seq, published_upto) VALUES ($1, $2, '', $3, -1, now(), $4, $4) ON CONFLICT (task, partition) DO UPDATE SET epoch = l.epoch + excluded.epoch, outbox_seq = greatest(l.outbox_seq, excluded.outbox_seq), published_upto = greatest(l.outbox_seq, excluded.outbox_seq) WHERE l.epoch = $5 AND l.outbox_seq = $6",
        None,
    )
}
impl RaiseLeaseStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
        partition: &'a i32,
        epochs: &'a i64,
        seq: &'a i64,
        seen_epoch: &'a i64,
        seen_seq: &'a i64,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[task, partition, epochs, seq, seen_epoch, seen_seq]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        RaiseLeaseParams<T1>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for RaiseLeaseStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a RaiseLeaseParams<T1>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.task,
            &params.partition,
            &params.epochs,
            &params.seq,
            &params.seen_epoch,
            &params.seen_seq,
        ))
    }
}
