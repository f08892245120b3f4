//! The first draft of a study file: look at a folder or a table, guess, say why, and leave the rest as comments.

mod images;

use std::path::Path;

use super::open::{name_of, tables_in};
use super::read::FILE_NAME;
use super::roles::Roles;
use super::spec::*;
use crate::data::{Column, Frame, Kind, ReadOptions, read_table};
use crate::problem::{Place, Problem};

/// The draft of a study file.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The study as far as it could be guessed.
    pub study: Study,
    /// The text of the study file: what was guessed with its reasons, what was not as comments to fill in.
    pub text: String,
    /// What was guessed and what is to be asked.
    pub problems: Vec<Problem>,
}

/// At most so many columns are described one by one.
const MOST_COLUMNS: usize = 60;

impl Draft {
    /// Drafts the study of the table at `path`, or of the largest table in the folder `path`, with the images about it.
    pub fn of(path: &Path) -> Result<Self, Box<Problem>> {
        let is_folder = path.is_dir();
        let mut others = Vec::new();
        let table = if is_folder {
            let mut tables = tables_in(path);
            let size = |p: &Path| std::fs::metadata(p).map_or(0, |m| m.len());
            tables.sort_by_key(|p| std::cmp::Reverse(size(p)));
            if tables.is_empty() {
                let remedy = "put the clinical table there, or name it: riskset init clinical.csv";
                return Err(Problem::error(Place::file(path), "there is no table in this folder")
                    .remedy(remedy)
                    .into());
            }
            others = tables.split_off(1);
            tables.remove(0)
        } else {
            path.to_owned()
        };
        let folder = table.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let shown = Path::new(&name_of(&table)).to_owned();
        let (frame, _) = read_table(&table, &shown, &ReadOptions::default()).map_err(Problem::from)?;
        let spec = TableSpec { path: shown.clone(), ..TableSpec::default() };
        let mut study = Study::of_table(folder.clone(), folder.join(FILE_NAME), spec);
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|t| name_of(t)).collect();
            study
                .reasons
                .insert("table".to_owned(), format!("the largest of {}, {}", name_of(&table), names.join(", ")));
        }
        study.take_roles(Roles::guess(&frame));
        if let Some(column) = study.id.as_ref().and_then(|id| frame.get(id)) {
            let ids: Vec<String> = (0..frame.len()).filter_map(|i| column.values.text(i)).collect();
            if let Some((images, reason)) = images::guess(&folder, &ids) {
                study.images = Some(images);
                study.reasons.insert("images".to_owned(), reason);
            }
        }
        study.describe_columns(&frame);
        let text = study.draft_text(&frame);
        let problems = study.notes_of_guesses();
        Ok(Self { study, text, problems })
    }
}

impl Study {
    /// A line for every clinical variable, to be completed by hand.
    fn describe_columns(&mut self, frame: &Frame) {
        for column in self.clinical(frame).into_iter().take(MOST_COLUMNS) {
            self.reasons.insert(format!("columns.{}", column.name), column.guess.reason.clone());
            let levels = match &column.values {
                crate::data::Values::Category(c) if c.levels.len() <= 8 => c.levels.clone(),
                _ => Vec::new(),
            };
            let levels = levels.into_iter().map(|value| LevelSpec { label: value.clone(), value }).collect();
            let label = Some(column.name.replace(['_', '.'], " "));
            self.columns.push(ColumnSpec { name: column.name.clone(), label, levels, ..ColumnSpec::default() });
        }
    }

    /// The numbers and categories that have no other role.
    fn clinical<'f>(&self, frame: &'f Frame) -> Vec<&'f Column> {
        let mut roles: Vec<&str> = self.endpoints.iter().flat_map(|e| e.columns()).collect();
        roles.extend(self.id.as_deref());
        if let CohortSpec::Column { column, .. } = &self.cohorts {
            roles.push(column);
        }
        let is_feature = |name: &str| {
            let patterns = self.features.iter().flat_map(|f| &f.columns);
            patterns.into_iter().any(|p| super::build::matches(p, name))
        };
        let fits = |c: &&Column| {
            matches!(c.kind(), Kind::Number | Kind::Category)
                && !roles.contains(&c.name.as_str())
                && !is_feature(&c.name)
        };
        frame.columns().iter().filter(fits).collect()
    }

    /// The study's text with hints for what it does not say yet.
    fn draft_text(&self, frame: &Frame) -> String {
        let clinical = self.clinical(frame);
        let number = clinical.iter().find(|c| c.numbers().is_some()).map_or("age", |c| c.name.as_str());
        let number = crate::data::Expr::of_name(number);
        let first_three: Vec<String> = clinical.iter().take(3).map(|c| format!("{:?}", c.name)).collect();
        let first_three = if first_three.is_empty() { "\"age\", \"stage\"".to_owned() } else { first_three.join(", ") };
        let mut text = String::from(
            "# A riskset study. Lines marked `guessed` are to be checked; those behind a # are examples to fill in.\n\
             # `riskset check` lists whatever is wrong with it.\n\n",
        );
        text.push_str(&self.to_toml());
        let mut hint = |wanted: bool, lines: &str| {
            if wanted {
                text.push('\n');
                lines.lines().for_each(|line| text.push_str(&format!("# {line}\n")));
            }
        };
        for question in &self.questions {
            let candidates = match question.candidates.is_empty() {
                true => String::new(),
                false => format!(
                    "\nIt may be: {}",
                    question.candidates.iter().take(8).cloned().collect::<Vec<_>>().join(", ")
                ),
            };
            hint(true, &format!("To be answered: {}{candidates}", question.text));
        }
        let endpoint = "[endpoints.OS]\nlabel = \"Overall survival\"\ntime = \"os_months\"\nevent = \"os_event\"\nevent_is = 1\n\
             unit = \"months\"\n\nor from dates:\norigin = \"surgery_date\"\nevent_date = \"death_date\"\n\
             last_contact = \"last_seen\"\ncut_off = 2023-12-31";
        hint(self.endpoints.is_empty(), endpoint);
        let split = "[cohorts]\nsplit = \"7:3\"               # a seeded random split\nstratify = [\"OS\"]\n\
             centre = \"centre\"           # of one centre; the others are external\ndevelopment = \"A\"";
        hint(self.cohorts == CohortSpec::One, split);
        let criteria = format!(
            "[[enrolment]]\nname = \"Known {number}\"\nexclude = \"is_missing({number})\"\n\n\
             [[enrolment]]\nname = \"Another criterion\"\ninclude = \"{number} >= 18\""
        );
        hint(true, &criteria);
        hint(true, "[derived]\nnlr = \"neutrophils / lymphocytes\"");
        hint(
            self.images.is_none(),
            "[images]\nsequences = [\"T2WI\", \"DWI\"]\nimage = \"images/{id}_{sequence}.nii.gz\"\n\
             mask = \"masks/{id}_{sequence}.nii.gz\"\nrepeats = \"repeats/{id}_{sequence}_{reader}{reading}.nii.gz\"",
        );
        hint(
            self.images.is_some(),
            "[extraction]\nparams = \"params.yaml\"       # a PyRadiomics parameter file, or:\n\
             bin_width = 25\nspacing = [1, 1, 1]",
        );
        let radiomics = self.images.is_some() || self.features.is_some();
        let more = if radiomics {
            format!("\nradiomics = [\"{RAD_SCORE}\"]\ncombined = [{first_three}, \"{RAD_SCORE}\"]")
        } else {
            String::new()
        };
        hint(true, &format!("[models]\nclinical = [{first_three}]{more}"));
        text
    }
}
