//! The forms of a page of ours, read as far as filling them needs. Our pages
//! are generated and well formed, so a small reader is enough; a browser test
//! looks at the same pages with a real browser.

/// A form with the fields that it would send.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent; empty means the page itself.
    pub action: String,
    /// Names that can be filled or pressed.
    names: Vec<String>,
    /// Hidden and preset values, sent as they are unless filled.
    preset: Vec<(String, String)>,
    /// Boxes that may be ticked, as name and value.
    boxes: Vec<(String, String)>,
}

impl Form {
    /// Whether the form has a field or a button of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The values of the boxes of this name, in the order of the page.
    pub fn boxes(&self, name: &str) -> Vec<String> {
        self.boxes.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// The body of the form with these fields filled.
    pub fn body_with(&self, fields: &[(&str, &str)]) -> String {
        let kept = self.preset.iter().filter(|(name, _)| fields.iter().all(|(filled, _)| filled != name));
        let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied());
        pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
    }
}

/// Every form of a page, in order.
pub fn forms(html: &str) -> Vec<Form> {
    html.split("<form").skip(1).filter_map(|part| part.split("</form>").next()).map(read).collect()
}

fn read(form: &str) -> Form {
    let head = form.split('>').next().unwrap_or_default();
    let mut names = Vec::new();
    let (mut preset, mut boxes) = (Vec::new(), Vec::new());
    for tag in ["<input", "<button", "<textarea", "<select"].iter().flat_map(|tag| form.split(tag).skip(1)) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else { continue };
        names.push(name.clone());
        let kind = attribute(tag, "type").unwrap_or_default();
        let is_sent = kind == "hidden" || (matches!(kind.as_str(), "checkbox" | "radio") && has_flag(tag, "checked"));
        let value = || attribute(tag, "value").unwrap_or_else(|| "on".to_owned());
        if is_sent {
            preset.push((name, value()));
        } else if kind == "checkbox" {
            boxes.push((name, value()));
        }
    }
    Form { action: attribute(head, "action").unwrap_or_default(), names, preset, boxes }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    let value = rest.split('"').next()?;
    Some(unescape(value))
}

fn has_flag(tag: &str, name: &str) -> bool {
    tag.split_whitespace().any(|word| word.trim_end_matches('/') == name)
}

fn unescape(text: &str) -> String {
    let named = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    named
        .replace("&lt;", "<")
        .replace("&#60;", "<")
        .replace("&gt;", ">")
        .replace("&#62;", ">")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// As `application/x-www-form-urlencoded` wants it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(byte as char),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form class="a" method="post" action="/decide?x=1&amp;y=2">
<input type="hidden" name="csrf" value="t&#34;k">
<input type="checkbox" name="account" value="acc_1"><input type="checkbox" name="kept" value="k" checked>
<button name="decision" value="approve">승인</button></form><form action="/other"></form>"#;

    #[test]
    fn fields_presets_and_target_are_read() {
        let forms = forms(PAGE);
        assert_eq!(forms.len(), 2);
        assert_eq!(forms[0].action, "/decide?x=1&y=2");
        assert!(forms[0].has("decision") && !forms[1].has("decision"));
        assert_eq!((forms[0].boxes("account"), forms[0].boxes("kept")), (vec!["acc_1".to_owned()], vec![]));
        let body = forms[0].body_with(&[("account", "acc_1"), ("decision", "approve")]);
        assert_eq!(body, "csrf=t%22k&kept=k&account=acc_1&decision=approve");
    }

    #[test]
    fn korean_is_escaped_as_utf_8() {
        assert_eq!(escape("봄 비"), "%EB%B4%84%20%EB%B9%84");
    }
}
