use super::*;
use crate::column::{Category, Column};
use crate::date;

const NAN: f64 = f64::NAN;

fn table() -> Frame {
    let number = |name: &str, values: [f64; 4]| Column::new(name, Values::Number(values.to_vec()), "made");
    let texts = |values: [&str; 4]| Category::from_texts(values.map(|v| (!v.is_empty()).then(|| v.to_owned())));
    let ordered = Category { ordered: true, ..texts(["I", "II", "III", ""]) };
    let day = |text: &str| date::parse_iso(text);
    Frame::from_columns(vec![
        number("age", [61.0, 45.0, NAN, 18.0]),
        number("neu", [4.0, 6.0, 8.0, 1.0]),
        number("ly-mpho (G/l)", [2.0, 0.0, 4.0, 1.0]),
        number("event", [1.0, 0.0, 1.0, NAN]),
        Column::new("sex", Values::Category(texts(["m", "f", "", "m"])), "made"),
        Column::new("stage", Values::Category(ordered), "made"),
        Column::new("code", Values::Category(texts(["1", "02", "3", "x"])), "made"),
        Column::new("seen", Values::Date(vec![day("2019-03-14"), day("2020-01-01"), None, day("2019-03-01")]), "made"),
        Column::new("died", Values::Date(vec![day("2019-03-24"), None, None, day("2019-02-01")]), "made"),
    ])
    .expect("columns of one length")
}

