//! The pages, one file each with its template beside it.

pub(crate) mod consent;
pub(crate) mod consent_detail;
pub(crate) mod consents;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod withdraw;
mod words;
