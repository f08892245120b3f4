//! What the values of an event's column mean, in the words of many languages.

use tables::{Category, Column, Kind};

use super::happened::{EVENT, NONE};
use super::marks;

/// What the values of a column say of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::study) enum Meaning {
    /// 1 and 0, true and false.
    Plain,
    /// This value means the event, by its word.
    Word(String),
    /// It has to be asked: why, and the values that it may be, the likeliest first.
    Open(&'static str, Vec<String>),
}

/// More levels than this are no outcomes.
const MOST: usize = 12;

impl Meaning {
    /// Looks at the levels of an event's column, and at its name.
    pub fn of(column: &Column) -> Self {
        let factor = column.factor();
        let levels = known(&factor, column);
        if marks::is_censored(&column.name) {
            let none: Vec<&String> = levels.iter().filter(|l| says(l) == Some(false)).collect();
            let first = if none.len() == 1 { none[0].clone() } else { "0".to_owned() };
            let order = likeliest_first(&levels, &[first]);
            return Self::Open("Its name says that it marks the censored.", order);
        }
        if marks::is_alive(&column.name) && levels.iter().all(|l| is_bare(l)) {
            let none: Vec<String> = levels.iter().filter(|l| says(l) == Some(false)).cloned().collect();
            return Self::Open("Its name says that it marks those without the event.", likeliest_first(&levels, &none));
        }
        if levels.iter().all(|l| plain(l).is_some()) {
            return Self::Plain;
        }
        if column.kind() == Kind::Number && levels == ["1", "2"] {
            return Self::Open(
                "Some write 2 for the event and 1 for none, as R's lung data; others do the opposite.",
                levels,
            );
        }
        let events: Vec<String> = levels.iter().filter(|l| says(l) == Some(true)).cloned().collect();
        let others = levels.iter().filter(|l| says(l) == Some(false)).count();
        if others == levels.len() && others > 0 {
            return Self::Open("All its values say that nothing happened, so that nobody had the event.", Vec::new());
        }
        if levels.len() > 2 && levels[0] == "0" {
            return Self::Open("It holds several causes.", levels[1..].to_vec());
        }
        match events.as_slice() {
            [one] if others > 0 && others + 1 == levels.len() => Self::Word(one.clone()),
            _ => match denied(&levels) {
                Some(event) => Self::Word(event),
                None => Self::Open("", likeliest_first(&levels, &events)),
            },
        }
    }

    /// Whether the column may hold an outcome at all: few values, or 0 and several causes.
    pub fn is_possible(column: &Column) -> bool {
        // Columns of more levels than these are no outcomes, whatever else is known of them.
        let kind = column.kind();
        if !matches!(kind, Kind::Number | Kind::Category)
            || kind == Kind::Number && column.values.levels_within(MOST + column.suspects.len()).is_none()
        {
            return false;
        }
        let levels = known(&column.factor(), column);
        match kind {
            Kind::Number => {
                levels.len() == 2
                    || (3..=5).contains(&levels.len()) && levels[0] == "0" && levels.iter().all(|l| l.len() == 1)
            }
            Kind::Category => levels.len() == 2,
            _ => false,
        }
    }
}

/// The levels that occur, without those that seem to mean that nothing is known.
fn known(factor: &Category, column: &Column) -> Vec<String> {
    let counts = factor.counts();
    let occurs = |k: &usize| counts[*k] > 0 && !column.suspects.contains(&factor.levels[*k]);
    (0..counts.len()).filter(occurs).take(MOST + 1).map(|k| factor.levels[k].clone()).collect()
}

fn likeliest_first(levels: &[String], first: &[String]) -> Vec<String> {
    let mut order = levels.to_vec();
    order.sort_by_key(|level| !first.contains(level));
    order
}

