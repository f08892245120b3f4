//! The command line: arguments, one file per subcommand, exit status.
//!
//! Exit status 0: done. 1: it cannot be done with these data; one message on stderr says what, where and what to do.
//! 2: wrong usage. Nothing on stdout when it fails; a closed pipe ends the program quietly.

mod audit;
mod calibrate;
mod causes;
mod check;
mod choice;
mod cindex;
mod config;
mod cox;
mod cuminc;
mod cutpoint;
mod dca;
mod diff;
mod extract;
mod features;
mod flow;
mod harmonize;
mod icc;
mod images;
mod init;
mod judged;
mod keys;
mod km;
mod lasso;
mod limits;
mod logrank;
mod model;
mod nomogram;
mod open;
mod output;
mod performance;
mod pool;
mod predict;
mod render;
mod replay;
mod roc;
mod run;
mod samplesize;
mod shell;
mod simulate;
mod source;
mod splines;
mod table1;
mod themes;
mod unseal;
mod validate;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

use figures::format::{self, visible};
use watch::caught;

/// Characters of a line on stderr.
const LONGEST_LINE: usize = 2000;

/// From a clinical table and folders of medical images to a validated prognostic model, in the terminal.
#[derive(Parser)]
#[command(name = "riskset", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    open: open::Options,
    #[command(flatten)]
    common: Common,
}

/// Options of every command.
#[derive(Args, Clone)]
struct Common {
    /// Keep computed features in this folder
    #[arg(long, global = true, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Threads to use; by default one per core
    #[arg(long, global = true, value_name = "N", value_parser = limits::up_to::<1024>)]
    threads: Option<usize>,
}

