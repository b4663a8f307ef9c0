//! A framework as an OSCAL catalog: domains and areas as groups, items as
//! controls, detailed items as controls within them.

use super::model::{
    BackMatter, Catalog, Citation, Control, Group, Link, Metadata, Parameter, Part, Property, Resource,
};
use super::name::{token, uuid};
use super::{NAMESPACE, OSCAL_VERSION};
use serde::Serialize;
use std::collections::BTreeMap;
use sumun_controls::{
    Area, Bilingual, Criterion, DocumentId, Domain, Framework, Level, ParameterValue, Row, RowState, Source,
};

/// An OSCAL document with a catalog, to be written as JSON.
#[derive(Debug, Serialize)]
pub struct CatalogDocument {
    catalog: Catalog,
}

/// `framework` as an OSCAL catalog; `catalog` knows the documents and contradictions that it names.
pub fn catalog(catalog: &sumun_controls::Catalog, framework: &Framework) -> CatalogDocument {
    Export { catalog, framework }.document()
}

struct Export<'a> {
    catalog: &'a sumun_controls::Catalog,
    framework: &'a Framework,
}

impl Export<'_> {
    fn document(&self) -> CatalogDocument {
        let outside = |row: &&Row| row.level == Level::Item && row.area.is_none();
        CatalogDocument {
            catalog: Catalog {
                uuid: self.uuid("catalog", &[&revised(self.framework)]),
                metadata: self.metadata(),
                groups: self.groups(),
                controls: self.framework.rows().iter().filter(outside).map(|row| self.control(row)).collect(),
                back_matter: self.back_matter(),
            },
        }
    }

    fn metadata(&self) -> Metadata {
        let framework = self.framework;
        let mut props = vec![
            Property::new("framework", framework.id.as_str()),
            Property::new("title-en", &framework.title.en),
            Property::new("description-en", &framework.description.en),
            Property::new("kind", framework.kind.as_str()),
        ];
        props.extend(framework.dated.map(|date| Property::new("dated", date.to_string())));
        props.extend(framework.edition_note.iter().map(|note| Property::new("edition-note", &note.ko)));
        props.extend(self.anomalies(&framework.anomalies));
        Metadata {
            title: framework.title.ko.clone(),
            last_modified: revised(framework),
            version: framework.edition.to_string(),
            oscal_version: OSCAL_VERSION,
            remarks: Some(framework.description.ko.clone()),
            props,
        }
    }

    /// Domains with their areas; the areas alone where the framework has no domains.
    fn groups(&self) -> Vec<Group> {
        let loose = self.framework.areas.iter().filter(|area| area.domain.is_none()).map(|area| self.area(area));
        self.framework.domains.iter().map(|domain| self.domain(domain)).chain(loose).collect()
    }

    fn domain(&self, domain: &Domain) -> Group {
        let within = self.framework.areas.iter().filter(|area| area.domain.as_ref() == Some(&domain.id));
        Group {
            id: self.token(&format!("domain_{}", domain.id)),
            class: "domain",
            title: domain.title.ko.clone(),
            props: vec![Property::new("title-en", &domain.title.en)],
            groups: within.map(|area| self.area(area)).collect(),
            controls: Vec::new(),
        }
    }

    fn area(&self, area: &Area) -> Group {
        let mut props = vec![Property::new("title-en", &area.title.en)];
        props.extend(area.number.iter().map(|number| Property::new("number", number)));
        let within = |row: &&Row| row.level == Level::Item && row.area.as_ref() == Some(&area.id);
        Group {
            id: self.token(&format!("area_{}", area.id)),
            class: "area",
            title: area.title.ko.clone(),
            props,
            groups: Vec::new(),
            controls: self.framework.rows().iter().filter(within).map(|row| self.control(row)).collect(),
        }
    }

    fn control(&self, row: &Row) -> Control {
        let id = self.token(row.id.as_str());
        let details = self.framework.detailed_items_of(&row.id);
        Control {
            class: row.class.to_string(),
            title: row.title.ko.clone(),
            params: parameters(&id, row),
            props: self.props(row),
            links: self.links(row),
            parts: parts(&id, row),
            controls: match row.level {
                Level::Item => details.map(|detail| self.control(detail)).collect(),
                Level::DetailedItem => Vec::new(),
            },
            id,
        }
    }

    fn props(&self, row: &Row) -> Vec<Property> {
        let mut props = vec![Property::new("row", row.id.as_str()), Property::new("title-en", &row.title.en)];
        props.extend(row.number.iter().map(|number| Property::new("number", number)));
        if row.state != RowState::Published {
            props.push(Property::new("state", state(row.state)));
        }
        props.extend(row.modality.map(|modality| Property::new("modality", modality.as_str())));
        props.extend(row.subjects.iter().map(|subject| Property::new("subject", subject.as_str())));
        props.extend(row.verifiability.iter().map(|way| Property::new("verifiability", way.as_str())));
        props.extend(row.applies_when.iter().map(|predicate| Property::new("applies-when", predicate.to_string())));
        props.extend(row.sources.iter().map(|source| Property::new("source", place(source))));
        let identifier = |it: &sumun_controls::Identifier| format!("{}:{}", it.scheme, it.id);
        props.extend(row.identifiers.iter().map(|it| Property::new("identifier", identifier(it))));
        props.extend(self.anomalies(&row.anomalies));
        props
    }

    fn anomalies(&self, numbers: &[u32]) -> Vec<Property> {
        let known = numbers.iter().filter_map(|number| self.catalog.anomaly(*number));
        known.map(|anomaly| Property::new("anomaly", format!("{}: {}", anomaly.number, anomaly.text.ko))).collect()
    }

    fn links(&self, row: &Row) -> Vec<Link> {
        let laws = row.legal_references.iter().map(|law| &law.reference.ko);
        let laws = laws.map(|law| Link { href: format!("#{}", self.law(law)), rel: "reference", text: None });
        let mut documents: Vec<&DocumentId> = row.sources.iter().map(|source| &source.document).collect();
        documents.dedup();
        let documents =
            documents.into_iter().map(|id| Link { href: format!("#{}", document(id)), rel: "source", text: None });
        let answers = row.answers.iter().map(|answered| {
            let href = format!("#{}", self.token(answered.as_str()));
            Link { href, rel: "related", text: None }
        });
        laws.chain(documents).chain(answers).collect()
    }

    fn back_matter(&self) -> Option<BackMatter> {
        let rows = self.framework.rows();
        let laws: BTreeMap<&str, &str> = rows
            .iter()
            .flat_map(|row| &row.legal_references)
            .map(|law| (law.reference.ko.as_str(), law.reference.en.as_str()))
            .collect();
        let laws = laws.into_iter().map(|(ko, en)| Resource {
            uuid: self.law(ko),
            title: ko.to_owned(),
            description: None,
            citation: Some(Citation { text: ko.to_owned() }),
            props: vec![Property::new("kind", "legal-reference"), Property::new("title-en", en)],
        });
        let documents: BTreeMap<&DocumentId, ()> =
            rows.iter().flat_map(|row| &row.sources).map(|source| (&source.document, ())).collect();
        let documents = documents.into_keys().filter_map(|id| self.catalog.document(id)).map(|known| Resource {
            uuid: document(&known.id),
            title: known.title.ko.clone(),
            description: Some(known.note.ko.clone()),
            citation: None,
            props: vec![
                Property::new("kind", "document"),
                Property::new("title-en", &known.title.en),
                Property::new("publisher", &known.publisher.ko),
            ],
        });
        let resources: Vec<Resource> = documents.chain(laws).collect();
        (!resources.is_empty()).then_some(BackMatter { resources })
    }

    fn law(&self, reference: &str) -> String {
        self.uuid("law", &[reference])
    }

    fn uuid(&self, kind: &str, rest: &[&str]) -> String {
        let framework = self.framework;
        uuid(&[&[kind, framework.id.as_str(), framework.edition.as_str()], rest].concat())
    }

    fn token(&self, name: &str) -> String {
        token(self.framework.id.as_str(), name)
    }
}

