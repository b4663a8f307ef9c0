use super::*;
use crate::{AccountLocation, CertificateFacts, ConsentFacts, Contract, Refusal, Snapshot, Standing, TokenAuthority};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use sumun_consent::Scope;
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId, TokenId};
use sumun_jose::{Algorithm, JwkSet, SigningKey, base64url_encode, sign_compact};
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const THUMBPRINT: [u8; 32] = [7; 32];
const OTHER_THUMBPRINT: [u8; 32] = [8; 32];
const INSTITUTION: InstitutionId = InstitutionId::from_random([1; 16]);
const OTHER_INSTITUTION: InstitutionId = InstitutionId::from_random([2; 16]);
const APP: AppId = AppId::from_random([3; 16]);
const OTHER_APP: AppId = AppId::from_random([4; 16]);
const CUSTOMER: CustomerId = CustomerId::from_random([5; 16]);
const CONSENT: ConsentId = ConsentId::from_random([6; 16]);
const ACCOUNT: AccountId = AccountId::from_random([9; 16]);
const OTHER_ACCOUNT: AccountId = AccountId::from_random([10; 16]);

static KEY: LazyLock<SigningKey> = LazyLock::new(key);
static OTHER_KEY: LazyLock<SigningKey> = LazyLock::new(key);

fn key() -> SigningKey {
    let pair = aws_lc_rs::signature::EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = pair.unwrap().to_pkcs8v1().unwrap();
    SigningKey::from_pkcs8(Algorithm::Es256, pkcs8.as_ref()).unwrap()
}

fn certificate(institution: InstitutionId) -> CertificateFacts {
    CertificateFacts {
        institution,
        not_before: NOW.minus(Span::from_days(10)),
        not_after: NOW.plus(Span::from_days(10)),
        certificate: Standing::Active,
        holder: Standing::Active,
    }
}

fn snapshot() -> Snapshot {
    let contract = include_bytes!("../../../../contracts/open-banking/v1.json");
    Snapshot {
        contract: Arc::new(Contract::parse(contract).unwrap()),
        certificates: HashMap::from([
            (THUMBPRINT, certificate(INSTITUTION)),
            (OTHER_THUMBPRINT, certificate(OTHER_INSTITUTION)),
        ]),
        apps: HashMap::from([(APP, INSTITUTION), (OTHER_APP, OTHER_INSTITUTION)]),
        authority: TokenAuthority {
            issuer: "https://as.example".to_owned(),
            audience: "https://gateway.example".to_owned(),
            keys: JwkSet::new(vec![KEY.public().clone()]).unwrap(),
        },
        epoch: 4,
    }
}

