# The half of benches/survset.py that is R: what R's packages say of each set, as JSON.
#
#     Rscript benches/survset.R FOLDER SET..      (FOLDER/SET/data.csv and spec.json; writes FOLDER/SET/r.json, unless it is there)
suppressMessages({ library(survival); library(glmnet); library(maxstat); library(jsonlite) })
invisible(Sys.setlocale("LC_COLLATE", "C"))

# NULL for what cannot be done, and whether R warned that a coefficient may be infinite.
tried <- function(expression) tryCatch(expression, error = function(e) NULL)
fitted <- function(expression) {
  infinite <- FALSE
  fit <- withCallingHandlers(tried(expression), warning = function(w) {
    if (grepl("infinite|converge", conditionMessage(w))) infinite <<- TRUE
    invokeRestart("muffleWarning")
  })
  list(fit = fit, infinite = infinite)
}
levelled <- function(x) {
  levels <- unique(x[!is.na(x)]); numbers <- suppressWarnings(as.numeric(levels))
  factor(x, levels = if (anyNA(numbers)) sort(levels) else levels[order(numbers)])
}
curve <- function(fit) {
  m <- summary(fit)$table
  list(time = fit$time, n_risk = fit$n.risk, n_event = fit$n.event, n_censor = fit$n.censor, surv = fit$surv,
       std_err = fit$std.err, lower = fit$lower, upper = fit$upper,
       median = unname(m["median"]), median_lower = unname(m["0.95LCL"]), median_upper = unname(m["0.95UCL"]))
}
model <- function(f) {
  fit <- f$fit; if (is.null(fit)) return(NULL)
  table <- summary(fit)$coefficients
  coef <- unname(coef(fit)); se <- unname(sqrt(diag(vcov(fit)))); se[is.na(coef)] <- NA
  out <- list(coef = coef, se = se, loglik = fit$loglik, n = fit$n, events = fit$nevent, infinite = f$infinite,
              lr_p = pchisq(2 * diff(fit$loglik), sum(!is.na(coef)), lower.tail = FALSE))
  concordance <- tried(unname(summary(fit)$concordance)); if (!is.null(concordance)) out$concordance <- concordance
  out
}
# Fisher's exact test, given up after half a minute: of larger tables R's takes hours.
exact <- function(t) {
  job <- parallel::mcparallel(tried(fisher.test(t, workspace = 2e8)$p.value))
  p <- parallel::mccollect(job, wait = FALSE, timeout = 30)
  if (is.null(p)) tools::pskill(job$pid, tools::SIGKILL)
  suppressWarnings(parallel::mccollect(job, wait = FALSE))
  if (is.numeric(p[[1]])) p[[1]]
}
# Every test that a baseline table may name; those that R cannot do are left out.
tests <- function(x, g) {
  keep <- !is.na(x) & !is.na(g); x <- x[keep]; g <- droplevels(factor(g[keep])); two <- nlevels(g) == 2
  p <- if (is.factor(x)) {
    t <- table(droplevels(x), g)
    list(chi_square = suppressWarnings(tried(chisq.test(t, correct = FALSE)$p.value)),
         chi_square_yates = suppressWarnings(tried(chisq.test(t)$p.value)),
         fisher = if (sum(t) < 3000 && min(dim(t)) > 1 && any(suppressWarnings(chisq.test(t)$expected) < 5)) exact(t))
  } else list(
    t_welch = if (two) tried(t.test(x ~ g)$p.value), t_student = if (two) tried(t.test(x ~ g, var.equal = TRUE)$p.value),
    mann_whitney = if (two) suppressWarnings(tried(wilcox.test(x ~ g)$p.value)),
    anova = tried(anova(lm(x ~ g))[["Pr(>F)"]][1]), kruskal = tried(kruskal.test(x, g)$p.value))
  Filter(function(v) !is.null(v) && is.finite(v), p)
}
described <- function(x, g) lapply(levels(g), function(l) {
  v <- x[!is.na(g) & g == l & !is.na(x)]; q <- unname(quantile(v, c(.25, .5, .75)))
  list(n = length(v), mean = mean(v), sd = sd(v), q1 = q[1], median = q[2], q3 = q[3])
})

