//! Kaplan-Meier curves against R's survfit, quantile, survmean and summary.

use crate::reference::{Table, Tally, json, number, numbers, strings};
use serde_json::Value;
use survival::kaplan_meier::{Curve, Interval, KaplanMeierSpec, Quantile, Variance, common_tau};
use survival::{Groups, Survival};

const SETS: [&str; 5] = ["lung", "veteran", "gbsg", "rotterdam", "aml"];
const INTERVALS: [Interval; 4] = [Interval::Log, Interval::LogLog, Interval::Plain, Interval::Logit];

/// Curves of a table by the columns of an R formula's right side, with their labels and the rows dropped.
fn fit(table: &Table, rhs: &str, interval: Interval) -> (Vec<Curve>, Vec<String>, usize) {
    let names: Vec<&str> = if rhs == "1" { vec![] } else { rhs.split(" + ").collect() };
    let (codes, mut labels) = table.crossed(&names);
    if names.is_empty() {
        labels = vec!["all".to_owned()];
    }
    let (time, event) = (table.column("time"), table.column("event"));
    let rows: Vec<usize> = (0..time.len()).filter(|&i| codes[i].is_some()).collect();
    let data = Survival::new(rows.iter().map(|&i| time[i]).collect(), rows.iter().map(|&i| event[i] == 1.0).collect())
        .expect("valid times");
    let codes: Vec<usize> = rows.iter().filter_map(|&i| codes[i]).collect();
    let km = KaplanMeierSpec { interval, ..Default::default() }.check().expect("valid");
    let groups = Groups::new(&codes, labels.len()).expect("codes");
    (km.fit(&data, groups).expect("fits"), labels, time.len() - rows.len())
}

fn quantile_values(quantiles: &[Quantile]) -> [Vec<f64>; 3] {
    let part = |f: fn(&Quantile) -> Option<f64>| quantiles.iter().map(|q| f(q).unwrap_or(f64::NAN)).collect();
    [part(|q| q.estimate), part(|q| q.lower), part(|q| q.upper)]
}

/// A column of a curve.
type Column = fn(&Curve) -> &Vec<f64>;

/// R pads the levels of a factor to one width.
fn unpadded(label: &str) -> String {
    label.split(", ").map(str::trim_end).collect::<Vec<_>>().join(", ")
}

fn compare_limits(tally: &mut Tally, at: &str, curve: &Curve, expected: &Value) {
    tally.numbers(&format!("{at} lower"), &curve.lower, &numbers(&expected["lower"]));
    tally.numbers(&format!("{at} upper"), &curve.upper, &numbers(&expected["upper"]));
}

