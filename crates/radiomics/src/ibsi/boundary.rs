//! How an image continues outside itself.

use std::ops::Range;

/// A rule for the voxels beyond the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// 0.
    Zero,
    /// The value at the border.
    Nearest,
    /// The image over and over.
    Periodic,
    /// The image mirrored at the edge of its last voxel, which is repeated: `c b a | a b c`.
    Mirror,
}

impl Boundary {
    /// Every rule.
    pub const ALL: [Self; 4] = [Self::Zero, Self::Nearest, Self::Periodic, Self::Mirror];

    /// Its name in parameter files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Nearest => "nearest",
            Self::Periodic => "periodic",
            Self::Mirror => "mirror",
        }
    }

    /// The index among `n` that stands for `i`; `None` for a zero.
    pub fn index(self, i: isize, n: usize) -> Option<usize> {
        let n = n as isize;
        if (0..n).contains(&i) {
            return Some(i as usize);
        }
        match self {
            Self::Zero => None,
            Self::Nearest => Some(i.clamp(0, n - 1) as usize),
            Self::Periodic => Some(i.rem_euclid(n) as usize),
            Self::Mirror => {
                let within = i.rem_euclid(2 * n);
                Some(within.min(2 * n - 1 - within) as usize)
            }
        }
    }

    /// The smallest range of indices among `n` that stands for all of `wanted`.
    pub fn needed(self, wanted: &Range<isize>, n: usize) -> Range<usize> {
        let indices = || wanted.clone().filter_map(|i| self.index(i, n));
        let (low, high) = (indices().min().unwrap_or(0), indices().max().map_or(1, |i| i + 1));
        low..high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_continue_a_line() {
        let line = |rule: Boundary| (-4..7).map(|i| rule.index(i, 3)).collect::<Vec<_>>();
        let some = |indices: [usize; 11]| indices.map(Some).to_vec();
        assert_eq!(line(Boundary::Nearest), some([0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2]));
        assert_eq!(line(Boundary::Periodic), some([2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]));
        assert_eq!(line(Boundary::Mirror), some([2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]));
        assert_eq!(line(Boundary::Zero)[3..8], [None, Some(0), Some(1), Some(2), None]);
        assert_eq!(Boundary::Mirror.needed(&(-2..1), 9), 0..2);
        assert_eq!(Boundary::Periodic.needed(&(-1..1), 9), 0..9);
    }
}
