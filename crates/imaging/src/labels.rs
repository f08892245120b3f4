//! The labels of a mask.

use std::collections::BTreeMap;

use radiomics::Mask;

/// A label and how many voxels have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCount {
    /// The label; never 0.
    pub label: u32,
    /// Its voxels.
    pub voxels: usize,
}

/// The labels of `mask` but the background 0, in ascending order.
pub fn list(mask: &Mask) -> Vec<LabelCount> {
    let mut counts = BTreeMap::new();
    for run in mask.labels.runs() {
        *counts.entry(run.label).or_default() += run.voxels.len();
    }
    counts.into_iter().map(|(label, voxels)| LabelCount { label, voxels }).collect()
}

/// A mask of 1 where `mask` is `label`, and 0 elsewhere.
pub fn single(mask: &Mask, label: u32) -> Mask {
    Mask { geometry: mask.geometry.clone(), labels: mask.labels.map(|l| u32::from(l == label)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use radiomics::Geometry;

    #[test]
    fn labels_are_counted_and_isolated() {
        let mask = Mask { geometry: Geometry::unit([4, 2, 1]), labels: vec![0, 7, 7, 2, 7, 0, 2, 300].into() };
        let counts: Vec<_> = list(&mask).into_iter().map(|c| (c.label, c.voxels)).collect();
        assert_eq!(counts, [(2, 2), (7, 3), (300, 1)]);
        assert_eq!(single(&mask, 7).labels, vec![0, 1, 1, 0, 1, 0, 0, 0].into());
    }
}
