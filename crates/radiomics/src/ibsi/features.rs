//! The features of the image biomarker standardisation initiative: names, codes, families.
//!
//! Names of features and their codes are those of the reference manual (arXiv 1612.07003).

/// A feature of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name in a column: `JointMaximum`.
    pub name: &'static str,
    /// Its code: of the definition, or the manual's own for this parameter (`NK6P` for the volume fraction at 10 % intensity).
    pub code: &'static str,
    /// What the manual calls it.
    pub title: &'static str,
    /// Computed only where it is named: the manual has no reference value for it and tools differ.
    pub on_demand: bool,
}

const fn feature(name: &'static str, code: &'static str, title: &'static str) -> Feature {
    Feature { name, code, title, on_demand: false }
}

const fn on_demand(name: &'static str, code: &'static str, title: &'static str) -> Feature {
    Feature { name, code, title, on_demand: true }
}

pub(super) const MORPHOLOGY: &[Feature] = &[
    feature("Volume", "RNU0", "Volume"),
    feature("VoxelVolume", "YEKZ", "Approximate volume"),
    feature("SurfaceArea", "C0JK", "Surface area"),
    feature("SurfaceVolumeRatio", "2PR5", "Surface to volume ratio"),
    feature("Compactness1", "SKGS", "Compactness 1"),
    feature("Compactness2", "BQWJ", "Compactness 2"),
    feature("SphericalDisproportion", "KRCK", "Spherical disproportion"),
    feature("Sphericity", "QCFX", "Sphericity"),
    feature("Asphericity", "25C7", "Asphericity"),
    feature("CentreOfMassShift", "KLMA", "Centre of mass shift"),
    feature("Maximum3DDiameter", "L0JK", "Maximum 3D diameter"),
    feature("MajorAxisLength", "TDIC", "Major axis length"),
    feature("MinorAxisLength", "P9VJ", "Minor axis length"),
    feature("LeastAxisLength", "7J51", "Least axis length"),
    feature("Elongation", "Q3CK", "Elongation"),
    feature("Flatness", "N17B", "Flatness"),
    feature("VolumeDensityAABB", "PBX1", "Volume density - axis-aligned bounding box"),
    feature("AreaDensityAABB", "R59B", "Area density - axis-aligned bounding box"),
    feature("VolumeDensityAEE", "6BDE", "Volume density - approximate enclosing ellipsoid"),
    feature("AreaDensityAEE", "RDD2", "Area density - approximate enclosing ellipsoid"),
    feature("VolumeDensityConvexHull", "R3ER", "Volume density - convex hull"),
    feature("AreaDensityConvexHull", "7T7F", "Area density - convex hull"),
    feature("IntegratedIntensity", "99N0", "Integrated intensity"),
    feature("MoranI", "N365", "Moran's I index"),
    feature("GearyC", "NPT7", "Geary's C measure"),
    on_demand("VolumeDensityOMBB", "ZH1A", "Volume density - oriented minimum bounding box"),
    on_demand("AreaDensityOMBB", "IQYR", "Area density - oriented minimum bounding box"),
    on_demand("VolumeDensityMVEE", "SWZ1", "Volume density - minimum volume enclosing ellipsoid"),
    on_demand("AreaDensityMVEE", "BRI8", "Area density - minimum volume enclosing ellipsoid"),
];

pub(super) const LOCALINTENSITY: &[Feature] = &[
    feature("LocalIntensityPeak", "VJGA", "Local intensity peak"),
    feature("GlobalIntensityPeak", "0F91", "Global intensity peak"),
];

