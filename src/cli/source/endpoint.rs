//! The endpoint that options name, or that a study or a guess has.

use anyhow::bail;
use tables::{Frame, did_you_mean};

use super::Data;
use crate::cli::Usage;
use crate::study::{Cohort, EndpointSource, EndpointSpec, EventSpec, GuessedUnit, Role, Study, TimeUnit};

/// Puts the endpoint of the options into the study, before its own.
pub(super) fn apply(data: &Data, study: &mut Study, event_is: Vec<String>, is_bare: bool) -> anyhow::Result<()> {
    if let (Some(time), Some(event)) = (&data.time, &data.event) {
        let guessed = study.endpoints.iter().find(|e| e.columns() == [time, event]).cloned();
        let said = data.time_unit;
        let unit = said.or_else(|| Some(written(guessed.as_ref()?))).unwrap_or_else(|| unit_of(study, time));
        let event = EventSpec { column: event.clone(), is: event_is };
        let named = EndpointSpec {
            name: guessed.as_ref().map_or_else(|| event.column.clone(), |g| g.name.clone()),
            label: guessed.and_then(|g| g.label),
            source: EndpointSource::Times { time: time.clone(), unit, event },
            show: unit,
            causes: None,
        };
        study.endpoints.retain(|e| !is_bare && e.name != named.name);
        study.endpoints.insert(0, named);
        return Ok(());
    }
    if is_bare {
        study.endpoints.iter_mut().for_each(|e| e.show = written(e));
    }
    if event_is.is_empty() {
        return Ok(());
    }
    let wanted = data.endpoint.as_ref();
    match study.endpoints.iter_mut().find(|e| wanted.is_none_or(|name| e.name == *name)) {
        Some(EndpointSpec {
            source: EndpointSource::Times { event, .. } | EndpointSource::Interval { event, .. },
            causes,
            ..
        }) => {
            // A subcommand that asks for a cause asks the column that tells causes apart.
            if let Some(causes) = causes.take_if(|_| data.event_is.is_empty()) {
                event.column = causes.column;
            }
            event.is = event_is;
        }
        _ => bail!(Usage("name the columns that say what happened when with --time COL --event COL".to_owned())),
    }
    Ok(())
}

/// Which columns are time and event of a table that does not show it: asked, not guessed.
pub(super) fn ask(study: &Study) -> anyhow::Result<()> {
    let asked = study.questions.iter().filter(|q| matches!(q.role, Role::Time | Role::Event));
    let asked: Vec<String> = asked.map(ToString::to_string).collect();
    if !asked.is_empty() {
        bail!("{}: {}", study.file.display(), asked.join("\n"));
    }
    Ok(())
}

/// What was taken for time and event without having been named.
pub(super) fn guesses(study: &Study, cohort: &Cohort, name: &str, is_guessed: bool, says_value: bool) -> Vec<String> {
    let spec = study.endpoint(name).filter(|_| is_guessed);
    let columns = spec.map(|spec| {
        format!("{} are taken for time and event by their names (--time, --event)", spec.columns().join(" and "))
    });
    let value = spec.and_then(|spec| match &spec.source {
        EndpointSource::Times { event, .. } | EndpointSource::Interval { event, .. } => {
            let is = event.is.first()?;
            Some(format!("{is} is taken for the event in {} (--event-is)", event.column))
        }
        EndpointSource::Dates { .. } => None,
    });
    let value = value.filter(|_| !says_value);
    let of_values = cohort.endpoint(name).into_iter().flat_map(|endpoint| endpoint.guesses.clone());
    columns.into_iter().chain(value).chain(of_values).collect()
}

/// What to say of a unit of time that neither an option nor the column's name gives: it is for print only.
pub(super) fn guessed_unit(data: &Data, study: &Study) -> Option<String> {
    let wanted = data.endpoint.as_ref();
    let endpoint = study.endpoints.iter().find(|e| wanted.is_none_or(|name| e.name == *name))?;
    let EndpointSource::Times { time, unit, .. } = &endpoint.source else { return None };
    if data.time_unit.is_some() {
        return None;
    }
    let (frame, _) = study.read_table();
    let GuessedUnit { why, by_length, .. } = GuessedUnit::of(frame.as_ref()?.get(time)?);
    // A name says the unit; a longest value only makes one likely.
    by_length.then(|| {
        let unit = unit.word();
        format!(
            "the unit of {time} is not said and assumed to be {unit} ({why}); it changes no number, --time-unit says it"
        )
    })
}

/// At most so many values are listed.
const LISTED: usize = 10;

/// Refuses a value of the event that nobody in the table has, and says when nobody left in `cohort` has it.
pub(super) fn check_values(
    study: &Study,
    cohort: &Cohort,
    column: &str,
    values: &[String],
) -> anyhow::Result<Vec<String>> {
    let mut notes = Vec::new();
    for value in values.iter().filter(|value| !holds(cohort.frame(), column, value)) {
        let (all, _) = study.read_table();
        let all = all.as_ref().unwrap_or(cohort.frame());
        if !holds(all, column, value) {
            // A column that the study derives is not in the table itself.
            let found = all.get(column).or_else(|| cohort.frame().get(column));
            let levels = found.map(|column| column.factor().levels).unwrap_or_default();
            let hint = did_you_mean(value, levels.iter().map(String::as_str));
            let more = if levels.len() > LISTED { ", .." } else { "" };
            let listed = levels.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
            let hint = hint.unwrap_or_else(|| format!("its values are {listed}{more}"));
            bail!("no row of {column} holds {value}; {hint}");
        }
        notes.push(format!("nobody of these has the event: {column} {value}"));
    }
    Ok(notes)
}

/// Whether a row of the column holds `value`, numbers by size.
fn holds(frame: &Frame, column: &str, value: &str) -> bool {
    let same = |level: &String| {
        level == value || matches!((level.parse::<f64>(), value.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
    };
    frame.get(column).is_some_and(|column| column.factor().levels.iter().any(same))
}

/// The column of the event of the endpoint called `name`.
pub(super) fn event_column<'s>(study: &'s Study, name: &str) -> Option<&'s str> {
    match &study.endpoint(name)?.source {
        EndpointSource::Times { event, .. } | EndpointSource::Interval { event, .. } => Some(&event.column),
        EndpointSource::Dates { .. } => None,
    }
}

/// The unit in which times are written; dates are shown in the unit of the endpoint.
fn written(endpoint: &EndpointSpec) -> TimeUnit {
    match &endpoint.source {
        EndpointSource::Times { unit, .. } => *unit,
        _ => endpoint.show,
    }
}

/// The unit that the column of times seems to be in.
fn unit_of(study: &Study, time: &str) -> TimeUnit {
    let (frame, _) = study.read_table();
    frame.and_then(|f| f.get(time).map(|column| GuessedUnit::of(column).unit)).unwrap_or_default()
}
