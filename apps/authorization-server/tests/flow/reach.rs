//! How far a consent and a withdrawal reach: what the pages promise is what is done.

use crate::support::World;
use crate::support::browser::{Browser, Seen, keys};
use http::StatusCode;
use sumun_consent::{Consent, ConsentState, ConsentStore as _};
use sumun_events::Event;
use sumun_ids::{AppId, ConsentId};
use sumun_journal::{Entry, EntryKind, JournalStore as _};
use sumun_participants::{ParticipantStore as _, Registration};
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn consents(world: &World) -> Vec<Consent> {
    world.store.of_customer(world.minsu.id).await.unwrap()
}

async fn active(world: &World) -> Vec<ConsentId> {
    consents(world).await.iter().filter(|consent| consent.is_active(world.now())).map(|consent| consent.id).collect()
}

async fn asked(world: &World, browser: &mut Browser) -> Seen {
    browser.open(&world.saeum.start(world, VERIFIER).await, world.minsu).await
}

/// The first institution gets a second app, which from now on is the one that asks.
async fn second_app(world: &mut World) {
    let mut app = world.saeum.app.clone();
    app.id = AppId::from_random([77; 16]);
    (app.name_ko, app.name_en) = ("새움투자".into(), "Saeum Invest".into());
    assert_eq!(world.store.register_app(&app, &[]).await.unwrap(), Registration::Registered);
    world.saeum.app = app;
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_021_a_new_consent_ends_the_older_one_before_the_new_one_lives() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = asked(&world, &mut browser).await;
    assert!(!page.html.contains("이미 주신 동의가 있습니다"));
    let first_code = browser.approve(&page).await;
    let first = active(&world).await;
    let page = asked(&world, &mut browser).await;
    assert!(page.html.contains("새움가계부 앱에 이미 주신 동의가 있습니다"), "{}", page.html);
    assert!(page.html.contains("새로 동의하시면 그 동의는 즉시 끝나고"));
    world.take_events();
    let second_code = browser.approve(&page).await;

    let second = active(&world).await;
    assert_eq!(second.len(), 1);
    let events = world.take_events();
    assert!(
        matches!(&events[..], [Event::ConsentEnded(ended), Event::ConsentGranted(granted)]
            if *ended == first[0] && granted.id == second[0]),
        "{events:?}"
    );
    assert_eq!(world.saeum.exchange(&world, &first_code, VERIFIER, &[]).await.refusal(), (400, "invalid_grant"));
    assert_eq!(world.saeum.exchange(&world, &second_code, VERIFIER, &[]).await.status, StatusCode::OK);
    let ended = browser.get("/consents?state=ended").await;
    assert!(ended.html.contains("새 동의로 대체"), "{}", ended.html);
    let entries = world.store.entries_from(0, 100).await.unwrap();
    let entries: Vec<_> = entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap()).collect();
    let said = entries.iter().find(|entry| entry.kind == EntryKind::ConsentSuperseded).unwrap();
    assert_eq!((&said.subject, &said.facts["by"]), (&first[0].to_string(), &second[0].to_string()));
}

/// A page that was opened in Korean and one in English ask for the same.
#[tokio::test(flavor = "multi_thread")]
async fn pr_021_two_browsers_at_once_leave_exactly_one_active_consent() {
    let world = World::start().await;
    // One session: a second sign-in would end the first. Two tabs of it decide at the same time.
    let mut browser = Browser::new(&world);
    let mut pages = Vec::new();
    for number in 0..6 {
        let page = asked(&world, &mut browser).await;
        pages.push((page, if number % 2 == 0 { "ko" } else { "en" }));
    }
    let decisions = pages.iter().map(|(page, lang)| {
        let mut tab = browser.clone();
        async move {
            let (csrf, account) = (page.csrf(), page.accounts().swap_remove(0));
            // Each tab sends its own form, with the key that its page was shown with.
            let key = keys(&page.html)["/authorize"].clone();
            let fields = [("csrf", csrf.as_str()), ("once", &key), ("account", &account), ("lang", lang)];
            let terms = page.terms();
            tab.press(&page.action(), &[&fields[..], &[("terms", &terms), ("decision", "approve")]].concat())
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(decisions).await;
    assert_eq!(statuses, [StatusCode::SEE_OTHER; 6]);
    assert_eq!(active(&world).await.len(), 1);
    let superseded = |consent: &&Consent| matches!(consent.state, ConsentState::Superseded { .. });
    assert_eq!(consents(&world).await.iter().filter(superseded).count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_021_one_consent_or_the_whole_institution_is_withdrawn_as_the_button_says() {
    let mut world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = asked(&world, &mut browser).await;
    browser.approve(&page).await;
    let only = active(&world).await[0];
    let question = browser.get(&format!("/consents/{only}/withdraw")).await;
    assert!(question.html.contains("새움페이의 계좌 접근이 즉시 중단됩니다"), "this is all that it has");
    assert!(!question.html.contains("이 기관에 준 동의 모두 철회"));

    second_app(&mut world).await;
    for reach in ["consent", "institution"] {
        world.clock.advance(Span::from_seconds(1));
        let page = asked(&world, &mut browser).await;
        browser.approve(&page).await;
        let [newest, older] = active(&world).await[..] else { panic!("two apps, two consents") };
        let question = browser.get(&format!("/consents/{newest}/withdraw")).await;
        for words in ["이 동의 철회", "이 기관에 준 동의 모두 철회 (2건)", "새움투자 앱이 이 동의로", "다른 동의 1건은"]
        {
            assert!(question.html.contains(words), "{words}: {}", question.html);
        }
        assert!(!question.html.contains("새움페이의 계좌 접근이 즉시 중단됩니다"), "it is not all that it has");
        world.take_events();
        let csrf = question.csrf();
        let seen = browser.post(&question.action(), &[("csrf", &csrf), ("reach", reach)]).await;
        let ended: Vec<_> = world.take_events();
        let seen = browser.follow(seen).await;
        if reach == "consent" {
            assert!(matches!(ended[..], [Event::ConsentEnded(id)] if id == newest), "{ended:?}");
            assert_eq!(active(&world).await, [older]);
            assert!(seen.html.contains("새움페이에 주신 다른 동의는 그대로 이용됩니다"), "{}", seen.html);
        } else {
            for id in [newest, older] {
                assert!(ended.iter().any(|event| matches!(event, Event::ConsentEnded(it) if *it == id)), "{id}");
            }
            assert!(active(&world).await.is_empty());
            assert!(seen.html.contains("새움페이 동의를 철회했습니다."), "{}", seen.html);
        }
    }
    let question = browser.get("/consents?state=ended").await;
    assert_eq!(question.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_of_an_unknown_reach_changes_nothing() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = asked(&world, &mut browser).await;
    browser.approve(&page).await;
    let id = active(&world).await[0];
    let question = browser.get(&format!("/consents/{id}/withdraw")).await;
    let csrf = question.csrf();
    let seen = browser.post(&question.action(), &[("csrf", &csrf), ("reach", "everything")]).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(active(&world).await, [id]);
}
