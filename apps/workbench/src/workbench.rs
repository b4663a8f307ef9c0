//! The app's own state: its parts and what is made of them once at the start.

use crate::Parts;
use crate::book::{Book, BookError};
use crate::places::Places;
use crate::room::Room;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use sumun_controls::FrameworkId;
use sumun_identity::Realm;
use sumun_inspection::CatalogEdition;
use sumun_sign_in::Entrance;
use sumun_time::Timestamp;
use sumun_web::{MessageSource, Messages, MessagesError, Site};
use tokio::sync::Semaphore;

/// The framework that the institution inspection of open banking goes by.
pub(crate) const FRAMEWORK: &str = "openbanking-institution";

/// The texts of the workbench.
pub(crate) const TEXTS: MessageSource =
    MessageSource { name: "workbench", ko: include_str!("../messages/ko.ftl"), en: include_str!("../messages/en.ftl") };

/// How many files come in at once: in all, from a member of staff, from an address.
const UPLOADS_MAX: (usize, usize, usize) = (24, 6, 12);
/// How many files go out at once: in all, to a member of staff, to an address.
const DOWNLOADS_MAX: (usize, usize, usize) = (64, 8, 24);
/// How many probe runs there are at once.
const PROBE_RUNS_MAX: usize = 2;

/// Why the workbench cannot start; the fault lies in what it was built of.
#[derive(Debug)]
pub enum StartError {
    /// The texts of the pages do not fit together.
    Messages(MessagesError),
    /// The catalogs lack what the inspection goes by.
    Catalog(String),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Messages(_) => f.write_str("the texts of the workbench cannot be used"),
            Self::Catalog(what) => write!(f, "the catalogs cannot be used for an inspection: {what}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Messages(error) => Some(error),
            Self::Catalog(_) => None,
        }
    }
}

/// Bounds of what is done at once.
pub(crate) struct Turns {
    pub uploads: Places,
    pub downloads: Places,
    pub probe_runs: Semaphore,
}

/// The running app.
pub(crate) struct Workbench {
    pub parts: Parts,
    pub site: Arc<Site>,
    pub entrance: Entrance,
    pub turns: Turns,
    pub room: Room,
    books: BTreeMap<CatalogEdition, Arc<Book>>,
    current: CatalogEdition,
}

impl Workbench {
    pub fn new(parts: Parts) -> Result<Self, StartError> {
        let site = Arc::new(Site {
            messages: Messages::load(&[TEXTS, sumun_sign_in::MESSAGES]).map_err(StartError::Messages)?,
            operator: parts.operator.clone(),
            world: parts.world,
            home: "/engagements".to_owned(),
            version: env!("CARGO_PKG_VERSION"),
        });
        let (identities, clock, random) = (parts.identities.clone(), parts.clock.clone(), parts.random.clone());
        let entrance = Entrance::new(Realm::Staff, Arc::clone(&site), identities, clock, random);
        let (books, current) = books(&parts)?;
        let turns = Turns {
            uploads: Places::new(UPLOADS_MAX.0, UPLOADS_MAX.1, UPLOADS_MAX.2),
            downloads: Places::new(DOWNLOADS_MAX.0, DOWNLOADS_MAX.1, DOWNLOADS_MAX.2),
            probe_runs: Semaphore::new(PROBE_RUNS_MAX),
        };
        let room = Room::new(parts.bounds);
        Ok(Self { parts, site, entrance, turns, room, books, current })
    }

    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// The items of an edition; none when this program does not have it.
    pub fn book(&self, edition: &CatalogEdition) -> Option<&Arc<Book>> {
        self.books.get(edition)
    }

    /// The edition that a new engagement goes by.
    pub fn current_edition(&self) -> &CatalogEdition {
        &self.current
    }
}

/// Every edition of the framework as a book, and the newest one.
fn books(parts: &Parts) -> Result<(BTreeMap<CatalogEdition, Arc<Book>>, CatalogEdition), StartError> {
    let framework: FrameworkId = FRAMEWORK.parse().map_err(|error| StartError::Catalog(format!("{error}")))?;
    let broken = |error: BookError| StartError::Catalog(error.to_string());
    let mut books = BTreeMap::new();
    let mut current = None;
    for edition in parts.catalog.frameworks().iter().filter(|one| one.id == framework) {
        let book = Book::of(&parts.catalog, edition).map_err(broken)?;
        current = Some(book.edition.clone());
        books.insert(book.edition.clone(), Arc::new(book));
    }
    let current = current.ok_or_else(|| StartError::Catalog(format!("there is no {FRAMEWORK}")))?;
    Ok((books, current))
}
