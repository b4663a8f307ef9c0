use super::*;
use std::collections::BTreeSet;

#[test]
fn every_refusal_has_its_own_code_and_titles_in_both_languages() {
    let mut seen = BTreeSet::new();
    for refusal in Refusal::every() {
        let outside = refusal.outside();
        assert!(seen.insert(outside.code), "{} twice", outside.code);
        assert!(seen.insert(outside.title_ko) && seen.insert(outside.title_en), "{} has another's title", outside.code);
        assert!(outside.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", outside.code);
        assert!(outside.title_ko.ends_with("다."), "{}: 합니다체", outside.title_ko);
        assert!(outside.title_en.is_ascii() && outside.title_en.ends_with('.'), "{}", outside.title_en);
        // Titles stand in JSON and in a quoted-string as they are.
        assert!(!format!("{}{}", outside.title_ko, outside.title_en).contains(['"', '\\']), "{}", outside.code);
        let expected = match outside.blame {
            Blame::Authentication => [400, 401, 403].as_slice(),
            Blame::Authorization => &[401, 403],
            Blame::Request => &[400, 404, 405, 408, 413, 415, 421, 422, 431],
            Blame::Volume => &[429],
            Blame::Platform => &[502, 503, 504],
        };
        assert!(expected.contains(&outside.status), "{} {}", outside.code, outside.status);
    }
}

#[test]
fn rfc6750_3_1_every_401_challenges_and_each_error_code_has_its_status() {
    for refusal in Refusal::every() {
        let (outside, challenge) = (refusal.outside(), refusal.challenge());
        let status = match outside.bearer_error {
            Some("invalid_request") => 400,
            Some("invalid_token") => 401,
            Some("insufficient_scope") => 403,
            Some(other) => panic!("{other} is no error code of the section"),
            None => outside.status,
        };
        assert_eq!(outside.status, status, "{}", outside.code);
        assert_eq!(challenge.is_some(), status == 401 || outside.bearer_error.is_some(), "{}", outside.code);
    }
    assert_eq!(Refusal::TokenMissing.challenge().as_deref(), Some("Bearer realm=\"sumun\""));
    let scope = Refusal::ScopeInsufficient { needed: Scope::Transfer }.challenge().unwrap();
    assert!(scope.contains("error=\"insufficient_scope\"") && scope.ends_with("scope=\"transfer\""), "{scope}");
}
