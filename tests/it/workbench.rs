//! What the hand does: dive and come back, act on marks, take a column for something else, search, and go on later.

use std::fs;
use std::path::Path;

use figures::format::Glyphs;
use riskset::app::action::Effect;
use riskset::app::event::Event;
use riskset::app::key;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(path: &Path) -> Settled {
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    Settled::open(path, (80, 24), theme, None, 1).expect("a study")
}

fn lung() -> Settled {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg"))
}

fn press(screen: &mut Settled, keys: &str) -> String {
    screen.keys(&key::script(keys).expect("keys"));
    screen.text()
}

/// A study of forty patients with a stage of small integers, in a folder of its own.
fn small(folder: &Path) -> Settled {
    let rows: String =
        (1..=40).map(|i| format!("P{i},{},{},{},{}\n", 3 + 7 * i % 50, i % 2, 1 + i % 3, 40 + i)).collect();
    fs::write(folder.join("t.csv"), format!("id,time,event,stage,age\n{rows}")).expect("a table");
    let study = "version = 1\ntitle = \"Small\" # ours\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\n\
                 time = \"time\"\nevent = \"event\"\n";
    fs::write(folder.join("study.toml"), study).expect("a study");
    open(folder)
}

#[test]
fn from_a_coefficient_to_its_patients_to_one_of_them_and_back() {
    let mut screen = lung();
    let joint = press(&mut screen, "6<tab>");
    let influence = press(&mut screen, "<enter>");
    assert!(influence.contains("[residuals]") && influence.contains("Change of"), "{influence}");
    let card = press(&mut screen, "j<enter>");
    assert!(card.contains("[patient]") && card.contains("deviance residual"), "{card}");
    assert!(card.contains("Linear predictor") && card.contains("Others"), "{card}");
    let value = press(&mut screen, "ll<enter>");
    assert!(value.contains("[variable]") && value.contains("missing in"), "{value}");
    assert_eq!(press(&mut screen, "<esc>"), press(&mut screen, "<ctrl-l>"));
    assert!(screen.text().contains("[patient]"), "{}", screen.text());
    let back = press(&mut screen, "<esc>");
    assert!(back.contains("[residuals]") && back.contains("row 2 of"), "{back}");
    assert_eq!(press(&mut screen, "<esc>"), joint);
}

#[test]
fn a_variable_is_reached_from_every_table_that_names_it() {
    let mut screen = lung();
    assert!(press(&mut screen, "6<enter>").contains("[variable]"));
    assert!(press(&mut screen, "<esc>").contains("[univariable]"));
    assert!(press(&mut screen, "4j<enter>").contains("[variable]"));
    assert!(press(&mut screen, "<esc>").contains("Baseline"));
    let columns = press(&mut screen, "1<tab><tab>jj<enter>");
    assert!(columns.contains("[variable]") && columns.contains("taken for a"), "{columns}");
}

#[test]
fn a_column_is_taken_for_a_category_and_the_study_keeps_it() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    let asked = press(&mut screen, "1<tab><tab>/stage<enter>t");
    assert!(asked.contains("Keep the change in"), "{asked}");
    // A key that was meant for something else answers nothing.
    assert!(press(&mut screen, "7").contains("Keep the change in"));
    let after = press(&mut screen, "y");
    assert!(after.contains("category"), "{after}");
    let effects = screen.effects();
    let Some(Effect::KeepStudy(study)) = effects.first() else { panic!("{effects:?}") };
    let file = scratch.path().join("study.toml");
    let text = study.updated(&fs::read_to_string(&file).expect("the study")).expect("it can be written");
    assert!(text.contains("# ours") && text.contains("stage = { kind = \"category\" }"), "{text}");
    fs::write(&file, text).expect("room");
    assert!(press(&mut open(scratch.path()), ":km stage<enter>").contains("by stage"));
}

#[test]
fn marked_patients_are_excluded_with_a_reason_that_the_flow_shows() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    let asked = press(&mut screen, "1<tab> j D");
    assert!(asked.contains("exclude P1, P2: reason"), "{asked}");
    let excluded = press(&mut screen, "second tumour<enter>");
    assert!(excluded.contains("Keep the change in"), "{excluded}");
    press(&mut screen, "y");
    let effects = screen.effects();
    let Some(Effect::KeepStudy(study)) = effects.first() else { panic!("{effects:?}") };
    let text = fs::read_to_string(scratch.path().join("study.toml")).expect("the study");
    let text = study.updated(&text).expect("it can be written");
    assert!(text.contains("name = \"second tumour\"\nexclude = \"id in ('P1', 'P2')\""), "{text}");
    let flow = press(&mut screen, "<s-tab>");
    assert!(flow.contains("second tumour") && flow.contains("38"), "{flow}");
}

#[test]
fn marks_are_what_is_copied_exported_and_kept() {
    let mut screen = lung();
    press(&mut screen, "1<tab> j C");
    let copied = |screen: &mut Settled| match screen.effects().pop() {
        Some(Effect::Copy(text, _)) => text,
        other => panic!("{other:?}"),
    };
    assert_eq!(copied(&mut screen).trim_end().lines().count(), 3, "the heading and two patients");
    press(&mut screen, "Y");
    assert_eq!(copied(&mut screen).lines().count(), 2);
    let only = press(&mut screen, ":only<enter>");
    assert!(only.contains("n = 2,"), "{only}");
    assert!(press(&mut screen, "u").contains("n = 227"), "{}", screen.text());
}

#[test]
fn words_are_found_over_the_columns_of_a_row_and_a_paste_searches_at_once() {
    let mut screen = lung();
    let found = press(&mut screen, "1<tab><tab>/numb age<enter>");
    assert!(found.contains("row 1 of 1"), "{found}");
    press(&mut screen, "<esc>/");
    screen.take(Event::Paste("nothing like it".to_owned()));
    assert!(screen.text().contains("no row contains"), "{}", screen.text());
}

#[test]
fn what_is_typed_replaces_a_suggested_file() {
    let mut screen = lung();
    press(&mut screen, "6ecox.tsv<enter>");
    let effects = screen.effects();
    assert!(matches!(effects.first(), Some(Effect::Write { path, .. }) if path == Path::new("cox.tsv")), "{effects:?}");
}

#[test]
fn enter_runs_what_the_help_found() {
    let mut screen = lung();
    assert!(press(&mut screen, "?methods text<enter>").contains("Methods and notes"));
}

#[test]
fn a_filter_that_nobody_meets_names_the_levels() {
    let mut screen = lung();
    let said = press(&mut screen, "fsex = 1<enter>");
    assert!(said.contains("male") && said.contains("keep patients with"), "{said}");
}

#[test]
fn steps_outlive_the_program_and_the_history_goes_to_any_of_them() {
    let mut screen = lung();
    press(&mut screen, "fage > 60<enter>f<ctrl-u>age > 70<enter>u");
    let kept = serde_json::to_string(&screen.program().session()).expect("a session is kept as JSON");
    let mut again = lung();
    again.program().restore(serde_json::from_str(&kept).expect("and read again"));
    assert!(press(&mut again, "<ctrl-r>").contains("filter: age > 70"), "{}", again.text());
    let history = press(&mut again, "0<tab>");
    assert!(history.contains("filter age > 60") && history.contains("as the study says"), "{history}");
    assert!(press(&mut again, "g<enter>").contains("n = 227"), "{}", again.text());
    assert!(press(&mut again, "G<enter>").contains("filter: age > 70"), "{}", again.text());
}
