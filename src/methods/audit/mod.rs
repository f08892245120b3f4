//! How a study stands before checklists of reporting and quality: each point is judged by what the study has, and what no
//! file of it can say is answered in its `[audit]`.

pub mod document;

mod answered;
mod clear;
mod facts;
mod judged;
mod metrics;
mod rqs;
mod tripod;

use serde::Serialize;

pub use facts::{Facts, Named, Outcome, Radiomics};
use judged::Judge;

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Status {
    Met,
    NotMet,
    /// Only the authors can say.
    Open,
    NotApplicable,
}

/// What a study says to a point.
#[derive(Debug, Clone, PartialEq)]
struct Judged {
    status: Status,
    evidence: String,
    place: String,
    /// Points earned, where that is neither none nor all.
    points: Option<f64>,
}

/// A point of a checklist.
struct Entry {
    number: &'static str,
    asks: &'static str,
    /// Its weight or most points; 0 where the list has none.
    weight: f64,
    /// Its level of readiness; 0 where the list has none.
    level: usize,
    judge: Judge,
}

const fn entry(number: &'static str, asks: &'static str, judge: Judge) -> Entry {
    Entry { number, asks, weight: 0.0, level: 0, judge }
}

const fn weighted(number: &'static str, asks: &'static str, weight: f64, judge: Judge) -> Entry {
    Entry { number, asks, weight, level: 0, judge }
}

const fn staged(number: &'static str, level: usize, asks: &'static str, points: f64, judge: Judge) -> Entry {
    Entry { number, asks, weight: points, level, judge }
}

/// A study before all checklists.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What the study is called.
    pub study: String,
    /// The lists.
    pub checklists: Vec<Checklist>,
    /// What would raise the METRICS score most, the most first.
    pub raise: Vec<Raise>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One checklist.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checklist {
    /// Its name.
    pub name: &'static str,
    /// Its year or version.
    pub version: &'static str,
    /// Where it was published.
    pub reference: &'static str,
    /// The share of the weights, or points, of its applicable items that are met, in percent; none where the list has no
    /// score, or nothing of it applies. What is open counts as not met.
    pub score: Option<f64>,
    /// The score if all that is open were met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_with_open: Option<f64>,
    /// The words that go with the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<&'static str>,
    /// How many items stand where.
    pub counts: Counts,
    /// The items, in their order.
    pub items: Vec<Item>,
}

/// How many items stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub met: usize,
    pub not_met: usize,
    pub open: usize,
    pub not_applicable: usize,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// Its number in the list; parts have a letter behind it.
    pub item: String,
    /// The name by which `[audit]` answers it.
    pub key: String,
    /// What it asks, in our words.
    pub asks: &'static str,
    /// Where it stands.
    pub status: Status,
    /// What it stands on.
    pub evidence: String,
    /// Where that is to be found; for an open item, where it is answered.
    #[serde(rename = "where")]
    pub place: String,
    /// Weight, or most points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// What is earned of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<f64>,
    /// Level of readiness.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    /// Its parts, where it has some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Item>,
}

/// What an item would add to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Raise {
    /// The item.
    pub key: String,
    /// What it asks.
    pub asks: &'static str,
    /// Percent that it would add.
    pub gain: f64,
    /// Whether it is open or not met.
    pub status: Status,
    /// What stands in the way, or where it is answered.
    pub place: String,
}

/// Judges a study by all lists.
pub fn run(facts: &Facts) -> Answer {
    let lists = [
        Checklist::new(
            "TRIPOD",
            ("TRIPOD+AI", "2024", "Collins et al., BMJ 2024;385:e078378"),
            tripod::ITEMS,
            facts,
            false,
        ),
        Checklist::new(
            "CLEAR",
            ("CLEAR", "2023", "Kocak et al., Insights Imaging 2023;14:75"),
            clear::ITEMS,
            facts,
            true,
        ),
        Checklist::new(
            "METRICS",
            ("METRICS", "1.0 (2024)", "Kocak et al., Insights Imaging 2024;15:8"),
            metrics::ITEMS,
            facts,
            true,
        ),
        Checklist::new(
            "RQS",
            ("RQS", "2.0 (2025)", "Lambin et al., Nat Rev Clin Oncol 2025, doi 10.1038/s41571-025-01067-1"),
            rqs::ITEMS,
            facts,
            true,
        ),
    ];
    let mut notes = vec!["what is open counts as not met until it is answered in [audit] of study.toml".to_owned()];
    if facts.radiomics.is_none() {
        notes.push("the study has no radiomic features: CLEAR, METRICS and RQS do not apply".to_owned());
    }
    notes.extend(answered::contradictions(facts, &lists));
    let raise = raise(&lists[2]);
    Answer { study: facts.title.clone(), checklists: lists.into(), raise, notes }
}

