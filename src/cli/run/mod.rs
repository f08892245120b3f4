//! `riskset run`: the whole analysis of a study, from its own choices, as a folder to keep.
//!
//! What is written is what the panes show: each pane is opened, asked, and put into its document, in the order of the
//! tabs. The folder holds `report.html`, `tables/`, `figures/`, `features.csv` where there are radiomic features, and
//! `manifest.json`. It appears as a whole or not at all.

mod chapters;
mod folder;
mod manifest;

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use self::chapters::Study;
use self::folder::Folder;
use super::Common;
use crate::jobs::cache::Cache;
use crate::problem;
use crate::theme::{Depth, Theme};
use crate::ui::settled::Settled;
use figures::format::Glyphs;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or its study.toml
    study: PathBuf,
    /// Write into this folder
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Endpoint of the study; its first if not said
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Replace the folder if it is there
    #[arg(long)]
    force: bool,
    /// Do not extract features
    #[arg(long)]
    no_extract: bool,
}

/// Columns and lines of the screen that the panes are asked for; nothing that is written depends on it.
const SCREEN: (u16, u16) = (120, 40);

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if !options.study.exists() {
        bail!("{}: there is no such file or folder", options.study.display());
    }
    let folder = Folder::new(&options.output, options.force)?;
    let cache = (!options.no_extract).then(|| Cache::new(common.places().cache()));
    let theme = Theme::named("terminal", Depth::None, Glyphs::Utf8)?;
    let screen =
        Settled::open(&options.study, SCREEN, theme, cache, common.threads()).context("cannot run this study")?;
    let mut study = Study::new(screen);
    let state = study.state();
    if state.data.is_none() || problem::any_error(&state.problems) {
        let listed: Vec<String> = state.problems.iter().map(ToString::to_string).collect();
        bail!("{}\n{}", problem::summary(&state.problems), listed.join("\n"));
    }
    if let Some(name) = &options.endpoint {
        study.choose_endpoint(name)?;
    }
    let chapters = study.chapters();
    let files = study.files(&chapters);
    let manifest = manifest::manifest(study.state(), &files)?;
    folder.write(&files, &manifest)
}
