//! What a frame costs on the wire: the budgets that a slow link allows, at 80 x 24 unless said otherwise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use figures::format::Glyphs;
use riskset::app::extraction::{CaseState, Extraction};
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::extraction::CaseId;
use riskset::program::settled::Settled;
use riskset::term::screen::Screen;
use riskset::theme::{Depth, Theme};

/// Bytes and calls that reach the terminal.
#[derive(Default)]
struct Wire {
    bytes: usize,
    writes: usize,
}

impl std::io::Write for Wire {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.bytes += buf.len();
        self.writes += 1;
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Session {
    program: Settled,
    screen: Screen<Wire>,
}

impl Session {
    fn open(study: &str, (width, height): (u16, u16)) -> Self {
        let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study);
        let theme = Theme::named("terminal", Depth::Indexed256, Glyphs::Utf8).expect("a theme");
        let program = Settled::open(&path, (width, height), theme, None, 2).expect("a study");
        Self { program, screen: Screen::new(Wire::default(), width, height) }
    }

    /// Bytes of the frame that shows what has changed, in at most one write.
    fn frame(&mut self) -> usize {
        *self.screen.writer() = Wire::default();
        self.screen.show(self.program.buffer(), None).expect("a frame");
        let wire = self.screen.writer();
        assert!(wire.writes <= 1, "{} writes", wire.writes);
        wire.bytes
    }

    fn after(&mut self, keys: &str) -> usize {
        let keys = key::script(keys).expect("keys");
        self.program.keys(&keys);
        self.frame()
    }
}

#[test]
fn the_first_frame_fits_a_few_packets() {
    assert!(Session::open("rotterdam_gbsg", (80, 24)).frame() <= 4096);
    assert!(Session::open("rotterdam_gbsg", (200, 60)).frame() <= 10 * 1024);
}

#[test]
fn the_first_frame_of_a_study_with_images_fits_too() {
    assert!(Session::open("hcc_pa_tace", (80, 24)).frame() <= 4096);
}

#[test]
fn progress_costs_a_few_cells() {
    let mut session = Session::open("rotterdam_gbsg", (80, 24));
    let id = |patient: usize| CaseId { patient, sequence: 0, repeat: None };
    session.program.program().state.extraction = Extraction::begin((0..687).map(id), Duration::ZERO);
    session.frame();
    for patient in 0..100 {
        session.program.program().state.extraction.set(id(patient), CaseState::Done { cached: false });
        let bytes = session.frame();
        // Where the count gets another digit, what stands behind it moves.
        let budget = if matches!(patient, 9 | 99) { 80 } else { 40 };
        assert!(bytes <= budget, "case {patient}: {bytes}");
    }
}

#[test]
fn a_slice_of_an_image_fits_its_budget() {
    let mut session = Session::open("hcc_pa_tace", (80, 24));
    session.program.show(PaneId::Images);
    session.frame();
    let first = session.after("<enter>");
    assert!(first > 1000, "there is a picture: {first}");
    let mut largest = first;
    for keys in ["j", "j", "j", "k", "z", "j", "l", "<pgdn>", "t", "j", "t", "j", "z", "i", "i", "i", ")", ".", "d"] {
        largest = largest.max(session.after(keys));
    }
    assert!(session.after("L") <= 1024, "the cursor in a slice");
    // Sequences side by side, and the contact sheet.
    for keys in ["<tab>", "j", "j", "l", "<tab>", "<pgdn>", "l"] {
        largest = largest.max(session.after(keys));
    }
    assert!(largest <= 8 * 1024, "{largest}");
}

#[test]
fn nothing_changed_costs_nothing() {
    let mut session = Session::open("rotterdam_gbsg", (80, 24));
    session.frame();
    assert_eq!(session.frame(), 0);
}

