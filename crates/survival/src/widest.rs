//! Hot loops compiled for the widest vectors that the machine has.
//!
//! Sums are taken in a fixed number of partial sums and no product is fused with an addition, so that the bits do not depend
//! on the machine.

/// Partial sums of an inner product.
pub(crate) const LANES: usize = 8;

/// A hot loop that [`widest`] compiles for several instruction sets; `run` must be `#[inline(always)]`.
pub(crate) trait Kernel {
    type Output;
    fn run(self) -> Self::Output;
}

/// Runs `kernel` as compiled for the widest vectors that this machine has.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
pub(crate) fn widest<K: Kernel>(kernel: K) -> K::Output {
    #[target_feature(enable = "avx512f")]
    fn avx512<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }
    #[target_feature(enable = "avx2")]
    fn avx2<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has just been seen to have AVX-512F.
        unsafe { avx512(kernel) }
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just been seen to have AVX2.
        unsafe { avx2(kernel) }
    } else {
        kernel.run()
    }
}

/// Runs `kernel` as compiled for this target.
#[cfg(not(target_arch = "x86_64"))]
pub(crate) fn widest<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[inline(always)]
fn add_lanes(s: [f64; LANES]) -> f64 {
    ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}

/// The sums of lanes, kept out of line: seen together with the loops that fill them, compilers shuffle lanes instead. By
/// value, so that nobody else may know their place and they stay in registers until then.
#[inline(never)]
pub(crate) fn reduce<const COLUMNS: usize>(sums: [[f64; LANES]; COLUMNS]) -> [f64; COLUMNS] {
    sums.map(add_lanes)
}

/// sum += x v, lane by lane.
#[inline(always)]
pub(crate) fn accumulate(sum: &mut [f64; LANES], x: &[f64; LANES], v: &[f64; LANES]) {
    for lane in 0..LANES {
        sum[lane] += x[lane] * v[lane];
    }
}