/// The items that would add most, the heaviest first.
fn raise(metrics: &Checklist) -> Vec<Raise> {
    let whole: f64 = applicable(&metrics.items).filter_map(|item| item.weight).sum();
    let is_missing = |item: &&Item| matches!(item.status, Status::Open | Status::NotMet);
    let gain = |item: &Item| Raise {
        key: item.key.clone(),
        asks: item.asks,
        gain: 100.0 * item.weight.unwrap_or_default() / whole,
        status: item.status,
        place: if item.status == Status::Open { item.place.clone() } else { item.evidence.clone() },
    };
    let mut all: Vec<Raise> = metrics.items.iter().filter(is_missing).map(gain).collect();
    all.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    all
}

fn applicable(items: &[Item]) -> impl Iterator<Item = &Item> {
    items.iter().filter(|item| item.status != Status::NotApplicable)
}

impl Checklist {
    fn new(
        prefix: &str,
        (name, version, reference): (&'static str, &'static str, &'static str),
        entries: &[Entry],
        facts: &Facts,
        of_radiomics: bool,
    ) -> Self {
        let applies = !of_radiomics || facts.radiomics.is_some();
        let items = grouped(entries.iter().map(|entry| Item::new(prefix, entry, facts, applies)).collect(), prefix);
        let mut counts = Counts::default();
        for item in &items {
            *match item.status {
                Status::Met => &mut counts.met,
                Status::NotMet => &mut counts.not_met,
                Status::Open => &mut counts.open,
                Status::NotApplicable => &mut counts.not_applicable,
            } += 1;
        }
        let whole: f64 = applicable(&items).filter_map(|item| item.weight).sum();
        let percent = |earned: f64| (whole > 0.0).then(|| 100.0 * earned / whole);
        let earned: f64 = items.iter().filter_map(|item| item.points).sum();
        let open: f64 = items.iter().filter(|i| i.status == Status::Open).filter_map(|item| item.weight).sum();
        let score = percent(earned);
        Self {
            name,
            version,
            reference,
            score,
            score_with_open: percent(earned + open),
            category: score.filter(|_| prefix == "METRICS").map(category),
            counts,
            items,
        }
    }
}

/// The five categories of the METRICS score, which is rounded to one decimal as its authors' calculator does.
fn category(score: f64) -> &'static str {
    match (10.0 * score).round() / 10.0 {
        s if s < 20.0 => "very low",
        s if s < 40.0 => "low",
        s if s < 60.0 => "moderate",
        s if s < 80.0 => "good",
        _ => "excellent",
    }
}

impl Item {
    fn new(prefix: &str, entry: &Entry, facts: &Facts, applies: bool) -> Self {
        let key = format!("{prefix}-{}", entry.number);
        let judged = match applies {
            true => answered::over(&key, entry, facts, (entry.judge)(facts)),
            false => judged::not_applicable("the study has no radiomic features"),
        };
        let place = match judged.status {
            Status::Open => format!("study.toml: [audit] \"{key}\""),
            _ => judged.place,
        };
        let weight = (entry.weight > 0.0).then_some(entry.weight);
        // Only a list of points has items that are met in part.
        let part = judged.points.filter(|_| entry.level > 0);
        let earned = |weight: f64| if judged.status == Status::Met { part.unwrap_or(weight).min(weight) } else { 0.0 };
        Self {
            item: entry.number.to_owned(),
            key,
            asks: entry.asks,
            status: judged.status,
            evidence: judged.evidence,
            place,
            points: weight.map(earned),
            weight,
            level: (entry.level > 0).then_some(entry.level),
            parts: Vec::new(),
        }
    }
}

