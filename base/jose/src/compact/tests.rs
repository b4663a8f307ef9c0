//! Known answers of RFC 7515, RFC 8037 and refusals of everything else.

use super::*;
use crate::{Jwk, Signer, SigningKey, base64url_encode, sign_compact};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA256};
use proptest::prelude::*;
use serde_json::json;

const RFC_7515_A_3: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const RFC_8037_A_4: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

fn rfc_7515_key() -> Jwk {
    let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    let y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    Jwk::from_json(&json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})).unwrap()
}

fn rfc_8037_key() -> Jwk {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    Jwk::from_json(&json!({"kty": "OKP", "crv": "Ed25519", "x": x})).unwrap()
}

fn signing_key(algorithm: Algorithm) -> SigningKey {
    let random = SystemRandom::new();
    let pkcs8 = match algorithm {
        Algorithm::Es256 => {
            EcdsaKeyPair::generate_pkcs8(&aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random)
        }
        _ => Ed25519KeyPair::generate_pkcs8(&random),
    };
    SigningKey::from_pkcs8(algorithm, pkcs8.unwrap().as_ref()).unwrap()
}

fn with_header(header: &str) -> String {
    format!("{}.e30.AAAA", base64url_encode(header.as_bytes()))
}

#[test]
fn rfc7515_a_3_es256_known_answer() {
    let verified = CompactJws::parse(RFC_7515_A_3).unwrap().verify(rfc_7515_key().verifying_key()).unwrap();
    assert_eq!(verified.claims().unwrap()["iss"], "joe");
}

#[test]
fn rfc8037_a_4_ed25519_known_answer() {
    let verified = CompactJws::parse(RFC_8037_A_4).unwrap().verify(rfc_8037_key().verifying_key()).unwrap();
    assert_eq!(verified.payload, b"Example of Ed25519 signing");
    assert!(matches!(verified.claims(), Err(JwsError::Claims(_))));
}

#[test]
fn ed25519_signs_the_known_answer() {
    // PKCS#8 (RFC 8410) around the seed `d` of RFC 8037 appendix A.1.
    let seed = base64url_decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    let prefix = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let key = SigningKey::from_pkcs8(Algorithm::EdDsa, &[&prefix, seed.as_slice()].concat()).unwrap();
    assert_eq!(key.public(), &rfc_8037_key());
    let (input, signature) = RFC_8037_A_4.rsplit_once('.').unwrap();
    assert_eq!(base64url_encode(&key.sign(input.as_bytes()).unwrap()), signature);
}

#[test]
fn rfc7515_a_5_an_unsecured_token_is_refused() {
    for header in [r#"{"alg":"none"}"#, r#"{"alg":"None"}"#, "{}"] {
        assert_eq!(CompactJws::parse(&with_header(header)), Err(JwsError::Algorithm));
    }
    let (input, _) = RFC_7515_A_3.rsplit_once('.').unwrap();
    let key = rfc_7515_key();
    let stripped = format!("{input}.");
    let error = CompactJws::parse(&stripped).unwrap().verify(key.verifying_key());
    assert_eq!(error, Err(JwsError::Signature(InvalidSignature)));
}

