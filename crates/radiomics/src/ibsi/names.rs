//! Columns: what their names say, and the initiative's codes in place of them.

use super::family::{Aggregation, Family};
use super::features::Feature;

/// What the name of a column says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts<'n> {
    /// The image: `original`.
    pub image: &'n str,
    /// The family.
    pub family: Family,
    /// The feature.
    pub feature: Feature,
    /// How matrices became the value, for texture.
    pub aggregation: Option<Aggregation>,
}

impl<'n> Parts<'n> {
    /// Of the column `name`; `None` for a column of another kind.
    pub fn of(name: &'n str) -> Option<Self> {
        let way = Aggregation::ALL
            .into_iter()
            .find(|way| name.strip_suffix(way.name()).is_some_and(|rest| rest.ends_with('_')));
        let rest = &name[..name.len() - way.map_or(0, |way| way.name().len() + 1)];
        let (image_and_family, feature) = rest.rsplit_once('_')?;
        let (image, family) = image_and_family.rsplit_once('_')?;
        let family = Family::from_name(family)?;
        let fits = match way {
            Some(way) => family.is_texture() && way.is_directional() == family.is_directional(),
            None => !family.is_texture(),
        };
        let feature = *family.features().iter().find(|found| found.name == feature).filter(|_| fits)?;
        Some(Self { image, family, feature, aggregation: way })
    }

    /// The column by codes.
    fn coded(&self) -> String {
        let Self { image, feature, aggregation, .. } = self;
        match aggregation {
            Some(way) => format!("{image}_{}_{}", feature.code, way.code()),
            None => format!("{image}_{}", feature.code),
        }
    }
}

/// The column `name` with the codes of feature and aggregation in place of their names: `original_GYBY_ITBB` for
/// `original_glcm_JointMaximum_3D_avg`. `None` for a column of another kind.
pub fn coded(name: &str) -> Option<String> {
    Parts::of(name).map(|parts| parts.coded())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_codes() {
        let coded = |name| coded(name).unwrap_or_default();
        assert_eq!(coded("original_glcm_JointMaximum_3D_avg"), "original_GYBY_ITBB");
        assert_eq!(coded("log_15_statistics_10Percentile"), "log_15_QG58");
        assert_eq!(coded("original_ivh_V10"), "original_NK6P");
        assert_eq!(coded("original_ivh_V25minusV75"), "original_DDTU-25-75");
        assert_eq!(coded("original_ngtdm_Contrast_25D"), "original_65HE_62GR");
        for other in ["original_ngtdm_Contrast", "original_firstorder_Mean", "age", "original_glcm_JointMaximum_3D"] {
            assert_eq!(super::coded(other), None, "{other}");
        }
    }
}