pub(super) const STATISTICS: &[Feature] = &[
    feature("Mean", "Q4LE", "Mean"),
    feature("Variance", "ECT3", "Variance"),
    feature("Skewness", "KE2A", "Skewness"),
    feature("Kurtosis", "IPH6", "Kurtosis"),
    feature("Median", "Y12H", "Median"),
    feature("Minimum", "1GSF", "Minimum"),
    feature("10Percentile", "QG58", "10th percentile"),
    feature("90Percentile", "8DWT", "90th percentile"),
    feature("Maximum", "84IY", "Maximum"),
    feature("InterquartileRange", "SALO", "Interquartile range"),
    feature("Range", "2OJQ", "Range"),
    feature("MeanAbsoluteDeviation", "4FUA", "Mean absolute deviation"),
    feature("RobustMeanAbsoluteDeviation", "1128", "Robust mean absolute deviation"),
    feature("MedianAbsoluteDeviation", "N72L", "Median absolute deviation"),
    feature("CoefficientOfVariation", "7TET", "Coefficient of variation"),
    feature("QuartileCoefficientOfDispersion", "9S40", "Quartile coefficient of dispersion"),
    feature("Energy", "N8CA", "Energy"),
    feature("RootMeanSquared", "5ZWQ", "Root mean square"),
];

pub(super) const HISTOGRAM: &[Feature] = &[
    feature("Mean", "X6K6", "Mean"),
    feature("Variance", "CH89", "Variance"),
    feature("Skewness", "88K1", "Skewness"),
    feature("Kurtosis", "C3I7", "Kurtosis"),
    feature("Median", "WIFQ", "Median"),
    feature("Minimum", "1PR8", "Minimum"),
    feature("10Percentile", "GPMT", "10th percentile"),
    feature("90Percentile", "OZ0C", "90th percentile"),
    feature("Maximum", "3NCY", "Maximum"),
    feature("Mode", "AMMC", "Mode"),
    feature("InterquartileRange", "WR0O", "Interquartile range"),
    feature("Range", "5Z3W", "Range"),
    feature("MeanAbsoluteDeviation", "D2ZX", "Mean absolute deviation"),
    feature("RobustMeanAbsoluteDeviation", "WRZB", "Robust mean absolute deviation"),
    feature("MedianAbsoluteDeviation", "4RNL", "Median absolute deviation"),
    feature("CoefficientOfVariation", "CWYJ", "Coefficient of variation"),
    feature("QuartileCoefficientOfDispersion", "SLWD", "Quartile coefficient of dispersion"),
    feature("Entropy", "TLU2", "Entropy"),
    feature("Uniformity", "BJ5W", "Uniformity"),
    feature("MaximumGradient", "12CE", "Maximum histogram gradient"),
    feature("MaximumGradientIntensity", "8E6O", "Maximum histogram gradient grey level"),
    feature("MinimumGradient", "VQB3", "Minimum histogram gradient"),
    feature("MinimumGradientIntensity", "RHQZ", "Minimum histogram gradient grey level"),
];

pub(super) const IVH: &[Feature] = &[
    feature("V10", "NK6P", "Volume fraction at 10% intensity"),
    feature("V25", "BC2M-25", "Volume fraction at 25% intensity"),
    feature("V50", "BC2M-50", "Volume fraction at 50% intensity"),
    feature("V75", "BC2M-75", "Volume fraction at 75% intensity"),
    feature("V90", "4279", "Volume fraction at 90% intensity"),
    feature("I10", "PWN1", "Intensity at 10% volume"),
    feature("I25", "GBPN-25", "Intensity at 25% volume"),
    feature("I50", "GBPN-50", "Intensity at 50% volume"),
    feature("I75", "GBPN-75", "Intensity at 75% volume"),
    feature("I90", "BOHI", "Intensity at 90% volume"),
    feature("V10minusV90", "WITY", "Difference in volume fraction between 10% and 90% intensity"),
    feature("V25minusV75", "DDTU-25-75", "Difference in volume fraction between 25% and 75% intensity"),
    feature("I10minusI90", "JXJA", "Difference in intensity between 10% and 90% volume"),
    feature("I25minusI75", "CNV2-25-75", "Difference in intensity between 25% and 75% volume"),
    on_demand("AUC", "9CMM", "Area under IVH curve"),
];

