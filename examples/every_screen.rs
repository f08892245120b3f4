//! Draws every view of every pane of a study into text files, at the sizes and with the characters that terminals have:
//! to read them all, and to see with `diff -r` what a change did to them.
//!
//! `cargo run --release --example every_screen -- sample_cohorts/hcc_pa_tace screens [--cache FOLDER]`
//!
//! Writes `screens/SIZE/PANE_VIEW.txt` in colour, the same at 80 x 24 without colours (`mono`) and in plain characters
//! (`ascii`). Without a cache no features are extracted.
#![allow(clippy::print_stdout, reason = "an example says what it wrote")]

use std::fs;
use std::path::{Path, PathBuf};

use figures::format::Glyphs;
use riskset::app::pane_id::PaneId;
use riskset::jobs::cache::Cache;
use riskset::program::settled::Settled;
use riskset::theme::{Depth, Theme};

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 40), (200, 60)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = std::env::args().skip(1);
    let (Some(study), Some(folder)) = (given.next(), given.next()) else {
        return Err("name a study and a folder".into());
    };
    let cache = match given.next().as_deref() {
        Some("--cache") => Some(Cache::new(PathBuf::from(given.next().ok_or("name the cache's folder")?))),
        _ => None,
    };
    let folder = PathBuf::from(folder);
    let theme = |name, depth, glyphs| Theme::named(name, depth, glyphs);
    let mut screen =
        Settled::open(Path::new(&study), SIZES[0], theme("terminal", Depth::Indexed256, Glyphs::Utf8)?, cache, 2)?;
    let mut written = 0;
    for size in SIZES {
        screen.resize(size);
        written += draw(&mut screen, &folder.join(format!("{}x{}", size.0, size.1)))?;
    }
    screen.resize(SIZES[1]);
    screen.program().set_theme(theme("mono", Depth::None, Glyphs::Utf8)?);
    written += draw(&mut screen, &folder.join("mono"))?;
    screen.program().set_theme(theme("terminal", Depth::Ansi16, Glyphs::Ascii)?);
    written += draw(&mut screen, &folder.join("ascii"))?;
    println!("{written} screens in {}", folder.display());
    Ok(())
}

/// Writes each view of each pane into `folder`; how many.
fn draw(screen: &mut Settled, folder: &Path) -> Result<usize, Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    let mut written = 0;
    for pane in PaneId::ALL {
        screen.show(pane);
        for view in screen.views() {
            screen.look(view);
            fs::write(folder.join(format!("{}_{}.txt", pane.name(), view.replace(' ', "-"))), screen.text())?;
            written += 1;
        }
    }
    Ok(written)
}
