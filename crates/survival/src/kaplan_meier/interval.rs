//! Confidence intervals of a probability on several scales.

use crate::choice::choices;

/// The scale on which an interval is symmetric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Interval {
    /// No interval.
    None,
    /// S -+ z se S, cut to [0, 1].
    Plain,
    /// exp(log S -+ z se), cut to 1: R's default.
    #[default]
    Log,
    /// exp(-exp(log(-log S) -+ z se / log S)).
    LogLog,
    /// On the scale of log(S / (1 - S)).
    Logit,
    /// On the scale of asin(sqrt S).
    Arcsin,
}

choices!(Interval, "interval type": None = "none", Plain = "plain", Log = "log", LogLog = "log-log", Logit = "logit", Arcsin = "arcsin");

impl Interval {
    /// Lower and upper limit of a probability `s` whose logarithm has standard error `se`, `z` the normal quantile.
    ///
    /// NaN where the scale has no limit: at 0, at 1 for log-log, logit and arcsin, and always for [`Interval::None`].
    pub fn limits(self, s: f64, se: f64, z: f64) -> (f64, f64) {
        let nothing = (f64::NAN, f64::NAN);
        if s == 0.0 && self != Self::Plain {
            return nothing;
        }
        match self {
            Self::None => nothing,
            Self::Plain => {
                let half = se * s * z;
                if half.is_nan() { nothing } else { ((s - half).max(0.0), (s + half).min(1.0)) }
            }
            Self::Log => ((s.ln() - z * se).exp(), (s.ln() + z * se).exp().min(1.0)),
            Self::LogLog if s == 1.0 => nothing,
            Self::LogLog => {
                let (centre, half) = ((-s.ln()).ln(), z * se / s.ln());
                ((-(centre - half).exp()).exp(), (-(centre + half).exp()).exp())
            }
            Self::Logit => {
                let (centre, half) = ((s / (1.0 - s)).ln(), z * se * (1.0 + s / (1.0 - s)));
                (1.0 - 1.0 / (1.0 + (centre - half).exp()), 1.0 - 1.0 / (1.0 + (centre + half).exp()))
            }
            Self::Arcsin => {
                let (centre, half) = (s.sqrt().asin(), 0.5 * z * se * (s / (1.0 - s)).sqrt());
                if half.is_nan() {
                    return nothing;
                }
                let square = |angle: f64| angle.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
                (square(centre - half), square(centre + half))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_contain_the_estimate_and_stay_probabilities() {
        for interval in Interval::ALL.into_iter().filter(|i| *i != Interval::None) {
            assert_eq!(interval.name().parse::<Interval>().expect("its own name"), interval);
            for s in [0.01, 0.5, 0.99] {
                for se in [0.0, 0.1, 3.0] {
                    let (lower, upper) = interval.limits(s, se, 1.96);
                    assert!(
                        0.0 <= lower && lower <= s + 1e-15 && s <= upper + 1e-15 && upper <= 1.0,
                        "{interval:?} {s} {se}"
                    );
                }
            }
            assert!(interval.limits(0.0, f64::INFINITY, 1.96).0.is_nan());
        }
        assert!(Interval::None.limits(0.5, 0.1, 1.96).0.is_nan());
        assert!("wald".parse::<Interval>().is_err());
    }
}
