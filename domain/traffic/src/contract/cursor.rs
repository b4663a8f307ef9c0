//! A place in a JSON document that knows its own pointer.

use super::ContractError;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// How many references may follow one another; more is a circle.
const REFERENCES_MAX: usize = 16;

#[derive(Clone)]
pub(super) struct Cursor<'a> {
    root: &'a Value,
    value: &'a Value,
    pointer: String,
    name: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn root(root: &'a Value) -> Self {
        Self { root, value: root, pointer: String::new(), name: "" }
    }

    /// The name under which the value stands in its object.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    pub(super) fn expected(&self, what: &str) -> ContractError {
        ContractError { pointer: self.pointer.clone(), expected: what.to_owned(), json: None }
    }

    pub(super) fn object(&self) -> Result<&'a Map<String, Value>, ContractError> {
        self.value.as_object().ok_or_else(|| self.expected("an object"))
    }

    pub(super) fn array(&self) -> Result<&'a [Value], ContractError> {
        self.value.as_array().map(Vec::as_slice).ok_or_else(|| self.expected("an array"))
    }

    /// A text that is not empty.
    pub(super) fn text(&self) -> Result<&'a str, ContractError> {
        self.value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| self.expected("a text"))
    }

    pub(super) fn whole(&self, range: RangeInclusive<u64>) -> Result<u64, ContractError> {
        let expected = || self.expected(&format!("a whole number from {} to {}", range.start(), range.end()));
        self.value.as_u64().filter(|value| range.contains(value)).ok_or_else(expected)
    }

    pub(super) fn members(&self) -> Result<Vec<Self>, ContractError> {
        Ok(self.object()?.iter().map(|(name, value)| self.child(name, value)).collect())
    }

    /// The elements of an array; references are followed.
    pub(super) fn items(&self) -> Result<Vec<Self>, ContractError> {
        let element =
            |(place, value)| Self { value, pointer: format!("{}/{place}", self.pointer), ..self.clone() }.followed();
        self.array()?.iter().enumerate().map(element).collect()
    }

    pub(super) fn optional(&self, name: &'a str) -> Result<Option<Self>, ContractError> {
        Ok(self.object()?.get(name).map(|value| self.child(name, value)))
    }

    /// A member that must be there; a reference is followed.
    pub(super) fn member(&self, name: &'a str) -> Result<Self, ContractError> {
        match self.optional(name)? {
            Some(child) => child.followed(),
            None => Err(self.child(name, &Value::Null).expected("a value, but there is none")),
        }
    }

    /// Refuses members that mean nothing here: a misspelt rule must not be a missing one.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ContractError> {
        match self.object()?.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, value)) => Err(self.child(name, value).expected(&format!("only {}", known.join(", ")))),
        }
    }

    /// Whether every value that fits this schema has the member `name`.
    pub(super) fn always_requires(&self, name: &str) -> Result<bool, ContractError> {
        if let Some(choices) = self.optional("oneOf")? {
            let choices = choices.items()?;
            let mut all = !choices.is_empty();
            for choice in choices {
                all &= choice.always_requires(name)?;
            }
            return Ok(all);
        }
        let required = self.value.get("required").and_then(Value::as_array);
        Ok(required.is_some_and(|names| names.iter().any(|known| known == name)))
    }

    fn child(&self, name: &'a str, value: &'a Value) -> Self {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        Self { root: self.root, value, pointer: format!("{}/{escaped}", self.pointer), name }
    }

    /// The value that a chain of references ends at.
    fn followed(mut self) -> Result<Self, ContractError> {
        for _ in 0..REFERENCES_MAX {
            let Some(reference) = self.value.get("$ref") else { return Ok(self) };
            let target = reference.as_str().and_then(|text| text.strip_prefix('#'));
            let found = target.and_then(|pointer| self.root.pointer(pointer).map(|value| (pointer, value)));
            match found {
                Some((pointer, value)) => self = Self { value, pointer: pointer.to_owned(), ..self },
                None => return Err(self.expected("a reference to a place in this document")),
            }
        }
        Err(self.expected("references that end, not a circle"))
    }
}

/// Every reference of the document leads somewhere.
pub(super) fn references_resolve(cursor: &Cursor<'_>) -> Result<(), ContractError> {
    match cursor.value {
        Value::Object(members) => {
            cursor.clone().followed()?;
            members.iter().try_for_each(|(name, value)| references_resolve(&cursor.child(name, value)))
        }
        Value::Array(values) => values.iter().enumerate().try_for_each(|(place, value)| {
            references_resolve(&Cursor { value, pointer: format!("{}/{place}", cursor.pointer), ..cursor.clone() })
        }),
        _ => Ok(()),
    }
}
