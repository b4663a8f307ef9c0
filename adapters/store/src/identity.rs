//! Sign-ins and sessions.

mod forms;
mod people;
mod sessions;

pub(crate) use forms::Pressed;
pub use forms::in_the_same_form;

use crate::{Store, StoreError, args};
use async_trait::async_trait;
use sumun_identity::{
    Attempt, Customer, CustomerEnrolment, Enrolment, Failures, FormAnswer, FormDeed, FormDraft, FormKey, IdentityStore,
    LoginName, Opening, Person, Realm, Session, SessionEnd, SessionOpening, SignInPolicy, Staff, StaffEnrolment,
};
use sumun_ids::{CustomerId, StaffId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;

#[async_trait]
impl IdentityStore for Store {
    async fn enrol_customer(
        &self,
        enrolment: &CustomerEnrolment,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Enrolment, StoreFailure> {
        let input = (self.cipher().clone(), enrolment.clone(), now, journal.to_vec());
        let enrol = self.write_with(input, |tx, (cipher, enrolment, now, journal)| {
            Box::pin(people::enrol_customer(tx, cipher, enrolment, *now, journal))
        });
        Ok(enrol.await?)
    }

    async fn enrol_staff(
        &self,
        enrolment: &StaffEnrolment,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Enrolment, StoreFailure> {
        let input = (self.cipher().clone(), enrolment.clone(), now, journal.to_vec());
        let enrol = self.write_with(input, |tx, (cipher, enrolment, now, journal)| {
            Box::pin(people::enrol_staff(tx, cipher, enrolment, *now, journal))
        });
        Ok(enrol.await?)
    }

    async fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreFailure> {
        let row = self.read_optional(people::SELECT_CUSTOMER, args![id]).await?;
        Ok(row.map(|row| people::customer(self.cipher(), id, &row)).transpose()?)
    }

    async fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreFailure> {
        let row = self.read_optional(people::SELECT_STAFF, args![id]).await?;
        Ok(row.map(|row| people::staff(self.cipher(), id, &row)).transpose()?)
    }

    async fn attempt(&self, realm: Realm, login: &LoginName) -> Result<Attempt, StoreFailure> {
        let mark = people::login_mark(self.cipher(), realm, login);
        let row = self.read_optional(sessions::SELECT_FAILURES, args![realm.name(), mark]).await?;
        let failures = row.as_ref().map(sessions::failures).transpose()?.unwrap_or_default();
        let sql = match realm {
            Realm::Customer => people::SELECT_CUSTOMER_ACCOUNT,
            Realm::Staff => people::SELECT_STAFF_ACCOUNT,
        };
        let row = self.read_optional(sql, args![mark]).await?;
        let account = row.map(|row| people::account(self.cipher(), realm, &row)).transpose()?;
        Ok(Attempt { account, failures })
    }

    async fn record_failure(
        &self,
        realm: Realm,
        login: &LoginName,
        now: Timestamp,
        policy: SignInPolicy,
        journal: &[Entry],
    ) -> Result<Failures, StoreFailure> {
        let mark = people::login_mark(self.cipher(), realm, login);
        let failure = sessions::Failure { realm, mark, now, policy, journal: journal.to_vec() };
        Ok(self.write_with(failure, |tx, failure| Box::pin(failure.record(tx))).await?)
    }

    async fn open_session(&self, opening: &SessionOpening) -> Result<Opening, StoreFailure> {
        let mark = people::login_mark(self.cipher(), opening.session.person.realm(), &opening.login);
        let open = self
            .write_with((opening.clone(), mark), |tx, (opening, mark)| Box::pin(sessions::open(tx, opening, *mark)));
        Ok(open.await?)
    }

    async fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreFailure> {
        let row = self.read_optional(sessions::SELECT_SESSION, args![token_hash]).await?;
        Ok(row.as_ref().map(sessions::session).transpose()?)
    }

    async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<(), StoreFailure> {
        let arguments = args![session.person.to_string(), session.id, now];
        Ok(self.change(sessions::TOUCH_SESSION, arguments).await?)
    }

    async fn end_session(&self, session: &Session, end: SessionEnd, now: Timestamp) -> Result<(), StoreFailure> {
        let arguments = args![session.person.to_string(), session.id, end.name(), now];
        Ok(self.change(sessions::END_SESSION, arguments).await?)
    }

    async fn prune_sessions(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure> {
        Ok(self.write(move |tx| Box::pin(sessions::prune(tx, now, rows_max))).await?)
    }

    async fn form_answer(&self, key: FormKey, person: Person) -> Result<Option<String>, StoreFailure> {
        let row = self.read_optional(forms::SELECT_ANSWER, args![person.to_string(), key.as_bytes()]).await?;
        Ok(row.map(|row| forms::answer(self.cipher(), &row, key, person)).transpose()?)
    }

    async fn answering(&self, answer: FormAnswer, deed: FormDeed) -> bool {
        Pressed::new(answer, self.cipher().clone()).around(deed).await
    }

    async fn keep_form_answer(&self, answer: &FormAnswer) -> Result<(), StoreFailure> {
        let keep = self.write_with((answer.clone(), self.cipher().clone()), |tx, (answer, cipher)| {
            Box::pin(forms::keep(tx, answer, cipher))
        });
        Ok(keep.await?)
    }

    async fn keep_draft(&self, draft: &FormDraft) -> Result<(), StoreFailure> {
        let keep = self.write_with((draft.clone(), self.cipher().clone()), |tx, (draft, cipher)| {
            Box::pin(forms::keep_draft(tx, draft, cipher))
        });
        Ok(keep.await?)
    }

    async fn draft(&self, person: Person, path: &str) -> Result<Option<FormDraft>, StoreFailure> {
        let row = self.read_optional(forms::SELECT_DRAFT, args![person.to_string(), path]).await?;
        Ok(row.map(|row| forms::draft(self.cipher(), &row, person, path)).transpose()?)
    }

    async fn drop_draft(&self, person: Person, path: &str) -> Result<(), StoreFailure> {
        Ok(self.change(forms::DROP_DRAFT, args![person.to_string(), path]).await?)
    }

    async fn prune_forms(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure> {
        Ok(self.write(move |tx| Box::pin(forms::prune(tx, now, rows_max))).await?)
    }
}

impl Store {
    async fn change(&self, sql: &'static str, arguments: Vec<crate::Value>) -> Result<(), StoreError> {
        self.write_with((sql, arguments), |tx, (sql, arguments)| {
            Box::pin(async move { tx.execute(sql, arguments.clone()).await.map(|_| ()) })
        })
        .await
    }
}
