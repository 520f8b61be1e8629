//! The views of `sql/views`, each defined once.

/// Name and definition, in an order in which each names only tables and views before it.
pub(super) const VIEWS: [(&str, &str); 6] = [
    ("attempts", include_str!("../../../../sql/views/attempts.sql")),
    ("messages", include_str!("../../../../sql/views/messages.sql")),
    ("delivery_funnel", include_str!("../../../../sql/views/delivery_funnel.sql")),
    ("failure_reasons", include_str!("../../../../sql/views/failure_reasons.sql")),
    ("time_to_deliver", include_str!("../../../../sql/views/time_to_deliver.sql")),
    ("throughput_minute", include_str!("../../../../sql/views/throughput_minute.sql")),
];
