//! What can be said of a page by its tags alone: it is well formed, its ids
//! are unique, its fields have names, its headings do not skip a level.

use std::collections::BTreeSet;

/// A tag as it stands in a page.
#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub closing: bool,
    pub alone: bool,
}

impl Tag {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

const ALONE: [&str; 5] = ["meta", "link", "input", "br", "img"];

/// The tags of a page, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1).filter(|piece| !piece.starts_with('!')) {
        let (head, _) = piece.split_once('>').unwrap_or_else(|| panic!("an open tag: {piece}"));
        let (head, slash) = head.strip_suffix('/').map_or((head, false), |head| (head, true));
        let (closing, head) = head.strip_prefix('/').map_or((false, head), |head| (true, head));
        let (name, rest) = head.split_once([' ', '\n']).unwrap_or((head, ""));
        tags.push(Tag {
            name: name.to_owned(),
            attributes: attributes(rest),
            closing,
            alone: slash || ALONE.contains(&name),
        });
    }
    tags
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        match rest.strip_prefix("=\"") {
            Some(value) => {
                let (value, after) = value.split_once('"').unwrap_or_else(|| panic!("an open value: {name}"));
                found.push((name, value.to_owned()));
                rest = after;
            }
            None => found.push((name, String::new())),
        }
    }
}

/// Fails with the page's name when the page breaks a rule.
pub fn check(name: &str, html: &str) {
    let tags = tags(html);
    let mut open: Vec<&str> = Vec::new();
    for tag in tags.iter().filter(|tag| !tag.alone) {
        if tag.closing {
            assert_eq!(open.pop(), Some(tag.name.as_str()), "{name}: a tag is closed that is not open");
        } else {
            open.push(&tag.name);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stay open");
    let mut ids = BTreeSet::new();
    for id in tags.iter().filter_map(|tag| tag.attribute("id")) {
        assert!(ids.insert(id), "{name}: id {id} stands twice");
    }
    for reference in tags.iter().flat_map(|tag| {
        ["for", "aria-describedby"].into_iter().filter_map(|kind| tag.attribute(kind)).flat_map(str::split_whitespace)
    }) {
        assert!(ids.contains(reference), "{name}: nothing has the id {reference}");
    }
    for anchor in tags.iter().filter_map(|tag| tag.attribute("href")?.strip_prefix('#')) {
        assert!(ids.contains(anchor), "{name}: nothing has the id {anchor}");
    }
    check_fields(name, &tags);
    check_headings(name, &tags);
    for forbidden in [" style=", "<script", " onclick=", "javascript:"] {
        assert!(!html.contains(forbidden), "{name}: {forbidden}");
    }
    assert!(!html.contains("{ $") && !html.contains("{$"), "{name}: an argument of a text is missing");
}

fn check_fields(name: &str, tags: &[Tag]) {
    let labelled: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.attribute("for")).collect();
    let mut within_label = 0;
    for tag in tags {
        if tag.name == "label" {
            within_label += if tag.closing { -1 } else { 1 };
        }
        let field = matches!(tag.name.as_str(), "input" | "select" | "textarea") && !tag.closing;
        if !field || tag.attribute("type") == Some("hidden") {
            continue;
        }
        let has_label = tag.attribute("id").is_some_and(|id| labelled.contains(id));
        let named = has_label || within_label > 0 || tag.attribute("aria-label").is_some();
        assert!(named, "{name}: a field has no label: {tag:?}");
    }
}

fn check_headings(name: &str, tags: &[Tag]) {
    let mut before = 0;
    let main = tags.iter().skip_while(|tag| tag.attribute("id") != Some("main"));
    let mut firsts = 0;
    for tag in main.filter(|tag| !tag.closing) {
        let level = match tag.name.as_str() {
            "h1" => 1,
            "h2" => 2,
            "h3" => 3,
            _ => continue,
        };
        firsts += usize::from(level == 1);
        assert!(level <= before + 1, "{name}: a heading skips a level");
        before = level;
    }
    assert_eq!(firsts, 1, "{name}: a page has one first heading");
}

#[test]
fn a_broken_page_is_found() {
    let page = |inside: &str| format!("<main id=\"main\"><h1>a</h1>{inside}</main>");
    check("good", &page("<label for=\"a\">x</label><input id=\"a\"><p>b</p>"));
    for broken in ["<p>", "<input>", "<h3>x</h3>", "<p id=\"a\"></p><p id=\"a\"></p>", "<a href=\"#no\">x</a>"] {
        let html = page(broken);
        assert!(std::panic::catch_unwind(|| check("broken", &html)).is_err(), "{broken}");
    }
}
