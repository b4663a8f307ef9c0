//! Consents are kept, ended once, and found by those who may ask.

use crate::support::{approval_of, approve, on_every_engine, pushed_for};
use futures_util::future::join_all;
use sumun_authorization::{Approval, Approved, AuthorizationStore as _, PushedRequest};
use sumun_consent::{
    Consent, ConsentDisclosure, ConsentState, ConsentStore as _, DisclosureDraft, Ending, Grant, Reach, Scope,
    Withdrawal, Withdrawn,
};
use sumun_ids::{AccountId, AppId, AuthorizationRequestId, ConsentId, CustomerId, InstitutionId};
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_store::Store;
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn consent(number: u8, customer: u8, valid_for: Span) -> Consent {
    consent_to(number, number, customer, valid_for)
}

/// A consent to the app `app` of the one institution.
fn consent_to(app: u8, number: u8, customer: u8, valid_for: Span) -> Consent {
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
        app: AppId::from_random([app; 16]),
        disclosure,
    };
    Consent::grant(grant, NOW.plus(Span::from_seconds(number.into()))).unwrap()
}

fn entry(kind: EntryKind, consent: &Consent) -> Vec<Entry> {
    vec![Entry::new(NOW, kind, Actor::Institution(consent.institution), consent.id)]
}

async fn granted(store: &Store, consent: &Consent) {
    assert_eq!(approve(store, consent).await, Approved::First { superseded: vec![] });
}

