//! How every number of riskset is written: on screens, in tables, in figures and in reports.
//!
//! One place decides about digits, so that a hazard ratio reads the same in a pane, on paper and in a methods text:
//! `1.23 (1.04-1.46)`, `p < 0.001`, `57.6 ± 9.7`, `12.3 [8.1-20.4]`, `31 (38.3%)`, `12,345`. Missing and undefined
//! values are [`MISSING`]. There is no negative zero, and a rounded value never hides which side of a decision it is
//! on (a p-value of 0.0498 is not shown as 0.050).
//!
//! All text is written in UTF-8; [`Glyphs::text`] turns it into plain ASCII (`±` becomes `+/-`) where the terminal
//! wants that.

mod align;
mod glyphs;
mod names;
mod visible;

pub use align::{align_decimal, pad_left, pad_right, shorten, shorten_name, width};
pub use glyphs::Glyphs;
pub use names::shorten_names;
pub use visible::{is_unseen, visible};

/// What stands for a missing or undefined value.
pub const MISSING: &str = "-";

/// What stands for the reference level of a factor where others have an estimate.
pub const REFERENCE: &str = "1 (reference)";

/// The most decimals that [`ratio_ci`] and [`p_value`] add to tell numbers apart.
const MOST_DECIMALS: usize = 5;

/// `x` with `decimals` decimals: `fixed(-0.001, 2)` is `0.00`, infinities are `∞`, NaN is [`MISSING`].
///
/// From 1e15 on a double has no decimals to show and the number is written as `1.2e15`.
pub fn fixed(x: f64, decimals: usize) -> String {
    if x.is_nan() {
        return MISSING.into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞".into() } else { "-∞".into() };
    }
    if x.abs() >= 1e15 {
        return scientific(x, 2);
    }
    without_negative_zero(format!("{x:.decimals$}"))
}

/// `x` to `digits` significant digits, plain between 0.0001 and a million, else as `1.23e-5`.
///
/// Digits before the decimal point are never replaced by zeros: `significant(12345.6, 3)` is `12346`.
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() || x == 0.0 {
        return fixed(x, 0);
    }
    let digits = digits.max(1);
    let exponent = decimal_exponent(x, digits);
    if !(-4..6).contains(&exponent) {
        return scientific(x, digits);
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    fixed(x, decimals)
}

/// A number that somebody chose, such as a time or a threshold, to six digits at most and without needless zeros:
/// `36`, `0.05`, `12.5`.
pub fn chosen(x: f64) -> String {
    chosen_to(x, 6)
}

/// The same to `digits` digits at most.
pub fn chosen_to(x: f64, digits: usize) -> String {
    let text = significant(x, digits);
    match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.').into(),
        false => text,
    }
}

/// `x` to `digits` significant digits as `1.2e-5`.
pub fn scientific(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return fixed(x, 0);
    }
    let decimals = digits.max(1) - 1;
    without_negative_zero(format!("{x:.decimals$e}"))
}

/// A count with separators between thousands: `1,234,567`.
pub fn count(n: usize) -> String {
    group_thousands(&n.to_string())
}

/// A signed whole number with separators between thousands: `-1,234`.
pub fn integer(n: i64) -> String {
    let digits = group_thousands(&n.unsigned_abs().to_string());
    if n < 0 { format!("-{digits}") } else { digits }
}

/// `1 patient is`, `12 patients are`: the beginning of a sentence about patients.
pub fn patients_are(n: usize) -> String {
    if n == 1 { "1 patient is".into() } else { format!("{} patients are", count(n)) }
}

/// Few events in words: `no events`, `only 1 event`, `only 7 events`.
pub fn only_events(n: usize) -> String {
    match n {
        0 => "no events".into(),
        1 => "only 1 event".into(),
        _ => format!("only {} events", count(n)),
    }
}

/// A fraction of one as a percentage: `percent(0.3827, 1)` is `38.3%`.
///
/// What is neither none nor all is not shown as such: 0.0004 is `<0.1%`, 0.9999 is `>99.9%`.
/// An infinite share is one of nothing: [`MISSING`].
pub fn percent(fraction: f64, decimals: usize) -> String {
    let mut text = percent_number(fraction, decimals);
    if text != MISSING {
        text.push('%');
    }
    text
}

