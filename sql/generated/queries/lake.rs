// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct InsertLakeFilesParams<
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i64>,
    T4: crate::ArraySql<Item = i64>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = i64>,
    T10: crate::ArraySql<Item = i64>,
> {
    pub topic: T1,
    pub partition: i32,
    pub tenant_ids: T2,
    pub first_offsets: T3,
    pub last_offsets: T4,
    pub days: T6,
    pub paths: T8,
    pub rows: T9,
    pub bytes: T10,
}
#[derive(Debug, Clone, PartialEq)]
pub struct LakeProgress {
    pub partition: i32,
    pub next_offset: i64,
    pub high_water: String,
}
pub struct LakeProgressBorrowed<'a> {
    pub partition: i32,
    pub next_offset: i64,
    pub high_water: &'a str,
}
impl<'a> From<LakeProgressBorrowed<'a>> for LakeProgress {
    fn from(LakeProgressBorrowed { partition, next_offset, high_water }: LakeProgressBorrowed<'a>) -> Self {
        Self { partition, next_offset, high_water: high_water.into() }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct TenantLakeFiles {
    pub partition: i32,
    pub last_offset: i64,
    pub path: String,
    pub bytes: i64,
}
pub struct TenantLakeFilesBorrowed<'a> {
    pub partition: i32,
    pub last_offset: i64,
    pub path: &'a str,
    pub bytes: i64,
}
impl<'a> From<TenantLakeFilesBorrowed<'a>> for TenantLakeFiles {
    fn from(TenantLakeFilesBorrowed { partition, last_offset, path, bytes }: TenantLakeFilesBorrowed<'a>) -> Self {
        Self { partition, last_offset, path: path.into(), bytes }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct LakeProgressQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LakeProgressBorrowed, tokio_postgres::Error>,
    mapper: fn(LakeProgressBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LakeProgressQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LakeProgressBorrowed) -> R) -> LakeProgressQuery<'c, 'a, 's, C, R, N> {
        LakeProgressQuery {
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
pub struct TenantLakeFilesQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TenantLakeFilesBorrowed, tokio_postgres::Error>,
    mapper: fn(TenantLakeFilesBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TenantLakeFilesQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TenantLakeFilesBorrowed) -> R) -> TenantLakeFilesQuery<'c, 'a, 's, C, R, N> {
        TenantLakeFilesQuery {
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
pub struct LakeProgressStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lake_progress() -> LakeProgressStmt {
    LakeProgressStmt(
        "SELECT partition, next_offset, high_water FROM task_lease WHERE task = $1 ORDER BY partition",
        None,
    )
}
impl LakeProgressStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        task: &'a T1,
    ) -> LakeProgressQuery<'c, 'a, 's, C, LakeProgress, 1> {
        LakeProgressQuery {
            client,
            params: [task],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LakeProgressBorrowed, tokio_postgres::Error> {
                Ok(LakeProgressBorrowed {
                    partition: row.try_get(0)?,
                    next_offset: row.try_get(1)?,
                    high_water: row.try_get(2)?,
                })
            },
            mapper: |it| LakeProgress::from(it),
        }
    }
}
pub struct InsertLakeFilesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn insert_lake_files() -> InsertLakeFilesStmt {
    InsertLakeFilesStmt(
        "INSERT INTO lake_file (tenant_id, topic, partition, first_offset, last_offset, day, path, rows, bytes) SELECT n.tenant_id, $1, $2, n.first_offset, n.last_offset, n.day::date, n.path, n.rows, n.bytes FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::bigint[]) AS n (tenant_id, first_offset, last_offset, day, path, rows, bytes) JOIN tenant t ON t.tenant_id = n.tenant_id",
        None,
    )
}
impl InsertLakeFilesStmt {
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
        T2: crate::ArraySql<Item = uuid::Uuid>,
        T3: crate::ArraySql<Item = i64>,
        T4: crate::ArraySql<Item = i64>,
        T5: crate::StringSql,
        T6: crate::ArraySql<Item = T5>,
        T7: crate::StringSql,
        T8: crate::ArraySql<Item = T7>,
        T9: crate::ArraySql<Item = i64>,
        T10: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        topic: &'a T1,
        partition: &'a i32,
        tenant_ids: &'a T2,
        first_offsets: &'a T3,
        last_offsets: &'a T4,
        days: &'a T6,
        paths: &'a T8,
        rows: &'a T9,
        bytes: &'a T10,
    ) -> Result<u64, tokio_postgres::Error> {
        client
            .execute(self.0, &[topic, partition, tenant_ids, first_offsets, last_offsets, days, paths, rows, bytes])
            .await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::StringSql,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i64>,
    T4: crate::ArraySql<Item = i64>,
    T5: crate::StringSql,
    T6: crate::ArraySql<Item = T5>,
    T7: crate::StringSql,
    T8: crate::ArraySql<Item = T7>,
    T9: crate::ArraySql<Item = i64>,
    T10: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        InsertLakeFilesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for InsertLakeFilesStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a InsertLakeFilesParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.topic,
            &params.partition,
            &params.tenant_ids,
            &params.first_offsets,
            &params.last_offsets,
            &params.days,
            &params.paths,
            &params.rows,
            &params.bytes,
        ))
    }
}
pub struct TenantLakeFilesStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn tenant_lake_files() -> TenantLakeFilesStmt {
    TenantLakeFilesStmt(
        "SELECT partition, last_offset, path, bytes FROM lake_file WHERE topic = $1 ORDER BY day, partition, first_offset",
        None,
    )
}
impl TenantLakeFilesStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql>(
        &'s self,
        client: &'c C,
        topic: &'a T1,
    ) -> TenantLakeFilesQuery<'c, 'a, 's, C, TenantLakeFiles, 1> {
        TenantLakeFilesQuery {
            client,
            params: [topic],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TenantLakeFilesBorrowed, tokio_postgres::Error> {
                Ok(TenantLakeFilesBorrowed {
                    partition: row.try_get(0)?,
                    last_offset: row.try_get(1)?,
                    path: row.try_get(2)?,
                    bytes: row.try_get(3)?,
                })
            },
            mapper: |it| TenantLakeFiles::from(it),
        }
    }
}
