//! What the status line says of a choice, of marks out of sight, and of what is too long for it.

use std::path::Path;
use std::sync::Arc;

use figures::format::Glyphs;
use riskset::app::action::{Action, Effect};
use riskset::app::event::{Event, Mouse};
use riskset::app::extraction::{CaseState, Extraction, Phase};
use riskset::app::key;
use riskset::app::log::Level;
use riskset::app::pane_id::PaneId;
use riskset::app::update::update;
use riskset::ask::{Dataset, FeatureTable};
use riskset::jobs::News;
use riskset::jobs::cache::Cache;
use riskset::jobs::extraction::CaseId;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(path: &Path, cache: Option<Cache>) -> Settled {
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    Settled::open(path, (80, 24), theme, cache, 2).expect("a study")
}

fn sample(name: &str) -> Settled {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(name), None)
}

fn press(screen: &mut Settled, keys: &str) -> String {
    screen.keys(&key::script(keys).expect("keys"));
    screen.text()
}

fn status(screen: &Settled) -> String {
    screen.text().lines().nth(22).unwrap_or_default().to_owned()
}

/// The message of the last choice, whole.
fn told(screen: &Settled) -> String {
    let all = screen.state().log.messages();
    all.last().map(|message| message.text.clone()).unwrap_or_default()
}

#[test]
fn numbers_are_told_when_all_features_are_there() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = crate::cli_model::simulated(scratch.path());
    let cache = Cache::new(scratch.path().join("cache"));
    let mut calm = open(&study, Some(cache.clone()));
    press(&mut calm, "1fage > 50<enter>");
    let expected = told(&calm);
    assert!(expected.contains("HR of ") && expected.contains("C "), "{expected}");

    // The same choice while the first features have come from the cache.
    let mut hasty = open(&study, Some(cache));
    let whole = hasty.state().data.clone().expect("data");
    let sequences = whole.features.sequences().to_vec();
    let none = Dataset::new(Arc::clone(&whole.cohort), Arc::new(FeatureTable::new(whole.cohort.len(), sequences)));
    let case = |patient| CaseId { patient, sequence: 0, repeat: None };
    let state = &mut hasty.program().state;
    state.data = Some(Arc::new(none));
    state.extraction = Extraction::begin((0..9).map(case), state.now);
    state.extraction.set(case(0), CaseState::Done { cached: true });
    press(&mut hasty, "1fage > 50<enter>");
    let so_far = told(&hasty);
    assert!(!so_far.contains("HR") && so_far.contains("n 60 → "), "{so_far}");
    press(&mut hasty, "W");
    assert!(hasty.text().contains("Features are still being read"), "{}", hasty.text());
    let state = &mut hasty.program().state;
    state.data = Some(whole);
    state.extraction.end(Phase::Finished, state.now);
    press(&mut hasty, "<ctrl-l>");
    assert_eq!(told(&hasty), expected);
}

#[test]
fn what_comes_from_the_cache_is_no_news() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    let cache = Cache::new(scratch.path().join("cache"));
    drop(open(scratch.path(), Some(cache.clone())));
    let mut again = open(scratch.path(), Some(cache));
    assert!(!status(&again).contains("extraction"), "{}", status(&again));
    // An exclusion reads all features again: what it changed is what is told of it.
    press(&mut again, "1<tab>Dwrong<enter>y");
    assert!(!status(&again).contains("extraction"), "{}", status(&again));
    let log = press(&mut again, "0");
    assert!(log.contains("extraction finished: "), "{log}");
}

#[test]
fn messages_name_variables_as_they_are_printed() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = crate::cli_model::simulated(scratch.path());
    let mut screen = open(&study, Some(Cache::new(scratch.path().join("cache"))));
    press(&mut screen, "6:cox.model radiomics<enter>fage > 50<enter>");
    assert!(told(&screen).contains("HR of Rad-score "), "{}", told(&screen));
    press(&mut screen, "6:cox.entry<enter>1<tab>6");
    press(&mut screen, "/rad-score<enter> ");
    let said: Vec<&str> = screen.state().log.messages().map(|message| message.text.as_str()).collect();
    assert!(said.iter().any(|text| text.starts_with("model with") && text.contains("Rad-score")), "{said:?}");
    assert!(!said.iter().any(|text| text.contains("rad_score")), "{said:?}");
    for name in ["lung_ncctg", "rotterdam_gbsg"] {
        let mut screen = sample(name);
        press(&mut screen, "6fage > 50<enter>");
        let (whole, shown) = (told(&screen), status(&screen));
        assert!(!whole.contains('='), "{whole}");
        // A ratio without its variable says nothing.
        assert!(!shown.contains("HR ") || shown.contains("HR of "), "{shown}");
        assert!(!shown.contains('…'), "{shown}");
    }
}

