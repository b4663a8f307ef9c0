//! Files on their way in: too large, wrong, hostile, cut off.

use super::pages::written_check;
use super::world::{Answer, Who, World, cookie};
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::stream;
use http::{Request, StatusCode, header};
use std::io::{self, Cursor, Read as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const BOUNDARY: &str = "----sumun";

/// A form of files; `file` is the name and the content.
pub fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.bytes());
    }
    if let Some((name, content)) = file {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

async fn send(world: &World, path: &str, who: &Who, body: Body) -> Answer {
    world.send(request(path, who, body)).await
}

pub fn request(path: &str, who: &Who, body: Body) -> Request<Body> {
    let request = Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let request = if path.starts_with("/api/") {
        request.header(header::AUTHORIZATION, format!("Bearer {}", who.token.to_cookie()))
    } else {
        request.header(header::COOKIE, cookie(who))
    };
    request.body(body).unwrap()
}

/// The request that [`add`] sends, with what [`FIELDS`] say.
pub fn adding(world: &World, engagement: &str, content: &[u8]) -> Request<Body> {
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    request(&path, &world.applicant, Body::from(form(&FIELDS, Some(("a.pdf", content)))))
}

/// Adds a file by the API.
pub async fn add(world: &World, engagement: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    send(world, &path, &world.applicant, Body::from(form(fields, Some(file)))).await
}

/// What is said of most files.
pub const FIELDS: [(&str, &str); 3] =
    [("item", "OBI-01"), ("number", "1.1.1"), ("title", "정보보호최고책임자 인사발령서")];

#[tokio::test]
async fn a_file_becomes_evidence_under_the_next_official_name() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let fields = [FIELDS.as_slice(), &[("criterion", "1.1.1-1"), ("effective_on", "2026-03-02")]].concat();
    let one = add(&world, &engagement, &fields, ("scan.exe", b"%PDF-1.7 x")).await.expect(201);
    assert_eq!(one["name"], "자료1.1.1-1 정보보호최고책임자 인사발령서");
    assert_eq!(one["media_type"], "application/pdf", "by content, not by name");
    assert_eq!((one["effective_on"].as_str(), one["size_bytes"].as_u64()), (Some("2026-03-02"), Some(10)));
    assert_eq!(one["bindings"], serde_json::json!([{"item": "OBI-01", "criterion": "1.1.1-1"}]));
    let two = add(&world, &engagement, &FIELDS, ("조직도.pdf", b"other")).await.expect(201);
    assert_eq!((two["serial"].as_u64(), two["revision"].as_u64()), (Some(2), Some(1)));
    assert_eq!(world.evidence_files().len(), 2);
    assert!(world.evidence_files().contains(&one["sha256"].as_str().unwrap().to_owned()));

    let id = one["id"].as_str().unwrap();
    let file = world.get(&format!("/engagements/{engagement}/evidence/{id}/file"), &world.inspector).await;
    assert_eq!((file.status, file.body.as_slice()), (StatusCode::OK, b"%PDF-1.7 x".as_slice()));
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename*=UTF-8''%EC%9E%90%EB%A3%8C1.1.1-1%20"), "{disposition}");
    assert!(file.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
}

/// What a colleague cannot open is no evidence: pages, API and pack hand a file
/// out under the ending that its sender gave it, unless its content contradicts it.
#[tokio::test]
async fn files_come_back_under_the_ending_of_their_sender() {
    let world = World::new().await;
    let engagement = written_check(&world).await;
    let path = format!("/engagements/{engagement}");
    let files: [(&str, &[u8], &str); 6] = [
        ("장부.XLS", include_bytes!("../../../../domain/evidence/tests/files/xlwt.xls"), "xls"),
        ("log.csv", include_bytes!("../../../../domain/evidence/tests/files/log-utf8.csv"), "csv"),
        ("log.csv", include_bytes!("../../../../domain/evidence/tests/files/log-cp949.csv"), "csv"),
        ("문서.odt", include_bytes!("../../../../domain/evidence/tests/files/odfpy.odt"), "odt"),
        ("계약.doc", include_bytes!("../../../../domain/evidence/tests/files/odfpy.ods"), "ods"),
        ("backup.tar.gz", include_bytes!("../../../../domain/evidence/tests/files/python.tar.gz"), "tar.gz"),
    ];
    let mut names = Vec::new();
    for (name, content, ending) in files {
        let one = add(&world, &engagement, &FIELDS, (name, content)).await.expect(201);
        let file = format!("{path}/evidence/{}/file", one["id"].as_str().unwrap());
        for file in [world.get(&file, &world.inspector).await, world.page(&file, Some(&world.inspector)).await] {
            let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
            assert!(disposition.ends_with(&format!(".{ending}")), "{name}: {disposition}");
            assert_eq!(file.body, content, "{name}");
        }
        names.push(format!("{}.{ending}", one["name"].as_str().unwrap()));
    }
    let list = world.page(&format!("{path}/evidence"), Some(&world.inspector)).await.text();
    assert!(list.contains(">XLS<") && list.contains(">CSV<") && list.contains(">TAR.GZ<"), "{list}");
    world.api(http::Method::POST, &format!("{path}/reports"), Some(&world.inspector), None).await.expect(201);
    let pack = world.get(&format!("{path}/evidence-pack"), &world.inspector).await;
    let archive = zip::ZipArchive::new(Cursor::new(pack.body)).unwrap();
    for name in names {
        assert!(archive.file_names().any(|packed| packed.unwrap().ends_with(&name)), "{name}");
    }
}

/// macOS sends names decomposed, in multipart fields and in JSON: the name is the same one, and not taken twice.
#[tokio::test]
async fn a_decomposed_official_name_is_the_same_name() {
    let world = World::new().await;
    let engagement = written_check(&world).await;
    let serial = next_serial(&world, &engagement).await;
    let name = format!("자료1.1.1-{serial} 임명장");
    let sent = name
        .replace("자료", "\u{110c}\u{1161}\u{1105}\u{116d}")
        .replace("임명장", "\u{110b}\u{1175}\u{11b7}\u{1106}\u{1167}\u{11bc}\u{110c}\u{1161}\u{11bc}");
    let one = add(&world, &engagement, &FIELDS[..2], (&format!("{sent}.pdf"), b"one")).await.expect(201);
    assert_eq!((&one["name"], &one["origin"]["file_name"]), (&name.clone().into(), &format!("{name}.pdf").into()));
    let again = add(&world, &engagement, &[FIELDS[0], FIELDS[1], ("title", &sent)], ("a.pdf", b"two")).await;
    assert_eq!(again.code(), "evidence-serial", "{}", again.text());
    let path = format!("/engagements/{engagement}/items/OBI-01/judgements");
    let reason = serde_json::json!({"verdict": "not_applicable", "reason": format!("{sent}\u{b}\u{200b}둘째 줄 ☑ 𒀀")});
    world.post(&path, &world.inspector, reason).await.expect(201);
    let page = world.page(&format!("/engagements/{engagement}/items/OBI-01"), Some(&world.inspector)).await.text();
    assert!(page.contains(&format!("{name}\n둘째 줄")) && !page.contains('\u{1161}'), "{page}");
    assert!(page.contains("𒀀 (U+12000)") && !page.contains("U+2611"), "what the report cannot print is said: {page}");
}

#[tokio::test]
async fn files_that_come_at_once_share_no_serial() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let contents: Vec<String> = (0..6).map(|number| format!("file {number}")).collect();
    let sends = contents.iter().map(|content| add(&world, &engagement, &FIELDS, ("a.txt", content.as_bytes())));
    let mut serials: Vec<u64> =
        join_all(sends).await.iter().map(|one| one.expect(201)["serial"].as_u64().unwrap()).collect();
    serials.sort_unstable();
    assert_eq!(serials, [1, 2, 3, 4, 5, 6]);
    assert_eq!(world.evidence_files().len(), 6);
}

