//! Cox models against R's survival: fits, tests, residuals, baseline hazards, predictions.

use serde_json::Value as Json;
use survival::cox::{
    Change, ChiSquare, CoxFit, CoxNote, CoxSpec, Criterion, Design, Direction, Estimate, Reference, Ties,
    TimeTransform, Value,
};
use watch::Unwatched;

use super::cox_data::{Data, Model, r_name};
use crate::reference::{Tally, json, number, numbers, strings};

const SETS: [&str; 5] = ["lung", "veteran", "gbsg", "rotterdam", "aml"];
/// The factors of each set, as the references were made (spec.R).
const FACTORS: [&[&str]; 5] = [&["ph.ecog"], &["celltype", "prior"], &["grade"], &["grade"], &[]];

pub fn ties(name: &str) -> Ties {
    match name {
        "efron" => Ties::Efron,
        "breslow" => Ties::Breslow,
        other => panic!("ties {other}"),
    }
}

fn sets() -> impl Iterator<Item = (&'static str, Data, Json)> {
    SETS.iter().zip(FACTORS).filter_map(|(name, factors)| {
        let data = Data::read(name, factors.iter().map(ToString::to_string))?;
        Some((*name, data, json(&format!("survival/cox_{name}.json"))?))
    })
}

/// One tolerance for what is fitted, one for p-values relative to themselves.
struct Compare {
    fits: Tally,
    p: Tally,
}

impl Compare {
    fn new(what: &str) -> Self {
        Self { fits: Tally::new(what, 1e-6, 1e-6), p: Tally::new(format!("{what}, p"), 1e-6, 1e-300) }
    }

    fn test(&mut self, place: &str, found: ChiSquare, stored: &Json) {
        self.fits.number(&format!("{place}.chisq"), found.statistic, number(&stored["chisq"]));
        self.fits.same(&format!("{place}.df"), found.df as f64, number(&stored["df"]));
        self.p.number(&format!("{place}.p"), found.p, number(&stored["p"]));
    }

    fn matrix(&mut self, place: &str, found: impl Fn(usize, usize) -> f64, stored: &Json) {
        for (i, row) in stored.as_array().expect("a matrix").iter().enumerate() {
            for (j, value) in numbers(row).into_iter().enumerate() {
                self.fits.number(&format!("{place}[{i},{j}]"), found(i, j), value);
            }
        }
    }

    fn summary(&mut self, place: &str, fit: &CoxFit, stored: &Json) {
        let at = |key: &str| format!("{place}.{key}");
        let counts = [("n", fit.n), ("n_events", fit.n_events), ("iterations", fit.iterations), ("df", fit.df)];
        for (key, found) in counts {
            self.fits.same(&at(key), found as f64, number(&stored[key]));
        }
        let names: Vec<String> = fit.coefficients.iter().map(|c| r_name(&c.name)).collect();
        self.fits.same(&at("coef_names"), names, strings(&stored["coef_names"]));
        let column = |pick: fn(&Estimate) -> f64| {
            fit.coefficients.iter().map(|c| c.estimate.as_ref().map_or(f64::NAN, pick)).collect::<Vec<_>>()
        };
        self.fits.numbers(&at("coef"), &column(|e| e.coef), &numbers(&stored["coef"]));
        self.fits.numbers(&at("se"), &column(|e| e.se), &numbers(&stored["se"]));
        self.fits.numbers(&at("hr"), &column(|e| e.hr), &numbers(&stored["hr"]));
        self.fits.numbers(&at("hr_lower95"), &column(|e| e.lower), &numbers(&stored["hr_lower95"]));
        self.fits.numbers(&at("hr_upper95"), &column(|e| e.upper), &numbers(&stored["hr_upper95"]));
        self.fits.numbers(&at("z"), &column(|e| e.z), &numbers(&stored["z"]));
        self.p.numbers(&at("p"), &column(|e| e.p), &numbers(&stored["p"]));
        self.matrix(&at("vcov"), |i, j| fit.variance()[(i, j)], &stored["vcov"]);
        self.fits.numbers(&at("means"), &fit.means, &numbers(&stored["means"]));
        self.fits.number(&at("loglik_null"), fit.loglik_null, number(&stored["loglik_null"]));
        self.fits.number(&at("loglik"), fit.loglik, number(&stored["loglik"]));
        self.fits.number(&at("aic"), fit.aic(), number(&stored["aic"]));
        self.fits.number(&at("bic"), fit.bic(), number(&stored["bic"]));
        let concordance = fit.concordance(0.95).expect("scores of its own data");
        let counts = [
            ("c", concordance.c),
            ("se", concordance.se),
            ("concordant", concordance.concordant),
            ("discordant", concordance.discordant),
            ("tied_x", concordance.tied_score),
            ("tied_y", concordance.tied_time),
            ("tied_xy", concordance.tied_both),
        ];
        for (key, found) in counts {
            self.fits.number(&at(key), found, number(&stored["concordance"][key]));
        }
        self.test(&at("lr"), fit.lr, &stored["lr"]);
        self.test(&at("wald"), fit.wald, &stored["wald"]);
        self.test(&at("score"), fit.score, &stored["score"]);
    }

