//! `auditlint facts`.

use std::io::Write;

use anyhow::{Result, bail};
use auditlint_engine::{Engine, Snapshot};
use auditlint_facts::{Hides, KnownRelations, RelationInfo, Row, Value};
use auditlint_report::{Cell, OutputTable};
use auditlint_source::{FilePath, Files, LineIndex, Problem, ProblemKind, nearest};

use crate::args::{FactsArgs, TableFormat};
use crate::context::{CommandContext, counted};
use crate::exit::{self, Exit};
use crate::say::say_problems;
use crate::{out, progress};

/// Runs the command.
pub(crate) fn run(args: &FactsArgs) -> Result<Exit> {
    let context = CommandContext::find(&args.project)?;
    let (config, problems) = context.config()?;
    let engine = Engine::load(context.files(), config, context.options(), problems);
    let snapshot = engine.snapshot(context.files());
    let known = engine.catalogue.known_relations();
    match &args.relation {
        None => list(args, &context, &snapshot, &known),
        Some(name) => rows(args, &context, &snapshot, relation(name, &known)?),
    }
}

fn relation<'k>(name: &str, known: &'k KnownRelations) -> Result<&'k RelationInfo> {
    let Some(info) = known.find(name) else {
        match nearest(name, known.iter().map(|info| &*info.name)) {
            Some(near) => bail!("there is no relation `{name}`; did you mean `{near}`?"),
            None => bail!("there is no relation `{name}`; `auditlint facts` lists them"),
        }
    };
    Ok(info)
}

fn list(args: &FactsArgs, context: &CommandContext, snapshot: &Snapshot<'_>, known: &KnownRelations) -> Result<Exit> {
    let mut table = OutputTable::new(["relation", "columns", "about"]);
    for info in known.iter() {
        let columns = info.columns().map(|(column, _)| column.to_owned()).collect();
        table.push([Cell::Text(info.name.to_string()), Cell::List(columns), Cell::Text(info.about.to_string())]);
    }
    let (mut out, color) = out::table_stdout();
    args.format.write(&table, color, &mut out)?;
    out.flush()?;
    say_problems(context.working(), snapshot.files, snapshot.problems())?;
    Ok(exit::of_problems(snapshot.problems(), false))
}

fn rows(args: &FactsArgs, context: &CommandContext, snapshot: &Snapshot<'_>, info: &RelationInfo) -> Result<Exit> {
    let filter: Vec<(usize, &str)> = args.filter.iter().map(|text| condition(info, text)).collect::<Result<_>>()?;
    let limit = snapshot.projects().iter().map(|config| config.max_file_size).max().unwrap_or_default();
    let mut problems: Vec<Problem> = snapshot.problems().to_vec();
    let facts = progress::reading_facts(|| snapshot.facts(std::iter::once(&*info.name), &mut problems));
    let mut table = OutputTable::new(columns(info));
    let mut lines = LastFileLines { files: snapshot.files, limit, last: None };
    let relation = facts.relation(&info.name);
    for row in relation.into_iter().flat_map(|relation| &relation.rows) {
        if filter.iter().all(|(column, value)| row.value(*column).is_written(value)) {
            table.push(cells(row, lines.line(row)));
        }
    }
    let gaps = relation.map_or(&[][..], |relation| &relation.gaps);
    for gaps in gaps.chunk_by(|(one, _), (other, _)| one == other) {
        let [(path, gap), more @ ..] = gaps else { continue };
        let text = snapshot.files.read(path, limit).unwrap_or_default();
        let message = match gap.hides {
            Hides::Nothing => gap.message.clone(),
            _ => format!("rows may be missing: {}", gap.message),
        };
        let problem = Problem::warning(ProblemKind::Unmatched, message);
        let problem = problem.in_file(path).at(gap.span, &text);
        problems.push(match more.len() {
            0 => problem,
            1 => problem.help("one more place in this file was not understood"),
            count => problem.help(format!("{count} more places in this file were not understood")),
        });
    }
    let (mut out, color) = out::table_stdout();
    args.format.write(&table, color, &mut out)?;
    if args.format == TableFormat::Table {
        writeln!(out, "{}", counted(table.len(), "row"))?;
    }
    out.flush()?;
    say_problems(context.working(), snapshot.files, &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// The columns of the relation and the place of a row, whose `path` is called otherwise where the relation says something else by it.
fn columns(info: &RelationInfo) -> impl Iterator<Item = &str> {
    let own = || info.columns().map(|(column, _)| column);
    let path = if own().any(|column| column == "path") { "source_path" } else { "path" };
    own().chain([path, "line"])
}

/// `column=value`
fn condition<'a>(info: &RelationInfo, text: &'a str) -> Result<(usize, &'a str)> {
    let Some((name, value)) = text.split_once('=') else { bail!("`--where {text}`: write COLUMN=VALUE") };
    let Some(column) = info.column(name) else {
        let names: Vec<&str> = info.names().collect();
        match nearest(name, names.iter().copied()) {
            Some(near) => bail!("`{}` has no column `{name}`; did you mean `{near}`?", info.name),
            None => bail!("`{}` has no column `{name}`; it has {}", info.name, names.join(", ")),
        }
    };
    Ok((column, value))
}

fn cells(row: &Row, line: u32) -> Vec<Cell> {
    let cell = |value: &Value| match value {
        Value::Absent => Cell::Missing,
        Value::Flag(flag) => Cell::Flag(*flag),
        Value::Number(number) if *number >= 0 => Cell::Number(number.unsigned_abs()),
        value => Cell::Text(value.to_string()),
    };
    let place = [Cell::Text(row.path.to_string()), Cell::Number(u64::from(line))];
    row.values.iter().map(cell).chain(place).collect()
}

/// The lines of the file that was asked about last: rows of one file follow each other.
struct LastFileLines<'f> {
    files: &'f dyn Files,
    limit: u64,
    last: Option<(FilePath, LineIndex)>,
}

impl LastFileLines<'_> {
    fn line(&mut self, row: &Row) -> u32 {
        if self.last.as_ref().is_none_or(|(path, _)| *path != row.path) {
            let text = self.files.read(&row.path, self.limit).unwrap_or_default();
            self.last = Some((row.path.clone(), LineIndex::new(&text)));
        }
        self.last.as_ref().map_or(1, |(_, lines)| lines.line(row.span.start))
    }
}
