//! One case: an image, a mask, and how its features come about.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::ask::Repeat;
use crate::jobs::cache::{CaseFeatures, CaseKey, Stamp};
use crate::study::{Cohort, Picked, Study};
use imaging::{self, CaseChoice, Pair, ReadError, VolumeChoice};
use radiomics::{self, ExtractError, Settings};
use watch::Watch;

/// So often a case is begun anew because its files changed meanwhile.
const ATTEMPTS: usize = 3;

/// Which segmentation of which image: patient (row of the cohort), sequence, and repeat if it is one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseId {
    /// Index of the patient.
    pub patient: usize,
    /// Index of the sequence.
    pub sequence: usize,
    /// Which repeated segmentation; `None` is the one that the analysis uses.
    pub repeat: Option<Repeat>,
}

/// A case to be worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Which one it is.
    pub id: CaseId,
    /// What it is called in messages: `P014 DWI`.
    pub name: String,
    /// The image: a file, or a folder with a DICOM series.
    pub image: PathBuf,
    /// The mask.
    pub mask: PathBuf,
    /// Which volume of the image and which region of the mask.
    pub picked: Picked,
    /// The channel of the mask, if not that of the settings.
    pub channel: Option<usize>,
}

/// What happened to a case.
#[derive(Debug, Clone)]
pub enum CaseNews {
    /// It is being worked on.
    Started(CaseId),
    /// It has features.
    Finished {
        /// Which one.
        id: CaseId,
        /// Its features.
        features: CaseFeatures,
        /// What they are kept under in the cache.
        key: CaseKey,
        /// Whether they were in the cache.
        cached: bool,
    },
    /// It has none.
    Failed {
        /// Which one.
        id: CaseId,
        /// Why, with its name in front.
        reason: String,
    },
}

/// Why a case has no features.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Image and mask are read, but give no features.
    #[error(transparent)]
    Extract(ExtractError),
    /// A file is not there or cannot be read.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Image or mask became another one while it was read, again and again.
    #[error("{} or {} changes while it is read; try again when it is whole", image.display(), mask.display())]
    Changed {
        /// The image.
        image: PathBuf,
        /// The mask.
        mask: PathBuf,
    },
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl Case {
    /// The features, from the cache or worked out and kept there; what they are kept under, and true if they were in the
    /// cache.
    pub fn features(&self, plan: &Plan, watch: &dyn Watch) -> Result<(CaseFeatures, CaseKey, bool), CaseError> {
        for path in [&self.image, &self.mask] {
            if let Err(source) = std::fs::metadata(path) {
                return Err(CaseError::Io { path: path.clone(), source });
            }
        }
        let settings = self.settings(plan);
        let choice = self.choice(&settings);
        for _ in 0..ATTEMPTS {
            let before = self.stamps()?;
            let [image, mask] = [(self.image.as_path(), &before[0]), (self.mask.as_path(), &before[1])];
            let (key, read) = plan.cache.key(image, mask, &choice, &settings)?;
            let known = plan.cache.get(key);
            let is_known = known.is_some();
            let features = match known {
                // Nothing was read.
                Some(features) if read.is_empty() => return Ok((features, key, true)),
                Some(features) => Ok(features),
                None => self.extract(&choice, &settings, watch),
            };
            // The bytes that were hashed are those that were read, or the key is that of another image.
            if self.stamps()? == before {
                plan.cache.remember(&read);
                let features = features?;
                if !is_known {
                    plan.cache.put(key, &features);
                }
                return Ok((features, key, is_known));
            }
        }
        Err(CaseError::Changed { image: self.image.clone(), mask: self.mask.clone() })
    }

    fn stamps(&self) -> Result<[Stamp; 2], ReadError> {
        Ok([Stamp::of(&self.image)?, Stamp::of(&self.mask)?])
    }

    /// The plan's settings of the sequence, with the channel of this case.
    fn settings<'p>(&self, plan: &'p Plan) -> Cow<'p, Settings> {
        let of_sequence = plan.settings(self.id.sequence);
        match self.channel {
            Some(label_channel) => Cow::Owned(Settings { label_channel, ..of_sequence.clone() }),
            None => Cow::Borrowed(of_sequence),
        }
    }

    /// What is read of image and mask under `settings`.
    fn choice(&self, settings: &Settings) -> CaseChoice {
        let channel = self.channel.or((settings.label_channel > 0).then_some(settings.label_channel));
        self.picked.choice(settings.label, channel)
    }

    /// About how much work the case is, in bytes of image and mask; slices of a folder count as large as one of them.
    pub fn cost(&self) -> u64 {
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
        let of = |path: &Path| match std::fs::read_dir(path) {
            Ok(entries) => {
                let mut entries = entries.flatten();
                let first = entries.next().map_or(0, |entry| size(&entry.path()));
                first * (1 + entries.count() as u64)
            }
            Err(_) => size(path),
        };
        of(&self.image) + of(&self.mask)
    }

    /// True if the features are in the cache, as far as can be told without reading image and mask.
    pub fn is_known(&self, plan: &Plan) -> bool {
        let settings = self.settings(plan);
        let key = plan.cache.remembered_key(&self.image, &self.mask, &self.choice(&settings), &settings);
        key.and_then(|key| plan.cache.get(key)).is_some()
    }

    fn extract(&self, choice: &CaseChoice, settings: &Settings, watch: &dyn Watch) -> Result<CaseFeatures, CaseError> {
        let Pair { image, mask, label, mut notes } = imaging::read_pair(&self.image, &self.mask, choice)?;
        // Diagnostics are not kept.
        let settings = settings_for(&self.image, &choice.volume, settings)?.into_owned();
        let settings = Settings { label, additional_info: false, ..settings };
        let features = radiomics::extract(&image, &mask, &settings, watch).map_err(|error| match error {
            ExtractError::Cancelled(_) => CaseError::Cancelled,
            other => CaseError::Extract(other),
        })?;
        notes.extend(features.notes);
        let (names, values): (Vec<String>, Vec<f64>) = features.values.into_iter().unzip();
        Ok(CaseFeatures { names: names.into(), values: values.into(), notes: notes.into() })
    }
}

