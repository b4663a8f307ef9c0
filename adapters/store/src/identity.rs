//! The slice of sign-ins and sessions.
