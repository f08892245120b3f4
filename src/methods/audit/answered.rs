//! What authors answer in `[audit]`: a text says that an item is met, and how; `no: ..` that it is not, `not applicable: ..`
//! that it does not apply, `2 points: ..` that it earns so many.

use super::{Checklist, Entry, Facts, Item, Judged, Status};

const PLACE: &str = "study.toml: [audit]";

/// What is answered, taken apart.
fn read(text: &str, most: f64) -> Judged {
    let judged = |status, evidence: &str, points| Judged {
        status,
        evidence: evidence.trim().to_owned(),
        place: PLACE.to_owned(),
        points,
    };
    let (word, rest) = text.split_once(':').unwrap_or((text, ""));
    let word = word.trim().to_lowercase();
    let points = || word.strip_suffix("points").or(word.strip_suffix("point"))?.trim().parse::<f64>().ok();
    match word.as_str() {
        "no" | "not met" => judged(Status::NotMet, rest, None),
        "not applicable" | "n/a" => judged(Status::NotApplicable, rest, None),
        "yes" | "met" => judged(Status::Met, rest, None),
        _ => match points() {
            Some(0.0) => judged(Status::NotMet, rest, None),
            Some(points) => judged(Status::Met, rest, Some(points.clamp(0.0, most))),
            None => judged(Status::Met, text, None),
        },
    }
}

/// The answer to `key`, if there is one; else what the study itself says.
pub(super) fn over(key: &str, entry: &Entry, facts: &Facts, judged: Judged) -> Judged {
    let answer = facts.answers.iter().find(|answer| answer.item == key);
    answer.map_or(judged, |answer| read(&answer.text, entry.weight))
}

/// Answers that say otherwise than what the study shows.
pub(super) fn contradictions(facts: &Facts, lists: &[Checklist]) -> Vec<String> {
    let unanswered = Facts { answers: Vec::new(), ..facts.clone() };
    if facts.answers.is_empty() {
        return Vec::new();
    }
    let own = super::run(&unanswered);
    let found = |lists: &[Checklist], key: &str| {
        let all = lists.iter().flat_map(|list| list.items.iter().chain(list.items.iter().flat_map(|i| &i.parts)));
        all.filter(|item| item.key == key).map(|item: &Item| (item.status, item.evidence.clone())).next()
    };
    let differ = |key: &String| {
        let ((said, _), (shown, evidence)) = (found(lists, key)?, found(&own.checklists, key)?);
        let decided = |status| matches!(status, Status::Met | Status::NotMet);
        (decided(said) && decided(shown) && said != shown)
            .then(|| format!("{key} is answered otherwise than the study shows: {evidence}"))
    };
    facts.answers.iter().filter_map(|answer| differ(&answer.item)).collect()
}
