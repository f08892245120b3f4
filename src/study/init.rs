//! The first draft of a study file: look at a folder or a table, guess, say why, and leave the rest as comments.

mod images;
mod others;

use std::path::Path;

use tables::problem::{Place, Problem};
use tables::{Column, Frame, Kind, read_table};

use super::open::{name_of, tables_in};
use super::read::FILE_NAME;
use super::roles::Roles;
use super::spec::*;

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

/// What is known of a table before its study is drafted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// How the table (whatever its path) is read.
    pub table: TableSpec,
    /// What is known of single columns.
    pub columns: Vec<ColumnSpec>,
    /// The column that names the patient.
    pub id: Option<String>,
    /// The columns of times and of events.
    pub outcome: Option<(String, String)>,
    /// The values that mean the event.
    pub event_is: Vec<String>,
    /// The unit of the times.
    pub unit: Option<TimeUnit>,
}

/// At most so many columns are described one by one.
const MOST_COLUMNS: usize = 60;

impl Draft {
    /// Drafts the study of the table at `path`, or of the largest table in the folder `path`, with the images about it.
    pub fn of(path: &Path) -> Result<Self, Box<Problem>> {
        Self::with(path, Answers::default())
    }

    /// The same where some of it is known.
    pub fn with(path: &Path, answers: Answers) -> Result<Self, Box<Problem>> {
        let is_folder = path.is_dir();
        let mut others = if is_folder { tables_in(path) } else { vec![path.to_owned()] };
        let Some((table, why)) = others::clinical(&others) else {
            let remedy = "put the clinical table there, or name it: riskset init clinical.csv";
            return Err(Problem::error(Place::file(path), "there is no table in this folder").remedy(remedy).into());
        };
        others.retain(|other| *other != table);
        let folder = table.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        let shown = Path::new(&name_of(&table)).to_owned();
        let spec = TableSpec { path: shown.clone(), ..answers.table.clone() };
        let mut study = Study::of_table(folder.clone(), folder.join(FILE_NAME), spec);
        study.columns.clone_from(&answers.columns);
        let (frame, _) =
            read_table(&table, &shown, &study.table.options(study.column_rules())).map_err(Problem::from)?;
        study.reasons.extend(why.map(|why| ("table".to_owned(), why)));
        study.take_roles(Roles::guess(&frame));
        study.ask_doubts(&frame);
        study.take_answers(&answers, &frame)?;
        let joined = study.join_others(&frame, &others);
        let mut unclear = None;
        if let Some(column) = study.id.as_ref().and_then(|id| frame.get(id)) {
            let ids: Vec<String> = (0..frame.len()).filter_map(|i| column.values.text(i)).collect();
            match images::guess(&folder, &ids) {
                images::Found::Sequences(images, reason) => {
                    study.images = Some(images);
                    study.reasons.insert("images".to_owned(), reason);
                }
                images::Found::Unclear(why) => unclear = Some(why),
                images::Found::Nothing => {}
            }
        }
        study.describe_columns(&frame);
        let text = study.draft_text(&frame);
        let mut problems = study.notes_of_guesses();
        problems.extend(joined);
        problems.extend(unclear.map(|why| {
            let remedy = "write [images] with image = \"..\" and mask = \"..\"; {id} stands for the patient's id, * for anything";
            Problem::warning(Place::file(&folder), format!("no images were taken in: {why}")).remedy(remedy)
        }));
        Ok(Self { study, text, problems })
    }
}

impl Study {
    /// What was answered replaces what was guessed, and is asked no more.
    fn take_answers(&mut self, answers: &Answers, frame: &Frame) -> Result<(), Box<Problem>> {
        let find = |name: &String| frame.column(name).map_err(|unknown| Box::new(unknown.problem(frame.place(), "")));
        if let Some(id) = &answers.id {
            find(id)?;
            self.id = Some(id.clone());
            self.forget(&[Role::Id]);
        }
        if let Some((time, event)) = &answers.outcome {
            let roles = Roles::of_outcome(find(time)?, find(event)?);
            self.forget(&[Role::Time, Role::Event, Role::EventValue, Role::TimeUnit]);
            self.reasons.retain(|key, _| !key.starts_with("endpoints."));
            self.endpoints = roles.endpoints;
            self.reasons.extend(roles.reasons.into_iter().filter(|(key, _)| !key.ends_with(".time")));
            self.questions.extend(roles.questions);
        }
        if !answers.event_is.is_empty() {
            self.first_times(|_, _, event| event.is.clone_from(&answers.event_is));
            self.forget(&[Role::EventValue]);
        }
        if let Some(unit) = answers.unit {
            self.first_times(|_, own, _| *own = unit);
            if let Some(first) = self.endpoints.first_mut() {
                first.show = if unit == TimeUnit::Days { TimeUnit::Months } else { unit };
            }
            self.forget(&[Role::TimeUnit]);
        }
        Ok(())
    }

