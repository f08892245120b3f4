//! A user's session as a test: keys in, what is on screen and what is asked of the terminal out.

use std::fs;
use std::path::{Path, PathBuf};

use riskset::app::action::Effect;
use riskset::app::key;
use riskset::format::Glyphs;
use riskset::theme::{Depth, Theme};
use riskset::ui::settled::Settled;

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
fn escape_closes_what_is_open_but_never_leaves() {
    let mut screen = open(&sample("lung_ncctg"));
    press(&mut screen, "<tab>/12<enter><esc>");
    assert!(screen.text().contains("of 227"), "{}", screen.text());
    press(&mut screen, "<esc><esc>");
    assert!(!screen.effects().contains(&Effect::Quit));
    press(&mut screen, "q");
    assert!(screen.effects().contains(&Effect::Quit));
}
