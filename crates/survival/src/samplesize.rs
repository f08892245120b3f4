//! How many patients a prognostic model for survival needs before it is developed: Riley's criteria.
//!
//! Riley, Snell, Ensor and others, Stat Med 38:1276, 2019 (part II); Riley, Ensor, Snell and others, BMJ 368:m441, 2020.
//! Three criteria, of which the strictest counts:
//!
//! 1. the expected shrinkage of the coefficients is no stronger than `shrinkage` (0.9):
//!    n = P / ((S - 1) ln(1 - R2 / S)), P candidate parameters, R2 the Cox-Snell R squared that is expected after
//!    adjustment for optimism;
//! 2. apparent and adjusted R squared, as shares of the largest possible, differ by no more than 0.05: the same with
//!    S = R2 / (R2 + 0.05 max R2), where max R2 = 1 - exp(2 (E ln(E/n) - E) / n) of a model without predictors;
//! 3. the overall risk at a time is known to within 0.05 (upper limit of a 95 % interval, exponential survival).
//!
//! The largest R squared takes the share of patients with an event as `pmsampsize` does, rounded up to four digits.
//! pmsampsize reports the larger of the first two for the third criterion and how precise the risk then is; here the third
//! has the n that it asks for itself.

use std::f64::consts::PI;

/// Why no sample size can be worked out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SampleSizeError {
    /// No candidate parameter.
    #[error("there must be at least one candidate parameter")]
    Parameters,
    /// A number that is not positive.
    #[error("{what} {value} is not a positive number")]
    Positive {
        /// Which.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// A shrinkage outside 0 to 1.
    #[error("a shrinkage of {0} is not between 0 and 1")]
    Shrinkage(f64),
    /// An R squared that cannot be.
    #[error(
        "an R squared of {r2} cannot be reached: with these events the largest Cox-Snell R squared is {largest:.3}"
    )]
    R2 {
        /// R squared asked for.
        r2: f64,
        /// The largest.
        largest: f64,
    },
    /// An R squared that is not less than the shrinkage.
    #[error("an R squared of {r2} is not below the shrinkage of {shrinkage}")]
    AboveShrinkage {
        /// R squared asked for.
        r2: f64,
        /// Shrinkage asked for.
        shrinkage: f64,
    },
    /// A C that tells nothing.
    #[error("a C of {0} is not above 0.5 and below 1")]
    C(f64),
    /// More events than patients.
    #[error(
        "a rate of {rate} over a mean follow-up of {follow_up} makes {share:.2} events a patient: they must be below 1"
    )]
    Events {
        /// Events per unit of time.
        rate: f64,
        /// Mean follow-up.
        follow_up: f64,
        /// Their product.
        share: f64,
    },
}

/// What the model is expected to explain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explained {
    /// Cox-Snell R squared, adjusted for optimism.
    CoxSnell(f64),
    /// Harrell's C, from which R squared is approximated: D = 5.50 (C - 0.5) + 10.26 (C - 0.5)^3 (Jinks, Royston and
    /// Parmar, BMC Med Res Methodol 15:82, 2015), then Royston's R squared of D, O'Quigley's and Cox and Snell's (Riley, part
    /// II).
    C(f64),
}

/// A model to be developed; [`CheckedSampleSize::fit`] gives its sample size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSizeSpec {
    /// Candidate parameters: every coefficient that is looked at, selected or not.
    pub parameters: usize,
    /// What the model explains.
    pub explained: Explained,
    /// Events per patient and unit of time.
    pub rate: f64,
    /// Time of the prediction, in the same unit.
    pub time: f64,
    /// Mean follow-up, in the same unit.
    pub mean_follow_up: f64,
    /// Shrinkage aimed at; 0.9 is usual.
    pub shrinkage: f64,
}

/// A model that can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedSampleSize(SampleSizeSpec);

/// One criterion and the patients that it asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Criterion {
    /// `shrinkage`, `optimism` or `overall_risk`.
    pub name: &'static str,
    /// Patients, rounded up.
    pub n: usize,
    /// Expected shrinkage with that many; `None` for the overall risk, which has none.
    pub shrinkage: Option<f64>,
}

/// A sample size.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleSize {
    /// Patients.
    pub n: usize,
    /// Events, rounded up.
    pub events: usize,
    /// Expected events (not rounded) per parameter.
    pub events_per_parameter: f64,
    /// The criteria, in their order.
    pub criteria: Vec<Criterion>,
    /// Cox-Snell R squared used, which may come from a C.
    pub r2: f64,
    /// The largest possible.
    pub largest_r2: f64,
    /// Overall risk at the time.
    pub risk: f64,
    /// Its 95 % limits with `n` patients.
    pub risk_limits: (f64, f64),
}

