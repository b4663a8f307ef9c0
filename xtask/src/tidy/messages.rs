//! Both languages have the same message keys, in every crate that speaks.

use super::Fault;
use super::source::Tree;
use anyhow::Result;
use std::collections::BTreeSet;

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (path, text) in tree.text_files() {
        for (own, other) in [("ko", "en"), ("en", "ko")] {
            let Some(folder) = path.strip_suffix(&format!("/{own}.ftl")) else { continue };
            let twin = format!("{folder}/{other}.ftl");
            let keys_of_twin = keys(tree.text(&twin).unwrap_or_default());
            let missing = keys(text).into_iter().filter(|key| !keys_of_twin.contains(key));
            faults.extend(missing.map(|key| Fault {
                place: twin.clone(),
                message: format!("the message {key} is missing; {path} has it"),
            }));
        }
    }
    Ok(faults)
}

/// The keys of a Fluent file: `name = text` at the beginning of a line, and
/// the attributes below it as `name.attribute`.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut message = String::new();
    for line in text.lines() {
        let Some((left, _)) = line.split_once('=') else { continue };
        let name = left.trim();
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
        };
        if !line.starts_with([' ', '\t', '#', '}']) && is_name(name) {
            message = name.to_owned();
            keys.insert(message.clone());
        } else if let Some(attribute) = name.strip_prefix('.').filter(|attribute| is_name(attribute)) {
            keys.insert(format!("{message}.{attribute}"));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    #[test]
    fn a_key_in_one_language_only_is_named() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: Some(text.to_owned()) };
        let files = vec![
            file("a/ko.ftl", "one = 하나\ntwo = 둘\n    .hint = 힌트\n"),
            file("a/en.ftl", "one = One\ntwo = Two\n"),
        ];
        let faults = check(&Tree { files }).unwrap();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.contains("two.hint"));
    }
}
