//! Cohort, Cox, survival curves, jobs and problems as they stand on a screen: sizes, plain characters, styles.

use std::path::Path;

use figures::format::Glyphs;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(study: &str, size: (u16, u16), glyphs: Glyphs) -> Settled {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study);
    let theme = Theme::named("terminal", Depth::Ansi16, glyphs).expect("a shipped theme");
    Settled::open(&path, size, theme, None, 1).expect("a study")
}

/// The pane's screen after keys.
fn shown(study: &str, size: (u16, u16), glyphs: Glyphs, pane: PaneId, keys: &str) -> Settled {
    let mut screen = open(study, size, glyphs);
    screen.show(pane);
    screen.keys(&key::script(keys).expect("keys"));
    screen
}

/// The same at the design size and at the one with room.
fn snapshots(name: &str, study: &str, pane: PaneId, keys: &str) {
    for size in [(80, 24), (120, 40)] {
        let screen = shown(study, size, Glyphs::Utf8, pane, keys);
        insta::assert_snapshot!(format!("{name}_{}", size.0), screen.text());
    }
}

#[test]
fn cohort() {
    snapshots("cohort", "hcc_pa_tace", PaneId::Cohort, "");
    snapshots("cohort_patients", "hcc_pa_tace", PaneId::Cohort, "<tab>j");
    snapshots("cohort_real", "rotterdam_gbsg", PaneId::Cohort, "");
}

#[test]
fn cox() {
    snapshots("cox", "rotterdam_gbsg", PaneId::Cox, "");
    snapshots("cox_joint", "rotterdam_gbsg", PaneId::Cox, "<tab>");
    snapshots("cox_hazards", "rotterdam_gbsg", PaneId::Cox, "<tab><tab>");
    snapshots("cox_residuals", "lung_ncctg", PaneId::Cox, "<tab><tab><tab>");
    snapshots("cox_influence", "lung_ncctg", PaneId::Cox, "rr");
    snapshots("cox_selected", "lung_ncctg", PaneId::Cox, "E<tab>");
    snapshots("cox_firth", "lung_ncctg", PaneId::Cox, "x<tab>");
}

#[test]
fn numbers_as_splines() {
    snapshots("cox_splines", "rotterdam_gbsg", PaneId::Cox, "<s-tab><s-tab><s-tab>ll");
    snapshots("cox_splines_nodes", "rotterdam_gbsg", PaneId::Cox, "Kj");
}

#[test]
fn survival_of_a_patient() {
    snapshots("cox_profile", "rotterdam_gbsg", PaneId::Cox, "<s-tab>>jl<down>l");
    // Nobody has as many positive nodes.
    snapshots("cox_profile_typed", "rotterdam_gbsg", PaneId::Cox, "<s-tab>jjjj<enter>50<enter>");
    snapshots("cox_profile_of_model", "hcc_pa_tace", PaneId::Cox, "b<s-tab>l");
}

#[test]
fn survival_curves() {
    snapshots("km", "rotterdam_gbsg", PaneId::Km, "");
    snapshots("km_by", "rotterdam_gbsg", PaneId::Km, "b");
    snapshots("km_other_endpoint", "rotterdam_gbsg", PaneId::Km, "bo");
    snapshots("km_lung", "lung_ncctg", PaneId::Km, "b");
}

#[test]
fn beside_the_curves() {
    snapshots("km_details", "lung_ncctg", PaneId::Km, "bbbb<tab><tab><tab>");
    snapshots("km_details_one", "rotterdam_gbsg", PaneId::Km, "<tab><tab><tab>");
    snapshots("km_landmark", "lung_ncctg", PaneId::Km, "bL6<enter>");
    snapshots("km_band", "lung_ncctg", PaneId::Km, "bbB");
    snapshots("km_band_details", "lung_ncctg", PaneId::Km, "bbBB<tab><tab><tab>");
}

#[test]
fn competing_risks() {
    snapshots("incidence", "hcc_pa_tace", PaneId::Km, "b<tab><tab><tab><tab>");
    snapshots("causes", "hcc_pa_tace", PaneId::Km, "<s-tab>");
    snapshots("causes_none", "lung_ncctg", PaneId::Km, "<s-tab>");
}

