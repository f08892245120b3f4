//! The tables and figures of a paper on a prognostic model: which answers stand under which number, and their legends.
//!
//! The order is that of radiomics studies of survival: who the patients are, what was done, what was selected, how the
//! groups fare, the nomogram with its calibration, discrimination; what does not belong into the text is a supplement.
//! Numbers run on: what a study has nothing for is left out, and said.

mod models;
mod outcomes;
mod patients;
mod radiomics;
mod sentences;
mod summary;
mod tables;

use figures::{Figure, Panels};

use super::chapters::{Asking, Missing};
use super::{Choices, Plan};
use crate::document::{Table, print};

pub use sentences::once;
pub use summary::summary;

/// A table or figure under its number.
#[derive(Debug, Clone, PartialEq)]
pub struct Plate {
    /// `Table 1`, `Figure S2`.
    pub number: String,
    /// What stands there in every study: `Survival by group`.
    pub place: &'static str,
    /// What it shows.
    pub title: String,
    /// What each panel is, and what else a reader has to know.
    pub legend: Vec<String>,
    /// The figure, or its tables.
    pub content: Content,
}

/// What stands under a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A figure, of one or several panels.
    Figure(Box<Figure>),
    /// A table, or several under one number.
    Tables(Vec<Table>),
}

/// All tables and figures that a study has, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paper {
    /// Those of the text, then those of the supplement.
    pub plates: Vec<Plate>,
    /// What is left out, and why.
    pub left_out: Vec<(&'static str, Missing)>,
}

/// Where numbers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Series {
    Table,
    Figure,
    SupplementTable,
    SupplementFigure,
}

impl Series {
    fn number(self, n: usize) -> String {
        match self {
            Self::Table => format!("Table {n}"),
            Self::Figure => format!("Figure {n}"),
            Self::SupplementTable => format!("Table S{n}"),
            Self::SupplementFigure => format!("Figure S{n}"),
        }
    }
}

/// What is made for a number.
struct Made {
    title: String,
    legend: Vec<String>,
    content: Content,
}

/// A place for a table or figure.
struct Place {
    series: Series,
    /// What it is called where it is left out.
    name: &'static str,
    make: fn(&Asking<'_>) -> Result<Made, Missing>,
}

const fn place(series: Series, name: &'static str, make: fn(&Asking<'_>) -> Result<Made, Missing>) -> Place {
    Place { series, name, make }
}

/// Every place, in the order of the paper.
const PLACES: &[Place] = &[
    place(Series::Table, "Baseline characteristics", tables::baseline),
    place(Series::Table, "Univariable and multivariable Cox models", tables::cox),
    place(Series::Table, "Performance of the models", tables::performance),
    place(Series::Figure, "Enrolment", patients::enrolment),
    place(Series::Figure, "Workflow", patients::workflow),
    place(Series::Figure, "Selection of features", radiomics::selection),
    place(Series::Figure, "Survival by group", outcomes::by_group),
    place(Series::Figure, "Nomogram and calibration", models::nomogram),
    place(Series::Figure, "Discrimination", models::discrimination),
    place(Series::SupplementFigure, "Agreement of repeated segmentations", radiomics::agreement),
    place(Series::SupplementFigure, "Heat map of the features", radiomics::heat_map),
    place(Series::SupplementFigure, "Scores of all patients", radiomics::scores),
    place(Series::SupplementFigure, "Survival by group, second endpoint", outcomes::second_endpoint),
    place(Series::SupplementFigure, "Decision curves", models::decision_curves),
    place(Series::SupplementFigure, "Subgroups", outcomes::subgroups),
    place(Series::SupplementTable, "Acquisition parameters", tables::acquisition),
    place(Series::SupplementTable, "Selected features", tables::features),
    place(Series::SupplementTable, "Coefficients of every model", tables::named_models),
    place(Series::SupplementTable, "Validation of the whole pipeline", tables::validation),
    place(Series::SupplementTable, "Differences between models", tables::differences),
    place(Series::SupplementTable, "Events and rates by group", tables::rates),
    place(Series::SupplementTable, "Checklists", tables::checklists),
];

/// Asks for all tables and figures.
pub fn write(asking: &Asking<'_>) -> Paper {
    let mut paper = Paper::default();
    let mut counted: Vec<(Series, usize)> = Vec::new();
    for place in PLACES {
        let Made { title, legend, content } = match (place.make)(asking) {
            Ok(made) => made,
            Err(why) => {
                paper.left_out.push((place.name, why));
                continue;
            }
        };
        let n = next(&mut counted, place.series);
        paper.plates.push(Plate { number: place.series.number(n), place: place.name, title, legend, content });
    }
    paper
}

/// The next number of a series.
fn next(counted: &mut Vec<(Series, usize)>, series: Series) -> usize {
    match counted.iter_mut().find(|(known, _)| *known == series) {
        Some((_, n)) => {
            *n += 1;
            *n
        }
        None => {
            counted.push((series, 1));
            1
        }
    }
}

impl Plate {
    /// Whether it belongs into the supplement.
    pub fn is_supplement(&self) -> bool {
        self.number.contains(" S")
    }

    /// `Figure 2. Workflow. (a) ..`: title and legend in one.
    pub fn caption(&self) -> String {
        let parts: Vec<String> = std::iter::once(&self.title).chain(&self.legend).map(|text| sentence(text)).collect();
        format!("{}. {}", self.number, parts.join(" "))
    }

    /// The legend as sentences, one below the other.
    pub fn notes(&self) -> Vec<String> {
        self.legend.iter().map(|text| sentence(text)).collect()
    }
}

