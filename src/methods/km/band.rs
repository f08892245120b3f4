//! Simultaneous confidence bands: with the stated confidence the whole curve lies inside, not only its value at a time.

use serde::{Deserialize, Serialize};

use survival::Survival;
use survival::kaplan_meier::{BandKind, Curve, Interval};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// Which band.
    pub kind: BandKind,
    /// Where it begins; at the first event if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Where it ends; where follow-up ends, or before the last patient has the event, if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
}

/// The band of one curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Which band.
    pub kind: BandKind,
    /// What stands in place of the normal quantile.
    pub critical: f64,
    /// The first time of the curve in the band.
    pub from: f64,
    /// The last.
    pub to: f64,
    /// Lower edge at each time of the curve; NaN outside of the range.
    pub lower: Vec<f64>,
    /// Upper edge.
    pub upper: Vec<f64>,
}

/// Confidence of the bands.
const LEVEL: f64 = 0.95;

impl Spec {
    /// The band over the whole curve.
    pub fn whole(kind: BandKind) -> Self {
        Self { kind, from: None, to: None }
    }

    /// The band of a curve, on the scale of its pointwise limits.
    fn around(&self, curve: &Curve) -> Result<Band, String> {
        let range = (self.from.unwrap_or(0.0), self.to.unwrap_or(f64::INFINITY));
        let band = curve.band(self.kind, curve.interval, LEVEL, range).map_err(|why| why.to_string())?;
        let ends = band.time.first().zip(band.time.last());
        let (&from, &to) = ends.ok_or("it holds no time")?;
        let before = curve.time.partition_point(|t| *t < from);
        let along = |edge: Vec<f64>| {
            let mut along = vec![f64::NAN; curve.time.len()];
            along[before..before + edge.len()].copy_from_slice(&edge);
            along
        };
        let (lower, upper) = (along(band.lower), along(band.upper));
        Ok(Band { kind: self.kind, critical: band.critical, from, to, lower, upper })
    }
}

/// The band of each curve; where there is none, a note says why.
pub(super) fn bands(
    wanted: Option<Spec>,
    survival: &Survival,
    interval: Interval,
    labels: &[String],
    curves: &[Curve],
    notes: &mut Vec<String>,
) -> Vec<Option<Band>> {
    let Some(wanted) = wanted else { return vec![None; curves.len()] };
    if let Some(why) = refusal(survival, interval) {
        notes.push(format!("no confidence band: {why}"));
        return vec![None; curves.len()];
    }
    let around = |(label, curve): (&String, &Curve)| match wanted.around(curve) {
        Ok(band) => Some(band),
        Err(why) => {
            let of = if curves.len() > 1 { format!("{label}: ") } else { String::new() };
            notes.push(format!("{of}no confidence band: {why}"));
            None
        }
    };
    labels.iter().zip(curves).map(around).collect()
}

/// Why these patients can have no band, if they cannot.
fn refusal(survival: &Survival, interval: Interval) -> Option<&'static str> {
    if survival.entry().is_some() {
        return Some("its theory is for patients who are all followed from time 0");
    }
    if survival.weights().is_some() {
        return Some("its theory is for patients who all count once");
    }
    (interval == Interval::None).then_some("it needs limits on a scale: log, log-log, plain or logit")
}

/// The name of a band in print.
pub fn words(kind: BandKind) -> &'static str {
    match kind {
        BandKind::EqualPrecision => "equal precision",
        BandKind::HallWellner => "Hall-Wellner",
    }
}

impl Band {
    /// The edges at `time`, if it is in the range; after the last time of the curve in it they hold.
    pub(super) fn at(&self, time: f64, times: &[f64]) -> Option<(f64, f64)> {
        let row = times.partition_point(|t| *t <= time).checked_sub(1)?;
        let inside = time >= self.from && (time <= self.to || times[row] == self.to);
        inside.then(|| (self.lower[row], self.upper[row]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_hold_until_the_next_time_of_the_curve() {
        let (lower, upper) = (vec![f64::NAN, 0.5, 0.2, f64::NAN], vec![f64::NAN, 0.9, 0.8, f64::NAN]);
        let band = Band { kind: BandKind::HallWellner, critical: 1.3, from: 2.0, to: 3.0, lower, upper };
        let times = [1.0, 2.0, 3.0, 4.0];
        let of = |t| band.at(t, &times);
        assert_eq!([of(1.5), of(2.5), of(3.5), of(4.0)], [None, Some((0.5, 0.9)), Some((0.2, 0.8)), None]);
    }
}
