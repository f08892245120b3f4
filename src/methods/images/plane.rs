//! The three planes that patients are looked at in, whichever way an image was acquired.

use serde::{Deserialize, Serialize};

use radiomics::Geometry;

/// A plane through the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plane {
    /// The one in which the image was acquired.
    #[default]
    Acquired,
    /// Seen from the feet, the patient's right on the left.
    Axial,
    /// Seen from the front, the patient's right on the left.
    Coronal,
    /// Seen from the patient's left, the front on the left.
    Sagittal,
}

/// How a plane lies on the grid of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axes {
    /// The voxel axes that run to the right and downwards.
    pub along: [usize; 2],
    /// Whether they run the other way: to the left, upwards.
    pub flip: [bool; 2],
    /// The voxel axis across the plane.
    pub through: usize,
    /// The patient's axis across it: 0 to the left, 1 to the back, 2 to the head.
    pub patient: usize,
}

impl Plane {
    /// The plane of an image's slices, or this one itself.
    pub fn of(self, geometry: &Geometry) -> Self {
        match (self, patients_axis(geometry, 2)) {
            (Self::Acquired, 0) => Self::Sagittal,
            (Self::Acquired, 1) => Self::Coronal,
            (Self::Acquired, _) => Self::Axial,
            (plane, _) => plane,
        }
    }

    /// The next one: axial, coronal, sagittal.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Acquired | Self::Axial => Self::Coronal,
            Self::Coronal => Self::Sagittal,
            Self::Sagittal => Self::Axial,
        }
    }

    /// `axial`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acquired => "acquired",
            Self::Axial => "axial",
            Self::Coronal => "coronal",
            Self::Sagittal => "sagittal",
        }
    }

    /// The patient's sides at the left, right, upper and lower edge: right, left, front (anterior), back (posterior), head
    /// (superior), feet (inferior).
    pub fn sides(self) -> [&'static str; 4] {
        match self {
            Self::Acquired => [""; 4],
            Self::Axial => ["R", "L", "A", "P"],
            Self::Coronal => ["R", "L", "S", "I"],
            Self::Sagittal => ["A", "P", "S", "I"],
        }
    }

    /// How it lies on a grid; of an oblique one the nearest axes are taken.
    pub fn axes(self, geometry: &Geometry) -> Axes {
        let voxel_axes = voxel_axes(geometry);
        // The patient's axes to the right, downwards and across.
        let [right, down, patient] = match self.of(geometry) {
            Self::Coronal => [0, 2, 1],
            Self::Sagittal => [1, 2, 0],
            _ => [0, 1, 2],
        };
        let runs_back = |of: usize| geometry.direction[of][voxel_axes[of]] < 0.0;
        Axes {
            along: [voxel_axes[right], voxel_axes[down]],
            // The head is above.
            flip: [runs_back(right), runs_back(down) != (down == 2)],
            through: voxel_axes[patient],
            patient,
        }
    }
}

/// For each of the patient's axes the voxel axis nearest to it, each taken once.
fn voxel_axes(geometry: &Geometry) -> [usize; 3] {
    const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let along = |order: &[usize; 3]| (0..3).map(|of| geometry.direction[of][order[of]].abs()).sum::<f64>();
    // The first of equally near ones.
    ORDERS.into_iter().rev().max_by(|a, b| along(a).total_cmp(&along(b))).unwrap_or(ORDERS[0])
}

fn patients_axis(geometry: &Geometry, voxel_axis: usize) -> usize {
    voxel_axes(geometry).iter().position(|axis| *axis == voxel_axis).unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axial_image_is_cut_in_all_planes_with_the_head_above() {
        let grid = Geometry::unit([4, 5, 6]);
        assert_eq!(Plane::Acquired.of(&grid), Plane::Axial);
        let axial = Plane::Axial.axes(&grid);
        assert_eq!((axial.along, axial.flip, axial.through), ([0, 1], [false, false], 2));
        let coronal = Plane::Coronal.axes(&grid);
        assert_eq!((coronal.along, coronal.flip, coronal.through), ([0, 2], [false, true], 1));
        let sagittal = Plane::Sagittal.axes(&grid);
        assert_eq!((sagittal.along, sagittal.flip, sagittal.through), ([1, 2], [false, true], 0));
    }

    /// The letters are those of the patient's axes as `axes` lays them: to the left, the back and the head.
    #[test]
    fn the_letters_at_the_edges_are_those_of_the_axes() {
        let letters = [["R", "L"], ["A", "P"], ["I", "S"]];
        let grid = Geometry::unit([4, 5, 6]);
        for plane in [Plane::Axial, Plane::Coronal, Plane::Sagittal] {
            let axes = plane.axes(&grid);
            // Of a grid along the patient's axes, voxel axes are these.
            let ends = |way: usize| {
                let [low, high] = letters[axes.along[way]];
                if axes.flip[way] { [high, low] } else { [low, high] }
            };
            assert_eq!(plane.sides(), [ends(0)[0], ends(0)[1], ends(1)[0], ends(1)[1]], "{plane:?}");
        }
    }

    #[test]
    fn a_sagittal_acquisition_is_known_by_its_directions() {
        // Voxel axes: to the back, to the feet, to the left.
        let direction = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, -1.0, 0.0]];
        let grid = Geometry { direction, ..Geometry::unit([4, 5, 6]) };
        assert_eq!(Plane::Acquired.of(&grid), Plane::Sagittal);
        let sagittal = Plane::Acquired.axes(&grid);
        assert_eq!((sagittal.along, sagittal.flip, sagittal.through, sagittal.patient), ([0, 1], [false, false], 2, 0));
        let axial = Plane::Axial.axes(&grid);
        assert_eq!((axial.along, axial.flip, axial.through), ([2, 0], [false, false], 1));
    }
}
