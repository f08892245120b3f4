//! Whether the terminal is still there: whoever reads one that is gone reads nothing for ever, and crossterm does not say so.

#[cfg(target_os = "linux")]
use std::fs::File;
#[cfg(target_os = "linux")]
use std::io::{self, IsTerminal};
#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd;

#[cfg(target_os = "linux")]
use mio::unix::SourceFd;
#[cfg(target_os = "linux")]
use mio::{Events, Interest, Poll, Token};

/// Waits until the terminal that keys come from is gone.
///
/// # Errors
/// It cannot be watched.
#[cfg(target_os = "linux")]
pub(super) fn wait() -> io::Result<()> {
    // The same that crossterm reads.
    let of_process = if io::stdin().is_terminal() { None } else { Some(File::open("/dev/tty")?) };
    let terminal = of_process.as_ref().map_or_else(|| io::stdin().as_raw_fd(), AsRawFd::as_raw_fd);
    let mut poll = Poll::new()?;
    // A hang-up is told whatever is asked for; what is typed is nothing to wake up for.
    poll.registry().register(&mut SourceFd(&terminal), Token(0), Interest::PRIORITY)?;
    let mut told = Events::with_capacity(1);
    loop {
        match poll.poll(&mut told, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => other?,
        }
        if told.iter().any(|event| event.is_read_closed() || event.is_error()) {
            return Ok(());
        }
    }
}

/// Elsewhere the system's signal has to do.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub(super) fn wait() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
