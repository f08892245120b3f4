//! Seeded random splits, even within strata, that do not depend on the order of the rows.

use std::collections::BTreeMap;

use survival::stats::rng::Rng;

/// Which patients fall into the training part: `floor(fraction * n)` of them, shared out over the strata in proportion
/// (each stratum gets its share rounded down, the rest go to the largest remainders, ties to the first stratum).
///
/// `patients` names each patient and the stratum it is in. Within a stratum the patients are ordered by name and then
/// shuffled by a stream of `seed` of that stratum's own, so that the same patients are drawn whatever the rows' order.
pub fn stratified(patients: &[(String, String)], fraction: f64, seed: u64) -> Vec<bool> {
    let mut strata: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, (_, stratum)) in patients.iter().enumerate() {
        strata.entry(stratum).or_default().push(i);
    }
    let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
    let quotas = quotas(&sizes, fraction);
    let mut training = vec![false; patients.len()];
    for (k, (rows, quota)) in strata.values_mut().zip(quotas).enumerate() {
        rows.sort_by(|&a, &b| patients[a].0.cmp(&patients[b].0));
        Rng::stream(seed, k as u64).shuffle(rows);
        rows[..quota].iter().for_each(|&i| training[i] = true);
    }
    training
}

/// How many of each stratum: largest remainders, in all `floor(fraction * n)`.
fn quotas(sizes: &[usize], fraction: f64) -> Vec<usize> {
    // 0.7 * 110 is 76.99999999999999 in binary; a share that close to a whole number is meant to be one.
    let floor = |x: f64| (x + 1e-9).floor() as usize;
    let total = floor(fraction * sizes.iter().sum::<usize>() as f64);
    let shares: Vec<f64> = sizes.iter().map(|&n| fraction * n as f64).collect();
    let mut quotas: Vec<usize> = shares.iter().map(|&s| floor(s)).collect();
    let mut by_remainder: Vec<usize> = (0..sizes.len()).collect();
    by_remainder.sort_by(|&a, &b| {
        let remainder = |k: usize| shares[k] - quotas[k] as f64;
        remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b))
    });
    let short = total.saturating_sub(quotas.iter().sum());
    by_remainder.into_iter().take(short).for_each(|k| quotas[k] += 1);
    quotas
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patients(n: usize) -> Vec<(String, String)> {
        (0..n).map(|i| (format!("P{i:03}"), if i % 3 == 0 { "event" } else { "none" }.to_owned())).collect()
    }

    #[test]
    fn seven_to_three_of_117_is_81() {
        assert_eq!(quotas(&[45, 72], 0.7), [31, 50]);
        assert_eq!(quotas(&[110], 0.7), [77]);
        assert_eq!(quotas(&[1, 1, 1], 0.5), [1, 0, 0]);
        let split = stratified(&patients(117), 0.7, 1);
        assert_eq!(split.iter().filter(|&&t| t).count(), 81);
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let forward = patients(50);
        let backward: Vec<_> = forward.iter().rev().cloned().collect();
        let mut reversed = stratified(&backward, 0.7, 3);
        reversed.reverse();
        assert_eq!(stratified(&forward, 0.7, 3), reversed);
        assert_ne!(stratified(&forward, 0.7, 3), stratified(&forward, 0.7, 4));
    }
}