/// Puts parts (`3a`, `3b`) under one item: not met if one is not, else open if one is, else met if one is.
fn grouped(items: Vec<Item>, prefix: &str) -> Vec<Item> {
    let mut all: Vec<Item> = Vec::new();
    for item in items {
        let number = item.item.trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned();
        if number == item.item {
            all.push(item);
            continue;
        }
        match all.last_mut().filter(|last| last.item == number) {
            Some(last) => last.parts.push(item),
            None => all.push(Item {
                key: format!("{prefix}-{number}"),
                asks: part_title(&number),
                item: number,
                evidence: String::new(),
                place: String::new(),
                status: Status::Open,
                parts: vec![item],
                weight: None,
                points: None,
                level: None,
            }),
        }
    }
    for item in all.iter_mut().filter(|item| !item.parts.is_empty()) {
        let has = |status| item.parts.iter().any(|part| part.status == status);
        let worst = [Status::NotMet, Status::Open, Status::Met].into_iter().find(|status| has(*status));
        item.status = worst.unwrap_or(Status::NotApplicable);
        let named = |part: &Item| (part.status == item.status).then(|| part.item.clone());
        item.evidence = item.parts.iter().filter_map(named).collect::<Vec<_>>().join(", ");
        item.place = item.parts.iter().find(|p| p.status == item.status).map(|p| p.place.clone()).unwrap_or_default();
    }
    all
}

/// What the parts of an item of TRIPOD+AI have in common.
fn part_title(number: &str) -> &'static str {
    match number {
        "3" => "Background",
        "5" => "Data",
        "6" => "Participants",
        "8" => "Outcome",
        "9" => "Predictors",
        "12" => "Analysis",
        "18" => "Open science",
        "20" => "Participants: results",
        "23" => "Performance",
        _ => "Usability",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{AuditAnswer, audit_items};

    fn keys(items: &[Item]) -> Vec<String> {
        let of = |item: &Item| if item.parts.is_empty() { vec![item.key.clone()] } else { keys(&item.parts) };
        items.iter().flat_map(of).collect()
    }

    #[test]
    fn lists_have_the_published_items_and_weights() {
        let answer = run(&Facts::default());
        let counts: Vec<usize> = answer.checklists.iter().map(|list| list.items.len()).collect();
        assert_eq!(counts, [27, 58, 30, 42]);
        let all: Vec<String> = answer.checklists.iter().flat_map(|list| keys(&list.items)).collect();
        assert_eq!(all, audit_items().collect::<Vec<_>>());
        let weights: f64 = metrics::ITEMS.iter().map(|entry| entry.weight).sum();
        assert!((weights - 1.0).abs() < 1e-12, "{weights}");
        let points: f64 = rqs::ITEMS.iter().map(|entry| entry.weight).sum();
        assert_eq!(points, 56.0);
    }

    #[test]
    fn the_score_is_the_weight_that_is_met_of_all_that_applies() {
        let mut facts = Facts { radiomics: Some(Radiomics::default()), ..Facts::default() };
        let all = audit_items().filter(|key| key.starts_with("METRICS"));
        facts.answers = all.map(|item| AuditAnswer { item, text: "yes".to_owned() }).collect();
        let score = |facts: &Facts| run(facts).checklists[2].score.expect("a score");
        assert!((score(&facts) - 100.0).abs() < 1e-9);
        let mut answer = |item: &str, text: &str| {
            let of = facts.answers.iter_mut().find(|a| a.item == item).expect("an answer");
            text.clone_into(&mut of.text);
            score(&facts)
        };
        // 3 is not met; then 27 does not apply.
        assert!((answer("METRICS-3", "no: read off the images") - 100.0 * (1.0 - 0.0919)).abs() < 1e-9);
        let without = answer("METRICS-27", "not applicable: a method paper");
        assert!((without - 100.0 * (1.0 - 0.0919 - 0.0749) / (1.0 - 0.0749)).abs() < 1e-9);
    }

    #[test]
    fn points_may_be_part_of_what_an_item_can_have() {
        let radiomics = Some(Radiomics::default());
        let answers = vec![AuditAnswer { item: "RQS-20".to_owned(), text: "2 points: code and regions".to_owned() }];
        let answer = run(&Facts { radiomics, answers, ..Facts::default() });
        let item = answer.checklists[3].items.iter().find(|i| i.item == "20").expect("the item");
        assert_eq!((item.status, item.points, item.weight), (Status::Met, Some(2.0), Some(3.0)));
        assert_eq!(item.evidence, "code and regions");
    }
}
