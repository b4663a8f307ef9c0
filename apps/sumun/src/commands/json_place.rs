//! Where in a JSON text something stands.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Line and column, from 1 and the column in characters, of the value that
/// `pointer` (RFC 6901) leads to; where it leads to nothing, of the last value
/// on the way. The text must be JSON.
pub fn place(text: &str, pointer: &str) -> (usize, usize) {
    let mut here: &str = text.trim_start();
    for name in pointer.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        match member(here, &name) {
            Some(value) => here = value,
            None => break,
        }
    }
    // The values are parts of the text, so the distance of their beginnings is the place.
    line_and_column(text, here.as_ptr() as usize - text.as_ptr() as usize)
}

fn member<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    if let Ok(members) = serde_json::from_str::<BTreeMap<String, &'a RawValue>>(value) {
        return members.get(name).map(|value| value.get());
    }
    let elements: Vec<&'a RawValue> = serde_json::from_str(value).ok()?;
    elements.get(name.parse::<usize>().ok()?).map(|value| value.get())
}

/// Line and column, from 1 and the column in characters, of a byte of the text.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_its_value_or_as_far_as_there_is_one() {
        let text = "\n{\n  \"a/b\": [1, {\"이름\": \"값\", \"c\": true}],\n  \"~\": null\n}";
        for (pointer, expected) in [
            ("", (2, 1)),
            ("/a~1b", (3, 10)),
            ("/a~1b/1", (3, 14)),
            ("/a~1b/1/c", (3, 31)),
            ("/a~1b/1/d/e", (3, 14)),
            ("/a~1b/7", (3, 10)),
            ("/~0", (4, 8)),
            ("/nothing", (2, 1)),
        ] {
            assert_eq!(place(text, pointer), expected, "{pointer}");
        }
    }
}
