//! Who may come: every route of the table is held to what the table says.

use super::world::{World, cookie};
use crate::router::{Access, ROUTES, Route};
use axum::body::Body;
use http::{Method, Request, StatusCode, header};

/// A path with names that fit their kind; `engagement` is a real one.
fn path_of(route: &Route, engagement: &str) -> String {
    let evidence = sumun_ids::EvidenceId::from_random([9; 16]).to_string();
    let finding = sumun_ids::FindingId::from_random([9; 16]).to_string();
    let report = sumun_ids::ReportId::from_random([9; 16]).to_string();
    let names = [
        ("{engagement}", engagement),
        ("{item}", "OBI-01"),
        ("{evidence}", &evidence),
        ("{finding}", &finding),
        ("{report}", &report),
        ("{deed}", "begin_document_review"),
    ];
    let path = names.iter().fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value));
    assert!(!path.contains('{'), "{path}");
    path
}

fn is_api(route: &Route) -> bool {
    route.path.starts_with("/api/")
}

/// A request to `route` as `who`, with a body that fits nothing.
async fn knock(world: &World, route: &Route, path: &str, who: Option<&super::world::Who>) -> StatusCode {
    let mut request = Request::builder().method(route.method).uri(path);
    match who {
        Some(who) if is_api(route) => {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", who.token.to_cookie()));
        }
        Some(who) => request = request.header(header::COOKIE, cookie(who)),
        None => {}
    }
    let (kind, body) = if is_api(route) {
        ("application/json", "{}".to_owned())
    } else {
        let csrf = who.map(|who| who.token.csrf()).unwrap_or_default();
        let once = who.map(|who| who.key(path)).unwrap_or_default();
        ("application/x-www-form-urlencoded", format!("csrf={csrf}&once={once}"))
    };
    let request = match route.method {
        "POST" => request.header(header::CONTENT_TYPE, kind).body(Body::from(body)),
        _ => request.body(Body::empty()),
    };
    world.send(request.unwrap()).await.status
}

/// What nobody gets: 401 for a program, the sign-in page for a person.
fn turned_away(route: &Route, status: StatusCode) -> bool {
    if is_api(route) { status == StatusCode::UNAUTHORIZED } else { status == StatusCode::SEE_OTHER }
}

#[tokio::test]
async fn nobody_comes_further_than_the_table_says() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    for route in ROUTES.iter().filter(|route| route.access != Access::Anybody) {
        let status = knock(&world, route, &path_of(route, &engagement), None).await;
        assert!(turned_away(route, status), "{} {}: {status}", route.method, route.path);
    }
}

/// The document has no parameter but in paths; that it is so is held to the routes in `contract`.
#[tokio::test]
async fn a_query_parameter_that_the_document_does_not_have_is_refused_by_every_route_of_the_api() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let mut held = 0;
    for route in ROUTES.iter().filter(|route| is_api(route)) {
        let path = path_of(route, &engagement);
        for query in ["page=2", "lang=en", "=x", "&&x"] {
            let path = format!("{path}?{query}");
            for who in [None, Some(&world.inspector)] {
                let mut request = Request::builder().method(route.method).uri(&path);
                if let Some(who) = who {
                    request = request.header(header::AUTHORIZATION, format!("Bearer {}", who.token.to_cookie()));
                }
                let answer = world.send(request.body(Body::empty()).unwrap()).await;
                let (status, code) = (answer.status, answer.code());
                let shown = format!("{} {path}", route.method);
                assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "parameter-unknown"), "{shown}");
                super::contract::check(&route.method.parse().unwrap(), route.path, &answer);
            }
        }
        // An empty query is none.
        let status = knock(&world, route, &format!("{path}?"), None).await;
        assert_eq!(turned_away(route, status), route.access != Access::Anybody, "{} {path}?: {status}", route.method);
        held += 1;
    }
    assert!(held > 20, "{held}");
    let long = format!("/engagements?{}=1", "n".repeat(4_000));
    let told = world.get(&long, &world.inspector).await.text();
    assert!(told.contains(&"n".repeat(64)) && !told.contains(&"n".repeat(65)), "{told}");
    // A path that is not there, and a method that is not there, are told as such.
    assert_eq!(world.get("/nothing?page=2", &world.inspector).await.status, StatusCode::NOT_FOUND);
    let answer = world.api(Method::DELETE, "/engagements?page=2", Some(&world.inspector), None).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