#[test]
fn the_methods_of_the_study_are_of_the_choices_as_they_are() {
    let mut screen = sample("lung_ncctg");
    press(&mut screen, "67");
    // A choice that changes the Cox models while another pane is on screen.
    let before = press(&mut screen, "6i:cox.model clinical<enter>t7");
    assert!(!before.is_empty());
    let copied = |screen: &mut Settled| {
        press(screen, "0M");
        press(screen, "y");
        match screen.effects().pop() {
            Some(Effect::Copy(text, _)) => text,
            other => panic!("{other:?}"),
        }
    };
    let breslow = copied(&mut screen);
    assert!(breslow.contains("Breslow ties"), "{breslow}");
    press(&mut screen, "7u");
    let efron = copied(&mut screen);
    assert!(efron.contains("Efron ties") && !efron.contains("Breslow ties"), "{efron}");
}

#[test]
fn the_methods_of_the_study_work_out_what_is_of_before() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = crate::cli_model::simulated(scratch.path());
    let mut screen = open(&study, Some(Cache::new(scratch.path().join("cache"))));
    let copied = |screen: &mut Settled| {
        press(screen, "0M");
        press(screen, "y");
        match screen.effects().pop() {
            Some(Effect::Copy(text, _)) => text,
            other => panic!("{other:?}"),
        }
    };
    press(&mut screen, "5");
    let first = copied(&mut screen);
    press(&mut screen, "5kk<enter>7");
    let other = copied(&mut screen);
    assert!(other.contains("lambda as given") && !first.contains("lambda as given"), "{first}\n{other}");
    press(&mut screen, "7u");
    let back = copied(&mut screen);
    assert!(!back.contains("lambda as given"), "{back}");
    assert!(!back.contains("Being worked out"), "{back}");
}

#[test]
fn marks_in_a_list_out_of_sight_are_said() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    let mut screen = open(scratch.path(), None);
    screen.show(PaneId::Images);
    assert!(screen.look("slice"));
    let one = press(&mut screen, " ");
    assert!(one.contains("1 of ") && one.contains("rows of the list are marked: HCC-"), "{one}");
    let all = press(&mut screen, "a");
    assert!(all.contains("24 of 24 rows of the list are marked"), "{all}");
    assert!(press(&mut screen, "a").contains("no row of the list is marked any more"), "{}", screen.text());
    assert!(press(&mut screen, "v").contains("a range begins here"), "{}", screen.text());
    // Where the list is on screen its marks are seen.
    assert!(screen.look("cases"));
    press(&mut screen, "v a");
    assert!(!press(&mut screen, "a").contains("rows of the list"), "{}", screen.text());
}

#[test]
fn a_view_is_clicked_though_a_message_lies_over_its_name() {
    let mut screen = sample("lung_ncctg");
    press(&mut screen, "7");
    let x = status(&screen).find("details").map(|at| status(&screen)[..at].chars().count()).expect("the name") as u16;
    let long = "something that takes the whole width of the line and says nothing of the views below it".to_owned();
    update(&mut screen.program().state, Action::Say(Level::Note, long));
    assert!(!status(&screen).contains("details"), "{}", status(&screen));
    screen.take(Event::Mouse(Mouse::Click, x, 22));
    assert_eq!(screen.program().view(), "details");
}

#[test]
fn a_message_that_is_too_long_says_where_it_is_whole() {
    let mut screen = sample("lung_ncctg");
    let long = format!("first {} last", "word ".repeat(30));
    update(&mut screen.program().state, Action::Say(Level::Warning, long));
    assert!(status(&screen).contains("… (see Jobs)"), "{}", status(&screen));
    let log = press(&mut screen, "0G<enter>");
    assert!(log.contains("word last"), "{log}");
}

#[test]
fn an_extraction_that_worked_is_told() {
    let mut screen = sample("lung_ncctg");
    let case = |patient| CaseId { patient, sequence: 0, repeat: None };
    let state = &mut screen.program().state;
    state.extraction = Extraction::begin((0..2).map(case), state.now);
    state.extraction.set(case(0), CaseState::Done { cached: true });
    state.extraction.set(case(1), CaseState::Done { cached: false });
    screen.take(Event::Job(News::ExtractionEnded { cancelled: false }));
    assert!(status(&screen).contains("extraction finished: 2 cases"), "{}", status(&screen));
}

