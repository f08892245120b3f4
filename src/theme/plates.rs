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
