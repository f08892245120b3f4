//! Consensus values: within the tolerance after rounding to three significant digits.

use radiomics::Settings;

use crate::oracle;

/// Compares a case with the references `name`; gives how many values were compared.
fn compare(case: &str, setting: &str) -> usize {
    let Some(reference) = oracle::json(&format!("ibsi/reference/golden/{case}__{setting}.json")) else { return 0 };
    let (Some(settings), Some((image, mask))) = (oracle::params(setting), oracle::case(case)) else { return 0 };
    against(&reference, &oracle::features(&image, &mask, &settings).values, setting, &settings)
}

fn against(reference: &serde_json::Value, found: &[(String, f64)], what: &str, settings: &Settings) -> usize {
    let columns = radiomics::catalogue::columns(settings);
    assert!(found.iter().map(|(name, _)| name).eq(&columns), "{what}: other columns than promised");
    let mut failed = Vec::new();
    let references = reference["features"].as_object().expect("features");
    let mut compared = 0;
    for (name, reference) in references {
        let (Some(value), Some(tolerance)) = (reference["value"].as_f64(), reference["tolerance"].as_f64()) else {
            continue;
        };
        let Some(&(_, x)) = found.iter().find(|(other, _)| other == name) else {
            failed.push(format!("{name} is missing"));
            continue;
        };
        compared += 1;
        let rounded: f64 = format!("{x:.2e}").parse().expect("a number");
        if !((rounded - value).abs() <= tolerance * (1.0 + 1e-9) + 1e-12 * value.abs()) {
            failed.push(format!("{name}: {x} for {value} +- {tolerance}"));
        }
    }
    println!("{what}: {} of {compared} consensus values", compared - failed.len());
    assert!(failed.is_empty(), "{what}: {} of {compared} failed\n{}", failed.len(), failed.join("\n"));
    compared
}

macro_rules! consensus {
    ($($test:ident $case:literal $setting:literal $count:literal;)+) => {
        $(#[test]
        fn $test() {
            let compared = compare($case, $setting);
            assert!(compared == $count || compared == 0, "{compared} values compared");
        })+
    };
}

consensus! {
    digital_phantom "digital" "ibsi1_digital" 482;
    configuration_a "ct" "ibsi1_a" 346;
    configuration_b "ct" "ibsi1_b" 346;
    configuration_c "ct" "ibsi1_c" 210;
    configuration_d "ct" "ibsi1_d" 210;
    configuration_e "ct" "ibsi1_e" 210;
    filters_2d "ct" "ibsi2_phase2_a" 162;
    filters_3d "ct" "ibsi2_phase2_b" 161;
}
