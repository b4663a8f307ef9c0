//! What every page must bear.

use std::path::PathBuf;
use sumun_conformance::{Look, Tab};

/// The narrowest window on which nothing may have to be scrolled sideways (WCAG 2.2, 1.4.10).
const NARROWEST: u32 = 320;

/// Looks at pages and gathers what is wrong with them.
pub struct Audit {
    faults: Vec<String>,
    pages: usize,
    pictures: PathBuf,
    keeps_all: bool,
}

impl Audit {
    /// Pictures of faulty pages go to a folder that is named when the audit fails.
    pub fn new() -> Self {
        let asked = std::env::var_os("SUMUN_PICTURES").map(PathBuf::from);
        let keeps_all = asked.is_some();
        let pictures =
            asked.unwrap_or_else(|| std::env::temp_dir().join(format!("sumun-pages-{}", std::process::id())));
        Self { faults: Vec::new(), pages: 0, pictures, keeps_all }
    }

    /// Looks at the page that `tab` shows; `name` stands for it in the report.
    pub async fn look_at(&mut self, tab: &Tab, name: &str, language: &str) {
        self.pages += 1;
        let mut found = construction(tab, language).await;
        // The colours do not change with the language, the room that words take does.
        for look in Look::ALL.into_iter().filter(|look| language == "ko" || !look.dark) {
            tab.look(look).await;
            let before = found.len();
            found.extend(tab.violations().await.into_iter().map(|line| format!("{look}: {line}")));
            found.extend(overflow(tab, look).await);
            if self.keeps_all || found.len() > before {
                self.keep(tab, &format!("{name}-{language}-{look}")).await;
            }
        }
        if language == "ko" {
            tab.look(Look::ALL[0]).await;
            found.extend(printed(&tab.print().await));
        }
        tab.look(Look { width: NARROWEST, dark: false }).await;
        found.extend(overflow(tab, Look { width: NARROWEST, dark: false }).await);
        tab.look(Look::ALL[0]).await;
        found.extend(tab.complaints().into_iter().map(|words| format!("the browser complains: {words}")));
        self.faults.extend(found.into_iter().map(|fault| format!("{name} ({language}) {fault}")));
    }

    async fn keep(&self, tab: &Tab, name: &str) {
        std::fs::create_dir_all(&self.pictures).expect("a folder for pictures is made");
        tab.picture(&self.pictures.join(format!("{name}.png"))).await;
    }

    /// Fails with everything that was found.
    pub fn conclude(self, pages_min: usize) {
        let folder = self.pictures.display();
        assert!(
            self.faults.is_empty(),
            "{} faults on {} pages, pictures in {folder}:\n{}",
            self.faults.len(),
            self.pages,
            self.faults.join("\n")
        );
        assert!(self.pages >= pages_min, "only {} pages were looked at", self.pages);
    }
}

/// How a page may not look on paper: a sheet with nothing on it, or one that
/// ends in its upper part although more follows.
fn printed(pdf: &[u8]) -> Vec<String> {
    let sheets = sheets(pdf);
    let mut faults = Vec::new();
    for (place, sheet) in sheets.iter().enumerate() {
        let (number, count) = (place + 1, sheets.len());
        match sheet.lowest_ink() {
            None => faults.push(format!("on paper: sheet {number} of {count} is empty")),
            Some(share) if number < count && share < SHEET_FILLED_MIN => {
                faults.push(format!("on paper: sheet {number} of {count} ends after {share} % of its height"));
            }
            Some(_) => {}
        }
    }
    if sheets.is_empty() {
        faults.push("on paper: no sheet comes out".to_owned());
    }
    faults
}

/// How far down a sheet reaches that another one follows, in percent of its height.
const SHEET_FILLED_MIN: usize = 50;

/// One sheet of paper in grey, as poppler draws it.
struct Sheet {
    width: usize,
    grey: Vec<u8>,
}

impl Sheet {
    /// How far down the lowest ink is, in percent; the foot with the number of the sheet is left out.
    fn lowest_ink(&self) -> Option<usize> {
        let rows: Vec<&[u8]> = self.grey.chunks_exact(self.width).collect();
        let body = &rows[..rows.len() * 93 / 100];
        let lowest = body.iter().rposition(|row| row.iter().any(|grey| *grey < 200))?;
        Some((lowest + 1) * 100 / rows.len())
    }
}

