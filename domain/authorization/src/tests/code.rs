//! Approval, codes and their exchange for tokens.

use super::*;
use crate::{
    AccessTokenClaims, AccountKind, AccountSummary, Approval, Approve, AuthorizationCode, AuthorizationError,
    CODE_LIFETIME, CustomerFault, GrantFault, Issue, IssuedToken, PlatformFault, RequestFault, RevokedToken,
    StoredCode, TOKEN_LIFETIME_MAX, Terms, TokenPolicy, TokenPolicyError, TokenRequest, TokenResponse,
};
use sumun_consent::{Consent, Scope};
use sumun_ids::{AccountId, AuthorizationRequestId, ConsentId, CustomerId, TokenId};
use sumun_journal::{Actor, EntryKind};
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
        actor: Actor::Platform,
        wordings: vec!["가계부".into(), "book-keeping".into()],
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
    let request = TokenRequest::read(&parameters, GATEWAY).unwrap();
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
fn pr_021_an_approval_ends_the_older_consent_to_the_same_app_in_whatever_language_it_was_read() {
    let older = approve_with(&[MINE], Terms { purpose: "book-keeping".into(), ..terms() }).unwrap().consent;
    let older = Consent { id: ConsentId::from_random([70; 16]), ..older };
    let another = Consent { app: AppId::from_random([71; 16]), ..older.clone() };
    let settled = approval().settle(vec![older.clone(), another]);
    assert_eq!(settled.superseded.iter().map(|consent| consent.id).collect::<Vec<_>>(), [older.id]);
    assert!(settled.superseded.iter().all(|consent| !consent.is_active(NOW)));
    let said: Vec<_> = settled.entries.iter().map(|entry| (entry.kind, entry.subject.clone())).collect();
    let expected = [
        (EntryKind::ConsentGranted, approval().consent.id.to_string()),
        (EntryKind::ConsentSuperseded, older.id.to_string()),
    ];
    assert_eq!(said, expected);
    assert_eq!(settled.entries[1].facts["by"], approval().consent.id.to_string());
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
    let claims = serde_json::to_value(AccessTokenClaims::of(&token, ISSUER, GATEWAY)).unwrap();
    let expected = json!({
        "iss": ISSUER, "sub": token.customer, "aud": GATEWAY, "client_id": tls_app().id,
        "iat": NOW.seconds(), "exp": NOW.seconds() + 300, "jti": token.id, "scope": "balance transfer",
        "consent_id": approval().consent.id, "institution_id": institution().id,
        "cnf": {"x5t#S256": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"},
    });
    assert_eq!(claims, expected);
}

fn response(token: &IssuedToken, consent: &Consent) -> Value {
    let response = TokenResponse::of(token, consent, GATEWAY, "signed".into());
    serde_json::to_value(response).unwrap()
}

#[test]
fn rfc9396_7_the_token_answer_names_each_account_that_the_customer_chose() {
    let entry = |account: AccountId| {
        json!({"type": "account_access", "locations": [GATEWAY], "identifier": account,
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
fn rfc7636_4_6_what_the_grant_demands_and_the_request_lacks_is_an_invalid_grant() {
    for verifier in ["-", "", CHALLENGE] {
        let outcome = exchange_at(NOW, &stored(), &[("code_verifier", verifier)]);
        assert_eq!(outcome, Err(GrantFault::Verifier), "{verifier:?}");
    }
    for address in ["-", "", "https://app.saeum.example/other"] {
        let outcome = exchange_at(NOW, &stored(), &[("redirect_uri", address)]);
        assert_eq!(outcome, Err(GrantFault::RedirectUri), "{address:?}");
    }
    assert!(exchange_at(NOW, &stored(), &[]).is_ok(), "the failed tries did not spend it");
}

#[test]
fn rfc6749_5_2_a_token_request_without_grant_type_or_code_is_no_request() {
    for (name, value) in [("code", "-"), ("code", ""), ("grant_type", "-"), ("grant_type", "")] {
        let outcome = TokenRequest::read(&token_parameters(&[(name, value)]), GATEWAY).err();
        let fault = RequestFault::Missing { parameter: name };
        assert!(matches!(outcome, Some(AuthorizationError::Request(found)) if found == fault), "{name}={value}");
    }
}

#[test]
fn rfc8707_2_a_token_request_for_another_resource_or_with_details_is_refused() {
    for resource in [GATEWAY.to_owned(), format!("{GATEWAY}/")] {
        assert!(exchange_at(NOW, &stored(), &[("resource", &resource)]).is_ok(), "{resource}");
    }
    for (name, value, fault) in [
        ("resource", "https://other.example", RequestFault::Target),
        ("authorization_details", "[]", RequestFault::AuthorizationDetails),
    ] {
        let outcome = TokenRequest::read(&token_parameters(&[(name, value)]), GATEWAY).err();
        assert!(matches!(outcome, Some(AuthorizationError::Request(found)) if found == fault), "{name}");
    }
}

#[test]
fn fapi2_5_3_2_1_2_no_other_grant_type_is_taken() {
    for grant_type in ["password", "client_credentials", "implicit", "refresh_token"] {
        let outcome = TokenRequest::read(&token_parameters(&[("grant_type", grant_type)]), GATEWAY).err();
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
    let request = TokenRequest::read(&parameters, GATEWAY).unwrap();
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
    let request = TokenRequest::read(&parameters, GATEWAY).unwrap();
    let issue = Issue { id: TokenId::from_random([4; 16]), policy: &TokenPolicy::default(), now: NOW };
    let token = stored().exchange(&request, &authenticated(&tls_app()), &consent, &issue).unwrap();
    assert_eq!(token.expires_at, NOW.plus(Span::from_seconds(20)));
}

#[test]
fn codes_and_tokens_do_not_show_themselves() {
    let code = AuthorizationCode::from_random([3; 32]);
    assert!(!format!("{code:?}").contains(code.as_str()));
    let response = TokenResponse::of(&token(), &approval().consent, GATEWAY, "secret-token".into());
    assert!(!format!("{response:?}").contains("secret"));
}
