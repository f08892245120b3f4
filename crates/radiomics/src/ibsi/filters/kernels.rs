//! Laws' kernels.

/// The kernel called `name` (level, edge, spot, wave, ripple; of three or five voxels), divided by its L2 norm.
pub(in crate::ibsi) fn laws_kernel(name: &str) -> Option<Vec<f64>> {
    let kernel: &[f64] = match name {
        "L3" => &[1.0, 2.0, 1.0],
        "E3" => &[-1.0, 0.0, 1.0],
        "S3" => &[-1.0, 2.0, -1.0],
        "L5" => &[1.0, 4.0, 6.0, 4.0, 1.0],
        "E5" => &[-1.0, -2.0, 0.0, 2.0, 1.0],
        "S5" => &[-1.0, 0.0, 2.0, 0.0, -1.0],
        "W5" => &[-1.0, 2.0, 0.0, -2.0, 1.0],
        "R5" => &[1.0, -4.0, 6.0, -4.0, 1.0],
        _ => return None,
    };
    let norm = kernel.iter().map(|c| c * c).sum::<f64>().sqrt();
    Some(kernel.iter().map(|c| c / norm).collect())
}
