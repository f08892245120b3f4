//! Positions of tick labels on a linear axis.
//!
//! Source: Talbot, Lin and Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning Tick Labels on Axes",
//! IEEE Transactions on Visualization and Computer Graphics 16 (2010) 1036-1043. A labelling is scored by its simplicity
//! (round steps, zero included), coverage of the axis and density; the best one wins. Here labels are the multiples of
//! a step that lie on the axis, none outside, so a step is all there is to search for. Legibility is left to the
//! layout, which asks for fewer labels where they touch.

/// Preferred steps, best first.
const STEPS: [f64; 6] = [1.0, 5.0, 2.0, 2.5, 4.0, 3.0];
const SIMPLICITY: f64 = 0.25;
const COVERAGE: f64 = 0.2;
const DENSITY: f64 = 0.5;

/// About `wanted` round values between `low` and `high`, at most twice as many.
pub fn extended(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > high.abs().max(low.abs()) * 1e-12 && span > f64::MIN_POSITIVE) {
        return vec![low];
    }
    if wanted < 2 {
        return lone(low, high);
    }
    let power = (span / wanted as f64).log10().floor() as i32;
    let candidates = (power - 1..=power + 1).flat_map(|power| {
        STEPS.iter().enumerate().map(move |(rank, preferred)| (rank, multiples(low, high, *preferred, power)))
    });
    let mut best = (f64::NEG_INFINITY, Vec::new());
    for (rank, values) in candidates.filter(|(_, values)| (2..=2 * wanted).contains(&values.len())) {
        let score = score(&values, rank, low, high, wanted);
        if score > best.0 {
            best = (score, values);
        }
    }
    if best.1.is_empty() { lone(low, high) } else { best.1 }
}

/// The multiples of `preferred` times ten to the `power` from `low` to `high`.
fn multiples(low: f64, high: f64, preferred: f64, power: i32) -> Vec<f64> {
    // Dividing by a power of ten is exact where multiplying by its inverse is not: 0.3, not 0.30000000000000004.
    let value = |multiple: f64| match power {
        0.. => multiple * preferred * 10f64.powi(power),
        _ => multiple * preferred / 10f64.powi(-power),
    };
    let step = value(1.0);
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    if last - first > 1000.0 || !step.is_normal() {
        return Vec::new();
    }
    // Adding zero turns -0 into 0.
    (0..=(last - first).max(-1.0) as i64).map(|at| value(first + at as f64) + 0.0).filter(|_| last >= first).collect()
}

/// One label: zero where it is on the axis, else the roundest number there.
fn lone(low: f64, high: f64) -> Vec<f64> {
    if low <= 0.0 && high >= 0.0 {
        return vec![0.0];
    }
    let power = (high - low).log10().floor() as i32;
    vec![multiples(low, high, 1.0, power).first().copied().unwrap_or(low)]
}

fn score(values: &[f64], rank: usize, low: f64, high: f64, wanted: usize) -> f64 {
    let (first, last) = (values[0], values[values.len() - 1]);
    let zero = f64::from(u8::from(first <= 0.0 && last >= 0.0));
    let simplicity = 1.0 - rank as f64 / (STEPS.len() - 1) as f64 + zero;
    let coverage = 1.0 - 0.5 * ((high - last).powi(2) + (low - first).powi(2)) / (0.1 * (high - low)).powi(2);
    let found = (values.len() - 1) as f64 / (last - first);
    let ideal = (wanted - 1) as f64 / (high - low);
    let density = 2.0 - (found / ideal).max(ideal / found);
    SIMPLICITY * simplicity + COVERAGE * coverage + DENSITY * density
}

#[cfg(test)]
mod tests {
    use super::extended;

    #[test]
    fn labels_are_round_and_inside() {
        assert_eq!(extended(0.0, 100.0, 5), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(extended(0.0, 10.0, 3), [0.0, 5.0, 10.0]);
        assert_eq!(extended(-4.3, 4.1, 5), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(extended(8.1, 14.1, 4), [9.0, 10.0, 11.0, 12.0, 13.0, 14.0]);
        assert_eq!(extended(0.0, 0.3, 4), [0.0, 0.1, 0.2, 0.3]);
    }

    #[test]
    fn one_label_is_zero_or_round() {
        assert_eq!(extended(-3.0, 5.0, 1), [0.0]);
        assert_eq!(extended(1.23, 1.87, 1), [1.3]);
        assert_eq!(extended(2.0, 2.0, 5), [2.0]);
    }
}
