//! Positions of tick labels on a logarithmic axis.

use super::talbot;

/// Multiples within a decade, densest first; powers of two come between the second and third.
const WITHIN_DECADE: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];

/// About `wanted` values between `low` and `high` (both positive), at most one more: powers of two for ratios near
/// one (0.25, 0.5, 1, 2, 4), else round multiples or powers of ten; equally spaced values where the axis is shorter
/// than a doubling or two.
pub fn logarithmic(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let decades = (high / low).log10();
    if decades.is_nan() || decades < 0.5 {
        return talbot::extended(low, high, wanted);
    }
    let mut candidates = Vec::new();
    if decades < 2.2 && low < 1.0 && high > 1.0 {
        candidates.push(powers(low, high, 2.0, 1));
        candidates.push(powers(low, high, 2.0, 2));
    }
    if decades < 12.0 {
        candidates.extend(WITHIN_DECADE.map(|multiples| decade_multiples(low, high, multiples)));
    }
    candidates.extend([1, 2, 3, 5, 10, 20, 50, 100, 200].map(|stride| powers(low, high, 10.0, stride)));
    let fits = |values: &&Vec<f64>| values.len() <= wanted + 1 && values.len() >= 2.min(wanted);
    candidates.iter().find(fits).cloned().unwrap_or_else(|| vec![if low <= 1.0 && high >= 1.0 { 1.0 } else { low }])
}

/// Powers of `base` whose exponents are multiples of `stride`.
fn powers(low: f64, high: f64, base: f64, stride: i32) -> Vec<f64> {
    let exponent = |x: f64| x.ln() / base.ln() / f64::from(stride);
    let first = (exponent(low) - 1e-9).ceil() as i32;
    let last = (exponent(high) + 1e-9).floor() as i32;
    (first..=last).map(|step| base.powi(step * stride)).collect()
}

fn decade_multiples(low: f64, high: f64, multiples: &[f64]) -> Vec<f64> {
    let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let slack = 1.0 + 1e-9;
    decades
        .flat_map(|decade| multiples.iter().map(move |multiple| times_power_of_ten(*multiple, decade)))
        .filter(|value| *value >= low / slack && *value <= high * slack)
        .collect()
}

/// `multiple` times ten to the `decade`, exact where decimals allow: 0.3, not 0.30000000000000004.
fn times_power_of_ten(multiple: f64, decade: i32) -> f64 {
    if decade < 0 { multiple / 10f64.powi(-decade) } else { multiple * 10f64.powi(decade) }
}

#[cfg(test)]
mod tests {
    use super::logarithmic;

    #[test]
    fn hazard_ratios_double() {
        assert_eq!(logarithmic(0.2, 9.0, 6), [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]);
        assert_eq!(logarithmic(0.2, 9.0, 3), [0.25, 1.0, 4.0]);
    }

    #[test]
    fn wide_axes_have_powers_of_ten() {
        assert_eq!(logarithmic(0.3, 300.0, 4), [1.0, 10.0, 100.0]);
        assert_eq!(logarithmic(1e-9, 1.0, 4), [1e-8, 1e-6, 1e-4, 1e-2, 1.0]);
        assert_eq!(logarithmic(10.0, 300.0, 6), [10.0, 20.0, 50.0, 100.0, 200.0]);
    }

    #[test]
    fn short_axes_are_spaced_equally() {
        assert_eq!(logarithmic(0.9, 1.3, 5), [0.9, 1.0, 1.1, 1.2, 1.3]);
    }
}
