//! `riskset render`: one screen as text, after everything has settled.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::{Common, Usage, output};
use crate::app::key;
use crate::app::pane_id::PaneId;
use crate::jobs::cache::Cache;
use crate::program::settled::Settled;
use crate::theme::{Depth, Theme};
use figures::format::Glyphs;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table
    study: PathBuf,
    /// Which pane
    #[arg(long, default_value = "cohort")]
    pane: String,
    /// Which of its views, by the name on the status line; the first if not said
    #[arg(long)]
    view: Option<String>,
    /// Columns and rows
    #[arg(long, default_value = "80x24", value_name = "WxH")]
    size: String,
    /// Keys to press first, such as 3jj<enter>
    #[arg(long, default_value = "")]
    keys: String,
    /// Plain ASCII characters
    #[arg(long)]
    ascii: bool,
    /// With the colours of a theme, as escape sequences
    #[arg(long)]
    ansi: bool,
    /// The theme for --ansi
    #[arg(long, default_value = "terminal")]
    theme: String,
    /// Do not extract features
    #[arg(long)]
    no_extract: bool,
}

pub(super) fn run(options: Options, common: &Common) -> anyhow::Result<()> {
    let Some(pane) = PaneId::from_name(&options.pane) else {
        let names: Vec<&str> = PaneId::ALL.iter().map(|p| p.name()).collect();
        bail!(Usage(format!("there is no pane {}; there is {}", options.pane, names.join(", "))));
    };
    let size = options.size.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let Some(size) = size.filter(|(w, h)| (1..=1000).contains(w) && (1..=1000).contains(h)) else {
        bail!(Usage(format!("--size {}: write columns x rows, such as 80x24", options.size)));
    };
    let keys = key::script(&options.keys).map_err(|e| Usage(format!("--keys: {e}")))?;
    if !options.study.exists() {
        bail!("{}: there is no such file or folder", options.study.display());
    }
    let glyphs = if options.ascii { Glyphs::Ascii } else { Glyphs::Utf8 };
    let theme = Theme::named(&options.theme, Depth::True, glyphs)?;
    let cache = (!options.no_extract).then(|| Cache::new(common.places().cache()));
    let mut screen =
        Settled::open(&options.study, size, theme, cache.clone(), common.threads()).context("cannot show this")?;
    if let Some(trouble) = cache.as_ref().and_then(Cache::trouble) {
        output::warn(&trouble);
    }
    screen.show(pane);
    if let Some(view) = options.view.as_deref().filter(|view| !screen.look(view)) {
        let names = screen.views().join(", ");
        bail!(Usage(format!("{} has no view {view}; there is {names}", pane.title())));
    }
    screen.keys(&keys);
    output::print(&if options.ansi { screen.ansi()? } else { screen.text() })
}