pub(super) const GLCM: &[Feature] = &[
    feature("JointMaximum", "GYBY", "Joint maximum"),
    feature("JointAverage", "60VM", "Joint average"),
    feature("JointVariance", "UR99", "Joint variance"),
    feature("JointEntropy", "TU9B", "Joint entropy"),
    feature("DifferenceAverage", "TF7R", "Difference average"),
    feature("DifferenceVariance", "D3YU", "Difference variance"),
    feature("DifferenceEntropy", "NTRS", "Difference entropy"),
    feature("SumAverage", "ZGXS", "Sum average"),
    feature("SumVariance", "OEEB", "Sum variance"),
    feature("SumEntropy", "P6QZ", "Sum entropy"),
    feature("AngularSecondMoment", "8ZQL", "Angular second moment"),
    feature("Contrast", "ACUI", "Contrast"),
    feature("Dissimilarity", "8S9J", "Dissimilarity"),
    feature("InverseDifference", "IB1Z", "Inverse difference"),
    feature("InverseDifferenceNormalised", "NDRX", "Normalised inverse difference"),
    feature("InverseDifferenceMoment", "WF0Z", "Inverse difference moment"),
    feature("InverseDifferenceMomentNormalised", "1QCO", "Normalised inverse difference moment"),
    feature("InverseVariance", "E8JP", "Inverse variance"),
    feature("Correlation", "NI2N", "Correlation"),
    feature("Autocorrelation", "QWB0", "Autocorrelation"),
    feature("ClusterTendency", "DG8W", "Cluster tendency"),
    feature("ClusterShade", "7NFM", "Cluster shade"),
    feature("ClusterProminence", "AE86", "Cluster prominence"),
    feature("InformationCorrelation1", "R8DG", "First measure of information correlation"),
    feature("InformationCorrelation2", "JN9H", "Second measure of information correlation"),
];

pub(super) const GLRLM: &[Feature] = &[
    feature("ShortRunsEmphasis", "22OV", "Short runs emphasis"),
    feature("LongRunsEmphasis", "W4KF", "Long runs emphasis"),
    feature("LowGreyLevelRunEmphasis", "V3SW", "Low grey level run emphasis"),
    feature("HighGreyLevelRunEmphasis", "G3QZ", "High grey level run emphasis"),
    feature("ShortRunLowGreyLevelEmphasis", "HTZT", "Short run low grey level emphasis"),
    feature("ShortRunHighGreyLevelEmphasis", "GD3A", "Short run high grey level emphasis"),
    feature("LongRunLowGreyLevelEmphasis", "IVPO", "Long run low grey level emphasis"),
    feature("LongRunHighGreyLevelEmphasis", "3KUM", "Long run high grey level emphasis"),
    feature("GreyLevelNonUniformity", "R5YN", "Grey level non-uniformity"),
    feature("GreyLevelNonUniformityNormalised", "OVBL", "Normalised grey level non-uniformity"),
    feature("RunLengthNonUniformity", "W92Y", "Run length non-uniformity"),
    feature("RunLengthNonUniformityNormalised", "IC23", "Normalised run length non-uniformity"),
    feature("RunPercentage", "9ZK5", "Run percentage"),
    feature("GreyLevelVariance", "8CE5", "Grey level variance"),
    feature("RunLengthVariance", "SXLW", "Run length variance"),
    feature("RunEntropy", "HJ9O", "Run entropy"),
];

pub(super) const GLSZM: &[Feature] = &[
    feature("SmallZoneEmphasis", "5QRC", "Small zone emphasis"),
    feature("LargeZoneEmphasis", "48P8", "Large zone emphasis"),
    feature("LowGreyLevelZoneEmphasis", "XMSY", "Low grey level zone emphasis"),
    feature("HighGreyLevelZoneEmphasis", "5GN9", "High grey level zone emphasis"),
    feature("SmallZoneLowGreyLevelEmphasis", "5RAI", "Small zone low grey level emphasis"),
    feature("SmallZoneHighGreyLevelEmphasis", "HW1V", "Small zone high grey level emphasis"),
    feature("LargeZoneLowGreyLevelEmphasis", "YH51", "Large zone low grey level emphasis"),
    feature("LargeZoneHighGreyLevelEmphasis", "J17V", "Large zone high grey level emphasis"),
    feature("GreyLevelNonUniformity", "JNSA", "Grey level non-uniformity"),
    feature("GreyLevelNonUniformityNormalised", "Y1RO", "Normalised grey level non-uniformity"),
    feature("ZoneSizeNonUniformity", "4JP3", "Zone size non-uniformity"),
    feature("ZoneSizeNonUniformityNormalised", "VB3A", "Normalised zone size non-uniformity"),
    feature("ZonePercentage", "P30P", "Zone percentage"),
    feature("GreyLevelVariance", "BYLV", "Grey level variance"),
    feature("ZoneSizeVariance", "3NSA", "Zone size variance"),
    feature("ZoneSizeEntropy", "GU8N", "Zone size entropy"),
];

