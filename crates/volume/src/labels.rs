//! The labels of a mask, as runs.

use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::ops::{Index, Range};

/// Labels of the voxels of a grid, x fastest; 0 is background.
///
/// They are kept as runs of voxels that share a label. Nearly all of a mask is background and what is not lies together,
/// so that the mask of a whole chest takes kilobytes, and looking for a label in it no time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    len: usize,
    /// Ascending, as long as they can be, without background.
    runs: Vec<Run>,
}

/// Voxels behind each other that share a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Linear positions of the voxels.
    pub voxels: Range<usize>,
    /// Their label; never 0.
    pub label: u32,
}

/// A label and how many voxels have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCount {
    /// The label; never 0.
    pub label: u32,
    /// Its voxels.
    pub voxels: usize,
}

/// Values that are looked at together: if all are equal, one comparison each settles them in wide vectors.
const BLOCK: usize = 64;

impl Labels {
    /// `len` voxels of background.
    pub fn background(len: usize) -> Self {
        Self { len, runs: Vec::new() }
    }

    /// `len` voxels, those of `labelled` (ascending, with their labels) and background.
    pub fn of_voxels(len: usize, labelled: impl IntoIterator<Item = (usize, u32)>) -> Self {
        let mut labels = Self::default();
        for (voxel, label) in labelled {
            labels.push(0, voxel - labels.len);
            labels.push(label, 1);
        }
        labels.push(0, len - labels.len);
        labels
    }

    /// Number of voxels.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True without voxels.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The runs, ascending.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The voxels of `label`, run by run.
    pub fn of(&self, label: u32) -> impl Iterator<Item = Range<usize>> {
        self.runs.iter().filter(move |run| run.label == label).map(|run| run.voxels.clone())
    }

    /// The voxels of `label` on a grid of `nx` voxels along x, cut at the ends of rows: number of the row (y and z in one)
    /// and indices along x.
    pub fn rows(&self, label: u32, nx: usize) -> impl Iterator<Item = (usize, Range<usize>)> {
        self.of(label).flat_map(move |run| {
            (run.start / nx..=(run.end - 1) / nx)
                .map(move |row| (row, run.start.saturating_sub(row * nx)..(run.end - row * nx).min(nx)))
        })
    }

    /// The labels that occur, ascending, with their numbers of voxels; background is not counted.
    pub fn counts(&self) -> Vec<LabelCount> {
        let mut counts = BTreeMap::new();
        for run in &self.runs {
            *counts.entry(run.label).or_default() += run.voxels.len();
        }
        counts.into_iter().map(|(label, voxels)| LabelCount { label, voxels }).collect()
    }

    /// The label of every voxel.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.part(0..self.len)
    }

    /// The label of every voxel of `part`.
    pub fn part(&self, part: Range<usize>) -> impl Iterator<Item = u32> {
        self.pieces(part).flat_map(|(label, count)| repeat_n(label, count))
    }

    /// What `part` is made of, background included: labels, and for how many voxels each holds.
    pub fn pieces(&self, part: Range<usize>) -> impl Iterator<Item = (u32, usize)> {
        let Range { start, end } = part;
        let from = self.runs.partition_point(|run| run.voxels.end <= start);
        let runs = self.runs[from..].iter().take_while(move |run| run.voxels.start < end);
        // The background behind the last run ends where a run would begin.
        let runs = runs.map(|run| (run.voxels.clone(), run.label)).chain([(end..end, 0)]);
        let mut done = start;
        runs.flat_map(move |(voxels, label)| {
            let (first, last) = (voxels.start.max(done), voxels.end.min(end));
            let background = first - done;
            done = last;
            [(0, background), (label, last - first)]
        })
    }

    /// Adds `count` voxels of `label` behind the last.
    pub fn push(&mut self, label: u32, count: usize) {
        let voxels = self.len..self.len + count;
        self.len = voxels.end;
        if label == 0 || count == 0 {
            return;
        }
        match self.runs.last_mut().filter(|last| last.label == label && last.voxels.end == voxels.start) {
            Some(last) => last.voxels.end = voxels.end,
            None => self.runs.push(Run { voxels, label }),
        }
    }

    /// Adds a voxel for each of `values`, labelled as `label_of` says.
    pub fn extend_with<T: Copy>(&mut self, values: &[T], label_of: impl Fn(T) -> u32) {
        for block in values.chunks(BLOCK) {
            let first = label_of(block[0]);
            // A fold without an early end is vectorized.
            if block.iter().fold(true, |same, &value| same & (label_of(value) == first)) {
                self.push(first, block.len());
            } else {
                block.iter().for_each(|&value| self.push(label_of(value), 1));
            }
        }
    }

    /// These labels, each voxel labelled as `label_of` its label says; background stays what it is.
    pub fn map(&self, label_of: impl Fn(u32) -> u32) -> Self {
        let mut labels = Self::default();
        for Run { voxels, label } in &self.runs {
            labels.push(0, voxels.start - labels.len);
            labels.push(label_of(*label), voxels.len());
        }
        labels.push(0, self.len - labels.len);
        labels
    }
}

impl Index<usize> for Labels {
    type Output = u32;

    /// The label of one voxel, found among the runs by bisection.
    fn index(&self, voxel: usize) -> &u32 {
        assert!(voxel < self.len, "voxel {voxel} of {}", self.len);
        let at = self.runs.partition_point(|run| run.voxels.end <= voxel);
        self.runs.get(at).filter(|run| run.voxels.contains(&voxel)).map_or(&0, |run| &run.label)
    }
}

impl FromIterator<u32> for Labels {
    fn from_iter<I: IntoIterator<Item = u32>>(each: I) -> Self {
        let mut labels = Self::default();
        each.into_iter().for_each(|label| labels.push(label, 1));
        labels
    }
}

impl From<Vec<u32>> for Labels {
    fn from(each: Vec<u32>) -> Self {
        let mut labels = Self::default();
        labels.extend_with(&each, |label| label);
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_stand_for_every_voxel() {
        let each: Vec<u32> = (0..700).map(|i| if i % 130 < 90 { 0 } else { i / 200 }).collect();
        let labels = Labels::from(each.clone());
        assert_eq!(labels.iter().collect::<Vec<_>>(), each);
        assert_eq!(labels, each.iter().copied().collect());
        assert!(each.iter().enumerate().all(|(i, &label)| labels[i] == label));
        for part in [0..0, 95..96, 100..640, 600..700] {
            assert_eq!(labels.part(part.clone()).collect::<Vec<_>>(), each[part]);
        }
        let only: Vec<u32> = each.iter().map(|&label| u32::from(label == 2)).collect();
        assert_eq!(labels.map(|label| u32::from(label == 2)), Labels::from(only));
    }

    #[test]
    fn runs_end_with_their_rows() {
        let labels = Labels::of_voxels(12, [(2, 7), (3, 7), (4, 7), (9, 1)]);
        assert_eq!(labels.runs().len(), 2);
        assert_eq!(labels.rows(7, 4).collect::<Vec<_>>(), [(0, 2..4), (1, 0..1)]);
        assert_eq!(labels.of(1).flatten().collect::<Vec<_>>(), [9]);
    }
}
