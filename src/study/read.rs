//! From the text of a study file to a [`Study`], with every mistake in it listed.

mod analysis;
mod audit;
mod images;
mod imputation;
mod joined;
mod outcome;
mod regions;
mod scores;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tables::problem::{Place, Problem};
use tables::{DateOrder, Expr, Kind, LimitRule, Mark, is_encoding};

use super::memory::TableMemory;
use super::section::{Document, Item, Section};
use super::spec::*;
use super::template;

/// The version of the study file that is read and written.
pub const VERSION: u64 = 1;

/// The name of a study file.
pub const FILE_NAME: &str = "study.toml";

impl Study {
    /// Reads the study file at `path`, or `study.toml` in the folder `path`.
    ///
    /// All mistakes are listed; as much of the study as can be understood is returned. There is none when the file
    /// cannot be read or names no table.
    pub fn load(path: &Path) -> (Option<Self>, Vec<Problem>) {
        let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let shown = PathBuf::from(file.file_name().unwrap_or(file.as_os_str()));
        match std::fs::read_to_string(&file) {
            Ok(text) => Self::parse(&text, &folder, &shown),
            Err(error) => {
                let message = match error.kind() {
                    std::io::ErrorKind::NotFound => "there is no such study file".to_owned(),
                    std::io::ErrorKind::InvalidData => "the study file is not UTF-8 text".to_owned(),
                    _ => error.to_string(),
                };
                let problem = Problem::error(Place::file(file), message);
                (None, vec![problem.remedy("`riskset init` writes one")])
            }
        }
    }

    /// Reads the text of a study file called `name` in `folder`.
    pub fn parse(text: &str, folder: &Path, name: &Path) -> (Option<Self>, Vec<Problem>) {
        let document = Document::new(text, name);
        let parsed = document.parse();
        let root = document.root(&parsed);
        let study = root_section(&root, folder, name);
        root.finish();
        let (mut problems, places) = document.into_findings();
        let study = study.map(|study| Self { places, ..study });
        tables::problem::sort(&mut problems);
        (study, problems)
    }

    /// A study of nothing but a table.
    pub fn of_table(folder: PathBuf, file: PathBuf, table: TableSpec) -> Self {
        let title = table.path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        Self {
            folder,
            file,
            title,
            table,
            tables: Vec::new(),
            id: None,
            endpoints: Vec::new(),
            cohorts: CohortSpec::One,
            seal: SealSpec::default(),
            enrolment: Vec::new(),
            derived: Vec::new(),
            columns: Vec::new(),
            images: None,
            features: None,
            extraction: ExtractionSpec::default(),
            analysis: AnalysisSpec::default(),
            readings: Vec::new(),
            scores: Vec::new(),
            models: Vec::new(),
            audit: Vec::new(),
            questions: Vec::new(),
            reasons: BTreeMap::new(),
            places: Places::default(),
            memory: TableMemory::default(),
        }
    }
}

fn root_section(root: &Section<'_, '_>, folder: &Path, name: &Path) -> Option<Study> {
    version(root);
    let table = root.get("table").and_then(|item| table(&item));
    if table.is_none() && root.get("table").is_none() {
        root.error("the study names no table", "write table = \"clinical.csv\"");
    }
    let mut study = Study::of_table(folder.to_owned(), folder.join(name), table.clone().unwrap_or_default());
    study.tables = root.section("tables").map(|s| joined::tables(&s, table.as_ref())).unwrap_or_default();
    study.title = root.text("title").unwrap_or(study.title);
    study.id = root.text("id");
    study.endpoints = root.section("endpoints").map(|s| outcome::endpoints(&s)).unwrap_or_default();
    study.analysis = analysis::analysis(root);
    if let Some(section) = root.section("cohorts") {
        study.seal = outcome::seal(&section);
        study.cohorts = outcome::cohorts(section, study.analysis.seed);
    }
    study.seal.unsealed = root.get("unsealed").map(|item| outcome::unsealed(&item)).unwrap_or_default();
    study.enrolment = root.get("enrolment").map(|item| enrolment(&item)).unwrap_or_default();
    study.derived = root.section("derived").map(|s| derived(&s)).unwrap_or_default();
    study.columns = root.section("columns").map(|s| columns(&s)).unwrap_or_default();
    study.images = root.section("images").and_then(images::images);
    let regions = root.section("regions").map(|s| regions::regions(&s)).unwrap_or_default();
    match &mut study.images {
        Some(images) => images.regions = regions,
        None if !regions.is_empty() && root.get("images").is_none() => {
            root.error("regions are made of masks, and the study names no images", "add a section [images]");
        }
        None => {}
    }
    study.features = root.section("features").map(images::features);
    study.extraction = root.section("extraction").map(images::extraction).unwrap_or_default();
    study.readings = root.section("readings").map(|s| analysis::readings(&s)).unwrap_or_default();
    study.scores = root.section("scores").map(|s| scores::scores(&s)).unwrap_or_default();
    study.models = root.section("models").map(|s| analysis::models(&s)).unwrap_or_default();
    study.models.iter_mut().for_each(|model| model.seeded(study.analysis.seed));
    study.audit = root.section("audit").map(|s| audit::audit(&s)).unwrap_or_default();
    table.map(|_| study)
}

