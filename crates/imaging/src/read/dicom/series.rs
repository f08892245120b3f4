//! Which planes make one volume, and how the volumes of a folder are told apart.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use dicom_object::DefaultDicomObject;

use super::super::ReadError;
use super::attributes::text;
use super::plane::{Plane, TRAITS, planes};

/// Planes of one series, size and orientation, each at a place of its own.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    /// What the user sees of it: `CT "abdomen venous", 120 slices of 512 x 512`.
    pub title: String,
    pub planes: Vec<Plane>,
}

/// Positions closer than this share of a millimetre are the same.
const SAME_PLACE: f64 = 1e-3;

/// Objects that have rows and columns and yet are not images of the patient.
const NOT_IMAGES: [&str; 2] = [uids::SEGMENTATION_STORAGE, uids::RT_DOSE_STORAGE];

/// The image volumes among the files whose headers are given.
pub(super) fn stacks<'a>(headers: impl Iterator<Item = (&'a Path, &'a DefaultDicomObject)>) -> Vec<Stack> {
    let mut groups: BTreeMap<String, Stack> = BTreeMap::new();
    for (path, header) in headers {
        if text(header, tags::SOP_CLASS_UID).is_some_and(|class| NOT_IMAGES.contains(&class.as_str())) {
            continue;
        }
        let series = text(header, tags::SERIES_INSTANCE_UID).unwrap_or_default();
        let number = text(header, tags::SERIES_NUMBER).and_then(|n| n.parse::<i64>().ok()).unwrap_or(i64::MAX);
        for plane in planes(path, header) {
            let turned = plane.orientation.map(|o| o.map(|x| (x * 100.0).round() as i64));
            // Scouts in several directions are often put into one series.
            let key = format!("{number:020} {series} {} {} {turned:?}", plane.columns, plane.rows);
            let stack = groups.entry(key).or_insert_with(|| Stack { title: title(header), planes: Vec::new() });
            stack.planes.push(plane);
        }
    }
    groups.into_values().flat_map(split).collect()
}

/// The volume that `chosen`, a file, belongs to, or the only one of a folder.
pub(super) fn choose(path: &Path, mut stacks: Vec<Stack>, chosen: Option<&Path>) -> Result<Stack, ReadError> {
    if let Some(file) = chosen {
        stacks.retain(|s| s.planes.iter().any(|p| &*p.file == file));
    }
    // Screenshots and reports as images have no place in the patient: they are read only where nothing else is.
    let placed = |s: &Stack| s.planes.iter().all(|p| p.position.is_some() && p.format.is_grey());
    if stacks.iter().any(placed) {
        stacks.retain(placed);
    }
    match stacks.len() {
        0 => Err(ReadError::malformed(path, "there is no DICOM image in it", "give the folder of an image series")),
        1 => Ok(stacks.swap_remove(0)),
        _ => Err(ReadError::SeveralVolumes { path: path.to_owned(), volumes: stacks.iter().map(described).collect() }),
    }
}

fn title(header: &DefaultDicomObject) -> String {
    let modality = text(header, tags::MODALITY).unwrap_or_else(|| "image".to_owned());
    match text(header, tags::SERIES_DESCRIPTION) {
        Some(description) => format!("{modality} \"{description}\""),
        None => modality,
    }
}

fn described(stack: &Stack) -> String {
    let first = &stack.planes[0];
    let name = first.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let Plane { columns, rows, .. } = first;
    format!("{}, {} slices of {columns} x {rows} (for example {name})", stack.title, stack.planes.len())
}

/// Copies of an instance are dropped; planes at the same place are put into volumes of their own by the first
/// attribute that tells them apart.
fn split(mut stack: Stack) -> Vec<Stack> {
    let mut seen = std::collections::BTreeSet::new();
    stack.planes.retain(|p| p.instance.is_empty() || seen.insert((p.instance.clone(), p.frame)));
    if !shares_places(&stack.planes) {
        return vec![stack];
    }
    for (t, (name, _)) in TRAITS.iter().enumerate() {
        let mut groups: BTreeMap<&str, Vec<Plane>> = BTreeMap::new();
        for plane in &stack.planes {
            groups.entry(&plane.traits[t]).or_default().push(plane.clone());
        }
        if groups.len() > 1 && groups.values().all(|planes| !shares_places(planes)) {
            let part = |(value, planes)| Stack { title: format!("{}, {name} {value}", stack.title), planes };
            return groups.into_iter().map(part).collect();
        }
    }
    vec![stack]
}

/// True if two planes lie at the same height.
fn shares_places(planes: &[Plane]) -> bool {
    let [.., normal] = planes[0].axes();
    let mut heights: Vec<f64> = planes.iter().map(|p| p.height(normal)).collect();
    heights.sort_by(f64::total_cmp);
    heights.windows(2).any(|pair| pair[1] - pair[0] < SAME_PLACE)
}
