//! `sumun up`: everything in one process, on one embedded store, nothing to prepare.

use super::CommandError;
use super::log::{self, LogLevel};
use crate::platform::addresses::{Listeners, Ports};
use crate::platform::data_folder::DataFolder;
use crate::platform::{OutsideName, Platform, Reach, ReadyFile, Sizes};
use crate::speech::say;
use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Arguments of `sumun up`.
#[derive(clap::Args)]
pub struct UpArguments {
    /// The data folder; it is made when there is none
    #[arg(long, value_name = "DIR", default_value = "sumun-data")]
    pub data: PathBuf,
    /// The address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub listen: IpAddr,
    /// The name or address by which others reach this machine; it stands in certificates, issuer and addresses
    #[arg(long, value_name = "HOST")]
    pub name: Option<OutsideName>,
    /// The first of seven ports
    #[arg(long, value_name = "N", default_value_t = 7400, value_parser = clap::value_parser!(u16).range(1..))]
    pub port_base: u16,
    /// A file that receives every address, the CA and the demonstration logins as JSON, once all is up
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// How many GiB the access records may have; at three quarters there is an alarm, and when all is used calls are refused
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub records_max_gib: u64,
    /// What the components tell on standard error
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t = LogLevel::Warn)]
    pub log: LogLevel,
}

/// Runs until SIGINT or SIGTERM, then stops in good order. Everything that can
/// be refused is refused before anything is written.
pub fn run(arguments: &UpArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    log::start(arguments.log)?;
    let reach = Reach::new(arguments.listen, arguments.name.clone())?;
    DataFolder::check(arguments.data.as_path())?;
    let listeners = Listeners::bind(&reach, Ports::From(arguments.port_base))?;
    let ready_file = arguments.ready_file.as_deref().map(ReadyFile::reserve).transpose()?;
    let folder = DataFolder::open_or_create(arguments.data.as_path())?;
    let sizes = Sizes { records_bytes_max: arguments.records_max_gib << 30 };
    let descriptors = listeners.division().told();
    super::runtime()?.block_on(async {
        let signals = StopSignals::listen()?;
        let platform = Platform::start(folder, listeners, sizes).await?;
        let ready = platform.ready();
        if let Some(file) = ready_file {
            file.write(&ready)?;
        }
        // Nobody may be reading; the platform runs all the same.
        let _said = ready.say(platform.addresses(), out).and_then(|()| writeln!(out, "{descriptors}"));
        signals.wait().await;
        platform.stop().await
    })
}

/// SIGINT and SIGTERM, listened for from before the start: a stop that comes
/// while the platform starts is carried out when it has started.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> Result<Self, CommandError> {
        let failed = |error: std::io::Error| CommandError::failure(say("fault-signals").with("cause", error));
        let terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt()).map_err(failed)? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
