//! How slices are looked at: plane, zoom, window, which other drawing of the region, and where the cursor is.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::Outcome;
use crate::document::Cell;
use crate::methods::images::{Plane, Slice, Window, Zoom, one};
use figures::format;

/// By how much of its width a key moves a window, and how much narrower or wider one makes it.
const SHIFT: f64 = 0.1;
const WIDER: f64 = 1.25;

/// What the user has chosen; the same for every case.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Looking {
    zoom: Zoom,
    plane: Plane,
    reading: usize,
    pub window: Window,
    /// Column and row of the element under the cursor, once it was moved.
    at: Option<[usize; 2]>,
}

impl Looking {
    /// The question of a patient's sequence.
    pub fn asks(&self, study: &Path, (row, sequence): (usize, usize), most: usize) -> one::Spec {
        let study = study.to_path_buf();
        one::Spec {
            study,
            row,
            sequence,
            most,
            zoom: self.zoom,
            plane: self.plane,
            reading: self.reading,
            derived: None,
        }
    }

    /// Does what one of the view's own commands says.
    pub fn act(&mut self, command: &str, argument: Option<&str>, answer: Option<&one::Answer>) -> Outcome {
        let argument = argument.map(str::trim).filter(|text| !text.is_empty());
        match command {
            "images.whole" => self.zoom = self.zoom.next(),
            "images.plane" => match argument.map_or(Some(self.shown_plane(answer).next()), plane) {
                Some(plane) => self.plane = plane,
                None => return Outcome::refuse("a plane is axial, coronal or sagittal"),
            },
            "images.window" => match argument.map_or(Some(self.window.next()), window) {
                Some(window) => self.window = window,
                None => {
                    return Outcome::refuse(
                        "a window is auto, region, whole range, soft tissue, liver, lung, bone, brain, or LEVEL/WIDTH",
                    );
                }
            },
            "images.reading" => {
                let readings = answer.map_or(0, |answer| answer.readings);
                if readings == 0 {
                    return Outcome::refuse("the region was drawn only once");
                }
                self.reading = (self.reading + 1) % (readings + 1);
            }
            _ => return self.move_in(command, answer),
        }
        Outcome::Done
    }

    /// Moves window or cursor, which needs a picture.
    fn move_in(&mut self, command: &str, answer: Option<&one::Answer>) -> Outcome {
        let Some(answer) = answer else { return Outcome::Ignored };
        let moved = |window: Window, shift: f64, wider: f64| window.moved(&answer.ranges(), shift, wider);
        match command {
            "images.darker" => self.window = moved(self.window, SHIFT, 1.0),
            "images.brighter" => self.window = moved(self.window, -SHIFT, 1.0),
            "images.narrower" => self.window = moved(self.window, 0.0, 1.0 / WIDER),
            "images.wider" => self.window = moved(self.window, 0.0, WIDER),
            _ => {
                let Some(slice) = answer.slices.first() else { return Outcome::Ignored };
                let [x, y] = self.cursor(slice).unwrap_or([slice.width / 2, slice.height / 2]);
                self.at = Some(match command {
                    "images.left" => [x.saturating_sub(1), y],
                    "images.right" => [x + 1, y],
                    "images.up" => [x, y.saturating_sub(1)],
                    "images.down" => [x, y + 1],
                    _ => return Outcome::Ignored,
                });
            }
        }
        Outcome::Done
    }

    fn shown_plane(&self, answer: Option<&one::Answer>) -> Plane {
        answer.map_or(self.plane, |answer| answer.plane)
    }

    /// The element under the cursor, within the picture.
    pub fn cursor(&self, slice: &Slice) -> Option<[usize; 2]> {
        let [x, y] = self.at?;
        Some([x.min(slice.width.checked_sub(1)?), y.min(slice.height.checked_sub(1)?)])
    }

    /// Window, and what is under the cursor.
    pub fn facts(&self, answer: &one::Answer, at: usize) -> Vec<(String, Cell)> {
        let [low, high] = answer.limits(self.window).map(|value| format::significant(value, 4));
        let mut facts = vec![("Window".to_owned(), Cell::text(format!("{}, {low} to {high}", self.window.name())))];
        let (Some(slice), Some(frame)) = (answer.slices.get(at), &answer.frame) else { return facts };
        if let Some([x, y]) = self.cursor(slice) {
            let (voxel, mm) = frame.voxel([x, y], at);
            let value = slice.values.get(y * slice.width + x).copied().map_or(f64::NAN, f64::from);
            let place = mm.map(|mm| format::fixed(mm, 1)).join(", ");
            let of = if frame.voxels_behind([x, y]) > 1 { ", mean" } else { "" };
            let voxel = voxel.map(|index| index.to_string()).join(", ");
            let value = format::significant(value, 4);
            facts.push(("Cursor".to_owned(), Cell::text(format!("{value}{of} at voxel {voxel}"))));
            facts.push(("LPS".to_owned(), Cell::text(format!("{place} mm"))));
        }
        facts
    }
}

fn plane(name: &str) -> Option<Plane> {
    [Plane::Axial, Plane::Coronal, Plane::Sagittal].into_iter().find(|plane| plane.name() == name)
}

/// A named window, or `40/400`: level and width.
fn window(text: &str) -> Option<Window> {
    if let Some(named) = Window::named().find(|window| window.name() == text) {
        return Some(named);
    }
    let (level, width) = text.split_once('/')?;
    let (level, width): (f64, f64) = (level.trim().parse().ok()?, width.trim().parse().ok()?);
    let sound = level.is_finite() && width.is_finite() && width > 0.0;
    sound.then_some(Window::Given([level - width / 2.0, level + width / 2.0]))
}
