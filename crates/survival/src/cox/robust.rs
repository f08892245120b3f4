//! Robust variance: the infinitesimal jackknife of Lin and Wei, by rows or by clusters.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use super::error::CoxError;
use super::estimate::ChiSquare;
use super::fit::CoxFit;
use super::hazard::Hazard;
use super::note::{CoxNote, FEW_CLUSTERS};
use super::residuals::score_residuals;
use super::spec::CoxSpec;
use crate::Matrix;
use crate::stats::linalg::inverse_quadratic_form;

/// Gives `fit` the variance D'D, D the weighted dfbeta rows summed in each cluster, and the robust score test
/// (with offsets in it, which R leaves out here).
pub(super) fn apply(fit: &mut CoxFit, spec: &CoxSpec) -> Result<(), CoxError> {
    let (labels, clusters) = number(spec.cluster.as_deref(), fit.n);
    let p = fit.x.p;
    let few = if spec.cluster.is_some() { FEW_CLUSTERS } else { 0 };
    if clusters <= fit.df || clusters < few {
        fit.notes.push(CoxNote::FewClusters { clusters, coefficients: fit.df });
    }
    let collapse = |rows: DMatrix<f64>, weights: &[f64]| {
        let mut sums = DMatrix::zeros(clusters, p);
        for (i, &c) in labels.iter().enumerate() {
            for j in 0..p {
                sums[(c, j)] += weights[i] * rows[(i, j)];
            }
        }
        sums
    };
    let dfbeta = collapse(fit.changes()?, &vec![1.0; fit.n]);
    fit.variance = Matrix::of(dfbeta.transpose() * &dfbeta);

    let initial: Vec<f64> = match &spec.init {
        Some(init) => init.iter().zip(&fit.x.scale).map(|(b, s)| b / s).collect(),
        None => vec![0.0; p],
    };
    let mut eta = vec![0.0; fit.n];
    fit.x.linear_predictor(&initial, &fit.sets.offset, &mut eta);
    let hazard = Hazard::new(&fit.sets, &eta, fit.ties);
    let scaled = score_residuals(&fit.sets, &fit.x, &hazard);
    let score = collapse(fit.by_row(&scaled, |_| 1.0), &fit.sets.unsort(&fit.sets.weight));
    let total: Vec<f64> = score.column_iter().map(|c| c.sum()).collect();
    let statistic = inverse_quadratic_form(&(score.transpose() * &score), &total);
    fit.robust_score = Some(ChiSquare::new(statistic, fit.df));
    fit.clusters = spec.cluster.is_some().then_some(labels);
    Ok(())
}

/// Clusters numbered from 0 in order of their labels, and how many there are; without clusters every row is one.
fn number(cluster: Option<&[u32]>, n: usize) -> (Vec<usize>, usize) {
    let Some(cluster) = cluster else {
        return ((0..n).collect(), n);
    };
    let mut numbers: BTreeMap<u32, usize> = cluster.iter().map(|&c| (c, 0)).collect();
    numbers.values_mut().enumerate().for_each(|(k, number)| *number = k);
    (cluster.iter().map(|c| numbers[c]).collect(), numbers.len())
}
