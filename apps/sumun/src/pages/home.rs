//! The start page: what runs where, whether it answers, how to sign in.

use super::contract;
use crate::platform::addresses::{Addresses, Component};
use crate::platform::world::{World, cast};
use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use sumun_banking::BankingStore;
use sumun_journal::JournalStore;
use sumun_journal_files::{SegmentHandle, Sequencer};
use sumun_records::Usage;
use sumun_store::Store;
use sumun_system::{Clock, Reserve, Room};
use sumun_web::{ErrorPage, Locale, MenuGroup, MenuLink, MessageSource, Page, Site, Status, TurnFact, shell};
use tokio::net::TcpStream;

/// The texts of this page.
pub const TEXTS: MessageSource = MessageSource {
    name: "sumun",
    ko: include_str!("../../messages/ko.ftl"),
    en: include_str!("../../messages/en.ftl"),
};

/// How long a component may take to accept a connection before it counts as down.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the start page is made of.
pub struct Parts {
    /// Shell and texts.
    pub site: Arc<Site>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The store, for the state of journal and ledger.
    pub store: Store,
    /// Signs the journal; it knows how far.
    pub sequencer: Arc<Sequencer>,
    /// Takes access records; it knows how much of their room is used.
    pub records: SegmentHandle,
    /// Knows how much room there is on the volume.
    pub reserve: Arc<Reserve>,
    /// Where each component listens.
    pub addresses: Addresses,
    /// Who can sign in.
    pub world: Arc<World>,
}

/// The start page's routes, with the contract's beside it.
pub fn router(parts: Parts, contract: Router) -> Router {
    let routes = Router::new().route("/", get(home)).fallback(missing);
    shell(routes.with_state(Arc::new(parts)).merge(contract))
}

async fn missing(locale: Locale) -> ErrorPage {
    ErrorPage::not_found(locale).back_to("/")
}

#[derive(askama::Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    facts: Vec<TurnFact>,
    alarms: Vec<Alarm>,
    components: Vec<ComponentRow>,
    people: Vec<PersonRow>,
    /// What the developer of an app reads, as address and words.
    documents: Vec<(String, &'static str)>,
}

/// What the operator has to do something about.
struct Alarm {
    tone: &'static str,
    title_key: &'static str,
    detail_key: &'static str,
}

struct ComponentRow {
    title_key: &'static str,
    who_key: &'static str,
    /// Why there is no link, when there is none.
    note_key: &'static str,
    status: Status,
    address: String,
    href: Option<String>,
}

struct PersonRow {
    name: &'static str,
    login: String,
    role: String,
    href: String,
    where_key: &'static str,
}

async fn home(State(parts): State<Arc<Parts>>, locale: Locale, OriginalUri(uri): OriginalUri) -> Response {
    let mut page = parts.site.page(locale, &uri, "home-title", parts.clock.now());
    page.menu.groups = menu(&parts, &page);
    let components = components(&parts).await;
    let facts = facts(&parts, &page, &components).await;
    let (alarms, documents) = (alarms(&parts), documents(&parts));
    let view = HomePage { facts, alarms, components, people: people(&parts, &page), documents, page };
    view.page.show(&view)
}

/// The words of each component on this page, in the order of the table.
const ROWS: [(Component, &str, &str, &str); 6] = [
    (Component::Authorization, "component-authorization", "component-authorization-who", ""),
    (Component::AuthorizationMutual, "component-authorization-mtls", "component-authorization-mtls-who", "home-mutual"),
    (Component::Gateway, "component-gateway", "component-gateway-who", "home-mutual"),
    (Component::Processor, "component-processor", "component-processor-who", "home-internal"),
    (Component::Bank, "component-bank", "component-bank-who", ""),
    (Component::Workbench, "component-workbench", "component-workbench-who", ""),
];

async fn components(parts: &Parts) -> Vec<ComponentRow> {
    let mut rows = Vec::new();
    for (component, title_key, who_key, note_key) in ROWS {
        let address = parts.addresses.authority(component);
        let href = note_key.is_empty().then(|| landing(parts, component));
        let status = if answers(parts.addresses.health_of(component)).await { Status::Healthy } else { Status::Down };
        rows.push(ComponentRow { title_key, who_key, note_key, status, address, href });
    }
    rows
}

