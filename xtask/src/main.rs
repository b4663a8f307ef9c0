//! All automation: test, tidy, bench, fixtures.

fn main() {}
