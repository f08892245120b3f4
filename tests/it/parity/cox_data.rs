//! The reference tables as designs: formulas such as `age + grade + strata(sex)` on complete rows.

use std::collections::BTreeSet;

use survival::Survival;
use survival::cox::{CoxSpec, Design, Factor};

use crate::reference::Table;

/// A table with what its columns mean.
pub struct Data {
    pub table: Table,
    /// Columns that are factors although they hold numbers.
    pub factors: BTreeSet<String>,
    pub time: &'static str,
    pub event: &'static str,
    pub entry: Option<&'static str>,
}

/// A formula's complete rows.
pub struct Model {
    pub design: Design,
    pub survival: Survival,
    pub strata: Option<Factor>,
    /// Rows of the table, from 0.
    pub rows: Vec<usize>,
}

impl Data {
    pub fn read(name: &str, factors: impl IntoIterator<Item = String>) -> Option<Self> {
        let table = Table::read(name)?;
        let factors = factors.into_iter().collect();
        Some(Self { table, factors, time: "time", event: "event", entry: None })
    }

    /// Text columns, and those named as factors.
    fn is_factor(&self, name: &str) -> bool {
        let numeric = |cell: Option<&str>| cell.is_none_or(|c| c.parse::<f64>().is_ok());
        self.factors.contains(name) || !self.table.text(name).into_iter().all(numeric)
    }

    pub fn factor(&self, name: &str, rows: &[usize]) -> Factor {
        let (codes, levels) = self.table.groups(name);
        let codes = rows.iter().map(|&r| codes[r].expect("a complete row") as u32).collect();
        Factor::new(codes, levels).expect("codes of its own levels")
    }

    /// The rows without missing values in any of `names`.
    pub fn complete(&self, names: &[&str]) -> Vec<usize> {
        let n = self.table.column(self.time).len();
        (0..n).filter(|&r| names.iter().all(|name| self.table.text(name)[r].is_some())).collect()
    }

    pub fn survival(&self, rows: &[usize]) -> Survival {
        let pick = |name: &str| {
            let column = self.table.column(name);
            rows.iter().map(|&r| column[r]).collect::<Vec<_>>()
        };
        let event = pick(self.event).into_iter().map(|e| e == 1.0).collect();
        let survival = Survival::new(pick(self.time), event).expect("valid follow-up");
        match self.entry {
            Some(entry) => survival.with_entry(pick(entry)).expect("valid entry"),
            None => survival,
        }
    }

    /// The terms of `formula` on its complete rows (or on `rows`).
    pub fn model_on(&self, formula: &str, rows: Option<Vec<usize>>) -> Model {
        let terms: Vec<&str> = formula.split(" + ").map(str::trim).filter(|t| *t != "1").collect();
        let stratum = terms.iter().find_map(|t| t.strip_prefix("strata(")?.strip_suffix(')'));
        let covariates: Vec<&str> = terms.into_iter().filter(|t| !t.starts_with("strata(")).collect();
        let all: Vec<&str> = covariates.iter().copied().chain(stratum).collect();
        let rows = rows.unwrap_or_else(|| self.complete(&all));
        let mut design = Design::new(rows.len());
        for name in covariates {
            design = if self.is_factor(name) {
                design.factor(name, &self.factor(name, &rows))
            } else {
                let column = self.table.column(name);
                design.linear(name, &rows.iter().map(|&r| column[r]).collect::<Vec<_>>())
            }
            .expect("a complete column");
        }
        let strata = stratum.map(|s| self.factor(s, &rows));
        Model { design, survival: self.survival(&rows), strata, rows }
    }

    pub fn model(&self, formula: &str) -> Model {
        self.model_on(formula, None)
    }
}

impl Model {
    pub fn fit(&self, spec: CoxSpec) -> survival::cox::CoxFit {
        let spec = CoxSpec { strata: self.strata.clone(), ..spec };
        let checked = spec.check().expect("no contradiction");
        checked.fit(&self.survival, &self.design, &watch::Unwatched).expect("a fit")
    }
}

/// A column's name as R writes it: `grade=2` is `grade2`.
pub fn r_name(name: &str) -> String {
    name.replacen('=', "", 1)
}
