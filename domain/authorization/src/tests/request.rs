//! Pushed requests, their reference, and the answer through the browser.

use super::*;
use crate::{
    AuthorizationError, DECISION_LIFETIME, REQUEST_URI_LIFETIME, Reference, RequestFault, RequestUriFault,
    code_response, denied_response,
};
use sumun_consent::Scope;
use sumun_ids::AuthorizationRequestId;
use sumun_time::Span;

fn fault(changed: &[(&str, &str)]) -> RequestFault {
    match AuthorizationRequest::read(&request_parameters(changed), &jwt_app(), GATEWAY) {
        Err(AuthorizationError::Request(fault)) => fault,
        other => panic!("{changed:?}: {other:?}"),
    }
}

#[test]
fn rfc9126_2_1_a_good_request_is_read_whole() {
    let request = request();
    assert_eq!(request.redirect_uri, REDIRECT);
    assert_eq!(request.scopes, [Scope::Balance, Scope::Transfer]);
    assert_eq!((request.state.as_deref(), request.nonce), (Some("s"), None));
    assert!(request.challenge.is_answered_by(VERIFIER));
}

#[test]
fn fapi2_5_3_2_2_1_only_the_code_response_type() {
    for response_type in ["code id_token", "token", "id_token", "Code", "none"] {
        assert_eq!(fault(&[("response_type", response_type)]), RequestFault::ResponseType);
    }
    assert_eq!(fault(&[("response_type", "-")]), RequestFault::Missing { parameter: "response_type" });
    for mode in ["fragment", "form_post", "jwt"] {
        assert_eq!(fault(&[("response_mode", mode)]), RequestFault::ResponseMode);
    }
    assert!(
        AuthorizationRequest::read(&request_parameters(&[("response_mode", "query")]), &jwt_app(), GATEWAY).is_ok()
    );
}

#[test]
fn fapi2_5_3_2_2_5_pkce_by_s256_is_required() {
    assert_eq!(fault(&[("code_challenge", "-")]), RequestFault::Missing { parameter: "code_challenge" });
    assert_eq!(
        fault(&[("code_challenge", VERIFIER), ("code_challenge_method", "plain")]),
        RequestFault::ChallengeMethod
    );
    let missing = RequestFault::Missing { parameter: "code_challenge_method" };
    assert_eq!(fault(&[("code_challenge_method", "-")]), missing, "the default of RFC 7636 would be plain");
    assert_eq!(fault(&[("code_challenge", "short")]), RequestFault::Challenge);
}

#[test]
fn fapi2_5_3_2_2_6_the_redirect_address_is_required_and_registered() {
    assert_eq!(fault(&[("redirect_uri", "-")]), RequestFault::Missing { parameter: "redirect_uri" });
    for address in ["https://evil.example/callback", "https://app.saeum.example/callback/", "/callback"] {
        assert_eq!(fault(&[("redirect_uri", address)]), RequestFault::RedirectUri);
    }
}

#[test]
fn rfc9396_5_details_that_nobody_understands_are_refused_and_not_ignored() {
    for details in ["[]", r#"[{"type":"account_access"}]"#, r#"[{"type":"payment_initiation"}]"#, "x"] {
        assert_eq!(fault(&[("authorization_details", details)]), RequestFault::AuthorizationDetails, "{details}");
    }
}

#[test]
fn rfc8707_2_a_resource_other_than_the_gateway_is_refused_and_not_ignored() {
    let others = ["https://other.example", "https://api.daon.example.evil.example", "https://api.daon.example/v1", "x"];
    for resource in others {
        assert_eq!(fault(&[("resource", resource)]), RequestFault::Target, "{resource}");
    }
    for resource in [GATEWAY.to_owned(), format!("{GATEWAY}/")] {
        let parameters = request_parameters(&[("resource", &resource)]);
        assert!(AuthorizationRequest::read(&parameters, &jwt_app(), GATEWAY).is_ok(), "{resource}");
    }
}

#[test]
fn rfc6749_3_3_the_scope_is_a_part_of_what_the_app_registered() {
    for scope in ["-", " ", "transactions", "balance transactions", "openid balance", "Balance"] {
        assert_eq!(fault(&[("scope", scope)]), RequestFault::Scope, "{scope}");
    }
}

#[test]
fn fapi2_5_3_2_2_14_a_nonce_of_64_characters_is_kept_and_a_longer_one_refused() {
    let nonce = "가".repeat(64);
    let kept = AuthorizationRequest::read(&request_parameters(&[("nonce", &nonce)]), &jwt_app(), GATEWAY).unwrap();
    assert_eq!(kept.nonce, Some(nonce));
    let too_long = RequestFault::TooLong { parameter: "nonce", characters_max: 64 };
    assert_eq!(fault(&[("nonce", &"n".repeat(65))]), too_long);
}

#[test]
fn fapi2_5_3_2_2_note_4_a_long_state_comes_back_whole() {
    let state = "s".repeat(4096);
    let request = AuthorizationRequest::read(&request_parameters(&[("state", &state)]), &jwt_app(), GATEWAY).unwrap();
    assert!(code_response(&request, ISSUER, "c").ends_with(&format!("&state={state}")));
    let too_long = RequestFault::TooLong { parameter: "state", characters_max: 4096 };
    assert_eq!(fault(&[("state", &"s".repeat(4097))]), too_long);
}

