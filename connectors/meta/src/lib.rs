//! Meta: Graph client, error table, webhook signature.
