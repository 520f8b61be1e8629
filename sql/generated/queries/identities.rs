// This file was generated with `cornucopia`. Do not modify.

#[derive(Debug)]
pub struct NotePeopleParams<
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = T8>,
    T10: crate::ArraySql<Item = bool>,
    T11: crate::ArraySql<Item = i64>,
    T12: crate::ArraySql<Item = uuid::Uuid>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = T15>,
    T17: crate::StringSql,
    T18: crate::ArraySql<Item = T17>,
    T19: crate::ArraySql<Item = i64>,
> {
    pub also_locked: T1,
    pub reports: T2,
    pub tenant_ids: T3,
    pub sender_ids: T5,
    pub kinds: T7,
    pub ids: T9,
    pub formers: T10,
    pub told_at: T11,
    pub spelling_tenants: T12,
    pub spelling_senders: T14,
    pub spellings: T16,
    pub numbers: T18,
    pub spelled_at: T19,
}
#[derive(Debug)]
pub struct SenderOfAccountParams<T1: crate::StringSql, T2: crate::StringSql> {
    pub tenant_id: uuid::Uuid,
    pub waba_id: T1,
    pub sender_id: T2,
}
use crate::client::async_::GenericClient;
use futures::{self, StreamExt, TryStreamExt};
pub struct I32Query<'c, 'a, 's, C: GenericClient, T, const N: usize> {
    client: &'c C,
    params: [&'a (dyn postgres_types::ToSql + Sync); N],
    query: &'static str,
    cached: Option<&'s tokio_postgres::Statement>,
    extractor: fn(&tokio_postgres::Row) -> Result<i32, tokio_postgres::Error>,
    mapper: fn(i32) -> T,
}
impl<'c, 'a, 's, C, T: 'c, const N: usize> I32Query<'c, 'a, 's, C, T, N>
where
    C: GenericClient,
{
    pub fn map<R>(self, mapper: fn(i32) -> R) -> I32Query<'c, 'a, 's, C, R, N> {
        I32Query {
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
pub struct NotePeopleStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn note_people() -> NotePeopleStmt {
    NotePeopleStmt(
        "SELECT note_people($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::bigint[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::bigint[]) AS news",
        None,
    )
}
impl NotePeopleStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<
        'c,
        'a,
        's,
        C: GenericClient,
        T1: crate::ArraySql<Item = uuid::Uuid>,
        T2: crate::ArraySql<Item = i32>,
        T3: crate::ArraySql<Item = uuid::Uuid>,
        T4: crate::StringSql,
        T5: crate::ArraySql<Item = T4>,
        T6: crate::StringSql,
        T7: crate::ArraySql<Item = T6>,
        T8: crate::StringSql,
        T9: crate::ArraySql<Item = T8>,
        T10: crate::ArraySql<Item = bool>,
        T11: crate::ArraySql<Item = i64>,
        T12: crate::ArraySql<Item = uuid::Uuid>,
        T13: crate::StringSql,
        T14: crate::ArraySql<Item = T13>,
        T15: crate::StringSql,
        T16: crate::ArraySql<Item = T15>,
        T17: crate::StringSql,
        T18: crate::ArraySql<Item = T17>,
        T19: crate::ArraySql<Item = i64>,
    >(
        &'s self,
        client: &'c C,
        also_locked: &'a T1,
        reports: &'a T2,
        tenant_ids: &'a T3,
        sender_ids: &'a T5,
        kinds: &'a T7,
        ids: &'a T9,
        formers: &'a T10,
        told_at: &'a T11,
        spelling_tenants: &'a T12,
        spelling_senders: &'a T14,
        spellings: &'a T16,
        numbers: &'a T18,
        spelled_at: &'a T19,
    ) -> I32Query<'c, 'a, 's, C, i32, 13> {
        I32Query {
            client,
            params: [
                also_locked,
                reports,
                tenant_ids,
                sender_ids,
                kinds,
                ids,
                formers,
                told_at,
                spelling_tenants,
                spelling_senders,
                spellings,
                numbers,
                spelled_at,
            ],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it,
        }
    }
}
impl<
    'c,
    'a,
    's,
    C: GenericClient,
    T1: crate::ArraySql<Item = uuid::Uuid>,
    T2: crate::ArraySql<Item = i32>,
    T3: crate::ArraySql<Item = uuid::Uuid>,
    T4: crate::StringSql,
    T5: crate::ArraySql<Item = T4>,
    T6: crate::StringSql,
    T7: crate::ArraySql<Item = T6>,
    T8: crate::StringSql,
    T9: crate::ArraySql<Item = T8>,
    T10: crate::ArraySql<Item = bool>,
    T11: crate::ArraySql<Item = i64>,
    T12: crate::ArraySql<Item = uuid::Uuid>,
    T13: crate::StringSql,
    T14: crate::ArraySql<Item = T13>,
    T15: crate::StringSql,
    T16: crate::ArraySql<Item = T15>,
    T17: crate::StringSql,
    T18: crate::ArraySql<Item = T17>,
    T19: crate::ArraySql<Item = i64>,
>
    crate::client::async_::Params<
        'c,
        'a,
        's,
        NotePeopleParams<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19>,
        I32Query<'c, 'a, 's, C, i32, 13>,
        C,
    > for NotePeopleStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a NotePeopleParams<
            T1,
            T2,
            T3,
            T4,
            T5,
            T6,
            T7,
            T8,
            T9,
            T10,
            T11,
            T12,
            T13,
            T14,
            T15,
            T16,
            T17,
            T18,
            T19,
        >,
    ) -> I32Query<'c, 'a, 's, C, i32, 13> {
        self.bind(
            client,
            &params.also_locked,
            &params.reports,
            &params.tenant_ids,
            &params.sender_ids,
            &params.kinds,
            &params.ids,
            &params.formers,
            &params.told_at,
            &params.spelling_tenants,
            &params.spelling_senders,
            &params.spellings,
            &params.numbers,
            &params.spelled_at,
        )
    }
}
pub struct SenderOfAccountStmt(&'static str, Option<tokio_postgres::Statement>);
pub fn sender_of_account() -> SenderOfAccountStmt {
    SenderOfAccountStmt(
        "SELECT sender_id FROM sender WHERE tenant_id = $1 AND waba_id = $2 ORDER BY sender_id = $3 DESC, sender_id LIMIT 1",
        None,
    )
}
impl SenderOfAccountStmt {
    pub async fn prepare<'a, C: GenericClient>(mut self, client: &'a C) -> Result<Self, tokio_postgres::Error> {
        self.1 = Some(client.prepare(self.0).await?);
        Ok(self)
    }
    pub fn bind<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>(
        &'s self,
        client: &'c C,
        tenant_id: &'a uuid::Uuid,
        waba_id: &'a T1,
        sender_id: &'a T2,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        StringQuery {
            client,
            params: [tenant_id, waba_id, sender_id],
            query: self.0,
            cached: self.1.as_ref(),
            extractor: |row| Ok(row.try_get(0)?),
            mapper: |it| it.into(),
        }
    }
}
impl<'c, 'a, 's, C: GenericClient, T1: crate::StringSql, T2: crate::StringSql>
    crate::client::async_::Params<'c, 'a, 's, SenderOfAccountParams<T1, T2>, StringQuery<'c, 'a, 's, C, String, 3>, C>
    for SenderOfAccountStmt
{
    fn params(
        &'s self,
        client: &'c C,
        params: &'a SenderOfAccountParams<T1, T2>,
    ) -> StringQuery<'c, 'a, 's, C, String, 3> {
        self.bind(client, &params.tenant_id, &params.waba_id, &params.sender_id)
    }
}
