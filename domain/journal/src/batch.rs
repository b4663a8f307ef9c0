//! Batches of access records, which the journal seals.

use crate::{Actor, Entry, EntryKind, Tampering, first_difference};
use sumun_merkle::{Hash, root_of_hashes};
use sumun_time::Timestamp;

/// A batch of access records in one segment file, sealed by the root over its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBatch {
    /// The name of the segment file.
    pub segment: String,
    /// The number of the batch's first record; records are counted from 0 over all segments.
    pub first: u64,
    /// How many records, at least one.
    pub count: u64,
    /// The RFC 6962 root over the records' bytes.
    pub root: Hash,
}

impl SealedBatch {
    /// The number of the record after the batch's last.
    pub fn end(&self) -> u64 {
        self.first.saturating_add(self.count)
    }

    /// The entry that seals the batch.
    pub fn entry(&self, at: Timestamp) -> Entry {
        Entry::new(at, EntryKind::RecordBatchSealed, Actor::Platform, &self.segment)
            .with("first", self.first)
            .with("count", self.count)
            .with("root", self.root)
    }

    /// The batch that an entry seals; `None` for every other entry.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        if entry.kind != EntryKind::RecordBatchSealed {
            return None;
        }
        let fact = |name: &str| entry.facts.get(name);
        let batch = Self {
            segment: entry.subject.clone(),
            first: fact("first")?.parse().ok()?,
            count: fact("count")?.parse().ok()?,
            root: fact("root")?.parse().ok()?,
        };
        (batch.count > 0).then_some(batch)
    }
}

/// A segment of access records whose files may be gone, because the time for
/// which they must be kept is over. Its batches stay sealed in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetiredSegment {
    /// The name of the segment file.
    pub segment: String,
    /// The number of its first record.
    pub first: u64,
    /// How many records it had, at least one.
    pub count: u64,
}

impl RetiredSegment {
    /// The entry that gives the segment up. It comes before the files go.
    pub fn entry(&self, at: Timestamp) -> Entry {
        Entry::new(at, EntryKind::RecordsRetired, Actor::Platform, &self.segment)
            .with("first", self.first)
            .with("count", self.count)
    }

    /// The segment that an entry gives up; `None` for every other entry.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        if entry.kind != EntryKind::RecordsRetired {
            return None;
        }
        let fact = |name: &str| entry.facts.get(name)?.parse().ok();
        let retired = Self { segment: entry.subject.clone(), first: fact("first")?, count: fact("count")? };
        (retired.count > 0).then_some(retired)
    }

    /// Whether these, the batches of one segment in the order of the journal,
    /// are exactly what was given up: a record more or less is none of it.
    pub fn covers(&self, batches: &[SealedBatch]) -> bool {
        let starts_there = batches.first().is_some_and(|batch| batch.first == self.first);
        let is_whole = batches.windows(2).all(|pair| pair[1].first <= pair[0].end());
        let end = batches.iter().map(SealedBatch::end).max();
        starts_there && is_whole && end == Some(self.first.saturating_add(self.count))
    }
}

/// What is wrong with the records of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordsFinding {
    /// This record is not as it was sealed.
    Record {
        /// Its number.
        number: u64,
        /// What was done to it.
        tampering: Tampering,
    },
    /// Some of these records are not as they were sealed; the kept hashes were
    /// changed too, so the first cannot be named more closely.
    Range {
        /// The number of the first record of the batch.
        first: u64,
        /// The number of the last record of the batch.
        last: u64,
    },
    /// The records are as they were sealed, but the hashes kept beside them are not.
    KeptHashes {
        /// The number of the first record of the batch.
        first: u64,
    },
    /// No batch seals this record, although a later one is sealed.
    NotSealed {
        /// Its number.
        number: u64,
    },
}

