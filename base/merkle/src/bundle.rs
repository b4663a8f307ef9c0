//! Entry bundles: the leaves of one tile in one file (<https://c2sp.org/tlog-tiles>).

use std::fmt;

/// The longest entry that a bundle can hold, in bytes.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// Why entries are no bundle or bytes hold none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleError {
    /// The entry at this place is longer than its 16-bit length can say.
    EntryTooLong(usize),
    /// The bytes end within the entry at this place.
    CutShort(usize),
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EntryTooLong(place) => {
                write!(f, "entry {place} of the bundle is longer than {ENTRY_BYTES_MAX} bytes")
            }
            Self::CutShort(place) => write!(f, "the bundle ends within its entry {place}"),
        }
    }
}

impl std::error::Error for BundleError {}

/// Each entry after its length as a 16-bit number, big endian.
pub fn encode_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.as_ref().len() + 2).sum());
    for (place, entry) in entries.iter().enumerate() {
        let length = u16::try_from(entry.as_ref().len()).map_err(|_| BundleError::EntryTooLong(place))?;
        bytes.extend(length.to_be_bytes());
        bytes.extend(entry.as_ref());
    }
    Ok(bytes)
}

/// The entries of a bundle.
pub fn decode_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let cut_short = BundleError::CutShort(entries.len());
        let (length, tail) = rest.split_first_chunk::<2>().ok_or(cut_short)?;
        let (entry, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(cut_short)?;
        entries.push(entry);
        rest = tail;
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bundles_that_cannot_be_are_refused() {
        assert_eq!(encode_bundle(&[vec![0; ENTRY_BYTES_MAX + 1]]), Err(BundleError::EntryTooLong(0)));
        assert_eq!(decode_bundle(&[0, 1, 7, 0]), Err(BundleError::CutShort(1)));
        assert_eq!(decode_bundle(&[0, 1, 7, 0, 2, 1]), Err(BundleError::CutShort(1)));
    }

    proptest! {
        #[test]
        fn entries_round_trip(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let bytes = encode_bundle(&entries).unwrap();
            prop_assert_eq!(decode_bundle(&bytes).unwrap(), entries);
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode_bundle(&bytes);
        }
    }
}
