//! Which subject is left out when.

use super::{CoxnetError, Survival};
use crate::stats::rng::Rng;

/// How subjects are divided for cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub enum Folds {
    /// This fold for each subject, numbered from 1.
    Given(Vec<usize>),
    /// This many folds of nearly equal size, dealt at random.
    Random {
        /// Number of folds.
        count: usize,
        /// Fixes the draw.
        seed: u64,
        /// Deal those with the event and those without apart, so that every fold has its share of events.
        stratified: bool,
    },
}

impl Default for Folds {
    fn default() -> Self {
        Self::Random { count: 10, seed: 1, stratified: false }
    }
}

impl Folds {
    /// The fold of each subject of `data`, from 1. Draw number `repeat` of the seed; given folds do not change with it.
    ///
    /// # Errors
    /// Fewer than three folds, or more than subjects; given folds of another number than subjects or with gaps in their numbers.
    pub fn assign(&self, data: &Survival, repeat: u64) -> Result<Vec<usize>, CoxnetError> {
        let n = data.len();
        let fold = match self {
            Self::Given(fold) => fold.clone(),
            Self::Random { count, .. } if *count < 2 || *count > n => {
                return Err(CoxnetError::FoldCount { count: *count, subjects: n });
            }
            Self::Random { count, seed, stratified } => {
                let mut order = Rng::stream(*seed, repeat).permutation(n);
                if *stratified {
                    order.sort_by_key(|&i| !data.event()[i]);
                }
                let mut fold = vec![0; n];
                order.iter().enumerate().for_each(|(place, &i)| fold[i] = place % count + 1);
                fold
            }
        };
        if fold.len() != n {
            return Err(CoxnetError::Length { what: "fold".into(), found: fold.len(), expected: n });
        }
        check(&fold, data)?;
        Ok(fold)
    }
}

fn check(fold: &[usize], data: &Survival) -> Result<(), CoxnetError> {
    let count = fold.iter().copied().max().unwrap_or(0);
    if count < 3 || fold.contains(&0) {
        return Err(CoxnetError::FoldNumbers);
    }
    let (mut members, mut events) = (vec![0; count], vec![0; count]);
    for (i, f) in fold.iter().enumerate() {
        members[f - 1] += 1;
        events[f - 1] += usize::from(data.event()[i] && data.weight(i) > 0.0);
    }
    if members.contains(&0) {
        return Err(CoxnetError::FoldNumbers);
    }
    // A fold without events has nothing to say and does not count; one with all of them leaves nothing to fit.
    match events.iter().position(|e| *e > 0 && *e == events.iter().sum::<usize>()) {
        Some(only) => Err(CoxnetError::FoldWithAllEvents { fold: only + 1, folds: count }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stratified_folds_share_the_events() {
        let event = (0..50).map(|i| i % 5 == 0).collect();
        let data = Survival::new((1..=50).map(f64::from).collect(), event).expect("valid");
        let folds = Folds::Random { count: 5, seed: 3, stratified: true };
        let fold = folds.assign(&data, 0).expect("folds");
        for f in 1..=5 {
            assert_eq!(fold.iter().filter(|x| **x == f).count(), 10);
            assert_eq!((0..50).filter(|&i| fold[i] == f && data.event()[i]).count(), 2);
        }
        assert_eq!(fold, folds.assign(&data, 0).expect("folds"));
        assert_ne!(fold, folds.assign(&data, 1).expect("folds"));
    }

    #[test]
    fn a_fold_may_lack_events_but_not_hold_them_all() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true, true, false, false]).expect("valid");
        assert!(Folds::Given(vec![1, 2, 3, 3]).assign(&data, 0).is_ok());
        let error = Folds::Given(vec![2, 2, 1, 3]).assign(&data, 0);
        assert_eq!(error, Err(CoxnetError::FoldWithAllEvents { fold: 2, folds: 3 }));
    }
}
