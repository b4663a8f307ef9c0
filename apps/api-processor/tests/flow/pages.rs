//! What the customer sees and may do.

use crate::world::{PASSWORD, World};
use std::fs;
use sumun_api_processor::MESSAGES;
use sumun_web::{Messages, keys_of_template};

#[tokio::test]
async fn the_confirm_page_shows_exactly_what_is_signed_masked_with_the_phrase_and_the_number() {
    let world = World::new().await;
    let asked = world.post("/v1/withdrawals", &world.key(), &world.withdrawal(1_234_500)).await;
    let id = asked.body["transfer_id"].as_str().unwrap();
    let mut browser = world.minsus_browser().await;
    let page = browser.get(&format!("/transfers/{id}")).await;
    for words in [
        "봄비 내린 골목길",
        "이체를 승인하시겠습니까?",
        "1,234,500원",
        "일백이십삼만 사천오백 원",
        "<b>김*수</b>",
        "가나은행 ***-***-**7702",
        "월급통장 ***-***-**4821",
        "11월 회비",
        "주식회사 새움페이 (새움가계부)",
        "11. 23.(월) 14:05",
        "처음 이체하시는 계좌입니다",
        "1,234,500원 이체 승인",
        "내가 요청하지 않았습니다",
        "14:08",
        "시연 데이터",
        asked.body["confirmation_number"].as_str().unwrap(),
    ] {
        assert!(page.has(words), "{words} is not in {}", page.html);
    }
    for personal in ["김하수", "김민수", "220-456", "220456", "110-123"] {
        assert!(!page.has(personal), "{personal}");
    }
    for class in ["button primary wide", "button wide", "button danger wide"] {
        assert_eq!(page.html.matches(&format!("class=\"{class}\"")).count(), 1, "all three have the same size");
    }
    let english = browser.get(&format!("/transfers/{id}?lang=en")).await;
    for words in [
        "Approve this transfer?",
        "KRW 1,234,500",
        "one million two hundred thirty-four thousand five hundred won",
        "Gana Bank ***-***-**7702",
        "I did not ask for this",
        "Saeum Ledger",
    ] {
        assert!(english.has(words), "{words} is not in {}", english.html);
    }
}

#[tokio::test]
async fn a_decision_needs_its_own_form_and_the_terms_that_were_shown() {
    let world = World::new().await;
    let (id, other) = (world.requested(1_000).await, world.requested(2_000).await);
    let mut browser = world.minsus_browser().await;
    let form = browser.get(&format!("/transfers/{id}")).await;
    let (csrf, terms) = (form.field("csrf"), form.field("terms"));
    let other_terms = browser.get(&format!("/transfers/{other}")).await.field("terms");
    let address = format!("/transfers/{id}/decision");
    let cases: [(&[(&str, &str)], u16); 6] = [
        (&[("terms", &terms), ("decision", "approve")], 403),
        (&[("csrf", "x"), ("terms", &terms), ("decision", "approve")], 403),
        (&[("csrf", &csrf), ("terms", &other_terms), ("decision", "approve")], 409),
        (&[("csrf", &csrf), ("terms", "x"), ("decision", "approve")], 400),
        (&[("csrf", &csrf), ("terms", &terms), ("decision", "maybe")], 400),
        (&[("csrf", &csrf), ("terms", &terms), ("decision", "approve"), ("decision", "deny")], 400),
    ];
    for (fields, status) in cases {
        assert_eq!(browser.post(&address, fields).await.status, status, "{fields:?}");
    }
    let still = world.get(&format!("/v1/transfers/{id}")).await;
    assert_eq!(still.body["status"], "awaiting_confirmation");
    let hasus = world.browser_of("hasu").await.post(&address, &[("csrf", &csrf), ("decision", "deny")]).await;
    assert_eq!(hasus.status, 403);
}

#[tokio::test]
async fn nobody_sees_a_page_without_sign_in_and_is_led_back_after_it() {
    let world = World::new().await;
    let id = world.requested(1_000).await;
    let address = format!("/transfers/{id}");
    let mut browser = world.browser();
    for page in ["/", "/transfers", &address, "/notices", "/accounts", "/sign-out"] {
        let shown = browser.get(page).await;
        assert!(shown.address.starts_with("/sign-in?next=/"), "{page} led to {}", shown.address);
    }
    let form = browser.get(&address).await;
    let (csrf, action) = (form.field("csrf"), form.action());
    let shown = browser.post(&action, &[("csrf", &csrf), ("login", "minsu"), ("password", PASSWORD)]).await;
    assert_eq!(shown.address, address);
    assert!(shown.has("봄비 내린 골목길"));
}

