//! Participants are registered once and come back as they were.

use crate::support::on_every_engine;
use futures_util::future::join_all;
use sumun_ids::{AppId, InstitutionId};
use sumun_jose::JwkSet;
use sumun_journal::{Actor, Entry, EntryKind, JournalStore as _};
use sumun_participants::{
    App, AppDraft, ClientAuthentication, ClientCertificate, ConsentTerms, Institution, InstitutionStatus, Newcomer,
    ParticipantStore as _, Participants, Registration,
};
use sumun_time::Timestamp;

const KEYS: &[u8] = br#"{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"1",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

fn institution(number: u8, business_number: &str) -> Institution {
    Institution {
        id: InstitutionId::from_random([number; 16]),
        name_ko: "모아핀테크".to_owned(),
        name_en: "Moa Fintech".to_owned(),
        business_number: business_number.parse().unwrap(),
        contact: "02-000-0000".to_owned(),
        status: InstitutionStatus::Active,
    }
}

fn app(number: u8, institution: InstitutionId, authentication: ClientAuthentication) -> App {
    let text = |text: &str| text.to_owned();
    App::new(AppDraft {
        id: AppId::from_random([number; 16]),
        institution,
        name_ko: text("모아가계부"),
        name_en: text("Moa"),
        redirect_uris: vec!["https://moa.example/callback".parse().unwrap()],
        authentication,
        jwks: JwkSet::parse(KEYS).unwrap(),
        scopes: vec![text("balance"), text("transfer")],
        consent_terms: ConsentTerms {
            purpose_ko: text("잔액 조회"),
            purpose_en: text("Show balances"),
            outage_effect_ko: text("갱신되지 않음"),
            outage_effect_en: text("Not updated"),
            valid_days: 90,
        },
    })
    .unwrap()
}

fn certificate(thumbprint: u8, institution: InstitutionId) -> ClientCertificate {
    ClientCertificate {
        thumbprint: [thumbprint; 32],
        key_sha256: (thumbprint != 0).then_some([thumbprint ^ 0xff; 32]),
        institution,
        subject_dn: "CN=access1,serialNumber=1248100998,O=모아\\, 주식회사".parse().unwrap(),
        not_before: Timestamp::from_seconds(1),
        not_after: Timestamp::from_seconds(2),
    }
}

fn journal(kind: EntryKind) -> Vec<Entry> {
    vec![Entry::new(Timestamp::from_seconds(1), kind, Actor::Platform, "x")]
}

