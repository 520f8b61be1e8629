//! The analytics tables, one folder each: `schema` (its columns), `rows` (events to Arrow), `provider` (what DataFusion
//! scans). Their columns are described in `sql/README.md`.

pub(crate) mod transitions;
