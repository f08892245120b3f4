//! Which planes make one volume, and how the volumes of a folder are told apart.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dicom_dictionary_std::{tags, uids};
use dicom_object::DefaultDicomObject;

use super::super::choice::Described;
use super::super::{ReadError, VolumeChoice};
use super::attributes::text;
use super::plane::{Kind, Plane, planes};
use super::traits::TRAITS;

/// Planes of one series, size and orientation, each at a place of its own.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    /// What the user sees of it: `CT "abdomen venous"`.
    pub title: String,
    /// The description of its series.
    pub series: String,
    pub planes: Vec<Plane>,
}

/// Positions closer than this share of a millimetre are the same.
const SAME_PLACE: f64 = 1e-3;

/// The image volumes among the files whose headers are given.
pub(super) fn stacks<'a>(headers: impl Iterator<Item = (&'a Path, &'a DefaultDicomObject)>) -> Vec<Stack> {
    let mut groups: BTreeMap<String, Stack> = BTreeMap::new();
    for (path, header) in headers {
        if text(header, tags::SOP_CLASS_UID).is_some_and(|class| class == uids::SEGMENTATION_STORAGE) {
            continue;
        }
        let series = text(header, tags::SERIES_INSTANCE_UID).unwrap_or_default();
        let number = text(header, tags::SERIES_NUMBER).and_then(|n| n.parse::<i64>().ok()).unwrap_or(i64::MAX);
        for plane in planes(path, header) {
            let turned = plane.orientation.map(|o| o.map(|x| (x * 100.0).round() as i64));
            // Scouts in several directions are often put into one series.
            let Plane { columns, rows, stack, .. } = &plane;
            let key = format!("{number:020} {series} {columns} {rows} {turned:?} {stack}");
            let series = text(header, tags::SERIES_DESCRIPTION).unwrap_or_default();
            let new = || Stack { title: title(header), series, planes: Vec::new() };
            let stack = groups.entry(key).or_insert_with(new);
            stack.planes.push(plane);
        }
    }
    groups.into_values().flat_map(split).collect()
}

/// The volume that `chosen`, a file, belongs to, or the one of a folder that `choice` names.
pub(super) fn choose(
    path: &Path,
    mut stacks: Vec<Stack>,
    chosen: Option<&Path>,
    choice: &VolumeChoice,
) -> Result<Stack, ReadError> {
    if let Some(file) = chosen {
        stacks.retain(|s| s.planes.iter().any(|p| &*p.file == file));
    }
    // Doses, mosaics, screenshots and reports as images are read only where nothing else is.
    let placed = |s: &Stack| s.planes.iter().all(|p| p.position.is_some() && p.format.is_grey());
    let image = |s: &Stack| placed(s) && s.planes.iter().all(|p| matches!(p.kind, Kind::Image | Kind::Map));
    for better in [&image as &dyn Fn(&Stack) -> bool, &placed] {
        if stacks.iter().any(better) {
            stacks.retain(better);
        }
    }
    if stacks.is_empty() {
        return Err(ReadError::malformed(path, "there is no DICOM image in it", "give the folder of an image series"));
    }
    let described: Vec<Described> = stacks.iter().map(Stack::described).collect();
    let files: BTreeSet<&Path> = stacks.iter().flat_map(|s| &s.planes).map(|p| &*p.file).collect();
    let by_file = (files.len() > 1).then_some("or the path of one of its files instead of the folder");
    let by_file = by_file.filter(|_| stacks.iter().all(|s| s.planes[0].frame == 0));
    choice.of(path, &described, by_file).map(|i| stacks.swap_remove(i))
}

fn title(header: &DefaultDicomObject) -> String {
    let modality = text(header, tags::MODALITY).unwrap_or_else(|| "image".to_owned());
    match text(header, tags::SERIES_DESCRIPTION) {
        Some(description) => format!("{modality} \"{description}\""),
        None => modality,
    }
}

