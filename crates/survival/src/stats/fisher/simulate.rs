//! Random tables with the margins of a given one, for tables that cannot be enumerated.

use super::{LN_TIE_TOLERANCE, ln_factorials};
use crate::stats::cross_table::CrossTable;
use crate::stats::rng::Rng;
use rayon::prelude::*;

/// Tables drawn from one stream of random numbers.
const BLOCK: usize = 1000;

/// (1 + tables no more likely) / (1 + `draws`), a stream of `seed` for every thousand tables.
pub(super) fn p_value(table: &CrossTable, draws: usize, seed: u64) -> f64 {
    let ln_factorial = ln_factorials(table.total());
    let (rows, columns) = (table.row_totals(), table.column_totals());
    let cells = (0..rows.len()).flat_map(|i| (0..columns.len()).map(move |j| (i, j)));
    let seen: f64 = cells.map(|(i, j)| -ln_factorial[table.get(i, j) as usize]).sum();
    let in_block = |block: usize| {
        let mut rng = Rng::stream(seed, block as u64);
        let drawn = BLOCK.min(draws - block * BLOCK);
        (0..drawn).filter(|_| ln_weight(&mut rng, &ln_factorial, &rows, &columns) <= seen + LN_TIE_TOLERANCE).count()
    };
    let unlikely: usize = (0..draws.div_ceil(BLOCK)).into_par_iter().map(in_block).sum();
    (1 + unlikely) as f64 / (1 + draws) as f64
}

/// Draws a table cell by cell (each is hypergeometric, given those before) and returns -sum ln x!.
fn ln_weight(rng: &mut Rng, ln_factorial: &[f64], rows: &[u64], columns: &[u64]) -> f64 {
    let mut weight = 0.0;
    let mut remaining = columns.to_vec();
    for &row in rows {
        let mut to_place = row;
        let mut behind: u64 = remaining.iter().sum();
        for left in &mut remaining {
            behind -= *left;
            let x = hypergeometric(rng, ln_factorial, *left, behind, to_place);
            *left -= x;
            to_place -= x;
            weight -= ln_factorial[x as usize];
        }
    }
    weight
}

/// Marked ones among `drawn` from `marked` + `others`, by inversion outwards from the mode.
fn hypergeometric(rng: &mut Rng, ln_factorial: &[f64], marked: u64, others: u64, drawn: u64) -> u64 {
    let (low, high) = (drawn.saturating_sub(others), marked.min(drawn));
    if low == high {
        return low;
    }
    let mode = ((drawn + 1) as f64 * (marked + 1) as f64 / (marked + others + 2) as f64).floor() as u64;
    let mode = mode.clamp(low, high);
    let choose = |n: u64, k: u64| ln_factorial[n as usize] - ln_factorial[k as usize] - ln_factorial[(n - k) as usize];
    let at_mode = (choose(marked, mode) + choose(others, drawn - mode) - choose(marked + others, drawn)).exp();
    // P(x + 1) / P(x).
    let step = |x: u64| (marked - x) as f64 * (drawn - x) as f64 / ((x + 1) as f64 * (others + x + 1 - drawn) as f64);
    let mut left_to_go = rng.uniform() - at_mode;
    let (mut below, mut above) = (mode, mode);
    let (mut p_below, mut p_above) = (at_mode, at_mode);
    while left_to_go > 0.0 && (below > low || above < high) {
        if above < high {
            p_above *= step(above);
            above += 1;
            left_to_go -= p_above;
            if left_to_go <= 0.0 {
                return above;
            }
        }
        if below > low {
            below -= 1;
            p_below /= step(below);
            left_to_go -= p_below;
            if left_to_go <= 0.0 {
                return below;
            }
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulation_approaches_the_exact_value() {
        let table = CrossTable::new(&[vec![3, 1], vec![1, 3]]).expect("2 x 2");
        let p = p_value(&table, 20_000, 9);
        assert!((p - 17.0 / 35.0).abs() < 0.015, "{p}");
        let wide = CrossTable::new(&[vec![12, 40, 3], vec![8, 25, 11], vec![30, 18, 6]]).expect("3 x 3");
        let exact = super::super::network::p_value(&wide, u64::MAX).expect("small");
        let p = p_value(&wide, 200_000, 9);
        assert!((p - exact).abs() < 4.0 * (exact / 200_000.0).sqrt() + 1e-5, "{p} {exact}");
    }
}
