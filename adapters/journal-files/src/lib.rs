//! The journal's tiles and the access records' segments as files.
