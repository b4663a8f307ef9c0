//! Evidence files (증빙자료): official names, hashes, what they are bound to.
//!
//! A piece of evidence is one file under an official name such as
//! `자료1.1.1-1 정보보호최고책임자 인사발령서` (source 1, chapter IV). It is known by
//! the SHA-256 of its bytes, says where it came from and what it is to prove,
//! and never changes: a better file is a later revision beside the first.
//! Evidence proves; it never judges.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod code;
mod digest;
mod error;
mod evidence;
mod media_type;
mod name;
mod quota;
mod store;

pub use code::{CriterionCode, ItemCode};
pub use digest::Digest;
pub use error::EvidenceError;
pub use evidence::{Binding, Evidence, EvidenceDraft, FILE_BYTES_MAX, FileFacts, NOTE_CHARACTERS_MAX, Origin};
pub use media_type::{LOOK_BYTES_MAX, MediaType, stem_and_ending};
pub use name::{DetailNumber, OfficialName, TITLE_CHARACTERS_MAX, next_serial};
pub use quota::{Amount, OverQuota, QuotaMeasure, QuotaScope, Quotas, Usage};
pub use store::{EvidenceStore, EvidenceWrite};