    fn zph(&mut self, place: &str, fit: &CoxFit, transform: TimeTransform, stored: &Json) {
        let zph = fit.zph(transform).expect("a test");
        let names: Vec<String> = zph.terms.iter().map(|t| t.0.clone()).chain(["GLOBAL".to_owned()]).collect();
        self.fits.same(place, names, strings(&stored["terms"]));
        let tests: Vec<ChiSquare> = zph.terms.iter().map(|t| t.1).chain([zph.global]).collect();
        let (chisq, df, p) = (numbers(&stored["chisq"]), numbers(&stored["df"]), numbers(&stored["p"]));
        for (i, test) in tests.into_iter().enumerate() {
            let stored = serde_json::json!({"chisq": chisq[i], "df": df[i], "p": p[i]});
            self.test(&format!("{place}[{i}]"), test, &stored);
        }
    }

    fn finish(self) {
        self.fits.finish();
        self.p.finish();
    }
}

const TRANSFORMS: [TimeTransform; 4] =
    [TimeTransform::Km, TimeTransform::Identity, TimeTransform::Rank, TimeTransform::Log];

#[test]
pub(super) fn univariate() {
    for (name, data, stored) in sets() {
        let mut compare = Compare::new(&format!("cox univariate {name}"));
        for by_ties in stored["univariate"].as_array().expect("a list") {
            let ties_name = by_ties["ties"].as_str().expect("a name");
            for model in by_ties["models"].as_array().expect("a list") {
                let variable = model["variable"].as_str().expect("a name");
                let place = format!("{ties_name}/{variable}");
                let fit = data.model(variable).fit(CoxSpec::with_ties(ties(ties_name)));
                compare.summary(&place, &fit, &model["summary"]);
                compare.zph(&format!("{place}.zph"), &fit, TimeTransform::Km, &model["zph_km"]);
            }
        }
        compare.finish();
    }
}

#[test]
pub(super) fn multivariable_and_stratified() {
    for (name, data, stored) in sets() {
        let mut compare = Compare::new(&format!("cox multivariable {name}"));
        let both = ["multivariable", "stratified"].map(|key| stored[key].as_array().cloned().unwrap_or_default());
        for detail in both.iter().flatten() {
            let ties_name = detail["ties"].as_str().expect("a name");
            let formula = detail["rhs"].as_str().expect("a formula");
            let place = format!("{ties_name}/{formula}");
            let model = data.model(formula);
            let fit = model.fit(CoxSpec::with_ties(ties(ties_name)));
            let dropped = data.table.column("time").len() - model.rows.len();
            compare.fits.same(&format!("{place}.n_dropped"), dropped as f64, number(&detail["summary"]["n_dropped"]));
            compare.summary(&place, &fit, &detail["summary"]);
            for transform in TRANSFORMS {
                let stored = &detail["zph"][transform.name()];
                compare.zph(&format!("{place}.zph.{}", transform.name()), &fit, transform, stored);
            }
            baseline(&mut compare, &place, &fit, Reference::Zero, &detail["basehaz_uncentered"]);
            baseline(&mut compare, &place, &fit, Reference::Means, &detail["basehaz_centered"]);
            first_rows(&mut compare, &place, &fit, &model.rows, &detail["rows"]);
            predictions(&mut compare, &place, &model.design, &fit, &detail["predicted_survival"]);
        }
        compare.finish();
    }
}

