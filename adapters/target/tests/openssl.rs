//! The live target against a TLS server of another maker (OpenSSL), which can
//! still speak what our own servers refuse to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType,
};
use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use sumun_ids::ProbeRunId;
use sumun_probes::{Conclusion, Fault, Record, Role, Target, TlsVersion, registry};
use sumun_target::{Credentials, LiveTarget, RecordedTarget, Settings};
use sumun_time::Timestamp;

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn root(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    fn issue(&self, purpose: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::IpAddress(IpAddr::from([127, 0, 0, 1]))];
        params.extended_key_usages = vec![purpose];
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate, key)
    }

    fn client(&self) -> Credentials {
        let (certificate, key) = self.issue(ExtendedKeyUsagePurpose::ClientAuth);
        Credentials { chain: vec![certificate.der().to_vec()], key: key.serialize_der() }
    }
}

/// An `openssl s_server` on a free port; stopped by its process id.
struct Server {
    process: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Server {
    fn start(authority: &Authority, arguments: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = std::env::temp_dir().join(format!("sumun-target-{}-{}", std::process::id(), address.port()));
        fs::create_dir_all(&folder).unwrap();
        let (certificate, key) = authority.issue(ExtendedKeyUsagePurpose::ServerAuth);
        fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
        fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        fs::write(folder.join("ca.pem"), authority.issuer.pem()).unwrap();
        let mut command = Command::new("openssl");
        command.current_dir(&folder).args(["s_server", "-quiet", "-www", "-cert", "cert.pem", "-key", "key.pem"]);
        command.args(["-accept", &format!("127.0.0.1:{}", address.port())]).args(arguments);
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl is needed (Debian package openssl)");
        let server = Self { process, address, folder };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "openssl s_server did not start with {arguments:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn target(&self, authority: &Authority, credentials: BTreeMap<Role, Credentials>) -> LiveTarget {
        LiveTarget::new(Settings {
            address: self.address,
            server_name: "127.0.0.1".to_owned(),
            roots: vec![authority.root()],
            credentials,
            tokens: BTreeMap::from([(sumun_probes::Token::Own, "token".to_owned())]),
            resource: "/".to_owned(),
            timeout: Duration::from_secs(5),
        })
        .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _stopped = self.process.kill();
        let _ended = self.process.wait();
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// A certificate of `rcgen` is valid from 1975 to 4096; any recent instant does.
fn now() -> Timestamp {
    "2026-11-21T00:00:00Z".parse().unwrap()
}

async fn probe(id: &str, target: &dyn Target) -> Record {
    sumun_probes::run(registry::find(id).unwrap(), target, ProbeRunId::from_random([3; 16]), now()).await
}

fn conclusion(record: &Record) -> Conclusion {
    record.judged.conclusion
}

#[tokio::test]
async fn a_server_of_tls_1_3_alone_is_confirmed() {
    let authority = Authority::new();
    let server = Server::start(&authority, &["-tls1_3"]);
    let target = server.target(&authority, BTreeMap::new());
    assert_eq!(target.offer(TlsVersion::Tls13).await.map(|(version, _)| version), Ok(TlsVersion::Tls13));
    let record = probe("transport/versions", &target).await;
    assert_eq!(conclusion(&record), Conclusion::Confirmed, "{}", record.to_json());
}

#[tokio::test]
async fn every_old_version_that_a_server_still_speaks_is_seen() {
    let authority = Authority::new();
    let server = Server::start(&authority, &["-cipher", "ALL:@SECLEVEL=0"]);
    let target = server.target(&authority, BTreeMap::new());
    for version in [TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13] {
        assert_eq!(target.offer(version).await.map(|(chosen, _)| chosen), Ok(version), "{}", version.name());
    }
    assert!(matches!(target.offer(TlsVersion::Ssl3).await, Err(Fault::RefusedByTls(_) | Fault::Closed)));
    assert_eq!(conclusion(&probe("transport/versions", &target).await), Conclusion::Contradicted);
}

#[tokio::test]
async fn early_data_is_seen_where_it_is_on_and_only_there() {
    let authority = Authority::new();
    let on = Server::start(&authority, &["-tls1_3", "-max_early_data", "16384"]);
    let target = on.target(&authority, BTreeMap::new());
    let client = BTreeMap::from([(Role::Registered, authority.client())]);
    // The look-up calls as the registered app; a server that asks for no certificate does not mind.
    let record = probe("transport/early-data", &on.target(&authority, client.clone())).await;
    assert_eq!(conclusion(&record), Conclusion::Contradicted, "{}", record.to_json());
    drop(target);
    let off = Server::start(&authority, &["-tls1_3"]);
    let record = probe("transport/early-data", &off.target(&authority, client)).await;
    assert_eq!(conclusion(&record), Conclusion::Confirmed, "{}", record.to_json());
}

#[tokio::test]
async fn a_chain_of_an_unknown_authority_is_described_and_not_trusted() {
    let authority = Authority::new();
    let server = Server::start(&authority, &["-tls1_3"]);
    let known = probe("transport/chain", &server.target(&authority, BTreeMap::new())).await;
    assert_eq!(conclusion(&known), Conclusion::Confirmed, "{}", known.to_json());
    let stranger = probe("transport/chain", &server.target(&Authority::new(), BTreeMap::new())).await;
    assert_eq!(conclusion(&stranger), Conclusion::Contradicted, "{}", stranger.to_json());
}

#[tokio::test]
async fn mutual_tls_is_judged_by_what_the_application_answers() {
    let authority = Authority::new();
    let strict = ["-tls1_3", "-CAfile", "ca.pem", "-Verify", "1", "-verify_return_error"];
    let server = Server::start(&authority, &strict);
    let credentials = BTreeMap::from([
        (Role::Registered, authority.client()),
        (Role::WrongAuthority, Authority::new().client()),
        (Role::Expired, expired(&authority)),
    ]);
    let record = probe("transport/client-certificate", &server.target(&authority, credentials.clone())).await;
    assert_eq!(conclusion(&record), Conclusion::Confirmed, "{}", record.to_json());

    // A server that asks for a certificate but does not mind a wrong one.
    let lax = Server::start(&authority, &["-tls1_3", "-CAfile", "ca.pem", "-verify", "1"]);
    let record = probe("transport/client-certificate", &lax.target(&authority, credentials)).await;
    assert_eq!(conclusion(&record), Conclusion::Contradicted, "{}", record.to_json());
}

fn expired(authority: &Authority) -> Credentials {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let certificate = params.signed_by(&key, &authority.issuer).unwrap();
    Credentials { chain: vec![certificate.der().to_vec()], key: key.serialize_der() }
}

#[tokio::test]
async fn a_judgement_can_be_repeated_from_the_evidence_alone() {
    let authority = Authority::new();
    let server = Server::start(&authority, &["-tls1_2"]);
    let live = probe("transport/versions", &server.target(&authority, BTreeMap::new())).await;
    drop(server);
    let recorded = RecordedTarget::from_json(&live.to_json()).unwrap();
    let again = probe("transport/versions", &recorded).await;
    assert_eq!(live.judged, again.judged);
    assert_eq!(conclusion(&again), Conclusion::Contradicted);
}

#[tokio::test]
async fn a_silent_peer_and_a_closed_port_end_in_time() {
    let authority = Authority::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = |address| Settings {
        address,
        server_name: "127.0.0.1".to_owned(),
        roots: vec![authority.root()],
        credentials: BTreeMap::new(),
        tokens: BTreeMap::new(),
        resource: "/".to_owned(),
        timeout: Duration::from_millis(300),
    };
    let target = LiveTarget::new(settings(silent.local_addr().unwrap())).unwrap();
    assert_eq!(target.offer(TlsVersion::Tls13).await, Err(Fault::TimedOut));
    let closed = silent.local_addr().unwrap();
    drop(silent);
    let target = LiveTarget::new(settings(closed)).unwrap();
    assert!(matches!(target.chain().await, Err(Fault::NotReached(_))));
}
