//! Landmark analysis: only those still followed at a chosen time, from that time on.

use crate::data::{DataError, Survival};

/// The subjects that a landmark leaves, with time counted from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Landmark {
    /// Follow-up from the landmark on.
    pub data: Survival,
    /// Their rows in the original data.
    pub rows: Vec<usize>,
    /// Rows with an event by the landmark.
    pub excluded_events: usize,
    /// Rows censored by the landmark.
    pub excluded_censored: usize,
    /// Rows not yet under observation at the landmark.
    pub not_entered: usize,
}

/// Keeps the rows with follow-up beyond `time` that were under observation then.
///
/// Groups formed by what is known at the landmark can then be compared without immortal time (Anderson et al. 1983).
/// Fails when nobody is left.
///
/// # Errors
/// [`DataError::Empty`] when nobody is left.
pub fn landmark(data: &Survival, time: f64) -> Result<Landmark, DataError> {
    if !time.is_finite() || time < 0.0 {
        return Err(DataError::Time { row: 0, value: time });
    }
    let entered = |i: usize| data.entry().is_none_or(|entry| entry[i] <= time);
    let beyond = |i: usize| data.time()[i] > time;
    let rows: Vec<usize> = (0..data.len()).filter(|&i| beyond(i) && entered(i)).collect();
    let count = |keep: &dyn Fn(usize) -> bool| (0..data.len()).filter(|&i| keep(i)).count();
    let kept = Survival::new(
        rows.iter().map(|&i| data.time()[i] - time).collect(),
        rows.iter().map(|&i| data.event()[i]).collect(),
    )?;
    let kept = match data.weights() {
        Some(weights) => kept.with_weights(rows.iter().map(|&i| weights[i]).collect())?,
        None => kept,
    };
    Ok(Landmark {
        data: kept,
        rows,
        excluded_events: count(&|i| !beyond(i) && data.event()[i]),
        excluded_censored: count(&|i| !beyond(i) && !data.event()[i]),
        not_entered: count(&|i| beyond(i) && !entered(i)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_gone_by_the_landmark_are_left_out() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 5.0, 9.0], vec![true, false, true, false, true])
            .and_then(|d| d.with_entry(vec![0.0, 0.0, 1.0, 0.0, 4.0]))
            .and_then(|d| d.with_weights(vec![1.0, 1.0, 2.0, 3.0, 1.0]))
            .expect("valid");
        let kept = landmark(&data, 2.0).expect("two left");
        assert_eq!((kept.rows.as_slice(), kept.data.time()), ([2, 3].as_slice(), [1.0, 3.0].as_slice()));
        assert_eq!(kept.data.weights(), Some([2.0, 3.0].as_slice()));
        assert_eq!((kept.excluded_events, kept.excluded_censored, kept.not_entered), (1, 1, 1));
        assert_eq!(landmark(&data, 9.0).expect_err("nobody left"), DataError::Empty);
        assert!(landmark(&data, f64::NAN).is_err());
    }
}
