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

/// Who is looked at is no other: neither in the quartiles of the others nor among those alike.
#[test]
fn a_patient_is_not_among_the_others_of_the_card() {
    let scratch = tempfile::tempdir().expect("a folder");
    let rows = "a,10,1,f,10\nb,11,0,m,20\nc,12,1,m,30\nd,13,0,m,40\ne,14,1,f,50\n";
    fs::write(scratch.path().join("t.csv"), format!("id,time,event,sex,age\n{rows}")).expect("a table");
    let study = "version = 1\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\ntime = \"time\"\nevent = \"event\"\n";
    fs::write(scratch.path().join("study.toml"), study).expect("a study");
    let mut screen = open(scratch.path());
    let of = |card: &str, name: &str| {
        let line = card.lines().find(|line| line.trim_start().starts_with(name)).expect("the variable");
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let card = press(&mut screen, "1<tab>jj<enter>");
    // Of 10, 20, 40 and 50 two are at most 30.
    assert_eq!(of(&card, "age"), "age 30 30.0 [17.5-42.5] 50", "{card}");
    assert_eq!(of(&card, "sex"), "sex m 2 (50.0%) alike", "{card}");
    let card = press(&mut screen, "<esc>gf<ctrl-u>age > 30<enter><enter>");
    assert_eq!(of(&card, "age"), "age 40 50.0 [50.0-50.0] 0", "{card}");
    assert_eq!(of(&card, "sex"), "sex m 0 (0.0%) alike", "{card}");
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

#[test]
fn a_condition_is_completed_word_by_word() {
    let mut screen = lung();
    let columns = press(&mut screen, "fse");
    assert!(columns.contains("sex") && columns.contains("Tab completes"), "{columns}");
    let signs = press(&mut screen, "<tab>");
    assert!(signs.contains("keep patients with: sex") && signs.contains("other than"), "{signs}");
    let levels = press(&mut screen, "== ");
    assert!(levels.contains("female") && levels.contains("n = 90"), "{levels}");
    let whole = press(&mut screen, "fem<tab>");
    assert!(whole.contains("sex == female") && whole.contains("and"), "{whole}");
    assert!(press(&mut screen, "<enter>").contains("n = 90,"), "{}", screen.text());
}

#[test]
fn the_palette_lists_what_a_command_can_be_given() {
    let mut screen = lung();
    let offered = press(&mut screen, ":km se");
    assert!(offered.contains("sex") && offered.contains("female 90"), "{offered}");
    assert!(press(&mut screen, "<enter>").contains("by sex"), "{}", screen.text());
    press(&mut screen, ":theme dar<enter>");
    assert!(screen.text().contains("theme dark"), "{}", screen.text());
}

#[test]
fn a_number_of_few_whole_values_divides_curves_by_its_values() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    let curves = press(&mut screen, ":km stage<enter>");
    assert!(curves.contains("by stage; ") && !curves.contains("median,"), "{curves}");
    let groups = curves
        .lines()
        .filter(|line| line.starts_with(" stage = ") || line.starts_with(" 1 ") || line.starts_with(" 3 "))
        .count();
    assert!(groups >= 2, "{curves}");
}

#[test]
fn a_click_goes_sorts_opens_and_runs() {
    let mut screen = lung();
    let click = |screen: &mut Settled, x: u16, y: u16| {
        screen.take(Event::Mouse(riskset::app::event::Mouse::Click, x, y));
        screen.text()
    };
    // The tabs of the first line, by where their names stand.
    let at = |text: &str, line: usize, word: &str| {
        text.lines().nth(line).and_then(|l| l.find(word)).expect("the word") as u16
    };
    let x = at(&screen.text(), 1, "Cox");
    assert!(click(&mut screen, x, 1).contains("[univariable]"), "{}", screen.text());
    press(&mut screen, "1");
    let x = at(&screen.text(), 22, "patients");
    assert!(click(&mut screen, x, 22).contains("[patients]"), "{}", screen.text());
    let before = screen.text();
    let to = click(&mut screen, 3, 8);
    assert!(to.contains("row   6 of") || to.contains("row 6 of"), "{to}");
    let opened = click(&mut screen, 3, 8);
    assert!(opened.contains("[patient]"), "{opened}");
    press(&mut screen, "<esc>");
    let sorted = click(&mut screen, 2, 2);
    assert!(sorted.contains('▲') && sorted != before, "{sorted}");
    let x = at(&screen.text(), 23, "help");
    assert!(click(&mut screen, x, 23).contains("type to search"), "{}", screen.text());
}

#[test]
fn what_a_choice_changed_is_told_and_shown_whole() {
    let mut screen = lung();
    let shown = press(&mut screen, "fsex == female<enter>");
    assert!(shown.contains("n 227 → 90, C 0.66 → 0.63, HR of ECOG: 2-3 "), "{shown}");
    let told = screen.state().log.messages().last().map(|message| message.text.clone()).unwrap_or_default();
    assert!(told.contains("n 227 → 90, events 164 → 53, C 0.66 → 0.63, HR of ECOG performance status: 2-3 "), "{told}");
    let shown = press(&mut screen, "W");
    assert!(shown.contains("What changed by") && shown.contains("Harrell's C") && shown.contains("HR of"), "{shown}");
    assert!(shown.contains("227") && shown.contains("90"), "{shown}");
}

#[test]
fn an_exclusion_is_undone_and_the_study_follows() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    press(&mut screen, "1<tab> j Dsecond tumour<enter>n");
    assert!(screen.text().contains("n = 38"), "{}", screen.text());
    let undone = press(&mut screen, "u");
    assert!(undone.contains("n = 40"), "{undone}");
    assert!(press(&mut screen, "n<ctrl-r>n").contains("n = 38"), "{}", screen.text());
}

