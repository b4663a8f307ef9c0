//! Black-box tests of the built binary, browser tests, clients of other makers.
