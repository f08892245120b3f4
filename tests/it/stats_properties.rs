//! What must hold of tests and effect sizes, whatever the data.

use proptest::prelude::*;

use survival::stats::anova::{anova, kruskal_wallis};
use survival::stats::chi_square::chi_square;
use survival::stats::cross_table::CrossTable;
use survival::stats::describe::describe;
use survival::stats::effect_size::{smd_categorical, smd_continuous};
use survival::stats::fisher::fisher;
use survival::stats::icc::{IccTable, IccType};
use survival::stats::mann_whitney::{mann_whitney, mann_whitney_normal};
use survival::stats::p_adjust::{Adjustment, adjust};
use survival::stats::shapiro::shapiro_wilk;
use survival::stats::t_test::{student_t, welch_t};

fn values() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(-1e3_f64..1e3, 1..60),
        prop::collection::vec((-4_i8..5).prop_map(f64::from), 1..60),
    ]
}

fn table() -> impl Strategy<Value = CrossTable> {
    (2_usize..5, 2_usize..4)
        .prop_flat_map(|(r, c)| prop::collection::vec(prop::collection::vec(0_u64..9, c), r))
        .prop_map(|rows| CrossTable::new(&rows).expect("rectangular"))
}

proptest! {
    #[test]
    fn a_description_is_ordered(values in values()) {
        let d = describe(&values);
        prop_assert!(d.min <= d.q1 && d.q1 <= d.median && d.median <= d.q3 && d.q3 <= d.max);
        prop_assert!(d.min <= d.mean + 1e-9 && d.mean <= d.max + 1e-9);
    }

    #[test]
    fn comparisons_are_symmetric_and_have_probabilities(a in values(), b in values()) {
        for test in [student_t, welch_t] {
            if let (Ok(ab), Ok(ba)) = (test(&a, &b), test(&b, &a)) {
                prop_assert!((ab.statistic + ba.statistic).abs() <= 1e-9 * ab.statistic.abs());
                prop_assert!((ab.p - ba.p).abs() <= 1e-9 * ab.p && (0.0..=1.0).contains(&ab.p));
            }
        }
        if let (Ok(ab), Ok(ba)) = (mann_whitney(&a, &b), mann_whitney(&b, &a)) {
            prop_assert_eq!(ab.statistic + ba.statistic, (a.len() * b.len()) as f64);
            prop_assert!((ab.p - ba.p).abs() <= 1e-9 * ab.p && (0.0..=1.0).contains(&ab.p));
        }
        if let (Ok(ranks), Ok(two)) = (kruskal_wallis(&[&a, &b]), mann_whitney_normal(&a, &b, 0.0)) {
            prop_assert!((ranks.p - two.p).abs() < 1e-9);
        }
        if let (Ok(f), Ok(t)) = (anova(&[&a, &b]), student_t(&a, &b)) {
            prop_assert!((f.p - t.p).abs() < 1e-6);
        }
        let (smd, back) = (smd_continuous(&[&a, &b]).mean, smd_continuous(&[&b, &a]).mean);
        // Constant groups that do not overlap are infinitely far apart.
        prop_assert!(smd.is_nan() || smd == back || (smd - back).abs() <= 1e-9 * smd);
    }

    #[test]
    fn scale_and_shift_change_no_test_of_means(a in values(), b in values(), shift in -8_i8..8) {
        // Powers of two and small whole shifts keep the digits that matter.
        let moved = |v: &[f64]| v.iter().map(|x| 4.0 * x + f64::from(shift)).collect::<Vec<_>>();
        if let (Ok(one), Ok(other)) = (welch_t(&a, &b), welch_t(&moved(&a), &moved(&b))) {
            prop_assert!((one.statistic - other.statistic).abs() <= 1e-6 * one.statistic.abs().max(1.0));
        }
        if let (Ok(one), Ok(other)) = (shapiro_wilk(&a), shapiro_wilk(&moved(&a))) {
            prop_assert!((one.statistic - other.statistic).abs() < 1e-9 && (0.0..=1.0).contains(&one.p));
        }
    }

    #[test]
    fn tables_may_be_transposed(table in table()) {
        if let (Ok(one), Ok(other)) = (chi_square(&table), chi_square(&table.transposed())) {
            prop_assert!((one.statistic - other.statistic).abs() < 1e-9 * one.statistic.max(1.0));
        }
        if let (Ok(one), Ok(other)) = (fisher(&table), fisher(&table.transposed())) {
            prop_assert!((one.p / other.p - 1.0).abs() < 1e-9 && one.p > 0.0 && one.p <= 1.0);
        }
        let smd = smd_categorical(&table);
        prop_assert!(smd.pairs.iter().all(|pair| pair.2.is_nan() || pair.2 >= 0.0));
    }

    #[test]
    fn adjusted_p_values_keep_their_order(p in prop::collection::vec(0.0_f64..=1.0, 0..30)) {
        for method in [Adjustment::Bonferroni, Adjustment::Holm, Adjustment::BenjaminiHochberg] {
            let adjusted = adjust(&p, method);
            for i in 0..p.len() {
                prop_assert!(adjusted[i] >= p[i] - 1e-15 && adjusted[i] <= 1.0);
                prop_assert!((0..p.len()).all(|j| p[i] > p[j] || adjusted[i] <= adjusted[j]));
            }
        }
    }

    #[test]
    fn agreement_is_unchanged_by_scale_and_order(
        ratings in prop::collection::vec(prop::collection::vec(-50.0_f64..50.0, 3), 3..20),
    ) {
        let Ok(table) = IccTable::new(&ratings) else { return Ok(()) };
        let mut changed: Vec<Vec<f64>> = ratings.iter().map(|r| r.iter().map(|v| 8.0 * v - 5.0).collect()).collect();
        changed.reverse();
        let other = IccTable::new(&changed).expect("varies");
        for kind in IccType::ALL {
            let (a, b) = (table.icc(kind, 0.95), other.icc(kind, 0.95));
            prop_assert!((a.icc - b.icc).abs() < 1e-8 * a.icc.abs().max(1.0));
            prop_assert!((0.0..=1.0).contains(&a.p));
            // Absolute agreement estimates a variance of raters, which chance can make negative: no bound holds there.
            prop_assert!(a.icc <= 1.0 || matches!(kind, IccType::Icc2 | IccType::Icc2k));
        }
    }
}
