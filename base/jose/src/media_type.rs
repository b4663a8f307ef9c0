//! Is a body declared as JSON?

/// Whether the value of a `Content-Type` header declares JSON: `application/json`,
/// at most with the one charset that JSON has between systems (RFC 8259 section
/// 8.1). A parameter may be quoted (RFC 9110 section 5.6.6) and stands there once.
pub fn is_json_media_type(value: &str) -> bool {
    let mut parts = value.split(';').map(|part| part.trim_matches([' ', '\t']));
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let mut charsets = 0;
    let fits = parts.all(|parameter| {
        charsets += usize::from(!parameter.is_empty());
        parameter.is_empty() || is_utf_8(parameter)
    });
    is_json && fits && charsets <= 1
}

/// `charset=utf-8`, quoted or not.
fn is_utf_8(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    name.eq_ignore_ascii_case("charset") && unquoted.eq_ignore_ascii_case("utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9110_8_3_1_json_is_declared_in_these_ways_and_in_no_other() {
        let json = [
            "application/json",
            "Application/JSON",
            "application/json;charset=utf-8",
            "application/json; charset=UTF-8",
            "application/json; charset=\"utf-8\"",
            "application/json ; Charset=Utf-8",
            "application/json;",
            "application/json; ;charset=utf-8",
        ];
        let other = [
            "",
            "json",
            "text/json",
            "application/problem+json",
            "application/json; charset=euc-kr",
            "application/json; charset=utf-8; charset=utf-8",
            "application/json; charset",
            "application/json; charset=\"utf-8",
            "application/json; charset=\"\"utf-8\"\"",
            "application/json; charset =utf-8",
            "application/json; version=1",
            "application/json, application/json",
            "application/json charset=utf-8",
        ];
        json.iter().for_each(|value| assert!(is_json_media_type(value), "{value}"));
        other.iter().for_each(|value| assert!(!is_json_media_type(value), "{value}"));
    }
}
