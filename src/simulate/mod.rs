//! A synthetic study with images and known truth: the same seed gives the same bytes on any machine.
//!
//! The clinical marginals follow a published study of recurrence of hepatocellular carcinoma after resection and
//! adjuvant TACE (149 patients: 81 training, 36 internal and 32 external validation, of 380 screened). No value is a
//! patient's. Everything random comes from named streams of one seed; functions beyond `+ - * /` and square roots
//! come from `libm`, so that no machine's own library changes a bit.

mod clinical;
mod files;
mod lesion;
mod patient;
mod texts;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use imaging::WriteError;
use watch::{Cancelled, Watch};

pub use patient::{Centre, Patient};

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Patients that are enrolled; more are screened, in the proportion 380 : 149.
    pub patients: usize,
    /// Seed of everything random.
    pub seed: u64,
}

impl Default for Spec {
    fn default() -> Self {
        Self { patients: 149, seed: 1 }
    }
}

/// Why there is no synthetic study.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The folder holds something already.
    #[error("{} is not empty: choose a new folder", .0.display())]
    NotEmpty(PathBuf),
    /// Too few patients to divide into cohorts.
    #[error("a study of {0} patients cannot be divided into cohorts: ask for at least 12")]
    TooFew(usize),
    /// A file cannot be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An image cannot be written.
    #[error(transparent)]
    Image(#[from] WriteError),
    /// Somebody asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// The image sequences, in order.
pub const SEQUENCES: [&str; 3] = ["T2WI", "DWI", "AP"];

/// Patients with repeated segmentations, of 149.
const REPEATED: usize = 40;

/// Writes a study into the new or empty folder `out`, all of it or nothing.
pub fn simulate(out: &Path, spec: Spec, watch: &dyn Watch) -> Result<(), SimulateError> {
    if spec.patients < 12 {
        return Err(SimulateError::TooFew(spec.patients));
    }
    files::new_folders(out)?;
    let written = write(out, spec, watch);
    if written.is_err() {
        files::clear(out);
    }
    written
}

fn write(out: &Path, spec: Spec, watch: &dyn Watch) -> Result<(), SimulateError> {
    let patients = patient::screened(spec);
    let enrolled: Vec<&Patient> = patients.iter().filter(|p| p.is_enrolled()).collect();
    let repeated = (spec.patients * REPEATED).div_ceil(149);
    files::write(&out.join("clinical.csv"), clinical::table(&patients).as_bytes())?;
    files::write(&out.join("truth.csv"), clinical::truth(&patients).as_bytes())?;
    files::write(&out.join("study.toml"), texts::study(spec).as_bytes())?;
    files::write(&out.join("README.md"), texts::readme(spec, patients.len()).as_bytes())?;
    let written: Result<Vec<()>, SimulateError> = enrolled
        .par_iter()
        .enumerate()
        .map(|(i, patient)| {
            watch.step(i, enrolled.len())?;
            (0..SEQUENCES.len()).try_for_each(|sequence| {
                let lesion = lesion::Lesion::of(spec.seed, patient, sequence);
                files::write_case(out, patient, SEQUENCES[sequence], &lesion, i < repeated)
            })
        })
        .collect();
    written.map(drop)
}
