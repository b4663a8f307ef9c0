//! The part of the OSCAL 1.2 JSON formats that the exports use.

use serde::Serialize;

macro_rules! oscal {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* $(,)? } optional { $($option:ident: $maybe:ty),* $(,)? } lists { $($list:ident: $entry:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)*
            $(#[serde(skip_serializing_if = "Option::is_none")] pub(super) $option: Option<$maybe>,)*
            // OSCAL refuses an empty array: what is not there is left out.
            $(#[serde(skip_serializing_if = "Vec::is_empty")] pub(super) $list: Vec<$entry>,)*
        }
    };
}

oscal! {
    /// `catalog`
    Catalog { uuid: String, metadata: Metadata }
    optional { back_matter: BackMatter }
    lists { groups: Group, controls: Control }
}

oscal! {
    /// `metadata`
    Metadata { title: String, last_modified: String, version: String, oscal_version: &'static str }
    optional { remarks: String }
    lists { props: Property }
}

oscal! {
    /// `prop`
    Property { name: &'static str, ns: &'static str, value: String }
    optional {}
    lists {}
}

oscal! {
    /// `link`
    Link { href: String, rel: &'static str }
    optional { text: String }
    lists {}
}

oscal! {
    /// `group`: groups or controls, never both
    Group { id: String, class: &'static str, title: String }
    optional {}
    lists { props: Property, groups: Self, controls: Control }
}

oscal! {
    /// `control`
    Control { id: String, class: String, title: String }
    optional {}
    lists { params: Parameter, props: Property, links: Link, parts: Part, controls: Self }
}

oscal! {
    /// `param`
    Parameter { id: String, class: &'static str, label: String }
    optional {}
    lists { props: Property, values: String }
}

oscal! {
    /// `part`
    Part { id: String, name: String }
    optional { ns: &'static str, class: String, prose: String }
    lists { props: Property, parts: Self }
}

oscal! {
    /// `back-matter`
    BackMatter {}
    optional {}
    lists { resources: Resource }
}

oscal! {
    /// `resource`
    Resource { uuid: String, title: String }
    optional { description: String, citation: Citation }
    lists { props: Property }
}

oscal! {
    /// `citation`
    Citation { text: String }
    optional {}
    lists {}
}

oscal! {
    /// `mapping-collection`
    MappingCollection { uuid: String, metadata: Metadata, provenance: Provenance }
    optional { back_matter: BackMatter }
    lists { mappings: Mapping }
}

oscal! {
    /// `provenance`
    Provenance {
        method: &'static str,
        matching_rationale: &'static str,
        status: &'static str,
        mapping_description: String,
    }
    optional {}
    lists {}
}

oscal! {
    /// `mapping`
    Mapping { uuid: String, source_resource: MappedResource, target_resource: MappedResource }
    optional {}
    lists { maps: Map }
}

oscal! {
    /// `source-resource`, `target-resource`
    MappedResource { r#type: &'static str, href: String }
    optional {}
    lists {}
}

oscal! {
    /// `map`
    Map { uuid: String, relationship: &'static str }
    optional { remarks: String }
    lists { sources: MappedControl, targets: MappedControl, props: Property }
}

oscal! {
    /// `source`, `target`
    MappedControl { r#type: &'static str, id_ref: String }
    optional {}
    lists {}
}

impl Property {
    /// A property of our own namespace.
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, ns: super::NAMESPACE, value: value.into() }
    }
}
