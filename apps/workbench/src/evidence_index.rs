//! The evidence of an engagement, indexed once when it is loaded.
//!
//! Pages ask again and again which pieces belong to an item, which was
//! replaced and which has an id. To walk over all pieces for each answer made
//! lists that grew with the square of the evidence.

use std::collections::HashMap;
use sumun_evidence::{Evidence, ItemCode};
use sumun_ids::EvidenceId;

/// Every revision of every piece, by number, serial and revision.
#[derive(Debug, Default)]
pub(crate) struct EvidenceIndex {
    all: Vec<Evidence>,
    by_id: HashMap<EvidenceId, usize>,
    /// The newer revision of each replaced one.
    newer: HashMap<EvidenceId, usize>,
    /// The newest revisions that are bound to an item.
    by_item: HashMap<ItemCode, Vec<usize>>,
}

impl EvidenceIndex {
    pub fn of(all: Vec<Evidence>) -> Self {
        let by_id = all.iter().enumerate().map(|(place, one)| (one.id, place)).collect();
        let replaced = all.iter().enumerate().filter_map(|(place, one)| Some((one.replaces?, place)));
        let newer: HashMap<_, _> = replaced.collect();
        let mut by_item: HashMap<ItemCode, Vec<usize>> = HashMap::new();
        for (place, one) in all.iter().enumerate().filter(|(_, one)| !newer.contains_key(&one.id)) {
            for binding in &one.bindings {
                let places = by_item.entry(binding.item.clone()).or_default();
                // An item of several criteria is named by several bindings.
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        Self { all, by_id, newer, by_item }
    }

    /// How many revisions there are.
    pub const fn len(&self) -> usize {
        self.all.len()
    }

    /// All of it, in its order.
    pub fn as_slice(&self) -> &[Evidence] {
        &self.all
    }

    /// All of it.
    pub fn iter(&self) -> std::slice::Iter<'_, Evidence> {
        self.all.iter()
    }

    /// The piece with this id.
    pub fn get(&self, id: EvidenceId) -> Option<&Evidence> {
        self.by_id.get(&id).map(|place| &self.all[*place])
    }

    /// The revision that replaced the one with this id.
    pub fn newer(&self, id: EvidenceId) -> Option<&Evidence> {
        self.newer.get(&id).map(|place| &self.all[*place])
    }

    /// The newest revision of each name.
    pub fn current(&self) -> impl Iterator<Item = &Evidence> {
        self.all.iter().filter(|one| !self.newer.contains_key(&one.id))
    }

    /// The newest revisions that are bound to `item`.
    pub fn of_item(&self, item: &ItemCode) -> impl ExactSizeIterator<Item = &Evidence> + Clone {
        let places = self.by_item.get(item).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.all[*place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_evidence::{Binding, Digest, EvidenceDraft, FileFacts, MediaType, Origin};
    use sumun_ids::{EngagementId, StaffId};
    use sumun_time::Timestamp;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_237_200);

    fn bound(seed: u8, serial: u32, bindings: &[(&str, Option<&str>)]) -> EvidenceDraft {
        let bindings = bindings.iter().map(|(item, criterion)| Binding {
            item: item.parse().unwrap(),
            criterion: criterion.map(|code| code.parse().unwrap()),
        });
        EvidenceDraft {
            id: EvidenceId::from_random([seed; 16]),
            engagement: EngagementId::from_random([9; 16]),
            name: format!("자료1.1.1-{serial} 임명장").parse().unwrap(),
            bindings: bindings.collect(),
            origin: Origin::Upload { by: StaffId::from_random([3; 16]), file_name: "a.pdf".to_owned() },
            effective_on: NOW.korean_date(),
        }
    }

    fn file(content: &[u8]) -> FileFacts {
        let media_type = MediaType::of_content(content);
        FileFacts { sha256: Digest::of(content), size_bytes: content.len() as u64, media_type }
    }

    #[test]
    fn the_index_answers_what_a_walk_over_all_answers() {
        let first = bound(1, 1, &[("OBI-01", None)]).first(file(b"a"), [], NOW).unwrap();
        let second = bound(2, 1, &[("OBI-01", Some("1.1.1-1")), ("OBI-01", Some("1.1.1-2")), ("OBI-02", None)]);
        let second = second.revision_of(&first, 1, file(b"b"), NOW).unwrap();
        let third = bound(3, 2, &[("OBI-02", None)]).first(file(b"c"), [&second.name], NOW).unwrap();
        let all = vec![first.clone(), second.clone(), third.clone()];
        let index = EvidenceIndex::of(all.clone());
        assert_eq!(index.iter().cloned().collect::<Vec<_>>(), all);
        let replaced = |one: &Evidence| all.iter().any(|other| other.replaces == Some(one.id));
        let current: Vec<_> = all.iter().filter(|one| !replaced(one)).collect();
        assert_eq!(index.current().collect::<Vec<_>>(), current);
        for item in ["OBI-01", "OBI-02", "OBI-03"].map(|code| code.parse().unwrap()) {
            let walked: Vec<_> = current.iter().copied().filter(|one| one.proves(&item)).collect();
            assert_eq!(index.of_item(&item).collect::<Vec<_>>(), walked, "{item}");
        }
        assert_eq!((index.get(first.id), index.newer(first.id)), (Some(&first), Some(&second)));
        assert_eq!((index.get(EvidenceId::from_random([8; 16])), index.newer(second.id)), (None, None));
    }
}
