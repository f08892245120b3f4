//! `riskset extract`: radiomic features of one case, of a study, or of a table of cases; maps of features.

mod batch;
mod images;
mod one;
pub(super) mod progress;
mod settle;
mod slurm;
mod study;
mod table;
mod voxel;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use self::settle::{Settled, settle};
use self::table::{errors_file, is_table_of_errors};
use super::output::{Output, refuse_inputs};
use super::{Common, Usage};
use crate::jobs::cache::Cache;
use crate::jobs::extraction::{Case, Plan};
use crate::study::{Picked, RegionSpec};
use radiomics::{Settings, ibsi};

#[derive(Args)]
pub(super) struct Options {
    /// An image and its mask, or a study: its folder or study.toml
    #[arg(value_name = "IMAGE MASK | STUDY", num_args = 0..=2, required_unless_present = "batch")]
    paths: Vec<PathBuf>,
    /// A table of cases with columns Image, Mask and, if need be, Label and Label_channel; others are copied through
    #[arg(long, value_name = "CSV", conflicts_with = "paths")]
    batch: Option<PathBuf>,
    /// PyRadiomics' parameter file (YAML or JSON)
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    params: Option<PathBuf>,
    /// A named set of parameters
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// By whose definitions features are computed; a parameter file may say so itself (setting: dialect)
    #[arg(long, value_enum, conflicts_with = "preset")]
    dialect: Option<Dialect>,
    /// How columns of the IBSI dialect are called
    #[arg(long, value_enum, default_value = "full")]
    names: Names,
    /// Write each image that features are computed on to this folder, as <image>.nii.gz in single precision
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["batch", "voxel"])]
    save_images: Option<PathBuf>,
    /// The region of the mask: its label, its name in a structure set or segmentation, or `all` for every one that is there
    #[arg(long, value_name = "N|NAME|all", allow_hyphen_values = true)]
    label: Option<Label>,
    /// The name of the region, also a pattern with * and ?; given several times, the first that is there
    #[arg(long, value_name = "NAME", conflicts_with = "label")]
    region: Vec<String>,
    /// The volume of the image, where a DICOM folder holds several series, by the description of its own; also a pattern
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// The volume of the image, where it holds several, by its number in the list that is printed then
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    volume: Option<u32>,
    /// The volume of the image by its diffusion weighting in s/mm²
    #[arg(long, value_name = "B")]
    b_value: Option<f64>,
    /// From which value on a mask of fractions is region
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    mask_threshold: Option<f64>,
    /// Also say where image and mask come from and what was done to them (diagnostics_*)
    #[arg(long)]
    diagnostics: bool,
    /// Cases worked on at the same time; by default as many as threads
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Write a map of each feature around every voxel of the region to the folder named by -o
    #[arg(long, conflicts_with_all = ["batch", "diagnostics"])]
    voxel: bool,
    /// The format of the maps
    #[arg(long, value_enum, default_value = "nii.gz", requires = "voxel")]
    map_format: voxel::MapFormat,
    #[command(flatten)]
    cluster: slurm::SlurmOptions,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// PyRadiomics' defaults: the original image, bin width 25, 107 features
    Default,
    /// 1 mm isotropic, bin width 25, 18 images, 1,688 features
    Paper,
    /// IBSI for CT: 1 mm by cubic spline, -1000 to 400 HU, bins of 25 HU
    IbsiCt,
    /// IBSI for MR: 1 mm by cubic spline, without outliers beyond 3 standard deviations, 32 bins
    IbsiMr,
}

/// By whose definitions features are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dialect {
    /// PyRadiomics 3.0.1
    Pyradiomics,
    /// The image biomarker standardisation initiative
    Ibsi,
}

/// How columns of the IBSI dialect are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Names {
    /// original_glcm_JointMaximum_3D_avg
    Full,
    /// By the initiative's codes: original_GYBY_ITBB
    Ibsi,
}

/// Which region of a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Label {
    All,
    One(i64),
    Named(String),
}

impl std::str::FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(label) => Ok(Self::One(label)),
            _ if text.eq_ignore_ascii_case("all") => Ok(Self::All),
            _ if text.trim().is_empty() => Err("write a number, a name, or all".to_owned()),
            _ => Ok(Self::Named(text.to_owned())),
        }
    }
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if options.voxel {
        return match options.paths.as_slice() {
            [image, mask] => voxel::run(image, mask, options),
            _ => bail!(Usage("--voxel takes one image and its mask".to_owned())),
        };
    }
    if let Some(path) = options.table() {
        options.output.refuse_to_replace(path)?;
        let errors = errors_file(path);
        if errors.exists() && !is_table_of_errors(&errors) {
            bail!("{} is no table of errors, and failures would be written there; name another file", errors.display());
        }
    }
    match (&options.batch, options.paths.as_slice()) {
        (Some(table), _) => batch::run(table, options, common),
        (None, [_]) if options.save_images.is_some() => {
            bail!(Usage("--save-images is for one image and its mask".to_owned()))
        }
        (None, [study]) => study::run(study, options, common),
        (None, [_, _]) if options.cluster.slurm => {
            bail!(Usage("--slurm is for a study or for --batch CSV".to_owned()))
        }
        (None, [image, mask]) => one::run(image, mask, options),
        _ => bail!(Usage("name an image and its mask, a study, or --batch CSV".to_owned())),
    }
}

