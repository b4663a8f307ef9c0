//! Approval, codes and their exchange for tokens.

use super::*;
use crate::{
    AccessTokenClaims, AccountKind, AccountSummary, Approval, Approve, AuthorizationCode, AuthorizationError,
    CODE_LIFETIME, CustomerFault, GrantFault, Issue, IssuedToken, PlatformFault, RequestFault, RevokedToken,
    StoredCode, TOKEN_LIFETIME_MAX, Terms, TokenPolicy, TokenPolicyError, TokenRequest, TokenResponse,
};
use sumun_consent::{Consent, Scope};
use sumun_ids::{AccountId, AuthorizationRequestId, ConsentId, CustomerId, TokenId};
use sumun_time::Span;

const MINE: AccountId = AccountId::from_random([10; 16]);
const OTHERS: AccountId = AccountId::from_random([11; 16]);

fn terms() -> Terms {
    Terms {
        purpose: "가계부".into(),
        expires_at: NOW.plus(Span::from_days(365)),
        withdrawal: "내 동의".into(),
        outage_effect: "늦게 바뀜".into(),
    }
}

fn approve_with(chosen: &[AccountId], terms: Terms) -> Result<Approval, AuthorizationError> {
    let offered = [AccountSummary {
        id: MINE,
        alias: "월급통장".into(),
        masked_number: "***-***-**4821".into(),
        kind: AccountKind::Demand,
    }];
    let awaiting = request().push(AuthorizationRequestId::from_random([5; 16]), NOW).open(jwt_app().id, NOW).unwrap();
    awaiting.approve(Approve {
        customer: CustomerId::from_random([6; 16]),
        offered: &offered,
        chosen,
        terms,
        consent: ConsentId::from_random([7; 16]),
        code: &AuthorizationCode::from_random([3; 32]),
        now: NOW,
    })
}

pub(super) fn approval() -> Approval {
    approve_with(&[MINE], terms()).unwrap()
}

fn stored() -> StoredCode {
    StoredCode { code: approval().code, exchanged_for: None }
}

fn token_parameters(changed: &[(&str, &str)]) -> Parameters {
    let code = AuthorizationCode::from_random([3; 32]);
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT),
    ];
    pairs.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    pairs.extend(changed);
    parameters(&pairs)
}

fn exchange_at(now: Timestamp, stored: &StoredCode, changed: &[(&str, &str)]) -> Result<IssuedToken, GrantFault> {
    let parameters = token_parameters(changed);
    let issue = Issue { id: TokenId::from_random([4; 16]), policy: &TokenPolicy::default(), now };
    let request = TokenRequest::read(&parameters).unwrap();
    stored.exchange(&request, &authenticated(&tls_app()), &approval().consent, &issue)
}

pub(super) fn token() -> IssuedToken {
    exchange_at(NOW, &stored(), &[]).unwrap()
}

#[test]
fn an_approval_grants_the_chosen_accounts_and_nothing_else() {
    let approval = approval();
    assert_eq!(approval.consent.accounts, [MINE]);
    assert_eq!(approval.consent.scopes, [Scope::Balance, Scope::Transfer]);
    assert_eq!(approval.code.hash, AuthorizationCode::from_random([3; 32]).hash());
    assert!(matches!(approve_with(&[], terms()), Err(AuthorizationError::Customer(CustomerFault::NoAccountChosen))));
    assert!(matches!(
        approve_with(&[MINE, OTHERS], terms()),
        Err(AuthorizationError::Customer(CustomerFault::AccountOfAnother))
    ));
}

#[test]
fn pr_112_terms_that_lack_a_fact_are_not_shown_and_not_approved() {
    let spoilt = [
        Terms { purpose: " ".into(), ..terms() },
        Terms { withdrawal: String::new(), ..terms() },
        Terms { outage_effect: String::new(), ..terms() },
        Terms { expires_at: NOW, ..terms() },
        Terms { expires_at: NOW.plus(Span::from_days(400)), ..terms() },
    ];
    for terms in spoilt {
        let outcome = approve_with(&[MINE], terms.clone());
        assert!(matches!(outcome, Err(AuthorizationError::Platform(PlatformFault::Terms(_)))), "{terms:?}");
    }
}

