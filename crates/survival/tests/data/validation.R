# Optimism, .632 and .632+ of a selection and a Cox model, written out: Rscript validation.R > validation.json
# (in this folder; R 4.2.2, survival 3.5-3). Patients are those of the sample study with complete values.
suppressMessages(library(survival))
d <- read.csv("../../../../sample_cohorts/hcc_pa_tace/clinical.csv")
vars <- c("age", "bmi", "tumour_size", "afp", "alb", "alt", "bilirubin", "platelets", "prothrombin_time", "neutrophils", "lymphocytes")
d[vars] <- lapply(d[vars], function(x) suppressWarnings(as.numeric(x)))
d <- d[complete.cases(d[c(vars, "rfs_months", "recurrence")]) & d$rfs_months > 0, c(vars, "rfs_months", "recurrence")]
d <- d[seq_len(min(90, nrow(d))), ]
names(d)[12:13] <- c("time", "event")
n <- nrow(d); at <- 24; B <- 25
set.seed(20); draws <- lapply(1:B, function(b) sample(n, n, TRUE))
# Three covariates with the largest |z| of a model of their own, then a model of these.
fit <- function(d) {
  z <- sapply(vars, function(v) { f <- coxph(reformulate(v, "Surv(time, event)"), d); abs(coef(f) / sqrt(vcov(f)[1])) })
  best <- names(sort(-z))[1:3]; best <- sub("\\..*", "", best)
  f <- coxph(reformulate(best, "Surv(time, event)"), d)
  h <- basehaz(f, centered = TRUE); list(f = f, best = best, hazard = function(t) max(0, h$hazard[h$time <= t]))
}
predict_lp <- function(m, d) predict(m$f, d, reference = "sample")
risk <- function(m, d) 1 - exp(-m$hazard(at) * exp(predict_lp(m, d)))
cindex <- function(d, lp) concordance(Surv(time, event) ~ lp, d, reverse = TRUE)$concordance
brier <- function(d, r) {
  g <- survfit(Surv(time, 1 - event) ~ 1, d)
  before <- function(t) c(1, g$surv)[findInterval(t, g$time, left.open = TRUE) + 1]
  G <- c(1, g$surv)[findInterval(at, g$time) + 1]
  mean(ifelse(d$time <= at & d$event == 1, (1 - r)^2 / before(d$time), ifelse(d$time > at, r^2 / G, 0)))
}
m <- fit(d); apparent <- c(cindex(d, predict_lp(m, d)), brier(d, risk(m, d)))
reps <- sapply(draws, function(i) {
  b <- d[i, ]; o <- d[-unique(i), ]; m <- fit(b)
  c(cindex(b, predict_lp(m, b)), cindex(d, predict_lp(m, d)), cindex(o, predict_lp(m, o)),
    brier(b, risk(m, b)), brier(d, risk(m, d)), brier(o, risk(m, o)), coxph(Surv(time, event) ~ lp, transform(d, lp = predict_lp(m, d)))$coef)
})
chance <- mean(sapply(risk(m, d), function(r) brier(d, rep(r, n))))
plus <- function(app, out, chance) { out1 <- min(out, chance); R <- if (out1 > app && chance > app) (out1 - app) / (chance - app) else 0
  w <- .632 / (1 - .368 * R); (1 - w) * app + w * out1 }
out <- rowMeans(reps)
num <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ","), "]")
cat("{\"names\":[", paste0("\"", vars, "\"", collapse = ","), "],\n\"columns\":[", paste(sapply(vars, function(v) num(d[[v]])), collapse = ",\n"), "],\n",
  "\"time\":", num(d$time), ",\n\"event\":", num(d$event), ",\n\"at\":", at, ",\n\"draws\":[", paste(sapply(draws, function(i) num(i - 1)), collapse = ",\n"), "],\n",
  "\"selected\":[", paste0("\"", m$best, "\"", collapse = ","), "],\n",
  "\"c\":{\"apparent\":", num(apparent[1]), ",\"optimism\":", num(out[1] - out[2]), ",\"out_of_bag\":", num(out[3]), ",\"point632\":", num(1 - (.368 * (1 - apparent[1]) + .632 * (1 - out[3]))),
  ",\"point632_plus\":", num(1 - plus(1 - apparent[1], 1 - out[3], .5)), "},\n",
  "\"brier\":{\"apparent\":", num(apparent[2]), ",\"optimism\":", num(out[4] - out[5]), ",\"out_of_bag\":", num(out[6]), ",\"point632\":", num(.368 * apparent[2] + .632 * out[6]),
  ",\"point632_plus\":", num(plus(apparent[2], out[6], chance)), "},\n\"slope\":{\"optimism\":", num(1 - out[7]), "}}\n", sep = "")
