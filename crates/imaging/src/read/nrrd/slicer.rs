//! The segments that 3D Slicer names in a `.seg.nrrd` file.

use std::collections::BTreeMap;
use std::path::Path;

use crate::read::{ReadError, Segment};

/// The segments by number, from keys such as `Segment0_Name`, `Segment0_LabelValue`, `Segment0_Layer`.
///
/// Files of Slicer before 4.11 have neither label nor layer: there every segment is a layer of its own, with label 1.
pub(super) fn segments(path: &Path, keys: &BTreeMap<String, String>, layers: usize) -> Result<Vec<Segment>, ReadError> {
    let numbers = keys.keys().filter_map(|key| key.strip_prefix("Segment")?.strip_suffix("_ID")?.parse::<usize>().ok());
    let mut numbers: Vec<usize> = numbers.collect();
    numbers.sort_unstable();
    let segment = |number: usize| {
        let key = |name: &str| keys.get(&format!("Segment{number}_{name}"));
        let integer = |name: &str, or: usize| match key(name) {
            None => Ok(or),
            Some(text) => text.trim().parse::<usize>().map_err(|_| {
                ReadError::malformed(
                    path,
                    format!("Segment{number}_{name} is no number: {text}"),
                    "save the segmentation from Slicer again",
                )
            }),
        };
        let own_layer = if layers > 1 { number } else { 0 };
        let (label, layer) = (integer("LabelValue", 1)?, integer("Layer", own_layer)?);
        if layer >= layers {
            return Err(ReadError::malformed(
                path,
                format!("segment {number} is in layer {layer} of {layers}"),
                "save the segmentation from Slicer again",
            ));
        }
        let name = key("Name").or_else(|| key("ID")).cloned().unwrap_or_default();
        Ok(Segment { name, number: label as i64, label: label as u32, layer })
    };
    numbers.into_iter().map(segment).collect()
}