#[test]
fn the_reference_and_the_order_of_levels_are_set_by_key() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    press(&mut screen, "1<tab><tab>/stage<enter>tn<enter>");
    assert!(screen.text().contains("r reference level"), "{}", screen.text());
    press(&mut screen, "ry");
    let effects = screen.effects();
    let Some(Effect::KeepStudy(study)) = effects.last() else { panic!("{effects:?}") };
    let text = fs::read_to_string(scratch.path().join("study.toml")).expect("the study");
    let kept = study.updated(&text).expect("it can be written");
    assert!(kept.contains("stage = { kind = \"category\", reference = \"2\" }"), "{kept}");
    press(&mut screen, "L<ctrl-u>3, 2, 1<enter>y");
    let effects = screen.effects();
    let Some(Effect::KeepStudy(study)) = effects.last() else { panic!("{effects:?}") };
    let kept = study.updated(&text).expect("it can be written");
    assert!(kept.contains("levels = [\"3\", \"2\", \"1\"]"), "{kept}");
    assert!(press(&mut screen, "L<ctrl-u>3, 2<enter>").contains("1 is a level of stage too"), "{}", screen.text());
}

#[test]
fn from_a_curve_to_those_who_had_the_event() {
    let mut screen = lung();
    press(&mut screen, ":km sex<enter>j");
    let events = press(&mut screen, "<enter>");
    assert!(events.contains("[events]") && events.contains("165 events") | events.contains("164 events"), "{events}");
    assert!(events.contains("female"), "{events}");
    assert!(press(&mut screen, "<enter>").contains("[patient]"), "{}", screen.text());
    assert!(press(&mut screen, "<esc><esc>").contains("[curves]"), "{}", screen.text());
}

#[test]
fn a_study_changed_on_disk_is_read_again_by_a_key() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    press(&mut screen, "fage > 44<enter>");
    let table = scratch.path().join("t.csv");
    let text = fs::read_to_string(&table).expect("the table");
    fs::write(&table, format!("{text}P41,5,1,2,60\n")).expect("room");
    assert!(press(&mut screen, "U").contains("n = 37"), "{}", screen.text());
}

