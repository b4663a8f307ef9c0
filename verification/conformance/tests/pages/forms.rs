//! How a form answers, and whether the audit sees what is wrong at all.

use crate::audit::Audit;
use crate::customer::{authorize_address, sign_in};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use sumun_conformance::inspection;
use sumun_conformance::{App, Chromium, Running, Tab};

/// What has the focus, in words. A browser carries `autofocus` out with the
/// first picture of a page, some time after it has loaded (HTML section 6.6.7),
/// so the body is asked again for a while.
async fn focused(tab: &Tab) -> String {
    let words = "`${document.activeElement.tagName} ${document.activeElement.getAttribute('role') || ''}`.trim()";
    for _ in 0..50 {
        let found: String = tab.value(words).await;
        if found != "BODY" {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    "BODY".to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_error_the_focus_is_on_the_summary_and_its_links_lead_to_the_fields() {
    let running = Running::fresh();
    let ready = running.ready();
    let chromium = Chromium::start(ready).await;

    // Fields left empty, and a wrong password.
    let tab = chromium.visitor("ko").await;
    tab.open(&authorize_address(ready, &App::of(ready, 0), "balance").await).await;
    tab.go("form button[type=submit]").await;
    assert_eq!(focused(&tab).await, "DIV alert");
    tab.click("[role=alert] a").await;
    assert_eq!(tab.value::<String>("location.hash").await, "#login");
    assert_eq!(tab.value::<String>("document.querySelector(':target').name").await, "login");
    tab.write("input[name=login]", "haneul").await;
    tab.write("input[name=password]", "wrong").await;
    tab.go("form button[type=submit]").await;
    assert_eq!(focused(&tab).await, "DIV alert");
    assert_eq!(tab.value::<String>("document.querySelector('input[name=login]').value").await, "haneul", "kept");
    assert_eq!(tab.value::<String>("document.querySelector('input[name=password]').value").await, "", "not kept");

    // No account chosen.
    sign_in(&tab, ready.customer("haneul")).await;
    tab.go("button[value=approve]").await;
    assert_eq!(focused(&tab).await, "DIV alert");
    assert!(tab.value::<bool>("document.querySelector('[name=account]').ariaInvalid === 'true'").await);

    // A judgement without anything.
    let engagement = inspection::open(ready).await;
    inspection::take_to_written_check(ready, &engagement).await;
    let tab = chromium.visitor("ko").await;
    tab.open(&format!("{}/sign-in", ready.addresses.workbench)).await;
    sign_in(&tab, ready.staff("seojun")).await;
    tab.open(&format!("{}/engagements/{engagement}/items/OBI-05", ready.addresses.workbench)).await;
    tab.go("#judge button[type=submit]").await;
    assert_eq!(focused(&tab).await, "DIV alert");
    let dead_links: Vec<String> = tab
        .value("[...document.querySelectorAll('[role=alert] a')].map(a => a.hash).filter(hash => !document.getElementById(hash.slice(1)))")
        .await;
    assert!(dead_links.is_empty(), "the summary leads to {dead_links:?}, which are not there");
    chromium.close().await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyboard_reaches_the_content_first_and_shows_where_it_is() {
    let running = Running::fresh();
    let chromium = Chromium::start(running.ready()).await;
    let tab = chromium.visitor("ko").await;
    for address in [&running.ready().addresses.start, &format!("{}/sign-in", running.ready().addresses.bank)] {
        tab.open(address).await;
        tab.press("Tab").await;
        let skip: (String, bool) = tab
            .value("(e => [e.getAttribute('href'), e.getBoundingClientRect().top >= 0])(document.activeElement)")
            .await;
        assert_eq!(skip, ("#main".to_owned(), true), "the skip link comes first and is seen");
        let ring: String = tab.value("getComputedStyle(document.activeElement).outlineStyle").await;
        assert_ne!(ring, "none", "the focus is shown");
        tab.press("Enter").await;
        tab.press("Tab").await;
        let inside: bool = tab.value("document.activeElement.closest('#main') !== null").await;
        assert!(inside, "after the skip link the focus is in the content");
    }
    chromium.close().await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_finds_what_is_wrong() {
    const HARM: &str = r#"(() => {
        document.documentElement.lang = "xx";
        const main = document.querySelector("main");
        main.insertAdjacentHTML("beforeend", "<img src='data:,'><button></button><h1>second</h1><p>no-such-text</p><p class='pale-for-a-test'>읽기 어려운 문장입니다.</p>");
        const wide = document.createElement("div");
        wide.className = "wide-for-a-test";
        wide.textContent = "x".repeat(400);
        main.append(wide);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".wide-for-a-test { width: 3000px } .pale-for-a-test { color: #999; background: #888 }");
        document.adoptedStyleSheets = [sheet];
        return true;
    })()"#;
    let running = Running::fresh();
    let chromium = Chromium::start(running.ready()).await;
    let tab = chromium.visitor("ko").await;
    tab.open(&running.ready().addresses.start).await;
    assert!(tab.value::<bool>(HARM).await);
    let mut audit = Audit::new();
    audit.look_at(&tab, "harmed", "ko").await;
    let fault = catch_unwind(AssertUnwindSafe(|| audit.conclude(1))).expect_err("a harmed page does not pass");
    let words = fault.downcast_ref::<String>().expect("a panic has words");
    for expected in [
        "lang is xx",
        "not one h1",
        "a text without words: no-such-text",
        "image-alt",
        "button-name",
        "color-contrast",
        "scrolls sideways",
        "390-dark",
    ] {
        assert!(words.contains(expected), "{expected} was not found: {words}");
    }
    // What the content security policy stops is heard.
    let _tried: bool = tab.value("(() => { const e = document.createElement('script'); e.textContent = 'window.ran = 1'; document.head.append(e); return true; })()").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let complaints = tab.complaints();
    assert!(complaints.iter().any(|words| words.contains("Content Security Policy")), "{complaints:?}");
    assert!(!tab.value::<bool>("window.ran === 1").await, "an inline script ran");
    chromium.close().await;
    running.stop_well();
}
