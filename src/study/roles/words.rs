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

/// Whether the name is that of a patient's id.
pub(super) fn is_id(name: &str) -> bool {
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
    let is =
        |w: &String| matches!(w.as_str(), "cohort" | "cohorts" | "dataset" | "split" | "partition" | "set" | "fold");
    words(name).iter().any(is)
}

/// A unit of time in the name.
pub(super) fn unit(name: &str) -> Option<TimeUnit> {
    words(name).iter().find_map(|word| {
        Some(match word.as_str() {
            "day" | "days" | "d" => TimeUnit::Days,
            "week" | "weeks" | "wk" | "wks" => TimeUnit::Weeks,
            "month" | "months" | "mo" | "mon" | "mos" | "m" | "mths" => TimeUnit::Months,
            "year" | "years" | "yr" | "yrs" | "y" => TimeUnit::Years,
            _ => return None,
        })
    })
}

/// The outcome that a column of times belongs to, if its name is that of a time: "" where it names none.
pub(super) fn time_stem(name: &str) -> Option<String> {
    let words = words(name);
    let is_time = |w: &str| matches!(w, "time" | "t" | "duration" | "followup" | "fu" | "follow" | "up" | "survtime");
    let mut stem = None;
    let mut found = unit(name).is_some_and(|_| words.iter().any(|w| is_time(w) || whole_word(w).is_some()));
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
    let bare_outcome = words.len() == 1 && matches!(words[0].as_str(), "survival" | "surv");
    if found || bare_outcome { Some(stem.unwrap_or_default().to_owned()) } else { None }
}

/// The outcome that a column of events belongs to, if its name is that of an event: "" where it names none.
pub(super) fn event_stem(name: &str) -> Option<String> {
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
        )
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

/// Whether the name says that the column marks censoring, not the event.
pub(super) fn is_censoring(name: &str) -> bool {
    words(name).iter().any(|w| w.starts_with("cens"))
}

/// The outcome that a word by itself names; a single letter says too little.
fn whole_word(word: &str) -> Option<&'static str> {
    outcome(word).filter(|_| word.len() > 1)
}

/// The usual abbreviation of the outcome that a word, or what stands before `time` in it, names.
pub(super) fn outcome(word: &str) -> Option<&'static str> {
    Some(match word {
        "os" | "death" | "dead" | "died" | "deceased" | "mortality" | "overall" | "d" => "OS",
        "rfs" | "recur" | "recurred" | "recurrence" | "relapse" | "relapsed" | "rec" | "r" => "RFS",
        "pfs" | "progression" | "progressed" | "progress" => "PFS",
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

/// Whether a value of an event column means the event.
pub(super) fn is_event_value(value: &str) -> bool {
    const WORDS: [&str; 14] = [
        "1",
        "true",
        "yes",
        "y",
        "dead",
        "died",
        "deceased",
        "death",
        "event",
        "recurred",
        "recurrence",
        "relapse",
        "relapsed",
        "progressed",
    ];
    WORDS.iter().any(|w| w.eq_ignore_ascii_case(value.trim()))
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
    }

    #[test]
    fn ids_and_units() {
        assert!(is_id("patient_id") && is_id("PatientID") && is_id("pid") && is_id("Subject") && !is_id("age"));
        assert_eq!(unit("rfs_months"), Some(TimeUnit::Months));
        assert_eq!(unit("time"), None);
    }
}
