//! The tenant API: campaigns, messages, SQL.
