//! Heat maps: many quantities in many patients, with rows that say who the patients are.

use super::role::Role;
use super::surface::{Anchor, Point, Rect, Surface};
use crate::format::{Glyphs, fixed, shorten, shorten_names};

/// Quantities (rows) in patients (columns).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatMap {
    /// The names of the rows.
    pub rows: Vec<String>,
    /// How many columns there are.
    pub columns: usize,
    /// The values, row by row; NaN where one is missing.
    pub values: Vec<f64>,
    /// The colours run from minus this to this.
    pub limit: f64,
    /// What the values are: `z-score`.
    pub quantity: String,
    /// What the columns are: `80 patients`.
    pub column_label: String,
    /// Rows above the map that say what each column is.
    pub tracks: Vec<Track>,
}

/// One row above the map.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    /// Its name: `Event`, `Cohort`.
    pub label: String,
    /// What it shows.
    pub values: TrackValues,
}

/// What a track shows of each column.
#[derive(Debug, Clone, PartialEq)]
pub enum TrackValues {
    /// Names of categories, and the category of each column.
    Categories(Vec<String>, Vec<Option<usize>>),
    /// A number for each column on a scale from minus the limit to the limit.
    Numbers(Vec<f64>, f64),
}

impl Default for TrackValues {
    fn default() -> Self {
        Self::Numbers(Vec::new(), 1.0)
    }
}

/// Fields of a map: how many there are along one direction and which items each of them sums up.
#[derive(Clone, Copy)]
struct Fields {
    count: usize,
    items: usize,
    from: f64,
    size: f64,
}

impl Fields {
    /// At most one field for every `smallest` length of `room`; each as long as the others where lengths are whole.
    fn new(items: usize, from: f64, room: f64, smallest: f64, whole: bool) -> Self {
        let count = items.min((room / smallest + 1e-9).floor().max(0.0) as usize);
        let size = if count == 0 { 0.0 } else { room / count as f64 };
        Self { count, items, from, size: if whole { size.floor() } else { size } }
    }

    fn span(&self, index: usize) -> (f64, f64) {
        (self.from + index as f64 * self.size, self.from + (index as f64 + 1.0) * self.size)
    }

    /// The items that field `index` sums up.
    fn members(&self, index: usize) -> std::ops::Range<usize> {
        index * self.items / self.count..((index + 1) * self.items / self.count)
    }

    fn end(&self) -> f64 {
        self.from + self.count as f64 * self.size
    }
}

impl HeatMap {
    /// Lines of text for all rows, up to a screenful.
    pub(super) fn preferred_lines(&self) -> usize {
        self.rows.len().min(40) + self.tracks.len() + 2
    }

