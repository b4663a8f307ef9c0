//! One piece of evidence.

use crate::{CriterionCode, Digest, EvidenceError, ItemCode, MediaType, OfficialName, next_serial};
use sumun_ids::{EngagementId, EvidenceId, ProbeRunId, StaffId};
use sumun_time::{Date, Timestamp};

/// The largest file, in bytes: 50 MB. Our choice; the sources give none.
pub const FILE_BYTES_MAX: u64 = 50 * 1_000_000;

/// The longest note or file name, in characters.
pub const NOTE_CHARACTERS_MAX: usize = 255;

/// What is known of the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileFacts {
    /// SHA-256 of its bytes; also its name in the evidence folder.
    pub sha256: Digest,
    /// Its length.
    pub size_bytes: u64,
    /// Its kind, told by content.
    pub media_type: MediaType,
}

/// What the evidence is to prove.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binding {
    /// The check item.
    pub item: ItemCode,
    /// One criterion of it; none means the item as a whole.
    pub criterion: Option<CriterionCode>,
}

/// Where the evidence came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A member of staff uploaded it.
    Upload {
        /// Who.
        by: StaffId,
        /// What the file was called on the way in; shown, never used as a path.
        file_name: String,
    },
    /// A run of a probe made it.
    ProbeRun {
        /// Which run.
        run: ProbeRunId,
        /// The probe's id, such as `tls-client-certificate`.
        probe: String,
        /// What the probe answered, as one of its stable words; never a verdict.
        outcome: String,
    },
}

/// One file under an official name, bound to what it proves. Its rows are
/// added and never changed; a better file is a later revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The engagement that it belongs to.
    pub engagement: EngagementId,
    /// Its official name; all revisions share number and serial.
    pub name: OfficialName,
    /// From 1.
    pub revision: u32,
    /// The revision before this one.
    pub replaces: Option<EvidenceId>,
    /// The file.
    pub file: FileFacts,
    /// What it is to prove; at least one, each once.
    pub bindings: Vec<Binding>,
    /// Where it came from.
    pub origin: Origin,
    /// The day from which its content holds, which is mostly before it was added.
    pub effective_on: Date,
    /// When it was added.
    pub added_at: Timestamp,
}

/// What a caller says about a new piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceDraft {
    /// The id that it will have.
    pub id: EvidenceId,
    /// The engagement that it belongs to.
    pub engagement: EngagementId,
    /// The name that it asks for.
    pub name: OfficialName,
    /// What it is to prove.
    pub bindings: Vec<Binding>,
    /// Where it came from.
    pub origin: Origin,
    /// The day from which its content holds.
    pub effective_on: Date,
}

impl EvidenceDraft {
    /// The first revision under a new serial.
    ///
    /// `taken` are all names of the engagement.
    ///
    /// # Errors
    /// [`EvidenceError::Serial`] when the serial is not the next one, and every
    /// fault of the file, the bindings, the day and the texts.
    pub fn first<'a>(
        self,
        file: FileFacts,
        taken: impl IntoIterator<Item = &'a OfficialName>,
        now: Timestamp,
    ) -> Result<Evidence, EvidenceError> {
        let expected = next_serial(self.name.number(), taken);
        if self.name.serial() != expected {
            return Err(EvidenceError::Serial { expected });
        }
        self.finish(file, 1, None, now)
    }

    /// A later revision of `earlier`, under its number and serial; the title may change.
    ///
    /// `newest` is the highest revision that the engagement has of this name.
    ///
    /// # Errors
    /// When `earlier` is of another engagement, has another number or serial, is
    /// not the newest or has the same bytes; and every fault as in [`Self::first`].
    pub fn revision_of(
        self,
        earlier: &Evidence,
        newest: u32,
        file: FileFacts,
        now: Timestamp,
    ) -> Result<Evidence, EvidenceError> {
        if earlier.engagement != self.engagement {
            return Err(EvidenceError::RevisesOther);
        }
        if (self.name.number(), self.name.serial()) != (earlier.name.number(), earlier.name.serial()) {
            return Err(EvidenceError::Serial { expected: earlier.name.serial() });
        }
        if earlier.revision != newest {
            return Err(EvidenceError::RevisesOld { newest });
        }
        if earlier.file.sha256 == file.sha256 {
            return Err(EvidenceError::Unchanged);
        }
        self.finish(file, newest.saturating_add(1), Some(earlier.id), now)
    }

    fn finish(
        self,
        file: FileFacts,
        revision: u32,
        replaces: Option<EvidenceId>,
        now: Timestamp,
    ) -> Result<Evidence, EvidenceError> {
        match file.size_bytes {
            0 => return Err(EvidenceError::Empty),
            size if size > FILE_BYTES_MAX => return Err(EvidenceError::TooLarge),
            _ => {}
        }
        let mut bindings = self.bindings;
        bindings.sort();
        if bindings.is_empty() || bindings.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(EvidenceError::Bindings);
        }
        if self.effective_on > now.korean_date() {
            return Err(EvidenceError::EffectiveInFuture);
        }
        check_origin(&self.origin)?;
        Ok(Evidence {
            id: self.id,
            engagement: self.engagement,
            name: self.name,
            revision,
            replaces,
            file,
            bindings,
            origin: self.origin,
            effective_on: self.effective_on,
            added_at: now,
        })
    }
}

