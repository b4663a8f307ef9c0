//! Unfinished promises, tests that do not run, paths of one machine.

use super::Fault;
use super::source::Tree;
use anyhow::Result;

/// Where prose and vendored files stand, which are not code of ours.
const EXEMPT: &[&str] = &["Cargo.lock", "package-lock.json", "xtask/src/tidy/markers.rs"];

/// A text that may not stand in the tree, and why. Written in two halves, so
/// that this table does not find itself.
const MARKERS: &[(&str, &str, &str)] = &[
    ("TO", "DO", "an unfinished promise: do it, or write down the limit in the documentation"),
    ("FIX", "ME", "an unfinished promise: do it, or write down the limit in the documentation"),
    ("XX", "X", "an unfinished promise: do it, or write down the limit in the documentation"),
    ("to", "do!(", "an unfinished promise"),
    ("unimpl", "emented!(", "an unfinished promise"),
    ("#[ign", "ore", "a test that does not run proves nothing"),
    ("dbg", "!(", "left over from looking"),
];

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (path, text) in tree.text_files().filter(|(path, _)| is_ours(path)) {
        for (number, line) in text.lines().enumerate() {
            for (start, end, why) in MARKERS {
                if contains_word(line, &format!("{start}{end}")) {
                    faults.push(Fault {
                        place: format!("{path}:{}", number + 1),
                        message: format!("{start}{end}: {why}"),
                    });
                }
            }
        }
    }
    Ok(faults)
}

fn is_ours(path: &str) -> bool {
    let code = [".rs", ".toml", ".html", ".css", ".js", ".mjs", ".ts", ".sql", ".ftl", ".typ"];
    !EXEMPT.iter().any(|exempt| path.ends_with(exempt)) && code.iter().any(|ending| path.ends_with(ending))
}

/// Whether `marker` stands in `line` and is not a part of a longer word.
fn contains_word(line: &str, marker: &str) -> bool {
    line.match_indices(marker).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + marker.len()..].chars().next();
        let is_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        let open_ended = marker.ends_with('(') || marker.starts_with('#');
        !is_word(before) && (open_ended || !is_word(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_a_whole_word() {
        let marker = format!("{}{}", "TO", "DO");
        assert!(contains_word(&format!("// {marker}: later"), &marker));
        assert!(!contains_word(&format!("{marker}S are many"), &marker));
        assert!(!contains_word("METODO", &marker));
    }
}
