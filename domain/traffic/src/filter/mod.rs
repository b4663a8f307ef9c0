//! One question per file. A filter takes facts and proofs and answers with a
//! proof or a [`Refusal`](crate::Refusal); it changes nothing.

pub mod account;
pub mod binding;
pub mod body;
pub mod certificate;
pub mod consent;
pub mod limit;
pub mod method;
pub mod query;
pub mod route;
pub mod scope;
pub mod size;
pub mod token;

#[cfg(test)]
mod tests;
