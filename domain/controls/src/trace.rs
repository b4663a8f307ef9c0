//! What enforces a row, what proves it and what checks it: links that are data.

use crate::{Catalog, Framework, FrameworkId, Row, RowId};

/// What is known of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The framework of the row.
    pub framework: FrameworkId,
    /// The row.
    pub row: RowId,
    /// The public items that enforce it, as paths: `sumun_consent::disclosure::ConsentDisclosure`.
    pub enforced_by: Vec<String>,
    /// The one test that proves it, as a path.
    pub test: Option<String>,
    /// The probes that check it: `family/probe`.
    pub probes: Vec<String>,
}

/// A row with its link; without one it is open.
#[derive(Debug, Clone, Copy)]
pub struct TraceLine<'a> {
    /// The framework of the row.
    pub framework: &'a Framework,
    /// The row.
    pub row: &'a Row,
    /// What is known of it.
    pub link: Option<&'a Link>,
}

impl TraceLine<'_> {
    /// Whether nothing enforces, proves or checks the row yet.
    pub fn is_open(&self) -> bool {
        self.link.is_none()
    }
}

impl Catalog {
    /// Every row of every framework, or of one, in order, with what enforces, proves and checks it. No row is missing.
    pub fn trace<'a>(&'a self, framework: Option<&'a FrameworkId>) -> impl Iterator<Item = TraceLine<'a>> {
        let wanted = move |candidate: &&Framework| framework.is_none_or(|id| candidate.id == *id);
        self.current_frameworks().filter(wanted).flat_map(move |framework| {
            framework.rows().iter().map(move |row| TraceLine {
                framework,
                row,
                link: self.link(&framework.id, &row.id),
            })
        })
    }
}
