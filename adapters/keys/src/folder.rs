//! Every key that one installation needs.

use crate::pem::{self, SECRET_KEY};
use crate::{AuthorityProfile, CertificateAuthority, KeyError, KeyPurpose, KeyRecord, SoftwareKey, private_file};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use sumun_jose::{Algorithm, JwkSet};
use sumun_journal::CommitmentKey;
use sumun_time::Timestamp;

/// The name of the commitment key's algorithm.
const HMAC_SHA256: &str = "HMAC-SHA256";
/// The name of the field encryption key's algorithm.
const AES_256_GCM: &str = "AES-256-GCM";
/// Under which organization the two authorities are shown.
const ORGANIZATION: &str = "Sumun";

/// A key and what is known about it.
#[derive(Debug, Clone)]
pub struct StoredKey<K> {
    /// The key.
    pub key: K,
    /// Purpose and dates.
    pub record: KeyRecord,
}

/// The keys of one installation, one file each, in a folder for its owner alone.
pub struct KeyFolder {
    /// Signs access tokens, ES256.
    pub token_signing: StoredKey<Arc<SoftwareKey>>,
    /// Signs the journal's checkpoints, Ed25519.
    pub checkpoint_signing: StoredKey<Arc<SoftwareKey>>,
    /// Issues the certificates of the open side: institutions and public servers.
    pub open_authority: StoredKey<Arc<CertificateAuthority>>,
    /// Issues the certificates between our own servers.
    pub internal_authority: StoredKey<Arc<CertificateAuthority>>,
    /// Commits to personal data in the journal.
    pub commitment: StoredKey<CommitmentKey>,
    /// Encrypts personal data in the store, whose field key it becomes.
    pub field_encryption: StoredKey<SecretKey>,
}

/// Thirty-two random bytes that are a key of somebody else's kind.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The bytes. Whoever has them has the key.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(hidden)")
    }
}

impl KeyFolder {
    /// Opens the folder and makes each key that is missing. A key that is
    /// there is never replaced. The authorities' certificates are also
    /// published beside them as `<name>.crt`.
    ///
    /// # Errors
    /// [`KeyError::OpenToOthers`] when others may read or replace a key,
    /// [`KeyError::Broken`] when a file is not a key of its purpose,
    /// [`KeyError::Unreadable`] and [`KeyError::Unwritable`] with the path.
    pub fn open_or_create(folder: &Path, now: Timestamp) -> Result<Self, KeyError> {
        private_file::prepare_folder(folder)?;
        let keys = Self {
            token_signing: software_key(folder, KeyPurpose::TokenSigning, Algorithm::Es256, now)?,
            checkpoint_signing: software_key(folder, KeyPurpose::CheckpointSigning, Algorithm::EdDsa, now)?,
            open_authority: authority(folder, KeyPurpose::OpenAuthority, "Sumun Open CA", now)?,
            internal_authority: authority(folder, KeyPurpose::InternalAuthority, "Sumun Internal CA", now)?,
            commitment: commitment_key(folder, now)?,
            field_encryption: secret_key(folder, KeyPurpose::FieldEncryption, AES_256_GCM, now)?,
        };
        private_file::remove_drafts(folder)?;
        for authority in [&keys.open_authority, &keys.internal_authority] {
            let path = path_of(folder, authority.record.purpose).with_extension("crt");
            if std::fs::read_to_string(&path).ok() != Some(authority.key.certificate_pem()) {
                private_file::publish(&path, &authority.key.certificate_pem())?;
            }
        }
        Ok(keys)
    }

    /// The public keys that verify access tokens.
    pub fn token_key_set(&self) -> JwkSet {
        // One key cannot have the kid of another.
        JwkSet::new(vec![self.token_signing.key.public().clone()]).unwrap_or_default()
    }

    /// What is known about every key (PR-048).
    pub fn records(&self) -> [&KeyRecord; 6] {
        [
            &self.token_signing.record,
            &self.checkpoint_signing.record,
            &self.open_authority.record,
            &self.internal_authority.record,
            &self.commitment.record,
            &self.field_encryption.record,
        ]
    }

    /// When the newest of the keys was made.
    pub fn newest(&self) -> Timestamp {
        let made = self.records().into_iter().map(|record| record.created_at);
        made.max().unwrap_or(Timestamp::from_seconds(0))
    }

    /// The keys that are used past their period (PR-049).
    pub fn overdue(&self, now: Timestamp) -> Vec<&KeyRecord> {
        self.records().into_iter().filter(|record| record.is_overdue(now)).collect()
    }
}

fn path_of(folder: &Path, purpose: KeyPurpose) -> PathBuf {
    folder.join(purpose.name()).with_extension("pem")
}

fn software_key(
    folder: &Path,
    purpose: KeyPurpose,
    algorithm: Algorithm,
    now: Timestamp,
) -> Result<StoredKey<Arc<SoftwareKey>>, KeyError> {
    let path = path_of(folder, purpose);
    if SoftwareKey::read(&path, algorithm)?.is_none() {
        let record = KeyRecord::new(purpose, algorithm.name(), now);
        SoftwareKey::generate(algorithm)?.write_new(&path, &record)?;
    }
    let (key, text) = SoftwareKey::read(&path, algorithm)?.ok_or_else(|| KeyError::broken(&path, "a private key"))?;
    Ok(StoredKey { key: Arc::new(key), record: record_of(&path, &text, purpose, algorithm.name())? })
}

