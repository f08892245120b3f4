//! Rubin's rules against mice 3.15.

use survival::pooling::{PoolSpec, pool};

use super::{json, numbers, reference};

const TOLERANCE: f64 = 1e-10;

#[test]
fn pooled_estimates_equal_mice() {
    let Some(golden) = reference("pool.json") else { return };
    let mut compared = (0, 0.0_f64);
    for case in json(&golden)["cases"].as_array().expect("cases") {
        let number = |key: &str| case[key].as_f64().expect("a number");
        let spec = match case["n"].as_f64() {
            Some(n) => PoolSpec::of_sample(n, number("k")).expect("degrees of freedom"),
            None => PoolSpec::default(),
        };
        let pooled = pool(&numbers(&case["estimates"]), &numbers(&case["variances"]), spec).expect("pools");
        let found = [
            ("pooled", pooled.estimate),
            ("within", pooled.within),
            ("between", pooled.between),
            ("total", pooled.total),
            ("df", pooled.df),
            ("riv", pooled.riv),
            ("lambda", pooled.lambda),
            ("fmi", pooled.fmi),
            ("se", pooled.se),
            ("lower", pooled.lower),
            ("upper", pooled.upper),
            ("p", pooled.p),
        ];
        for (key, found) in found {
            let expected = number(key);
            compared = (compared.0 + 1, compared.1.max((found - expected).abs() / expected.abs().max(1e-3)));
            assert!(
                (found - expected).abs() <= TOLERANCE * expected.abs().max(1e-3),
                "{key}: {found} is not {expected}"
            );
        }
    }
    println!("Rubin's rules: {} values compared with mice, worst {:.1e}", compared.0, compared.1);
}
