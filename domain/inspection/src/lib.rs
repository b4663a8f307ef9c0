//! Engagements as state machines, judgements append-only.