/// The margins of the second and the third criterion.
const MARGIN: f64 = 0.05;
/// pmsampsize's normal quantile.
const Z: f64 = 1.96;

impl CheckedSampleSize {
    /// Works out the sample size.
    ///
    /// # Errors
    /// [`SampleSizeError::R2`] and [`SampleSizeError::AboveShrinkage`]: an R squared that these events cannot have.
    pub fn fit(&self) -> Result<SampleSize, SampleSizeError> {
        self.0.size()
    }
}

impl SampleSizeSpec {
    fn size(&self) -> Result<SampleSize, SampleSizeError> {
        let share = self.rate * self.mean_follow_up;
        // Rounded up among ten thousand patients.
        let rounded = (share * 1e4).ceil() / 1e4;
        let largest = -(2.0 * (rounded * rounded.ln() - rounded)).exp_m1();
        let r2 = self.r2(share)?;
        if r2 > largest {
            return Err(SampleSizeError::R2 { r2, largest });
        }
        if r2 >= self.shrinkage {
            return Err(SampleSizeError::AboveShrinkage { r2, shrinkage: self.shrinkage });
        }
        let of_optimism = r2 / (r2 + MARGIN * largest);
        let (first, second) = (self.patients(r2, self.shrinkage), self.patients(r2, of_optimism));
        let third = self.of_risk();
        let n = first.max(second).max(third);
        let criterion = |name, n, shrinkage| Criterion { name, n, shrinkage };
        Ok(SampleSize {
            n,
            events: (n as f64 * share).ceil() as usize,
            events_per_parameter: n as f64 * share / self.parameters as f64,
            criteria: vec![
                criterion("shrinkage", first, Some(self.shrinkage)),
                criterion("optimism", second, Some(of_optimism)),
                criterion("overall_risk", third, None),
            ],
            r2,
            largest_r2: largest,
            risk: self.risk(0.0, n),
            risk_limits: (self.risk(-Z, n), self.risk(Z, n)),
        })
    }

    /// Checks every number.
    ///
    /// ```
    /// use survival::samplesize::{Explained, SampleSizeSpec};
    ///
    /// // Recurrent venous thromboembolism (BMJ 368:m441): 30 parameters, 0.065 events a year.
    /// let explained = Explained::CoxSnell(0.051);
    /// let model =
    ///     SampleSizeSpec { parameters: 30, explained, rate: 0.065, time: 2.0, mean_follow_up: 2.07, shrinkage: 0.9 };
    /// let size = model.check()?.fit()?;
    /// assert_eq!((size.n, size.events), (5143, 692));
    /// # Ok::<(), survival::samplesize::SampleSizeError>(())
    /// ```
    ///
    /// # Errors
    /// No `parameters`; a rate, time, follow-up or R squared that is not positive; a shrinkage outside 0 to 1; a C not above
    /// 0.5 and below 1; as many events as patients.
    pub fn check(self) -> Result<CheckedSampleSize, SampleSizeError> {
        if self.parameters == 0 {
            return Err(SampleSizeError::Parameters);
        }
        let r2 = match self.explained {
            Explained::CoxSnell(r2) => r2,
            Explained::C(c) if c > 0.5 && c < 1.0 => 1.0,
            Explained::C(c) => return Err(SampleSizeError::C(c)),
        };
        let numbers = [
            ("an R squared of", r2),
            ("a rate of", self.rate),
            ("a time of", self.time),
            ("a follow-up of", self.mean_follow_up),
        ];
        if let Some((what, value)) = numbers.into_iter().find(|(_, v)| !(v.is_finite() && *v > 0.0)) {
            return Err(SampleSizeError::Positive { what, value });
        }
        if !(self.shrinkage > 0.0 && self.shrinkage < 1.0) {
            return Err(SampleSizeError::Shrinkage(self.shrinkage));
        }
        let (rate, follow_up) = (self.rate, self.mean_follow_up);
        let share = rate * follow_up;
        if share >= 1.0 {
            return Err(SampleSizeError::Events { rate, follow_up, share });
        }
        Ok(CheckedSampleSize(self))
    }

