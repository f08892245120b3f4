//! Round numbers that cover a range, as R's `pretty` chooses them.

/// Bias towards wider steps: R's `high.u.bias` and what it derives from it for steps of 5.
const BIAS: f64 = 1.5;
const BIAS_FIVE: f64 = 0.5 + 1.5 * BIAS;
/// Rounding allowed at the ends, in steps.
const ROUNDING: f64 = 1e-10;

/// About `count` + 1 equally spaced values, 1, 2 or 5 times a power of ten apart, that cover `low` to `high`.
pub(crate) fn pretty(low: f64, high: f64, count: usize) -> Vec<f64> {
    let width = high - low;
    let size = low.abs().max(high.abs());
    let fewest = (count / 3) as f64;
    let negligible = 1.0 + 1.0 / (1.0 + BIAS);
    let tiny = width < size * negligible * count.max(1) as f64 * f64::EPSILON * 3.0;
    let cell = if size == 0.0 || tiny {
        // A single value: a range of its own order of magnitude.
        let cell = if size == 0.0 {
            1.0
        } else if size > 10.0 {
            9.0 + size / 10.0
        } else {
            size
        };
        cell * 0.75 / fewest.max(1.0)
    } else {
        width / count.max(1) as f64
    };
    let unit = step(cell);
    let (mut first, mut last) = ((low / unit + ROUNDING).floor(), (high / unit - ROUNDING).ceil());
    while first * unit > low + ROUNDING * unit {
        first -= 1.0;
    }
    while last * unit < high - ROUNDING * unit {
        last += 1.0;
    }
    let missing = fewest - (last - first);
    if missing > 0.0 {
        let (less, more) = ((missing / 2.0).floor(), (missing / 2.0).ceil());
        if first >= 0.0 {
            last += less;
            first -= more;
        } else {
            first -= less;
            last += more;
        }
    }
    let steps = (last - first).round() as usize;
    // Values, not sums of steps: R interpolates between the ends too.
    let (start, end) = (first * unit, last * unit);
    let by = (end - start) / steps.max(1) as f64;
    (0..=steps)
        .map(|k| if k == steps { end } else { start + k as f64 * by })
        .map(|v| if v.abs() < 1e-14 * by { 0.0 } else { v })
        .collect()
}

/// The round step nearest above `cell`, by R's preference.
fn step(cell: f64) -> f64 {
    let base = 10f64.powf(cell.log10().floor());
    if 2.0 * base - cell >= BIAS * (cell - base) {
        base
    } else if 5.0 * base - cell >= BIAS_FIVE * (cell - 2.0 * base) {
        2.0 * base
    } else if 10.0 * base - cell >= BIAS * (cell - 5.0 * base) {
        5.0 * base
    } else {
        10.0 * base
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn chooses_what_r_chooses() {
        assert_eq!(pretty(21.0, 80.0, 10), (4..=16).map(|k| f64::from(k) * 5.0).collect::<Vec<_>>());
        assert_eq!(pretty(3.0, 120.0, 10), (0..=12).map(|k| f64::from(k) * 10.0).collect::<Vec<_>>());
        assert_eq!(pretty(0.0, 2380.0, 10), (0..=12).map(|k| f64::from(k) * 200.0).collect::<Vec<_>>());
        assert_eq!(pretty(-5.6, 2.4, 10), (-6..=3).map(f64::from).collect::<Vec<_>>());
        assert_eq!(pretty(0.0, 172.7, 10), (0..=9).map(|k| f64::from(k) * 20.0).collect::<Vec<_>>());
        assert_eq!(pretty(0.0, 1.0, 10).len(), 11);
    }
}
