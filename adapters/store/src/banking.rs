//! The slice of accounts, ledger and transfers.
