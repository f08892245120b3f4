//! The cells of a sheet, without those that lie far from its table: room is taken for what is there, not for what the
//! farthest cell spans.

use std::io::{Read, Seek};

use calamine::{Cell, Data, Range, Reader, Sheets};

/// So many empty columns, or rows, part a stray cell from the table.
const COLUMNS_APART: u32 = 32;
const ROWS_APART: u32 = 1000;

/// At most so many cells beyond such a gap are strays, or one in a hundred of the table's.
const FEW: usize = 20;

/// A sheet may span this many cells, and so many more for each that has a value.
const SPAN: u64 = 4_000_000;
const SPAN_FOR_EACH: u64 = 64;

/// A sheet without its strays, and what is to be said of those.
pub(super) struct Near {
    pub range: Range<Data>,
    pub left_out: Option<String>,
    /// Whether some cell is there without a value, as that of a formula which nobody has calculated.
    pub has_blanks: bool,
}

/// The cells of `sheet`. An error is a message without the name of the file.
pub(super) fn near<R: Read + Seek>(book: &mut Sheets<R>, sheet: &str) -> Result<Near, String> {
    let (mut cells, has_blanks) = filled(book, sheet).map_err(|error| error.to_string())?;
    let columns = strays(&mut cells, COLUMNS_APART, |cell| cell.get_position().1);
    let rows = strays(&mut cells, ROWS_APART, |cell| cell.get_position().0);
    let left_out: Vec<(u32, u32)> = columns.into_iter().chain(rows).collect();
    let position = |of: fn((u32, u32)) -> u32| cells.iter().map(move |cell| of(cell.get_position()));
    let span =
        |of: fn((u32, u32)) -> u32| u64::from(position(of).max().unwrap_or(0) - position(of).min().unwrap_or(0)) + 1;
    let (height, width) = (span(|(row, _)| row), span(|(_, column)| column));
    if height * width > SPAN + SPAN_FOR_EACH * cells.len() as u64 {
        let far = cells.iter().map(Cell::get_position).max_by_key(|&(row, column)| (column, row)).unwrap_or_default();
        return Err(format!(
            "the {} filled cells of sheet {sheet} span {height} rows and {width} columns, as far as {}; put the table \
             on a sheet of its own",
            cells.len(),
            name(far)
        ));
    }
    let said = said(&left_out);
    Ok(Near { range: Range::from_sparse(cells), left_out: said, has_blanks })
}

/// The cells that hold anything, and whether there are others. Those of newer workbooks come one by one; other readers lay
/// a sheet out themselves.
fn filled<R: Read + Seek>(book: &mut Sheets<R>, sheet: &str) -> Result<(Vec<Cell<Data>>, bool), calamine::Error> {
    let mut cells = Vec::new();
    if let Sheets::Xlsx(xlsx) = book {
        let mut has_blanks = false;
        let mut reader = xlsx.worksheet_cells_reader(sheet)?;
        while let Some(cell) = reader.next_cell()? {
            let value = Data::from(cell.get_value().clone());
            has_blanks |=
                matches!(&value, Data::Empty) || matches!(&value, Data::String(text) if text.trim().is_empty());
            if value != Data::Empty {
                cells.push(Cell::new(cell.get_position(), value));
            }
        }
        return Ok((cells, has_blanks));
    }
    let range = book.worksheet_range(sheet)?;
    let (top, left) = range.start().unwrap_or_default();
    let at = |row: usize, column: usize| (top + row as u32, left + column as u32);
    cells.extend(range.used_cells().map(|(row, column, value)| Cell::new(at(row, column), value.clone())));
    Ok((cells, true))
}

/// Takes the cells out that lie beyond a gap of `apart` along one axis, where they are few; returns their places.
fn strays(cells: &mut Vec<Cell<Data>>, apart: u32, along: impl Fn(&Cell<Data>) -> u32) -> Vec<(u32, u32)> {
    let (least, most) = cells.iter().map(&along).fold((u32::MAX, 0), |(a, b), place| (a.min(place), b.max(place)));
    if most.saturating_sub(least) <= apart {
        return Vec::new();
    }
    let mut places: Vec<u32> = cells.iter().map(&along).collect();
    // Cells mostly come row by row.
    if !places.is_sorted() {
        let all = places.len();
        if most as usize <= all {
            // Counting them is cheaper than sorting.
            let mut counts = vec![0_usize; most as usize + 1];
            places.iter().for_each(|place| counts[*place as usize] += 1);
            places.clear();
            places.extend(counts.iter().zip(0..).flat_map(|(count, place)| std::iter::repeat_n(place, *count)));
        } else {
            places.sort_unstable();
        }
    }
    let mut gaps = (1..places.len()).filter(|&i| places[i] - places[i - 1] > apart);
    let few = |beyond: usize, table: usize| beyond <= FEW.max(table / 100) && beyond < table;
    // The nearest gap beyond which there are few; what lies before one may be the stray as well.
    let Some(at) = gaps.clone().find(|&i| few(places.len() - i, i)) else {
        return match gaps.rfind(|&i| few(i, places.len() - i)) {
            Some(at) => taken(cells, |cell| along(cell) < places[at]),
            None => Vec::new(),
        };
    };
    taken(cells, |cell| along(cell) >= places[at])
}

fn taken(cells: &mut Vec<Cell<Data>>, is_out: impl Fn(&Cell<Data>) -> bool) -> Vec<(u32, u32)> {
    let out = cells.iter().filter(|cell| is_out(cell)).map(Cell::get_position).collect();
    cells.retain(|cell| !is_out(cell));
    out
}

/// Which cells were left out.
fn said(left_out: &[(u32, u32)]) -> Option<String> {
    let first = left_out.first()?;
    let cells = match left_out.len() {
        1 => format!("cell {}, far from the table, is", name(*first)),
        n => format!("{n} cells far from the table, the first of them {}, are", name(*first)),
    };
    Some(format!("{cells} left out"))
}

/// `XFD1048576`.
fn name((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: u32, columns: u32) -> Vec<Cell<Data>> {
        let value = |row, column| Cell::new((row, column), Data::Float(f64::from(row)));
        (0..rows).flat_map(|row| (0..columns).map(move |column| value(row, column))).collect()
    }

    #[test]
    fn a_cell_far_out_is_named_and_left_out() {
        for (far, shown) in [((1_048_575, 16_383), "XFD1048576"), ((1_048_575, 0), "A1048576"), ((3, 60), "BI4")] {
            let mut cells = table(60, 7);
            cells.push(Cell::new(far, Data::Float(1.0)));
            let mut out = strays(&mut cells, COLUMNS_APART, |cell| cell.get_position().1);
            out.extend(strays(&mut cells, ROWS_APART, |cell| cell.get_position().0));
            assert_eq!((cells.len(), out.as_slice()), (420, [far].as_slice()));
            assert!(said(&out).is_some_and(|text| text.contains(shown)), "{shown}");
        }
    }

    #[test]
    fn a_second_half_behind_empty_rows_stays() {
        let mut cells = table(60, 7);
        cells.extend((5000..5060).map(|row| Cell::new((row, 0), Data::Float(1.0))));
        assert!(strays(&mut cells, ROWS_APART, |cell| cell.get_position().0).is_empty());
    }
}
