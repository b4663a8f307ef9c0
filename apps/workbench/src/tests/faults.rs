//! All faults of a form at once: whoever mends one is not sent back for the next.

use super::pages::written_check;
use super::uploads::{form, request};
use super::world::World;
use axum::body::Body;
use http::StatusCode;

/// The page links to the field of each fault, in this order, and shows no other.
fn assert_faults(html: &str, fields: &[&str]) {
    super::html::check("faults", html);
    let summary = html.split("role=\"alert\"").nth(1).unwrap_or_else(|| panic!("no summary: {html}"));
    let links = summary.split("<a href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    assert_eq!(links.take(fields.len()).collect::<Vec<_>>(), fields, "{html}");
    assert!(html.contains(&format!("확인할 항목이 {}개 있습니다.", fields.len())), "{html}");
}

#[tokio::test]
async fn an_upload_says_all_that_is_wrong_with_it_at_once() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let path = format!("/engagements/{id}/items/OBI-01/evidence");
    let hidden = world.hidden(&path, &world.applicant, &[]).await;
    let hidden: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let good = [("number", "1.1.1"), ("title", "조직도"), ("effective_on", "2026-03-02"), ("criterion", "1.1.1-1")];
    let file = Some(("a.txt", b"one".as_slice()));
    type File<'a> = Option<(&'a str, &'a [u8])>;
    type Case<'a> = (&'a [(&'a str, &'a str)], File<'a>, &'a [&'a str]);
    let cases: [Case; 6] = [
        // What cannot be read, what the catalog knows of, and the file that nobody chose.
        (
            &[("number", "x"), ("title", ""), ("criterion", "y"), ("effective_on", "z")],
            None,
            &["number", "title", "criterion", "effective_on", "file"],
        ),
        // What can be read, and is wrong.
        (
            &[("number", "2.1.1"), ("title", " "), ("criterion", "2.1.1-1"), ("effective_on", "2199-01-01")],
            file,
            &["number", "title", "criterion", "effective_on"],
        ),
        (&[("title", "자료1.1-2 조직도"), ("effective_on", "2199-01-01")], file, &["title", "effective_on"]),
        (&[("title", "")], Some(("a.txt", b"")), &["title", "file"]),
        (&[("effective_on", "z")], file, &["effective_on"]),
        (&[], None, &["file"]),
    ];
    for (changed, file, fields) in cases {
        let kept = good.iter().filter(|(name, _)| changed.iter().all(|(other, _)| name != other));
        let sent: Vec<_> = hidden.iter().chain(kept).chain(changed).copied().collect();
        let answer = world.send(request(&path, &world.applicant, Body::from(form(&sent, file)))).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{changed:?}: {}", answer.text());
        assert_faults(&answer.text(), fields);
    }
    let sent: Vec<_> = hidden.iter().chain(&good).copied().collect();
    let answer = world.send(request(&path, &world.applicant, Body::from(form(&sent, file)))).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "refusals used up neither form nor key: {}", answer.text());
}

#[tokio::test]
async fn an_opening_says_all_that_is_wrong_with_it_at_once() {
    let world = World::new().await;
    let faults = ["institution", "kind"].as_slice();
    for fields in [[("institution", ""), ("kind", "x")].as_slice(), &[]] {
        let answer = world.form("/engagements", &world.applicant, fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_faults(&answer.text(), faults);
    }
}
