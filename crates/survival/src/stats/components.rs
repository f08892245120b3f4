//! Principal components of many variables in few subjects.

use nalgebra::{DMatrix, SymmetricEigen};

/// Principal components of standardized variables, from those subjects whom they were fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// Mean and standard deviation (divisor one less than the subjects) of each variable that varies.
    scale: Vec<(usize, f64, f64)>,
    /// The directions, the one with the largest variance first: a weight for each variable that varies.
    directions: Vec<Vec<f64>>,
    /// The share of the total variance that lies in each.
    pub shares: Vec<f64>,
}

impl Components {
    /// The first `count` components of `variables`, each with a value for every subject: directions of the largest variance
    /// of the variables as z-scores, R's `prcomp(.., scale. = TRUE)`. They are found by the eigenvectors of the subjects'
    /// inner products, so that thousands of variables cost little. The largest weight of a direction is positive.
    ///
    /// Variables that do not vary, or have a value that is no number, take no part. There are fewer components than subjects;
    /// none without two subjects or a variable.
    ///
    /// ```
    /// use survival::stats::components::Components;
    ///
    /// let (x, y) = ([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.5]);
    /// let found = Components::fit(&[&x, &y], 2);
    /// assert!(found.shares[0] > 0.99);
    /// let first = &found.scores(&[&x, &y])[0];
    /// assert!(first[0] < first[1] && first[2] < first[3]);
    /// ```
    pub fn fit(variables: &[&[f64]], count: usize) -> Self {
        let subjects = variables.first().map_or(0, |values| values.len());
        let scale: Vec<(usize, f64, f64)> = variables.iter().enumerate().filter_map(|(j, v)| scaled(j, v)).collect();
        if subjects < 2 || scale.is_empty() {
            return Self { scale: Vec::new(), directions: Vec::new(), shares: Vec::new() };
        }
        let z = DMatrix::from_fn(subjects, scale.len(), |i, k| {
            let (j, mean, sd) = scale[k];
            (variables[j][i] - mean) / sd
        });
        let eigen = SymmetricEigen::new(&z * z.transpose());
        let mut order: Vec<usize> = (0..subjects).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        let total = ((subjects - 1) * scale.len()) as f64;
        let (mut directions, mut shares) = (Vec::new(), Vec::new());
        for &k in order.iter().take(count.min(subjects - 1)) {
            let value = eigen.eigenvalues[k];
            if value <= total * f64::EPSILON * subjects as f64 {
                break;
            }
            let weights = z.transpose() * eigen.eigenvectors.column(k) / value.sqrt();
            let largest =
                weights.iter().copied().fold(0.0, |far: f64, w| if w.abs() > far.abs() + 1e-12 { w } else { far });
            directions.push(weights.iter().map(|w| w * largest.signum()).collect());
            shares.push(value / total);
        }
        Self { scale, directions, shares }
    }

    /// Where subjects lie along each component; NaN for those with a value that is no number. `variables` are those of the
    /// fit, of these or other subjects.
    ///
    /// # Panics
    /// If there are fewer variables than in the fit.
    pub fn scores(&self, variables: &[&[f64]]) -> Vec<Vec<f64>> {
        let subjects = variables.first().map_or(0, |values| values.len());
        let along = |weights: &Vec<f64>| {
            let score = |i: usize| -> f64 {
                self.scale.iter().zip(weights).map(|((j, mean, sd), w)| w * (variables[*j][i] - mean) / sd).sum()
            };
            (0..subjects).map(score).collect()
        };
        self.directions.iter().map(along).collect()
    }
}

/// Place, mean and standard deviation of a variable; nothing where it does not vary.
fn scaled(j: usize, values: &[f64]) -> Option<(usize, f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (sd.is_finite() && sd > 1e-12 * mean.abs().max(f64::MIN_POSITIVE)).then_some((j, mean, sd))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The singular value decomposition of NumPy, which is `prcomp(.., scale. = TRUE)`, of the first ten irises (Fisher
    /// 1936): sepal lengths and widths, petal lengths.
    #[test]
    fn components_are_those_of_a_singular_value_decomposition() {
        let a = [5.1, 4.9, 4.7, 4.6, 5.0, 5.4, 4.6, 5.0, 4.4, 4.9];
        let b = [3.5, 3.0, 3.2, 3.1, 3.6, 3.9, 3.4, 3.4, 2.9, 3.1];
        let c = [1.4, 1.4, 1.3, 1.5, 1.4, 1.7, 1.4, 1.5, 1.4, 1.5];
        let constant = [7.0; 10];
        let found = Components::fit(&[&a, &constant, &b, &c], 3);
        for (found, wanted) in found.shares.iter().zip(SHARES) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
        for (found, wanted) in found.scores(&[&a, &constant, &b, &c])[0].iter().zip(FIRST) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
    }
    const SHARES: [f64; 3] = [0.7593379329391351, 0.172472747114178, 0.06818931994668687];
    const FIRST: [f64; 10] = [
        0.6248758433008605,
        -0.7560549786148666,
        -1.2789360377104302,
        -0.7052873718973761,
        0.6073618909519888,
        3.4868800807589198,
        -0.6163249903446315,
        0.7106713547160982,
        -1.9972558122603585,
        -0.07592997890019233,
    ];
}
