//! People sign in, are locked out, and have one session at a time.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_identity::{
    CustomerEnrolment, ENDED_SESSION_REMEMBERED, Enrolment, IdentityStore as _, LoginName, NewSession, PasswordCheck,
    PasswordHash, Realm, Resumed, SessionEnd, SessionToken, SignIn, SignInForm, SignInOutcome, SignInPolicy, Staff,
    StaffEnrolment, StaffRole, customer_actor, resume,
};
use sumun_ids::{CustomerId, SessionId, StaffId};
use sumun_journal::{Actor, CommitmentKey, Entry, EntryKind, JournalStore as _};
use sumun_store::{Store, args};
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const PASSWORD: &str = "봄비 내린 골목길 7";

fn customer(number: u8, login: &str) -> CustomerEnrolment {
    CustomerEnrolment {
        id: CustomerId::from_random([number; 16]),
        login: login.parse().unwrap(),
        name: "김민수".to_owned(),
        name_en: "Kim Minsu".to_owned(),
        password: PasswordHash::of(PASSWORD, [1; 16]).unwrap(),
        security_phrase: "봄비 내린 골목길".parse().unwrap(),
        commitment_key: [number; 32],
    }
}

fn staff(number: u8, login: &str) -> StaffEnrolment {
    let (id, role) = (StaffId::from_random([number; 16]), StaffRole::Inspector);
    let staff = Staff {
        id,
        login: login.parse().unwrap(),
        name: "이점검".to_owned(),
        name_en: "Lee Jeomgeom".to_owned(),
        role,
    };
    StaffEnrolment { staff, password: PasswordHash::of(PASSWORD, [2; 16]).unwrap() }
}

fn enrolled() -> Vec<Entry> {
    vec![Entry::new(NOW, EntryKind::CustomerEnrolled, Actor::Platform, "x")]
}

/// Signs in at `now` with a session made of `number`.
async fn sign_in(store: &Store, login: &str, password: &str, number: u8, now: Timestamp) -> SignInOutcome {
    let sign_in = SignIn { store, realm: Realm::Customer, policy: SignInPolicy::STANDARD };
    let form = SignInForm { login: login.to_owned(), password: password.to_owned() };
    let session = NewSession { id: SessionId::from_random([number; 16]), token: token(number) };
    let verify = async |check: PasswordCheck| tokio::task::spawn_blocking(move || check.run()).await.unwrap();
    sign_in.attempt(form, session, now, verify).await.unwrap()
}

fn token(number: u8) -> SessionToken {
    SessionToken::from_random([number; 32])
}

fn is_signed_in(outcome: &SignInOutcome) -> bool {
    matches!(outcome, SignInOutcome::SignedIn { .. })
}

#[tokio::test]
async fn people_come_back_as_they_were_enrolled() {
    on_every_engine(async |store| {
        let (minsu, inspector) = (customer(1, "minsu"), staff(1, "inspector"));
        assert_eq!(store.enrol_customer(&minsu, NOW, &enrolled()).await.unwrap(), Enrolment::Enrolled);
        assert_eq!(store.enrol_staff(&inspector, NOW, &enrolled()).await.unwrap(), Enrolment::Enrolled);
        let read = store.customer(minsu.id).await.unwrap().unwrap();
        assert_eq!((read.id, &read.login, &read.name), (minsu.id, &minsu.login, &minsu.name));
        assert_eq!(read.security_phrase, minsu.security_phrase);
        assert_eq!(read.actor(), customer_actor(&CommitmentKey::from_bytes([1; 32]), minsu.id));
        assert_eq!(store.staff(inspector.staff.id).await.unwrap(), Some(inspector.staff));
        assert!(store.customer(CustomerId::from_random([9; 16])).await.unwrap().is_none());
        assert_eq!(store.staff(StaffId::from_random([9; 16])).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_login_name_has_one_person_in_each_realm() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &enrolled()).await.unwrap();
        assert_eq!(store.enrol_customer(&customer(2, "Minsu"), NOW, &enrolled()).await.unwrap(), Enrolment::Taken);
        assert_eq!(store.enrol_customer(&customer(1, "other"), NOW, &enrolled()).await.unwrap(), Enrolment::Taken);
        assert_eq!(store.enrol_staff(&staff(1, "minsu"), NOW, &enrolled()).await.unwrap(), Enrolment::Enrolled);
        assert_eq!(store.size().await.unwrap(), 2);
        let login: LoginName = "minsu".parse().unwrap();
        let of_customer = store.attempt(Realm::Customer, &login).await.unwrap().account.unwrap();
        let of_staff = store.attempt(Realm::Staff, &login).await.unwrap().account.unwrap();
        assert_ne!(of_customer.person, of_staff.person);
    })
    .await;
}