/// The instant of `last-modified`: the day of the last revision begins in Korea.
pub(super) fn revised(framework: &Framework) -> String {
    framework.revised.korean_start().to_string()
}

fn document(id: &DocumentId) -> String {
    uuid(&["document", id.as_str()])
}

fn state(state: RowState) -> &'static str {
    match state {
        RowState::Published => "published",
        RowState::Restored => "restored",
        RowState::EmptySlot => "empty-slot",
        RowState::Filled => "filled",
    }
}

fn place(source: &Source) -> String {
    let lines = source.lines.as_ref().map(|lines| format!("lines {lines}"));
    let parts = [Some(source.document.to_string()), source.place.clone(), lines];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn parameters(control: &str, row: &Row) -> Vec<Parameter> {
    let export = |parameter: &sumun_controls::Parameter| {
        let mut props = vec![
            Property::new("label-en", &parameter.label.en),
            Property::new("modality", parameter.modality.as_str()),
        ];
        let values = match &parameter.value {
            ParameterValue::Unset => {
                props.push(Property::new("unset", "true"));
                Vec::new()
            }
            ParameterValue::TextList(texts) => texts.clone(),
            value => vec![value.to_string()],
        };
        Parameter {
            id: format!("{control}_prm_{}", parameter.name),
            class: parameter.kind.as_str(),
            label: parameter.label.ko.clone(),
            props,
            values,
        }
    };
    row.parameters.iter().map(export).collect()
}

fn parts(control: &str, row: &Row) -> Vec<Part> {
    let mut statement = both(format!("{control}_smt"), "statement", &row.explanation);
    statement.parts.extend(row.criteria.iter().enumerate().map(|(place, it)| criterion(control, place + 1, it)));
    let mut parts = vec![statement];
    for (place, example) in row.evidence_examples.iter().enumerate() {
        parts.push(own(both(format!("{control}_evidence-{}", place + 1), "evidence-example", &example.name)));
    }
    for (place, part) in row.parts.iter().enumerate() {
        parts.push(own(both(format!("{control}_{}-{}", part.kind, place + 1), part.kind.as_str(), &part.text)));
    }
    for (place, measure) in row.countermeasures.iter().enumerate() {
        let id = format!("{control}_countermeasure-{}", place + 1);
        let mut part = own(both(id, "countermeasure", &measure.text));
        part.class = Some(measure.actor.to_string());
        parts.push(part);
    }
    parts
}

fn criterion(control: &str, place: usize, criterion: &Criterion) -> Part {
    let id = format!("{control}_smt.{place}");
    let mut part = both(id.clone(), "item", &criterion.text);
    part.props.push(Property::new("criterion", criterion.id.as_str()));
    part.props.push(Property::new("modality", criterion.modality.as_str()));
    part.props.extend(criterion.line.map(|line| Property::new("line", line.to_string())));
    for (number, note) in criterion.notes.iter().enumerate() {
        part.parts.push(own(both(format!("{id}_note-{}", number + 1), "note", note)));
    }
    part
}

/// A part with the Korean text as its prose and the English one in a part of its own.
fn both(id: String, name: &str, text: &Bilingual) -> Part {
    let english = Part {
        id: format!("{id}_en"),
        name: "translation".to_owned(),
        ns: Some(NAMESPACE),
        class: Some("en".to_owned()),
        prose: Some(text.en.clone()),
        props: Vec::new(),
        parts: Vec::new(),
    };
    let (name, prose) = (name.to_owned(), Some(text.ko.clone()));
    Part { id, name, ns: None, class: None, prose, props: Vec::new(), parts: vec![english] }
}

/// The same part in our own namespace, because its name is not one of OSCAL's.
fn own(mut part: Part) -> Part {
    part.ns = Some(NAMESPACE);
    part
}
