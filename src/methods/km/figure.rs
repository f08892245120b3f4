//! Survival curves with confidence bands, marks for censored observations and numbers at risk.

use figures::{AtRisk, AtRiskRow, Axis, Band, Chart, Figure, Label, Layer, Mark, Marker, Pattern, Role, TimeUnit};

/// One estimated curve, a row for every distinct time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// The group; nothing when there is only one.
    pub group: String,
    /// Its place among risk groups, if that is what the groups are.
    pub risk: Option<Risk>,
    /// The distinct times, rising.
    pub time: Vec<f64>,
    /// The estimate from each time on.
    pub estimate: Vec<f64>,
    /// Lower confidence limits; empty for none.
    pub lower: Vec<f64>,
    /// Upper confidence limits; empty for none.
    pub upper: Vec<f64>,
    /// How many were at risk just before each time.
    pub n_risk: Vec<f64>,
    /// How many were censored at each time.
    pub n_censor: Vec<f64>,
}

/// A risk group, which has a colour of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Below the cut-off.
    Low,
    /// Above the cut-off.
    High,
}

/// Kaplan-Meier curves of `outcome` (`Recurrence-free survival`) over time in `unit`.
///
/// `remarks` go to a free corner: the test, the hazard ratio.
pub fn kaplan_meier(outcome: &str, unit: TimeUnit, curves: &[Curve], remarks: Vec<String>) -> Figure {
    let layers = curves.iter().enumerate().map(|(index, curve)| layer(curve, index, curves.len() > 1)).collect();
    let rows = curves.iter().enumerate().map(|(index, curve)| AtRiskRow {
        label: if curve.group.is_empty() { "All".into() } else { curve.group.clone() },
        role: role(curve, index),
        time: curve.time.clone(),
        n_risk: curve.n_risk.clone(),
    });
    let chart = Chart {
        x: Axis::time(format!("Time, {}", unit.word()), unit),
        y: Axis::linear(outcome).between(0.0, 1.0),
        layers,
        at_risk: Some(AtRisk { title: "At risk".into(), rows: rows.collect() }),
        remarks,
        ..Chart::default()
    };
    Figure::new("", chart)
}

fn role(curve: &Curve, index: usize) -> Role {
    match curve.risk {
        Some(Risk::Low) => Role::RiskLow,
        Some(Risk::High) => Role::RiskHigh,
        None => Role::series(index),
    }
}

fn layer(curve: &Curve, index: usize, named: bool) -> Layer {
    // Everybody is alive at time 0, where the estimate has no row.
    let from_start =
        |first: f64, values: &[f64]| std::iter::once(first).chain(values.iter().copied()).collect::<Vec<f64>>();
    let band = (!curve.lower.is_empty())
        .then(|| Band { lower: from_start(1.0, &curve.lower), upper: from_start(1.0, &curve.upper) });
    let censored = curve.time.iter().zip(&curve.n_censor).filter(|(_, n)| **n > 0.0).map(|(time, _)| *time);
    Layer {
        label: if named { Label::Legend(curve.group.clone()) } else { Label::None },
        role: role(curve, index),
        pattern: Pattern::series(index),
        marker: Marker::series(index),
        mark: Mark::Steps {
            x: from_start(0.0, &curve.time),
            y: from_start(1.0, &curve.estimate),
            band,
            censored: censored.collect(),
        },
    }
}
