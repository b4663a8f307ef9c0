//! The slice of customers' consents.
