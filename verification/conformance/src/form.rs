//! The forms and links of a page, read as far as filling and following needs.
//! Chromium looks at the same pages in `tests/pages.rs`; this reader is for
//! tests that go the customer's way a hundred times.

/// A form with the fields that it would send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent; empty means the page itself.
    pub action: String,
    /// Names that can be filled, ticked or pressed.
    pub names: Vec<String>,
    /// Names and values that are sent unless they are filled.
    pub preset: Vec<(String, String)>,
    /// Values of boxes that may be ticked, as `(name, value)`.
    pub boxes: Vec<(String, String)>,
}

impl Form {
    /// Whether the form has a field or a button of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The body of the form with these fields filled.
    pub fn body_with(&self, fields: &[(&str, &str)]) -> String {
        let kept = self.preset.iter().filter(|(name, _)| fields.iter().all(|(filled, _)| filled != name));
        let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied());
        encode(pairs)
    }
}

/// Every form of a page, in order.
pub fn forms(html: &str) -> Vec<Form> {
    html.split("<form").skip(1).filter_map(|part| part.split("</form>").next()).map(read_form).collect()
}

fn read_form(form: &str) -> Form {
    let head = form.split('>').next().unwrap_or_default();
    let mut read =
        Form { action: attribute(head, "action").unwrap_or_default(), names: vec![], preset: vec![], boxes: vec![] };
    for tag in ["<input", "<button", "<textarea", "<select"].iter().flat_map(|tag| form.split(tag).skip(1)) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(name) = attribute(tag, "name") else { continue };
        let (kind, value) = (attribute(tag, "type").unwrap_or_default(), attribute(tag, "value"));
        read.names.push(name.clone());
        let ticked = tag.split_whitespace().any(|word| word.trim_end_matches('/') == "checked");
        let is_box = matches!(kind.as_str(), "checkbox" | "radio");
        let value = value.unwrap_or_else(|| if is_box { "on".to_owned() } else { String::new() });
        if kind == "hidden" || (is_box && ticked) {
            read.preset.push((name, value));
        } else if is_box {
            read.boxes.push((name, value));
        }
    }
    read
}

/// The addresses of all links of a page, in order.
pub fn links(html: &str) -> Vec<String> {
    let tags = html.split("<a ").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| attribute(&format!(" {tag}"), "href")).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(unescape(rest.split('"').next()?))
}

/// Undoes what the templates escape.
pub fn unescape(text: &str) -> String {
    let letters = [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#60;", "<"), ("&lt;", "<")];
    let text = letters.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter));
    text.replace("&#62;", ">").replace("&gt;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

/// Pairs as `application/x-www-form-urlencoded`.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pair = |(name, value): (&str, &str)| format!("{}={}", escape(name), escape(value));
    pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(byte as char),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// One parameter of an address's query, unescaped.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let query = address.split_once('?')?.1;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let (mut bytes, mut rest) = (Vec::new(), value.bytes());
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<a class="x" href="/a?b=1&#38;c=2">x</a><form method="post" action="/decide?x=1&amp;y=2">
<input type="hidden" name="csrf" value="t&#34;k"><input type="text" name="login" value="">
<input type="checkbox" name="account" value="acc_1"><input type="checkbox" name="kept" value="k" checked>
<button name="decision" value="approve">승인</button></form><form action="/other"></form>"#;

    #[test]
    fn forms_and_links_are_read_as_a_browser_reads_them() {
        let forms = forms(PAGE);
        assert_eq!(forms.len(), 2);
        assert_eq!(forms[0].action, "/decide?x=1&y=2");
        assert!(forms[0].has("decision") && forms[0].has("login") && !forms[1].has("decision"));
        assert_eq!(forms[0].boxes, [("account".to_owned(), "acc_1".to_owned())]);
        let body = forms[0].body_with(&[("account", "acc_1"), ("decision", "approve")]);
        assert_eq!(body, "csrf=t%22k&kept=k&account=acc_1&decision=approve");
        assert_eq!(links(PAGE), ["/a?b=1&c=2"]);
    }

    #[test]
    fn parameters_are_unescaped() {
        assert_eq!(parameter("https://a.example/?code=a%2Fb+c&state=x", "code").as_deref(), Some("a/b c"));
        assert_eq!(parameter("https://a.example/?encode=a", "code"), None);
        assert_eq!(encode([("봄", "비 &")]), "%EB%B4%84=%EB%B9%84%20%26");
    }
}
