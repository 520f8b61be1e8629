// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct KeepLettersParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i64>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = T8>,
    T10: crate::BytesSql,
    T11: crate::ArraySql<Item = T10>,
    T12: crate::StringSql,
    T13: crate::ArraySql<Item = T12>,
> {
    pub tenant_ids: T1,
    pub letter_ids: T2,
    pub ats_ms: T3,
    pub codes: T5,
    pub reasons: T7,
    pub origins: T9,
    pub contents: T11,
    pub states: T13,
}
#[derive(Debug)]
pub struct SetLetterStateParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub state: T1,
    pub note: Option<T2>,
    pub letter_id: uuid::Uuid,
}
#[derive(Debug)]
pub struct ListLettersParams<T1: crate::StringSql, T2: crate::ArraySql<Item = T1>> {
    pub before_ms: i64,
    pub before_id: uuid::Uuid,
    pub states: T2,
    pub limit: i64,
}
#[derive(Debug, Clone, PartialEq, Copy)]
pub struct ReplayingLetters {
    pub tenant_id: uuid::Uuid,
    pub letter_id: uuid::Uuid,
}
#[derive(Debug, Clone, PartialEq)]
pub struct TakeLetter {
    pub origin: String,
    pub parked: bool,
}
pub struct TakeLetterBorrowed<'a> {
    pub origin: &'a str,
    pub parked: bool,
}
impl<'a> From<TakeLetterBorrowed<'a>> for TakeLetter {
    fn from(TakeLetterBorrowed { origin, parked }: TakeLetterBorrowed<'a>) -> Self {
        Self { origin: origin.into(), parked }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct CountLetters {
    pub state: String,
    pub letters: i64,
}
pub struct CountLettersBorrowed<'a> {
    pub state: &'a str,
    pub letters: i64,
}
impl<'a> From<CountLettersBorrowed<'a>> for CountLetters {
    fn from(CountLettersBorrowed { state, letters }: CountLettersBorrowed<'a>) -> Self {
        Self { state: state.into(), letters }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct LetterRow {
    pub tenant_id: uuid::Uuid,
    pub letter_id: uuid::Uuid,
    pub at_ms: i64,
    pub code: String,
    pub reason: String,
    pub origin: String,
    pub bytes: i32,
    pub state: String,
    pub note: Option<String>,
    pub changed_at_ms: i64,
}
pub struct LetterRowBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub letter_id: uuid::Uuid,
    pub at_ms: i64,
    pub code: &'a str,
    pub reason: &'a str,
    pub origin: &'a str,
    pub bytes: i32,
    pub state: &'a str,
    pub note: Option<&'a str>,
    pub changed_at_ms: i64,
}
impl<'a> From<LetterRowBorrowed<'a>> for LetterRow {
    fn from(
        LetterRowBorrowed {
            tenant_id,
            letter_id,
            at_ms,
            code,
            reason,
            origin,
            bytes,
            state,
            note,
            changed_at_ms,
        }: LetterRowBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            letter_id,
            at_ms,
            code: code.into(),
            reason: reason.into(),
            origin: origin.into(),
            bytes,
            state: state.into(),
            note: note.map(|v| v.into()),
            changed_at_ms,
        }
    }
}
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    pub tenant_id: uuid::Uuid,
    pub letter_id: uuid::Uuid,
    pub at_ms: i64,
    pub code: String,
    pub reason: String,
    pub origin: String,
    pub value: Vec<u8>,
    pub state: String,
    pub note: Option<String>,
    pub changed_at_ms: i64,
}
pub struct LetterBorrowed<'a> {
    pub tenant_id: uuid::Uuid,
    pub letter_id: uuid::Uuid,
    pub at_ms: i64,
    pub code: &'a str,
    pub reason: &'a str,
    pub origin: &'a str,
    pub value: &'a [u8],
    pub state: &'a str,
    pub note: Option<&'a str>,
    pub changed_at_ms: i64,
}
impl<'a> From<LetterBorrowed<'a>> for Letter {
    fn from(
        LetterBorrowed {
            tenant_id,
            letter_id,
            at_ms,
            code,
            reason,
            origin,
            value,
            state,
            note,
            changed_at_ms,
        }: LetterBorrowed<'a>,
    ) -> Self {
        Self {
            tenant_id,
            letter_id,
            at_ms,
            code: code.into(),
            reason: reason.into(),
            origin: origin.into(),
            value: value.into(),
            state: state.into(),
            note: note.map(|v| v.into()),
            changed_at_ms,
        }
    }
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct ReplayingLettersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<ReplayingLetters, tokio_postgres::Error>,
    mapper: fn(ReplayingLetters) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> ReplayingLettersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(ReplayingLetters) -> R) -> ReplayingLettersQuery<'c, 'a, 's, C, R, N> {
        ReplayingLettersQuery {
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
pub struct TakeLetterQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<TakeLetterBorrowed, tokio_postgres::Error>,
    mapper: fn(TakeLetterBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> TakeLetterQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(TakeLetterBorrowed) -> R) -> TakeLetterQuery<'c, 'a, 's, C, R, N> {
        TakeLetterQuery {
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
pub struct UuidUuidQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<uuid::Uuid, tokio_postgres::Error>,
    mapper: fn(uuid::Uuid) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> UuidUuidQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(uuid::Uuid) -> R) -> UuidUuidQuery<'c, 'a, 's, C, R, N> {
        UuidUuidQuery {
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
pub struct CountLettersQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<CountLettersBorrowed, tokio_postgres::Error>,
    mapper: fn(CountLettersBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> CountLettersQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(CountLettersBorrowed) -> R) -> CountLettersQuery<'c, 'a, 's, C, R, N> {
        CountLettersQuery {
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
pub struct LetterRowQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LetterRowBorrowed, tokio_postgres::Error>,
    mapper: fn(LetterRowBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LetterRowQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LetterRowBorrowed) -> R) -> LetterRowQuery<'c, 'a, 's, C, R, N> {
        LetterRowQuery {
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
pub struct LetterQuery<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<LetterBorrowed, tokio_postgres::Error>,
    mapper: fn(LetterBorrowed) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> LetterQuery<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(LetterBorrowed) -> R) -> LetterQuery<'c, 'a, 's, C, R, N> {
        LetterQuery {
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
pub struct KeepLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn keep_letters() -> KeepLettersStmt {
    KeepLettersStmt(
        "INSERT INTO letter (tenant_id, letter_id, at, code, reason, origin, value, state, parked) SELECT n.tenant_id, n.letter_id, at_ms(n.at_ms), n.code, n.reason, n.origin, n.value, n.state, n.state = 'parked' FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[]) AS n (tenant_id, letter_id, at_ms, code, reason, origin, value, state) ON CONFLICT DO NOTHING",
        None,
    )
}
impl KeepLettersStmt {
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
        T3: crate::ArraySql<Item = i64>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = T8>,
        T10: crate::BytesSql,
        T11: crate::ArraySql<Item = T10>,
        T12: crate::StringSql,
        T13: crate::ArraySql<Item = T12>,
    >(
        &'s self,
        client: &'c C,
        tenant_ids: &'a T1,
        letter_ids: &'a T2,
        ats_ms: &'a T3,
        codes: &'a T5,
        reasons: &'a T7,
        origins: &'a T9,
        contents: &'a T11,
        states: &'a T13,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[tenant_ids, letter_ids, ats_ms, codes, reasons, origins, contents, states]).await
    }
}
impl<
    'a,
    C: GenericClient + Send + Sync,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = uuid::Uuid>,
    T3: crate::ArraySql<Item = i64>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = T8>,
    T10: crate::BytesSql,
    T11: crate::ArraySql<Item = T10>,
    T12: crate::StringSql,
    T13: crate::ArraySql<Item = T12>,
>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        KeepLettersParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for KeepLettersStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a KeepLettersParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(
            client,
            &params.tenant_ids,
            &params.letter_ids,
            &params.ats_ms,
            &params.codes,
            &params.reasons,
            &params.origins,
            &params.contents,
            &params.states,
        ))
    }
}
pub struct ForgetLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn forget_letters() -> ForgetLettersStmt {
    ForgetLettersStmt("DELETE FROM letter WHERE at < now() - make_interval(days => $1)", None)
}
impl ForgetLettersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        days: &'a i32,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[days]).await
    }
}
pub struct ReplayingLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn replaying_letters() -> ReplayingLettersStmt {
    ReplayingLettersStmt("SELECT tenant_id, letter_id FROM directory_replaying_letters()", None)
}
impl ReplayingLettersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> ReplayingLettersQuery<'c, 'a, 's, C, ReplayingLetters, 0> {
        ReplayingLettersQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<ReplayingLetters, tokio_postgres::Error> {
                Ok(ReplayingLetters { tenant_id: row.try_get(0)?, letter_id: row.try_get(1)? })
            },
            mapper: |it| ReplayingLetters::from(it),
        }
    }
}
pub struct TakeLetterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn take_letter() -> TakeLetterStmt {
    TakeLetterStmt(
        "SELECT origin, parked FROM letter WHERE letter_id = $1 AND state = 'replaying' FOR UPDATE SKIP LOCKED",
        None,
    )
}
impl TakeLetterStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        letter_id: &'a uuid::Uuid,
    ) -> TakeLetterQuery<'c, 'a, 's, C, TakeLetter, 1> {
        TakeLetterQuery {
            client,
            params: [letter_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<TakeLetterBorrowed, tokio_postgres::Error> {
                Ok(TakeLetterBorrowed { origin: row.try_get(0)?, parked: row.try_get(1)? })
            },
            mapper: |it| TakeLetter::from(it),
        }
    }
}
pub struct SetLetterStateStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn set_letter_state() -> SetLetterStateStmt {
    SetLetterStateStmt("UPDATE letter SET state = $1, note = $2, changed_at = now() WHERE letter_id = $3", None)
}
impl SetLetterStateStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub async fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        state: &'a T1,
        note: &'a Option<T2>,
        letter_id: &'a uuid::Uuid,
    ) -> Result<u64, tokio_postgres::Error> {
        client.execute(self.0, &[state, note, letter_id]).await
    }
}
impl<'a, C: GenericClient + Send + Sync, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<
        'a,
        'a,
        'a,
        SetLetterStateParams<T1, T2>,
        std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>>,
        C,
    > for SetLetterStateStmt
{
    fn params(
        &'a self,
        client: &'a C,
        params: &'a SetLetterStateParams<T1, T2>,
    ) -> std::pin::Pin<Box<dyn futures::Future<Output = Result<u64, tokio_postgres::Error>> + Send + 'a>> {
        Box::pin(self.bind(client, &params.state, &params.note, &params.letter_id))
    }
}
pub struct LockLetterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn lock_letter() -> LockLetterStmt {
    LockLetterStmt("SELECT state FROM letter WHERE letter_id = $1 FOR UPDATE", None)
}
impl LockLetterStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        letter_id: &'a uuid::Uuid,
    ) -> StringQuery<'c, 'a, 's, C, String, 1> {
        StringQuery {
            client,
            params: [letter_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
pub struct ReplayParkedLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn replay_parked_letters() -> ReplayParkedLettersStmt {
    ReplayParkedLettersStmt(
        "UPDATE letter SET state = 'replaying', note = NULL, changed_at = now() WHERE state = 'parked' RETURNING letter_id",
        None,
    )
}
impl ReplayParkedLettersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(&'s self, client: &'c C) -> UuidUuidQuery<'c, 'a, 's, C, uuid::Uuid, 0> {
        UuidUuidQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
pub struct CountLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn count_letters() -> CountLettersStmt {
    CountLettersStmt("SELECT state, count(*) AS letters FROM letter GROUP BY state ORDER BY state", None)
}
impl CountLettersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
    ) -> CountLettersQuery<'c, 'a, 's, C, CountLetters, 0> {
        CountLettersQuery {
            client,
            params: [],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<CountLettersBorrowed, tokio_postgres::Error> {
                Ok(CountLettersBorrowed { state: row.try_get(0)?, letters: row.try_get(1)? })
            },
            mapper: |it| CountLetters::from(it),
        }
    }
}
pub struct ListLettersStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn list_letters() -> ListLettersStmt {
    ListLettersStmt(
        "SELECT tenant_id, letter_id, ms_of(at) AS at_ms, code, reason, origin, octet_length(value) AS bytes, state, note, ms_of(changed_at) AS changed_at_ms FROM letter WHERE (at, letter_id) < (at_ms($1), $2) AND state = ANY ($3::text[]) ORDER BY at DESC, letter_id DESC LIMIT $4",
        None,
    )
}
impl ListLettersStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>(
        &'s self,
        client: &'c C,
        before_ms: &'a i64,
        before_id: &'a uuid::Uuid,
        states: &'a T2,
        limit: &'a i64,
    ) -> LetterRowQuery<'c, 'a, 's, C, LetterRow, 4> {
        LetterRowQuery {
            client,
            params: [before_ms, before_id, states, limit],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LetterRowBorrowed, tokio_postgres::Error> {
                Ok(LetterRowBorrowed {
                    tenant_id: row.try_get(0)?,
                    letter_id: row.try_get(1)?,
                    at_ms: row.try_get(2)?,
                    code: row.try_get(3)?,
                    reason: row.try_get(4)?,
                    origin: row.try_get(5)?,
                    bytes: row.try_get(6)?,
                    state: row.try_get(7)?,
                    note: row.try_get(8)?,
                    changed_at_ms: row.try_get(9)?,
                })
            },
            mapper: |it| LetterRow::from(it),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::ArraySql<Item = T1>>
    crate::client::async_::Params<'c, 'a, 's, ListLettersParams<T1, T2>, LetterRowQuery<'c, 'a, 's, C, LetterRow, 4>, C>
    for ListLettersStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a ListLettersParams<T1, T2>,
    ) -> LetterRowQuery<'c, 'a, 's, C, LetterRow, 4> {
        self.bind(client, &params.before_ms, &params.before_id, &params.states, &params.limit)
    }
}
pub struct GetLetterStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn get_letter() -> GetLetterStmt {
    GetLetterStmt(
        "SELECT tenant_id, letter_id, ms_of(at) AS at_ms, code, reason, origin, value, state, note, ms_of(changed_at) AS changed_at_ms FROM letter WHERE letter_id = $1",
        None,
    )
}
impl GetLetterStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient>(
        &'s self,
        client: &'c C,
        letter_id: &'a uuid::Uuid,
    ) -> LetterQuery<'c, 'a, 's, C, Letter, 1> {
        LetterQuery {
            client,
            params: [letter_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row: &tokio_postgres::Row| -> Result<LetterBorrowed, tokio_postgres::Error> {
                Ok(LetterBorrowed {
                    tenant_id: row.try_get(0)?,
                    letter_id: row.try_get(1)?,
                    at_ms: row.try_get(2)?,
                    code: row.try_get(3)?,
                    reason: row.try_get(4)?,
                    origin: row.try_get(5)?,
                    value: row.try_get(6)?,
                    state: row.try_get(7)?,
                    note: row.try_get(8)?,
                    changed_at_ms: row.try_get(9)?,
                })
            },
            mapper: |it| Letter::from(it),
        }
    }
}