pub(super) const GLDZM: &[Feature] = &[
    feature("SmallDistanceEmphasis", "0GBI", "Small distance emphasis"),
    feature("LargeDistanceEmphasis", "MB4I", "Large distance emphasis"),
    feature("LowGreyLevelZoneEmphasis", "S1RA", "Low grey level zone emphasis"),
    feature("HighGreyLevelZoneEmphasis", "K26C", "High grey level zone emphasis"),
    feature("SmallDistanceLowGreyLevelEmphasis", "RUVG", "Small distance low grey level emphasis"),
    feature("SmallDistanceHighGreyLevelEmphasis", "DKNJ", "Small distance high grey level emphasis"),
    feature("LargeDistanceLowGreyLevelEmphasis", "A7WM", "Large distance low grey level emphasis"),
    feature("LargeDistanceHighGreyLevelEmphasis", "KLTH", "Large distance high grey level emphasis"),
    feature("GreyLevelNonUniformity", "VFT7", "Grey level non-uniformity"),
    feature("GreyLevelNonUniformityNormalised", "7HP3", "Normalised grey level non-uniformity"),
    feature("ZoneDistanceNonUniformity", "V294", "Zone distance non-uniformity"),
    feature("ZoneDistanceNonUniformityNormalised", "IATH", "Normalised zone distance non-uniformity"),
    feature("ZonePercentage", "VIWW", "Zone percentage"),
    feature("GreyLevelVariance", "QK93", "Grey level variance"),
    feature("ZoneDistanceVariance", "7WT1", "Zone distance variance"),
    feature("ZoneDistanceEntropy", "GBDU", "Zone distance entropy"),
];

pub(super) const NGTDM: &[Feature] = &[
    feature("Coarseness", "QCDE", "Coarseness"),
    feature("Contrast", "65HE", "Contrast"),
    feature("Busyness", "NQ30", "Busyness"),
    feature("Complexity", "HDEZ", "Complexity"),
    feature("Strength", "1X9X", "Strength"),
];

pub(super) const NGLDM: &[Feature] = &[
    feature("LowDependenceEmphasis", "SODN", "Low dependence emphasis"),
    feature("HighDependenceEmphasis", "IMOQ", "High dependence emphasis"),
    feature("LowGreyLevelCountEmphasis", "TL9H", "Low grey level count emphasis"),
    feature("HighGreyLevelCountEmphasis", "OAE7", "High grey level count emphasis"),
    feature("LowDependenceLowGreyLevelEmphasis", "EQ3F", "Low dependence low grey level emphasis"),
    feature("LowDependenceHighGreyLevelEmphasis", "JA6D", "Low dependence high grey level emphasis"),
    feature("HighDependenceLowGreyLevelEmphasis", "NBZI", "High dependence low grey level emphasis"),
    feature("HighDependenceHighGreyLevelEmphasis", "9QMG", "High dependence high grey level emphasis"),
    feature("GreyLevelNonUniformity", "FP8K", "Grey level non-uniformity"),
    feature("GreyLevelNonUniformityNormalised", "5SPA", "Normalised grey level non-uniformity"),
    feature("DependenceCountNonUniformity", "Z87G", "Dependence count non-uniformity"),
    feature("DependenceCountNonUniformityNormalised", "OKJI", "Normalised dependence count non-uniformity"),
    feature("DependenceCountPercentage", "6XV8", "Dependence count percentage"),
    feature("GreyLevelVariance", "1PFV", "Grey level variance"),
    feature("DependenceCountVariance", "DNX2", "Dependence count variance"),
    feature("DependenceCountEntropy", "FCBV", "Dependence count entropy"),
    feature("DependenceCountEnergy", "CAS9", "Dependence count energy"),
];