fn claims() -> Value {
    json!({
        "iss": "https://as.example", "sub": CUSTOMER, "aud": "https://gateway.example", "client_id": APP,
        "iat": NOW.seconds() - 60, "exp": NOW.seconds() + 240, "jti": TokenId::from_random([11; 16]),
        "scope": "balance transfer", "consent_id": CONSENT, "institution_id": INSTITUTION,
        "cnf": {"x5t#S256": base64url_encode(&THUMBPRINT)},
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn verify(claims: &Value) -> Result<token::VerifiedToken, Refusal> {
    verify_text(&sign_compact(&*KEY, "at+jwt", claims).unwrap())
}

fn verify_text(text: &str) -> Result<token::VerifiedToken, Refusal> {
    let header = format!("Bearer {text}");
    let bearer = token::bearer([header.as_bytes()].into_iter(), None).unwrap();
    token::verify(&snapshot(), bearer, NOW)
}

fn consent_facts() -> ConsentFacts {
    ConsentFacts {
        id: CONSENT,
        customer: CUSTOMER,
        institution: INSTITUTION,
        app: APP,
        scopes: vec![Scope::Balance, Scope::Transfer],
        accounts: vec![ACCOUNT],
        expires_at: NOW.plus(Span::from_days(1)),
        standing: Standing::Active,
    }
}

fn peer() -> certificate::KnownPeer {
    certificate::check(&snapshot(), THUMBPRINT, NOW).unwrap()
}

/// The whole chain for one call, as the gateway asks it.
fn call(method: &str, path: &str, body: &[u8], claims: &Value, consent: &ConsentFacts) -> Result<(), Refusal> {
    let snapshot = snapshot();
    let requested = method::pick(route::find(&snapshot.contract, path)?, method)?;
    let token = verify(claims)?;
    let bound = binding::bind(&snapshot, &peer(), token.live(NOW, false)?)?;
    let scoped = scope::permit(consent::stand(bound, Some(consent), NOW)?, &requested)?;
    account::in_path(&scoped, &requested)?;
    let body = body::read(&requested, body)?;
    account::permit(scoped, &requested, &body).map(|_| ())
}

fn balance(account: AccountId) -> String {
    format!("/v1/accounts/{account}/balance")
}

#[test]
fn a_call_that_is_as_it_should_be_passes() {
    assert_eq!(call("GET", &balance(ACCOUNT), b"", &claims(), &consent_facts()), Ok(()));
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    assert_eq!(call("POST", "/v1/deposits", body.as_bytes(), &claims(), &consent_facts()), Ok(()));
}

#[test]
fn a_certificate_that_expired_or_was_revoked_since_the_handshake_is_refused() {
    let with = |change: &dyn Fn(&mut CertificateFacts)| {
        let mut snapshot = snapshot();
        change(snapshot.certificates.get_mut(&THUMBPRINT).unwrap());
        certificate::check(&snapshot, THUMBPRINT, NOW).map(|_| ())
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(with(&|facts| facts.not_after = NOW), Ok(()));
    assert_eq!(with(&|facts| facts.not_after = NOW.minus(Span::from_seconds(1))), Err(Refusal::CertificateExpired));
    assert_eq!(with(&|facts| facts.not_before = NOW.plus(Span::from_micros(1))), Err(Refusal::CertificateExpired));
    assert_eq!(with(&|facts| facts.certificate = Standing::Stopped), Err(Refusal::CertificateRevoked));
}

#[test]
fn pr_057_one_institution_is_stopped_and_the_others_go_on() {
    let mut snapshot = snapshot();
    snapshot.certificates.get_mut(&THUMBPRINT).unwrap().holder = Standing::Stopped;
    assert_eq!(certificate::check(&snapshot, THUMBPRINT, NOW), Err(Refusal::InstitutionStopped));
    assert!(certificate::check(&snapshot, OTHER_THUMBPRINT, NOW).is_ok());
    assert_eq!(certificate::check(&snapshot, [0; 32], NOW), Err(Refusal::CertificateUnknown));
}

#[test]
fn unknown_paths_and_methods_are_told_apart() {
    let snapshot = snapshot();
    let pick = |method: &str, path: &str| {
        route::find(&snapshot.contract, path).and_then(|found| method::pick(found, method).map(|_| ()))
    };
    assert_eq!(pick("GET", &balance(ACCOUNT)), Ok(()));
    let allowed = "GET".to_owned();
    assert_eq!(pick("POST", &balance(ACCOUNT)), Err(Refusal::MethodNotAllowed { allowed: allowed.clone() }));
    assert_eq!(pick("get", &balance(ACCOUNT)), Err(Refusal::MethodNotAllowed { allowed }));
    for path in [
        "/",
        "",
        "/v1",
        "/v1/accounts//balance",
        "/v1/accounts/acc_%31/balance",
        "/v1/accounts/../accounts/x/balance",
        "/v1/accounts/x/balance/",
        "/v1/accounts/x/../balance",
        "/V1/deposits",
        "/v1/deposits/",
        "//v1/deposits",
    ] {
        assert_eq!(pick("GET", path), Err(Refusal::RouteUnknown), "{path}");
    }
}

#[test]
fn bodies_are_judged_by_their_head_before_they_are_read() {
    let snapshot = snapshot();
    let requested = |method: &str, path: &'static str| {
        method::pick(route::find(&snapshot.contract, path).unwrap(), method).unwrap()
    };
    let (get, post) = (requested("GET", "/v1/transfers/trf_x"), requested("POST", "/v1/deposits"));
    let allowed = |requested, declared| size::check(requested, declared).map(|allowance| allowance.bytes_max());
    assert_eq!(allowed(&get, size::Declared::Nothing), Ok(0));
    assert_eq!(allowed(&get, size::Declared::Length(1)), Err(Refusal::BodyUnexpected));
    assert_eq!(allowed(&get, size::Declared::Open), Err(Refusal::BodyUnexpected));
    assert_eq!(allowed(&post, size::Declared::Length(4096)), Ok(4096));
    assert_eq!(allowed(&post, size::Declared::Length(4097)), Err(Refusal::BodyTooLarge { bytes_max: 4096 }));
    assert_eq!(allowed(&post, size::Declared::Open), Ok(4096));

    let typed =
        |types: &[&'static str], encoded| body::content_type(&post, types.iter().map(|text| text.as_bytes()), encoded);
    for fit in ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\""] {
        assert_eq!(typed(&[fit], false), Ok(()), "{fit}");
    }
    for unfit in [&[][..], &["text/plain"], &["application/json; charset=euc-kr"], &["application/json"; 2]] {
        assert_eq!(typed(unfit, false), Err(Refusal::ContentTypeUnsupported), "{unfit:?}");
    }
    assert_eq!(typed(&["application/json"], true), Err(Refusal::ContentTypeUnsupported));

    let read = |bytes: &[u8]| body::read(&post, bytes).map(|_| ());
    assert_eq!(read(br#"{"a":1}"#), Ok(()));
    for malformed in [&b""[..], b"{", b"[]", b"1", b"{\"a\":\xff}", b"{} {}"] {
        assert_eq!(read(malformed), Err(Refusal::JsonMalformed));
    }
    assert_eq!(read(br#"{"amount":1,"amount":2}"#), Err(Refusal::JsonDuplicateName));
    assert_eq!(read(format!("{{\"a\":{}1{}}}", "[".repeat(30), "]".repeat(30)).as_bytes()), Err(Refusal::JsonTooDeep));
}

#[test]
fn rfc6750_2_the_token_is_taken_from_one_authorization_header_and_nowhere_else() {
    let bearer = |headers: &[&'static str], query: Option<&str>| {
        let headers = headers.iter().map(|text| text.as_bytes());
        token::bearer(headers, query).map(|bearer| bearer.text())
    };
    assert_eq!(bearer(&["Bearer abc"], None), Ok("abc"));
    assert_eq!(bearer(&["bearer  abc"], Some("from=2026-01-01")), Ok("abc"));
    assert_eq!(bearer(&[], None), Err(Refusal::TokenMissing));
    assert_eq!(bearer(&["Basic abc"], None), Err(Refusal::TokenMissing));
    for headers in [&["Bearer"][..], &["Bearer "], &["Bearer a b"], &["Bearer a,Bearer b"], &["Bearer a", "Bearer a"]] {
        assert_eq!(bearer(headers, None), Err(Refusal::TokenPlacement), "{headers:?}");
    }
    for query in [
        "access_token=abc",
        "a=1&access_token",
        "access_token",
        "access%5Ftoken=abc",
        "access%5ftoken",
        "a=1&%61%63%63%65%73%73%5f%74%6f%6b%65%6e=abc",
    ] {
        assert_eq!(bearer(&["Bearer abc"], Some(query)), Err(Refusal::TokenPlacement), "{query}");
    }
    for query in ["access%255Ftoken=abc", "access%5", "access%zztoken", "access+token=abc", "a=access_token"] {
        assert_eq!(bearer(&["Bearer abc"], Some(query)), Ok("abc"), "{query} is another name");
    }
}

#[test]
fn rfc9068_4_kind_issuer_audience_and_times_are_checked() {
    let refused = |claims: &Value| verify(claims).map(|_| ()).unwrap_err();
    assert!(verify(&claims()).is_ok());
    assert!(verify(&with("aud", json!(["x", "https://gateway.example"]))).is_ok());
    assert_eq!(refused(&with("iss", json!("https://other.example"))), Refusal::TokenForeign);
    assert_eq!(refused(&with("aud", json!("https://other.example"))), Refusal::TokenForeign);
    assert_eq!(refused(&with("aud", json!([]))), Refusal::TokenForeign);
    let id_token = sign_compact(&*KEY, "JWT", &claims()).unwrap();
    assert_eq!(verify_text(&id_token), Err(Refusal::TokenForeign));
    assert!(verify_text(&sign_compact(&*KEY, "application/AT+JWT", &claims()).unwrap()).is_ok());
    assert_eq!(refused(&with("exp", json!(NOW.seconds()))), Refusal::TokenExpired);
    assert_eq!(refused(&with("nbf", json!(NOW.seconds() + 6))), Refusal::TokenUntimely);
    assert_eq!(refused(&with("iat", json!(NOW.seconds() + 6))), Refusal::TokenUntimely);
    assert_eq!(refused(&with("exp", json!(NOW.seconds() + 541))), Refusal::TokenUntimely);
    assert_eq!(refused(&with("exp", json!(i64::MAX))), Refusal::TokenUntimely);
    for (name, value) in [
        ("sub", json!("somebody")),
        ("exp", json!("soon")),
        ("scope", json!("balance everything")),
        ("cnf", json!({})),
        ("cnf", json!({"x5t#S256": "AAAA"})),
        ("jti", Value::Null),
    ] {
        assert_eq!(refused(&with(name, value)), Refusal::TokenMalformed, "{name}");
    }
}

#[test]
fn pr_031_a_token_with_one_changed_character_is_refused() {
    let text = sign_compact(&*KEY, "at+jwt", &claims()).unwrap();
    for place in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify_text(&changed).is_err(), "{place}");
    }
}

#[test]
fn only_keys_of_the_authorization_server_are_believed() {
    let foreign = sign_compact(&*OTHER_KEY, "at+jwt", &claims()).unwrap();
    assert_eq!(verify_text(&foreign), Err(Refusal::TokenUntrusted));
    let none = format!("{}.{}.", base64url_encode(br#"{"alg":"none","typ":"at+jwt"}"#), base64url_encode(b"{}"));
    assert_eq!(verify_text(&none), Err(Refusal::TokenUntrusted));
    assert_eq!(verify_text("a.b"), Err(Refusal::TokenMalformed));
}

#[test]
fn a_verified_token_dies_by_time_and_by_revocation() {
    let token = verify(&claims()).unwrap();
    assert!(token.live(NOW, false).is_ok());
    assert_eq!(token.live(NOW, true).map(|_| ()), Err(Refusal::TokenRevoked));
    assert_eq!(token.live(token.expires_at(), false).map(|_| ()), Err(Refusal::TokenExpired));
    assert_eq!(token.epoch(), 4);
}

fn bind(claims: &Value, thumbprint: [u8; 32]) -> Result<(), Refusal> {
    let snapshot = snapshot();
    let token = verify(claims).unwrap();
    let peer = certificate::check(&snapshot, thumbprint, NOW).unwrap();
    binding::bind(&snapshot, &peer, token.live(NOW, false).unwrap()).map(|_| ())
}

#[test]
fn pr_030_a_token_bound_to_another_certificate_is_refused() {
    assert_eq!(bind(&claims(), THUMBPRINT), Ok(()));
    assert_eq!(bind(&claims(), OTHER_THUMBPRINT), Err(Refusal::TokenOfAnotherCertificate));
}

#[test]
fn pr_013_a_token_of_another_institution_is_refused_whatever_certificate_it_names() {
    let other = |name: &str, value: Value| bind(&with(name, value), THUMBPRINT);
    assert_eq!(other("institution_id", json!(OTHER_INSTITUTION)), Err(Refusal::TokenOfAnotherInstitution));
    assert_eq!(other("client_id", json!(OTHER_APP)), Err(Refusal::TokenOfAnotherInstitution));
    assert_eq!(other("client_id", json!(AppId::from_random([99; 16]))), Err(Refusal::TokenOfAnotherInstitution));
}

#[test]
fn a_consent_that_ended_or_belongs_to_others_serves_no_token() {
    let call = |change: &dyn Fn(&mut ConsentFacts)| {
        let mut facts = consent_facts();
        change(&mut facts);
        call("GET", &balance(ACCOUNT), b"", &claims(), &facts)
    };
    assert_eq!(call(&|_| {}), Ok(()));
    assert_eq!(call(&|facts| facts.standing = Standing::Stopped), Err(Refusal::ConsentEnded));
    assert_eq!(call(&|facts| facts.expires_at = NOW), Err(Refusal::ConsentExpired));
    assert_eq!(call(&|facts| facts.customer = CustomerId::from_random([0; 16])), Err(Refusal::ConsentMismatch));
    assert_eq!(call(&|facts| facts.app = OTHER_APP), Err(Refusal::ConsentMismatch));
    assert_eq!(call(&|facts| facts.institution = OTHER_INSTITUTION), Err(Refusal::ConsentMismatch));
    assert_eq!(call(&|facts| facts.id = ConsentId::from_random([0; 16])), Err(Refusal::ConsentMismatch));
    let token = verify(&claims()).unwrap();
    let bound = binding::bind(&snapshot(), &peer(), token.live(NOW, false).unwrap()).unwrap();
    assert_eq!(consent::stand(bound, None, NOW).map(|_| ()), Err(Refusal::ConsentEnded));
}

#[test]
fn what_a_call_discloses_is_withheld_after_an_end_and_what_it_did_is_told() {
    let contract = snapshot().contract;
    for operation in contract.routes() {
        let path = operation.template.replace("{account_id}", &ACCOUNT.to_string()).replace("{transfer_id}", "x");
        let requested = method::pick(route::find(&contract, &path).unwrap(), operation.method.name()).unwrap();
        let discloses = operation.scope != Some(Scope::Transfer);
        let refused = |refusal| if discloses { Err(refusal) } else { Ok(()) };
        assert_eq!(consent::disclose(&requested, true, false), Ok(()));
        assert_eq!(consent::disclose(&requested, false, false), refused(Refusal::ConsentEnded), "{}", operation.name);
        assert_eq!(consent::disclose(&requested, true, true), refused(Refusal::TokenRevoked), "{}", operation.name);
    }
}

#[test]
fn pr_014_a_balance_token_or_a_balance_consent_does_not_reach_transfers() {
    let body = json!({"account_id": ACCOUNT}).to_string();
    let transfer = |claims: &Value, facts: &ConsentFacts| call("POST", "/v1/deposits", body.as_bytes(), claims, facts);
    let refused = Err(Refusal::ScopeInsufficient { needed: Scope::Transfer });
    assert_eq!(transfer(&with("scope", json!("balance")), &consent_facts()), refused);
    assert_eq!(transfer(&claims(), &ConsentFacts { scopes: vec![Scope::Balance], ..consent_facts() }), refused);
    assert_eq!(transfer(&with("scope", json!("")), &consent_facts()), refused);
}

#[test]
fn pr_012_an_account_outside_the_consent_is_refused_in_path_and_body() {
    let get = |account: &str| call("GET", &format!("/v1/accounts/{account}/balance"), b"", &claims(), &consent_facts());
    assert_eq!(get(&OTHER_ACCOUNT.to_string()), Err(Refusal::AccountNotConsented));
    assert_eq!(get("acc_nonsense"), Err(Refusal::AccountNotConsented));
    let post = |body: Value| call("POST", "/v1/withdrawals", body.to_string().as_bytes(), &claims(), &consent_facts());
    assert_eq!(post(json!({"account_id": OTHER_ACCOUNT})), Err(Refusal::AccountNotConsented));
    assert_eq!(post(json!({"account_id": [ACCOUNT]})), Err(Refusal::AccountMissing { field: "account_id".to_owned() }));
    assert_eq!(
        post(json!({"payee": {"account_id": ACCOUNT}})),
        Err(Refusal::AccountMissing { field: "account_id".to_owned() })
    );
}

#[test]
fn every_operation_that_takes_an_account_is_checked_for_it() {
    let snapshot = snapshot();
    for route in snapshot.contract.routes() {
        let path = route.template.replace("{account_id}", &OTHER_ACCOUNT.to_string()).replace("{transfer_id}", "trf_x");
        let body =
            if route.body_bytes_max > 0 { json!({"account_id": OTHER_ACCOUNT}).to_string() } else { String::new() };
        let all = with("scope", json!("account-holder balance transactions transfer"));
        let facts = ConsentFacts { scopes: Scope::ALL.to_vec(), ..consent_facts() };
        let answer = call(route.method.name(), &path, body.as_bytes(), &all, &facts);
        let expected = match route.account {
            Some(AccountLocation::Path(_) | AccountLocation::Body(_)) => Err(Refusal::AccountNotConsented),
            None => Ok(()),
        };
        assert_eq!(answer, expected, "{}", route.name);
    }
}

#[test]
fn a_query_has_what_the_operation_knows_once_each() {
    let contract = snapshot().contract;
    for route in contract.routes() {
        let path = route.template.replace("{account_id}", &ACCOUNT.to_string()).replace("{transfer_id}", "x");
        let requested = method::pick(route::find(&contract, &path).unwrap(), route.method.name()).unwrap();
        let whole: Vec<String> = route.query.iter().map(|name| format!("{name}=1")).collect();
        for good in [None, Some(""), Some("&"), Some(&*whole.join("&"))] {
            assert_eq!(query::check(&requested, good), Ok(()), "{} {good:?}", route.name);
        }
        for name in &route.query {
            let parameter = name.clone();
            let twice = query::check(&requested, Some(&format!("{name}=1&{name}=2")));
            assert_eq!(twice, Err(Refusal::ParameterRepeated { parameter }), "{}", route.name);
        }
        for unknown in ["form", "From", "from[]", "%66rom", "from ", "", "sumun"] {
            let parameter = unknown.to_owned();
            let refused = query::check(&requested, Some(&format!("{unknown}=1")));
            assert_eq!(refused, Err(Refusal::ParameterUnknown { parameter }), "{}", route.name);
        }
    }
}

const RULE: limit::LimitRule = limit::LimitRule { tokens_per_second: 3, burst_tokens: 5 };

#[test]
fn pr_058_calls_over_the_limit_are_refused_and_told_when_to_come_back() {
    let mut bucket = limit::Bucket::full(RULE, NOW);
    for _ in 0..5 {
        let (next, charged) = bucket.take(RULE, NOW, 1);
        assert!(charged.is_ok());
        bucket = next;
    }
    let (bucket, refused) = bucket.take(RULE, NOW, 1);
    // A third of a second, rounded up to whole microseconds.
    let retry_after = Span::from_micros(333_334);
    assert_eq!(refused, Err(Refusal::LimitExceeded { retry_after }));
    let early = NOW.plus(Span::from_micros(333_333));
    assert!(bucket.take(RULE, early, 1).1.is_err());
    assert!(bucket.take(RULE, NOW.plus(retry_after), 1).1.is_ok());
}

#[test]
fn pr_058_a_call_pays_one_token_at_its_beginning_and_the_rest_when_its_route_is_known() {
    let whole = |bucket: limit::Bucket, at, price| {
        let (bucket, entered) = bucket.take(RULE, at, 1);
        let (bucket, rest) = bucket.take_rest(RULE, at, price);
        (bucket, entered.and(rest))
    };
    let (bucket, charged) = whole(limit::Bucket::full(RULE, NOW), NOW, 4);
    assert!(charged.is_ok());
    // One token is left: it lets the call in and is gone, although the rest is refused.
    let (bucket, refused) = whole(bucket, NOW, 4);
    let Err(Refusal::LimitExceeded { retry_after }) = refused else { panic!("{refused:?}") };
    assert_eq!(retry_after, Span::from_micros(1_333_334), "until all four are there, not only the three of the rest");
    assert!(bucket.take(RULE, NOW, 1).1.is_err());
    assert!(whole(bucket, NOW.plus(retry_after), 4).1.is_ok());
    assert!(whole(bucket, NOW.plus(retry_after).minus(Span::from_micros(1)), 4).1.is_err());
    // A route that costs one token was paid for at the beginning.
    assert!(bucket.take_rest(RULE, NOW, 1).1.is_ok());
}

#[test]
fn a_clock_that_steps_back_gives_no_tokens() {
    let (bucket, _) = limit::Bucket::full(RULE, NOW).take(RULE, NOW, 5);
    let (bucket, refused) = bucket.take(RULE, NOW.minus(Span::from_hours(1)), 1);
    assert!(refused.is_err());
    assert!(bucket.take(RULE, NOW.plus(Span::from_micros(333_333)), 1).1.is_err());
}

proptest! {
    /// An independent count: whatever the calls, over any span no more is given than
    /// the burst and the exact refill, and nothing is withheld that is due.
    #[test]
    fn a_bucket_gives_exactly_burst_plus_rate(
        rate in 1u32..2_000, burst in 1u32..50, steps in prop::collection::vec((0i64..2_000_000, 1u32..4), 1..60)
    ) {
        let rule = limit::LimitRule { tokens_per_second: rate, burst_tokens: burst };
        let (mut bucket, mut now, mut model) = (limit::Bucket::full(rule, NOW), NOW, i128::from(burst) * 1_000_000);
        for (wait, tokens) in steps {
            now = now.plus(Span::from_micros(wait));
            model = (model + i128::from(wait) * i128::from(rate)).min(i128::from(burst) * 1_000_000);
            let (next, charged) = bucket.take(rule, now, tokens);
            let price = i128::from(tokens) * 1_000_000;
            prop_assert_eq!(charged.is_ok(), price <= model);
            if charged.is_ok() {
                model -= price;
            } else if let Err(Refusal::LimitExceeded { retry_after }) = charged
                && tokens <= burst
            {
                prop_assert!(next.take(rule, now.plus(retry_after), tokens).1.is_ok());
                prop_assert!(next.take(rule, now.plus(retry_after).minus(Span::from_micros(1)), tokens).1.is_err());
            }
            bucket = next;
        }
    }

    #[test]
    fn any_authorization_header_is_taken_or_refused(header in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(bearer) = token::bearer([header.as_slice()].into_iter(), None) {
            prop_assert!(!bearer.text().is_empty() && !bearer.text().contains(' '));
            prop_assert!(token::verify(&snapshot(), bearer, NOW).is_err());
        }
    }

    #[test]
    fn any_content_type_is_json_or_refused(value in "[a-zA-Z/;= \"-]{0,40}") {
        let snapshot = snapshot();
        let post = method::pick(route::find(&snapshot.contract, "/v1/deposits").unwrap(), "POST").unwrap();
        if body::content_type(&post, [value.as_bytes()].into_iter(), false).is_ok() {
            prop_assert!(value.trim_start().to_ascii_lowercase().starts_with("application/json"));
        }
    }
}
