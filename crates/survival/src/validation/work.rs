//! Samples in parallel: results by number, progress of the whole, cancellation inside of each.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::{Pipeline, Sample, ValidationError};
use crate::Survival;
use watch::{Cancelled, Watch};

/// Progress of one sample among many: its own steps only ask whether to go on.
struct Inside<'a> {
    watch: &'a dyn Watch,
    done: usize,
    total: usize,
}

impl Watch for Inside<'_> {
    fn step(&self, _done: usize, _total: usize) -> Result<(), Cancelled> {
        self.watch.step(self.done, self.total)
    }
}

/// `task` of every number below `count`; what fails for the pipeline's own reasons is an `Err` of its place.
pub(super) fn each<T: Send>(
    count: usize,
    watch: &dyn Watch,
    task: impl Fn(usize, &dyn Watch) -> Result<T, String> + Sync,
) -> Result<Vec<Result<T, String>>, ValidationError> {
    let done = AtomicUsize::new(0);
    let one = |number: usize| {
        let inside = Inside { watch, done: done.load(Ordering::Relaxed), total: count };
        inside.step(0, 1)?;
        let found = task(number, &inside);
        // A pipeline that was told to stop says so in words of its own: ask again.
        watch.step(1 + done.fetch_add(1, Ordering::Relaxed), count)?;
        Ok(found)
    };
    let found: Vec<Result<Result<T, String>, Cancelled>> = (0..count).into_par_iter().map(one).collect();
    Ok(found.into_iter().collect::<Result<_, _>>()?)
}

/// Fits `pipeline` to the rows `rows` of `data`.
pub(super) fn fit<P: Pipeline>(
    pipeline: &P,
    data: &Survival,
    rows: &[usize],
    watch: &dyn Watch,
) -> Result<P::Fitted, String> {
    let survival = data.select(rows);
    if survival.n_events() == 0 {
        return Err(format!("none of its {} subjects has the event", rows.len()));
    }
    pipeline.fit(&Sample { rows, survival: &survival }, watch).map_err(|error| error.to_string())
}

/// Fits `pipeline` to everybody.
pub(super) fn fit_all<P: Pipeline>(
    pipeline: &P,
    data: &Survival,
    watch: &dyn Watch,
) -> Result<P::Fitted, ValidationError> {
    let rows: Vec<usize> = (0..data.len()).collect();
    let fitted = fit(pipeline, data, &rows, watch);
    watch.step(0, 1)?;
    fitted.map_err(|reason| ValidationError::Whole { subjects: data.len(), reason })
}

/// Those that could be fitted, with the number of others and what the first of them said.
pub(super) fn used<T>(found: Vec<Result<T, String>>) -> Result<(Vec<T>, usize, Option<String>), ValidationError> {
    let samples = found.len();
    let (mut used, mut first) = (Vec::with_capacity(samples), None);
    for one in found {
        match one {
            Ok(one) => used.push(one),
            Err(reason) => first = first.or(Some(reason)),
        }
    }
    match (used.is_empty(), first) {
        (true, Some(reason)) => Err(ValidationError::AllFailed { samples, reason }),
        (_, first) => Ok((samples - used.len(), first)).map(|(failed, first)| (used, failed, first)),
    }
}
