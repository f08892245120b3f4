//! Regions grown, shrunk and put together, in millimetres.

use std::ops::Range;

use super::{Geometry, Labels, Mask, Region, squared_distances};

/// Lengths that differ by less are equal, in mm: 0.7 mm taken five times is 3.5 mm.
const SAME: f64 = 1e-6;

impl Mask {
    /// The voxels within `mm` of a voxel of `label`, from centre to centre, those of the label included: the region dilated
    /// by a ball. They are labelled 1.
    #[must_use]
    pub fn dilated(&self, label: u32, mm: f64) -> Self {
        let Some(region) = Region::of_label(self, label) else { return self.nothing() };
        let part = self.around(&region, mm);
        let squares = squared_distances(&self.inside(label, &part), part.size, self.geometry.spacing);
        self.of_part(&part, |at| squares[at] <= (mm + SAME) * (mm + SAME))
    }

    /// The voxels of `label` that are farther than `mm` from every voxel of the grid outside of it: the region eroded by a
    /// ball. Beyond the grid nothing is known, and nothing is taken off. They are labelled 1.
    #[must_use]
    pub fn eroded(&self, label: u32, mm: f64) -> Self {
        let Some(region) = Region::of_label(self, label) else { return self.nothing() };
        // The nearest voxel outside of a region is next to it, or behind the edge of the grid.
        let part = region.padded(1, self.geometry.size);
        let inside = self.inside(label, &part);
        let outside: Vec<bool> = inside.iter().map(|inside| !inside).collect();
        let squares = squared_distances(&outside, part.size, self.geometry.spacing);
        self.of_part(&part, |at| inside[at] && squares[at] > (mm + SAME) * (mm + SAME))
    }

    /// The smallest box along the axes of the grid that holds every voxel of `label`, grown by `mm` on every side as far as
    /// the grid reaches. Its voxels are labelled 1.
    #[must_use]
    pub fn boxed(&self, label: u32, mm: f64) -> Self {
        match Region::of_label(self, label) {
            Some(region) => self.of_part(&self.around(&region, mm), |_| true),
            None => self.nothing(),
        }
    }

    /// Whether the voxels within `mm` of `label` reach beyond the grid. Along an axis with one voxel there is no beyond.
    pub fn reaches_beyond(&self, label: u32, mm: f64) -> bool {
        let Geometry { size, spacing, .. } = &self.geometry;
        let Some(region) = Region::of_label(self, label) else { return false };
        let upper = region.upper();
        (0..3).filter(|&d| size[d] > 1).any(|d| {
            let voxels = (region.lower[d] + 1).min(size[d] - upper[d] + 1);
            voxels as f64 * spacing[d] <= mm + SAME
        })
    }

