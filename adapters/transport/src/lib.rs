//! TLS 1.3, listeners, HTTP client and server plumbing.
