-- People who sign in. What tells who they are is sealed under the key of the
-- person; a login name is found by its mark.
CREATE TABLE customer (
    id TEXT NOT NULL PRIMARY KEY,
    login_mark BLOB NOT NULL UNIQUE,
    login BLOB NOT NULL,
    name BLOB NOT NULL,
    security_phrase BLOB NOT NULL,
    commitment_key BLOB NOT NULL,
    password TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL
);

CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    login_mark BLOB NOT NULL UNIQUE,
    login BLOB NOT NULL,
    name BLOB NOT NULL,
    role TEXT NOT NULL,
    password TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL
);

-- Failures by login name, also by names that nobody has.
CREATE TABLE sign_in_failure (
    realm TEXT NOT NULL,
    login_mark BLOB NOT NULL,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (realm, login_mark)
);

CREATE INDEX sign_in_failure_by_age ON sign_in_failure (last_at);

-- The token itself is with the browser alone.
CREATE TABLE session (
    person TEXT NOT NULL,
    id TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    opened_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended TEXT,
    ended_at BIGINT,
    PRIMARY KEY (person, id)
);

CREATE INDEX session_by_token ON session (token_hash);
