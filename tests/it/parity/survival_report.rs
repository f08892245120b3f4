//! The parity report of survival analysis: every file of stored values, method by method.
//!
//! `cargo test --release --test it -- --ignored --nocapture survival_report` prints it. The tests listed run by
//! themselves as well, and fail where a tolerance is exceeded; here they go on past it and failures are listed.

use super::{
    brier, calibration, cindex, cox, cox_extra, cuminc, cutpoint, dca, fine_gray, fitted, icc, km, lasso, logrank,
    nomogram, roc, tests,
};
use crate::reference::{Line, collected};

/// The stored values that a test compares (`*`: one file a data set), and the test.
const METHODS: [(&str, fn()); 43] = [
    ("models_gbsg", brier::scores),
    ("models_gbsg", calibration::groups_and_curves),
    ("models_gbsg", calibration::external_validation),
    ("cindex_*", cindex::scores),
    ("edge_core", cindex::edges),
    ("extra_shared", cindex::case_weights),
    ("cox_*", cox::univariate),
    ("cox_*", cox::multivariable_and_stratified),
    ("edge_core", cox::degenerate_columns),
    ("edge_core", cox::edge_sets),
    ("cox_*", cox::stepwise_selection),
    ("extra_shared", cox_extra::counting_process_and_clusters),
    ("extra_shared", cox_extra::weights_and_robust_errors),
    ("extra_shared", cox_extra::splines_and_interactions),
    ("extra_shared", cox_extra::exact_ties),
    ("extra_shared", cox_extra::cause_specific),
    ("extra_shared", cox_extra::firth),
    ("extra_shared", cuminc::transplant),
    ("cutpoint_*", cutpoint::profiles_and_p_values),
    ("models_gbsg", dca::net_benefit),
    ("extra_shared", fine_gray::every_cause),
    ("models", fitted::residuals_and_predicted_survival),
    ("models", fitted::optimism_in_the_same_samples),
    ("models", fitted::discrimination_and_error_over_time),
    ("models", fitted::reclassification_by_kaplan_meier),
    ("models", fitted::elastic_nets_at_the_edges),
    ("icc_sim", icc::six_kinds),
    ("icc_sim", icc::columns_of_a_table),
    ("km_*", km::curves),
    ("edge_core", km::edges),
    ("extra_shared", km::entry_subjects_weights_and_follow_up),
    ("lasso_*", lasso::paths),
    ("lasso_*", lasso::cross_validation),
    ("extra_shared", lasso::options),
    ("logrank_*", logrank::tests),
    ("edge_core", logrank::edges),
    ("nomogram_gbsg", nomogram::axes_and_scales),
    ("models_gbsg", roc::curves),
    ("models_gbsg", roc::errors_and_contrasts),
    ("tests_shared", tests::continuous_variables),
    ("tests_shared", tests::categorical_variables),
    ("tests_shared", tests::two_samples),
    ("paper_table1", tests::published_baseline_table),
];

#[test]
#[ignore = "prints what the other tests check"]
fn survival_report() {
    if crate::oracle::path("survival").is_none() {
        return;
    }
    println!("{:<16} {:<46} {:>7} {:>9} {:>9} {:>9}", "file", "method", "values", "worst", "tolerance", "failures");
    let (mut values, mut failures) = (0, Vec::new());
    for (file, test) in METHODS {
        for line in collected(test) {
            let Line { what, compared, worst, tolerance, failed } = line;
            let count = failed.len();
            println!("{file:<16} {what:<46} {compared:>7} {worst:>9.1e} {tolerance:>9.0e} {count:>9}");
            values += compared;
            failures.extend(failed);
        }
    }
    println!("{values} values compared, {} failures", failures.len());
    failures.iter().for_each(|failure| println!("  {failure}"));
    assert!(failures.is_empty(), "{} failures", failures.len());
}
