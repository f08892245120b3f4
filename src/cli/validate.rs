//! `riskset validate`: the whole pipeline refitted.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::{Args, ValueEnum};
use watch::{Cancelled, Watch};

use super::extract::progress::ProgressLine;
use super::limits::up_to;
use super::output::Output;
use super::source::{Data, Source};
use super::{Common, Usage};
use crate::jobs::fits::FitsOnDisk;
use crate::methods::validate::sensitivity::{self, SensitivityAnswer};
use crate::methods::validate::{self, Answer, Fits, Spec};
use crate::study::{DesignSpec, ModelSpec, ValidationSpec};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// Scores of the study, each as a model by itself
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    scores: Vec<String>,
    /// Models of the study [default: all, with the scores that they hold]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    models: Vec<String>,
    /// How [default: the study's, else nested]
    #[arg(long, value_enum, value_name = "DESIGN")]
    design: Option<Kind>,
    /// Bootstrap samples, or orders of the outcomes [default: the study's, else 200]
    #[arg(long, value_name = "N", value_parser = up_to::<100_000>)]
    n: Option<usize>,
    /// Folds of the cross-validation around the pipeline's own [default: the study's, else 10]
    #[arg(long, value_name = "K", value_parser = up_to::<10_000>)]
    folds: Option<usize>,
    /// How often these folds are dealt [default: the study's, else 3]
    #[arg(long, value_name = "R", value_parser = up_to::<10_000>)]
    repeats: Option<usize>,
    /// Column of the centres that are left out in turn [default: the study's]
    #[arg(long, value_name = "COL", value_parser = super::source::column)]
    centre: Option<String>,
    /// With --design sensitivity: bin widths by which features are extracted again
    #[arg(long, value_name = "W,..", value_delimiter = ',')]
    bin_width: Vec<f64>,
    /// Times of AUC and Brier score [default: the study's times]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Bootstrap,
    Nested,
    LeaveCentreOut,
    Permutation,
    /// Other seeds of the folds, other divisions of the patients, each patient left out, other bin widths
    Sensitivity,
}

impl Kind {
    /// A design that corrects; none for one that varies.
    fn corrects(self) -> Option<DesignSpec> {
        Some(match self {
            Self::Bootstrap => DesignSpec::Bootstrap,
            Self::Nested => DesignSpec::Nested,
            Self::LeaveCentreOut => DesignSpec::LeaveCentreOut,
            Self::Permutation => DesignSpec::Permutation,
            Self::Sensitivity => return None,
        })
    }
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?;
    let models = options.models(&source)?;
    let covariates: Vec<String> = models.iter().flat_map(|m| m.covariates.clone()).collect();
    let source = source.knowing_covariates(common, &covariates)?;
    let fits = Fits::kept(FitsOnDisk::new(common.places().cache()));
    let plan = source.plan();
    let mut of_study = plan.study.analysis.validation.clone();
    if of_study.design == DesignSpec::None {
        of_study.design = DesignSpec::default();
    }
    if options.design == Some(Kind::Sensitivity) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(common.threads()).build()?;
        return pool.install(|| options.sensitivity(&source, models, common));
    }
    if !options.bin_width.is_empty() {
        bail!(Usage("--bin-width goes with --design sensitivity".to_owned()));
    }
    let wanted = ValidationSpec {
        design: options.design.and_then(Kind::corrects).unwrap_or(of_study.design),
        n: options.n.unwrap_or(of_study.n),
        folds: options.folds.unwrap_or(of_study.folds),
        repeats: options.repeats.unwrap_or(of_study.repeats),
        centre: options.centre.clone().or(of_study.centre),
    };
    let Some(design) = plan.design(&wanted) else {
        bail!(Usage("name the column of centres with --centre COL".to_owned()));
    };
    let spec = Spec { times: source.times(&options.at), ..plan.validate(models, design, fits) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.threads()).build()?;
    let answer = pool.install(|| -> anyhow::Result<_> {
        if let Some(first) = spec.design.first_part() {
            let early = Spec { design: first, ..spec.clone() };
            // What stops the part stops the whole, which says so.
            if let Ok(answer) = source.ask_watched(early, &Told::new("first estimate")) {
                say(&answer);
            }
        }
        source.ask_watched(spec.clone(), &Told::new("validation"))
    })?;
    if options.output.is_script() {
        return source.write_script(&options.output, spec);
    }
    source.write(&options.output, &*answer, validate::document::document)
}

/// Variations of each kind where nothing is said.
const VARIATIONS: usize = 10;

impl Options {
    /// How much the models hang on seed, division, single patients and bin width.
    fn sensitivity(&self, source: &Source, models: Vec<ModelSpec>, common: &Common) -> anyhow::Result<()> {
        let asked = source.plan().sensitivity(models.clone(), self.n.unwrap_or(VARIATIONS));
        let mut answer = SensitivityAnswer::clone(&*source.ask_watched(asked, &Told::new("variations"))?);
        for width in &self.bin_width {
            if !(width.is_finite() && *width > 0.0) {
                bail!(Usage(format!("--bin-width {width}: a bin is wider than 0")));
            }
            let other = source.with_bin_width(*width, common)?;
            let asked = other.plan().sensitivity(models.clone(), 0);
            answer.append(&format!("bin width {width}"), &*other.ask_watched(asked, &Told::new("bin width"))?);
        }
        source.write(&self.output, &answer, sensitivity::document::document)
    }

    fn models(&self, source: &Source) -> anyhow::Result<Vec<ModelSpec>> {
        let plan = source.plan();
        let known = |what: &str, name: &String, all: Vec<String>| -> anyhow::Result<()> {
            if all.contains(name) {
                return Ok(());
            }
            let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
            bail!(Usage(format!("--{what} {name}: the study has {all}")))
        };
        for name in &self.models {
            known("models", name, plan.models().into_iter().map(|m| m.name).collect())?;
        }
        for name in &self.scores {
            known("scores", name, plan.scores().into_iter().map(|s| s.name).collect())?;
        }
        let models = plan.validated(&self.models, &self.scores);
        if models.is_empty() {
            bail!("the study has neither models nor scores: write some under [models] and [scores.NAME] in study.toml");
        }
        Ok(models)
    }
}

/// Says on stderr what the first samples gave.
fn say(answer: &Answer) {
    let c = |m: &validate::Model| {
        let corrected = m.corrected.as_ref().map(|c| figures::format::fixed(c.c, 3)).unwrap_or_default();
        format!("{} {corrected}", m.label)
    };
    let models: Vec<String> = answer.models.iter().map(c).collect();
    let _ = writeln!(io::stderr(), "after {} fits, corrected C: {}", answer.used, models.join(", "));
}

/// Tells on stderr how far the fits are.
struct Told {
    what: &'static str,
    started: Instant,
    line: std::sync::Mutex<ProgressLine>,
}

impl Told {
    fn new(what: &'static str) -> Self {
        Self { what, started: Instant::now(), line: std::sync::Mutex::new(ProgressLine::new()) }
    }
}

impl Watch for Told {
    fn step(&self, done: usize, total: usize) -> Result<(), Cancelled> {
        if total > 1
            && done > 0
            && let Ok(mut line) = self.line.lock()
        {
            let left = self.started.elapsed().mul_f64((total - done) as f64 / done as f64);
            let left = Duration::from_secs(left.as_secs());
            line.show(&format!("{}: {done} of {total} fits, {} s left", self.what, left.as_secs()));
        }
        Ok(())
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Ok(mut line) = self.line.lock() {
            line.end();
        }
    }
}
