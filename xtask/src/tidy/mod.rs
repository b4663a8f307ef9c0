//! The rules of the tree that no compiler knows. Each rule is a function from
//! the tree to its faults; a fault names the file, the line and the mending.

mod claims;
mod dead_files;
mod direction;
mod markers;
mod messages;
mod papers;
mod particles;
mod purity;
mod size;
pub mod source;

use crate::shell;
use anyhow::{Result, bail};
use source::Tree;

/// One breach of a rule.
pub struct Fault {
    /// Path from the root, with a line where there is one: `domain/x/src/lib.rs:12`.
    pub place: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

type Rule = fn(&Tree) -> Result<Vec<Fault>>;

/// Every rule, with the name that a fault carries.
const RULES: &[(&str, Rule)] = &[
    ("direction", direction::check),
    ("purity", purity::check),
    ("size", size::check),
    ("dead-file", dead_files::check),
    ("marker", markers::check),
    ("messages", messages::check),
    ("papers", papers::check),
    ("particles", particles::check),
    ("claims", claims::check),
];

/// Runs every rule and fails when any is broken.
pub fn run() -> Result<()> {
    let tree = Tree::read(&shell::root())?;
    let mut count = 0;
    for (name, rule) in RULES {
        for fault in rule(&tree)? {
            count += 1;
            shell::complain(&format!("{}: [{name}] {}", fault.place, fault.message));
        }
    }
    if count > 0 {
        bail!("{count} breaches of the tree's rules");
    }
    shell::say(&format!("{} files are tidy", tree.files.len()));
    Ok(())
}
