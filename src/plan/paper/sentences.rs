//! A methods section of several texts, each sentence said once.

/// The texts as paragraphs, without sentences that an earlier one has said; a text of nothing new is left out.
pub fn once<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut said: Vec<&str> = Vec::new();
    let mut paragraphs = Vec::new();
    for text in texts {
        let mut fresh: Vec<&str> = Vec::new();
        for sentence in sentences(text) {
            if !said.contains(&sentence) {
                said.push(sentence);
                fresh.push(sentence);
            }
        }
        if !fresh.is_empty() {
            paragraphs.push(fresh.join(" "));
        }
    }
    paragraphs
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
    fn abbreviations_and_numbers_end_no_sentence() {
        assert_eq!(
            sentences("As in Riley et al. Then 0.5 mm. voxels. Done."),
            ["As in Riley et al. Then 0.5 mm. voxels.", "Done."]
        );
    }
}
