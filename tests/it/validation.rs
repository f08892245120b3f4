//! Models of the sample study, fitted in Rotterdam and judged in Germany, against R's survival 3.5 on the same data.

use std::path::Path;
use std::sync::Arc;
use survival::cox::Ties;

use riskset::ask::Memo;
use riskset::ask::{Dataset, FeatureTable, Selection};
use riskset::methods::cindex::Method;
use riskset::methods::performance;
use riskset::study::Study;
use watch::Unwatched;

fn judged(method: Method) -> performance::Answer {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/rotterdam_gbsg");
    let (study, _) = Study::open(&folder);
    let study = study.expect("the sample opens");
    let cohort = study.cohort().0.expect("its cohort is built");
    let features = Arc::new(FeatureTable::new(cohort.len(), Vec::new()));
    let spec = performance::Spec {
        on: Selection { endpoint: Some("RFS".to_owned()), ..Selection::default() },
        models: study.models.clone(),
        ties: Ties::Efron,
        method,
        times: study.analysis.times.clone(),
    };
    let data = Dataset::new(Arc::new(cohort), features);
    Arc::unwrap_or_clone(Memo::default().ask(&data, spec, &Unwatched).expect("an answer"))
}

fn close(found: f64, expected: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < 1e-6, "{what}: {found}, R {expected}");
}

#[test]
fn external_concordance_and_its_difference_are_those_of_r() {
    let answer = judged(Method::Harrell);
    let external = &answer.cohorts[1];
    assert_eq!((external.n, external.events, external.apparent), (686, 299, false));
    let c = |k: usize| &external.scores[k].concordance;
    close(c(0).c, 0.653292954190213, "C of tumour");
    close(c(1).c, 0.672639623662378, "C of full");
    close(c(0).se, 0.0163950133008120, "its standard error");
    close(c(1).se, 0.0159304742909958, "its standard error");
    let difference = &external.differences[0].c;
    close(difference.difference, -0.019346669472165456, "difference");
    close(difference.se, 0.005437290759881238, "its standard error");
    close(difference.p, 0.000373482990483403, "its p");
    close(judged(Method::Uno).cohorts[1].scores[0].concordance.c, 0.6361599697447, "Uno's C to 60 months");
}

#[test]
fn notes_say_what_is_apparent_and_what_is_nested() {
    let notes = judged(Method::Harrell).notes.join("\n");
    assert!(notes.contains("development: apparent"), "{notes}");
    assert!(notes.contains("nested"), "{notes}");
}
