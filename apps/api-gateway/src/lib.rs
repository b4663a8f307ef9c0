//! API gateway: the data path.
