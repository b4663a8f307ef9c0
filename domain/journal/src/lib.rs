//! What the journal says: entries, commitments, verification.
