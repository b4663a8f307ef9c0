//! Registers the world, each part once: what is there already stays as it is.

use super::cast::{self, CastRole};
use super::plan::World;
use std::error::Error;
use sumun_banking::{
    Account, AccountKind, AccountNumber, AccountOwner, Alias, Bank, BankCode, BankingStore, HolderName, NewAccount,
    NewBank,
};
use sumun_identity::{
    CustomerEnrolment, IdentityStore, LoginName, PasswordHash, Staff, StaffEnrolment, StaffRole, customer_actor,
};
use sumun_ids::AccountId;
use sumun_jose::{Algorithm, JwkSet};
use sumun_journal::{Actor, CommitmentKey, Entry, EntryKind};
use sumun_keys::{CertificateFacts, SoftwareKey};
use sumun_money::Won;
use sumun_participants::{
    App, AppDraft, ClientCertificate, ConsentTerms, Institution, InstitutionStatus, ParticipantStore, entries,
};
use sumun_store::Store;
use sumun_system::Random;
use sumun_time::{Span, Timestamp};
use sumun_transport::certificates_from_pem;

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Enrols a world into a store.
pub struct Enrolment<'a> {
    pub world: &'a World,
    pub store: &'a Store,
    pub random: &'a dyn Random,
    pub now: Timestamp,
}

