//! The gateway's filters as pure decisions over one snapshot.