fn baseline(compare: &mut Compare, place: &str, fit: &CoxFit, reference: Reference, stored: &Json) {
    let curves = fit.baseline(reference);
    let time: Vec<f64> = curves.iter().flat_map(|c| c.time.iter().copied()).collect();
    let hazard: Vec<f64> = curves.iter().flat_map(|c| c.cumhaz.iter().copied()).collect();
    compare.fits.numbers(&format!("{place}.basehaz {reference:?}.time"), &time, &numbers(&stored["time"]));
    // Uncentred hazards may lie far out: relative to themselves.
    for (i, (found, expected)) in hazard.iter().zip(numbers(&stored["hazard"])).enumerate() {
        let scale = if expected == 0.0 { 1.0 } else { expected };
        compare.fits.number(&format!("{place}.basehaz {reference:?}[{i}]"), found / scale, expected / scale);
    }
}

fn first_rows(compare: &mut Compare, place: &str, fit: &CoxFit, rows: &[usize], stored: &Json) {
    let csv: Vec<f64> = rows.iter().take(10).map(|r| (r + 1) as f64).collect();
    compare.fits.numbers(&format!("{place}.rows"), &csv, &numbers(&stored["csv_rows_1based"]));
    let risk = fit.linear_predictor(Reference::StratumMeans).into_iter().map(f64::exp).collect();

    let vectors: [(&str, Vec<f64>); 7] = [
        ("lp_strata", fit.linear_predictor(Reference::StratumMeans)),
        ("lp_sample", fit.linear_predictor(Reference::Means)),
        ("lp_zero", fit.linear_predictor(Reference::Zero)),
        ("risk", risk),
        ("expected", fit.expected_events()),
        ("martingale", fit.martingale()),
        ("deviance", fit.deviance()),
    ];
    for (key, found) in vectors {
        compare.fits.numbers(&format!("{place}.{key}"), &found[..10.min(found.len())], &numbers(&stored[key]));
    }
    let score = fit.score_residuals().expect("not exact");
    let dfbeta = fit.dfbeta().expect("not exact");
    compare.matrix(&format!("{place}.score"), |i, j| score[(i, j)], &stored["score"]);
    compare.matrix(&format!("{place}.dfbeta"), |i, j| dfbeta[(i, j)], &stored["dfbeta"]);
    let (plain, scaled) = (fit.schoenfeld(), fit.scaled_schoenfeld());
    let times = numbers(&stored["schoenfeld_times"]);
    compare.fits.numbers(&format!("{place}.schoenfeld_times"), &plain.time[..times.len()], &times);
    compare.matrix(&format!("{place}.schoenfeld"), |i, j| plain.residuals[(i, j)], &stored["schoenfeld"]);
    compare.matrix(&format!("{place}.scaled"), |i, j| scaled.residuals[(i, j)], &stored["scaled_schoenfeld"]);
}

