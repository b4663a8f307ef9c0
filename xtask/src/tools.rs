//! The programs of others that the tests need, and where they come from.
//!
//! Each tool is one row: how to see that it is there, how to get it, and what
//! to tell a person when it cannot be had without asking. Debian's packages
//! are installed only when we run as root on a machine that has apt-get, for
//! anything else the command to run is printed and the tests do not start.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where tools and build results that outlive a checkout are kept.
pub fn cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("SUMUN_CACHE") {
        return Ok(folder.into());
    }
    let base = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .context("neither SUMUN_CACHE, XDG_CACHE_HOME nor HOME says where the cache is")?;
    Ok(base.join("sumun"))
}

/// A program from a Debian package.
struct DebianTool {
    /// Any of these files or programs on PATH shows that it is there.
    shown_by: &'static [&'static str],
    package: &'static str,
    needed_for: &'static str,
}

const DEBIAN_TOOLS: &[DebianTool] = &[
    DebianTool { shown_by: &["cc"], package: "gcc", needed_for: "building aws-lc and SQLite" },
    DebianTool { shown_by: &["cmake"], package: "cmake", needed_for: "building aws-lc" },
    DebianTool {
        shown_by: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
        needed_for: "the browser tests",
    },
    DebianTool { shown_by: &["pdftotext"], package: "poppler-utils", needed_for: "reading the reports back" },
    DebianTool { shown_by: &["openssl"], package: "openssl", needed_for: "a TLS peer of another maker" },
    DebianTool { shown_by: &["curl"], package: "curl", needed_for: "running the how-to page of a registration" },
    DebianTool { shown_by: &["node"], package: "nodejs", needed_for: "OAuth clients of other makers" },
    DebianTool { shown_by: &["npm"], package: "npm", needed_for: "OAuth clients of other makers" },
    DebianTool { shown_by: &["python3"], package: "python3-venv", needed_for: "the OSCAL validator and schemathesis" },
    DebianTool {
        shown_by: &[
            "/usr/lib/postgresql/15/bin/postgres",
            "/usr/lib/postgresql/16/bin/postgres",
            "/usr/lib/postgresql/17/bin/postgres",
        ],
        package: "postgresql",
        needed_for: "the store's contract suite on PostgreSQL",
    },
];

/// Sees to it that every tool is there, or says plainly what to install.
pub fn ensure() -> Result<Tools> {
    let missing: Vec<&DebianTool> = DEBIAN_TOOLS.iter().filter(|tool| !tool.is_there()).collect();
    if !missing.is_empty() {
        provide(&missing)?;
    }
    ensure_node()?;
    let cache = cache()?;
    Ok(Tools {
        cargo_deny: ensure_cargo_deny(&cache)?,
        trestle: ensure_trestle(&cache)?,
        schemathesis: ensure_schemathesis(&cache)?,
    })
}

/// Tools that are not on PATH.
pub struct Tools {
    pub cargo_deny: PathBuf,
    /// The OSCAL validator (PyPI `compliance-trestle`).
    pub trestle: PathBuf,
    /// Tries an API against its OpenAPI document (PyPI `schemathesis`).
    pub schemathesis: PathBuf,
}

impl DebianTool {
    fn is_there(&self) -> bool {
        self.shown_by.iter().any(|name| match name.strip_prefix('/') {
            Some(_) => Path::new(name).exists(),
            None => on_path(name).is_some(),
        })
    }
}

