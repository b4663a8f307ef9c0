//! Certificates, token, configurations and processes of one run.

use crate::served;
use serde_json::json;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sumun_ids::*;
use sumun_jose::{Algorithm, base64url_encode, sign_compact};
use sumun_keys::{AuthorityProfile, CertificateAuthority, ClientProfile, ServerProfile, SoftwareKey};
use sumun_system::{Clock, SystemClock};
use sumun_time::Span;

pub const ISSUER: &str = "https://as.example";
pub const AUDIENCE: &str = "https://gateway.example";
pub const ACCOUNT: AccountId = AccountId::from_random([9; 16]);

/// A process that is ended with its owner.
pub struct Process(Child);

impl Process {
    pub fn start(core: &str, command: &[&str]) -> Self {
        let mut taskset = Command::new("taskset");
        taskset.args(["-c", core]).args(command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
        Self(taskset.spawn().unwrap_or_else(|error| panic!("cannot start {}: {error}", command[0])))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// One of those that are compared.
pub struct Side {
    pub name: &'static str,
    pub address: SocketAddr,
    pub process: u32,
    /// Whether each call comes with a token that is not remembered.
    pub tokens_are_new: bool,
}

pub struct Stage {
    pub folder: PathBuf,
    pub token: String,
    addresses: [SocketAddr; 3],
    // Ended in this order: those in front before the backend.
    gateway: Process,
    forgetful: Process,
    peer: Process,
    _backend: Process,
    _scratch: tempfile::TempDir,
}

impl Stage {
    /// Lays everything out and starts it; returns when both sides listen.
    pub fn set() -> Self {
        assert!(std::thread::available_parallelism().unwrap().get() >= 2, "this benchmark needs two cores");
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().to_owned();
        let token = lay_out(&folder);
        let [backend, peer, gateway, forgetful] = std::array::from_fn(|_| free_address());
        for name in ["backend.conf", "haproxy.cfg"] {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/gateway").join(name);
            let text = fs::read_to_string(source).unwrap();
            let text = [
                ("@FOLDER@", folder.to_str().unwrap()),
                ("@BACKEND@", &backend.to_string()),
                ("@PEER@", &peer.to_string()),
                ("@ISSUER@", ISSUER),
                ("@AUDIENCE@", AUDIENCE),
            ]
            .into_iter()
            .fold(text, |text, (mark, value)| text.replace(mark, value));
            fs::write(folder.join(name), text).unwrap();
        }
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let _backend = Process::start("1", &["nginx", "-c", &file("backend.conf")]);
        let peer_process = Process::start("0", &["haproxy", "-db", "-f", &file("haproxy.cfg")]);
        let gateway_process = start_gateway(&folder, "remembers", gateway, backend);
        let forgetful_process = start_gateway(&folder, "forgets", forgetful, backend);
        for address in [backend, peer, gateway, forgetful] {
            await_listener(address);
        }
        Self {
            folder,
            token,
            addresses: [peer, gateway, forgetful],
            gateway: gateway_process,
            forgetful: forgetful_process,
            peer: peer_process,
            _backend,
            _scratch: scratch,
        }
    }

    pub fn sides(&self) -> [Side; 3] {
        let [peer, gateway, forgetful] = self.addresses;
        let side = |name, address, process: &Process, tokens_are_new| Side {
            name,
            address,
            process: process.id(),
            tokens_are_new,
        };
        [
            side("HAProxy 2.6", peer, &self.peer, false),
            side("Sumun gateway", gateway, &self.gateway, false),
            side("Sumun gateway, every token new", forgetful, &self.forgetful, true),
        ]
    }
}

/// This binary again, as a gateway on the first core, in a folder of its own.
fn start_gateway(folder: &Path, memory: &str, address: SocketAddr, backend: SocketAddr) -> Process {
    let own_folder = folder.join(memory);
    fs::create_dir(&own_folder).unwrap();
    let facts = json!({"gateway": address, "backend": backend, "remembers": memory == "remembers"});
    fs::write(own_folder.join("served.json"), facts.to_string()).unwrap();
    let own = std::env::current_exe().unwrap();
    Process::start("0", &[own.to_str().unwrap(), served::ROLE, own_folder.to_str().unwrap()])
}

/// Writes certificates, keys, the token and the shim; returns the token.
fn lay_out(folder: &Path) -> String {
    let now = SystemClock.now();
    let (from, until) = (now.minus(Span::from_days(1)), now.plus(Span::from_days(30)));
    let authority = CertificateAuthority::create(&AuthorityProfile {
        common_name: "bench".to_owned(),
        organization: "bench".to_owned(),
        not_before: from,
        not_after: until,
    });
    let authority = authority.unwrap();
    let server = authority.issue_server(&ServerProfile {
        common_name: "server".to_owned(),
        dns_names: vec!["localhost".to_owned()],
        addresses: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        not_before: from,
        not_after: until,
    });
    let client = authority.issue_client(&ClientProfile {
        organization: "Fintech".to_owned(),
        serial_number: "123-45-67890".to_owned(),
        common_name: "access server".to_owned(),
        not_before: from,
        not_after: until,
    });
    let (server, client, key) = (server.unwrap(), client.unwrap(), SoftwareKey::generate(Algorithm::Es256).unwrap());
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    write("authority.pem", authority.certificate_pem());
    write("server.pem", server.pem());
    write("client.pem", client.certificate_pem());
    write("client.key", client.key_pem());
    write("token-key.pem", public_key_pem(key.public_bytes()));
    write("keys.json", json!({"keys": [key.public().to_json()]}).to_string());
    build_shim(folder);
    let token = |place: u8| {
        let claims = json!({
            "iss": ISSUER, "sub": CustomerId::from_random([5; 16]), "aud": AUDIENCE,
            "client_id": AppId::from_random([3; 16]), "iat": now.seconds() - 1, "exp": now.seconds() + 590,
            "jti": TokenId::from_random([place; 16]), "scope": "balance transactions",
            "consent_id": ConsentId::from_random([6; 16]), "institution_id": InstitutionId::from_random([1; 16]),
            "cnf": {"x5t#S256": base64url_encode(&client.thumbprint())},
        });
        sign_compact(&key, "at+jwt", &claims).unwrap()
    };
    write("tokens.txt", (1..=200).map(token).collect::<Vec<_>>().join("\n"));
    token(0)
}

fn build_shim(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/gateway/client_certificate.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .arg(folder.join("shim.so"))
        .arg(source)
        .arg("-ldl")
        .status()
        .expect("cc is needed");
    assert!(built.success(), "cc cannot build the shim");
}

/// The P-256 point as a SubjectPublicKeyInfo in PEM, as HAProxy reads keys.
fn public_key_pem(point: &[u8]) -> String {
    const HEAD: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let der = [&HEAD, point].concat();
    let text = base64url_encode(&der).replace('-', "+").replace('_', "/");
    let padded = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
    let lines: Vec<_> = padded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

/// Below 32768, where the system takes ports of outgoing connections from.
fn free_address() -> SocketAddr {
    let address = (21_000..32_000).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let taken =
        |address: &SocketAddr| TcpListener::bind(address).is_ok() && !RESERVED.lock().unwrap().contains(address);
    let address = { address }.find(taken).expect("a free port");
    RESERVED.lock().unwrap().push(address);
    address
}

static RESERVED: std::sync::Mutex<Vec<SocketAddr>> = std::sync::Mutex::new(Vec::new());

fn await_listener(address: SocketAddr) {
    for _ in 0..100 {
        if TcpStream::connect(address).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nobody listens on {address}");
}
