//! Crosswalks, with both ends of every mapping held against their frameworks.

use super::limits;
use super::reference::both;
use super::text::{At, SourceText};
use crate::file::CrosswalkFile;
use crate::{Catalog, CatalogError, Crosswalk, Edition, Framework, FrameworkId, Mapping, RowId};
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn add(catalog: &mut Catalog, file: At<CrosswalkFile>) -> Result<(), CatalogError> {
    let At { source, value } = file;
    source.within("mappings", value.mapping.len(), limits::ROWS_MAX)?;
    let header = value.crosswalk.into_inner();
    let from = end(catalog, &source, &header.from, &header.from_edition)?;
    let to = end(catalog, &source, &header.to, &header.to_edition)?;
    let author = String::from(header.author);
    let mut pairs: BTreeSet<(RowId, RowId)> = BTreeSet::new();
    let mut mappings = Vec::new();
    for entry in value.mapping {
        if !pairs.insert((entry.from.get_ref().clone(), entry.to.get_ref().clone())) {
            let found = format!("`{}` to `{}` a second time", entry.from.get_ref(), entry.to.get_ref());
            return Err(source.fault(entry.from.span(), found, "each pair once"));
        }
        mappings.push(Mapping {
            from: row(&source, from, entry.from)?,
            to: row(&source, to, entry.to)?,
            relation: entry.relation,
            rationale: both(entry.rationale_ko, entry.rationale_en),
            author: entry.author.map_or_else(|| author.clone(), String::from),
        });
    }
    let crosswalk = Crosswalk {
        from: header.from.into_inner(),
        from_edition: header.from_edition.into_inner(),
        to: header.to.into_inner(),
        to_edition: header.to_edition.into_inner(),
        author,
        mappings,
    };
    catalog.crosswalks.push(crosswalk);
    Ok(())
}

fn end<'a>(
    catalog: &'a Catalog,
    source: &SourceText,
    id: &Spanned<FrameworkId>,
    edition: &Spanned<Edition>,
) -> Result<&'a Framework, CatalogError> {
    let Some(framework) = catalog.framework(id.get_ref()) else {
        let known: Vec<&str> = catalog.frameworks().iter().map(|framework| framework.id.as_str()).collect();
        let expected = format!("one of the frameworks {}", known.join(", "));
        return Err(source.fault(id.span(), format!("`{}`", id.get_ref()), expected));
    };
    catalog.edition(id.get_ref(), edition.get_ref()).ok_or_else(|| {
        let expected = format!("an edition of `{}` such as `{}`", framework.id, framework.edition);
        source.fault(edition.span(), format!("`{}`", edition.get_ref()), expected)
    })
}

fn row(source: &SourceText, framework: &Framework, id: Spanned<RowId>) -> Result<RowId, CatalogError> {
    match framework.row(id.get_ref()) {
        Some(_) => Ok(id.into_inner()),
        None => {
            let expected = format!("the id of a row of `{}`", framework.id);
            Err(source.fault(id.span(), format!("`{}`", id.get_ref()), expected))
        }
    }
}
