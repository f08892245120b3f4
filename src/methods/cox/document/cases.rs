//! Residuals of single patients as a table and figures.

use serde::{Deserialize, Serialize};

use super::{label, named};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::cox::cases::{Cases, Influence};
use crate::methods::cox::figure::case_residuals;
use crate::methods::cox::{Answer, Model, Term};
use figures::Figure;
use figures::format;

/// A kind of residual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Symmetric around 0: who is out of line.
    #[default]
    Deviance,
    /// Observed less expected events.
    Martingale,
    /// Overall influence: the likelihood displacement.
    Displacement,
    /// The change of the coefficient of this term, in standard errors.
    Influence(usize),
}

/// Deviance residuals beyond this are out of line.
const OUT_OF_LINE: f64 = 2.5;
/// At most so many patients are named in a figure.
const NAMED: usize = 8;
/// Of displacements, which have no bound, so many.
const MOST_DISPLACED: usize = 4;

/// The residuals of a model, its terms by the names that they have in print.
pub fn of(answer: &Answer, model: &Model) -> Option<Cases> {
    let cases = model.cases.clone()?;
    let of_variable = |term: &Term| model.terms.iter().filter(|t| t.variable == term.variable).count();
    let name = |term: &Term| match (&term.level, of_variable(term)) {
        (None, 2..) => term.term.clone(),
        _ => named(&label(answer, &term.variable), term),
    };
    let dfbetas = cases.dfbetas.into_iter().zip(&model.terms).map(|(i, term)| Influence { term: name(term), ..i });
    Some(Cases { dfbetas: dfbetas.collect(), ..cases })
}

impl Kind {
    /// The kind after this one.
    #[must_use]
    pub fn next(self, cases: &Cases) -> Self {
        match self {
            Self::Deviance => Self::Martingale,
            Self::Martingale if cases.displacement.is_empty() => Self::Deviance,
            Self::Martingale => Self::Displacement,
            Self::Displacement if cases.dfbetas.is_empty() => Self::Deviance,
            Self::Displacement => Self::Influence(0),
            Self::Influence(j) if j + 1 < cases.dfbetas.len() => Self::Influence(j + 1),
            Self::Influence(_) => Self::Deviance,
        }
    }

    /// `Deviance residual`, `Change of nlr, SE`.
    pub fn words(self, cases: &Cases) -> String {
        match self {
            Self::Deviance => "Deviance residual".to_owned(),
            Self::Martingale => "Martingale residual".to_owned(),
            Self::Displacement => "Likelihood displacement".to_owned(),
            Self::Influence(j) => {
                format!("Change of {} (SE)", cases.dfbetas.get(j).map_or("", |influence| influence.term.as_str()))
            }
        }
    }

    fn values(self, cases: &Cases) -> &[f64] {
        match self {
            Self::Deviance => &cases.deviance,
            Self::Martingale => &cases.martingale,
            Self::Displacement => &cases.displacement,
            Self::Influence(j) => cases.dfbetas.get(j).map_or(&[], |influence| influence.value.as_slice()),
        }
    }

    /// Values beyond this on either side draw attention: 2 / root n for influence on a term, none for martingale residuals
    /// and displacements, of which the largest are looked at.
    fn bound(self, n: usize) -> Option<f64> {
        match self {
            Self::Deviance => Some(OUT_OF_LINE),
            Self::Martingale | Self::Displacement => None,
            Self::Influence(_) => Some(2.0 / (n as f64).sqrt()),
        }
    }
}

/// One residual a patient over the linear predictor; those out of line by name.
pub fn figure(cases: &Cases, kind: Kind) -> Figure {
    let values = kind.values(cases);
    let bound = kind.bound(cases.id.len());
    let stands_out = |i: &usize| kind == Kind::Displacement || bound.is_some_and(|b| values[*i].abs() > b);
    let mut order: Vec<usize> = (0..values.len()).filter(stands_out).collect();
    order.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
    // Of displacements, which are never below 0, the largest are named.
    order.truncate(if kind == Kind::Displacement { MOST_DISPLACED } else { usize::MAX });
    let names = order.into_iter().take(NAMED).map(|i| (i, cases.id[i].clone())).collect();
    case_residuals(&kind.words(cases), (&cases.lp, values), &cases.event, names, bound)
}

/// One row a patient, the largest residual of the kind first.
pub fn table(cases: &Cases, kind: Kind) -> Table {
    let mut columns = vec![
        ColumnSpec::left("Patient"),
        ColumnSpec::left("Event"),
        ColumnSpec::decimal("Linear predictor"),
        ColumnSpec::decimal("Deviance"),
        ColumnSpec::decimal("Martingale"),
    ];
    let displaced = !cases.displacement.is_empty();
    columns.extend(displaced.then(|| ColumnSpec::decimal("Displacement")));
    columns.extend(cases.dfbetas.iter().map(|d| ColumnSpec::decimal(format!("dfbetas {}", d.term)).priority(1)));
    let mut table = Table::new(columns);
    let values = kind.values(cases);
    let mut order: Vec<usize> = (0..cases.id.len()).collect();
    let size = |i: usize| values.get(i).map_or(0.0, |x| x.abs());
    order.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
    for i in order {
        let mut cells = vec![
            Cell::text(cases.id[i].clone()),
            Cell::text(if cases.event[i] { "yes" } else { "" }),
            Cell::fixed(cases.lp[i], 3),
            Cell::fixed(cases.deviance[i], 3),
            Cell::fixed(cases.martingale[i], 3),
        ];
        cells.extend(cases.displacement.get(i).map(|value| Cell::fixed(*value, 3)));
        cells.extend(cases.dfbetas.iter().map(|d| Cell::fixed(d.value[i], 3)));
        table.push(cells);
    }
    table
}

/// `Deviance residual of 81 patients; 2 beyond ±2.5`.
pub fn summary(cases: &Cases, kind: Kind) -> String {
    let values = kind.values(cases);
    let n = format::count(values.len());
    match kind.bound(values.len()) {
        Some(bound) => {
            let beyond = values.iter().filter(|x| x.abs() > bound).count();
            let bound = format::significant(bound, 2);
            format!("{} of {n} patients; {} beyond {bound} on either side", kind.words(cases), format::count(beyond))
        }
        None => format!("{} of {n} patients", kind.words(cases)),
    }
}

/// Figure and table.
pub fn document(cases: &Cases, kind: Kind) -> Document {
    Document::new(kind.words(cases)).paragraph(summary(cases, kind)).with(figure(cases, kind)).with(table(cases, kind))
}
