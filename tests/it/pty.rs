//! The real binary in a pseudo-terminal, read by a terminal model: start, resize, suspend, quit, signals, panic.
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Nothing here takes this long; it only keeps a broken build from hanging.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    model: vt100::Parser,
    child: Box<dyn Child + Send + Sync>,
    raw: Vec<u8>,
    // Holds state and cache until the end.
    places: tempfile::TempDir,
}

impl Terminal {
    /// The program on a sample study, at 80 x 24.
    fn open(study: &str) -> Self {
        Self::start(study, &[])
    }

    /// A study whose cohort is on the screen.
    fn with_cohort() -> Self {
        let mut terminal = Self::open("lung_ncctg");
        terminal.wait("the cohort", |s| s.contains("228"));
        terminal
    }

    fn start(study: &str, variables: &[(&str, &str)]) -> Self {
        let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study);
        Self::run(&study, &["--fresh"], variables, tempfile::tempdir().expect("a folder"))
    }

    /// The program on any study, with its state, cache and configuration below `places`.
    pub fn run(study: &Path, options: &[&str], variables: &[(&str, &str)], places: tempfile::TempDir) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_riskset"));
        command.arg(study);
        command.args(options);
        for (name, folder) in [("STATE", "state"), ("CACHE", "cache"), ("CONFIG", "config")] {
            command.env(format!("RISKSET_{name}_DIR"), places.path().join(folder));
        }
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        variables.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).expect("the program");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 || sender.send(bytes[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().expect("its input");
        let model = vt100::Parser::new(cells(24), cells(80), 0);
        Self { master: pair.master, keys, output, model, child, raw: Vec::new(), places }
    }

    /// Where state, cache and configuration are.
    pub fn places(&self) -> &Path {
        self.places.path()
    }

    /// Ends what is left, and gives the places to whoever goes on.
    pub fn into_places(mut self) -> tempfile::TempDir {
        std::mem::replace(&mut self.places, tempfile::tempdir().expect("a folder"))
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the program reads");
        self.keys.flush().expect("the program reads");
    }

    pub fn screen(&self) -> String {
        self.model.screen().contents()
    }

    /// Reads until `holds` is true of the screen.
    pub fn wait(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(&self.screen()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => panic!("waited in vain for {what}:\n{}", self.screen()),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.model.process(bytes);
    }

    /// Reads until nothing more comes: messages fade after some seconds.
    pub fn calm(&mut self) {
        while self.bytes_within(Duration::from_secs(6)) > 0 {}
    }

    /// What arrives in a while, without waiting for anything.
    fn bytes_within(&mut self, while_: Duration) -> usize {
        let (deadline, before) = (Instant::now() + while_, self.raw.len());
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return self.raw.len() - before,
            }
        }
    }

    /// Waits for the end of the program; its exit status.
    pub fn end(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                self.bytes_within(Duration::from_millis(200));
                return status.exit_code();
            }
            assert!(Instant::now() < deadline, "it does not end:\n{}", self.screen());
            self.bytes_within(Duration::from_millis(20));
        }
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("a process").to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().expect("kill").success());
    }

    /// The alternate screen is left, the cursor shown, paste and mouse given back.
    fn is_restored(&self) -> bool {
        let screen = self.model.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    }
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a size")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn starts_shows_panes_and_leaves_the_terminal_as_it_was() {
    let mut terminal = Terminal::with_cohort();
    assert!(terminal.model.screen().alternate_screen());
    terminal.press("7");
    terminal.wait("survival curves", |s| s.contains("at risk") || s.contains("At risk"));
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn is_silent_when_nothing_happens() {
    let mut terminal = Terminal::with_cohort();
    // Messages fade after some seconds; then nothing moves.
    terminal.bytes_within(Duration::from_secs(6));
    assert_eq!(terminal.bytes_within(Duration::from_secs(3)), 0);
}

