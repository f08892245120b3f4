//! From a [`Study`] to the text of a study file, which reads back as the same study.

mod regions;
mod scores;
mod toml_text;
mod update;

use std::path::Path;
use survival::coxnet::LambdaRule;
use survival::stats::kappa::KappaWeights;

use tables::{LimitRule, Mark, date};

use self::toml_text::Text;
use super::read::VERSION;
use super::spec::*;

impl Study {
    /// The text of the study's file. Settings that were guessed carry the reason as a comment.
    pub fn to_toml(&self) -> String {
        let mut text = Text::new(&self.reasons);
        text.pair("version", VERSION as f64, "");
        text.pair("title", &self.title, "");
        if self.table == (TableSpec { path: self.table.path.clone(), ..TableSpec::default() }) {
            text.pair("table", path(&self.table.path), "table");
            text.maybe("id", self.id.as_deref(), "id");
        } else {
            text.maybe("id", self.id.as_deref(), "id");
            table(&mut text, "table", &self.table);
        }
        self.tables.iter().for_each(|joined| other_table(&mut text, joined));
        cohorts(&mut text, &self.cohorts, self.analysis.seed);
        sealed(&mut text, &self.seal);
        self.endpoints.iter().for_each(|e| endpoint(&mut text, e));
        for criterion in &self.enrolment {
            text.list_section("enrolment");
            text.pair("name", &criterion.name, "");
            let key = if criterion.kind == CriterionKind::Include { "include" } else { "exclude" };
            text.pair(key, criterion.condition.source(), "");
            text.maybe_line("after_split", criterion.after_split.then(|| "true".to_owned()));
        }
        for unsealing in &self.seal.unsealed {
            text.list_section("unsealed");
            unsealing.pairs().into_iter().for_each(|(key, value)| text.pair(key, value, ""));
        }
        if !self.derived.is_empty() {
            text.section("derived", "derived");
            self.derived.iter().for_each(|d| text.pair(&d.name, d.expression.source(), ""));
        }
        if !self.columns.is_empty() {
            text.section("columns", "columns");
            self.columns.iter().for_each(|c| text.line(&c.name, &column(c), &format!("columns.{}", c.name)));
        }
        self.images.iter().for_each(|i| images(&mut text, i));
        self.images.iter().flat_map(|i| &i.regions).for_each(|r| regions::region(&mut text, r));
        self.features.iter().for_each(|f| features(&mut text, f));
        extraction(&mut text, &self.extraction);
        analysis(&mut text, &self.analysis);
        if !self.readings.is_empty() {
            text.section("readings", "readings");
            self.readings.iter().for_each(|r| text.line(&r.name, &reading(r), ""));
        }
        self.scores.iter().for_each(|s| scores::score(&mut text, s));
        if !self.models.is_empty() {
            text.section("models", "models");
            self.models.iter().for_each(|m| text.line(&m.name, &model(m), ""));
        }
        if !self.audit.is_empty() {
            text.section("audit", "audit");
            self.audit.iter().for_each(|a| text.pair(&a.item, &a.text, ""));
        }
        text.finish()
    }

    /// Writes the study's file at `path`, all of it or nothing. Whether an older file may be replaced is the caller's
    /// to ask.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        crate::writing::write(path, self.to_toml().as_bytes())
    }
}

/// Paths are written with `/` everywhere.
fn path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn other_table(text: &mut Text<'_>, joined: &JoinedSpec) {
    let key = format!("tables.{}", joined.name);
    table_as(text, &format!("tables.{}", toml_text::key(&joined.name)), &key, &joined.table);
    text.maybe("id", joined.id.as_deref(), &format!("{key}.id"));
    text.maybe("prefix", Some(joined.prefix.as_str()).filter(|p| !p.is_empty()), "");
    text.list("columns", &joined.columns);
    if let Some(Fold { rows, by, to, within }) = &joined.fold {
        text.pair("rows", rows.word(), "");
        text.pair("by", by, "");
        text.maybe("to", to.as_deref(), "");
        text.maybe_line("within", within.map(|(from, to)| toml_text::numbers(&[from, to])));
    } else if text.has_reason(&format!("{key}.rows")) {
        text.pair("rows", UNANSWERED, &format!("{key}.rows"));
    }
}

