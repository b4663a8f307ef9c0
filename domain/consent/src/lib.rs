//! A customer's consent: its four facts, life and withdrawal.
