//! Two groups by a cut-off, however it was found.

use crate::data::{DataError, Survival};

/// Subjects and events on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Subjects.
    pub n: usize,
    /// Events.
    pub events: usize,
}

/// Subjects by a cut-off: low up to and including it, high above.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The cut-off.
    pub cut: f64,
    /// Those with values up to it.
    pub low: Side,
    /// Those with values above it.
    pub high: Side,
    /// 0 for low, 1 for high, in row order; `None` where the value is missing.
    pub group: Vec<Option<usize>>,
}

/// Splits the subjects of `data` at `cut`: one by hand, or carried over from another cohort.
///
/// # Errors
/// [`DataError::Length`] for another number of values than subjects.
pub fn split(data: &Survival, x: &[f64], cut: f64) -> Result<Split, DataError> {
    if x.len() != data.len() {
        return Err(DataError::Length { what: "variable", found: x.len(), expected: data.len() });
    }
    let group: Vec<Option<usize>> = x.iter().map(|v| (!v.is_nan()).then(|| usize::from(*v > cut))).collect();
    let side = |which: usize| {
        let rows = (0..x.len()).filter(|&i| group[i] == Some(which));
        let events = rows.clone().filter(|&i| data.event()[i]).count();
        Side { n: rows.count(), events }
    };
    Ok(Split { cut, low: side(0), high: side(1), group })
}

/// The cut-off at a quantile of `x` (type 7, missing values left out): 0.5 is the median.
pub fn at_quantile(x: &[f64], p: f64) -> f64 {
    crate::stats::describe::quantile(x, p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_itself_is_low() {
        let data = Survival::new(vec![1.0; 5], vec![true, false, true, true, true]).expect("valid");
        let x = [3.0, 1.0, f64::NAN, 2.0, 5.0];
        let split = split(&data, &x, 3.0).expect("lengths");
        assert_eq!((split.low, split.high), (Side { n: 3, events: 2 }, Side { n: 1, events: 1 }));
        assert_eq!(split.group, [Some(0), Some(0), None, Some(0), Some(1)]);
        assert_eq!(at_quantile(&x, 0.5), 2.5);
    }
}
