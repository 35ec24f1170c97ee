//! `auditlint facts`.

use std::io::{self, BufWriter, Write};

use anyhow::{Result, bail};
use auditlint_engine::{Project, RunOptions};
use auditlint_facts::{RelationInfo, Row, Value, relations};
use auditlint_report::{Cell, Table};
use auditlint_source::{FilePath, Files, LineIndex, Problem, ProblemKind, nearest};

use crate::args::{ColorChoice, FactsArgs, FactsFormat};
use crate::check::say_problems;
use crate::context::{Context, color, counted};
use crate::exit::{self, Exit};

/// Runs the command.
pub(crate) fn run(args: &FactsArgs) -> Result<Exit> {
    match &args.relation {
        None => list(args),
        Some(name) => rows(args, relation(name)?),
    }
}

fn relation(name: &str) -> Result<&'static RelationInfo> {
    let Some(info) = relations().find(|info| info.name == name) else {
        match nearest(name, relations().map(|info| info.name)) {
            Some(near) => bail!("there is no relation `{name}`; did you mean `{near}`?"),
            None => bail!("there is no relation `{name}`; `auditlint facts` lists them"),
        }
    };
    Ok(info)
}

fn list(args: &FactsArgs) -> Result<Exit> {
    let mut table = Table::new(["relation", "columns", "about"]);
    for info in relations() {
        let columns = info.columns.iter().map(|column| column.name.to_owned()).collect();
        table.push([Cell::Text(info.name.to_owned()), Cell::List(columns), Cell::Text(info.about.to_owned())]);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    write(&table, args.format, &mut out)?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn rows(args: &FactsArgs, info: &'static RelationInfo) -> Result<Exit> {
    let filter: Vec<(usize, &str)> = args.filter.iter().map(|text| condition(info, text)).collect::<Result<_>>()?;
    let context = Context::find(&args.project)?;
    let (config, problems) = context.config()?;
    let limit = config.max_file_size;
    let project = Project::load(&context.files, config, RunOptions { ..context.options() }, problems);
    let mut problems: Vec<Problem> = project.problems().to_vec();
    let facts = project.facts(std::iter::once(info.name), &mut problems);
    let columns = info.columns.iter().map(|column| column.name).chain(["path", "line"]);
    let mut table = Table::new(columns);
    let mut lines = Lines { files: &context.files, limit, last: None };
    let relation = facts.relation(info.name);
    for row in relation.into_iter().flat_map(|relation| &relation.rows) {
        if filter.iter().all(|(column, value)| row.values[*column].to_string() == *value) {
            table.push(cells(row, lines.line(row)));
        }
    }
    for (path, gap) in relation.into_iter().flat_map(|relation| &relation.gaps) {
        let text = context.files.read(path, limit).unwrap_or_default();
        let problem = Problem::warning(ProblemKind::Unmatched, format!("rows may be missing: {}", gap.message));
        problems.push(problem.in_file(path).at(gap.span, &text));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    write(&table, args.format, &mut out)?;
    if args.format == FactsFormat::Table {
        writeln!(out, "{}", counted(table.len(), "row"))?;
    }
    out.flush()?;
    say_problems(&context, &problems)?;
    Ok(exit::of_problems(&problems, false))
}

/// `column=value`
fn condition<'a>(info: &RelationInfo, text: &'a str) -> Result<(usize, &'a str)> {
    let Some((name, value)) = text.split_once('=') else { bail!("`--where {text}`: write COLUMN=VALUE") };
    let Some(column) = info.column(name) else {
        let names: Vec<&str> = info.columns.iter().map(|column| column.name).collect();
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
        Value::Number(number) if *number >= 0 => Cell::Number(number.unsigned_abs()),
        value => Cell::Text(value.to_string()),
    };
    let place = [Cell::Text(row.path.to_string()), Cell::Number(u64::from(line))];
    row.values.iter().map(cell).chain(place).collect()
}

fn write(table: &Table, format: FactsFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        FactsFormat::Table => table.write_text(color(ColorChoice::Auto, false), out),
        FactsFormat::Json => table.write_json(out),
        FactsFormat::Tsv => table.write_tsv(out),
    }
}

/// The lines of the file that was asked about last: rows of one file follow each other.
struct Lines<'f> {
    files: &'f dyn Files,
    limit: u64,
    last: Option<(FilePath, LineIndex)>,
}

impl Lines<'_> {
    fn line(&mut self, row: &Row) -> u32 {
        if self.last.as_ref().is_none_or(|(path, _)| *path != row.path) {
            let text = self.files.read(&row.path, self.limit).unwrap_or_default();
            self.last = Some((row.path.clone(), LineIndex::new(&text)));
        }
        self.last.as_ref().map_or(1, |(_, lines)| lines.line(row.span.start))
    }
}
