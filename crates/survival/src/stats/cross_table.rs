//! Tables of counts of two categorical variables.

use super::test_result::TestError;

/// Counts of the levels of one variable (rows) by those of another (columns).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossTable {
    columns: usize,
    counts: Vec<u64>,
}

impl CrossTable {
    /// A table from its rows, which must have the same number of columns.
    ///
    /// # Errors
    /// [`TestError`] for rows of different length or without cells.
    pub fn new(rows: &[Vec<u64>]) -> Result<Self, TestError> {
        let columns = rows.first().map_or(0, Vec::len);
        match rows.iter().find(|row| row.len() != columns) {
            Some(row) => Err(TestError::Ragged { found: row.len(), expected: columns }),
            None => Ok(Self { columns, counts: rows.concat() }),
        }
    }

    /// Counts how often each level of `row` meets each level of `column`; the shorter list decides the length.
    ///
    /// `rows` and `columns` are the numbers of levels; codes beyond them are not counted.
    pub fn count(row: &[usize], rows: usize, column: &[usize], columns: usize) -> Self {
        let mut counts = vec![0; rows * columns];
        for (&i, &j) in row.iter().zip(column).filter(|&(&i, &j)| i < rows && j < columns) {
            counts[i * columns + j] += 1;
        }
        Self { columns, counts }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.counts.len().checked_div(self.columns).unwrap_or(0)
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The count in row `i`, column `j`.
    pub fn get(&self, i: usize, j: usize) -> u64 {
        self.counts[i * self.columns + j]
    }

    /// Sum of each row.
    pub fn row_totals(&self) -> Vec<u64> {
        (0..self.rows()).map(|i| (0..self.columns).map(|j| self.get(i, j)).sum()).collect()
    }

    /// Sum of each column.
    pub fn column_totals(&self) -> Vec<u64> {
        (0..self.columns).map(|j| (0..self.rows()).map(|i| self.get(i, j)).sum()).collect()
    }

    /// Sum of all counts.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Rows and columns swapped.
    pub fn transposed(&self) -> Self {
        let counts = (0..self.columns).flat_map(|j| (0..self.rows()).map(move |i| self.get(i, j))).collect();
        Self { columns: self.rows(), counts }
    }

    /// Counts expected from the margins: row total times column total over the sum of all.
    pub fn expected(&self) -> Vec<Vec<f64>> {
        let (rows, columns, total) = (self.row_totals(), self.column_totals(), self.total() as f64);
        rows.iter().map(|&r| columns.iter().map(|&c| r as f64 * c as f64 / total).collect()).collect()
    }

    /// The smallest expected count; NaN of an empty table.
    pub fn least_expected(&self) -> f64 {
        self.expected().into_iter().flatten().fold(f64::NAN, f64::min)
    }

    /// The table without rows and columns that hold nothing, and how many those were.
    ///
    /// Fails where fewer than two rows or columns remain.
    ///
    /// # Errors
    /// [`TestError`] where fewer than two rows or columns remain.
    pub fn without_empty(&self) -> Result<(Self, usize), TestError> {
        let (rows, columns) = (self.row_totals(), self.column_totals());
        let kept_columns: Vec<usize> = (0..columns.len()).filter(|&j| columns[j] > 0).collect();
        let kept_rows: Vec<usize> = (0..rows.len()).filter(|&i| rows[i] > 0).collect();
        if kept_columns.len() < 2 {
            return Err(TestError::Groups { found: kept_columns.len() });
        }
        if kept_rows.len() < 2 {
            return Err(TestError::OneLevel);
        }
        let dropped = rows.len() - kept_rows.len() + columns.len() - kept_columns.len();
        let counts = kept_rows.iter().flat_map(|&i| kept_columns.iter().map(move |&j| self.get(i, j))).collect();
        Ok((Self { columns: kept_columns.len(), counts }, dropped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_counted_and_cleared_of_empty_levels() {
        let table = CrossTable::count(&[0, 0, 2, 2, 2, 9], 3, &[1, 1, 0, 1, 1, 0], 2);
        assert_eq!(table, CrossTable::new(&[vec![0, 2], vec![0, 0], vec![1, 2]]).expect("two columns"));
        let (kept, dropped) = table.without_empty().expect("two rows left");
        assert_eq!((kept.rows(), kept.columns(), dropped), (2, 2, 1));
        assert_eq!(kept.transposed().transposed(), kept);
        assert_eq!(kept.least_expected(), 0.4);
        let single = CrossTable::new(&[vec![3, 0], vec![4, 0]]).expect("two columns");
        assert_eq!(single.without_empty().expect_err("one column"), TestError::Groups { found: 1 });
        assert!(CrossTable::new(&[vec![1], vec![1, 2]]).is_err());
        assert!(CrossTable::new(&[]).expect("empty").least_expected().is_nan());
    }
}
