//! The whole study, as its user would see it: the sample's 687 cases are extracted, then every pane is looked at.

use std::path::Path;

use figures::format::Glyphs;
use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

fn open(cache: &Path, size: (u16, u16), threads: usize) -> Settled {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let theme = Theme::named("terminal", Depth::Ansi16, Glyphs::Utf8).expect("a shipped theme");
    Settled::open(&study, size, theme, Some(Cache::new(cache)), threads).expect("a study")
}

/// Every view of a pane, one after the other.
fn views(screen: &mut Settled, pane: PaneId) -> Vec<String> {
    screen.show(pane);
    let first = screen.text();
    let mut views = vec![first];
    loop {
        screen.keys(&key::script("<tab>").expect("keys"));
        let next = screen.text();
        if next == views[0] || views.len() > 6 {
            return views;
        }
        views.push(next);
    }
}

#[test]
fn from_images_to_a_validated_model() {
    let cache = tempfile::tempdir().expect("a folder");
    let mut cold = open(cache.path(), (80, 24), 2);
    cold.show(PaneId::Jobs);
    let jobs = cold.text();
    assert!(jobs.contains("687"), "{jobs}");
    // What stands on the screen is the same when every case comes from the cache.
    for size in [(80, 24), (120, 40)] {
        let mut warm = open(cache.path(), size, 1);
        for pane in PaneId::ALL {
            if pane == PaneId::Jobs {
                continue;
            }
            for (i, text) in views(&mut warm, pane).iter().enumerate() {
                for missing in ["nothing to show yet", "working", "panicked"] {
                    assert!(!text.contains(missing), "{} view {i}:\n{text}", pane.title());
                }
                insta::assert_snapshot!(format!("{}_{i}_{}", pane.name(), size.0), text);
            }
        }
    }
}