#[tokio::test]
async fn a_failed_sign_in_says_how_to_go_on_and_keeps_the_name() {
    let world = World::new().await;
    let mut browser = world.browser();
    let wrong = browser.sign_in("minsu", "wrong").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.has("아이디나 비밀번호가 맞지 않습니다") && wrong.has("value=\"minsu\"") && !wrong.has("value=\"wrong\"")
    );
    let empty = browser.sign_in("", "").await;
    assert_eq!(empty.status, 422);
    assert!(empty.has("아이디를 입력해 주십시오.") && empty.has("확인할 항목이 2개 있습니다."));
    let stale = browser.post("/sign-in", &[("csrf", "x"), ("login", "minsu"), ("password", PASSWORD)]).await;
    assert_eq!(stale.status, 403);
}

#[tokio::test]
async fn a_second_sign_in_is_told_on_both_sides() {
    let world = World::new().await;
    let (mut first, mut second) = (world.browser(), world.browser());
    assert!(!first.sign_in("minsu", PASSWORD).await.has("다른 기기의 로그인을 종료했습니다"));
    let told = second.sign_in("minsu", PASSWORD).await;
    assert_eq!(told.address, "/transfers?notice=ended-elsewhere");
    assert!(told.has("다른 기기의 로그인을 종료했습니다"), "{}", told.html);
    let ended = first.get("/accounts").await;
    assert_eq!(ended.address, "/sign-in?next=/accounts");
    assert!(ended.has("다른 기기에서 로그인하여 이 화면은 로그아웃되었습니다"), "{}", ended.html);
}

#[tokio::test]
async fn accounts_are_listed_masked_with_what_is_on_them() {
    let world = World::new().await;
    let mut browser = world.minsus_browser().await;
    let page = browser.get("/accounts").await;
    for words in ["월급통장", "***-***-**4821", "2,000,000원", "여행 저축", "적금", "다온은행", "김*수"]
    {
        assert!(page.has(words), "{words} is not in {}", page.html);
    }
    assert!(!page.has("110-123") && !page.has("생활비"));
    let out = browser.get("/sign-out").await;
    let gone = browser.post("/sign-out", &[("csrf", &out.field("csrf"))]).await;
    assert!(gone.has("로그아웃했습니다"));
    assert!(browser.get("/accounts").await.address.starts_with("/sign-in"));
}

#[tokio::test]
async fn pages_need_no_script_and_no_inline_style() {
    let world = World::new().await;
    let id = world.requested(1_000).await;
    let mut browser = world.minsus_browser().await;
    for address in ["/transfers", &format!("/transfers/{id}"), "/notices", "/accounts", "/sign-out", "/nowhere"] {
        let page = browser.get(address).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        for forbidden in [" style=", "<script", " onclick=", "<style", "javascript:"] {
            assert!(!page.has(forbidden), "{forbidden} at {address}");
        }
    }
}

/// Every file of the pages that ends so, as one text.
fn sources(ending: &str) -> String {
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages")).unwrap();
    let paths = folder.map(|file| file.unwrap().path()).filter(|path| path.to_str().unwrap().ends_with(ending));
    let router = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages.rs")).unwrap();
    let texts = paths.map(|path| fs::read_to_string(path).unwrap());
    texts.chain(ending.ends_with("rs").then_some(router)).collect()
}

#[test]
fn every_key_of_the_pages_has_a_text() {
    let messages = Messages::load(&[MESSAGES, sumun_sign_in::MESSAGES]).unwrap();
    let templates = sources(".html");
    assert!(keys_of_template(&templates).len() > 60);
    for key in keys_of_template(&templates) {
        assert!(messages.has(key), "{key}");
    }
    // Keys that the code puts together: `result-denied` with `-title` and `-detail`.
    let code = sources(".rs");
    let literals = code.split('"').skip(1).step_by(2);
    let families = ["result-", "fault-"];
    let heads: Vec<_> = literals.filter(|text| families.iter().any(|family| text.starts_with(family))).collect();
    assert!(heads.len() > 12, "{heads:?}");
    for head in heads {
        let whole = messages.has(head);
        assert!(whole || ["title", "detail"].iter().all(|part| messages.has(&format!("{head}-{part}"))), "{head}");
    }
}

#[test]
fn every_text_is_used() {
    let (code, templates) = (sources(".rs"), sources(".html"));
    for line in MESSAGES.ko.lines().filter(|line| line.starts_with(|letter: char| letter.is_ascii_lowercase())) {
        let key = line.split_once(" = ").unwrap().0;
        let head = key.rsplit_once('-').map_or(key, |(head, _)| head);
        let literal = |key: &str| code.contains(&format!("\"{key}\"")) || templates.contains(&format!("\"{key}\""));
        assert!(literal(key) || literal(head), "{key}");
    }
}
