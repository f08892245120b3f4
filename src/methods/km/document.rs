//! Survival curves as a document.

pub mod details;
pub mod rates;

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::km::band::{self, Band};
use crate::methods::km::figure::{Curve, Risk, kaplan_meier};
use crate::methods::km::{Answer, Group};
use figures::format;
use figures::{Body, Figure};
use survival::cox::Ties;
use survival::kaplan_meier::BandKind;

/// Curves, medians and test.
pub fn document(answer: &Answer) -> Document {
    let title = match &answer.by {
        Some(by) => format!("{} by {by}", answer.label),
        None => answer.label.clone(),
    };
    let mut document =
        Document::new(title).about(&answer.label).with(Block::Figure(Box::new(figure(answer)))).with(table(answer));
    if let Some(test) = comparison(answer) {
        document = document.paragraph(test);
    }
    if let Some(band) = banded(answer) {
        document = document.paragraph(band);
    }
    document.notes.clone_from(&answer.notes);
    if let Some(found) = &answer.details {
        let notes = Vec::new();
        document.append(Document { notes, ..details::document(answer, found) });
    }
    document
}

/// The curves with numbers at risk.
pub fn figure(answer: &Answer) -> Figure {
    let two = answer.groups.len() == 2;
    let curves: Vec<Curve> = answer
        .groups
        .iter()
        .enumerate()
        .map(|(i, g)| {
            // Limits of several curves hide one another; a band is there because somebody asked for it.
            let (lower, upper) = match &g.band {
                Some(band) => (band.lower.clone(), band.upper.clone()),
                None if answer.groups.len() == 1 => (g.curve.lower.clone(), g.curve.upper.clone()),
                None => Default::default(),
            };
            Curve {
                group: if answer.groups.len() > 1 { g.label.clone() } else { String::new() },
                risk: two.then_some(if i == 0 { Risk::Low } else { Risk::High }),
                time: g.curve.time.clone(),
                estimate: g.curve.surv.clone(),
                lower,
                upper,
                n_risk: g.curve.n_risk.clone(),
                n_censor: g.curve.n_censor.clone(),
            }
        })
        .collect();
    let remarks = answer.logrank.map(|t| format!("log-rank {}", format::p_equation(t.p))).into_iter().collect();
    let mut figure = kaplan_meier(&answer.label, answer.unit, &curves, remarks);
    if let (Some(time), Body::Chart(chart)) = (answer.landmark, &mut figure.body) {
        chart.x.label = format!("{} from the landmark at {}", chart.x.label, format::chosen(time));
    }
    figure
}

