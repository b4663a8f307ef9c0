//! Forms that are pressed twice: one deed, and the second press is answered as the first was.

use super::html::tags;
use super::pages::{judge_short, written_check};
use super::uploads;
use super::world::{Answer, Who, World, form_request, institution};
use axum::body::Body;
use http::{Request, StatusCode, header};

/// Both answers to two presses at the same moment, and how many entries the journal has more.
async fn pressed_twice(world: &World, request: impl Fn() -> Request<Body>) -> (Answer, Answer, u64) {
    let before = world.journal_size().await;
    let (one, other) = tokio::join!(world.send_as_it_is(request()), world.send_as_it_is(request()));
    (one, other, world.journal_size().await - before)
}

/// Presses a form of `path` twice, which must leave `entries` in the journal and lead to the same place.
async fn once_only(world: &World, path: &str, who: &Who, fields: &[(&str, &str)], entries: u64) {
    let hidden = world.hidden(path, who, fields).await;
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<_> = fields.iter().copied().chain(hidden).collect();
    let (one, other, left) = pressed_twice(world, || form_request(path, who, &fields)).await;
    assert_eq!((one.status, other.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{path}: {}", one.text());
    assert_eq!(one.headers[header::LOCATION], other.headers[header::LOCATION], "{path}");
    assert_eq!(left, entries, "{path}");
    let later = world.send_as_it_is(form_request(path, who, &fields)).await;
    assert_eq!(later.headers.get(header::LOCATION), Some(&one.headers[header::LOCATION]), "{path}: {}", later.text());
}

#[tokio::test]
async fn two_presses_leave_one_record_whatever_the_form() {
    let world = World::new().await;
    let to_open = institution(1).to_string();
    let opening = [("institution", to_open.as_str()), ("kind", "other")];
    once_only(&world, "/engagements", &world.applicant, &opening, 1).await;
    let fresh = world.engagement().await;
    once_only(&world, &format!("/engagements/{fresh}/deeds/begin_document_review"), &world.applicant, &[], 1).await;

    let id = written_check(&world).await;
    let item = format!("/engagements/{id}/items/OBI-02");
    let codes = world.get(&item, &world.inspector).await.expect(200);
    let codes = codes["criteria"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned());
    let names: Vec<String> = codes.map(|code| format!("criterion-{code}")).collect();
    let mut judging: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "not_met")).collect();
    judging.extend([("verdict", "not_implemented"), ("reason", "기록이 없습니다"), ("finding_title", "기록 없음")]);
    judging.push(("finding_risk", "medium"));
    // One entry for the judgement and one for its finding.
    once_only(&world, &format!("{item}/judgements"), &world.inspector, &judging, 2).await;
    let judged = world.get(&item, &world.inspector).await.expect(200);
    assert_eq!(judged["judgements"].as_array().unwrap().len(), 1);
    let plan = [("target", "2027-02"), ("steps", "절차 마련")];
    once_only(&world, &format!("{item}/plans"), &world.applicant, &plan, 1).await;
    // A run and one piece of evidence.
    once_only(
        &world,
        &format!("/engagements/{id}/probes"),
        &world.inspector,
        &[("probe", sumun_probes::registry::PROBES[0].descriptor().id)],
        2,
    )
    .await;
    once_only(&world, &format!("/engagements/{id}/reports"), &world.inspector, &[], 1).await;
}

#[tokio::test]
async fn a_file_that_is_sent_twice_is_one_piece_of_evidence() {
    let world = World::new().await;
    let id = world.engagement().await;
    let path = format!("/engagements/{id}/items/OBI-01/evidence");
    let (csrf, once) = (world.applicant.token.csrf(), world.applicant.key(&path));
    let fields = [("csrf", csrf.as_str()), ("once", &once), ("number", "1.1.1"), ("title", "인사발령서")];
    let body = || Body::from(uploads::form(&fields, Some(("a.txt", b"text"))));
    let (one, other, left) = pressed_twice(&world, || uploads::request(&path, &world.applicant, body())).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text());
    assert_eq!(one.headers[header::LOCATION], other.headers[header::LOCATION]);
    assert_eq!((left, world.evidence_files().len()), (1, 1));
}

#[tokio::test]
async fn a_form_that_came_back_with_faults_is_sent_again_and_a_form_without_its_key_is_refused() {
    let world = World::new().await;
    let institution = institution(1).to_string();
    let (csrf, once) = (world.applicant.token.csrf(), world.applicant.key("/engagements"));
    let hidden = [("csrf", csrf.as_str()), ("once", &once), ("institution", &institution)];
    let short = world.press("/engagements", &world.applicant, &hidden).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let whole = [&hidden[..], &[("kind", "other")]].concat();
    assert_eq!(world.press("/engagements", &world.applicant, &whole).await.status, StatusCode::SEE_OTHER);
    let before = world.journal_size().await;
    let foreign = world.inspector.key("/engagements");
    let elsewhere = world.applicant.key("/sign-out");
    for key in ["", "x", &foreign, &elsewhere] {
        let fields = [("csrf", csrf.as_str()), ("once", key), ("institution", &institution), ("kind", "other")];
        assert_eq!(world.press("/engagements", &world.applicant, &fields).await.status, StatusCode::FORBIDDEN, "{key}");
    }
    assert_eq!(world.journal_size().await, before);
}

#[tokio::test]
async fn every_form_of_every_page_carries_a_key_and_no_two_the_same() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let finding = judge_short(&world, &id).await;
    let case = format!("/engagements/{id}");
    let pages = [
        ("/sign-out".to_owned(), &world.operator, 1),
        ("/engagements/new".to_owned(), &world.applicant, 1),
        (format!("{case}/items/OBI-18"), &world.inspector, 2),
        (format!("{case}/items/OBI-18"), &world.applicant, 2),
        (format!("{case}/deeds/conclude_written_check"), &world.inspector, 1),
        (format!("{case}/findings/{finding}"), &world.inspector, 0),
        (format!("{case}/probes"), &world.inspector, sumun_probes::registry::PROBES.len()),
        (format!("{case}/reports"), &world.inspector, 1),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (path, who, forms) in pages {
        let html = world.page(&path, Some(who)).await.text();
        let tags = tags(&html);
        let posted = tags.iter().filter(|tag| tag.name == "form" && tag.attribute("method") == Some("post")).count();
        let keys = tags.iter().filter(|tag| tag.attribute("name") == Some("once"));
        let keys: Vec<_> = keys.filter_map(|tag| tag.attribute("value")).map(str::to_owned).collect();
        assert_eq!((posted, keys.len()), (forms, forms), "{path}");
        assert!(keys.into_iter().all(|key| seen.insert(key)), "{path}: a key stands twice");
    }
}