#[tokio::test]
async fn a_revision_stands_beside_the_file_before() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let one = add(&world, &engagement, &FIELDS, ("a.pdf", b"first")).await.expect(201);
    let id = one["id"].as_str().unwrap().to_owned();
    let fields = [FIELDS.as_slice(), &[("revises", id.as_str())]].concat();
    let two = add(&world, &engagement, &fields, ("a.pdf", b"second")).await.expect(201);
    assert_eq!((two["serial"].as_u64(), two["revision"].as_u64()), (Some(1), Some(2)));
    assert_eq!(two["replaces"], one["id"]);
    let same = add(&world, &engagement, &fields, ("a.pdf", b"third")).await;
    assert_eq!((same.status, same.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "evidence-revises-old"));
    let all = world.get(&format!("/engagements/{engagement}/evidence"), &world.applicant).await.expect(200);
    assert_eq!(all["evidence"].as_array().unwrap().len(), 2, "nothing is replaced");
    assert_eq!(world.evidence_files().len(), 2, "the refused file is gone");
}

#[tokio::test]
async fn wrong_descriptions_are_refused_at_their_field_and_leave_nothing() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let before = world.journal_size().await;
    let with = |changed: (&'static str, &'static str)| {
        let mut fields: Vec<_> = FIELDS.iter().copied().filter(|(name, _)| *name != changed.0).collect();
        fields.push(changed);
        fields
    };
    let cases = [
        (with(("title", "자료1.1.1-7 임명장")), "/title", "evidence-serial"),
        (with(("title", "자료1.1-1 임명장")), "/title", "evidence-name"),
        (with(("title", "")), "/title", "evidence-title"),
        (with(("number", "9.9.9")), "/number", "evidence-number"),
        (with(("number", "first")), "/number", "evidence-number"),
        (with(("criterion", "9.9.9-1")), "/criterion", "evidence-code"),
        (with(("effective_on", "2999-01-01")), "/effective_on", "evidence-future"),
        (with(("effective_on", "soon")), "/effective_on", "field-value"),
        (with(("item", "OBI-99")), "", "not-found"),
        (with(("colour", "red")), "", "malformed"),
    ];
    for (fields, pointer, code) in cases {
        let answer = add(&world, &engagement, &fields, ("a.pdf", b"content")).await;
        assert_eq!(answer.code(), code, "{fields:?}: {}", answer.text());
        if !pointer.is_empty() {
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{fields:?}");
        }
        assert_eq!(world.evidence_files(), [""; 0], "{fields:?}");
    }
    assert_eq!(world.journal_size().await, before);
}

