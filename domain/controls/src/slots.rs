//! Empty slots: items that a document announces and keeps to itself. A company
//! that holds the text fills them in its own copy of the framework.

use crate::row::{Criterion, Modality, Row, RowState};
use crate::{Applicability, Bilingual, Facts, Framework, RowId};
use std::collections::{BTreeSet, VecDeque};
use std::fmt;

/// What a company knows of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotText {
    /// The official number, which becomes the id of the row.
    pub number: RowId,
    /// The title of the item.
    pub title: Bilingual,
    /// The criterion.
    pub criterion: Bilingual,
    /// Whether the item is for the online type alone.
    pub is_online_only: bool,
}

/// What filling did.
#[derive(Debug, Clone)]
pub struct Filling {
    /// The framework with the slots that were filled.
    pub framework: Framework,
    /// How many slots were filled.
    pub filled: usize,
    /// How many slots are empty still.
    pub empty: usize,
    /// The numbers that are public already and stay as they are.
    pub already_public: Vec<RowId>,
}

/// Why the texts do not fit the slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FillError {
    /// The framework has no empty slot.
    NoSlots,
    /// A number stands twice, or a row of another kind has it.
    NumberTaken(RowId),
    /// There are more items than slots of their kind.
    TooMany {
        /// Whether the items for the online type alone are too many, or the others.
        is_online_only: bool,
        /// How many there are.
        given: usize,
        /// How many slots there are.
        slots: usize,
    },
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSlots => f.write_str("the framework has no empty slot"),
            Self::NumberTaken(number) => write!(f, "the number `{number}` is taken; give each item once"),
            Self::TooMany { is_online_only: true, given, slots } => {
                write!(f, "{given} items are for the online type alone, and there are {slots} such slots")
            }
            Self::TooMany { is_online_only: false, given, slots } => {
                write!(
                    f,
                    "{given} items are for every type, and there are {slots} such slots; mark those for the online type alone"
                )
            }
        }
    }
}

impl std::error::Error for FillError {}

impl Framework {
    /// Fills the empty slots in the order of `texts`: an item for the online type alone takes a slot that applies to
    /// that type alone.
    ///
    /// # Errors
    /// When there is no slot, a number is taken, or there are more items than slots of their kind; nothing is filled
    /// then.
    pub fn fill_slots(&self, texts: Vec<SlotText>) -> Result<Filling, FillError> {
        let (texts, already_public) = self.fillable(texts)?;
        let filled = texts.len();
        let (mut online, mut every): (VecDeque<SlotText>, VecDeque<SlotText>) =
            texts.into_iter().partition(|text| text.is_online_only);
        let mut framework = self.clone();
        for row in framework.rows.iter_mut().filter(|row| row.is_empty_slot()) {
            let next = if is_online_only(row) { online.pop_front() } else { every.pop_front() };
            if let Some(text) = next {
                fill(row, text);
            }
        }
        framework.places = framework.rows.iter().enumerate().map(|(place, row)| (row.id.clone(), place)).collect();
        let empty = framework.rows.iter().filter(|row| row.is_empty_slot()).count();
        Ok(Filling { framework, filled, empty, already_public })
    }

    /// The texts that need a slot, held against the slots that there are, and the numbers that are public already.
    fn fillable(&self, texts: Vec<SlotText>) -> Result<(Vec<SlotText>, Vec<RowId>), FillError> {
        let slots: Vec<&Row> = self.rows.iter().filter(|row| row.is_empty_slot()).collect();
        if slots.is_empty() {
            return Err(FillError::NoSlots);
        }
        let mut seen: BTreeSet<RowId> = BTreeSet::new();
        let (mut fillable, mut public) = (Vec::new(), Vec::new());
        for text in texts {
            if !seen.insert(text.number.clone()) {
                return Err(FillError::NumberTaken(text.number));
            }
            match self.row(&text.number) {
                None => fillable.push(text),
                Some(row) if self.item_classes.contains(&row.class) && !row.is_empty_slot() => public.push(text.number),
                Some(_) => return Err(FillError::NumberTaken(text.number)),
            }
        }
        for is_online in [true, false] {
            let given = fillable.iter().filter(|text| text.is_online_only == is_online).count();
            let slots = slots.iter().filter(|row| is_online_only(row) == is_online).count();
            if given > slots {
                return Err(FillError::TooMany { is_online_only: is_online, given, slots });
            }
        }
        Ok((fillable, public))
    }
}

/// Whether the slot does not apply to a service of the offline type.
fn is_online_only(row: &Row) -> bool {
    let offline = "offline".parse().map(|term| BTreeSet::from([term])).ok();
    let facts = Facts { service_type: offline, ..Facts::default() };
    matches!(row.applicability(&facts), Applicability::DoesNotApply { .. })
}

fn fill(row: &mut Row, text: SlotText) {
    row.state = RowState::Filled;
    row.explanation = text.criterion.clone();
    row.title = text.title;
    row.number = Some(text.number.to_string());
    let id = format!("{}-1", text.number).parse().unwrap_or_else(|_| text.number.clone());
    row.criteria =
        vec![Criterion { id, modality: Modality::Must, text: text.criterion, notes: Vec::new(), line: None }];
    row.id = text.number;
}
