//! How an app makes a page: a struct with `page: Page`, a template beside it,
//! texts of its own in both languages, and a handler.
//!
//! The only thing that differs from an app is `askama.toml`, which here lists
//! `tests/pages` and in an app lists `src/pages` and this crate's `templates`.
//! With `SUMUN_EXAMPLE_PAGES=<folder>` the pages are also written there, to be
//! looked at in a browser.

#![allow(clippy::unwrap_used, missing_docs)]

use axum::Router;
use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::get;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use std::sync::Arc;
use sumun_money::Won;
use sumun_time::{BusinessCalendar, Date, Timestamp};
use sumun_web::{
    Bilingual, Crumb, Deadline, ErrorPage, Fact, FieldError, FormTarget, Locale, MenuGroup, MenuLink, MessageSource,
    Messages, Page, PageNumbers, SignedIn, Site, Status, Tab, TextField, TurnFact, WorldLabel, icons_used,
    keys_of_template, shell,
};
use tower::ServiceExt;

const TEXTS: MessageSource =
    MessageSource { name: "example", ko: include_str!("messages/ko.ftl"), en: include_str!("messages/en.ftl") };

struct Item {
    number: u32,
    title: &'static str,
    status: Status,
}

#[derive(askama::Template)]
#[template(path = "example.html")]
struct ExamplePage {
    page: Page,
    crumbs: Vec<Crumb>,
    tabs: Vec<Tab>,
    facts: Vec<TurnFact>,
    errors: Vec<FieldError>,
    items: Vec<Item>,
    numbers: PageNumbers,
    name: TextField,
    reason: TextField,
    deadline: Deadline,
    due: Date,
    sum: Won,
    plain: Vec<Fact>,
}

