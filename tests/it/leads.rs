//! Enter leads somewhere from every view, Esc back to the same place; where it leads nowhere, no hint names it.

use std::path::Path;

use figures::format::Glyphs;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(path: &Path, cache: Option<Cache>) -> Settled {
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    Settled::open(path, (80, 24), theme, cache, 2).expect("a study")
}

fn sample(name: &str) -> Settled {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(name), None)
}

/// A small study with images, features, a score, models and a repeated segmentation.
fn simulated(folder: &Path) -> Settled {
    let study = crate::cli_model::simulated(folder);
    open(&study, Some(Cache::new(folder.join("cache"))))
}

fn press(screen: &mut Settled, keys: &str) -> String {
    screen.keys(&key::script(keys).expect("keys"));
    screen.text()
}

fn view(screen: &mut Settled) -> &'static str {
    screen.program().view()
}

/// The screen without what was just told, which goes by itself.
fn lasting(screen: &Settled) -> String {
    let text = screen.text();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().take(22).chain(lines.last()).map(|line| format!("{line}\n")).collect()
}

fn promises(screen: &Settled) -> bool {
    screen.text().lines().last().is_some_and(|hints| hints.contains("enter open"))
}

/// Presses Enter where the cursor is and goes back: whether it led anywhere, and what of that is not right.
fn enter_and_back(screen: &mut Settled) -> (bool, Option<String>) {
    let (before, promised, choices) = (lasting(screen), promises(screen), screen.state().choices.clone());
    press(screen, "<enter>");
    let after = lasting(screen);
    let led = after != before;
    if screen.state().choices != choices {
        // A choice is taken back by u; where the cursor stands then is the view's own.
        press(screen, "u");
        let kept = screen.state().choices == choices;
        return (true, (!kept).then(|| "u does not take the choice back".to_owned()));
    }
    if led {
        press(screen, "<esc>");
    }
    let back = lasting(screen);
    let wrong = match (promised, led) {
        (true, false) => Some("the hints name enter, which does nothing".to_owned()),
        _ if back != before => Some(format!("esc does not come back:\n{before}\nis\n{back}\nafter\n{after}")),
        _ => None,
    };
    (led, wrong)
}

/// Goes through all views, the details of rows too, with the cursor on the first rows of each.
fn go_through(screen: &mut Settled) -> (Vec<String>, Vec<String>) {
    let (mut led, mut wrong) = (Vec::new(), Vec::new());
    for pane in PaneId::ALL {
        screen.show(pane);
        for view in screen.views() {
            screen.show(pane);
            assert!(screen.look(view), "{} has {view}", pane.name());
            for at in ["g", "j", "jj", "G"] {
                press(screen, at);
                let (leads, problem) = enter_and_back(screen);
                let place = format!("{} {view}", pane.name());
                if leads && !led.contains(&place) {
                    led.push(place.clone());
                }
                wrong.extend(problem.map(|problem| format!("{place}, {at}: {problem}")));
            }
        }
    }
    (led, wrong)
}

#[test]
fn enter_leads_on_from_every_view_or_is_not_promised() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (led, wrong) = go_through(&mut simulated(scratch.path()));
    assert_eq!(wrong, Vec::<String>::new());
    // What has rows in this study, and what each leads to, is a statistician's next question.
    for place in [
        "cohort flow",
        "cohort patients",
        "cohort columns",
        "images cases",
        "images sheet",
        "images grey values",
        "features list",
        "features screen",
        "features reliability",
        "baseline table",
        "lasso path",
        "lasso features",
        "lasso score",
        "lasso stability",
        "cox univariable",
        "cox multivariable",
        "cox hazards",
        "cox residuals",
        "cox splines",
        "cox subgroups",
        "cox profile",
        "km curves",
        "km cut-off",
        "km by cut-off",
        "km details",
        "performance concordance",
        "performance ROC",
        "performance Brier",
        "performance pipeline",
        "performance bootstrap",
        "performance over time",
        "performance reclassification",
        "calibration plot",
        "calibration groups",
        "calibration nomogram",
        "jobs log",
        "problems checklists",
    ] {
        assert!(led.iter().any(|other| other == place), "nothing is behind {place}: {led:?}");
    }
}

#[test]
fn enter_leads_on_in_studies_without_images() {
    for name in ["lung_ncctg", "rotterdam_gbsg"] {
        let (led, wrong) = go_through(&mut sample(name));
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        assert!(led.len() > 15, "{name}: {led:?}");
    }
}

#[test]
fn a_row_leads_to_what_it_is_about() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut screen = simulated(scratch.path());
    let flow = press(&mut screen, "1g");
    let cohort = flow.lines().find(|line| line.contains("training")).expect("a cohort").to_owned();
    let patients = cohort.split_whitespace().find_map(|word| word.parse::<usize>().ok()).expect("how many");
    let listed = press(&mut screen, "<enter>");
    assert!(
        listed.contains("[listed]") && listed.contains(&format!("training, before any filter: n = {patients}")),
        "{listed}"
    );
    assert!(listed.contains(&format!("row 1 of {patients}")), "{listed}");
    let card = press(&mut screen, "<enter>");
    assert!(view(&mut screen) == "patient" && card.contains("Others"), "{card}");
    press(&mut screen, "<esc><esc>");
    assert_eq!(view(&mut screen), "flow");

    // A model's coefficients are those of its multivariable model.
    let concordance = press(&mut screen, "8gj");
    assert!(concordance.contains("row 2 of"), "{concordance}");
    let coefficients = press(&mut screen, "<enter>");
    assert_eq!(view(&mut screen), "model");
    assert!(coefficients.contains("fitted in training: n = "), "{coefficients}");
    press(&mut screen, "<enter>");
    assert_eq!(view(&mut screen), "variable");
    press(&mut screen, "<esc><esc>");
    assert_eq!(view(&mut screen), "concordance");
    let ratios: Vec<&str> = coefficients.split_whitespace().filter(|word| word.starts_with('(')).collect();
    let ratios: Vec<&&str> = ratios.iter().filter(|word| word.contains('-') && word.ends_with(')')).collect();
    assert!(ratios.len() >= 2, "{coefficients}");
    let joint = press(&mut screen, "6:cox.model clinical<enter><tab>");
    assert!(ratios.iter().all(|limits| joint.contains(**limits)), "{ratios:?}\n{joint}\n{coefficients}");

    // Scores, and the patients behind them.
    screen.show(PaneId::Lasso);
    screen.look("score");
    let scores = press(&mut screen, "g<enter>");
    assert!(view(&mut screen) == "scores" && scores.contains("Group"), "{scores}");
    press(&mut screen, "<enter>");
    assert_eq!(view(&mut screen), "patient");

    // An item of a checklist is read whole.
    screen.show(PaneId::Problems);
    screen.look("checklists");
    let item = press(&mut screen, "g<enter>");
    assert!(item.contains("Asks: ") && item.contains("Status: "), "{item}");
}

#[test]
fn a_patient_out_of_sight_is_not_taken_for_another() {
    let mut screen = sample("rotterdam_gbsg");
    press(&mut screen, "fage > 60<enter>1g<enter>");
    assert_eq!(view(&mut screen), "listed");
    // R0003 is 44 years old, R0004 is 70.
    let younger = press(&mut screen, "/R0003<enter><enter>");
    assert!(younger.contains("R0003 is not in use now") && younger.contains("before any filter"), "{younger}");
    let older = press(&mut screen, "/R0004<enter><enter>");
    assert!(view(&mut screen) == "patient" && older.contains("R0004: "), "{older}");
}
