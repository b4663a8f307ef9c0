//! Evidence files: official names, hashes, what they are bound to.
