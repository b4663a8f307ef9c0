-- How much evidence there is, for each engagement, each institution and in all
-- (`scope` is an id or `total`). Changed in the transaction that adds evidence, so
-- that a quota is counted without reading every row.
CREATE TABLE evidence_usage (
    scope TEXT NOT NULL PRIMARY KEY,
    files BIGINT NOT NULL,
    bytes BIGINT NOT NULL
);

INSERT INTO evidence_usage (scope, files, bytes)
SELECT engagement_id, COUNT(*), SUM(size_bytes) FROM evidence GROUP BY engagement_id;

INSERT INTO evidence_usage (scope, files, bytes)
SELECT institution_id, COUNT(*), SUM(size_bytes) FROM evidence GROUP BY institution_id;

INSERT INTO evidence_usage (scope, files, bytes)
SELECT 'total', COUNT(*), COALESCE(SUM(size_bytes), 0) FROM evidence;
