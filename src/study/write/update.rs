//! A study's changes written into the file that it has, whose comments and order stay.

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use super::super::spec::*;

impl Study {
    /// `text` of this study's file with the types of columns and the last criteria of enrolment as they are now; `None`
    /// if the file would not read as this study then, because more was changed or it is written in another way.
    pub fn updated(&self, text: &str) -> Option<String> {
        let mut document: DocumentMut = text.parse().ok()?;
        let (before, _) = Self::parse(text, &self.folder, &self.file);
        let before = before?;
        for column in &self.columns {
            let was = before.column(&column.name).and_then(|spec| spec.kind);
            if let Some(kind) = column.kind.filter(|kind| Some(*kind) != was) {
                set_kind(&mut document, &column.name, kind.word())?;
            }
        }
        for criterion in self.enrolment.iter().skip(before.enrolment.len()) {
            let mut step = Table::new();
            step["name"] = value(criterion.name.as_str());
            let key = if criterion.kind == CriterionKind::Include { "include" } else { "exclude" };
            step[key] = value(criterion.condition.source());
            let steps = document.entry("enrolment").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
            steps.as_array_of_tables_mut()?.push(step);
        }
        let text = document.to_string();
        let (after, _) = Self::parse(&text, &self.folder, &self.file);
        let after = after?;
        (after.columns == self.columns && after.enrolment == self.enrolment).then_some(text)
    }
}

fn set_kind(document: &mut DocumentMut, column: &str, kind: &str) -> Option<()> {
    let columns = document.entry("columns").or_insert(Item::Table(Table::new())).as_table_like_mut()?;
    match columns.get_mut(column) {
        Some(spec) => drop(spec.as_table_like_mut()?.insert("kind", value(kind))),
        None => {
            let mut spec = InlineTable::new();
            spec.insert("kind", kind.into());
            columns.insert(column, value(spec));
        }
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
        });
        let kept = study.updated(text).expect("it can be written");
        assert!(kept.starts_with(&text[..60]) && kept.contains("# at diagnosis"), "{kept}");
        assert!(kept.contains("stage = { kind = \"category\" }"), "{kept}");
        assert!(kept.contains("[[enrolment]]\nname = \"second tumour\"\nexclude = \"id in ('A', 'B')\""), "{kept}");
    }
}
