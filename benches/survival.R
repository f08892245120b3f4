# What benches/cox.rs times, with R's survival on the same data:  Rscript benches/survival.R
# CPU seconds (user + system) of one run each.
suppressMessages(library(survival))
spread <- function(n, k) (seq_len(n) * sqrt(k)) %% 1
roots <- c(2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
coefs <- c(.5, -.5, .3, -.3, .2, -.2, .1, -.1, 0, 0)
made <- function(n, p) {
  x <- sapply(roots[1:p], function(k) sqrt(12) * (spread(n, k) - .5)); colnames(x) <- paste0("x", 1:p)
  event <- -log(1 - spread(n, 31)) / exp(drop(x %*% coefs[1:p])); censoring <- -1.5 * log(1 - spread(n, 37))
  data.frame(time = pmin(event, censoring), event = as.integer(event <= censoring), x)
}
cpu <- function(what, expr) {
  t <- system.time(value <- expr)
  cat(sprintf("%-28s %9.3f s   %.12g\n", what, t[["user.self"]] + t[["sys.self"]], value))
}
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
for (n in c(1e4, 1e5, 1e6)) { d <- made(n, 10); cpu(paste("fit_with_concordance", n), coxph(Surv(time, event) ~ ., d)$loglik[2]) }
for (n in c(81, 149)) { d <- made(n, 2)[, 1:2]
  cpu(paste("screen", n), sum(sapply(0:5063, function(j) { d$x <- spread(n, 41 + j); coxph(Surv(time, event) ~ x, d)$loglik[2] }))) }
for (n in c(149, 500)) { d <- made(n, 5); draws <- matrix(spread(1000 * n, 43), n)
  cpu(paste("bootstrap", n), sum(apply(draws, 2, function(u)
    coxph(Surv(time, event) ~ ., d[floor(u * n) + 1, ])$concordance[["concordance"]]))) }
