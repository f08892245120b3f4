//! Figures as they were painted, for terminals that show pictures in place of characters.

use std::sync::{Arc, Mutex, PoisonError};

use ratatui::layout::Rect;

use figures::Figure;

/// A figure and the part of the screen that it was painted into.
#[derive(Debug, Clone, PartialEq)]
pub struct Plate {
    /// Columns and rows.
    pub area: Rect,
    /// The figure.
    pub figure: Figure,
}

impl Plate {
    /// Whether both are drawn alike. What is not a number in one is not in the other: gaps of lines.
    pub fn is_same(&self, other: &Self) -> bool {
        self == other || self.area == other.area && format!("{:?}", self.figure) == format!("{:?}", other.figure)
    }
}

/// The plates of a picture that is being painted; shared by the copies of a theme.
#[derive(Debug, Clone, Default)]
pub struct Plates(Arc<Mutex<Vec<Plate>>>);

impl Plates {
    /// Takes down that `figure` was painted into `area`.
    pub fn push(&self, area: Rect, figure: &Figure) {
        let plate = Plate { area, figure: figure.clone() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(plate);
    }

    /// What was taken down since this was last asked.
    pub fn take(&self) -> Vec<Plate> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::{Chart, Layer, Mark, Role};

    #[test]
    fn a_line_with_a_gap_is_the_same_as_itself() {
        let of = |y: [f64; 3]| {
            let mark = Mark::Line { x: vec![1.0, 2.0, 3.0], y: y.into(), band: None };
            let chart = Chart { layers: vec![Layer::plain(Role::series(0), mark)], ..Chart::default() };
            Plate { area: Rect::new(0, 0, 40, 20), figure: Figure::new("", chart) }
        };
        assert!(of([1.0, f64::NAN, 0.5]).is_same(&of([1.0, f64::NAN, 0.5])));
        assert!(!of([1.0, f64::NAN, 0.5]).is_same(&of([1.0, f64::NAN, 0.25])));
    }
}
