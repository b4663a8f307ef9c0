//! Forms that are sent twice: the second press is answered as the first was.

use crate::support::World;
use crate::support::browser::{Browser, keys, query_value};
use http::StatusCode;
use sumun_consent::ConsentStore as _;
use sumun_identity::{FORM_ANSWER_REMEMBERED, IdentityStore as _};
use sumun_journal::JournalStore as _;
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A consent page that minsu looks at, as two presses of the same browser would send it.
async fn shown(world: &World) -> (Browser, Browser, String, Vec<(String, String)>) {
    let mut browser = Browser::new(world);
    let page = browser.open(&world.saeum.start(world, VERIFIER).await, world.minsu).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let fields = vec![
        ("csrf".to_owned(), page.csrf()),
        ("once".to_owned(), keys(&page.html)["/authorize"].clone()),
        ("account".to_owned(), page.accounts().swap_remove(0)),
        ("terms".to_owned(), page.terms()),
    ];
    let mut second = Browser::new(world);
    second.cookies.clone_from(&browser.cookies);
    (browser, second, page.action(), fields)
}

fn with<'a>(fields: &'a [(String, String)], decision: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([("decision", decision)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_pressed_twice_leads_to_the_app_with_the_same_code_both_times() {
    let world = World::start().await;
    let (mut first, mut second, action, fields) = shown(&world).await;
    let approve = with(&fields, "approve");
    let (one, other) = tokio::join!(first.press(&action, &approve), second.press(&action, &approve));
    assert_eq!((one.status, other.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", other.html);
    assert_eq!(one.location(), other.location());
    let later = first.press(&action, &approve).await;
    assert_eq!(later.location(), one.location(), "also when the first was answered long before");
    assert_eq!(world.store.of_customer(world.minsu.id).await.unwrap().len(), 1, "one consent");
    assert_eq!(world.store.size().await.unwrap(), 1, "one entry in the journal");
    let code = query_value(later.location(), "code");
    assert_eq!(world.saeum.exchange(&world, &code, VERIFIER, &[]).await.status, 200, "and the app gets its token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_after_the_browser_left_is_answered_with_what_the_first_one_did() {
    let world = World::start().await;
    let (mut first, mut second, action, fields) = shown(&world).await;
    let (sent, address) = (fields.clone(), action.clone());
    let leaving = tokio::spawn(async move { first.press(&address, &with(&sent, "approve")).await.status });
    // At whatever moment the browser gives up its first request, one consent is what is left.
    tokio::task::yield_now().await;
    leaving.abort();
    let seen = second.press(&action, &with(&fields, "approve")).await;
    assert!(!query_value(seen.location(), "code").is_empty(), "{}", seen.html);
    assert_eq!(world.store.of_customer(world.minsu.id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_and_a_withdrawal_that_are_pressed_twice_are_answered_alike() {
    let world = World::start().await;
    let (mut first, mut second, action, fields) = shown(&world).await;
    let deny = with(&fields, "deny");
    let (one, other) = tokio::join!(first.press(&action, &deny), second.press(&action, &deny));
    assert_eq!(query_value(one.location(), "error"), "access_denied");
    assert_eq!(one.location(), other.location());
    let page = first.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    first.approve(&page).await;
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let question = first.get(&format!("/consents/{}/withdraw", consent.id)).await;
    let key = keys(&question.html)[&question.action()].clone();
    let csrf = question.csrf();
    let withdraw = [("csrf", csrf.as_str()), ("once", &key)];
    let action = question.action();
    let (one, other) = tokio::join!(first.press(&action, &withdraw), second.press(&action, &withdraw));
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, other.location()));
    assert_eq!(world.store.size().await.unwrap(), 2, "granted once and withdrawn once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_only_with_the_key_that_it_was_shown_with() {
    let world = World::start().await;
    let (mut first, mut other, action, fields) = shown(&world).await;
    let without: Vec<_> = with(&fields, "approve").into_iter().filter(|(name, _)| *name != "once").collect();
    assert_eq!(first.press(&action, &without).await.status, StatusCode::FORBIDDEN);
    let out = first.get("/sign-out").await;
    let foreign = keys(&out.html)["/sign-out"].clone();
    let of_another_form = [&without[..], &[("once", foreign.as_str())]].concat();
    assert_eq!(other.press(&action, &of_another_form).await.status, StatusCode::FORBIDDEN);
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty());
    assert_eq!(first.press(&action, &with(&fields, "approve")).await.status, StatusCode::SEE_OTHER);
    let later = world.now().plus(FORM_ANSWER_REMEMBERED);
    assert_eq!(world.store.prune_forms(later.minus(Span::from_seconds(60)), 10).await.unwrap(), 0);
    assert_eq!(world.store.prune_forms(later.plus(Span::from_seconds(60)), 10).await.unwrap(), 1, "for a day");
}
