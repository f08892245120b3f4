//! Panes as they stand on a screen, after everything has settled.

use std::path::Path;

use riskset::app::key;
use riskset::app::pane_id::PaneId;
use riskset::format::Glyphs;
use riskset::jobs::cache::Cache;
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
