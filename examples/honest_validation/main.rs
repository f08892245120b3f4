//! Whether corrected numbers are honest: pipelines on data whose truth is known.
//!
//! `cargo run --release --example honest_validation [DATASETS] [FOLDER]`: prints what is found and draws it as SVG in
//! FOLDER (`docs/figures`). Forty data sets take a quarter of an hour of processor time. The same numbers come of the same
//! number of data sets on every machine; `crates/survival/tests/honest.rs` holds a small version.
#![allow(clippy::print_stdout, reason = "it prints what it found")]

mod harmonised;
mod permuted;
mod selected;
mod summary;

use std::error::Error;
use std::path::Path;

use figures::{Figure, Panels, svg};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let datasets = arguments.next().map_or(Ok(40), |n| n.parse())?;
    let folder = arguments.next().unwrap_or_else(|| "docs/figures".to_owned());
    let noise = selected::Found::of(datasets, 0.0)?;
    let signal = selected::Found::of(datasets, selected::EFFECT)?;
    noise.print();
    signal.print();
    let both =
        Panels { columns: 2, figures: vec![noise.figure("Noise"), signal.figure("One feature, hazard ratio 2.2")] };
    draw(&folder, "simulation_selection.svg", &Figure::new("", both))?;

    let permuted = permuted::Found::of(5 * datasets)?;
    permuted.print();
    draw(&folder, "simulation_permutation.svg", &permuted.figure())?;

    let harmonised = harmonised::Found::of(datasets)?;
    harmonised.print();
    draw(&folder, "simulation_harmonisation.svg", &harmonised.figure())?;
    Ok(())
}

fn draw(folder: &str, name: &str, figure: &Figure) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let (width, height) = figure.preferred_pixels();
    Ok(std::fs::write(Path::new(folder).join(name), svg(figure, width, height))?)
}
