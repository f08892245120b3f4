//! `riskset simulate`: a synthetic study with images and known truth.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::limits::up_to;
use super::{Common, output};
use crate::simulate::{self, Spec};
use watch::Unwatched;

#[derive(Args)]
pub(super) struct Options {
    /// A new folder
    out: PathBuf,
    /// Patients to enrol
    #[arg(long, default_value_t = Spec::default().patients, value_parser = up_to::<100_000>)]
    patients: usize,
    /// Seed: the same seed gives the same bytes
    #[arg(long, default_value_t = Spec::default().seed)]
    seed: u64,
    /// Which study
    #[arg(long, value_enum, default_value = "hcc")]
    preset: Preset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// Hepatocellular carcinoma after resection and TACE
    Hcc,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let Preset::Hcc = options.preset;
    let spec = Spec { patients: options.patients, seed: options.seed };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.threads()).build()?;
    pool.install(|| simulate::simulate(&options.out, spec, &Unwatched))?;
    output::print(&format!("{} patients are in {}", options.patients, options.out.display()))
}
