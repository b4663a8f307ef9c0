//! What an attacker tries, with whatever can be stolen or guessed.

use crate::support::browser::{Browser, query_value};
use crate::support::partner::{Answer, FORM, REDIRECT, client, encode, issue};
use crate::support::{World, account_of};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::json;
use sumun_authorization::AuthorizationStore as _;
use sumun_consent::ConsentStore as _;
use sumun_events::Event;
use sumun_identity::FormKey;
use sumun_ids::AppId;
use sumun_jose::{base64url_encode, sha256};
use sumun_journal::{Entry, EntryKind, JournalStore as _};
use sumun_keys::{AuthorityProfile, CertificateAuthority};
use sumun_participants::{InstitutionStatus, ParticipantStore as _};
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A code of the first institution's app, approved by the first customer.
async fn code(world: &World) -> String {
    let mut browser = Browser::new(world);
    let page = browser.open(&world.saeum.start(world, VERIFIER).await, world.minsu).await;
    browser.approve(&page).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6749_4_1_2_a_code_that_comes_again_is_refused_and_its_token_revoked() {
    let world = World::start().await;
    let code = code(&world).await;
    let first = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(first.status, StatusCode::OK);
    world.take_events();
    let again = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(again.refusal(), (400, "invalid_grant"));
    let revoked = world.store.revoked_tokens(world.now()).await.unwrap();
    assert_eq!(revoked.len(), 1);
    let told = world.take_events();
    assert!(
        matches!(told[..], [Event::TokenRevoked { id, expires_at }] if id == revoked[0].id && expires_at == revoked[0].expires_at),
        "{told:?}"
    );
    let third = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(third.refusal(), (400, "invalid_grant"));
    let entries = world.store.entries_from(0, 100).await.unwrap();
    let revocations = entries.iter().filter(|(_, bytes)| Entry::parse(bytes).unwrap().kind == EntryKind::TokenRevoked);
    assert_eq!(revocations.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_032_requests_side_by_side_never_leave_two_live_tokens() {
    let world = World::start().await;
    let code = code(&world).await;
    let tries = (0..8).map(|_| world.saeum.exchange(&world, &code, VERIFIER, &[]));
    let answers = futures_util::future::join_all(tries).await;
    let issued = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(issued, 1);
    assert_eq!(world.store.revoked_tokens(world.now()).await.unwrap().len(), 1, "seven replays killed it");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7636_4_6_a_stolen_code_is_worth_nothing_without_its_verifier() {
    let world = World::start().await;
    let code = code(&world).await;
    let wrong = "a".repeat(43);
    let stolen = world.saeum.exchange(&world, &code, &wrong, &[]).await;
    assert_eq!(stolen.refusal(), (400, "invalid_grant"));
    for name in ["code_verifier", "redirect_uri"] {
        for value in ["-", ""] {
            let without = world.saeum.exchange(&world, &code, VERIFIER, &[(name, value)]).await;
            assert_eq!(without.refusal(), (400, "invalid_grant"), "{name}={value}");
        }
    }
    let by_another_app = world.ondam.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(by_another_app.refusal(), (400, "invalid_grant"));
    let honest = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(honest.status, StatusCode::OK, "the failed tries did not spend it");
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc8705_7_1_a_stolen_assertion_or_client_id_needs_the_institutions_certificate() {
    let world = World::start().await;
    let code = code(&world).await;
    let token = format!("{}/token", world.mutual_tls);
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let mut pairs: Vec<(String, String)> = grant.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    pairs.push(("redirect_uri".into(), REDIRECT.into()));

    let mut stolen = pairs.clone();
    stolen.extend(world.saeum.credential(&world));
    assert_eq!(world.ondam.post(&token, stolen).await.refusal(), (401, "invalid_client"));

    let mut guessed = pairs.clone();
    guessed.push(("client_id".into(), world.ondam.app.id.to_string()));
    assert_eq!(world.saeum.post(&token, guessed).await.refusal(), (401, "invalid_client"));

    // A certificate of the right authority that nobody registered.
    let unknown = client(&world.authority, &issue(&world.authority, "Saeum Pay", "1248100998", world.now()));
    pairs.extend(world.saeum.credential(&world));
    let request = Request::post(&token).header("content-type", FORM);
    let response = unknown.request(request.body(Bytes::from(encode(&pairs))).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}

/// A client of the mutual-TLS side that shows no certificate, as any stranger may.
fn without_certificate(world: &World) -> sumun_transport::Client {
    let tls = sumun_transport::ClientTls::new(&world.roots(), None).unwrap();
    sumun_transport::Client::new(&tls, sumun_transport::ClientLimits::default())
}

async fn send(http: &sumun_transport::Client, address: &str, pairs: &[(String, String)]) -> Answer {
    let request = Request::post(address).header("content-type", FORM).body(Bytes::from(encode(pairs))).unwrap();
    Answer::of(http.request(request).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_040_the_token_endpoint_answers_nobody_without_a_certificate() {
    let world = World::start().await;
    let code = code(&world).await;
    let stranger = without_certificate(&world);
    let token = format!("{}/token", world.mutual_tls);
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let mut pairs: Vec<(String, String)> = grant.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    pairs.push(("redirect_uri".into(), REDIRECT.into()));
    let credential = world.saeum.credential(&world);
    pairs.extend(credential.clone());
    for pairs in [&pairs[..], &[]] {
        let answer = send(&stranger, &token, pairs).await;
        assert_eq!(answer.refusal(), (401, "invalid_client"));
        assert_eq!(answer.json["error_description"], "the connection carries no client certificate");
    }
    let changed: Vec<_> = credential.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let honest = world.saeum.exchange(&world, &code, VERIFIER, &changed).await;
    assert_eq!(honest.status, StatusCode::OK, "neither code nor assertion was looked at: {:?}", honest.json);
    // And the side for browsers has no such addresses.
    for path in ["/par", "/token"] {
        assert_eq!(Browser::new(&world).post(path, &[]).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_2_the_registered_method_decides_whether_a_push_needs_a_certificate() {
    let world = World::start().await;
    let stranger = without_certificate(&world);
    let par = format!("{}/par", world.mutual_tls);
    let request = |credential: Vec<(String, String)>| {
        let challenge = base64url_encode(&sha256(VERIFIER.as_bytes()));
        let pairs = [
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", "balance"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        pairs.into_iter().chain(credential).collect::<Vec<_>>()
    };
    // `private_key_jwt`: the signature says who it is.
    let signed = request(world.saeum.credential(&world));
    let pushed = send(&stranger, &par, &signed).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{:?}", pushed.json);
    let replayed = send(&stranger, &par, &signed).await;
    assert_eq!(replayed.refusal(), (401, "invalid_client"), "an assertion counts once, certificate or not");
    // `tls_client_auth`, and whoever says nothing or names an app that is another's or nobody's.
    let named = |app: String| vec![("client_id".to_owned(), app)];
    let unknown = AppId::from_random([99; 16]).to_string();
    for app in [world.ondam.app.id.to_string(), world.saeum.app.id.to_string(), unknown] {
        let answer = send(&stranger, &par, &request(named(app))).await;
        assert_eq!(answer.refusal(), (401, "invalid_client"));
        assert_eq!(answer.json["error_description"], "the connection carries no client certificate");
    }
    assert_eq!(send(&stranger, &par, &[]).await.refusal(), (401, "invalid_client"));
    // A certificate that is shown must be right, also where none is needed.
    let wrong = send(&world.ondam.http, &par, &request(world.saeum.credential(&world))).await;
    assert_eq!(wrong.refusal(), (401, "invalid_client"));
    let foreign = CertificateAuthority::create(&AuthorityProfile {
        common_name: "Foreign".into(),
        organization: "Foreign".into(),
        not_before: world.now().minus(Span::from_days(1)),
        not_after: world.now().plus(Span::from_days(1)),
    });
    let certificate = issue(&foreign.unwrap(), "Saeum Pay", "1248100998", world.now());
    let tls = sumun_transport::ClientTls::new(&world.roots(), Some(crate::support::identity(&certificate))).unwrap();
    let http = sumun_transport::Client::new(&tls, sumun_transport::ClientLimits::default());
    let request = Request::post(&par).header("content-type", FORM).body(Bytes::new()).unwrap();
    assert!(http.request(request).await.is_err(), "another authority's certificate ends the handshake");
}

/// What strangers cost is bounded before anything is looked at, and does not hold up who shows a certificate.
#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_2_3_a_stranger_that_pushes_without_end_is_told_to_come_later() {
    let world = World::start().await;
    let stranger = without_certificate(&world);
    let par = format!("{}/par", world.mutual_tls);
    let mut statuses = Vec::new();
    for _ in 0..210 {
        statuses.push(send(&stranger, &par, &[]).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count(), 10);
    assert_eq!(world.saeum.push(&world, VERIFIER, &[]).await.status, StatusCode::CREATED);
    world.clock.advance(Span::from_seconds(1));
    assert_eq!(send(&stranger, &par, &[]).await.refusal(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc7523_3_an_assertion_counts_once_and_only_as_the_rules_say() {
    let world = World::start().await;
    let assertion = world.saeum.assertion(&world, json!({}));
    let first = world.saeum.push(&world, VERIFIER, &[("client_assertion", &assertion)]).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = world.saeum.push(&world, VERIFIER, &[("client_assertion", &assertion)]).await;
    assert_eq!(again.refusal(), (401, "invalid_client"));
    let now = world.now().seconds();
    for changed in [
        json!({"aud": [world.issuer]}),
        json!({"aud": format!("{}/token", world.mutual_tls)}),
        json!({"exp": now - 300}),
        json!({"nbf": now + 120}),
        json!({"jti": null}),
        json!({"iss": "app_someone"}),
    ] {
        let assertion = world.saeum.assertion(&world, changed.clone());
        let answer = world.saeum.push(&world, VERIFIER, &[("client_assertion", &assertion)]).await;
        assert_eq!(answer.refusal(), (401, "invalid_client"), "{changed}");
    }
    let soon = world.saeum.assertion(&world, json!({"nbf": now + 8, "iat": now + 8}));
    let answer = world.saeum.push(&world, VERIFIER, &[("client_assertion", &soon)]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_request_or_code_is_refused() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address = world.saeum.start(&world, VERIFIER).await;
    world.clock.advance(Span::from_seconds(540));
    let late = browser.get(&address).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
    assert!(late.html.contains("요청 시간이 지났습니다") && late.location().is_empty());

    let code = code(&world).await;
    world.clock.advance(Span::from_seconds(60));
    assert_eq!(world.saeum.exchange(&world, &code, VERIFIER, &[]).await.refusal(), (400, "invalid_grant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc9126_7_3_a_request_uri_that_is_guessed_changed_or_of_another_app_opens_nothing() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address = world.saeum.start(&world, VERIFIER).await;
    let swapped = address.replace(&world.saeum.app.id.to_string(), &world.ondam.app.id.to_string());
    let changed = format!("{}{}", &address[..address.len() - 1], if address.ends_with('0') { '1' } else { '0' });
    let doubled = format!("{address}&client_id={}", world.saeum.app.id);
    let plain = format!(
        "{}/authorize?client_id={}&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2F&scope=balance&state=x",
        world.issuer, world.saeum.app.id
    );
    for address in [swapped, changed, doubled, plain, format!("{}/authorize", world.issuer)] {
        let seen = browser.get(&address).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{address}");
        assert!(seen.location().is_empty() && seen.html.contains("<h1>"), "an error page, never a redirect");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_was_tampered_with_on_the_way_does_not_reach_the_app() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let address =
        format!("{}&state=forged&redirect_uri=https%3A%2F%2Fevil.example", world.saeum.start(&world, VERIFIER).await);
    let page = browser.open(&address, world.minsu).await;
    let csrf = page.csrf();
    let fields = [("csrf", csrf.as_str()), ("decision", "deny"), ("state", "forged")];
    let seen = browser.post(&page.action(), &fields).await;
    assert!(seen.location().starts_with(REDIRECT), "{}", seen.location());
    assert_eq!(query_value(seen.location(), "state"), crate::support::partner::STATE);
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_017_no_step_of_the_customers_authentication_can_be_skipped() {
    let world = World::start().await;
    let address = world.saeum.start(&world, VERIFIER).await;
    let mut honest = Browser::new(&world);
    let page = honest.open(&address, world.minsu).await;
    let account = account_of(world.minsu.id, 1).to_string();
    let csrf = page.csrf();
    let approve =
        |csrf: &str| [("csrf", csrf.to_owned()), ("account", account.clone()), ("decision", "approve".into())];
    let post = async |browser: &mut Browser, csrf: &str| {
        let fields = approve(csrf);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&page.action(), &fields).await
    };
    // Nobody signed in, although the token of the form is right.
    let mut stranger = Browser::new(&world);
    let seen = post(&mut stranger, &csrf).await;
    assert!(seen.location().starts_with("/sign-in"), "{seen:?}");
    // Another customer with the token of the first, and a forged cookie.
    let mut other = Browser::new(&world);
    other.open("/consents", world.jiyeon).await;
    assert_eq!(post(&mut other, &csrf).await.status, StatusCode::FORBIDDEN);
    stranger.cookies.insert("__Host-customer".into(), "A".repeat(43));
    assert!(post(&mut stranger, &csrf).await.location().starts_with("/sign-in"));
    // Another site that makes the customer's browser send the form: it cannot know the token.
    for forged in ["", "x", &"A".repeat(43)] {
        assert_eq!(post(&mut honest, forged).await.status, StatusCode::FORBIDDEN);
    }
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty());
    // A customer cannot grant an account of another, nor leave the choice out.
    let others = account_of(world.jiyeon.id, 1).to_string();
    let seen = honest.post(&page.action(), &[("csrf", &csrf), ("account", &others), ("decision", "approve")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let seen = honest.post(&page.action(), &[("csrf", &csrf), ("account", &account), ("decision", "maybe")]).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    // After all of this the request still stands, once.
    let once = post(&mut honest, &csrf).await;
    assert_eq!(once.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&mut honest, &csrf).await.location(), once.location(), "the second press is answered as the first");
    let decided = honest.get(&page.action()).await;
    assert_eq!(decided.status, StatusCode::BAD_REQUEST);
    assert!(decided.html.contains("이미 처리된 요청입니다"));
    assert_eq!(world.store.of_customer(world.minsu.id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn pr_011_the_institutions_word_does_not_authenticate_a_customer() {
    let world = World::start().await;
    let minsu = world.minsu.id.to_string();
    let claims = [("login_hint", minsu.as_str()), ("sub", &minsu), ("username", "minsu.kim"), ("prompt", "none")];
    let answer = world.saeum.push(&world, VERIFIER, &claims).await;
    assert_eq!(answer.status, StatusCode::CREATED, "unknown parameters are ignored");
    let address = world.saeum.authorize_address(&world, answer.json["request_uri"].as_str().unwrap());
    let seen = Browser::new(&world).get(&address).await;
    assert!(seen.location().starts_with("/sign-in"), "{seen:?}");
    for grant_type in ["password", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        let answer =
            world.saeum.exchange(&world, "x", VERIFIER, &[("grant_type", grant_type), ("username", "minsu.kim")]).await;
        assert_eq!(answer.refusal(), (400, "unsupported_grant_type"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_institution_gets_no_consent_for_what_it_pushed_before() {
    let world = World::start().await;
    let address = world.saeum.start(&world, VERIFIER).await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&address, world.minsu).await;
    let institution = world.saeum.institution.id;
    assert!(world.store.set_institution_status(institution, InstitutionStatus::Suspended, &[]).await.unwrap());
    let (csrf, account) = (page.csrf(), page.accounts().swap_remove(0));
    let fields = [("csrf", csrf.as_str()), ("account", &account), ("decision", "approve")];
    let approved = browser.post(&page.action(), &fields).await;
    assert_eq!(approved.status, StatusCode::BAD_REQUEST, "{}", approved.location());
    assert_eq!(browser.get(&address).await.status, StatusCode::BAD_REQUEST);
    assert!(world.store.of_customer(world.minsu.id).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_of_another_customer_does_not_exist() {
    let world = World::start().await;
    code(&world).await;
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let mut other = Browser::new(&world);
    let page = other.open("/consents", world.jiyeon).await;
    assert!(!page.html.contains(&consent.id.to_string()));
    for address in
        [format!("/consents/{}", consent.id), format!("/consents/{}/withdraw", consent.id), "/consents/x".into()]
    {
        assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    let question = other.get("/sign-out").await;
    let csrf = question.csrf();
    let address = format!("/consents/{}/withdraw", consent.id);
    let key = FormKey::draw(&other.cookies["__Host-customer"].parse().unwrap(), &address, [1; 16]);
    let seen = other.press(&address, &[("csrf", &csrf), ("once", &key)]).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert!(world.store.consent(consent.id).await.unwrap().unwrap().is_active(world.now()));
}
