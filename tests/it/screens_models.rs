//! Panes of models as they look, settled, on the sample studies.

use std::path::Path;

use figures::format::Glyphs;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

/// The screen of `pane` in a sample study after some keys, without extracting features. The line of tabs is left out:
/// it belongs to all panes.
fn screen(study: &str, pane: PaneId, size: (u16, u16), keys: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study);
    let theme = Theme::named("terminal", Depth::True, Glyphs::Utf8).expect("a theme of our own");
    let mut screen = Settled::open(&path, size, theme, None, 1).expect("the sample opens");
    screen.show(pane);
    screen.keys(&key::script(keys).expect("keys"));
    let text = screen.text();
    let lines: Vec<&str> = text.lines().enumerate().filter(|(i, _)| *i != 1).map(|(_, line)| line).collect();
    lines.join("\n")
}

const DESIGN: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);
const LEAST: (u16, u16) = (60, 16);

#[test]
fn performance() {
    let of = |size, keys| screen("rotterdam_gbsg", PaneId::Performance, size, keys);
    insta::assert_snapshot!("performance_80", of(DESIGN, ""));
    insta::assert_snapshot!("performance_120", of(WIDE, ""));
    insta::assert_snapshot!("performance_60", of(LEAST, "d"));
    insta::assert_snapshot!("performance_roc_80", of(DESIGN, "<tab>jjj"));
    insta::assert_snapshot!("performance_roc_120", of(WIDE, "<tab>jjj"));
    insta::assert_snapshot!("performance_brier_80", of(DESIGN, "<tab><tab>"));
    insta::assert_snapshot!("performance_over_time_80", of(DESIGN, "<s-tab><s-tab>"));
    insta::assert_snapshot!("performance_over_time_120", of(WIDE, "<s-tab><s-tab>jjj"));
    insta::assert_snapshot!("performance_reclassification_80", of(DESIGN, "<s-tab>"));
    insta::assert_snapshot!("performance_reclassification_120", of(WIDE, "<s-tab>"));
    // The first key brings the view, the second the next design.
    insta::assert_snapshot!("performance_pipeline_80", screen("lung_ncctg", PaneId::Performance, DESIGN, "w"));
    insta::assert_snapshot!("performance_pipeline_120", screen("lung_ncctg", PaneId::Performance, WIDE, "wwi"));
    let clinical = screen("hcc_pa_tace", PaneId::Performance, DESIGN, "");
    insta::assert_snapshot!("performance_clinical_80", clinical);
}

#[test]
fn calibration() {
    let of = |size, keys| screen("rotterdam_gbsg", PaneId::Calibration, size, keys);
    insta::assert_snapshot!("calibration_80", of(DESIGN, ""));
    insta::assert_snapshot!("calibration_120", of(WIDE, ""));
    insta::assert_snapshot!("calibration_60", of(LEAST, "tdb"));
    insta::assert_snapshot!("calibration_groups_80", of(DESIGN, "<tab>"));
    insta::assert_snapshot!("calibration_nomogram_80", of(DESIGN, "<tab><tab>"));
    insta::assert_snapshot!("calibration_benefit_80", of(DESIGN, "<tab><tab><tab>"));
    // The last model needs the radiomic score, the next is the clinical one.
    insta::assert_snapshot!("calibration_unscored_80", screen("hcc_pa_tace", PaneId::Calibration, DESIGN, ""));
    insta::assert_snapshot!("calibration_clinical_80", screen("hcc_pa_tace", PaneId::Calibration, DESIGN, "b"));
}