fn version(root: &Section<'_, '_>) {
    match root.get("version") {
        None => root.error("the study file does not say its version", "write version = 1 in its first line"),
        Some(item) => match item.whole() {
            Some(VERSION) | None => {}
            Some(other) => {
                let remedy = format!("this riskset reads version {VERSION}");
                item.error(format!("version {other} of the study file is not known"), remedy);
            }
        },
    }
}

/// `table = "clinical.csv"`, or a section with `path` and how to read it.
fn table(item: &Item<'_, '_>) -> Option<TableSpec> {
    if item.is_text() {
        return Some(TableSpec { path: item.text()?.into(), ..TableSpec::default() });
    }
    if !item.is_section() {
        item.error("table should be a path in quotes, or a section", "write table = \"clinical.csv\"".to_owned());
        return None;
    }
    let section = item.section()?;
    let table = table_of(&section);
    if table.path.as_os_str().is_empty() && section.get("path").is_none() && section.get("file").is_none() {
        section.error("the table has no path", "write path = \"clinical.csv\"");
    }
    section.finish();
    (!table.path.as_os_str().is_empty()).then_some(table)
}

/// The path of a table (also called `file`) and how to read it, out of a section that may say more.
fn table_of(section: &Section<'_, '_>) -> TableSpec {
    let path = section.get("path").or_else(|| section.get("file")).and_then(|item| item.text());
    TableSpec {
        path: path.unwrap_or_default().into(),
        sheet: section.get("sheet").and_then(|item| item.value_text()),
        delimiter: section.get("delimiter").and_then(|item| delimiter(&item)),
        missing: section.texts("missing").unwrap_or_default(),
        dates: section.choice("dates", &DateOrder::WORDS),
        encoding: section.get("encoding").and_then(|item| encoding(&item)),
        decimal: section.choice("decimal", &Mark::WORDS),
        limits: section.choice("limits", &LimitRule::WORDS),
    }
}

fn delimiter(item: &Item<'_, '_>) -> Option<char> {
    // A tab is a blank to `text`, which refuses blank texts.
    let text = item.value_text()?;
    match text.as_str() {
        "," | ";" | "\t" | "|" | " " => text.chars().next(),
        "blank" | "space" => Some(' '),
        "tab" => Some('\t'),
        _ => {
            let remedy = "it can be \",\", \";\", \"tab\", \"|\" or \"blank\"".to_owned();
            item.error(format!("delimiter cannot be `{text}`"), remedy);
            None
        }
    }
}

fn encoding(item: &Item<'_, '_>) -> Option<String> {
    let name = item.text()?;
    if !is_encoding(&name) {
        let remedy =
            "some are \"UTF-8\", \"GB18030\", \"Big5\", \"Shift_JIS\", \"EUC-KR\", \"windows-1252\"".to_owned();
        item.error(format!("no encoding is called {name}"), remedy);
        return None;
    }
    Some(name)
}

