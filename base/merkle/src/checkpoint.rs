//! Checkpoints: signed heads of the tree (<https://c2sp.org/tlog-checkpoint>).

use crate::{Ed25519, Hash, NoteError, NoteSigner, SignedNote, VerifierKey};
use std::fmt;

/// A head of the tree: how many leaves it has and its root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its signer.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a note is not a checkpoint that may be trusted.
#[derive(Debug)]
pub enum CheckpointError {
    /// The signed note itself.
    Note(NoteError),
    /// The signed text is not a checkpoint.
    Body(&'static str),
    /// The checkpoint is of another log than its signer.
    Origin(String),
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(_) => f.write_str("the checkpoint cannot be trusted"),
            Self::Body(what) => write!(f, "the signed text is not a checkpoint: {what}"),
            Self::Origin(origin) => write!(f, "the checkpoint is of another log: {origin:?}"),
        }
    }
}

impl std::error::Error for CheckpointError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Note(source) => Some(source),
            Self::Body(_) | Self::Origin(_) => None,
        }
    }
}

impl Checkpoint {
    /// The text that is signed: origin, size and root, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, signer: &dyn NoteSigner) -> Result<String, NoteError> {
        SignedNote::sign(&self.body(), signer).map(|note| note.to_string())
    }

    /// Reads a signed note that `key` signed. The origin must be the key's
    /// name. Extension lines are allowed and left aside.
    pub fn open(note: &str, key: &VerifierKey, ed25519: &dyn Ed25519) -> Result<Self, CheckpointError> {
        let note = SignedNote::parse(note).map_err(CheckpointError::Note)?;
        let checkpoint = Self::parse_body(note.verify(key, ed25519).map_err(CheckpointError::Note)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin(checkpoint.origin)) }
    }

    fn parse_body(body: &str) -> Result<Self, CheckpointError> {
        let mut lines = body.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty());
        let origin = line().ok_or(CheckpointError::Body("no origin"))?;
        let size_text = line().ok_or(CheckpointError::Body("no size"))?;
        let size: u64 = size_text.parse().map_err(|_| CheckpointError::Body("a size that is no number"))?;
        if size.to_string() != size_text {
            return Err(CheckpointError::Body("a size that is not in its one text form"));
        }
        let root = line().and_then(|text| text.parse().ok()).ok_or(CheckpointError::Body("no root"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EMPTY_ROOT;
    use crate::note::tests::signer;

    fn checkpoint(origin: &str) -> Checkpoint {
        Checkpoint { origin: origin.to_owned(), size: 20_852_163, root: EMPTY_ROOT }
    }

    #[test]
    fn c2sp_tlog_checkpoint_text() {
        let body = checkpoint("example.com/behind-the-sofa").body();
        assert_eq!(body, "example.com/behind-the-sofa\n20852163\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    }

    #[test]
    fn what_was_signed_opens_and_another_log_does_not() {
        let ours = signer("ours");
        let note = checkpoint("ours").sign(&ours).unwrap();
        assert_eq!(Checkpoint::open(&note, &ours.0, &ours).unwrap(), checkpoint("ours"));
        let foreign = checkpoint("theirs").sign(&ours).unwrap();
        assert!(matches!(Checkpoint::open(&foreign, &ours.0, &ours), Err(CheckpointError::Origin(_))));
        let changed = note.replace("20852163", "20852164");
        assert!(matches!(Checkpoint::open(&changed, &ours.0, &ours), Err(CheckpointError::Note(NoteError::Forged))));
    }

    #[test]
    fn signed_texts_that_are_no_checkpoint_are_refused() {
        let ours = signer("ours");
        let root = EMPTY_ROOT.to_string();
        for body in ["ours\n", "ours\n1\n", "ours\n01\nROOT\n", "ours\n-1\nROOT\n", "ours\n1\nAAAA\n", "\n1\nROOT\n"] {
            let note = SignedNote::sign(&body.replace("ROOT", &root), &ours).unwrap().to_string();
            let refused = Checkpoint::open(&note, &ours.0, &ours);
            assert!(matches!(refused, Err(CheckpointError::Body(_))), "{body:?}: {refused:?}");
        }
        let extended = SignedNote::sign(&format!("ours\n1\n{root}\nextension\n"), &ours).unwrap().to_string();
        assert!(Checkpoint::open(&extended, &ours.0, &ours).is_ok());
    }
}
