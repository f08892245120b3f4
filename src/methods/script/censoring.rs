//! The weights of censoring, in R.

/// `uncensored_in(d)`: the Kaplan-Meier estimate of being uncensored in `d`, `at` a time and just `before` it; events come
/// before censorings at the same time.
pub const UNCENSORED: &str = "uncensored_in <- function(d) {
  ends <- sort(unique(d$time))
  at_risk <- sapply(ends, function(t) sum(d$time >= t) - sum(d$time == t & d$status == 1))
  censored <- sapply(ends, function(t) sum(d$time == t & d$status == 0))
  free <- c(1, cumprod(ifelse(at_risk > 0, 1 - censored / at_risk, 1)))
  list(at = function(t) free[findInterval(t, ends) + 1],
    before = function(t) free[findInterval(t, ends, left.open = TRUE) + 1])
}";