fn enrolment(item: &Item<'_, '_>) -> Vec<Criterion> {
    let Some(items) = item.items() else {
        let remedy = "write [[enrolment]] with two brackets above each criterion".to_owned();
        item.error("enrolment should be a list of criteria", remedy);
        return Vec::new();
    };
    items.iter().filter_map(|item| criterion(item.section()?)).collect()
}

fn criterion(section: Section<'_, '_>) -> Option<Criterion> {
    let name = section.text("name");
    let after_split = section.flag("after_split").unwrap_or(false);
    let include = section.get("include").map(|item| (CriterionKind::Include, item));
    let exclude = section.get("exclude").map(|item| (CriterionKind::Exclude, item));
    let found = match (include, exclude) {
        (Some(one), None) | (None, Some(one)) => Some(one),
        (Some(_), Some(_)) => {
            section.error("a criterion either includes or excludes", "make two criteria of it");
            None
        }
        (None, None) => {
            section.error("a criterion needs a condition", "write include = \"age >= 18\" or exclude = \"..\"");
            None
        }
    };
    let criterion = found.and_then(|(kind, item)| {
        let condition = expression(&item)?;
        let name = name.unwrap_or_else(|| condition.source().to_owned());
        Some(Criterion { name, kind, condition, after_split })
    });
    section.finish();
    criterion
}

fn expression(item: &Item<'_, '_>) -> Option<Expr> {
    match Expr::parse(&item.text()?) {
        Ok(expression) => Some(expression),
        Err(error) => {
            item.push(super::at_expression(item.place(), &error));
            None
        }
    }
}

fn derived(section: &Section<'_, '_>) -> Vec<Derived> {
    let entry = |(name, item): (String, Item<'_, '_>)| Some(Derived { name, expression: expression(&item)? });
    section.others().into_iter().filter_map(entry).collect()
}

fn columns(section: &Section<'_, '_>) -> Vec<ColumnSpec> {
    section.others().into_iter().filter_map(|(name, item)| column(name, &item)).collect()
}

/// `age = "Age"`, or a section with more to say.
fn column(name: String, item: &Item<'_, '_>) -> Option<ColumnSpec> {
    if item.is_text() {
        return Some(ColumnSpec { name, label: item.text(), ..ColumnSpec::default() });
    }
    let section = item.section()?;
    let spec = ColumnSpec {
        name,
        label: section.text("label"),
        unit: section.text("unit"),
        kind: section.choice("kind", &Kind::ALL.map(|kind| (kind.word(), kind))),
        levels: section.get("levels").map(|item| levels(&item)).unwrap_or_default(),
        ordered: section.flag("ordered").unwrap_or(false),
        reference: section.get("reference").and_then(|item| item.value_text()),
        missing: section.texts("missing"),
        limits: section.choice("limits", &LimitRule::WORDS),
    };
    if let Some(reference) = &spec.reference
        && !spec.levels.is_empty()
        && !spec.levels.iter().any(|l| l.value == *reference || l.label == *reference)
    {
        let levels: Vec<&str> = spec.levels.iter().map(|l| l.value.as_str()).collect();
        section.error(
            format!("reference {reference} is not among the levels"),
            &format!("they are {}", levels.join(", ")),
        );
    }
    section.finish();
    Some(spec)
}

/// `["I", "II"]`, or `{ 1 = "male", 2 = "female" }` with labels.
fn levels(item: &Item<'_, '_>) -> Vec<LevelSpec> {
    if item.is_section() {
        let labelled = |(value, item): (String, Item<'_, '_>)| Some(LevelSpec { value, label: item.value_text()? });
        return item.section().map(|s| s.others().into_iter().filter_map(labelled).collect()).unwrap_or_default();
    }
    let values = item.texts().unwrap_or_default();
    values.into_iter().map(|value| LevelSpec { label: value.clone(), value }).collect()
}

/// A template of a path, with its placeholders looked at.
fn path_template(item: &Item<'_, '_>) -> Option<String> {
    let text = item.text()?;
    match template::placeholders(&text) {
        Ok(_) => Some(text),
        Err(fault) => {
            item.error(fault, "a placeholder is a name in braces: images/{id}_{sequence}.nii.gz".to_owned());
            None
        }
    }
}