/// The page at which a person begins.
fn landing(parts: &Parts, component: Component) -> String {
    let path = if component == Component::Authorization { "/consents" } else { "/" };
    format!("{}{path}", parts.addresses.url(component))
}

fn documents(parts: &Parts) -> Vec<(String, &'static str)> {
    let metadata = format!("{}/.well-known/oauth-authorization-server", parts.addresses.url(Component::Authorization));
    vec![(contract::PATH.to_owned(), "home-contract"), (metadata, "home-metadata")]
}

async fn answers(address: SocketAddr) -> bool {
    tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await.is_ok_and(|outcome| outcome.is_ok())
}

async fn facts(parts: &Parts, page: &Page, components: &[ComponentRow]) -> Vec<TurnFact> {
    let down = components.iter().filter(|row| row.status == Status::Down).count();
    let state = match down {
        0 => page.text("home-state-all").to_string(),
        count => page.text("home-state-some").count("count", count).to_string(),
    };
    let mut facts = vec![TurnFact::new(page.text("home-platform"), state, page.text("home-state-checked"))];
    if let Ok(size) = parts.store.size().await {
        let behind = size.saturating_sub(parts.sequencer.checkpoint().size);
        let small = match behind {
            0 => page.text("home-journal-even").to_string(),
            count => page.text("home-journal-behind").count("count", count as usize).to_string(),
        };
        let value = page.text("home-journal-size").count("count", size as usize);
        facts.push(TurnFact::new(page.text("home-journal"), value, small));
    }
    if let Ok(audit) = parts.store.audit().await {
        let key = if audit.is_conserved() { "home-ledger-kept" } else { "home-ledger-broken" };
        let small = page.text("home-ledger-accounts").count("count", audit.accounts as usize).to_string();
        facts.push(TurnFact::new(page.text("home-ledger"), page.text(key), small));
    }
    facts
}

fn alarms(parts: &Parts) -> Vec<Alarm> {
    let room = match parts.reserve.room() {
        Room::Ample => None,
        Room::Scarce => {
            Some(Alarm { tone: "part", title_key: "home-room-scarce", detail_key: "home-room-scarce-detail" })
        }
        Room::Released => {
            Some(Alarm { tone: "bad", title_key: "home-room-released", detail_key: "home-room-released-detail" })
        }
    };
    let records = match parts.records.usage() {
        Usage::Ample => None,
        Usage::Alarm => {
            Some(Alarm { tone: "part", title_key: "home-records-alarm", detail_key: "home-records-alarm-detail" })
        }
        Usage::Spent => {
            Some(Alarm { tone: "bad", title_key: "home-records-spent", detail_key: "home-records-spent-detail" })
        }
    };
    room.into_iter().chain(records).collect()
}

fn people(parts: &Parts, page: &Page) -> Vec<PersonRow> {
    let visible = cast::CUSTOMERS.iter().enumerate().filter(|(place, _)| !cast::PROBE_CUSTOMERS.contains(place));
    let customers = visible.map(|(_, customer)| PersonRow {
        name: customer.name_in(page.locale),
        login: customer.login.to_owned(),
        role: page.text("role-customer").to_string(),
        href: landing(parts, Component::Bank),
        where_key: "component-bank",
    });
    let staff = cast::STAFF.iter().zip(&parts.world.staff).map(|(cast, made)| PersonRow {
        name: cast.name_in(page.locale),
        login: made.login.clone(),
        role: cast.title_in(page.locale).to_owned(),
        href: landing(parts, Component::Workbench),
        where_key: "component-workbench",
    });
    customers.chain(staff).collect()
}

fn menu(parts: &Parts, page: &Page) -> Vec<MenuGroup> {
    let link = |href: String, key: &str, icon: &'static str, current: bool| MenuLink {
        href,
        text: page.text(key).to_string(),
        icon,
        count: None,
        current,
    };
    let group = |key: &str, links: Vec<MenuLink>| MenuGroup { heading: Some(page.text(key).to_string()), links };
    vec![
        MenuGroup { heading: None, links: vec![link("/".to_owned(), "home-title", "home", true)] },
        group("home-workbench", vec![link(landing(parts, Component::Workbench), "component-workbench", "list", false)]),
        group(
            "home-platform",
            vec![
                link(landing(parts, Component::Authorization), "component-authorization", "users", false),
                link(landing(parts, Component::Bank), "component-bank", "gate", false),
            ],
        ),
    ]
}
