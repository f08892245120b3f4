//! Predicted survival of single patients as tables and a figure.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::cox::domain::{Domain, Given};
use crate::methods::cox::figure::{PredictedCurve, predicted_survival};
use crate::methods::cox::model::Answer;
use crate::methods::cox::profile::{Points, Profile};
use crate::study::TimeUnit;
use figures::Figure;
use figures::format;

/// `Linear predictor 0.52 (SE 0.11); HR 1.68 (1.20-2.31) against the typical patient; median 45.2 months`.
pub fn summary(profile: &Profile, unit: TimeUnit) -> String {
    let lp = format!("Linear predictor {} (SE {})", format::fixed(profile.lp, 3), format::fixed(profile.lp_se, 3));
    let hr = format::ratio_ci(profile.hr, profile.hr_lower, profile.hr_upper);
    let shown = |t: Option<f64>| t.map_or("-".to_owned(), |t| format::fixed(t, 1));
    let median = match profile.median {
        None => "median not reached".to_owned(),
        Some(median) => format!(
            "median {} ({} to {}) {}",
            format::fixed(median, 1),
            shown(profile.median_lower),
            shown(profile.median_upper),
            unit.word()
        ),
    };
    // The typical patient itself has a hazard ratio of 1 without error.
    match profile.hr_lower < profile.hr_upper {
        true => format!("{lp}; HR {hr} against the typical patient; {median}"),
        false => format!("{lp}; {median}"),
    }
}

/// The prediction of one patient, or of several, as `riskset cox --profile` tells it.
pub fn document(answer: &Answer) -> Document {
    let mut document =
        with(Document::new(format!("Predicted survival, {}", answer.endpoint)).about(&answer.endpoint), answer);
    document.notes.clone_from(&answer.notes);
    document
}

/// A document with figure and tables of all patients at its end.
pub(super) fn with(document: Document, answer: &Answer) -> Document {
    let profiles = &answer.model.profiles;
    let all = document.with(figure(profiles, &answer.label, answer.unit)).with(survival_table(profiles, answer.unit));
    profiles.iter().fold(all, |document, patient| {
        document
            .heading(format!("Patient: {}", patient.name))
            .with(covariates_table(patient))
            .paragraph(format!("{}.", summary(patient, answer.unit)))
    })
}

/// `24 months 0.81 (0.78-0.84), 36 months 0.72 (0.68-0.76)`.
pub fn at_times(profile: &Profile, unit: TimeUnit) -> String {
    let at = profile.at.iter().map(|at| {
        let surv = format::estimate_ci(at.surv, at.lower, at.upper, 2);
        format!("{} {} {surv}", format::chosen(at.time), unit.word())
    });
    at.collect::<Vec<_>>().join(", ")
}

/// A row a covariate: its value, the typical one, the hazard ratio between them, and which values there are.
pub fn covariates_table(profile: &Profile) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Covariate"),
        ColumnSpec::left("Value"),
        ColumnSpec::left("Typical"),
        ColumnSpec::decimal("HR"),
        ColumnSpec::left("Among patients").priority(1),
    ]);
    for c in &profile.covariates {
        let unit = c.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        table.push([
            Cell::text(format!("{}{unit}", c.label)),
            given(&c.value, &c.domain),
            given(&c.typical, &c.domain),
            Cell::number(c.hr, format::ratio(c.hr)),
            Cell::text(c.domain.words()),
        ]);
    }
    table
}

fn given(value: &Given, domain: &Domain) -> Cell {
    match (value, domain) {
        // The mean of standardized values is 0 up to rounding.
        (Given::Number(x), Domain::Numbers { from, to, .. }) if x.abs() < 1e-9 * (to - from) => Cell::number(*x, "0"),
        (Given::Number(x), _) => Cell::number(*x, format::chosen_to(*x, 4)),
        (Given::Level(level), _) => Cell::text(level.clone()),
    }
}

/// Survival at the times, of each patient if there are several.
pub fn survival_table(profiles: &[Profile], unit: TimeUnit) -> Table {
    let several = profiles.len() > 1;
    let mut columns = vec![ColumnSpec::decimal("Time").unit(unit.word()), ColumnSpec::decimal("Survival (95 % CI)")];
    if several {
        columns.insert(0, ColumnSpec::left("Patient"));
    }
    let mut table = Table::new(columns);
    for profile in profiles {
        for at in &profile.at {
            let parts = [("", at.surv), ("lower", at.lower), ("upper", at.upper), ("std_err", at.std_err)];
            let mut cells = vec![
                Cell::number(at.time, format::chosen(at.time)),
                Cell::parts(parts, format::estimate_ci(at.surv, at.lower, at.upper, 3)),
            ];
            if several {
                cells.insert(0, Cell::text(profile.name.clone()));
            }
            table.push(cells);
        }
    }
    table
}

/// The predicted curves; a single one beside that of the typical patient.
pub fn figure(profiles: &[Profile], outcome: &str, unit: TimeUnit) -> Figure {
    let of = |name: &str, points: &Points, limits: bool| PredictedCurve {
        name: name.to_owned(),
        time: points.time.clone(),
        surv: points.surv.clone(),
        lower: if limits { points.lower.clone() } else { Vec::new() },
        upper: if limits { points.upper.clone() } else { Vec::new() },
    };
    let curves: Vec<PredictedCurve> = match profiles {
        [one] if one.curve == one.typical => vec![of("", &one.curve, true)],
        [one] => vec![of("this patient", &one.curve, true), of("typical patient", &one.typical, false)],
        several => several.iter().map(|p| of(&p.name, &p.curve, true)).collect(),
    };
    predicted_survival(outcome, unit, &curves)
}
