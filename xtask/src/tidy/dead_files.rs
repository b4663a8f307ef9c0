//! Rust files that no `mod` reaches, and pages without their template.

use super::Fault;
use super::source::Tree;
use anyhow::{Context, Result};
use std::collections::BTreeSet;

/// Files that cargo finds by place: roots of crates, tests, benches, examples.
fn is_root(path: &str) -> bool {
    let Some((_, inside)) = path.split_once("/src/") else {
        let parts: Vec<&str> = path.split('/').collect();
        let place = parts.iter().position(|part| matches!(*part, "tests" | "benches" | "examples" | "fuzz_targets"));
        let direct = place.is_some_and(|place| {
            parts.len() == place + 2 || (parts.len() == place + 3 && parts.ends_with(&["main.rs"]))
        });
        return direct || path.ends_with("build.rs");
    };
    matches!(inside, "lib.rs" | "main.rs") || inside.starts_with("bin/")
}

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for (path, text) in tree.rust() {
        let file = syn::parse_file(text).with_context(|| path.to_owned())?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let holds_own_folder = is_root(path) || name == "mod.rs";
        let stem = name.trim_end_matches(".rs");
        let children = if holds_own_folder { folder.to_owned() } else { format!("{folder}/{stem}") };
        reach(&file.items, &children, folder, &mut reached);
    }
    let dead = tree.rust().filter(|(path, _)| !is_root(path) && !reached.contains(*path));
    let message = "no `mod` reaches this file: declare it or remove it";
    Ok(dead.map(|(path, _)| Fault { place: path.to_owned(), message: message.to_owned() }).collect())
}

fn reach(items: &[syn::Item], children: &str, folder: &str, reached: &mut BTreeSet<String>) {
    for item in items {
        let syn::Item::Mod(module) = item else { continue };
        if let Some((_, content)) = &module.content {
            reach(content, &format!("{children}/{}", module.ident), folder, reached);
            continue;
        }
        match written_path(module) {
            Some(path) => reached.insert(normal(&format!("{folder}/{path}"))),
            None => {
                reached.insert(format!("{children}/{}/mod.rs", module.ident));
                reached.insert(format!("{children}/{}.rs", module.ident))
            }
        };
    }
}

/// The path of `#[path = "..."]`.
fn written_path(module: &syn::ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    #[test]
    fn a_file_that_no_module_names_is_dead() {
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: Some(text.to_owned()) };
        let files = vec![
            file("a/src/lib.rs", "mod b; mod c;"),
            file("a/src/b.rs", "mod inner;"),
            file("a/src/b/inner.rs", ""),
            file("a/src/c/mod.rs", ""),
            file("a/src/dead.rs", ""),
            file("a/tests/it.rs", "mod part;"),
            file("a/tests/part/mod.rs", ""),
        ];
        let faults = check(&Tree { files }).unwrap();
        assert_eq!(faults.iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["a/src/dead.rs"]);
    }
}
