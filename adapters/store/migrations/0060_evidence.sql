-- Evidence of inspections: one row for each revision of each file, added and
-- never changed. The files lie in the evidence folder under their hash.
CREATE TABLE evidence (
    institution_id TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    number TEXT NOT NULL,
    serial BIGINT NOT NULL,
    title TEXT NOT NULL,
    revision BIGINT NOT NULL,
    replaces TEXT,
    sha256 BLOB NOT NULL,
    size_bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    -- `upload` by a member of staff under a file name, or `probe_run` of a probe with an outcome.
    origin TEXT NOT NULL,
    origin_id TEXT NOT NULL,
    origin_name TEXT NOT NULL,
    outcome TEXT,
    effective_on TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, evidence_id),
    UNIQUE (institution_id, engagement_id, number, serial, revision)
);

CREATE INDEX evidence_by_hash ON evidence (sha256);

-- What each piece of evidence is to prove; no criterion means the item as a whole.
CREATE TABLE evidence_binding (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    evidence_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    item TEXT NOT NULL,
    criterion TEXT,
    PRIMARY KEY (institution_id, engagement_id, evidence_id, position)
);
