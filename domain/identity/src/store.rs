//! The port of the people's store.

use crate::{
    Customer, CustomerEnrolment, Failures, FormAnswer, FormDraft, FormKey, LoginName, PasswordHash, Person, Realm,
    Session, SessionEnd, SignInPolicy, Staff, StaffEnrolment,
};
use std::pin::Pin;
use sumun_ids::{CustomerId, StaffId};
use sumun_journal::{Actor, Entry, StoreFailure};
use sumun_time::Timestamp;

/// What is to be done about a form, as far as a store knows it.
pub type FormDeed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What came of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Enrolment {
    /// The person can sign in now; the journal entries were written with it.
    Enrolled,
    /// The login name or the id is taken; nothing was written.
    Taken,
}

/// What belongs to a login name that somebody has.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose it is.
    pub person: Person,
    /// The password, hashed.
    pub password: PasswordHash,
    /// Who that is in a journal entry.
    pub actor: Actor,
}

/// What is known of a login name before the password is looked at.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Whose it is, if anybody's.
    pub account: Option<Account>,
    /// The failures with this name so far.
    pub failures: Failures,
}

/// A session to be opened.
#[derive(Debug, Clone)]
pub struct SessionOpening {
    /// The session; its `opened_at` is now.
    pub session: Session,
    /// The name with which the person signed in.
    pub login: LoginName,
    /// The policy by which the name may be locked.
    pub policy: SignInPolicy,
}

/// What came of opening a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It is open, and the failures of the name are forgotten.
    Opened {
        /// How many live sessions of the same person ended by it (PR-055).
        ended_elsewhere: u32,
    },
    /// Too many failures came in the meantime; nothing was written.
    Locked {
        /// Until when.
        until: Timestamp,
    },
}

/// Where people and their sessions are kept. Every write is durable when it
/// returns, together with its journal entries; either all of it is written or nothing.
#[async_trait::async_trait]
pub trait IdentityStore: Send + Sync {
    /// Gives a customer a sign-in.
    async fn enrol_customer(
        &self,
        enrolment: &CustomerEnrolment,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Enrolment, StoreFailure>;

    /// Gives a member of staff a sign-in.
    async fn enrol_staff(
        &self,
        enrolment: &StaffEnrolment,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Enrolment, StoreFailure>;

    /// The customer `id`.
    async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreFailure>;

    /// The member of staff `id`.
    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreFailure>;

    /// What is known of `login` in `realm`.
    async fn attempt(&self, realm: Realm, login: &LoginName) -> Result<Attempt, StoreFailure>;

    /// Counts a failure at `now` by `policy` and answers what is known then.
    /// `journal` is written only when this very failure locks the name.
    async fn record_failure(
        &self,
        realm: Realm,
        login: &LoginName,
        now: Timestamp,
        policy: SignInPolicy,
        journal: &[Entry],
    ) -> Result<Failures, StoreFailure>;

    /// Opens a session unless the name is locked by now, forgets the failures
    /// of the name and ends every other session of the same person.
    async fn open_session(&self, opening: &SessionOpening) -> Result<Opening, StoreFailure>;

    /// The session whose token has this SHA-256, ended or not.
    async fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreFailure>;

    /// Notes that the session was used at `now`.
    async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<(), StoreFailure>;

    /// Records the end of the session, unless one is recorded already.
    async fn end_session(&self, session: &Session, end: SessionEnd, now: Timestamp) -> Result<(), StoreFailure>;

    /// Forgets sessions of either realm that ended or expired
    /// [`ENDED_SESSION_REMEMBERED`](crate::ENDED_SESSION_REMEMBERED) before
    /// `now` or earlier, at most `rows_max`, and answers how many went. A
    /// session of which nobody recorded the end counts as expired when the
    /// longest idle time of any realm has passed since its last use.
    async fn prune_sessions(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure>;

    /// Where the form with this key led `person`, if it was sent before.
    async fn form_answer(&self, key: FormKey, person: Person) -> Result<Option<String>, StoreFailure>;

    /// Does `deed` and keeps `answer` in the same transaction as the first
    /// write of it that is entered in the journal: both are kept, or neither.
    /// When the form was answered before, by whomever, that write fails and
    /// nothing of it is kept. Answers whether the answer was kept with the deed.
    async fn answering(&self, answer: FormAnswer, deed: FormDeed) -> bool;

    /// Keeps the answer to a form whose deed entered nothing in the journal;
    /// one that is there already stays.
    async fn keep_form_answer(&self, answer: &FormAnswer) -> Result<(), StoreFailure>;

    /// Keeps what was typed, in the place of an older draft of the same form;
    /// of more than [`FORM_DRAFTS_MAX`](crate::FORM_DRAFTS_MAX) the oldest goes.
    async fn keep_draft(&self, draft: &FormDraft) -> Result<(), StoreFailure>;

    /// What `person` typed into the form that is sent to `path`, if it was kept.
    async fn draft(&self, person: Person, path: &str) -> Result<Option<FormDraft>, StoreFailure>;

    /// Forgets what `person` typed into the form that is sent to `path`.
    async fn drop_draft(&self, person: Person, path: &str) -> Result<(), StoreFailure>;

    /// Forgets answers and drafts that are older than
    /// [`FORM_ANSWER_REMEMBERED`](crate::FORM_ANSWER_REMEMBERED), at most
    /// `rows_max` of each, and answers how many went.
    async fn prune_forms(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure>;
}