#[test]
fn rfc6749_a_5_a_state_has_visible_characters_and_spaces_only() {
    let all: String = (' '..='~').collect();
    let request = AuthorizationRequest::read(&request_parameters(&[("state", &all)]), &jwt_app(), GATEWAY).unwrap();
    assert_eq!(request.state, Some(all));
    for state in ["a\0b", "\u{7f}", "a\nb", "상태"] {
        assert_eq!(fault(&[("state", state)]), RequestFault::Characters { parameter: "state" }, "{state:?}");
    }
    // What no store of texts has to take.
    assert_eq!(fault(&[("nonce", "a\0b")]), RequestFault::Characters { parameter: "nonce" });
}

#[test]
fn rfc9126_2_1_a_pushed_request_uri_is_refused() {
    assert_eq!(fault(&[("request_uri", "urn:x")]), RequestFault::RequestUriPushed);
    assert_eq!(fault(&[("request", "a.b.c")]), RequestFault::RequestObject);
}

fn pushed() -> crate::PushedRequest {
    request().push(AuthorizationRequestId::from_random([5; 16]), NOW)
}

#[test]
fn fapi2_5_3_2_2_12_a_request_uri_lives_less_than_ten_minutes() {
    assert!(REQUEST_URI_LIFETIME < Span::from_seconds(600));
    let (app, last) = (jwt_app().id, NOW.plus(REQUEST_URI_LIFETIME).minus(Span::from_micros(1)));
    assert!(pushed().open(app, last).is_ok());
    assert_eq!(pushed().open(app, pushed().expires_at), Err(RequestUriFault::Expired));
}

#[test]
fn fapi2_5_3_2_2_note_3_a_request_opens_again_until_the_decision() {
    let app = jwt_app().id;
    assert!(pushed().open(app, NOW).is_ok() && pushed().open(app, NOW).is_ok());
    let decided = crate::PushedRequest { decided: true, ..pushed() };
    assert_eq!(decided.clone().open(app, NOW), Err(RequestUriFault::Decided));
    assert_eq!(decided.decide(app, NOW), Err(RequestUriFault::Decided));
}

#[test]
fn a_page_that_was_shown_in_time_can_be_decided_on_a_little_longer() {
    let app = jwt_app().id;
    let shown = pushed().open(app, NOW).unwrap();
    assert_eq!((shown.pushed_at, shown.decide_until), (NOW, pushed().expires_at.plus(DECISION_LIFETIME)));
    assert!(pushed().decide(app, shown.decide_until.minus(Span::from_micros(1))).is_ok());
    assert_eq!(pushed().decide(app, shown.decide_until), Err(RequestUriFault::Expired));
}

#[test]
fn rfc9126_4_a_request_uri_is_for_the_app_that_pushed_it() {
    let stranger = AppId::from_random([9; 16]);
    let expired = NOW.plus(Span::from_days(1));
    assert_eq!(pushed().open(stranger, NOW), Err(RequestUriFault::OfAnotherApp));
    assert_eq!(pushed().open(stranger, expired), Err(RequestUriFault::OfAnotherApp), "nothing more is told");
}

#[test]
fn fapi2_5_3_2_2_3_only_a_pushed_request_is_taken() {
    let app = jwt_app().id.to_string();
    let uri = pushed().request_uri();
    let read = |pairs: &[(&str, &str)]| Reference::read(&parameters(pairs));
    let reference = read(&[("client_id", &app), ("request_uri", &uri), ("scope", "transactions")]).unwrap();
    assert_eq!((reference.app, reference.id), (jwt_app().id, pushed().id));
    assert_eq!(Reference::read(&Parameters::parse(reference.query().as_bytes()).unwrap()), Ok(reference));

    let plain = read(&[("client_id", &app), ("response_type", "code"), ("redirect_uri", REDIRECT)]);
    assert_eq!(plain, Err(RequestUriFault::NotPushed));
    assert_eq!(read(&[("request_uri", &uri)]), Err(RequestUriFault::NotPushed));
    for uri in ["https://app.example/request", "urn:ietf:params:oauth:request_uri:x", &pushed().id.to_string()] {
        assert_eq!(read(&[("client_id", &app), ("request_uri", uri)]), Err(RequestUriFault::Unknown), "{uri}");
    }
}

#[test]
fn rfc9207_2_the_issuer_stands_in_every_answer() {
    let issuer = "&iss=https%3A%2F%2Fauth.daon.example&state=s";
    let request = request();
    assert_eq!(code_response(&request, ISSUER, "a-b"), format!("{REDIRECT}?code=a-b{issuer}"));
    let denied = denied_response(&request, ISSUER);
    assert_eq!(denied, format!("{REDIRECT}?error=access_denied{issuer}"));
}

#[test]
fn rfc6749_3_1_2_a_registered_query_stays_and_a_state_cannot_break_out() {
    let mut request = request();
    request.state = Some("a&code=b#c d%".into());
    for (address, start) in [("https://a.example/?bank=1", "?bank=1&code=x"), ("https://a.example/?", "?code=x")] {
        request.redirect_uri = address.into();
        let answer = code_response(&request, ISSUER, "x");
        assert!(answer.contains(start) && answer.ends_with("&state=a%26code%3Db%23c%20d%25"), "{answer}");
    }
}

#[test]
fn a_consent_ends_with_a_korean_day_that_does_not_depend_on_when_the_page_was_read() {
    let late: Timestamp = "2026-11-21T23:59:59+09:00".parse().unwrap();
    let pushed = request().push(AuthorizationRequestId::from_random([5; 16]), late);
    let awaiting = pushed.decide(jwt_app().id, late.plus(Span::from_minutes(5))).unwrap();
    assert_eq!(awaiting.last_day(365).to_string(), "2027-11-21");
    assert_eq!(awaiting.consent_end(365), "2027-11-22T00:00:00+09:00".parse().unwrap());
}
