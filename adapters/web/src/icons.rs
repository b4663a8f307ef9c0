//! The icons, and the sprite of those that a page uses.

use std::collections::BTreeSet;

/// Names of every icon, alphabetical; a template writes `{{ ui::icon("ok") }}`.
pub const ICON_NAMES: [&str; ICONS.len()] = {
    let mut names = [""; ICONS.len()];
    let mut place = 0;
    while place < ICONS.len() {
        names[place] = ICONS[place].0;
        place += 1;
    }
    names
};

/// Names of the icons that a rendered page refers to, sorted. A name that is
/// not in [`ICON_NAMES`] is a fault of its template.
pub fn icons_used(html: &str) -> BTreeSet<&str> {
    html.split(USE).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name).collect()
}

/// Puts the sprite with exactly the icons used into the place that the shell
/// left for it.
pub(crate) fn with_sprite(html: &str) -> String {
    let Some((before, after)) = html.split_once(PLACE) else { return html.to_owned() };
    let mut page = String::with_capacity(html.len() + 4096);
    page.push_str(before);
    page.push_str("<svg class=\"sprite\" aria-hidden=\"true\">\n");
    for (name, shape) in ICONS.iter().filter(|(name, _)| after.contains(&format!("{USE}{name}\""))) {
        page.push_str("  <symbol id=\"i-");
        page.push_str(name);
        page.push_str("\" viewBox=\"0 0 20 20\">");
        page.push_str(shape);
        page.push_str("</symbol>\n");
    }
    page.push_str("</svg>");
    page.push_str(after);
    page
}

const PLACE: &str = "<!--icons-->";
const USE: &str = "<use href=\"#i-";

/// Name and shape of each icon in a box of 20 by 20, drawn with a stroke.
const ICONS: [(&str, &str); 29] = [
    (
        "ask",
        r#"<circle cx="10" cy="10" r="7.5" stroke-dasharray="2.6 3.3"/><path d="M7.9 8.1a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.3M10 13.6v.1"/>"#,
    ),
    ("bad", r#"<circle cx="10" cy="10" r="7.5"/><path d="m7.3 7.3 5.4 5.4m0-5.4-5.4 5.4"/>"#),
    (
        "book",
        r#"<path d="M3.500 4.200c2.500-.8 4.700-.5 6.500.9 1.800-1.400 4-1.700 6.500-.9v11.600c-2.500-.8-4.700-.5-6.500.9-1.800-1.400-4-1.700-6.500-.9zM10 5.100v11.600"/>"#,
    ),
    ("check", r#"<path d="m4.5 10.5 3.6 3.6 7.4-8"/>"#),
    ("clock", r#"<circle cx="10" cy="10" r="7.5"/><path d="M10 5.8V10l2.8 1.9"/>"#),
    (
        "eye",
        r#"<path d="M2.500 10S5 5 10 5s7.500 5 7.500 5-2.500 5-7.500 5-7.500-5-7.500-5z"/><circle cx="10" cy="10" r="2.300"/>"#,
    ),
    ("file", r#"<path d="M5 2.8h6.5L15.5 7v10.2H5zM11.3 2.8V7h4"/>"#),
    ("flag", r#"<path d="M5 17.5v-14h9.5l-2 3.5 2 3.5H5"/>"#),
    (
        "flask",
        r#"<path d="M7.500 2.800h5M8.500 2.800v5L4 15.500c-.5 1 .1 1.800 1.100 1.800h9.800c1 0 1.600-.8 1.100-1.800L11.500 7.800v-5M6 12.500h8"/>"#,
    ),
    ("gate", r#"<path d="M3 4h14M4.8 4v13M15.2 4v13M4.8 8h10.4M10 8v9"/>"#),
    ("home", r#"<path d="M3.2 9.2 10 3.5l6.8 5.7M5 8v8.5h10V8"/>"#),
    ("info", r#"<circle cx="10" cy="10" r="7.5"/><path d="M10 9.2v4.4m0-7v.1"/>"#),
    ("list", r#"<path d="M7 5h10M7 10h10M7 15h10M3 5h.1M3 10h.1M3 15h.1"/>"#),
    ("lock", r#"<path d="M4.500 9h11v8h-11zM7 9V6.300a3 3 0 0 1 6 0V9"/>"#),
    ("menu", r#"<path d="M3 5.5h14M3 10h14M3 14.5h14"/>"#),
    ("next", r#"<path d="m8 4.500 5.500 5.500L8 15.500"/>"#),
    ("none", r#"<circle cx="10" cy="10" r="7.5"/><path d="M6.5 10h7"/>"#),
    ("ok", r#"<circle cx="10" cy="10" r="7.5"/><path d="m6.6 10.2 2.3 2.3 4.5-4.8"/>"#),
    ("part", r#"<circle cx="10" cy="10" r="7.5"/><path d="M10 2.5a7.5 7.5 0 0 1 0 15z" fill="currentColor"/>"#),
    ("plus", r#"<path d="M10 4v12M4 10h12"/>"#),
    ("prev", r#"<path d="m12 4.500-5.500 5.500 5.500 5.500"/>"#),
    ("print", r#"<path d="M6 7V3h8v4M6 14H3.500V7.500h13V14H14M6 11.500h8V17H6z"/>"#),
    ("pulse", r#"<path d="M2.5 10.5h3.6l2-5.5 3.6 10 2-4.5h3.8"/>"#),
    ("seek", r#"<circle cx="8.7" cy="8.7" r="5.2"/><path d="m12.6 12.6 4.4 4.4M6.6 8.7h4.2"/>"#),
    ("send", r#"<path d="M3.500 7h12m-3.500-3.500L15.500 7 12 10.500M16.500 13h-12M8 9.500 4.500 13 8 16.500"/>"#),
    ("up", r#"<path d="M10 13.500v-9m-3.800 3.600L10 4.300l3.800 3.800M3.500 16.500h13"/>"#),
    (
        "users",
        r#"<circle cx="7.5" cy="7" r="3"/><path d="M2.2 16.5c.4-3 2.4-4.7 5.3-4.7s4.900 1.700 5.300 4.700M13 4.300a3 3 0 0 1 0 5.400M14.800 12.100c1.700.600 2.800 2.100 3.100 4.400"/>"#,
    ),
    ("wait", r#"<circle cx="10" cy="10" r="7.5" stroke-dasharray="2.6 3.3"/>"#),
    ("warn", r#"<path d="M10 3 2.6 16.2h14.8z"/><path d="M10 8v3.8m0 2v.1"/>"#),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_holds_only_the_icons_used() {
        let page = with_sprite("<body><!--icons--><svg><use href=\"#i-ok\"/></svg></body>");
        assert_eq!(page.matches("<symbol").count(), 1);
        assert!(page.contains("<symbol id=\"i-ok\""));
    }

    #[test]
    fn names_are_unique_and_sorted() {
        assert!(ICON_NAMES.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn used_icons_are_listed_once() {
        let html = "<use href=\"#i-warn\"/><use href=\"#i-ok\"/><use href=\"#i-ok\"/>";
        assert_eq!(icons_used(html).into_iter().collect::<Vec<_>>(), ["ok", "warn"]);
    }
}
