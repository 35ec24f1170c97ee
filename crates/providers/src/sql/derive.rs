//! From facts to relations.

use auditlint_facts::{Gap, Relation, Row, Value};
use auditlint_source::{FilePath, Span};

use super::checks::SqlPlace;
use super::databases::{Databases, MOST_ALLOWED};
use super::fact::{Facts, SqlFact, TableKind};
use super::layout::{migration_of, name_of};
use super::relations::RELATIONS;
use super::{fields, flow};

/// The relations of the provider.
pub(super) fn derive(sources: &[(FilePath, &Facts)]) -> Vec<Relation> {
    let databases = Databases::of(sources);
    let (mut left, mut cut) = (MOST_ALLOWED, None);
    let [mut tables, mut columns, mut allowed, mut written]: [Vec<Row>; 4] = Default::default();
    let row = |place: &SqlPlace, values: Vec<Value>| Row { path: place.path.clone(), span: place.span, values };
    for (name, database) in &databases.folded {
        let name = Value::from(name_of(name));
        for table in database.tables.values().filter(|table| table.kind != TableKind::Temporary) {
            let head = [name.clone(), Value::from(table.name.as_str())];
            let with = |more: Vec<Value>| head.iter().cloned().chain(more).collect();
            tables.push(row(&table.place, with(vec![table.kind.name().into(), table.complete.into()])));
            for column in database.columns(table) {
                let nullable = column.nullable.map_or(Value::Absent, Value::from);
                let values = vec![
                    column.name.as_str().into(),
                    column.shown.as_str().into(),
                    nullable,
                    column.default.as_ref().into(),
                ];
                columns.push(row(&column.place, with(values)));
            }
            let found = database.allowed(table, &mut left);
            if found.is_cut {
                let SqlPlace { path, span } = &table.place;
                let message = format!("`{}` and other tables allow more values than are looked at", table.name);
                cut = cut.or_else(|| Some((path.clone(), Gap::new(*span, message))));
            }
            for (column, values) in found.columns {
                for (value, place) in values {
                    allowed.push(row(place, with(vec![column.name.as_str().into(), value.as_str().into()])));
                }
            }
        }
    }
    for (path, source) in sources {
        let from = if databases.code_migrations.contains(path) {
            "migration"
        } else if path.extension() != Some("sql") {
            "code"
        } else if migration_of(path).is_some() {
            "migration"
        } else {
            "file"
        };
        for said in &source.facts {
            if let SqlFact::Write(write) = &said.fact
                && let Some(values) = databases.written(write, path, from)
            {
                written.push(Row { path: path.clone(), span: said.span, values });
            }
        }
    }
    let (arrived, is_cut) = flow::trace(sources);
    if let Some((path, _)) = sources.first().filter(|_| is_cut) {
        let message =
            "values take more ways to statements than are followed, so some of what they write is not looked at";
        cut = cut.or_else(|| Some((path.clone(), Gap::new(Span::default(), message))));
    }
    let mut handed = Vec::new();
    for arrived in arrived {
        let Some((row, sink)) = databases.arrived(arrived) else { continue };
        written.push(row);
        handed.push(sink);
    }
    let fields = fields::rows(sources, &databases);
    let gaps = databases.gaps.iter().map(|(path, gap)| (path.clone(), (*gap).clone()));
    let gaps: Vec<(FilePath, Gap)> = gaps.chain(cut).collect();
    let rows = [tables, columns, allowed, written, handed, fields];
    let relations = RELATIONS.iter().zip(rows);
    relations
        .map(|(info, rows)| {
            let gaps = if matches!(&*info.name, "sql.written" | "sql.handed" | "sql.field") {
                Vec::new()
            } else {
                gaps.clone()
            };
            Relation { info: info.clone(), rows, gaps }
        })
        .collect()
}
