//! The cells of a sheet, without those that lie far from its table: room is taken for what is there, not for what the
//! farthest cell spans.

use std::io::{Read, Seek};

use calamine::{Data, DataRef, Dimensions, Reader, Sheets, XlsxCellReader};

use super::strays::{self, ROWS_APART};
use super::value::is_blank;

/// A sheet may span this many cells, and so many more for each that has a value.
const SPAN: u64 = 4_000_000;
const SPAN_FOR_EACH: u64 = 64;

/// A value and the row and column of the sheet where it stands, from 0.
pub(super) type Placed = ((u32, u32), Data);

/// Cells laid out row by row, from the first row and column with a value to the last.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Cells {
    start: (u32, u32),
    width: usize,
    values: Vec<Data>,
}

impl Cells {
    /// Row and column of the sheet at which the cells begin, from 0.
    pub fn start(&self) -> (u32, u32) {
        self.start
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    pub fn row(&self, i: usize) -> &[Data] {
        &self.values[i * self.width..(i + 1) * self.width]
    }

    pub fn row_mut(&mut self, i: usize) -> &mut [Data] {
        &mut self.values[i * self.width..(i + 1) * self.width]
    }

    /// Lays cells out that span no more than they may; later ones take the place of earlier ones.
    fn from_sparse(cells: Vec<Placed>) -> Self {
        let least = |of: fn(&(u32, u32)) -> u32| cells.iter().map(|(at, _)| of(at)).min().unwrap_or(0);
        let most = |of: fn(&(u32, u32)) -> u32| cells.iter().map(|(at, _)| of(at)).max().unwrap_or(0);
        if cells.is_empty() {
            return Self::default();
        }
        let start = (least(|at| at.0), least(|at| at.1));
        let width = (most(|at| at.1) - start.1) as usize + 1;
        let mut values = vec![Data::Empty; ((most(|at| at.0) - start.0) as usize + 1) * width];
        for ((row, column), value) in cells {
            values[(row - start.0) as usize * width + (column - start.1) as usize] = value;
        }
        Self { start, width, values }
    }
}

/// A sheet without its strays, and what is to be said of those.
pub(super) struct Near {
    pub cells: Cells,
    pub left_out: Option<String>,
    /// Whether some cell is there without a value, as that of a formula which nobody has calculated.
    pub has_blanks: bool,
}

/// The cells of `sheet`. An error is a message without the name of the file.
pub(super) fn near<R: Read + Seek>(book: &mut Sheets<R>, sheet: &str) -> Result<Near, String> {
    let (found, has_blanks) = filled(book, sheet).map_err(|error| error.to_string())?;
    let mut cells = match found {
        Found::Laid(cells) => return Ok(Near { cells, left_out: None, has_blanks }),
        Found::Sparse(cells) => cells,
    };
    let left_out = strays::take(&mut cells);
    let position = |of: fn((u32, u32)) -> u32| cells.iter().map(move |(at, _)| of(*at));
    let span =
        |of: fn((u32, u32)) -> u32| u64::from(position(of).max().unwrap_or(0) - position(of).min().unwrap_or(0)) + 1;
    let (height, width) = (span(|(row, _)| row), span(|(_, column)| column));
    if height * width > most_span(cells.len()) {
        let far = cells.iter().map(|(at, _)| *at).max_by_key(|&(row, column)| (column, row)).unwrap_or_default();
        return Err(format!(
            "the {} filled cells of sheet {sheet} span {height} rows and {width} columns, as far as {}; put the table \
             on a sheet of its own",
            cells.len(),
            strays::name(far)
        ));
    }
    Ok(Near { cells: Cells::from_sparse(cells), left_out: strays::said(&left_out), has_blanks })
}

/// So many cells may `filled` ones span.
fn most_span(filled: usize) -> u64 {
    SPAN + SPAN_FOR_EACH * filled as u64
}

/// The cells that hold anything.
enum Found {
    /// In place already, without strays.
    Laid(Cells),
    Sparse(Vec<Placed>),
}

/// The cells that hold anything, and whether there are others. Those of newer workbooks come one by one; other readers lay
/// a sheet out themselves.
fn filled<R: Read + Seek>(book: &mut Sheets<R>, sheet: &str) -> Result<(Found, bool), calamine::Error> {
    if let Sheets::Xlsx(xlsx) = book {
        return Ok(one_by_one(xlsx.worksheet_cells_reader(sheet)?)?);
    }
    let range = book.worksheet_range(sheet)?;
    let (top, left) = range.start().unwrap_or_default();
    let at = |row: usize, column: usize| (top + row as u32, left + column as u32);
    let cells = range.used_cells().map(|(row, column, value)| (at(row, column), value.clone()));
    Ok((Found::Sparse(cells.collect()), true))
}

fn one_by_one<R: Read + Seek>(mut reader: XlsxCellReader<'_, R>) -> Result<(Found, bool), calamine::XlsxError> {
    let mut has_blanks = false;
    let mut growing = Growing::within(&reader.dimensions());
    let mut sparse: Vec<Placed> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (at, value) = (cell.get_position(), cell.get_value());
        if matches!(value, DataRef::Empty) {
            has_blanks = true;
            continue;
        }
        let value = Data::from(value.clone());
        has_blanks |= is_blank(&value);
        let left = match &mut growing {
            Some(cells) => cells.push(at, value),
            None => Err(value),
        };
        if let Err(value) = left {
            sparse.extend(growing.take().into_iter().flat_map(Growing::into_sparse));
            sparse.push((at, value));
        }
    }
    let found = match growing.map(Growing::finish) {
        Some(Ok(cells)) => Found::Laid(cells),
        Some(Err(cells)) => Found::Sparse(cells),
        None => Found::Sparse(sparse),
    };
    Ok((found, has_blanks))
}

