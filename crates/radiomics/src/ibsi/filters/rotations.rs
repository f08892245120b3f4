//! Right-angle rotations of separable kernels.

/// Kernels along x, y (and z), each of odd length with its origin in the middle.
pub(super) type Kernels = Vec<Vec<f64>>;

/// Rotations of several sets of kernels together that differ by their sign at most.
pub(super) struct Rotated {
    pub stages: Vec<Kernels>,
    /// How many rotations give these kernels.
    pub positive: u32,
    /// How many give their negative.
    pub negative: u32,
}

/// All rotations of `stages` by right angles, 4 in the plane and 24 in space, equal ones together.
pub(super) fn rotations(stages: &[Kernels]) -> Vec<Rotated> {
    let axes = stages.first().map_or(0, Vec::len);
    let mut found: Vec<Rotated> = Vec::new();
    for (order, parity) in permutations(axes) {
        for flips in 0..1_u32 << axes {
            // A rotation has determinant 1.
            if (flips.count_ones() % 2 == 1) != parity {
                continue;
            }
            let mut negative = false;
            let turn = |kernels: &Kernels, negative: &mut bool| -> Kernels {
                let along = |axis: usize| (&kernels[order[axis]], flips >> axis & 1 == 1);
                (0..axes).map(along).map(|(kernel, flip)| oriented(kernel, flip, negative)).collect()
            };
            let turned: Vec<Kernels> = stages.iter().map(|kernels| turn(kernels, &mut negative)).collect();
            let place = found.iter().position(|rotated| rotated.stages == turned).unwrap_or_else(|| {
                found.push(Rotated { stages: turned, positive: 0, negative: 0 });
                found.len() - 1
            });
            if negative {
                found[place].negative += 1;
            } else {
                found[place].positive += 1;
            }
        }
    }
    found
}

/// The orders of `axes` axes, and whether each is odd.
fn permutations(axes: usize) -> Vec<(Vec<usize>, bool)> {
    match axes {
        2 => vec![(vec![0, 1], false), (vec![1, 0], true)],
        _ => vec![
            (vec![0, 1, 2], false),
            (vec![1, 2, 0], false),
            (vec![2, 0, 1], false),
            (vec![0, 2, 1], true),
            (vec![1, 0, 2], true),
            (vec![2, 1, 0], true),
        ],
    }
}

/// `kernel`, reversed if `flip`; where that is its negative, it is kept and `negative` changes.
fn oriented(kernel: &[f64], flip: bool, negative: &mut bool) -> Vec<f64> {
    let reversed = kernel.iter().rev();
    if flip && kernel.iter().zip(reversed.clone()).all(|(a, b)| *a == -*b) {
        *negative = !*negative;
        return kernel.to_vec();
    }
    if flip { reversed.copied().collect() } else { kernel.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotations_are_counted() {
        let (even, odd, skew) = (vec![1.0, 2.0, 1.0], vec![-1.0, 0.0, 1.0], vec![1.0, 2.0, 4.0]);
        let count = |kernels: [&Vec<f64>; 3]| {
            let found = rotations(&[kernels.map(Clone::clone).into()]);
            let (positive, negative) = found.iter().fold((0, 0), |(p, n), r| (p + r.positive, n + r.negative));
            (found.len(), positive, negative)
        };
        assert_eq!(count([&even, &even, &even]), (1, 24, 0));
        assert_eq!(count([&even, &even, &odd]), (3, 12, 12));
        assert_eq!(count([&skew, &skew, &skew]), (8, 24, 0));
        assert_eq!(count([&skew, &even, &odd]), (12, 12, 12));
        assert_eq!(rotations(&[vec![even, skew]]).iter().map(|r| r.positive).sum::<u32>(), 4);
    }
}
