//! Tables larger than 2 x 2: a network of columns (after Mehta and Patel 1983).
//!
//! Columns are filled one after the other. A node is what remains of the row totals, in descending order, for rows of
//! what remains may change places; an edge is a filled column. All tables have the same factor in common, so a table
//! weighs the product of 1 / x! over its cells. Each node keeps the distinct weights of the paths that reach it. A path
//! is done early when every completion makes a table too unlikely (all count, and their sum is known in closed form)
//! or every completion makes one too likely (none count). The last two columns are one list per node, sorted once.

mod ends;

use super::{LN_TIE_TOLERANCE, ln_factorials};
use crate::stats::cross_table::CrossTable;
use ends::{Ends, Split};
use std::collections::HashMap;
use std::rc::Rc;

/// Steps, about a nanosecond each, to find the node at the end of an edge.
const EDGE_STEPS: u64 = 150;
/// Steps to carry a path along an edge.
const PATH_STEPS: u64 = 10;
/// Steps to sort one completion of a node's last two columns.
const SORT_STEPS: u64 = 40;
/// Paths kept at once at most.
const MAX_PATHS: usize = 30_000_000;
/// Log weights closer than this are one.
const SAME_WEIGHT: f64 = 1e-11;
/// Shares of the p-value smaller than this part of the probability of the table seen are not summed.
const NEGLIGIBLE: f64 = 1e-22;

/// Paths to a node that have the same weight.
#[derive(Clone, Copy)]
struct Path {
    ln_weight: f64,
    paths: f64,
}

/// Row totals that remain, and what is known of all their completions.
struct Node {
    rows: Vec<u64>,
    paths: Vec<Path>,
    /// ln of the sum of weights.
    ln_total: f64,
    /// No completion weighs more.
    ln_most: f64,
    /// No completion weighs less.
    ln_least: f64,
}

/// The network of one table.
struct Network {
    ln_factorial: Vec<f64>,
    /// Column totals, ascending.
    columns: Vec<u64>,
    /// Tables with a log weight up to this count.
    limit: f64,
    /// ln of the sum of all tables' weights.
    ln_all: f64,
    /// Probability of the table seen.
    p_seen: f64,
    /// By row total: how the last two columns can share it.
    splits: Vec<Option<Rc<Split>>>,
    p: f64,
    steps: u64,
    max_steps: u64,
}

/// Two-sided p-value of a table without empty margins; `None` where the enumeration would take more than `max_steps`.
pub(super) fn p_value(table: &CrossTable, max_steps: u64) -> Option<f64> {
    // The fewer rows, the fewer nodes.
    let table = if table.rows() > table.columns() { table.transposed() } else { table.clone() };
    let ln_factorial = ln_factorials(table.total());
    let cells = (0..table.rows()).flat_map(|i| (0..table.columns()).map(move |j| (i, j)));
    let seen: f64 = cells.map(|(i, j)| -ln_factorial[table.get(i, j) as usize]).sum();
    let mut columns = table.column_totals();
    columns.sort_unstable();
    let longest_row = table.row_totals().into_iter().max().unwrap_or(0) as usize;
    let mut network = Network {
        ln_factorial,
        columns,
        limit: seen + LN_TIE_TOLERANCE,
        ln_all: 0.0,
        p_seen: 0.0,
        splits: vec![None; longest_row + 1],
        p: 0.0,
        steps: 0,
        max_steps,
    };
    let mut root = network.node(table.row_totals(), 0);
    network.ln_all = root.ln_total;
    network.p_seen = (seen - root.ln_total).exp();
    let start = Path { ln_weight: 0.0, paths: 1.0 };
    if network.is_open(start, &root) {
        root.paths.push(start);
    }
    let mut stage = vec![root];
    for column in 0..network.columns.len() - 2 {
        stage = network.fill(column, stage)?;
    }
    stage.iter().try_for_each(|node| network.finish(node))?;
    Some(network.p.min(1.0))
}

