//! What one component tells another, in process.
