//! Evidence keeps what was sent and answered, but no secret and no personal data.

use crate::{Answer, Exchange};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Headers whose value is a secret: only a short hash is kept, by which two
/// equal values can still be told from two different ones.
const SECRET_HEADERS: &[&str] = &["authorization", "cookie", "set-cookie", "proxy-authorization"];
/// A body of a good answer holds a customer's data: its size and hash suffice.
const BODY_CHARACTERS_MAX: usize = 2_000;

/// The exchange as it may be kept.
pub fn redacted(exchange: &Exchange) -> Exchange {
    let mut kept = exchange.clone();
    if let Exchange::Call { call, outcome } = &mut kept {
        call.headers.iter_mut().for_each(|(name, value)| hide(name, value));
        if let Ok(answer) = outcome {
            answer.headers.iter_mut().for_each(|(name, value)| hide(name, value));
            redact_body(answer);
        }
    }
    kept
}

fn hide(name: &str, value: &mut String) {
    if SECRET_HEADERS.contains(&name) {
        *value = format!("[sha-256 {}]", short_hash(value.as_bytes()));
    }
}

fn redact_body(answer: &mut Answer) {
    if answer.status < 400 && !answer.body.is_empty() {
        answer.body = format!("[{} bytes, sha-256 {}]", answer.body.len(), short_hash(answer.body.as_bytes()));
    } else if let Some((end, _)) = answer.body.char_indices().nth(BODY_CHARACTERS_MAX) {
        answer.body.truncate(end);
        answer.body.push_str(" [cut]");
    }
}

fn short_hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(bytes)[..9])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Call, Role, Token};

    #[test]
    fn no_token_and_no_customer_data_stay_in_evidence() {
        let mut call = Call::of_resource("control", Role::Registered, Token::Own);
        call.headers.insert("authorization".to_owned(), "Bearer eyJsecret".to_owned());
        let answer = Answer {
            status: 200,
            headers: [("set-cookie".to_owned(), "sid=secret".to_owned())].into(),
            body: r#"{"balance":1234567}"#.to_owned(),
        };
        let kept = redacted(&Exchange::Call { call, outcome: Ok(answer) });
        let text = serde_json::to_string(&kept).unwrap();
        assert!(!text.contains("secret") && !text.contains("1234567"), "{text}");
        assert!(text.contains("sha-256"));
    }

    #[test]
    fn an_error_body_stays_because_it_is_what_leaks() {
        let call = Call::get("error", Role::Registered, Token::None, "/x");
        let answer = Answer { status: 500, headers: [].into(), body: "at java.lang.Thread".to_owned() };
        let kept = redacted(&Exchange::Call { call, outcome: Ok(answer) });
        assert!(serde_json::to_string(&kept).unwrap().contains("java.lang"));
    }
}