impl Evidence {
    /// The name under which the file is handed out: the official name and the
    /// ending of [`MediaType::ending`].
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.name, self.ending())
    }

    /// The ending under which the file is handed out, such as `xls`.
    pub fn ending(&self) -> String {
        match &self.origin {
            Origin::Upload { file_name, .. } => self.file.media_type.ending(file_name),
            Origin::ProbeRun { .. } => self.file.media_type.ending(""),
        }
    }

    /// Whether it is to prove something about `item`.
    pub fn proves(&self, item: &ItemCode) -> bool {
        self.bindings.iter().any(|binding| binding.item == *item)
    }
}

fn check_origin(origin: &Origin) -> Result<(), EvidenceError> {
    let fits = |text: &str| text.chars().count() <= NOTE_CHARACTERS_MAX && text.chars().all(sumun_text::is_visible);
    let sound = match origin {
        Origin::Upload { file_name, .. } => fits(file_name),
        Origin::ProbeRun { probe, outcome, .. } => {
            !probe.is_empty() && !outcome.is_empty() && fits(probe) && fits(outcome)
        }
    };
    if sound { Ok(()) } else { Err(EvidenceError::Text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_237_200);

    fn file(content: &[u8]) -> FileFacts {
        FileFacts {
            sha256: Digest::of(content),
            size_bytes: content.len() as u64,
            media_type: MediaType::of_content(content),
        }
    }

    fn draft(name: &str) -> EvidenceDraft {
        EvidenceDraft {
            id: EvidenceId::from_random([1; 16]),
            engagement: EngagementId::from_random([2; 16]),
            name: name.parse().unwrap(),
            bindings: vec![Binding { item: "OBI-01".parse().unwrap(), criterion: None }],
            origin: Origin::Upload { by: StaffId::from_random([3; 16]), file_name: "a.pdf".to_owned() },
            effective_on: NOW.korean_date(),
        }
    }

    #[test]
    fn the_first_revision_takes_the_next_serial() {
        let evidence = draft("자료1.1.1-1 임명장").first(file(b"a"), [], NOW).unwrap();
        assert_eq!((evidence.revision, evidence.replaces, evidence.added_at), (1, None, NOW));
        assert!(evidence.proves(&"OBI-01".parse().unwrap()));
        assert!(!evidence.proves(&"OBI-02".parse().unwrap()));
        let taken = [evidence.name];
        assert_eq!(
            draft("자료1.1.1-1 임명장").first(file(b"a"), &taken, NOW),
            Err(EvidenceError::Serial { expected: 2 })
        );
        assert_eq!(
            draft("자료1.1.1-3 조직도").first(file(b"a"), &taken, NOW),
            Err(EvidenceError::Serial { expected: 2 })
        );
    }

    #[test]
    fn a_revision_stands_beside_the_one_before() {
        let first = draft("자료1.1.1-1 임명장").first(file(b"a"), [], NOW).unwrap();
        let second = draft("자료1.1.1-1 임명장(개정)").revision_of(&first, 1, file(b"b"), NOW).unwrap();
        assert_eq!((second.revision, second.replaces), (2, Some(first.id)));
        let again =
            |draft: EvidenceDraft, newest, content: &[u8]| draft.revision_of(&first, newest, file(content), NOW);
        assert_eq!(again(draft("자료1.1.1-1 임명장"), 2, b"c"), Err(EvidenceError::RevisesOld { newest: 2 }));
        assert_eq!(again(draft("자료1.1.1-1 임명장"), 1, b"a"), Err(EvidenceError::Unchanged));
        assert_eq!(again(draft("자료1.1.1-2 임명장"), 1, b"b"), Err(EvidenceError::Serial { expected: 1 }));
        let mut other = draft("자료1.1.1-1 임명장");
        other.engagement = EngagementId::from_random([9; 16]);
        assert_eq!(again(other, 1, b"b"), Err(EvidenceError::RevisesOther));
    }

    #[test]
    fn files_are_neither_empty_nor_larger_than_50_mb() {
        let sized = |size_bytes| FileFacts { size_bytes, ..file(b"a") };
        let first = |size| draft("자료1.1.1-1 임명장").first(sized(size), [], NOW);
        assert_eq!(first(0), Err(EvidenceError::Empty));
        assert_eq!(first(FILE_BYTES_MAX + 1), Err(EvidenceError::TooLarge));
        assert!(first(FILE_BYTES_MAX).is_ok());
    }

    #[test]
    fn bindings_day_and_texts_are_checked() {
        let mut unbound = draft("자료1.1.1-1 임명장");
        unbound.bindings.clear();
        assert_eq!(unbound.first(file(b"a"), [], NOW), Err(EvidenceError::Bindings));
        let mut twice = draft("자료1.1.1-1 임명장");
        twice.bindings.push(twice.bindings[0].clone());
        assert_eq!(twice.first(file(b"a"), [], NOW), Err(EvidenceError::Bindings));
        let mut tomorrow = draft("자료1.1.1-1 임명장");
        tomorrow.effective_on = NOW.korean_date().plus_days(1);
        assert_eq!(tomorrow.first(file(b"a"), [], NOW), Err(EvidenceError::EffectiveInFuture));
        let mut hostile = draft("자료1.1.1-1 임명장");
        hostile.origin = Origin::Upload { by: StaffId::from_random([3; 16]), file_name: "a\r\nb".to_owned() };
        assert_eq!(hostile.first(file(b"a"), [], NOW), Err(EvidenceError::Text));
    }
}
