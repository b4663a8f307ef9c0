-- Sessions that are long over are found without a look at all of them.
CREATE INDEX session_by_age ON session (seen_at);
