//! Follow-up, survival at times, restricted means and tests of groups as tables.

use super::Answer;
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::km::Test;
use crate::methods::km::details::{At, Details, MeanContrast, OfGroup};
use figures::format;
use survival::stats::p_adjust::Adjustment;

/// A column a group: patients, follow-up, survival at each time, restricted mean.
pub fn groups_table(answer: &Answer, details: &Details) -> Table {
    let unit = answer.unit.word();
    let mut columns = vec![ColumnSpec::left("")];
    columns.extend(details.groups.iter().map(|g| ColumnSpec::left(g.group.clone())));
    let mut table = Table::new(columns);
    let cells = |name: String, cell: &dyn Fn(&OfGroup) -> Cell| -> Vec<Cell> {
        std::iter::once(Cell::text(name)).chain(details.groups.iter().map(cell)).collect()
    };
    table.push(cells("Patients".to_owned(), &|g| Cell::count(g.n)));
    let decimals = super::time_decimals(answer);
    table.push(cells(format!("Median follow-up, {unit}"), &|g| follow_up(g, decimals)));
    let times = details.groups.first().map_or(&[][..], |g| &g.at);
    for (k, at) in times.iter().enumerate() {
        table.push(cells(format!("Survival at {} {unit}", format::chosen(at.time)), &|g| survival(&g.at[k])));
        if details.groups.iter().any(|g| g.at[k].band_lower.is_some()) {
            table.push_sub(cells("95 % band".to_owned(), &|g| band(&g.at[k])));
        }
    }
    table.push(cells(format!("Mean up to {} {unit}", format::chosen_to(details.tau, 4)), &|g| {
        Cell::parts(
            [("", g.rmst), ("se", g.rmst_se), ("lower", g.rmst_lower), ("upper", g.rmst_upper)],
            format::estimate_ci(g.rmst, g.rmst_lower, g.rmst_upper, decimals),
        )
    }));
    table
}

fn follow_up(g: &OfGroup, decimals: usize) -> Cell {
    let value = |x: Option<f64>| x.unwrap_or(f64::NAN);
    let limit = |x: Option<f64>| x.map_or("-".to_owned(), |x| format::fixed(x, decimals));
    let shown = match g.follow_up {
        None => "not reached".to_owned(),
        Some(median) => {
            format!(
                "{} ({} to {})",
                format::fixed(median, decimals),
                limit(g.follow_up_lower),
                limit(g.follow_up_upper)
            )
        }
    };
    Cell::parts(
        [("", value(g.follow_up)), ("lower", value(g.follow_up_lower)), ("upper", value(g.follow_up_upper))],
        shown,
    )
}

fn survival(at: &At) -> Cell {
    let parts = [
        ("", at.surv),
        ("lower", at.lower),
        ("upper", at.upper),
        ("std_err", at.std_err),
        ("n_risk", at.n_risk),
        ("cumhaz", at.cumhaz),
    ];
    Cell::parts(parts, format::estimate_ci(at.surv, at.lower, at.upper, 2))
}

/// The limits within which the whole curve lies.
fn band(at: &At) -> Cell {
    match (at.band_lower, at.band_upper) {
        (Some(lower), Some(upper)) => {
            Cell::parts([("lower", lower), ("upper", upper)], format!("     ({})", format::interval(lower, upper, 2)))
        }
        _ => Cell::missing(),
    }
}

