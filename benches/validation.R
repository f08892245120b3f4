# Optimism and .632+ of a Cox model, directly: the definitions of docs/validation.md in ten lines, on the rows that riskset
# fits. Usage: Rscript benches/validation.R rows.csv 2000, where rows.csv has time, event and the covariates, such as
#   riskset lasso sample_cohorts/hcc_pa_tace --features nlr,tumour_size ..
# gives them. Samples are R's own, so that values agree within the error of so many samples, which is printed.
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
data <- read.csv(arguments[1])
samples <- if (length(arguments) > 1) as.integer(arguments[2]) else 2000
set.seed(1)
fit <- function(rows) coxph(Surv(time, event) ~ ., data[rows, ])
# Harrell's C of a linear predictor; the same as concordance(fit).
cindex <- function(model, rows) {
  lp <- as.matrix(data[rows, setdiff(names(data), c("time", "event"))]) %*% coef(model)
  concordance(Surv(time, event) ~ lp, data[rows, ], reverse = TRUE)$concordance
}
everybody <- seq_len(nrow(data))
apparent <- cindex(fit(everybody), everybody)
each <- t(replicate(samples, {
  rows <- sample(everybody, replace = TRUE)
  model <- fit(rows)
  out <- setdiff(everybody, rows)
  c(optimism = cindex(model, rows) - cindex(model, everybody), out = cindex(model, out))
}))
optimism <- mean(each[, "optimism"]); out <- mean(each[, "out"], na.rm = TRUE)
bounded <- max(out, 0.5)
relative <- if (bounded < apparent) (apparent - bounded) / (apparent - 0.5) else 0
weight <- 0.632 / (1 - 0.368 * relative)
error <- function(x) sd(x, na.rm = TRUE) / sqrt(length(x))
cat(sprintf("apparent %.6f\noptimism %.6f (+- %.6f)\nout of bag %.6f (+- %.6f)\n.632+ %.6f\n", apparent, optimism,
            error(each[, "optimism"]), out, error(each[, "out"]), (1 - weight) * apparent + weight * bounded))
