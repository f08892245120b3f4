//! What must hold of every Cox model, whatever the data.

use proptest::prelude::*;

use survival::Survival;
use survival::concordance::harrell;
use survival::cox::{CoxFit, CoxSpec, Design, Factor, Ties};
use watch::Unwatched;

/// Follow-up with tied times and two covariates, one of them an indicator.
#[derive(Debug, Clone)]
struct Sample {
    time: Vec<f64>,
    event: Vec<bool>,
    x: Vec<f64>,
    z: Vec<f64>,
    stratum: Vec<u32>,
}

fn sample() -> impl Strategy<Value = Sample> {
    let row = (1..30_u8, prop::bool::weighted(0.7), -2.0..2.0_f64, prop::bool::ANY, 0..3_u32);
    prop::collection::vec(row, 25..60).prop_map(|rows| Sample {
        time: rows.iter().map(|r| f64::from(r.0)).collect(),
        event: rows.iter().map(|r| r.1).collect(),
        x: rows.iter().map(|r| r.2).collect(),
        z: rows.iter().map(|r| f64::from(u8::from(r.3))).collect(),
        stratum: rows.iter().map(|r| r.4).collect(),
    })
}

impl Sample {
    fn survival(&self) -> Survival {
        Survival::new(self.time.clone(), self.event.clone()).expect("valid")
    }

    fn design(&self) -> Design {
        Design::new(self.x.len()).linear("x", &self.x).and_then(|d| d.linear("z", &self.z)).expect("finite")
    }

    fn select(&self, rows: &[usize]) -> Self {
        Self {
            time: rows.iter().map(|&i| self.time[i]).collect(),
            event: rows.iter().map(|&i| self.event[i]).collect(),
            x: rows.iter().map(|&i| self.x[i]).collect(),
            z: rows.iter().map(|&i| self.z[i]).collect(),
            stratum: rows.iter().map(|&i| self.stratum[i]).collect(),
        }
    }

    fn fit(&self, ties: Ties) -> CoxFit {
        fit(CoxSpec::with_ties(ties), &self.design(), &self.survival())
    }
}

fn fit(spec: CoxSpec, design: &Design, survival: &Survival) -> CoxFit {
    spec.check().expect("no contradiction").fit(survival, design, &Unwatched).expect("a fit")
}

/// A fit that has a finite maximum, well reached.
fn proper(fit: &CoxFit) -> bool {
    fit.converged && fit.df == 2 && fit.coefficients.iter().flat_map(|c| c.estimate).all(|e| e.coef.abs() < 5.0)
}

fn close(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs())))
}

