//! Files over 800 and functions over 70 lines, as a ratchet: what is in
//! `xtask/size-ratchet.toml` may shrink but not grow, and nothing may be added
//! to it without a person doing so in the open.

use super::Fault;
use super::source::{Tree, line_of};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use syn::spanned::Spanned;
use syn::visit::Visit;

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const RATCHET: &str = "xtask/size-ratchet.toml";

/// Breaches that stand, by place, with the number of lines that they may have.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratchet {
    #[serde(default)]
    files: BTreeMap<String, usize>,
    #[serde(default)]
    functions: BTreeMap<String, usize>,
}

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let ratchet: Ratchet = match tree.text(RATCHET) {
        Some(text) => toml::from_str(text).context(RATCHET)?,
        None => Ratchet::default(),
    };
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for (path, text) in tree.rust() {
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            used.push(path.to_owned());
            judge(&ratchet.files, path, path.to_owned(), (lines, FILE_LINES_MAX), &mut faults);
        }
        let file = syn::parse_file(text).with_context(|| path.to_owned())?;
        let mut finder = Functions { found: Vec::new() };
        finder.visit_file(&file);
        for function in finder.found.into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX) {
            let key = format!("{path}::{}", function.name);
            judge(
                &ratchet.functions,
                &key,
                format!("{path}:{}", function.line),
                (function.lines, FUNCTION_LINES_MAX),
                &mut faults,
            );
            used.push(key);
        }
    }
    let idle = ratchet.files.keys().chain(ratchet.functions.keys()).filter(|key| !used.contains(key));
    faults.extend(idle.map(|key| Fault {
        place: RATCHET.to_owned(),
        message: format!("{key} is small enough now: take its line out"),
    }));
    Ok(faults)
}

fn judge(
    allowed: &BTreeMap<String, usize>,
    key: &str,
    place: String,
    (lines, limit): (usize, usize),
    faults: &mut Vec<Fault>,
) {
    let limit = allowed.get(key).copied().unwrap_or(limit);
    if lines > limit {
        faults.push(Fault {
            place,
            message: format!("{lines} lines, at most {limit}: split it where a second noun begins"),
        });
    }
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

struct Functions {
    found: Vec<Function>,
}

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let lines = block.span().end().line + 1 - line_of(signature);
        self.found.push(Function { name: signature.ident.to_string(), line: line_of(signature), lines });
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn faults_of(ratchet: &str) -> usize {
        let long = format!("fn long() {{\n{}}}\n", "    work();\n".repeat(80));
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: Some(text.to_owned()) };
        let files = vec![file("a/src/lib.rs", &long), file(RATCHET, ratchet)];
        check(&Tree { files }).unwrap().len()
    }

    #[test]
    fn a_long_function_stands_only_at_its_recorded_length() {
        assert_eq!(faults_of(""), 1);
        assert_eq!(faults_of("[functions]\n\"a/src/lib.rs::long\" = 82"), 0);
        assert_eq!(faults_of("[functions]\n\"a/src/lib.rs::long\" = 75"), 1);
    }

    #[test]
    fn a_line_of_the_ratchet_that_nothing_needs_is_named() {
        assert_eq!(faults_of("[functions]\n\"a/src/lib.rs::long\" = 82\n\"a/src/lib.rs::gone\" = 90"), 1);
    }
}
