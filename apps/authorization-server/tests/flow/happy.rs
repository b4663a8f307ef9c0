//! The way of one authorization, from the pushed request to the withdrawn consent.

use crate::support::browser::{Browser, query_value};
use crate::support::partner::{REDIRECT, STATE};
use crate::support::{GATEWAY, PHRASE, World, account_of};
use http::StatusCode;
use serde_json::Value;
use sumun_consent::ConsentStore as _;
use sumun_events::Event;
use sumun_jose::{CompactJws, JwkSet, base64url_encode};
use sumun_journal::{Entry, EntryKind, JournalStore as _};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

async fn entry_kinds(world: &World) -> Vec<EntryKind> {
    let entries = world.store.entries_from(0, 100).await.unwrap();
    entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap().kind).collect()
}

async fn key_set(world: &World) -> JwkSet {
    let seen = Browser::new(world).get("/jwks").await;
    JwkSet::parse(seen.html.as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_a_customer_grants_an_app_a_token_with_either_client_authentication() {
    let world = World::start().await;
    for partner in [&world.saeum, &world.ondam] {
        let mut browser = Browser::new(&world);
        let page = browser.open(&partner.start(&world, VERIFIER).await, world.minsu).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let account = account_of(world.minsu.id, 2).to_string();
        let fields =
            [("csrf", page.csrf()), ("account", account), ("lang", "ko".into()), ("decision", "approve".into())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let seen = browser.post(&page.action(), &fields).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER);
        assert!(seen.location().starts_with(&format!("{REDIRECT}&code=")), "{}", seen.location());
        assert_eq!(query_value(seen.location(), "iss"), world.issuer);
        assert_eq!(query_value(seen.location(), "state"), STATE);

        let code = query_value(seen.location(), "code");
        let answer = partner.exchange(&world, &code, VERIFIER, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json);
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(
            (&answer.json["token_type"], &answer.json["expires_in"], &answer.json["scope"]),
            (&"Bearer".into(), &300.into(), &"balance transfer".into())
        );
        // RFC 9396 section 7: from its answer alone the app knows which account the customer chose.
        let chosen = serde_json::json!([{"type": "account_access", "locations": [GATEWAY],
            "identifier": account_of(world.minsu.id, 2), "actions": ["balance", "transfer"]}]);
        assert_eq!(answer.json["authorization_details"], chosen);
        let token = answer.json["access_token"].as_str().unwrap();
        let verified = CompactJws::parse(token).unwrap().verify_with(&key_set(&world).await).unwrap();
        assert_eq!(verified.header.typ.as_deref(), Some("at+jwt"));
        let claims = Value::Object(verified.claims().unwrap());
        assert_eq!(claims["iss"], world.issuer);
        assert_eq!(claims["aud"], GATEWAY);
        assert_eq!(claims["sub"], world.minsu.id.to_string());
        assert_eq!(claims["client_id"], partner.app.id.to_string());
        assert_eq!(claims["cnf"]["x5t#S256"], base64url_encode(&partner.certificate.thumbprint()));

        let consent = claims["consent_id"].as_str().unwrap().parse().unwrap();
        let consent = world.store.consent(consent).await.unwrap().unwrap();
        assert_eq!(consent.accounts, [account_of(world.minsu.id, 2)]);
        assert!(consent.purpose.starts_with("여러 은행"));
        let events = world.take_events();
        assert!(matches!(&events[..], [Event::ConsentGranted(granted)] if **granted == consent), "{events:?}");
    }
    let kinds = entry_kinds(&world).await;
    assert_eq!(kinds, [EntryKind::ConsentGranted, EntryKind::TokenIssued].repeat(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consent_page_shows_the_four_facts_and_who_asks_and_ticks_nothing() {
    let world = World::start().await;
    let address = world.saeum.start(&world, VERIFIER).await;
    let page = Browser::new(&world).open(&address, world.minsu).await;
    let last_day = world.now().korean_date().plus_days(365);
    for words in [
        "새움페이가 고객님의 계좌를 이용하려고 합니다",
        "새움가계부",
        "1544-0000",
        PHRASE,
        "여러 은행의 계좌를 한 화면에서 보고",
        "잔액",
        "출금이체와 입금이체",
        "이체할 때마다 직접 확인",
        &format!("<time datetime=\"{last_day}\">"),
        "언제든지 즉시 철회하실 수 있습니다",
        "자동 저축이 미뤄질 수 있습니다",
        "월급통장",
        "***-***-**0001",
        "까지 유효합니다",
        "name=\"decision\" value=\"approve\"",
        "name=\"decision\" value=\"deny\"",
    ] {
        assert!(page.html.contains(words), "{words}");
    }
    assert!(!page.html.contains(" checked") && !page.html.contains("<script"));
    let english = Browser::new(&world).open(&format!("{address}&lang=en"), world.jiyeon).await;
    for words in ["Saeum Pay wants to use your accounts", "(365 days)", "Instalment savings", "may be put off", "Deny"]
    {
        assert!(english.html.contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_1_a_denial_goes_back_to_the_app_and_ends_the_request() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address = world.saeum.start(&world, VERIFIER).await;
    let page = browser.open(&address, world.minsu).await;
    let csrf = page.csrf();
    let seen = browser.post(&page.action(), &[("csrf", &csrf), ("decision", "deny")]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert_eq!(query_value(seen.location(), "error"), "access_denied");
    assert_eq!(query_value(seen.location(), "iss"), world.issuer);
    assert_eq!(query_value(seen.location(), "state"), STATE);
    assert_eq!(browser.get(&address).await.status, StatusCode::BAD_REQUEST);
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_consent_is_told_before_the_answer_and_kills_the_code() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let code = browser.approve(&page).await;
    world.take_events();

    let list = browser.get("/consents").await;
    assert!(list.html.contains("새움페이") && list.html.contains("월급통장 ***-***-**0001"), "{}", list.html);
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let detail = browser.get(&format!("/consents/{}", consent.id)).await;
    assert!(detail.html.contains(consent.disclosure.outage_effect()));
    let question = browser.get(&format!("/consents/{}/withdraw", consent.id)).await;
    assert!(question.html.contains("새움페이 동의를 철회하시겠습니까?"));
    assert!(world.take_events().is_empty(), "a question changes nothing");

    let csrf = question.csrf();
    let seen = browser.post(&question.action(), &[("csrf", &csrf)]).await;
    assert!(matches!(world.take_events()[..], [Event::ConsentEnded(id)] if id == consent.id));
    let seen = browser.follow(seen).await;
    assert!(seen.html.contains("새움페이 동의를 철회했습니다.") && seen.html.contains("이용 중인 동의가 없습니다"));
    let ended = browser.get("/consents?state=ended").await;
    assert!(ended.html.contains("철회") && !ended.html.contains(&format!("{}/withdraw", consent.id)));

    let answer = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(answer.refusal(), (400, "invalid_grant"));
    assert_eq!(entry_kinds(&world).await, [EntryKind::ConsentGranted, EntryKind::ConsentWithdrawn]);
    let again = browser.post(&question.action(), &[("csrf", &csrf)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(entry_kinds(&world).await.len(), 2, "withdrawn once");
}
