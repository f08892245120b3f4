//! The image files and DICOM folders below a folder.

use std::collections::BTreeMap;
use std::path::Path;

use imaging::read::dicom::{ContentKind, contents};

const IMAGE_ENDINGS: [&str; 7] = [".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".hdr"];
/// Endings that DICOM files have; most have none.
const DICOM_ENDINGS: [&str; 3] = [".dcm", ".ima", ".dicom"];
const DEEPEST: usize = 8;
const MOST_FILES: usize = 50_000;
/// Headers that are read of one folder.
const MOST_READ: usize = 6;

/// Something that may be an image or a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path from the folder: a file, or a folder of DICOM files.
    pub path: String,
    /// What is known of it if it is DICOM.
    pub dicom: Option<Dicom>,
}

/// A folder of DICOM files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Dicom {
    /// Its images: description of the series, or the modality.
    pub image: Option<String>,
    /// The names of its regions, if it has a structure set or segmentation.
    pub regions: Option<Vec<String>>,
}

/// `path` without the ending of an image file.
pub(super) fn stem(path: &str) -> &str {
    let lower = path.to_lowercase();
    let ending = IMAGE_ENDINGS.iter().find(|ending| lower.ends_with(*ending)).map_or(0, |ending| ending.len());
    &path[..path.len() - ending]
}

/// What lies below `folder`, by paths from it.
pub(super) fn below(folder: &Path) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut seen = 0;
    list(folder, "", 0, &mut seen, &mut entries);
    entries
}

fn list(folder: &Path, below: &str, depth: usize, seen: &mut usize, entries: &mut Vec<Entry>) {
    let Ok(listed) = std::fs::read_dir(folder) else { return };
    let mut listed: Vec<_> = listed.flatten().collect();
    listed.sort_by_key(std::fs::DirEntry::file_name);
    // Files that may be DICOM: what their names begin with, name and size.
    let mut slices: Vec<(String, String, u64)> = Vec::new();
    for entry in listed {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if *seen >= MOST_FILES || name.starts_with('.') {
            continue;
        }
        *seen += 1;
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let lower = name.to_lowercase();
        let Ok(kind) = std::fs::metadata(entry.path()) else { continue };
        if kind.is_dir() {
            if depth < DEEPEST {
                list(&entry.path(), &path, depth + 1, seen, entries);
            }
        } else if IMAGE_ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
            entries.push(Entry { path, dicom: None });
        } else if DICOM_ENDINGS.iter().any(|ending| lower.ends_with(ending)) || !lower.contains('.') || is_uid(&lower) {
            let start = lower.chars().take_while(|c| c.is_alphabetic()).collect();
            slices.push((start, name, kind.len()));
        }
    }
    if !below.is_empty()
        && let Some(dicom) = dicom(folder, &slices)
    {
        entries.push(Entry { path: below.to_owned(), dicom: Some(dicom) });
    }
}

/// What DICOM files of a folder hold, by the headers of a few: one of each way of naming, and that of the oddest size.
fn dicom(folder: &Path, slices: &[(String, String, u64)]) -> Option<Dicom> {
    let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
    for (start, name, _) in slices {
        chosen.entry(start).or_insert(name);
    }
    let mut sizes: Vec<u64> = slices.iter().map(|(.., size)| *size).collect();
    sizes.sort_unstable();
    let usual = sizes.get(sizes.len() / 2).copied()?;
    let odd = slices.iter().max_by_key(|(.., size)| size.abs_diff(usual));
    let names = chosen.into_values().take(MOST_READ).chain(odd.map(|(_, name, _)| name.as_str()));
    let mut found = Dicom::default();
    for name in names {
        let path = folder.join(name);
        let Some(contents) = imaging::is_dicom(&path).then(|| contents(&path).ok()).flatten() else { continue };
        match contents.kind {
            ContentKind::Image => {
                let described = [contents.description, contents.modality].into_iter().find(|text| !text.is_empty());
                found.image = found.image.or(described.or_else(|| Some("image".to_owned())));
            }
            ContentKind::Regions(names) => found.regions = Some(names),
            ContentKind::Other => {}
        }
    }
    (found != Dicom::default()).then_some(found)
}

/// A name of numbers and dots, as series and instances have.
pub(super) fn is_uid(name: &str) -> bool {
    name.len() > 20 && name.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}