/// Cells that are laid out as they come, while they come in order and lie near one another.
struct Growing {
    /// First row, and the columns that the sheet says it has.
    top: Option<u32>,
    left: u32,
    width: usize,
    /// Which of the columns have a value.
    occupied: Vec<bool>,
    filled: usize,
    values: Vec<Data>,
}

impl Growing {
    /// For the columns that a sheet says it has; `None` where it says nothing.
    fn within(said: &Dimensions) -> Option<Self> {
        let width = said.end.1.checked_sub(said.start.1)? as usize + 1;
        let occupied = vec![false; width];
        (said.start != said.end).then(|| Self {
            top: None,
            left: said.start.1,
            width,
            occupied,
            filled: 0,
            values: Vec::new(),
        })
    }

    /// Takes a value in; gives it back where it has no place here.
    fn push(&mut self, (row, column): (u32, u32), value: Data) -> Result<(), Data> {
        let top = *self.top.get_or_insert(row);
        let place = row.checked_sub(top).zip(column.checked_sub(self.left));
        let Some((row, column)) = place.filter(|(_, column)| (*column as usize) < self.width) else {
            return Err(value);
        };
        let last = self.values.len().saturating_sub(1) / self.width;
        let at = row as usize * self.width + column as usize;
        let is_far = row as usize > last + ROWS_APART as usize || at as u64 > most_span(self.filled);
        if at < self.values.len() || is_far {
            return Err(value);
        }
        self.occupied[column as usize] = true;
        self.filled += 1;
        self.values.resize(at, Data::Empty);
        self.values.push(value);
        Ok(())
    }

    /// The cells, or their values with their places where the sheet has other columns than it said, or strays.
    fn finish(mut self) -> Result<Cells, Vec<Placed>> {
        let is_whole = self.occupied.first() == Some(&true) && self.occupied.last() == Some(&true);
        let gap = self.occupied.split(|is| *is).map(<[bool]>::len).max().unwrap_or(0);
        if !is_whole || gap >= strays::COLUMNS_APART as usize {
            return Err(self.into_sparse().collect());
        }
        self.values.resize(self.values.len().next_multiple_of(self.width), Data::Empty);
        Ok(Cells { start: (self.top.unwrap_or(0), self.left), width: self.width, values: self.values })
    }

    fn into_sparse(self) -> impl Iterator<Item = Placed> {
        let (top, left, width) = (self.top.unwrap_or(0), self.left, self.width);
        let placed = move |(i, value)| ((top + (i / width) as u32, left + (i % width) as u32), value);
        self.values.into_iter().enumerate().map(placed).filter(|(_, value)| *value != Data::Empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimensions(columns: u32) -> Dimensions {
        Dimensions { start: (0, 0), end: (9, columns - 1) }
    }

    /// What a sheet of `columns` that has these values becomes.
    fn laid(columns: u32, cells: &[(u32, u32)]) -> Result<Cells, Vec<Placed>> {
        let mut growing = Growing::within(&dimensions(columns)).expect("more than one cell");
        for &at in cells {
            growing.push(at, Data::Float(f64::from(at.0))).expect("in order and near");
        }
        growing.finish()
    }

    #[test]
    fn cells_in_order_are_laid_out_as_those_that_come_in_any() {
        let places = [(2, 0), (2, 2), (3, 1), (5, 0), (5, 1)];
        let sparse: Vec<Placed> = places.iter().rev().map(|&at| (at, Data::Float(f64::from(at.0)))).collect();
        let cells = laid(3, &places).expect("nothing far");
        assert_eq!((cells.start(), cells.width(), cells.height()), ((2, 0), 3, 4));
        assert_eq!(cells, Cells::from_sparse(sparse));
    }

    #[test]
    fn what_is_not_as_the_sheet_says_is_given_back() {
        // Fewer columns than said, and a gap among them.
        assert_eq!(laid(4, &[(0, 0), (1, 1)]).expect_err("two columns only").len(), 2);
        assert_eq!(laid(60, &[(0, 0), (1, 59)]).expect_err("a gap").len(), 2);
        let refused = |cells: &[(u32, u32)]| {
            let mut growing = Growing::within(&dimensions(4)).expect("more than one cell");
            cells.iter().map(|&at| growing.push(at, Data::Bool(true)).is_err()).collect::<Vec<_>>()
        };
        assert_eq!(refused(&[(1, 1), (1, 0)]), [false, true], "backwards");
        assert_eq!(refused(&[(1, 1), (0, 3)]), [false, true], "above");
        assert_eq!(refused(&[(1, 1), (1, 1)]), [false, true], "twice");
        assert_eq!(refused(&[(1, 1), (1, 4)]), [false, true], "another column");
        assert_eq!(refused(&[(1, 1), (1001, 1), (1_048_575, 1)]), [false, false, true], "far");
        assert!(Growing::within(&Dimensions::default()).is_none(), "a sheet that does not say how large it is");
    }
}
