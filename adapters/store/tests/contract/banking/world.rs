//! Two banks, two customers, one institution.

use crate::support::approve;
use std::sync::atomic::{AtomicU64, Ordering};
use sumun_authorization::Approved;
use sumun_banking::*;
use sumun_consent::{Consent, ConsentDisclosure, DisclosureDraft, Grant, Reach, Scope, Withdrawal};
use sumun_identity::customer_actor;
use sumun_ids::*;
use sumun_journal::{CommitmentKey, Entry, EntryKind, JournalStore};
use sumun_money::Won;
use sumun_store::Store;
use sumun_time::{Span, Timestamp};

pub const START: &str = "2026-11-23T05:05:00Z";
pub const MINSU: &str = "김민수";
pub const MINSU_NUMBER: &str = "110-123-454821";
pub const HASU: &str = "김하수";
pub const HASU_NUMBER: &str = "220-456-127702";

pub struct World {
    pub store: Store,
    pub journal: TransferJournal,
    pub minsu: CustomerId,
    pub hasu: CustomerId,
    pub institution: InstitutionId,
    pub app: AppId,
    pub consent: ConsentId,
    /// Minsu's at 다온은행, with 1,000,000 won.
    pub demand: AccountId,
    /// Minsu's at 다온은행, with 500,000 won; it cannot pay.
    pub savings: AccountId,
    /// Hasu's at 가나은행, with nothing.
    pub hasu_demand: AccountId,
    /// The institution's at 다온은행, with 10,000,000 won.
    pub settlement: AccountId,
    drawn: AtomicU64,
}

impl World {
    pub async fn on(store: Store) -> Self {
        let drawn = AtomicU64::new(0);
        let id = || id_bytes(&drawn);
        let world = Self {
            store,
            journal: TransferJournal::new(CommitmentKey::from_bytes([9; 32])),
            minsu: CustomerId::from_random(id()),
            hasu: CustomerId::from_random(id()),
            institution: InstitutionId::from_random(id()),
            app: AppId::from_random(id()),
            consent: ConsentId::from_random(id()),
            demand: AccountId::from_random(id()),
            savings: AccountId::from_random(id()),
            hasu_demand: AccountId::from_random(id()),
            settlement: AccountId::from_random(id()),
            drawn: AtomicU64::new(100),
        };
        for (code, name_ko, name_en) in [("901", "다온은행", "Daon Bank"), ("902", "가나은행", "Gana Bank")] {
            let bank = Bank { code: code.parse().unwrap(), name_ko: name_ko.into(), name_en: name_en.into() };
            let (funding, clearing) = (world.draw(AccountId::from_random), world.draw(AccountId::from_random));
            world.store.open_bank(&NewBank { bank, funding, clearing, opened_at: now() }, &[]).await.unwrap();
        }
        let minsu = AccountOwner::Customer(world.minsu);
        let hasu = AccountOwner::Customer(world.hasu);
        let institution = AccountOwner::Institution(world.institution);
        let accounts = [
            (world.demand, minsu, AccountKind::Demand, "901", "월급통장", MINSU_NUMBER, MINSU, 1_000_000),
            (world.savings, minsu, AccountKind::Savings, "901", "여행 저축", "110-123-450317", MINSU, 500_000),
            (world.hasu_demand, hasu, AccountKind::Demand, "902", "생활비", HASU_NUMBER, HASU, 0),
            (
                world.settlement,
                institution,
                AccountKind::Settlement,
                "901",
                "정산",
                "990-000-000001",
                "새움페이",
                10_000_000,
            ),
        ];
        for (id, owner, kind, bank, alias, number, holder, balance) in accounts {
            let bank = bank.parse().unwrap();
            let (alias, holder) = (Alias::parse(alias).unwrap(), HolderName::parse(holder).unwrap());
            let account = Account { id, owner, bank, kind, alias, number: number.parse().unwrap(), holder };
            let new = NewAccount { account, opening_balance: Won::new(balance), opened_at: now() };
            world.store.open_account(&new, &[]).await.unwrap();
        }
        world
    }

    /// Minsu consents to what [`World::caller`] does, until `expires_at`.
    pub async fn grant(&self, expires_at: Timestamp) {
        self.consent_to(&self.caller(), "purpose", now(), expires_at).await;
    }

    /// Minsu gives a new consent to `app` at `at`; who calls under it.
    pub async fn consented(&self, app: AppId, purpose: &str, at: Timestamp) -> Caller {
        let caller = Caller { app, consent: self.draw(ConsentId::from_random), ..self.caller() };
        self.consent_to(&caller, purpose, at, after(86_400)).await;
        caller
    }

    async fn consent_to(&self, caller: &Caller, purpose: &str, at: Timestamp, expires_at: Timestamp) {
        let disclosure = ConsentDisclosure::new(DisclosureDraft {
            purpose: purpose.into(),
            scopes: vec![Scope::Transfer],
            accounts: caller.accounts.clone(),
            expires_at: Some(expires_at),
            withdrawal: "withdrawal".into(),
            outage_effect: "outage".into(),
        });
        let grant = Grant {
            id: caller.consent,
            customer: caller.customer,
            institution: caller.institution,
            app: caller.app,
            disclosure: disclosure.unwrap(),
        };
        assert!(matches!(approve(&self.store, &Consent::grant(grant, at).unwrap()).await, Approved::First { .. }));
    }

