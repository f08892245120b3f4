//! A methods section of several texts, each sentence said once.

/// The texts as paragraphs, without sentences that an earlier one has said; a text of nothing new is left out. Where two
/// say the same of different things, the earlier says it of both: `RFS and OS were estimated by ..`.
pub fn once<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut paragraphs: Vec<Vec<Sentence<'t>>> = Vec::new();
    for text in texts {
        let mut fresh: Vec<Sentence<'t>> = Vec::new();
        for said in sentences(text).into_iter().map(Sentence::new) {
            let mut earlier = paragraphs.iter_mut().flatten().chain(fresh.iter_mut());
            if !earlier.any(|earlier| earlier.takes(&said)) {
                fresh.push(said);
            }
        }
        if !fresh.is_empty() {
            paragraphs.push(fresh);
        }
    }
    paragraphs.iter().map(|all| all.iter().map(Sentence::text).collect::<Vec<_>>().join(" ")).collect()
}

/// What is said of several things is so long at least: of shorter words two sentences may mean different things.
const PREDICATE: usize = 60;

/// A sentence: what it says, and of what.
struct Sentence<'t> {
    whole: &'t str,
    /// `estimated by the Kaplan-Meier method ..`, where it is what was done to something.
    predicate: Option<&'t str>,
    subjects: Vec<&'t str>,
}

impl<'t> Sentence<'t> {
    fn new(whole: &'t str) -> Self {
        let verb =
            [" was ", " were "].into_iter().filter_map(|verb| whole.split_once(verb)).min_by_key(|(s, _)| s.len());
        match verb.filter(|(_, predicate)| predicate.len() >= PREDICATE) {
            Some((subject, predicate)) => Self { whole, predicate: Some(predicate), subjects: vec![subject] },
            None => Self { whole, predicate: None, subjects: Vec::new() },
        }
    }

    /// Whether it says what `other` says; of what it does not say it yet, it does then.
    fn takes(&mut self, other: &Self) -> bool {
        if self.whole == other.whole {
            return true;
        }
        if self.predicate.is_none() || self.predicate != other.predicate {
            return false;
        }
        for subject in &other.subjects {
            if !self.subjects.contains(subject) {
                self.subjects.push(subject);
            }
        }
        true
    }

    fn text(&self) -> String {
        match (self.predicate, self.subjects.as_slice()) {
            (Some(predicate), [first, between @ .., last]) => {
                let between: String = between.iter().map(|subject| format!(", {}", inside(subject))).collect();
                format!("{first}{between} and {} were {predicate}", inside(last))
            }
            _ => self.whole.to_owned(),
        }
    }
}

/// A subject within a sentence: `Overall survival` begins with a small letter, `PFS` and `Gray's test` do not.
fn inside(subject: &str) -> String {
    const COMMON: [&str; 6] = ["The ", "Overall ", "Recurrence", "Progression", "Disease", "Metastasis"];
    match COMMON.iter().any(|word| subject.starts_with(word)) {
        true => subject[..1].to_lowercase() + &subject[1..],
        false => subject.to_owned(),
    }
}

/// Sentences end with a full stop before a blank and a capital, or the p of a test; not behind an abbreviation.
fn sentences(text: &str) -> Vec<&str> {
    const SHORT: [&str; 6] = ["et al", "e.g", "i.e", "vs", "Dr", "no"];
    let mut all = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(". ") {
        let next = &text[at + 2..];
        let begins = next.starts_with(char::is_uppercase) || next.starts_with("p ");
        let is_short = SHORT.iter().any(|short| text[start..at].ends_with(short));
        if begins && !is_short {
            all.push(text[start..=at].trim());
            start = at + 2;
        }
    }
    all.push(text[start..].trim());
    all.retain(|sentence| !sentence.is_empty());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_once() {
        let texts =
            ["One was done. p < 0.05 was asked. Two was done.", "Two was done. Three was done.", "One was done."];
        assert_eq!(once(texts), ["One was done. p < 0.05 was asked. Two was done.", "Three was done."]);
    }

    #[test]
    fn what_is_said_of_two_is_said_once_of_both() {
        let how = "estimated by the Kaplan-Meier method with log confidence intervals from Greenwood's variance.";
        let texts = [format!("PFS was {how} Done."), format!("Overall survival was {how}"), format!("PFS was {how}")];
        let said = once(texts.iter().map(String::as_str));
        assert_eq!(said, [format!("PFS and overall survival were {how} Done.")]);
        let other = "estimated by the Kaplan-Meier method with plain confidence intervals from Greenwood's variance.";
        let texts = [format!("PFS was {how}"), format!("Overall survival was {other}")];
        assert_eq!(once(texts.iter().map(String::as_str)).len(), 2);
    }

    #[test]
    fn abbreviations_and_numbers_end_no_sentence() {
        assert_eq!(
            sentences("As in Riley et al. Then 0.5 mm. voxels. Done."),
            ["As in Riley et al. Then 0.5 mm. voxels.", "Done."]
        );
    }
}
