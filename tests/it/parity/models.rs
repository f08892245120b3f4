//! What the tests of models judged at fixed times share: the reference study and its two models.

use serde_json::Value;
use survival::Survival;
use survival::cox::{CoxFit, CoxSpec, Design, Factor, Reference};
use watch::Unwatched;

use crate::reference::{Table, json, numbers, strings};

/// The reference study and what is stored of its models.
pub struct Models {
    pub stored: Value,
    pub data: Survival,
    /// Times of judgement.
    pub times: Vec<f64>,
    /// Covariates of the full model; the small one has the first two.
    pub covariates: Vec<String>,
    table: Table,
    rows: Vec<usize>,
}

impl Models {
    /// The study `name`, rows without missing values; `None` where the references are absent.
    pub fn read(name: &str) -> Option<Self> {
        let stored = json(&format!("survival/models_{name}.json"))?;
        let table = Table::read(name)?;
        let covariates = strings(&stored["meta"]["covariates"]);
        let needed = covariates.iter().cloned().chain(strings(&stored["meta"]["factor"]));
        let columns: Vec<Vec<Option<&str>>> = needed.map(|name| table.text(&name)).collect();
        let (time, event) = (table.column("time"), table.column("event"));
        let rows: Vec<usize> = (0..time.len()).filter(|&i| columns.iter().all(|c| c[i].is_some())).collect();
        let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
        let data =
            Survival::new(pick(&time), rows.iter().map(|&i| event[i] == 1.0).collect()).expect("valid follow-up");
        Some(Self { times: numbers(&stored["meta"]["at"]), data, covariates, rows, stored, table })
    }

    /// A covariate of the rows in use.
    pub fn column(&self, name: &str) -> Vec<f64> {
        let column = self.table.column(name);
        self.rows.iter().map(|&i| column[i]).collect()
    }

    /// The design with these numeric covariates and, if given, a factor.
    pub fn design(&self, covariates: &[String], factor: Option<&str>) -> Design {
        let mut design = Design::new(self.data.len());
        for name in covariates {
            design = design.linear(name, &self.column(name)).expect("a complete column");
        }
        if let Some(name) = factor {
            let text = self.table.text(name);
            let labels: Vec<&str> = self.rows.iter().map(|&i| text[i].expect("complete")).collect();
            design = design.factor(name, &Factor::from_labels(&labels)).expect("a complete factor");
        }
        design
    }

    /// The first `count` covariates fitted.
    pub fn fit(&self, count: usize) -> CoxFit {
        let design = self.design(&self.covariates[..count], None);
        fit(&design, &self.data)
    }

    /// Survival at `time` of every subject.
    pub fn survival(&self, fit: &CoxFit, time: f64) -> Vec<f64> {
        let baseline = &fit.baseline(Reference::Means)[0];
        let hazard = baseline.time.iter().rposition(|t| *t <= time).map_or(0.0, |k| baseline.cumhaz[k]);
        fit.linear_predictor(Reference::Means).iter().map(|lp| (-hazard * lp.exp()).exp()).collect()
    }
}

/// A Cox model with R's defaults.
pub fn fit(design: &Design, data: &Survival) -> CoxFit {
    fit_as(CoxSpec::default(), design, data)
}

pub fn fit_as(spec: CoxSpec, design: &Design, data: &Survival) -> CoxFit {
    spec.check().expect("valid").fit(data, design, &Unwatched).expect("a fit")
}
