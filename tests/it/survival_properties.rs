//! What must hold of survival curves, log-rank tests, cut-offs and incidences, whatever the data.

use proptest::prelude::*;

use survival::competing_risks::{CompetingRisks, CumulativeIncidenceSpec, GraySpec};
use survival::cutpoint::CutpointSpec;
use survival::kaplan_meier::{Curve, Interval, KaplanMeierSpec, Variance};
use survival::logrank::{LogRank, LogRankSpec};
use survival::{Groups, Survival};

/// Times with many ties, zeros among them, and events.
fn follow_up() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    prop::collection::vec((0_u8..30, any::<bool>()), 1..80)
        .prop_map(|rows| rows.into_iter().map(|(t, e)| (f64::from(t) / 4.0, e)).unzip())
}

fn curve(data: &Survival, spec: KaplanMeierSpec) -> Curve {
    spec.check().and_then(|km| km.fit(data, Groups::one())).expect("fits").remove(0)
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-10 * a.abs().max(b.abs()).max(1e-3)
}

fn all_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

fn turned<T: Clone>(values: &[T], by: usize) -> Vec<T> {
    let mut turned = values.to_vec();
    turned.rotate_left(by % values.len());
    turned.reverse();
    turned
}

fn compare(time: Vec<f64>, event: Vec<bool>, code: &[usize], count: usize, rho: f64) -> Option<LogRank> {
    let data = Survival::new(time, event).expect("valid");
    let test = LogRankSpec { rho }.check().expect("a number");
    test.fit(&data, Groups::new(code, count).expect("codes"), Groups::one()).ok()
}

