-- The SHA-256 of the certificate's public key. Certificates that were
-- registered before this column have none.
ALTER TABLE client_certificate ADD COLUMN key_sha256 BLOB;
