//! Where two rows of hashes begin to differ, and how.

use std::collections::HashSet;
use std::fmt;
use sumun_merkle::Hash;

/// What was done to the first thing that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tampering {
    /// Another thing stands in its place.
    Changed,
    /// It is gone, and what followed has moved up.
    Removed,
    /// It stands at another place.
    Reordered,
    /// Something was put in before it.
    Inserted,
}

impl fmt::Display for Tampering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "was changed",
            Self::Removed => "was removed",
            Self::Reordered => "was moved to another place",
            Self::Inserted => "has something put in before it",
        })
    }
}

/// The place of the first difference between what should be and what is, from
/// 0, and what was done there; `None` when both are equal. A cut at the end is
/// a removal of the first one that is missing.
pub fn first_difference(expected: &[Hash], actual: &[Hash]) -> Option<(usize, Tampering)> {
    let place = expected.iter().zip(actual).take_while(|(expected, actual)| expected == actual).count();
    let (Some(should), found) = (expected.get(place), actual.get(place)) else {
        return (actual.len() > expected.len()).then_some((place, Tampering::Inserted));
    };
    let Some(found) = found else { return Some((place, Tampering::Removed)) };
    let still_there = actual[place..].contains(should);
    let known: HashSet<_> = expected[place..].iter().collect();
    let tampering = match (still_there, known.contains(found)) {
        (true, true) => Tampering::Reordered,
        (true, false) => Tampering::Inserted,
        (false, true) => Tampering::Removed,
        (false, false) => Tampering::Changed,
    };
    Some((place, tampering))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_merkle::leaf_hash;

    fn row(letters: &str) -> Vec<Hash> {
        letters.bytes().map(|letter| leaf_hash(&[letter])).collect()
    }

    #[test]
    fn each_kind_of_tampering_is_told_apart_and_placed() {
        let cases = [
            ("abcdef", "abcdef", None),
            ("abcdef", "abXdef", Some((2, Tampering::Changed))),
            ("abcdef", "abdef", Some((2, Tampering::Removed))),
            ("abcdef", "abcde", Some((5, Tampering::Removed))),
            ("abcdef", "", Some((0, Tampering::Removed))),
            ("abcdef", "abdcef", Some((2, Tampering::Reordered))),
            ("abcdef", "fbcdea", Some((0, Tampering::Reordered))),
            ("abcdef", "abXcdef", Some((2, Tampering::Inserted))),
            ("abcdef", "abcdefX", Some((6, Tampering::Inserted))),
            ("abcdef", "abXdYf", Some((2, Tampering::Changed))),
            ("", "", None),
        ];
        for (expected, actual, difference) in cases {
            assert_eq!(first_difference(&row(expected), &row(actual)), difference, "{expected} {actual}");
        }
    }
}