    /// Minsu withdraws that consent.
    pub fn withdrawal_of_consent(&self, now: Timestamp) -> Withdrawal {
        let actor = customer_actor(&CommitmentKey::from_bytes([5; 32]), self.minsu);
        Withdrawal { customer: self.minsu, actor, reach: Reach::Consent(self.consent), now }
    }

    pub fn draw<T>(&self, make: fn([u8; 16]) -> T) -> T {
        make(id_bytes(&self.drawn))
    }

    pub fn key(&self) -> IdempotencyKey {
        format!("contract-test-key-{}", self.drawn.fetch_add(1, Ordering::Relaxed)).parse().unwrap()
    }

    pub fn caller(&self) -> Caller {
        Caller {
            institution: self.institution,
            app: self.app,
            customer: self.minsu,
            consent: self.consent,
            accounts: vec![self.demand, self.savings],
        }
    }

    /// 1,234,500 would be more than is there, so tests say how much.
    pub fn withdrawal(&self, amount: i64) -> TransferTerms {
        TransferTerms {
            account: self.demand,
            movement: Movement::Withdrawal(Payee {
                bank: "902".parse().unwrap(),
                number: HASU_NUMBER.parse().unwrap(),
                holder: HolderName::parse(HASU).unwrap(),
            }),
            amount: Amount::new(Won::new(amount)).unwrap(),
            summary: Summary::parse("11월 회비").unwrap(),
        }
    }

    pub fn deposit(&self, amount: i64) -> TransferTerms {
        TransferTerms { movement: Movement::Deposit, ..self.withdrawal(amount) }
    }

    pub fn request(&self, terms: TransferTerms, now: Timestamp) -> TransferRequest {
        TransferRequest {
            id: self.draw(TransferId::from_random),
            caller: self.caller(),
            terms,
            inquiry: None,
            confirmation_number: ConfirmationNumber::from_random([0, 0, 0, 0, 0, 0, 0, 37]),
            now,
        }
    }

    pub async fn ask(&self, key: &IdempotencyKey, request: TransferRequest) -> Result<TransferAnswer, BankingError> {
        self.store.request_transfer(key, request, TransferLimits::default(), &self.journal).await
    }

    /// A transfer of `terms` that awaits Minsu's decision.
    pub async fn requested(&self, terms: TransferTerms, now: Timestamp) -> TransferOrder {
        self.ask(&self.key(), self.request(terms, now)).await.unwrap().order
    }

    /// A transfer of `terms` that Minsu confirmed.
    pub async fn confirmed(&self, terms: TransferTerms, now: Timestamp) -> TransferOrder {
        let order = self.requested(terms, now).await;
        self.confirm(&order, now).await.unwrap();
        order
    }

    pub async fn confirm(&self, order: &TransferOrder, now: Timestamp) -> Result<Confirmed, BankingError> {
        self.store.confirm(order.customer, order.id, order.digest, now, &self.journal).await
    }

    pub fn attempt(&self, transfer: TransferId, terms: TransferTerms, now: Timestamp) -> ExecutionAttempt {
        ExecutionAttempt { caller: self.caller(), transfer, terms, now }
    }

    pub async fn execute(
        &self,
        key: &IdempotencyKey,
        attempt: ExecutionAttempt,
    ) -> Result<TransferAnswer, BankingError> {
        self.store.execute(key, attempt, TransferLimits::default(), &self.journal).await
    }

    /// Executes with a fresh key; what came of it.
    pub async fn receipt(&self, transfer: TransferId, terms: TransferTerms, now: Timestamp) -> Receipt {
        self.execute(&self.key(), self.attempt(transfer, terms, now)).await.unwrap().receipt
    }

    pub async fn balance(&self, customer: CustomerId, account: AccountId) -> i64 {
        self.store.account(customer, account).await.unwrap().unwrap().balance.amount()
    }

    /// What is on Minsu's and on Hasu's account.
    pub async fn balances(&self) -> (i64, i64) {
        (self.balance(self.minsu, self.demand).await, self.balance(self.hasu, self.hasu_demand).await)
    }

    pub async fn assert_conserved(&self) {
        let audit = self.store.audit().await.unwrap();
        assert!(audit.is_conserved(), "{audit:?}");
    }

    pub async fn entries(&self) -> Vec<Entry> {
        let entries = self.store.entries_from(0, 10_000).await.unwrap();
        entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap()).collect()
    }

    /// Kind and reason of every journal entry, in order, but for those of new consents.
    pub async fn told(&self) -> Vec<(EntryKind, Option<String>)> {
        let granted = |entry: &Entry| matches!(entry.kind, EntryKind::ConsentGranted | EntryKind::ConsentSuperseded);
        let entries = self.entries().await.into_iter().filter(|entry| !granted(entry));
        entries.map(|entry| (entry.kind, entry.facts.get("reason").cloned())).collect()
    }
}

pub fn now() -> Timestamp {
    START.parse().unwrap()
}

pub fn after(seconds: i64) -> Timestamp {
    now().plus(Span::from_seconds(seconds))
}

fn id_bytes(drawn: &AtomicU64) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}