of_set <- function(folder) {
  spec <- read_json(file.path(folder, "spec.json"), simplifyVector = TRUE)
  # An empty list of JSON is one of R, where no names are meant.
  spec <- lapply(spec, function(x) if (is.list(x)) character() else x)
  d <- read.csv(file.path(folder, "data.csv"), na.strings = c("", "NA"), check.names = FALSE,
                colClasses = c(setNames(rep("character", length(spec$all_factors)), spec$all_factors)))
  d[spec$all_factors] <- lapply(d[spec$all_factors], levelled)
  d$event <- as.integer(d$event != 0)
  y <- if (spec$entry) Surv(d$time, d$time2, d$event) else Surv(d$time, d$event)
  variables <- c(spec$numbers, spec$factors); out <- list()
  out$km <- curve(survfit(y ~ 1))
  if (length(spec$by))
    out$km_by <- sapply(levels(d[[spec$by]]), function(l) curve(survfit(y[d[[spec$by]] %in% l] ~ 1)), simplify = FALSE)
  out$univariate <- lapply(setNames(variables, variables), function(v) model(fitted(coxph(y ~ d[[v]]))))
  joint <- d[spec$joint]; names(joint) <- paste0("v", seq_along(joint))
  out$joint <- model(fitted(coxph(as.formula(paste("y ~", paste(names(joint), collapse = "+"))), data = joint)))
  if (spec$entry) return(out)
  out$logrank <- lapply(setNames(spec$factors, spec$factors), function(v) {
    s <- tried(survdiff(y ~ d[[v]])); if (is.null(s)) return(NULL)
    list(statistic = s$chisq, observed = unname(s$obs), expected = unname(s$exp))
  })
  out$cindex <- lapply(setNames(spec$numbers, spec$numbers), function(v) {
    s <- concordance(y ~ d[[v]], reverse = TRUE); list(c = unname(s$concordance), se = unname(sqrt(s$var)))
  })
  out$cutpoint <- lapply(setNames(spec$cut, spec$cut), function(v) {
    k <- data.frame(time = d$time, event = d$event, x = d[[v]]); k <- k[complete.cases(k), ]
    s <- tried(maxstat.test(Surv(time, event) ~ x, data = k, smethod = "LogRank", minprop = .1, maxprop = .9))
    if (is.null(s)) NULL else list(cutpoint = unname(s$estimate), statistic = unname(s$statistic))
  })
  if (length(spec$by)) {
    g <- d[[spec$by]]; others <- setdiff(variables, spec$by)
    out$table1 <- lapply(setNames(others, others), function(v) list(
      tests = tests(d[[v]], g),
      summary = if (is.factor(d[[v]])) NULL else described(d[[v]], g),
      counts = if (is.factor(d[[v]])) unname(split(table(d[[v]], g), seq_len(nlevels(d[[v]])))) else NULL))
  }
  if (length(spec$lasso) > 1) out$lasso <- tried({
    k <- d[d$time > 0, ]; k <- k[complete.cases(k[c("time", "event", spec$lasso)]), ]
    x <- as.matrix(k[spec$lasso]); fit <- cv.glmnet(x, Surv(k$time, k$event), family = "cox", foldid = k$fold, thresh = 1e-7)
    full <- fit$glmnet.fit
    list(lambda = fit$lambda, cvm = fit$cvm, cvsd = fit$cvsd, lambda_min = fit$lambda.min, lambda_1se = fit$lambda.1se,
         coef = as.numeric(coef(fit, s = "lambda.min")))
  })
  out
}
for (folder in file.path(commandArgs(TRUE)[1], commandArgs(TRUE)[-1])) {
  if (file.exists(file.path(folder, "r.json"))) next
  out <- tryCatch(of_set(folder), error = function(e) list(error = conditionMessage(e)))
  write_json(out, file.path(folder, "r.json"), digits = 17, auto_unbox = TRUE, na = "null", null = "null")
}