    /// The voxels that carry any label in either mask, labelled 1. Both lie on one grid.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combined(other, |one, other| one || other)
    }

    /// The voxels that carry a label in both masks, labelled 1. Both lie on one grid.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |one, other| one && other)
    }

    /// The voxels that carry a label in this mask and none in the other, labelled 1. Both lie on one grid.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combined(other, |one, other| one && !other)
    }

    fn combined(&self, other: &Self, keep: impl Fn(bool, bool) -> bool) -> Self {
        debug_assert_eq!(self.geometry.size, other.geometry.size);
        let runs = self.labels.runs().iter().chain(other.labels.runs());
        // Between two ends of runs nothing changes.
        let mut ends: Vec<usize> = runs.flat_map(|run| [run.voxels.start, run.voxels.end]).collect();
        ends.extend([0, self.labels.len()]);
        ends.sort_unstable();
        ends.dedup();
        let mut labels = Labels::default();
        for pair in ends.windows(2) {
            let is_in = |mask: &Self| mask.labels[pair[0]] != 0;
            labels.push(u32::from(keep(is_in(self), is_in(other))), pair[1] - pair[0]);
        }
        Self { geometry: self.geometry.clone(), labels }
    }

    fn nothing(&self) -> Self {
        Self { geometry: self.geometry.clone(), labels: Labels::background(self.labels.len()) }
    }

    /// The box with `mm` around it, as far as the grid reaches.
    fn around(&self, region: &Region, mm: f64) -> Region {
        let Geometry { size, spacing, .. } = &self.geometry;
        let by = spacing.map(|spacing| ((mm + SAME) / spacing).floor() as usize);
        let lower = [0, 1, 2].map(|d| region.lower[d].saturating_sub(by[d]));
        let upper = region.upper();
        Region { lower, size: [0, 1, 2].map(|d| (upper[d] + by[d]).min(size[d]) - lower[d]) }
    }

    /// Whether each voxel of `part` is of `label`.
    fn inside(&self, label: u32, part: &Region) -> Vec<bool> {
        part.rows(self.geometry.size).flat_map(|row| self.labels.part(row)).map(|of| of == label).collect()
    }

    /// The voxels of `part` that `keep` says, by their place in it; they are labelled 1.
    fn of_part(&self, part: &Region, keep: impl Fn(usize) -> bool) -> Self {
        let mut labels = Labels::default();
        let mut at = 0;
        for Range { start, end } in part.rows(self.geometry.size) {
            labels.push(0, start - labels.len());
            for _ in start..end {
                labels.push(u32::from(keep(at)), 1);
                at += 1;
            }
        }
        labels.push(0, self.labels.len() - labels.len());
        Self { geometry: self.geometry.clone(), labels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One voxel in the middle of 11 x 11 x 5 voxels of 1 x 1 x 3 mm.
    fn dot() -> Mask {
        let geometry = Geometry { spacing: [1.0, 1.0, 3.0], ..Geometry::unit([11, 11, 5]) };
        let labels = Labels::of_voxels(geometry.len(), [(geometry.at(5, 5, 2), 4)]);
        Mask { geometry, labels }
    }

    fn voxels(mask: &Mask) -> usize {
        mask.labels.of(1).map(|run| run.len()).sum()
    }

    #[test]
    fn a_dot_becomes_a_ball_in_millimetres() {
        let dot = dot();
        assert_eq!(voxels(&dot.dilated(4, 0.9)), 1);
        // 29 voxels of the plane lie within 3 mm, and the voxels above and below.
        assert_eq!(voxels(&dot.dilated(4, 3.0)), 29 + 2);
        let ball = dot.dilated(4, 3.2);
        // 37 within 3.2 mm (3, 1 is sqrt(10) away); at 3 mm height those within sqrt(1.24) mm.
        assert_eq!(voxels(&ball), 37 + 2 * 5);
        assert_eq!(voxels(&ball.eroded(1, 0.5)), voxels(&ball));
        assert_eq!(voxels(&ball.eroded(1, 1.0)), 21 + 2);
        assert_eq!(voxels(&ball.eroded(1, 9.0)), 0);
        assert_eq!(voxels(&dot.boxed(4, 3.0)), 7 * 7 * 3);
    }

    #[test]
    fn what_lies_beyond_the_grid_is_said_and_nothing_is_taken_off_there() {
        let dot = dot();
        assert!(!dot.reaches_beyond(4, 5.9) && dot.reaches_beyond(4, 6.0));
        let whole = dot.dilated(4, 100.0);
        assert_eq!(voxels(&whole), 11 * 11 * 5);
        assert_eq!(voxels(&whole.eroded(1, 3.0)), 11 * 11 * 5);
        let slice = Mask { geometry: Geometry::unit([9, 9, 1]), labels: Labels::of_voxels(81, [(40, 1)]) };
        assert!(!slice.reaches_beyond(1, 4.0) && slice.reaches_beyond(1, 5.0));
    }

    #[test]
    fn regions_are_put_together_voxel_by_voxel() {
        let dot = dot();
        let (small, large) = (dot.dilated(4, 1.0), dot.dilated(4, 3.0));
        let ring = large.difference(&small);
        assert_eq!(voxels(&ring), voxels(&large) - voxels(&small));
        assert_eq!(ring.union(&small), large);
        assert_eq!(ring.intersection(&small).labels, Labels::background(dot.labels.len()));
    }
}
