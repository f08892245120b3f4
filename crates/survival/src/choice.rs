//! Choices by name: what options, files and answers call the values of an enum.

use std::fmt;

/// A name that is none of those that a choice has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownChoice {
    /// What is chosen: `ties method`.
    pub what: &'static str,
    /// The name given.
    pub given: String,
    /// The names there are.
    pub known: Vec<&'static str>,
}

impl fmt::Display for UnknownChoice {
    /// `` `exakt` is no ties method: efron, breslow or exact ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {}: ", self.given, self.what)?;
        match self.known.as_slice() {
            [] => write!(f, "there is none"),
            [only] => write!(f, "{only}"),
            [most @ .., last] => write!(f, "{} or {last}", most.join(", ")),
        }
    }
}

impl std::error::Error for UnknownChoice {}

/// Gives a fieldless enum a name for each value: `ALL`, `by_name`, `name`, `Display`, `FromStr`, and serde by name.
macro_rules! choices {
    ($type:ident, $what:literal: $($variant:ident = $name:literal),+ $(,)?) => {
        impl $type {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// All of them by name.
            pub fn by_name() -> [(&'static str, Self); Self::ALL.len()] {
                Self::ALL.map(|one| (one.name(), one))
            }

            /// The name in options, files and answers.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::UnknownChoice;

            fn from_str(given: &str) -> Result<Self, $crate::UnknownChoice> {
                Self::ALL.into_iter().find(|one| one.name() == given).ok_or_else(|| $crate::UnknownChoice {
                    what: $what,
                    given: given.to_owned(),
                    known: Self::ALL.map(Self::name).to_vec(),
                })
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                name.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use choices;

#[cfg(test)]
mod tests {
    use crate::cox::Ties;
    use crate::kaplan_meier::Interval;

    #[test]
    fn names_go_both_ways() {
        Ties::ALL.iter().for_each(|ties| assert_eq!(ties.to_string().parse(), Ok(*ties)));
        Interval::ALL.iter().for_each(|scale| assert_eq!(scale.name().parse(), Ok(*scale)));
        let message = "exakt".parse::<Ties>().expect_err("misspelt").to_string();
        assert_eq!(message, "`exakt` is no ties method: efron, breslow or exact");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn they_are_written_by_name() {
        assert_eq!(serde_json::to_string(&Ties::Breslow).expect("a name"), "\"breslow\"");
        assert_eq!(serde_json::from_str::<Interval>("\"log-log\"").expect("a scale"), Interval::LogLog);
        assert!(serde_json::from_str::<Interval>("\"wald\"").is_err());
    }
}
