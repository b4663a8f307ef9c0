//! One party cannot take what all share: quotas, the reserve of the volume,
//! and places for what takes long.

use super::pages::written_check;
use super::uploads::{FIELDS, add, form, request};
use super::world::{Who, World};
use crate::{EvidenceBounds, Work};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Method, StatusCode};
use sumun_evidence::{Amount, Quotas};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

const WIDE: Amount = Amount { files: u64::MAX, bytes: u64::MAX };

fn quotas(scope: usize, max: Amount) -> EvidenceBounds {
    let mut all = [WIDE; 3];
    all[scope] = max;
    let quotas = Quotas { engagement: all[0], institution: all[1], total: all[2] };
    EvidenceBounds { quotas, ..EvidenceBounds::STANDARD }
}

/// A form with what [`FIELDS`] say, whose sender says how long it is.
async fn announced(world: &World, engagement: &str, content: &[u8]) -> super::world::Answer {
    let body = form(&FIELDS, Some(("a.pdf", content)));
    let mut asked =
        request(&format!("/api/v1/engagements/{engagement}/evidence"), &world.applicant, Body::from(body.clone()));
    asked.headers_mut().insert(http::header::CONTENT_LENGTH, body.len().into());
    world.send(asked).await
}

#[tokio::test]
async fn rfc4918_11_5_evidence_over_a_quota_is_refused_with_what_is_used_and_leaves_nothing() {
    let names = ["engagement", "institution", "total"];
    for (scope, name) in names.iter().enumerate() {
        let world = World::with_bounds(quotas(scope, Amount { files: 2, bytes: u64::MAX })).await;
        let engagement = world.engagement().await;
        for content in [b"one", b"two"] {
            add(&world, &engagement, &FIELDS, ("a.pdf", content)).await.expect(201);
        }
        let before = world.journal_size().await;
        let refused = add(&world, &engagement, &FIELDS, ("a.pdf", b"three")).await;
        assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(refused.code(), format!("quota-{name}-files"));
        assert!(refused.text().contains("2 / 2"), "{}", refused.text());
        assert_eq!((world.evidence_files().len(), world.journal_size().await), (2, before));
    }
    // Bytes are asked for by the announced length, before any of them is taken.
    let world = World::with_bounds(quotas(0, Amount { files: 9, bytes: 10_000 })).await;
    let engagement = world.engagement().await;
    let refused = announced(&world, &engagement, &[b'x'; 9_999]).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "quota-engagement-bytes"));
    announced(&world, &engagement, &[b'x'; 5_000]).await.expect(201);
    assert_eq!(announced(&world, &engagement, &[b'y'; 5_000]).await.code(), "quota-engagement-bytes");
    assert_eq!(world.evidence_files().len(), 1);
}

#[tokio::test]
async fn the_page_says_the_quota_and_keeps_what_was_typed() {
    let world = World::with_bounds(quotas(0, Amount { files: 0, bytes: u64::MAX })).await;
    let engagement = world.engagement().await;
    let csrf = world.applicant.token.csrf();
    let fields = [("csrf", csrf.as_str()), ("number", "1.1.2"), ("title", "점검 결과")];
    let path = format!("/engagements/{engagement}/items/OBI-01/evidence");
    let body = Body::from(form(&fields, Some(("a.pdf", b"one"))));
    let refused = world.send(request(&path, &world.applicant, body)).await;
    assert_eq!(refused.status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(refused.text().contains("증빙자료 수가 한도에 이르렀습니다(0 / 0)"), "{}", refused.text());
}

/// No volume has so much room, so this one is as good as full. Evidence, what a
/// probe leaves, reports and packs are refused; reading goes on.
#[tokio::test]
async fn nothing_comes_in_below_the_reserve_of_the_volume() {
    let world = World::with_bounds(EvidenceBounds { reserve_bytes: u64::MAX, ..EvidenceBounds::STANDARD }).await;
    let engagement = world.engagement().await;
    let path = format!("/engagements/{engagement}");
    let refused = add(&world, &engagement, &FIELDS, ("a.pdf", b"one")).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "no-room"));
    let probe = serde_json::json!({"probe": sumun_probes::registry::PROBES[0].descriptor().id});
    let probed = world.post(&format!("{path}/probes"), &world.inspector, probe).await;
    assert_eq!((probed.status, probed.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "no-room"));
    let report = world.api(Method::POST, &format!("{path}/reports"), Some(&world.inspector), None).await;
    assert_eq!((report.status, report.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "no-room"));
    assert_eq!(world.evidence_files(), [""; 0]);
    world.get(&path, &world.applicant).await.expect(200);
    let (begun, reports) = (serde_json::json!({"deed": "begin_document_review"}), format!("{path}/reports"));
    world.post(&format!("{path}/deeds"), &world.inspector, begun).await.expect(200);
    assert!(world.get(&reports, &world.inspector).await.expect(200)["reports"].as_array().unwrap().is_empty());
}

