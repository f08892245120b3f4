//! Panes as they stand on a screen, after everything has settled.

use std::path::Path;

use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::format::Glyphs;
use riskset::jobs::cache::Cache;
use riskset::term::screen::Screen;
use riskset::theme::{Depth, Theme};
use riskset::ui::settled::Settled;

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
        press(&mut screen, "<tab>");
        insta::assert_snapshot!(format!("features_reliability_{width}x{height}"), screen.text());
    }
}

/// A table of the 5,064 features of the paper's set for the patients of the small study, with one that is constant.
fn write_features(folder: &Path) {
    let names = riskset::radiomics::catalogue::columns(&riskset::radiomics::Settings::paper());
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
