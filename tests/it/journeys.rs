//! A user's session as a test: keys in, what is on screen and what is asked of the terminal out.

use std::fs;
use std::path::{Path, PathBuf};

use figures::format::Glyphs;
use riskset::app::action::Effect;
use riskset::app::key;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(path: &Path) -> Settled {
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    Settled::open(path, (80, 24), theme, None, 1).expect("a study")
}

fn sample(study: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study)
}

fn press(screen: &mut Settled, keys: &str) -> String {
    screen.keys(&key::script(keys).expect("keys"));
    screen.text()
}

#[test]
fn a_filter_changes_every_pane_and_can_be_undone() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    assert!(press(&mut screen, "7").contains("n = 3,668"));
    let filtered = press(&mut screen, "fage > 60<enter>");
    assert!(filtered.contains("filter: age > 60") && filtered.contains("3,668 → 1,263"), "{filtered}");
    assert!(!press(&mut screen, "6").contains("n = 3,668"));
    assert!(press(&mut screen, "u").contains("n = 3,668"));
    let again = press(&mut screen, "<ctrl-r>");
    assert!(again.contains("age > 60"), "{again}");
    assert!(press(&mut screen, "F").contains("n = 3,668"));
}

#[test]
fn a_wrong_filter_says_what_is_wrong_and_changes_nothing() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    let said = press(&mut screen, "fagee > 60<enter>");
    assert!(said.contains("agee") && said.contains("age"), "{said}");
    assert!(press(&mut screen, "<esc>").contains("n = 3,668"));
}

#[test]
fn endpoint_and_cohort_are_switched_everywhere() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    assert!(press(&mut screen, "7o").contains("OS"));
    let one = press(&mut screen, "p");
    assert!(one.contains("development") && one.contains("n = 2,982"), "{one}");
    assert!(press(&mut screen, "6").contains("OS"));
}

#[test]
fn what_is_shown_is_written_as_a_script_for_r() {
    let mut screen = open(&sample("lung_ncctg"));
    press(&mut screen, "7");
    assert!(press(&mut screen, "R").contains("script for R to"));
    press(&mut screen, "again.R<enter>");
    let effects = screen.effects();
    let Some(Effect::Write { path, bytes, replace: false }) = effects.first() else { panic!("{effects:?}") };
    let script = String::from_utf8_lossy(bytes);
    assert!(path.ends_with("again.R") && script.contains("survfit") && script.contains("same("), "{script}");
    // The same again is made again.
    press(&mut screen, "Rtwice.R<enter>");
    assert!(matches!(screen.effects().first(), Some(Effect::Write { path, .. }) if path.ends_with("twice.R")));
    let said = press(&mut screen, "!R");
    assert!(said.contains("nothing here that R could find again"), "{said}");
}

#[test]
fn methods_come_with_their_sources() {
    let mut screen = open(&sample("lung_ncctg"));
    let said = press(&mut screen, "7M");
    assert!(said.contains("Kaplan-Meier"), "{said}");
    press(&mut screen, "y");
    let effects = screen.effects();
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text, _) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.expect("something is copied");
    assert!(copied.contains("Kaplan-Meier") && copied.contains("@article{kaplan1958,"), "{copied}");
}

#[test]
fn variables_are_chosen_by_hand_and_the_model_follows() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    let by_rule = press(&mut screen, "6<tab>");
    let by_hand = press(&mut screen, "<s-tab> <tab>");
    assert_ne!(by_rule, by_hand);
    assert_eq!(press(&mut screen, "i"), press(&mut screen, "<ctrl-l>"), "the entry rule is back");
}

#[test]
fn export_writes_what_is_on_screen_and_asks_before_it_replaces() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = open(&sample("lung_ncctg"));
    press(&mut screen, "6e<ctrl-u>");
    let file = scratch.path().join("cox.csv");
    let erase = "<backspace>".repeat(40);
    press(&mut screen, &format!("{erase}{}<enter>", file.display()));
    let effects = screen.effects();
    let Some(Effect::Write { path, bytes, replace: false }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(*path, file);
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.lines().next().is_some_and(|l| l.contains("HR")), "{text}");
}

#[test]
fn the_sources_of_a_methods_text_are_exported_as_bibtex() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = open(&sample("lung_ncctg"));
    let file = scratch.path().join("sources.bib");
    let erase = "<backspace>".repeat(40);
    press(&mut screen, &format!("7e<ctrl-u>{erase}{}<enter>", file.display()));
    let effects = screen.effects();
    let Some(Effect::Write { path, bytes, replace: false }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(*path, file);
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.starts_with("@article{") && text.contains("@article{kaplan1958,"), "{text}");
}

#[test]
fn copies_go_to_the_terminal() {
    let mut screen = open(&sample("lung_ncctg"));
    press(&mut screen, "6Y");
    let effects = screen.effects();
    assert!(matches!(effects.first(), Some(Effect::Copy(text, _)) if text.contains('\t')), "{effects:?}");
}