#[tokio::test]
async fn names_and_phrases_of_people_are_not_readable_in_the_database() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu.kim"), NOW, &[]).await.unwrap();
        let sql = "SELECT login_mark, login, name, security_phrase, commitment_key FROM customer";
        let row = store.read_optional(sql, args![]).await.unwrap().unwrap();
        for clear in ["minsu.kim".as_bytes(), "김민수".as_bytes(), "봄비".as_bytes(), &[1; 32]] {
            for column in 0..5 {
                let stored = row.blob(column).unwrap();
                assert!(!stored.windows(clear.len()).any(|window| window == clear), "column {column}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_right_password_opens_a_session_that_goes_on_until_it_ends() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        let outcome = sign_in(&store, " MINSU ", PASSWORD, 1, NOW).await;
        let SignInOutcome::SignedIn { session, ended_elsewhere: 0 } = outcome else { panic!("{outcome:?}") };
        assert_eq!(resume(&store, &token(1), NOW).await.unwrap(), Resumed::Live(session.clone()));
        assert_eq!(resume(&store, &token(2), NOW).await.unwrap(), Resumed::Unknown);

        // A use every nine minutes keeps it alive, though not for ever.
        let mut now = NOW;
        for _ in 0..6 {
            now = now.plus(Span::from_minutes(9));
            assert!(matches!(resume(&store, &token(1), now).await.unwrap(), Resumed::Live(_)), "{now}");
        }
        let idle = now.plus(Span::from_minutes(5));
        assert!(matches!(resume(&store, &token(1), idle).await.unwrap(), Resumed::Live(_)));
        let too_old = NOW.plus(Span::from_hours(1));
        assert_eq!(resume(&store, &token(1), too_old).await.unwrap(), Resumed::Ended(SessionEnd::TooOld));

        store.end_session(&session, SessionEnd::SignedOut, now).await.unwrap();
        store.end_session(&session, SessionEnd::SignedInElsewhere, now).await.unwrap();
        assert_eq!(resume(&store, &token(1), now).await.unwrap(), Resumed::Ended(SessionEnd::SignedOut));
    })
    .await;
}

#[tokio::test]
async fn pr_055_a_second_sign_in_is_detected_and_ends_the_first() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        let _ = store.enrol_customer(&customer(2, "jiyoung"), NOW, &[]).await.unwrap();
        assert!(is_signed_in(&sign_in(&store, "minsu", PASSWORD, 1, NOW).await));
        assert!(is_signed_in(&sign_in(&store, "jiyoung", PASSWORD, 2, NOW).await));
        let second = sign_in(&store, "minsu", PASSWORD, 3, NOW).await;
        assert!(matches!(second, SignInOutcome::SignedIn { ended_elsewhere: 1, .. }), "{second:?}");
        assert_eq!(resume(&store, &token(1), NOW).await.unwrap(), Resumed::Ended(SessionEnd::SignedInElsewhere));
        assert!(matches!(resume(&store, &token(2), NOW).await.unwrap(), Resumed::Live(_)));

        // What was over by itself is not somebody else's sign-in.
        let later = NOW.plus(Span::from_minutes(30));
        let third = sign_in(&store, "minsu", PASSWORD, 4, later).await;
        assert!(matches!(third, SignInOutcome::SignedIn { ended_elsewhere: 0, .. }), "{third:?}");
        assert_eq!(resume(&store, &token(3), later).await.unwrap(), Resumed::Ended(SessionEnd::Idle));
    })
    .await;
}

#[tokio::test]
async fn five_failures_lock_a_name_whether_or_not_somebody_has_it() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        for login in ["minsu", "nobody"] {
            for left in (1..=4).rev() {
                let outcome = sign_in(&store, login, "wrong", 1, NOW).await;
                assert_eq!(outcome, SignInOutcome::Refused { failures_left: left }, "{login}");
            }
            let until = NOW.plus(Span::from_minutes(10));
            assert_eq!(sign_in(&store, login, "wrong", 1, NOW).await, SignInOutcome::Locked { until }, "{login}");
            assert_eq!(sign_in(&store, login, PASSWORD, 1, NOW).await, SignInOutcome::Locked { until }, "{login}");
        }
        // The lock is an entry for a person, without the name; none for a name that nobody has.
        let entries = store.entries_from(0, 10).await.unwrap();
        assert_eq!(entries.len(), 1);
        let entry = Entry::parse(&entries[0].1).unwrap();
        assert_eq!((entry.kind, entry.actor), (EntryKind::SignInLocked, Actor::Platform));
        let person = customer_actor(&CommitmentKey::from_bytes([1; 32]), CustomerId::from_random([1; 16]));
        assert_eq!(entry.subject, person.to_string());

        let unlocked = NOW.plus(Span::from_minutes(10));
        assert!(is_signed_in(&sign_in(&store, "minsu", PASSWORD, 1, unlocked).await));
        let refused = sign_in(&store, "minsu", "wrong", 1, unlocked).await;
        assert_eq!(refused, SignInOutcome::Refused { failures_left: 4 });
    })
    .await;
}

