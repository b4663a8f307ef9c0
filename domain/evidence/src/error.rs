//! What can be wrong with a piece of evidence.

use std::fmt;

/// Why something is not, or cannot become, a piece of evidence. Every variant
/// is the caller's fault: nothing here depends on the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceError {
    /// Not a code of a check item or criterion.
    Code,
    /// Not 64 hexadecimal digits in lower case.
    Digest,
    /// Not the number of a detailed check item such as `1.1.1`.
    Number,
    /// Not an official name: `자료{x.y.z}-{n} {title}`.
    Name,
    /// The title is empty, too long or holds control characters.
    Title,
    /// The serial is not the next free one; a gap would look like a lost file.
    Serial {
        /// The serial that is next.
        expected: u32,
    },
    /// The file has no bytes.
    Empty,
    /// The file is larger than [`crate::FILE_BYTES_MAX`].
    TooLarge,
    /// It is not bound to any check item, or twice to the same.
    Bindings,
    /// It says that it is effective after the day on which it is added.
    EffectiveInFuture,
    /// A note, file name or probe name is too long or holds control characters.
    Text,
    /// The earlier evidence belongs to another engagement.
    RevisesOther,
    /// A newer revision of the earlier evidence is there already.
    RevisesOld {
        /// The newest revision.
        newest: u32,
    },
    /// The revision has the same bytes as the one before.
    Unchanged,
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code => f.write_str("expected a code of letters, digits, dots and hyphens such as OBI-01"),
            Self::Digest => f.write_str("expected 64 hexadecimal digits in lower case"),
            Self::Number => f.write_str("expected the number of a detailed check item such as 1.1.1"),
            Self::Name => f.write_str("expected an official name such as 자료1.1.1-1 and a title"),
            Self::Title => f.write_str("the title must have 1 to 120 characters, all of which a reader can see"),
            Self::Serial { expected } => write!(f, "the next serial number is {expected}"),
            Self::Empty => f.write_str("the file is empty"),
            Self::TooLarge => f.write_str("the file is larger than 50 MB"),
            Self::Bindings => f.write_str("the evidence must be bound to at least one check item, each once"),
            Self::EffectiveInFuture => f.write_str("the evidence cannot be effective after today"),
            Self::Text => f.write_str("a text is too long or holds control characters"),
            Self::RevisesOther => f.write_str("the earlier evidence belongs to another engagement"),
            Self::RevisesOld { newest } => write!(f, "revision {newest} is newer than the one to be replaced"),
            Self::Unchanged => f.write_str("the file is the same as the revision before"),
        }
    }
}

impl std::error::Error for EvidenceError {}
