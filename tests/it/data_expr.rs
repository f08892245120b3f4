//! Properties of the expression language.

use proptest::prelude::*;

use tables::{Column, Expr, Frame, Kept, Values};

/// Any expression that can be written, as text with brackets wherever they may stand.
fn expression() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("age".to_owned()),
        Just("`a b`".to_owned()),
        Just("ph.ecog".to_owned()),
        Just("`and`".to_owned())
    ];
    let leaf = prop_oneof![
        name,
        (0.0..1e6f64).prop_map(|x| x.to_string()),
        (0u32..1000).prop_map(|x| x.to_string()),
        "[a-z' ]{0,5}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        Just("2019-03-14".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let sign = prop::sample::select(vec![
            "+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or", "&", "|",
        ]);
        prop_oneof![
            (two, sign).prop_map(|((a, b), sign)| format!("({a}) {sign} ({b})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("log10({a})")),
            inner.clone().prop_map(|a| format!("is_missing({a})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("ifelse({a}, {b}, {c})")),
            inner.clone().prop_map(|a| format!("({a}) in (1, -2, 'x', II)")),
            inner.prop_map(|a| format!("({a}) not in (III)")),
        ]
    })
}

fn frame(values: Vec<f64>) -> Frame {
    Frame::from_columns(vec![Column::new("x", Values::Number(values), "made")]).expect("one column")
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -100.0..100.0f64, 1 => Just(f64::NAN)]
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back_the_same(text in expression()) {
        let expression = Expr::parse(&text).expect(&text);
        let shown = expression.to_string();
        let again = Expr::parse(&shown).expect(&shown);
        prop_assert_eq!(again.to_string(), shown);
        prop_assert_eq!(again, expression);
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,40}") {
        if let Err(error) = Expr::parse(&text) {
            prop_assert!(error.at <= text.chars().count() && error.length >= 1);
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_words_and_signs_are_read_or_refused_without_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "x", "1", "(", ")", "in", "not", "and", "'a'", "==", "<", "-", "^", ",", "log", "ifelse", "is_missing", "[", "]",
        ]), 0..12),
    ) {
        let text = words.join(" ");
        let frame = frame(vec![1.0, f64::NAN]);
        if let Ok(expression) = Expr::parse(&text) {
            if let Ok(outcomes) = expression.keep(&frame) {
                prop_assert_eq!(outcomes.len(), 2);
            }
            if let Ok(values) = expression.eval(&frame) {
                prop_assert_eq!(values.len(), 2);
            }
        }
    }

    #[test]
    fn a_condition_and_its_negation_part_the_rows(values in prop::collection::vec(value(), 1..30), cut in -100.0..100.0f64) {
        let frame = frame(values.clone());
        let counted = |text: String| Kept::count(&Expr::parse(&text).expect(&text).keep(&frame).expect(&text));
        let (above, not_above) = (counted(format!("x > {cut}")), counted(format!("not x > {cut}")));
        prop_assert_eq!((above.kept, above.removed), (not_above.removed, not_above.kept));
        prop_assert_eq!(above.unknown, values.iter().filter(|x| x.is_nan()).count());
        prop_assert_eq!(above.kept, values.iter().filter(|x| **x > cut).count());
        // De Morgan holds in three values too.
        let negated = counted(format!("not (x > {cut} and x < 50)"));
        let parted = counted(format!("not x > {cut} or not x < 50"));
        prop_assert_eq!(negated, parted);
    }

    #[test]
    fn arithmetic_is_that_of_doubles(a in -1e3..1e3f64, b in -1e3..1e3f64) {
        let frame = frame(vec![a]);
        let computed = |text: String| match Expr::parse(&text).and_then(|e| e.eval(&frame)) {
            Ok(Values::Number(numbers)) => numbers[0],
            other => panic!("{text}: {other:?}"),
        };
        prop_assert_eq!(computed(format!("x + ({b})")), a + b);
        prop_assert_eq!(computed(format!("x * ({b}) - x")), a * b - a);
        prop_assert_eq!(computed(format!("abs(x) / (1 + abs({b}))")), a.abs() / (1.0 + b.abs()));
    }
}