#[tokio::test]
async fn empty_missing_and_double_files_are_refused() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    assert_eq!(add(&world, &engagement, &FIELDS, ("a.pdf", b"")).await.code(), "file-empty");
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    let none = send(&world, &path, &world.applicant, Body::from(form(&FIELDS, None))).await;
    assert_eq!((none.status, none.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "file-missing"));
    let mut two = form(&FIELDS, Some(("a", b"1")));
    two.truncate(two.len() - BOUNDARY.len() - 6);
    two.extend(form(&[], Some(("b", b"2"))));
    let two = send(&world, &path, &world.applicant, Body::from(two)).await;
    assert_eq!(two.code(), "file-missing", "{}", two.text());
    assert_eq!(world.evidence_files(), [""; 0]);
}

#[tokio::test]
async fn a_file_over_50_mb_is_refused_while_it_streams() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let whole = form(&FIELDS, Some(("big.bin", b"")));
    let cut = whole.len() - BOUNDARY.len() - 8;
    let (head, tail) = (Bytes::copy_from_slice(&whole[..cut]), Bytes::copy_from_slice(&whole[cut..]));
    let piece = Bytes::from(vec![b'x'; 1_000_000]);
    let body = |pieces: usize| {
        let middle = std::iter::repeat_n(piece.clone(), pieces);
        let all: Vec<io::Result<Bytes>> =
            [head.clone()].into_iter().chain(middle).chain([tail.clone()]).map(Ok).collect();
        Body::from_stream(stream::iter(all))
    };
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    let refused = send(&world, &path, &world.applicant, body(51)).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "file-too-large"));
    assert_eq!(world.evidence_files(), [""; 0]);
    let taken = send(&world, &path, &world.applicant, body(50)).await.expect(201);
    assert_eq!(taken["size_bytes"], 50_000_000);
}

