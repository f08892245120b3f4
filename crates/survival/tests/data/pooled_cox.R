# A Cox model of lung with missing covariates imputed by mice and pooled: Rscript pooled_cox.R > pooled_cox.json
# (in this folder; R 4.2.2, survival 3.5-3, mice 3.15.0). Sets are written as the values that were filled in.
suppressMessages({ library(survival); library(mice) })
d <- lung[!is.na(lung$ph.ecog), c("time", "status", "age", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss")]
d$event <- d$status - 1
d$hazard <- nelsonaalen(d, time, event)
vars <- c("age", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss")
m <- 6
imp <- mice(d[c(vars, "event", "hazard")], m = m, maxit = 10, method = "pmm", seed = 7, printFlag = FALSE)
sets <- lapply(1:m, function(k) cbind(complete(imp, k), time = d$time))
of <- function(set) coxph(Surv(time, event) ~ age + ph.ecog + ph.karno + pat.karno + meal.cal + wt.loss, set,
  control = coxph.control(eps = 1e-12, toler.chol = 1e-14, iter.max = 50))
fits <- lapply(sets, of)
pooled <- pool(as.mira(fits))$pooled
limits <- summary(pool(as.mira(fits)), conf.int = TRUE)
# Rubin's rules for the hazard of one patient at 180 and 360 days, each set's own at the means of all.
x <- colMeans(do.call(rbind, lapply(fits, function(f) f$means)))
at <- c(180, 360)
hazards <- t(sapply(fits, function(f) {
  s <- survfit(f, newdata = as.data.frame(t(x)))
  k <- findInterval(at, s$time); c(s$cumhaz[k], s$std.err[k])
}))
mean <- colMeans(hazards[, 1:2]); se <- sqrt(colMeans(hazards[, 3:4]^2) + (1 + 1 / m) * apply(hazards[, 1:2], 2, var))
total <- Reduce(`+`, lapply(fits, vcov)) / m + (1 + 1 / m) * cov(t(sapply(fits, coef)))
num <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ","), "]")
missing <- function(x) paste0("[", paste(ifelse(is.na(x), "null", sprintf("%.15g", x)), collapse = ","), "]")
cat("{\"names\":[", paste0("\"", vars, "\"", collapse = ","), "],\n\"columns\":[", paste(sapply(vars, function(v) missing(d[[v]])), collapse = ",\n"),
  "],\n\"time\":", num(d$time), ",\n\"event\":", num(d$event), ",\n\"hazard\":", num(d$hazard), ",\n\"filled\":[",
  paste(sapply(sets, function(s) paste0("[", paste(sapply(vars, function(v) num(s[[v]][is.na(d[[v]])])), collapse = ","), "]")), collapse = ",\n"),
  "],\n", paste(sapply(c("estimate", "ubar", "b", "t", "df", "riv", "lambda", "fmi"), function(k) paste0("\"", k, "\":", num(pooled[[k]]))), collapse = ",\n"),
  ",\n\"lower\":", num(limits$`2.5 %`), ",\n\"upper\":", num(limits$`97.5 %`), ",\n\"p\":", num(limits$p.value), ",\n\"total\":", num(total),
  ",\n\"at\":", num(at), ",\n\"cumhaz\":", num(mean), ",\n\"std_err\":", num(se), "}\n", sep = "")