/// Begins an upload whose body does not come to its end until the answer is dropped.
async fn hanging(world: &World, who: &Who, engagement: &str) -> (mpsc::Sender<Bytes>, tokio::task::JoinHandle<u16>) {
    let (sender, pieces) = mpsc::channel::<Bytes>(1);
    let body = stream::unfold(pieces, |mut pieces| async move { Some((pieces.recv().await?, pieces)) });
    let body = Body::from_stream(body.map(std::io::Result::Ok));
    let asked = request(&format!("/api/v1/engagements/{engagement}/evidence"), who, body);
    let answer = tokio::spawn({
        let router = world.router.clone();
        async move { router.oneshot(asked).await.unwrap().status().as_u16() }
    });
    // Two pieces went into a channel of one, so the first was taken and the place with it.
    for _ in 0..2 {
        if sender
            .send(Bytes::from_static(b"------sumun\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx"))
            .await
            .is_err()
        {
            break;
        }
    }
    (sender, answer)
}

#[tokio::test]
async fn one_member_who_uploads_slowly_leaves_places_to_the_others() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let mut held = Vec::new();
    for _ in 0..6 {
        held.push(hanging(&world, &world.applicant, &engagement).await);
    }
    let refused = add(&world, &engagement, &FIELDS, ("a.pdf", b"one")).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "own-places"));
    assert!(refused.headers.contains_key(http::header::RETRY_AFTER));
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    let other = request(&path, &world.inspector, Body::from(form(&FIELDS, Some(("a.pdf", b"two")))));
    world.send(other).await.expect(201);
    // Whoever lets go has its places back.
    for (sender, answer) in held {
        drop(sender);
        assert_eq!(answer.await.unwrap(), 400, "it broke off");
    }
    add(&world, &engagement, &FIELDS, ("a.pdf", b"one")).await.expect(201);
}

/// As many downloads that nobody reads as one member may have: the next is
/// refused, others are served, and a reader that leaves gives its place back.
#[tokio::test]
async fn downloads_hold_their_places_until_they_were_read() {
    let world = World::new().await;
    let engagement = written_check(&world).await;
    let large = vec![b'x'; 1_000_000];
    let one = add(&world, &engagement, &FIELDS, ("a.txt", &large)).await.expect(201);
    let path = format!("/engagements/{engagement}/evidence/{}/file", one["id"].as_str().unwrap());
    let ask = || {
        let token = format!("Bearer {}", world.applicant.token.to_cookie());
        let asked = http::Request::get(format!("/api/v1{path}")).header(http::header::AUTHORIZATION, token);
        world.router.clone().oneshot(asked.body(Body::empty()).unwrap())
    };
    let mut unread = Vec::new();
    for _ in 0..8 {
        let answer = ask().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[http::header::CONTENT_LENGTH], "1000000");
        unread.push(answer);
    }
    let refused = world.get(&path, &world.applicant).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "own-places"));
    let pack = format!("/engagements/{engagement}/evidence-pack");
    world
        .api(Method::POST, &format!("/engagements/{engagement}/reports"), Some(&world.inspector), None)
        .await
        .expect(201);
    assert_eq!(world.get(&pack, &world.applicant).await.code(), "own-places", "before a pack is made");
    assert!(world.get(&path, &world.inspector).await.body == large);
    assert_eq!(world.get(&pack, &world.inspector).await.status, StatusCode::OK);
    drop(unread.pop());
    // Its feeder ends by itself; until then there is no place.
    while ask().await.unwrap().status() != StatusCode::OK {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let ran = world.apart.ran();
    assert_eq!(ran.iter().filter(|ran| ran.work == Work::Pack).map(|ran| ran.count).sum::<u64>(), 1, "{ran:?}");
}

#[tokio::test]
async fn a_kept_file_that_was_changed_is_not_sent() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let one = add(&world, &engagement, &FIELDS, ("a.txt", b"as it was")).await.expect(201);
    let (id, sha256) = (one["id"].as_str().unwrap(), one["sha256"].as_str().unwrap());
    std::fs::write(world.folder.path().join("evidence").join(sha256), b"as it is!").unwrap();
    let answer = world.get(&format!("/engagements/{engagement}/evidence/{id}/file"), &world.inspector).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "file-changed"));
}