#[test]
fn carets_stand_under_the_mistake() {
    let mut screen = sample("lung_ncctg");
    let said = press(&mut screen, "fage > 50 & sex = male & ph.ecogg > 0<enter>");
    let lines: Vec<&str> = said.lines().collect();
    let at = lines.iter().position(|line| line.trim().starts_with('^')).expect("carets");
    let column = lines[at].find('^').expect("a caret");
    assert!(lines[at - 1][column..].starts_with("ph.ecogg"), "{said}");
}

#[test]
fn a_patient_is_taken_by_the_only_id_that_could_be_meant() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = crate::cli_model::simulated(scratch.path());
    let mut screen = open(&study, Some(Cache::new(scratch.path().join("cache"))));
    screen.show(PaneId::Calibration);
    assert!(screen.look("nomogram"));
    let ids = screen.state().cohort().expect("a cohort").ids().to_vec();
    let number = |id: &str| id.trim_start_matches("HCC-").to_owned();
    let last = ids.last().expect("a patient").clone();
    let one = press(&mut screen, &format!("i{}<enter>", number(&last)));
    assert!(one.contains(&format!("A ({last})")), "{one}");
    let several = press(&mut screen, "ihcc-0<enter>");
    assert!(several.contains("`hcc-0` could be HCC-") && several.contains("more"), "{several}");
    assert!(several.contains("values of patient"), "the prompt stays: {several}");
    let nobody = press(&mut screen, "<ctrl-u>nobody<enter>");
    assert!(nobody.contains("no patient is called `nobody`"), "{nobody}");
}

#[test]
fn views_are_gone_to_by_name() {
    let mut screen = sample("lung_ncctg");
    for (typed, pane, view) in [
        ("flow", PaneId::Cohort, "flow"),
        ("residuals", PaneId::Cox, "residuals"),
        ("details", PaneId::Km, "details"),
        ("roc", PaneId::Performance, "ROC"),
        ("problems list", PaneId::Problems, "list"),
        ("features list", PaneId::Features, "list"),
        ("cut-off", PaneId::Km, "cut-off"),
        ("net benefit", PaneId::Calibration, "net benefit"),
    ] {
        press(&mut screen, &format!(":{typed}<enter>"));
        assert_eq!((screen.state().pane(), screen.program().view()), (pane, view), "{typed}");
    }
    let offered = press(&mut screen, ":incid");
    assert!(offered.contains("incidence") && offered.contains("view of KM"), "{offered}");
    // What a command says of itself finds it where nothing is called so.
    let by_help = press(&mut screen, "<ctrl-u>influ");
    assert!(by_help.contains("cox.residual"), "{by_help}");
    press(&mut screen, "<enter>");
    assert_eq!((screen.state().pane(), screen.program().view()), (PaneId::Cox, "residuals"));
}

/// The points of a column of numbers stand under one another, in short tables and in long ones, sorted or at the end.
#[test]
fn decimals_are_aligned_in_every_table_of_patients() {
    for patients in [40, 30_000] {
        let scratch = tempfile::tempdir().expect("a folder");
        let table = scratch.path().join("t.csv");
        let value = |i: usize| ["1.4", "10.169", "103.5", "12", "0.0021"][i % 5];
        let rows: String = (0..patients).map(|i| format!("P{i},{},{},{}\n", 1 + i % 90, i % 2, value(i))).collect();
        std::fs::write(&table, format!("id,time,event,x1\n{rows}")).expect("room");
        let mut screen = open(&table, None);
        for keys in ["<esc>1<tab>", "$s", "G", "ss"] {
            let text = press(&mut screen, keys);
            let rows: Vec<&str> =
                text.lines().filter(|line| line.starts_with(" P")).filter(|l| l.contains("all")).collect();
            let point = |line: &&str| {
                let number = line.split_whitespace().last().expect("a number");
                let start = line.rfind(number).expect("it is there");
                start + number.find('.').unwrap_or(number.len())
            };
            let points: Vec<usize> = rows.iter().map(point).collect();
            assert!(points.len() > 5 && points.iter().all(|at| *at == points[0]), "{keys}: {text}");
        }
    }
}
