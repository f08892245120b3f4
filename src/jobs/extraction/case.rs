//! One case: an image, a mask, and how its features come about.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Plan;
use super::regions::{self, RegionKey, Wanted};
use crate::ask::Repeat;
use crate::jobs::cache::{CaseFeatures, CaseKey, Stamp};
use crate::study::{CaseRegions, Cohort, Picked, Study};
use imaging::{self, CaseChoice, Pair, ReadError, VolumeChoice};
use radiomics::{self, ExtractError, Mask, Settings, Volume};
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
    /// Other regions whose features are extracted with those of the one in the mask.
    pub regions: CaseRegions,
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
        let wanted = regions::wanted(&self.regions.specs, &settings);
        for _ in 0..ATTEMPTS {
            let before = self.stamps()?;
            let [image, mask] = [(self.image.as_path(), &before.0[0]), (self.mask.as_path(), &before.0[1])];
            let (key, read) = plan.cache.key(image, mask, &choice, &settings)?;
            let keys = self.keys_of_regions(plan, key, &wanted, &before.1);
            let whole = self.whole(key, &keys);
            let kept = plan.cache.get(whole);
            // Nothing was read.
            if let (Some(features), true) = (&kept, read.is_empty() && keys.iter().all(RegionKey::is_remembered)) {
                return Ok((features.clone(), whole, true));
            }
            let is_known = kept.is_some();
            let found = match kept {
                Some(features) => Ok((features, Vec::new())),
                None => self.worked_out(plan, &choice, &settings, key, (&wanted, &keys), watch),
            };
            // The bytes that were hashed are those that were read, or the key is that of another image.
            if self.stamps()? == before {
                plan.cache.remember(&read);
                keys.iter().for_each(|key| plan.cache.remember(key.read()));
                let (features, made) = found?;
                made.iter().for_each(|(key, features)| plan.cache.put(*key, features));
                if !is_known {
                    plan.cache.put(whole, &features);
                }
                return Ok((features, whole, is_known));
            }
        }
        Err(CaseError::Changed { image: self.image.clone(), mask: self.mask.clone() })
    }

    /// The keys of the regions' features; a mask that cannot be read leaves a region without them.
    fn keys_of_regions(
        &self,
        plan: &Plan,
        lesion: CaseKey,
        wanted: &[Wanted],
        stamps: &[Option<Stamp>],
    ) -> Vec<RegionKey> {
        wanted.iter().map(|wanted| regions::key(&plan.cache, lesion, &self.regions, wanted, stamps)).collect()
    }

    /// What the features of the lesion and those of all regions are kept under together; without regions the lesion's own.
    fn whole(&self, lesion: CaseKey, keys: &[RegionKey]) -> CaseKey {
        if self.regions.specs.is_empty() { lesion } else { regions::whole(lesion, &self.regions.specs, keys) }
    }

    /// The features of the lesion and of all regions, from the cache as far as they are there, and those parts of them that
    /// are new, with their keys.
    fn worked_out(
        &self,
        plan: &Plan,
        choice: &CaseChoice,
        settings: &Settings,
        key: CaseKey,
        (wanted, keys): (&[Wanted], &[RegionKey]),
        watch: &dyn Watch,
    ) -> Result<(CaseFeatures, Vec<(CaseKey, CaseFeatures)>), CaseError> {
        if self.regions.specs.is_empty() {
            let (lesion, _) = self.extract(choice, settings, (None, &[]), (&[], &[]), watch)?;
            return Ok((lesion, Vec::new()));
        }
        let lesion = plan.cache.get(key);
        let kept: Vec<Option<CaseFeatures>> = keys.iter().map(|key| plan.cache.get(key.known()?)).collect();
        let (features, others) = self.extract(choice, settings, (lesion.clone(), &kept), (wanted, keys), watch)?;
        let mut made: Vec<(CaseKey, CaseFeatures)> = Vec::new();
        made.extend(lesion.is_none().then(|| (key, features.clone())));
        for ((key, kept), found) in keys.iter().zip(&kept).zip(&others) {
            made.extend(key.known().filter(|_| kept.is_none()).map(|key| (key, found.clone())));
        }
        Ok((regions::together(&self.regions.specs, settings, wanted, features, &others), made))
    }

    /// Of image and mask, and of the masks of other regions that are there.
    fn stamps(&self) -> Result<([Stamp; 2], Vec<Option<Stamp>>), ReadError> {
        let drawn = self.regions.drawn.iter().map(|drawn| Stamp::of(&drawn.path).ok()).collect();
        Ok(([Stamp::of(&self.image)?, Stamp::of(&self.mask)?], drawn))
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
        let choice = self.choice(&settings);
        let Some(key) = plan.cache.remembered_key(&self.image, &self.mask, &choice, &settings) else { return false };
        let Ok((_, drawn)) = self.stamps() else { return false };
        let wanted = regions::wanted(&self.regions.specs, &settings);
        let keys = self.keys_of_regions(plan, key, &wanted, &drawn);
        plan.cache.get(self.whole(key, &keys)).is_some()
    }

    /// The features of the lesion and of the regions, those that are `kept` already as they are: image and mask are read
    /// once.
    fn extract(
        &self,
        choice: &CaseChoice,
        settings: &Settings,
        kept: (Option<CaseFeatures>, &[Option<CaseFeatures>]),
        (wanted, keys): (&[Wanted], &[RegionKey]),
        watch: &dyn Watch,
    ) -> Result<(CaseFeatures, Vec<CaseFeatures>), CaseError> {
        let Pair { image, mask, label, notes } = imaging::read_pair(&self.image, &self.mask, choice)?;
        let settings = settings_for(&self.image, &choice.volume, settings)?.into_owned();
        let lesion = match kept.0 {
            Some(lesion) => lesion,
            None => of_lesion(&image, &mask, label, notes, &settings, watch)?,
        };
        let open = wanted.iter().zip(kept.1).any(|(_, kept)| kept.is_none());
        let made = match open {
            true => self.regions.made(&self.image, &image.geometry, (&mask, label), settings.geometry_tolerance),
            false => Vec::new(),
        };
        let mut others = Vec::new();
        for ((wanted, key), kept) in wanted.iter().zip(keys).zip(kept.1) {
            let made = made.iter().find(|(name, _)| *name == wanted.name).map(|(_, made)| made);
            others.push(match (kept, key, made) {
                (Some(kept), ..) => kept.clone(),
                (None, RegionKey::Absent(why), _) => wanted.missing(why),
                (None, RegionKey::Known(..), None) => {
                    wanted.missing(&format!("region {}: it was not made", wanted.name))
                }
                (None, RegionKey::Known(..), Some(made)) => {
                    let own = settings_for(&self.image, &choice.volume, &wanted.settings)?.into_owned();
                    regions::extract(&image, made, wanted, &own, watch).map_err(CaseError::of)?
                }
            });
        }
        Ok((lesion, others))
    }
}