#[test]
fn cut_off_carried_to_every_cohort() {
    snapshots("cut_off", "hcc_pa_tace", PaneId::Km, "<tab>");
    snapshots("cut_off_sides", "hcc_pa_tace", PaneId::Km, "<tab><tab>");
}

#[test]
fn jobs_and_problems() {
    snapshots("jobs", "lung_ncctg", PaneId::Jobs, "");
    snapshots("problems", "rotterdam_gbsg", PaneId::Problems, "");
}

#[test]
fn the_smallest_size_and_one_below() {
    for pane in [PaneId::Cohort, PaneId::Cox, PaneId::Km, PaneId::Problems] {
        let screen = shown("rotterdam_gbsg", (60, 16), Glyphs::Utf8, pane, "");
        insta::assert_snapshot!(format!("small_{}", pane.name()), screen.text());
    }
    for (name, keys) in [("splines", "<s-tab><s-tab><s-tab>"), ("profile", "<s-tab>ll")] {
        let screen = shown("rotterdam_gbsg", (60, 16), Glyphs::Utf8, PaneId::Cox, keys);
        insta::assert_snapshot!(format!("small_{name}"), screen.text());
    }
    insta::assert_snapshot!("too_small", open("lung_ncctg", (50, 10), Glyphs::Utf8).text());
}

/// What the smallest size has to show whole: groups that are few, a test, the numbers instead of two rows of a forest, and
/// whom a curve is adjusted for.
#[test]
fn the_smallest_size_keeps_what_is_compared() {
    let small = |study: &str, pane, keys: &str| shown(study, (60, 16), Glyphs::Utf8, pane, keys).text();
    let km = small("lung_ncctg", PaneId::Km, "b");
    for said in [" training ", " internal ", "Log-rank ", "HR ", "┤"] {
        assert!(km.contains(said), "{said}\n{km}");
    }
    let incidence = small("hcc_pa_tace", PaneId::Km, "b<tab><tab><tab><tab>");
    assert!(incidence.contains("Gray p") && incidence.contains("└┬"), "{incidence}");
    let joint = small("rotterdam_gbsg", PaneId::Cox, "<tab>");
    let ratios = joint.lines().filter(|line| line.contains('(') && line.contains('-')).count();
    assert!(ratios >= 7 && !joint.contains("more\n"), "{joint}");
    for (study, said) in [("rotterdam_gbsg", "adjusted for 6 covariates"), ("lung_ncctg", "adjusted for 2 covariates")]
    {
        let spline = small(study, PaneId::Cox, "<s-tab><s-tab><s-tab>");
        assert!(spline.contains(said), "{spline}");
    }
}

#[test]
fn plain_characters_only_where_asked_for() {
    for pane in PaneId::ALL {
        let text = shown("rotterdam_gbsg", (80, 24), Glyphs::Ascii, pane, "").text();
        let odd: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(odd.is_empty(), "{}: {odd:?}\n{text}", pane.title());
    }
    let screen = shown("rotterdam_gbsg", (80, 24), Glyphs::Ascii, PaneId::Km, "b");
    insta::assert_snapshot!("km_ascii", screen.text());
}

#[test]
fn styles() {
    for pane in [PaneId::Km, PaneId::Cox] {
        let screen = shown("rotterdam_gbsg", (80, 24), Glyphs::Utf8, pane, "");
        insta::assert_snapshot!(format!("styles_{}", pane.name()), screen.styles());
    }
}

#[test]
fn no_size_is_refused() {
    for (width, height) in [(1, 1), (2, 40), (61, 17), (99, 31), (300, 100), (80, 3)] {
        let mut screen = open("lung_ncctg", (width, height), Glyphs::Utf8);
        for pane in PaneId::ALL {
            screen.show(pane);
            assert_eq!(screen.text().lines().count(), usize::from(height), "{} {width}x{height}", pane.title());
        }
    }
}