/// What anybody may come to is listed here by hand, so that a new route is
/// closed until somebody opens it on purpose.
#[test]
fn only_the_doors_stand_open() {
    let open = ROUTES.iter().filter(|route| route.access == Access::Anybody);
    let open: Vec<_> = open.map(|route| (route.method, route.path)).collect();
    assert_eq!(
        open,
        [
            ("GET", "/"),
            ("GET", "/sign-in"),
            ("POST", "/sign-in"),
            ("GET", "/api/v1/openapi.json"),
            ("POST", "/api/v1/session")
        ]
    );
}

#[tokio::test]
async fn an_applicant_sees_only_its_own_institutions_engagements() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let mut held = 0;
    for route in ROUTES.iter().filter(|route| matches!(route.access, Access::Engagement | Access::Party)) {
        let path = path_of(route, &engagement);
        let status = knock(&world, route, &path, Some(&world.stranger)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
        // What does not exist answers alike, so that nobody learns which engagements there are.
        let nothing = path.replace(&engagement, &sumun_ids::EngagementId::from_random([8; 16]).to_string());
        let status = knock(&world, route, &nothing, Some(&world.stranger)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
        held += 1;
    }
    assert!(held > 30, "{held}");
    let list = world.get("/engagements", &world.stranger).await.expect(200);
    assert_eq!(list["engagements"].as_array().unwrap().len(), 0);
    let page = world.page("/engagements", Some(&world.stranger)).await.text();
    assert!(!page.contains("새움페이"), "{page}");
}

#[tokio::test]
async fn the_operator_looks_on_and_changes_nothing() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let before = world.journal_size().await;
    for route in ROUTES.iter().filter(|route| route.access == Access::Engagement) {
        let status = knock(&world, route, &path_of(route, &engagement), Some(&world.operator)).await;
        assert_ne!(status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
        assert!(!turned_away(route, status), "{} {}", route.method, route.path);
    }
    let deeds = [
        ("deeds", serde_json::json!({"deed": "begin_document_review"})),
        ("items/OBI-01/judgements", serde_json::json!({"verdict": "not_applicable", "reason": "x"})),
        ("items/OBI-01/plans", serde_json::json!({"target": "2027-02", "steps": ["x"]})),
        ("probes", serde_json::json!({"probe": "tls/versions"})),
        ("reports", serde_json::json!({})),
    ];
    for (path, body) in deeds {
        let answer = world.post(&format!("/engagements/{engagement}/{path}"), &world.operator, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.text());
    }
    assert_eq!(world.journal_size().await, before);
}

#[tokio::test]
async fn every_route_that_changes_an_engagement_is_held_for_parties_and_back() {
    for route in ROUTES.iter().filter(|route| route.path.contains("{engagement}")) {
        let expected = if route.method == "GET" { Access::Engagement } else { Access::Party };
        assert_eq!(route.access, expected, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn an_applicant_cannot_judge_by_any_door() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let body = serde_json::json!({"verdict": "not_applicable", "reason": "해당 없음"});
    let path = format!("/engagements/{engagement}/items/OBI-01/judgements");
    let answer = world.post(&path, &world.applicant, body).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "for-inspector"));
    let fields = [("verdict", "not_applicable"), ("reason", "해당 없음")];
    let answer = world.form(&path, &world.applicant, &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let item = world.get(&format!("/engagements/{engagement}/items/OBI-01"), &world.inspector).await.expect(200);
    assert_eq!(item["judgements"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_form_of_another_session_is_refused() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let path = format!("/engagements/{engagement}/deeds/begin_document_review");
    let body = format!("csrf={}&once={}", world.inspector.token.csrf(), world.inspector.key(&path));
    let request = Request::post(&path)
        .header(header::COOKIE, cookie(&world.applicant))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body));
    assert_eq!(world.send(request.unwrap()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.form(&path, &world.applicant, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_program_that_uses_the_cookie_shows_that_it_is_no_other_site() {
    let world = World::new().await;
    let engagement = world.engagement().await;
    let request = |csrf: Option<String>| {
        let mut request = Request::post(format!("/api/v1/engagements/{engagement}/deeds"))
            .header(header::COOKIE, cookie(&world.applicant))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        request.body(Body::from(r#"{"deed":"begin_document_review"}"#)).unwrap()
    };
    assert_eq!(world.send(request(None)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.send(request(Some(world.inspector.token.csrf()))).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.send(request(Some(world.applicant.token.csrf()))).await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_in_by_both_doors() {
    let world = World::new().await;
    let body = serde_json::json!({"login": "lee.seojun", "password": super::world::PASSWORD});
    let signed_in = world.api(Method::POST, "/session", None, Some(body)).await.expect(201);
    let token = signed_in["token"].as_str().unwrap().parse().unwrap();
    let who = super::world::Who { token };
    let me = world.get("/session", &who).await.expect(200);
    assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some("inspector"), Some("이서준")));
    assert_eq!(world.get("/session", &world.inspector).await.status, StatusCode::UNAUTHORIZED, "the older one ended");
    assert_eq!(world.api(Method::DELETE, "/session", Some(&who), None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.get("/session", &who).await.status, StatusCode::UNAUTHORIZED);

    let form = world.page("/sign-in?next=/engagements/new", None).await;
    let cookie = form.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        form.text().split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (csrf, once) = (field("csrf"), field("once"));
    let send = |csrf: String, password: &str| {
        let password = super::world::encoded(password);
        Request::post("/sign-in?next=/engagements/new")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={csrf}&once={once}&login=lee.seojun&password={password}")))
            .unwrap()
    };
    assert_eq!(world.send(send("x".into(), super::world::PASSWORD)).await.status, StatusCode::FORBIDDEN);
    let wrong = world.send(send(csrf.clone(), "wrong")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("value=\"lee.seojun\""), "the name is kept");
    let right = world.send(send(csrf, super::world::PASSWORD)).await;
    assert_eq!(right.headers[header::LOCATION], "/engagements/new?done=signed-in");
    let session = right.headers.get_all(header::SET_COOKIE).iter().next().unwrap().to_str().unwrap();
    assert!(session.starts_with("__Host-staff=") && session.contains("HttpOnly") && session.contains("Secure"));
}

#[tokio::test]
async fn a_program_that_cannot_sign_in_is_told_why_and_when_to_come_again() {
    let world = World::new().await;
    let knock = async |login: &str, password: &str| {
        let body = serde_json::json!({"login": login, "password": password});
        world.api(Method::POST, "/session", None, Some(body)).await
    };
    let empty = knock("lee.seojun", "").await;
    assert_eq!((empty.status, empty.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "field-value"));
    for _ in 0..4 {
        let wrong = knock("lee.seojun", "wrong").await;
        assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNAUTHORIZED, "sign-in-refused"));
    }
    let locked = knock("lee.seojun", "wrong").await;
    assert_eq!((locked.status, locked.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "sign-in-locked"));
    assert_eq!(locked.headers[header::RETRY_AFTER], "600");
}

#[tokio::test]
async fn signing_in_leads_nowhere_but_to_our_own_pages() {
    let world = World::new().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil", "/engagements%0d%0aX", "/api/v1/session"] {
        let answer = world.page(&format!("/sign-in?next={next}"), Some(&world.applicant)).await;
        assert_eq!(answer.headers[header::LOCATION], "/engagements", "{next}");
    }
}

/// An engagement is loaded in one place, which asks first.
#[test]
fn only_the_access_check_loads_an_engagement_for_a_request() {
    let sources = [
        ("access.rs", include_str!("../access.rs"), 2),
        ("deeds/report.rs", include_str!("../deeds/report.rs"), 1),
        ("deeds.rs", include_str!("../deeds.rs"), 0),
        ("api/engagements.rs", include_str!("../api/engagements.rs"), 0),
        ("pages/overview.rs", include_str!("../pages/overview.rs"), 0),
        ("pages/item.rs", include_str!("../pages/item.rs"), 0),
    ];
    for (name, source, count) in sources {
        assert_eq!(source.matches("Case::load(").count(), count, "{name}");
    }
}
