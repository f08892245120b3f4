//! The feature classes. Each takes the region of interest in one form or another and gives its features by name.

pub mod first_order;
pub mod glcm;
pub mod gldm;
pub mod glrlm;
pub mod glszm;
pub mod matrices;
pub(crate) mod maximal_correlation;
pub mod ngtdm;
pub mod shape;
pub mod shape_2d;
pub(crate) mod size_matrix;

/// Features by name, in no particular order; a feature that cannot be computed is not a number.
pub type Named = Vec<(&'static str, f64)>;

/// 2^-52, which PyRadiomics adds to probabilities before it takes their logarithm.
pub(crate) const EPS: f64 = f64::EPSILON;

/// The mean of the features over several directions, without those that are not a number.
pub(crate) fn mean_over(directions: &[Named]) -> Named {
    let Some(first) = directions.first() else { return Named::new() };
    let mean = |i: usize| {
        let (sum, count) = directions
            .iter()
            .map(|features| features[i].1)
            .filter(|x| !x.is_nan())
            .fold((0.0, 0), |(sum, count), x| (sum + x, count + 1));
        sum / f64::from(count)
    };
    first.iter().enumerate().map(|(i, &(name, _))| (name, mean(i))).collect()
}