fn table(text: &mut Text<'_>, name: &str, table: &TableSpec) {
    table_as(text, name, name, table);
}

fn table_as(text: &mut Text<'_>, name: &str, path_of_reason: &str, table: &TableSpec) {
    text.section(name, path_of_reason);
    text.pair("path", path(&table.path), "");
    text.maybe("sheet", table.sheet.as_deref(), "");
    let delimiter = table.delimiter.map(|d| match d {
        '\t' => "tab".to_owned(),
        ' ' => "blank".to_owned(),
        d => d.to_string(),
    });
    text.maybe("delimiter", delimiter, "");
    text.list("missing", &table.missing);
    text.maybe("dates", table.dates.map(|d| d.word()), "");
    text.maybe("encoding", table.encoding.as_deref(), "");
    text.maybe("decimal", table.decimal.and_then(|mark| word(&Mark::WORDS, mark)), "");
    text.maybe("limits", table.limits.and_then(|rule| word(&LimitRule::WORDS, rule)), "");
}

fn word<T: PartialEq>(words: &[(&'static str, T)], value: T) -> Option<&'static str> {
    words.iter().find(|(_, of)| *of == value).map(|(word, _)| *word)
}

fn cohorts(text: &mut Text<'_>, cohorts: &CohortSpec, seed: u64) {
    match cohorts {
        CohortSpec::One => {}
        CohortSpec::Column { column, names } => {
            text.section("cohorts", "cohorts");
            text.pair("column", column, "");
            if names.iter().all(|n| n.name == n.value) {
                text.list("order", &names.iter().map(|n| n.value.clone()).collect::<Vec<_>>());
            } else {
                text.line(
                    "names",
                    &toml_text::inline(names.iter().map(|n| (&n.value, toml_text::quoted(&n.name)))),
                    "",
                );
            }
        }
        CohortSpec::Split(split) => {
            text.section("cohorts", "cohorts");
            text.pair("split", split.fraction, "");
            if split.seed != seed {
                text.pair("seed", split.seed as f64, "");
            }
            text.list("stratify", &split.stratify);
            text.maybe("centre", split.centre.as_deref(), "");
            text.maybe("development", split.development.as_deref(), "");
        }
    }
}

/// In the section of the cohorts, which is the last one.
fn sealed(text: &mut Text<'_>, seal: &SealSpec) {
    text.list("sealed", &seal.cohorts);
    text.list("sealed_columns", &seal.columns);
    text.list("open_columns", &seal.open);
}

fn endpoint(text: &mut Text<'_>, endpoint: &EndpointSpec) {
    let key = format!("endpoints.{}", endpoint.name);
    text.section(&format!("endpoints.{}", toml_text::key(&endpoint.name)), &key);
    text.maybe("label", endpoint.label.as_deref(), "");
    let event = |text: &mut Text<'_>, event: &EventSpec| {
        text.pair("event", &event.column, "");
        if let [one] = event.is.as_slice() {
            text.line("event_is", &toml_text::value(one), &format!("{key}.event_is"));
        } else {
            text.list("event_is", &event.is);
        }
    };
    let cut_off = |text: &mut Text<'_>, day: Option<i32>| text.maybe_line("cut_off", day.map(date::iso));
    match &endpoint.source {
        EndpointSource::Times { time, unit, event: happened } => {
            text.pair("time", time, &format!("{key}.time"));
            event(text, happened);
            text.pair("unit", unit.word(), &format!("{key}.unit"));
            if endpoint.show != *unit {
                text.pair("show", endpoint.show.word(), "");
            }
        }
        EndpointSource::Dates { origin, events, last_contact, cut_off: day } => {
            text.pair("origin", origin, &format!("{key}.origin"));
            match events.as_slice() {
                [one] => text.pair("event_date", one, ""),
                several => text.list("event_date", several),
            }
            text.maybe("last_contact", last_contact.as_deref(), "");
            cut_off(text, *day);
            text.pair("show", endpoint.show.word(), "");
        }
        EndpointSource::Interval { origin, end, event: happened, cut_off: day } => {
            text.pair("origin", origin, &format!("{key}.origin"));
            text.pair("end", end, "");
            event(text, happened);
            cut_off(text, *day);
            text.pair("show", endpoint.show.word(), "");
        }
    }
    if let Some(causes) = &endpoint.causes {
        text.pair("cause", &causes.column, "");
        if causes.censored != "0" {
            text.pair("censored", &causes.censored, "");
        }
    }
}

fn column(column: &ColumnSpec) -> String {
    let ColumnSpec { label, unit, kind, levels, ordered, reference, missing, limits, .. } = column;
    let mut parts: Vec<(String, String)> = Vec::new();
    let mut part = |key: &str, value: Option<String>| parts.extend(value.map(|v| (key.to_owned(), v)));
    part("label", label.as_deref().map(toml_text::quoted));
    part("unit", unit.as_deref().map(toml_text::quoted));
    part("kind", kind.map(|k| toml_text::quoted(k.word())));
    if levels.iter().all(|l| l.label == l.value) {
        part("levels", (!levels.is_empty()).then(|| toml_text::array(levels.iter().map(|l| l.value.as_str()))));
    } else {
        part("levels", Some(toml_text::inline(levels.iter().map(|l| (&l.value, toml_text::quoted(&l.label))))));
    }
    part("ordered", ordered.then(|| "true".to_owned()));
    part("reference", reference.as_deref().map(toml_text::quoted));
    part("missing", missing.as_ref().map(|missing| toml_text::array(missing.iter().map(String::as_str))));
    part("limits", limits.and_then(|rule| word(&LimitRule::WORDS, rule)).map(toml_text::quoted));
    match parts.as_slice() {
        [(key, only)] if key == "label" => only.clone(),
        _ => toml_text::inline(parts),
    }
}

fn images(text: &mut Text<'_>, images: &ImageSpec) {
    text.section("images", "images");
    let first = &images.sequences[0];
    let same = |s: &SequenceSpec| SequenceSpec { name: first.name.clone(), ..s.clone() } == *first;
    let templates = |text: &mut Text<'_>, sequence: &SequenceSpec| {
        text.pair("image", &sequence.image, "");
        text.pair("mask", &sequence.mask, "");
        text.maybe("repeats", sequence.repeats.as_deref(), "");
        picked(text, &sequence.picked);
    };
    text.list("sequences", &images.sequences.iter().map(|s| s.name.clone()).collect::<Vec<_>>());
    if images.sequences.iter().all(same) {
        return templates(text, first);
    }
    for sequence in &images.sequences {
        text.section(&format!("images.{}", toml_text::key(&sequence.name)), "");
        templates(text, sequence);
    }
}

fn picked(text: &mut Text<'_>, picked: &Picked) {
    match &picked.region {
        RegionSpec::Assumed => {}
        RegionSpec::Number(number) => text.maybe_line("label", Some(number.to_string())),
        RegionSpec::Named(names) => match names.as_slice() {
            [name] => text.pair("label", name, ""),
            names => text.list("label", names),
        },
    }
    text.maybe("series", picked.series.as_deref(), "");
    text.maybe_line("volume", picked.volume.map(|n| n.to_string()));
    text.maybe_line("b_value", picked.b_value.map(|b| b.to_string()));
    text.maybe_line("threshold", picked.threshold.map(|t| t.to_string()));
}

fn features(text: &mut Text<'_>, features: &FeatureSpec) {
    text.section("features", "features");
    text.maybe("id", features.id.as_deref(), "");
    text.list("columns", &features.columns);
    if let Some(spec) = &features.table {
        table(text, "features.table", spec);
    }
}

fn extraction(text: &mut Text<'_>, extraction: &ExtractionSpec) {
    let common = ExtractionSpec { sequences: Vec::new(), ..extraction.clone() };
    if common != ExtractionSpec::default() {
        text.section("extraction", "extraction");
        settings(text, &common);
    }
    for (name, own) in &extraction.sequences {
        text.section(&format!("extraction.{}", toml_text::key(name)), "");
        settings(text, own);
    }
}

fn settings(text: &mut Text<'_>, extraction: &ExtractionSpec) {
    text.maybe("params", extraction.params.as_deref().map(path), "");
    text.maybe("preset", extraction.preset.as_deref(), "");
    text.maybe_line("bin_width", extraction.bin_width.map(|x| x.to_string()));
    text.maybe_line("bin_count", extraction.bin_count.map(|x| x.to_string()));
    text.maybe_line("spacing", extraction.spacing.map(|s| toml_text::numbers(&s)));
    text.maybe_line("normalize", extraction.normalize.map(|x| x.to_string()));
    text.list("image_types", &extraction.image_types);
    text.list("classes", &extraction.classes);
}

fn analysis(text: &mut Text<'_>, analysis: &AnalysisSpec) {
    let default = AnalysisSpec::default();
    text.section("analysis", "analysis");
    text.pair("seed", analysis.seed as f64, "");
    text.maybe_line("times", (!analysis.times.is_empty()).then(|| toml_text::numbers(&analysis.times)));
    text.list("variables", &analysis.variables);
    text.maybe("ties", (analysis.ties != default.ties).then(|| analysis.ties.name()), "");
    text.maybe_line("entry_p", (analysis.entry_p != default.entry_p).then(|| analysis.entry_p.to_string()));
    let count = |now: usize, usual: usize| (now != usual).then(|| now.to_string());
    text.maybe_line("permutations", count(analysis.permutations, default.permutations));
    text.maybe_line("bootstraps", count(analysis.bootstraps, default.bootstraps));
    if analysis.lasso != default.lasso {
        text.section("lasso", "lasso");
        text.pair("alpha", analysis.lasso.alpha, "");
        text.pair("folds", analysis.lasso.folds as f64, "");
        match analysis.lasso.rule {
            LambdaRule::Value(lambda) => text.pair("rule", lambda, ""),
            named => text.pair("rule", named.to_string(), ""),
        }
        text.pair("measure", analysis.lasso.measure.name(), "");
    }
    if analysis.validation != default.validation {
        let (now, usual) = (&analysis.validation, &default.validation);
        text.section("validation", "validation");
        text.maybe("design", word(&DesignSpec::WORDS, now.design), "");
        text.maybe_line("n", count(now.n, usual.n));
        text.maybe_line("folds", count(now.folds, usual.folds));
        text.maybe_line("repeats", count(now.repeats, usual.repeats));
        text.maybe("centre", now.centre.as_deref(), "");
    }
    if analysis.icc != default.icc {
        text.section("icc", "icc");
        text.pair("threshold", analysis.icc.threshold, "");
        text.pair("type", analysis.icc.kind.name(), "");
    }
}

fn reading(reading: &ReadingSpec) -> String {
    let columns = toml_text::array(reading.columns.iter().map(String::as_str));
    if reading.label.is_none() && reading.weights == KappaWeights::Unweighted {
        return columns;
    }
    let label = reading.label.as_ref().map(|label| ("label", toml_text::quoted(label)));
    let weights =
        (reading.weights != KappaWeights::Unweighted).then(|| ("weights", toml_text::quoted(reading.weights.name())));
    toml_text::inline(label.into_iter().chain([("columns", columns)]).chain(weights))
}

fn model(model: &ModelSpec) -> String {
    let covariates = toml_text::array(model.covariates.iter().map(String::as_str));
    if model.label.is_none() && model.impute == ImputeMethod::None {
        return covariates;
    }
    let label = model.label.iter().map(|label| ("label".to_owned(), toml_text::quoted(label)));
    let imputes = (model.impute != ImputeMethod::None).then(|| scores::imputation(model.impute));
    let covariates = std::iter::once(("covariates".to_owned(), covariates));
    toml_text::inline(label.chain(covariates).chain(imputes.into_iter().flatten()))
}
