//! Who is answered at all: certificates, protocol versions, ports.

use crate::shared::{account, platform, token};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use sumun_conformance::program::run_to_end;
use sumun_conformance::ready::Addresses;
use sumun_conformance::{App, Certificate, Outcome, Ready, Wire};

fn sockets(ready: &Ready) -> [(&'static str, SocketAddr); 7] {
    let Addresses { start, authorization, authorization_mtls, gateway, bank, workbench, processor } = &ready.addresses;
    [
        ("start", start),
        ("authorization", authorization),
        ("authorization_mtls", authorization_mtls),
        ("gateway", gateway),
        ("bank", bank),
        ("workbench", workbench),
        ("processor", processor),
    ]
    .map(|(name, address)| (name, address.strip_prefix("https://").unwrap().parse().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_certificate_the_application_never_answers() {
    let ready = platform().ready();
    let token = token().await;
    let call = format!(
        "GET /v1/accounts/{}/balance HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n",
        account().await
    );
    let push = "POST /par HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n\r\n";
    let unfit = &ready.world.unfit;
    let refused: [(&str, Option<&Certificate>); 3] =
        [("none", None), ("of a foreign authority", Some(&unfit.wrong_authority)), ("expired", Some(&unfit.expired))];
    for (name, certificate) in refused {
        for (address, request) in
            [(&ready.addresses.gateway, call.as_str()), (&ready.addresses.authorization_mtls, push)]
        {
            if certificate.is_none() && *address == ready.addresses.authorization_mtls {
                continue;
            }
            let answer = Wire::connect(ready, address, certificate).exchange(request.as_bytes());
            assert_eq!(answer, None, "certificate {name} at {address}");
        }
    }
    // Where apps push and fetch tokens, who shows none is told so (RFC 9126 section 2) and gets nothing (PR-040).
    for path in ["/par", "/token"] {
        let request = push.replace("/par", path);
        let answer = Wire::connect(ready, &ready.addresses.authorization_mtls, None).exchange(request.as_bytes());
        let answer = answer.unwrap_or_else(|| panic!("{path} ends the connection instead of answering"));
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
        assert!(answer.body.contains(r#""error":"invalid_client""#), "{path}: {answer:?}");
    }
    // The right one is answered, so the refusals above are about the certificate.
    let right = Some(&ready.world.institutions[0].certificate);
    assert_eq!(Wire::connect(ready, &ready.addresses.gateway, right).exchange(call.as_bytes()).unwrap().status, 200);
    let pushed = Wire::connect(ready, &ready.addresses.authorization_mtls, right).exchange(push.as_bytes()).unwrap();
    assert!((400..=401).contains(&pushed.status), "{pushed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_processor_answers_no_institution() {
    let ready = platform().ready();
    let call = format!(
        "GET /v1/accounts/{}/balance HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        account().await
    );
    let institution = Some(&ready.world.institutions[0].certificate);
    for certificate in [None, institution] {
        // Its server certificate is of the internal authority, which no outsider trusts: openssl does not mind.
        let answer = ask_with_openssl(ready, &ready.addresses.processor, certificate, &call);
        assert!(!answer.contains("HTTP/1."), "{answer}");
    }
    let heard = ask_with_openssl(ready, &ready.addresses.gateway, institution, &call);
    assert!(heard.starts_with("HTTP/1.1 401"), "the gateway is heard the same way: {heard}");
    // Headers that only the gateway may write are not believed from outside.
    let forged = format!(
        "GET /v1/accounts/{}/balance HTTP/1.1\r\nhost: localhost\r\nsumun-customer-id: {}\r\nsumun-scope: balance\r\n\r\n",
        account().await,
        ready.customer("haneul").id
    );
    let mut wire = Wire::connect(ready, &ready.addresses.gateway, institution);
    assert_eq!(wire.exchange(forged.as_bytes()).unwrap().refusal(), (401, "token_missing".to_owned()));
}

#[test]
fn another_makers_tls_1_2_is_refused_on_every_port_and_its_tls_1_3_taken() {
    let ready = platform().ready();
    for (name, socket) in sockets(ready) {
        for old in ["-tls1", "-tls1_1", "-tls1_2"] {
            let outcome = openssl(socket, &[old, "-cipher", "DEFAULT@SECLEVEL=0"]);
            assert!(
                !outcome.stdout.contains("Cipher is T") && outcome.code != Some(0),
                "{name} {old}: {}",
                outcome.stdout
            );
        }
        let outcome = openssl(socket, &["-tls1_3"]);
        assert!(outcome.stdout.contains("New, TLSv1.3, Cipher is TLS_"), "{name}: {}", outcome.stdout);
        assert!(outcome.stdout.contains("Early data was not sent"), "{name}");
        assert!(!outcome.stdout.contains("New Session Ticket"), "{name}: nothing to resume or to send early data with");
    }
}

#[test]
fn pr_043_only_safe_suites_groups_and_signatures_are_agreed_on() {
    let ready = platform().ready();
    let gateway = sockets(ready)[3].1;
    for weak in [
        ["-ciphersuites", "TLS_AES_128_CCM_8_SHA256"],
        ["-ciphersuites", "TLS_AES_128_CCM_SHA256"],
        ["-groups", "ffdhe2048"],
        ["-groups", "P-521"],
        ["-sigalgs", "RSA+SHA1"],
    ] {
        let outcome = openssl(gateway, &[&["-tls1_3"], &weak[..]].concat());
        assert!(!outcome.stdout.contains("Cipher is TLS_"), "{weak:?}: {}", outcome.stdout);
    }
    for good in [["-ciphersuites", "TLS_AES_256_GCM_SHA384"], ["-groups", "X25519"], ["-sigalgs", "ECDSA+SHA256"]] {
        let outcome = openssl(gateway, &[&["-tls1_3"], &good[..]].concat());
        assert!(outcome.stdout.contains("Cipher is TLS_"), "{good:?}: {}", outcome.stdout);
    }
}

#[test]
fn pr_016_the_operators_servers_prove_who_they_are() {
    let ready = platform().ready();
    let ca = ready.ca.file.to_str().unwrap();
    for (name, socket) in sockets(ready) {
        let verified = |more: &[&str]| {
            let arguments = [&["-tls1_3", "-CAfile", ca, "-verify_return_error"], more].concat();
            openssl(socket, &arguments).stdout.contains("Verify return code: 0 (ok)")
        };
        if name == "processor" {
            assert!(!verified(&[]), "the processor's certificate is of the internal authority");
            continue;
        }
        assert!(verified(&["-verify_ip", "127.0.0.1"]), "{name}");
        assert!(!verified(&["-verify_hostname", "another-bank.example"]), "{name}");
        assert!(!verified(&["-verify_ip", "203.0.113.7"]), "{name}");
    }
}

/// What a port says to bytes without encryption; it closes then.
fn said_in_the_clear(socket: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut said = Vec::new();
    let _closed = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn pr_120_no_port_says_anything_without_encryption_but_that_it_is_wanted() {
    for (name, socket) in sockets(platform().ready()) {
        let noise = said_in_the_clear(socket, b"\x01\x02\x03 hello\r\n\r\n");
        assert!(noise.len() <= 7, "{name}: more than a TLS alert: {noise:?}");
        let said = said_in_the_clear(socket, format!("GET /a?b=c HTTP/1.1\r\nhost: {socket}\r\n\r\n").as_bytes());
        assert_eq!(said.matches("HTTP/1.1").count(), 1, "{name}: {said}");
        if ["start", "authorization", "bank", "workbench"].contains(&name) {
            assert!(said.starts_with("HTTP/1.1 308 "), "{name}: {said}");
            assert!(said.contains(&format!("\r\nlocation: https://{socket}/a?b=c\r\n")), "{name}: {said}");
            assert!(said.ends_with("\r\n\r\n"), "{name}: no body: {said}");
            let foreign = said_in_the_clear(socket, b"GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n");
            assert!(foreign.starts_with("HTTP/1.1 421 ") && !foreign.contains("location"), "{name}: {foreign}");
        } else {
            assert!(said.starts_with("HTTP/1.1 400 ") && said.contains("\"tls_wanted\""), "{name}: {said}");
        }
    }
}

/// The same head is read in the same way wherever it is sent (RFC 9112).
#[test]
fn rfc9112_3_2_and_6_3_every_listener_keeps_the_rules_of_http() {
    let ready = platform().ready();
    let institution = Some(&ready.world.institutions[0].certificate);
    let hidden = "GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let post = |framing: &str| {
        format!("POST /sign-in HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n5\r\n12345\r\n0\r\n\r\n{hidden}")
    };
    let hosts = |lines: &str| format!("GET /sign-in HTTP/1.1\r\n{lines}connection: close\r\n\r\n");
    let cases = [
        (post("transfer-encoding: chunked, chunked"), 400, "framing_unclear"),
        (post("transfer-encoding: gzip, chunked"), 400, "framing_unclear"),
        (post("content-length: 3\r\ntransfer-encoding: chunked"), 400, "framing_unclear"),
        (post("content-length: 3\r\ncontent-length: 4"), 400, "framing_unclear"),
        (post("x : y"), 400, "malformed_request"),
        (post("x: y\r\n z"), 400, "malformed_request"),
        (hidden.replace("\r\n", "\n"), 400, "malformed_request"),
        (hosts(""), 400, "host_unclear"),
        (hosts("host: localhost\r\nhost: localhost\r\n"), 400, "host_unclear"),
        (hosts("host: <>\r\n"), 400, "host_unclear"),
        (hosts("host: a/x\r\n"), 400, "host_unclear"),
        (hosts("host: u@a\r\n"), 400, "host_unclear"),
        (hosts("host: a b\r\n"), 400, "host_unclear"),
        (hosts("host: evil.example\r\n"), 421, "host_foreign"),
    ];
    let Addresses { start, authorization, authorization_mtls, gateway, bank, workbench, .. } = &ready.addresses;
    for (address, certificate) in [
        (start, None),
        (authorization, None),
        (authorization_mtls, institution),
        (gateway, institution),
        (bank, None),
        (workbench, None),
    ] {
        for (bytes, status, code) in &cases {
            let mut wire = Wire::connect(ready, address, certificate);
            let answer = wire.exchange(bytes.as_bytes()).unwrap();
            assert_eq!(answer.refusal(), (*status, (*code).to_owned()), "{address}: {bytes}");
            assert_eq!(wire.answer(), None, "{address}: one answer and the end: {bytes}");
        }
        for host in ["localhost", "127.0.0.1:1", "[::1]"] {
            let request = hosts(&format!("host: {host}\r\n"));
            let answer = Wire::connect(ready, address, certificate).exchange(request.as_bytes()).unwrap();
            assert!(![400, 421].contains(&answer.status), "{address} is called {host}: {answer:?}");
        }
    }
}

#[test]
fn pr_111_only_the_seven_ports_are_open_and_only_on_the_chosen_address() {
    let ready = platform().ready();
    let expected: BTreeSet<String> = sockets(ready).iter().map(|(_, socket)| proc_net(*socket)).collect();
    let own = socket_inodes(ready.pid);
    let mut listening = BTreeSet::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw"] {
        let text = fs::read_to_string(Path::new("/proc/net").join(table)).unwrap_or_default();
        for row in text.lines().skip(1) {
            let fields: Vec<&str> = row.split_whitespace().collect();
            let (local, state, inode) = (fields[1], fields[3], fields[9]);
            // 0A is LISTEN; a UDP socket listens as soon as it is bound.
            if own.contains(inode) && (state == "0A" || !table.starts_with("tcp")) {
                listening.insert(local.to_owned());
            }
        }
    }
    let others: Vec<&String> = listening.difference(&expected).collect();
    assert!(expected.is_subset(&listening) && others.len() <= 1, "{listening:X?} instead of {expected:X?}");
    if let Some(other) = others.first() {
        assert_tells_only_its_health(other);
    }
}

/// The gateway's health stands on the loopback address, unencrypted, and says one word.
fn assert_tells_only_its_health(local: &str) {
    let port = local.strip_prefix("0100007F:").unwrap_or_else(|| panic!("{local} is not on the loopback address"));
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", u16::from_str_radix(port, 16).unwrap())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut said = String::new();
        let _closed = stream.read_to_string(&mut said);
        said
    };
    let alive = ask("/livez");
    assert!(alive.starts_with("HTTP/1.1 200") && alive.len() < 300, "{alive}");
    for path in ["/", "/v1/accounts/x/balance", "/sign-in", "/metrics"] {
        assert!(ask(path).starts_with("HTTP/1.1 404"), "{path}");
    }
}

/// An address as `/proc/net/tcp` writes it on a little-endian machine.
fn proc_net(socket: SocketAddr) -> String {
    let SocketAddr::V4(socket) = socket else { panic!("the tests listen on IPv4") };
    format!("{:08X}:{:04X}", u32::from_le_bytes(socket.ip().octets()), socket.port())
}

fn socket_inodes(pid: u32) -> BTreeSet<String> {
    let links =
        fs::read_dir(format!("/proc/{pid}/fd")).unwrap().filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let names = links.map(|link| link.to_string_lossy().into_owned());
    names.filter_map(|name| Some(name.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())).collect()
}

/// `openssl s_client` without a word to say; TLS 1.3 refuses a client certificate only after that.
fn openssl(socket: SocketAddr, arguments: &[&str]) -> Outcome {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &socket.to_string()]).args(arguments);
    run_to_end(&mut command, Duration::from_secs(20))
}

/// What a server answers to `request` over `openssl s_client`, which trusts everybody.
fn ask_with_openssl(ready: &Ready, address: &str, certificate: Option<&Certificate>, request: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("request"), request).unwrap();
    let mut shown = String::new();
    if let Some(certificate) = certificate {
        fs::write(folder.path().join("certificate"), &certificate.certificate_pem).unwrap();
        fs::write(folder.path().join("key"), &certificate.key_pem).unwrap();
        shown = "-cert certificate -key key".to_owned();
    }
    let socket = address.strip_prefix("https://").unwrap();
    let script = format!("(cat request; sleep 2) | openssl s_client -quiet -connect {socket} {shown}");
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(folder.path());
    let outcome = run_to_end(&mut command, Duration::from_secs(20));
    assert!(ready.pid > 0 && !outcome.stderr.contains("not found"), "{}", outcome.stderr);
    outcome.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_leads_an_app_to_every_address() {
    let ready = platform().ready();
    let address = format!("{}/.well-known/oauth-authorization-server", ready.issuer);
    let request = http::Request::builder().uri(address).body(bytes::Bytes::new()).unwrap();
    let answer = ready.client(None).request(request).await.unwrap();
    let metadata: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(metadata["issuer"], ready.issuer.as_str());
    let mutual = &metadata["mtls_endpoint_aliases"];
    for name in ["token_endpoint", "pushed_authorization_request_endpoint"] {
        let address = mutual[name].as_str().unwrap_or_else(|| panic!("no {name} in {metadata}"));
        assert!(address.starts_with(&ready.addresses.authorization_mtls), "{address}");
    }
    for name in ["authorization_endpoint", "jwks_uri"] {
        assert!(metadata[name].as_str().unwrap().starts_with(&ready.addresses.authorization), "{metadata}");
    }
    assert_eq!(metadata["require_pushed_authorization_requests"], true);
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    let asked =
        App::of(ready, 0).push_with("balance", &"v".repeat(43), "s", &[("code_challenge_method", "plain")]).await;
    assert_eq!(asked.oauth_refusal().0, 400);
}