#[test]
fn rfc8725_3_1_only_the_allow_list_and_only_the_keys_own_algorithm() {
    for name in ["RS256", "HS256", "ES384", "PS512", "es256", "ES256K"] {
        let text = with_header(&format!(r#"{{"alg":"{name}"}}"#));
        assert_eq!(CompactJws::parse(&text), Err(JwsError::Algorithm), "{name}");
    }
    let error = CompactJws::parse(RFC_7515_A_3).unwrap().verify(rfc_8037_key().verifying_key());
    assert_eq!(error, Err(JwsError::AlgorithmOfKey));
}

#[test]
fn rfc7515_4_1_11_any_critical_header_is_refused() {
    let appendix_e =
        r#"{"alg":"none","crit":["http://example.invalid/UNDEFINED"],"http://example.invalid/UNDEFINED":true}"#;
    for header in [appendix_e, r#"{"alg":"ES256","crit":["b64"],"b64":false}"#, r#"{"alg":"ES256","crit":[]}"#] {
        assert_eq!(CompactJws::parse(&with_header(header)), Err(JwsError::Critical), "{header}");
    }
}

#[test]
fn rfc7515_5_2_a_repeated_header_name_is_refused() {
    let text = with_header(r#"{"alg":"ES256","alg":"EdDSA"}"#);
    assert!(matches!(CompactJws::parse(&text), Err(JwsError::Header(JsonError::DuplicateName { .. }))));
    let claims = format!("{}.{}.AAAA", base64url_encode(br#"{"alg":"ES256"}"#), base64url_encode(br#"{"a":1,"a":2}"#));
    let error = CompactJws::parse(&claims).unwrap().unverified_claims();
    assert!(matches!(error, Err(JwsError::Claims(JsonError::DuplicateName { .. }))));
}

#[test]
fn rfc7515_7_1_other_shapes_are_refused() {
    let padded = format!("{}=.e30.AAAA", base64url_encode(br#"{"alg":"ES256"} "#));
    let standard_alphabet = RFC_7515_A_3.replace('-', "+");
    let spare_bits = format!("{}R", &RFC_7515_A_3[..RFC_7515_A_3.len() - 1]);
    let four_parts = format!("{RFC_7515_A_3}.AAAA");
    let with_space = format!("{RFC_7515_A_3} ");
    for text in ["", ".", "..", "a.b", &padded, &standard_alphabet, &spare_bits, &four_parts, &with_space] {
        let error = CompactJws::parse(text).unwrap_err();
        assert!(matches!(error, JwsError::Shape | JwsError::Header(_)), "{text}: {error:?}");
    }
    assert_eq!(CompactJws::parse(&"a".repeat(COMPACT_BYTES_MAX + 1)), Err(JwsError::TooLong));
    assert_eq!(CompactJws::parse(&with_header(r#"{"alg":"ES256","kid":7}"#)), Err(JwsError::HeaderMember("kid")));
}

#[test]
fn what_is_signed_verifies_and_what_is_changed_does_not() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let key = signing_key(algorithm);
        let token = sign_compact(&key, "at+jwt", &json!({"sub": "cus_1"})).unwrap();
        let keys = JwkSet::new(vec![rfc_7515_key(), rfc_8037_key(), key.public().clone()]).unwrap();
        let verified = CompactJws::parse(&token).unwrap().verify_with(&keys).unwrap();
        assert_eq!(verified.header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(verified.claims().unwrap()["sub"], "cus_1");
        let changed = token.replace(&base64url_encode(br#"{"sub":"cus_1"}"#), &base64url_encode(br#"{"sub":"cus_2"}"#));
        let error = CompactJws::parse(&changed).unwrap().verify_with(&keys);
        assert_eq!(error, Err(JwsError::Signature(InvalidSignature)));
        let strangers = JwkSet::new(vec![rfc_7515_key(), rfc_8037_key()]).unwrap();
        assert_eq!(CompactJws::parse(&token).unwrap().verify_with(&strangers), Err(JwsError::UnknownKey));
    }
}

/// Neither DER nor a signature of another length, of zeros or out of range passes.
#[test]
fn rfc7518_3_4_an_es256_signature_is_two_numbers_of_32_bytes_in_range() {
    let (input, signature) = RFC_7515_A_3.rsplit_once('.').unwrap();
    let signature = base64url_decode(signature).unwrap();
    let (r, s) = signature.split_at(32);
    // The order of P-256 (SEC 2 section 2.4.2), and 0.
    let order = base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE").unwrap();
    let zero = [0; 32];
    let der = [&[0x30, 0x45, 0x02, 0x20][..], r, &[0x02, 0x21, 0], s].concat();
    let forged = [
        der,
        signature[..63].to_vec(),
        [&signature[..], &[0]].concat(),
        [&[0], &signature[..]].concat(),
        [&zero[..], s].concat(),
        [r, &zero].concat(),
        [zero, zero].concat(),
        [&order[..], s].concat(),
        [r, &order].concat(),
        [s, r].concat(),
    ];
    for signature in forged {
        let text = format!("{input}.{}", base64url_encode(&signature));
        let refused = CompactJws::parse(&text).unwrap().verify(rfc_7515_key().verifying_key());
        assert_eq!(refused, Err(JwsError::Signature(InvalidSignature)), "{signature:?}");
    }
}

#[test]
fn rfc7518_3_5_ps256_verifies_and_an_rs256_signature_under_its_name_does_not() {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = pair.public_key();
    let (n, e) = (public.modulus(), public.exponent());
    let jwk = json!({"kty": "RSA", "n": base64url_encode(n.big_endian_without_leading_zero()),
        "e": base64url_encode(e.big_endian_without_leading_zero())});
    let key = Jwk::from_json(&jwk).unwrap();
    let input = format!("{}.e30", base64url_encode(br#"{"alg":"PS256"}"#));
    for (encoding, expected) in [
        (&RSA_PSS_SHA256 as &dyn aws_lc_rs::signature::RsaEncoding, true),
        (&aws_lc_rs::signature::RSA_PKCS1_SHA256, false),
    ] {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        let text = format!("{input}.{}", base64url_encode(&signature));
        assert_eq!(CompactJws::parse(&text).unwrap().verify(key.verifying_key()).is_ok(), expected);
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in ".{0,200}|[A-Za-z0-9_-]{0,80}[.][A-Za-z0-9_-]{0,80}[.][A-Za-z0-9_-]{0,80}") {
        let _ = CompactJws::parse(&text);
    }

    #[test]
    fn no_header_or_claims_break_the_parser(header in prop::collection::vec(any::<u8>(), 0..100), claims in ".{0,100}") {
        let text = format!("{}.{}.AAAA", base64url_encode(&header), base64url_encode(claims.as_bytes()));
        if let Ok(jws) = CompactJws::parse(&text) {
            let _ = jws.unverified_claims();
        }
    }

    #[test]
    fn one_changed_character_is_never_accepted(place in 0..RFC_7515_A_3.len(), letter in "[A-Za-z0-9_.-]") {
        let mut changed = RFC_7515_A_3.to_owned();
        changed.replace_range(place..=place, &letter);
        if changed != RFC_7515_A_3 {
            let accepted = CompactJws::parse(&changed).is_ok_and(|jws| jws.verify(rfc_7515_key().verifying_key()).is_ok());
            prop_assert!(!accepted);
        }
    }
}