fn predictions(compare: &mut Compare, place: &str, design: &Design, fit: &CoxFit, stored: &Json) {
    for (k, profile) in stored.as_array().into_iter().flatten().enumerate() {
        let place = format!("{place}.profile{k}");
        let values = profile["profile"].as_object().expect("a profile");
        let given: Vec<(&str, Value<'_>)> = values
            .iter()
            .map(|(name, v)| (name.as_str(), v.as_str().map_or_else(|| Value::Number(number(v)), Value::Level)))
            .collect();
        let row = design.row(&given).expect("a complete profile");
        let curve = fit.predict_survival(&row, 0, 0.95).expect("a curve");
        for (i, t) in numbers(&profile["times"]).into_iter().enumerate() {
            let at = curve.position(t).expect("after the first time");
            let found = [
                ("surv", curve.surv[at]),
                ("std_err", curve.std_err[at] * curve.surv[at]),
                ("lower_log", curve.lower[at]),
                ("upper_log", curve.upper[at]),
                ("cumhaz", curve.cumhaz[at]),
            ];
            for (key, found) in found {
                compare.fits.number(&format!("{place}.{key}[{i}]"), found, numbers(&profile[key])[i]);
            }
        }
        let centred: f64 = row.iter().zip(fit.coef_or_zero()).zip(&fit.means).map(|((x, b), m)| (x - m) * b).sum();
        compare.fits.number(&format!("{place}.lp"), centred, number(&profile["lp_centered"]));
    }
}

#[test]
pub(super) fn degenerate_columns() {
    for (name, data, stored) in sets() {
        let mut compare = Compare::new(&format!("cox degenerate {name}"));
        for by_ties in stored["degenerate"].as_array().expect("a list") {
            let Some(variable) = by_ties["x"].as_str() else { continue };
            let ties_name = by_ties["ties"].as_str().expect("a name");
            let model = data.model(variable);
            let x = model.design.column(0).to_vec();
            let constant = vec![number(&by_ties["const_value"]); x.len()];
            let duplicate: Vec<f64> = x.iter().map(|x| 2.0 * x + 1.0).collect();
            let n = x.len();
            let cases = [
                ("with_constant", vec![("x", &x), ("const", &constant)]),
                ("with_collinear", vec![("x", &x), ("dup", &duplicate)]),
                ("only_constant", vec![("const", &constant)]),
            ];
            for (case, columns) in cases {
                let design = columns.iter().fold(Design::new(n), |d, (name, v)| d.linear(name, v).expect("finite"));
                let checked = CoxSpec::with_ties(ties(ties_name)).check().expect("no contradiction");
                let fit = checked.fit(&model.survival, &design, &Unwatched).expect("a fit");
                let place = format!("{ties_name}/{case}");
                let stored = &by_ties[case];
                compare.fits.numbers(&format!("{place}.coef"), &fit.coef(), &numbers(&stored["coef"]));
                compare.fits.numbers(&format!("{place}.se"), &se_or_zero(&fit), &numbers(&stored["se"]));
                compare.fits.numbers(
                    &format!("{place}.loglik"),
                    &[fit.loglik_null, fit.loglik],
                    &numbers(&stored["loglik"]),
                );
                compare.fits.same(&format!("{place}.df"), fit.df as f64, number(&stored["n_coef_estimated"]));
                compare.fits.same(&format!("{place}.lr.df"), fit.lr.df as f64, number(&stored["lr_df"]));
                compare.fits.number(&format!("{place}.aic"), fit.aic(), number(&stored["aic"]));
                let aliased = fit.notes.iter().filter(|n| matches!(n, CoxNote::Aliased { .. })).count();
                compare.fits.same(&format!("{place}.aliased"), aliased, columns.len() - fit.df);
            }
        }
        if !stored["degenerate"][0]["x"].is_null() {
            compare.fits.finish();
        }
    }
}

fn se_or_zero(fit: &CoxFit) -> Vec<f64> {
    fit.coefficients.iter().map(|c| c.estimate.map_or(0.0, |e| e.se)).collect()
}

/// Sets built to break things. Where R says that a coefficient may be infinite, ours says so of the same column, and the
/// log-likelihoods are compared: the coefficient itself is wherever the iterations happened to stop.
#[test]
pub(super) fn edge_sets() {
    let Some(stored) = json("survival/edge_core.json") else { return };
    let mut compare = Compare::new("cox edge sets");
    for (name, set) in stored["sets"].as_object().expect("sets") {
        let Some(data) = Data::read(&format!("edge_{name}"), []) else { return };
        let fixed = set["cox"].as_array().expect("a list").iter().flat_map(|by_ties| {
            let spec = CoxSpec::with_ties(ties(by_ties["ties"].as_str().expect("a name")));
            by_ties["models"].as_array().expect("a list").iter().map(move |m| (spec.clone(), m))
        });
        let loose = set["cox_timefix_off"].as_array().expect("a list").iter();
        let loose = loose.map(|m| (CoxSpec { timefix: false, ..CoxSpec::default() }, m));
        for (spec, model) in fixed.chain(loose) {
            let formula = model["rhs"].as_str().expect("a formula");
            let place = format!("{name}/{:?}/{}/{formula}", spec.ties, spec.timefix);
            edge_model(&mut compare, &place, &data.model(formula).fit(spec), model);
        }
    }
    compare.fits.finish();
}

fn edge_model(compare: &mut Compare, place: &str, fit: &CoxFit, stored: &Json) {
    let warnings = strings(&stored["warnings"]).join(" ");
    let infinite = warnings.contains("may be infinite");
    let ran_out = warnings.contains("Ran out of iterations");
    let at = |key: &str| format!("{place}.{key}");
    let said_infinite: Vec<&str> = fit
        .notes
        .iter()
        .filter_map(|note| match note {
            CoxNote::MayBeInfinite { column } => Some(column.as_str()),
            _ => None,
        })
        .collect();
    let expected_infinite = if infinite || ran_out { vec!["x"] } else { vec![] };
    compare.fits.same(&at("infinite"), said_infinite, expected_infinite);
    compare.fits.same(&at("converged"), fit.converged, !ran_out);
    for (key, found) in [("n", fit.n), ("n_events", fit.n_events), ("iterations", fit.iterations)] {
        compare.fits.same(&at(key), found as f64, number(&stored[key]));
    }
    compare.fits.numbers(&at("loglik"), &[fit.loglik_null, fit.loglik], &numbers(&stored["loglik"]));
    compare.fits.number(&at("lr"), fit.lr.statistic, number(&stored["lr"]));
    compare.fits.number(&at("score"), fit.score.statistic, number(&stored["score"]));
    let finite: Vec<bool> = fit.coefficients.iter().map(|c| !(infinite || ran_out) || c.name != "x").collect();
    let (coef, se) = (numbers(&stored["coef"]), numbers(&stored["se"]));
    for j in (0..finite.len()).filter(|&j| finite[j]) {
        compare.fits.number(&at("coef"), fit.coef()[j], coef[j]);
        compare.fits.number(&at("se"), se_or_zero(fit)[j], se[j]);
    }
    if !finite.contains(&false) && fit.df > 0 {
        let concordance = fit.concordance(0.95).expect("scores of its own data");
        compare.fits.number(&at("concordance"), concordance.c, number(&stored["concordance"]));
    }
    if !finite.contains(&false) {
        compare.fits.number(&at("wald"), fit.wald.statistic, number(&stored["wald"]));
    }
}

#[test]
pub(super) fn stepwise_selection() {
    for (name, data, stored) in sets() {
        let mut compare = Compare::new(&format!("cox stepwise {name}"));
        for by_ties in stored["stepwise"].as_array().into_iter().flatten() {
            let ties_name = by_ties["ties"].as_str().expect("a name");
            let full = strings(&by_ties["full"]).join(" + ");
            let model = data.model(&full);
            compare.fits.same("n", model.rows.len() as f64, number(&by_ties["n"]));
            compare.fits.same("n_events", model.survival.n_events() as f64, number(&by_ties["n_events"]));
            let dropped = data.table.column("time").len() - model.rows.len();
            compare.fits.same("n_dropped", dropped as f64, number(&by_ties["n_dropped"]));
            let full_fit = model.fit(CoxSpec::with_ties(ties(ties_name)));
            compare.fits.number("full_aic", full_fit.aic(), number(&by_ties["full_aic"]));
            for (key, criterion, direction) in [
                ("aic", Criterion::Aic, Direction::Backward),
                ("bic", Criterion::Bic, Direction::Backward),
                ("forward_aic", Criterion::Aic, Direction::Forward),
                ("both_aic", Criterion::Aic, Direction::Both),
            ] {
                let place = format!("{ties_name}/{key}");
                selection(&mut compare, &place, &model, ties(ties_name), (criterion, direction), &by_ties[key]);
            }
        }
        if stored["stepwise"].is_array() {
            compare.fits.finish();
        }
    }
}

fn selection(
    compare: &mut Compare,
    place: &str,
    model: &Model,
    ties: Ties,
    (criterion, direction): (Criterion, Direction),
    stored: &Json,
) {
    let checked = CoxSpec::with_ties(ties).check().expect("no contradiction");
    let selected = checked.select(&model.survival, &model.design, criterion, direction, &Unwatched).expect("a model");
    let at = |key: &str| format!("{place}.{key}");
    let design = model.design.keep_terms(&selected.kept).expect("terms of the design");
    let mut kept: Vec<String> = design.terms().iter().map(|t| t.name.clone()).collect();
    let mut expected = strings(&stored["kept"]);
    // R lists terms in the order in which they came.
    kept.sort();
    expected.sort();
    compare.fits.same(&at("kept"), kept, expected);
    let fit = checked.fit(&model.survival, &design, &Unwatched).expect("a fit");
    compare.fits.number(&at("aic"), fit.aic(), number(&stored["aic"]));
    if direction != Direction::Backward {
        return;
    }
    let names: Vec<String> = design.names().iter().map(|n| r_name(n)).collect();
    compare.fits.same(&at("coef_names"), names, strings(&stored["coef_names"]));
    compare.fits.numbers(&at("coef"), &fit.coef(), &numbers(&stored["coef"]));
    let removed: Vec<String> = selected
        .path
        .iter()
        .filter_map(|step| match &step.change {
            Change::Dropped(term) => Some(term.clone()),
            _ => None,
        })
        .collect();
    compare.fits.same(&at("removed_in_order"), removed, strings(&stored["removed_in_order"]));
    let path: Vec<f64> = selected.path.iter().map(|step| step.criterion).collect();
    compare.fits.numbers(&at("criterion_path"), &path, &numbers(&stored["criterion_path"]));
    compare.fits.number(&at("criterion"), path[path.len() - 1], number(&stored["criterion"]));
}