/// A text with a capital in front and a full stop behind.
fn sentence(text: &str) -> String {
    let begun = begun(text);
    if begun.ends_with('.') { begun } else { format!("{begun}.") }
}

/// A sentence with a capital in front; `n = 81` keeps its letter.
fn begun(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if letters.clone().next().is_some_and(char::is_alphabetic) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// What the colours of a forest say.
const FOREST: &str = "orange and blue are estimates whose limits lie above and below no effect";

/// A panel: its figure, under a short title, and what the legend says of it.
struct Panel {
    figure: Figure,
    legend: String,
}

impl Panel {
    fn new(title: impl Into<String>, figure: Figure, legend: impl Into<String>) -> Self {
        Self { figure: Figure { title: title.into(), ..figure }, legend: legend.into() }
    }
}

/// The letter of a panel.
fn letter(at: usize) -> char {
    char::from(b'a' + (at % 26) as u8)
}

/// Rows of panels, lettered from left to right and from row to row; a row is as high as it needs. `besides` is said of all.
fn panels(title: impl Into<String>, rows: Vec<Vec<Panel>>, besides: Vec<String>) -> Made {
    let title = title.into();
    let mut rows: Vec<Vec<Panel>> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    if let [row] = rows.as_mut_slice()
        && row.len() == 1
    {
        let Panel { figure, legend } = row.remove(0);
        let legend = std::iter::once(legend).filter(|text| !text.is_empty()).chain(besides).collect();
        return Made { title, legend, content: Content::Figure(Box::new(Figure { title: String::new(), ..figure })) };
    }
    let (mut at, mut legend, mut drawn) = (0, Vec::new(), Vec::new());
    for row in rows {
        let columns = row.len();
        let mut figures = Vec::with_capacity(columns);
        for Panel { figure, legend: said } in row {
            let letter = letter(at);
            at += 1;
            legend.push(format!("({letter}) {said}"));
            let title = format!("{letter}  {}", figure.title).trim_end().to_owned();
            figures.push(Figure { title, ..figure });
        }
        drawn.push(print::row(figures));
    }
    legend.extend(besides);
    Made { title, legend, content: Content::Figure(Box::new(print::column(drawn))) }
}

/// Panels of one kind, two beside one another.
fn grid(title: impl Into<String>, all: Vec<Panel>) -> Made {
    if all.len() < 3 {
        return panels(title, vec![all], Vec::new());
    }
    let (mut legend, mut figures) = (Vec::new(), Vec::new());
    for (at, Panel { figure, legend: said }) in all.into_iter().enumerate() {
        let letter = letter(at);
        legend.push(format!("({letter}) {said}"));
        figures.push(Figure { title: format!("{letter}  {}", figure.title).trim_end().to_owned(), ..figure });
    }
    let content = Content::Figure(Box::new(Figure::new("", Panels { columns: 2, figures })));
    Made { title: title.into(), legend, content }
}

/// The same under other choices.
fn under<T>(asking: &Asking<'_>, choices: &Choices, f: impl FnOnce(&Asking<'_>) -> T) -> T {
    let plan = Plan { choices, ..asking.plan };
    f(&Asking { plan, problems: asking.problems, memo: asking.memo, watch: asking.watch, fits: asking.fits.clone() })
}

/// The same in each cohort by itself, or of everybody where there is one only; what fails is left out.
fn in_each_cohort<T>(
    asking: &Asking<'_>,
    f: impl Fn(&Asking<'_>, &str) -> Result<T, Missing>,
) -> Result<Vec<T>, Missing> {
    let cohorts = asking.plan.cohorts();
    if cohorts.len() < 2 {
        return Ok(vec![f(asking, "all patients")?]);
    }
    let (mut found, mut why) = (Vec::new(), None);
    for cohort in cohorts {
        let choices = Choices { cohort: Some(cohort.clone()), ..asking.plan.choices.clone() };
        match under(asking, &choices, |asking| f(asking, cohort)) {
            Ok(one) => found.push(one),
            Err(missing) => why = why.or(Some(missing)),
        }
    }
    match (found.is_empty(), why) {
        (true, Some(why)) => Err(why),
        _ => Ok(found),
    }
}

fn absent(why: &str) -> Missing {
    Missing::NotAsked(why.to_owned())
}

/// `Training cohort`, or `All patients`.
fn of_cohort(name: &str) -> String {
    let mut letters = name.chars();
    let capital: String = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
    let says = ["cohort", "patients", "set", "group"].iter().any(|word| capital.to_lowercase().ends_with(word));
    if says { capital } else { format!("{capital} cohort") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of docs/manuscript.md that sets the sample's panels beside the published study's.
    #[test]
    fn the_documentation_lists_every_place_under_its_number() {
        let (_, text) =
            include_str!("../../../docs/manuscript.md").split_once("| panel of the sample |").expect("a table");
        let rows = text.lines().skip(2).take_while(|line| line.starts_with('|'));
        let listed: Vec<(String, String)> = rows
            .map(|row| {
                let cells: Vec<&str> = row.split('|').map(str::trim).collect();
                (cells[1].to_owned(), cells[2].to_owned())
            })
            .collect();
        let mut counted: Vec<(Series, usize)> = Vec::new();
        let expected = PLACES.iter().map(|place| {
            // The sample's images have no headers.
            if place.name == "Acquisition parameters" {
                return ("left out".to_owned(), place.name.to_owned());
            }
            (place.series.number(next(&mut counted, place.series)), place.name.to_owned())
        });
        assert_eq!(listed, expected.collect::<Vec<_>>());
    }
}
