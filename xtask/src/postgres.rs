//! A PostgreSQL of our own for the contract suite, stopped by its process id.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server in a folder of its own, on a free port of the loopback
/// address. Dropping it stops the process and removes the folder.
pub struct Server {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Makes a cluster and starts it. PostgreSQL refuses to run as root, so
    /// root hands it to the `postgres` user that Debian's package makes.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("sumun-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let user = service_user()?;
        if let Some(user) = &user {
            shell::run(Command::new("chown").arg(user).arg(&folder))?;
        }
        let data = folder.join("data");
        let mut make = as_user(user.as_deref(), &programs.join("initdb"));
        make.args(["--auth=trust", "--username=sumun", "--encoding=UTF8", "--no-sync", "--pgdata"]).arg(&data);
        make.current_dir(&folder).stdout(Stdio::null());
        shell::run(&mut make)?;
        let mut serve = as_user(user.as_deref(), &programs.join("postgres"));
        serve.arg("-D").arg(&data).arg("-k").arg(&folder).args(["-h", "127.0.0.1", "-p", &port.to_string()]);
        serve.args(["-c", "max_connections=200", "-c", "log_min_messages=fatal"]);
        let process = serve.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut server = Self { process, folder, port };
        server.wait_until_ready(&programs)?;
        Ok(server)
    }

    /// What the store's tests connect to.
    pub fn dsn(&self) -> String {
        format!("postgres://sumun@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, programs: &Path) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        let port = self.port.to_string();
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                bail!("PostgreSQL ended at once: {status}");
            }
            if shell::succeeds(Command::new(programs.join("pg_isready")).args([
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "sumun",
                "-d",
                "postgres",
            ])) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("PostgreSQL was not ready within 30 s")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The postmaster writes its own id; our child may be the program that changed the user.
        let postmaster = std::fs::read_to_string(self.folder.join("data/postmaster.pid"));
        if let Some(id) = postmaster.ok().and_then(|text| text.lines().next().map(str::to_owned)) {
            shell::succeeds(Command::new("kill").args(["-INT", &id]));
        }
        let _ended = self.process.wait();
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

fn programs() -> Result<PathBuf> {
    let folder = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .filter(|bin| bin.join("postgres").exists())
        .collect();
    versions.sort();
    versions.pop().context("no PostgreSQL server is installed (Debian package postgresql)")
}

fn service_user() -> Result<Option<String>> {
    let is_root = shell::read(Command::new("id").arg("-u"))?.trim() == "0";
    Ok(is_root.then(|| "postgres".to_owned()))
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.arg(format!("--reuid={user}")).arg(format!("--regid={user}")).arg("--init-groups").arg(program);
            command
        }
    }
}