#[tokio::test]
async fn t_08_guesses_side_by_side_get_no_more_tries_than_one_after_the_other() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        let guesses = (0..24).map(|number| sign_in(&store, "minsu", "wrong", number, NOW));
        let outcomes = join_all(guesses).await;
        let refused = outcomes.iter().filter(|outcome| matches!(outcome, SignInOutcome::Refused { .. })).count();
        assert_eq!(refused, 4);
        assert_eq!(store.size().await.unwrap(), 1);
        // The right one, checked before the lock but written after it, is refused as well.
        let opening = sumun_identity::SessionOpening {
            session: sumun_identity::Session {
                id: SessionId::from_random([99; 16]),
                person: sumun_identity::Person::Customer(CustomerId::from_random([1; 16])),
                token_hash: token(99).hash(),
                opened_at: NOW,
                seen_at: NOW,
                end: None,
            },
            login: "minsu".parse().unwrap(),
            policy: SignInPolicy::STANDARD,
        };
        let until = NOW.plus(Span::from_minutes(10));
        assert_eq!(store.open_session(&opening).await.unwrap(), sumun_identity::Opening::Locked { until });
        assert_eq!(resume(&store, &token(99), NOW).await.unwrap(), Resumed::Unknown);
    })
    .await;
}

#[tokio::test]
async fn failures_with_names_at_random_do_not_stay_for_ever() {
    on_every_engine(async |store| {
        for number in 0..20 {
            sign_in(&store, &format!("random{number}"), "wrong", 1, NOW).await;
        }
        sign_in(&store, "later", "wrong", 1, NOW.plus(Span::from_hours(2))).await;
        let rows = store.read("SELECT login_mark FROM sign_in_failure", args![]).await.unwrap();
        assert_eq!(rows.len(), 1);
    })
    .await;
}

/// Ended by a second sign-in, signed out, and left alone: sessions 1 to 3 of minsu, all over ten minutes after [`NOW`].
async fn three_ended_sessions(store: &Store) {
    for number in [1, 2] {
        assert!(is_signed_in(&sign_in(store, "minsu", PASSWORD, number, NOW).await));
    }
    let Resumed::Live(second) = resume(store, &token(2), NOW).await.unwrap() else { panic!("it was just opened") };
    store.end_session(&second, SessionEnd::SignedOut, NOW).await.unwrap();
    assert!(is_signed_in(&sign_in(store, "minsu", PASSWORD, 3, NOW).await));
}

#[tokio::test]
async fn a_session_is_remembered_for_a_day_after_its_end_and_then_forgotten() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        let _ = store.enrol_customer(&customer(2, "jiyoung"), NOW, &[]).await.unwrap();
        three_ended_sessions(&store).await;
        // Each of them ended by ten minutes later; the other customer is there a day later.
        let day_later = NOW.plus(Span::from_minutes(10)).plus(ENDED_SESSION_REMEMBERED);
        assert!(is_signed_in(&sign_in(&store, "jiyoung", PASSWORD, 4, day_later).await));
        assert_eq!(store.prune_sessions(day_later, 10).await.unwrap(), 0, "the day is not over for all");
        let ends = [SessionEnd::SignedInElsewhere, SessionEnd::SignedOut, SessionEnd::TooOld];
        for (number, end) in (1..).zip(ends) {
            assert_eq!(resume(&store, &token(number), day_later).await.unwrap(), Resumed::Ended(end));
        }

        // Nobody is idle for longer than half an hour.
        let over = NOW.plus(Span::from_minutes(30)).plus(ENDED_SESSION_REMEMBERED);
        assert_eq!(store.prune_sessions(over.minus(Span::from_micros(1)), 10).await.unwrap(), 0);
        assert_eq!(store.prune_sessions(over, 2).await.unwrap(), 2, "no more at once than was asked for");
        assert_eq!(store.prune_sessions(over, 2).await.unwrap(), 1);
        for number in 1..=3 {
            assert_eq!(resume(&store, &token(number), over).await.unwrap(), Resumed::Unknown, "{number}");
        }
        let rows = store.read("SELECT id FROM session", args![]).await.unwrap();
        assert_eq!(rows.len(), 1, "the one that did not end a day ago stays");
    })
    .await;
}

#[tokio::test]
async fn a_late_recorded_end_is_remembered_from_when_it_was_recorded() {
    on_every_engine(async |store| {
        let _ = store.enrol_customer(&customer(1, "minsu"), NOW, &[]).await.unwrap();
        assert!(is_signed_in(&sign_in(&store, "minsu", PASSWORD, 1, NOW).await));
        let late = NOW.plus(Span::from_hours(20));
        assert!(is_signed_in(&sign_in(&store, "minsu", PASSWORD, 2, late).await));
        let day_later = late.plus(ENDED_SESSION_REMEMBERED);
        assert_eq!(store.prune_sessions(day_later.minus(Span::from_micros(1)), 10).await.unwrap(), 0);
        assert_eq!(resume(&store, &token(1), day_later).await.unwrap(), Resumed::Ended(SessionEnd::TooOld));
        assert_eq!(store.prune_sessions(day_later, 10).await.unwrap(), 1);
    })
    .await;
}
