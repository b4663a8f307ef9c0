//! What the papers name must be there: paths, crates, tests, commands.

use super::Fault;
use super::source::{Tree, functions};
use anyhow::Result;

/// Where a path of this tree begins.
const ROOTS: &[&str] =
    &["apps/", "adapters/", "domain/", "base/", "catalogs/", "contracts/", "docs/", "verification/", "xtask/", ".ci/"];

/// Papers that speak of the past, or of what others will make.
const EXEMPT: &[&str] = &["CHANGELOG.md"];

/// The papers that every reader may count on.
const EXPECTED: &[&str] = &[
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "README.md",
    "README.ko.md",
    "ARCHITECTURE.md",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "docs/benchmarks.md",
    "docs/decisions/README.md",
    "docs/how-to/add-a-control.md",
    "docs/how-to/add-a-filter.md",
    "docs/how-to/add-a-page.md",
    "docs/how-to/add-a-probe.md",
    "docs/how-to/add-a-store-method.md",
];

/// The two commands with which both READMEs begin.
const COMMANDS: &[&str] = &["cargo run --release -- up", "cargo xtask test"];

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for paper in EXPECTED.iter().filter(|paper| tree.text(paper).is_none()) {
        faults.push(fault(paper, "this paper is missing"));
    }
    for readme in ["README.md", "README.ko.md"] {
        let text = tree.text(readme).unwrap_or_default();
        let missing = COMMANDS.iter().filter(|command| !text.contains(**command));
        faults.extend(missing.map(|command| fault(readme, &format!("it does not say `{command}`"))));
    }
    let rooms = tree.text("ARCHITECTURE.md").unwrap_or_default();
    for room in rooms_of(tree).filter(|room| !rooms.contains(&format!("| `{room}` |"))) {
        faults.push(fault("ARCHITECTURE.md", &format!("the table of rooms lacks `{room}`")));
    }
    faults.extend(tests_gone(tree));
    let papers = tree.text_files().filter(|(path, _)| path.ends_with(".md") && !EXEMPT.contains(path));
    for (paper, text) in papers {
        for (number, line) in text.lines().enumerate() {
            let gone = quoted(line).filter(|word| names_a_path(word) && !is_there(tree, word));
            let place = format!("{paper}:{}", number + 1);
            faults.extend(gone.map(|word| fault(&place, &format!("there is no `{word}`"))));
        }
    }
    Ok(faults)
}

/// Tests that `SECURITY.md` names as proof and that are not there. A quoted
/// word of five parts or more is the name of a test.
fn tests_gone(tree: &Tree) -> Vec<Fault> {
    let functions = functions(tree);
    let text = tree.text("SECURITY.md").unwrap_or_default();
    let lines = text.lines().enumerate();
    let named = lines.flat_map(|(number, line)| quoted(line).map(move |word| (number + 1, word)));
    let is_test = |word: &str| {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        word.matches('_').count() >= 4 && word.chars().all(plain)
    };
    let gone = named.filter(|(_, word)| is_test(word) && !functions.contains(*word));
    gone.map(|(line, word)| fault(&format!("SECURITY.md:{line}"), &format!("there is no test `{word}`"))).collect()
}

fn fault(place: &str, message: &str) -> Fault {
    Fault { place: place.to_owned(), message: message.to_owned() }
}

/// The folders of all crates but `xtask`.
fn rooms_of(tree: &Tree) -> impl Iterator<Item = &str> {
    let manifests = tree.files.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml"));
    manifests.filter(|folder| *folder != "xtask")
}

/// What stands in a line between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a quoted word is the path of one file or folder, and no pattern.
fn names_a_path(word: &str) -> bool {
    ROOTS.iter().any(|root| word.starts_with(root)) && !word.contains(['<', '{', '*', '…', ' ', 'N'])
}

fn is_there(tree: &Tree, path: &str) -> bool {
    let folder = format!("{}/", path.trim_end_matches('/'));
    tree.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;
    use crate::shell;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let sound = EXPECTED.iter().filter(|paper| files.iter().all(|(path, _)| path != *paper));
        let sound = sound.map(|paper| (*paper, "`cargo run --release -- up` `cargo xtask test`"));
        let files = sound.chain(files.iter().copied());
        Tree { files: files.map(|(path, text)| File { path: path.to_owned(), text: Some(text.to_owned()) }).collect() }
    }

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let faults = check(&tree(files)).unwrap();
        faults.into_iter().map(|fault| format!("{}: {}", fault.place, fault.message)).collect()
    }

    #[test]
    fn architecture_names_every_room_and_no_paper_names_a_path_that_is_gone() {
        let room = ("domain/consent/Cargo.toml", "");
        assert_eq!(faults(&[room, ("ARCHITECTURE.md", "| `domain/consent` | a consent |")]), Vec::<String>::new());
        assert_eq!(faults(&[room]), ["ARCHITECTURE.md: the table of rooms lacks `domain/consent`"]);
        let gone = faults(&[("docs/how-to/add-a-page.md", "see\n`apps/x/src/gone.rs` and `apps/<app>/src/pages`")]);
        assert_eq!(gone, ["docs/how-to/add-a-page.md:2: there is no `apps/x/src/gone.rs`"]);
    }

    #[test]
    fn security_names_no_test_that_is_gone() {
        let source = ("base/x/src/lib.rs", "fn rfc1_2_a_thing_is_refused() {}");
        let said =
            faults(&[source, ("SECURITY.md", "`rfc1_2_a_thing_is_refused`\n`rfc1_3_another_thing_is_refused` `a_b`")]);
        assert_eq!(said, ["SECURITY.md:2: there is no test `rfc1_3_another_thing_is_refused`"]);
    }

    #[test]
    fn both_readmes_say_the_two_commands() {
        assert_eq!(
            faults(&[("README.ko.md", "`cargo xtask test`")]),
            ["README.ko.md: it does not say `cargo run --release -- up`"]
        );
    }

    #[test]
    fn there_is_one_binary_of_the_product() {
        let tree = Tree::read(&shell::root()).unwrap();
        let mains = tree
            .rust()
            .map(|(path, _)| path)
            .filter(|path| path.ends_with("src/main.rs") || path.contains("/src/bin/"));
        assert_eq!(mains.collect::<Vec<_>>(), ["apps/sumun/src/main.rs", "xtask/src/main.rs"]);
    }
}
