-- The disclosure is what the customer was shown, as JSON; scopes, accounts and
-- purpose of the consent are those of its disclosure.
CREATE TABLE consent (
    customer TEXT NOT NULL,
    id TEXT NOT NULL,
    institution TEXT NOT NULL,
    app TEXT NOT NULL,
    disclosure TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (customer, id)
);

CREATE INDEX consent_by_id ON consent (id);

CREATE INDEX consent_by_state ON consent (state, expires_at);
