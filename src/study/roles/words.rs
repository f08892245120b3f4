//! What column names say in many tables' habits.

use crate::study::spec::TimeUnit;

/// The words of a column's name in lower case: `RFS_months`, `rfs.months` and `rfsMonths` are rfs, months.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut before = ' ';
    for c in name.chars() {
        let starts = !open || before.is_lowercase() && c.is_uppercase();
        if !c.is_alphanumeric() {
            open = false;
        } else if starts {
            words.push(c.to_lowercase().collect());
            open = true;
        } else if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

/// Whether a column sounds like that of visits, examinations or times of them.
pub(in crate::study) fn is_visit(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "visit",
        "timepoint",
        "time_point",
        "event_name",
        "week",
        "cycle",
        "day",
        "date",
        "untersuchung",
        "visite",
        "随访",
        "時点",
    ];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether the name is that of a patient's id.
pub(in crate::study) fn is_id(name: &str) -> bool {
    const ELSEWHERE: [&str; 26] = [
        "编号",
        "病例号",
        "病历号",
        "住院号",
        "患者号",
        "患者id",
        "登记号",
        "病案号",
        "編號",
        "病歷號",
        "患者番号",
        "症例番号",
        "患者id番号",
        "환자번호",
        "등록번호",
        "patientennummer",
        "patnr",
        "pat.-nr",
        "fallnummer",
        "dossier",
        "numéro",
        "paciente",
        "historia",
        "nhc",
        "paziente",
        "prontuário",
    ];
    let lower = name.to_lowercase();
    if ELSEWHERE.iter().any(|word| lower == *word || !word.is_ascii() && lower.contains(word)) {
        return true;
    }
    const ALONE: [&str; 15] = [
        "id",
        "pid",
        "patient",
        "patientid",
        "subject",
        "subjectid",
        "case",
        "caseid",
        "mrn",
        "identifier",
        "studyid",
        "usubjid",
        "subjid",
        "pat",
        "participant",
    ];
    let words = words(name);
    words.iter().any(|w| matches!(w.as_str(), "id" | "pid" | "mrn")) || ALONE.contains(&words.concat().as_str())
}

/// Whether the name is that of a column of cohorts.
pub(super) fn is_cohort(name: &str) -> bool {
    const WORDS: [&str; 15] = [
        "train",
        "training",
        "cohort",
        "cohorts",
        "dataset",
        "split",
        "partition",
        "set",
        "fold",
        "kohorte",
        "datensatz",
        "cohorte",
        "coorte",
        "coorti",
        "conjunto",
    ];
    const SIGNS: [&str; 6] = ["队列", "隊列", "数据集", "數據集", "コホート", "코호트"];
    words(name).iter().any(|w| WORDS.contains(&w.as_str())) || SIGNS.iter().any(|sign| name.contains(sign))
}

/// A unit of time in the name.
pub(super) fn unit(name: &str) -> Option<TimeUnit> {
    in_east_asian(name).or_else(|| in_words(name))
}

/// `（月）`, `月数`, `(天)`: the unit stands at the end or in brackets, for 日 and 年 are in other words too.
fn in_east_asian(name: &str) -> Option<TimeUnit> {
    let plain: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let end = plain.trim_end_matches([')', '）', ']', '】', '数', '數']);
    let units: [(&[&str], TimeUnit); 4] = [
        (&["月", "个月", "個月", "ヶ月", "か月", "개월"], TimeUnit::Months),
        (&["天", "日", "일"], TimeUnit::Days),
        (&["周", "週", "주"], TimeUnit::Weeks),
        (&["年", "년"], TimeUnit::Years),
    ];
    units.into_iter().find(|(words, _)| words.iter().any(|w| end.ends_with(w))).map(|(_, unit)| unit)
}

fn in_words(name: &str) -> Option<TimeUnit> {
    words(name).iter().find_map(|word| {
        Some(match word.as_str() {
            "day" | "days" | "d" | "tage" | "tagen" | "jours" | "jour" | "días" | "dias" | "giorni" => TimeUnit::Days,
            "week" | "weeks" | "wk" | "wks" | "wochen" | "semaines" | "semanas" | "settimane" => TimeUnit::Weeks,
            "month" | "months" | "mo" | "mon" | "mos" | "m" | "mths" | "monate" | "monaten" | "mois" | "meses"
            | "mesi" => TimeUnit::Months,
            "year" | "years" | "yr" | "yrs" | "y" | "jahre" | "jahren" | "ans" | "années" | "años" | "anos"
            | "anni" => TimeUnit::Years,
            _ => return None,
        })
    })
}

/// The outcome that a column of times belongs to, if its name is that of a time: "" where it names none.
pub(super) fn time_stem(name: &str) -> Option<String> {
    if let Some(stem) = east_asian_outcome(name).filter(|_| TIME_SIGNS.iter().any(|sign| name.contains(sign))) {
        return Some(stem.to_owned());
    }
    let words = words(name);
    let is_time = |w: &str| {
        matches!(w, "time" | "t" | "duration" | "followup" | "fu" | "follow" | "up" | "survtime" | "aval" | "tte")
            || TIME_WORDS.contains(&w)
    };
    let mut stem = None;
    // `survival_months` is a time, `survival` beside other words may be anything.
    let survival = |w: &str| matches!(w, "survival" | "surv");
    let mut found =
        unit(name).is_some_and(|_| words.iter().any(|w| is_time(w) || survival(w) || whole_word(w).is_some()));
    for word in &words {
        if is_time(word) {
            found = true;
        } else if let Some(bare) = word.strip_suffix("time").filter(|bare| !bare.is_empty()) {
            // rfstime, dtime, futime
            found = true;
            stem = stem.or_else(|| outcome(bare));
        } else {
            stem = stem.or_else(|| whole_word(word));
        }
    }
    let bare_outcome = words.len() == 1 && survival(&words[0]);
    if found || bare_outcome { Some(stem.unwrap_or_default().to_owned()) } else { None }
}

/// What names of times have in Chinese, Japanese and Korean.
const TIME_SIGNS: [&str; 14] =
    ["时间", "時間", "期间", "期間", "随访", "隨訪", "追蹤", "追跡", "観察", "生存期", "月数", "天数", "기간", "추적"];

/// Words of times in German, French, Spanish, Portuguese and Italian.
const TIME_WORDS: [&str; 26] = [
    "zeit",
    "dauer",
    "beobachtungszeit",
    "nachbeobachtung",
    "nachbeobachtungszeit",
    "überlebenszeit",
    "ueberlebenszeit",
    "überleben",
    "ereigniszeit",
    "temps",
    "durée",
    "duree",
    "suivi",
    "délai",
    "delai",
    "survie",
    "tiempo",
    "seguimiento",
    "supervivencia",
    "tempo",
    "seguimento",
    "acompanhamento",
    "sobrevida",
    "sopravvivenza",
    "durata",
    "follow_up",
];

/// Words of events in those languages.
const EVENT_WORDS: [&str; 22] = [
    "ereignis",
    "zensur",
    "événement",
    "evenement",
    "évènement",
    "statut",
    "évolution",
    "evento",
    "estado",
    "stato",
    "esito",
    "desfecho",
    "vitalstatus",
    "vitalité",
    "cnsr",
    "censure",
    "zensiert",
    "censuré",
    "censurado",
    "censurato",
    "outcome",
    "vitalstat",
];

/// The outcome that a name in Chinese, Japanese or Korean speaks of; "" where it is a follow-up or a state without one.
fn east_asian_outcome(name: &str) -> Option<&'static str> {
    let outcomes: [(&[&str], &str); 9] = [
        (&["无进展", "無進展", "无进展生存", "无病进展"], "PFS"),
        (&["无病", "無病"], "DFS"),
        (&["无复发", "無復發", "無再発", "复发", "復發", "再発", "재발"], "RFS"),
        (&["进展", "進展", "増悪"], "PFS"),
        (&["转移", "轉移", "転移", "전이"], "DMFS"),
        (&["死亡", "生存", "存活", "사망", "생존"], "OS"),
        (&["随访", "隨訪", "追蹤", "追跡", "観察", "추적"], ""),
        (&["事件", "结局", "結局", "转归", "転帰", "状态", "狀態", "イベント", "删失", "截尾", "打ち切り"], ""),
        (&["时间", "時間"], ""),
    ];
    outcomes.into_iter().find(|(words, _)| words.iter().any(|w| name.contains(w))).map(|(_, outcome)| outcome)
}

