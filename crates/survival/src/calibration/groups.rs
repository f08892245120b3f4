//! Predicted against observed survival in groups of similar prediction.

use super::{CalibrationError, CheckedCalibration, check};
use crate::stats::describe::mean;
use crate::{Groups, Survival};

/// A group of subjects with similar predictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationGroup {
    /// Its number of subjects.
    pub n: usize,
    /// Mean predicted survival.
    pub predicted: f64,
    /// Kaplan-Meier survival at the time, carried flat where the group's follow-up ends before.
    pub observed: f64,
    /// Its standard error (Greenwood).
    pub std_err: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl CheckedCalibration {
    /// Cuts predicted `survival` into the groups asked for, of like size, fewer where predictions are equal, and compares
    /// each group's mean with its Kaplan-Meier survival at the time; lowest predicted survival first.
    ///
    /// The upper bounds are the smallest predictions that at least 1/k, 2/k, .. of the subjects do not exceed, as
    /// `Hmisc::cut2` and so `rms::groupkm` place them: equal predictions are never divided. Where there are no more
    /// different predictions than groups, each is a group (`cut2` would put one that few have together with the next).
    ///
    /// # Errors
    /// Predictions of another number than subjects, or outside [0, 1].
    pub fn grouped(&self, data: &Survival, survival: &[f64]) -> Result<Vec<CalibrationGroup>, CalibrationError> {
        let spec = &self.0;
        check(data, survival)?;
        let km = spec.km.check()?;
        let bounds = upper_bounds(survival, spec.groups);
        let group = |s: f64| bounds.partition_point(|bound| *bound < s);
        (0..bounds.len())
            .map(|g| (0..survival.len()).filter(|&i| group(survival[i]) == g).collect::<Vec<usize>>())
            .filter(|rows| !rows.is_empty())
            .map(|rows| {
                let curves = km.fit(&data.select(&rows), Groups::one())?;
                let at = curves[0].at(&[spec.time]);
                let predicted: Vec<f64> = rows.iter().map(|&i| survival[i]).collect();
                Ok(CalibrationGroup {
                    n: rows.len(),
                    predicted: mean(&predicted),
                    observed: at[0].surv,
                    std_err: at[0].std_err,
                    lower: at[0].lower,
                    upper: at[0].upper,
                })
            })
            .collect()
    }
}

/// The largest prediction of each group, ascending; the last is the largest of all.
fn upper_bounds(survival: &[f64], count: usize) -> Vec<f64> {
    let mut sorted = survival.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= count {
        return distinct;
    }
    let n = sorted.len();
    // The first position at which so many are reached: ceil(k n / count), from 1.
    let mut bounds: Vec<f64> = (1..=count).map(|k| sorted[(k * n).div_ceil(count) - 1]).collect();
    bounds.dedup();
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_predictions_stay_together_and_different_ones_apart() {
        let two = [vec![0.7; 45], vec![0.8; 35]].concat();
        assert_eq!(upper_bounds(&two, 5), [0.7, 0.8]);
        let three = [vec![0.75; 33], vec![0.76; 21], vec![0.77; 26]].concat();
        assert_eq!(upper_bounds(&three, 5), [0.75, 0.76, 0.77]);
        assert_eq!(upper_bounds(&[0.5; 9], 3), [0.5]);
        let few = [vec![0.3; 44], vec![0.6; 374]].concat();
        assert_eq!(upper_bounds(&few, 5), [0.3, 0.6]);
    }

    #[test]
    fn different_predictions_make_groups_of_like_size() {
        // R: table(cut2(1:84, g = 5)) is 17 17 17 17 16.
        let all: Vec<f64> = (1..=84).map(f64::from).collect();
        assert_eq!(upper_bounds(&all, 5), [17.0, 34.0, 51.0, 68.0, 84.0]);
    }
}
