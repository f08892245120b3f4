//! Choices on the command line: the words of their owners, parsed into their owners' types.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// One of these by its word; the help lists them.
pub(super) fn one_of<W, T>(words: impl IntoIterator<Item = (W, T)>) -> impl TypedValueParser<Value = T>
where
    W: Into<PossibleValue>,
    T: Clone + Send + Sync + 'static,
{
    let (words, meanings): (Vec<PossibleValue>, Vec<T>) =
        words.into_iter().map(|(word, meaning)| (word.into(), meaning)).unzip();
    PossibleValuesParser::new(words.clone()).try_map(move |said| {
        let at = words.iter().position(|word| word.matches(&said, true));
        at.map(|at| meanings[at].clone()).ok_or_else(|| format!("`{said}` is no choice"))
    })
}

/// A word with what it means, for the help.
pub(super) fn word(word: &'static str, means: &'static str) -> PossibleValue {
    PossibleValue::new(word).help(means)
}