/// The outcome that a column of events belongs to, if its name is that of an event: "" where it names none.
pub(super) fn event_stem(name: &str) -> Option<String> {
    let is_time = TIME_SIGNS.iter().any(|sign| name.contains(sign));
    if let Some(stem) = east_asian_outcome(name).filter(|_| !is_time) {
        return Some(stem.to_owned());
    }
    let words = words(name);
    let is_event = |w: &str| {
        matches!(
            w,
            "event"
                | "status"
                | "censor"
                | "censored"
                | "cens"
                | "censoring"
                | "indicator"
                | "delta"
                | "fustat"
                | "vital"
                | "state"
                | "evt"
        ) || EVENT_WORDS.contains(&w)
    };
    let mut stem = None;
    let mut found = false;
    for word in &words {
        let bare =
            ["event", "status", "stat", "cens"].iter().find_map(|s| word.strip_suffix(s).filter(|b| !b.is_empty()));
        if is_event(word) {
            found = true;
        } else if let Some(named) = bare.and_then(outcome) {
            found = true;
            stem = stem.or(Some(named));
        } else {
            stem = stem.or_else(|| whole_word(word));
        }
    }
    if found || stem.is_some() { Some(stem.unwrap_or_default().to_owned()) } else { None }
}

/// The outcome that a word by itself names; a single letter says too little.
fn whole_word(word: &str) -> Option<&'static str> {
    outcome(word).filter(|_| word.len() > 1)
}

