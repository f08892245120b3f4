//! `riskset validate --design sensitivity --bin-width`: features extracted again from images, in other bins.

use serde_json::Value;

use crate::binary::{answer, on, refused};
use crate::cli_model::simulated;

#[test]
fn bins_are_varied_by_extracting_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = simulated(folder.path());
    let options = ["--design", "sensitivity", "--n", "1", "--models", "radiomics", "--bin-width", "5,80"];
    let found = answer(&mut on(&study, "validate", &options));
    let variations = found["models"][0]["variations"].as_array().expect("variations");
    let called: Vec<&Value> = variations.iter().map(|v| &v["what"]).collect();
    assert_eq!(called.last().copied().and_then(Value::as_str), Some("bin width 80"), "{called:?}");
    let of = |what: &str| variations.iter().find(|v| v["what"] == what).expect("a variation").clone();
    for what in ["bin width 5", "bin width 80"] {
        assert_eq!(of(what)["fits"], 1, "one fit to everybody");
        assert!(of(what)["apparent"]["mean"].as_f64().is_some_and(|c| c > 0.4), "{}", of(what));
        assert!(of(what)["overlap"]["mean"].as_f64().is_none_or(|share| (0.0..=1.0).contains(&share)));
    }
    let said = refused(on(&study, "validate", &["--design", "sensitivity"]).args(["--bin-width", "0"]), 2);
    assert!(said.contains("a bin is wider than 0"), "{said}");
}
