//! The tracked files of the tree, read once.

use crate::shell;
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use syn::spanned::Spanned;

/// Every file that git tracks or would track, with its text where it is text.
pub struct Tree {
    pub files: Vec<File>,
}

/// One file.
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Nothing for a file that is not UTF-8.
    pub text: Option<String>,
}

impl Tree {
    /// Reads the tree below `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let mut list = Command::new("git");
        list.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut files = Vec::new();
        for path in shell::read(&mut list)?.split('\0').filter(|path| !path.is_empty()) {
            // A file that was removed but is still in the index is not in the tree.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            files.push(File { path: path.to_owned(), text: String::from_utf8(bytes).ok() });
        }
        files.sort_by(|left, right| left.path.cmp(&right.path));
        files.dedup_by(|left, right| left.path == right.path);
        Ok(Self { files })
    }

    /// The Rust sources, with their text.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text_files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Every text file.
    pub fn text_files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path)?.text.as_deref()
    }
}

/// The line, counted from one, at which a piece of syntax begins.
pub fn line_of(syntax: &impl Spanned) -> usize {
    syntax.span().start().line
}

/// Every item of the workspace's libraries as `sumun_crate::module::Item`,
/// methods as `sumun_crate::module::Type::method`; private ones too, because a
/// rule need not be public to be the one that enforces.
pub fn public_items() -> Result<BTreeSet<String>> {
    let tree = Tree::read(&shell::root())?;
    let mut items = BTreeSet::new();
    for (path, text) in tree.rust() {
        if let Some(module) = module_path(path) {
            let file = syn::parse_file(text).with_context(|| path.to_owned())?;
            collect(&file.items, &module, &mut items);
        }
    }
    Ok(items)
}

/// `domain/traffic/src/filter/consent.rs` is `sumun_traffic::filter::consent`.
fn module_path(path: &str) -> Option<String> {
    let (folder, inside) = path.split_once("/src/")?;
    let package = match folder.rsplit('/').next()? {
        "sumun" => "sumun".to_owned(),
        name => format!("sumun_{}", name.replace('-', "_")),
    };
    let inside = inside.strip_suffix(".rs")?;
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    let modules = inside.split('/').filter(|part| !matches!(*part, "lib" | "main" | "mod"));
    Some(std::iter::once(package.as_str()).chain(modules).collect::<Vec<_>>().join("::"))
}

fn collect(items: &[syn::Item], module: &str, found: &mut BTreeSet<String>) {
    for item in items {
        let name = match item {
            syn::Item::Const(item) => Some(item.ident.to_string()),
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
            syn::Item::Static(item) => Some(item.ident.to_string()),
            syn::Item::Struct(item) => Some(item.ident.to_string()),
            syn::Item::Trait(item) => Some(item.ident.to_string()),
            syn::Item::Type(item) => Some(item.ident.to_string()),
            syn::Item::Mod(inner) => {
                if let Some((_, content)) = &inner.content {
                    collect(content, &format!("{module}::{}", inner.ident), found);
                }
                Some(inner.ident.to_string())
            }
            syn::Item::Impl(block) => {
                collect_methods(block, module, found);
                None
            }
            _ => None,
        };
        if let Some(name) = name {
            found.insert(format!("{module}::{name}"));
        }
    }
}

fn collect_methods(block: &syn::ItemImpl, module: &str, found: &mut BTreeSet<String>) {
    let syn::Type::Path(path) = &*block.self_ty else { return };
    let Some(owner) = path.path.segments.last() else { return };
    for item in &block.items {
        if let syn::ImplItem::Fn(method) = item {
            found.insert(format!("{module}::{}::{}", owner.ident, method.sig.ident));
        }
    }
}

/// The name of every function, also of those that a macro makes a test of.
pub fn functions(tree: &Tree) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let heads = tree.rust().flat_map(|(_, text)| text.split("fn ").skip(1));
    heads.map(|head| head.split(|letter| !is_name(letter)).next().unwrap_or_default().to_owned()).collect()
}

/// The ids of the probes in the registry: every `id: "family/probe"` below `domain/probes/src`.
pub fn probe_ids() -> Result<BTreeSet<String>> {
    let tree = Tree::read(&shell::root())?;
    let mut ids = BTreeSet::new();
    for (_, text) in tree.rust().filter(|(path, _)| path.starts_with("domain/probes/src/")) {
        for rest in text.split("id: \"").skip(1) {
            let id = rest.split('"').next().unwrap_or_default();
            if id.contains('/') {
                ids.insert(id.to_owned());
            }
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_modules() {
        assert_eq!(
            module_path("domain/traffic/src/filter/consent.rs").as_deref(),
            Some("sumun_traffic::filter::consent")
        );
        assert_eq!(module_path("adapters/journal-files/src/lib.rs").as_deref(), Some("sumun_journal_files"));
        assert_eq!(module_path("apps/sumun/src/commands/mod.rs").as_deref(), Some("sumun::commands"));
        assert_eq!(module_path("xtask/build.rs"), None);
    }

    #[test]
    fn methods_carry_their_type() {
        let file = syn::parse_file("pub struct A; impl A { pub fn b(&self) {} } mod c { fn d() {} }").unwrap();
        let mut found = BTreeSet::new();
        collect(&file.items, "x", &mut found);
        let expected = ["x::A", "x::A::b", "x::c", "x::c::d"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn functions_are_found_also_within_macros() {
        let text = "proptest! { #[test] fn one(x in 0..9) {} } async fn two() {} const fn three<T>() {}";
        let tree = Tree { files: vec![File { path: "a.rs".to_owned(), text: Some(text.to_owned()) }] };
        assert_eq!(functions(&tree), ["one", "three", "two"].map(str::to_owned).into());
    }
}