#[test]
fn rfc9068_2_2_the_claims_of_an_access_token() {
    let token = token();
    let claims = serde_json::to_value(AccessTokenClaims::of(&token, ISSUER, "https://api.daon.example")).unwrap();
    let expected = json!({
        "iss": ISSUER, "sub": token.customer, "aud": "https://api.daon.example", "client_id": tls_app().id,
        "iat": NOW.seconds(), "exp": NOW.seconds() + 300, "jti": token.id, "scope": "balance transfer",
        "consent_id": approval().consent.id, "institution_id": institution().id,
        "cnf": {"x5t#S256": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"},
    });
    assert_eq!(claims, expected);
}

fn response(token: &IssuedToken, consent: &Consent) -> serde_json::Value {
    let response = TokenResponse::of(token, consent, "https://api.daon.example", "signed".into());
    serde_json::to_value(response).unwrap()
}

#[test]
fn rfc9396_7_the_token_answer_names_each_account_that_the_customer_chose() {
    let entry = |account: AccountId| {
        json!({"type": "account_access", "locations": ["https://api.daon.example"], "identifier": account,
               "actions": ["balance", "transfer"]})
    };
    let mut consent = approval().consent;
    let expected = json!({
        "access_token": "signed", "token_type": "Bearer", "expires_in": 300, "scope": "balance transfer",
        "authorization_details": [entry(MINE)],
    });
    assert_eq!(response(&token(), &consent), expected);
    consent.accounts = vec![MINE, OTHERS];
    assert_eq!(response(&token(), &consent)["authorization_details"], json!([entry(MINE), entry(OTHERS)]));
    consent.accounts.clear();
    assert!(response(&token(), &consent).get("authorization_details").is_none(), "nothing is granted on an account");
}

#[test]
fn pr_028_a_token_that_can_move_money_dies_first() {
    let policy = TokenPolicy::default();
    assert_eq!(policy.lifetime(&[Scope::Balance, Scope::Transactions]), TOKEN_LIFETIME_MAX);
    assert!(policy.lifetime(&[Scope::Balance, Scope::Transfer]) < policy.lifetime(&[Scope::Balance]));
    let policy = |inquiry, transfer| TokenPolicy::new(Span::from_seconds(inquiry), Span::from_seconds(transfer));
    assert!(policy(600, 60).is_ok());
    for (inquiry, transfer) in [(601, 60), (300, 300), (60, 300), (60, 0)] {
        assert_eq!(policy(inquiry, transfer), Err(TokenPolicyError), "{inquiry} {transfer}");
    }
}

#[test]
fn fapi2_5_3_2_1_11_a_code_lives_a_minute_at_most() {
    assert!(CODE_LIFETIME <= Span::from_seconds(60));
    let end = NOW.plus(CODE_LIFETIME);
    assert!(exchange_at(end.minus(Span::from_micros(1)), &stored(), &[]).is_ok());
    assert_eq!(exchange_at(end, &stored(), &[]), Err(GrantFault::CodeExpired));
}

#[test]
fn rfc6749_4_1_3_a_code_is_for_its_app_and_its_redirect_address() {
    let mut of_another = stored();
    of_another.code.app = AppId::from_random([9; 16]);
    assert_eq!(exchange_at(NOW, &of_another, &[]), Err(GrantFault::CodeOfAnotherApp));
    let elsewhere = [("redirect_uri", "https://app.saeum.example/other")];
    assert_eq!(exchange_at(NOW, &stored(), &elsewhere), Err(GrantFault::RedirectUri));
}

#[test]
fn rfc7636_4_5_a_token_request_without_or_with_a_wrong_verifier_is_refused() {
    assert_eq!(exchange_at(NOW, &stored(), &[("code_verifier", CHALLENGE)]), Err(GrantFault::Verifier));
    for (name, fault) in [
        ("code_verifier", RequestFault::Missing { parameter: "code_verifier" }),
        ("code", RequestFault::Missing { parameter: "code" }),
        ("redirect_uri", RequestFault::Missing { parameter: "redirect_uri" }),
        ("grant_type", RequestFault::Missing { parameter: "grant_type" }),
    ] {
        let outcome = TokenRequest::read(&token_parameters(&[(name, "-")])).err();
        assert!(matches!(outcome, Some(AuthorizationError::Request(found)) if found == fault), "{name}");
    }
}

#[test]
fn fapi2_5_3_2_1_2_no_other_grant_type_is_taken() {
    for grant_type in ["password", "client_credentials", "implicit", "refresh_token"] {
        let outcome = TokenRequest::read(&token_parameters(&[("grant_type", grant_type)])).err();
        assert!(matches!(outcome, Some(AuthorizationError::Request(RequestFault::GrantType))), "{grant_type}");
    }
}

#[test]
fn rfc6749_4_1_2_a_code_that_comes_again_names_the_token_that_must_die() {
    let issued = RevokedToken { id: TokenId::from_random([4; 16]), expires_at: NOW.plus(Span::from_seconds(300)) };
    let mut exchanged = StoredCode { exchanged_for: Some(issued), ..stored() };
    assert_eq!(exchange_at(NOW, &exchanged, &[]), Err(GrantFault::CodeReplayed));
    let client = authenticated(&tls_app());
    assert_eq!(exchanged.replayed_by(&client), Some(issued));
    assert_eq!(stored().replayed_by(&client), None);
    exchanged.code.app = AppId::from_random([9; 16]);
    assert_eq!(exchanged.replayed_by(&client), None, "a stranger cannot revoke");
}

#[test]
fn no_token_for_a_consent_that_ended() {
    let parameters = token_parameters(&[]);
    let request = TokenRequest::read(&parameters).unwrap();
    let issue = Issue { id: TokenId::from_random([4; 16]), policy: &TokenPolicy::default(), now: NOW };
    let withdrawn = approval().consent.withdraw(NOW).unwrap();
    let outcome = stored().exchange(&request, &authenticated(&tls_app()), &withdrawn, &issue);
    assert_eq!(outcome, Err(GrantFault::ConsentEnded));
}

#[test]
fn a_token_never_outlives_its_consent() {
    let mut consent = approval().consent;
    consent.expires_at = NOW.plus(Span::from_millis(20_500));
    let parameters = token_parameters(&[]);
    let request = TokenRequest::read(&parameters).unwrap();
    let issue = Issue { id: TokenId::from_random([4; 16]), policy: &TokenPolicy::default(), now: NOW };
    let token = stored().exchange(&request, &authenticated(&tls_app()), &consent, &issue).unwrap();
    assert_eq!(token.expires_at, NOW.plus(Span::from_seconds(20)));
}

#[test]
fn codes_and_tokens_do_not_show_themselves() {
    let code = AuthorizationCode::from_random([3; 32]);
    assert!(!format!("{code:?}").contains(code.as_str()));
    let response = TokenResponse::of(&token(), &approval().consent, "https://api.daon.example", "secret-token".into());
    assert!(!format!("{response:?}").contains("secret"));
}