#[test]
fn a_nomogram_s_values_move_and_two_patients_are_compared() {
    let mut screen = lung();
    let nomogram = press(&mut screen, "9<tab><tab>");
    assert!(nomogram.contains("[nomogram]") && nomogram.contains("A: "), "{nomogram}");
    let points = |screen: &str, name: &str| -> f64 {
        let line = screen
            .lines()
            .find(|line| line.starts_with(&format!("{name}: ")) || line.starts_with(&format!("{name} (")))
            .unwrap_or_else(|| panic!("{screen}"));
        line.split(": ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse().ok()).expect("points")
    };
    let before = points(&nomogram, "A");
    let moved = press(&mut screen, ">");
    assert_ne!(points(&moved, "A"), before, "{moved}");
    let two = press(&mut screen, "c>");
    assert!(two.contains("B: ") && points(&two, "B") != points(&two, "A"), "{two}");
    let total = two.lines().find(|line| line.starts_with("Total points")).expect("a scale");
    assert!(total.contains('A') && total.contains('B'), "both stand on the scales: {total}");
    let history = screen.program().steps().to_toml();
    assert!(history.is_ok(), "a history can be kept: {history:?}");
    let taken = press(&mut screen, "iL012<enter>");
    assert!(taken.contains("B (L012): "), "{taken}");
}

#[test]
fn letters_of_words_find_rows_where_no_row_has_the_words() {
    let mut screen = lung();
    let found = press(&mut screen, "1<tab><tab>/karno");
    let whole = found.matches("karno").count();
    assert!(whole > 0, "{found}");
    let loose = press(&mut screen, "<ctrl-u>pkrno");
    assert!(loose.contains("ph.karno") && loose.contains("pat.karno"), "{loose}");
}

#[test]
fn columns_are_chosen_from_a_list() {
    let mut screen = lung();
    screen.take(Event::Resize(200, 40));
    press(&mut screen, "1<tab>");
    assert!(screen.text().contains("Sex"), "{}", screen.text());
    let list = press(&mut screen, "csex ");
    assert!(list.contains("[ ] Sex"), "{list}");
    assert!(!press(&mut screen, "<enter>").contains("Sex"), "{}", screen.text());
    press(&mut screen, "csex <enter>");
    assert!(screen.text().contains("Sex"), "{}", screen.text());
}

#[test]
fn two_panes_stand_side_by_side_where_there_is_room() {
    let mut screen = lung();
    assert!(press(&mut screen, "|").contains("two panes need 160 columns"), "{}", screen.text());
    screen.take(Event::Resize(200, 60));
    press(&mut screen, "67|");
    let two = screen.text();
    assert!(two.contains("[curves]") && two.contains("Cox, univariable (ctrl-o goes there)"), "{two}");
    let filtered = press(&mut screen, "fsex == male<enter>");
    assert!(filtered.contains("n = 137") || filtered.contains("n = 138"), "{filtered}");
    let other = press(&mut screen, "<ctrl-o>");
    assert!(other.contains("[univariable]") && other.contains("KM, curves"), "{other}");
    assert!(!press(&mut screen, "|").contains("goes there"), "{}", screen.text());
}

#[test]
fn marked_patients_are_held_against_the_rest() {
    let mut screen = lung();
    let alone = press(&mut screen, "1<tab>V");
    assert!(alone.contains("mark two patients or more first"), "{alone}");
    screen.resize((120, 40));
    let compared = press(&mut screen, " j j V");
    assert!(compared.contains("[compared]") && compared.contains("3 marked patients against 224 others"), "{compared}");
    assert!(compared.contains("were chosen by hand"), "{compared}");
    // As R's survdiff and coxph find them.
    assert!(compared.contains("chi-square 1.62 on 1 df, p = 0.203"), "{compared}");
    assert!(compared.contains("HR 0.41 (0.10-1.68) of marked against others"), "{compared}");
    let document = screen.document().expect("a document");
    assert!(document.tables().count() >= 2, "the table of variables and that of the curves");
    let variable = press(&mut screen, "<enter>");
    assert!(variable.contains("[variable]"), "{variable}");
    assert!(press(&mut screen, "<esc>").contains("[compared]"), "{}", screen.text());
    assert!(press(&mut screen, "<esc>").contains("[patients]"), "{}", screen.text());
}

#[test]
fn overall_influence_leads_to_the_patient_on_whom_most_hangs() {
    let mut screen = lung();
    let influence = press(&mut screen, "6<tab><tab><tab>rr");
    assert!(influence.contains("Likelihood displacement of"), "{influence}");
    let card = press(&mut screen, "<enter>");
    assert!(card.contains("[patient]") && card.contains("likelihood displacement") && card.contains("1st"), "{card}");
}

#[test]
fn an_exclusion_moves_nobody_to_another_cohort() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    let file = scratch.path().join("study.toml");
    let text = fs::read_to_string(&file).expect("the study");
    fs::write(&file, format!("{text}\n[cohorts]\nsplit = 0.7\nseed = 3\nstratify = [\"OS\"]\n")).expect("room");
    press(&mut screen, "U");
    let cohorts = |screen: &Settled| -> Vec<(String, String)> {
        let cohort = screen.state().cohort().expect("a cohort");
        let name = |row: usize| cohort.groups().level(row).unwrap_or("none").to_owned();
        cohort.ids().iter().enumerate().map(|(row, id)| (id.clone(), name(row))).collect()
    };
    let before = cohorts(&screen);
    press(&mut screen, "1<tab> jjjj jj Dsecond tumour<enter>y");
    let after = cohorts(&screen);
    assert_eq!(after.len(), 37);
    assert!(after.iter().all(|one| before.contains(one)), "{before:?}\n{after:?}");
    let effects = screen.effects();
    let Some(Effect::KeepStudy(study)) = effects.last() else { panic!("{effects:?}") };
    let kept = study.updated(&fs::read_to_string(&file).expect("the study")).expect("it can be written");
    assert!(kept.contains("after_split = true"), "{kept}");
    fs::write(&file, kept).expect("room");
    assert_eq!(cohorts(&open(scratch.path())), after, "the file says the same");
}

