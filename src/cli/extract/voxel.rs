//! Maps of features around every voxel of one region, a file each.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, bail};
use clap::ValueEnum;
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::{Label, Options};
use crate::cli::Usage;
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::writing;
use imaging::read_pair;
use imaging::write::{WriteError, write_image};
use radiomics::{self, Volume};
use watch::{Cancelled, Watch};

/// In which format maps are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MapFormat {
    /// NIfTI-1, gzipped
    #[value(name = "nii.gz")]
    Nifti,
    /// NRRD, gzipped
    Nrrd,
}

impl MapFormat {
    fn ending(self) -> &'static str {
        match self {
            Self::Nifti => "nii.gz",
            Self::Nrrd => "nrrd",
        }
    }
}

/// What was written.
#[derive(Serialize)]
struct Written {
    folder: String,
    maps: Vec<Map>,
    notes: Vec<String>,
}

/// One map: its feature, its file in the folder, and the box of voxels that it covers.
#[derive(Serialize)]
struct Map {
    feature: String,
    file: String,
    size: [usize; 3],
}

pub(super) fn run(image: &Path, mask: &Path, options: &Options) -> anyhow::Result<()> {
    let Some(folder) = &options.output.output else {
        bail!(Usage("--voxel writes one file a feature: name their folder with -o".to_owned()));
    };
    refuse_to_mix(folder, options.output.force)?;
    let mut settings = options.settings()?.unwrap_or_default();
    if settings.dialect.ibsi().is_some() {
        bail!(Usage("--voxel: maps of features are PyRadiomics' alone; leave the IBSI dialect out".to_owned()));
    }
    if options.label == Some(Label::All) {
        bail!(Usage("--voxel takes one label at a time".to_owned()));
    }
    let channel = (settings.label_channel > 0).then_some(settings.label_channel);
    let read = read_pair(image, mask, &options.picked().choice(settings.label, channel))?;
    let (image_volume, mask_volume, mut notes) = (read.image, read.mask, read.notes);
    settings.label = read.label;
    let watch = Stoppable::on_signals()?;
    let read = [image, mask].into_iter().flat_map(|path| imaging::sources(path).unwrap_or_default()).collect();
    let mut maps = Maps { folder, read, ending: options.map_format.ending(), written: Vec::new(), failed: None };
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    writing::clear(folder);
    let mut each = |name: &str, map: Volume| {
        maps.write(name, &map);
        watch.stop.fetch_or(maps.failed.is_some(), Ordering::Relaxed);
    };
    let found = radiomics::feature_maps(&image_volume, &mask_volume, &settings, &watch, &mut each);
    watch.end();
    if let Some(error) = maps.failed {
        return Err(error.into());
    }
    let whole = || format!("{} in {}, label {}", image.display(), mask.display(), settings.label);
    notes.extend(found.with_context(whole)?);
    let written = Written { folder: folder.display().to_string(), maps: maps.written, notes };
    options.output.on_stdout().write(&written, || document(&written))
}

/// Maps go to a folder of their own, so that it holds those of one region and one set of parameters.
fn refuse_to_mix(folder: &Path, force: bool) -> anyhow::Result<()> {
    let Ok(mut entries) = folder.read_dir() else {
        anyhow::ensure!(!folder.exists(), "{} is not a folder; --voxel writes one file a feature", folder.display());
        return Ok(());
    };
    if entries.next().is_some() && !force {
        bail!("{} is not empty; name another folder, or --force writes into it", folder.display());
    }
    Ok(())
}

/// The maps written so far.
struct Maps<'a> {
    folder: &'a Path,
    /// What the image and the mask are made of.
    read: Vec<PathBuf>,
    ending: &'static str,
    written: Vec<Map>,
    failed: Option<WriteError>,
}

impl Maps<'_> {
    /// Writes one map, unless an earlier one could not be written.
    fn write(&mut self, name: &str, map: &Volume) {
        if self.failed.is_some() {
            return;
        }
        let file = format!("{name}.{}", self.ending);
        if let Some(input) = writing::is_input(&self.folder.join(&file), &self.read) {
            let reason = io::Error::other("it is read; name another folder");
            self.failed = Some(WriteError::Io { path: input.clone(), reason });
            return;
        }
        match write_image(&self.folder.join(&file), map) {
            Ok(()) => {
                // A map that is lost with the power is worse than one that was never made.
                let _ = File::open(self.folder.join(&file)).and_then(|map| map.sync_all());
                self.written.push(Map { feature: name.to_owned(), file, size: map.geometry.size })
            }
            Err(error) => self.failed = Some(error),
        }
    }
}

/// Stops at the next step after a signal, so that no half a file stays; a second signal ends the process at once.
struct Stoppable {
    stop: Arc<AtomicBool>,
    /// Per cent last shown, where stderr is a terminal.
    shown: Option<AtomicUsize>,
}

impl Stoppable {
    fn on_signals() -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop))?;
            signal_hook::flag::register(signal, Arc::clone(&stop))?;
        }
        Ok(Self { stop, shown: io::stderr().is_terminal().then(AtomicUsize::default) })
    }

    /// Clears the line of progress.
    fn end(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Watch for Stoppable {
    fn step(&self, done: usize, total: usize) -> Result<(), Cancelled> {
        let percent = 100 * done / total.max(1);
        if let Some(shown) = &self.shown
            && shown.swap(percent, Ordering::Relaxed) != percent
        {
            let _ = write!(io::stderr(), "\r{percent} % of kernels");
        }
        if self.stop.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }
}

fn document(written: &Written) -> Document {
    let mut table = Table::new(vec![ColumnSpec::left("Feature"), ColumnSpec::left("Voxels"), ColumnSpec::left("File")]);
    for map in &written.maps {
        let size = map.size.map(|n| n.to_string()).join(" x ");
        table.push(vec![Cell::text(map.feature.clone()), Cell::text(size), Cell::text(map.file.clone())]);
    }
    let title = format!("Maps of {} features in {}", written.maps.len(), written.folder);
    let document = Document::new(title).with(table);
    Document { notes: written.notes.clone(), ..document }
}
