# A radiomic pipeline refitted in bootstrap samples, directly: glmnet's Cox LASSO with its penalty by cross-validation, on the
# rows and folds that riskset drew, and Harrell's C by survival. Usage: Rscript benches/pipeline.R FOLDER, where FOLDER has
# data.csv (time, event, features), samples.csv (a column of rows for each sample), folds.csv (the fold of each of these rows)
# and riskset.csv (for each sample lambda, number of features, C in the sample, C in everybody); tests/it/pipeline_r.rs writes
# them. The last line is the largest difference.
suppressMessages({ library(survival); library(glmnet) })
folder <- commandArgs(TRUE)[1]
file <- function(name) read.csv(file.path(folder, name), check.names = FALSE)
data <- file("data.csv"); samples <- file("samples.csv"); folds <- file("folds.csv"); riskset <- file("riskset.csv")
x <- as.matrix(data[, -(1:2)]); y <- Surv(data$time, data$event)
x <- scale(x)
# Features that are copies of one another in the sample (up to a factor) count once: any division of a coefficient among them is
# a solution, and the two programs divide it in other ways.
distinct <- function(coef, rows) {
  chosen <- which(coef != 0)
  if (length(chosen) < 2) return(length(chosen))
  r <- abs(cor(x[rows, chosen])); r[lower.tri(r, diag = TRUE)] <- 0
  sum(apply(r < 1 - 1e-9, 2, all))
}
cindex <- function(score, rows) concordance(y[rows] ~ score, reverse = TRUE)$concordance
worst <- 0
for (b in seq_along(samples)) {
  rows <- samples[[b]]
  at <- riskset[b, ]
  # The same penalties, so that both choose among the same ones: glmnet's own sequence begins at the largest that matters.
  fit <- cv.glmnet(x[rows, ], y[rows], family = "cox", foldid = folds[[b]], type.measure = "deviance", grouped = TRUE,
                   control = list(maxit = 1e7), thresh = 1e-14)
  coef <- as.vector(coef(fit, s = "lambda.min"))
  score <- as.vector(x %*% coef)
  if (sum(coef != 0) > distinct(coef, rows)) cat(sprintf("sample %d: %d of glmnet's features are copies of others\n", b,
                                                         sum(coef != 0) - distinct(coef, rows)))
  found <- c(fit$lambda.min, distinct(coef, rows), cindex(score[rows], rows), cindex(score, seq_len(nrow(x))))
  off <- abs(found - unlist(at)) / pmax(1, abs(unlist(at)))
  cat(sprintf("sample %d: lambda %.6g %.6g, features %d %d, C in the sample %.6f %.6f, in all %.6f %.6f\n", b, found[1],
              at[[1]], as.integer(found[2]), as.integer(at[[2]]), found[3], at[[3]], found[4], at[[4]]))
  worst <- max(worst, off)
}
cat(sprintf("largest difference %.2e\n", worst))
