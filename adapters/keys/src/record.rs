//! What is known about a key: its purpose and its dates.

use std::fmt;
use sumun_time::{Span, Timestamp};

/// What a key is for. One key has one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    /// Signs access tokens.
    TokenSigning,
    /// Signs the journal's checkpoints.
    CheckpointSigning,
    /// Issues the certificates of the open side: institutions and public servers.
    OpenAuthority,
    /// Issues the certificates between our own servers.
    InternalAuthority,
    /// Commits to personal data in the journal.
    Commitment,
    /// Encrypts personal data in the store.
    FieldEncryption,
}

impl KeyPurpose {
    /// Every purpose there is.
    pub const ALL: [Self; 6] = [
        Self::TokenSigning,
        Self::CheckpointSigning,
        Self::OpenAuthority,
        Self::InternalAuthority,
        Self::Commitment,
        Self::FieldEncryption,
    ];

    /// The name, which is also the name of the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenSigning => "token-signing",
            Self::CheckpointSigning => "checkpoint-signing",
            Self::OpenAuthority => "open-authority",
            Self::InternalAuthority => "internal-authority",
            Self::Commitment => "commitment",
            Self::FieldEncryption => "field-encryption",
        }
    }

    /// How long a key may be used. PR-049 gives one to three years for a
    /// signing key and at most two for the originator's use of a symmetric one.
    pub const fn period(self) -> Span {
        match self {
            Self::TokenSigning => Span::from_days(365),
            Self::CheckpointSigning | Self::OpenAuthority | Self::InternalAuthority => Span::from_days(3 * 365),
            Self::Commitment | Self::FieldEncryption => Span::from_days(2 * 365),
        }
    }
}

impl fmt::Display for KeyPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known about a key without knowing the key (PR-048).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The name of its algorithm: `ES256`, `EdDSA`, `HMAC-SHA256` or `AES-256-GCM`.
    pub algorithm: &'static str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its period ends (PR-049).
    pub not_after: Timestamp,
}

impl KeyRecord {
    /// The record of a key that is made `now`.
    pub fn new(purpose: KeyPurpose, algorithm: &'static str, now: Timestamp) -> Self {
        // Certificates carry whole seconds; the key and its certificate end together.
        let created_at = Timestamp::from_seconds(now.seconds());
        Self { purpose, algorithm, created_at, not_after: created_at.plus(purpose.period()) }
    }

    /// Whether the key is used past its period (PR-049).
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        now > self.not_after
    }

    /// The lines before the key in its file.
    pub(crate) fn header(&self) -> String {
        format!(
            "Purpose: {}\nAlgorithm: {}\nCreated: {}\nNot-After: {}\n\n",
            self.purpose, self.algorithm, self.created_at, self.not_after
        )
    }

    /// Reads the lines before a key; `None` where they do not speak of `purpose` and `algorithm`.
    pub(crate) fn parse(text: &str, purpose: KeyPurpose, algorithm: &'static str) -> Option<Self> {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        if field("Purpose")? != purpose.name() || field("Algorithm")? != algorithm {
            return None;
        }
        let (created_at, not_after) = (field("Created")?.parse().ok()?, field("Not-After")?.parse().ok()?);
        Some(Self { purpose, algorithm, created_at, not_after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_another_purpose_is_refused() {
        let record = KeyRecord::new(KeyPurpose::TokenSigning, "ES256", Timestamp::from_micros(1_795_237_200_000_001));
        assert_eq!(KeyRecord::parse(&record.header(), KeyPurpose::TokenSigning, "ES256"), Some(record.clone()));
        assert_eq!(KeyRecord::parse(&record.header(), KeyPurpose::CheckpointSigning, "ES256"), None);
        assert_eq!(KeyRecord::parse(&record.header(), KeyPurpose::TokenSigning, "EdDSA"), None);
        assert_eq!(KeyRecord::parse("", KeyPurpose::TokenSigning, "ES256"), None);
    }

    #[test]
    fn a_key_past_its_period_is_flagged() {
        let made = Timestamp::from_seconds(1_000_000);
        for purpose in KeyPurpose::ALL {
            let record = KeyRecord::new(purpose, "ES256", made);
            assert!(!record.is_overdue(made.plus(purpose.period())));
            assert!(record.is_overdue(made.plus(purpose.period()).plus(Span::from_seconds(1))));
            let is_symmetric = matches!(purpose, KeyPurpose::Commitment | KeyPurpose::FieldEncryption);
            let years_max = if is_symmetric { 2 } else { 3 };
            assert!(purpose.period() <= Span::from_days(365 * years_max));
            assert!(purpose.period() >= Span::from_days(365));
        }
    }
}