fn ties() -> impl Strategy<Value = Ties> {
    prop_oneof![Just(Ties::Efron), Just(Ties::Breslow), Just(Ties::Exact)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_does_not_matter(s in sample(), ties in ties(), seed in any::<u64>()) {
        let fit = s.fit(ties);
        prop_assume!(proper(&fit));
        let mut rows: Vec<usize> = (0..s.x.len()).collect();
        rows.sort_by_key(|&i| (i as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        let other = s.select(&rows).fit(ties);
        prop_assert!(close(&fit.coef(), &other.coef(), 1e-9));
        prop_assert!(close(&[fit.loglik, fit.wald.statistic], &[other.loglik, other.wald.statistic], 1e-9));
        let moved: Vec<f64> = rows.iter().map(|&i| fit.martingale()[i]).collect();
        prop_assert!(close(&moved, &other.martingale(), 1e-8));
    }

    #[test]
    fn shift_and_scale_of_a_covariate_move_its_coefficient_only(
        s in sample(), ties in ties(), shift in -1e3..1e3_f64, power in -3..4_i32,
    ) {
        let fit = s.fit(ties);
        prop_assume!(proper(&fit));
        let scale = 10_f64.powi(power);
        let moved = Sample { x: s.x.iter().map(|x| x * scale + shift).collect(), ..s.clone() }.fit(ties);
        let back = [moved.coef()[0] * scale, moved.coef()[1]];
        prop_assert!(close(&fit.coef(), &back, 1e-6));
        prop_assert!((fit.loglik - moved.loglik).abs() < 1e-8);
    }

    #[test]
    fn only_the_order_of_times_matters(s in sample(), ties in ties()) {
        let fit = s.fit(ties);
        let stretched = Sample { time: s.time.iter().map(|t| t * t + 0.5).collect(), ..s.clone() }.fit(ties);
        prop_assert_eq!(fit.coef(), stretched.coef());
        prop_assert_eq!(fit.loglik, stretched.loglik);
    }

    #[test]
    fn a_weight_is_so_many_rows_with_breslows_ties(s in sample(), copies in prop::collection::vec(1..4_u32, 60)) {
        let copies = &copies[..s.x.len()];
        let weights = copies.iter().map(|&c| f64::from(c)).collect();
        let weighted = s.survival().with_weights(weights).expect("positive");
        let fit = fit(CoxSpec::with_ties(Ties::Breslow), &s.design(), &weighted);
        prop_assume!(proper(&fit));
        let rows: Vec<usize> = (0..copies.len()).flat_map(|i| std::iter::repeat_n(i, copies[i] as usize)).collect();
        let repeated = s.select(&rows).fit(Ties::Breslow);
        prop_assert!(close(&fit.coef(), &repeated.coef(), 1e-9));
        prop_assert!(close(fit.variance().values(), repeated.variance().values(), 1e-9));
        prop_assert!((fit.loglik - repeated.loglik).abs() < 1e-8 * fit.loglik.abs());
    }

    #[test]
    fn copies_of_rows_are_those_rows(
        s in sample(), copies in prop::collection::vec(0..4_u32, 60), breslow in any::<bool>(),
    ) {
        let ties = if breslow { Ties::Breslow } else { Ties::Efron };
        let copies = &copies[..s.x.len()];
        let rows: Vec<usize> = (0..copies.len()).flat_map(|i| std::iter::repeat_n(i, copies[i] as usize)).collect();
        prop_assume!(rows.len() > 10);
        let repeated = s.select(&rows).fit(ties);
        prop_assume!(proper(&repeated));
        let checked = CoxSpec::with_ties(ties).check().expect("no contradiction");
        let prepared = checked.prepare(&s.survival(), &s.design()).expect("valid");
        let drawn = prepared.sample(copies).expect("a sample");
        let refit = drawn.fit(&Unwatched).expect("a fit");
        prop_assert!(close(&refit.coef, &repeated.coef(), 1e-9));
        prop_assert!((refit.loglik - repeated.loglik).abs() < 1e-9 * repeated.loglik.abs());
        // Of the same coefficients: scores that differ by rounding only must tie in both or in neither.
        let judged = drawn.concordance(&refit.coef).expect("scores");
        let sample = s.select(&rows);
        let score: Vec<f64> = (0..rows.len()).map(|k| refit.coef[0] * sample.x[k] + refit.coef[1] * sample.z[k]).collect();
        let expected = harrell(&sample.survival(), &score).expect("scores").c;
        prop_assert!((judged - expected).abs() < 1e-12);
    }

    #[test]
    fn cutting_follow_up_into_pieces_changes_nothing(s in sample(), at in 2.5..20.0_f64, breslow in any::<bool>()) {
        let ties = if breslow { Ties::Breslow } else { Ties::Efron };
        let whole = s.fit(ties);
        prop_assume!(proper(&whole));
        let mut rows: Vec<usize> = (0..s.x.len()).collect();
        rows.extend((0..s.x.len()).filter(|&i| s.time[i] > at));
        let later = |k: usize| k >= s.x.len();
        let cut = |k: usize| !later(k) && s.time[rows[k]] > at;
        let time = (0..rows.len()).map(|k| if cut(k) { at } else { s.time[rows[k]] }).collect();
        let event = (0..rows.len()).map(|k| !cut(k) && s.event[rows[k]]).collect();
        let entry = (0..rows.len()).map(|k| if later(k) { at } else { 0.0 }).collect();
        let pieces = Survival::new(time, event).and_then(|p| p.with_entry(entry)).expect("valid");
        let fit = fit(CoxSpec::with_ties(ties), &s.select(&rows).design(), &pieces);
        prop_assert!(close(&whole.coef(), &fit.coef(), 1e-9));
        prop_assert!((whole.loglik - fit.loglik).abs() < 1e-9 * whole.loglik.abs());
    }

    #[test]
    fn martingale_and_score_residuals_sum_to_zero(s in sample(), breslow in any::<bool>()) {
        let fit = s.fit(if breslow { Ties::Breslow } else { Ties::Efron });
        prop_assume!(proper(&fit));
        prop_assert!(fit.martingale().iter().sum::<f64>().abs() < 1e-9);
        let residuals = fit.score_residuals().expect("not exact");
        let schoenfeld = fit.schoenfeld().residuals;
        for j in 0..2 {
            let [score, schoenfeld] = [&residuals, &schoenfeld].map(|m| m.column(j).iter().sum::<f64>());
            prop_assert!((score - schoenfeld).abs() < 1e-8);
            prop_assert!(score.abs() < 1e-3);
        }
    }

    #[test]
    fn strata_of_one_subject_each_tell_nothing(s in sample()) {
        let alone = Factor::new((0..s.x.len() as u32).collect(), (0..s.x.len()).map(|i| i.to_string()).collect());
        let spec = CoxSpec { strata: Some(alone.expect("codes of its levels")), ..CoxSpec::default() };
        let fit = fit(spec, &s.design(), &s.survival());
        prop_assert_eq!(fit.df, 0);
        prop_assert_eq!(fit.loglik, 0.0);
    }

    #[test]
    fn a_screen_is_one_fit_for_every_feature(s in sample(), breslow in any::<bool>(), gap in 0..25_usize) {
        let ties = if breslow { Ties::Breslow } else { Ties::Efron };
        let stratum = Factor::new(s.stratum.clone(), ["a", "b", "c"].map(str::to_owned).to_vec());
        let spec = CoxSpec { strata: Some(stratum.expect("codes of its levels")), ..CoxSpec::with_ties(ties) };
        let checked = spec.check().expect("no contradiction");
        let constant = vec![0.1; s.x.len()];
        let mut holed = s.x.clone();
        holed[gap] = f64::NAN;
        let features = [&s.x[..], &s.z, &constant, &holed];
        let found = checked.screen(&s.survival(), &features, &Unwatched).expect("a screen");
        for (feature, found) in features[..3].iter().zip(&found) {
            let design = Design::new(s.x.len()).linear("feature", feature).expect("finite");
            let alone = checked.fit(&s.survival(), &design, &Unwatched).expect("a fit");
            prop_assert_eq!(found.estimate.is_some(), alone.df == 1);
            prop_assert_eq!(found.converged, alone.converged);
            if let (Some(a), Some(b)) = (found.estimate, alone.coefficients[0].estimate)
                && alone.converged
                && b.coef.abs() < 5.0
            {
                prop_assert!(close(&[a.coef, a.se, a.p], &[b.coef, b.se, b.p], 1e-8));
            }
            prop_assert!((found.lr.statistic - alone.lr.statistic).abs() < 1e-7);
        }
        prop_assert_eq!(found[3].n, s.x.len() - 1);
        prop_assert!(found[2].q.is_nan());
    }

    #[test]
    fn firths_estimate_is_finite_under_separation(s in sample()) {
        let separated = Sample { z: s.event.iter().map(|&e| f64::from(u8::from(e))).collect(), ..s };
        prop_assume!(separated.event.iter().any(|&e| e) && separated.event.iter().any(|&e| !e));
        let spec = CoxSpec { firth: true, ..CoxSpec::default() };
        let fit = fit(spec, &separated.design(), &separated.survival());
        prop_assert!(fit.converged);
        prop_assert!(fit.coefficients.iter().flat_map(|c| c.estimate).all(|e| e.coef.abs() < 20.0 && e.se.is_finite()));
    }
}
