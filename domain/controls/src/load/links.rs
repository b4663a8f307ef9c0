//! Links from rows to code, tests and probes. That those exist is for `cargo xtask test` to say.

use super::limits;
use super::reference::twice;
use super::text::At;
use crate::file::LinksFile;
use crate::{Catalog, CatalogError, Link};

pub(super) fn add(catalog: &mut Catalog, file: At<LinksFile>) -> Result<(), CatalogError> {
    let At { source, value } = file;
    let id = value.framework;
    let Some(framework) = catalog.framework(id.get_ref()).map(|framework| framework.id.clone()) else {
        return Err(source.fault(id.span(), format!("`{}`", id.get_ref()), "the id of a framework of this catalog"));
    };
    for entry in value.link {
        let row = entry.row.get_ref().clone();
        if catalog.row(&framework, &row).is_none() {
            let expected = format!("the id of a row of `{framework}`");
            return Err(source.fault(entry.row.span(), format!("`{row}`"), expected));
        }
        let (enforced_by, probes) = (texts(entry.enforced_by), texts(entry.probes));
        let test = entry.test.map(String::from);
        if enforced_by.is_empty() && test.is_none() && probes.is_empty() {
            let expected = "`enforced_by`, `test` or `probes`, or no link at all while the row is open";
            return Err(source.fault(entry.row.span(), format!("a link of `{row}` that leads nowhere"), expected));
        }
        source.within("entries of one link", enforced_by.len().max(probes.len()), limits::LIST_MAX)?;
        let link = Link { framework: framework.clone(), row: row.clone(), enforced_by, test, probes };
        if catalog.links.insert((framework.clone(), row), link).is_some() {
            return Err(twice(&source, &entry.row, "row"));
        }
    }
    Ok(())
}

fn texts(texts: Vec<crate::file::Text>) -> Vec<String> {
    texts.into_iter().map(String::from).collect()
}
