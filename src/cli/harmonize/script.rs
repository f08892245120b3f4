//! Harmonisation again in base R: least squares on sites and covariates, and the sites' shift and scale, borrowed from one
//! feature to the other by empirical Bayes.

use survival::harmonize::Harmonized;

use super::Method;
use super::asked::Asked;
use crate::ask::{self, AskError, Selection};
use crate::cli::source::Source;
use crate::methods::script::{Script, number, numbers, rows_in, text, texts};

/// Standardized by the fit's mean, effects and variance.
const STANDARD: &str = r#"fitted_rows <- everybody[fit_rows]; place <- factor(site[fit_rows], levels = sites)
kept <- matrix(as.numeric(kept), nrow = length(site))
standard <- function(y) {
  known <- is.finite(y[fit_rows]); f <- place[known]; v <- y[fit_rows][known]
  X <- cbind(sapply(sites, function(s) as.numeric(f == s)), kept[fit_rows, , drop = FALSE][known, , drop = FALSE])
  b <- qr.coef(qr(X), v); b[is.na(b)] <- 0
  judged <- if (is.na(reference)) rep(TRUE, length(v)) else f == reference
  alpha <- sum(b[seq_along(sites)] * table(f[judged])) / sum(judged)
  list(alpha = alpha, beta = b[-seq_along(sites)], sigma = sqrt(mean((v - X %*% b)[judged]^2)))
}
model <- lapply(seq_len(ncol(features)), function(j) standard(features[, j]))
varies <- sapply(seq_along(model), function(j) model[[j]]$sigma > 1e-13 * max(abs(features[, j]), na.rm = TRUE))
expected <- sapply(model, function(m) m$alpha + kept %*% m$beta)
sigma <- sapply(model, `[[`, "sigma")
z <- sweep(features - expected, 2, sigma, "/")
moments <- function(rows) { x <- z[rows, varies, drop = FALSE]; n <- colSums(is.finite(x)); m <- colMeans(x, na.rm = TRUE)
  list(n = n, mean = m, squares = colSums(sweep(x, 2, m)^2, na.rm = TRUE), rows = length(rows)) }
prior_of <- function(gamma, delta) { d <- mean(delta); v <- var(delta)
  list(bar = mean(gamma), tau2 = var(gamma), shape = (2 * v + d^2) / v, rate = (d * v + d^3) / v) }
parametric <- function(m, prior, only) {
  place <- function(n, delta) (prior$tau2 * n * m$mean + delta * prior$bar) / (prior$tau2 * n + delta)
  if (only) return(list(gamma = place(1, 1), delta = rep(1, length(m$mean))))
  gamma <- m$mean; delta <- m$squares / (m$n - 1)
  repeat {
    g <- place(m$n, delta)
    d <- (0.5 * (m$squares + m$n * (m$mean - g)^2) + prior$rate) / (m$n / 2 + prior$shape - 1)
    change <- max(abs(g - gamma) / gamma, abs(d - delta) / delta); gamma <- g; delta <- d
    if (change <= 1e-4) return(list(gamma = gamma, delta = delta))
  }
}
nonparametric <- function(m, gamma, delta, own) {
  found <- sapply(seq_along(m$mean), function(k) {
    l <- -0.5 * m$n[k] * log(delta) - (m$squares[k] + m$n[k] * (m$mean[k] - gamma)^2) / (2 * delta)
    if (own) l[k] <- -Inf
    l[delta <= 0] <- -Inf
    w <- exp(l - max(l)); c(sum(w * gamma), sum(w * delta)) / sum(w)
  })
  list(gamma = found[1, ], delta = found[2, ])
}
hat <- lapply(sites, function(s) {
  m <- moments(fit_rows[place == s]); only <- mean_only || m$rows == 1
  list(m = m, only = only, gamma = m$mean, delta = if (only) rep(1, length(m$mean)) else m$squares / (m$n - 1))
})
names(hat) <- sites
shifted <- hat[length(sites) > 1 & (is.na(reference) | sites != reference)]
"#;

