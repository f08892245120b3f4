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
use crate::config::{self, Config, Places};
use crate::session::Session;
use crate::simulate;
use crate::term;
use crate::theme::{Depth, Theme};
use crate::writing;
use figures::format::Glyphs;
use watch::Unwatched;

#[derive(Args, Clone)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table; by default one of those open before, else the sample study
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
    /// Figures as pictures: auto (by what the terminal says of itself), off, kitty, iterm or sixel
    #[arg(long, value_name = "HOW", default_value = "auto")]
    images: String,
    /// Do not go on where the last session ended
    #[arg(long)]
    fresh: bool,
    /// Read this configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub(super) fn run(options: Options, common: &Common) -> anyhow::Result<()> {
    let places = common.places();
    let studies = match options.path {
        Some(path) if path.exists() => vec![path],
        // A shell leaves `~` as it is where it stands in quotes.
        Some(path) => vec![writing::of_home(path)],
        None => Session::recent(&places),
    };
    let studies = if studies.is_empty() { vec![sample(&places)?] } else { studies };
    open(studies, options.screen, common)
}

pub(super) fn demo(options: &Demo, common: &Common) -> anyhow::Result<()> {
    open(vec![sample(&common.places())?], options.screen.clone(), common)
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

/// Opens the only one of `studies`, or the one that the user chooses.
fn open(studies: Vec<PathBuf>, options: ScreenOptions, common: &Common) -> anyhow::Result<()> {
    let places = common.places();
    let path = &studies[0];
    if !path.exists() {
        bail!("{}: there is no such file or folder", path.display());
    }
    if !std::io::stdout().is_terminal() {
        bail!("the screen needs a terminal; `riskset render {} --pane km` prints one pane as text", path.display());
    }
    let file = options.config.clone().unwrap_or_else(|| places.config_file());
    let loaded = config::load(&file);
    let mut messages: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    let theme = theme(&options, &loaded.config, &file, &mut messages)?;
    let (keymap, problems) = Keymap::with_overrides(&loaded.config.keys);
    messages.extend(problems.iter().map(|problem| format!("{}, {problem}", file.display())));
    let pictures = term::graphics::Protocol::chosen(&options.images, |name| env::var(name).ok())
        .map_err(|why| Usage(format!("--images {}: {why}", options.images)))?;
    let log = start_log(&places);
    term::install_panic_hook(log);
    let threads = common.threads.or(loaded.config.threads).unwrap_or_else(|| common.threads());
    term::run(term::Options { studies, theme, keymap, places, threads, fresh: options.fresh, pictures, messages })?;
    Ok(())
}

/// Colours and characters. What cannot be used is an error where the command line asked for it, and a message where
/// the configuration did.
fn theme(options: &ScreenOptions, config: &Config, file: &Path, messages: &mut Vec<String>) -> anyhow::Result<Theme> {
    let variable = |name: &str| env::var(name).ok();
    let mut of_file = |why: String| messages.push(format!("{}: {why}", file.display()));
    let configured = config.color.as_deref().filter(|name| {
        let known = *name == "auto" || Depth::from_name(name).is_some();
        if !known {
            of_file(format!("color = \"{name}\": write auto, never, 16, 256 or true"));
        }
        known
    });
    let depth = match options.color.as_deref().or(configured).unwrap_or("auto") {
        "auto" => Depth::detect(variable),
        name => Depth::from_name(name)
            .ok_or_else(|| Usage(format!("--color {name}: write auto, never, 16, 256 or true")))?,
    };
    let ascii = options.ascii || config.ascii.unwrap_or_else(|| !utf8(variable));
    let glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Utf8 };
    match (&options.theme, &config.theme) {
        (Some(name), _) => named_theme(name, depth, glyphs),
        (None, Some(name)) => named_theme(name, depth, glyphs).or_else(|error| {
            of_file(format!("{error:#}"));
            named_theme("terminal", depth, glyphs)
        }),
        (None, None) => named_theme("terminal", depth, glyphs),
    }
}

/// A theme by its name; a name with a dot or a slash is a file of the user's own.
fn named_theme(name: &str, depth: Depth, glyphs: Glyphs) -> anyhow::Result<Theme> {
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
    writing::private_folder(file.parent()?).ok()?;
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.create(true).append(true).open(file).ok()
}
