//! Every feature of every stored case under seven parameter files: the parity report.

use std::path::Path;

use radiomics::Features;
use radiomics::catalogue;
use radiomics::diagnostics::Diagnostic;
use serde_json::Value;

use super::{FLOOR, TOLERANCE, extracted, image, mask, settings};
use crate::reference::{self, Tally};

const CONFIGURATIONS: [&str; 7] =
    ["a_default", "b_paper1688", "c_filters_native", "d_mri_normalized", "e_force2d", "f_variants", "g_slice2d"];
const CASES: [&str; 6] = ["brain1", "breast1", "lung1", "synth1", "synth2", "synth4"];
const CLASSES: [&str; 8] = ["shape", "shape2D", "firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm"];

/// Features that hang on the last bit of values that are equal in exact arithmetic, with the bound that holds instead: the
/// spherical harmonics of LBP3D give equal patterns values that differ by rounding, and whether those tie with the 10th
/// or 90th percentile decides whether they lie in the robust range.
const TIES: [(&str, f64); 1] = [("lbp-3D-m2_firstorder_RobustMeanAbsoluteDeviation", 5e-3)];

/// The bound within which `name` has to be.
fn tolerance(name: &str) -> f64 {
    TIES.iter().find(|(tied, _)| *tied == name).map_or(TOLERANCE, |(_, bound)| *bound)
}

/// What a case gave under a configuration, and what it should have given.
struct Compared {
    place: String,
    found: Features,
    golden: Value,
    /// The names of the stored features as they follow each other in the file.
    order: Vec<String>,
}

fn compared(config: &str, case: &str) -> Option<Compared> {
    let settings = settings(config)?;
    let path = crate::oracle::path("radiomics/golden")?.join(format!("{case}__{config}.json"));
    // Not every case has a slice of its own to be measured in two dimensions.
    let text = std::fs::read_to_string(path).ok()?;
    let golden: Value = serde_json::from_str(&text).expect("reference files are JSON");
    let file = |key: &str| {
        let name = golden[key].as_str().expect("a file name");
        crate::oracle::path(&format!("radiomics/images/{name}")).expect("the image beside its values")
    };
    let read = |image_file: &Path, mask_file: &Path| extracted(&image(image_file), &mask(mask_file), &settings);
    let found = read(&file("image"), &file("mask"));
    let columns = catalogue::columns(&settings);
    assert!(
        found.values.iter().all(|(name, _)| columns.contains(name)),
        "{config} {case}: a column not in the catalogue"
    );
    let order = order(&text, &golden["features"]);
    Some(Compared { place: format!("{config} {case}"), found, golden, order })
}

/// The names of `features` as they follow each other in the `text` of the file.
fn order(text: &str, features: &Value) -> Vec<String> {
    let names = features.as_object().expect("features by name").keys();
    let mut places: Vec<_> = names.map(|name| (text.find(&format!("\"{name}\"")), name.clone())).collect();
    places.sort();
    places.into_iter().map(|(_, name)| name).collect()
}

impl Compared {
    /// The line of each class, of the features with a wider bound, and of names and diagnostics.
    fn tallies(&self) -> Vec<Tally> {
        let mut tallies = vec![self.names()];
        for class in CLASSES {
            let of_class = |name: &str| name.rsplit('_').nth(1) == Some(class);
            for bound in std::iter::once(TOLERANCE).chain(TIES.iter().map(|(_, bound)| *bound)) {
                let wanted: Vec<&String> =
                    self.order.iter().filter(|name| of_class(name) && tolerance(name) == bound).collect();
                if wanted.is_empty() {
                    continue;
                }
                let mut tally = Tally::new(format!("{} {class}", self.place), bound, FLOOR);
                for name in wanted {
                    let value = self.found.values.iter().find(|(n, _)| n == name).map_or(f64::NAN, |&(_, x)| x);
                    tally.number(name, value, reference::number(&self.golden["features"][name]));
                }
                tallies.push(tally);
            }
        }
        tallies.push(self.diagnostics());
        tallies
    }

    fn names(&self) -> Tally {
        let mut tally = Tally::new(format!("{} names", self.place), 0.0, FLOOR);
        tally.same("number of features", self.found.values.len(), self.order.len());
        for ((found, _), expected) in self.found.values.iter().zip(&self.order) {
            tally.same("order of features", found, expected);
        }
        tally
    }

    fn diagnostics(&self) -> Tally {
        let mut tally = Tally::new(format!("{} diagnostics", self.place), TOLERANCE, FLOOR);
        for (name, expected) in self.golden["diagnostics"].as_object().expect("diagnostics by name") {
            if name.contains("_Versions_") || name.contains("_Configuration_") {
                continue;
            }
            match self.found.diagnostics.iter().find(|(n, _)| n == name).map(|(_, value)| value) {
                Some(Diagnostic::Text(text)) => tally.same(name, Some(text.as_str()), expected.as_str()),
                Some(Diagnostic::Number(x)) => tally.number(name, *x, reference::number(expected)),
                Some(Diagnostic::Numbers(x)) => tally.numbers(name, x, &reference::numbers(expected)),
                None => tally.same(name, None, Some(expected)),
            }
        }
        tally
    }
}

/// One line for each configuration, case and class; at the end every value that is off.
#[test]
fn parity_report() {
    let pairs = CONFIGURATIONS.iter().flat_map(|config| CASES.iter().map(move |case| (config, case)));
    let tallies = pairs.filter_map(|(config, case)| compared(config, case)).flat_map(|found| found.tallies());
    let failures: Vec<String> = tallies.flat_map(|tally| tally.report()).collect();
    assert!(failures.is_empty(), "{} failures\n  {}", failures.len(), failures.join("\n  "));
}