fn authority(
    folder: &Path,
    purpose: KeyPurpose,
    common_name: &str,
    now: Timestamp,
) -> Result<StoredKey<Arc<CertificateAuthority>>, KeyError> {
    let path = path_of(folder, purpose);
    let algorithm = Algorithm::Es256.name();
    if CertificateAuthority::read(&path)?.is_none() {
        let record = KeyRecord::new(purpose, algorithm, now);
        let profile = AuthorityProfile {
            common_name: common_name.to_owned(),
            organization: ORGANIZATION.to_owned(),
            not_before: record.created_at,
            not_after: record.not_after,
        };
        CertificateAuthority::create(&profile)?.write_new(&path, &record)?;
    }
    let read = CertificateAuthority::read(&path)?;
    let (key, text) = read.ok_or_else(|| KeyError::broken(&path, "a certificate authority"))?;
    Ok(StoredKey { key: Arc::new(key), record: record_of(&path, &text, purpose, algorithm)? })
}

fn commitment_key(folder: &Path, now: Timestamp) -> Result<StoredKey<CommitmentKey>, KeyError> {
    let StoredKey { key, record } = secret_key(folder, KeyPurpose::Commitment, HMAC_SHA256, now)?;
    Ok(StoredKey { key: CommitmentKey::from_bytes(key.0), record })
}

fn secret_key(
    folder: &Path,
    purpose: KeyPurpose,
    algorithm: &'static str,
    now: Timestamp,
) -> Result<StoredKey<SecretKey>, KeyError> {
    let path = path_of(folder, purpose);
    if private_file::read(&path)?.is_none() {
        let mut bytes = [0; 32];
        aws_lc_rs::rand::fill(&mut bytes).map_err(KeyError::generation)?;
        let record = KeyRecord::new(purpose, algorithm, now);
        private_file::create(&path, &(record.header() + &pem::encode(SECRET_KEY, &bytes)))?;
    }
    let text = private_file::read(&path)?.unwrap_or_default();
    let bytes = pem::decode(SECRET_KEY, &text).and_then(|bytes| bytes.try_into().ok());
    let key = SecretKey(bytes.ok_or_else(|| KeyError::broken(&path, "a secret key of 32 bytes"))?);
    Ok(StoredKey { key, record: record_of(&path, &text, purpose, algorithm)? })
}

fn record_of(path: &Path, text: &str, purpose: KeyPurpose, algorithm: &'static str) -> Result<KeyRecord, KeyError> {
    KeyRecord::parse(text, purpose, algorithm)
        .ok_or_else(|| KeyError::broken(path, "the purpose, algorithm and dates of a key"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;
    use sumun_jose::Signer as _;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_219_200);

    #[test]
    fn keys_are_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let first = KeyFolder::open_or_create(&path, NOW).unwrap();
        let again = KeyFolder::open_or_create(&path, Timestamp::from_seconds(1_800_000_000)).unwrap();
        assert_eq!(first.token_signing.key.key_id(), again.token_signing.key.key_id());
        assert_eq!(first.checkpoint_signing.key.public(), again.checkpoint_signing.key.public());
        assert_eq!(first.open_authority.key.certificate_der(), again.open_authority.key.certificate_der());
        assert_eq!(first.commitment.key.commit("a", b"b"), again.commitment.key.commit("a", b"b"));
        assert_eq!(first.field_encryption.key.bytes(), again.field_encryption.key.bytes());
        assert_eq!(format!("{:?}", first.field_encryption.key), "SecretKey(hidden)");
        assert_eq!(first.records(), again.records());
        assert_ne!(first.open_authority.key.certificate_der(), first.internal_authority.key.certificate_der());
        assert_eq!(again.token_key_set().keys().len(), 1);
        for file in path.read_dir().unwrap() {
            let file = file.unwrap().path();
            let expected = if file.extension().unwrap() == "pem" { 0o600 } else { 0o644 };
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, expected, "{}", file.display());
        }
    }

    #[test]
    fn an_authority_read_again_still_issues_and_drafts_left_behind_go() {
        let folder = tempfile::tempdir().unwrap();
        drop(KeyFolder::open_or_create(folder.path(), NOW).unwrap());
        let draft = folder.path().join("commitment.draft-1");
        std::fs::write(&draft, "left behind").unwrap();
        let again = KeyFolder::open_or_create(folder.path(), NOW).unwrap();
        assert!(!draft.exists());
        let profile = crate::ClientProfile {
            organization: "Fintech".to_owned(),
            serial_number: "1".to_owned(),
            common_name: "a".to_owned(),
            not_before: NOW,
            not_after: Timestamp::from_seconds(1_800_000_000),
        };
        let issued = again.open_authority.key.issue_client(&profile).unwrap();
        let facts = crate::CertificateFacts::parse(&issued.certificate_der).unwrap();
        assert_eq!(facts.issuer_dn, "CN=Sumun Open CA,O=Sumun");
    }

    #[test]
    fn a_key_of_another_purpose_or_a_broken_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(KeyFolder::open_or_create(folder.path(), NOW).unwrap());
        let (open, internal) = (folder.path().join("open-authority.pem"), folder.path().join("internal-authority.pem"));
        std::fs::copy(&internal, &open).unwrap();
        assert!(
            matches!(KeyFolder::open_or_create(folder.path(), NOW), Err(KeyError::Broken { path, .. }) if path == open)
        );
        std::fs::write(&open, "nonsense").unwrap();
        assert!(
            matches!(KeyFolder::open_or_create(folder.path(), NOW), Err(KeyError::Broken { path, .. }) if path == open)
        );
        assert_eq!(std::fs::read_to_string(&open).unwrap(), "nonsense");
    }

    #[test]
    fn overdue_keys_are_listed() {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyFolder::open_or_create(folder.path(), NOW).unwrap();
        assert!(keys.overdue(NOW).is_empty());
        let overdue = keys.overdue(NOW.plus(sumun_time::Span::from_days(366)));
        assert_eq!(overdue.len(), 1);
        assert_eq!(overdue[0].purpose, KeyPurpose::TokenSigning);
    }
}
