//! Named settings.

use super::{Anchor, Binning, Interpolation, IvhBinning, Range, Settings};

impl IvhBinning {
    /// Bins of the intensity-volume histogram where none are asked for.
    pub const COUNT: usize = 1000;
}

impl Settings {
    /// For CT: 1 mm cubic voxels by cubic spline, rounded to HU, -1000 to 400 HU, bins of 25 HU from -1000.
    pub fn ct() -> Self {
        Self {
            spacing: Some([1.0; 3]),
            interpolation: Interpolation::Cubic,
            round: Some(true),
            range: Some(Range { low: Some(-1000.0), high: Some(400.0) }),
            binning: Binning::Width { width: 25.0, anchor: Anchor::Range },
            ivh: IvhBinning::Unit,
            ..Self::default()
        }
    }

    /// For MR, whose intensities have no unit: 1 mm cubic voxels by cubic spline, without outliers beyond three standard
    /// deviations, 32 bins.
    pub fn mr() -> Self {
        Self {
            spacing: Some([1.0; 3]),
            interpolation: Interpolation::Cubic,
            round: Some(false),
            sigma: Some(3.0),
            binning: Binning::Count(32),
            ivh: IvhBinning::Count(IvhBinning::COUNT),
            ..Self::default()
        }
    }
}