/// Tests over all groups, restricted means against the first group, and pairs.
pub fn comparisons_table(answer: &Answer, details: &Details) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Comparison"),
        ColumnSpec::decimal("Estimate (95 % CI)"),
        ColumnSpec::decimal("Chi-square").priority(1),
        ColumnSpec::right("df").priority(2),
        ColumnSpec::decimal("p"),
        ColumnSpec::decimal("p adj."),
    ]);
    let test = |t: &Test| [Cell::empty(), Cell::fixed(t.statistic, 2), Cell::count(t.df), Cell::p_value(t.p)];
    if !details.tests.is_empty() {
        table.push_header([Cell::text("All groups")]);
    }
    for named in &details.tests {
        table.push_sub([&[Cell::text(in_words(&named.test))][..], &test(&named.result)].concat());
    }
    if !details.rmst.is_empty() {
        let tau = format::chosen_to(details.tau, 4);
        table.push_header([Cell::text(format!("Restricted mean to {tau} {}", answer.unit.word()))]);
    }
    for c in &details.rmst {
        let [difference, ratio] = means(c);
        table.push_sub([
            Cell::text(format!("{} less {}", c.group, c.reference)),
            difference,
            Cell::empty(),
            Cell::empty(),
            Cell::p_value(c.p),
        ]);
        table.push_sub([
            Cell::text(format!("{} over {}", c.group, c.reference)),
            ratio,
            Cell::empty(),
            Cell::empty(),
            Cell::p_value(c.ratio_p),
        ]);
    }
    if !details.pairs.is_empty() {
        let (short, long) = match details.adjust {
            Adjustment::Holm => (", Holm", ", p adjusted by Holm"),
            Adjustment::Bonferroni => (", Bonferroni", ", p adjusted by Bonferroni"),
            Adjustment::BenjaminiHochberg => (", FDR", ", p adjusted for false discoveries"),
            _ => ("", ""),
        };
        let title = match &details.pairs_within {
            Some(strata) => format!("Pairs within {strata}{short}"),
            None => format!("Pairs{long}"),
        };
        table.push_header([Cell::text(title)]);
    }
    for pair in &details.pairs {
        let cells = test(&Test { statistic: pair.statistic, df: 1, p: pair.p });
        let name = Cell::text(format!("{} against {}", pair.a, pair.b));
        table.push_sub([&[name][..], &cells, &[Cell::p_value(pair.p_adjusted)]].concat());
    }
    table
}

fn means(c: &MeanContrast) -> [Cell; 2] {
    let se = |(_, value): (&str, f64)| ("se", value);
    let difference = [("", c.difference), ("lower", c.lower), ("upper", c.upper), se(("", c.se))];
    [
        Cell::parts(difference, format::estimate_ci(c.difference, c.lower, c.upper, 2)),
        Cell::estimate_ci(c.ratio, c.ratio_lower, c.ratio_upper, 2),
    ]
}

fn in_words(test: &str) -> String {
    match test {
        "log-rank" => "log-rank".to_owned(),
        "Peto-Peto" => "Peto-Peto (G-rho, rho = 1)".to_owned(),
        "trend" => "log-rank for trend".to_owned(),
        other => format!("log-rank, {other}"),
    }
}

/// What stands above the tables.
pub fn heading(answer: &Answer) -> String {
    let by = answer.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let from = answer.landmark.map(|t| format!(" from {} {}", format::chosen(t), answer.unit.word()));
    let band = answer.groups.iter().find_map(|g| g.band.as_ref());
    let band = band.map(|band| format!(", {} band", super::band::words(band.kind))).unwrap_or_default();
    format!("{}{by}{}: follow-up, survival{band}, means", answer.label, from.unwrap_or_default())
}

/// The tables as a document.
pub fn document(answer: &Answer, details: &Details) -> Document {
    let mut document = Document::new(heading(answer)).with(groups_table(answer, details));
    let comparisons = comparisons_table(answer, details);
    if !comparisons.rows.is_empty() {
        document = document.heading("Comparisons").with(comparisons);
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// The sentences for a paper.
pub fn methods(answer: &Answer, details: &Details) -> String {
    let unit = answer.unit.word();
    let from = answer.landmark.map(|t| {
        format!("Patients still followed {} {unit} after the origin entered (landmark analysis). ", format::chosen(t))
    });
    let pairs = match details.pairs.is_empty() {
        true => "",
        false => " Pairs of groups were compared by log-rank tests adjusted by Holm's method.",
    };
    format!(
        "{}Median follow-up was estimated by the reverse Kaplan-Meier method. Groups were compared by the log-rank test, by \
         Peto and Peto's test (G-rho family, rho = 1), and by restricted mean survival time up to {} {unit}, with \
         differences and ratios tested by normal approximation.{pairs}",
        from.unwrap_or_default(),
        format::chosen_to(details.tau, 4)
    )
}
