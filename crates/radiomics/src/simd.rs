//! The widest vector instructions that the processor has, chosen when the program runs.
//!
//! The loops stay ordinary Rust, which the compiler vectorizes for each instruction set that it is given. Multiply and
//! add are fused only where a loop says so (`mul_add`), so the results are the same bits on every processor.

/// A loop worth compiling for wide vectors. Implementors mark [`run`](Kernel::run) `#[inline(always)]`, so that its
/// body is compiled anew inside every function that enables an instruction set. The loops in it are written as `for`: a
/// closure handed to an iterator may be compiled apart, without the instruction set.
pub trait Kernel {
    /// What the loop gives.
    type Output;
    /// Runs the loop.
    fn run(self) -> Self::Output;
}

/// Runs `kernel` with the widest vectors of this processor.
pub fn widest<K: Kernel>(kernel: K) -> K::Output {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2,fma")]
        fn avx2<K: Kernel>(kernel: K) -> K::Output {
            kernel.run()
        }
        if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
            // SAFETY: the processor was just found to have the instruction set that the function is compiled for.
            #[allow(unsafe_code)]
            return unsafe { avx2(kernel) };
        }
    }
    kernel.run()
}
