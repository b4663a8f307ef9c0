//! Whoever leaves in the middle of a request: what is durable is told all the same.

use crate::support::World;
use crate::support::browser::Browser;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sumun_authorization::{
    Approval, Approved, AssertionUse, AuthorizationStore, CodeHash, Exchange, IssuedToken, Outcome, PushedRequest,
    RevokedToken, StoredCode,
};
use sumun_authorization_server::Parts;
use sumun_consent::{Consent, ConsentStore, Ending, Withdrawal, Withdrawn};
use sumun_events::Event;
use sumun_ids::{AuthorizationRequestId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;
use tokio::sync::Notify;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Stores whose answer to a withdrawal, a supersession or a revocation is held up: it is durable, and nobody knows yet.
struct Late {
    consents: Arc<dyn ConsentStore>,
    authorizations: Arc<dyn AuthorizationStore>,
    durable: Notify,
    answered: Notify,
}

impl Late {
    async fn hold(&self) {
        self.durable.notify_one();
        self.answered.notified().await;
    }

    /// Lets whoever asks leave once it is durable, and only then the answer come.
    async fn cut_off(&self, request: impl Future<Output = ()> + Send + 'static) {
        let asking = tokio::spawn(request);
        self.durable.notified().await;
        asking.abort();
        // More than enough for the server to notice that the connection was closed.
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.answered.notify_one();
    }
}

async fn world() -> (World, Arc<Late>) {
    let mut held = None;
    let world = World::start_with(|parts| {
        let (consents, authorizations) = (Arc::clone(&parts.consents), Arc::clone(&parts.authorizations));
        let late = Arc::new(Late { consents, authorizations, durable: Notify::new(), answered: Notify::new() });
        held = Some(Arc::clone(&late));
        Parts { consents: late.clone(), authorizations: late, ..parts }
    });
    (world.await, held.unwrap())
}

/// Whether something is told on the bus in time.
async fn is_told(world: &World, what: impl Fn(&Event) -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        if world.take_events().iter().any(&what) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_counts_at_the_gateway_although_the_customer_closed_the_page() {
    let (world, late) = world().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    browser.approve(&page).await;
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let address = format!("/consents/{}/withdraw", consent.id);
    let csrf = browser.get(&address).await.csrf();
    let leave = async move { drop(browser.post(&address, &[("csrf", &csrf)]).await) };
    late.cut_off(leave).await;
    assert!(!world.store.consent(consent.id).await.unwrap().unwrap().is_active(world.now()), "it is withdrawn");
    assert!(is_told(&world, |event| matches!(event, Event::ConsentEnded(id) if *id == consent.id)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_consent_dies_at_the_gateway_although_the_customer_closed_the_page() {
    let (world, late) = world().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    browser.approve(&page).await;
    let older = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    late.cut_off(async move { drop(browser.approve(&page).await) }).await;
    assert!(!world.store.consent(older.id).await.unwrap().unwrap().is_active(world.now()), "it is superseded");
    assert!(is_told(&world, |event| matches!(event, Event::ConsentEnded(id) if *id == older.id)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_counts_at_the_gateway_although_whoever_caused_it_left() {
    let (world, late) = world().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let code = browser.approve(&page).await;
    assert_eq!(world.saeum.exchange(&world, &code, VERIFIER, &[]).await.status, 200);
    let world = Arc::new(world);
    let again = Arc::clone(&world);
    late.cut_off(async move { drop(again.saeum.exchange(&again, &code, VERIFIER, &[]).await) }).await;
    let revoked = world.store.revoked_tokens(world.now()).await.unwrap();
    assert_eq!(revoked.len(), 1);
    assert!(is_told(&world, |event| matches!(event, Event::TokenRevoked { id, .. } if *id == revoked[0].id)).await);
}

#[async_trait::async_trait]
impl ConsentStore for Late {
    async fn withdraw(&self, withdrawal: &Withdrawal) -> Result<Withdrawn, StoreFailure> {
        let withdrawn = self.consents.withdraw(withdrawal).await;
        self.hold().await;
        withdrawn
    }

    async fn expire(
        &self,
        customer: CustomerId,
        id: ConsentId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Ending, StoreFailure> {
        self.consents.expire(customer, id, now, journal).await
    }

    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreFailure> {
        self.consents.consent(id).await
    }

    async fn of_customer(&self, customer: CustomerId) -> Result<Vec<Consent>, StoreFailure> {
        self.consents.of_customer(customer).await
    }

    async fn active(&self, now: Timestamp) -> Result<Vec<Consent>, StoreFailure> {
        self.consents.active(now).await
    }

    async fn overdue(&self, now: Timestamp, limit: u32) -> Result<Vec<Consent>, StoreFailure> {
        self.consents.overdue(now, limit).await
    }
}

#[async_trait::async_trait]
impl AuthorizationStore for Late {
    async fn spend_assertion(&self, assertion: &AssertionUse) -> Result<Outcome, StoreFailure> {
        self.authorizations.spend_assertion(assertion).await
    }

    async fn push(&self, request: &PushedRequest) -> Result<(), StoreFailure> {
        self.authorizations.push(request).await
    }

    async fn pushed(
        &self,
        institution: InstitutionId,
        id: AuthorizationRequestId,
    ) -> Result<Option<PushedRequest>, StoreFailure> {
        self.authorizations.pushed(institution, id).await
    }

    async fn approve(&self, approval: &Approval) -> Result<Approved, StoreFailure> {
        let approved = self.authorizations.approve(approval).await;
        if matches!(&approved, Ok(Approved::First { superseded }) if !superseded.is_empty()) {
            self.hold().await;
        }
        approved
    }

    async fn deny(&self, institution: InstitutionId, id: AuthorizationRequestId) -> Result<Outcome, StoreFailure> {
        self.authorizations.deny(institution, id).await
    }

    async fn code(&self, institution: InstitutionId, hash: CodeHash) -> Result<Option<StoredCode>, StoreFailure> {
        self.authorizations.code(institution, hash).await
    }

    async fn exchange(&self, code: CodeHash, token: &IssuedToken, journal: &[Entry]) -> Result<Exchange, StoreFailure> {
        self.authorizations.exchange(code, token, journal).await
    }

    async fn revoke(
        &self,
        institution: InstitutionId,
        id: TokenId,
        now: Timestamp,
        journal: &[Entry],
    ) -> Result<Outcome, StoreFailure> {
        let outcome = self.authorizations.revoke(institution, id, now, journal).await;
        self.hold().await;
        outcome
    }

    async fn revoked_tokens(&self, now: Timestamp) -> Result<Vec<RevokedToken>, StoreFailure> {
        self.authorizations.revoked_tokens(now).await
    }

    async fn prune(&self, now: Timestamp, rows_max: u32) -> Result<u64, StoreFailure> {
        self.authorizations.prune(now, rows_max).await
    }
}