async fn example(State(site): State<Arc<Site>>, locale: Locale, OriginalUri(uri): OriginalUri) -> Response {
    let now: Timestamp = "2026-11-23T05:05:00Z".parse().unwrap();
    let due: Timestamp = "2026-11-27T09:00:00Z".parse().unwrap();
    let (first, last) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    let calendar = BusinessCalendar::covering(first, last, []);
    let mut page = site.page(locale, &uri, "example-title", now);
    page.signed_in = Some(SignedIn {
        name: "이서준".into(),
        organization: "다온은행 정보보호부".into(),
        role: "점검 책임자".into(),
        sign_out_href: "/sign-out".into(),
        until: Some("2026-11-23T05:35:00Z".parse().unwrap()),
    });
    let link = MenuLink { href: "/".into(), text: "점검 건".into(), icon: "list", count: Some(4), current: true };
    page.menu.groups.push(MenuGroup { heading: Some("점검".into()), links: vec![link] });
    page.toast = Some("자료12.1.1-4를 받았습니다.".into());
    let label = page.text("example-verdict").to_string();
    let errors = vec![FieldError { field: "reason".into(), label, message: "자료 번호가 없습니다.".into() }];
    let view = ExamplePage {
        crumbs: vec![Crumb::up("/", "점검 건"), Crumb::here(&page.title)],
        tabs: vec![Tab { href: "/".into(), text: "개요".into(), count: Some(30), current: true }],
        facts: vec![
            TurnFact::new("현재 담당", "이용기관 새움페이", "지적 8건을 보완합니다"),
            TurnFact::new("보완", "8건 중 3건", ""),
            TurnFact::new("다음 단계", "현장점검 12. 3.(목)", "2명 방문"),
        ],
        items: vec![
            Item { number: 1, title: "정보보호최고책임자 지정", status: Status::Partial },
            Item { number: 2, title: "<script>alert(1)</script>", status: Status::NotJudged },
        ],
        numbers: PageNumbers::new("/items", 2, 10, 30),
        name: TextField::required("name", "이름").kind("text", "name").value("\"><b>"),
        reason: TextField::required("reason", "점검결과 요약 (D)").hint("자료 번호와 함께 적습니다.").checked(&errors),
        deadline: Deadline::in_business_days(due, now, &calendar, &site.messages, locale),
        due: due.korean_date(),
        sum: Won::new(1_234_500),
        plain: vec![Fact::new("담당", "김지안")],
        errors,
        page,
    };
    view.page.show_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

#[derive(askama::Template)]
#[template(path = "example_customer.html")]
struct ExampleCustomerPage {
    page: Page,
    facts: Vec<Fact>,
    accounts: Vec<&'static str>,
}

async fn customer(State(site): State<Arc<Site>>, locale: Locale, OriginalUri(uri): OriginalUri) -> Response {
    let mut page = site.page(locale, &uri, "customer-title", "2026-11-23T05:05:00Z".parse().unwrap());
    page.form_targets.extend(FormTarget::of_redirect("https://app.example/callback"));
    let facts = vec![Fact::new("이용기관", "주식회사 새움페이"), Fact::new("서비스", "새움가계부")];
    let view = ExampleCustomerPage { page, facts, accounts: vec!["***-***-**4821", "***-***-**0317"] };
    view.page.show(&view)
}

async fn missing(locale: Locale) -> ErrorPage {
    ErrorPage::not_found(locale).back_to("/")
}

fn app() -> Router {
    let site = Site {
        messages: Messages::load(&[TEXTS]).unwrap(),
        operator: Bilingual::new("다온은행", "Daon Bank"),
        world: WorldLabel::Demonstration,
        home: "/".into(),
        version: "0.1.0",
    };
    let pages = Router::new().route("/", get(example)).route("/customer", get(customer)).fallback(missing);
    shell(pages.with_state(Arc::new(site)))
}

async fn page(address: &str) -> (Response<()>, String) {
    let response = app().oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let html = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    if let Some(folder) = std::env::var_os("SUMUN_EXAMPLE_PAGES") {
        let name = format!("page{}.html", address.replace(['/', '?', '='], "-"));
        std::fs::write(std::path::Path::new(&folder).join(name), &html).unwrap();
    }
    (Response::from_parts(parts, ()), html)
}

#[tokio::test]
async fn the_page_speaks_both_languages() {
    let (response, korean) = page("/").await;
    assert_eq!(response.status(), 422);
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    for words in [
        "<html lang=\"ko\">",
        "새움페이 이용기관 보안점검 · 수문",
        "영업일 4일 남음",
        "부분이행",
        "시연 데이터",
        "11~20 / 30",
    ] {
        assert!(korean.contains(words), "{words}");
    }
    let (_, english) = page("/?lang=en").await;
    for words in
        ["<html lang=\"en\">", "4 business days left", "Partial", "KRW 1,234,500", "One field needs your attention."]
    {
        assert!(english.contains(words), "{words}");
    }
}

#[tokio::test]
async fn the_consent_form_may_lead_to_the_app_and_nowhere_else() {
    let (response, html) = page("/customer").await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example; base-uri 'none'"), "{policy}");
    assert!(html.contains("<html lang=\"ko\" class=\"customer\">") && html.contains("1,234,500원"));
}

#[tokio::test]
async fn an_error_is_a_page_in_the_readers_language() {
    let (response, korean) = page("/no-such-page").await;
    assert_eq!(response.status(), 404);
    assert!(korean.contains("페이지를 찾을 수 없습니다"));
    assert!(page("/no-such-page?lang=en").await.1.contains("Page not found"));
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let (_, html) = page("/").await;
    assert!(!html.contains("<script"));
    assert!(html.contains("&#60;script&#62;") && html.contains("value=\"&#34;&#62;&#60;b&#62;\""));
}

#[tokio::test]
async fn the_page_needs_nothing_that_the_policy_forbids() {
    let (response, html) = page("/").await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    for forbidden in [" style=", "<script", " onclick=", "<style", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn the_sprite_holds_exactly_the_icons_of_the_page() {
    let (_, html) = page("/").await;
    let drawn = html.matches("<symbol id=").count();
    assert_eq!(drawn, icons_used(&html).len());
    assert!(html.contains("<symbol id=\"i-part\"") && !html.contains("<symbol id=\"i-lock\""));
}

#[test]
fn every_key_of_the_templates_has_a_text() {
    let messages = Messages::load(&[TEXTS]).unwrap();
    let templates = [
        include_str!("pages/example.html"),
        include_str!("pages/example_customer.html"),
        include_str!("../templates/base.html"),
        include_str!("../templates/staff.html"),
        include_str!("../templates/customer.html"),
        include_str!("../templates/components.html"),
        include_str!("../templates/error.html"),
    ];
    for key in templates.iter().flat_map(|template| keys_of_template(template)) {
        assert!(messages.has(key), "{key}");
    }
}
