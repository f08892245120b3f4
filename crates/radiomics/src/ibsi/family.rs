//! Families of features, and the ways in which texture matrices become one value.

use super::features::{self, Feature};

/// A family of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Family {
    Morphology,
    LocalIntensity,
    Statistics,
    Histogram,
    Ivh,
    Glcm,
    Glrlm,
    Glszm,
    Gldzm,
    Ngtdm,
    Ngldm,
}

impl Family {
    /// Every family, in the order of the manual.
    pub const ALL: [Self; 11] = [
        Self::Morphology,
        Self::LocalIntensity,
        Self::Statistics,
        Self::Histogram,
        Self::Ivh,
        Self::Glcm,
        Self::Glrlm,
        Self::Glszm,
        Self::Gldzm,
        Self::Ngtdm,
        Self::Ngldm,
    ];

    /// Its name in columns and parameter files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Morphology => "morphology",
            Self::LocalIntensity => "localintensity",
            Self::Statistics => "statistics",
            Self::Histogram => "histogram",
            Self::Ivh => "ivh",
            Self::Glcm => "glcm",
            Self::Glrlm => "glrlm",
            Self::Glszm => "glszm",
            Self::Gldzm => "gldzm",
            Self::Ngtdm => "ngtdm",
            Self::Ngldm => "ngldm",
        }
    }

    /// The family called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The manual's code of the family.
    pub fn code(self) -> &'static str {
        match self {
            Self::Morphology => "HCUG",
            Self::LocalIntensity => "9ST6",
            Self::Statistics => "UHIW",
            Self::Histogram => "ZVCW",
            Self::Ivh => "P88C",
            Self::Glcm => "LFYI",
            Self::Glrlm => "TP0I",
            Self::Glszm => "9SAK",
            Self::Gldzm => "VMDZ",
            Self::Ngtdm => "IPET",
            Self::Ngldm => "REK0",
        }
    }

    /// Its features, in the order of the manual.
    pub fn features(self) -> &'static [Feature] {
        match self {
            Self::Morphology => features::MORPHOLOGY,
            Self::LocalIntensity => features::LOCALINTENSITY,
            Self::Statistics => features::STATISTICS,
            Self::Histogram => features::HISTOGRAM,
            Self::Ivh => features::IVH,
            Self::Glcm => features::GLCM,
            Self::Glrlm => features::GLRLM,
            Self::Glszm => features::GLSZM,
            Self::Gldzm => features::GLDZM,
            Self::Ngtdm => features::NGTDM,
            Self::Ngldm => features::NGLDM,
        }
    }

    /// True if its features need grey levels.
    pub fn is_binned(self) -> bool {
        self == Self::Histogram || self.is_texture()
    }

    /// True if its features come from matrices of grey levels.
    pub fn is_texture(self) -> bool {
        self >= Self::Glcm
    }

    /// True if its matrices have directions, and with them six ways to a value instead of three.
    pub fn is_directional(self) -> bool {
        matches!(self, Self::Glcm | Self::Glrlm)
    }
}

/// How the matrices of slices and directions become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aggregation {
    /// Directional, in slices: the mean of the features of every slice and direction.
    SlicesAveraged,
    /// Directional, in slices: the directions of a slice summed, then the mean over slices.
    SlicesMerged,
    /// Directional, in slices: each direction summed over slices, then the mean over directions.
    DirectionsMerged,
    /// Directional, in slices: all summed.
    AllMerged,
    /// Directional, in the volume: the mean over directions.
    VolumeAveraged,
    /// Directional, in the volume: the directions summed.
    VolumeMerged,
    /// Without directions: the mean over slices.
    Slices,
    /// Without directions: the slices summed.
    SlicesSummed,
    /// Without directions: the volume.
    Volume,
}

impl Aggregation {
    /// Every way, in the order of columns.
    pub const ALL: [Self; 9] = [
        Self::SlicesAveraged,
        Self::SlicesMerged,
        Self::DirectionsMerged,
        Self::AllMerged,
        Self::VolumeAveraged,
        Self::VolumeMerged,
        Self::Slices,
        Self::SlicesSummed,
        Self::Volume,
    ];

    /// Its name in columns and parameter files.
    pub fn name(self) -> &'static str {
        match self {
            Self::SlicesAveraged => "2D_avg",
            Self::SlicesMerged => "2D_smrg",
            Self::DirectionsMerged => "25D_dmrg",
            Self::AllMerged => "25D_vmrg",
            Self::VolumeAveraged => "3D_avg",
            Self::VolumeMerged => "3D_vmrg",
            Self::Slices => "2D",
            Self::SlicesSummed => "25D",
            Self::Volume => "3D",
        }
    }

    /// The way called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// The manual's code.
    pub fn code(self) -> &'static str {
        match self {
            Self::SlicesAveraged => "BTW3",
            Self::SlicesMerged => "SUJT",
            Self::DirectionsMerged => "JJUI",
            Self::AllMerged => "ZW7Z",
            Self::VolumeAveraged => "ITBB",
            Self::VolumeMerged => "IAZD",
            Self::Slices => "8QNN",
            Self::SlicesSummed => "62GR",
            Self::Volume => "KOBO",
        }
    }

    /// True if it is for families whose matrices have directions.
    pub fn is_directional(self) -> bool {
        self < Self::Slices
    }

    /// True if neighbours are looked for in all three dimensions.
    pub fn is_3d(self) -> bool {
        matches!(self, Self::VolumeAveraged | Self::VolumeMerged | Self::Volume)
    }
}