/// The full path of a program on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// What is done about tools that are not there.
#[derive(Debug, PartialEq, Eq)]
enum Remedy {
    /// Root on a machine with apt-get: these packages are installed.
    Install(Vec<&'static str>),
    /// Anybody else is told, and the tests do not start.
    Ask { missing: Vec<String>, command: String },
}

impl Remedy {
    fn of(missing: &[&DebianTool], may_install: bool) -> Self {
        let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
        if may_install {
            return Self::Install(packages);
        }
        let line = |tool: &&DebianTool| {
            format!("missing: {} (Debian package {}), needed for {}", tool.shown_by[0], tool.package, tool.needed_for)
        };
        let command = format!("sudo apt-get install {}", packages.join(" "));
        Self::Ask { missing: missing.iter().map(line).collect(), command }
    }
}

fn provide(missing: &[&DebianTool]) -> Result<()> {
    let is_root = shell::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    match Remedy::of(missing, is_root && on_path("apt-get").is_some()) {
        Remedy::Install(packages) => install_debian_packages(&packages)?,
        Remedy::Ask { missing, command } => {
            missing.iter().for_each(|line| shell::complain(line));
            bail!("please install what is missing, e.g.: {command}");
        }
    }
    match missing.iter().find(|tool| !tool.is_there()) {
        Some(tool) => {
            bail!("the Debian package {} was installed, but {} is still not there", tool.package, tool.shown_by[0])
        }
        None => Ok(()),
    }
}

fn install_debian_packages(packages: &[&str]) -> Result<()> {
    shell::say(&format!("installing Debian packages: {}", packages.join(" ")));
    shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    shell::run(&mut install)
}

/// The OAuth clients of other makers want `fetch` and WebCrypto, which Node.js
/// has from here on. Debian 12 carries this one.
const NODE_MAJOR_MIN: u32 = 18;

fn ensure_node() -> Result<()> {
    let version = shell::read(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE_MAJOR_MIN) {
        bail!(
            "Node.js {} is too old for the OAuth clients of other makers: install version {NODE_MAJOR_MIN} or later",
            version.trim()
        );
    }
    Ok(())
}

const CARGO_DENY_VERSION: &str = "0.20.2";

fn ensure_cargo_deny(cache: &Path) -> Result<PathBuf> {
    let root = cache.join("tools");
    let program = root.join("bin/cargo-deny");
    let has_version =
        shell::read(Command::new(&program).arg("--version")).is_ok_and(|text| text.contains(CARGO_DENY_VERSION));
    if !has_version {
        shell::say("installing cargo-deny (once; kept in the cache)");
        let mut install = shell::cargo();
        // Not in the checkout: its lock file and configuration must not apply.
        install.current_dir(std::env::temp_dir()).env("CARGO_TARGET_DIR", cache.join("tools-target"));
        install
            .args(["install", "--quiet", "cargo-deny", "--version", CARGO_DENY_VERSION, "--locked", "--root"])
            .arg(&root);
        shell::run(&mut install)?;
    }
    Ok(program)
}

const TRESTLE_VERSION: &str = "5.2.0";

fn ensure_trestle(cache: &Path) -> Result<PathBuf> {
    let environment = cache.join("venv");
    let program = environment.join("bin/trestle");
    if !shell::succeeds(Command::new(&program).arg("version")) {
        install_python(&environment, "compliance-trestle", TRESTLE_VERSION)?;
    }
    Ok(program)
}

const SCHEMATHESIS_VERSION: &str = "4.32.5";

/// In an environment of its own: the two tools want different versions of what they share.
fn ensure_schemathesis(cache: &Path) -> Result<PathBuf> {
    let environment = cache.join("venv-schemathesis");
    let program = environment.join("bin/schemathesis");
    let has_version =
        shell::read(Command::new(&program).arg("--version")).is_ok_and(|text| text.contains(SCHEMATHESIS_VERSION));
    if !has_version {
        install_python(&environment, "schemathesis", SCHEMATHESIS_VERSION)?;
    }
    Ok(program)
}

/// Makes an environment anew with one package from PyPI in it.
fn install_python(environment: &Path, package: &str, version: &str) -> Result<()> {
    shell::say(&format!("installing {package} (once; kept in the cache)"));
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment))?;
    let mut install = Command::new(environment.join("bin/pip"));
    install.args(["install", "--quiet", &format!("{package}=={version}")]);
    shell::run(&mut install)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(package: &str) -> &'static DebianTool {
        DEBIAN_TOOLS.iter().find(|tool| tool.package == package).expect("a known package")
    }

    #[test]
    fn the_test_command_installs_what_is_missing_where_it_may_and_plainly_asks_elsewhere() {
        let missing = [tool("chromium"), tool("postgresql")];
        assert_eq!(Remedy::of(&missing, true), Remedy::Install(vec!["chromium", "postgresql"]));
        let Remedy::Ask { missing, command } = Remedy::of(&missing, false) else { panic!("it may not install") };
        assert_eq!(command, "sudo apt-get install chromium postgresql");
        assert_eq!(missing[0], "missing: chromium (Debian package chromium), needed for the browser tests");
        assert_eq!(missing.len(), 2, "each missing tool has its line");
    }

    #[test]
    fn a_tool_is_there_only_when_its_program_is() {
        let there = DebianTool { shown_by: &["no-such-program", "cargo"], package: "x", needed_for: "a test" };
        let gone = DebianTool { shown_by: &["no-such-program", "/no/such/file"], package: "x", needed_for: "a test" };
        assert!(there.is_there() && !gone.is_there());
    }
}
