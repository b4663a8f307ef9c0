//! Consents are kept, ended once, and found by those who may ask.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_consent::{
    Consent, ConsentDisclosure, ConsentState, ConsentStore as _, DisclosureDraft, Ending, Grant, Scope,
};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::Store;
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn consent(number: u8, customer: u8, valid_for: Span) -> Consent {
    let disclosure = ConsentDisclosure::new(DisclosureDraft {
        purpose: "가계부에 잔액을 보여 주기".to_owned(),
        scopes: vec![Scope::Balance, Scope::Transfer],
        accounts: vec![AccountId::from_random([1; 16]), AccountId::from_random([2; 16])],
        expires_at: Some(NOW.plus(valid_for)),
        withdrawal: "동의 관리에서 철회".to_owned(),
        outage_effect: "잔액이 갱신되지 않음".to_owned(),
    })
    .unwrap();
    let grant = Grant {
        id: ConsentId::from_random([number; 16]),
        customer: CustomerId::from_random([customer; 16]),
        institution: InstitutionId::from_random([3; 16]),
        app: AppId::from_random([4; 16]),
        disclosure,
    };
    Consent::grant(grant, NOW.plus(Span::from_seconds(number.into()))).unwrap()
}

fn entry(kind: EntryKind, consent: &Consent) -> Vec<Entry> {
    vec![Entry::new(NOW, kind, Actor::Institution(consent.institution), consent.id)]
}

async fn granted(store: &Store, consent: &Consent) {
    store.grant(consent, &entry(EntryKind::ConsentGranted, consent)).await.unwrap();
}

#[tokio::test]
async fn pr_020_a_consent_is_seen_later_exactly_as_it_was_given() {
    on_every_engine(async |store| {
        let (first, second) = (consent(1, 1, Span::from_days(90)), consent(2, 1, Span::from_days(90)));
        let other = consent(3, 2, Span::from_days(90));
        for consent in [&first, &second, &other] {
            granted(&store, consent).await;
        }
        assert_eq!(store.consent(first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(store.of_customer(first.customer).await.unwrap(), [second, first]);
        assert_eq!(store.of_customer(CustomerId::from_random([9; 16])).await.unwrap(), []);
        assert_eq!(store.consent(ConsentId::from_random([9; 16])).await.unwrap(), None);
        assert_eq!(store.size().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_consent_with_an_id_that_is_taken_is_refused_whole() {
    on_every_engine(async |store| {
        let consent = consent(1, 1, Span::from_days(90));
        granted(&store, &consent).await;
        let again = store.grant(&consent, &entry(EntryKind::ConsentGranted, &consent)).await;
        assert!(!again.unwrap_err().is_retryable());
        assert_eq!(store.size().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_ends_a_consent_once_and_for_its_customer_alone() {
    on_every_engine(async |store| {
        let consent = consent(1, 1, Span::from_days(90));
        granted(&store, &consent).await;
        let (id, later) = (consent.id, NOW.plus(Span::from_hours(1)));
        let journal = entry(EntryKind::ConsentWithdrawn, &consent);
        let stranger = CustomerId::from_random([2; 16]);
        assert_eq!(store.withdraw(stranger, id, later, &journal).await.unwrap(), Ending::NotFound);
        assert_eq!(store.active(later).await.unwrap(), std::slice::from_ref(&consent));

        let withdrawn = Consent { state: ConsentState::Withdrawn { at: later }, ..consent.clone() };
        let ending = store.withdraw(consent.customer, id, later, &journal).await.unwrap();
        assert_eq!(ending, Ending::Ended(withdrawn.clone()));
        assert_eq!(store.active(later).await.unwrap(), []);
        assert_eq!(store.consent(id).await.unwrap(), Some(withdrawn.clone()));

        let again = store.withdraw(consent.customer, id, later.plus(Span::from_hours(1)), &journal).await.unwrap();
        assert_eq!(again, Ending::AlreadyEnded(withdrawn));
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn withdrawals_at_the_same_time_leave_one_entry() {
    on_every_engine(async |store| {
        let consent = consent(1, 1, Span::from_days(90));
        granted(&store, &consent).await;
        let journal = entry(EntryKind::ConsentWithdrawn, &consent);
        let attempts = (0..20).map(|_| store.withdraw(consent.customer, consent.id, NOW, &journal));
        let endings = join_all(attempts).await;
        let ended = endings.iter().filter(|ending| matches!(ending, Ok(Ending::Ended(_)))).count();
        let too_late = endings.iter().filter(|ending| matches!(ending, Ok(Ending::AlreadyEnded(_)))).count();
        assert_eq!((ended, too_late), (1, 19));
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_end_of_validity_counts_at_once_and_is_recorded_once() {
    on_every_engine(async |store| {
        let (short, long) = (consent(1, 1, Span::from_days(1)), consent(2, 1, Span::from_days(90)));
        granted(&store, &short).await;
        granted(&store, &long).await;
        let end = short.expires_at;
        assert_eq!(store.active(end.minus(Span::from_micros(1))).await.unwrap().len(), 2);
        assert_eq!(store.active(end).await.unwrap(), [long]);
        assert_eq!(store.overdue(end.minus(Span::from_micros(1)), 10).await.unwrap(), []);
        assert_eq!(store.overdue(end, 10).await.unwrap(), std::slice::from_ref(&short));

        let journal = entry(EntryKind::ConsentExpired, &short);
        let early = store.expire(short.customer, short.id, end.minus(Span::from_micros(1)), &journal).await.unwrap();
        assert_eq!(early, Ending::AlreadyEnded(short.clone()));
        let late = end.plus(Span::from_hours(5));
        let expired = Consent { state: ConsentState::Expired { at: end }, ..short.clone() };
        assert_eq!(store.expire(short.customer, short.id, late, &journal).await.unwrap(), Ending::Ended(expired));
        assert_eq!(store.overdue(late, 10).await.unwrap(), []);
        assert_eq!(store.size().await.unwrap(), 3);
    })
    .await;
}
