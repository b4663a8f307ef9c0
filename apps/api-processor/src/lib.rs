//! API processor and sandbox bank.
