//! What a person typed is never thrown away.

use super::pages::{judge_short, written_check};
use super::world::{Who, World, cookie, encoded, form_request};
use axum::body::Body;
use http::{Request, StatusCode, header};
use sumun_time::Span;

const TYPED: &str = "파기 절차는 있으나 기록은 없습니다. <b>&amp; 세 번째 문단</b>";
const SHOWN: &str = "파기 절차는 있으나 기록은 없습니다. &#60;b&#62;&#38;amp; 세 번째 문단&#60;/b&#62;</textarea>";

/// The fields of the form as its page shows it, with what is typed.
async fn typed(world: &World, path: &str, who: &Who, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let hidden = world.hidden(path, who, fields).await;
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    fields.chain(hidden).collect()
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Signs somebody in by the page, who is led on from `next`.
async fn sign_in(world: &World, login: &str, next: &str) -> (Who, String) {
    let page = world.page(next, None).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        page.text().split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let password = encoded(super::world::PASSWORD);
    let body = format!("csrf={}&once={}&login={login}&password={password}", field("csrf"), field("once"));
    let request = Request::post(next)
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body));
    let answer = world.send(request.unwrap()).await;
    let session = answer.headers.get_all(header::SET_COOKIE).iter().next().unwrap().to_str().unwrap().to_owned();
    let token = session.split(';').next().unwrap().split_once('=').unwrap().1.parse().unwrap();
    (Who { token }, answer.headers[header::LOCATION].to_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_was_typed_beside_a_file_comes_back_after_the_sign_in() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-18");
    let path = format!("{item}/evidence");
    let said = [("title", "암호키 관리대장 <2차>"), ("number", "12.1.1"), ("effective_on", "2026-03-02")];
    let fields = typed(&world, &path, &world.applicant, &said).await;
    let body = || super::uploads::form(&borrowed(&fields), Some(("a.pdf", b"%PDF-1.7 x")));
    world.clock.advance(Span::from_minutes(31));
    let away = world.send(super::uploads::request(&path, &world.applicant, body().into())).await;
    let next = away.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!((away.status, next.as_str()), (StatusCode::SEE_OTHER, format!("/sign-in?next={item}&kept=1").as_str()));
    let (author, _) = sign_in(&world, "kim.jian", &next).await;
    let html = world.page(&item, Some(&author)).await.text();
    assert!(html.contains("로그아웃되기 전에 입력한 내용을 다시 불러왔습니다"), "{html}");
    assert!(html.contains("암호키 관리대장 &#60;2차&#62;") && html.contains("value=\"2026-03-02\""), "{html}");

    // Who never signed in leaves no text with us.
    let stranger = Request::post(&path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
    let answer = world.send(stranger.body(Body::from(body())).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(world.store.read("SELECT path FROM form_draft", Vec::new()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_text_that_was_sent_after_the_session_ended_comes_back_to_its_author_and_to_nobody_else() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-18");
    let path = format!("{item}/judgements");
    let fields = typed(&world, &path, &world.inspector, &[("reason", TYPED), ("verdict", "partial")]).await;
    world.clock.advance(Span::from_minutes(31));
    let away = world.press(&path, &world.inspector, &borrowed(&fields)).await;
    let next = away.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!((away.status, next.as_str()), (StatusCode::SEE_OTHER, format!("/sign-in?next={item}&kept=1").as_str()));
    let page = Request::get(&next).header(header::COOKIE, cookie(&world.inspector)).body(Body::empty()).unwrap();
    assert!(world.send(page).await.text().contains("입력하신 내용은 보관했습니다"));
    let rows = world.store.read("SELECT path, body FROM form_draft", Vec::new()).await.unwrap();
    assert_eq!(rows.len(), 1);
    let sealed = rows[0].blob(1).unwrap();
    assert!(!String::from_utf8_lossy(sealed).contains("reason"), "it is sealed");

    let (other, _) = sign_in(&world, "choi.daon", &next).await;
    assert!(!world.page(&item, Some(&other)).await.text().contains("파기 절차는 있으나"), "nobody else gets it");
    let (author, led_to) = sign_in(&world, "lee.seojun", &next).await;
    assert_eq!(led_to, format!("{item}?done=signed-in"));
    let html = world.page(&item, Some(&author)).await.text();
    super::html::check("restored", &html);
    assert!(html.contains("로그아웃되기 전에 입력한 내용을 다시 불러왔습니다") && html.contains(SHOWN), "{html}");
    assert!(html.contains("value=\"partial\" checked"));

    // Once the form was sent, the draft is of no use any more.
    let codes = world.get(&item, &author).await.expect(200);
    let codes = codes["criteria"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
    let names: Vec<String> = codes.map(|code| format!("criterion-{code}")).collect();
    let mut whole: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "not_met")).collect();
    whole.extend([("verdict", "not_implemented"), ("reason", TYPED), ("finding_title", "기록 없음")]);
    whole.push(("finding_risk", "medium"));
    let sent = typed(&world, &path, &author, &whole).await;
    assert_eq!(world.press(&path, &author, &borrowed(&sent)).await.status, StatusCode::SEE_OTHER);
    assert!(world.store.read("SELECT path FROM form_draft", Vec::new()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_of_another_session_leaves_no_draft() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let path = format!("/engagements/{id}/items/OBI-18/judgements");
    let fields = typed(&world, &path, &world.applicant, &[("reason", TYPED)]).await;
    world.clock.advance(Span::from_minutes(31));
    let away = world.press(&path, &world.inspector, &borrowed(&fields)).await;
    assert!(!away.headers[header::LOCATION].to_str().unwrap().contains("kept"));
    assert!(world.store.read("SELECT path FROM form_draft", Vec::new()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_text_is_there_whatever_is_refused() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-18");
    let path = format!("{item}/judgements");
    let whole = typed(&world, &path, &world.inspector, &[("reason", TYPED), ("verdict", "partial")]).await;
    let with = |name: &str, value: &str| {
        let mut fields = whole.clone();
        fields.retain(|(known, _)| known != name);
        fields.push((name.to_owned(), value.to_owned()));
        fields
    };
    let twice = [whole.clone(), vec![("verdict".to_owned(), "implemented".to_owned())]].concat();
    let large = with("finding_target", &"9".repeat(crate::submission::BYTES_MAX));
    let cases = [
        ("a form of another session", with("csrf", "x"), StatusCode::FORBIDDEN),
        ("a field twice", twice, StatusCode::BAD_REQUEST),
        ("a letter that no text holds", with("finding_title", "a\u{1b}b"), StatusCode::BAD_REQUEST),
        ("a form that is too large", large, StatusCode::PAYLOAD_TOO_LARGE),
        ("a verdict that does not fit", whole.clone(), StatusCode::UNPROCESSABLE_ENTITY),
    ];
    for (name, fields, status) in cases {
        // The typed text comes before what is wrong, as on the page.
        let answer = world.press(&path, &world.inspector, &borrowed(&fields)).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        let html = answer.text();
        super::html::check(name, &html);
        assert!(html.contains(SHOWN), "{name}: {html}");
        assert!(html.contains("name=\"once\""), "{name}: the form can be sent again");
    }
}

#[tokio::test]
async fn where_the_form_is_not_offered_any_more_the_refusal_shows_the_text() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let finding = judge_short(&world, &id).await;
    let item = format!("/engagements/{id}/items/OBI-18");
    let cases = [
        (format!("{item}/judgements"), &world.applicant, "reason", StatusCode::FORBIDDEN),
        (format!("{item}/plans"), &world.inspector, "steps", StatusCode::FORBIDDEN),
        (format!("/engagements/{id}/findings/{finding}"), &world.applicant, "note", StatusCode::CONFLICT),
        (format!("/engagements/{id}/deeds/request_documents"), &world.inspector, "note", StatusCode::CONFLICT),
    ];
    for (path, who, field, status) in cases {
        let extra = [("deed", "submit_repair"), ("verdict", "partial"), ("target", "2027-02"), (field, TYPED)];
        let (csrf, once) = (who.token.csrf(), who.key(&path));
        let fields = [&[("csrf", csrf.as_str()), ("once", &once), ("seen_steps", "99")], &extra[..]].concat();
        let answer = world.send(form_request(&path, who, &fields)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        let html = answer.text();
        assert!(html.contains("입력하신 내용") && html.contains(SHOWN), "{path}: {html}");
    }
}

#[tokio::test]
async fn every_page_says_until_when_the_sign_in_lasts() {
    let world = World::new().await;
    let id = world.engagement().await;
    // START is 10:00 in Korea; staff stay signed in for 30 minutes without a request.
    for path in ["/engagements".to_owned(), "/engagements/new".to_owned(), format!("/engagements/{id}/items/OBI-01")] {
        let html = world.page(&path, Some(&world.applicant)).await.text();
        assert!(
            html.contains("로그인은 <time datetime=") && html.contains("10:30</time>까지 유지됩니다."),
            "{path}: {html}"
        );
        let english = world.page(&format!("{path}?lang=en"), Some(&world.applicant)).await.text();
        assert!(english.contains("You stay signed in until <time datetime="), "{path}");
    }
}