/// What comes before the file is held in memory, so it is refused long before the body is at its end.
#[tokio::test]
async fn a_head_of_a_part_that_does_not_end_is_refused_while_it_streams() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    let heads = [
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"title\"\r\nX: "),
        format!("--{BOUNDARY}"),
        String::new(),
    ];
    for head in heads {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let pieces = std::iter::repeat_n(Bytes::from(vec![b'a'; 10_000]), 5_000);
        let pieces = std::iter::once(Bytes::from(head.clone())).chain(pieces);
        let body = stream::iter(pieces.map(move |piece| {
            counted.fetch_add(piece.len(), Ordering::Relaxed);
            io::Result::Ok(piece)
        }));
        let refused = send(&world, &path, &world.applicant, Body::from_stream(body)).await;
        assert!(matches!(refused.status.as_u16(), 400 | 413), "{head}: {}", refused.text());
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < 100_000, "{taken} bytes were taken after {head:?}");
        assert_eq!(world.evidence_files(), [""; 0]);
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let path = format!("/api/v1/engagements/{engagement}/evidence");
    let whole = form(&FIELDS, Some(("a.pdf", b"some content")));
    for length in [whole.len() / 2, whole.len() - 10, 3] {
        let cut = send(&world, &path, &world.applicant, Body::from(whole[..length].to_vec())).await;
        assert_eq!(cut.status, StatusCode::BAD_REQUEST, "{length}: {}", cut.text());
        let pieces = vec![
            Ok(Bytes::copy_from_slice(&whole[..length])),
            Err(io::Error::new(io::ErrorKind::ConnectionReset, "gone")),
        ];
        let gone = send(&world, &path, &world.applicant, Body::from_stream(stream::iter(pieces))).await;
        assert_eq!((gone.status, gone.code().as_str()), (StatusCode::BAD_REQUEST, "broken-off"), "{length}");
        assert_eq!(world.evidence_files(), [""; 0]);
    }
}

#[tokio::test]
async fn hostile_names_stay_words() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    for name in ["../../../etc/passwd", "..\\\\..\\\\x.bat", "<script>alert(1)</script>.pdf", "a%00b"] {
        let fields = [("item", "OBI-01"), ("number", "1.1.1"), ("title", "<img src=x onerror=alert(1)>")];
        let one = add(&world, &engagement, &fields, (name, name.as_bytes())).await.expect(201);
        let kept = one["origin"]["file_name"].as_str().unwrap();
        assert!(!kept.contains('/') && !kept.contains('\\'), "{kept}");
    }
    let names = world.evidence_files();
    assert!(
        names.iter().all(|name| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())),
        "{names:?}"
    );
    let page = world.page(&format!("/engagements/{engagement}/evidence"), Some(&world.applicant)).await.text();
    assert!(!page.contains("<img src=x") && page.contains("&#60;img src=x"));
}