/// The features of the region that carries `label`.
fn of_lesion(
    image: &Volume,
    mask: &Mask,
    label: u32,
    mut notes: Vec<String>,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<CaseFeatures, CaseError> {
    // Diagnostics are not kept.
    let settings = Settings { label, additional_info: false, ..settings.clone() };
    let features = radiomics::extract(image, mask, &settings, watch).map_err(CaseError::of)?;
    notes.extend(features.notes);
    let (names, values): (Vec<String>, Vec<f64>) = features.values.into_iter().unzip();
    Ok(CaseFeatures { names: names.into(), values: values.into(), notes: notes.into() })
}

impl CaseError {
    fn of(error: ExtractError) -> Self {
        match error {
            ExtractError::Cancelled(_) => Self::Cancelled,
            other => Self::Extract(other),
        }
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
        let regions = study.regions_of(&files);
        let case = |repeat: Option<Repeat>, mask: &Path| {
            let of = repeat.as_ref().map(|r| format!(" {} {}", r.reader, r.reading)).unwrap_or_default();
            Case {
                name: format!("{} {}{of}", files.patient, files.sequence),
                id: CaseId { patient: files.row, sequence, repeat },
                image: study.resolve(&files.image.path),
                mask: study.resolve(mask),
                picked: files.picked.clone(),
                channel: None,
                regions: regions.clone(),
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
