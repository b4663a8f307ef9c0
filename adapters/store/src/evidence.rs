//! The slice of files of evidence.