#[test]
pub(super) fn curves() {
    for set in SETS {
        let (Some(reference), Some(table)) = (json(&format!("survival/km_{set}.json")), Table::read(set)) else {
            return;
        };
        let mut tally = Tally::new(format!("km_{set}"), 1e-8, 1e-12);
        for fitted in reference["fits"].as_array().expect("fits") {
            let rhs = fitted["formula"].as_str().and_then(|f| f.split(" ~ ").nth(1)).expect("a formula");
            let by_interval: Vec<Vec<Curve>> = INTERVALS.iter().map(|&i| fit(&table, rhs, i).0).collect();
            let (curves, labels, dropped) = fit(&table, rhs, Interval::Log);
            tally.same(&format!("{rhs} dropped"), dropped as f64, number(&fitted["n_dropped"]));
            let tau = common_tau(&curves).expect("times");
            let stored = fitted["curves"].as_array().expect("curves");
            tally.same(&format!("{rhs} curves"), curves.len(), stored.len());
            for (g, (curve, expected)) in curves.iter().zip(stored).enumerate() {
                let at = format!("{rhs} {}", labels[g]);
                tally.same(&at, labels[g].clone(), unpadded(expected["name"].as_str().expect("a name")));
                let columns = [
                    ("time", &curve.time),
                    ("n_risk", &curve.n_risk),
                    ("n_event", &curve.n_event),
                    ("n_censor", &curve.n_censor),
                    ("surv", &curve.surv),
                    ("std_err", &curve.std_err),
                    ("cumhaz", &curve.cumhaz),
                    ("std_chaz", &curve.std_chaz),
                ];
                for (name, found) in columns {
                    tally.numbers(&format!("{at} {name}"), found, &numbers(&expected[name]));
                }
                tally.number(&at, curve.n as f64, number(&expected["n"]));
                tally.number(&at, curve.events, number(&expected["events"]));
                for (i, interval) in INTERVALS.iter().enumerate() {
                    let (curve, id) = (&by_interval[i][g], interval.name());
                    compare_limits(&mut tally, &format!("{at} {id}"), curve, &expected["ci"][id]);
                    let quantiles: Vec<Quantile> = [0.25, 0.5, 0.75].iter().map(|&p| curve.quantile(p)).collect();
                    for (found, name) in quantile_values(&quantiles).iter().zip(["quantile", "lower", "upper"]) {
                        let stored = numbers(&expected["quantiles"][id][name]);
                        tally.numbers(&format!("{at} {id} quantile {name}"), found, &stored);
                    }
                }
                let median = quantile_values(&[curve.median()]);
                for (found, name) in median.iter().zip(["median", "median_lower_log", "median_upper_log"]) {
                    tally.numbers(&format!("{at} {name}"), found, &numbers(&expected[name]));
                }
                let means =
                    [("common", curve.restricted_mean(tau)), ("individual", curve.restricted_mean_individual())];
                for (name, mean) in means {
                    tally.number(&format!("{at} rmean"), mean.mean, number(&expected[format!("rmean_{name}")]));
                    tally.number(&format!("{at} se"), mean.std_err, number(&expected[format!("se_rmean_{name}")]));
                    tally.number(&format!("{at} end"), mean.tau, number(&expected[format!("end_{name}")]));
                }
            }
        }
        for block in reference["rmst"].as_array().expect("rmst") {
            let rhs = block["rhs"].as_str().expect("a formula");
            let (curves, ..) = fit(&table, rhs, Interval::Log);
            for at in block["at"].as_array().expect("limits") {
                let means: Vec<_> = curves.iter().map(|c| c.restricted_mean(number(&at["tau"]))).collect();
                let (mean, se): (Vec<f64>, Vec<f64>) = means.iter().map(|m| (m.mean, m.std_err)).unzip();
                tally.numbers(&format!("{rhs} rmst"), &mean, &numbers(&at["rmean"]));
                tally.numbers(&format!("{rhs} rmst se"), &se, &numbers(&at["se"]));
            }
        }
        for block in reference["summary_at"].as_array().expect("summaries") {
            let (rhs, at) = (block["rhs"].as_str().expect("a formula"), &block["at"]);
            let (curves, labels, _) = fit(&table, rhs, Interval::Log);
            let times = numbers(&at["times"]);
            let rows: Vec<_> = curves.iter().flat_map(|c| c.at(&times)).collect();
            let names: Vec<String> = labels.iter().flat_map(|l| times.iter().map(move |_| l.clone())).collect();
            tally.same(rhs, names, strings(&at["curve"]).iter().map(|l| unpadded(l)).collect());
            let at_risk: Vec<f64> = curves.iter().flat_map(|c| c.numbers_at_risk(&times)).collect();
            tally.numbers(&format!("{rhs} numbers at risk"), &at_risk, &numbers(&at["n_risk"]));
            let column = |f: fn(&survival::kaplan_meier::AtTime) -> f64| rows.iter().map(f).collect::<Vec<f64>>();
            let columns = [
                ("time", column(|r| r.time)),
                ("n_risk", column(|r| r.n_risk)),
                ("n_event", column(|r| r.n_event)),
                ("n_censor", column(|r| r.n_censor)),
                ("surv", column(|r| r.surv)),
                ("std_err", column(|r| r.std_err)),
                ("lower", column(|r| r.lower)),
                ("upper", column(|r| r.upper)),
            ];
            for (name, found) in columns {
                tally.numbers(&format!("{rhs} at {name}"), &found, &numbers(&at[name]));
            }
        }
        tally.finish();
    }
}

