//! The kurtosis of the samples around sixteen voxels, in SciPy's arithmetic.

use super::super::super::lines::{LANES, Lanes, Real};

/// Sixteen values in the type that SciPy computes in: single precision for single-precision images, else double.
type Values<T> = [T; LANES];

/// The excess kurtosis (with n) of the samples; not a number where they are all equal to `resolution`, the decimal
/// resolution of the type.
#[inline(always)]
pub(super) fn kurtosis<T: Real>(samples: &[Lanes], resolution: f64) -> Lanes {
    let (n, resolution) = (T::from_f64(samples.len() as f64), T::from_f64(resolution));
    let mut powers: Vec<Values<T>> = vec![[T::default(); LANES]; samples.len()];
    for (power, sample) in powers.as_flattened_mut().iter_mut().zip(samples.as_flattened()) {
        *power = T::from_f64(*sample);
    }
    let mean = quotients(pairwise_sum(&powers), n);
    for power in &mut powers {
        for (power, mean) in power.iter_mut().zip(&mean) {
            let deviation = *power - *mean;
            *power = deviation * deviation;
        }
    }
    let second = quotients(pairwise_sum(&powers), n);
    for power in powers.as_flattened_mut() {
        *power = *power * *power;
    }
    let fourth = quotients(pairwise_sum(&powers), n);
    let mut kurtosis = [0.0; LANES];
    for lane in 0..LANES {
        let noise = resolution * mean[lane];
        let is_flat = second[lane] <= noise * noise;
        let value = fourth[lane] / (second[lane] * second[lane]) - T::from_f64(3.0);
        kurtosis[lane] = if is_flat { f64::NAN } else { value.to_f64() };
    }
    kurtosis
}

#[inline(always)]
fn quotients<T: Real>(mut sums: Values<T>, n: T) -> Values<T> {
    for sum in &mut sums {
        *sum = *sum / n;
    }
    sums
}

/// The sum in NumPy's order: up to 128 values by eight running sums, then what is left; more by halves.
#[inline(always)]
fn pairwise_sum<T: Real>(values: &[Values<T>]) -> Values<T> {
    if values.len() > 128 { sum_of_halves(values) } else { running_sums(values) }
}

fn sum_of_halves<T: Real>(values: &[Values<T>]) -> Values<T> {
    let half = values.len() / 2;
    let (left, right) = values.split_at(half - half % 8);
    let (mut sum, right) = (pairwise_sum(left), pairwise_sum(right));
    add(&mut sum, &right);
    sum
}

#[inline(always)]
fn running_sums<T: Real>(values: &[Values<T>]) -> Values<T> {
    let eights = values.chunks_exact(8);
    let rest = eights.remainder();
    let mut sum = [T::default(); LANES];
    if values.len() >= 8 {
        let mut running = [[T::default(); LANES]; 8];
        running.copy_from_slice(&values[..8]);
        for eight in eights.skip(1) {
            // One long loop: short ones are unrolled, and their sums then kept one by one instead of in wide vectors.
            for (running, value) in running.as_flattened_mut().iter_mut().zip(eight.as_flattened()) {
                *running += *value;
            }
        }
        let [a, b, c, d, e, f, g, h] = running;
        for lane in 0..LANES {
            sum[lane] = ((a[lane] + b[lane]) + (c[lane] + d[lane])) + ((e[lane] + f[lane]) + (g[lane] + h[lane]));
        }
    }
    rest.iter().for_each(|value| add(&mut sum, value));
    sum
}

#[inline(always)]
fn add<T: Real>(sum: &mut Values<T>, value: &Values<T>) {
    for lane in 0..LANES {
        sum[lane] += value[lane];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_known_samples() {
        let samples: Vec<Lanes> = (0..42).map(|i| [f64::from(i % 2); LANES]).collect();
        assert_eq!(kurtosis::<f64>(&samples, 1e-15)[3], -2.0);
        assert!(kurtosis::<f64>(&[[7.0; LANES]; 42], 1e-15)[0].is_nan());
    }

    #[test]
    fn sums_of_many_values() {
        let values: Vec<Values<f64>> = (0..642).map(|i| [f64::from(i); LANES]).collect();
        assert_eq!(pairwise_sum(&values)[15], 642.0 * 641.0 / 2.0);
    }
}