const APPLIED: &str = r#"estimate <- function(s) {
  h <- hat[[s]]
  if (!is.null(h) && (length(sites) == 1 || identical(s, reference))) return(list(gamma = 0 * h$gamma, delta = 0 * h$gamma + 1))
  own <- is.null(h)
  if (own) { m <- moments(which(site == s)); only <- mean_only || m$rows == 1
    h <- list(m = m, only = only, gamma = m$mean, delta = if (only) rep(1, length(m$mean)) else m$squares / (m$n - 1)) }
  if (method == "none") return(h[c("gamma", "delta")])
  if (method == "nonparametric") {
    if (!own || length(shifted) == 0) return(nonparametric(h$m, h$gamma, h$delta, TRUE))
    return(nonparametric(h$m, unlist(lapply(shifted, `[[`, "gamma")), unlist(lapply(shifted, `[[`, "delta")), FALSE))
  }
  prior <- prior_of(h$gamma, h$delta)
  if (own && length(shifted) > 0) {
    all <- lapply(shifted, function(h) prior_of(h$gamma, h$delta))
    prior <- lapply(setNames(names(prior), names(prior)), function(p) mean(sapply(all, `[[`, p)))
  }
  parametric(h$m, prior, h$only)
}
harmonised <- features
for (s in unique(site)) {
  if (identical(s, reference)) next
  found <- estimate(s); found$delta[found$delta <= 0] <- 1; rows <- which(site == s)
  new <- sweep(sweep(z[rows, varies, drop = FALSE], 2, found$gamma), 2, sqrt(found$delta), "/")
  harmonised[rows, varies] <- sweep(new, 2, sigma[varies], "*") + expected[rows, varies, drop = FALSE]
}
"#;

const Z: &str = r#"harmonised <- features
for (s in unique(site)) {
  from <- if (s %in% site[fit_rows]) fit_rows[site[fit_rows] == s] else which(site == s)
  rows <- which(site == s)
  for (j in seq_len(ncol(features))) {
    known <- features[from, j]; known <- known[is.finite(known)]; flat <- all(known == known[1])
    m <- if (flat) known[1] else mean(known); s2 <- if (flat) 1 else var(known)
    harmonised[rows, j] <- (features[rows, j] - m) / sqrt(s2)
  }
}
"#;

/// The script: the harmonised features of every row.
pub(super) fn script(
    source: &Source,
    asked: &Asked,
    method: Method,
    reference: Option<&str>,
    fit_rows: &[usize],
    found: &Harmonized,
) -> Result<String, AskError> {
    let from = ask::Source { study: &source.study, data: &source.data };
    let mut script = Script::new(&from, &Selection::default(), "Features of several sites harmonised")?;
    let all = asked.all();
    script.features(&source.study, &asked.features, &all)?;
    let sites = asked.sites();
    script.add(format!("site <- {}", texts(sites)));
    script.add(format!(
        "fit_rows <- {}",
        if fit_rows == all { "seq_along(site)".to_owned() } else { rows_in(&all, fit_rows) }
    ));
    if method == Method::Z {
        script.add(Z);
    } else {
        let mut names: Vec<&str> = fit_rows.iter().map(|row| sites[*row].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let kept: Vec<String> = asked.kept_values().iter().map(|values| numbers(&single(values))).collect();
        script.add(format!(
            "sites <- {}\nreference <- {}\nmethod <- {}\nmean_only <- {}\neverybody <- seq_along(site)\n# covariates in single precision, as neuroCombat takes them\n\
             kept <- c({})",
            texts(&names),
            reference.map_or("NA".to_owned(), text),
            text(match method {
                Method::LocationScale => "none",
                Method::CombatNonparametric => "nonparametric",
                _ => "parametric",
            }),
            if method == Method::MeanOnly { "TRUE" } else { "FALSE" },
            kept.join(",\n  "),
        ));
        script.add(STANDARD);
        script.add(APPLIED);
    }
    for (j, (name, values)) in asked.features.iter().zip(&found.features).enumerate() {
        let place = number((j + 1) as f64).replace(".0", "");
        script.same_all(name, &format!("harmonised[, {place}]"), values);
    }
    Ok(script.finish())
}

/// The first seven digits of each.
fn single(values: &[f64]) -> Vec<f64> {
    values.iter().map(|x| f64::from(*x as f32)).collect()
}
