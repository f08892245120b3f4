//! `riskset [PATH]`: the terminal UI.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, bail};
use clap::Args;

use super::{Common, Usage};
use crate::app::keymap::Keymap;
use crate::config::{self, Loaded, Places};
use crate::format::Glyphs;
use crate::session::Session;
use crate::simulate;
use crate::term;
use crate::theme::{Depth, Theme};
use crate::watch::Unwatched;

#[derive(Args, Clone)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table; by default the study that was open last, else the sample study
    path: Option<PathBuf>,
    #[command(flatten)]
    screen: ScreenOptions,
}

#[derive(Args, Clone)]
pub(super) struct Demo {
    #[command(flatten)]
    screen: ScreenOptions,
}

/// How the screen looks and starts.
#[derive(Args, Clone)]
struct ScreenOptions {
    /// Colours by role: see `riskset themes`
    #[arg(long)]
    theme: Option<String>,
    /// auto, never, 16, 256 or true
    #[arg(long, value_name = "DEPTH")]
    color: Option<String>,
    /// Plain ASCII characters
    #[arg(long)]
    ascii: bool,
    /// Do not go on where the last session ended
    #[arg(long)]
    fresh: bool,
    /// Read this configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(options: Options, common: &Common) -> anyhow::Result<()> {
    let places = common.places();
    let path = match options.path.clone().or_else(|| Session::recent(&places).into_iter().next()) {
        Some(path) => path,
        None => sample(&places)?,
    };
    open(path, options.screen, common)
}

pub(super) fn demo(options: &Demo, common: &Common) -> anyhow::Result<()> {
    open(sample(&common.places())?, options.screen.clone(), common)
}

/// The sample study; simulated into the state folder the first time.
fn sample(places: &Places) -> anyhow::Result<PathBuf> {
    let folder = places.state().join("sample_cohorts").join("hcc_pa_tace");
    if !folder.exists() {
        simulate::simulate(&folder, simulate::Spec::default(), &Unwatched)
            .with_context(|| "the sample study cannot be made; name a study, its folder, or a table".to_owned())?;
    }
    Ok(folder)
}

fn open(path: PathBuf, options: ScreenOptions, common: &Common) -> anyhow::Result<()> {
    let places = common.places();
    if !path.exists() {
        bail!("{}: there is no such file or folder", path.display());
    }
    if !std::io::stdout().is_terminal() {
        bail!("the screen needs a terminal; `riskset render {} --pane km` prints one pane as text", path.display());
    }
    let file = options.config.clone().unwrap_or_else(|| places.config_file());
    let loaded = config::load(&file);
    let theme = theme(&options, &loaded)?;
    let (keymap, problems) = Keymap::with_overrides(&loaded.keys);
    let messages = loaded.problem.iter().cloned().chain(problems.iter().map(ToString::to_string)).collect();
    let log = start_log(&places);
    term::install_panic_hook(log);
    let threads = common.threads.or(loaded.config.threads).unwrap_or_else(|| common.threads());
    term::run(term::Options { path, theme, keymap, places, threads, fresh: options.fresh, messages })?;
    Ok(())
}

fn theme(options: &ScreenOptions, loaded: &Loaded) -> anyhow::Result<Theme> {
    let variable = |name: &str| env::var(name).ok();
    let depth = options.color.as_deref().or(loaded.config.color.as_deref()).unwrap_or("auto");
    let depth = match depth {
        "auto" => Depth::detect(variable),
        name => Depth::from_name(name)
            .ok_or_else(|| Usage(format!("--color {name}: write auto, never, 16, 256 or true")))?,
    };
    let ascii = options.ascii || loaded.config.ascii.unwrap_or_else(|| !utf8(variable));
    let glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Utf8 };
    let name = options.theme.as_deref().or(loaded.config.theme.as_deref()).unwrap_or("terminal");
    // A name with a dot or a slash is a file of the user's own.
    if name.contains(['.', '/']) {
        let source = std::fs::read_to_string(name).with_context(|| name.to_owned())?;
        return Theme::from_toml(name, &source, depth, glyphs).with_context(|| name.to_owned());
    }
    Ok(Theme::named(name, depth, glyphs)?)
}

/// Whether the locale says that the terminal takes UTF-8.
fn utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name).filter(|v| !v.is_empty()));
    locale.is_some_and(|l| l.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// Writes the log into the state folder; where that cannot be, there is none.
fn start_log(places: &Places) -> Option<PathBuf> {
    let file = places.log_file();
    let opened = open_log(&file)?;
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(Mutex::new(opened)).finish();
    tracing::subscriber::set_global_default(subscriber).ok()?;
    Some(file)
}

fn open_log(file: &Path) -> Option<File> {
    std::fs::create_dir_all(file.parent()?).ok()?;
    OpenOptions::new().create(true).append(true).open(file).ok()
}
