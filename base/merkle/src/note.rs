//! Signed notes (<https://c2sp.org/signed-note>).

use crate::VerifierKey;
use crate::vkey::is_key_name;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::error::Error;
use std::fmt;

/// The longest note that is read, in bytes.
const BYTES_MAX: usize = 64 * 1024;
/// The most signatures that a note may have.
const SIGNATURES_MAX: usize = 100;
/// What a signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// Checks Ed25519 signatures (RFC 8032); given by whoever has the mathematics.
pub trait Ed25519 {
    /// Whether `signature` is the key's over `message`.
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool;
}

/// A private key that signs notes under a name.
pub trait NoteSigner: Send + Sync {
    /// The public key with the signer's name.
    fn verifier_key(&self) -> &VerifierKey;

    /// The Ed25519 signature over `message`, 64 bytes.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}

/// A text with signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Signature {
    name: String,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

/// Why a note is not one, or is not to be trusted.
#[derive(Debug)]
pub enum NoteError {
    /// Not the form of a signed note.
    Form(&'static str),
    /// Nobody whose key is known has signed it.
    NotSigned,
    /// A signature under a known name and key id is not the key's.
    Forged,
    /// The key could not sign.
    Signing(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(what) => write!(f, "this is not a signed note: {what}"),
            Self::NotSigned => f.write_str("the note has no signature of the known key"),
            Self::Forged => f.write_str("the note's signature is not valid: the note was changed or forged"),
            Self::Signing(_) => f.write_str("the note could not be signed"),
        }
    }
}

impl Error for NoteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Signing(source) => Some(source.as_ref()),
            Self::Form(_) | Self::NotSigned | Self::Forged => None,
        }
    }
}

impl SignedNote {
    /// Signs `text`, which must end with a line feed.
    pub fn sign(text: &str, signer: &dyn NoteSigner) -> Result<Self, NoteError> {
        check_text(text)?;
        let key = signer.verifier_key();
        let bytes = signer.sign(text.as_bytes()).map_err(NoteError::Signing)?;
        let signature = Signature { name: key.name().to_owned(), key_id: key.key_id(), bytes };
        Ok(Self { text: text.to_owned(), signatures: vec![signature] })
    }

    /// Takes a note apart; no signature is verified yet.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > BYTES_MAX {
            return Err(NoteError::Form("it is longer than 64 KiB"));
        }
        let split = note.rfind("\n\n").ok_or(NoteError::Form("no empty line before the signatures"))?;
        let (text, signatures) = (&note[..=split], &note[split + 2..]);
        check_text(text)?;
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Form("no signature, or no line feed at the end"))?;
        let signatures = lines.split('\n').map(Signature::parse).collect::<Option<Vec<_>>>();
        let signatures = signatures.ok_or(NoteError::Form("a line that is not a signature"))?;
        if signatures.len() > SIGNATURES_MAX {
            return Err(NoteError::Form("it has more than 100 signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, once it is known that `key` signed it. Signatures of other
    /// keys are left aside.
    pub fn verify(&self, key: &VerifierKey, ed25519: &dyn Ed25519) -> Result<&str, NoteError> {
        let key_id = key.key_id();
        let mut ours =
            self.signatures.iter().filter(|line| line.name == key.name() && line.key_id == key_id).peekable();
        if ours.peek().is_none() {
            return Err(NoteError::NotSigned);
        }
        let valid = |line: &Signature| ed25519.verify(key.public_key(), self.text.as_bytes(), &line.bytes);
        if ours.all(valid) { Ok(&self.text) } else { Err(NoteError::Forged) }
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, key_id, bytes } in &self.signatures {
            let key_id_and_bytes = [key_id.as_slice(), bytes].concat();
            writeln!(f, "{SIGNATURE_PREFIX}{name} {}", STANDARD.encode(key_id_and_bytes))?;
        }
        Ok(())
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Self> {
        let (name, digits) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let bytes = STANDARD.decode(digits).ok()?;
        let (key_id, bytes) = bytes.split_first_chunk::<4>()?;
        let sound = is_key_name(name) && !bytes.is_empty();
        sound.then(|| Self { name: name.to_owned(), key_id: *key_id, bytes: bytes.to_vec() })
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if !text.ends_with('\n') || text.chars().any(|letter| letter < ' ' && letter != '\n') {
        return Err(NoteError::Form("the text has control characters or no line feed at its end"));
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    /// Not a signature scheme: a hash under a known key, which shows what the note asks of one.
    pub(crate) struct Hashing(pub(crate) VerifierKey);

    impl NoteSigner for Hashing {
        fn verifier_key(&self) -> &VerifierKey {
            &self.0
        }

        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
            Ok(Sha256::new_with_prefix(self.0.public_key()).chain_update(message).finalize().to_vec())
        }
    }

    impl Ed25519 for Hashing {
        fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
            Sha256::new_with_prefix(public_key).chain_update(message).finalize().as_slice() == signature
        }
    }

    pub(crate) fn signer(name: &str) -> Hashing {
        Hashing(VerifierKey::new(name, [7; 32]).unwrap())
    }

    #[test]
    fn c2sp_signed_note_form() {
        let ours = signer("example.com/log");
        let note = SignedNote::sign("one\n\ntwo\n", &ours).unwrap();
        let text = note.to_string();
        assert!(text.starts_with("one\n\ntwo\n\n\u{2014} example.com/log "));
        let parsed = SignedNote::parse(&text).unwrap();
        assert_eq!(parsed, note);
        assert_eq!(parsed.verify(&ours.0, &ours).unwrap(), "one\n\ntwo\n");
    }

    #[test]
    fn a_changed_text_is_forged_and_a_stranger_has_not_signed() {
        let ours = signer("ours");
        let text = SignedNote::sign("size 1\n", &ours).unwrap().to_string();
        let changed = SignedNote::parse(&text.replace("size 1", "size 2")).unwrap();
        assert!(matches!(changed.verify(&ours.0, &ours), Err(NoteError::Forged)));
        let strangers = VerifierKey::new("ours", [8; 32]).unwrap();
        let parsed = SignedNote::parse(&text).unwrap();
        assert!(matches!(parsed.verify(&strangers, &ours), Err(NoteError::NotSigned)));
        let witnessed = format!("{text}{}", "\u{2014} witness AAAAAAA=\n");
        assert!(SignedNote::parse(&witnessed).unwrap().verify(&ours.0, &ours).is_ok());
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        let good = SignedNote::sign("a\n", &signer("ours")).unwrap().to_string();
        let others = [
            String::new(),
            "a\n".to_owned(),
            "a\n\n".to_owned(),
            good.trim_end().to_owned(),
            good.replace('\u{2014}', "-"),
            good.replace("a\n", "a\r\n"),
            good.replace("ours ", "our s "),
            format!("{good}\u{2014} x AAAA\n"),
            good.repeat(4000),
        ];
        for other in others {
            assert!(matches!(SignedNote::parse(&other), Err(NoteError::Form(_))), "{other}");
        }
        assert!(matches!(SignedNote::sign("a", &signer("ours")), Err(NoteError::Form(_))));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_parser(text in "(.|\n|\u{2014} )*") {
            let _ = SignedNote::parse(&text);
        }
    }
}
