CREATE TABLE institution (
    id TEXT NOT NULL PRIMARY KEY,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    business_number TEXT NOT NULL UNIQUE,
    contact TEXT NOT NULL,
    status TEXT NOT NULL
);

-- Redirect addresses, scopes, way of authentication, keys and consent terms
-- have forms of their own and stand here as JSON.
CREATE TABLE app (
    institution TEXT NOT NULL REFERENCES institution (id),
    id TEXT NOT NULL UNIQUE,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    authentication TEXT NOT NULL,
    jwks TEXT NOT NULL,
    scopes TEXT NOT NULL,
    consent_terms TEXT NOT NULL,
    PRIMARY KEY (institution, id)
);

-- A certificate stands for one institution only.
CREATE TABLE client_certificate (
    institution TEXT NOT NULL REFERENCES institution (id),
    thumbprint BLOB NOT NULL UNIQUE,
    subject_dn TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    PRIMARY KEY (institution, thumbprint)
);
