//! Answers as bytes.

use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::json::StructMode;
use datafusion::arrow::json::writer::{JsonArray, WriterBuilder};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use futures_util::StreamExt as _;
use serde::Serialize;

use super::QueryError;

/// How an answer is written. Times are RFC 3339 in UTC, in all but Arrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `{"columns":[{"name":…,"type":…}],"rows":[[…],…],"truncated":…}`
    Json,
    /// A header line, then a line per row; null is empty.
    Csv,
    /// An Arrow IPC stream.
    Arrow,
}

impl Format {
    /// The media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Arrow => "application/vnd.apache.arrow.stream",
        }
    }
}

/// The answer to a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rows, in the format that was asked for.
    pub body: Bytes,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Rows in the body.
    pub rows: usize,
    /// Whether there were more rows than `sql.rows_max`; they are left out. Only the JSON body says so itself.
    pub truncated: bool,
}

/// What bounds an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnswerLimits {
    /// `sql.rows_max`.
    pub(super) rows_max: usize,
    /// `sql.memory_bytes_max`.
    pub(super) bytes_max: usize,
}

/// Name of a type in answers and in the data dictionary.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".to_owned(),
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => "smallint".to_owned(),
        DataType::Int32 | DataType::UInt16 => "integer".to_owned(),
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint".to_owned(),
        DataType::Float16 | DataType::Float32 | DataType::Float64 => "double".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::Date32 | DataType::Date64 => "date".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

/// Reads a stream to its end, or to the limit of rows, and writes the answer.
pub(super) async fn answer(
    mut stream: SendableRecordBatchStream,
    format: Format,
    limits: AnswerLimits,
) -> Result<Answer, QueryError> {
    let failed = |error: DataFusionError| QueryError::of(&error, limits.bytes_max);
    let mut body = Body::new(format, stream.schema()).map_err(|error| failed(error.into()))?;
    let mut rows = 0;
    let mut truncated = false;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(failed)?;
        let room = limits.rows_max - rows;
        truncated = batch.num_rows() > room;
        let batch = batch.slice(0, batch.num_rows().min(room));
        rows += batch.num_rows();
        body.write(&batch).map_err(|error| failed(error.into()))?;
        if body.len() > limits.bytes_max {
            return Err(QueryError::Memory { limit_bytes: limits.bytes_max });
        }
        if truncated {
            break;
        }
    }
    let body = body.finish(truncated).map_err(|error| failed(error.into()))?;
    Ok(Answer { body: body.into(), content_type: format.content_type(), rows, truncated })
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    data_type: String,
}

/// A body in the making.
enum Body {
    Json { bytes: Vec<u8>, any: bool },
    Csv(Vec<u8>),
    Arrow(Box<StreamWriter<Vec<u8>>>),
}

impl Body {
    fn new(format: Format, schema: SchemaRef) -> Result<Self, ArrowError> {
        Ok(match format {
            Format::Json => Self::Json { bytes: json_head(&schema), any: false },
            Format::Csv => {
                let mut bytes = Vec::new();
                let header = RecordBatch::new_empty(schema);
                csv::WriterBuilder::new().with_header(true).build(&mut bytes).write(&header)?;
                Self::Csv(bytes)
            }
            Format::Arrow => Self::Arrow(Box::new(StreamWriter::try_new(Vec::new(), &schema)?)),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        match self {
            Self::Json { bytes, any } => {
                if std::mem::replace(any, true) {
                    bytes.push(b',');
                }
                json_rows(bytes, batch)
            }
            Self::Csv(bytes) => csv::WriterBuilder::new().with_header(false).build(bytes).write(batch),
            Self::Arrow(writer) => writer.write(batch),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Json { bytes, .. } | Self::Csv(bytes) => bytes.len(),
            Self::Arrow(writer) => writer.get_ref().len(),
        }
    }

    fn finish(self, truncated: bool) -> Result<Vec<u8>, ArrowError> {
        match self {
            Self::Json { mut bytes, .. } => {
                bytes.extend_from_slice(format!("],\"truncated\":{truncated}}}").as_bytes());
                Ok(bytes)
            }
            Self::Csv(bytes) => Ok(bytes),
            Self::Arrow(writer) => writer.into_inner(),
        }
    }
}

fn json_head(schema: &SchemaRef) -> Vec<u8> {
    let columns: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| Column { name: field.name(), data_type: type_name(field.data_type()) })
        .collect();
    let columns = serde_json::to_string(&columns).expect("names and types are texts");
    format!("{{\"columns\":{columns},\"rows\":[").into_bytes()
}

/// Writes rows as lists, separated by commas.
fn json_rows(bytes: &mut Vec<u8>, batch: &RecordBatch) -> Result<(), ArrowError> {
    let mut writer = WriterBuilder::new()
        .with_struct_mode(StructMode::ListOnly)
        .with_explicit_nulls(true)
        .build::<_, JsonArray>(Vec::new());
    writer.write(batch)?;
    writer.finish()?;
    let list = writer.into_inner();
    bytes.extend_from_slice(&list[1..list.len() - 1]);
    Ok(())
}
