//! Radiomic features one by one again in R: described in everybody, held against the outcome in training.

use super::{Answer, Feature, Spec};
use crate::ask::{AskError, Selection, Source};
use crate::methods::script::{Script, rows_in, text};

/// A Cox model of each feature's z-scores and its C; no model where the feature separates those with from those without
/// events, or does not vary.
const SCREEN: &str = r#"screened <- function(x) {
  known <- is.finite(x); d <- data[known, ]; d$x <- x[known]
  c_of <- tryCatch(concordance(Surv(time, status) ~ x, data = d, reverse = TRUE)$concordance, error = function(e) NA)
  d$x <- (d$x - mean(d$x)) / sd(d$x)
  if (!all(is.finite(d$x))) return(c(c_of, NA, NA))
  fit <- suppressWarnings(coxph(Surv(time, status) ~ x, data = d, ties = ties,
    control = coxph.control(eps = 1e-11, iter.max = 50)))
  c(c_of, exp(coef(fit)[[1]]), summary(fit)$coefficients[1, 5])
}
"#;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let data = source.data;
    let training = Selection { cohort: spec.training.clone(), score: None, ..spec.on.clone() };
    let screened = answer.training.is_some() && answer.features.iter().any(|f| f.c.is_finite());
    let on = if screened { training } else { Selection { endpoint: None, ..spec.on.clone() } };
    let mut script = Script::new(source, &on, "Radiomic features one by one")?;
    let extracted = data.features.n_columns() > 0;
    let with: Vec<usize> =
        script.rows().iter().copied().filter(|row| !extracted || data.features.is_complete(*row)).collect();
    let everybody = data.select(&Selection { endpoint: None, score: None, ..spec.on.clone() })?.rows;
    let columns: Vec<String> = answer.features.iter().map(|f| f.column.name.clone()).collect();
    let mut both: Vec<usize> = everybody.iter().chain(&with).copied().collect();
    both.sort_unstable();
    both.dedup();
    script.features(source.study, &columns, &both)?;
    let of = |get: fn(&Feature) -> f64| answer.features.iter().map(get).collect::<Vec<f64>>();
    script.add(format!("everybody <- features[{}, , drop = FALSE]", rows_in(&both, &everybody)));
    script.same_all("values of each feature", "colSums(is.finite(everybody))", &of(|f| f.n as f64));
    script.same_all("means", "colMeans(everybody, na.rm = TRUE)", &of(|f| f.mean));
    script.same_all("standard deviations", "apply(everybody, 2, sd, na.rm = TRUE)", &of(|f| f.sd));
    if screened {
        script.package("survival");
        script.keep(&with);
        script.add(format!("ties <- {}\n{SCREEN}", text(spec.ties.name())));
        script.add(format!("found <- apply(features[{}, , drop = FALSE], 2, screened)", rows_in(&both, &with)));
        let [c, hr, p, q] = [of(|f| f.c), of(|f| f.hr), of(|f| f.p), of(|f| f.q)];
        script.same_all("C", "found[1, ]", &c);
        script.same_all("hazard ratios of a standard deviation", "found[2, ]", &hr);
        script.same_all("p", "found[3, ]", &p);
        // Those without a hazard ratio here take no part in the adjustment.
        let none: Vec<usize> = (0..p.len()).filter(|j| p[*j].is_nan()).collect();
        if !none.is_empty() {
            let all: Vec<usize> = (0..p.len()).collect();
            script.add(format!("found[3, {}] <- NA", rows_in(&all, &none)));
        }
        script.same_all("p adjusted for the false discovery rate", "p.adjust(found[3, ], \"BH\")", &q);
    }
    if !answer.comparisons.is_empty() {
        script.add("# Agreement of segmentations is not found again: the features of repeated ones are in no table.");
    }
    Ok(script.finish())
}
