//! How many patients Riley's criteria ask for, where nobody knows yet how much a model will explain.

use survival::Survival;
use survival::samplesize::{Explained, SampleSize, SampleSizeSpec};

use figures::{TimeUnit, format};

/// Share of the largest possible R squared that a model is taken to explain where nothing is known of it (Riley and others,
/// BMJ 368:m441, 2020).
const SHARE_OF_R2: f64 = 0.15;

/// Shrinkage aimed at.
const SHRINKAGE: f64 = 0.9;

/// What is asked for, and what there is.
#[derive(Debug, Clone, PartialEq)]
pub struct Needed {
    /// Candidate parameters: every coefficient that is looked at.
    pub parameters: usize,
    /// Patients and events asked for.
    pub size: SampleSize,
    /// Patients there are.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Time of the prediction.
    pub time: f64,
}

/// The criteria for `parameters` candidates, with the rate of events and the mean follow-up of these patients. None without
/// events or candidates, or where nobody is followed.
pub fn needed(survival: &Survival, parameters: usize, time: f64) -> Option<Needed> {
    let (n, events) = (survival.time().len(), survival.n_events());
    let followed: f64 = survival.time().iter().sum();
    let (rate, mean_follow_up) = (events as f64 / followed, followed / n as f64);
    let share = events as f64 / n as f64;
    let largest = -(2.0 * (share * share.ln() - share)).exp_m1();
    let explained = Explained::CoxSnell(SHARE_OF_R2 * largest);
    let spec = SampleSizeSpec { parameters, explained, rate, time, mean_follow_up, shrinkage: SHRINKAGE };
    let size = spec.check().ok()?.fit().ok()?;
    Some(Needed { parameters, size, n, events, time })
}

impl Needed {
    /// Whether there are as many patients as are asked for.
    pub fn is_met(&self) -> bool {
        self.n >= self.size.n
    }

    /// `Riley's criteria ask for 5,143 patients with 692 events to choose among 30 candidate parameters ..; there are ..`
    pub fn said(&self, unit: TimeUnit) -> String {
        let count = |n: usize| format::count(n);
        let short = if self.is_met() {
            ""
        } else {
            ": expect coefficients that are too far from 1 and a C that others do not find"
        };
        format!(
            "Riley's criteria ask for {} patients with {} events to develop a model of {} candidate parameters for \
             predictions at {} {} (15 % of the largest R squared explained, shrinkage of {SHRINKAGE}); there are {} with {}{short}",
            count(self.size.n),
            count(self.size.events),
            count(self.parameters),
            format::chosen_to(self.time, 3),
            unit.word(),
            count(self.n),
            count(self.events),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Criterion 1 by hand: P / ((S - 1) ln(1 - R2 / S)).
    #[test]
    fn patients_are_those_of_the_formula() {
        let time: Vec<f64> = (1..=100).map(f64::from).collect();
        let event: Vec<bool> = (0..100).map(|i| i % 4 == 0).collect();
        let survival = Survival::new(time, event).expect("follow-up");
        let found = needed(&survival, 10, 60.0).expect("an answer");
        let r2 = 0.15 * (1.0 - (2.0 * (0.25 * 0.25_f64.ln() - 0.25)).exp());
        let first = (10.0 / (-0.1 * (1.0 - r2 / 0.9).ln())).ceil() as usize;
        assert_eq!(found.size.criteria[0].n, first);
        assert!(found.size.n >= first && (found.n, found.events) == (100, 25));
        assert!(!found.is_met() && found.said(TimeUnit::Months).contains("there are 100 with 25"));
        assert!(needed(&survival, 0, 60.0).is_none());
    }
}