fn keep(text: &str) -> Vec<Option<bool>> {
    let expression = Expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    expression.keep(&table()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn numbers(text: &str) -> Vec<f64> {
    match Expr::parse(text).and_then(|e| e.eval(&table())) {
        Ok(Values::Number(numbers)) => numbers,
        other => panic!("{text}: {other:?}"),
    }
}

/// `y`, `n` or `?` for every row.
fn outcomes(text: &str) -> String {
    keep(text).iter().map(|o| o.map_or('?', |t| if t { 'y' } else { 'n' })).collect()
}

#[test]
fn conditions_are_three_valued() {
    for (text, expected) in [
        ("age > 50", "yn?n"),
        ("age >= 18 and age < 61", "ny?y"),
        ("age > 50 & event == 1", "yn?n"),
        ("age > 50 | event == 1", "yny?"),
        ("not age > 50", "ny?y"),
        ("!(age > 50)", "ny?y"),
        ("! age > 50", "ny?y"),
        ("is_missing(age)", "nnyn"),
        ("not is_missing(age) and age <= 45", "nyny"),
        ("age > 1 and neu > 100", "nnnn"),
        ("event", "yny?"),
        ("not event", "nyn?"),
    ] {
        assert_eq!(outcomes(text), expected, "{text}");
    }
}

#[test]
fn texts_levels_and_codes_compare() {
    for (text, expected) in [
        ("sex == 'm'", "yn?y"),
        ("sex = m", "yn?y"),
        ("m == sex", "yn?y"),
        ("sex != \"m\"", "ny?n"),
        ("sex in m, f", "yy?y"),
        ("sex not in (m)", "ny?n"),
        ("stage in II,III", "nyy?"),
        ("stage in [II, 'III']", "nyy?"),
        ("stage >= II", "nyy?"),
        ("'II' > stage", "ynn?"),
        ("code == 2", "nynn"),
        ("code in (1, 3)", "ynyn"),
        ("code == '02'", "nynn"),
        ("age == '61'", "yn?n"),
        ("age in 61, 18", "yn?y"),
        ("sex == 'x'", "nn?n"),
        ("neu in (-1, 4)", "ynnn"),
        ("sex == m | stage in II,III", "yyyy"),
    ] {
        assert_eq!(outcomes(text), expected, "{text}");
    }
}

#[test]
fn dates_compare_and_subtract() {
    assert_eq!(outcomes("seen >= 2019-03-14"), "yy?n");
    assert_eq!(outcomes("seen < '2019-12-31'"), "yn?y");
    assert_eq!(outcomes("died < seen"), "n??y");
    let days = numbers("died - seen");
    assert_eq!((days[0], days[3]), (10.0, -28.0));
    assert!(days[1].is_nan() && days[2].is_nan());
    assert_eq!(outcomes("seen + 10 == died"), "y??n");
    assert_eq!(numbers("year(seen)")[..2], [2019.0, 2020.0]);
}

#[test]
fn arithmetic_binds_as_in_print() {
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ^ -1", 0.5),
        ("2 ** 3", 8.0),
        ("8 / 4 / 2", 1.0),
        ("8 - 4 - 2", 2.0),
        ("--3", 3.0),
        ("1.5e3 + .5", 1500.5),
        ("log(exp(2))", 2.0),
        ("ln(1) + log10(1000) + log2(8)", 6.0),
        ("sqrt(9) + abs(-4)", 7.0),
        ("round(2.5) + round(3.5)", 6.0),
        ("round(2.345, 2) + round(0.15, 1)", 2.45),
        ("min(3, 1, 2) + max(3, 5)", 6.0),
        ("ifelse(1 > 2, 10, 20)", 20.0),
        ("(3 > 2) + (2 > 3)", 1.0),
    ] {
        let value = numbers(text)[0];
        assert!((value - expected).abs() < 1e-12, "{text} gives {value}, not {expected}");
    }
}

#[test]
fn what_is_computed_from_missing_or_not_finite_is_missing() {
    let nlr = numbers("neu / `ly-mpho (G/l)`");
    assert_eq!((nlr[0], nlr[2], nlr[3]), (2.0, 2.0, 1.0));
    assert!(nlr[1].is_nan(), "6 / 0 is missing");
    assert!(numbers("age ^ 0")[2].is_nan() && numbers("max(age, 100)")[2].is_nan() && numbers("log(-1)")[0].is_nan());
    let words = Expr::parse("ifelse(age > 50, 'old', 'young')").and_then(|e| e.eval(&table()));
    let Ok(Values::Category(words)) = words else { panic!("a category") };
    let levels: Vec<Option<&str>> = (0..4).map(|i| words.level(i)).collect();
    assert_eq!(levels, [Some("old"), Some("young"), None, Some("young")]);
}

/// What is wrong, and the line of carets under it.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("", "nothing is written here; for example: age >= 18", "^"),
    ("age >", "something is missing at the end", "     ^"),
    ("age > > 3", "a value is missing before >", "      ^"),
    ("agee > 3", "there is no column agee; did you mean age?", "^^^^"),
    ("age > 3)", "this bracket was never opened", "       ^"),
    ("(age > 3", "this bracket is never closed", "^"),
    ("log(age", "this bracket is never closed", "   ^"),
    ("age > 3 sex == m", "an operator is missing before this", "        ^^^"),
    ("sex == 'm", "the ' that opens here is never closed", "       ^^"),
    ("18 <= age < 65", "comparisons do not chain; write 18 <= age and age < 65 for 18 <= age < 65", "          ^"),
    ("lg(age)", "there is no function lg; did you mean ln?", "^^"),
    ("ifelse(age > 3, 1)", "ifelse takes 3 values, not 2; ifelse(condition, yes, no)", "^^^^^^^^^^^^^^^^^^"),
    ("age > 3 § 2", "§ means nothing here; a column with such a name stands in backticks: `CA-125`", "        ^"),
    (
        "age > 3x",
        "3x is neither a number nor a name; a column of that name stands in backticks, `3x`; a level in quotes, '3x'",
        "      ^^",
    ),
    ("sex == male", "male is neither a column nor a level", "       ^^^^"),
    ("age == NA", "there is no column NA; whether x is missing is asked by is_missing(x)", "       ^^"),
    ("age > 'old'", "age holds numbers, and 'old' is none", "      ^^^^^"),
    (
        "sex > 'f'",
        "the levels of sex have no order; write sex in (..), or give its levels in order with `ordered = true`",
        "^^^",
    ),
    ("stage > 'IV'", "stage has no level IV; did you mean II?", "        ^^^^"),
    ("age + 1", "a condition is needed, and this gives numbers; compare it with something: age + 1 > 0", "^^^^^^^"),
    ("sex", "a condition is needed, and this is text; compare it with something: sex == ..", "^^^"),
    ("sex + 1 > 2", "a number is needed, and this is text", "^^^"),
    ("seen > 3", "a date cannot be compared with a number", "^^^^^^^^"),
    ("seen > '14.3.2019'", "'14.3.2019' is not a date; dates are written 2019-03-14", "       ^^^^^^^^^^^"),
    ("stage in", "a value is missing in the list after `in`; for example: stage in (III, IV)", "        ^"),
    ("stage not II", "`in` is missing after `not`", "          ^^"),
    ("and age > 3", "a value is missing before `and`", "^^^"),
    (
        "age > 3, sex == m",
        "a comma stands where the expression should end; combine conditions by `and` or `or`",
        "       ^",
    ),
    ("ifelse(age > 50, 1, 'x') > 0", "one branch gives a number, the other text", "                    ^^^"),
];