/// `보고서\u{202e}fdp.exe` would be shown as `보고서exe.pdf`: no page and nothing in the pack may hold such a letter.
#[tokio::test]
async fn letters_that_reorder_a_name_reach_neither_page_nor_pack() {
    let world = World::new().await;
    let engagement = written_check(&world).await;
    let path = format!("/engagements/{engagement}");
    let refused = [FIELDS[0], FIELDS[1], ("title", "보고서\u{202e}fdp.exe")];
    let refused = add(&world, &engagement, &refused, ("a.pdf", b"one")).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "evidence-title"));
    let name = format!("자료1.1.1-{} 보고서\u{202e}fdp.exe", next_serial(&world, &engagement).await);
    let one = add(&world, &engagement, &FIELDS[..2], (&name, b"two")).await.expect(201);
    assert_eq!(one["origin"]["file_name"], name.replace('\u{202e}', ""));
    assert_eq!(one["title"], "보고서fdp");

    let item = format!("{path}/items/OBI-01");
    let evidence = format!("{path}/evidence/{}", one["id"].as_str().unwrap());
    for page in [path.as_str(), &item, &evidence, &format!("{path}/evidence"), &format!("{path}/log")] {
        let page = world.page(page, Some(&world.inspector)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text().contains('\u{202e}'), "{}", page.text());
    }
    let reason = serde_json::json!({"verdict": "not_applicable", "reason": "적합\u{202e}합적부"});
    let judged = world.post(&format!("{path}/items/OBI-01/judgements"), &world.inspector, reason).await;
    assert_eq!((judged.status, judged.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "reason"));
    world.api(http::Method::POST, &format!("{path}/reports"), Some(&world.inspector), None).await.expect(201);
    let pack = world.get(&format!("{path}/evidence-pack"), &world.inspector).await;
    let mut archive = zip::ZipArchive::new(Cursor::new(pack.body)).unwrap();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let (name, mut content) = (entry.name().unwrap().into_owned(), Vec::new());
        entry.read_to_end(&mut content).unwrap();
        assert!(
            !name.contains('\u{202e}') && !content.windows(3).any(|bytes| bytes == "\u{202e}".as_bytes()),
            "{name}"
        );
    }
}

/// The serial that the next file under 1.1.1 must have.
async fn next_serial(world: &World, engagement: &str) -> usize {
    let all = world.get(&format!("/engagements/{engagement}/evidence"), &world.applicant).await.expect(200);
    let all = all["evidence"].as_array().unwrap();
    all.iter().filter(|one| one["name"].as_str().unwrap().starts_with("자료1.1.1-")).count() + 1
}

#[tokio::test]
async fn another_kind_of_body_is_refused() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let path = format!("/engagements/{engagement}/evidence");
    let answer = world.post(&path, &world.applicant, serde_json::json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type"));
}

#[tokio::test]
async fn the_form_of_the_page_keeps_the_input_and_says_the_fault_at_its_field() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let path = format!("/engagements/{engagement}/items/OBI-01/evidence");
    let csrf = world.applicant.token.csrf();
    let once: &'static str = world.applicant.key(&path).leak();
    let fields = |csrf: &'static str| -> Vec<(&'static str, &'static str)> {
        vec![("csrf", csrf), ("once", once), ("number", "1.1.2"), ("title", "점검 결과"), ("criterion", "1.1.2-1")]
    };
    let leaked: &'static str = csrf.leak();
    let empty = send(&world, &path, &world.applicant, Body::from(form(&fields(leaked), Some(("a", b""))))).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = empty.text();
    assert!(html.contains("id=\"file-error\"") && html.contains("빈 파일입니다"), "{html}");
    assert!(html.contains("value=\"점검 결과\"") && html.contains("value=\"1.1.2\" selected"), "{html}");
    assert!(html.contains("value=\"1.1.2-1\" checked"));
    let foreign = send(&world, &path, &world.applicant, Body::from(form(&fields("x"), Some(("a", b"1"))))).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(world.evidence_files(), [""; 0]);
    let good = send(&world, &path, &world.applicant, Body::from(form(&fields(leaked), Some(("a", b"1"))))).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER);
    assert_eq!(world.evidence_files().len(), 1);
}