    /// A line for every clinical variable, to be completed by hand.
    fn describe_columns(&mut self, frame: &Frame) {
        let said: Vec<String> = self.columns.iter().map(|c| c.name.clone()).collect();
        let clinical = self.clinical(frame).into_iter().filter(|c| !said.contains(&c.name));
        for column in clinical.take(MOST_COLUMNS).collect::<Vec<_>>() {
            let codes = codes_of(column);
            let reason = match &codes {
                Some(codes) => format!(
                    "whole numbers {} are taken for levels; kind = \"number\" makes them numbers",
                    codes.join(", ")
                ),
                None => column.guess.reason.clone(),
            };
            self.reasons.insert(format!("columns.{}", column.name), reason);
            let levels = match &column.values {
                tables::Values::Category(c) if c.levels.len() <= 8 => c.levels.clone(),
                _ => Vec::new(),
            };
            let levels = levels.into_iter().map(|value| LevelSpec { label: value.clone(), value }).collect();
            let label = column.label.clone().or_else(|| Some(column.name.replace(['_', '.'], " ")));
            let kind = codes.map(|_| Kind::Category);
            let unit = column.unit.clone();
            self.columns.push(ColumnSpec {
                name: column.name.clone(),
                label,
                unit,
                kind,
                levels,
                ..ColumnSpec::default()
            });
        }
    }

    /// Whether a role is asked for, and something in the table may be it.
    fn asks(&self, role: Role) -> bool {
        self.questions.iter().any(|q| q.role == role && !q.candidates.is_empty())
    }

    fn forget(&mut self, roles: &[Role]) {
        self.questions.retain(|q| !roles.contains(&q.role));
        self.reasons.retain(|key, _| !roles.iter().any(|role| role.decides(key)));
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
        frame.columns().filter(fits).collect()
    }

    /// The study's text with hints for what it does not say yet.
    fn draft_text(&self, frame: &Frame) -> String {
        let clinical = self.clinical(frame);
        let number = clinical.iter().find(|c| c.numbers().is_some()).map_or("age", |c| c.name.as_str());
        let number = tables::Expr::of_name(number);
        let first_three: Vec<String> = clinical.iter().take(3).map(|c| format!("{:?}", c.name)).collect();
        let first_three = if first_three.is_empty() { "\"age\", \"stage\"".to_owned() } else { first_three.join(", ") };
        let mut text = String::from(
            "# A riskset study. Lines marked `guessed` are to be checked; those behind a # are examples to fill in.\n\
             # `riskset check` lists whatever is wrong with it.\n\n",
        );
        text.push_str(&self.to_toml());
        if self.endpoints.is_empty() && self.asks(Role::Time) && self.asks(Role::Event) {
            text.push_str(&format!(
                "\n[endpoints.outcome]         # to be answered\ntime = \"{UNANSWERED}\"\nevent = \"{UNANSWERED}\"\nunit = \"months\"\n"
            ));
        }
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
        let asks_endpoint = self.asks(Role::Time) && self.asks(Role::Event);
        hint(self.endpoints.is_empty() && !asks_endpoint, endpoint);
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
        let score = format!("{SCORE_PREFIX}{}", ScoreSpec::IMPLIED);
        hint(radiomics, &self.score_hint());
        let more = if radiomics {
            format!("\nradiomics = [\"{score}\"]\ncombined = [{first_three}, \"{score}\"]")
        } else {
            String::new()
        };
        hint(true, &format!("[models]\nclinical = [{first_three}]{more}"));
        let sealed = "In [cohorts]: sealed = [\"external\"] withholds the outcomes of a cohort until `riskset unseal STUDY --cohort \
             external --model NAME`.";
        hint(self.cohorts != CohortSpec::One, sealed);
        text
    }

    /// A score of all features as it may be written, with the steps that this study has something for.
    fn score_hint(&self) -> String {
        let endpoint = self.endpoints.first().map_or("RFS", |endpoint| endpoint.name.as_str());
        let repeats =
            self.images.iter().flat_map(|images| &images.sequences).any(|sequence| sequence.repeats.is_some());
        let site = match &self.cohorts {
            CohortSpec::Split(split) => split.centre.as_deref(),
            _ => None,
        };
        let steps = [
            repeats.then(|| "{ agreement = 0.75 }".to_owned()),
            Some("{ variance = 0 }".to_owned()),
            site.map(|site| format!("{{ harmonise = \"combat\", site = \"{site}\" }}")),
            Some("{ redundancy = 0.9 }".to_owned()),
        ];
        let steps: Vec<String> = steps.into_iter().flatten().collect();
        let name = ScoreSpec::IMPLIED;
        let first = self.sequence_names().next().filter(|_| self.sequence_names().count() > 1);
        let others = first.map_or_else(String::new, |sequence| {
            format!("\n\n[scores.alone]                # others beside it, to compare\nsequences = [\"{sequence}\"]")
        });
        format!(
            "[scores.{name}]                  # of all features: the columns {SCORE_PREFIX}{name} and {GROUP_PREFIX}{name}\n\
             endpoint = \"{endpoint}\"\nsteps = [{}]\ncut = \"median\"{others}",
            steps.join(", ")
        )
    }
}

/// The whole numbers of a column that are so few that they are levels rather than amounts: 3 to 6 of them, each often.
pub(crate) fn codes_of(column: &Column) -> Option<Vec<String>> {
    let numbers = column.numbers()?;
    let known = numbers.iter().filter(|x| !x.is_nan()).count();
    if numbers.iter().any(|x| x.fract() != 0.0 || *x < 0.0) {
        return None;
    }
    let levels = column.values.levels_within(6)?;
    (levels.len() >= 3 && known >= 5 * levels.len()).then_some(levels)
}