impl Stack {
    /// The diffusion weighting of all its planes.
    pub fn b_value(&self) -> Option<f64> {
        let first = self.planes[0].b_value;
        first.filter(|_| self.planes.iter().all(|p| p.b_value == first))
    }

    /// `MR "diffusion", b-value 800, 24 slices of 128 x 128 (for example 025.dcm)`.
    fn described(&self) -> Described {
        let first = &self.planes[0];
        let name = first.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let Plane { columns, rows, .. } = first;
        let words = format!("{}, {} slices of {columns} x {rows} (for example {name})", self.title, self.planes.len());
        Described { b_value: self.b_value(), series: self.series.clone(), words }
    }
}

/// Copies of an instance are dropped; planes at the same place are put into volumes of their own by the fewest
/// attributes that tell them apart, those first that give volumes of equal size.
fn split(mut stack: Stack) -> Vec<Stack> {
    let mut seen = BTreeSet::new();
    stack.planes.retain(|p| p.instance.is_empty() || seen.insert((p.instance.clone(), p.frame)));
    let places = places(&stack.planes);
    if places == stack.planes.len() {
        return vec![stack];
    }
    let differ = |t: &usize| stack.planes.iter().any(|p| p.traits[*t] != stack.planes[0].traits[*t]);
    let differing: Vec<usize> = (0..TRAITS.len()).filter(differ).collect();
    let n = differing.len();
    let singles = (0..n).map(|i| vec![differing[i]]);
    let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| [i, j]));
    let triples = (0..n).flat_map(|i| (i + 1..n).flat_map(move |j| (j + 1..n).map(move |k| [i, j, k])));
    let pairs = pairs.map(|ij| ij.map(|i| differing[i]).to_vec());
    let triples = triples.map(|ijk| ijk.map(|i| differing[i]).to_vec());
    let ways: Vec<Vec<usize>> = singles.chain(pairs).chain(triples).collect();
    let equal = |groups: &[Group]| groups.iter().all(|(_, planes)| planes.len() == places);
    let whole = ways.iter().map(|way| grouped(&stack.planes, way)).position(|g| apart(&g) && equal(&g));
    let any = || ways.iter().position(|way| way.len() == 1 && apart(&grouped(&stack.planes, way)));
    let Some(way) = whole.or_else(any).map(|i| &ways[i]) else { return vec![stack] };
    let mut groups = grouped(&stack.planes, way);
    groups.sort_by(|a, b| in_order(&a.0, &b.0));
    let part = |(values, planes): Group| {
        let said = way.iter().zip(&values).map(|(t, value)| format!(", {} {value}", TRAITS[*t].0));
        let title = said.fold(stack.title.clone(), |title, said| title + &said);
        Stack { title, series: stack.series.clone(), planes }
    };
    groups.into_iter().map(part).collect()
}

/// Planes that share the values of some traits.
type Group = (Vec<String>, Vec<Plane>);

fn grouped(planes: &[Plane], traits: &[usize]) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<String>, Vec<Plane>> = BTreeMap::new();
    for plane in planes {
        let values = traits.iter().map(|t| plane.traits[*t].clone()).collect();
        groups.entry(values).or_default().push(plane.clone());
    }
    groups.into_iter().collect()
}

/// True if there are several groups, and no two planes of one lie at the same place.
fn apart(groups: &[Group]) -> bool {
    groups.len() > 1 && groups.iter().all(|(_, planes)| places(planes) == planes.len())
}

/// Numbers by size, all else by its letters.
fn in_order(a: &[String], b: &[String]) -> Ordering {
    let one = |(a, b): (&String, &String)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    };
    a.iter().zip(b).map(one).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// At how many different heights the planes lie.
fn places(planes: &[Plane]) -> usize {
    let [.., normal] = planes[0].axes();
    let mut heights: Vec<f64> = planes.iter().map(|p| p.height(normal)).collect();
    heights.sort_by(f64::total_cmp);
    1 + heights.windows(2).filter(|pair| pair[1] - pair[0] >= SAME_PLACE).count()
}