#[test]
fn follows_the_size_of_the_terminal() {
    let mut terminal = Terminal::with_cohort();
    for (rows, cols) in [(40, 120), (5, 20), (1, 1), (60, 200), (16, 60)] {
        terminal.model.screen_mut().set_size(cells(rows), cells(cols));
        terminal.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("a size");
        terminal.bytes_within(Duration::from_millis(150));
    }
    terminal.wait("the smallest layout", |s| s.contains("Cohort"));
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn can_be_suspended_and_comes_back() {
    let mut terminal = Terminal::with_cohort();
    terminal.press("\x1a");
    let deadline = Instant::now() + PATIENCE;
    while !terminal.is_restored() {
        assert!(Instant::now() < deadline, "it does not give the terminal back");
        terminal.bytes_within(Duration::from_millis(50));
    }
    terminal.signal("CONT");
    terminal.wait("the screen again", |s| s.contains("228"));
    assert!(terminal.model.screen().alternate_screen());
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
}

/// Whoever stopped it, and whatever the terminal shows by then: it is painted whole when the program goes on.
#[test]
fn paints_everything_after_a_stop_from_outside() {
    let mut terminal = Terminal::with_cohort();
    terminal.signal("STOP");
    terminal.bytes_within(Duration::from_millis(200));
    terminal.model.process(b"\x1b[2J\x1b[?1049lmessages of a shell");
    terminal.signal("CONT");
    terminal.wait("the screen again", |s| s.contains("228"));
    assert!(terminal.model.screen().alternate_screen());
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn escape_does_not_leave() {
    let mut terminal = Terminal::with_cohort();
    terminal.press("\x1b");
    terminal.bytes_within(Duration::from_millis(300));
    terminal.press("7");
    terminal.wait("survival curves", |s| s.contains("At risk"));
    terminal.press("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_signal_ends_it_cleanly() {
    for signal in ["TERM", "HUP"] {
        let mut terminal = Terminal::with_cohort();
        terminal.signal(signal);
        terminal.end();
        assert!(terminal.is_restored(), "after SIG{signal}");
    }
}

/// A line that is cut sends no signal to a program that is not of the terminal's session: the terminal itself is seen to be
/// gone.
#[cfg(target_os = "linux")]
#[test]
fn ends_when_its_terminal_is_gone_without_a_signal() {
    let places = tempfile::tempdir().expect("a folder");
    let ended = places.path().join("ended");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg");
    let program = format!("setsid -w {} {} --fresh", env!("CARGO_BIN_EXE_riskset"), study.display());
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &format!("trap '' HUP; {program}; echo $? > {}", ended.display())]);
    for name in ["STATE", "CACHE", "CONFIG"] {
        command.env(format!("RISKSET_{name}_DIR"), places.path().join(name));
    }
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).expect("the program");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("its output");
    let mut model = vt100::Parser::new(cells(24), cells(80), 0);
    let mut bytes = [0; 65536];
    while !model.screen().contents().contains("228") {
        let n = reader.read(&mut bytes).expect("the cohort");
        model.process(&bytes[..n]);
    }
    drop((reader, pair.master));
    let deadline = Instant::now() + PATIENCE;
    while !ended.exists() {
        assert!(Instant::now() < deadline, "it goes on without a terminal");
        std::thread::sleep(Duration::from_millis(50));
    }
    child.wait().expect("an end");
    // The session is kept as on any other way out.
    assert!(places.path().join("STATE").read_dir().expect("a folder").next().is_some());
}

#[test]
fn a_panic_gives_the_terminal_back_and_names_the_log() {
    let mut terminal = Terminal::start("lung_ncctg", &[("RISKSET_PANIC", "1")]);
    assert_eq!(terminal.end(), 101);
    assert!(terminal.is_restored());
    assert!(String::from_utf8_lossy(&terminal.raw).contains("riskset.log"));
}

#[test]
fn extraction_leaves_the_keyboard_alive() {
    let mut terminal = Terminal::open("hcc_pa_tace");
    terminal.wait("the extraction", |s| s.contains("687"));
    terminal.press("7");
    terminal.wait("survival curves while cases are extracted", |s| s.contains("risk"));
    terminal.press("Q");
    terminal.wait("a question", |s| s.contains("Leave?"));
    terminal.press("y");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.is_restored());
}

/// Where the terminal says that it knows kitty's protocol, a figure is sent as a picture after its characters; a key takes it
/// away again, and nothing is sent while nothing changes.
#[test]
fn figures_are_pictures_where_the_terminal_shows_them() {
    use base64::Engine;
    let mut terminal = Terminal::start("lung_ncctg", &[("TERM", "xterm-kitty"), ("KITTY_WINDOW_ID", "1")]);
    terminal.wait("the cohort", |s| s.contains("228"));
    terminal.press("7");
    terminal.wait("survival curves", |s| s.contains("At risk"));
    terminal.calm();
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    let last = raw.rfind("\x1b_Ga=T").unwrap_or_else(|| panic!("no picture was sent"));
    let parts = raw[last..].split("\x1b_G").skip(1).filter_map(|part| part.split_once(';'));
    let data: String = parts.filter_map(|(_, rest)| rest.split_once("\x1b\\")).map(|(data, _)| data).collect();
    let png = base64::engine::general_purpose::STANDARD.decode(data).expect("base64");
    assert!(png.len() < 110_000, "{}", png.len());
    let pixels = riskset::term::graphics::pixels(&png).expect("a PNG");
    assert_eq!(pixels.width % 8, 0);
    let inked = pixels.rgb.iter().filter(|rgb| rgb.iter().any(|value| *value < 128)).count();
    assert!(inked > 500 && inked < pixels.rgb.len() / 4, "{inked} of {}", pixels.rgb.len());
    assert_eq!(terminal.bytes_within(Duration::from_secs(2)), 0);
    // A line with gaps is sent once, too.
    terminal.press("9");
    terminal.wait("calibration", |s| s.contains("Slope"));
    terminal.calm();
    assert_eq!(terminal.bytes_within(Duration::from_secs(2)), 0);
    let before = terminal.raw.len();
    terminal.press("\x07");
    terminal.wait("characters", |s| s.contains("figures are characters"));
    assert!(String::from_utf8_lossy(&terminal.raw[before..]).contains("\x1b_Ga=d"));
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
}
