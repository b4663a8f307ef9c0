//! How people sign in: passwords, lockout, sessions, roles.
//!
//! Customers and staff sign in by the same rules; only their limits differ.
//! A sign-in goes through [`SignIn::attempt`], a later request through
//! [`resume`]. The choices of this platform, where the sources leave them open:
//!
//! | what | choice | source |
//! | --- | --- | --- |
//! | password hash | Argon2id, 19 MiB, 2 passes, 1 lane, salt of 16 bytes | OWASP Password Storage Cheat Sheet |
//! | lockout | after 5 failures, for 10 minutes; failures are forgotten after an hour | PR-073, "a set number" |
//! | idle session | ends after 10 minutes (customers), 30 minutes (staff) | PR-068, PR-113 |
//! | any session | ends after 1 hour (customers), 10 hours (staff) | PR-068 |
//! | form sent twice | is answered as the first time, for a day | |
//! | second sign-in | ends the older sessions and says so on both sides | PR-055, PR-069 |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod cookie;
mod form;
mod lockout;
mod login;
mod password;
mod person;
mod session;
mod sign_in;
mod store;
mod token;

pub use cookie::SessionCookie;
pub use form::{FORM_ANSWER_REMEMBERED, FORM_DRAFTS_MAX, FormAnswer, FormDraft, FormKey};
pub use lockout::{Failures, SignInPolicy};
pub use login::{LoginName, ParseLoginNameError};
pub use password::{InvalidPasswordHash, PasswordCheck, PasswordHash};
pub use person::{
    Customer, CustomerEnrolment, InvalidSecurityPhrase, ParsePersonError, ParseRoleError, Person, Realm,
    SecurityPhrase, Staff, StaffEnrolment, StaffRole, customer_actor,
};
pub use session::{ENDED_SESSION_REMEMBERED, Resumed, Session, SessionEnd, SessionLimits, SessionState, resume};
pub use sign_in::{NewSession, SignIn, SignInForm, SignInOutcome};
pub use store::{Account, Attempt, Enrolment, FormDeed, IdentityStore, Opening, SessionOpening};
pub use token::{ParseTokenError, SessionToken};
