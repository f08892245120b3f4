//! What the columns of a bare table are: patient, time, event, cohort. Guessed with reasons; asked where unclear.

mod dates;
mod happened;
pub(super) mod marks;
pub(super) mod meaning;
mod outcomes;
pub(super) mod words;

use std::collections::BTreeMap;

use tables::{Column, Frame, Kind, Values};

pub use outcomes::GuessedUnit;

use super::spec::{CohortName, CohortSpec, EndpointSpec, FeatureSpec, Question, Role};

/// The roles found in a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roles {
    /// The column that names the patient.
    pub id: Option<String>,
    /// The outcomes.
    pub endpoints: Vec<EndpointSpec>,
    /// The cohorts.
    pub cohorts: Option<CohortSpec>,
    /// Columns that are radiomic features.
    pub features: Option<FeatureSpec>,
    /// Why, by the setting's path.
    pub reasons: BTreeMap<String, String>,
    /// What has to be asked.
    pub questions: Vec<Question>,
}

/// Words by which cohorts in which models are built are called.
pub(super) const TRAINING_WORDS: [&str; 29] = [
    "training",
    "train",
    "development",
    "derivation",
    "discovery",
    "primary",
    "learning",
    "训练",
    "訓練",
    "建模",
    "开发",
    "学习",
    "学習",
    "開発",
    "훈련",
    "학습",
    "개발",
    "entwicklung",
    "apprentissage",
    "développement",
    "dérivation",
    "entrenamiento",
    "desarrollo",
    "derivación",
    "treinamento",
    "treino",
    "desenvolvimento",
    "addestramento",
    "sviluppo",
];

/// Words by which cohorts in which models are validated are called.
const VALIDATION_WORDS: [&str; 25] = [
    "test",
    "testing",
    "validation",
    "internal",
    "external",
    "holdout",
    "验证",
    "驗證",
    "测试",
    "測試",
    "外部",
    "内部",
    "検証",
    "テスト",
    "검증",
    "테스트",
    "validierung",
    "extern",
    "intern",
    "validación",
    "prueba",
    "validação",
    "validazione",
    "estern",
    "prova",
];

/// The feature classes in PyRadiomics' column names.
const FEATURE_CLASSES: [&str; 7] = ["_firstorder_", "_shape_", "_glcm_", "_gldm_", "_glrlm_", "_glszm_", "_ngtdm_"];

impl Roles {
    /// Guesses the roles of the columns of `frame`.
    pub fn guess(frame: &Frame) -> Self {
        let mut roles = Self::default();
        roles.guess_id(frame);
        roles.guess_features(frame);
        roles.guess_outcomes(frame);
        roles.guess_cohorts(frame);
        roles
    }

    fn because(&mut self, key: impl Into<String>, reason: impl Into<String>) {
        self.reasons.insert(key.into(), reason.into());
    }

    fn ask(&mut self, role: Role, text: impl Into<String>, candidates: Vec<String>) {
        self.questions.push(Question { role, column: None, text: text.into(), candidates, option: role.option() });
    }

    fn guess_id(&mut self, frame: &Frame) {
        let sounds = |c: &&Column| words::is_id(&c.name);
        let distinct: Vec<&Column> = frame.columns().filter(|c| is_distinct(c)).collect();
        let named = distinct.iter().copied().find(sounds);
        let first_text = distinct.iter().copied().find(|c| c.kind() == Kind::Text);
        if let Some(column) = named.or(first_text) {
            let why = if named.is_some() {
                "its name, and every row has another value"
            } else {
                "every row has another value"
            };
            self.id = Some(column.name.clone());
            return self.because("id", why);
        }
        // A column called id that repeats itself is the id all the same: the repeats are what is wrong.
        if let Some(column) = frame.columns().find(|c| sounds(c) && c.values.n_missing() < frame.len()) {
            self.id = Some(column.name.clone());
            return self.because("id", "its name, though some of its values are missing or repeated");
        }
        let candidates = distinct.iter().map(|c| c.name.clone()).collect();
        self.ask(Role::Id, "Which column names the patient? Without one, patients are numbered by row.", candidates);
    }

    fn guess_features(&mut self, frame: &Frame) {
        let numbers: Vec<&str> = frame.columns().filter(|c| c.numbers().is_some()).map(|c| c.name.as_str()).collect();
        let found = FEATURE_CLASSES.iter().filter(|class| numbers.iter().any(|name| name.contains(*class)));
        let columns: Vec<String> = found.map(|class| format!("*{class}*")).collect();
        if !columns.is_empty() {
            self.features = Some(FeatureSpec { columns, ..FeatureSpec::default() });
            self.because("features", "columns are named as PyRadiomics names features");
        }
    }

    fn guess_cohorts(&mut self, frame: &Frame) {
        let mut has_role: Vec<String> = self.endpoints.iter().flat_map(|e| e.columns()).map(str::to_owned).collect();
        has_role.extend(self.id.clone());
        let free = |c: &&Column| !has_role.contains(&c.name);
        for column in frame.columns().filter(free) {
            let Some(levels) = column.values.levels_within(6).filter(|levels| levels.len() >= 2) else { continue };
            let matches = |words: &[&str], level: &String| words.iter().any(|w| level.to_lowercase().contains(w));
            let training = levels.iter().position(|l| matches(&TRAINING_WORDS, l));
            let validation = levels.iter().any(|l| matches(&VALIDATION_WORDS, l));
            let named = words::is_cohort(&column.name);
            // Numbers are cohorts where the name says so: 1 and 2 of `cohort`, not the ten of `fold`.
            let has_levels = matches!(column.kind(), Kind::Category | Kind::Text) || named && is_whole(column);
            if !has_levels {
                continue;
            }
            if let (Some(first), true) = (training, validation || named) {
                let mut order = levels.clone();
                let training = order.remove(first);
                order.sort_by_key(|level| level.to_lowercase().contains("external"));
                order.insert(0, training);
                let why = format!("its values are {}", levels.join(", "));
                self.set_cohorts(&column.name, order, why);
                return;
            }
            if named && self.cohorts.is_none() {
                // 1 of `is_train` is more likely the training cohort than 0 is.
                let levels = if levels == ["0", "1"] { vec!["1".to_owned(), "0".to_owned()] } else { levels };
                let text = format!("In which cohort of {} are models built?", column.name);
                let why = format!("its name; its values are {}", levels.join(", "));
                self.set_cohorts(&column.name, levels.clone(), why);
                self.ask(Role::Cohort, text, levels);
            }
        }
    }

    fn set_cohorts(&mut self, column: &str, order: Vec<String>, why: String) {
        self.questions.retain(|q| q.role != Role::Cohort);
        let names = order.into_iter().map(|value| CohortName { name: value.clone(), value }).collect();
        self.cohorts = Some(CohortSpec::Column { column: column.to_owned(), names });
        self.because("cohorts", why);
    }
}

/// Whether a column of numbers holds whole ones alone.
fn is_whole(column: &Column) -> bool {
    column.numbers().is_some_and(|numbers| numbers.iter().all(|x| x.is_nan() || x.fract() == 0.0))
}

/// Whether every row has a value and no two have the same.
fn is_distinct(column: &Column) -> bool {
    let values = &column.values;
    let whole = match values {
        Values::Number(v) => v.iter().all(|x| x.fract() == 0.0),
        Values::Text(_) | Values::Category(_) => true,
        Values::Date(_) => false,
    };
    whole && values.are_distinct()
}
