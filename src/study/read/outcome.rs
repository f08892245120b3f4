//! Endpoints and cohorts.

use crate::study::section::{Item, Section};
use crate::study::spec::*;

pub(super) fn endpoints(section: &Section<'_, '_>) -> Vec<EndpointSpec> {
    section.others().into_iter().filter_map(|(name, item)| endpoint(name, item.section()?)).collect()
}

/// What a section says of when an endpoint begins and ends.
struct Written {
    time: Option<String>,
    event: Option<String>,
    event_is: Vec<String>,
    origin: Option<String>,
    end: Option<String>,
    event_date: Option<Vec<String>>,
    last_contact: Option<String>,
    cut_off: Option<i32>,
}

fn endpoint(name: String, section: Section<'_, '_>) -> Option<EndpointSpec> {
    let label = section.text("label");
    let show = section.choice("show", &TimeUnit::WORDS);
    let unit = section.choice("unit", &TimeUnit::WORDS);
    let written = Written::of(&section);
    let cause = section.text("cause");
    let censored = section.get("censored").and_then(|item| item.value_text());
    if !written.is_read(&section) || written.is_unanswered(&name, &section) {
        section.finish();
        return None;
    }
    let source = written.source(unit.or(show).unwrap_or_default());
    if let Err((what, remedy)) = &source {
        section.error(format!("endpoint {name} {what}"), remedy);
    }
    if cause.is_none() && censored.is_some() {
        section.error(format!("endpoint {name} says what is censored and not where"), "write cause = \"column\"");
    }
    section.finish();
    // What is written in days is usually shown as it is; dates are shown in months.
    let show = show.or(unit).unwrap_or_default();
    let causes = cause.map(|column| CauseSpec { column, censored: censored.unwrap_or_else(|| "0".to_owned()) });
    Some(EndpointSpec { name, label, source: source.ok()?, show, causes })
}

impl Written {
    fn of(section: &Section<'_, '_>) -> Self {
        Self {
            time: section.text("time"),
            event: section.text("event"),
            event_is: section.texts("event_is").unwrap_or_default(),
            origin: section.text("origin"),
            end: section.text("end"),
            event_date: section.texts("event_date"),
            last_contact: section.text("last_contact"),
            cut_off: section.get("cut_off").and_then(|item| item.date()),
        }
    }

    /// Whether every part that is there could be read: of one that could not, enough is said already.
    fn is_read(&self, section: &Section<'_, '_>) -> bool {
        let parts = [
            ("time", self.time.is_some()),
            ("event", self.event.is_some()),
            ("origin", self.origin.is_some()),
            ("end", self.end.is_some()),
            ("event_date", self.event_date.is_some()),
            ("last_contact", self.last_contact.is_some()),
            ("cut_off", self.cut_off.is_some()),
        ];
        !parts.iter().any(|(key, is_read)| !is_read && section.get(key).is_some())
    }

    /// Whether a column is still asked for, which is an error then.
    fn is_unanswered(&self, name: &str, section: &Section<'_, '_>) -> bool {
        let columns = [
            ("time", &self.time, Role::Time, "which column is the follow-up time"),
            ("event", &self.event, Role::Event, "which column says whether the event happened"),
        ];
        let open = columns.into_iter().find(|(_, column, ..)| column.as_deref() == Some(UNANSWERED));
        if let Some((item, role, what)) = open.and_then(|(key, _, role, what)| Some((section.get(key)?, role, what))) {
            item.error(
                format!("question: {what} of endpoint {name}? It is not answered yet"),
                format!("write {}", role.option()),
            );
        }
        open.is_some()
    }

    /// Where times and events come from, times in `unit`; else what the endpoint lacks or has too much of, and the remedy.
    fn source(self, unit: TimeUnit) -> Result<EndpointSource, (&'static str, &'static str)> {
        let Self { time, event, event_is: is, origin, end, event_date, last_contact, cut_off } = self;
        let event = event.map(|column| EventSpec { column, is });
        match (time, origin, end, event_date, event) {
            (Some(time), None, None, None, Some(event)) => Ok(EndpointSource::Times { time, unit, event }),
            (Some(_), None, None, None, None) => Err(("has a time and no event", "write event = \"column\"")),
            (Some(_), ..) => Err(("has both a time and dates", "keep `time` and `event`, or the dates")),
            (None, Some(origin), Some(end), None, Some(event)) => {
                Ok(EndpointSource::Interval { origin, end, event, cut_off })
            }
            (None, Some(_), Some(_), None, None) => Err(("has an end and no event", "write event = \"column\"")),
            (None, Some(origin), None, Some(events), None) if last_contact.is_some() || cut_off.is_some() => {
                Ok(EndpointSource::Dates { origin, events, last_contact, cut_off })
            }
            (None, Some(_), None, Some(_), None) => Err((
                "does not say how long those without an event were followed",
                "write last_contact = \"column\" or cut_off",
            )),
            (None, Some(_), ..) => {
                Err(("has an origin that nothing follows", "write event_date and last_contact, or end and event"))
            }
            (None, None, ..) => Err(("has no time", "write time and event, or origin, event_date and last_contact")),
        }
    }
}