/// One row a group.
pub fn table(answer: &Answer) -> Table {
    let unit = answer.unit.word();
    let decimals = time_decimals(answer);
    let to = answer.groups.first().map_or(f64::NAN, |g| g.rmean_to);
    let mean = format!("Mean up to {} (SE)", format::chosen_to(to, 4));
    let mut table = Table::new([
        ColumnSpec::left("Group"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Events"),
        ColumnSpec::left("Median (95 % CI)").unit(unit),
        ColumnSpec::decimal(mean).unit(unit).priority(1),
    ]);
    for g in &answer.groups {
        table.push([
            Cell::text(g.label.clone()),
            Cell::count(g.n),
            Cell::count(g.events),
            median(g, decimals),
            Cell::parts(
                [("", g.rmean), ("se", g.rmean_se)],
                format!("{} ({})", format::fixed(g.rmean, decimals), format::fixed(g.rmean_se, decimals.max(2))),
            ),
        ]);
    }
    table
}

/// Decimals of times: as many as they are written with, between one and those that leave the smallest median two digits
/// (three below 1); one more where a median lies between two times. Times that were computed, from dates or in another
/// unit, have no digits of their own: one decimal, two below 1.
pub fn time_decimals(answer: &Answer) -> usize {
    let medians = || answer.groups.iter().flat_map(|g| [g.median, g.median_lower, g.median_upper]).flatten();
    let all = || answer.groups.iter().flat_map(|g| g.curve.time.iter().copied());
    let smallest = answer.groups.iter().filter_map(|g| g.median).filter(|x| *x > 0.0).fold(f64::INFINITY, f64::min);
    let scale = if smallest.is_finite() { smallest } else { all().fold(0.0, f64::max) };
    let most = match scale {
        x if x < 1.0 => 3,
        x if x < 10.0 => 2,
        _ => 1,
    };
    let is_whole = |x: f64| (x - x.round()).abs() < 1e-9;
    let written = |x: f64| (0..most).find(|d| is_whole(x * 10f64.powi(*d as i32))).unwrap_or(most);
    if all().any(|x| !is_whole(x * 1e4)) {
        return (most - 1).max(1);
    }
    all().chain(medians()).map(written).max().unwrap_or(1).max(1)
}

/// The median with its limits, or that it is not reached.
pub(in crate::methods) fn median(g: &Group, decimals: usize) -> Cell {
    let shown = |x: Option<f64>| x.map_or("not reached".to_owned(), |x| format::fixed(x, decimals));
    let limit = |x: Option<f64>| x.map_or("-".to_owned(), |x| format::fixed(x, decimals));
    let value = |x: Option<f64>| x.unwrap_or(f64::NAN);
    let parts = [("", value(g.median)), ("lower", value(g.median_lower)), ("upper", value(g.median_upper))];
    let interval = match (g.median_lower, g.median_upper) {
        (None, None) => String::new(),
        (lower, upper) => format!(" ({} to {})", limit(lower), limit(upper)),
    };
    Cell::parts(parts, format!("{}{interval}", shown(g.median)))
}

/// `Log-rank chi-square 12.31 on 1 df, p < 0.001; HR 2.1 (1.4-3.2) of B against A`.
pub fn comparison(answer: &Answer) -> Option<String> {
    let test = answer.logrank?;
    let mut text = format!(
        "Log-rank chi-square {} on {} df, {}",
        format::fixed(test.statistic, 2),
        test.df,
        format::p_equation(test.p)
    );
    if let (Some(hr), [a, b]) = (answer.hazard_ratio, answer.groups.as_slice()) {
        text += &format!("; HR {} of {} against {}", format::ratio_ci(hr.hr, hr.lower, hr.upper), b.label, a.label);
    }
    Some(text)
}

/// The [`comparison`] for one line, from long to short.
pub fn comparisons(answer: &Answer) -> Vec<String> {
    let Some((whole, test)) = comparison(answer).zip(answer.logrank) else { return Vec::new() };
    let p = format!("Log-rank {}", format::p_equation(test.p));
    let ratio = answer.hazard_ratio.as_ref().zip(answer.groups.get(1));
    let shorter = ratio.map(|(hr, group)| {
        let hr = format!("{p}; HR {}", format::ratio_ci(hr.hr, hr.lower, hr.upper));
        [format!("{hr} of {}", group.label), hr]
    });
    std::iter::once(whole).chain(shorter.into_iter().flatten()).chain([p]).collect()
}

/// `95 % equal precision band, log scale: A from 1.2 to 60.4 months (critical value 2.95), B from ..`.
pub fn banded(answer: &Answer) -> Option<String> {
    let banded: Vec<(&Group, &Band)> = answer.groups.iter().filter_map(|g| Some((g, g.band.as_ref()?))).collect();
    let (_, first) = banded.first()?;
    let of = |(g, band): &(&Group, &Band)| {
        let label = if answer.groups.len() > 1 { format!("{} ", g.label) } else { String::new() };
        let [from, to] = [band.from, band.to].map(|t| format::chosen_to(t, 4));
        format!(
            "{label}from {from} to {to} {} (critical value {})",
            answer.unit.word(),
            format::fixed(band.critical, 3)
        )
    };
    let each: Vec<String> = banded.iter().map(of).collect();
    Some(format!("95 % {} band, {} scale: {}", band::words(first.kind), answer.conf_type, each.join(", ")))
}

/// The sentences for a paper, with the kind of band and the way with ties that were chosen.
pub fn methods(answer: &Answer, band: Option<BandKind>, ties: Ties) -> String {
    let band = band.map(|kind| {
        let source = match kind {
            BandKind::EqualPrecision => "equal precision bands (Nair 1984)",
            BandKind::HallWellner => "Hall and Wellner's bands",
        };
        format!(", and simultaneous 95 % {source} on the same scale")
    });
    let mut outcome = answer.label.to_lowercase();
    if let Some(first) = outcome.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let ties: String =
        ties.name().chars().take(1).flat_map(char::to_uppercase).chain(ties.name().chars().skip(1)).collect();
    format!(
        "{outcome} was estimated by the Kaplan-Meier method with {} confidence intervals from Greenwood's variance{}; \
         groups were compared by the log-rank test and by Cox regression ({ties} ties).",
        answer.conf_type,
        band.unwrap_or_default()
    )
}
