//! The terminal is left as it was found: on quit, on an error, on a panic, on a signal.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::{cursor, event, queue, terminal};

use watch::caught;

/// True while the alternate screen is ours; the panic hook has no other way to know.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Raw mode, alternate screen and bracketed paste for as long as it lives.
pub struct Guard(());

impl Guard {
    /// Takes the terminal over.
    pub fn enter() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let guard = Self(());
        let mut bytes = Vec::new();
        queue!(bytes, terminal::EnterAlternateScreen, event::EnableBracketedPaste, cursor::Hide)?;
        io::stdout().write_all(&bytes)?;
        io::stdout().flush()?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Nothing better can be done about a terminal that is gone.
        let _ = leave();
    }
}

/// Gives the terminal back, once; does nothing when it is not ours.
pub fn leave() -> io::Result<()> {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut bytes = Vec::new();
    queue!(
        bytes,
        terminal::EndSynchronizedUpdate,
        event::DisableMouseCapture,
        event::DisableBracketedPaste,
        terminal::LeaveAlternateScreen,
        cursor::Show
    )?;
    io::stdout().write_all(&bytes)?;
    io::stdout().flush()?;
    terminal::disable_raw_mode()
}

/// Makes a panic of the main thread restore the terminal before it is reported, with the place of the log.
///
/// Panics of worker threads are caught where the work was started and become a failed answer; they only go to the log.
pub fn install_panic_hook(log: Option<std::path::PathBuf>) {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tracing::error!(panic = %info, "panic");
        if caught::is_expected() || std::thread::current().name() != Some("main") {
            return;
        }
        let _ = leave();
        report(info);
        if let Some(log) = &log {
            let _ = writeln!(io::stderr(), "riskset stopped on an error of its own; the log is {}", log.display());
        }
    }));
}
