//! Labels on the line of a scale itself, where there is no line below for them.

use super::Mark;
use crate::surface::Surface;

/// The labels of `ticks` that have room `within` the ends of the line, with their left ends. A label that a mark would cover
/// names the value that is looked for: it moves to the side of the mark on which its value lies. Others that are in the way
/// give way wholly.
pub fn labels<'a>(
    ticks: &[(f64, &'a str)],
    marks: &[Mark],
    within: (f64, f64),
    surface: &dyn Surface,
) -> Vec<(f64, &'a str)> {
    let mut line = Line { placed: Vec::new(), marks, within, character: surface.em().0 };
    let centred: Vec<(f64, f64)> = ticks.iter().map(|(x, label)| centred(*x, label, within.0, surface)).collect();
    let covering = |(left, right): (f64, f64)| marks.iter().find(|mark| mark.left < right && left < mark.right);
    let mut found = Vec::new();
    for (tick, span) in ticks.iter().zip(&centred) {
        let moved = covering(*span).and_then(|mark| line.beside(mark, tick.0, span.1 - span.0));
        found.extend(moved.map(|left| (left, tick.1)));
    }
    for (tick, span) in ticks.iter().zip(&centred).filter(|(_, span)| covering(**span).is_none()) {
        found.extend(line.take(span.0, span.1 - span.0).map(|left| (left, tick.1)));
    }
    found
}

/// From where to where a label stands whose middle is at `x`, or which begins at `first` where it would begin before that.
fn centred(x: f64, label: &str, first: f64, surface: &dyn Surface) -> (f64, f64) {
    let width = surface.text_width(label);
    let left = x - width / 2.0;
    let left = if surface.paper() { left } else { (left + 0.01).round() };
    let left = left.max(first.min(x));
    (left, left + width)
}

/// What of the line is taken.
struct Line<'a> {
    placed: Vec<(f64, f64)>,
    marks: &'a [Mark<'a>],
    within: (f64, f64),
    character: f64,
}

impl Line<'_> {
    /// What is left free between a label and a mark: letters would read as part of it.
    fn gap(&self, mark: &Mark) -> f64 {
        if mark.letter.is_empty() { 0.0 } else { self.character }
    }

    /// A place for a label of `width` for the value at `x` beside the mark that is in its way. At the mark's own value either
    /// side is true.
    fn beside(&mut self, mark: &Mark, x: f64, width: f64) -> Option<f64> {
        // Marks beside one another are passed together.
        let (mut left, mut right) = (mark.left, mark.right);
        for other in self.marks {
            if other.left < right + self.character && left - self.character < other.right {
                (left, right) = (left.min(other.left), right.max(other.right));
            }
        }
        let after = right + self.gap(mark);
        let before = left - self.gap(mark) - width;
        let same = (x - mark.at).abs() < 0.05 * self.character;
        match (same, x > mark.at) {
            (true, _) => self.take(after, width).or_else(|| self.take(before, width)),
            (false, true) => self.take(after, width),
            (false, false) => self.take(before, width),
        }
    }

    /// Takes the place from `left` on if it is free; labels keep a character apart.
    fn take(&mut self, left: f64, width: f64) -> Option<f64> {
        const TOUCHING: f64 = 1e-6;
        let right = left + width;
        let inside = left >= self.within.0 - TOUCHING && right <= self.within.1 + TOUCHING;
        let apart = |from: f64, to: f64, gap: f64| right + gap <= from + TOUCHING || to + gap <= left + TOUCHING;
        let free = self.placed.iter().all(|(from, to)| apart(*from, *to, self.character))
            && self.marks.iter().all(|mark| apart(mark.left, mark.right, self.gap(mark)));
        (inside && free).then(|| {
            self.placed.push((left, right));
            left
        })
    }
}
