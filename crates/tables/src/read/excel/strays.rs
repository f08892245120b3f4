//! Single cells far from a sheet's table.

use super::cells::Placed;

/// So many empty columns, or rows, part a stray cell from the table.
pub(super) const COLUMNS_APART: u32 = 32;
pub(super) const ROWS_APART: u32 = 1000;

/// At most so many cells beyond such a gap are strays, or one in a hundred of the table's.
const FEW: usize = 20;

/// Takes the cells out that lie beyond a gap, where they are few; returns their places.
pub(super) fn take(cells: &mut Vec<Placed>) -> Vec<(u32, u32)> {
    let columns = along(cells, COLUMNS_APART, |(_, column)| column);
    let rows = along(cells, ROWS_APART, |(row, _)| row);
    columns.into_iter().chain(rows).collect()
}

/// Those beyond a gap of `apart` along one axis.
fn along(cells: &mut Vec<Placed>, apart: u32, axis: impl Fn((u32, u32)) -> u32) -> Vec<(u32, u32)> {
    let (least, most) =
        cells.iter().map(|(at, _)| axis(*at)).fold((u32::MAX, 0), |(a, b), place| (a.min(place), b.max(place)));
    if most.saturating_sub(least) <= apart {
        return Vec::new();
    }
    let mut places: Vec<u32> = cells.iter().map(|(at, _)| axis(*at)).collect();
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
            Some(at) => taken(cells, |place| axis(place) < places[at]),
            None => Vec::new(),
        };
    };
    taken(cells, |place| axis(place) >= places[at])
}

fn taken(cells: &mut Vec<Placed>, is_out: impl Fn((u32, u32)) -> bool) -> Vec<(u32, u32)> {
    let out = cells.iter().map(|(at, _)| *at).filter(|at| is_out(*at)).collect();
    cells.retain(|(at, _)| !is_out(*at));
    out
}

/// Which cells were left out.
pub(super) fn said(left_out: &[(u32, u32)]) -> Option<String> {
    let first = left_out.first()?;
    let cells = match left_out.len() {
        1 => format!("cell {}, far from the table, is", name(*first)),
        n => format!("{n} cells far from the table, the first of them {}, are", name(*first)),
    };
    Some(format!("{cells} left out"))
}

/// `XFD1048576`.
pub(super) fn name((row, column): (u32, u32)) -> String {
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
    use calamine::Data;

    use super::*;

    fn table(rows: u32, columns: u32) -> Vec<Placed> {
        let value = |row, column| ((row, column), Data::Float(f64::from(row)));
        (0..rows).flat_map(|row| (0..columns).map(move |column| value(row, column))).collect()
    }

    #[test]
    fn a_cell_far_out_is_named_and_left_out() {
        for (far, shown) in [((1_048_575, 16_383), "XFD1048576"), ((1_048_575, 0), "A1048576"), ((3, 60), "BI4")] {
            let mut cells = table(60, 7);
            cells.push((far, Data::Float(1.0)));
            let out = take(&mut cells);
            assert_eq!((cells.len(), out.as_slice()), (420, [far].as_slice()));
            assert!(said(&out).is_some_and(|text| text.contains(shown)), "{shown}");
        }
    }

    #[test]
    fn a_second_half_behind_empty_rows_stays() {
        let mut cells = table(60, 7);
        cells.extend((5000..5060).map(|row| ((row, 0), Data::Float(1.0))));
        assert!(take(&mut cells).is_empty());
    }
}
