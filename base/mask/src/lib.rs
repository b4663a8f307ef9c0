//! Masking of names, accounts and numbers before they are shown.
