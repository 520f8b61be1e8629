//! The CRM sink: Standard Webhooks with a cursor per tenant and retries.
