//! The whole way of a customer and of staff with scripts forbidden.

use crate::customer::{authorize_address, request_transfer, sign_in, terms};
use sumun_conformance::form::parameter;
use sumun_conformance::inspection;
use sumun_conformance::{App, Chromium, Person, Running, sound_start_page};

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_signs_in_consents_confirms_and_withdraws_without_script() {
    let running = Running::fresh();
    let ready = running.ready();
    let app = App::of(ready, 0);
    let chromium = Chromium::start(ready).await;
    let tab = chromium.visitor("ko").await;
    tab.forbid_scripts().await;

    // Sign in, choose one account, agree: real clicks on real buttons.
    let pending = app.push("balance transfer").await;
    let address = format!(
        "{}/authorize?client_id={}&request_uri={}",
        ready.addresses.authorization, app.client_id, pending.request_uri
    );
    tab.open(&address).await;
    sign_in(&tab, ready.customer("haneul")).await;
    assert!(tab.text().await.contains("봄비 내린 골목길"), "the customer's own phrase is shown");
    let ticked: i64 = tab.value("document.querySelectorAll('input[name=account]:checked').length").await;
    assert_eq!(ticked, 0, "nothing is chosen for the customer");
    let account: String = tab.value("document.querySelector('input[name=account]').value").await;
    tab.click(&format!("input[name=account][value={account}]")).await;
    tab.go("button[value=approve]").await;
    let back = tab.address().await;
    assert!(back.starts_with(&app.redirect_uri), "{back}");
    assert_eq!(parameter(&back, "state").as_deref(), Some(pending.state.as_str()));
    let answer = app.token(&parameter(&back, "code").expect("a code came back"), &pending).await;
    let token = answer.text("access_token");

    // Confirm a transfer at the bank; one sign-in serves both sites of one host.
    let (id, transfer) = request_transfer(ready, &app, &token, &terms(&account, 50_000)).await;
    tab.open(&transfer).await;
    assert!(tab.text().await.contains("50,000원"), "{}", tab.text().await);
    tab.go("button[value=approve]").await;
    let seen = app.get(&format!("/v1/transfers/{id}"), &token).await;
    assert_eq!(seen.text("status"), "confirmed");

    // Withdraw; the token dies.
    tab.open(&format!("{}/consents", ready.addresses.authorization)).await;
    tab.go("a[href$='/withdraw']").await;
    tab.go("form button[type=submit]").await;
    assert!(tab.text().await.contains("철회"), "{}", tab.text().await);
    let refused = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
    assert_eq!(refused.refusal(), (401, "consent_ended".to_owned()));

    // Sign out; the pages ask again.
    tab.open(&format!("{}/sign-out", ready.addresses.authorization)).await;
    tab.go("form button[type=submit]").await;
    tab.open(&format!("{}/accounts", ready.addresses.bank)).await;
    assert_eq!(tab.path().await, "/sign-in");
    assert_eq!(tab.complaints(), Vec::<String>::new());
    chromium.close().await;
    sound_start_page(ready).await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn obw_11_a_second_sign_in_is_told_to_the_first_browser() {
    let running = Running::fresh();
    let ready = running.ready();
    let chromium = Chromium::start(ready).await;
    let (first, accounts) = (chromium.visitor("ko").await, format!("{}/accounts", ready.addresses.bank));
    first.forbid_scripts().await;
    first.open(&accounts).await;
    sign_in(&first, ready.customer("doyun")).await;
    assert_eq!(first.path().await, "/accounts");
    let mut second = Person::new(ready, "doyun");
    assert_eq!(second.page(&accounts).await.status, 200);
    first.open(&accounts).await;
    assert_eq!(first.path().await, "/sign-in");
    let words = first.text().await;
    assert!(words.contains("다른") && words.contains("로그인"), "the first browser is told why: {words}");
    chromium.close().await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_applicant_opens_an_engagement_and_hands_in_without_script() {
    let running = Running::fresh();
    let ready = running.ready();
    let workbench = &ready.addresses.workbench;
    let chromium = Chromium::start(ready).await;
    let tab = chromium.visitor("ko").await;
    tab.forbid_scripts().await;
    tab.open(&format!("{workbench}/engagements/new")).await;
    sign_in(&tab, ready.staff("jian")).await;
    tab.open(&format!("{workbench}/engagements/new")).await;
    tab.click("input[name=kind][value=other]").await;
    tab.go("main form button[type=submit]").await;
    let engagement = tab.path().await;
    assert!(engagement.starts_with("/engagements/eng_"), "{engagement}: {}", tab.text().await);

    // The first deed that the overview offers is done by its form.
    let deeds: Vec<String> = tab
        .value("[...document.querySelectorAll('a[href*=\"/deeds/\"]')].map(link => link.getAttribute('href'))")
        .await;
    assert!(deeds.iter().any(|deed| deed.ends_with("/begin_document_review")), "{deeds:?}");
    tab.go("a[href$='/deeds/begin_document_review']").await;
    tab.go("main form button[type=submit]").await;
    assert_eq!(tab.path().await, engagement);

    // Nobody judges who may not; the applicant hands a document in.
    let item = format!("{workbench}{engagement}/items/OBI-05");
    tab.open(&item).await;
    assert!(!tab.value::<bool>("document.querySelector('#judge') !== null").await);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("서약서.txt");
    std::fs::write(&file, "정보보호 서약서\n").unwrap();
    tab.write("#upload input[name=title]", "정보보호 서약서").await;
    tab.choose("#upload input[type=file]", &file).await;
    tab.go("#upload button[type=submit]").await;
    let words = tab.text().await;
    assert!(words.contains("정보보호 서약서") && words.contains("자료"), "{words}");
    assert_eq!(tab.complaints(), Vec::<String>::new());

    // Staff are nobody at the bank, although both stand on one host.
    tab.open(&authorize_address(ready, &App::of(ready, 0), "balance").await).await;
    assert_eq!(tab.path().await, "/sign-in");
    chromium.close().await;
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspector_judges_an_item_without_script_and_the_line_stays() {
    let running = Running::fresh();
    let ready = running.ready();
    let engagement = inspection::open(ready).await;
    inspection::take_to_written_check(ready, &engagement).await;
    let chromium = Chromium::start(ready).await;
    let tab = chromium.visitor("ko").await;
    tab.forbid_scripts().await;
    let item = format!("{}/engagements/{engagement}/items/OBI-05", ready.addresses.workbench);
    tab.open(&item).await;
    sign_in(&tab, ready.staff("seojun")).await;
    for reason in ["제출 자료로 모두 확인했습니다.", "현장 자료로 다시 확인했습니다."] {
        tab.open(&item).await;
        let criteria: Vec<String> = tab
            .value("[...new Set([...document.querySelectorAll('#judge input[name^=criterion-]')].map(field => field.name))]")
            .await;
        assert!(!criteria.is_empty(), "an item has criteria");
        for criterion in &criteria {
            tab.click(&format!("#judge input[name='{criterion}'][value=met]")).await;
        }
        tab.click("#judge input[name=verdict][value=implemented]").await;
        tab.write("#judge textarea[name=reason]", reason).await;
        tab.click("#judge input[name=evidence]").await;
        tab.go("#judge button[type=submit]").await;
        assert!(tab.text().await.contains(reason), "{}", tab.text().await);
    }
    let lines: i64 = tab.value("document.querySelectorAll('#history tbody tr').length").await;
    assert_eq!(lines, 2, "a judgement is a new line, the old one stays");
    assert_eq!(tab.complaints(), Vec::<String>::new());
    chromium.close().await;
    running.stop_well();
}