/// Draws every sheet of a printed page in 20 dots an inch: `P5 width height 255` and then the dots.
fn sheets(pdf: &[u8]) -> Vec<Sheet> {
    let folder = tempfile::tempdir().expect("a temporary folder is made");
    let file = folder.path().join("printed.pdf");
    std::fs::write(&file, pdf).expect("a temporary file is written");
    let mut draw = std::process::Command::new("pdftoppm");
    let drawn = draw.args(["-r", "20", "-gray"]).arg(&file).arg(folder.path().join("sheet")).status();
    assert!(drawn.expect("pdftoppm runs (Debian package poppler-utils)").success(), "the print is no PDF");
    let mut pictures: Vec<PathBuf> = std::fs::read_dir(folder.path())
        .expect("the folder is read")
        .map(|entry| entry.expect("the folder is read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pgm"))
        .collect();
    pictures.sort();
    pictures.iter().map(|path| read_pgm(&std::fs::read(path).expect("a picture is read"))).collect()
}

fn read_pgm(bytes: &[u8]) -> Sheet {
    let mut words = bytes.splitn(4, u8::is_ascii_whitespace).map(|word| String::from_utf8_lossy(word).into_owned());
    assert_eq!(words.next().as_deref(), Some("P5"), "a grey picture");
    let width = words.next().and_then(|word| word.parse().ok()).expect("a picture has a width");
    let height: usize = words.next().and_then(|word| word.parse().ok()).expect("a picture has a height");
    Sheet { width, grey: bytes[bytes.len() - width * height..].to_vec() }
}

/// Whether the page is wider than its window, and because of what.
async fn overflow(tab: &Tab, look: Look) -> Option<String> {
    const WIDE: &str = r#"(() => {
        const room = document.documentElement.clientWidth;
        const scrolls = place => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(place).overflowX);
        const within = place => { for (let at = place; at && at !== document.body; at = at.parentElement) if (scrolls(at)) return true; };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const range = document.createRange();
            range.selectNodeContents(node);
            if (range.getBoundingClientRect().right > room + 1 && !within(node.parentElement))
                return `${node.parentElement.tagName.toLowerCase()} "${node.textContent.trim().slice(0, 90)}"`;
        }
        return "something without text";
    })()"#;
    let pixels = tab.overflow().await;
    if pixels <= 0 {
        return None;
    }
    let widest: String = tab.value(WIDE).await;
    Some(format!("{look}: scrolls sideways by {pixels} pixels, because of {widest}"))
}

/// What does not change with the look.
async fn construction(tab: &Tab, language: &str) -> Vec<String> {
    const FAULTS: &str = r#"(() => {
        const faults = [];
        const lang = document.documentElement.lang;
        if (lang !== LANGUAGE) faults.push(`lang is ${lang}`);
        if (!document.title.trim()) faults.push("no title");
        if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
        if (document.querySelector("script, [style], [onclick], style")) faults.push("an inline script or style");
        if (!document.querySelector("meta[name=viewport]")) faults.push("no viewport");
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const words = node.textContent.trim();
            const isName = node.parentElement.closest("code, .hash, .num, style, script");
            if (/^[a-z]+(-[a-z0-9]+)+$/.test(words) && !isName) faults.push(`a text without words: ${words}`);
            if (/\{\s*\$|undefined|NaN/.test(words)) faults.push(`a hole in a text: ${words}`);
        }
        const own = [...document.querySelectorAll("button, label > span:first-child, dt, th[scope=col], nav a:not([lang])")];
        if (LANGUAGE === "en") for (const place of own) {
            const clone = place.cloneNode(true);
            clone.querySelectorAll("[lang]").forEach(other => other.remove());
            const words = clone.textContent.trim();
            if (/[가-힣]/.test(words) && !place.closest("[lang=ko]:not(html)")) faults.push(`Korean in English: ${words}`);
        }
        return faults;
    })()"#;
    tab.value(&FAULTS.replace("LANGUAGE", &format!("{language:?}"))).await
}

#[test]
fn an_empty_sheet_and_one_that_breaks_off_early_are_told_from_a_filled_one() {
    let sheet = |rows_inked: &[usize]| {
        let mut grey = vec![255; 10 * 100];
        rows_inked.iter().for_each(|row| grey[row * 10 + 3] = 0);
        Sheet { width: 10, grey }
    };
    assert_eq!(sheet(&[]).lowest_ink(), None);
    assert_eq!(sheet(&[97]).lowest_ink(), None, "the number of the sheet is no content");
    assert_eq!(sheet(&[0, 11]).lowest_ink(), Some(12));
    assert_eq!(sheet(&[0, 80]).lowest_ink(), Some(81));
}
