//! A small volume of one's own, to run full.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A tmpfs that only this test and what it starts there can see: it is mounted
/// in a mount namespace of its own, which a shell holds. The shell ends with
/// this value, with the test program, and by itself after ten minutes; the
/// volume goes with its namespace, so nothing of it is left behind.
pub struct SmallVolume {
    holder: Child,
    mount_point: TempDir,
}

impl SmallVolume {
    /// Mounts a volume of so many MiB.
    ///
    /// # Panics
    /// Where it cannot be had: that takes root, or `CAP_SYS_ADMIN`. What is
    /// tested with it is not skipped.
    pub fn of_mebibytes(size: u32) -> Self {
        const SCRIPT: &str = r#"mount -t tmpfs -o "size=$1m,mode=0700" tmpfs "$2" && echo mounted || exit 1
            read -t 600 -r word"#;
        let mount_point = tempfile::tempdir().expect("a temporary folder is made");
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "bash", "-c", SCRIPT, "volume", &size.to_string()]);
        command.arg(mount_point.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = command.spawn().expect("unshare of util-linux is there");
        let mut said = String::new();
        let output = holder.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut said).expect("its output is read");
        assert_eq!(
            said.trim_end(),
            "mounted",
            "no volume could be mounted in a namespace of its own: run these tests as root or with CAP_SYS_ADMIN"
        );
        Self { holder, mount_point }
    }

    /// A path on the volume, as the programs see it that are started on it.
    pub fn inside(&self, name: &str) -> PathBuf {
        self.mount_point.path().join(name)
    }

    /// The same path, as everybody else sees it.
    pub fn outside(&self, name: &str) -> PathBuf {
        let inside = self.inside(name);
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        root.join(inside.strip_prefix("/").unwrap_or(&inside))
    }

    /// Makes `command` a command that runs where the volume is seen.
    pub fn enter(&self, command: &Command) -> Command {
        let mut entered = Command::new("nsenter");
        entered.arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id())).arg("--").arg(command.get_program());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                entered.env(name, value);
            }
        }
        entered.args(command.get_args());
        entered
    }

    /// Fills all the room that the volume has now with a file, until not a
    /// byte more goes in. Room that others give up meanwhile is left to them.
    pub fn fill(&self, name: &str) -> Filling {
        self.fill_with(name, free_bytes(&self.outside("")))
    }

    /// Fills the volume with a file until not a byte more goes in, whoever
    /// gives up room meanwhile.
    pub fn fill_up(&self, name: &str) -> Filling {
        self.fill_with(name, usize::MAX)
    }

    fn fill_with(&self, name: &str, mut left: usize) -> Filling {
        let path = self.outside(name);
        let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("a file is made");
        for size in [1024 * 1024, 4096, 1] {
            write_all_that_fits(&mut file, size, &mut left);
        }
        Filling(path)
    }
}

/// How many bytes the volume of `path` has room for.
fn free_bytes(path: &Path) -> usize {
    let asked = Command::new("stat").args(["--file-system", "--format", "%a %S"]).arg(path).output();
    let told = String::from_utf8(asked.expect("stat of coreutils is there").stdout).expect("numbers");
    told.split_whitespace().map(|number| number.parse::<usize>().expect("a number")).product()
}

fn write_all_that_fits(file: &mut File, size: usize, left: &mut usize) {
    let bytes = vec![0x55; size];
    while *left >= size {
        match file.write(&bytes) {
            Ok(0) => return,
            Ok(written) => *left -= written,
            Err(error) if error.kind() == ErrorKind::StorageFull => return,
            Err(error) => panic!("the volume cannot be filled: {error}"),
        }
    }
}

impl Drop for SmallVolume {
    fn drop(&mut self) {
        let _killed = self.holder.kill();
        let _reaped = self.holder.wait();
    }
}

/// What fills a volume; it is removed when this is dropped.
pub struct Filling(PathBuf);

impl Filling {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        let _removed = std::fs::remove_file(&self.0);
    }
}