/// `settings` for the image at `path`: where those of the IBSI dialect leave it to the image whether intensities are
/// rounded, they are if its header says that it is a CT. NIfTI and NRRD do not say.
pub fn settings_for<'s>(
    path: &Path,
    volume: &VolumeChoice,
    settings: &'s Settings,
) -> Result<Cow<'s, Settings>, ReadError> {
    if settings.dialect.ibsi().is_none_or(|ibsi| ibsi.round.is_some()) {
        return Ok(Cow::Borrowed(settings));
    }
    let is_ct = imaging::modality(path, volume)?.as_deref() == Some("CT");
    let mut settings = settings.clone();
    if let Some(ibsi) = settings.dialect.ibsi_mut() {
        ibsi.round = Some(is_ct);
    }
    Ok(Cow::Owned(settings))
}

/// Every case of a study: first the segmentations that the analysis uses, patient by patient, then the repeated ones.
///
/// Patients without image and mask are left out: they are among the study's problems.
pub fn cases_of(study: &Study, cohort: &Cohort) -> Vec<Case> {
    let sequences: Vec<&str> = study.sequence_names().collect();
    let mut first = Vec::new();
    let mut repeated = Vec::new();
    for files in study.files(cohort) {
        let Some(sequence) = sequences.iter().position(|name| *name == files.sequence) else { continue };
        let case = |repeat: Option<Repeat>, mask: &Path| {
            let of = repeat.as_ref().map(|r| format!(" {} {}", r.reader, r.reading)).unwrap_or_default();
            Case {
                name: format!("{} {}{of}", files.patient, files.sequence),
                id: CaseId { patient: files.row, sequence, repeat },
                image: study.resolve(&files.image.path),
                mask: study.resolve(mask),
                picked: files.picked.clone(),
                channel: None,
            }
        };
        if files.is_complete() {
            first.push(case(None, &files.mask.path));
        }
        if files.image.exists {
            repeated.extend(files.repeats.iter().map(|r| {
                let repeat = Repeat {
                    reader: r.reader.clone().unwrap_or_default(),
                    reading: r.reading.clone().unwrap_or_default(),
                };
                case(Some(repeat), &r.path)
            }));
        }
    }
    first.extend(repeated);
    first
}
