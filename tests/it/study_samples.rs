//! The sample studies that need no images: they open, and their cohorts are those of their sources.

use std::path::{Path, PathBuf};

use riskset::study::{self, Cohort, Study, TimeUnit};
use tables::problem::Severity;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(name)
}

fn cohort_of(name: &str) -> (Study, Cohort) {
    let (study, problems) = study::check(&sample(name));
    let errors: Vec<String> =
        problems.iter().filter(|p| p.severity == Severity::Error).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    let study = study.expect("the sample study opens");
    let cohort = study.cohort().0.expect("its cohort is built");
    (study, cohort)
}

#[test]
fn rotterdam_is_the_development_cohort_and_gbsg_the_external_one() {
    let (study, cohort) = cohort_of("rotterdam_gbsg");
    assert_eq!(cohort.groups().levels, ["development", "external"]);
    assert_eq!(cohort.groups().counts(), [2982, 686]);
    let rfs = cohort.endpoint("RFS").expect("RFS");
    let (development, external) = (cohort.rows_of_group(0), cohort.rows_of_group(1));
    assert_eq!((rfs.n_events(&development), rfs.n_events(&external)), (1713, 299));
    let os = cohort.endpoint("OS").expect("OS");
    assert_eq!((os.n_events(&development), os.complete().len()), (1272, 2982));
    assert_eq!(rfs.unit, TimeUnit::Months);
    let (survival, rows) = rfs.follow_up(&external).expect("times");
    assert_eq!((survival.len(), rows.len()), (686, 686));
    assert!((survival.time()[0] - 1838.0 / (365.25 / 12.0)).abs() < 1e-12);
    let grade = cohort.frame().column("grade").expect("grade").factor();
    assert_eq!(
        (grade.levels.as_slice(), grade.counts()),
        (["1-2", "3"].map(String::from).as_slice(), vec![1319, 2349])
    );
    assert_eq!(cohort.variables(), study.analysis.variables);
}

#[test]
fn lung_is_split_seven_to_three() {
    let (_, cohort) = cohort_of("lung_ncctg");
    assert_eq!((cohort.flow().screened, cohort.flow().enrolled), (228, 227));
    assert_eq!(cohort.flow().steps[0].lost, 1);
    assert_eq!(cohort.groups().counts(), [158, 69]);
    let os = cohort.endpoint("OS").expect("OS");
    assert_eq!(os.n_events(&os.complete()), 164);
    // 164 of 227 died, and as many in proportion on either side.
    assert_eq!((os.n_events(&cohort.rows_of_group(0)), os.n_events(&cohort.rows_of_group(1))), (114, 50));
    let ecog = cohort.frame().column("ph.ecog").expect("ECOG").factor();
    assert_eq!(ecog.levels, ["0", "1", "2-3"]);
    assert_eq!(ecog.counts(), [63, 113, 51]);
    assert!(ecog.ordered);
}
