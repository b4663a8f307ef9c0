//! The crosswalks that touch a framework as an OSCAL mapping collection.

use super::OSCAL_VERSION;
use super::catalog::revised;
use super::model::{Map, MappedControl, MappedResource, Mapping, MappingCollection, Metadata, Property, Provenance};
use super::name::{token, uuid};
use serde::Serialize;
use sumun_controls::{Catalog, Crosswalk, Edition, Framework, FrameworkId, Relation};

/// An OSCAL document with a mapping collection, to be written as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MappingDocument {
    mapping_collection: MappingCollection,
}

/// Every crosswalk from or to `framework`; none where there is no crosswalk, because OSCAL refuses an empty collection.
pub fn mapping_collection(catalog: &Catalog, framework: &Framework) -> Option<MappingDocument> {
    let touches = |crosswalk: &&Crosswalk| crosswalk.from == framework.id || crosswalk.to == framework.id;
    let mappings: Vec<Mapping> = catalog.crosswalks().iter().filter(touches).map(mapping).collect();
    let metadata = Metadata {
        title: format!("{} 대응표", framework.title.ko),
        last_modified: revised(framework),
        version: framework.edition.to_string(),
        oscal_version: OSCAL_VERSION,
        remarks: None,
        props: vec![Property::new("title-en", format!("Crosswalks of {}", framework.title.en))],
    };
    let collection = MappingCollection {
        uuid: uuid(&["mappings", framework.id.as_str(), framework.edition.as_str(), &revised(framework)]),
        metadata,
        provenance: Provenance {
            method: "human",
            matching_rationale: "semantic",
            status: "complete",
            mapping_description: "각 행의 요구를 읽고 같음, 일부, 포함, 겹침으로 판단했습니다.".to_owned(),
        },
        back_matter: None,
        mappings,
    };
    (!collection.mappings.is_empty()).then_some(MappingDocument { mapping_collection: collection })
}

fn mapping(crosswalk: &Crosswalk) -> Mapping {
    let (from, to) = (crosswalk.from.as_str(), crosswalk.to.as_str());
    let map = |mapping: &sumun_controls::Mapping| Map {
        uuid: uuid(&["map", from, mapping.from.as_str(), to, mapping.to.as_str()]),
        relationship: relationship(mapping.relation),
        remarks: Some(mapping.rationale.ko.clone()),
        sources: vec![control(from, mapping.from.as_str())],
        targets: vec![control(to, mapping.to.as_str())],
        props: vec![Property::new("rationale-en", &mapping.rationale.en), Property::new("author", &mapping.author)],
    };
    Mapping {
        uuid: uuid(&["mapping", from, to]),
        source_resource: resource(&crosswalk.from, &crosswalk.from_edition),
        target_resource: resource(&crosswalk.to, &crosswalk.to_edition),
        maps: crosswalk.mappings.iter().map(map).collect(),
    }
}

fn control(framework: &str, row: &str) -> MappedControl {
    MappedControl { r#type: "control", id_ref: token(framework, row) }
}

fn resource(framework: &FrameworkId, edition: &Edition) -> MappedResource {
    MappedResource { r#type: "catalog", href: format!("{framework}-{edition}.json") }
}

fn relationship(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "equal-to",
        Relation::Subset => "subset-of",
        Relation::Superset => "superset-of",
        Relation::Intersects => "intersects-with",
    }
}
