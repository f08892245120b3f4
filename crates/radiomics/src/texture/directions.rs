//! Offsets between neighbouring voxels.

use crate::Settings;

/// An offset in voxels along x, y, z.
pub type Direction = [i32; 3];

/// No offset fits into the box of the region of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the region of interest spans too few voxels for neighbours at the distances asked for")]
pub struct NoDirection;

/// One of each pair of opposite offsets whose longest component is one of `distances`, in a box of `size` voxels; with
/// `force2D` those in the plane alone.
///
/// Order and, where a distance is given twice, repetition are those of PyRadiomics.
///
/// # Errors
/// [`NoDirection`] where no offset fits into the box.
pub fn one_way(distances: &[usize], size: [usize; 3], settings: &Settings) -> Result<Vec<Direction>, NoDirection> {
    let wanted = count(distances, size, settings) / 2;
    offsets(distances, size, settings, wanted)
}

/// As [`one_way`], but with the opposite of each.
///
/// # Errors
/// [`NoDirection`] where no offset fits into the box.
pub fn both_ways(distances: &[usize], size: [usize; 3], settings: &Settings) -> Result<Vec<Direction>, NoDirection> {
    let wanted = count(distances, size, settings);
    offsets(distances, size, settings, wanted)
}

/// The axis (0 x, 1 y, 2 z) along which no offset may lead.
fn fixed_axis(settings: &Settings) -> Option<usize> {
    settings.force_2d.then(|| 2 - settings.force_2d_dimension)
}

/// The number of offsets both ways, each distance counted by itself.
fn count(distances: &[usize], size: [usize; 3], settings: &Settings) -> usize {
    let fixed = fixed_axis(settings);
    let axes = || (0..3).filter(|&axis| Some(axis) != fixed);
    let within = |reach: usize| axes().map(|axis| 2 * reach.min(size[axis] - 1) + 1).product::<usize>();
    distances.iter().map(|&distance| within(distance) - within(distance - 1)).sum()
}

/// The first `wanted` offsets, from the largest to the smallest along z, then y, then x, over and over.
fn offsets(
    distances: &[usize],
    size: [usize; 3],
    settings: &Settings,
    wanted: usize,
) -> Result<Vec<Direction>, NoDirection> {
    if wanted == 0 {
        return Err(NoDirection);
    }
    let fixed = fixed_axis(settings);
    let reach = distances.iter().copied().max().unwrap_or(0) as i32;
    let steps = || (-reach..=reach).rev();
    let all = steps().flat_map(|z| steps().flat_map(move |y| steps().map(move |x| [x, y, z])));
    let fits = |offset: &Direction| {
        let longest = offset.iter().map(|o| o.unsigned_abs() as usize).max().unwrap_or(0);
        let inside = (0..3).all(|axis| (offset[axis].unsigned_abs() as usize) < size[axis]);
        inside && fixed.is_none_or(|axis| offset[axis] == 0) && distances.contains(&longest)
    };
    let valid: Vec<Direction> = all.filter(fits).collect();
    Ok(valid.iter().copied().cycle().take(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_directions_in_space_and_four_in_the_plane() {
        let mut settings = Settings::default();
        let directions = one_way(&[1], [5, 5, 5], &settings).expect("a large box");
        assert_eq!(directions.len(), 13);
        assert_eq!((directions[0], directions[12]), ([1, 1, 1], [1, 0, 0]));
        assert_eq!(both_ways(&[1, 2], [5, 5, 5], &settings).expect("a large box").len(), 124);
        assert_eq!(one_way(&[1], [5, 5, 1], &settings).expect("a plane").len(), 4);
        settings.force_2d = true;
        assert_eq!(one_way(&[1], [5, 5, 5], &settings).expect("a large box").len(), 4);
        assert_eq!(one_way(&[1], [1, 1, 5], &settings), Err(NoDirection));
    }

    #[test]
    fn offsets_stay_inside_the_box() {
        let directions = both_ways(&[2], [3, 2, 1], &Settings::default()).expect("room along x");
        assert_eq!(directions, [[2, 1, 0], [-2, 1, 0], [2, 0, 0], [-2, 0, 0], [2, -1, 0], [-2, -1, 0]]);
    }
}
