-- The journal's entries, in order and without a gap: `seq` is the leaf index in the tree.
CREATE TABLE journal_entry (
    seq BIGINT NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
);

-- How many entries there are. Whoever appends takes the next numbers from this
-- one row, so that two writers can neither share a number nor leave one out.
CREATE TABLE journal_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 0),
    size BIGINT NOT NULL
);

INSERT INTO journal_head (id, size) VALUES (0, 0);
