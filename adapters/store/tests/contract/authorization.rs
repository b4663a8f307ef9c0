//! Requests, codes, assertions and tokens: each counts once and goes when it is over.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_authorization::{
    ASSERTION_REMEMBERED, Approval, Approved, AssertionUse, AuthorizationRequest, AuthorizationStore as _,
    CODE_LIFETIME, CodeChallenge, CodeHash, DECISION_LIFETIME, Exchange, IssuedCode, IssuedToken, Outcome,
    PushedRequest, REQUEST_URI_LIFETIME, RevokedToken, StoredCode, TOKEN_LIFETIME_MAX,
};
use sumun_consent::{Consent, ConsentDisclosure, ConsentStore as _, DisclosureDraft, Grant, Reach, Scope, Withdrawal};
use sumun_ids::{AccountId, AppId, AuthorizationRequestId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::Store;
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const INSTITUTION: InstitutionId = InstitutionId::from_random([3; 16]);
const STRANGER: InstitutionId = InstitutionId::from_random([33; 16]);

fn pushed(number: u8) -> PushedRequest {
    let request = AuthorizationRequest {
        app: AppId::from_random([4; 16]),
        institution: INSTITUTION,
        redirect_uri: "https://app.example/callback".into(),
        scopes: vec![Scope::Balance, Scope::Transfer],
        state: Some("상태".into()),
        nonce: None,
        challenge: CodeChallenge::from_bytes([5; 32]),
    };
    request.push(AuthorizationRequestId::from_random([number; 16]), NOW)
}

fn approval(number: u8) -> Approval {
    let disclosure = ConsentDisclosure::new(DisclosureDraft {
        purpose: "purpose".into(),
        scopes: vec![Scope::Balance, Scope::Transfer],
        accounts: vec![AccountId::from_random([1; 16])],
        expires_at: Some(NOW.plus(Span::from_days(90))),
        withdrawal: "withdrawal".into(),
        outage_effect: "outage".into(),
    })
    .unwrap();
    let request = pushed(number).request;
    let grant = Grant {
        id: ConsentId::from_random([number; 16]),
        customer: CustomerId::from_random([6; 16]),
        institution: INSTITUTION,
        app: request.app,
        disclosure,
    };
    let consent = Consent::grant(grant, NOW).unwrap();
    let code = IssuedCode {
        hash: CodeHash([number; 32]),
        app: request.app,
        institution: INSTITUTION,
        customer: consent.customer,
        consent: consent.id,
        redirect_uri: request.redirect_uri,
        challenge: request.challenge,
        scopes: consent.scopes.clone(),
        nonce: Some("n".into()),
        issued_at: NOW,
    };
    Approval { request: pushed(number).id, consent, code, actor: Actor::Platform, wordings: vec![] }
}

fn token(number: u8, code: &IssuedCode) -> IssuedToken {
    IssuedToken {
        id: TokenId::from_random([number; 16]),
        institution: INSTITUTION,
        app: code.app,
        customer: code.customer,
        consent: code.consent,
        scopes: code.scopes.clone(),
        certificate_thumbprint: [8; 32],
        issued_at: NOW,
        expires_at: NOW.plus(Span::from_seconds(300)),
    }
}

fn entry(subject: impl std::fmt::Display) -> [Entry; 1] {
    [Entry::new(NOW, EntryKind::TokenIssued, Actor::Platform, subject)]
}

/// A store with request 1 pushed and approved.
async fn approved(store: &Store) -> Approval {
    store.push(&pushed(1)).await.unwrap();
    assert_eq!(store.approve(&approval(1)).await.unwrap(), Approved::First { superseded: vec![] });
    approval(1)
}

#[tokio::test]
async fn a_pushed_request_comes_back_as_it_was_and_only_to_its_institution() {
    on_every_engine(async |store| {
        store.push(&pushed(1)).await.unwrap();
        let mut plain = pushed(2);
        (plain.request.state, plain.request.nonce) = (None, Some("nonce".into()));
        store.push(&plain).await.unwrap();
        assert_eq!(store.pushed(INSTITUTION, pushed(1).id).await.unwrap(), Some(pushed(1)));
        assert_eq!(store.pushed(INSTITUTION, plain.id).await.unwrap(), Some(plain));
        assert_eq!(store.pushed(STRANGER, pushed(1).id).await.unwrap(), None);
        assert_eq!(store.pushed(INSTITUTION, pushed(9).id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn an_approval_writes_request_consent_code_and_entry_together_and_once() {
    on_every_engine(async |store| {
        let approval = approved(&store).await;
        assert!(store.pushed(INSTITUTION, approval.request).await.unwrap().unwrap().decided);
        assert_eq!(store.consent(approval.consent.id).await.unwrap(), Some(approval.consent.clone()));
        let stored = StoredCode { code: approval.code.clone(), exchanged_for: None };
        assert_eq!(store.code(INSTITUTION, approval.code.hash).await.unwrap(), Some(stored));
        assert_eq!(store.code(STRANGER, approval.code.hash).await.unwrap(), None);

        let again = Approval { request: approval.request, ..self::approval(2) };
        assert_eq!(store.approve(&again).await.unwrap(), Approved::TooLate);
        assert_eq!(store.deny(INSTITUTION, approval.request).await.unwrap(), Outcome::TooLate);
        assert_eq!(store.consent(again.consent.id).await.unwrap(), None);
        assert_eq!(store.code(INSTITUTION, again.code.hash).await.unwrap(), None);
        assert_eq!(store.size().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_denied_once_and_not_by_another_institution() {
    on_every_engine(async |store| {
        store.push(&pushed(1)).await.unwrap();
        assert_eq!(store.deny(STRANGER, pushed(1).id).await.unwrap(), Outcome::TooLate);
        assert_eq!(store.deny(INSTITUTION, pushed(1).id).await.unwrap(), Outcome::First);
        assert_eq!(store.approve(&approval(1)).await.unwrap(), Approved::TooLate);
        assert_eq!(store.size().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_code_is_exchanged_once_however_many_ask_at_once() {
    on_every_engine(async |store| {
        let approval = approved(&store).await;
        let tokens: Vec<_> = (1..=20).map(|number| token(number, &approval.code)).collect();
        let exchanges = tokens.iter().map(|token| {
            let store = store.clone();
            async move { store.exchange(CodeHash([1; 32]), token, &entry(token.id)).await.unwrap() }
        });
        let outcomes = join_all(exchanges).await;
        let winners: Vec<_> =
            outcomes.iter().zip(&tokens).filter(|(outcome, _)| **outcome == Exchange::Issued).collect();
        assert_eq!(winners.len(), 1);
        let winner = winners[0].1;
        let stored = store.code(INSTITUTION, approval.code.hash).await.unwrap().unwrap();
        assert_eq!(stored.exchanged_for, Some(RevokedToken { id: winner.id, expires_at: winner.expires_at }));
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}

/// The customer withdrew between the look at the consent and the exchange.
#[tokio::test]
async fn a_code_whose_consent_ended_since_is_exchanged_for_nothing() {
    on_every_engine(async |store| {
        let approval = approved(&store).await;
        let token = token(1, &approval.code);
        let reach = Reach::Consent(token.consent);
        let withdrawal = Withdrawal { customer: token.customer, actor: Actor::Platform, reach, now: NOW };
        assert_eq!(store.withdraw(&withdrawal).await.unwrap().ended.len(), 1);
        let outcome = store.exchange(approval.code.hash, &token, &entry("issued")).await.unwrap();
        assert_eq!(outcome, Exchange::ConsentEnded);
        assert_eq!(store.code(INSTITUTION, approval.code.hash).await.unwrap().unwrap().exchanged_for, None);
        assert_eq!(store.size().await.unwrap(), 2, "approval and withdrawal stand in the journal, and no token");
    })
    .await;
}

#[tokio::test]
async fn a_token_is_revoked_once_and_known_as_revoked_until_it_would_have_died() {
    on_every_engine(async |store| {
        let approval = approved(&store).await;
        let token = token(1, &approval.code);
        assert_eq!(store.exchange(approval.code.hash, &token, &entry("issued")).await.unwrap(), Exchange::Issued);
        assert_eq!(store.revoked_tokens(NOW).await.unwrap(), []);
        assert_eq!(store.revoke(STRANGER, token.id, NOW, &entry("stranger")).await.unwrap(), Outcome::TooLate);
        assert_eq!(store.revoke(INSTITUTION, token.id, NOW, &entry("revoked")).await.unwrap(), Outcome::First);
        assert_eq!(store.revoke(INSTITUTION, token.id, NOW, &entry("again")).await.unwrap(), Outcome::TooLate);
        let revoked = RevokedToken { id: token.id, expires_at: token.expires_at };
        assert_eq!(store.revoked_tokens(NOW).await.unwrap(), [revoked]);
        assert_eq!(store.revoked_tokens(token.expires_at).await.unwrap(), []);
        assert_eq!(store.size().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn rfc7523_3_an_assertion_is_spent_once_per_app() {
    on_every_engine(async |store| {
        let assertion = AssertionUse {
            institution: INSTITUTION,
            app: AppId::from_random([4; 16]),
            id_hash: [1; 32],
            expires_at: NOW.plus(Span::from_seconds(60)),
        };
        let spends = (0..10).map(|_| store.spend_assertion(&assertion));
        let outcomes = join_all(spends).await;
        assert_eq!(outcomes.into_iter().filter(|outcome| *outcome.as_ref().unwrap() == Outcome::First).count(), 1);
        let of_another = AssertionUse { app: AppId::from_random([9; 16]), ..assertion };
        assert_eq!(store.spend_assertion(&of_another).await.unwrap(), Outcome::First);
    })
    .await;
}

/// A request whose instant was taken just before the end of its assertion may
/// still be on its way to the store when that end is over.
#[tokio::test]
async fn rfc7523_3_an_assertion_is_remembered_a_little_longer_than_it_lives() {
    on_every_engine(async |store| {
        let assertion = AssertionUse {
            institution: INSTITUTION,
            app: AppId::from_random([4; 16]),
            id_hash: [1; 32],
            expires_at: NOW,
        };
        assert_eq!(store.spend_assertion(&assertion).await.unwrap(), Outcome::First);
        store.prune(NOW.plus(ASSERTION_REMEMBERED).minus(Span::from_micros(1)), 10).await.unwrap();
        assert_eq!(store.spend_assertion(&assertion).await.unwrap(), Outcome::TooLate);
    })
    .await;
}

#[tokio::test]
async fn what_is_over_goes_a_few_rows_at_a_time_and_nothing_goes_early() {
    on_every_engine(async |store| {
        let approval = approved(&store).await;
        store.push(&pushed(2)).await.unwrap();
        let token = token(1, &approval.code);
        assert_eq!(store.exchange(approval.code.hash, &token, &entry("issued")).await.unwrap(), Exchange::Issued);
        let assertion = AssertionUse { institution: INSTITUTION, app: token.app, id_hash: [1; 32], expires_at: NOW };
        assert_eq!(store.spend_assertion(&assertion).await.unwrap(), Outcome::First);

        let assertion_over = NOW.plus(ASSERTION_REMEMBERED);
        assert_eq!(store.prune(assertion_over.minus(Span::from_micros(1)), 10).await.unwrap(), 0);
        assert_eq!(store.prune(assertion_over, 10).await.unwrap(), 1, "the assertion");
        assert_eq!(store.prune(token.expires_at, 10).await.unwrap(), 1, "the token");
        let code_over = NOW.plus(CODE_LIFETIME).plus(TOKEN_LIFETIME_MAX);
        assert_eq!(store.prune(code_over.minus(Span::from_micros(1)), 10).await.unwrap(), 0);
        assert_eq!(store.prune(code_over, 10).await.unwrap(), 1, "the code");
        let requests_over = NOW.plus(REQUEST_URI_LIFETIME).plus(DECISION_LIFETIME);
        assert_eq!(store.prune(requests_over, 1).await.unwrap(), 1, "one request");
        assert_eq!(store.prune(requests_over, 1).await.unwrap(), 1, "the other");
        assert_eq!(store.prune(requests_over, 1).await.unwrap(), 0);
        assert_eq!(store.consent(approval.consent.id).await.unwrap(), Some(approval.consent));
    })
    .await;
}
