//! What happens by itself as time goes by.

use crate::support::World;
use crate::support::browser::Browser;
use sumun_authorization::{AuthorizationStore as _, CodeHash};
use sumun_authorization_server::Upkeep;
use sumun_consent::{ConsentState, ConsentStore as _};
use sumun_events::Event;
use sumun_identity::ENDED_SESSION_REMEMBERED;
use sumun_journal::{Entry, EntryKind, JournalStore as _};
use sumun_store::args;
use sumun_system::Clock as _;
use sumun_time::Span;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_ran_out_is_recorded_once_and_the_gateway_is_told() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let code = browser.approve(&page).await;
    let consent = world.store.of_customer(world.minsu.id).await.unwrap().swap_remove(0);
    let upkeep = Upkeep::new(world.parts.clone());
    world.take_events();

    world.clock.set(consent.expires_at.minus(Span::from_micros(1)));
    upkeep.round().await.unwrap();
    assert!(world.take_events().is_empty(), "not a moment early");
    let gone = world.store.code(world.saeum.institution.id, CodeHash::of(&code)).await.unwrap();
    assert_eq!(gone, None, "the code of a year ago is forgotten");

    world.clock.set(consent.expires_at);
    for _ in 0..2 {
        upkeep.round().await.unwrap();
    }
    assert!(matches!(world.take_events()[..], [Event::ConsentEnded(id)] if id == consent.id));
    let ended = world.store.consent(consent.id).await.unwrap().unwrap();
    assert_eq!(ended.state, ConsentState::Expired { at: consent.expires_at });
    let entries = world.store.entries_from(0, 100).await.unwrap();
    let kinds: Vec<_> = entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap().kind).collect();
    assert_eq!(kinds, [EntryKind::ConsentGranted, EntryKind::ConsentExpired]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_which_nobody_would_ask_any_more_is_forgotten() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let sessions = async || world.store.read("SELECT id FROM session", args![]).await.unwrap().len();
    let upkeep = Upkeep::new(world.parts.clone());

    world.clock.set(world.clock.now().plus(ENDED_SESSION_REMEMBERED));
    upkeep.round().await.unwrap();
    assert_eq!(sessions().await, 1, "its browser may still be told why it ended");
    world.clock.set(world.clock.now().plus(Span::from_minutes(30)));
    upkeep.round().await.unwrap();
    assert_eq!(sessions().await, 0);
}
