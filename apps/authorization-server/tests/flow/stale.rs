//! A decision on a consent page whose terms are not those that are registered any more.

use crate::support::World;
use crate::support::browser::{Browser, query_value};
use http::StatusCode;
use sumun_consent::ConsentStore as _;
use sumun_participants::ParticipantStore as _;
use sumun_store::args;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Registers other terms for the app, as an operator who mends its row would.
async fn change(world: &World, purpose: &'static str, days: u16) {
    let mut terms = world.saeum.app.consent_terms.clone();
    terms.purpose_ko = purpose.to_owned();
    terms.valid_days = days;
    let terms = serde_json::to_string(&terms).unwrap();
    let app = world.saeum.app.id.to_string();
    let changed = world.store.write_with((terms, app), |tx, (terms, app)| {
        Box::pin(async move { tx.execute("UPDATE app SET consent_terms = $1 WHERE id = $2", args![terms, app]).await })
    });
    changed.await.unwrap();
    let now = world.store.app(world.saeum.app.id).await.unwrap().unwrap();
    assert_eq!((now.consent_terms.purpose_ko.as_str(), now.consent_terms.valid_days), (purpose, days));
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_019_terms_that_changed_under_the_page_are_shown_before_anything_is_granted() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let (csrf, account, old) = (page.csrf(), page.accounts().swap_remove(0), page.terms());
    let days = world.saeum.app.consent_terms.valid_days - 1;
    change(&world, "바뀐 목적입니다", days).await;
    let approve = [("csrf", csrf.as_str()), ("account", account.as_str()), ("decision", "approve")];
    let seen = browser.post(&page.action(), &approve).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "{}", seen.html);
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty(), "nothing is granted");
    let callout = seen.html.split("role=\"alert\"").nth(1).unwrap().split("</ul>").next().unwrap();
    let said = |heading: &str| callout.contains(&format!("<li>{heading}</li>"));
    assert!(said("무엇에 이용합니까") && said("유효기간") && !said("연락처") && !said("서비스"), "{callout}");
    assert!(seen.html.contains("바뀐 목적입니다"), "the page shows the new terms: {}", seen.html);
    assert!(seen.html.contains(&format!("value=\"{account}\" checked")), "and what was chosen: {}", seen.html);
    // The old value, a made-up one and none are all refused; a denial is not.
    for terms in [old.as_str(), "x", "", "....."] {
        let fields = [&approve[..], &[("terms", terms)]].concat();
        assert_eq!(browser.post(&page.action(), &fields).await.status, StatusCode::CONFLICT, "{terms}");
    }
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty());
    let seen = browser.get(&page.action()).await;
    assert_eq!(seen.status, StatusCode::OK);
    let code = browser.approve(&seen).await;
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    assert_eq!(consent.purpose, "바뀐 목적입니다", "what was read is what is granted");
    assert_eq!(world.saeum.exchange(&world, &code, VERIFIER, &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_is_taken_whatever_the_page_said() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    change(&world, "바뀐 목적입니다", 30).await;
    let seen = browser.post(&page.action(), &[("csrf", &page.csrf()), ("decision", "deny")]).await;
    assert_eq!((seen.status, query_value(seen.location(), "error").as_str()), (StatusCode::SEE_OTHER, "access_denied"));
}
