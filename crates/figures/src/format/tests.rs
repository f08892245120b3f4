use super::*;

fn check<T: Copy + std::fmt::Debug>(write: impl Fn(T) -> String, table: &[(T, &str)]) {
    for (value, expected) in table {
        assert_eq!(write(*value), *expected, "{value:?}");
    }
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn fixed_decimals_have_no_negative_zero() {
    check(
        |(x, d)| fixed(x, d),
        &[
            ((0.0, 0), "0"),
            ((-0.0, 2), "0.00"),
            ((-0.001, 2), "0.00"),
            ((-0.005, 2), "-0.01"),
            ((-0.4, 0), "0"),
            ((1.005, 2), "1.00"),
            ((2.675, 2), "2.67"),
            ((999.999, 2), "1000.00"),
            ((-12.34, 1), "-12.3"),
            ((NAN, 2), "-"),
            ((INF, 2), "∞"),
            ((-INF, 2), "-∞"),
            ((1e15, 2), "1.0e15"),
            ((f64::MAX, 1), "1.8e308"),
            ((f64::MIN_POSITIVE, 3), "0.000"),
        ],
    );
}

#[test]
fn significant_digits_carry_and_switch_to_powers_of_ten() {
    check(
        |(x, d)| significant(x, d),
        &[
            ((0.0, 3), "0"),
            ((-0.0, 3), "0"),
            ((0.5, 3), "0.500"),
            ((9.996, 3), "10.0"),
            ((99.95, 3), "100"),
            ((0.00012345, 3), "0.000123"),
            ((0.000012345, 3), "1.23e-5"),
            ((12345.678, 3), "12346"),
            ((999_999.5, 3), "1.00e6"),
            ((1_234_567.0, 3), "1.23e6"),
            ((-0.034567, 2), "-0.035"),
            ((1.5, 0), "2"),
            ((NAN, 3), "-"),
            ((-INF, 3), "-∞"),
            ((5e-324, 2), "4.9e-324"),
        ],
    );
}

#[test]
fn counts_are_grouped_by_thousands() {
    check(count, &[(0, "0"), (12, "12"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")]);
    check(integer, &[(-1, "-1"), (-1234, "-1,234"), (100_000, "100,000"), (i64::MIN, "-9,223,372,036,854,775,808")]);
}

#[test]
fn percentages_never_claim_none_or_all() {
    check(
        |f| percent(f, 1),
        &[
            (0.0, "0.0%"),
            (1.0, "100.0%"),
            (0.3827, "38.3%"),
            (0.0004, "<0.1%"),
            (0.0006, "0.1%"),
            (0.9999, ">99.9%"),
            (1.25, "125.0%"),
            (-0.0001, "0.0%"),
            (NAN, "-"),
        ],
    );
    check(|f| percent(f, 0), &[(0.004, "<1%"), (0.996, ">99%"), (0.5, "50%")]);
    check(|f| percent(f, 1), &[(f64::NEG_INFINITY, "-"), (f64::NAN, "-")]);
    check(
        |(n, total)| count_percent(n, total),
        &[((31, 81), "31 (38.3%)"), ((0, 81), "0 (0.0%)"), ((0, 0), "0 (-)"), ((1234, 1234), "1,234 (100.0%)")],
    );
}

#[test]
fn p_values_keep_their_side_of_five_percent() {
    check(
        p_value,
        &[
            (0.0, "<0.001"),
            (1e-300, "<0.001"),
            (0.000_999_9, "<0.001"),
            (0.001, "0.001"),
            (0.0344, "0.034"),
            (0.0494, "0.049"),
            (0.0495, "0.0495"),
            (0.0498, "0.0498"),
            (0.04999, "0.04999"),
            (0.049_999_9, "0.050"),
            (0.05, "0.050"),
            (0.0502, "0.0502"),
            (0.0506, "0.051"),
            (0.999, "0.999"),
            (0.9995, ">0.999"),
            (1.0, ">0.999"),
            (1.0 + 1e-12, ">0.999"),
            (1.1, "-"),
            (-0.1, "-"),
            (NAN, "-"),
        ],
    );
    check(p_equation, &[(1e-9, "p < 0.001"), (0.034, "p = 0.034"), (1.0, "p > 0.999"), (NAN, "p = -")]);
}

#[test]
fn ratios_show_the_digits_that_matter() {
    check(
        ratio,
        &[
            (1.0, "1.00"),
            (1.234, "1.23"),
            (9.994, "9.99"),
            (9.996, "10.0"),
            (12.34, "12.3"),
            (146.21, "146"),
            (2.3e9, "2.3e9"),
            (0.1, "0.10"),
            (0.0456, "0.046"),
            (0.0031, "0.0031"),
            (1.2e-8, "1.2e-8"),
            (0.0, "0.00"),
            (INF, "∞"),
            (NAN, "-"),
        ],
    );
}

#[test]
fn ratio_intervals_stay_apart_and_readable() {
    check(
        |(e, l, u)| ratio_ci(e, l, u),
        &[
            ((1.234, 1.04, 1.456), "1.23 (1.04-1.46)"),
            ((1.0003, 1.0001, 1.0005), "1.0003 (1.0001-1.0005)"),
            ((1.004, 1.001, 1.007), "1.004 (1.001-1.007)"),
            ((0.004, 0.001, 0.02), "0.004 (0.001-0.020)"),
            ((12.34, 1.04, 146.21), "12.3 (1.04-146)"),
            ((2.3e9, 0.0, INF), "2.3e9 (0.00-∞)"),
            ((1e-9, 1e-12, 3e-5), "1.0e-9 (1.0e-12 to 3.0e-5)"),
            ((1.5, NAN, NAN), "1.50"),
            ((NAN, NAN, NAN), "-"),
            ((1.0, 1.0, 1.0), "1.00 (1.00-1.00)"),
            ((1.5, 0.9, NAN), "1.50 (0.90 to -)"),
            ((1.0000001, 1.00000005, 1.0000002), "1.00 (1.00-1.00)"),
        ],
    );
}

#[test]
fn signed_intervals_use_a_word() {
    assert_eq!(estimate_ci(0.7123, 0.654, 0.7701, 3), "0.712 (0.654-0.770)");
    assert_eq!(estimate_ci(-0.12, -0.3, 0.06, 2), "-0.12 (-0.30 to 0.06)");
    assert_eq!(interval(-0.001, 1.0, 1), "0.0-1.0");
    assert_eq!(interval(-INF, INF, 1), "-∞ to ∞");
}

#[test]
fn spreads_choose_the_decimals() {
    check(
        |(mean, sd)| mean_sd(mean, sd),
        &[
            ((57.6, 9.7), "57.6 ± 9.7"),
            ((2.3, 1.2), "2.3 ± 1.2"),
            ((1023.4, 123.4), "1023 ± 123"),
            ((0.0341, 0.0123), "0.034 ± 0.012"),
            ((5.0, 0.0), "5.0 ± 0.0"),
            ((5.0, NAN), "5.0 ± -"),
            ((1.5e8, 2.25e7), "1.50e8 ± 2.2e7"),
            ((NAN, 1.0), "-"),
            ((1.0, 1e-9), "1.000000 ± 0.000000"),
            ((57.64, 9.96), "57.6 ± 10.0"),
        ],
    );
    check(
        |(median, q1, q3)| median_iqr(median, q1, q3),
        &[
            ((12.34, 8.11, 20.4), "12.3 [8.1-20.4]"),
            ((310.0, 256.0, 396.5), "310 [256-396]"),
            ((-0.1, -0.42, 0.27), "-0.10 [-0.42 to 0.27]"),
            ((3.0, 3.0, 3.0), "3.0 [3.0-3.0]"),
            ((NAN, NAN, NAN), "-"),
            ((2e6, 1e6, 3e6), "2.00e6 [1.00e6-3.00e6]"),
        ],
    );
}

#[test]
fn durations_read_like_speech() {
    check(
        duration,
        &[
            (0.0, "0.0 s"),
            (0.84, "0.8 s"),
            (9.96, "10 s"),
            (59.4, "59 s"),
            (59.6, "1 min 00 s"),
            (185.0, "3 min 05 s"),
            (7620.0, "2 h 07 min"),
            (273_600.0, "3 d 04 h"),
            (-1.0, "-"),
            (NAN, "-"),
        ],
    );
}

#[test]
fn ascii_holds_only_ascii() {
    assert_eq!(Glyphs::Ascii.text("57.6 ± 9.7"), "57.6 +/- 9.7");
    assert_eq!(Glyphs::Ascii.text("χ² ≥ 3.84 → λ"), "chi2 >= 3.84 -> lambda");
    assert_eq!(Glyphs::Ascii.text("Müller\n患者"), "Muller\n??");
    assert_eq!(Glyphs::Utf8.text("±"), "±");
}

#[test]
fn decimal_points_stand_in_line() {
    let column = align_decimal(&["1.23 (1.04-1.46)", "12.5 (9.8-16)", "-", "146", "<0.001"]);
    assert_eq!(
        column,
        ["  1.23 (1.04-1.46)", " 12.5 (9.8-16)    ", "  -               ", "146               ", " <0.001           "]
    );
    assert_eq!(align_decimal(&["1,234.5", "2"]), ["1,234.5", "    2  "]);
    assert_eq!(align_decimal(&["1.5", "1 (reference)"]), ["1.5          ", "1 (reference)"]);
    assert!(align_decimal::<&str>(&[]).is_empty());
}

#[test]
fn shortening_counts_columns_not_bytes() {
    assert_eq!(shorten("Tumour size", 7, Glyphs::Utf8), "Tumour…");
    assert_eq!(shorten("Tumour size", 7, Glyphs::Ascii), "Tumour~");
    assert_eq!(shorten("患者名前", 5, Glyphs::Utf8), "患者…");
    assert_eq!(shorten("abc", 0, Glyphs::Utf8), "");
    assert_eq!(shorten_name("T2WI_wavelet-LLH_glcm_Contrast", 20, Glyphs::Utf8), "T2WI_wa…lcm_Contrast");
    assert_eq!(shorten_name("abcdef", 3, Glyphs::Utf8), "ab…");
    assert_eq!(width(&pad_left("患", 4)), 4);
    assert_eq!(pad_right("ab", 1), "ab");
}

#[test]
fn what_is_not_defined_has_no_limits() {
    assert_eq!(probability_ci(f64::NAN, f64::NAN, f64::NAN, 3), "-");
    assert_eq!(probability_ci(f64::NAN, 0.0, 1.0, 3), "-");
    assert_eq!(probability_ci(0.5, f64::NAN, f64::NAN, 3), "0.500");
    assert_eq!(probability_ci(0.9, 0.7, 1.1, 2), "0.90 (0.70-1.00)");
}

#[test]
fn an_estimate_in_a_narrow_interval_shows_its_side_of_one() {
    assert_eq!(ratio_ci(0.9963, 0.9812, 1.0118), "0.996 (0.981-1.012)");
    assert_eq!(ratio_ci(1.001, 0.02, 48.3), "1.00 (0.02-48.3)");
    assert_eq!(ratio_ci(1.0, 0.9, 1.1), "1.00 (0.90-1.10)");
}

#[test]
fn groups_side_by_side_have_the_same_decimals() {
    assert_eq!(mean_sd_beside(4.0, 1.0, 0.87), "4.00 ± 1.00");
    assert_eq!(median_iqr_beside(0.2, -0.2, 0.9, 0.93), "0.20 [-0.20 to 0.90]");
}
