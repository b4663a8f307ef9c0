//! A client of another maker as a peer: npm's `oauth4webapi` walks the flow and
//! judges our answers by its own reading of the standards.
//!
//! It needs Node.js 20 and npm. The library is installed once, as the lock file
//! pins it, into the build's own folder for test files, never into the checkout.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;
use std::time::Duration;
use sumun_consent::Scope;
use sumun_ids::AppId;
use sumun_jose::{Jwk, JwkSet, base64url_encode};
use sumun_participants::{App, AppDraft, ClientAuthentication, ParticipantStore as _, Registration};
use support::browser::Browser;
use support::partner::{Partner, REDIRECT};
use support::{GATEWAY, World};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// The folder with the library, installed by the first test that needs it.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(install);

/// Whatever is published, a client of another maker does: a value that nobody walks is a promise that nobody tried.
#[tokio::test(flavor = "multi_thread")]
async fn rfc8414_2_every_value_that_the_metadata_names_is_walked_by_a_certified_client() {
    let metadata = published().await;
    let lists = metadata.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_supported"));
    let mut unwalked: BTreeSet<(String, String)> = lists
        .filter_map(|(name, values)| Some((name, values.as_array()?)))
        .flat_map(|(name, values)| values.iter().map(|value| (name.clone(), value.as_str().unwrap().to_owned())))
        .collect();
    let algorithms = metadata["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
    let mut walks = vec![walk_with_certificate().await];
    for algorithm in algorithms {
        walks.push(walk_with_key(algorithm.as_str().unwrap()).await);
    }
    for (name, values) in walks.iter().flat_map(|used| used.as_object().unwrap()) {
        for value in values.as_array().unwrap() {
            unwalked.remove(&(name.clone(), value.as_str().unwrap().to_owned()));
        }
    }
    assert!(unwalked.is_empty(), "published and walked by nobody: {unwalked:?}");
}

/// The metadata document.
async fn published() -> Value {
    let world = World::start().await;
    let document = Browser::new(&world).get("/.well-known/oauth-authorization-server").await;
    serde_json::from_str(&document.html).unwrap()
}

/// Goes the way with `tls_client_auth`; what the client used of what is published.
async fn walk_with_certificate() -> Value {
    let world = World::start().await;
    let peer = Peer::start("none").await;
    walk(&world, peer, &world.ondam, &world.ondam.app).await
}

/// Goes the way with `private_key_jwt` under this name of an algorithm.
async fn walk_with_key(algorithm: &str) -> Value {
    let world = World::start().await;
    let mut peer = Peer::start(algorithm).await;
    let key = Jwk::from_json(&peer.hear().await["jwk"]).unwrap();
    let app = register(&world, &world.saeum, key).await;
    walk(&world, peer, &world.saeum, &app).await
}

async fn walk(world: &World, mut peer: Peer, partner: &Partner, app: &App) -> Value {
    let scope = app.scopes.join(" ");
    let lifetime = if scope.contains("transfer") { 300 } else { 600 };
    peer.say(json!({
        "issuer": world.issuer, "ca": world.authority.certificate_pem(), "client_id": app.id,
        "certificate": partner.certificate.certificate_pem(), "key": partner.certificate.key_pem(),
        "redirect_uri": REDIRECT, "scope": scope, "audience": GATEWAY,
    }))
    .await;
    let address = peer.hear().await["authorize"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(world);
    let page = browser.open(&address, world.minsu).await;
    let (csrf, account) = (page.csrf(), page.accounts().swap_remove(0));
    let fields = [("csrf", csrf.as_str()), ("account", &account), ("decision", "approve")];
    let callback = browser.post(&page.action(), &fields).await.location().to_owned();
    peer.say(json!({ "callback": callback })).await;

    let outcome = peer.hear().await;
    assert_eq!(outcome["token_type"], "bearer", "the library reads it without regard to case");
    assert_eq!((&outcome["verified"], &outcome["expires_in"]), (&json!(true), &json!(lifetime)));
    let scopes = Scope::parse_list(&scope).unwrap();
    assert_eq!(outcome["claims"]["scope"], Scope::list(&scopes));
    assert_eq!(outcome["details"][0]["identifier"], account, "RFC 9396 section 7, as the library hands it on");
    assert_eq!(outcome["claims"]["client_id"], app.id.to_string());
    let thumbprint = base64url_encode(&partner.certificate.thumbprint());
    assert_eq!(outcome["claims"]["cnf"]["x5t#S256"], thumbprint);
    assert_eq!(outcome["replay"], "400 invalid_grant");
    let ended = tokio::time::timeout(PATIENCE, peer.process.wait()).await.expect("the client ends in time");
    assert!(ended.unwrap().success());
    outcome["used"].clone()
}

async fn register(world: &World, partner: &Partner, key: Jwk) -> App {
    let of = &partner.app;
    let app = App::new(AppDraft {
        id: AppId::from_random([77; 16]),
        institution: of.institution,
        name_ko: of.name_ko.clone(),
        name_en: of.name_en.clone(),
        redirect_uris: of.redirect_uris.clone(),
        authentication: ClientAuthentication::PrivateKeyJwt,
        jwks: JwkSet::new(vec![key]).unwrap(),
        scopes: Scope::ALL.iter().map(Scope::to_string).collect(),
        consent_terms: of.consent_terms.clone(),
    })
    .unwrap();
    assert_eq!(world.store.register_app(&app, &[]).await.unwrap(), Registration::Registered);
    app
}

/// The running client.
struct Peer {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    async fn start(algorithm: &str) -> Self {
        let folder = tokio::task::spawn_blocking(|| FOLDER.clone()).await.unwrap();
        let mut command = Command::new("node");
        command.arg(folder.join("peer.mjs")).arg(algorithm).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.kill_on_drop(true).spawn().unwrap_or_else(|error| panic!("{NEEDED}: {error}"));
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, input, output }
    }

    async fn say(&mut self, line: Value) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    async fn hear(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await.expect("the client answers in time");
        let line = line.unwrap().expect("the client goes on; its own words stand above");
        serde_json::from_str(&line).unwrap()
    }
}

const NEEDED: &str = "this test needs Node.js 20 and npm on the path (Debian: apt-get install nodejs npm)";

/// Copies the client out of the checkout and installs what its lock file pins, unless that is there already.
fn install() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authorization-peer");
    std::fs::create_dir_all(&folder).unwrap();
    let lock = |folder: &Path| std::fs::read(folder.join("package-lock.json")).unwrap_or_default();
    let is_installed = lock(&folder) == lock(&source) && folder.join("node_modules/oauth4webapi/package.json").exists();
    for file in ["package.json", "peer.mjs"] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    if !is_installed {
        // The lock file last: without it an installation that was cut off counts as none.
        let _absent = std::fs::remove_dir_all(folder.join("node_modules"));
        std::fs::copy(source.join("package-lock.json"), folder.join("package-lock.json")).unwrap();
        let npm = std::process::Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&folder)
            .status()
            .unwrap_or_else(|error| panic!("{NEEDED}: {error}"));
        assert!(npm.success(), "npm ci failed in {}", folder.display());
    }
    folder
}
