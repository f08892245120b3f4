//! All features: their names and order, what they mean, and the columns that settings will give.

use super::settings::{EnabledClass, FeatureClass, ImageType, Settings};

/// How a feature stands in PyRadiomics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Computed when its class is enabled.
    Current,
    /// Computed only when it is named.
    Deprecated,
    /// Accepted when it is named, but no longer computed: it equals another feature.
    Retired,
}

/// A feature of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// PyRadiomics' name, the last part of a column's name.
    pub name: &'static str,
    /// Whether it is computed by default.
    pub status: Status,
    /// What it is, in a line.
    pub description: &'static str,
}

/// The features of `class`, in the order of their columns.
pub fn features(class: FeatureClass) -> &'static [Feature] {
    match class {
        FeatureClass::FirstOrder => FIRST_ORDER,
        FeatureClass::Glcm => GLCM,
        FeatureClass::Gldm => GLDM,
        FeatureClass::Glrlm => GLRLM,
        FeatureClass::Glszm => GLSZM,
        FeatureClass::Ngtdm => NGTDM,
        FeatureClass::Shape => SHAPE,
        FeatureClass::Shape2D => SHAPE_2D,
    }
}

/// The names of the features that `enabled` computes, in the order of their columns: those named, or all current ones.
pub fn selected(enabled: &EnabledClass) -> Vec<&'static str> {
    let table = features(enabled.class);
    if enabled.features.is_empty() {
        table.iter().filter(|feature| feature.status == Status::Current).map(|feature| feature.name).collect()
    } else {
        let retired = |name: &str| table.iter().any(|f| f.name == name && f.status == Status::Retired);
        enabled.features.iter().copied().filter(|name| !retired(name)).collect()
    }
}

/// The names of the images that `image_type` derives under `settings` (those that hold for it), in their order.
pub fn image_names(image_type: ImageType, settings: &Settings) -> Vec<String> {
    let one = |name: &str| vec![name.to_owned()];
    match image_type {
        ImageType::Original => one("original"),
        ImageType::Square => one("square"),
        ImageType::SquareRoot => one("squareroot"),
        ImageType::Logarithm => one("logarithm"),
        ImageType::Exponential => one("exponential"),
        ImageType::Gradient => one("gradient"),
        ImageType::Lbp2D => one("lbp-2D"),
        ImageType::LoG => settings.sigma.iter().map(super::settings::Sigma::image_name).collect(),
        ImageType::Lbp3D => {
            let levels = (1..=settings.lbp_3d_levels).map(|level| format!("lbp-3D-m{level}"));
            levels.chain(["lbp-3D-k".to_owned()]).collect()
        }
        ImageType::Wavelet => wavelet_names(if settings.force_2d { 2 } else { 3 }, settings.level),
    }
}

/// Bands of each level but the approximation, the first axis (x) slowest; then the approximation of the last level.
fn wavelet_names(axes: usize, levels: usize) -> Vec<String> {
    let band =
        |bits: usize| -> String { (0..axes).rev().map(|axis| if bits >> axis & 1 == 1 { 'H' } else { 'L' }).collect() };
    let prefix = |level: usize| if level == 1 { "wavelet".to_owned() } else { format!("wavelet{level}") };
    (1..=levels)
        .flat_map(|level| (1..1 << axes).map(move |bits| format!("{}-{}", prefix(level), band(bits))))
        .chain([format!("{}-{}", prefix(levels), band(0))])
        .collect()
}

/// The columns that `settings` give, in PyRadiomics' order, then those of the initiative's definitions, without
/// diagnostics.
///
/// An image may lack some of them: a Laplacian of Gaussian wider than the image is left out.
pub fn columns(settings: &Settings) -> Vec<String> {
    let own = if settings.dialect.has_pyradiomics() { of_pyradiomics(settings) } else { Vec::new() };
    let ibsi = settings.dialect.ibsi().map(super::ibsi::Settings::columns);
    own.into_iter().chain(ibsi.unwrap_or_default()).collect()
}

