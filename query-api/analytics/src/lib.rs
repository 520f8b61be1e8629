//! Analytics: Kafka to Arrow to Parquet, DataFusion per tenant.
