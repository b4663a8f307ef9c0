//! Double-entry ledger, accounts, transfers and their confirmation.
