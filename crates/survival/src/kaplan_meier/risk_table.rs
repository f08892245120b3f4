//! Counting who is at risk, has an event or is censored at each distinct time.

use crate::data::{DataError, Survival};
use crate::groups::{Groups, Marks};
use crate::order::TimeOrder;

/// Weighted counts of one group at its distinct times, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RiskTable {
    pub(crate) time: Vec<f64>,
    pub(crate) n_risk: Vec<f64>,
    pub(crate) n_event: Vec<f64>,
    pub(crate) n_censor: Vec<f64>,
}

/// Rows in order of exit, and of entry where it is delayed; times that differ only by rounding made equal.
pub(crate) struct Sorted {
    pub(crate) exit: TimeOrder,
    pub(crate) entry: Option<TimeOrder>,
    /// Whether a row without event ends where the subject's next row begins: no censoring.
    goes_on: Option<Vec<bool>>,
}

impl Sorted {
    /// Sorts the rows of `data`; `subject` says whose each is, where subjects have several.
    pub(crate) fn new(data: &Survival, subject: Option<&[usize]>) -> Result<Self, DataError> {
        if let Some(subject) = subject.filter(|s| s.len() != data.len()) {
            return Err(DataError::Length { what: "subjects", found: subject.len(), expected: data.len() });
        }
        if data.entry().is_none() {
            let mut exit = TimeOrder::new(data.time());
            exit.timefix();
            return Ok(Self { exit, entry: None, goes_on: None });
        }
        let fixed = data.clone().timefix();
        let entry = fixed.entry().unwrap_or_default();
        if let Some(row) = (0..fixed.len()).find(|&i| entry[i] >= fixed.time()[i]) {
            return Err(DataError::Entry { row, entry: entry[row], time: fixed.time()[row] });
        }
        Ok(Self {
            exit: TimeOrder::new(fixed.time()),
            entry: Some(TimeOrder::new(entry)),
            goes_on: subject.map(|subject| goes_on(&fixed, entry, subject)),
        })
    }

    /// Counts per group.
    pub(crate) fn tables(&self, data: &Survival, groups: Groups<'_>) -> Vec<RiskTable> {
        match &self.entry {
            None => self.tables_from_start(data, groups),
            Some(entry) => (0..groups.count()).map(|g| self.table_with_entry(data, groups, g, entry)).collect(),
        }
    }

    /// Everybody is at risk from the start: one pass from the last time to the first.
    fn tables_from_start(&self, data: &Survival, groups: Groups<'_>) -> Vec<RiskTable> {
        let (marks, weights) = (Marks::new(data, groups), data.weights());
        let mut sizes = vec![0; groups.count()];
        (0..data.len()).for_each(|row| sizes[marks.of(row).0] += 1);
        let mut tables: Vec<RiskTable> = sizes.into_iter().map(RiskTable::with_capacity).collect();
        let mut at_risk = vec![0.0; groups.count()];
        for (&time, &row) in self.exit.time.iter().zip(&self.exit.row).rev() {
            let row = row as usize;
            let ((group, event), weight) = (marks.of(row), weights.map_or(1.0, |w| w[row]));
            let table = &mut tables[group];
            if table.time.last() != Some(&time) {
                table.push(time);
            }
            at_risk[group] += weight;
            table.leave(at_risk[group], weight, event, !event);
        }
        tables.iter_mut().for_each(RiskTable::reverse);
        tables
    }