/// `n` of `total` as `31 (38.3%)`; of nothing it is `0 (-)`.
pub fn count_percent(n: usize, total: usize) -> String {
    format!("{} ({})", count(n), percent(n as f64 / total as f64, 1))
}

/// A p-value as it stands in a table: `<0.001`, `0.034`, `>0.999`.
///
/// A value that three decimals would put on 0.050 keeps the digits that show on which side it is (`0.0498`).
/// Outside of 0..1 it is [`MISSING`].
pub fn p_value(p: f64) -> String {
    if !(0.0..=1.0 + 1e-9).contains(&p) {
        return MISSING.into();
    }
    if p < 0.001 {
        return "<0.001".into();
    }
    if p > 0.999 {
        return ">0.999".into();
    }
    let on_the_line = |text: &String| p != 0.05 && text.parse::<f64>().is_ok_and(|shown| shown == 0.05);
    (3..=MOST_DECIMALS).map(|decimals| fixed(p, decimals)).find(|text| !on_the_line(text)).unwrap_or("0.050".into())
}

/// A p-value as it stands in a sentence: `p < 0.001`, `p = 0.034`.
pub fn p_equation(p: f64) -> String {
    let text = p_value(p);
    match text.strip_prefix(['<', '>']) {
        Some(bound) => format!("p {} {bound}", &text[..1]),
        None => format!("p = {text}"),
    }
}

/// A hazard ratio, odds ratio or fold change: `1.23`, `12.3`, `146`, `0.0031`, `2.3e9`.
pub fn ratio(x: f64) -> String {
    ratio_with(x, ratio_decimals(x))
}

/// A ratio with its limits: `1.23 (1.04-1.46)`.
///
/// Two decimals, fewer for ratios over ten; decimals are added while estimate and limits would look the same
/// (`1.0003 (1.0001-1.0005)` for a covariate in small units) or the estimate of a narrow interval would be 1.00, which
/// hides its direction. Limits that do not exist are left out.
pub fn ratio_ci(estimate: f64, lower: f64, upper: f64) -> String {
    let plain = [estimate, lower, upper].map(ratio);
    if !lower.is_finite() || !upper.is_finite() || [estimate, lower, upper].iter().any(|x| extreme(*x)) {
        return with_limits(plain);
    }
    let written = |more: usize| [estimate, lower, upper].map(|x| ratio_with(x, base_decimals(x) + more));
    let apart = |[e, l, u]: &[String; 3]| e != l && e != u && l != u || lower == upper;
    // A narrow interval around 1 shows on which side of it the estimate is.
    let is_narrow = upper < 2.0 * lower && estimate != 1.0;
    let has_side = |all: &[String; 3]| !is_narrow || all[0].parse() != Ok(1.0);
    let decimals = || 0..=MOST_DECIMALS - 2;
    decimals()
        .map(written)
        .find(|all| apart(all) && has_side(all))
        .or_else(|| decimals().map(written).find(apart))
        .map_or_else(|| with_limits(plain), with_limits)
}

/// An estimate with its limits, all with `decimals` decimals: `0.712 (0.654-0.770)`; `-0.12 (-0.30 to 0.06)` where
/// a hyphen could be read as a sign.
pub fn estimate_ci(estimate: f64, lower: f64, upper: f64, decimals: usize) -> String {
    with_limits([estimate, lower, upper].map(|x| fixed(x, decimals)))
}

/// A probability with its limits: limits of a symmetric interval that pass 0 or 1 are shown as 0 or 1; what is not
/// defined has no limits.
pub fn probability_ci(estimate: f64, lower: f64, upper: f64, decimals: usize) -> String {
    // NaN stays NaN in a clamp, where min and max would make it 0 or 1.
    estimate_ci(estimate, lower.clamp(0.0, 1.0), upper.clamp(0.0, 1.0), decimals)
}

/// Two limits: `1.04-1.46`, or `-0.30 to 0.06` where a hyphen could be read as a sign.
pub fn interval(lower: f64, upper: f64, decimals: usize) -> String {
    join_limits(&fixed(lower, decimals), &fixed(upper, decimals))
}

/// Mean and standard deviation: `57.6 ± 9.7`, with the decimals that the standard deviation deserves.
pub fn mean_sd(mean: f64, sd: f64) -> String {
    mean_sd_beside(mean, sd, sd)
}