#[test]
fn a_cursor_that_is_not_seen_is_not_acted_on() {
    let scratch = tempfile::tempdir().expect("a folder");
    for keys in ["1t", "1<tab>r", "1<tab>L"] {
        let mut screen = small(scratch.path());
        let shown = press(&mut screen, keys);
        assert!(shown.contains("[variable]") && screen.state().choices.edits.is_empty(), "{keys}: {shown}");
        assert!(press(&mut screen, "/stage<enter>t").contains("Keep the change"), "{}", screen.text());
    }
}

#[test]
fn a_number_repeats_a_move_or_names_a_row() {
    let mut screen = lung();
    let asked = press(&mut screen, "1<tab>'");
    assert!(asked.contains("how often? digits, then") && asked.contains("j down"), "{asked}");
    assert!(press(&mut screen, "15j").contains("row 16 of 227"), "{}", screen.text());
    assert!(press(&mut screen, "'120<enter>").contains("row 120 of 227"), "{}", screen.text());
    assert!(press(&mut screen, "'9999g").contains("there is no row 9999"), "{}", screen.text());
    assert!(press(&mut screen, "'5f").contains("no move"), "{}", screen.text());
}

#[test]
fn themes_are_looked_at_before_one_is_taken() {
    let mut screen = lung();
    let theme = |screen: &mut Settled| screen.program().theme().name().to_owned();
    press(&mut screen, ":theme ");
    assert_eq!(theme(&mut screen), "terminal");
    press(&mut screen, "<down>");
    assert_eq!(theme(&mut screen), "dark");
    press(&mut screen, "<down>");
    assert_eq!(theme(&mut screen), "light");
    press(&mut screen, "<esc>");
    assert_eq!(theme(&mut screen), "terminal", "nothing was taken");
    press(&mut screen, ":theme mono<enter>");
    assert_eq!(theme(&mut screen), "mono");
}

#[test]
fn the_methods_of_the_whole_study_say_each_sentence_once() {
    let mut screen = lung();
    press(&mut screen, "467");
    let all = press(&mut screen, "0M");
    assert!(all.contains("Methods of what was looked at"), "{all}");
    press(&mut screen, "y");
    let effects = screen.effects();
    let Some(Effect::Copy(text, _)) = effects.last() else { panic!("{effects:?}") };
    assert!(text.contains("Cox regression") && text.contains("Kaplan-Meier"), "{text}");
    assert_eq!(text.matches("Hazard ratios were estimated").count(), 1, "{text}");
}

