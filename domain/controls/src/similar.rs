//! The nearest known name to a mistyped one.

const LETTERS_MAX: usize = 64;

/// The candidate that takes the fewest single-letter changes, when those are few for its length.
pub(crate) fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(LETTERS_MAX).collect();
    let distance_max = (wanted.len() / 3).max(1);
    let begins = |candidate: &str| wanted.len() >= 3 && candidate.to_lowercase().starts_with(&name.to_lowercase());
    candidates
        .map(|candidate| (if begins(&candidate) { 0 } else { distance(&wanted, &candidate) }, candidate))
        .filter(|(distance, _)| *distance <= distance_max)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, one line of the table at a time.
fn distance(wanted: &[char], candidate: &str) -> usize {
    let mut line: Vec<usize> = (0..=wanted.len()).collect();
    for (down, letter) in candidate.to_lowercase().chars().take(LETTERS_MAX).enumerate() {
        let mut diagonal = line[0];
        line[0] = down + 1;
        for across in 0..wanted.len() {
            let change = diagonal + usize::from(wanted[across] != letter);
            diagonal = line[across + 1];
            line[across + 1] = change.min(diagonal + 1).min(line[across] + 1);
        }
    }
    line[wanted.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_its_name() {
        let names = || ["openbanking-institution", "isms-p", "OBI-14"].into_iter().map(str::to_owned);
        assert_eq!(nearest("openbankng-institution", names()).as_deref(), Some("openbanking-institution"));
        assert_eq!(nearest("obi14", names()).as_deref(), Some("OBI-14"));
        assert_eq!(nearest("isms", names()).as_deref(), Some("isms-p"));
        assert_eq!(nearest("something else", names()), None);
    }
}
