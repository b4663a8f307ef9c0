//! What is claimed is so: a limit that a paper admits names the row or the
//! test that falls when it is lifted, and no page sends anybody to what is not there.

use super::Fault;
use super::source::{Tree, functions};
use anyhow::Result;
use std::collections::BTreeSet;

/// Where limits are listed: a paper, and the line after which its bullets come.
const LIMITS: &[(&str, &str)] =
    &[("README.md", "Not yet"), ("README.ko.md", "아직 없는 것"), ("SECURITY.md", "## Known limits")];

/// Words of pages that promise a thing, and the row that has to be there first.
const PROMISES: &[(&str, &str)] = &[
    ("고객센터", "PR-027"),
    ("customer service", "PR-027"),
    ("customer centre", "PR-027"),
    ("비밀번호를 변경", "PR-072"),
    ("비밀번호를 바꾸", "PR-072"),
    ("change your password", "PR-072"),
    ("change the password", "PR-072"),
    ("비밀번호 재설정", "PR-117"),
    ("reset your password", "PR-117"),
];

const TRACE: &str = "catalogs/trace/platform-requirements.toml";
const ROWS: &str = "catalogs/platform-requirements/";

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let rows = Rows::of(tree);
    let tests = functions(tree);
    let mut faults = Vec::new();
    for (paper, heading) in LIMITS {
        let bullets = bullets(tree.text(paper).unwrap_or_default(), heading);
        if bullets.is_empty() && tree.text(paper).is_some() {
            faults.push(fault(paper, &format!("no limit is listed after `{heading}`")));
        }
        for (line, bullet) in bullets {
            let named: Vec<&str> = row_ids(bullet).collect();
            let lifted = named.iter().filter(|row| !rows.is_open(row));
            let place = format!("{paper}:{line}");
            faults.extend(lifted.map(|row| fault(&place, &format!("{row} is no open row; mend the limit or its row"))));
            let has_test = bullet.split('`').skip(1).step_by(2).any(|word| tests.contains(word));
            if named.is_empty() && !has_test {
                faults.push(fault(&place, "the limit names neither the open row nor the test that falls with it"));
            }
        }
    }
    for (path, text) in tree.text_files().filter(|(path, _)| path.ends_with(".ftl")) {
        for (number, line) in text.lines().enumerate() {
            let empty = PROMISES.iter().filter(|(words, row)| line.to_lowercase().contains(words) && rows.is_open(row));
            let place = format!("{path}:{}", number + 1);
            faults.extend(empty.map(|(words, row)| fault(&place, &format!("`{words}`: there is none ({row})"))));
        }
    }
    Ok(faults)
}

/// The platform's requirements: all, and those that something enforces and proves.
struct Rows<'a> {
    all: BTreeSet<&'a str>,
    linked: BTreeSet<&'a str>,
}

impl<'a> Rows<'a> {
    fn of(tree: &'a Tree) -> Self {
        let files = tree.text_files().filter(|(path, _)| path.starts_with(ROWS));
        let all = files.flat_map(|(_, text)| values(text, "id = \"")).collect();
        Self { all, linked: values(tree.text(TRACE).unwrap_or_default(), "row = \"").collect() }
    }

    fn is_open(&self, row: &str) -> bool {
        self.all.contains(row) && !self.linked.contains(row)
    }
}

/// What stands between `begin`, at the beginning of a line, and the next quotation mark.
fn values<'a>(text: &'a str, begin: &'static str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.strip_prefix(begin)?.split('"').next())
}

/// The bullets between the line that begins with `heading` and the next line
/// that is neither a bullet nor empty, each with its line number.
fn bullets<'a>(text: &'a str, heading: &str) -> Vec<(usize, &'a str)> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with(heading)).skip(1);
    let listed = lines.take_while(|(_, line)| line.is_empty() || line.starts_with("- "));
    listed.filter(|(_, line)| !line.is_empty()).map(|(number, line)| (number + 1, line)).collect()
}

/// Every `PR-` with digits.
fn row_ids(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("PR-").filter_map(|(start, prefix)| {
        let digits = line[start + prefix.len()..].bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| &line[start..start + prefix.len() + digits])
    })
}

fn fault(place: &str, message: &str) -> Fault {
    Fault { place: place.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let rows = [
            ("catalogs/platform-requirements/x/a.toml", "id = \"PR-001\"\nid = \"PR-027\"\nid = \"PR-072\"\n"),
            (TRACE, "row = \"PR-001\"\n"),
            ("base/x/src/lib.rs", "fn a_test_that_shows_it() {}"),
        ];
        let files = rows.iter().chain(files);
        let files = files.map(|(path, text)| File { path: (*path).to_owned(), text: Some((*text).to_owned()) });
        let found = check(&Tree { files: files.collect() }).unwrap();
        found.into_iter().map(|fault| format!("{}: {}", fault.place, fault.message)).collect()
    }

    #[test]
    fn a_limit_names_an_open_row_or_a_test_and_a_lifted_one_is_found() {
        let sound = "Not yet:\n\n- This (PR-027).\n- That (`a_test_that_shows_it`).\n\nMore.\n- PR-001\n";
        assert_eq!(faults(&[("README.md", sound)]), Vec::<String>::new());
        let said = faults(&[("SECURITY.md", "## Known limits\n\n- One.\n- Two (PR-001).\n- Three (PR-999).\n")]);
        assert_eq!(said.len(), 3, "{said:?}");
        for (fault, begin) in
            said.iter().zip(["SECURITY.md:3: the limit", "SECURITY.md:4: PR-001", "SECURITY.md:5: PR-999"])
        {
            assert!(fault.starts_with(begin), "{fault}");
        }
        assert_eq!(faults(&[("README.ko.md", "없음")]), ["README.ko.md: no limit is listed after `아직 없는 것`"]);
    }

    #[test]
    fn no_page_sends_anybody_to_what_is_not_there() {
        let said = faults(&[("a/ko.ftl", "one = 고객센터에 알려 주십시오.\ntwo = 은행에 알려 주십시오.\n")]);
        assert_eq!(said, ["a/ko.ftl:1: `고객센터`: there is none (PR-027)"]);
        assert_eq!(faults(&[("a/en.ftl", "one = Change your password.\n")]).len(), 1);
    }
}
