//! The columns of a study, sorted by time and brought to one scale once, then shared by every fit of a cross-validation.

use super::kernels::{inner_product, padded};
use super::partial::RiskSets;
use super::ties::{Subject, Ties};
use super::{CoxnetError, Survival};

/// Features of all subjects: rows by ascending time, columns centred and divided by their standard deviation.
#[derive(Debug)]
pub(super) struct Design {
    n: usize,
    stride: usize,
    /// Columns of `stride` values, zero beyond the last subject.
    values: Vec<f64>,
    /// What a column was divided by; 1 for a constant one.
    pub(super) scale: Vec<f64>,
    /// Row of the data at each place in time order.
    pub(super) order: Vec<usize>,
    pub(super) time: Vec<f64>,
    pub(super) event: Vec<bool>,
    pub(super) weight: Vec<f64>,
    /// Zero without an offset.
    pub(super) offset: Vec<f64>,
}

impl Design {
    pub(super) fn new(data: &Survival, columns: &[&[f64]], offset: Option<&[f64]>) -> Result<Self, CoxnetError> {
        check(data, columns, offset)?;
        let (n, order) = (data.len(), data.order());
        let stride = padded(n);
        let mut values = vec![0.0; stride * columns.len()];
        let mut scale = Vec::with_capacity(columns.len());
        for (sorted, column) in values.chunks_exact_mut(stride).zip(columns) {
            let mean = column.iter().sum::<f64>() / n as f64;
            let variance = column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64;
            let constant = column.iter().all(|x| *x == column[0]) || variance == 0.0;
            let by = if constant { 1.0 } else { variance.sqrt() };
            for (z, &row) in sorted.iter_mut().zip(&order) {
                *z = if constant { 0.0 } else { (column[row] - mean) / by };
            }
            scale.push(by);
        }
        let pick = |v: &[f64]| order.iter().map(|&i| v[i]).collect::<Vec<_>>();
        Ok(Self {
            n,
            stride,
            values,
            scale,
            time: pick(data.time()),
            event: order.iter().map(|&i| data.event()[i]).collect(),
            weight: order.iter().map(|&i| data.weight(i)).collect(),
            offset: offset.map_or_else(|| vec![0.0; n], pick),
            order,
        })
    }

    /// Number of features.
    pub(super) fn p(&self) -> usize {
        self.scale.len()
    }

    /// Length of a column with its padding.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// All columns, one after the other.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(super) fn column(&self, j: usize) -> &[f64] {
        &self.values[j * self.stride..(j + 1) * self.stride]
    }
}

fn check(data: &Survival, columns: &[&[f64]], offset: Option<&[f64]>) -> Result<(), CoxnetError> {
    if data.entry().is_some() {
        return Err(CoxnetError::DelayedEntry);
    }
    if let Some(row) = data.time().iter().position(|t| *t <= 0.0) {
        return Err(CoxnetError::Time { row, value: data.time()[row] });
    }
    if columns.is_empty() {
        return Err(CoxnetError::NoFeatures);
    }
    let n = data.len();
    for (column, x) in columns.iter().enumerate() {
        if x.len() != n {
            return Err(CoxnetError::Length { what: format!("feature {column}"), found: x.len(), expected: n });
        }
        if let Some(row) = x.iter().position(|v| !v.is_finite()) {
            return Err(CoxnetError::NotFinite { column, row, value: x[row] });
        }
    }
    if let Some(offset) = offset {
        if offset.len() != n {
            return Err(CoxnetError::Length { what: "offset".into(), found: offset.len(), expected: n });
        }
        if let Some(row) = offset.iter().position(|v| !v.is_finite()) {
            return Err(CoxnetError::Offset { row, value: offset[row] });
        }
    }
    Ok(())
}

