//! Between value types.

use volume::each_type;
use volume::{Labels, Voxels};

/// All values as floats of 32 bits.
#[allow(clippy::unnecessary_cast)] // needless for one of the ten types
pub(super) fn to_f32(voxels: Voxels) -> Vec<f32> {
    match voxels {
        Voxels::F32(v) => v,
        other => each_type!(other, v => v.into_iter().map(|x| x as f32).collect()),
    }
}

/// Values closer than this to a whole number are that number: interpolation and rescaling leave such remainders.
const REMAINDER: f64 = 1e-3;

/// Labels made of values that come piece by piece.
#[derive(Default)]
pub(super) struct LabelMaker {
    labels: Labels,
    threshold: Option<f64>,
    odd: Odd,
}

/// Values of a mask that are no labels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Odd {
    /// Those between whole numbers, whose fractions are cut off as in ITK.
    pub cut: usize,
    /// The first of them.
    pub cut_example: f64,
    /// The largest of them.
    pub cut_largest: f64,
    /// Those that a remainder parts from a whole number, which is taken.
    pub rounded: usize,
    /// The first of them.
    pub rounded_example: f64,
    /// NaN or infinite: background.
    pub not_finite: usize,
}

impl LabelMaker {
    /// For labels; with a threshold: for 1 where a value reaches it, and 0 elsewhere.
    pub fn new(threshold: Option<f64>) -> Self {
        Self { threshold, ..Self::default() }
    }

    /// The labels of all `voxels` at once.
    pub fn all(voxels: &Voxels, threshold: Option<f64>) -> (Labels, Odd) {
        let mut maker = Self::new(threshold);
        maker.add(voxels);
        maker.finish()
    }

    /// Adds the next values by the cast of ITK to 32 unsigned bits: fractions are cut off, negative integers wrap.
    #[allow(clippy::unnecessary_cast)] // needless for some of the ten types
    pub fn add(&mut self, voxels: &Voxels) {
        if let Some(threshold) = self.threshold {
            return each_type!(voxels, v => {
                self.labels.extend_with(v, |x| u32::from(x as f64 >= threshold));
                self.odd.not_finite += v.iter().filter(|x| !(**x as f64).is_finite()).count();
            });
        }
        match voxels {
            Voxels::F32(v) => self.floats(v, f64::from),
            Voxels::F64(v) => self.floats(v, |x| x),
            other => each_type!(other, v => self.labels.extend_with(v, |x| x as u32)),
        }
    }

    fn floats<T: Copy>(&mut self, values: &[T], to_f64: impl Fn(T) -> f64) {
        values.iter().for_each(|&x| self.odd.look_at(to_f64(x)));
        self.labels.extend_with(values, |x| label_of(to_f64(x)));
    }

    /// The labels, and what was no label.
    pub fn finish(self) -> (Labels, Odd) {
        (self.labels, self.odd)
    }
}

fn label_of(x: f64) -> u32 {
    let near = x.round();
    match x {
        x if !x.is_finite() => 0,
        x if (x - near).abs() < REMAINDER => near as i64 as u32,
        x => x as i64 as u32,
    }
}

impl Odd {
    #[inline]
    fn look_at(&mut self, x: f64) {
        if x.fract() == 0.0 {
            return;
        }
        if !x.is_finite() {
            self.not_finite += 1;
        } else if (x - x.round()).abs() < REMAINDER {
            if self.rounded == 0 {
                self.rounded_example = x;
            }
            self.rounded += 1;
        } else {
            if self.cut == 0 {
                (self.cut_example, self.cut_largest) = (x, x);
            }
            self.cut_largest = self.cut_largest.max(x);
            self.cut += 1;
        }
    }

    /// What this and another part of the mask have.
    pub fn with(self, other: Self) -> Self {
        let first = |n: usize, mine: f64, theirs: f64| if n > 0 { mine } else { theirs };
        let largest = match (self.cut, other.cut) {
            (0, _) => other.cut_largest,
            (_, 0) => self.cut_largest,
            _ => self.cut_largest.max(other.cut_largest),
        };
        Self {
            cut: self.cut + other.cut,
            cut_example: first(self.cut, self.cut_example, other.cut_example),
            cut_largest: largest,
            rounded: self.rounded + other.rounded,
            rounded_example: first(self.rounded, self.rounded_example, other.rounded_example),
            not_finite: self.not_finite + other.not_finite,
        }
    }

    /// What the user of the labels should know.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Self { cut, rounded, not_finite, .. } = *self;
        if cut > 0 {
            notes.push(format!(
                "{cut} voxels of the mask are not whole numbers (the first is {}) and their fractions are cut off; \
                 --mask-threshold {} would take those from there on (in a study: threshold = {0})",
                self.cut_example,
                self.half()
            ));
        }
        if rounded > 0 {
            notes.push(format!(
                "{rounded} voxels of the mask are not whole numbers but close to one (the first is {}), which is taken",
                self.rounded_example
            ));
        }
        if not_finite > 0 {
            notes.push(format!("{not_finite} voxels of the mask are NaN or infinite and count as background"));
        }
        notes
    }

    /// Half of the largest fraction, with few digits: a threshold to begin with.
    pub fn half(&self) -> f64 {
        let half = self.cut_largest / 2.0;
        let power = 10_f64.powf(2.0 - half.abs().log10().floor());
        let rounded = (half * power).round() / power;
        if rounded.is_finite() && rounded != 0.0 { rounded } else { half }
    }
}

/// How many values are not numbers.
pub(super) fn not_finite(voxels: &Voxels) -> usize {
    match voxels {
        Voxels::F32(v) => v.iter().filter(|x| !x.is_finite()).count(),
        Voxels::F64(v) => v.iter().filter(|x| !x.is_finite()).count(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_cut_and_remainders_rounded() {
        let values = vec![0.0, 1.0, 0.6, 5.999999998603016, f64::NAN, 1.9, 3.0000457763671875];
        let (labels, odd) = LabelMaker::all(&Voxels::F64(values.clone()), None);
        assert_eq!(labels.iter().collect::<Vec<_>>(), [0, 1, 0, 6, 0, 1, 3]);
        assert_eq!((odd.cut, odd.rounded, odd.not_finite), (2, 2, 1));
        assert_eq!((odd.cut_example, odd.cut_largest, odd.half()), (0.6, 1.9, 0.95));
        let (labels, odd) = LabelMaker::all(&Voxels::F64(values), Some(0.5));
        assert_eq!(labels.iter().collect::<Vec<_>>(), [0, 1, 1, 1, 0, 1, 1]);
        assert_eq!((odd.cut, odd.not_finite), (0, 1));
    }
}
