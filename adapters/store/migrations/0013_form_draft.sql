-- What somebody typed into a form whose session had ended, until the same
-- person has signed in again and sent it. It is sealed under the key of that person.
CREATE TABLE form_draft (
    person TEXT NOT NULL,
    path TEXT NOT NULL,
    body BLOB NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (person, path)
);

CREATE INDEX form_draft_by_age ON form_draft (kept_at);
