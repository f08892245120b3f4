//! What has to be asked before a study's columns may be used, and what follows from the answers.

use tables::{About, DateOrder, Frame, Kind, LimitRule, Mark};

use super::roles::Roles;
use super::spec::*;

impl Study {
    /// Asks what has to be known of columns before their values may be used.
    pub(super) fn ask_doubts(&mut self, frame: &Frame) {
        let doubts = frame.columns().filter_map(|c| Some((c, c.doubt.as_ref()?)));
        self.questions.extend(doubts.map(|(column, doubt)| Question {
            role: Role::Reading(doubt.about),
            text: doubt.text.clone(),
            column: Some(column.name.clone()),
            candidates: match doubt.about {
                // The candidates are the readings of an example; the answer is the mark.
                About::Decimal => Mark::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect(),
                _ => doubt.candidates.clone(),
            },
            option: Role::Reading(doubt.about).option(),
        }));
    }

    /// Takes the answer to what is asked of a role, whether it was asked or not.
    pub fn answer(&mut self, role: Role, answer: &str) {
        let asked = self.questions.iter().find(|q| q.role == role).cloned();
        let unasked =
            || Question { role, text: String::new(), column: None, candidates: Vec::new(), option: role.option() };
        self.answer_question(&asked.unwrap_or_else(unasked), answer);
    }

    /// Takes the answer to a question: `answer` is one of its candidates, or any column or value of that kind.
    pub fn answer_question(&mut self, question: &Question, answer: &str) {
        self.questions.retain(|q| q.role != question.role || q.column != question.column);
        self.reasons.retain(|key, _| !question.role.decides(key));
        let answer = answer.to_owned();
        match question.role {
            Role::Reading(about) => self.answer_reading(about, question.column.as_deref(), &answer),
            Role::Id => self.id = Some(answer),
            Role::Cohort => self.first_cohort(&answer),
            Role::Time | Role::Event => self.answer_column(question.role, answer),
            Role::EventValue => self.first_times(|_, _, event| event.is = vec![answer]),
            Role::TimeUnit => {
                let Some((_, chosen)) = TimeUnit::WORDS.into_iter().find(|(word, _)| *word == answer) else { return };
                self.first_times(|_, unit, _| *unit = chosen);
                self.endpoints[0].show = if chosen == TimeUnit::Days { TimeUnit::Months } else { chosen };
            }
        }
    }

    /// Changes time, unit and event of the first endpoint, which is made if there is none of that kind.
    pub(super) fn first_times(&mut self, change: impl FnOnce(&mut String, &mut TimeUnit, &mut EventSpec)) {
        let is_times = |e: &EndpointSpec| matches!(e.source, EndpointSource::Times { .. });
        if !self.endpoints.first().is_some_and(is_times) {
            let event = EventSpec { column: String::new(), is: Vec::new() };
            let source = EndpointSource::Times { time: String::new(), unit: TimeUnit::Months, event };
            let endpoint =
                EndpointSpec { name: "outcome".to_owned(), label: None, source, show: TimeUnit::Months, causes: None };
            self.endpoints.insert(0, endpoint);
        }
        if let Some(EndpointSpec { source: EndpointSource::Times { time, unit, event }, .. }) =
            self.endpoints.first_mut()
        {
            change(time, unit, event);
        }
    }

    /// Names the column of times or of events; without an endpoint, one is made when both are known.
    fn answer_column(&mut self, role: Role, answer: String) {
        if self.endpoints.is_empty() {
            let event = EventSpec { column: UNANSWERED.to_owned(), is: Vec::new() };
            let source = EndpointSource::Times { time: UNANSWERED.to_owned(), unit: TimeUnit::default(), event };
            let name = "outcome".to_owned();
            self.endpoints.push(EndpointSpec { name, label: None, source, show: TimeUnit::default(), causes: None });
        }
        let mut answered = None;
        self.first_times(|time, _, event| {
            match role {
                Role::Time => *time = answer,
                _ => event.column = answer,
            }
            answered =
                (*time != UNANSWERED && event.column != UNANSWERED).then(|| (time.clone(), event.column.clone()));
        });
        if let Some((time, event)) = answered {
            self.look_at_answers(&time, &event);
        }
    }

    /// What has to be asked of the columns that were named: which value is the event, in which unit the time is.
    fn look_at_answers(&mut self, time: &str, event: &str) {
        let (Some(frame), _) = self.read_table() else { return };
        let (Some(time), Some(event)) = (frame.get(time), frame.get(event)) else { return };
        let roles = Roles::of_outcome(time, event);
        self.reasons.extend(roles.reasons);
        self.questions.extend(roles.questions);
        if let Some(first) = self.endpoints.first_mut() {
            let (name, label) = (first.name.clone(), first.label.clone());
            *first = roles.endpoints.into_iter().next().unwrap_or_else(|| first.clone());
            first.name = name;
            first.label = label;
        }
    }

    fn answer_reading(&mut self, about: About, column: Option<&str>, answer: &str) {
        let word = |words: &[(&'static str, LimitRule)]| words.iter().find(|(w, _)| *w == answer).map(|(_, of)| *of);
        match about {
            About::Dates => {
                self.table.dates = DateOrder::WORDS.into_iter().find(|(w, _)| *w == answer).map(|(_, order)| order);
            }
            About::Decimal => {
                self.table.decimal = Mark::WORDS.into_iter().find(|(w, _)| *w == answer).map(|(_, mark)| mark);
            }
            About::Limits => {
                let Some(name) = column else { return };
                let rule = word(&LimitRule::WORDS);
                match self.columns.iter_mut().find(|c| c.name == name) {
                    Some(spec) => spec.limits = rule,
                    None => {
                        self.columns.push(ColumnSpec { name: name.to_owned(), limits: rule, ..ColumnSpec::default() })
                    }
                }
            }
            About::Units => {}
            About::Kind => self.take_kind(column, answer),
        }
    }

    fn take_kind(&mut self, column: Option<&str>, answer: &str) {
        let kind = [Kind::Number, Kind::Category].into_iter().find(|kind| kind.to_string() == answer);
        let Some(name) = column else { return };
        match self.columns.iter_mut().find(|c| c.name == name) {
            Some(spec) => spec.kind = kind,
            None => self.columns.push(ColumnSpec { name: name.to_owned(), kind, ..ColumnSpec::default() }),
        }
    }

    fn first_cohort(&mut self, value: &str) {
        if let CohortSpec::Column { names, .. } = &mut self.cohorts {
            names.sort_by_key(|cohort| cohort.value != value);
        }
    }
}

impl Role {
    /// Whether the reason kept under `key` is that of a guess which an answer about this role replaces.
    pub(super) fn decides(self, key: &str) -> bool {
        match self {
            Self::Id => key == "id",
            Self::Cohort => key == "cohorts",
            Self::Time | Self::Event => key.ends_with(".time"),
            Self::EventValue => key.ends_with(".event_is"),
            Self::TimeUnit => key.ends_with(".unit"),
            Self::Reading(_) => false,
        }
    }
}
