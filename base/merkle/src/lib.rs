//! RFC 6962 tree, C2SP tiles and signed checkpoints.