    /// One group with delayed entry: at risk are those who entered before a time and did not leave before it.
    fn table_with_entry(&self, data: &Survival, groups: Groups<'_>, group: usize, entry: &TimeOrder) -> RiskTable {
        let of_group = |order: &TimeOrder| -> Vec<(f64, usize)> {
            let rows = order.row.iter().map(|&row| row as usize);
            order.time.iter().copied().zip(rows).filter(|&(_, row)| groups.of(row) == group).collect()
        };
        let (exits, entries) = (of_group(&self.exit), of_group(entry));
        let events = data.event();
        let goes_on = |row: usize| !events[row] && self.goes_on.as_ref().is_some_and(|g| g[row]);
        let mut table = RiskTable::default();
        for (k, &(time, row)) in exits.iter().enumerate() {
            // R gives the first exit a row whatever it is.
            if (k == 0 || !goes_on(row)) && table.time.last() != Some(&time) {
                table.push(time);
            }
        }
        let (mut leaving, mut entering) = (exits.iter().rev().peekable(), entries.iter().rev().peekable());
        let mut at_risk = 0.0;
        for k in (0..table.time.len()).rev() {
            let time = table.time[k];
            while let Some(&(_, row)) = leaving.next_if(|exit| exit.0 >= time) {
                at_risk += data.weight(row);
                table.n_event[k] += if events[row] { data.weight(row) } else { 0.0 };
                table.n_censor[k] += if events[row] || goes_on(row) { 0.0 } else { data.weight(row) };
            }
            while let Some(&(_, row)) = entering.next_if(|entry| entry.0 >= time) {
                at_risk -= data.weight(row);
            }
            table.n_risk[k] = at_risk;
        }
        table
    }
}

/// Which rows end where the next row of the same subject begins.
fn goes_on(data: &Survival, entry: &[f64], subject: &[usize]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..data.len()).collect();
    order.sort_unstable_by(|&a, &b| subject[a].cmp(&subject[b]).then(data.time()[a].total_cmp(&data.time()[b])));
    let mut goes_on = vec![false; data.len()];
    for pair in order.windows(2) {
        goes_on[pair[0]] = subject[pair[0]] == subject[pair[1]] && data.time()[pair[0]] == entry[pair[1]];
    }
    goes_on
}

impl RiskTable {
    /// Nothing yet, and room for so many times.
    fn with_capacity(times: usize) -> Self {
        let room = || Vec::with_capacity(times);
        Self { time: room(), n_risk: room(), n_event: room(), n_censor: room() }
    }

    fn push(&mut self, time: f64) {
        self.time.push(time);
        self.n_risk.push(0.0);
        self.n_event.push(0.0);
        self.n_censor.push(0.0);
    }

    /// Counts one who leaves at the time pushed last, with whom `at_risk` are at risk.
    #[inline]
    fn leave(&mut self, at_risk: f64, weight: f64, event: bool, censored: bool) {
        let last = self.time.len() - 1;
        self.n_risk[last] = at_risk;
        self.n_event[last] += if event { weight } else { 0.0 };
        self.n_censor[last] += if censored { weight } else { 0.0 };
    }

    fn reverse(&mut self) {
        for column in [&mut self.time, &mut self.n_risk, &mut self.n_event, &mut self.n_censor] {
            column.reverse();
            column.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_at_an_event_time_is_not_at_risk_there() {
        let data = Survival::new(vec![2.0, 4.0, 4.0, 6.0], vec![true, true, false, true])
            .and_then(|d| d.with_entry(vec![0.0, 2.0, 1.0, -3.0]))
            .expect("valid");
        let tables = Sorted::new(&data, None).expect("valid").tables(&data, Groups::one());
        assert_eq!(tables[0].time, [2.0, 4.0, 6.0]);
        assert_eq!(tables[0].n_risk, [3.0, 3.0, 1.0]);
        assert_eq!(tables[0].n_event, [1.0, 1.0, 1.0]);
        assert_eq!(tables[0].n_censor, [0.0, 1.0, 0.0]);
    }

    #[test]
    fn rows_of_a_subject_are_joined() {
        let data = Survival::new(vec![2.0, 5.0, 3.0, 7.0], vec![false, true, false, false])
            .and_then(|d| d.with_entry(vec![0.0, 2.0, 0.0, 4.0]))
            .expect("valid");
        let joined = Sorted::new(&data, Some(&[0, 0, 1, 1])).expect("valid").tables(&data, Groups::one());
        assert_eq!(joined[0].time, [2.0, 3.0, 5.0, 7.0]);
        assert_eq!(joined[0].n_censor, [0.0, 1.0, 0.0, 1.0]);
        assert_eq!(joined[0].n_risk, [2.0, 2.0, 2.0, 1.0]);
        assert!(Sorted::new(&data, Some(&[0])).is_err());
    }
}