    /// Cox-Snell R squared, `share` of the patients having an event.
    fn r2(&self, share: f64) -> Result<f64, SampleSizeError> {
        let c = match self.explained {
            Explained::CoxSnell(r2) => return Ok(r2),
            Explained::C(c) => c - 0.5,
        };
        let d = 5.50 * c + 10.26 * c.powi(3);
        let of_d = (PI / 8.0 * d * d) / (PI * PI / 6.0 + PI / 8.0 * d * d);
        let error = PI * PI / 6.0;
        let per_event = -error * of_d / ((1.0 - error) * of_d - 1.0);
        // 1 - exp(-LR / n) with LR = -E ln(1 - R2 per event).
        Ok(-(share * (-per_event).ln_1p()).exp_m1())
    }

    /// Patients for a shrinkage.
    fn patients(&self, r2: f64, shrinkage: f64) -> usize {
        (self.parameters as f64 / ((shrinkage - 1.0) * (-r2 / shrinkage).ln_1p())).ceil() as usize
    }

    /// Risk at the time if the rate is `z` standard errors off with `n` patients.
    fn risk(&self, z: f64, n: usize) -> f64 {
        let rate = self.rate + z * (self.rate / (self.mean_follow_up * n as f64)).sqrt();
        -(-rate.max(0.0) * self.time).exp_m1()
    }

    /// Patients with whom the upper limit of the risk is within the margin.
    fn of_risk(&self) -> usize {
        let upper = self.risk(0.0, 1) + MARGIN;
        if upper >= 1.0 {
            return 1;
        }
        let rate = -(-upper).ln_1p() / self.time;
        let n = self.rate / self.mean_follow_up * (Z / (rate - self.rate)).powi(2);
        n.ceil() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of BMJ 368:m441: recurrent venous thromboembolism.
    fn example(parameters: usize, r2: f64) -> SampleSizeSpec {
        let explained = Explained::CoxSnell(r2);
        SampleSizeSpec { parameters, explained, rate: 0.065, time: 2.0, mean_follow_up: 2.07, shrinkage: 0.9 }
    }

    #[test]
    fn published_examples() {
        let found = example(30, 0.051).check().and_then(|spec| spec.fit()).expect("a size");
        assert_eq!((found.n, found.events), (5143, 692));
        assert!((found.events_per_parameter - 23.07).abs() < 0.005);
        assert!((found.largest_r2 - 0.55).abs() < 0.005);
        // pmsampsize's own examples with 25 parameters.
        for (r2, n, per_parameter) in [(0.051, 4286, 23.07), (0.065, 3335, 17.95)] {
            let found = example(25, r2).check().and_then(|spec| spec.fit()).expect("a size");
            assert_eq!(found.n, n);
            assert!((found.events_per_parameter - per_parameter).abs() < 0.005);
        }
    }

    #[test]
    fn the_third_criterion_meets_its_margin_and_one_less_does_not() {
        let spec = example(30, 0.051);
        let found = spec.check().and_then(|spec| spec.fit()).expect("a size");
        let n = found.criteria[2].n;
        assert!(spec.risk(Z, n) - found.risk <= MARGIN && spec.risk(Z, n - 1) - found.risk > MARGIN, "{n}");
        assert!(found.risk_limits.0 < found.risk && found.risk < found.risk_limits.1);
    }

    #[test]
    fn a_better_c_explains_more_and_needs_fewer() {
        let of = |c: f64| {
            SampleSizeSpec { explained: Explained::C(c), ..example(20, 0.1) }
                .check()
                .and_then(|spec| spec.fit())
                .expect("a size")
        };
        let (weak, strong) = (of(0.6), of(0.75));
        assert!(weak.r2 < strong.r2 && weak.n > strong.n);
        assert!(strong.r2 < strong.largest_r2);
    }

    #[test]
    fn refuses_what_cannot_be() {
        assert!(matches!(example(30, 0.9).check().and_then(|spec| spec.fit()), Err(SampleSizeError::R2 { .. })));
        assert_eq!(example(0, 0.1).check().and_then(|spec| spec.fit()), Err(SampleSizeError::Parameters));
        assert!(matches!(example(3, -0.1).check().and_then(|spec| spec.fit()), Err(SampleSizeError::Positive { .. })));
        assert!(matches!(
            SampleSizeSpec { rate: 1.0, ..example(3, 0.1) }.check().and_then(|spec| spec.fit()),
            Err(SampleSizeError::Events { .. })
        ));
        assert_eq!(
            SampleSizeSpec { explained: Explained::C(0.5), ..example(3, 0.1) }.check().and_then(|spec| spec.fit()),
            Err(SampleSizeError::C(0.5))
        );
    }
}
