//! No clock, randomness, environment, file, socket or thread in the rules.

use super::Fault;
use super::source::{Tree, line_of};
use anyhow::{Context, Result};
use syn::visit::Visit;

/// A path that rules may not name, and what to do in its place.
const BANNED: &[(&[&str], &str)] = &[
    (&["SystemTime"], "take `now: Timestamp` as an argument"),
    (&["Instant"], "take `now: Timestamp` as an argument"),
    (&["std", "env"], "take the value as an argument; only apps read the environment"),
    (&["std", "fs"], "declare a port; adapters touch files"),
    (&["std", "net"], "declare a port; adapters touch sockets"),
    (&["std", "process"], "declare a port; adapters start programs"),
    (&["std", "thread"], "the caller decides where work runs"),
    (&["getrandom"], "take random bytes as an argument"),
    (&["SystemRandom"], "take random bytes as an argument"),
    (&["thread_rng"], "take random bytes as an argument"),
];

/// A place that may name one of them, with the reason (docs/decisions, JOSE).
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "base/jose/src/sign.rs",
    "SystemRandom",
    "ECDSA draws a nonce inside of aws-lc; the caller cannot give it, and a caller that could would be a danger",
)];

/// An address is a value, not a socket.
const ALLOWED_AFTER_NET: &[&str] = &["IpAddr", "Ipv4Addr", "Ipv6Addr", "SocketAddr"];

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (path, text) in tree.rust() {
        let holds_rules = (path.starts_with("domain/") || path.starts_with("base/")) && path.contains("/src/");
        if !holds_rules || is_test_file(path) {
            continue;
        }
        let file = syn::parse_file(text).with_context(|| path.to_owned())?;
        let mut visitor = Visitor { path, faults: &mut faults };
        visitor.visit_file(&file);
    }
    Ok(faults)
}

/// A file of tests beside the code; its `mod` line stands under `#[cfg(test)]`.
fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

struct Visitor<'a> {
    path: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl Visitor<'_> {
    fn look_at(&mut self, names: &[String], line: usize) {
        for (banned, instead) in BANNED {
            let starts = names.windows(banned.len()).position(|window| window.iter().zip(*banned).all(|(a, b)| a == b));
            let Some(start) = starts else { continue };
            let next = names.get(start + banned.len()).map(String::as_str).unwrap_or_default();
            let excepted = EXCEPTIONS.iter().any(|(place, name, _)| *place == self.path && banned.contains(name));
            if excepted || (*banned == ["std", "net"] && ALLOWED_AFTER_NET.contains(&next)) {
                continue;
            }
            let message = format!("rules may not use {}; {instead}", banned.join("::"));
            self.faults.push(Fault { place: format!("{}:{line}", self.path), message });
        }
    }

    fn look_at_use(&mut self, tree: &syn::UseTree, before: &[String]) {
        let mut names = before.to_vec();
        match tree {
            syn::UseTree::Path(path) => {
                names.push(path.ident.to_string());
                self.look_at_use(&path.tree, &names);
            }
            syn::UseTree::Name(name) => {
                names.push(name.ident.to_string());
                self.look_at(&names, line_of(name));
            }
            syn::UseTree::Rename(name) => {
                names.push(name.ident.to_string());
                self.look_at(&names, line_of(name));
            }
            syn::UseTree::Glob(glob) => self.look_at(&names, line_of(glob)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.look_at_use(item, &names)),
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Tests may touch the world.
        let is_test = module.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
        });
        if !is_test {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.look_at_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.look_at(&names, line_of(path));
        syn::visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let files = vec![File { path: path.to_owned(), text: Some(text.to_owned()) }];
        check(&Tree { files }).unwrap().len()
    }

    #[test]
    fn a_rule_that_reads_the_clock_is_named() {
        let rule = "domain/consent/src/lib.rs";
        assert_eq!(count(rule, "fn f() { std::time::SystemTime::now(); }"), 1);
        assert_eq!(count(rule, "use std::{collections::BTreeMap, fs::File};"), 1);
        assert_eq!(count(rule, "use std::net::IpAddr;"), 0);
        assert_eq!(count(rule, "#[cfg(test)] mod tests { use std::fs; }"), 0);
        assert_eq!(count("adapters/system/src/lib.rs", "use std::fs;"), 0);
        assert_eq!(count("domain/consent/src/life_tests.rs", "use std::fs;"), 0);
    }
}