impl Network {
    /// A node before column `column`, with bounds on its completions.
    fn node(&self, mut rows: Vec<u64>, column: usize) -> Node {
        rows.sort_unstable_by(|a, b| b.cmp(a));
        let ln = &self.ln_factorial;
        let columns = &self.columns[column..];
        let n: u64 = rows.iter().sum();
        let row_part: f64 = rows.iter().map(|&r| ln[r as usize]).sum();
        let column_part: f64 = columns.iter().map(|&c| ln[c as usize]).sum();
        // Weak duality with the multipliers ln(row * column / n), under which each cell is at best a Poisson mode.
        let mut ln_most = 0.0;
        if n > 0 {
            for &r in rows.iter().filter(|r| **r > 0) {
                for &c in columns {
                    let mean = r as f64 * c as f64 / n as f64;
                    let mode = mean.floor();
                    ln_most += (mode - mean) * mean.ln() - ln[mode as usize];
                }
            }
        }
        Node {
            rows,
            paths: Vec::new(),
            ln_total: ln[n as usize] - row_part - column_part,
            ln_most,
            ln_least: -row_part.min(column_part),
        }
    }

    /// Settles a path where all or none of its completions count; true where it must go on.
    fn is_open(&mut self, path: Path, node: &Node) -> bool {
        // The bounds are sums of logarithms: leave room for their rounding.
        if path.ln_weight + node.ln_most <= self.limit - 1e-9 {
            self.p += path.paths * (path.ln_weight + node.ln_total - self.ln_all).exp();
            return false;
        }
        path.ln_weight + node.ln_least <= self.limit + 1e-9
    }

    /// Fills column `column` in every way; the nodes after it.
    fn fill(&mut self, column: usize, stage: Vec<Node>) -> Option<Vec<Node>> {
        let mut next: Vec<Node> = Vec::new();
        let mut place: HashMap<Vec<u64>, usize> = HashMap::new();
        let mut kept = 0;
        for node in stage {
            let mut ways = Ways::new(&node.rows, self.columns[column]);
            while let Some(cells) = ways.next_cells() {
                let mut rows: Vec<u64> = node.rows.iter().zip(cells).map(|(r, x)| r - x).collect();
                rows.sort_unstable_by(|a, b| b.cmp(a));
                let at = *place.entry(rows).or_insert_with_key(|rows| {
                    next.push(self.node(rows.clone(), column + 1));
                    next.len() - 1
                });
                let ln_edge: f64 = -cells.iter().map(|&x| self.ln_factorial[x as usize]).sum::<f64>();
                self.steps += node.paths.len() as u64 * PATH_STEPS + EDGE_STEPS;
                for path in &node.paths {
                    let path = Path { ln_weight: path.ln_weight + ln_edge, paths: path.paths };
                    if self.is_open(path, &next[at]) {
                        next[at].paths.push(path);
                        kept += 1;
                    }
                }
                if self.steps > self.max_steps || kept > MAX_PATHS {
                    return None;
                }
            }
        }
        next.retain(|node| !node.paths.is_empty());
        next.iter_mut().for_each(|node| merge(&mut node.paths));
        Some(next)
    }

    /// Adds what counts of the tables that a node's last two columns complete.
    fn finish(&mut self, node: &Node) -> Option<()> {
        let first = self.columns[self.columns.len() - 2];
        let rows: Vec<Rc<Split>> = node.rows.iter().map(|&r| self.split(r)).collect();
        let ends = Ends::new(&rows, first);
        let size = ends.count();
        let paths = node.paths.len() as u64;
        let sorted = paths > SORT_STEPS;
        if sorted {
            self.steps += (size + paths) * SORT_STEPS;
        }
        if self.steps > self.max_steps {
            return None;
        }
        // The probabilities of the splits are those of independent binomials: divide by that of their sum.
        let ln_scale = node.ln_total - ends.ln_all();
        let scale = |path: &Path| path.paths * (path.ln_weight + node.ln_total - self.ln_all).exp() / ends.all();
        if sorted {
            let cumulated = ends.cumulated();
            for path in &node.paths {
                let limit = self.limit - path.ln_weight - ln_scale;
                let count = cumulated.partition_point(|end| end.0 <= limit);
                self.p += scale(path) * count.checked_sub(1).map_or(0.0, |last| cumulated[last].1);
            }
        } else {
            for path in &node.paths {
                let scale = scale(path);
                let limit = self.limit - path.ln_weight - ln_scale;
                self.p += scale * ends.sum_up_to(limit, NEGLIGIBLE * self.p_seen / scale, &mut self.steps);
            }
        }
        Some(())
    }

