//! Looks after the room on the volume of the data folder.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use sumun_system::{Reserve, Room};

/// How often it is looked: what writes a volume full in less meets a full
/// store for a moment, is answered 503, and finds the reserve given up at its next try.
const INTERVAL: Duration = Duration::from_millis(250);

/// Lays the reserve, gives it up when the volume runs full, lays it again, and
/// tells the operator. It works on a thread of its own and ends when it is dropped.
pub struct VolumeKeeper {
    reserve: Arc<Reserve>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl VolumeKeeper {
    /// Looks once, so that a start on a full volume already has the reserve,
    /// and then goes on looking.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        let reserve = Arc::new(Reserve::of(folder));
        let mut told = Told::default();
        told.look(&reserve);
        let (stop, stopped) = channel::<()>();
        let watched = Arc::clone(&reserve);
        let thread = std::thread::Builder::new().name("volume".to_owned()).spawn(move || {
            while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                told.look(&watched);
            }
        })?;
        Ok(Self { reserve, stop: Some(stop), thread: Some(thread) })
    }

    /// The reserve, which knows how much room there is.
    pub fn reserve(&self) -> Arc<Reserve> {
        Arc::clone(&self.reserve)
    }
}

impl Drop for VolumeKeeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ended = thread.join();
        }
    }
}

/// What the operator was told last.
#[derive(Default)]
struct Told {
    room: Option<Room>,
    failed: bool,
}

impl Told {
    fn look(&mut self, reserve: &Reserve) {
        let room = match reserve.look() {
            Ok(room) => room,
            Err(error) => {
                if !std::mem::replace(&mut self.failed, true) {
                    tracing::error!(%error, "the room on the volume of the data folder cannot be looked after");
                }
                return;
            }
        };
        self.failed = false;
        let before = self.room.replace(room);
        if before == Some(room) {
            return;
        }
        match room {
            Room::Ample if before.is_none() => {}
            Room::Ample => tracing::warn!("the volume of the data folder has room again, and the reserve is laid"),
            Room::Scarce => tracing::warn!("the volume of the data folder runs full: uploads are refused; make room"),
            Room::Released => tracing::error!(
                "the volume of the data folder is full: its reserve is given up for sign-in, withdrawal, transfers and \
                 their records, and uploads are refused; make room"
            ),
        }
    }
}