#[test]
fn what_changed_has_the_auc_at_the_first_time() {
    let mut screen = lung();
    let shown = press(&mut screen, "fsex == female<enter>W");
    assert!(shown.contains("AUC at "), "{shown}");
}

#[test]
fn a_filter_by_a_score_keeps_its_patients_in_every_table() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = small(scratch.path());
    let file = scratch.path().join("study.toml");
    let text = fs::read_to_string(&file).expect("the study");
    let score = "[scores.risk]\ncolumns = [\"age\", \"stage\"]\n";
    fs::write(&file, format!("{text}\n{score}")).expect("room");
    // Who is older dies earlier: there is a score to be fitted.
    let rows: String = (1..=40).map(|i| format!("P{i},{},1,{},{}\n", 60 - i, 1 + i % 3, 40 + i)).collect();
    fs::write(scratch.path().join("t.csv"), format!("id,time,event,stage,age\n{rows}")).expect("a table");
    press(&mut screen, "U");
    let kept = press(&mut screen, "1<tab>fscore.risk >= -1000<enter>");
    assert!(kept.contains("row 1 of 40") && kept.contains("n = 40"), "{kept}");
    assert!(press(&mut screen, "<enter>").contains("P1: all; OS: event after"), "{}", screen.text());
    let nobody = press(&mut screen, "<esc>f<ctrl-u>score.risk > 1000<enter>");
    assert!(nobody.contains("n = 0"), "{nobody}");
}

#[test]
fn what_is_told_fits_beside_the_place_of_the_cursor() {
    for (size, words) in
        [((200, 60), "filter sex == female: n 227"), ((80, 24), "n 227 → 90, "), ((60, 16), "n 227 → 90, ")]
    {
        let mut screen = lung();
        screen.resize(size);
        let told = press(&mut screen, "fsex == female<enter>");
        let status = told.lines().nth(usize::from(size.1) - 2).unwrap_or_default();
        assert!(status.starts_with(words) && !status.contains('…'), "{status}");
        assert!(status.contains("HR") && status.contains("row 1 of 3"), "{status}");
    }
}

#[test]
fn a_large_table_shows_its_first_rows_and_how_much_is_read() {
    use riskset::app::keymap::Keymap;
    use riskset::jobs::News;
    use riskset::program::Program;
    use riskset::study::{Opening, Reading};

    let scratch = tempfile::tempdir().expect("a folder");
    let file = scratch.path().join("large.csv");
    let rows: String = (1..=400_000).map(|i| format!("P{i},{},{},{}\n", 1 + i % 900, i % 2, 20 + i % 70)).collect();
    fs::write(&file, format!("id,time,event,age\n{rows}")).expect("room");
    let news = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&news);
    let told = Opening::telling(std::sync::Arc::new(move |one| heard.lock().expect("news").push(one)));
    let opened = riskset::jobs::open::open_as(&file, told);
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    let mut program = Program::new(file, (80, 24), Keymap::default(), theme);
    let text = |program: &Program| -> String {
        let buffer = program.draw(ratatui::layout::Rect::new(0, 0, 80, 24)).0;
        (0..24).map(|y| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<String>() + "\n").collect()
    };
    assert!(text(&program).contains("reading"), "{}", text(&program));
    let news = std::mem::take(&mut *news.lock().expect("news"));
    assert!(
        matches!(news.first(), Some(Reading::First(_))) && matches!(news.last(), Some(Reading::Percent(100))),
        "{news:?}"
    );
    let percents = news.iter().filter(|one| matches!(one, Reading::Percent(_))).count();
    assert!((2..=100).contains(&percents), "{percents}");
    for one in news {
        let is_first = matches!(one, Reading::First(_));
        let percent = if let Reading::Percent(percent) = one { percent } else { 0 };
        program.handle(Event::Job(News::Reading(one)));
        let shown = text(&program);
        assert!(shown.contains("first rows, 4 columns") && shown.contains("P12 "), "{shown}");
        assert!(is_first || percent == 100 || shown.contains(&format!("reading {percent} %")), "{shown}");
    }
    program.handle(Event::Job(News::Opened(Box::new(opened))));
    assert!(!text(&program).contains("first rows"), "{}", text(&program));
}
