//! The slice of pushed requests, codes and tokens.
