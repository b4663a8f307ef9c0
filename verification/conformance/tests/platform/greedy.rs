//! One greedy party, and a system with few file descriptors: the others are served.

use crate::shared::EVERY_SCOPE;
use bytes::Bytes;
use http::Request;
use std::collections::VecDeque;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use sumun_conformance::program::run_to_end;
use sumun_conformance::{
    App, Certificate, Person, Ready, Running, Wire, command, connect_from, free_port_block, with_descriptors,
};

/// The least with which a start is possible.
const FLOOR: u32 = 512;
/// Connections that the listeners then take.
const GATEWAY: usize = 100;
const AUTHORIZATION: usize = 40;
const PAGES: usize = 20;
/// One address, and one institution, has every fourth of them.
const SHARE_OF_ONE: usize = 4;

/// Connections that have sent a request and keep their place; only those that were answered.
fn speaking(
    from: impl Iterator<Item = Ipv4Addr>,
    ready: &Ready,
    address: &str,
    certificate: Option<&Certificate>,
) -> Vec<Wire> {
    let ask = b"GET /.well-known/oauth-authorization-server HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut answered = Vec::new();
    for source in from {
        let mut wire = Wire::connect_from(source, ready, address, certificate);
        if wire.try_exchange(ask).is_ok_and(|answer| answer.is_some()) {
            answered.push(wire);
        }
    }
    answered
}

/// Whether the server has let go of a connection that said nothing.
fn is_let_go(stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    !matches!((&mut &*stream).read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

/// Connections without a word from one address, one after the other, until it is ended.
struct Flood {
    over: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Flood {
    /// The most that are opened, and how many are open at once.
    const OPENED_MAX: usize = 20_000;
    const OPEN_AT_ONCE: usize = 64;

    fn begin(source: Ipv4Addr, addresses: [&String; 2]) -> Self {
        let (over, addresses) = (Arc::new(AtomicBool::new(false)), addresses.map(String::clone));
        let thread = std::thread::spawn({
            let over = Arc::clone(&over);
            move || {
                let mut open = VecDeque::new();
                let pairs = (0..Self::OPENED_MAX).take_while(|_| !over.load(Ordering::Relaxed));
                pairs.map(|place| open_one(&mut open, source, &addresses[place % 2])).count()
            }
        });
        Self { over, thread }
    }

    /// Ends it and tells how many there were.
    fn end(self) -> usize {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

fn open_one(open: &mut VecDeque<TcpStream>, source: Ipv4Addr, address: &str) {
    open.push_back(connect_from(source, address));
    if open.len() > Flood::OPEN_AT_ONCE {
        open.pop_front();
    }
    std::thread::sleep(Duration::from_millis(1));
}

/// New clients, one after the other, each with a connection of its own, are all answered.
async fn assert_others_are_answered(ready: &Ready, address: &str) {
    for turn in 0..20 {
        let client = ready.client(None);
        let ask = Request::get(format!("{address}/sign-in")).body(Bytes::new()).unwrap();
        let answer = client.request(ask).await.unwrap_or_else(|error| panic!("{address}, turn {turn}: {error}"));
        assert_eq!(answer.status(), 200, "{address}");
    }
}

#[test]
fn descriptors_are_raised_divided_and_said_and_below_the_floor_nothing_starts() {
    let running = Running::start_with_descriptors(256, 2_048);
    assert_eq!(running.descriptors_allowed(), (2_048, 2_048));
    let said = running.stop_well();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("file descriptors")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    assert!(lines[0].contains("2048 file descriptors: 192 kept"), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let mut up = command();
    up.args(["up", "--port-base", &free_port_block().to_string(), "--data"]).arg(folder.path().join("data"));
    let outcome = run_to_end(&mut with_descriptors(&up, FLOOR - 1, FLOOR - 1), Duration::from_secs(60));
    assert_eq!(outcome.code, Some(64), "{} {}", outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.contains("allows 511 file descriptors, and at least 512 are needed"), "{}", outcome.stderr);
    assert!(!folder.path().join("data").exists(), "nothing was begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_that_takes_all_it_can_leaves_places_and_descriptors_to_others() {
    let running = Running::start_with_descriptors(FLOOR, FLOOR);
    let ready = running.ready();
    let app = App::of(ready, 0);
    let greedy = Ipv4Addr::new(127, 0, 0, 2);
    let addresses = &ready.addresses;
    let mut held = Vec::new();
    for (address, places) in [
        (&addresses.authorization, AUTHORIZATION),
        (&addresses.bank, PAGES),
        (&addresses.workbench, PAGES),
        (&addresses.start, PAGES),
    ] {
        let from = std::iter::repeat_n(greedy, places + 10);
        let of_one = tokio::task::block_in_place(|| speaking(from, ready, address, None));
        assert_eq!(of_one.len(), places / SHARE_OF_ONE, "{address}");
        held.push(of_one);
    }
    let flood = Flood::begin(greedy, [&addresses.authorization, &addresses.gateway]);
    // Those that say nothing, from many addresses: as many as the listener has places, and more.
    let many = |count: u8| (0..count).map(|place| Ipv4Addr::new(127, 0, 1, place + 1));
    let silent: Vec<TcpStream> = [&addresses.authorization, &addresses.gateway]
        .into_iter()
        .flat_map(|address| many(120).map(|source| connect_from(source, address)))
        .collect();
    for address in [&addresses.authorization, &addresses.bank, &addresses.workbench] {
        assert_others_are_answered(ready, address).await;
    }
    // A consent and calls go through, over new connections.
    let mut haneul = Person::new(ready, "haneul");
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    for _ in 0..20 {
        let answer = App::of(ready, 0).get(&format!("/v1/accounts/{account}/balance"), &token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert!(running.descriptors() < FLOOR as usize, "{} descriptors", running.descriptors());
    assert!(silent.iter().any(is_let_go), "those that say nothing give way");
    assert!(!running.stderr().contains("no connection can be accepted"), "{}", running.stderr());
    assert!(flood.end() > 0);
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_institution_that_takes_all_it_can_leaves_places_at_the_gateway_to_others() {
    let running = Running::start_with_descriptors(FLOOR, FLOOR);
    let ready = running.ready();
    let mut haneul = Person::new(ready, "haneul");
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&App::of(ready, 0), EVERY_SCOPE, &[&account]).await;
    let greedy = Some(&ready.world.institutions[1].certificate);
    // From so many addresses that none has more than its own share.
    let from = (0..GATEWAY + 20).map(|place| Ipv4Addr::new(127, 0, 2, (place % 12 + 1) as u8));
    let held = tokio::task::block_in_place(|| speaking(from, ready, &ready.addresses.gateway, greedy));
    assert_eq!(held.len(), GATEWAY / SHARE_OF_ONE, "one institution has its share");
    for turn in 0..20 {
        let app = App::of(ready, 0);
        let answer = app.try_get(&format!("/v1/accounts/{account}/balance"), &token).await;
        assert_eq!(answer.unwrap_or_else(|error| panic!("turn {turn}: {error}")).status, 200);
    }
    drop(held);
}
