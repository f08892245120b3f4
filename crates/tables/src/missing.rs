//! Which texts mean that a value is missing.

/// The texts that mean a missing value everywhere, in any letter case; so does an empty cell.
pub const MISSING: [&str; 5] = ["NA", "N/A", "NaN", "null", "."];

/// Texts that often mean a missing value, but not beyond doubt: they are suggested, never assumed.
const LIKELY: [&str; 117] = [
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
    "??",
    "/",
    "\\",
    "*",
    "**",
    "x",
    "unknown",
    "unk",
    "missing",
    "none",
    "n.a.",
    "na.",
    "#na",
    "nd",
    "n.d.",
    "nr",
    "n.r.",
    "not available",
    "not applicable",
    "not done",
    "not known",
    "not reported",
    "not recorded",
    "not stated",
    "no data",
    "not tested",
    "not assessed",
    "undetermined",
    "unavailable",
    "pending",
    "blank",
    "(blank)",
    "(empty)",
    "<na>",
    "#n/a",
    "#value!",
    "#div/0!",
    "#ref!",
    "#name?",
    "#num!",
    "#null!",
    "未知",
    "不详",
    "不詳",
    "不明",
    "不清楚",
    "不清",
    "未查",
    "未检",
    "未測",
    "未测",
    "未做",
    "未行",
    "缺失",
    "缺",
    "无数据",
    "无记录",
    "失访",
    "欠測",
    "欠損",
    "未検",
    "未測定",
    "未実施",
    "該当なし",
    "記載なし",
    "모름",
    "미상",
    "unbekannt",
    "keine angabe",
    "k.a.",
    "k. a.",
    "fehlend",
    "nicht bekannt",
    "inconnu",
    "non renseigné",
    "manquant",
    "desconocido",
    "no consta",
    "desconhecido",
    "ignorado",
    "sconosciuto",
    "mancante",
    "n.v.",
    "n/d",
    "n.k.",
    "nk",
    "nc",
    "nil",
    "\\n",
    "not evaluable",
    "not performed",
    "不祥",
    "未明",
    "未記載",
    "記録なし",
    "データなし",
    "不適用",
    "不适用",
    "무응답",
    "unbekannte",
    "nicht verfügbar",
    "nicht erhoben",
    "inconnue",
    "sans objet",
    "non précisé",
    "desconocida",
    "sin dato",
    "sin datos",
    "desconhecida",
    "sconosciuta",
    "non noto",
];

/// Numbers that often stand for a missing value.
pub(super) const CODES: [f64; 25] = [
    8.0, 88.0, 888.0, 8888.0, 77.0, 777.0, 7777.0, 98.0, 998.0, -8.0, -88.0, -888.0, 9.0, 99.0, 999.0, 9999.0, 99999.0,
    99.9, 999.9, -1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0,
];

/// The texts that mean a missing value in one column.
#[derive(Debug, Clone, Default)]
pub(super) struct MissingTexts<'s> {
    extra: Vec<&'s str>,
}

impl<'s> MissingTexts<'s> {
    /// The usual ones and `extra`.
    pub fn with(extra: impl IntoIterator<Item = &'s str>) -> Self {
        Self { extra: extra.into_iter().map(str::trim).collect() }
    }

    /// Whether others than the usual ones were named.
    pub fn says_more(&self) -> bool {
        !self.extra.is_empty()
    }

    /// Whether a text is one of those that were named besides the usual ones.
    pub fn is_said(&self, text: &str) -> bool {
        self.extra.contains(&text)
    }

    /// Whether a text without blanks around it means a missing value.
    pub fn contains(&self, text: &str) -> bool {
        text.is_empty()
            || text.len() <= 4 && MISSING.iter().any(|m| m.eq_ignore_ascii_case(text))
            || self.extra.contains(&text)
    }
}

/// Whether a text looks as if it meant a missing value.
pub(super) fn is_likely(text: &str) -> bool {
    text.len() <= 20 && (LIKELY.contains(&text) || LIKELY.contains(&text.to_lowercase().as_str()))
}