proptest! {
    #[test]
    fn curves_fall_within_their_limits((time, event) in follow_up()) {
        let data = Survival::new(time, event).expect("valid");
        for interval in Interval::ALL {
            let c = curve(&data, KaplanMeierSpec { interval, ..Default::default() });
            prop_assert!(c.time.windows(2).all(|t| t[0] < t[1]));
            prop_assert!(c.surv.windows(2).all(|s| s[0] >= s[1]) && c.surv.iter().all(|s| (0.0..=1.0).contains(s)));
            prop_assert!(c.cumhaz.windows(2).all(|h| h[0] <= h[1]));
            prop_assert!(c.n_risk.windows(2).all(|n| n[0] > n[1]) && c.n_risk[0] == data.len() as f64);
            for k in 0..c.time.len() {
                let (s, lower, upper) = (c.surv[k], c.lower[k], c.upper[k]);
                prop_assert!(lower.is_nan() || (lower <= s + 1e-12 && s <= upper + 1e-12 && lower >= 0.0 && upper <= 1.0));
            }
        }
    }

    #[test]
    fn without_censoring_a_curve_is_the_empirical_one((time, _) in follow_up()) {
        let n = time.len() as f64;
        let data = Survival::new(time.clone(), vec![true; time.len()]).expect("valid");
        let c = curve(&data, KaplanMeierSpec::default());
        for (t, s) in c.time.iter().zip(&c.surv) {
            let beyond = time.iter().filter(|u| *u > t).count() as f64;
            prop_assert!((s - beyond / n).abs() < 1e-12);
        }
        let mean = time.iter().sum::<f64>() / n;
        prop_assert!((c.restricted_mean_individual().mean - mean).abs() < 1e-10);
    }

    #[test]
    fn the_order_of_rows_does_not_matter((time, event) in follow_up(), by in 0_usize..80) {
        let one = curve(&Survival::new(time.clone(), event.clone()).expect("valid"), KaplanMeierSpec::default());
        let other = Survival::new(turned(&time, by), turned(&event, by)).expect("valid");
        prop_assert_eq!(format!("{one:?}"), format!("{:?}", curve(&other, KaplanMeierSpec::default())));
    }

    #[test]
    fn scaling_time_scales_quantiles((time, event) in follow_up(), power in -3_i32..4) {
        // A power of two changes no digit.
        let scale = f64::from(power).exp2();
        let one = curve(&Survival::new(time.clone(), event.clone()).expect("valid"), KaplanMeierSpec::default());
        let scaled = time.iter().map(|t| t * scale).collect();
        let other = curve(&Survival::new(scaled, event).expect("valid"), KaplanMeierSpec::default());
        prop_assert_eq!(&one.surv, &other.surv);
        for p in [0.1, 0.25, 0.5, 0.75] {
            prop_assert_eq!(one.quantile(p).estimate.map(|t| t * scale), other.quantile(p).estimate);
        }
        prop_assert_eq!(one.median().estimate.map(|t| t * scale), other.median().estimate);
    }

    #[test]
    fn a_weight_is_a_number_of_rows((time, event) in follow_up(), copies in prop::collection::vec(1_usize..4, 80)) {
        let weights = copies[..time.len()].iter().map(|c| *c as f64).collect();
        let weighted = Survival::new(time.clone(), event.clone()).and_then(|d| d.with_weights(weights)).expect("valid");
        let rows: Vec<usize> = (0..time.len()).flat_map(|i| std::iter::repeat_n(i, copies[i])).collect();
        let repeated = Survival::new(time, event).expect("valid").select(&rows);
        let (a, b) = (curve(&weighted, KaplanMeierSpec::default()), curve(&repeated, KaplanMeierSpec::default()));
        prop_assert!(all_close(&a.surv, &b.surv) && all_close(&a.std_err, &b.std_err) && all_close(&a.upper, &b.upper));
        prop_assert!(all_close(&a.n_risk, &b.n_risk) && all_close(&a.std_chaz, &b.std_chaz));
    }

    #[test]
    fn entry_before_the_start_changes_nothing((time, event) in follow_up()) {
        let data = Survival::new(time.clone(), event).expect("valid");
        let entered = data.clone().with_entry(time.iter().map(|t| t.min(0.0) - 1.0).collect()).expect("before");
        for variance in [Variance::Greenwood, Variance::Robust] {
            let spec = KaplanMeierSpec { variance, ..Default::default() };
            let (a, b) = (curve(&data, spec), curve(&entered, spec));
            prop_assert!(all_close(&a.surv, &b.surv) && all_close(&a.n_risk, &b.n_risk));
            prop_assert!(all_close(&a.std_chaz, &b.std_chaz));
        }
    }

    #[test]
    fn the_jackknife_is_the_sum_of_squared_influences((time, event) in follow_up(), entry in prop::collection::vec(0.0_f64..1.0, 80)) {
        let entry: Vec<f64> = time.iter().zip(&entry).map(|(t, e)| t * e - 0.01).collect();
        let data = Survival::new(time.clone(), event.clone()).and_then(|d| d.with_entry(entry.clone())).expect("valid");
        let found = curve(&data, KaplanMeierSpec { variance: Variance::Robust, ..Default::default() });
        // Each subject's influence on log S, time by time.
        let mut influence = vec![0.0; time.len()];
        for (k, &t) in found.time.iter().enumerate() {
            let (n, d) = (found.n_risk[k], found.n_event[k]);
            if n == d {
                break;
            }
            for i in 0..time.len() {
                let at_risk = entry[i] < t && time[i] >= t;
                influence[i] += f64::from(u8::from(at_risk)) * d / (n * (n - d));
                influence[i] -= f64::from(u8::from(time[i] == t && event[i])) / (n - d);
            }
            let slow = influence.iter().map(|x| x * x).sum::<f64>().sqrt();
            prop_assert!((found.std_err[k] - slow).abs() < 1e-7 * slow.max(1.0), "{} {slow}", found.std_err[k]);
        }
    }

    #[test]
    fn observed_and_expected_events_add_up(
        (time, event) in follow_up(), code in prop::collection::vec(0_usize..3, 80), rho in -0.5_f64..2.0,
    ) {
        let code = &code[..time.len()];
        let Some(test) = compare(time.clone(), event.clone(), code, 3, rho) else { return Ok(()) };
        prop_assert!(close(test.observed.iter().sum(), test.expected.iter().sum()));
        for i in 0..3 {
            prop_assert!(test.variance.row(i).iter().sum::<f64>().abs() < 1e-9 * (1.0 + test.variance[(i, i)]));
        }
        prop_assert!(test.statistic >= -1e-9 && (test.p.is_nan() || (0.0..=1.0).contains(&test.p)));
        // The names of the groups and the order of the rows do not matter.
        let renamed: Vec<usize> = code.iter().map(|g| (g + 1) % 3).collect();
        if let Some(other) = compare(turned(&time, 5), turned(&event, 5), &turned(&renamed, 5), 3, rho) {
            prop_assert!((test.statistic - other.statistic).abs() < 1e-7 * test.statistic.max(1.0));
        }
    }

    #[test]
    fn a_cut_off_is_the_best_of_its_profile((time, event) in follow_up(), x in prop::collection::vec(0_u8..12, 80)) {
        let x: Vec<f64> = x[..time.len()].iter().map(|x| f64::from(*x)).collect();
        let data = Survival::new(time, event).expect("valid");
        let search = CutpointSpec::default().check().expect("default");
        let Ok(found) = search.fit(&data, &x) else { return Ok(()) };
        prop_assert!(found.statistics.iter().all(|s| *s <= found.statistic * (1.0 + 1e-11)));
        prop_assert_eq!(found.split.low.n + found.split.high.n, x.len());
        prop_assert!(found.cuts.windows(2).all(|c| c[0] < c[1]) && found.cuts.contains(&found.cut));
        // Downwards the same splits are tried, apart from the share each side may have.
        let mirrored = search.fit(&data, &x.iter().map(|x| -x).collect::<Vec<_>>());
        if let Ok(mirrored) = mirrored {
            let best = |low: usize| mirrored.n_low.iter().position(|n| *n == x.len() - low);
            for (low, statistic) in found.n_low.iter().zip(&found.statistics) {
                if let Some(k) = best(*low) {
                    prop_assert!((mirrored.statistics[k] - statistic).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn incidences_and_no_event_add_up_to_one(
        (time, _) in follow_up(), cause in prop::collection::vec(0_u32..4, 80), code in prop::collection::vec(0_usize..2, 80),
    ) {
        let n = time.len();
        let data = CompetingRisks::new(time, cause[..n].to_vec()).expect("valid");
        let groups = Groups::new(&code[..n], 2).expect("codes");
        let spec = CumulativeIncidenceSpec::default().check().expect("default");
        for group in spec.fit(&data, groups).expect("fits") {
            for k in 0..group.time.len() {
                let all: f64 = group.causes.iter().map(|c| c.curve.estimate[k]).sum();
                prop_assert!((all + group.event_free.estimate[k] - 1.0).abs() < 1e-12);
            }
            for cause in &group.causes {
                prop_assert!(cause.curve.estimate.windows(2).all(|f| f[0] <= f[1]));
                prop_assert!(cause.curve.std_err.iter().all(|se| *se >= 0.0));
            }
        }
        for &cause in data.causes() {
            let test = GraySpec::of_cause(cause).check().expect("a cause");
            if let Ok(found) = test.fit(&data, groups, Groups::one()) {
                prop_assert!(found.statistic >= 0.0 && (0.0..=1.0).contains(&found.p));
            }
        }
    }
}
