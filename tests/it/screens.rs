//! Panes as they stand on a screen, after everything has settled.

use std::path::Path;

use figures::format::Glyphs;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::term::screen::Screen;
use riskset::theme::{Depth, Theme};
use survival::stats::rng::Rng;

/// The sizes that every pane is looked at in.
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

fn ascii() -> Theme {
    Theme::named("terminal", Depth::Ansi16, Glyphs::Ascii).expect("a shipped theme")
}

fn press(screen: &mut Settled, keys: &str) {
    screen.keys(&key::script(keys).expect("keys"));
}

/// The small study on a screen of this size; features are kept in its folder.
fn tiny(folder: &Path, size: (u16, u16)) -> Settled {
    let cache = Cache::new(folder.join("cache"));
    Settled::open(folder, size, ascii(), Some(cache), 2).expect("a study")
}

#[test]
fn images() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    std::fs::write(scratch.path().join("images/HCC-009_DWI.nii.gz"), b"no image").expect("a file");
    std::fs::remove_file(scratch.path().join("masks/HCC-013_AP.nii.gz")).expect("a file");
    for (width, height) in SIZES {
        // Of the cases some are from the cache the second time.
        std::fs::remove_dir_all(scratch.path().join("cache")).ok();
        let mut screen = tiny(scratch.path(), (width, height));
        screen.show(PaneId::Images);
        press(&mut screen, "jjjjjjjjjj");
        insta::assert_snapshot!(format!("images_cases_{width}x{height}"), screen.text());
        press(&mut screen, "g<enter>j");
        insta::assert_snapshot!(format!("images_slice_{width}x{height}"), screen.text());
        // Who is seen is who would be excluded.
        press(&mut screen, "D");
        assert!(screen.text().contains("exclude HCC-"), "{}", screen.text());
        press(&mut screen, "<esc>");
        // Coronal, the window of the region, a cursor.
        press(&mut screen, "tiLJ");
        insta::assert_snapshot!(format!("images_coronal_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>j");
        insta::assert_snapshot!(format!("images_sequences_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>l");
        insta::assert_snapshot!(format!("images_sheet_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>");
        insta::assert_snapshot!(format!("images_checks_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>");
        insta::assert_snapshot!(format!("images_grey_values_{width}x{height}"), screen.text());
    }
}

#[test]
fn features() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    for (width, height) in SIZES {
        std::fs::remove_dir_all(scratch.path().join("cache")).ok();
        let mut screen = tiny(scratch.path(), (width, height));
        screen.show(PaneId::Features);
        press(&mut screen, "jj");
        insta::assert_snapshot!(format!("features_list_{width}x{height}"), screen.text());
        press(&mut screen, "<enter>j");
        insta::assert_snapshot!(format!("features_distribution_{width}x{height}"), screen.text());
        press(&mut screen, "<enter>");
        insta::assert_snapshot!(format!("features_readings_{width}x{height}"), screen.text());
        press(&mut screen, "<esc><tab>");
        insta::assert_snapshot!(format!("features_reliability_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>");
        insta::assert_snapshot!(format!("features_map_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>j");
        insta::assert_snapshot!(format!("features_groups_{width}x{height}"), screen.text());
        press(&mut screen, "<enter>");
        insta::assert_snapshot!(format!("features_map_near_{width}x{height}"), screen.text());
        press(&mut screen, "<tab><tab>");
        insta::assert_snapshot!(format!("features_flaws_{width}x{height}"), screen.text());
        press(&mut screen, "<tab>");
        insta::assert_snapshot!(format!("features_screen_{width}x{height}"), screen.text());
    }
}

/// A table of the 5,064 features of the paper's set for the patients of the small study, with one that is constant.
fn write_features(folder: &Path) {
    let names = radiomics::catalogue::columns(&radiomics::Settings::paper());
    let columns: Vec<String> =
        ["T2WI", "DWI", "AP"].iter().flat_map(|s| names.iter().map(move |name| format!("{s}_{name}"))).collect();
    let mut text = format!("id,{}\n", columns.join(","));
    let table = std::fs::read_to_string(folder.join("clinical.csv")).expect("a table");
    for (i, line) in table.lines().skip(1).enumerate() {
        let id = line.split(',').next().unwrap_or_default();
        let value = |j: usize| if j == 7 { 1.0 } else { ((i * 7919 + j * 104_729) % 1000) as f64 / 10.0 };
        let values: Vec<String> = (0..columns.len()).map(|j| value(j).to_string()).collect();
        text += &format!("{id},{}\n", values.join(","));
    }
    std::fs::write(folder.join("features.csv"), text).expect("a file");
    let study = std::fs::read_to_string(folder.join("study.toml")).expect("a study");
    let study = format!("{study}\n[features]\ntable = \"features.csv\"\n");
    std::fs::write(folder.join("study.toml"), study).expect("a file");
}

#[test]
fn thousands_of_features_cost_little_to_move_in() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    write_features(scratch.path());
    let mut screen = Settled::open(scratch.path(), (80, 24), ascii(), None, 2).expect("a study");
    screen.show(PaneId::Features);
    assert!(screen.text().contains("row 1 of 5,064"), "{}", screen.text());
    let mut terminal = Screen::new(Vec::new(), 80, 24);
    let mut bytes = |screen: &Settled| {
        let before = terminal.writer().len();
        terminal.show(screen.buffer(), None).expect("memory");
        terminal.writer().len() - before
    };
    bytes(&screen);
    let mut worst = 0;
    for _ in 0..12 {
        press(&mut screen, "j");
        worst = worst.max(bytes(&screen));
    }
    assert!(worst <= 300, "{worst} bytes for one row down");
    press(&mut screen, "/wavelet-LLH<enter>");
    assert!(screen.text().contains("of 279"), "{}", screen.text());
}

#[test]
fn baseline() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts");
    for (study, keys) in [("hcc_pa_tace", ""), ("rotterdam_gbsg", "jjjjt")] {
        for (width, height) in SIZES {
            let folder = samples.join(study);
            let mut screen = Settled::open(&folder, (width, height), ascii(), None, 1).expect("a study");
            screen.show(PaneId::Baseline);
            press(&mut screen, keys);
            insta::assert_snapshot!(format!("baseline_{study}_{width}x{height}"), screen.text());
        }
    }
    let mut screen = Settled::open(&samples.join("hcc_pa_tace"), (60, 16), ascii(), None, 1).expect("a study");
    screen.show(PaneId::Baseline);
    press(&mut screen, "b");
    insta::assert_snapshot!("baseline_by_event_60x16", screen.text());
}

/// A study whose features are in its table: three of forty go with the outcome.
fn write_table_of_features(folder: &Path) {
    let mut rng = Rng::new(5);
    let names: Vec<String> = (0..40)
        .map(|j| format!("{}_f{j:02}", if j % 2 == 0 { "AP_original_glcm" } else { "DWI_wavelet-LLH_firstorder" }))
        .collect();
    let mut table = format!("id,time,event,cohort,age,{}\n", names.join(","));
    for i in 0..140 {
        let values: Vec<f64> = names.iter().map(|_| 10.0 + 2.0 * rng.normal()).collect();
        let risk = (0.35 * (values[0] - 10.0) - 0.3 * (values[25] - 10.0) + 0.2 * (values[3] - 10.0)).exp();
        let (time, end) = (20.0 * rng.exponential() / risk, 5.0 + 55.0 * rng.uniform());
        let cohort = if i < 90 { "training" } else { "validation" };
        let age = 40 + rng.below(40);
        let shown: Vec<String> = values.iter().map(|v| format!("{v:.4}")).collect();
        let (observed, event) = (time.min(end) + 0.1, u8::from(time < end));
        table += &format!("P{i:03},{observed:.2},{event},{cohort},{age},{}\n", shown.join(","));
    }
    std::fs::write(folder.join("clinical.csv"), table).expect("a file");
    let study = "version = 1\ntitle = \"Table of features\"\ntable = \"clinical.csv\"\nid = \"id\"\n\n[endpoints.RFS]\n\
                 label = \"Recurrence-free survival\"\ntime = \"time\"\nunit = \"months\"\nevent = \"event\"\n\n[cohorts]\n\
                 column = \"cohort\"\norder = [\"training\", \"validation\"]\n\n[features]\ncolumns = [\"AP_*\", \"DWI_*\"]\n";
    std::fs::write(folder.join("study.toml"), study).expect("a file");
}

#[test]
fn lasso() {
    let scratch = tempfile::tempdir().expect("a folder");
    write_table_of_features(scratch.path());
    for (width, height) in SIZES {
        let mut screen = Settled::open(scratch.path(), (width, height), ascii(), None, 2).expect("a study");
        screen.show(PaneId::Lasso);
        for view in ["path", "cross_validation", "features", "score", "stability"] {
            insta::assert_snapshot!(format!("lasso_{view}_{width}x{height}"), screen.text());
            press(&mut screen, "<tab>");
        }
        // Another penalty by its row, adaptive weights, and the mean of several deals of the folds.
        press(&mut screen, "kkkk<enter>");
        insta::assert_snapshot!(format!("lasso_penalty_{width}x{height}"), screen.text());
        press(&mut screen, "rWT<backspace>5<enter>");
        insta::assert_snapshot!(format!("lasso_adaptive_{width}x{height}"), screen.text());
        press(&mut screen, "uuuu");
        // Curves stand on the score unless told otherwise.
        screen.show(PaneId::Km);
        insta::assert_snapshot!(format!("lasso_km_{width}x{height}"), screen.text());
    }
}

/// Where one screen has room for what several views show, each still shows something of its own.
#[test]
fn no_two_views_of_a_pane_are_the_same_on_a_wide_screen() {
    let scratch = tempfile::tempdir().expect("a folder");
    write_table_of_features(scratch.path());
    let lung = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg");
    for study in [scratch.path(), &lung] {
        let mut screen = Settled::open(study, (120, 40), ascii(), None, 2).expect("a study");
        for size in [(120, 40), (200, 60)] {
            screen.resize(size);
            for pane in PaneId::ALL {
                screen.show(pane);
                let mut seen: Vec<(&str, String)> = Vec::new();
                for view in screen.views() {
                    screen.look(view);
                    let text = screen.text();
                    // Without the lines that name the view and its keys. A line or two say why there is nothing.
                    let lines: Vec<&str> = text.lines().take(usize::from(size.1) - 2).collect();
                    let is_full = lines.iter().filter(|line| !line.trim().is_empty()).count() > 8;
                    let shown = lines.join("\n");
                    let same = seen.iter().find(|(_, other)| is_full && *other == shown);
                    assert!(same.is_none(), "{pane:?}: {view} is {:?}\n{text}", same.map(|(name, _)| name));
                    seen.push((view, shown));
                }
            }
        }
    }
}

#[test]
fn without_features_the_penalized_model_says_which_key_to_press() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    let mut screen = Settled::open(scratch.path(), (80, 24), ascii(), None, 2).expect("a study");
    screen.show(PaneId::Lasso);
    assert!(screen.text().contains("Press X"), "{}", screen.text());
}

#[test]
fn where_there_can_be_no_rad_score_yet_one_curve_is_of_everybody() {
    let scratch = tempfile::tempdir().expect("a folder");
    crate::tiny::write(scratch.path());
    let mut screen = tiny(scratch.path(), (80, 24));
    screen.show(PaneId::Km);
    let shown = screen.text();
    assert!(shown.contains("all patients together") && shown.contains("not by Rad-score: "), "{shown}");
}