/// Verifies the records of one segment against its batches, which are in the
/// order of the journal. `kept` are the hashes kept beside the segment,
/// `records` those of the records that are there; both begin with the record
/// number `segment_first`.
pub fn verify_records(
    segment_first: u64,
    batches: &[SealedBatch],
    kept: &[Hash],
    records: &[Hash],
) -> Result<(), RecordsFinding> {
    let slice = |hashes: &[Hash], batch: &SealedBatch| {
        let start = usize::try_from(batch.first.checked_sub(segment_first)?).ok()?;
        let end = start.checked_add(usize::try_from(batch.count).ok()?)?;
        hashes.get(start..end).map(<[Hash]>::to_vec)
    };
    let has_root = |hashes: Option<Vec<Hash>>, batch: &SealedBatch| {
        hashes.is_some_and(|hashes| root_of_hashes(hashes) == batch.root)
    };
    let mut sealed_end = segment_first;
    for batch in batches {
        if batch.first > sealed_end {
            return Err(RecordsFinding::NotSealed { number: sealed_end });
        }
        let kept_as_sealed = has_root(slice(kept, batch), batch);
        if has_root(slice(records, batch), batch) {
            if !kept_as_sealed {
                return Err(RecordsFinding::KeptHashes { first: batch.first });
            }
        } else if kept_as_sealed {
            // The kept hashes of this batch are as they were sealed, so they say what is missing from here on.
            let start = (batch.first - segment_first) as usize;
            let expected = &kept[start..];
            let actual = records.get(start..).unwrap_or_default();
            let (place, tampering) = first_difference(expected, actual).unwrap_or((0, Tampering::Changed));
            return Err(RecordsFinding::Record { number: batch.first + place as u64, tampering });
        } else {
            return Err(RecordsFinding::Range { first: batch.first, last: batch.end() - 1 });
        }
        sealed_end = sealed_end.max(batch.end());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_merkle::leaf_hash;

    fn row(letters: &str) -> Vec<Hash> {
        letters.bytes().map(|letter| leaf_hash(&[letter])).collect()
    }

    fn batch(first: u64, letters: &str) -> SealedBatch {
        let root = root_of_hashes(row(letters));
        SealedBatch { segment: "a".to_owned(), first, count: letters.len() as u64, root }
    }

    #[test]
    fn a_batch_is_an_entry_and_back() {
        let sealed = batch(7, "abc");
        let entry = sealed.entry(Timestamp::from_seconds(1));
        assert_eq!(SealedBatch::of_entry(&entry), Some(sealed));
        assert_eq!(SealedBatch::of_entry(&entry.clone().with("count", 0)), None);
        let other = Entry { kind: EntryKind::ProbeRun, ..entry };
        assert_eq!(SealedBatch::of_entry(&other), None);
    }

    #[test]
    fn a_retired_segment_is_an_entry_and_back_and_covers_its_batches_alone() {
        let retired = RetiredSegment { segment: "a".to_owned(), first: 7, count: 5 };
        let entry = retired.entry(Timestamp::from_seconds(1));
        assert_eq!(RetiredSegment::of_entry(&entry).as_ref(), Some(&retired));
        assert_eq!(RetiredSegment::of_entry(&entry.clone().with("count", 0)), None);
        assert_eq!(SealedBatch::of_entry(&entry), None);
        assert!(retired.covers(&[batch(7, "abc"), batch(10, "de")]));
        for others in [
            vec![],
            vec![batch(7, "abc")],
            vec![batch(7, "abc"), batch(10, "def")],
            vec![batch(6, "abcd"), batch(10, "de")],
            vec![batch(7, "ab"), batch(10, "de")],
        ] {
            assert!(!retired.covers(&others), "{others:?}");
        }
    }

    #[test]
    fn the_first_record_that_is_not_as_sealed_is_named() {
        let batches = [batch(10, "abcd"), batch(14, "efgh")];
        let kept = row("abcdefgh");
        let verify = |records: &str| verify_records(10, &batches, &kept, &row(records));
        let record = |number, tampering| Err(RecordsFinding::Record { number, tampering });
        assert_eq!(verify("abcdefgh"), Ok(()));
        assert_eq!(verify("abcdefghUNSEALED"), Ok(()));
        assert_eq!(verify("abXdefgh"), record(12, Tampering::Changed));
        assert_eq!(verify("abdefgh"), record(12, Tampering::Removed));
        assert_eq!(verify("abcefgh"), record(13, Tampering::Removed));
        assert_eq!(verify("abcdegfh"), record(15, Tampering::Reordered));
        assert_eq!(verify("abcdXefgh"), record(14, Tampering::Inserted));
        assert_eq!(verify("abcdef"), record(16, Tampering::Removed));
        assert_eq!(verify(""), record(10, Tampering::Removed));
    }

    #[test]
    fn changed_kept_hashes_do_not_hide_a_change_and_are_told_themselves() {
        let batches = [batch(0, "abcd"), batch(4, "efgh")];
        let verify = |kept: &str, records: &str| verify_records(0, &batches, &row(kept), &row(records));
        assert_eq!(verify("abcdeXgh", "abcdeXgh"), Err(RecordsFinding::Range { first: 4, last: 7 }));
        assert_eq!(verify("abcdeXgh", "abcdefgh"), Err(RecordsFinding::KeptHashes { first: 4 }));
        assert_eq!(verify("abcdef", "abcdefgh"), Err(RecordsFinding::KeptHashes { first: 4 }));
        assert_eq!(verify("", ""), Err(RecordsFinding::Range { first: 0, last: 3 }));
    }

    #[test]
    fn a_gap_between_batches_is_told() {
        let batches = [batch(0, "ab"), batch(3, "d")];
        let refused = verify_records(0, &batches, &row("abcd"), &row("abcd"));
        assert_eq!(refused, Err(RecordsFinding::NotSealed { number: 2 }));
        let before = SealedBatch { first: 0, ..batch(0, "ab") };
        assert!(verify_records(5, &[before], &row("ab"), &row("ab")).is_err());
    }
}
