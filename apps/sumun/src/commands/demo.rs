//! `sumun demo`: the whole loop without a person, and what it leaves.

use super::CommandError;
use super::log::{self, LogLevel};
use crate::demo;
use crate::platform::addresses::{Listeners, Ports};
use crate::platform::data_folder::{DataFolder, Named};
use crate::platform::own_file;
use crate::platform::{Platform, Reach, Sizes};
use crate::speech::say;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Arguments of `sumun demo`.
#[derive(clap::Args)]
pub struct DemoArguments {
    /// The folder that receives report.pdf, evidence-pack.zip, journal/ and summary.json; it is a
    /// data folder, so `sumun up --data DIR` goes on from there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Tells the story on free loopback ports. Exit code 0 only when all is as it should be.
pub fn run(arguments: &DemoArguments, out: &mut dyn Write) -> Result<(), CommandError> {
    // The attacks of the story are refused as they should be, which is nothing to warn of.
    log::start(LogLevel::Error)?;
    let named = Named::by("--out DIR", &arguments.out);
    DataFolder::check(named)?;
    let listeners = Listeners::bind(&Reach::loopback(), Ports::Free)?;
    let folder = DataFolder::open_or_create(named)?;
    let summary = super::runtime()?.block_on(async {
        let platform = Platform::start(folder, listeners, Sizes::default()).await?;
        demo::tell(platform, &arguments.out).await
    })?;
    let file = arguments.out.join("summary.json");
    write(&file, &summary).map_err(|error| {
        CommandError::failure(say("fault-demo-write").with("path", file.display()).with("cause", error))
    })?;
    // The files hold the outcome also when nobody reads along.
    let seconds = format!("{:.1}", summary.elapsed_seconds);
    let end = say("demo-end").with("seconds", seconds).with("folder", arguments.out.display());
    let _said = writeln!(out, "\n{end}");
    if summary.is_as_it_should_be() {
        return Ok(());
    }
    Err(CommandError::failure(say("fault-demo-not-well").with("path", file.display())))
}

fn write(path: &Path, summary: &demo::Summary) -> std::io::Result<()> {
    let new = path.with_extension("new");
    own_file::create(&new)?.write_all(&serde_json::to_vec_pretty(summary)?)?;
    std::fs::rename(&new, path)
}
