//! `sumun up`: everything in one process, on one embedded store, nothing to prepare.

use super::CommandError;
use crate::platform::Platform;
use crate::platform::addresses::{Listeners, Ports};
use crate::platform::data_folder::DataFolder;
use std::io::Write;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use tokio::signal::unix::{SignalKind, signal};

/// Arguments of `sumun up`.
#[derive(clap::Args)]
pub struct UpArguments {
    /// The data folder; it is made when there is none
    #[arg(long, value_name = "DIR", default_value = "sumun-data")]
    pub data: PathBuf,
    /// The address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: IpAddr,
    /// The first of seven ports
    #[arg(long, value_name = "N", default_value_t = 7400, value_parser = clap::value_parser!(u16).range(1..))]
    pub port_base: u16,
    /// A file that receives every address, the CA and the demonstration accounts as JSON, once all is up
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
}

/// Runs until SIGINT or SIGTERM, then stops in good order. Everything that can
/// be refused is refused before anything is written.
pub fn run(arguments: &UpArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    DataFolder::check(&arguments.data)?;
    arguments.ready_file.as_deref().map(check_ready_file).transpose()?;
    let listeners = Listeners::bind(arguments.listen, Ports::From(arguments.port_base))?;
    let folder = DataFolder::open_or_create(&arguments.data)?;
    super::runtime()?.block_on(async {
        let platform = Platform::start(folder, arguments.listen, listeners).await?;
        let ready = platform.ready();
        if let Some(path) = &arguments.ready_file {
            ready.write(path)?;
        }
        // Nobody may be reading; the platform runs all the same.
        let _said = ready.say(platform.addresses(), out);
        wait_for_signal().await?;
        platform.stop().await
    })
}

/// The ready file is written last, so whether it can be is looked at first.
fn check_ready_file(path: &Path) -> Result<(), CommandError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refuse = |why: &str| Err(CommandError::configuration(format!("the ready file {} {why}", path.display())));
    if path.is_dir() {
        return refuse("is a folder; name a file with --ready-file");
    }
    if !folder.is_dir() {
        return refuse("lies in a folder that does not exist; make the folder or name another file with --ready-file");
    }
    Ok(())
}

async fn wait_for_signal() -> Result<(), CommandError> {
    let failed = |error: std::io::Error| CommandError::failure(format!("cannot wait for signals: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
