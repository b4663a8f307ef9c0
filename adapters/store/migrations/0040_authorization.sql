-- What apps pushed (RFC 9126), until the customer decides or it expires.
CREATE TABLE authorization_request (
    institution TEXT NOT NULL,
    id TEXT NOT NULL,
    app TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    state TEXT,
    nonce TEXT,
    challenge BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    decided BOOLEAN NOT NULL,
    PRIMARY KEY (institution, id)
);

CREATE INDEX authorization_request_by_expiry ON authorization_request (expires_at);

-- Authorization codes by their hash; the token is named once the code was exchanged.
CREATE TABLE authorization_code (
    institution TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    app TEXT NOT NULL,
    customer TEXT NOT NULL,
    consent TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scope TEXT NOT NULL,
    nonce TEXT,
    challenge BLOB NOT NULL,
    issued_at BIGINT NOT NULL,
    token TEXT,
    token_expires_at BIGINT,
    PRIMARY KEY (institution, code_hash)
);

CREATE INDEX authorization_code_by_age ON authorization_code (issued_at);

-- Client assertions that were used (RFC 7523 section 3), by the hash of their jti.
CREATE TABLE client_assertion (
    institution TEXT NOT NULL,
    app TEXT NOT NULL,
    id_hash BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (institution, app, id_hash)
);

CREATE INDEX client_assertion_by_expiry ON client_assertion (expires_at);

-- What is remembered of access tokens; never the tokens themselves.
CREATE TABLE access_token (
    institution TEXT NOT NULL,
    id TEXT NOT NULL,
    app TEXT NOT NULL,
    customer TEXT NOT NULL,
    consent TEXT NOT NULL,
    scope TEXT NOT NULL,
    certificate_thumbprint BLOB NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (institution, id)
);

CREATE INDEX access_token_by_expiry ON access_token (expires_at);