pub(super) fn cohorts(section: Section<'_, '_>, seed: u64) -> CohortSpec {
    let column = section.text("column");
    let order = section.texts("order");
    let names = section.section("names").map(|s| names(&s));
    let split = section.get("split").and_then(|item| fraction(&item));
    let seed = section.whole("seed").unwrap_or(seed);
    let stratify = section.texts("stratify").unwrap_or_default();
    let centre = section.text("centre");
    let development = section.get("development").and_then(|item| item.value_text());
    let has_split = split.is_some() || section.get("split").is_some();
    let spec = match (column, has_split) {
        (Some(_), true) => {
            section.error("cohorts are either named by a column or split at random", "keep `column` or `split`");
            CohortSpec::One
        }
        (Some(column), false) => CohortSpec::Column { column, names: ordered(order, names) },
        (None, true) => {
            if centre.is_some() != development.is_some() {
                section.error(
                    "a split of one centre needs its column and its value",
                    "write centre = \"column\" and development = \"value\"",
                );
            }
            match split {
                Some(fraction) => CohortSpec::Split(SplitSpec { fraction, seed, stratify, centre, development }),
                None => CohortSpec::One,
            }
        }
        (None, false) => {
            section
                .error("cohorts are named neither by a column nor by a split", "write column = \"..\" or split = 0.7");
            CohortSpec::One
        }
    };
    section.finish();
    spec
}

/// What `[cohorts]` says of sealed cohorts.
pub(super) fn seal(section: &Section<'_, '_>) -> SealSpec {
    let texts = |key: &str| match (section.texts(key), section.get(key)) {
        (Some(texts), _) => texts,
        // What cannot be read seals everybody.
        (None, Some(_)) => vec![UNANSWERED.to_owned()],
        (None, None) => Vec::new(),
    };
    SealSpec {
        cohorts: texts("sealed"),
        columns: section.texts("sealed_columns").unwrap_or_default(),
        open: section.texts("open_columns").unwrap_or_default(),
        unsealed: Vec::new(),
    }
}

/// `[[unsealed]]`, as `riskset unseal` writes it.
pub(super) fn unsealed(item: &Item<'_, '_>) -> Vec<Unsealing> {
    let Some(items) = item.items() else {
        let remedy = "`riskset unseal` writes it: [[unsealed]] with the cohort, when, and which model".to_owned();
        item.error("unsealed should be a list", remedy);
        return Vec::new();
    };
    let one = |section: Section<'_, '_>| {
        let text = |key: &str| section.text(key).unwrap_or_default();
        let unsealing = Unsealing {
            cohort: text("cohort"),
            at: text("at"),
            model: text("model"),
            hash: text("hash"),
            riskset: text("riskset"),
        };
        let said = [&unsealing.cohort, &unsealing.at, &unsealing.model, &unsealing.hash];
        let is_whole = !said.iter().any(|text| text.is_empty());
        if !is_whole {
            section
                .error("an unsealing says its cohort, when (`at`), `model` and `hash`", "`riskset unseal` writes it");
        }
        section.finish();
        is_whole.then_some(unsealing)
    };
    items.iter().filter_map(|item| one(item.section()?)).collect()
}

fn names(section: &Section<'_, '_>) -> Vec<CohortName> {
    let name = |(value, item): (String, Item<'_, '_>)| Some(CohortName { value, name: item.value_text()? });
    section.others().into_iter().filter_map(name).collect()
}

/// Values in the order asked for, each with its name if it has one.
fn ordered(order: Option<Vec<String>>, names: Option<Vec<CohortName>>) -> Vec<CohortName> {
    let names = names.unwrap_or_default();
    let Some(order) = order else { return names };
    let name_of = |value: &String| names.iter().find(|n| n.value == *value).map_or(value, |n| &n.name).clone();
    order.iter().map(|value| CohortName { name: name_of(value), value: value.clone() }).collect()
}

/// `0.7` or `"7:3"`.
fn fraction(item: &Item<'_, '_>) -> Option<f64> {
    let fraction = if item.is_text() {
        let text = item.text()?;
        let parts = text
            .split_once(':')
            .and_then(|(a, b)| Some((a.trim().parse::<f64>().ok()?, b.trim().parse::<f64>().ok()?)));
        parts.map(|(a, b)| a / (a + b)).unwrap_or(f64::NAN)
    } else {
        item.number()?
    };
    if fraction > 0.0 && fraction < 1.0 {
        return Some(fraction);
    }
    item.error("split is the share of the training cohort", "write split = 0.7 or split = \"7:3\"".to_owned());
    None
}
