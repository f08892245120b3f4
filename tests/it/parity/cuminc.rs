//! Competing risks against R's survfit and cmprsk.

use crate::reference::{Table, Tally, json, number, numbers, strings};
use survival::Groups;
use survival::competing_risks::{
    CompetingRisks, CumulativeIncidenceSpec, GraySpec, Incidence, StateCurve, aalen_variance,
};

/// A column of a state at a row.
type Column = fn(&StateCurve) -> &Vec<f64>;

#[test]
pub(super) fn transplant() {
    let Some(reference) = json("survival/extra_shared.json") else { return };
    let stored = &reference["competing"];
    let Some(table) = Table::read(stored["data"].as_str().expect("a data set")) else { return };
    let mut tally = Tally::new("extra_shared competing risks", 1e-8, 1e-12);
    let mut tails = Tally::new("extra_shared Gray p", 1e-6, 0.0);
    let cause = table.column("cause").iter().map(|c| *c as u32).collect();
    let data = CompetingRisks::new(table.column("time"), cause).expect("valid");
    let by = stored["group"].as_str().expect("a column");
    let (codes, levels) = table.groups(by);
    let codes: Vec<usize> = codes.into_iter().map(|code| code.expect("complete")).collect();
    let groups = Groups::new(&codes, levels.len()).expect("codes");

    let gray = &stored["gray"];
    let causes: Vec<f64> = data.causes().iter().map(|c| f64::from(*c)).collect();
    tally.numbers("causes", &causes, &numbers(&gray["cause"]));
    for (i, &cause) in data.causes().iter().enumerate() {
        let test = GraySpec::of_cause(cause).check().expect("a cause");
        let found = test.fit(&data, groups, Groups::one()).expect("compares");
        tally.number(&format!("Gray {cause}"), found.statistic, numbers(&gray["statistic"])[i]);
        tally.number(&format!("Gray {cause} df"), found.df as f64, numbers(&gray["df"])[i]);
        tails.number(&format!("Gray {cause} p"), found.p, numbers(&gray["p"])[i]);
    }

    let at = &stored["at"];
    let times = numbers(&at["times"]);
    for (k, curve) in strings(&at["curves"]).iter().enumerate() {
        let (level, cause) = curve.split_once(' ').expect("a group and a cause");
        let group = levels.iter().position(|l| l == level).expect("a level");
        let found = &aalen_variance(&data, groups, cause.parse().expect("a cause")).expect("plain")[group];
        for (j, &time) in times.iter().enumerate() {
            let (estimate, variance) = found.at(time).unwrap_or((f64::NAN, f64::NAN));
            tally.number(&format!("{curve} at {time}"), estimate, number(&at["estimate"][k][j]));
            tally.number(&format!("{curve} variance at {time}"), variance, number(&at["variance"][k][j]));
        }
    }

    let stored = &stored["aalen_johansen"];
    let spec = CumulativeIncidenceSpec::default().check().expect("default");
    let curves = spec.fit(&data, groups).expect("fits");
    let labels: Vec<String> = levels.iter().flat_map(|l| times.iter().map(move |_| format!("{by}={l}"))).collect();
    tally.same("strata", labels, strings(&stored["strata"]));
    let rows: Vec<(&Incidence, f64)> = curves.iter().flat_map(|c| times.iter().map(move |t| (c, *t))).collect();
    tally.numbers("times", &rows.iter().map(|row| row.1).collect::<Vec<_>>(), &numbers(&stored["time"]));
    let columns: [(&str, Column); 4] =
        [("pstate", |s| &s.estimate), ("std_err", |s| &s.std_err), ("lower", |s| &s.lower), ("upper", |s| &s.upper)];
    for (i, (curve, time)) in rows.iter().enumerate() {
        let row = curve.time.partition_point(|t| t <= time) - 1;
        let states: Vec<&StateCurve> =
            std::iter::once(&curve.event_free).chain(curve.causes.iter().map(|c| &c.curve)).collect();
        for (name, column) in columns {
            let found: Vec<f64> = states.iter().map(|state| column(state)[row]).collect();
            tally.numbers(&format!("row {i} {name}"), &found, &numbers(&stored[name][i]));
        }
        let at: Vec<f64> = (0..curve.causes.len()).filter_map(|k| curve.at(k, *time)).map(|at| at.estimate).collect();
        tally.numbers(&format!("row {i} at"), &at, &numbers(&stored["pstate"][i])[1..]);
    }
    tally.finish();
    tails.finish();
}