#[test]
fn moving_in_a_table_is_cheap() {
    let mut session = Session::open("rotterdam_gbsg", (80, 24));
    // The table of patients is the view with a cursor.
    session.after("<tab>");
    for keys in ["j", "j", "k", "l", "h"] {
        let bytes = session.after(keys);
        assert!(bytes > 0 && bytes <= 300, "{keys}: {bytes}");
    }
    for keys in ["<pgdn>", "<pgdn>", "<pgup>"] {
        let bytes = session.after(keys);
        assert!(bytes <= 2048, "{keys}: {bytes}");
    }
    // A jump changes every cell, as another table would.
    assert!(session.after("G") <= 3584);
}

#[test]
fn another_pane_fits_its_budget() {
    let mut session = Session::open("rotterdam_gbsg", (80, 24));
    session.frame();
    for pane in PaneId::ALL {
        session.program.show(pane);
        let bytes = session.frame();
        assert!(bytes <= 4608, "{}: {bytes}", pane.title());
    }
}

/// Bytes on the wire, event by event, beside their budgets: `cargo test --release --test it bytes -- --nocapture`.
#[test]
fn a_table_of_bytes() {
    let sizes = [(80, 24), (120, 40)];
    // Budgets hold at 80 x 24.
    let mut lines: Vec<(String, Option<usize>, Vec<usize>)> = Vec::new();
    for (at, size) in sizes.into_iter().enumerate() {
        let mut line = |what: String, budget: Option<usize>, bytes: usize| match lines.get_mut(..) {
            Some(lines) if at > 0 => {
                let known = lines.iter_mut().find(|line| line.0 == what).expect("a line of the first size");
                known.2.push(bytes);
            }
            _ => lines.push((what, budget, vec![bytes])),
        };
        let mut session = Session::open("rotterdam_gbsg", size);
        line("opening".to_owned(), Some(4096), session.frame());
        line("idle".to_owned(), Some(0), session.frame());
        session.after("1<tab>");
        line("cursor down".to_owned(), Some(300), session.after("j"));
        line("cursor right".to_owned(), Some(300), session.after("l"));
        line("page down".to_owned(), Some(2048), session.after("<pgdn>"));
        session.after("l");
        line("sorting".to_owned(), Some(3584), session.after("s"));
        line("searching, one letter".to_owned(), Some(3584), session.after("/9"));
        session.after("<esc>");
        line("filter".to_owned(), Some(3584), session.after("fage > 60<enter>"));
        session.after("u");
        session.program.show(PaneId::Problems);
        session.frame();
        for pane in PaneId::ALL {
            session.program.show(pane);
            line(format!("pane {}", pane.title()), Some(4608), session.frame());
        }
        line("help".to_owned(), None, session.after("?"));
        session.after("<esc>");
        line("commands".to_owned(), None, session.after(":"));
        session.after("<esc>");
        let id = |patient: usize| CaseId { patient, sequence: 0, repeat: None };
        session.program.program().state.extraction = Extraction::begin((0..687).map(id), Duration::ZERO);
        session.frame();
        (0..7).for_each(|patient| {
            session.program.program().state.extraction.set(id(patient), CaseState::Done { cached: false });
        });
        line("progress, one percent".to_owned(), Some(40), session.frame());
        let mut session = Session::open("hcc_pa_tace", size);
        session.frame();
        session.program.show(PaneId::Images);
        session.frame();
        line("slice, the first".to_owned(), Some(8192), session.after("<enter>"));
        line("slice, the next".to_owned(), Some(8192), session.after("j"));
    }
    println!("| event | budget at 80 x 24 | 80 x 24 | 120 x 40 |\n|---|---|---|---|");
    for (what, budget, bytes) in &lines {
        let budget = budget.map_or_else(|| "-".to_owned(), |budget| budget.to_string());
        println!("| {what} | {budget} | {} | {} |", bytes[0], bytes[1]);
    }
    let over = lines.iter().filter(|(_, budget, bytes)| budget.is_some_and(|budget| bytes[0] > budget));
    assert_eq!(over.map(|(what, ..)| what.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
}
