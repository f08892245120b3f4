//! Keys, pastes, resizes and signals, as one stream of the application's own events.

use std::time::Duration;
use std::{io, process, thread};

use crossbeam_channel::Sender;
use crossterm::event::{self, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use super::{guard, hangup};
use crate::app::event::{Event, Mouse, Signal};
use crate::app::key::{Code, Key};

/// A program that was told to end has this long to do so by itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// And the terminal has this long to be given back.
const LAST: Duration = Duration::from_millis(200);

/// Starts the threads that read the terminal and the signals, and the one that sees the terminal go; all end with the
/// process.
pub fn start(events: Sender<Event>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
    let to_loop = events.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let signal = match signal {
                SIGTSTP => Signal::Suspend,
                SIGCONT => Signal::Continue,
                _ => {
                    terminate(&to_loop);
                    continue;
                }
            };
            if to_loop.send(Event::Signal(signal)).is_err() {
                return;
            }
        }
    })?;
    let to_loop = events.clone();
    thread::Builder::new().name("hang-up".into()).spawn(move || {
        if hangup::wait().is_ok() {
            terminate(&to_loop);
        }
    })?;
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let Ok(event) = event::read() else {
                // The terminal is gone: as good as a hang-up.
                return terminate(&events);
            };
            if translate(event).is_some_and(|event| events.send(event).is_err()) {
                return;
            }
        }
    })?;
    Ok(())
}

/// Asks the loop to end the program. Where the loop is busy, the program ends nevertheless: what was chosen is kept as it is
/// chosen, and nothing else is lost.
fn terminate(events: &Sender<Event>) {
    // Without a receiver the program is ending already.
    drop(events.send(Event::Signal(Signal::Terminate)));
    let end = || {
        thread::sleep(PATIENCE);
        // A terminal that takes nothing any more is not waited for.
        drop(thread::Builder::new().spawn(guard::leave));
        thread::sleep(LAST);
        process::exit(1);
    };
    drop(thread::Builder::new().name("end".into()).spawn(end));
}

/// A terminal event in the application's terms; `None` for those that mean nothing here.
pub fn translate(event: event::Event) -> Option<Event> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => key_of(key).map(Event::Key),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        event::Event::Resize(width, height) => Some(Event::Resize(width, height)),
        event::Event::Mouse(mouse) => {
            let what = match mouse.kind {
                MouseEventKind::ScrollUp => Mouse::WheelUp,
                MouseEventKind::ScrollDown => Mouse::WheelDown,
                MouseEventKind::Down(MouseButton::Left) => Mouse::Click,
                _ => return None,
            };
            Some(Event::Mouse(what, mouse.column, mouse.row))
        }
        _ => None,
    }
}

fn key_of(key: event::KeyEvent) -> Option<Key> {
    let code = match key.code {
        event::KeyCode::Char(c) => Code::Char(c),
        event::KeyCode::Enter => Code::Enter,
        event::KeyCode::Esc => Code::Esc,
        event::KeyCode::Tab => Code::Tab,
        event::KeyCode::BackTab => Code::BackTab,
        event::KeyCode::Backspace => Code::Backspace,
        event::KeyCode::Delete => Code::Delete,
        event::KeyCode::Up => Code::Up,
        event::KeyCode::Down => Code::Down,
        event::KeyCode::Left => Code::Left,
        event::KeyCode::Right => Code::Right,
        event::KeyCode::Home => Code::Home,
        event::KeyCode::End => Code::End,
        event::KeyCode::PageUp => Code::PageUp,
        event::KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    if key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    Some(Key { code, ctrl: key.modifiers.contains(KeyModifiers::CONTROL) })
}