/// `1`, `0`, `true`, `false`.
pub(in crate::study) fn plain(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Whether a value says that the event happened, or that it did not.
fn says(value: &str) -> Option<bool> {
    let value = value.trim().to_lowercase();
    if let Some(plain) = plain(&value) {
        return Some(plain);
    }
    // 1:DECEASED, 0 = alive: the code in front says nothing that the word does not.
    let word = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let coded = word.len() < value.len() && word.starts_with([':', '=', '.', '-', ' ', '_', '：', ')']);
    let word = if coded { word.trim_start_matches([':', '=', '.', '-', ' ', '_', '：', ')']) } else { &value };
    let bare = word.strip_suffix("あり").or_else(|| word.strip_suffix("有り")).unwrap_or(word);
    if EVENT.contains(&word) || EVENT.contains(&bare) {
        return Some(true);
    }
    let is_none = NONE.contains(&word) || without(word).is_some_and(|rest| EVENT.contains(&rest));
    is_none.then_some(false)
}

/// Whether a value says yes or no without saying of what.
fn is_bare(value: &str) -> bool {
    const YES_AND_NO: [&str; 32] = [
        "yes",
        "no",
        "y",
        "n",
        "t",
        "f",
        "ja",
        "nein",
        "j",
        "oui",
        "non",
        "o",
        "sí",
        "si",
        "s",
        "sì",
        "sim",
        "não",
        "nao",
        "是",
        "否",
        "有",
        "无",
        "無",
        "はい",
        "いいえ",
        "あり",
        "なし",
        "예",
        "아니오",
        "+",
        "-",
    ];
    plain(value).is_some() || YES_AND_NO.contains(&value.trim().to_lowercase().as_str())
}

/// Of two values of which one denies the other, the other: `复发` of `复发` and `未复发`.
fn denied(levels: &[String]) -> Option<String> {
    let [a, b] = levels else { return None };
    let denies = |no: &str, yes: &str| {
        without(&no.trim().to_lowercase()).is_some_and(|rest| rest == yes.trim().to_lowercase() && !rest.is_empty())
    };
    match (denies(b, a), denies(a, b)) {
        (true, false) => Some(a.clone()),
        (false, true) => Some(b.clone()),
        _ => None,
    }
}

/// What is denied: `recurrence` of `no recurrence`, `再発` of `再発なし`.
fn without(word: &str) -> Option<&str> {
    const BEFORE: [&str; 28] = [
        "no ", "not ", "non ", "non-", "without ", "free of ", "no-", "no_", "未", "无", "無", "没有", "非", "kein ",
        "keine ", "nicht ", "ohne ", "pas de ", "pas d'", "pas d’", "sans ", "sin ", "sem ", "senza ", "nessuna ",
        "nessun ", "não ", "무",
    ];
    const BEHIND: [&str; 7] = ["なし", "無し", "せず", "-free", " free", "frei", "(-)"];
    let before = BEFORE.iter().find_map(|no| word.strip_prefix(no));
    before.or_else(|| BEHIND.iter().find_map(|no| word.strip_suffix(no))).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tables::Values;

    fn of(name: &str, values: &[&str]) -> Meaning {
        let column = match values.iter().map(|v| v.parse::<f64>()).collect::<Result<Vec<f64>, _>>() {
            Ok(numbers) => Values::Number(numbers),
            Err(_) => Values::Category(Category::from_texts(values.iter().map(|v| Some(*v)))),
        };
        Meaning::of(&Column::new(name, column, ""))
    }

    #[test]
    fn pairs_of_words_are_understood_in_many_languages() {
        for (event, none) in [
            ("复发", "未复发"),
            ("死亡", "生存"),
            ("是", "否"),
            ("阳性", "阴性"),
            ("あり", "なし"),
            ("再発", "無再発"),
            ("+", "-"),
            ("DOD", "NED"),
            ("décédé", "vivant"),
            ("verstorben", "lebt"),
            ("Ja", "Nein"),
            ("exitus", "vivo"),
            ("óbito", "vivo"),
            ("sì", "no"),
            ("oui", "non"),
            ("recaída", "sin recaída"),
            ("1:DECEASED", "0:LIVING"),
            ("Dead", "Alive"),
            ("event", "censored"),
            ("転移あり", "転移なし"),
            ("進行", "安定"),
            ("재발", "무재발"),
            ("사망", "중도절단"),
            ("있음", "없음"),
            ("DCD", "VV"),
            ("Tod", "überlebend"),
            ("Progress", "stabil"),
            ("décès", "survie"),
            ("阳", "阴"),
            ("进展", "稳定"),
            ("muerte", "censura"),
            ("observed", "censored"),
            ("Deceased", "Alive at last follow-up"),
            ("metastasis of the lung", "no metastasis of the lung"),
        ] {
            assert_eq!(of("status", &[none, event, none]), Meaning::Word(event.to_owned()), "{event} and {none}");
        }
        assert_eq!(of("status", &["0", "1"]), Meaning::Plain);
    }

    #[test]
    fn what_no_word_tells_is_asked() {
        for values in [["A", "B"], ["1", "2"], ["DOD", "DOC"], ["AWD", "NED"], ["x", "no"]] {
            assert!(matches!(of("status", &values), Meaning::Open(..)), "{values:?}");
        }
        assert!(matches!(of("status", &["alive", "alive"]), Meaning::Open(_, c) if c.is_empty()), "never the living");
        assert!(matches!(of("status", &["0", "1", "2"]), Meaning::Open(_, c) if c == ["1", "2"]));
    }

    #[test]
    fn a_name_that_marks_the_living_is_asked() {
        for (name, values, first) in [
            ("alive", ["0", "1"], "0"),
            ("是否存活", ["否", "是"], "否"),
            ("Überlebt", ["ja", "nein"], "nein"),
            ("vivo", ["no", "sí"], "no"),
            ("survived", ["false", "true"], "false"),
        ] {
            assert!(matches!(of(name, &values), Meaning::Open(_, c) if c[0] == first), "{name}");
        }
        assert_eq!(of("alive", &["dead", "alive"]), Meaning::Word("dead".to_owned()));
        assert_eq!(of("生存状态", &["0", "1"]), Meaning::Plain, "a state of survival");
    }

    #[test]
    fn a_name_that_marks_the_censored_is_asked() {
        for name in ["censored", "CNSR", "is_censored", "删失", "zensiert"] {
            assert!(matches!(of(name, &["0", "1"]), Meaning::Open(_, c) if c == ["0", "1"]), "{name}");
        }
        assert_eq!(of("cens", &["0", "1"]), Meaning::Plain, "often 1 for the event, whatever its name");
    }
}