fn withdrawal(consent: &Consent, reach: Reach, now: Timestamp) -> Withdrawal {
    Withdrawal { customer: consent.customer, actor: Actor::Institution(consent.institution), reach, now }
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
        let taken = Consent { app: AppId::from_random([9; 16]), ..consent.clone() };
        let approval = Approval { request: AuthorizationRequestId::from_random([8; 16]), ..approval_of(&taken) };
        store.push(&PushedRequest { id: approval.request, ..pushed_for(&taken) }).await.unwrap();
        let again = store.approve(&approval).await;
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
        let one = |now| withdrawal(&consent, Reach::Consent(id), now);
        let stranger = Withdrawal { customer: CustomerId::from_random([2; 16]), ..one(later) };
        assert_eq!(store.withdraw(&stranger).await.unwrap(), Withdrawn::default());
        assert_eq!(store.active(later).await.unwrap(), std::slice::from_ref(&consent));

        let ended = Consent { state: ConsentState::Withdrawn { at: later }, ..consent.clone() };
        let withdrawn = store.withdraw(&one(later)).await.unwrap();
        assert_eq!(withdrawn, Withdrawn { ended: vec![ended.clone()], before: vec![] });
        assert_eq!(store.active(later).await.unwrap(), []);
        assert_eq!(store.consent(id).await.unwrap(), Some(ended.clone()));

        let again = store.withdraw(&one(later.plus(Span::from_hours(1)))).await.unwrap();
        assert_eq!(again, Withdrawn { ended: vec![], before: vec![ended] });
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn withdrawals_at_the_same_time_leave_one_entry() {
    on_every_engine(async |store| {
        let consent = consent(1, 1, Span::from_days(90));
        granted(&store, &consent).await;
        let withdrawal = withdrawal(&consent, Reach::Consent(consent.id), NOW);
        let attempts = (0..20).map(|_| store.withdraw(&withdrawal));
        let outcomes = join_all(attempts).await;
        let ended: usize = outcomes.iter().map(|outcome| outcome.as_ref().unwrap().ended.len()).sum();
        let too_late: usize = outcomes.iter().map(|outcome| outcome.as_ref().unwrap().before.len()).sum();
        assert_eq!((ended, too_late), (1, 19));
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}

async fn kinds(store: &Store) -> Vec<(EntryKind, String)> {
    let entries = store.entries_from(0, 100).await.unwrap();
    let entries = entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap());
    entries.map(|entry| (entry.kind, entry.subject)).collect()
}

#[tokio::test]
async fn pr_021_a_new_consent_to_the_same_app_ends_the_older_one_and_says_so() {
    on_every_engine(async |store| {
        let year = Span::from_days(90);
        let (first, second) = (consent_to(7, 1, 1, year), consent_to(7, 2, 1, year));
        let (other_app, other_customer) = (consent_to(8, 3, 1, year), consent_to(7, 4, 2, year));
        for consent in [&first, &other_app, &other_customer] {
            granted(&store, consent).await;
        }
        let ended = Consent { state: ConsentState::Superseded { at: second.granted_at }, ..first.clone() };
        assert_eq!(approve(&store, &second).await, Approved::First { superseded: vec![ended.clone()] });
        assert_eq!(store.consent(first.id).await.unwrap(), Some(ended));
        let mut active: Vec<_> = store.active(NOW.plus(Span::from_hours(1))).await.unwrap();
        active.sort_by_key(|consent| consent.granted_at);
        assert_eq!(active, [second.clone(), other_app, other_customer]);
        let said = kinds(&store).await;
        assert_eq!(said[3], (EntryKind::ConsentGranted, second.id.to_string()));
        assert_eq!(said[4], (EntryKind::ConsentSuperseded, first.id.to_string()));
        assert_eq!(said.len(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_021_grants_at_the_same_time_leave_exactly_one_active_consent() {
    on_every_engine(async |store| {
        let consents: Vec<_> = (1..=12).map(|number| consent_to(7, number, 1, Span::from_days(90))).collect();
        for consent in &consents {
            store.push(&pushed_for(consent)).await.unwrap();
        }
        let approvals: Vec<_> = consents.iter().map(approval_of).collect();
        let outcomes = join_all(approvals.iter().map(|approval| store.approve(approval))).await;
        let superseded: usize = outcomes
            .into_iter()
            .map(|outcome| match outcome.unwrap() {
                Approved::First { superseded } => superseded.len(),
                Approved::TooLate => panic!("each request was decided once"),
            })
            .sum();
        assert_eq!(superseded, 11);
        assert_eq!(store.active(NOW.plus(Span::from_hours(1))).await.unwrap().len(), 1);
        let said = kinds(&store).await;
        assert_eq!(said.iter().filter(|(kind, _)| *kind == EntryKind::ConsentSuperseded).count(), 11);
    })
    .await;
}

#[tokio::test]
async fn pr_021_withdrawal_of_an_institution_ends_all_of_its_consents_and_no_other() {
    on_every_engine(async |store| {
        let year = Span::from_days(90);
        let (first, second) = (consent(1, 1, year), consent(2, 1, year));
        let elsewhere = Consent { institution: InstitutionId::from_random([30; 16]), ..consent(4, 1, year) };
        let others = [consent(3, 2, year), elsewhere];
        for consent in [&first, &second].into_iter().chain(&others) {
            granted(&store, consent).await;
        }
        let later = NOW.plus(Span::from_hours(1));
        let withdrawn =
            store.withdraw(&withdrawal(&first, Reach::Institution(first.institution), later)).await.unwrap();
        assert_eq!(withdrawn.ended.iter().map(|consent| consent.id).collect::<Vec<_>>(), [second.id, first.id]);
        assert!(withdrawn.all().all(|consent| consent.state == ConsentState::Withdrawn { at: later }));
        let mut active = store.active(later).await.unwrap();
        active.sort_by_key(|consent| consent.granted_at);
        assert_eq!(active, others);
        let said = kinds(&store).await;
        let ends = [second.id, first.id].map(|id| (EntryKind::ConsentWithdrawn, id.to_string()));
        assert_eq!(said[4..], ends);
        let again = store.withdraw(&withdrawal(&first, Reach::Institution(first.institution), later)).await.unwrap();
        assert_eq!((again.ended.len(), again.before.len()), (0, 2));
        assert_eq!(kinds(&store).await.len(), 6, "nothing was ended, nothing is said");
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
