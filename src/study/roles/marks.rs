//! Names of columns that mark those without the event: the censored, the living.

use super::words::words;

/// Whether the name says that the column marks censoring, not the event.
pub(in crate::study) fn is_censoring(name: &str) -> bool {
    words(name).iter().any(|w| w.starts_with("cens")) || is_censored(name)
}

/// Whether the name says beyond doubt that the marked are the censored: `censored`, ADaM's `CNSR`.
pub(in crate::study) fn is_censored(name: &str) -> bool {
    const WORDS: [&str; 8] =
        ["censored", "cnsr", "zensiert", "censuré", "censure", "censurado", "censurada", "censurato"];
    const SIGNS: [&str; 5] = ["删失", "截尾", "刪失", "打ち切り", "打切り"];
    words(name).iter().any(|w| WORDS.contains(&w.as_str())) || SIGNS.iter().any(|sign| name.contains(sign))
}

/// Whether the name says that the marked are those without the event: `alive`, `survived`, `存活`.
pub(in crate::study) fn is_alive(name: &str) -> bool {
    const WORDS: [&str; 20] = [
        "alive",
        "living",
        "survived",
        "survivor",
        "lebt",
        "lebend",
        "überlebt",
        "überlebend",
        "vivant",
        "vivante",
        "survivant",
        "vivo",
        "viva",
        "sobreviviente",
        "sobrevivió",
        "sobrevivente",
        "sobreviveu",
        "vivente",
        "sopravvissuto",
        "sopravvissuta",
    ];
    const SIGNS: [&str; 5] = ["存活", "是否生存", "生存中", "健在", "생존"];
    // A state of survival says nothing of its codes.
    const NEUTRAL: [&str; 6] = ["状态", "狀態", "状態", "结局", "상태", "여부"];
    let signed = SIGNS.iter().any(|sign| name.contains(sign)) && !NEUTRAL.iter().any(|word| name.contains(word));
    signed || name.trim() == "生存" || words(name).iter().any(|w| WORDS.contains(&w.as_str()))
}
