//! Which files belong to which patient and sequence, and which of them are there.

mod absent;
mod folders;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tables::Frame;

use self::folders::Folders;

use super::cohort::Cohort;
use super::spec::{DerivedRegion, Picked, RegionShape, SequenceSpec, Study};
use super::template;

/// The files of one patient and sequence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseFiles {
    /// The patient's row in the cohort.
    pub row: usize,
    /// The patient's id.
    pub patient: String,
    /// The sequence's name.
    pub sequence: String,
    /// The image.
    pub image: FoundFile,
    /// The mask.
    pub mask: FoundFile,
    /// Which volume of the image and which region of the mask are meant.
    pub picked: Picked,
    /// Repeated segmentations that are there, by reader and reading.
    pub repeats: Vec<RepeatFile>,
    /// Masks of other regions of the case, by their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<RegionFile>,
}

/// A file, or a folder of a DICOM series, that a template names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFile {
    /// Its path, from the study's folder.
    pub path: PathBuf,
    /// Whether it is there, and the only one that the template may mean.
    pub exists: bool,
    /// What is there instead of it: the paths that a template with `*` may mean, or that of a number with zeros in front.
    pub instead: Vec<PathBuf>,
    /// Digits of the number with zeros in front; 0 if it is not that.
    pub digits: usize,
}

/// The mask of a region that is drawn beside the lesion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionFile {
    /// The region.
    pub region: String,
    /// Its mask.
    pub mask: FoundFile,
    /// Which region of that.
    pub picked: Picked,
}

/// A repeated segmentation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RepeatFile {
    /// Who drew it, if the template says.
    pub reader: Option<String>,
    /// Which time it was drawn, if the template says.
    pub reading: Option<String>,
    /// Its path, from the study's folder.
    pub path: PathBuf,
}

impl CaseFiles {
    /// Whether both image and mask are there.
    pub fn is_complete(&self) -> bool {
        self.image.exists && self.mask.exists
    }
}

impl Study {
    /// The files of every patient of `cohort` and every sequence, patients in row order, sequences in the study's.
    pub fn files(&self, cohort: &Cohort) -> Vec<CaseFiles> {
        let Some(images) = &self.images else { return Vec::new() };
        let mut folders = Folders::default();
        let mut files = Vec::with_capacity(cohort.len() * images.sequences.len());
        for (row, patient) in cohort.ids().iter().enumerate() {
            for sequence in &images.sequences {
                files.push(self.case(cohort.frame(), row, patient, sequence, &mut folders));
            }
        }
        files
    }

    /// The files of one patient (a row of `cohort`) and one sequence; `None` if there is no such.
    pub fn files_of(&self, cohort: &Cohort, row: usize, sequence: usize) -> Option<CaseFiles> {
        let sequence = self.images.as_ref()?.sequences.get(sequence)?;
        let patient = cohort.ids().get(row)?;
        Some(self.case(cohort.frame(), row, patient, sequence, &mut Folders::default()))
    }

    fn case(
        &self,
        frame: &Frame,
        row: usize,
        patient: &str,
        sequence: &SequenceSpec,
        folders: &mut Folders,
    ) -> CaseFiles {
        let value = |name: &str| match name {
            "id" => Some(patient.to_owned()),
            "sequence" => Some(sequence.name.clone()),
            "reader" | "reading" => None,
            column => frame.get(column)?.values.text(row),
        };
        let strays = leaves_folder(patient);
        let mut found = |template: &str| {
            let path = PathBuf::from(template::fill(template, value));
            if strays {
                return FoundFile { path, exists: false, instead: Vec::new(), digits: 0 };
            }
            if template.contains('*') {
                return folders.find(&self.folder, path);
            }
            let exists = self.resolve(&path).exists();
            let (mut instead, mut digits) = (Vec::new(), 0);
            if !exists {
                // Spreadsheets drop the zeros of 001.
                let with_zeros = (patient.len() + 1..=template::MOST_DIGITS).map(|digits| {
                    let id = template::padded(patient.to_owned(), digits);
                    let id = |name: &str| if name == "id" { Some(id.clone()) } else { value(name) };
                    (digits, PathBuf::from(template::fill(template, id)))
                });
                let there = |(_, other): &(usize, PathBuf)| *other != path && self.resolve(other).exists();
                if let Some((found, other)) = with_zeros.into_iter().find(there) {
                    instead.push(other);
                    digits = found;
                }
            }
            FoundFile { path, exists, instead, digits }
        };
        let (image, mask) = (found(&sequence.image), found(&sequence.mask));
        let drawn = |region: &DerivedRegion| {
            let RegionShape::Drawn(template, own) = &region.shape else { return None };
            let mask = template.as_ref().map_or_else(|| mask.clone(), |template| found(template));
            // The volume is the image's own.
            let picked = Picked { region: own.region.clone(), threshold: own.threshold, ..sequence.picked.clone() };
            Some(RegionFile { region: region.name.clone(), mask, picked })
        };
        let regions = self.images.iter().flat_map(|images| &images.regions).filter_map(drawn).collect();
        let repeats = sequence.repeats.as_ref().map(|template| template::fill(template, value));
        CaseFiles {
            row,
            patient: patient.to_owned(),
            sequence: sequence.name.clone(),
            image,
            mask,
            picked: sequence.picked.clone(),
            regions,
            repeats: repeats
                .filter(|_| !strays)
                .map(|template| folders.matches(&self.folder, &template))
                .unwrap_or_default(),
        }
    }
}

/// Whether an id, put into a path, would lead to another folder than the path says.
fn leaves_folder(id: &str) -> bool {
    id.starts_with(['/', '\\']) || id.split(['/', '\\']).any(|part| part == "..")
}
