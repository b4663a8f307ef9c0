-- The key of each subject (a customer, an institution, a bank), wrapped under
-- the field key that is kept outside of the database. Every sealed field of a
-- subject dies with its row (crypto-erasure).
CREATE TABLE subject_key (
    subject TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    made_at BIGINT NOT NULL
);

-- What only the right field key computes, so that a wrong one is known at once.
CREATE TABLE field_key_check (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 0),
    mark BLOB NOT NULL
);
