//! A line of a few characters that shows a distribution or a course in a table.

use crate::format::Glyphs;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['_', '.', ':', '-', '=', '+', '*', '#'];

/// `values` in `columns` characters, the lowest as the lowest block and the highest as the highest; each character shows
/// the mean of those that fall on it, a blank where there are none.
pub fn sparkline(values: &[f64], columns: usize, glyphs: Glyphs) -> String {
    let columns = columns.min(values.len());
    let means: Vec<Option<f64>> = (0..columns)
        .map(|column| {
            let members = &values[column * values.len() / columns..(column + 1) * values.len() / columns];
            let finite: Vec<f64> = members.iter().copied().filter(|value| value.is_finite()).collect();
            (!finite.is_empty()).then(|| finite.iter().sum::<f64>() / finite.len() as f64)
        })
        .collect();
    let present = || means.iter().flatten().copied();
    let (low, high) = (present().fold(f64::INFINITY, f64::min), present().fold(f64::NEG_INFINITY, f64::max));
    let blocks = glyphs.pick(BLOCKS, ASCII);
    let block = |mean: Option<f64>| match mean {
        None => ' ',
        Some(_) if high <= low => blocks[0],
        Some(mean) => blocks[(((mean - low) / (high - low)) * 7.0).round() as usize],
    };
    means.into_iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_and_highest_fill_the_height() {
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, 3.5, 7.0], 5, Glyphs::Utf8), "▁▂▃▅█");
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, 3.5, 7.0], 5, Glyphs::Ascii), "_.:=#");
        assert_eq!(sparkline(&[1.0, 1.0, f64::NAN], 9, Glyphs::Utf8), "▁▁ ");
        assert_eq!(sparkline(&[1.0, 3.0, 2.0, 4.0], 2, Glyphs::Utf8), "▁█");
        assert_eq!(sparkline(&[], 5, Glyphs::Utf8), "");
    }
}