    /// The mean of the values that are there in a block.
    fn mean(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> Option<f64> {
        let values = rows.flat_map(|row| columns.clone().map(move |column| row * self.columns + column));
        mean(values.filter_map(|index| self.values.get(index).copied()))
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.filter(|value| value.is_finite()).fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

fn level(value: f64, limit: f64) -> Option<u8> {
    match Role::heat(value, limit) {
        Role::Heat(level) => Some(level),
        _ => None,
    }
}

/// Draws `map` into `area`. Where there are more rows or columns than fields, a field shows the mean.
pub fn draw(map: &HeatMap, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let paper = surface.paper();
    let legend_lines = if area.height() >= 6.0 * line { 1.0 + if paper { 0.4 } else { 0.0 } } else { 0.0 };
    let track_lines =
        if area.height() >= (map.tracks.len() as f64 + 4.0) * line { map.tracks.len() as f64 } else { 0.0 };
    let top = area.top + track_lines * line * if paper { 1.15 } else { 1.0 };
    let bottom = area.bottom - legend_lines * line;
    // Rows too low for names need no room for them.
    let named = bottom - top >= map.rows.len() as f64 * line * 0.8;
    let label_room = label_width(map, named, surface).min(area.width() * 0.35);
    let left = if area.width() >= 24.0 * character { area.left + (label_room + character).ceil() } else { area.left };
    // A field is a character or, on paper, a few pixels at least.
    let (narrowest, lowest) = if paper { (2.0, 3.0) } else { (1.0, 1.0) };
    let across = Fields::new(map.columns, left, (area.right - left).max(0.0), narrowest, !paper);
    let down = Fields::new(map.rows.len(), top, (bottom - top).max(0.0), lowest, !paper);
    // One line for each row is enough on a grid.
    let down = if paper { down } else { Fields { size: down.size.min(1.0), ..down } };
    for y in 0..down.count {
        let (from, to) = down.span(y);
        for x in 0..across.count {
            let (start, end) = across.span(x);
            let value = map.mean(down.members(y), across.members(x));
            surface.heat(Rect::new(start, from, end, to), value.and_then(|value| level(value, map.limit)));
        }
    }
    if left > area.left {
        draw_row_labels(map, &down, (area.left, left - character), surface);
    }
    if track_lines > 0.0 {
        draw_tracks(map, &across, area, left, surface);
    }
    if legend_lines > 0.0 {
        let y = if paper { down.end() + 0.9 * line } else { down.end() + 0.5 };
        draw_legend(map, area, y, surface);
    }
}

fn label_width(map: &HeatMap, named: bool, surface: &dyn Surface) -> f64 {
    let rows = map.rows.iter().filter(|_| named).chain(map.tracks.iter().map(|track| &track.label));
    rows.map(|name| surface.text_width(name)).fold(surface.text_width(&row_count(map)), f64::max)
}

/// What stands beside rows that are too low for their names.
fn row_count(map: &HeatMap) -> String {
    format!("{} rows", crate::format::count(map.rows.len()))
}

fn draw_row_labels(map: &HeatMap, down: &Fields, (left, right): (f64, f64), surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    if down.count < map.rows.len() || down.size < 0.8 * line {
        let (first, _) = down.span(0);
        surface.text(Point::new(right, first + line / 2.0), Anchor::End, Role::Dim, &row_count(map));
        return;
    }
    let short = shorten_names(&map.rows, ((right - left) / character) as usize, Glyphs::Utf8);
    for (row, (name, short)) in map.rows.iter().zip(&short).enumerate() {
        let (from, to) = down.span(row);
        let label = if surface.text_width(name) <= right - left { name } else { short };
        surface.text(Point::new(right, (from + to) / 2.0), Anchor::End, Role::Text, label);
    }
}

fn draw_tracks(map: &HeatMap, across: &Fields, area: Rect, left: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let pitch = if surface.paper() { 1.15 * line } else { line };
    for (row, track) in map.tracks.iter().enumerate() {
        let from = area.top + row as f64 * pitch;
        let to = from + line;
        for x in 0..across.count {
            let (start, end) = across.span(x);
            let field = Rect::new(start, from, end, to);
            match &track.values {
                TrackValues::Categories(_, of) => {
                    if let Some(category) =
                        most_frequent(across.members(x).filter_map(|column| of.get(column).copied().flatten()))
                    {
                        surface.category(field, category);
                    }
                }
                TrackValues::Numbers(values, limit) => {
                    let value = mean(across.members(x).filter_map(|column| values.get(column).copied()));
                    surface.heat(field, value.and_then(|value| level(value, *limit)));
                }
            }
        }
        if left > area.left {
            let label = shorten(&track.label, ((left - area.left) / character) as usize, Glyphs::Utf8);
            surface.text(Point::new(left - character, (from + to) / 2.0), Anchor::End, Role::Title, &label);
        }
    }
}

/// The most frequent category, the first of them at a tie.
fn most_frequent(categories: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts: Vec<usize> = Vec::new();
    for category in categories {
        counts.resize(counts.len().max(category + 1), 0);
        counts[category] += 1;
    }
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    counts.iter().position(|count| *count == most)
}

/// The scale of colours, the categories of the tracks, and what the columns are, as far as they fit.
fn draw_legend(map: &HeatMap, area: Rect, y: f64, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let half = if surface.paper() { 0.4 * line } else { 0.5 };
    let mut x = area.left;
    let say = |x: &mut f64, role: Role, text: &str, surface: &mut dyn Surface| {
        let width = surface.text_width(text);
        if *x + width > area.right {
            return false;
        }
        surface.text(Point::new(*x, y), Anchor::Start, role, text);
        *x += width;
        true
    };
    let quantity = format!("{} -{} ", map.quantity, trimmed(map.limit));
    if !say(&mut x, Role::Dim, &quantity, surface) {
        return;
    }
    for level in 0..Role::HEAT as u8 {
        let field = Rect::new(x, y - half, x + character, y + half);
        if field.right <= area.right {
            surface.heat(field, Some(level));
        }
        x += character;
    }
    // A blank that begins a text is not drawn on paper.
    x += character;
    say(&mut x, Role::Dim, &trimmed(map.limit), surface);
    for track in &map.tracks {
        let TrackValues::Categories(names, _) = &track.values else { continue };
        let width = surface.text_width(&track.label)
            + names.iter().map(|name| surface.text_width(name) + 3.0 * character).sum::<f64>();
        if x + 3.0 * character + width > area.right {
            continue;
        }
        x += 3.0 * character;
        say(&mut x, Role::Dim, &format!("{}:", track.label), surface);
        for (index, name) in names.iter().enumerate() {
            x += character;
            surface.category(Rect::new(x, y - half, x + character, y + half), index);
            x += 1.6 * character.max(1.0);
            if !surface.paper() {
                x = x.ceil();
            }
            say(&mut x, Role::Dim, name, surface);
        }
    }
    let width = surface.text_width(&map.column_label);
    if x + 3.0 * character + width <= area.right {
        surface.text(Point::new(area.right, y), Anchor::End, Role::Dim, &map.column_label);
    }
}

fn trimmed(limit: f64) -> String {
    let text = fixed(limit, 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_sum_up_all_items_once() {
        for (items, room) in [(149, 78.0), (10, 78.0), (5064, 20.0), (0, 10.0), (3, 0.0)] {
            let fields = Fields::new(items, 0.0, room, 1.0, true);
            let members: Vec<usize> = (0..fields.count).flat_map(|index| fields.members(index)).collect();
            let expected: Vec<usize> = if fields.count == 0 { Vec::new() } else { (0..items).collect() };
            assert_eq!(members, expected);
            assert!(fields.end() <= room);
        }
    }

    #[test]
    fn ties_go_to_the_first_category() {
        assert_eq!(most_frequent([2, 1, 2, 1].into_iter()), Some(1));
        assert_eq!(most_frequent(std::iter::empty()), None);
    }
}