fn of_pyradiomics(settings: &Settings) -> Vec<String> {
    let mut columns = Vec::new();
    let mut add = |image: &str, enabled: &EnabledClass| {
        for feature in selected(enabled) {
            let name = format!("{image}_{}_{feature}", enabled.class.name());
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    };
    for class in [FeatureClass::Shape, FeatureClass::Shape2D] {
        for enabled in settings.feature_classes.iter().filter(|enabled| enabled.class == class) {
            if class == FeatureClass::Shape || settings.force_2d {
                add("original", enabled);
            }
        }
    }
    for image in &settings.image_types {
        for name in image_names(image.image_type, &settings.for_image(image)) {
            for enabled in settings.feature_classes.iter().filter(|enabled| !enabled.class.is_shape()) {
                add(&name, enabled);
            }
        }
    }
    columns
}

const fn current(name: &'static str, description: &'static str) -> Feature {
    Feature { name, status: Status::Current, description }
}

const fn deprecated(name: &'static str, description: &'static str) -> Feature {
    Feature { name, status: Status::Deprecated, description }
}

const fn retired(name: &'static str, description: &'static str) -> Feature {
    Feature { name, status: Status::Retired, description }
}

const FIRST_ORDER: &[Feature] = &[
    current("10Percentile", "10th percentile of the values"),
    current("90Percentile", "90th percentile of the values"),
    current("Energy", "sum of the squared values (after voxelArrayShift)"),
    current("Entropy", "entropy of the binned values, in bits"),
    current("InterquartileRange", "75th minus 25th percentile"),
    current("Kurtosis", "fourth central moment over the squared variance (3 for a normal distribution)"),
    current("Maximum", "largest value"),
    current("MeanAbsoluteDeviation", "mean distance from the mean"),
    current("Mean", "mean of the values"),
    current("Median", "50th percentile of the values"),
    current("Minimum", "smallest value"),
    current("Range", "largest minus smallest value"),
    current(
        "RobustMeanAbsoluteDeviation",
        "mean distance from the mean of the values between the 10th and 90th percentile",
    ),
    current("RootMeanSquared", "root of the mean squared value (after voxelArrayShift)"),
    current("Skewness", "third central moment over the cubed standard deviation"),
    deprecated("StandardDeviation", "root of the variance"),
    current("TotalEnergy", "energy times the volume of a voxel, mm³"),
    current("Uniformity", "sum of the squared shares of the bins"),
    current("Variance", "mean squared distance from the mean"),
];

const GLCM: &[Feature] = &[
    current("Autocorrelation", "mean product of the two levels"),
    current("ClusterProminence", "fourth moment of the sum of the two levels about its mean"),
    current("ClusterShade", "third moment of the sum of the two levels about its mean"),
    current("ClusterTendency", "second moment of the sum of the two levels about its mean"),
    current("Contrast", "mean squared difference of the two levels"),
    current("Correlation", "linear correlation of the two levels"),
    current("DifferenceAverage", "mean absolute difference of the two levels"),
    current("DifferenceEntropy", "entropy of the absolute difference, in bits"),
    current("DifferenceVariance", "variance of the absolute difference"),
    retired("Dissimilarity", "equal to DifferenceAverage"),
    retired("Homogeneity1", "equal to Id"),
    retired("Homogeneity2", "equal to Idm"),
    current("Id", "mean of 1 / (1 + difference)"),
    current("Idm", "mean of 1 / (1 + squared difference)"),
    current("Idmn", "mean of 1 / (1 + squared difference / squared highest level)"),
    current("Idn", "mean of 1 / (1 + difference / highest level)"),
    current("Imc1", "mutual information of the two levels over the larger marginal entropy, negative"),
    current("Imc2", "root of 1 - exp(-2 times the mutual information)"),
    current("InverseVariance", "mean of 1 / squared difference over unequal pairs"),
    current("JointAverage", "mean level"),
    current("JointEnergy", "sum of the squared probabilities"),
    current("JointEntropy", "entropy of the pairs, in bits"),
    current("MCC", "maximal correlation coefficient"),
    current("MaximumProbability", "probability of the most frequent pair"),
    current("SumAverage", "mean sum of the two levels"),
    current("SumEntropy", "entropy of the sum of the two levels, in bits"),
    current("SumSquares", "variance of the level"),
    retired("SumVariance", "equal to ClusterTendency"),
];

const GLDM: &[Feature] = &[
    current("DependenceEntropy", "entropy of level and dependence, in bits"),
    current("DependenceNonUniformity", "sum of the squared counts of the dependences over the number of voxels"),
    current("DependenceNonUniformityNormalized", "sum of the squared shares of the dependences"),
    retired("DependencePercentage", "always 1"),
    current("DependenceVariance", "variance of the dependence"),
    current("GrayLevelNonUniformity", "sum of the squared counts of the levels over the number of voxels"),
    retired("GrayLevelNonUniformityNormalized", "equal to first-order Uniformity"),
    current("GrayLevelVariance", "variance of the level"),
    current("HighGrayLevelEmphasis", "mean squared level"),
    current("LargeDependenceEmphasis", "mean squared dependence"),
    current("LargeDependenceHighGrayLevelEmphasis", "mean of squared dependence times squared level"),
    current("LargeDependenceLowGrayLevelEmphasis", "mean of squared dependence over squared level"),
    current("LowGrayLevelEmphasis", "mean of 1 / squared level"),
    current("SmallDependenceEmphasis", "mean of 1 / squared dependence"),
    current("SmallDependenceHighGrayLevelEmphasis", "mean of squared level over squared dependence"),
    current("SmallDependenceLowGrayLevelEmphasis", "mean of 1 / (squared level times squared dependence)"),
];

const GLRLM: &[Feature] = &[
    current("GrayLevelNonUniformity", "sum of the squared counts of the levels over the number of runs"),
    current("GrayLevelNonUniformityNormalized", "sum of the squared shares of the levels"),
    current("GrayLevelVariance", "variance of the level of the runs"),
    current("HighGrayLevelRunEmphasis", "mean squared level of the runs"),
    current("LongRunEmphasis", "mean squared length of the runs"),
    current("LongRunHighGrayLevelEmphasis", "mean of squared length times squared level"),
    current("LongRunLowGrayLevelEmphasis", "mean of squared length over squared level"),
    current("LowGrayLevelRunEmphasis", "mean of 1 / squared level of the runs"),
    current("RunEntropy", "entropy of level and length, in bits"),
    current("RunLengthNonUniformity", "sum of the squared counts of the lengths over the number of runs"),
    current("RunLengthNonUniformityNormalized", "sum of the squared shares of the lengths"),
    current("RunPercentage", "number of runs over number of voxels"),
    current("RunVariance", "variance of the length"),
    current("ShortRunEmphasis", "mean of 1 / squared length"),
    current("ShortRunHighGrayLevelEmphasis", "mean of squared level over squared length"),
    current("ShortRunLowGrayLevelEmphasis", "mean of 1 / (squared level times squared length)"),
];

const GLSZM: &[Feature] = &[
    current("GrayLevelNonUniformity", "sum of the squared counts of the levels over the number of zones"),
    current("GrayLevelNonUniformityNormalized", "sum of the squared shares of the levels"),
    current("GrayLevelVariance", "variance of the level of the zones"),
    current("HighGrayLevelZoneEmphasis", "mean squared level of the zones"),
    current("LargeAreaEmphasis", "mean squared size of the zones"),
    current("LargeAreaHighGrayLevelEmphasis", "mean of squared size times squared level"),
    current("LargeAreaLowGrayLevelEmphasis", "mean of squared size over squared level"),
    current("LowGrayLevelZoneEmphasis", "mean of 1 / squared level of the zones"),
    current("SizeZoneNonUniformity", "sum of the squared counts of the sizes over the number of zones"),
    current("SizeZoneNonUniformityNormalized", "sum of the squared shares of the sizes"),
    current("SmallAreaEmphasis", "mean of 1 / squared size"),
    current("SmallAreaHighGrayLevelEmphasis", "mean of squared level over squared size"),
    current("SmallAreaLowGrayLevelEmphasis", "mean of 1 / (squared level times squared size)"),
    current("ZoneEntropy", "entropy of level and size, in bits"),
    current("ZonePercentage", "number of zones over number of voxels"),
    current("ZoneVariance", "variance of the size"),
];

const NGTDM: &[Feature] = &[
    current("Busyness", "change between neighbours relative to the differences between weighted levels"),
    current("Coarseness", "inverse of the mean difference between a voxel and its neighbourhood"),
    current("Complexity", "weighted differences of levels, high where many levels change fast"),
    current("Contrast", "spread of the levels times the mean difference from the neighbourhood"),
    current("Strength", "spread of the levels over the sum of differences from the neighbourhood"),
];

const SHAPE: &[Feature] = &[
    deprecated("Compactness1", "volume over area^(3/2) times root pi"),
    deprecated("Compactness2", "cube of the sphericity"),
    current("Elongation", "second over first axis length"),
    current("Flatness", "third over first axis length"),
    current("LeastAxisLength", "third axis length of the ellipsoid with the same covariance, mm"),
    current("MajorAxisLength", "first axis length of the ellipsoid with the same covariance, mm"),
    current("Maximum2DDiameterColumn", "largest distance of two surface points of equal y, mm"),
    current("Maximum2DDiameterRow", "largest distance of two surface points of equal x, mm"),
    current("Maximum2DDiameterSlice", "largest distance of two surface points of equal z, mm"),
    current("Maximum3DDiameter", "largest distance of two surface points, mm"),
    current("MeshVolume", "volume inside the surface mesh, mm³"),
    current("MinorAxisLength", "second axis length of the ellipsoid with the same covariance, mm"),
    deprecated("SphericalDisproportion", "inverse of the sphericity"),
    current("Sphericity", "area of the sphere of equal volume over the area"),
    current("SurfaceArea", "area of the surface mesh, mm²"),
    current("SurfaceVolumeRatio", "area over mesh volume, 1/mm"),
    current("VoxelVolume", "number of voxels times the volume of one, mm³"),
];

const SHAPE_2D: &[Feature] = &[
    current("Elongation", "second over first axis length"),
    current("MajorAxisLength", "first axis length of the ellipse with the same covariance, mm"),
    current("MaximumDiameter", "largest distance of two points of the outline, mm"),
    current("MeshSurface", "area inside the outline mesh, mm²"),
    current("MinorAxisLength", "second axis length of the ellipse with the same covariance, mm"),
    current("Perimeter", "length of the outline mesh, mm"),
    current("PerimeterSurfaceRatio", "perimeter over mesh surface, 1/mm"),
    current("PixelSurface", "number of pixels times the area of one, mm²"),
    deprecated("SphericalDisproportion", "inverse of the sphericity"),
    current("Sphericity", "perimeter of the circle of equal area over the perimeter"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_set_has_1688_columns() {
        let columns = columns(&Settings::paper());
        assert_eq!(columns.len(), 1688);
        assert_eq!(columns[0], "original_shape_Elongation");
        assert_eq!(columns[14], "original_firstorder_10Percentile");
        assert_eq!(columns[14 + 93], "log-sigma-1-0-mm-3D_firstorder_10Percentile");
        assert_eq!(columns[14 + 6 * 93], "wavelet-LLH_firstorder_10Percentile");
        assert_eq!(columns[14 + 13 * 93], "wavelet-LLL_firstorder_10Percentile");
        assert_eq!(columns[1687], "exponential_ngtdm_Strength");
    }

    #[test]
    fn two_wavelet_levels_share_one_approximation() {
        let names = wavelet_names(2, 2);
        assert_eq!(
            names,
            ["wavelet-LH", "wavelet-HL", "wavelet-HH", "wavelet2-LH", "wavelet2-HL", "wavelet2-HH", "wavelet2-LL"]
        );
    }
}
