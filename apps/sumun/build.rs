//! The catalogs are embedded as a folder; cargo does not see by itself when a
//! file is added to it.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../../catalogs");
}
