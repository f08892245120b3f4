# The half of benches/survival.py that is R: the tasks of benches/survival.rs, on the same data.
suppressMessages({ library(survival); library(glmnet) })

# The fractional parts of i sqrt(k) and of i^2 sqrt(k): the same numbers in every language.
spread <- function(n, k) (seq_len(n) * sqrt(k)) %% 1
noise <- function(n, k) (seq_len(n)^2 * sqrt(k)) %% 1
centred <- function(u) sqrt(12) * (u - .5)

drawn <- function(x, coef, event, censoring, mean) {
  event <- -log(1 - event) / exp(drop(x %*% coef)); censoring <- -mean * log(1 - censoring)
  data.frame(time = pmin(event, censoring), event = as.integer(event <= censoring), x, group = as.integer(x[, 1] > 0))
}
large <- function(n, p, days = FALSE) {
  roots <- c(2, 3, 5, 7, 11, 13, 17, 19, 23, 29)[1:p]
  x <- sapply(roots, function(k) centred(spread(n, k))); colnames(x) <- paste0("x", 1:p)
  d <- drawn(x, c(.5, -.5, .3, -.3, .2, -.2, .1, -.1, 0, 0)[1:p], spread(n, 31), spread(n, 37), 1.5)
  if (days) d$time <- ceiling(365 * d$time)
  d
}
features <- function(n) {
  roots <- c(41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151)
  z <- sapply(roots, function(k) centred(noise(n, k)))
  x <- sapply(0:5063, function(j) {
    part <- (j %% 9 + 1) / 10
    (1 - part) * (z[, j %% 24 + 1] + .5 * z[, j %/% 24 %% 24 + 1]) + part * centred(noise(n, 200.5 + j))
  })
  list(x = x, d = drawn(z[, 1:3], c(.8, -.6, .4), noise(n, 31), noise(n, 37), .6))
}

# A task: what is timed, and what of its result is compared.
tasks <- list(
  lasso = function(n, option) {
    f <- features(n); y <- Surv(f$d$time, f$d$event); fold <- (seq_len(n) - 1) %% 10 + 1; thresh <- as.numeric(option)
    list(run = function() cv.glmnet(f$x, y, family = "cox", foldid = fold, thresh = thresh, maxit = 1e8),
         values = function(cv) { b <- cv$glmnet.fit$beta
           list(lambda.min = cv$lambda.min, lambda.1se = cv$lambda.1se, cvm = cv$cvm,
                "coef at lambda.min" = b[, match(cv$lambda.min, cv$lambda)], "coef at the end" = b[, ncol(b)]) })
  },
  screen = function(n, option) {
    f <- features(n)
    # Either as a user does it, or only the fit below the formula.
    one <- if (option == "formula") function(j) {
      d <- data.frame(time = f$d$time, event = f$d$event, x = f$x[, j]); fit <- coxph(Surv(time, event) ~ x, d)
      c(fit$coefficients, fit$var, fit$loglik)
    } else { y <- Surv(f$d$time, f$d$event); function(j) {
      fit <- coxph.fit(f$x[, j, drop = FALSE], y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
      c(fit$coefficients, fit$var, fit$loglik) } }
    list(run = function() sapply(seq_len(ncol(f$x)), one),
         values = function(m) list(coef = m[1, ], se = sqrt(m[2, ]), p = pchisq(m[1, ]^2 / m[2, ], 1, lower.tail = FALSE),
                                   lr = 2 * (m[4, ] - m[3, ])))
  },
  bootstrap = function(n, option) {
    d <- large(n, 5); d$group <- NULL; draws <- matrix(spread(1000 * n, 43), n)
    list(run = function() apply(draws, 2, function(u) {
           fit <- coxph(Surv(time, event) ~ ., d[floor(u * n) + 1, ]); c(fit$coefficients, fit$concordance[["concordance"]]) }),
         values = function(m) list(coef = m[1:5, ], c = m[6, ]))
  },
  coxph = function(n, option) {
    d <- large(n, 10); d$group <- NULL
    list(run = function() coxph(Surv(time, event) ~ ., d),
         values = function(fit) list(coef = fit$coefficients, variance = fit$var, loglik = fit$loglik,
           tests = c(fit$score, fit$wald.test), residuals = fit$residuals[seq_len(min(n, 1000))],
           c = fit$concordance[c("concordance", "std")]))
  },
  survfit = function(n, option) {
    d <- large(n, 10, option == "days")
    list(run = function() survfit(Surv(time, event) ~ group, d),
         values = function(s) { of <- rep(seq_along(s$strata), s$strata)
           some <- function(v) unlist(lapply(split(v, of), function(v) v[seq(1, length(v), 1000)]))
           list(time = some(s$time), surv = some(s$surv), std.err = some(s$std.err), lower = some(s$lower),
                cumhaz = some(s$cumhaz)) })
  },
  survdiff = function(n, option) {
    d <- large(n, 10, option == "days")
    list(run = function() survdiff(Surv(time, event) ~ group, d),
         values = function(s) list(expected = s$exp, variance = s$var, "chi-square" = s$chisq))
  },
  concordance = function(n, option) {
    d <- large(n, 10, option == "days")
    list(run = function() concordance(Surv(time, event) ~ x1, d, reverse = TRUE),
         values = function(c) list(c = c$concordance, se = sqrt(c$var), pairs = c$count))
  })

json <- function(values) {
  numbers <- function(v) { s <- sprintf("%.17g", v); s[!is.finite(v)] <- "null"; paste0("[", paste(s, collapse = ","), "]") }
  paste0("{", paste0('"', names(values), '":', sapply(values, numbers), collapse = ","), "}")
}
input <- file("stdin"); open(input)
task <- result <- NULL
while (length(line <- readLines(input, 1))) {
  words <- strsplit(line, " ")[[1]]
  answer <- switch(words[1],
    versions = paste(R.version.string, paste(sapply(c("survival", "glmnet"), function(p) paste(p, packageVersion(p))), collapse = ", "), sep = ", "),
    # Garbage of earlier work is not this run's.
    prepare = { result <- task <- NULL; gc(); task <- tasks[[words[2]]](as.numeric(words[3]), words[4]); gc(); "ready" },
    run = { result <- task$run(); "done" },
    values = { answer <- json(task$values(result)); result <- NULL; gc(); answer })
  cat(answer, "\n", sep = "")
}