/// The subjects of one fit: a part of the design's rows, with the centre and scale of the columns among them.
#[derive(Debug)]
pub(super) struct Sample {
    /// Places in the design's time order, by time; only subjects of positive weight.
    pub(super) rows: Vec<usize>,
    pub(super) sets: RiskSets,
    /// Offset of each row less its weighted mean.
    pub(super) offset: Vec<f64>,
    /// Weighted mean of each of the design's columns.
    pub(super) center: Vec<f64>,
    /// The fit's columns are (z - center) * multiplier; zero for a column that is constant here.
    pub(super) multiplier: Vec<f64>,
    /// Weighted standard deviation of the fit's columns: 1 when standardized.
    pub(super) norm: Vec<f64>,
    /// Sum of the weights as given.
    pub(super) total_weight: f64,
}

impl Sample {
    /// The subjects for which `inside` holds.
    pub(super) fn new(
        design: &Design,
        inside: impl Fn(usize) -> bool,
        standardize: bool,
        ties: Ties,
    ) -> Result<Self, CoxnetError> {
        let mut rows: Vec<usize> = (0..design.n).filter(|&i| inside(i)).collect();
        rows.sort_unstable_by_key(|&i| design.order[i]);
        let subject = |i: usize| Subject { time: design.time[i], event: design.event[i], weight: design.weight[i] };
        let (rows, time) = ties.by_time(&rows, subject);
        let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
        let event: Vec<bool> = rows.iter().map(|&i| design.event[i]).collect();
        if !event.contains(&true) {
            return Err(CoxnetError::NoEvents { subjects: rows.len() });
        }
        let weight = pick(&design.weight);
        let sets = RiskSets::new(&time, &event, &weight);
        let offset = pick(&design.offset);
        let mean: f64 = offset.iter().zip(&sets.weight).map(|(o, q)| o * q).sum();
        let mut sample = Self {
            offset: offset.iter().map(|o| o - mean).collect(),
            total_weight: weight.iter().sum(),
            center: Vec::with_capacity(design.p()),
            multiplier: Vec::with_capacity(design.p()),
            norm: Vec::with_capacity(design.p()),
            rows,
            sets,
        };
        sample.measure_columns(design, standardize);
        if sample.multiplier.iter().all(|m| *m == 0.0) {
            return Err(CoxnetError::AllConstant);
        }
        Ok(sample)
    }

    fn measure_columns(&mut self, design: &Design, standardize: bool) {
        let mut weight = vec![0.0; design.stride];
        for (&row, q) in self.rows.iter().zip(&self.sets.weight) {
            weight[row] = *q;
        }
        let mut squares = vec![0.0; design.stride];
        for j in 0..design.p() {
            let z = design.column(j);
            let center = inner_product(z, &weight);
            for (square, z) in squares.iter_mut().zip(z) {
                *square = (z - center) * (z - center);
            }
            let sd = inner_product(&squares, &weight).sqrt();
            let first = z[self.rows[0]];
            // Only a spread that rounding could make needs a look at the values themselves.
            let constant = sd == 0.0 || (sd < 1e-9 && self.rows.iter().all(|&i| z[i] == first));
            let multiplier = match (constant, standardize) {
                (true, _) => 0.0,
                (false, true) => 1.0 / sd,
                (false, false) => design.scale[j],
            };
            self.center.push(center);
            self.multiplier.push(multiplier);
            self.norm.push(sd * multiplier);
        }
    }

    /// Column j of the fit into `out`, zero beyond the last subject.
    pub(super) fn write_column(&self, design: &Design, j: usize, out: &mut [f64]) {
        let z = design.column(j);
        for (x, &row) in out.iter_mut().zip(&self.rows) {
            *x = (z[row] - self.center[j]) * self.multiplier[j];
        }
        out[self.rows.len()..].fill(0.0);
    }

    /// The factor from a coefficient of the fit's columns to one of the columns as given.
    pub(super) fn to_original(&self, design: &Design, j: usize) -> f64 {
        self.multiplier[j] / design.scale[j]
    }
}
