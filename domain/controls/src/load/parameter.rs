//! Quantities: the type says how the value is read.

use super::reference::{both, twice};
use super::text::SourceText;
use crate::file::ParameterEntry;
use crate::parameter::{Parameter, ParameterKind, ParameterValue};
use crate::{CatalogError, Term};
use std::collections::BTreeSet;
use toml::Value;

const TEXTS_MAX: usize = 64;
const TEXT_CHARACTERS_MAX: usize = 200;

pub(super) fn read_all(source: &SourceText, entries: Vec<ParameterEntry>) -> Result<Vec<Parameter>, CatalogError> {
    let mut seen: BTreeSet<Term> = BTreeSet::new();
    let mut parameters = Vec::new();
    for entry in entries {
        if !seen.insert(entry.name.get_ref().clone()) {
            return Err(twice(source, &entry.name, "parameter of a row"));
        }
        parameters.push(read(source, entry)?);
    }
    Ok(parameters)
}

fn read(source: &SourceText, entry: ParameterEntry) -> Result<Parameter, CatalogError> {
    let kind = ParameterKind::parse(entry.r#type.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = ParameterKind::ALL.into_iter().map(ParameterKind::as_str).collect();
        let found = format!("`{}`", entry.r#type.get_ref());
        source.fault(entry.r#type.span(), found, format!("a type: {}", known.join(", ")))
    })?;
    let is_unset = entry.unset.as_ref().is_some_and(|unset| *unset.get_ref());
    let value = match (entry.value, is_unset) {
        (Some(value), false) => value_of(kind, value.get_ref()).ok_or_else(|| {
            let found: String = value.get_ref().to_string().chars().take(80).collect();
            source.fault(value.span(), found, kind.expected())
        })?,
        (None, true) => ParameterValue::Unset,
        (Some(value), true) => {
            let expected = "either `value`, or `unset = true` where the source gives no number";
            return Err(source.fault(value.span(), "a value of an unset parameter", expected));
        }
        (None, false) => {
            let found = format!("the parameter `{}` without a value", entry.name.get_ref());
            let expected = "`value`, or `unset = true` where the source gives no number";
            return Err(source.fault(entry.name.span(), found, expected));
        }
    };
    let (name, label) = (entry.name.into_inner(), both(entry.label_ko, entry.label_en));
    Ok(Parameter { name, kind, value, modality: entry.modality, label })
}

fn value_of(kind: ParameterKind, value: &Value) -> Option<ParameterValue> {
    let text = || value.as_str();
    let number = || value.as_integer().and_then(|number| u64::try_from(number).ok());
    let small = || number().and_then(|number| u32::try_from(number).ok());
    Some(match kind {
        ParameterKind::Duration => ParameterValue::Duration(text()?.parse().ok()?),
        ParameterKind::Count => ParameterValue::Count(number()?),
        ParameterKind::Length => ParameterValue::Length(small()?),
        ParameterKind::KeyLength => ParameterValue::KeyLength(small()?),
        ParameterKind::Ratio => ParameterValue::Ratio(text()?.parse().ok()?),
        ParameterKind::Date => ParameterValue::Date(text()?.parse().ok()?),
        ParameterKind::TextList => ParameterValue::TextList(texts(value)?),
        ParameterKind::TlsVersion => ParameterValue::TlsVersion(text()?.parse().ok()?),
    })
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let list = value.as_array().filter(|list| (1..=TEXTS_MAX).contains(&list.len()))?;
    let is_plain = |text: &&str| !text.trim().is_empty() && text.chars().count() <= TEXT_CHARACTERS_MAX;
    list.iter().map(|entry| entry.as_str().filter(is_plain).map(str::to_owned)).collect()
}