#[test]
fn mistakes_are_pointed_at() {
    for (text, message, carets) in MISTAKES {
        let error = Expr::parse(text).and_then(|e| e.keep(&table())).expect_err(text);
        assert_eq!(error.one_line(), *message, "{text}");
        let shown = error.caret();
        assert_eq!(shown.lines().nth(1), Some(*carets), "{text}");
        assert!(error.to_string().contains(&format!("\n  {carets}")), "{error}");
    }
}

#[test]
fn doubtful_levels_are_told() {
    let doubts = |text: &str| -> Vec<String> {
        Expr::parse(text).expect(text).doubts(&table()).iter().map(ExprError::one_line).collect()
    };
    assert_eq!(doubts("sex == 'M' or age > 3"), ["sex has no level M; did you mean m?"]);
    assert_eq!(doubts("stage in (II, IIII)"), ["stage has no level IIII; did you mean III?"]);
    assert!(doubts("sex == 'm' and stage in II, III").is_empty());
}

#[test]
fn functions_shape_the_data_of_strangers() {
    let texts = |values: &[&str]| {
        Values::Text(values.iter().map(|v| Some((*v).to_owned()).filter(|v| !v.is_empty())).collect())
    };
    let dates = |days: [i32; 4]| Values::Date(days.map(Some).to_vec());
    let frame = Frame::from_columns(vec![
        Column::new("outcome", texts(&["Lung metastasis", "alive", "dead, lung", ""]), ""),
        Column::new("dose", texts(&["<5 mg", "12,5 mg", "none", "7"]), ""),
        Column::new("seen", texts(&["04.03.2019", "2019年3月5日", "x", "20190306"]), ""),
        Column::new("age", Values::Number(vec![40.0, 50.0, 65.0, f64::NAN]), ""),
        Column::new("crp", Values::Number(vec![f64::NAN, 2.0, 2.0, 1.0]), ""),
        Column::new("from", dates([0, 0, 0, 0]), ""),
        Column::new("to", dates([365, 0, -7, 731]), ""),
    ])
    .expect("columns");
    let of = |text: &str| -> Vec<String> {
        let values = Expr::parse(text).and_then(|e| e.eval(&frame)).unwrap_or_else(|error| panic!("{text}: {error}"));
        (0..values.len()).map(|i| values.text(i).unwrap_or_else(|| "-".to_owned())).collect()
    };
    for (text, expected) in [
        ("contains(outcome, 'LUNG')", ["1", "0", "1", "-"]),
        ("starts_with(outcome, 'dead')", ["0", "0", "1", "-"]),
        ("matches(outcome, '^(alive|dead)')", ["0", "1", "1", "-"]),
        ("lower(outcome)", ["lung metastasis", "alive", "dead, lung", "-"]),
        ("replace(outcome, ', lung', '')", ["Lung metastasis", "alive", "dead", "-"]),
        ("number(dose)", ["5", "12.5", "-", "7"]),
        ("text(age)", ["40", "50", "65", "-"]),
        ("date(seen, '%d.%m.%Y')", ["2019-03-04", "-", "-", "-"]),
        ("date(seen)", ["-", "2019-03-05", "-", "2019-03-06"]),
        ("days(from, to)", ["365", "0", "-7", "731"]),
        ("round(years(from, to), 3)", ["0.999", "0", "-0.019", "2.001"]),
        ("case(age < 50, 'young', age < 65, 'middle', 'old')", ["young", "middle", "old", "-"]),
        ("coalesce(crp, age)", ["40", "2", "2", "1"]),
        ("between(age, 40, 50)", ["1", "1", "0", "-"]),
        ("sum(age, crp)", ["-", "52", "67", "-"]),
        ("mean(age, 10)", ["25", "30", "37.5", "-"]),
        ("count(age >= 50, crp > 1)", ["-", "2", "2", "-"]),
        ("cut(age, 50, 65)", ["<50", "50 to <65", "≥65", "-"]),
        ("cut(age, 50, 65, 'a', 'b', 'c') > 'a'", ["0", "1", "1", "-"]),
        ("cut(age, [50, 65], ['a', 'b', 'c']) in ['a', 'c']", ["1", "0", "1", "-"]),
        ("age in [40, 65]", ["1", "0", "1", "-"]),
        ("quantile_group(age, 2)", ["1", "1", "2", "-"]),
        ("round(scale(age), 12)", ["-0.927172649946", "-0.132453235707", "1.059625885652", "-"]),
        ("winsorize(age, 0.1)", ["42", "50", "62", "-"]),
        ("rank(crp)", ["-", "2.5", "2.5", "1"]),
        ("month(to)", ["1", "1", "12", "1"]),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
    for (text, said) in [
        ("cut(age, 65, 50)", "breaks rise"),
        ("cut(age, 50, 'a', 'b', 'c')", "1 breaks make 2 classes"),
        ("matches(outcome, '(')", "no regular expression"),
        ("case(age > 1, 2)", "case takes at least 3 value"),
        ("contains(outcome, age)", "a text in quotes"),
        ("scale(age - age)", "the same in everybody"),
        ("winsorize(age, 5)", "a share between 0 and 0.5"),
        ("quantile_group(age, 1.5)", "a number of groups"),
        ("cut(age, [50", "never closed"),
    ] {
        let error = Expr::parse(text).and_then(|e| e.eval(&frame)).expect_err(text);
        assert!(error.one_line().contains(said), "{text}: {}", error.one_line());
    }
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
    assert!(Expr::parse(&deep).is_err_and(|e| e.message.contains("nested too deeply")));
    let long = "age > 1 or ".repeat(5000) + "age > 2";
    assert!(Expr::parse(&long).is_err_and(|e| e.message.contains("too long")));
}

#[test]
fn names_are_listed_once() {
    let expression = Expr::parse("a + `b c` > a and d in (e)").expect("an expression");
    assert_eq!(expression.names(), ["a", "b c", "d"]);
    assert_eq!(Expr::of_name("b c"), "`b c`");
    assert_eq!(Expr::of_name("ph.ecog"), "ph.ecog");
}

#[test]
fn what_is_learned_is_written_into_the_expression() {
    // The figures are those of R's scale() and quantile() on 1, 2, 3, 4, -10.
    let frame = Frame::from_columns(vec![Column::new(
        "x",
        Values::Number(vec![1.0, 2.0, 3.0, 4.0, -10.0, 100.0, f64::NAN]),
        "",
    )])
    .expect("a column");
    let learned = |text: &str| {
        let (expr, said) = Expr::parse(text).expect("it parses").learned(&frame, &[0, 1, 2, 3, 4]).expect("it learns");
        assert_eq!(Expr::parse(expr.source()).expect("it reads back"), expr, "{text}");
        (expr, said)
    };
    let (scaled, said) = learned("ln(2) + scale(x)");
    assert_eq!(scaled.source(), "ln(2) + (x - 0) / 5.70087712549569");
    assert_eq!((said[0].call.as_str(), said[0].n), ("scale(x)", 5));
    assert_eq!(said[0].figures, "mean 0, standard deviation 5.701");
    let (drawn, said) = learned("winsorize(x, 0.25)");
    assert_eq!(drawn.source(), "max(1, min(3, x))");
    assert_eq!(said[0].figures, "limits 1.000 and 3.000");
    let (grouped, _) = learned("quantile_group(x, 4) == 4");
    assert_eq!(grouped.source(), "1 + count(x > 1, x > 2, x > 3) == 4");
    let keep = grouped.keep(&frame).expect("it is computed");
    assert_eq!(keep, [Some(false), Some(false), Some(false), Some(true), Some(false), Some(true), None]);
    assert!(!drawn.looks_at_all() && Expr::parse("rank(x) > 1").expect("it parses").looks_at_all());
}
