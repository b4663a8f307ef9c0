//! A fintech's desk beside an operator's data folder.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use sumun_conformance::program::{command, run_to_end};
use sumun_conformance::{App, Certificate, Outcome, Ready, Running, Signer, contents};
use tempfile::TempDir;

pub const REDIRECT_URI: &str = "https://app.hanbit.example/callback";

/// A registration that can be taken as it stands.
pub const REGISTRATION: &str = r#"[institution]
name_ko = "주식회사 한빛핀"
name_en = "Hanbit Fin Co., Ltd."
business_number = "124-81-00998"
contact = "1544-0002"

[app]
name_ko = "한빛가계부"
name_en = "Hanbit Budget"
redirect_uris = ["https://app.hanbit.example/callback"]
scopes = ["balance", "transactions"]
authentication = "tls_client_auth"
certificate_request_file = "request.pem"

[consent]
purpose_ko = "지출을 한눈에 보여 드리는 데 씁니다."
purpose_en = "To show what you spent."
outage_effect_ko = "지출이 늦게 보일 수 있습니다."
outage_effect_en = "What you spent may be shown late."
valid_days = 90
"#;

/// The registration of the same company's second app, which signs.
pub fn second_registration() -> String {
    REGISTRATION
        .replace("한빛가계부", "한빛저축")
        .replace("Hanbit Budget", "Hanbit Savings")
        .replace("\"tls_client_auth\"", "\"private_key_jwt\"\njwks_file = \"jwks.json\"")
        .replace("request.pem", "second-request.pem")
}

/// A place with a data folder `data` on which a platform ran once, and the
/// fintech's folder `fintech` with everything that a registration needs.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        static ORIGINAL: OnceLock<TempDir> = OnceLock::new();
        let original = ORIGINAL.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            Running::start(&folder.path().join("data")).stop_well();
            prepare(&folder.path().join("fintech"));
            folder
        });
        let desk = Self(tempfile::tempdir().unwrap());
        for name in ["data", "fintech"] {
            let copied = Command::new("cp").arg("-rp").arg(original.path().join(name)).arg(desk.path(name)).status();
            assert!(copied.is_ok_and(|status| status.success()));
        }
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the program in this place.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        run_to_end(command().args(arguments).current_dir(self.0.path()), Duration::from_secs(30))
    }

    /// `participant register` with this form, into the folder `out`.
    pub fn register(&self, form: &str, out: &str) -> Outcome {
        self.write("fintech/registration.toml", form);
        self.run(&register_arguments(out))
    }

    /// As [`Self::register`], which must succeed; answers what the fintech gets.
    pub fn registered(&self, form: &str, out: &str) -> Value {
        let outcome = self.register(form, out);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{}", outcome.stdout);
        let client = outcome.json();
        let file: Value = serde_json::from_str(&self.read(&format!("{out}/registration.json"))).unwrap();
        assert_eq!(file, client, "the answer and the file say the same");
        client
    }

    /// The registered app at a running platform, with the fintech's own key.
    pub fn app(&self, ready: &Ready, client: &Value, out: &str) -> App {
        let certificate = Certificate {
            certificate_pem: self.read(&format!("{out}/certificate.pem")),
            key_pem: self.read("fintech/key.pem"),
        };
        let signs = client["token_endpoint_auth_method"] == "private_key_jwt";
        let signer = signs.then(|| Signer::new(&self.read("fintech/app-key.pem"), &ready.issuer));
        App::registered(ready, client["client_id"].as_str().unwrap(), REDIRECT_URI, &certificate, signer)
    }

    /// Every file with its content. The lock is held open, not written.
    pub fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = contents(self.0.path());
        found.retain(|path, _| !path.ends_with("data/lock"));
        found
    }
}

pub fn register_arguments(out: &str) -> [&str; 10] {
    let form = "fintech/registration.toml";
    ["participant", "register", "--data", "data", "--registration", form, "--out", out, "--format", "json"]
}

/// Runs OpenSSL in `folder`.
pub fn openssl(folder: &Path, arguments: &[&str]) {
    let outcome = run_to_end(Command::new("openssl").args(arguments).current_dir(folder), Duration::from_secs(30));
    assert_eq!(outcome.code, Some(0), "openssl {arguments:?}: {}", outcome.stderr);
}

/// Key and request of the access server, key and key set of the app.
fn prepare(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for key in ["key.pem", "app-key.pem"] {
        openssl(folder, &["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key]);
    }
    let requests = [("access1", "request.pem"), ("access2", "second-request.pem")];
    for (server, request) in requests {
        let subject = format!("/O=Hanbit/CN={server}.hanbit.example");
        openssl(folder, &["req", "-new", "-key", "key.pem", "-subj", &subject, "-out", request]);
    }
    let signer = Signer::new(&fs::read_to_string(folder.join("app-key.pem")).unwrap(), "");
    fs::write(folder.join("jwks.json"), signer.key_set().to_string()).unwrap();
}
