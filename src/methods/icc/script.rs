//! Intraclass correlation again in base R, from the mean squares of the two-way table.

use super::{Answer, Ratings, Spec};
use crate::ask::{AskError, Selection};
use crate::methods::script::{Script, Source, text, without};

/// Coefficient, limits and F test as the package psych has them (Shrout and Fleiss; McGraw and Wong for the limits).
const ICC: &str = r#"icc <- function(value, subject, rater, type) {
  x <- tapply(value, list(subject, rater), mean)
  x <- x[complete.cases(x), , drop = FALSE]
  n <- nrow(x); k <- ncol(x); all <- mean(x)
  between <- k * sum((rowMeans(x) - all)^2) / (n - 1)
  within <- sum((x - rowMeans(x))^2) / (n * (k - 1))
  raters <- n * sum((colMeans(x) - all)^2) / (k - 1)
  error <- (sum((x - rowMeans(x))^2) - raters * (k - 1)) / ((n - 1) * (k - 1))
  one <- substr(type, 4, 4); mean_of_all <- nchar(type) > 4
  df1 <- n - 1; df2 <- if (one == "1") n * (k - 1) else (n - 1) * (k - 1)
  f <- between / if (one == "1") within else error
  low <- f / qf(0.975, df1, df2); high <- f * qf(0.975, df2, df1)
  if (one == "2") {
    single <- (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    fj <- raters / error; rest <- n * (1 + (k - 1) * single) - k * single
    v <- (k - 1) * (n - 1) * (k * single * fj + rest)^2 / ((n - 1) * k^2 * single^2 * fj^2 + rest^2)
    up <- qf(0.975, df1, v); down <- qf(0.975, v, df1); rest <- k * raters + (k * n - k - n) * error
    found <- c(single, n * (between - up * error) / (up * rest + n * between),
      n * (down * between - error) / (rest + n * down * between))
    if (mean_of_all) found <- found * k / (1 + found * (k - 1))
  } else if (mean_of_all) found <- 1 - 1 / c(f, low, high)
  else found <- (c(f, low, high) - 1) / (c(f, low, high) + k - 1)
  c(found, f, df1, df2, pf(f, df1, df2, lower.tail = FALSE))
}"#;

/// The script.
///
/// # Errors
/// Where readings are segmentations or categories.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let Ratings::Columns { subject, rater, .. } = &spec.ratings else {
        return Err(without("repeated segmentations, whose features are in no table"));
    };
    if !answer.categories.is_empty() {
        return Err(without("categories (--kappa)"));
    }
    let mut script = Script::new(source, &Selection::default(), "Intraclass correlation")?;
    let (subject, rater) = (script.column(subject)?, script.column(rater)?);
    script.add(ICC);
    for feature in &answer.features {
        let column = script.column(&feature.feature)?;
        let found = format!("icc(data${column}, data${subject}, data${rater}, {})", text(spec.kind.name()));
        let of = &feature.weakest;
        script.same_all(&feature.feature, &found, &[of.icc, of.lower, of.upper, of.f, of.df1, of.df2, of.p]);
    }
    Ok(script.finish())
}