/// Mean and standard deviation with the decimals that `spread` deserves: that of all groups, where several stand side by
/// side.
pub fn mean_sd_beside(mean: f64, sd: f64, spread: f64) -> String {
    if !mean.is_finite() {
        return fixed(mean, 0);
    }
    if mean.abs().max(sd.abs()) >= 1e6 {
        return format!("{} ± {}", scientific(mean, 3), scientific(sd, 2));
    }
    let decimals = spread_decimals(spread);
    format!("{} ± {}", fixed(mean, decimals), fixed(sd, decimals))
}

/// Median and quartiles: `12.3 [8.1-20.4]`, with the decimals that the distance between the quartiles deserves.
pub fn median_iqr(median: f64, q1: f64, q3: f64) -> String {
    median_iqr_beside(median, q1, q3, q3 - q1)
}

/// Median and quartiles with the decimals that `spread` deserves: the distance between the quartiles of all groups, where
/// several stand side by side.
pub fn median_iqr_beside(median: f64, q1: f64, q3: f64, spread: f64) -> String {
    if !median.is_finite() {
        return fixed(median, 0);
    }
    let show = |x: f64| {
        if median.abs().max(q1.abs()).max(q3.abs()) >= 1e6 {
            scientific(x, 3)
        } else {
            fixed(x, spread_decimals(spread))
        }
    };
    format!("{} [{}]", show(median), join_limits(&show(q1), &show(q3)))
}

/// A length of time for people: `0.8 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return MISSING.into();
    }
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60);
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{minutes} min {:02} s", whole % 60),
        3600..86_400 => format!("{hours} h {minutes:02} min"),
        _ => format!("{days} d {hours:02} h"),
    }
}

/// The percentage without its sign, for columns headed `n (%)`.
fn percent_number(fraction: f64, decimals: usize) -> String {
    if !fraction.is_finite() {
        return MISSING.into();
    }
    let step = 10f64.powi(-(decimals as i32));
    let value = fraction * 100.0;
    if value > 0.0 && value < step / 2.0 {
        format!("<{}", fixed(step, decimals))
    } else if value < 100.0 && value > 100.0 - step / 2.0 {
        format!(">{}", fixed(100.0 - step, decimals))
    } else {
        fixed(value, decimals)
    }
}

/// Ratios that only powers of ten can show.
fn extreme(x: f64) -> bool {
    x >= 99_999.5 || x != 0.0 && x < 5e-5
}

fn base_decimals(x: f64) -> usize {
    match x.abs() {
        x if x >= 99.95 => 0,
        x if x >= 9.995 => 1,
        _ => 2,
    }
}

/// Decimals of a ratio that stands alone: two, more for those near zero.
fn ratio_decimals(x: f64) -> usize {
    if x > 0.0 && x < 0.0995 { (1 - decimal_exponent(x, 2)).clamp(2, 6) as usize } else { base_decimals(x) }
}

fn ratio_with(x: f64, decimals: usize) -> String {
    if x.is_finite() && extreme(x) { scientific(x, 2) } else { fixed(x, decimals) }
}

fn with_limits([estimate, lower, upper]: [String; 3]) -> String {
    // What is not defined has no limits, whatever was computed for them.
    if estimate == MISSING || lower == MISSING && upper == MISSING {
        return estimate;
    }
    format!("{estimate} ({})", join_limits(&lower, &upper))
}

fn join_limits(lower: &str, upper: &str) -> String {
    let signed = lower.starts_with('-') || upper.starts_with('-') || lower.contains("e-");
    if signed { format!("{lower} to {upper}") } else { format!("{lower}-{upper}") }
}

/// Decimals that leave a spread (standard deviation, distance of quartiles) two significant digits, one at least up
/// to a hundred.
fn spread_decimals(spread: f64) -> usize {
    let spread = spread.abs();
    if !spread.is_finite() || spread == 0.0 {
        return 1;
    }
    match decimal_exponent(spread, 2) {
        2.. => 0,
        0 | 1 => 1,
        below => (1 - below).min(6) as usize,
    }
}

/// The power of ten of `x` once it is rounded to `digits` significant digits.
fn decimal_exponent(x: f64, digits: usize) -> i32 {
    let text = format!("{x:.*e}", digits - 1);
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

fn without_negative_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if !rest.bytes().take_while(|byte| *byte != b'e').any(|byte| (b'1'..=b'9').contains(&byte)) => {
            rest.into()
        }
        _ => text,
    }
}

fn group_thousands(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests;