/// The usual abbreviation of the outcome that a word, or what stands before `time` in it, names.
pub(super) fn outcome(word: &str) -> Option<&'static str> {
    Some(match word {
        "os" | "death" | "dead" | "died" | "deceased" | "mortality" | "overall" | "d" | "tod" | "verstorben"
        | "décès" | "deces" | "mort" | "muerte" | "fallecido" | "óbito" | "obito" | "morte" | "decesso"
        | "gesamtüberleben" => "OS",
        "rfs" | "recur" | "recurred" | "recurrence" | "relapse" | "relapsed" | "rec" | "r" | "rezidiv" | "récidive"
        | "recidive" | "rechute" | "recidiva" | "recaída" | "recorrência" => "RFS",
        "pfs" | "progression" | "progressed" | "progress" | "progresión" | "progressão" | "progressione" => "PFS",
        "dfs" => "DFS",
        "efs" => "EFS",
        "dmfs" | "metastasis" => "DMFS",
        "css" | "dss" => "DSS",
        "ttp" => "TTP",
        "ttr" => "TTR",
        "lrfs" => "LRFS",
        _ => return None,
    })
}

/// What is printed for an outcome's abbreviation.
pub(super) fn label(outcome: &str) -> Option<&'static str> {
    Some(match outcome {
        "OS" => "Overall survival",
        "RFS" => "Recurrence-free survival",
        "PFS" => "Progression-free survival",
        "DFS" => "Disease-free survival",
        "EFS" => "Event-free survival",
        "DMFS" => "Distant metastasis-free survival",
        "DSS" => "Disease-specific survival",
        "TTP" => "Time to progression",
        "TTR" => "Time to recurrence",
        "LRFS" => "Local recurrence-free survival",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_times_and_events_agree_on_the_outcome() {
        for (time, event) in [
            ("rfs_months", "rfs_event"),
            ("RFS.time", "RFS.status"),
            ("rfstime", "recur"),
            ("dtime", "death"),
            ("OS_days", "OS"),
            ("osMonths", "osEvent"),
            ("pfs_time", "pfsstatus"),
        ] {
            assert_eq!(time_stem(time), event_stem(event), "{time} and {event}");
            assert!(time_stem(time).is_some_and(|s| !s.is_empty()), "{time}");
        }
        assert_eq!((time_stem("time"), event_stem("status")), (Some(String::new()), Some(String::new())));
        assert_eq!((time_stem("age"), event_stem("age")), (None, None));
        assert_eq!(time_stem("os_event"), None);
        let registry = (time_stem("Survival months"), event_stem("Vital status"));
        assert_eq!(registry, (Some(String::new()), Some(String::new())));
    }

    #[test]
    fn names_of_other_languages_are_understood() {
        let of = |time, event| (time_stem(time), event_stem(event));
        let both = |stem: &str| (Some(stem.to_owned()), Some(stem.to_owned()));
        assert_eq!(of("无复发生存时间（月）", "是否复发"), both("RFS"));
        assert_eq!(of("生存时间", "死亡"), both("OS"));
        assert_eq!(of("随访时间（月）", "结局"), both(""));
        assert_eq!(of("観察期間", "転帰"), both(""));
        assert_eq!(of("Beobachtungszeit_Monate", "Ereignis"), both(""));
        assert_eq!(of("temps_suivi", "statut"), both(""));
        assert_eq!(event_stem("Décès"), Some("OS".to_owned()));
        assert_eq!((time_stem("年龄"), event_stem("性别")), (None, None));
        assert_eq!(unit("随访时间（月）"), Some(TimeUnit::Months));
        assert_eq!(unit("suivi (mois)"), Some(TimeUnit::Months));
    }

    #[test]
    fn ids_and_units() {
        assert!(is_id("patient_id") && is_id("PatientID") && is_id("pid") && is_id("Subject") && !is_id("age"));
        assert_eq!(unit("rfs_months"), Some(TimeUnit::Months));
        assert_eq!(unit("time"), None);
    }
}