#[derive(Subcommand)]
enum Command {
    /// Look at a folder or a table and write a commented study.toml
    Init(init::Options),
    /// Open the sample study: made anew in the state folder the first time
    Demo(open::Demo),
    /// List every problem of a study or table; exit 1 if one is an error
    Check(check::Options),
    /// Extract radiomic features: of an image and its mask, of a study, or of a table of cases
    Extract(extract::Options),
    /// Look at the images and masks of a study, or at how they were taken
    Images(images::Options),
    /// How the patients came to be enrolled: criteria, cohorts, and who was left out why
    Flow(flow::Options),
    /// The baseline table: variables described and compared between groups
    Table1(table1::Options),
    /// Survival curves by Kaplan-Meier, with the log-rank test
    Km(km::Options),
    /// Agreement of raters (intraclass correlation), in a table or in a study's repeated segmentations
    Icc(icc::Options),
    /// The log-rank test, with strata, weights or for trend
    Logrank(logrank::Options),
    /// Proportional hazards models
    Cox(cox::Options),
    /// Numbers of a Cox model as restricted cubic splines, one by one
    Splines(splines::Options),
    /// A study's models compared: concordance, ROC curves, Brier scores, bootstrap, reclassification
    Performance(performance::Options),
    /// Concordance of a score: Harrell's or Uno's C
    Cindex(cindex::Options),
    /// Time-dependent ROC curves and Brier scores of a score
    Roc(roc::Options),
    /// Predicted against observed survival, of a Cox model or of columns
    Calibrate(calibrate::Options),
    /// The cut-off of a variable by the largest log-rank statistic
    Cutpoint(cutpoint::Options),
    /// Decision curves: net benefit of acting on predicted risks
    Dca(dca::Options),
    /// The nomogram of a Cox model
    Nomogram(nomogram::Options),
    /// Cumulative incidence of competing causes, with Gray's test
    Cuminc(cuminc::Options),
    /// Models of competing causes: Fine and Gray's beside cause-specific ones
    Causes(causes::Options),
    /// Radiomic features one by one: completeness, agreement, outcome; groups of features that go together
    Features(features::Options),
    /// LASSO or elastic-net Cox model by cross-validation, and its score
    Lasso(lasso::Options),
    /// Features of several sites brought to one scale: ComBat, or z-scores within sites
    Harmonize(harmonize::Options),
    /// One estimate from those of several imputed data sets: Rubin's rules
    Pool(pool::Options),
    /// Patients needed to develop a prognostic model: Riley's criteria
    Samplesize(samplesize::Options),
    /// How a study stands before TRIPOD+AI, CLEAR, METRICS and RQS 2.0
    Audit(audit::Options),
    /// A model as a file of its own, for use elsewhere
    Model(model::Options),
    /// What a model file predicts for new patients: of a table, a study, or one patient's images
    Predict(predict::Options),
    /// Two runs or two models told apart; exit 1 if they are not the same
    Diff(diff::Options),
    /// A study's scores and models with every step of them refitted: bootstrap, nested cross-validation, centres, permutation
    Validate(validate::Options),
    /// Open the outcomes of a sealed cohort for one model, once and on record
    Unseal(unseal::Options),
    /// The whole analysis of a study in one folder: report, tables, figures, features, manifest
    Run(run::Options),
    /// Show one pane, settled, as text
    Render(render::Options),
    /// Do what was done in a session again: the same screens and exports, without a terminal
    Replay(replay::Options),
    /// Make a synthetic study with images and known truth
    Simulate(simulate::Options),
    /// List the keys
    Keys(keys::Options),
    /// List the themes, or print one
    Themes(themes::Options),
    /// Show where the configuration is, or print a commented one
    Config(config::Options),
    /// Print a completion script for a shell
    Completions(shell::Options),
    /// Print the manual page
    Man,
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    caught::keep_quiet();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap writes help to stdout and mistakes to stderr, and knows which status each has.
        Err(error) => {
            if error.use_stderr() {
                let _ = write!(io::stderr(), "{}", said(&error.render().to_string()));
            } else {
                let _ = error.print();
            }
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    cli.common.limit_threads();
    let outcome = match cli.command {
        None => open::run(cli.open, &cli.common),
        Some(Command::Init(options)) => init::run(&options),
        Some(Command::Demo(options)) => open::demo(&options, &cli.common),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Extract(options)) => extract::run(&options, &cli.common),
        Some(Command::Images(options)) => images::run(&options),
        Some(Command::Flow(options)) => flow::run(&options),
        Some(Command::Table1(options)) => table1::run(&options, &cli.common),
        Some(Command::Km(options)) => km::run(&options, &cli.common),
        Some(Command::Icc(options)) => icc::run(&options, &cli.common),
        Some(Command::Logrank(options)) => logrank::run(&options, &cli.common),
        Some(Command::Cox(options)) => cox::run(&options, &cli.common),
        Some(Command::Splines(options)) => splines::run(&options, &cli.common),
        Some(Command::Performance(options)) => performance::run(&options, &cli.common),
        Some(Command::Cindex(options)) => cindex::run(&options, &cli.common),
        Some(Command::Roc(options)) => roc::run(&options, &cli.common),
        Some(Command::Calibrate(options)) => calibrate::run(&options, &cli.common),
        Some(Command::Cutpoint(options)) => cutpoint::run(&options, &cli.common),
        Some(Command::Dca(options)) => dca::run(&options, &cli.common),
        Some(Command::Nomogram(options)) => nomogram::run(&options, &cli.common),
        Some(Command::Cuminc(options)) => cuminc::run(&options, &cli.common),
        Some(Command::Causes(options)) => causes::run(&options, &cli.common),
        Some(Command::Features(options)) => features::run(&options, &cli.common),
        Some(Command::Lasso(options)) => lasso::run(&options, &cli.common),
        Some(Command::Harmonize(options)) => harmonize::run(&options, &cli.common),
        Some(Command::Pool(options)) => pool::run(&options),
        Some(Command::Samplesize(options)) => samplesize::run(&options),
        Some(Command::Audit(options)) => audit::run(&options),
        Some(Command::Model(options)) => model::run(&options, &cli.common),
        Some(Command::Predict(options)) => predict::run(&options, &cli.common),
        Some(Command::Diff(options)) => diff::run(&options),
        Some(Command::Validate(options)) => validate::run(&options, &cli.common),
        Some(Command::Unseal(options)) => unseal::run(&options, &cli.common),
        Some(Command::Render(options)) => render::run(options, &cli.common),
        Some(Command::Replay(options)) => replay::run(&options, &cli.common),
        Some(Command::Run(options)) => run::run(&options, &cli.common),
        Some(Command::Simulate(options)) => simulate::run(&options, &cli.common),
        Some(Command::Keys(options)) => keys::run(&options),
        Some(Command::Themes(options)) => themes::run(&options),
        Some(Command::Config(options)) => config::run(&options, &cli.common),
        Some(Command::Completions(options)) => shell::completions(&options, &mut Cli::command()),
        Some(Command::Man) => shell::man(&Cli::command()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

/// Says what went wrong; the status to exit with.
fn report(error: &anyhow::Error) -> ExitCode {
    let closed = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    if error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(closed)) {
        return ExitCode::SUCCESS;
    }
    if error.is::<Differ>() {
        return ExitCode::from(1);
    }
    let usage = error.chain().any(|cause| cause.is::<Usage>());
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // Some messages hold that of their cause.
        if !text.contains(&cause) {
            text += &format!("{}{cause}", if text.is_empty() { "" } else { ": " });
        }
    }
    let _ = writeln!(io::stderr(), "riskset: {}", said(&text));
    ExitCode::from(if usage { 2 } else { 1 })
}

/// A message with what it quotes made visible, and no line longer than anybody reads.
fn said(text: &str) -> String {
    let lines = visible(text);
    let shortened = |line: &str| match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{} .. ({} characters)", &line[..end], format::count(line.chars().count())),
        None => line.to_owned(),
    };
    lines.split('\n').map(shortened).collect::<Vec<_>>().join("\n")
}

/// A mistake in the arguments that clap cannot see.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// What was compared is not the same: said on stdout already.
#[derive(Debug, thiserror::Error)]
#[error("they differ")]
struct Differ;

impl Common {
    fn places(&self) -> crate::config::Places {
        crate::config::Places::find(self.cache_dir.clone())
    }

    /// Keeps what analyses share out to the threads asked for, once for the whole process.
    fn limit_threads(&self) {
        if let Some(threads) = self.threads {
            // The first to ask makes the pool; nothing has asked before.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global();
        }
    }

    /// Threads asked for, or one per core.
    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1)
    }
}
