//! Coefficients and tests of a model as they are reported.

use serde::Serialize;

use survival::cox::{ChiSquare, Coding, Coefficient, Term as DesignTerm};

/// One coefficient; what cannot be estimated is empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Term {
    pub term: String,
    /// The variable that it belongs to, and its level if that is a factor.
    pub variable: String,
    pub level: Option<String>,
    /// The level that it is compared with.
    pub reference: Option<String>,
    pub coef: Option<f64>,
    pub se: Option<f64>,
    /// With a robust variance: z, p and the limits use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust_se: Option<f64>,
    pub hr: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub z: Option<f64>,
    pub p: Option<f64>,
}

/// The three tests of a model against none; the score test only where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Tests {
    pub lr: Test,
    pub wald: Test,
    pub score: Test,
    /// The score test with the robust variance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robust_score: Option<Test>,
}

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Test {
    pub statistic: f64,
    pub df: usize,
    pub p: f64,
}

impl From<ChiSquare> for Test {
    fn from(t: ChiSquare) -> Self {
        Self { statistic: t.statistic, df: t.df, p: t.p }
    }
}

/// The coefficients with the variable and level that each is of.
pub(super) fn terms(of: &[DesignTerm], coefficients: &[Coefficient]) -> Vec<Term> {
    let named = |(j, c): (usize, &Coefficient)| {
        let term = of.iter().find(|t| t.columns.contains(&j));
        let levels = match term.map(|t| &t.coding) {
            Some(Coding::Factor { levels }) => levels.as_slice(),
            _ => &[],
        };
        let first = term.map_or(0, |t| t.columns.start);
        let e = c.estimate.as_ref();
        Term {
            term: c.name.clone(),
            variable: term.map_or_else(|| c.name.clone(), |t| t.name.clone()),
            level: levels.get(1 + j - first).cloned(),
            reference: levels.first().cloned(),
            coef: e.map(|e| e.coef),
            se: e.map(|e| e.se),
            robust_se: e.and_then(|e| e.robust_se),
            hr: e.map(|e| e.hr),
            lower: e.map(|e| e.lower),
            upper: e.map(|e| e.upper),
            z: e.map(|e| e.z),
            p: e.map(|e| e.p),
        }
    };
    coefficients.iter().enumerate().map(named).collect()
}
