-- The banks of the sandbox with the two accounts on which their own side of a posting stands.
CREATE TABLE bank (
    code TEXT NOT NULL PRIMARY KEY,
    name_ko TEXT NOT NULL,
    name_en TEXT NOT NULL,
    funding TEXT NOT NULL,
    clearing TEXT NOT NULL
);

-- Accounts, by owner: a customer, an institution or a bank's code. Alias,
-- number and holder are sealed under the owner's key. `lines` counts the lines
-- of the account, so that a line takes the next number.
CREATE TABLE account (
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    bank TEXT NOT NULL,
    kind TEXT NOT NULL,
    alias BLOB NOT NULL,
    number BLOB NOT NULL,
    holder BLOB NOT NULL,
    balance BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (owner, id),
    CHECK (balance >= 0 OR kind IN ('funding', 'clearing'))
);

-- Finds an account by a keyed hash of bank and number.
CREATE TABLE account_number (
    mark BLOB NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    account TEXT NOT NULL
);

-- What happened on each account, in order and without a gap. `note` holds the
-- name of the other side and the summary, sealed under the owner's key.
CREATE TABLE ledger_line (
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    number BIGINT NOT NULL,
    posting TEXT NOT NULL,
    at BIGINT NOT NULL,
    change BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    transfer TEXT,
    note BLOB NOT NULL,
    PRIMARY KEY (owner, account, number)
);

-- Transfers, by customer. `terms` holds payee and summary, sealed under the
-- customer's key; `digest` commits to all terms.
CREATE TABLE transfer (
    customer TEXT NOT NULL,
    id TEXT NOT NULL,
    institution TEXT NOT NULL,
    app TEXT NOT NULL,
    consent TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    other_owner TEXT NOT NULL,
    other_account TEXT NOT NULL,
    amount BIGINT NOT NULL,
    terms BLOB NOT NULL,
    digest TEXT NOT NULL,
    confirmation_number BIGINT NOT NULL,
    first_time_payee BOOLEAN NOT NULL,
    requested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    confirmed_at BIGINT,
    ended_at BIGINT,
    reason TEXT,
    PRIMARY KEY (customer, id)
);

CREATE INDEX transfer_by_consent ON transfer (customer, consent, status);

-- What an institution was answered under each of its keys.
CREATE TABLE idempotency (
    institution TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    customer TEXT NOT NULL,
    transfer TEXT NOT NULL,
    receipt TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (institution, key)
);

-- Word to customers about what happened on their accounts (PR-054).
CREATE TABLE notice (
    customer TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    transfer TEXT NOT NULL,
    PRIMARY KEY (customer, at, kind, transfer)
);
