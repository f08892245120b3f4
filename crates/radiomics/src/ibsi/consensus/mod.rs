//! The initiative's reference values, and what this crate makes of them.
//!
//! The digital phantom (CC BY 4.0, theibsi/data_sets) is part of the crate. The CT phantom is not: its licence (CC BY-NC
//! 3.0) forbids commercial use, so that its image and mask are handed in.

mod phantom;

pub use phantom::digital_phantom;

use super::names::coded;
use crate::extract::{ExtractError, extract};
use crate::{Mask, Settings, Volume};
use watch::Watch;

/// The phantom that a set of reference values belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phantom {
    /// 5 x 4 x 4 voxels with whole intensities.
    Digital,
    /// The chest of a patient with lung cancer.
    Ct,
}

/// Reference values of one configuration.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    /// What it is called: `A`, `digital phantom`.
    pub name: &'static str,
    /// What it was made on.
    pub phantom: Phantom,
    parameters: &'static str,
    values: &'static str,
}

macro_rules! set {
    ($name:literal, $phantom:ident, $file:literal) => {
        Set {
            name: $name,
            phantom: Phantom::$phantom,
            parameters: include_str!(concat!($file, ".yaml")),
            values: include_str!(concat!($file, ".csv")),
        }
    };
}

/// Chapter 1: the digital phantom and configurations A to E of the CT phantom; chapter 2: the filters of phase 2 in slices
/// (1.A to 9.A) and in space (1.B to 9.B).
pub const SETS: [Set; 8] = [
    set!("digital phantom", Digital, "digital"),
    set!("A", Ct, "ct_a"),
    set!("B", Ct, "ct_b"),
    set!("C", Ct, "ct_c"),
    set!("D", Ct, "ct_d"),
    set!("E", Ct, "ct_e"),
    set!("1.A to 9.A", Ct, "filters_a"),
    set!("1.B to 9.B", Ct, "filters_b"),
];

/// A reference value beside the one found.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The column.
    pub column: String,
    /// The column by codes.
    pub code: String,
    /// What was found.
    pub found: f64,
    /// The reference value.
    pub reference: f64,
    /// How far from it a value may lie.
    pub tolerance: f64,
    /// How strong the consensus is: `moderate`, `strong` or `very strong`; empty in chapter 2.
    pub consensus: &'static str,
}

impl Compared {
    /// True if the value found, rounded to three significant digits as the reference values are, lies within the tolerance.
    pub fn is_met(&self) -> bool {
        let rounded: f64 = format!("{:.2e}", self.found).parse().unwrap_or(f64::NAN);
        // Reference and tolerance are decimal fractions, which doubles hold but for their last bits.
        let slack = 1e-9 * (self.tolerance + self.reference.abs() * 1e-3);
        (rounded - self.reference).abs() <= self.tolerance + slack
    }
}

impl Set {
    /// The settings of the configuration, for the label 1.
    pub fn settings(&self) -> Settings {
        Settings::from_parameters(self.parameters).expect("the parameters are part of the crate")
    }

    /// The values of the phantom with `image` and `mask` beside the reference values.
    ///
    /// # Errors
    /// The mask does not fit the image, or `watch` says to stop.
    pub fn compare(&self, image: &Volume, mask: &Mask, watch: &dyn Watch) -> Result<Vec<Compared>, ExtractError> {
        let found = extract(image, mask, &self.settings(), watch)?;
        let of = |line: &'static str| {
            let [column, reference, tolerance, consensus] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
            let value = found.values.iter().find(|(name, _)| name == column).map_or(f64::NAN, |&(_, x)| x);
            Some(Compared {
                code: coded(column).unwrap_or_default(),
                column: column.to_owned(),
                found: value,
                reference: reference.parse().ok()?,
                tolerance: tolerance.parse().ok()?,
                consensus,
            })
        };
        Ok(self.lines().filter_map(of).collect())
    }

    /// A line each value, without the head.
    fn lines(&self) -> impl Iterator<Item = &'static str> {
        self.values.lines().filter(|line| !line.starts_with('#')).skip(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watch::Unwatched;

    #[test]
    fn the_digital_phantom_meets_every_value() {
        let (image, mask) = digital_phantom();
        let compared = SETS[0].compare(&image, &mask, &Unwatched).expect("features");
        let missed: Vec<&Compared> = compared.iter().filter(|value| !value.is_met()).collect();
        assert!(missed.is_empty(), "{missed:#?}");
        assert_eq!(compared.len(), 482);
        assert!(compared.iter().all(|value| !value.code.is_empty()));
    }

    #[test]
    fn every_reference_value_has_a_column() {
        let mut total = 0;
        for set in SETS {
            let columns = crate::catalogue::columns(&set.settings());
            for line in set.lines() {
                let column = line.split(',').next().unwrap_or_default();
                assert!(columns.iter().any(|name| name == column), "{}: {column}", set.name);
                total += 1;
            }
        }
        assert_eq!(total, 1804 + 323);
    }
}
