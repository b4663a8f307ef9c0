//! Ed25519 under the journal's checkpoints.

use crate::{KeyError, SoftwareKey};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use std::error::Error;
use std::sync::Arc;
use sumun_jose::{Algorithm, Signer as _};
use sumun_merkle::{Ed25519, NoteSigner, VerifierKey};

/// What the name of every journal's signer begins with.
const ORIGIN_PREFIX: &str = "sumun/journal/";

/// Signs the checkpoints of one journal with a software key.
pub struct CheckpointSigner {
    key: Arc<SoftwareKey>,
    verifier_key: VerifierKey,
}

impl CheckpointSigner {
    /// A signer with this Ed25519 key. The journal's origin is `sumun/journal/`
    /// and the thumbprint of the key, so no two journals have the same.
    pub fn new(key: Arc<SoftwareKey>) -> Result<Self, KeyError> {
        let public_key = match key.algorithm() {
            Algorithm::EdDsa => key.public_bytes().try_into().ok(),
            Algorithm::Es256 | Algorithm::Ps256 => None,
        };
        let name = format!("{ORIGIN_PREFIX}{}", key.key_id());
        let verifier_key = public_key.and_then(|public_key| VerifierKey::new(&name, public_key));
        let verifier_key = verifier_key.ok_or(KeyError::Profile("checkpoints are signed with Ed25519"))?;
        Ok(Self { key, verifier_key })
    }
}

impl NoteSigner for CheckpointSigner {
    fn verifier_key(&self) -> &VerifierKey {
        &self.verifier_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Ok(self.key.sign(message)?)
    }
}

/// Checks Ed25519 signatures with aws-lc.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ed25519Verifier;

impl Ed25519 for Ed25519Verifier {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_merkle::{Checkpoint, EMPTY_ROOT, NoteError, SignedNote};

    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    /// The example of the reference implementation.
    #[test]
    fn c2sp_signed_note_known_answer() {
        let key: VerifierKey = KEY.parse().unwrap();
        let note = SignedNote::parse(NOTE).unwrap();
        assert!(note.verify(&key, &Ed25519Verifier).unwrap().starts_with("If you think"));
        let changed = SignedNote::parse(&NOTE.replace("don't", "do")).unwrap();
        assert!(matches!(changed.verify(&key, &Ed25519Verifier), Err(NoteError::Forged)));
    }

    #[test]
    fn a_checkpoint_opens_under_its_own_key_alone() {
        let signer = CheckpointSigner::new(Arc::new(SoftwareKey::generate(Algorithm::EdDsa).unwrap())).unwrap();
        let other = CheckpointSigner::new(Arc::new(SoftwareKey::generate(Algorithm::EdDsa).unwrap())).unwrap();
        let origin = signer.verifier_key().name().to_owned();
        let checkpoint = Checkpoint { origin, size: 0, root: EMPTY_ROOT };
        let note = checkpoint.sign(&signer).unwrap();
        assert_eq!(Checkpoint::open(&note, signer.verifier_key(), &Ed25519Verifier).unwrap(), checkpoint);
        assert!(Checkpoint::open(&note, other.verifier_key(), &Ed25519Verifier).is_err());
        assert!(CheckpointSigner::new(Arc::new(SoftwareKey::generate(Algorithm::Es256).unwrap())).is_err());
    }
}