#[test]
pub(super) fn edges() {
    let Some(reference) = json("survival/edge_core.json") else { return };
    let mut tally = Tally::new("edge_core km", 1e-8, 1e-12);
    for (set, stored) in reference["sets"].as_object().expect("sets") {
        let Some(table) = Table::read(&format!("edge_{set}")) else { return };
        for expected in stored["km"].as_array().expect("fits") {
            let rhs = expected["rhs"].as_str().expect("a formula");
            let (curves, labels, _) = fit(&table, rhs, Interval::Log);
            let at = format!("{set} {rhs}");
            if !expected["strata"].is_null() {
                let names: Vec<String> =
                    curves.iter().zip(&labels).flat_map(|(c, l)| c.time.iter().map(move |_| l.clone())).collect();
                tally.same(&at, names, strings(&expected["strata"]));
            }
            let all =
                |curves: &[Curve], f: fn(&Curve) -> &Vec<f64>| curves.iter().flat_map(f).copied().collect::<Vec<_>>();
            let columns: [(&str, Column); 6] = [
                ("time", |c| &c.time),
                ("n_risk", |c| &c.n_risk),
                ("n_event", |c| &c.n_event),
                ("n_censor", |c| &c.n_censor),
                ("surv", |c| &c.surv),
                ("std_err", |c| &c.std_err),
            ];
            for (name, column) in columns {
                tally.numbers(&format!("{at} {name}"), &all(&curves, column), &numbers(&expected[name]));
            }
            for interval in INTERVALS {
                let (curves, ..) = fit(&table, rhs, interval);
                let stored = &expected["ci"][interval.name()];
                tally.numbers(
                    &format!("{at} {} lower", interval.name()),
                    &all(&curves, |c| &c.lower),
                    &numbers(&stored["lower"]),
                );
                tally.numbers(
                    &format!("{at} {} upper", interval.name()),
                    &all(&curves, |c| &c.upper),
                    &numbers(&stored["upper"]),
                );
            }
            let per_curve = |value: &Value| -> Vec<f64> {
                let nested = value.as_array().is_some_and(|rows| rows.iter().any(Value::is_array));
                if nested { value.as_array().expect("rows").iter().flat_map(numbers).collect() } else { numbers(value) }
            };
            let quantiles: Vec<Quantile> =
                curves.iter().flat_map(|c| [0.25, 0.5, 0.75].map(|p| c.quantile(p))).collect();
            for (found, name) in
                quantile_values(&quantiles).iter().zip(["quantile", "quantile_lower", "quantile_upper"])
            {
                tally.numbers(&format!("{at} {name}"), found, &per_curve(&expected[name]));
            }
            let medians: Vec<Quantile> = curves.iter().map(Curve::median).collect();
            for (found, name) in quantile_values(&medians).iter().zip(["median", "median_lower", "median_upper"]) {
                tally.numbers(&format!("{at} {name}"), found, &numbers(&expected[name]));
            }
            let tau = common_tau(&curves).expect("times");
            let means: Vec<_> = curves.iter().map(|c| c.restricted_mean(tau)).collect();
            let (mean, se): (Vec<f64>, Vec<f64>) = means.iter().map(|m| (m.mean, m.std_err)).unzip();
            tally.numbers(&format!("{at} rmean"), &mean, &numbers(&expected["rmean_common"]));
            tally.numbers(&format!("{at} rmean se"), &se, &numbers(&expected["se_rmean_common"]));
        }
    }
    tally.finish();
}

fn compare_curve(tally: &mut Tally, at: &str, curve: &Curve, expected: &Value, se_of_surv: bool) {
    let std_err: Vec<f64> = if se_of_surv {
        curve.std_err.iter().zip(&curve.surv).map(|(se, s)| se * s).collect()
    } else {
        curve.std_err.clone()
    };
    let columns = [
        ("time", &curve.time),
        ("n_risk", &curve.n_risk),
        ("n_event", &curve.n_event),
        ("n_censor", &curve.n_censor),
        ("surv", &curve.surv),
        ("std_err", &std_err),
        ("lower", &curve.lower),
        ("upper", &curve.upper),
    ];
    for (name, found) in columns {
        tally.numbers(&format!("{at} {name}"), found, &numbers(&expected[name]));
    }
}

#[test]
pub(super) fn entry_subjects_weights_and_follow_up() {
    let Some(reference) = json("survival/extra_shared.json") else { return };
    let mut tally = Tally::new("extra_shared km", 1e-8, 1e-12);
    let plain = KaplanMeierSpec::default().check().expect("valid");

    let stored = &reference["counting"];
    let Some(table) = Table::read(stored["data"].as_str().expect("a data set")) else { return };
    let event = table.column("status").iter().map(|s| *s == 1.0).collect();
    let data = Survival::new(table.column("tstop"), event)
        .and_then(|d| d.with_entry(table.column("tstart")))
        .expect("valid intervals");
    let rows = plain.fit(&data, Groups::one()).expect("fits");
    compare_curve(&mut tally, "rows", &rows[0], &stored["km_entry_rows"], false);
    let subject: Vec<usize> = table.column("id").iter().map(|id| *id as usize).collect();
    let robust = KaplanMeierSpec { variance: Variance::Robust, ..Default::default() }.check().expect("valid");
    let joined = robust.fit_subjects(&data, Groups::one(), &subject).expect("fits");
    compare_curve(&mut tally, "subjects", &joined[0], &stored["km"], true);

    let stored = &reference["weights"];
    let Some(table) = Table::read(stored["data"].as_str().expect("a data set")) else { return };
    let time = table.column("time");
    let weights = [1.0, 2.0, 0.5].into_iter().cycle().take(time.len()).collect();
    let data = Survival::new(time, table.column("event").iter().map(|e| *e == 1.0).collect())
        .and_then(|d| d.with_weights(weights))
        .expect("valid weights");
    let weighted = plain.fit(&data, Groups::one()).expect("fits");
    compare_curve(&mut tally, "weights", &weighted[0], &stored["km"], false);

    let stored = &reference["follow_up"];
    let Some(table) = Table::read(stored["data"].as_str().expect("a data set")) else { return };
    let event = table.column("event").iter().map(|e| *e == 1.0).collect();
    let data = Survival::new(table.column("time"), event).expect("valid times");
    let median = plain.reverse(&data, Groups::one()).expect("fits")[0].quantile(0.5);
    for (found, name) in quantile_values(&[median]).iter().zip(["median", "lower", "upper"]) {
        tally.numbers(&format!("follow-up {name}"), found, &numbers(&stored[name]));
    }
    tally.finish();
}
