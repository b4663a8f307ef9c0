//! The slice of engagements and judgements.