    /// How the last two columns can share a row total, computed once.
    fn split(&mut self, row: u64) -> Rc<Split> {
        let (first, second) = (self.columns[self.columns.len() - 2], self.columns[self.columns.len() - 1]);
        let ln = &self.ln_factorial;
        let (ln_p, ln_q) = {
            let both = (first + second) as f64;
            ((first as f64 / both).ln(), (second as f64 / both).ln())
        };
        let new = || {
            let at = |x: u64| {
                ln[row as usize] - ln[x as usize] - ln[(row - x) as usize] + x as f64 * ln_p + (row - x) as f64 * ln_q
            };
            let ln_probability: Vec<f64> = (0..=row).map(at).collect();
            let probability = ln_probability.iter().map(|l| l.exp()).collect();
            Rc::new(Split { ln_probability, probability })
        };
        Rc::clone(self.splits[row as usize].get_or_insert_with(new))
    }
}

/// Makes paths of the same weight one.
fn merge(paths: &mut Vec<Path>) {
    paths.sort_unstable_by(|a, b| a.ln_weight.total_cmp(&b.ln_weight));
    paths.dedup_by(|later, kept| {
        let same = later.ln_weight - kept.ln_weight < SAME_WEIGHT;
        if same {
            kept.paths += later.paths;
        }
        same
    });
}

/// All ways to fill a column: cells no larger than the row totals, with the column's total as their sum.
struct Ways<'a> {
    rows: &'a [u64],
    /// Sum of the row totals after each row.
    room_after: Vec<u64>,
    cells: Vec<u64>,
    total: u64,
    started: bool,
}

impl<'a> Ways<'a> {
    fn new(rows: &'a [u64], total: u64) -> Self {
        let mut room_after = vec![0; rows.len()];
        for i in (0..rows.len().saturating_sub(1)).rev() {
            room_after[i] = room_after[i + 1] + rows[i + 1];
        }
        Self { rows, room_after, cells: vec![0; rows.len()], total, started: false }
    }

    /// The next way, in lexicographic order.
    fn next_cells(&mut self) -> Option<&[u64]> {
        if !self.started {
            self.started = true;
            self.place(0, self.total);
            return Some(&self.cells);
        }
        let mut rest = 0;
        for i in (0..self.rows.len()).rev() {
            // One more here needs one less behind.
            if rest > 0 && self.cells[i] < self.rows[i] {
                self.cells[i] += 1;
                self.place(i + 1, rest - 1);
                return Some(&self.cells);
            }
            rest += self.cells[i];
        }
        None
    }

    /// Places `rest` in the rows from `from`, as late as they have room.
    fn place(&mut self, from: usize, mut rest: u64) {
        for i in from..self.rows.len() {
            self.cells[i] = rest.saturating_sub(self.room_after[i]);
            rest -= self.cells[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_fill_a_column_comes_once() {
        let mut ways = Ways::new(&[3, 2, 2], 4);
        let mut all = Vec::new();
        while let Some(cells) = ways.next_cells() {
            all.push(cells.to_vec());
        }
        assert_eq!(all, [[0, 2, 2], [1, 1, 2], [1, 2, 1], [2, 0, 2], [2, 1, 1], [2, 2, 0], [3, 0, 1], [3, 1, 0]]);
    }
}
