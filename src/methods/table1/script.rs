//! The baseline table again in R, by base R.

use super::{Answer, Kind, Row, Spec};
use crate::ask::{AskError, Selection};
use crate::methods::script::{Script, Source, text, texts};

/// The script.
///
/// # Errors
/// When the groups cannot be made.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let on = Selection { endpoint: None, ..spec.on.clone() };
    let mut script = Script::new(source, &on, "Baseline table")?;
    for row in &answer.rows {
        script.column(&row.variable)?;
    }
    script.group(spec.by.as_ref())?;
    let n: Vec<f64> = answer.n.iter().map(|n| *n as f64).collect();
    script.same_all("n", "as.vector(table(data$group))", &n);
    for row in &answer.rows {
        script.add(format!("x <- data[[{}]]", text(&row.variable)));
        match row.kind {
            Kind::Continuous => number(&mut script, row),
            Kind::Categorical => category(&mut script, row),
        }
        compared(&mut script, row, answer);
    }
    Ok(script.finish())
}

fn number(script: &mut Script<'_>, row: &Row) {
    type Get = fn(&super::Summary) -> f64;
    let parts: [(&str, &str, Get); 5] = [
        ("mean", "mean(v)", |s| s.mean),
        ("sd", "sd(v)", |s| s.sd),
        ("median", "median(v)", |s| s.median),
        ("q1", "quantile(v, 0.25)", |s| s.q1),
        ("q3", "quantile(v, 0.75)", |s| s.q3),
    ];
    for (what, found, get) in parts {
        let values: Vec<f64> = row.summary.iter().map(get).collect();
        let found = format!("tapply(x, data$group, function(v) {{ v <- v[!is.na(v)]; {found} }})");
        script.same_all(&format!("{}: {what}", row.variable), &found, &values);
    }
}

fn category(script: &mut Script<'_>, row: &Row) {
    let levels: Vec<&str> = row.levels.iter().map(|level| level.level.as_str()).collect();
    script.add(format!("x <- factor(as.character(x), levels = {})", texts(&levels)));
    let counts: Vec<f64> = row.levels.iter().flat_map(|level| level.n.iter().map(|n| *n as f64)).collect();
    script.same_all(&format!("{}: n", row.variable), "as.vector(t(table(x, data$group)))", &counts);
}

fn compared(script: &mut Script<'_>, row: &Row, answer: &Answer) {
    let Some(test) = &row.test else { return };
    // Groups and levels that nobody has are no part of a comparison.
    script.add(
        "known <- !is.na(x)\nv <- x[known]\ng <- droplevels(data$group[known])\nif (is.factor(v)) v <- droplevels(v)",
    );
    let two = answer.levels.len() == 2;
    let found = match test.name {
        "t_student" => "t.test(v ~ g, var.equal = TRUE)",
        "t_welch" => "t.test(v ~ g)",
        "mann_whitney" if test.exact => "wilcox.test(v ~ g, exact = TRUE)",
        "mann_whitney" => "wilcox.test(v ~ g, exact = FALSE)",
        "anova" => "oneway.test(v ~ g, var.equal = TRUE)",
        "anova_welch" => "oneway.test(v ~ g)",
        "kruskal" => "kruskal.test(v, g)",
        "chi_square" => "chisq.test(table(v, g), correct = FALSE)",
        "chi_square_yates" => "chisq.test(table(v, g), correct = TRUE)",
        "fisher" if two || row.levels.len() < 6 => "fisher.test(table(v, g), workspace = 2e7)",
        _ => return,
    };
    script.add(format!("test <- suppressWarnings({found})"));
    script.same(&format!("{}: p, {}", row.variable, test.label), "test$p.value", test.p);
    if let Some(statistic) = test.statistic
        && test.name != "fisher"
    {
        script.same(&format!("{}: statistic", row.variable), "test$statistic", statistic);
    }
}