impl Enrolment<'_> {
    /// Registers whatever is not there yet.
    pub async fn run(&self) -> Outcome {
        for place in 0..cast::INSTITUTIONS.len() {
            self.institution(place).await?;
        }
        for place in 0..cast::CUSTOMERS.len() {
            self.customer(place).await?;
        }
        for place in 0..cast::STAFF.len() {
            self.staff(place).await?;
        }
        self.bank_world().await
    }

    fn entry(&self, kind: EntryKind, subject: impl std::fmt::Display) -> Entry {
        Entry::new(self.now, kind, Actor::Platform, subject)
    }

    async fn institution(&self, place: usize) -> Outcome {
        let (cast, made) = (&cast::INSTITUTIONS[place], &self.world.institutions[place]);
        if self.store.institution(made.id).await?.is_none() {
            let institution = Institution {
                id: made.id,
                name_ko: cast.name_ko.to_owned(),
                name_en: cast.name_en.to_owned(),
                business_number: cast.business_number.parse()?,
                contact: cast.contact.to_owned(),
                status: InstitutionStatus::Active,
            };
            let entry = entries::institution_registered(made.id, self.now);
            let _registered = self.store.register_institution(&institution, &[entry]).await?;
        }
        let der = certificates_from_pem(&made.certificate.certificate_pem)?
            .into_iter()
            .next()
            .ok_or("a certificate is missing")?;
        let facts = CertificateFacts::parse(&der)?;
        if self.store.institution_of_certificate(&facts.thumbprint).await?.is_none() {
            let certificate = ClientCertificate {
                thumbprint: facts.thumbprint,
                key_sha256: Some(facts.key_sha256),
                institution: made.id,
                subject_dn: facts.subject_dn.parse()?,
                not_before: facts.not_before,
                not_after: facts.not_after,
            };
            let entry = entries::certificate_registered(&certificate, self.now);
            let _registered = self.store.register_certificate(&certificate, &[entry]).await?;
        }
        if self.store.app(made.app).await?.is_none() {
            let app = App::new(AppDraft {
                id: made.app,
                institution: made.id,
                name_ko: cast.app_ko.to_owned(),
                name_en: cast.app_en.to_owned(),
                redirect_uris: vec![cast.redirect_uri.parse()?],
                authentication: made.client_authentication.with(facts.subject_dn.parse()?),
                jwks: key_set(&made.app_key_pem)?,
                scopes: ["account-holder", "balance", "transactions", "transfer"].map(str::to_owned).into(),
                consent_terms: terms(cast),
            })?;
            let entry = entries::app_registered(&app, self.now);
            let _registered = self.store.register_app(&app, &[entry]).await?;
        }
        Ok(())
    }

    async fn customer(&self, place: usize) -> Outcome {
        let (cast, made) = (&cast::CUSTOMERS[place], &self.world.customers[place]);
        if self.store.customer(made.id).await?.is_some() {
            return Ok(());
        }
        let mut commitment_key = [0; 32];
        self.random.fill(&mut commitment_key);
        let actor = customer_actor(&CommitmentKey::from_bytes(commitment_key), made.id);
        let enrolment = CustomerEnrolment {
            id: made.id,
            login: cast.login.parse::<LoginName>()?,
            name: cast.name.to_owned(),
            name_en: cast.name_en.to_owned(),
            password: self.hash(&made.password).await?,
            security_phrase: cast.security_phrase.parse()?,
            commitment_key,
        };
        let entry = self.entry(EntryKind::CustomerEnrolled, actor);
        let _enrolled = self.store.enrol_customer(&enrolment, self.now, &[entry]).await?;
        Ok(())
    }

    async fn staff(&self, place: usize) -> Outcome {
        let (cast, made) = (&cast::STAFF[place], &self.world.staff[place]);
        if self.store.staff(made.id).await?.is_some() {
            return Ok(());
        }
        let role = match cast.role {
            CastRole::Applicant => StaffRole::Applicant { institution: self.world.institutions[0].id },
            CastRole::OtherApplicant => StaffRole::Applicant { institution: self.world.institutions[1].id },
            CastRole::Inspector => StaffRole::Inspector,
            CastRole::Operator => StaffRole::Operator,
        };
        let (name, name_en) = (cast.name.to_owned(), cast.name_en.to_owned());
        let staff = Staff { id: made.id, login: cast.login.parse::<LoginName>()?, name, name_en, role };
        let enrolment = StaffEnrolment { staff, password: self.hash(&made.password).await? };
        let entry = self.entry(EntryKind::StaffEnrolled, made.id).with("role", role);
        let _enrolled = self.store.enrol_staff(&enrolment, self.now, &[entry]).await?;
        Ok(())
    }

    /// Argon2id fills a core for tens of milliseconds, so it runs aside.
    async fn hash(&self, password: &str) -> Result<PasswordHash, Box<dyn Error + Send + Sync>> {
        let (password, salt) = (password.to_owned(), self.random.id_bytes());
        Ok(tokio::task::spawn_blocking(move || PasswordHash::of(&password, salt)).await??)
    }

    async fn bank_world(&self) -> Outcome {
        for ((code, name_ko, name_en), made) in cast::BANKS.iter().zip(&self.world.banks) {
            let bank = Bank { code: code.parse()?, name_ko: (*name_ko).to_owned(), name_en: (*name_en).to_owned() };
            let new = NewBank { bank, funding: made.funding, clearing: made.clearing, opened_at: self.now };
            self.store.open_bank(&new, &[]).await?;
        }
        for (cast, made) in cast::CUSTOMERS.iter().zip(&self.world.customers) {
            for (place, (account, id)) in (0..).zip(cast.accounts.iter().zip(&made.accounts)) {
                let kind = if account.is_savings { AccountKind::Savings } else { AccountKind::Demand };
                let owner = AccountOwner::Customer(made.id);
                let opening = Opening {
                    owner,
                    bank: 0,
                    kind,
                    alias: account.alias,
                    number: account.number,
                    holder: cast.name,
                    won: account.opening_won,
                    place,
                };
                self.account(*id, opening).await?;
            }
        }
        for (cast, made) in cast::INSTITUTIONS.iter().zip(&self.world.institutions) {
            let owner = AccountOwner::Institution(made.id);
            let kind = AccountKind::Settlement;
            let opening = Opening {
                owner,
                bank: 0,
                kind,
                alias: "약정계좌",
                number: cast.settlement_number,
                holder: cast.name_ko,
                won: 50_000_000,
                place: 0,
            };
            self.account(made.settlement, opening).await?;
        }
        let payee = &cast::PAYEE;
        let owner = AccountOwner::Customer(self.world.payee.id);
        let kind = AccountKind::Demand;
        let opening = Opening {
            owner,
            bank: 1,
            kind,
            alias: "입출금",
            number: payee.number,
            holder: payee.name,
            won: payee.opening_won,
            place: 0,
        };
        self.account(self.world.payee.account, opening).await
    }

    async fn account(&self, id: AccountId, opening: Opening<'_>) -> Outcome {
        let bank: BankCode = cast::BANKS[opening.bank].0.parse()?;
        let number = opening.number.parse::<AccountNumber>()?;
        if self.store.account_by_number(bank, &number).await?.is_some() {
            return Ok(());
        }
        let account = Account {
            id,
            owner: opening.owner,
            bank,
            kind: opening.kind,
            alias: Alias::parse(opening.alias)?,
            number,
            holder: HolderName::parse(opening.holder)?,
        };
        // One after the other, so that its owner reads them in the order of the cast and not of random ids.
        let opened_at = self.now.plus(Span::from_micros(opening.place));
        let new = NewAccount { account, opening_balance: Won::new(opening.won), opened_at };
        self.store.open_account(&new, &[]).await?;
        Ok(())
    }
}

struct Opening<'a> {
    owner: AccountOwner,
    /// Place in [`cast::BANKS`].
    bank: usize,
    kind: AccountKind,
    alias: &'a str,
    number: &'a str,
    holder: &'a str,
    won: i64,
    /// How many of the owner's accounts were opened before.
    place: i64,
}

fn terms(cast: &cast::CastInstitution) -> ConsentTerms {
    ConsentTerms {
        purpose_ko: cast.purpose_ko.to_owned(),
        purpose_en: cast.purpose_en.to_owned(),
        outage_effect_ko: cast.outage_effect_ko.to_owned(),
        outage_effect_en: cast.outage_effect_en.to_owned(),
        valid_days: 365,
    }
}

/// The public half of an app's key, as its registered key set.
fn key_set(app_key_pem: &str) -> Result<JwkSet, Box<dyn Error + Send + Sync>> {
    let key = SoftwareKey::from_pem(Algorithm::Es256, app_key_pem).ok_or("the key of an app is broken")?;
    Ok(JwkSet::new(vec![key.public().clone()])?)
}
