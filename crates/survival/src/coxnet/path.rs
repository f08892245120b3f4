//! Solutions along a falling penalty: where it begins, which values it takes, when it ends.

use super::descent::Descent;
use super::design::{Design, Sample};
use super::optimum::Optimum;
use watch::Watch;

use super::{Convergence, Coxnet, CoxnetError, CoxnetPath, Lambdas, PathEnd, Sparse};

/// glmnet's rule: stop when the deviance ratio grew by less than this part over the last four steps ...
const LEAST_GAIN: f64 = 1e-3;
/// ... counted from the fifth value on ...
const FEWEST: usize = 5;
/// ... or when it has passed this.
const MOST_EXPLAINED: f64 = 0.99;
/// The penalty under which glmnet fits the first model of its own sequence.
const BOUNDLESS: f64 = 9.9e35;

/// The optimality conditions could not be met: the likelihood has no maximum in reach.
#[derive(Debug)]
pub(super) struct NoConvergence;

/// A way to solve at one penalty after the other.
pub(super) trait Engine {
    /// Fits the features without penalty; all gradients then.
    fn start(&mut self) -> Result<Vec<f64>, NoConvergence>;
    /// The path begins at `l1`, where every penalized coefficient is zero.
    fn begin(&mut self, _l1: f64) {}
    /// Goes on to `l1` times a feature's factor on its absolute coefficient, `l2` on half its square.
    fn solve(&mut self, l1: f64, l2: f64) -> Result<(), NoConvergence>;
    /// Log likelihood at the present solution.
    fn loglik(&self) -> f64;
    /// Coefficients of the sample's columns that are not zero, in any order.
    fn coefficients(&self) -> Vec<(usize, f64)>;
}

/// Follows the whole path on one sample.
pub(super) fn follow(
    net: &Coxnet,
    design: &Design,
    sample: &Sample,
    watch: &dyn Watch,
) -> Result<CoxnetPath, CoxnetError> {
    let factor = penalty_factors(net, sample)?;
    match net.convergence {
        Convergence::Optimum => trace(net, design, sample, &factor, Optimum::new(design, sample, &factor), watch),
        Convergence::Descent { thresh } => {
            trace(net, design, sample, &factor, Descent::new(design, sample, &factor, thresh), watch)
        }
    }
}

/// The penalty factors as glmnet scales them: they sum to the number of columns. Infinite for a column left out.
fn penalty_factors(net: &Coxnet, sample: &Sample) -> Result<Vec<f64>, CoxnetError> {
    let p = sample.multiplier.len();
    let mut factor = net.penalty_factor.clone().unwrap_or_else(|| vec![1.0; p]);
    if factor.len() != p {
        return Err(CoxnetError::Length { what: "the penalty factor".into(), found: factor.len(), expected: p });
    }
    // A column that is left out counts with factor 1 in the sum.
    let sum: f64 = factor.iter().map(|f| if f.is_finite() { *f } else { 1.0 }).sum();
    for (factor, multiplier) in factor.iter_mut().zip(&sample.multiplier) {
        *factor = if *multiplier == 0.0 { f64::INFINITY } else { *factor * p as f64 / sum };
    }
    Ok(factor)
}

fn trace(
    net: &Coxnet,
    design: &Design,
    sample: &Sample,
    factor: &[f64],
    mut engine: impl Engine,
    watch: &dyn Watch,
) -> Result<CoxnetPath, CoxnetError> {
    let (null, saturated) = (engine.loglik(), sample.sets.saturated());
    let gradient = engine.start().map_err(|_| CoxnetError::Unpenalized)?;
    let lambdas = lambdas(net, sample.rows.len(), &gradient, factor)?;
    let mut path = CoxnetPath {
        features: design.p(),
        lambda: Vec::new(),
        coefficients: Vec::new(),
        dev_ratio: Vec::new(),
        null_deviance: 2.0 * sample.total_weight * (saturated - null),
        end: PathEnd::Complete,
    };
    let given = matches!(net.lambdas, Lambdas::Given(_));
    for (k, &lambda) in lambdas.iter().enumerate() {
        watch.step(k, lambdas.len())?;
        // The first value of an own sequence only says where the path begins.
        let begins = k == 0 && !given;
        if begins {
            engine.begin(lambda * net.alpha);
        } else if engine.solve(lambda * net.alpha, lambda * (1.0 - net.alpha)).is_err() {
            path.end = PathEnd::NoConvergence;
            break;
        }
        let mut sparse = engine.coefficients();
        if begins && net.alpha == 0.0 {
            sparse.extend(boundless(&gradient, factor));
        }
        sparse.sort_unstable_by_key(|(j, _)| *j);
        sparse.iter_mut().for_each(|(j, b)| *b *= sample.to_original(design, *j));
        path.lambda.push(lambda);
        path.coefficients.push(Sparse(sparse));
        path.dev_ratio.push((engine.loglik() - null) / (saturated - null));
        if !given && ends(net, &mut path, lambdas.len()) {
            break;
        }
    }
    if path.lambda.is_empty() { Err(CoxnetError::NoConvergence) } else { Ok(path) }
}

/// Coefficients of a ridge regression under all but infinite a penalty: next to nothing, and none of them zero.
fn boundless<'a>(gradient: &'a [f64], factor: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + 'a {
    let penalized = gradient.iter().zip(factor).enumerate().filter(|(_, (_, f))| **f > 0.0 && f.is_finite());
    penalized.map(|(j, (g, f))| (j, g / (BOUNDLESS * f))).filter(|(_, b)| *b != 0.0)
}

/// The penalties to visit, falling.
fn lambdas(net: &Coxnet, subjects: usize, gradient: &[f64], factor: &[f64]) -> Result<Vec<f64>, CoxnetError> {
    let (count, ratio) = match &net.lambdas {
        Lambdas::Given(given) => return Ok(given.clone()),
        Lambdas::Automatic { count, min_ratio } => {
            (*count, min_ratio.unwrap_or(if subjects < factor.len() { 1e-2 } else { 1e-4 }))
        }
    };
    let penalized = gradient.iter().zip(factor).filter(|(_, f)| **f > 0.0 && f.is_finite());
    let top = penalized.fold(0.0, |top: f64, (g, f)| top.max(g.abs() / f)) / net.alpha.max(1e-3);
    if top <= 0.0 || !top.is_finite() {
        return Err(CoxnetError::NothingToPenalize);
    }
    // glmnet's exponent is a single-precision number, which shows in the tenth digit of every lambda.
    let exponent = f64::from(1.0 / count.saturating_sub(1).max(1) as f32);
    let step = ratio.max(1e-6).powf(exponent);
    Ok(std::iter::successors(Some(top), |lambda| Some(lambda * step)).take(count).collect())
}

/// Whether the path ends with its last value; says why.
fn ends(net: &Coxnet, path: &mut CoxnetPath, count: usize) -> bool {
    let (ratio, k, back) = (&path.dev_ratio, path.dev_ratio.len(), FEWEST.min(count));
    if k < back {
        return false;
    }
    let df = path.coefficients[k - 1].0.len();
    let end = if net.most_features.is_some_and(|most| df > most) {
        PathEnd::MostFeatures
    } else if (ratio[k - 1] - ratio[k - back]) / ratio[k - 1] < LEAST_GAIN {
        PathEnd::LittleGain
    } else if ratio[k - 1] > MOST_EXPLAINED {
        PathEnd::Explained
    } else {
        return false;
    };
    path.end = end;
    true
}