#[tokio::test]
async fn everything_comes_back_as_it_was_registered() {
    on_every_engine(async |store| {
        let (moa, other) = (institution(2, "124-81-00998"), institution(1, "220-81-62517"));
        let by_key = app(1, moa.id, ClientAuthentication::PrivateKeyJwt);
        let by_certificate =
            app(2, moa.id, ClientAuthentication::TlsClientAuth { subject_dn: "CN=access1,C=KR".parse().unwrap() });
        let certificate = certificate(7, moa.id);
        for institution in [&moa, &other] {
            let registered = store.register_institution(institution, &journal(EntryKind::InstitutionRegistered)).await;
            assert_eq!(registered.unwrap(), Registration::Registered);
        }
        for app in [&by_key, &by_certificate] {
            let registered = store.register_app(app, &journal(EntryKind::AppRegistered)).await;
            assert_eq!(registered.unwrap(), Registration::Registered);
        }
        let registered = store.register_certificate(&certificate, &journal(EntryKind::CertificateRegistered)).await;
        assert_eq!(registered.unwrap(), Registration::Registered);

        assert_eq!(store.institution(moa.id).await.unwrap(), Some(moa.clone()));
        assert_eq!(store.app(by_key.id).await.unwrap(), Some(by_key.clone()));
        assert_eq!(store.app(AppId::from_random([9; 16])).await.unwrap(), None);
        let owner = store.institution_of_certificate(&[7; 32]).await.unwrap();
        assert_eq!(owner, Some((moa.clone(), certificate.clone())));
        assert_eq!(store.institution_of_certificate(&[8; 32]).await.unwrap(), None);
        let all = Participants {
            institutions: vec![other, moa],
            apps: vec![by_key, by_certificate],
            certificates: vec![certificate],
        };
        assert_eq!(store.all().await.unwrap(), all);
        assert_eq!(store.size().await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_or_belongs_to_nobody_is_refused_without_a_trace() {
    on_every_engine(async |store| {
        let (moa, other) = (institution(1, "124-81-00998"), institution(2, "220-81-62517"));
        let stranger = InstitutionId::from_random([9; 16]);
        let kind = EntryKind::InstitutionRegistered;
        for institution in [&moa, &other] {
            let _ = store.register_institution(institution, &[]).await.unwrap();
        }
        let _ = store.register_certificate(&certificate(7, moa.id), &[]).await.unwrap();
        let _ = store.register_app(&app(1, moa.id, ClientAuthentication::PrivateKeyJwt), &[]).await.unwrap();

        let same_number = institution(3, "124-81-00998");
        assert_eq!(store.register_institution(&same_number, &journal(kind)).await.unwrap(), Registration::Taken);
        assert_eq!(store.register_institution(&moa, &journal(kind)).await.unwrap(), Registration::Taken);
        let same_app = app(1, other.id, ClientAuthentication::PrivateKeyJwt);
        assert_eq!(store.register_app(&same_app, &journal(kind)).await.unwrap(), Registration::Taken);
        let same_certificate = certificate(7, other.id);
        assert_eq!(store.register_certificate(&same_certificate, &journal(kind)).await.unwrap(), Registration::Taken);
        let nobodys_app = app(2, stranger, ClientAuthentication::PrivateKeyJwt);
        let refused = store.register_app(&nobodys_app, &journal(kind)).await.unwrap();
        assert_eq!(refused, Registration::UnknownInstitution);
        let refused = store.register_certificate(&certificate(8, stranger), &journal(kind)).await.unwrap();
        assert_eq!(refused, Registration::UnknownInstitution);
        assert_eq!(store.size().await.unwrap(), 0);
        assert_eq!(store.institution_of_certificate(&[7; 32]).await.unwrap().unwrap().0, moa);
    })
    .await;
}

#[tokio::test]
async fn of_registrations_of_one_number_at_the_same_time_one_wins() {
    on_every_engine(async |store| {
        let candidates: Vec<_> = (1..=12).map(|number| institution(number, "124-81-00998")).collect();
        let journal = journal(EntryKind::InstitutionRegistered);
        let attempts = candidates.iter().map(|institution| store.register_institution(institution, &journal));
        let outcomes = join_all(attempts).await;
        let registered = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Registration::Registered))).count();
        let taken = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Registration::Taken))).count();
        assert_eq!((registered, taken), (1, 11));
        assert_eq!(store.size().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_newcomer_is_registered_whole_or_not_at_all() {
    on_every_engine(async |store| {
        let moa = institution(1, "124-81-00998");
        let newcomer = |number: u8, institution: Option<Institution>, owner| Newcomer {
            institution,
            app: app(number, owner, ClientAuthentication::PrivateKeyJwt),
            certificate: certificate(number, owner),
        };
        let entries = [EntryKind::InstitutionRegistered, EntryKind::AppRegistered, EntryKind::CertificateRegistered];
        let entries: Vec<Entry> = entries.into_iter().flat_map(journal).collect();
        let first = newcomer(1, Some(moa.clone()), moa.id);
        assert_eq!(store.register_newcomer(&first, &entries).await.unwrap(), Registration::Registered);
        let second = newcomer(2, None, moa.id);
        assert_eq!(store.register_newcomer(&second, &entries[1..]).await.unwrap(), Registration::Registered);
        let all = store.all().await.unwrap();
        assert_eq!((all.institutions.len(), all.apps.len(), all.certificates.len()), (1, 2, 2));
        assert_eq!(store.size().await.unwrap(), 5);

        // Each has one part that is taken, or an institution that is nobody's.
        let other = institution(3, "220-81-62517");
        let taken_certificate =
            Newcomer { certificate: certificate(2, other.id), ..newcomer(4, Some(other.clone()), other.id) };
        let taken_number = institution(5, "124-81-00998");
        let taken_app = newcomer(1, Some(other.clone()), other.id);
        let taken_number = newcomer(5, Some(taken_number.clone()), taken_number.id);
        for refused in [taken_certificate, taken_app, taken_number] {
            assert_eq!(store.register_newcomer(&refused, &entries).await.unwrap(), Registration::Taken);
        }
        let stranger = InstitutionId::from_random([9; 16]);
        for refused in [newcomer(6, None, stranger), newcomer(6, Some(other), stranger)] {
            assert_eq!(store.register_newcomer(&refused, &entries).await.unwrap(), Registration::UnknownInstitution);
        }
        assert_eq!(store.all().await.unwrap(), all);
        assert_eq!(store.size().await.unwrap(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_institution_is_stopped_and_resumed_with_an_entry_each_time_it_changes() {
    on_every_engine(async |store| {
        let moa = institution(1, "124-81-00998");
        let _ = store.register_institution(&moa, &[]).await.unwrap();
        for (status, kind, changed) in [
            (InstitutionStatus::Active, EntryKind::InstitutionResumed, false),
            (InstitutionStatus::Suspended, EntryKind::InstitutionSuspended, true),
            (InstitutionStatus::Suspended, EntryKind::InstitutionSuspended, false),
            (InstitutionStatus::Active, EntryKind::InstitutionResumed, true),
        ] {
            assert_eq!(store.set_institution_status(moa.id, status, &journal(kind)).await.unwrap(), changed);
            assert_eq!(store.institution(moa.id).await.unwrap().unwrap().status, status);
        }
        let stranger = InstitutionId::from_random([9; 16]);
        let kind = EntryKind::InstitutionSuspended;
        assert!(!store.set_institution_status(stranger, InstitutionStatus::Suspended, &journal(kind)).await.unwrap());
        assert_eq!(store.size().await.unwrap(), 2);
    })
    .await;
}
