-- The numbers of engagements, one row of serials for each year.
CREATE TABLE engagement_number (
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    engagement_id TEXT NOT NULL,
    PRIMARY KEY (year, serial)
);

-- Engagements. Only stage, stage_since, due_on, closed and version ever change;
-- engagement_step says what led to each change. `terms` is a JSON list of days.
CREATE TABLE engagement (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    framework TEXT NOT NULL,
    edition TEXT NOT NULL,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    business_number TEXT NOT NULL,
    kind TEXT NOT NULL,
    holds_isms BOOLEAN NOT NULL,
    used_former_platform BOOLEAN NOT NULL,
    inspector TEXT NOT NULL,
    operator TEXT NOT NULL,
    terms TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    stage TEXT NOT NULL,
    stage_since BIGINT NOT NULL,
    due_on TEXT,
    closed BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id)
);

CREATE INDEX engagement_by_id ON engagement (engagement_id);

-- From here on rows are added and never changed. `version` is the one that the
-- engagement had after the write, so it orders the rows of an engagement.
CREATE TABLE engagement_step (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    deed TEXT NOT NULL,
    stage_from TEXT NOT NULL,
    stage_to TEXT NOT NULL,
    passed_empty BOOLEAN NOT NULL,
    due_on TEXT,
    note TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    role TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version, position)
);

-- Judgements; `criteria` and `evidence` are JSON lists.
CREATE TABLE judgement (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    judgement_id TEXT NOT NULL,
    item TEXT NOT NULL,
    framework TEXT NOT NULL,
    edition TEXT NOT NULL,
    onsite BOOLEAN NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    criteria TEXT NOT NULL,
    evidence TEXT NOT NULL,
    author_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version)
);

CREATE TABLE finding (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    finding_id TEXT NOT NULL,
    item TEXT NOT NULL,
    judgement_id TEXT NOT NULL,
    title TEXT NOT NULL,
    risk TEXT NOT NULL,
    onsite BOOLEAN NOT NULL,
    target_on TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version)
);

CREATE TABLE finding_event (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    finding_id TEXT NOT NULL,
    deed TEXT NOT NULL,
    note TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version)
);

-- Remediation plans; `steps` is a JSON list.
CREATE TABLE remediation_plan (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    item TEXT NOT NULL,
    judgement_id TEXT NOT NULL,
    target TEXT NOT NULL,
    steps TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version)
);

-- The institution's own answers where a self-check stands in for the inspection.
CREATE TABLE self_check_answer (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    item TEXT NOT NULL,
    satisfied BOOLEAN NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, item)
);

-- Reports that were made; the files lie in the reports folder under their hash.
CREATE TABLE inspection_report (
    institution_id TEXT NOT NULL,
    engagement_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    report_id TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    data_sha256 BLOB NOT NULL,
    size_bytes BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    staff_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution_id, engagement_id, version)
);
