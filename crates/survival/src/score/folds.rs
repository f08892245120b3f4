//! Folds of subjects, whose copies stay together.

use crate::Survival;
use crate::stats::rng::Rng;

/// The fold of each row, from 1: subjects in order of their number are dealt at random; `survival` is that of `rows`.
///
/// Without copies these are the folds of [`crate::coxnet::Folds::Random`].
pub(super) fn of_subjects(
    rows: &[usize],
    survival: &Survival,
    count: usize,
    seed: u64,
    stratified: bool,
) -> Vec<usize> {
    let mut subjects: Vec<(usize, bool)> = rows.iter().zip(survival.event()).map(|(&i, &e)| (i, e)).collect();
    subjects.sort_unstable();
    subjects.dedup_by_key(|(i, _)| *i);
    let mut order = Rng::stream(seed, 0).permutation(subjects.len());
    if stratified {
        order.sort_by_key(|&k| !subjects[k].1);
    }
    let mut fold = vec![0; subjects.len()];
    order.iter().enumerate().for_each(|(place, &k)| fold[k] = place % count + 1);
    let of = |row: &usize| subjects.binary_search_by_key(row, |(i, _)| *i).map_or(1, |k| fold[k]);
    rows.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coxnet::Folds;

    #[test]
    fn copies_share_a_fold_and_without_copies_folds_are_the_usual_ones() {
        let survival =
            Survival::new((1..=20).map(f64::from).collect(), (0..20).map(|i| i % 3 > 0).collect()).expect("valid");
        let rows: Vec<usize> = (0..20).collect();
        for stratified in [false, true] {
            let usual = Folds::Random { count: 5, seed: 4, stratified }.assign(&survival, 0).expect("folds");
            assert_eq!(of_subjects(&rows, &survival, 5, 4, stratified), usual);
        }
        let sample = Rng::new(3).bootstrap(20);
        let fold = of_subjects(&sample, &survival.select(&sample), 4, 1, true);
        for (a, i) in sample.iter().enumerate() {
            for (b, j) in sample.iter().enumerate() {
                assert!(i != j || fold[a] == fold[b]);
            }
        }
        assert!((1..=4).all(|f| fold.contains(&f)));
    }
}
