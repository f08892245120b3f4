//! The path of penalized coefficients and its cross-validation, over the same axis.

use figures::{Axis, Band, Chart, Figure, Label, Layer, Mark, Marker, Pattern, Reference, Role, TopAxis};

/// How many lines of a path get their names.
const NAMED: usize = 10;

/// The penalties of a path and those that stand out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalties<'a> {
    /// All of them, falling.
    pub lambda: &'a [f64],
    /// The number of non-zero coefficients at each.
    pub df: &'a [usize],
    /// The one with the best cross-validated measure.
    pub lambda_min: Option<f64>,
    /// The largest within one standard error of it.
    pub lambda_1se: Option<f64>,
    /// The one in use or under the cursor.
    pub chosen: Option<f64>,
}

impl Penalties<'_> {
    /// Weak penalties to the right, so that paths open in reading direction.
    fn axis(&self) -> Axis {
        Axis::linear("-log λ")
    }

    fn places(&self) -> Vec<f64> {
        self.lambda.iter().map(|lambda| -lambda.ln()).collect()
    }

    fn top(&self) -> TopAxis {
        let ticks = self.places().into_iter().zip(self.df.iter().map(usize::to_string));
        TopAxis { label: "Non-zero".into(), ticks: ticks.collect() }
    }

    fn references(&self) -> Vec<Reference> {
        let line = |lambda: Option<f64>, name: &str| lambda.map(|lambda| Reference::vertical(-lambda.ln(), name));
        let chosen =
            self.chosen.map(|lambda| Reference { role: Role::Selection, ..Reference::vertical(-lambda.ln(), "") });
        let standing_out = [line(self.lambda_1se, "1se"), line(self.lambda_min, "min"), chosen];
        standing_out.into_iter().flatten().collect()
    }

    /// The index in the path nearest to the chosen penalty, else to lambda.min, else the last.
    fn used(&self) -> usize {
        let wanted = self.chosen.or(self.lambda_min).unwrap_or(0.0);
        let distance = |lambda: &f64| (lambda - wanted).abs();
        let nearest =
            (0..self.lambda.len()).min_by(|a, b| distance(&self.lambda[*a]).total_cmp(&distance(&self.lambda[*b])));
        nearest.unwrap_or(0)
    }
}

/// The coefficients of `paths` (name, one value for each penalty) over the penalty. Those that are not zero at the
/// chosen penalty are drawn in front, the largest of them named.
pub fn coefficient_paths(penalties: Penalties, paths: &[(String, Vec<f64>)]) -> Figure {
    let used = penalties.used();
    let size = |path: &(String, Vec<f64>)| path.1.get(used).map_or(0.0, |coefficient| coefficient.abs());
    let (mut selected, rest): (Vec<_>, Vec<_>) = paths.iter().partition(|path| size(path) > 0.0);
    selected.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let x = penalties.places();
    let line = |path: &(String, Vec<f64>), role: Role| {
        Layer::plain(role, Mark::Line { x: x.clone(), y: path.1.clone(), band: None })
    };
    let behind = rest
        .into_iter()
        .filter(|path| path.1.iter().any(|value| *value != 0.0))
        .map(|path| line(path, Role::Dim).pattern(Pattern::Dotted));
    let front = selected.into_iter().enumerate().map(|(rank, path)| {
        let label = if rank < NAMED { Label::End(path.0.clone()) } else { Label::None };
        line(path, Role::series(rank)).label(label).pattern(Pattern::series(rank)).marker(Marker::series(rank))
    });
    let mut layers: Vec<Layer> = behind.collect();
    let front: Vec<Layer> = front.collect();
    layers.extend(front.into_iter().rev());
    let chart = Chart {
        x: penalties.axis(),
        y: Axis::linear("Coefficient"),
        top: Some(penalties.top()),
        layers,
        references: penalties.references(),
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// The mean of `measure` (`Partial likelihood deviance`, `C-index`) over the folds, one standard error to each side,
/// over the penalty. An `error` grows without bound where the penalty is too small: its axis ends before that, so that
/// the least error can be told from its neighbours.
pub fn cross_validation(
    penalties: Penalties,
    measure: &str,
    error: bool,
    mean: &[f64],
    standard_error: &[f64],
) -> Figure {
    let around = |sign: f64| mean.iter().zip(standard_error).map(|(mean, error)| mean + sign * error).collect();
    let limits = Some(Band { lower: around(-1.0), upper: around(1.0) });
    let points = Mark::Points { x: penalties.places(), y: mean.to_vec(), limits, names: Vec::new() };
    let top = frame(mean, standard_error).filter(|_| error);
    let chart = Chart {
        x: Axis { to: top.and_then(|top| last_seen(&penalties, mean, standard_error, top)), ..penalties.axis() },
        y: Axis { to: top, ..Axis::linear(measure) },
        top: Some(penalties.top()),
        layers: vec![Layer::plain(Role::series(0), points).marker(Marker::Disc)],
        references: penalties.references(),
        ..Chart::default()
    };
    Figure::new("", chart)
}

/// Where the axis of the penalty ends if the errors of all weaker ones lie beyond `top`; those that stand out stay on it.
fn last_seen(penalties: &Penalties, mean: &[f64], standard_error: &[f64], top: f64) -> Option<f64> {
    let seen = mean.iter().zip(standard_error).rposition(|(mean, error)| mean - error < top)?;
    let kept = [penalties.lambda_min, penalties.lambda_1se, penalties.chosen].into_iter().flatten();
    let end = kept.map(|lambda| -lambda.ln()).fold(-penalties.lambda.get(seen)?.ln(), f64::max);
    (seen + 1 < mean.len()).then_some(end)
}

/// The height of the model without features above the least error fits so often below the end of the axis.
const HEADROOM: f64 = 4.0;

/// Where the axis of an error ends if it goes beyond; the first value is that of the model without features.
fn frame(mean: &[f64], standard_error: &[f64]) -> Option<f64> {
    let null = mean.first()? + standard_error.first()?;
    let least = mean.iter().zip(standard_error).map(|(mean, error)| mean - error).fold(f64::INFINITY, f64::min);
    let end = least + HEADROOM * (null - least);
    mean.iter().any(|value| *value > end).then_some(end)
}