#[test]
fn what_a_table_leaves_open_is_asked_and_kept() {
    let scratch = tempfile::tempdir().expect("a folder");
    let table = scratch.path().join("patients.csv");
    let rows: String = (1..=40).map(|i| format!("P{i},{},{},{}\n", 100 + 37 * i, 1 + i % 2, 40 + i)).collect();
    fs::write(&table, format!("id,time,status,age\n{rows}")).expect("a table");
    let mut screen = open(&table);
    let asked = screen.text();
    assert!(asked.contains("Which value of status means the event?"), "{asked}");
    let kept = press(&mut screen, "<enter>");
    assert!(kept.contains("study.toml"), "{kept}");
    press(&mut screen, "y");
    let effects = screen.effects();
    let Some(Effect::Write { path, bytes, .. }) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(*path, scratch.path().join("study.toml"));
    fs::write(path, bytes).expect("a study file");
    let again = open(&table).text();
    assert!(again.contains("20 events") && !again.contains("Which value"), "{again}");
}

#[test]
fn a_patient_is_made_up_value_by_value() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    let typical = press(&mut screen, "6<s-tab>");
    assert!(typical.contains("Predicted survival: 24 months") && !typical.contains("HR 1.00"), "{typical}");
    // Keys that come before the last prediction is there go on from the value chosen last.
    let older = press(&mut screen, "lll>");
    assert!(older.contains("against the typical patient") && older.contains(" 68 "), "{older}");
    let level = press(&mut screen, "jl");
    assert!(level.contains(" after "), "{level}");
    let asked = press(&mut screen, "k<enter>");
    assert!(asked.contains("24 to 90 among patients"), "{asked}");
    assert!(press(&mut screen, "old<enter>").contains("`old` is no number"));
    let beyond = press(&mut screen, "<enter>99<enter>");
    assert!(beyond.contains("Age 99 is beyond the patients of the model"), "{beyond}");
    // The line of messages still shows the last one.
    let pane = |text: &str| text.lines().take(22).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(pane(&press(&mut screen, "T")), pane(&typical));
    assert!(press(&mut screen, "M").contains("baseline hazard"));
}

#[test]
fn without_a_model_there_is_no_patient_but_there_are_splines() {
    let mut screen = open(&sample("lung_ncctg"));
    // The three variables of the entry rule are taken out.
    let said = press(&mut screen, "6j j jjjj <s-tab>");
    assert!(said.contains("no variable entered") && said.contains("space chooses one by hand"), "{said}");
    let alone = press(&mut screen, "<s-tab><s-tab>");
    assert!(alone.contains("not adjusted") && alone.contains("4 knots"), "{alone}");
    assert!(press(&mut screen, ":cox.knots 6<enter>").contains("6 knots"));
    assert!(press(&mut screen, ":cox.knots 9<enter>").contains("3 to 7 knots"));
    assert!(press(&mut screen, "llll").contains("7 knots"));
}

#[test]
fn help_and_palette_find_commands() {
    let mut screen = open(&sample("lung_ncctg"));
    assert!(press(&mut screen, "?filter").contains("Keep only patients"));
    press(&mut screen, "<esc>");
    assert!(press(&mut screen, ":km sex<enter>").contains("log-rank"));
    assert!(press(&mut screen, ":nonsense zzz<enter>").contains("no command is called"));
}

#[test]
fn the_next_session_goes_on_where_the_last_one_ended() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    let before = press(&mut screen, "<tab>jjjjj6");
    assert!(before.contains("Cox"), "{before}");
    let session = screen.program().session();
    let kept = serde_json::to_string(&session).expect("a session is kept as JSON");

    let mut again = open(&sample("rotterdam_gbsg"));
    again.program().restore(serde_json::from_str(&kept).expect("and read again"));
    let after = press(&mut again, "1");
    assert!(after.contains("[patients]") && after.contains("row 6 of"), "{after}");
    assert_eq!(press(&mut again, "["), before);
}

#[test]
fn a_session_from_before_views_had_names_is_read_by_their_places() {
    let mut screen = open(&sample("rotterdam_gbsg"));
    let mut session = serde_json::to_value(screen.program().session()).expect("a session is kept as JSON");
    session["views"] = serde_json::json!({"cohort": 1, "cox": 3, "km": 40});
    session["cursors"] = serde_json::json!({"cohort": {"1": 5}});
    screen.program().restore(serde_json::from_value(session).expect("and read again"));
    let patients = press(&mut screen, "1");
    assert!(patients.contains("[patients]") && patients.contains("row 1 of"), "{patients}");
    assert!(press(&mut screen, "6").contains("[residuals]"), "{}", screen.text());
    assert!(press(&mut screen, "7").contains("[curves]"), "{}", screen.text());
    assert!(press(&mut screen, "0").contains("KM: the view of the last session"));
}

#[test]
fn a_command_of_one_view_brings_it_on_screen() {
    let mut screen = open(&sample("lung_ncctg"));
    assert!(press(&mut screen, "6r").contains("[residuals]"));
    assert!(press(&mut screen, "K").contains("[splines]"));
    assert!(press(&mut screen, ":cox.knots 9<enter>").contains("3 to 7 knots"));
    assert!(press(&mut screen, "T").contains("[profile]"));
}

#[test]
fn escape_closes_what_is_open_but_never_leaves() {
    let mut screen = open(&sample("lung_ncctg"));
    press(&mut screen, "<tab>/12<enter><esc>");
    assert!(screen.text().contains("of 227"), "{}", screen.text());
    press(&mut screen, "<esc><esc>");
    assert!(!screen.effects().contains(&Effect::Quit));
    press(&mut screen, "q");
    assert!(screen.effects().contains(&Effect::Quit));
}
