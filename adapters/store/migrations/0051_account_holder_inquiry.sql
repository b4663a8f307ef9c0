-- Answered account holder inquiries, to which a transfer under the same consent
-- can pay. They name an account, and no number or name. One that a transfer
-- paid to is kept, so that the repetition of that request is understood.
CREATE TABLE account_holder_inquiry (
    id TEXT NOT NULL PRIMARY KEY,
    institution TEXT NOT NULL,
    app TEXT NOT NULL,
    customer TEXT NOT NULL,
    consent TEXT NOT NULL,
    owner TEXT NOT NULL,
    account TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    paid_to BOOLEAN NOT NULL
);

CREATE INDEX account_holder_inquiry_by_end ON account_holder_inquiry (paid_to, expires_at);
