//! A study's changes written into the file that it has, whose comments and order stay.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::super::spec::*;

impl Study {
    /// `text` of this study's file with kinds, references and levels of columns, the criteria of enrolment and what was
    /// unsealed as they are now; `None` if the file would not read as this study then, because more was changed or it is
    /// written in another way.
    pub fn updated(&self, text: &str) -> Option<String> {
        let mut document: DocumentMut = text.parse().ok()?;
        let (before, _) = Self::parse(text, &self.folder, &self.file);
        let before = before?;
        let gone = before.columns.iter().filter(|spec| self.column(&spec.name).is_none());
        for name in self.columns.iter().chain(gone).map(|spec| &spec.name) {
            let nothing = || ColumnSpec { name: name.clone(), ..ColumnSpec::default() };
            let spec = |study: &Self| study.column(name).cloned().unwrap_or_else(nothing);
            update_column(&mut document, &spec(&before), &spec(self))?;
        }
        update_enrolment(&mut document, &before.enrolment, &self.enrolment)?;
        for unsealing in self.seal.unsealed.iter().skip(before.seal.unsealed.len()) {
            let mut record = Table::new();
            for (key, said) in unsealing.pairs() {
                record[key] = value(said);
            }
            let records = document.entry("unsealed").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
            records.as_array_of_tables_mut()?.push(record);
        }
        let text = document.to_string();
        let (after, _) = Self::parse(&text, &self.folder, &self.file);
        let after = after?;
        let is_same = after.columns == self.columns && after.enrolment == self.enrolment && after.seal == self.seal;
        is_same.then_some(text)
    }
}

/// Steps that are gone leave the file, new ones come after those that stay.
fn update_enrolment(document: &mut DocumentMut, before: &[Criterion], now: &[Criterion]) -> Option<()> {
    if before == now {
        return Some(());
    }
    let steps = document.entry("enrolment").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let steps = steps.as_array_of_tables_mut()?;
    for at in (0..before.len()).rev().filter(|at| !now.contains(&before[*at])) {
        steps.remove(at);
    }
    for criterion in now.iter().filter(|criterion| !before.contains(criterion)) {
        let mut step = Table::new();
        step["name"] = value(criterion.name.as_str());
        let key = if criterion.kind == CriterionKind::Include { "include" } else { "exclude" };
        step[key] = value(criterion.condition.source());
        if criterion.after_split {
            step["after_split"] = value(true);
        }
        steps.push(step);
    }
    if steps.is_empty() {
        document.remove("enrolment");
    }
    Some(())
}

fn update_column(document: &mut DocumentMut, before: &ColumnSpec, now: &ColumnSpec) -> Option<()> {
    let kind = |spec: &ColumnSpec| spec.kind.map(|kind| Value::from(kind.word()));
    let reference = |spec: &ColumnSpec| spec.reference.as_deref().map(Value::from);
    if before.kind != now.kind {
        set_key(document, &now.name, "kind", kind(now))?;
    }
    if before.reference != now.reference {
        set_key(document, &now.name, "reference", reference(now))?;
    }
    if before.levels != now.levels {
        set_key(document, &now.name, "levels", levels(&now.levels))?;
    }
    Some(())
}

/// Levels as the file says them: a list where what is shown is what the table holds.
fn levels(levels: &[LevelSpec]) -> Option<Value> {
    if levels.is_empty() {
        return None;
    }
    if levels.iter().all(|level| level.label == level.value) {
        return Some(Value::Array(levels.iter().map(|level| level.value.as_str()).collect::<Array>()));
    }
    let mut table = InlineTable::new();
    for level in levels {
        table.insert(level.value.as_str(), level.label.as_str().into());
    }
    Some(Value::InlineTable(table))
}

/// Sets what is said of a column, or says it no more; nothing is left of a column of which nothing is said.
fn set_key(document: &mut DocumentMut, column: &str, key: &str, to: Option<Value>) -> Option<()> {
    let columns = document.entry("columns").or_insert(Item::Table(Table::new())).as_table_like_mut()?;
    match (columns.get_mut(column), to) {
        (Some(spec), Some(to)) => drop(spec.as_table_like_mut()?.insert(key, value(to))),
        (None, Some(to)) => {
            let mut spec = InlineTable::new();
            spec.insert(key, to);
            columns.insert(column, value(spec));
        }
        (Some(spec), None) => {
            let spec = spec.as_table_like_mut()?;
            spec.remove(key);
            if spec.is_empty() {
                columns.remove(column);
            }
        }
        (None, None) => {}
    }
    if columns.is_empty() {
        document.remove("columns");
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tables::{Expr, Kind};

    #[test]
    fn only_what_was_changed_is_written_and_comments_stay() {
        let text = "version = 1\ntitle = \"T\" # ours\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\ntime = \"time\"\n\
                    event = \"event\"\n\n[columns]\nage = { unit = \"years\" } # at diagnosis\n";
        let folder = std::path::Path::new("x");
        let (study, problems) = Study::parse(text, folder, folder);
        let mut study = study.expect("a study");
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(study.updated(text).as_deref(), Some(text));
        study.columns.push(ColumnSpec {
            name: "stage".to_owned(),
            kind: Some(Kind::Category),
            ..ColumnSpec::default()
        });
        study.enrolment.push(Criterion {
            name: "second tumour".to_owned(),
            kind: CriterionKind::Exclude,
            condition: Expr::parse("id in ('A', 'B')").expect("a condition"),
            after_split: false,
        });
        let kept = study.updated(text).expect("it can be written");
        assert!(kept.starts_with(&text[..60]) && kept.contains("# at diagnosis"), "{kept}");
        assert!(kept.contains("stage = { kind = \"category\" }"), "{kept}");
        assert!(kept.contains("[[enrolment]]\nname = \"second tumour\"\nexclude = \"id in ('A', 'B')\""), "{kept}");
    }
}
