//! Words that tables of many languages have in other places than the patients' rows: units, totals.

/// Whether a text is a unit as headers and cells write them: `cm`, `mg/dL`, `10^9/L`, `岁`.
pub(crate) fn is_unit(text: &str) -> bool {
    let plain = text.trim().trim_end_matches('.').to_lowercase().replace('μ', "µ");
    if plain.is_empty() || plain.chars().count() > 24 {
        return false;
    }
    if UNITS.contains(&plain.as_str()) {
        return true;
    }
    let powers = ["×10", "x10", "*10", "10^", "10⁹", "10e", "10**"];
    if powers.iter().any(|p| plain.starts_with(p)) {
        return true;
    }
    // A quotient of short words without blanks, one of them a unit: ng/mL, U/L, cells/µL.
    let parts: Vec<&str> = plain.split('/').collect();
    let short = |p: &&str| !p.is_empty() && p.chars().count() <= 6 && !p.contains(' ');
    (2..=3).contains(&parts.len()) && parts.iter().all(short) && parts[1..].iter().any(|p| UNITS.contains(p))
}

/// Whether a text names a row of sums, means or counts.
pub(super) fn is_total(text: &str) -> bool {
    let plain = text.trim().trim_end_matches([':', '：', '.', '=']).trim().to_lowercase();
    if TOTALS.contains(&plain.as_str()) {
        return true;
    }
    // Median (IQR), Total général, n = 57: such a word, and nothing but words that go with it.
    let mut words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let goes_with = |word: &str| WITH_TOTALS.contains(&word) || TOTALS.contains(&word) || word.parse::<f64>().is_ok();
    words.next().is_some_and(|first| TOTALS.contains(&first)) && words.all(goes_with)
}

/// Words that stand beside those that name a total.
const WITH_TOTALS: [&str; 16] = [
    "iqr",
    "sd",
    "sem",
    "ci",
    "95",
    "range",
    "quartiles",
    "patients",
    "cases",
    "cohort",
    "général",
    "general",
    "geral",
    "generale",
    "score",
    "q3",
];

const UNITS: [&str; 124] = [
    "$", "€", "£", "¥", "￥", "₩", "usd", "eur", "cny", "元", "円", "원", "%", "‰", "mm", "cm", "m", "µm", "um", "nm",
    "mm2", "cm2", "m2", "mm²", "cm²", "m²", "mm3", "cm3", "mm³", "cm³", "cc", "ml", "dl", "l", "µl", "ul", "kg", "g",
    "mg", "µg", "ug", "mcg", "ng", "pg", "fg", "mol", "mmol", "µmol", "umol", "nmol", "pmol", "u", "iu", "ku", "miu",
    "meq", "mmhg", "kpa", "bpm", "kg/m2", "kg/m²", "score", "hu", "suv", "gy", "mci", "mbq", "ms", "s", "sec", "min",
    "h", "hr", "hrs", "hour", "hours", "d", "day", "days", "wk", "wks", "week", "weeks", "mo", "mos", "mon", "mth",
    "month", "months", "y", "yr", "yrs", "year", "years", "°c", "n", "岁", "歳", "才", "세", "年", "月", "个月",
    "個月", "ヶ月", "か月", "ヵ月", "カ月", "日", "天", "周", "週", "개월", "jahre", "monate", "tage", "ans", "mois",
    "jours", "años", "meses", "días", "anni", "mesi",
];

const TOTALS: [&str; 66] = [
    "iqr",
    "q1",
    "q3",
    "totale",
    "итого",
    "всего",
    "среднее",
    "gesamtsumme",
    "toplam",
    "total",
    "totals",
    "sum",
    "subtotal",
    "grand total",
    "overall",
    "all patients",
    "mean",
    "average",
    "avg",
    "median",
    "sd",
    "std",
    "std dev",
    "standard deviation",
    "se",
    "min",
    "max",
    "minimum",
    "maximum",
    "range",
    "n",
    "count",
    "%",
    "percent",
    "mean ± sd",
    "mean±sd",
    "合计",
    "总计",
    "小计",
    "总数",
    "平均",
    "平均值",
    "均值",
    "均数",
    "中位数",
    "标准差",
    "合計",
    "總計",
    "小計",
    "総計",
    "平均値",
    "中央値",
    "標準偏差",
    "계",
    "합계",
    "평균",
    "summe",
    "gesamt",
    "insgesamt",
    "mittelwert",
    "durchschnitt",
    "somme",
    "moyenne",
    "promedio",
    "media",
    "média",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_words() {
        for unit in ["cm", "mg/dL", "10^9/L", "×10⁹/L", "%", "U/mL", "岁", "kg/m²", "years", "cells/µL"] {
            assert!(is_unit(unit), "{unit}");
        }
        for word in ["Age", "age at surgery", "Sex", "and/or", "yes/no", "male", ""] {
            assert!(!is_unit(word), "{word}");
        }
        assert!(is_total("Total:") && is_total("合计") && !is_total("Totally"));
        assert!(is_total("Median (IQR)") && is_total("Total général") && is_total("n = 57") && is_total("Mean ± SD"));
        assert!(!is_total("Max Miller") && !is_total("Min Jung") && !is_total("57"));
    }
}
