//! `riskset table1`: the baseline table.

use crate::cli::choice::one_of;
use std::collections::BTreeMap;

use clap::Args;
use tables::names::split_names;

use super::Common;
use super::output::Output;
use super::source::{Data, few_numbers};
use crate::ask::grouping::Grouping;
use crate::methods::table1::{Choice, Spec};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Column of the groups, or several [default: the study's cohorts]
    #[arg(long, value_name = "COL,..")]
    by: Option<String>,
    /// Variables, in order [default: the study's clinical variables]
    #[arg(long, value_name = "COL,..")]
    vars: Vec<String>,
    /// Numbers shown by median and quartiles and compared by ranks
    #[arg(long, value_name = "COL,..")]
    nonnormal: Vec<String>,
    /// Numbers that are categories
    #[arg(long, value_name = "COL,..")]
    categorical: Vec<String>,
    /// Categories compared by Fisher's exact test
    #[arg(long, value_name = "COL,..")]
    exact: Vec<String>,
    /// How numbers are compared
    #[arg(long, default_value = "auto", value_name = "TEST", value_parser = one_of(CONTINUOUS))]
    continuous_test: Choice,
    #[command(flatten)]
    output: Output,
}

/// Tests of numbers, by their names in the answer.
const CONTINUOUS: [(&str, Choice); 4] = [
    ("auto", Choice::Auto),
    ("student", Choice::Student),
    ("welch", Choice::Welch),
    ("mann_whitney", Choice::MannWhitney),
];

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let lists: Vec<&String> = options.by.iter().chain(&options.vars).collect();
    let mut source = options.data.columns()?.knowing_lists(common, &lists)?;
    let cohort = &source.data.cohort;
    let several_cohorts = cohort.groups().levels.len() > 1 && source.on.cohort.is_none();
    let by = match &options.by {
        Some(by) => Some(source.grouping(by)),
        None => several_cohorts.then_some(Grouping::Cohort),
    };
    let divides = |name: &str| match &by {
        Some(Grouping::Column(column)) => column == name,
        Some(Grouping::Crossed(columns)) => columns.iter().any(|c| c == name),
        _ => false,
    };
    let [nonnormal, categorical, exact] =
        [&options.nonnormal, &options.categorical, &options.exact].map(|l| split_names(l));
    let variables = match split_names(&options.vars).as_slice() {
        [] => cohort.variables().iter().filter(|v| !divides(v)).cloned().collect(),
        named => named.to_vec(),
    };
    for name in nonnormal.iter().chain(&categorical).chain(&exact) {
        if !source.study.is_made(name, &[]) {
            cohort.frame().column(name)?;
        }
    }
    let chosen = |names: &[String], choice: Choice| names.iter().map(move |n| (n.clone(), choice)).collect::<Vec<_>>();
    let tests: BTreeMap<String, Choice> =
        chosen(&nonnormal, Choice::MannWhitney).into_iter().chain(chosen(&exact, Choice::Exact)).collect();
    let spec = Spec {
        on: source.on.clone(),
        by,
        variables,
        categorical: categorical.iter().chain(&exact).cloned().collect(),
        continuous: options.continuous_test,
        tests,
    };
    let is_open = |name: &&str| ![&categorical, &exact, &nonnormal].iter().any(|said| said.iter().any(|s| s == name));
    let open = spec.variables.iter().map(String::as_str).filter(is_open);
    if let Some(said) = few_numbers(cohort.frame(), &source.study, open) {
        source.note(said);
    }
    let answer = source.ask(spec.clone())?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, crate::methods::table1::document::document)
}
