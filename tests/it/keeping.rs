//! Whether a change goes into the study's file is asked at once, and the question eats no key that is no answer.

use std::fs;
use std::path::Path;

use figures::format::Glyphs;
use riskset::app::action::Effect;
use riskset::app::event::{Event, Mouse};
use riskset::app::key;
use riskset::app::keymap::Keymap;
use riskset::jobs::{News, open as jobs};
use riskset::program::Program;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

const ASKED: &str = "Keep the change in";

fn theme() -> Theme {
    Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme")
}

/// A study of forty patients in a folder of its own.
fn write(folder: &Path) {
    let rows: String = (1..=40).map(|i| format!("P{i},{},{},{}\n", 3 + 7 * i % 50, i % 2, 40 + i)).collect();
    fs::write(folder.join("t.csv"), format!("id,time,event,age\n{rows}")).expect("a table");
    let study = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n";
    fs::write(folder.join("study.toml"), study).expect("a study");
}

fn open(folder: &Path) -> Settled {
    Settled::open(folder, (80, 24), theme(), None, 1).expect("a study")
}

fn press(screen: &mut Settled, keys: &str) -> String {
    screen.keys(&key::script(keys).expect("keys"));
    screen.text()
}

/// Writes what the program asked to be kept.
fn keep(screen: &mut Settled, folder: &Path) -> usize {
    let effects = screen.effects();
    let kept: Vec<_> =
        effects.iter().filter_map(|e| if let Effect::KeepStudy(s) = e { Some(s) } else { None }).collect();
    for study in &kept {
        let file = folder.join("study.toml");
        let text = study.updated(&fs::read_to_string(&file).expect("the study")).expect("it can be written");
        fs::write(&file, text).expect("room");
    }
    kept.len()
}

#[test]
fn other_keys_do_what_they_always_do() {
    let scratch = tempfile::tempdir().expect("a folder");
    write(scratch.path());
    for (key, shown) in [("7", "At risk"), ("j", "row 2 of 39"), ("?", "type to search"), ("<tab>", "[columns]")] {
        let mut screen = open(scratch.path());
        let asked = press(&mut screen, "1<tab>Dwrong<enter>");
        assert!(asked.contains(ASKED) && asked.contains("any other key goes on without"), "{asked}");
        let after = press(&mut screen, key);
        assert!(!after.contains(ASKED) && after.to_lowercase().contains(&shown.to_lowercase()), "{key}: {after}");
        assert_eq!(keep(&mut screen, scratch.path()), 0, "{key} is no yes");
        let said: Vec<&str> = screen.state().log.messages().map(|message| message.text.as_str()).collect();
        assert!(said.iter().any(|text| text.contains("not kept in study.toml; :save_study keeps it")), "{said:?}");
    }
}

#[test]
fn no_is_said_and_can_be_thought_over() {
    let scratch = tempfile::tempdir().expect("a folder");
    write(scratch.path());
    for no in ["n", "<esc>"] {
        let mut screen = open(scratch.path());
        let after = press(&mut screen, &format!("1<tab>Dwrong<enter>{no}"));
        assert!(!after.contains(ASKED) && after.contains(":save_study keeps it"), "{after}");
        assert_eq!(keep(&mut screen, scratch.path()), 0);
    }
    let mut screen = open(scratch.path());
    press(&mut screen, "1<tab>Dwrong<enter>n:save_study<enter>");
    assert_eq!(keep(&mut screen, scratch.path()), 1);
    assert!(fs::read_to_string(scratch.path().join("study.toml")).expect("the study").contains("wrong"));
    assert!(press(&mut screen, ":save_study<enter>").contains("says all of it already"), "{}", screen.text());
}

#[test]
fn a_click_is_no_answer_either() {
    let scratch = tempfile::tempdir().expect("a folder");
    write(scratch.path());
    let mut screen = open(scratch.path());
    let text = press(&mut screen, "1<tab>Dwrong<enter>");
    let x = text.lines().nth(1).and_then(|line| line.find("Cox")).expect("the tab") as u16;
    screen.take(Event::Mouse(Mouse::Click, x, 1));
    assert!(screen.text().contains("[univariable]") && !screen.text().contains(ASKED), "{}", screen.text());
}

/// The question comes with the change, not when the study was read again a second later.
#[test]
fn it_is_asked_at_once_and_never_later() {
    let scratch = tempfile::tempdir().expect("a folder");
    write(scratch.path());
    let mut program = Program::new(scratch.path().to_owned(), (80, 24), Keymap::default(), theme());
    program.handle(Event::Job(News::Opened(Box::new(jobs::open(scratch.path())))));
    let text = |program: &Program| -> String {
        let buffer = program.draw(ratatui::layout::Rect::new(0, 0, 80, 24)).0;
        (0..24).map(|y| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<String>() + "\n").collect()
    };
    let mut reopened = Vec::new();
    for key in key::script("1<tab>Dwrong<enter>").expect("keys") {
        reopened.extend(program.handle(Event::Key(key)));
    }
    assert!(text(&program).contains(ASKED), "before anything is read again: {}", text(&program));
    for key in key::script("jj").expect("keys") {
        reopened.extend(program.handle(Event::Key(key)));
    }
    let Some(Effect::Reopen(study)) = reopened.pop() else { panic!("{reopened:?}") };
    program.handle(Event::Job(News::Opened(Box::new(jobs::reopen(*study)))));
    assert!(!text(&program).contains(ASKED), "{}", text(&program));
    assert!(text(&program).contains("n = 39"), "{}", text(&program));
}

#[test]
fn after_a_restart_it_is_asked_only_of_what_the_file_does_not_say() {
    let scratch = tempfile::tempdir().expect("a folder");
    write(scratch.path());
    let restarted = |screen: &mut Settled| {
        let kept = serde_json::to_string(&screen.program().session()).expect("a session is kept as JSON");
        let mut again = open(scratch.path());
        let effects = again.program().restore(serde_json::from_str(&kept).expect("and read again"));
        for effect in effects {
            let Effect::Reopen(study) = effect else { panic!("{effect:?}") };
            again.take(Event::Job(News::Opened(Box::new(jobs::reopen(*study)))));
        }
        press(&mut again, "<ctrl-l>");
        again
    };
    // Not kept: undone and made again, the file says the same all the time as far as it goes.
    let mut screen = open(scratch.path());
    press(&mut screen, "1<tab>Dwrong<enter>nfage > 50<enter>");
    let mut again = restarted(&mut screen);
    assert!(again.text().contains("n = 30"), "{}", again.text());
    for (key, asks) in [("u", false), ("u", false), ("<ctrl-r>", true), ("n", false), ("<ctrl-r>", false)] {
        assert_eq!(press(&mut again, key).contains(ASKED), asks, "{key}: {}", again.text());
    }
    // Kept: what is taken back has to be taken out of the file, and once only.
    press(&mut again, ":save_study<enter>");
    assert_eq!(keep(&mut again, scratch.path()), 1);
    let mut again = restarted(&mut again);
    for (key, asks) in [("u", false), ("u", true), ("n", false), ("<ctrl-r>", false), ("<ctrl-r>", false)] {
        assert_eq!(press(&mut again, key).contains(ASKED), asks, "{key}: {}", again.text());
    }
    press(&mut again, "uuy");
    assert_eq!(keep(&mut again, scratch.path()), 1);
    assert!(!fs::read_to_string(scratch.path().join("study.toml")).expect("the study").contains("wrong"));
}
