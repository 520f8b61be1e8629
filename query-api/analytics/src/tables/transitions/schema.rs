//! The columns of `transitions`. Columns are only ever added, at the end and nullable: old files then read as null.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// The schema, of files and of batches in memory alike.
pub(crate) fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(build()));
    Arc::clone(&SCHEMA)
}

fn build() -> Schema {
    let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
    let time =
        |name, nullable| Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())), nullable);
    Schema::new(vec![
        text("tenant_id", false),
        text("intent_id", false),
        Field::new("attempt", DataType::Int16, false),
        text("status", false),
        time("at", false),
        time("accepted_at", false),
        text("sender_id", false),
        text("contact", false),
        text("class", false),
        text("campaign_id", true),
        text("template", true),
        text("wamid", true),
        Field::new("code", DataType::Int64, true),
        text("reason", true),
        text("pricing", true),
        Field::new("partition", DataType::Int32, false),
        Field::new("offset", DataType::Int64, false),
        time("queued_at", true),
        time("armed_at", true),
    ])
}
