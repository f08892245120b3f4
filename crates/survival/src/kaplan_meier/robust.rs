//! Infinitesimal jackknife variances, in one pass instead of one per subject.
//!
//! With G(t) the sum of d / (n (n - d)) and L(t) that of d / n^2, a row of weight w at risk on (e, x] has the influence
//! w (G(min(t, x)) - G(e)) - w / (n - d) [event at x <= t] on log S(t), and -w (L(min(t, x)) - L(e)) + w / n [..] on the
//! cumulative hazard. A subject's rows add. While a subject is at risk its influence is k + W G(t): sums of k^2, k W and
//! W^2 over those at risk, and of the squares of those who left, give the variance at every time.

use super::RiskTable;
use super::risk_table::Sorted;
use crate::data::Survival;
use crate::groups::Groups;

/// Variances at the rows of a curve.
pub(super) struct Jackknife {
    /// Of log S; 0 once S is 0.
    pub(super) log_surv: Vec<f64>,
    /// Of the cumulative hazard.
    pub(super) cumhaz: Vec<f64>,
}

/// Sum over subjects of (k + W x)^2, kept up to date while k and W change.
#[derive(Clone, Default)]
struct SquareSum {
    constant: Vec<f64>,
    slope: Vec<f64>,
    squares: f64,
    products: f64,
    slopes: f64,
}

impl SquareSum {
    fn new(subjects: usize) -> Self {
        Self { constant: vec![0.0; subjects], slope: vec![0.0; subjects], ..Default::default() }
    }

    /// Adds to the constant and the slope of one subject.
    fn add(&mut self, subject: usize, constant: f64, slope: f64) {
        let (k, w) = (self.constant[subject], self.slope[subject]);
        let (new_k, new_w) = (k + constant, w + slope);
        self.squares += new_k * new_k - k * k;
        self.products += new_k * new_w - k * w;
        self.slopes += new_w * new_w - w * w;
        (self.constant[subject], self.slope[subject]) = (new_k, new_w);
    }

    fn at(&self, x: f64) -> f64 {
        (self.squares + 2.0 * x * self.products + x * x * self.slopes).max(0.0)
    }
}

/// Variances of every group's curve; `subject` names the subject of each row, else each row is one.
pub(super) fn variances(
    data: &Survival,
    groups: Groups<'_>,
    sorted: &Sorted,
    tables: &[RiskTable],
    subject: Option<&[usize]>,
) -> Vec<Jackknife> {
    let subject_of: Vec<usize> = match subject {
        None => (0..data.len()).collect(),
        Some(subject) => {
            let mut names = subject.to_vec();
            names.sort_unstable();
            names.dedup();
            subject.iter().map(|s| names.partition_point(|name| name < s)).collect()
        }
    };
    let subjects = subject_of.iter().max().map_or(0, |most| most + 1);
    let of_group = |g: usize| of_group(data, groups, sorted, g, &tables[g], &subject_of, subjects);
    (0..groups.count()).map(of_group).collect()
}

fn of_group(
    data: &Survival,
    groups: Groups<'_>,
    sorted: &Sorted,
    group: usize,
    table: &RiskTable,
    subject_of: &[usize],
    subjects: usize,
) -> Jackknife {
    let in_group = |&(_, row): &(f64, usize)| groups.of(row) == group;
    let pairs = |order: &super::super::order::TimeOrder| -> Vec<(f64, usize)> {
        order.time.iter().copied().zip(order.row.iter().map(|&r| r as usize)).filter(in_group).collect()
    };
    let exits = pairs(&sorted.exit);
    let entries = sorted.entry.as_ref().map(pairs).unwrap_or_default();
    let (mut surv, mut hazard) = (SquareSum::new(subjects), SquareSum::new(subjects));
    if sorted.entry.is_none() {
        for &(_, row) in &exits {
            surv.add(subject_of[row], 0.0, data.weight(row));
            hazard.add(subject_of[row], 0.0, -data.weight(row));
        }
    }
    let (mut g, mut l) = (0.0, 0.0);
    let (mut next_exit, mut next_entry) = (0, 0);
    let mut out = Jackknife { log_surv: Vec::new(), cumhaz: Vec::new() };
    let mut ended = false;
    for (k, &time) in table.time.iter().enumerate() {
        // Rows that left between two rows of the table, where only part of a subject's follow-up ended.
        while let Some(&(_, row)) = exits.get(next_exit).filter(|exit| exit.0 < time) {
            next_exit += 1;
            leave(&mut surv, &mut hazard, subject_of[row], data.weight(row), (g, l), (0.0, 0.0));
        }
        while let Some(&(_, row)) = entries.get(next_entry).filter(|entry| entry.0 < time) {
            next_entry += 1;
            let w = data.weight(row);
            surv.add(subject_of[row], -w * g, w);
            hazard.add(subject_of[row], w * l, -w);
        }
        let (n, d) = (table.n_risk[k], table.n_event[k]);
        let ends = d > 0.0 && d >= n;
        if d > 0.0 {
            l += d / (n * n);
            g += if ends { 0.0 } else { d / (n * (n - d)) };
        }
        while let Some(&(_, row)) = exits.get(next_exit).filter(|exit| exit.0 == time) {
            next_exit += 1;
            let w = data.weight(row);
            let event = data.event()[row] && d > 0.0;
            let on_surv = if event && !ends { -w / (n - d) } else { 0.0 };
            let on_hazard = if event { w / n } else { 0.0 };
            leave(&mut surv, &mut hazard, subject_of[row], w, (g, l), (on_surv, on_hazard));
        }
        ended |= ends;
        out.log_surv.push(if ended { 0.0 } else { surv.at(g) });
        out.cumhaz.push(hazard.at(l));
    }
    out
}

/// Freezes what a row has contributed when it leaves at the present G and L, and adds the effect of its event.
fn leave(
    surv: &mut SquareSum,
    hazard: &mut SquareSum,
    subject: usize,
    w: f64,
    (g, l): (f64, f64),
    (on_surv, on_hazard): (f64, f64),
) {
    surv.add(subject, w * g + on_surv, -w);
    hazard.add(subject, -w * l + on_hazard, w);
}