impl Options {
    /// The settings that the options name; none if they name none.
    fn settings(&self) -> anyhow::Result<Option<Settings>> {
        match (&self.params, self.preset, self.dialect) {
            (Some(path), ..) => parameters(path, self.dialect).map(Some),
            (None, Some(Preset::Paper), _) => Ok(Some(Settings::paper())),
            (None, Some(Preset::Default), _) => Ok(Some(Settings::default())),
            (None, Some(Preset::IbsiCt), _) => Ok(Some(Settings::by_ibsi(ibsi::Settings::ct()))),
            (None, Some(Preset::IbsiMr), _) => Ok(Some(Settings::by_ibsi(ibsi::Settings::mr()))),
            (None, None, Some(Dialect::Ibsi)) => Ok(Some(Settings::by_ibsi(ibsi::Settings::default()))),
            (None, None, Some(Dialect::Pyradiomics)) => Ok(Some(Settings::default())),
            (None, None, None) => Ok(None),
        }
    }

    /// An error if `--names` asks for codes that no feature of `settings` has.
    fn check_names(&self, settings: &Settings) -> anyhow::Result<()> {
        if self.names == Names::Ibsi && settings.dialect.ibsi().is_none() {
            bail!(Usage("--names ibsi: PyRadiomics' features have no codes; ask for --dialect ibsi".to_owned()));
        }
        Ok(())
    }

    /// What the column `name` is called.
    fn named(&self, name: &str) -> String {
        let code = (self.names == Names::Ibsi).then(|| ibsi::coded(name)).flatten();
        code.unwrap_or_else(|| name.to_owned())
    }

    /// The file that the table goes to; a task of a job array writes none.
    fn table(&self) -> Option<&Path> {
        self.output.file().filter(|_| self.cluster.array_task.is_none())
    }

    /// An error if the table, or that of the failures beside it, is what is read: one of `inputs`, a part of an image
    /// among them, the table of cases, or the parameters.
    fn refuse_inputs(&self, inputs: &[&Path]) -> anyhow::Result<()> {
        let Some(table) = self.table() else { return Ok(()) };
        let written = [table.to_owned(), errors_file(table)];
        if !written.iter().any(|path| path.exists()) {
            return Ok(());
        }
        let mut all: Vec<PathBuf> = self.batch.iter().chain(&self.params).cloned().collect();
        for input in inputs {
            all.push(input.to_path_buf());
            // What cannot be read is said when it is read.
            all.extend(imaging::sources(input).unwrap_or_default());
        }
        written.iter().try_for_each(|path| refuse_inputs(path, &all))
    }

    /// What all cases have in common, for many of them.
    fn plan(&self, settings: Vec<Settings>, common: &Common) -> anyhow::Result<Plan> {
        if self.diagnostics {
            bail!(Usage("--diagnostics is for one image and mask: they are not kept in the cache".to_owned()));
        }
        let folder = std::path::absolute(common.places().cache())?;
        Ok(Plan::by_sequence(settings, Cache::new(folder)))
    }

    /// Which volume and region the options name; `--label all` names none.
    fn picked(&self) -> Picked {
        let region = match &self.label {
            Some(Label::One(number)) => RegionSpec::Number(*number),
            Some(Label::Named(name)) => RegionSpec::Named(vec![name.clone()]),
            Some(Label::All) | None if self.region.is_empty() => RegionSpec::Assumed,
            Some(Label::All) | None => RegionSpec::Named(self.region.clone()),
        };
        let volume = self.volume.map(|n| n as usize);
        Picked { region, series: self.series.clone(), volume, b_value: self.b_value, threshold: self.mask_threshold }
    }

    /// Brings `cases` to their end, here or on a cluster.
    fn settle(&self, cases: Vec<Case>, plan: Plan, common: &Common) -> anyhow::Result<Settled> {
        let jobs = self.jobs.unwrap_or_else(|| common.threads()).max(1);
        if self.cluster.slurm {
            return slurm::on_cluster(cases, plan, &self.cluster, jobs);
        }
        settle(cases, plan, jobs, |_| Ok(()))
    }
}

fn parameters(path: &Path, dialect: Option<Dialect>) -> anyhow::Result<Settings> {
    let text = crate::study::parameters_text(path).with_context(|| path.display().to_string())?;
    let read = match dialect {
        None => Settings::from_parameters(&text),
        Some(dialect) => Settings::from_parameters_by(&text, dialect == Dialect::Ibsi),
    };
    read.map_err(|errors| {
        let named: Vec<String> = errors.0.iter().map(|error| format!("{}: {error}", path.display())).collect();
        anyhow::anyhow!(named.join("\n"))
    })
}
