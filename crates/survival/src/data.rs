//! Follow-up of a group of subjects: what every survival method starts from.

/// Why follow-up data cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DataError {
    /// Vectors of different length.
    #[error("{what} has {found} values where the times have {expected}")]
    Length {
        /// The offending vector.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The number of times.
        expected: usize,
    },
    /// A time that is negative or not a number (times of zero are allowed).
    #[error("row {row}: time {value} is not a time")]
    Time {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// An entry time that is not before the end of follow-up.
    #[error("row {row}: entry at {entry} is not before the end of follow-up at {time}")]
    Entry {
        /// Row, from 0.
        row: usize,
        /// Entry time.
        entry: f64,
        /// End of follow-up.
        time: f64,
    },
    /// A negative or non-finite case weight.
    #[error("row {row}: {value} is not a case weight")]
    Weight {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A group code that is not below the number of groups.
    #[error("row {row}: group {code} where there are {count} groups")]
    Group {
        /// Row, from 0.
        row: usize,
        /// The code.
        code: usize,
        /// Number of groups.
        count: usize,
    },
    /// No subject at all.
    #[error("no subjects")]
    Empty,
}

/// Right-censored follow-up, optionally with delayed entry and case weights, in row order.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    time: Vec<f64>,
    event: Vec<bool>,
    entry: Option<Vec<f64>>,
    weights: Option<Vec<f64>>,
}

/// Neighbouring times closer than this, absolutely or relative to the mean, are one time: sqrt(2^-52).
pub(crate) const TIMEFIX_TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

impl Survival {
    /// Follow-up of `time.len()` subjects; `event[i]` is true when subject i had the event at `time[i]`.
    ///
    /// # Errors
    /// [`DataError`]: vectors of different length, a time that is negative or not a number, no subject at all.
    pub fn new(time: Vec<f64>, event: Vec<bool>) -> Result<Self, DataError> {
        if time.is_empty() {
            return Err(DataError::Empty);
        }
        if event.len() != time.len() {
            return Err(DataError::Length { what: "event", found: event.len(), expected: time.len() });
        }
        if let Some(row) = time.iter().position(|t| !t.is_finite() || *t < 0.0) {
            return Err(DataError::Time { row, value: time[row] });
        }
        Ok(Self { time, event, entry: None, weights: None })
    }

    /// The same subjects, at risk only when `entry < t <= time`.
    ///
    /// # Errors
    /// [`DataError`]: as many entry times as subjects are needed, each before the end of follow-up.
    pub fn with_entry(mut self, entry: Vec<f64>) -> Result<Self, DataError> {
        if entry.len() != self.len() {
            return Err(DataError::Length { what: "entry", found: entry.len(), expected: self.len() });
        }
        // A NaN entry must fail too, hence the negated comparison's spelled-out form.
        if let Some(row) = (0..entry.len()).find(|&i| entry[i].is_nan() || entry[i] >= self.time[i]) {
            return Err(DataError::Entry { row, entry: entry[row], time: self.time[row] });
        }
        self.entry = Some(entry);
        Ok(self)
    }

    /// The same subjects with case weights (zero allowed).
    ///
    /// # Errors
    /// [`DataError`]: as many weights as subjects are needed, finite and not negative.
    pub fn with_weights(mut self, weights: Vec<f64>) -> Result<Self, DataError> {
        if weights.len() != self.len() {
            return Err(DataError::Length { what: "weights", found: weights.len(), expected: self.len() });
        }
        if let Some(row) = weights.iter().position(|w| !w.is_finite() || *w < 0.0) {
            return Err(DataError::Weight { row, value: weights[row] });
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// The same follow-up with times that differ only by rounding made equal, as R's `timefix`.
    ///
    /// Two neighbours among the sorted distinct times are one when they differ by no more than
    /// sqrt(2^-52), absolutely or relative to the mean time; a run takes its smallest value.
    pub fn timefix(mut self) -> Self {
        let mut distinct: Vec<f64> = self.time.iter().chain(self.entry.iter().flatten()).copied().collect();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        let mean = distinct.iter().map(|t| t.abs()).sum::<f64>() / distinct.len() as f64;
        let same = |gap: f64| gap <= TIMEFIX_TOLERANCE || gap / mean <= TIMEFIX_TOLERANCE;
        if !distinct.windows(2).any(|w| same(w[1] - w[0])) {
            return self;
        }
        let mut first_of_run = distinct.clone();
        for k in 1..distinct.len() {
            if same(distinct[k] - distinct[k - 1]) {
                first_of_run[k] = first_of_run[k - 1];
            }
        }
        let fix = |t: &mut f64| {
            if let Ok(k) = distinct.binary_search_by(|d| d.total_cmp(t)) {
                *t = first_of_run[k];
            }
        };
        self.time.iter_mut().for_each(fix);
        self.entry.iter_mut().flatten().for_each(fix);
        self
    }

    /// The same follow-up with other events, one for every row.
    pub(crate) fn with_events(&self, event: Vec<bool>) -> Self {
        Self { event, ..self.clone() }
    }

    /// The same subjects with event and censoring changing places: the follow-up itself.
    pub fn with_events_reversed(&self) -> Self {
        self.with_events(self.event.iter().map(|e| !e).collect())
    }

    /// Number of subjects.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// True without subjects (never, once constructed).
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Number of events (rows, not weighted).
    pub fn n_events(&self) -> usize {
        self.event.iter().filter(|&&e| e).count()
    }

    /// End of follow-up.
    pub fn time(&self) -> &[f64] {
        &self.time
    }

    /// Whether follow-up ended with the event.
    pub fn event(&self) -> &[bool] {
        &self.event
    }

    /// Start of observation, if entry is delayed.
    pub fn entry(&self) -> Option<&[f64]> {
        self.entry.as_deref()
    }

    /// Case weights, if any.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// The weight of subject `i`; 1 without weights.
    #[inline]
    pub fn weight(&self, i: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |w| w[i])
    }

    /// The rows in `rows`, in that order (repeats allowed: a bootstrap sample).
    pub fn select(&self, rows: &[usize]) -> Self {
        let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
        Self {
            time: pick(&self.time),
            event: rows.iter().map(|&i| self.event[i]).collect(),
            entry: self.entry.as_deref().map(pick),
            weights: self.weights.as_deref().map(pick),
        }
    }

    /// Rows by ascending time, at equal times events first, then row order.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|&a, &b| self.time[a].total_cmp(&self.time[b]).then(self.event[b].cmp(&self.event[a])));
        order
    }
}
