//! How much evidence there may be: for an engagement, for an institution, in all.
//!
//! No source asks for a quota; it is our choice, so that one party cannot fill
//! the volume on which everybody's payments are written. What is counted is
//! every revision with its size, also where two have the same bytes and share a file.

use std::fmt;

/// A number of files and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amount {
    /// Files, each revision one.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
}

impl Amount {
    /// Both together.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        Self { files: self.files.saturating_add(more.files), bytes: self.bytes.saturating_add(more.bytes) }
    }
}

/// An amount for each of the three scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of the engagement.
    pub engagement: Amount,
    /// Of all engagements of the institution.
    pub institution: Amount,
    /// Of all.
    pub total: Amount,
}

/// The most that there may be in each scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Of an engagement.
    pub engagement: Amount,
    /// Of all engagements of an institution.
    pub institution: Amount,
    /// Of all.
    pub total: Amount,
}

/// What a quota is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaScope {
    /// One engagement.
    Engagement,
    /// All engagements of one institution.
    Institution,
    /// All.
    Total,
}

/// What a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaMeasure {
    /// Files.
    Files,
    /// Bytes.
    Bytes,
}

/// A quota that would be passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverQuota {
    /// What it is for.
    pub scope: QuotaScope,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// How much is used, what is on its way in included.
    pub used: u64,
    /// The most that may be.
    pub max: u64,
}

impl Quotas {
    /// The sizes of an installation that nobody has set otherwise.
    pub const STANDARD: Self = Self {
        engagement: Amount { files: 10_000, bytes: 10_000_000_000 },
        institution: Amount { files: 50_000, bytes: 30_000_000_000 },
        total: Amount { files: 500_000, bytes: 200_000_000_000 },
    };

    /// Whether `more` may come to what is `used`. The narrowest scope is asked
    /// first, because whoever asks can do most about it.
    ///
    /// # Errors
    /// The first quota that would be passed.
    pub fn admit(&self, used: &Usage, more: Amount) -> Result<(), OverQuota> {
        let scopes = [
            (QuotaScope::Engagement, used.engagement, self.engagement),
            (QuotaScope::Institution, used.institution, self.institution),
            (QuotaScope::Total, used.total, self.total),
        ];
        for (scope, used, max) in scopes {
            let measures = [
                (QuotaMeasure::Files, used.files, more.files, max.files),
                (QuotaMeasure::Bytes, used.bytes, more.bytes, max.bytes),
            ];
            for (measure, used, more, max) in measures {
                if used.saturating_add(more) > max {
                    return Err(OverQuota { scope, measure, used, max });
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for OverQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.scope {
            QuotaScope::Engagement => "the engagement",
            QuotaScope::Institution => "the institution",
            QuotaScope::Total => "the installation",
        };
        let measure = match self.measure {
            QuotaMeasure::Files => "files",
            QuotaMeasure::Bytes => "bytes",
        };
        write!(f, "{scope} has {} of at most {} {measure} of evidence", self.used, self.max)
    }
}

impl std::error::Error for OverQuota {}

#[cfg(test)]
mod tests {
    use super::*;

    const fn amount(files: u64, bytes: u64) -> Amount {
        Amount { files, bytes }
    }

    const QUOTAS: Quotas = Quotas { engagement: amount(2, 100), institution: amount(4, 200), total: amount(8, 400) };

    #[test]
    fn every_quota_holds_to_the_last_file_and_byte() {
        let over = |scope, measure, used, max| Err(OverQuota { scope, measure, used, max });
        let (files, bytes) = (QuotaMeasure::Files, QuotaMeasure::Bytes);
        let table = [
            (Usage::default(), amount(2, 100), Ok(())),
            (Usage::default(), amount(3, 0), over(QuotaScope::Engagement, files, 0, 2)),
            (Usage::default(), amount(1, 101), over(QuotaScope::Engagement, bytes, 0, 100)),
            (
                Usage { engagement: amount(1, 99), institution: amount(4, 99), total: amount(4, 99) },
                amount(1, 1),
                over(QuotaScope::Institution, files, 4, 4),
            ),
            (
                Usage { engagement: amount(1, 0), institution: amount(1, 199), total: amount(1, 199) },
                amount(1, 2),
                over(QuotaScope::Institution, bytes, 199, 200),
            ),
            (
                Usage { engagement: amount(0, 0), institution: amount(0, 0), total: amount(8, 0) },
                amount(1, 1),
                over(QuotaScope::Total, files, 8, 8),
            ),
            (
                Usage { engagement: amount(0, 0), institution: amount(0, 0), total: amount(0, 400) },
                amount(1, 1),
                over(QuotaScope::Total, bytes, 400, 400),
            ),
            // What is there already may be over a quota that was made smaller; then nothing more comes.
            (
                Usage { engagement: amount(9, 900), ..Usage::default() },
                amount(1, 1),
                over(QuotaScope::Engagement, files, 9, 2),
            ),
            (
                Usage { total: amount(u64::MAX, 0), ..Usage::default() },
                amount(1, 1),
                over(QuotaScope::Total, files, u64::MAX, 8),
            ),
        ];
        for (used, more, expected) in table {
            assert_eq!(QUOTAS.admit(&used, more), expected, "{used:?} and {more:?}");
        }
    }

    #[test]
    fn a_wider_scope_takes_at_least_what_a_narrower_one_does() {
        let Quotas { engagement, institution, total } = Quotas::STANDARD;
        assert!(engagement.files <= institution.files && institution.files <= total.files);
        assert!(engagement.bytes <= institution.bytes && institution.bytes <= total.bytes);
        assert!(engagement.bytes >= crate::FILE_BYTES_MAX);
    }
}
