//! How one task file is read, and what is found in it.

use std::collections::BTreeSet;

use auditlint_source::document::{parse_json, parse_toml};
use auditlint_source::{FilePath, Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::file::TaskFile;
use crate::markdown::{self, MarkdownReading};
use crate::unread::UnreadParts;
use crate::{
    FieldPaths, ItemIds, StatusForm, TaskFormat, TaskId, UnreadTask, csv, json_lines, layout, marker, todo_txt, yaml,
};

/// How one file is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    Yaml,
    Json,
    /// A table of JSON on each line.
    JsonLines,
    Toml,
    Csv,
    TodoTxt,
    /// Sections, items and tables; and lines that give the status of other tasks.
    Markdown,
    Sections,
    Checklist,
    Marker,
}

impl Reading {
    pub(crate) fn of(format: TaskFormat, path: &FilePath) -> Option<Self> {
        Some(match format {
            TaskFormat::Yaml => Self::Yaml,
            TaskFormat::Json if is_json_lines(path) => Self::JsonLines,
            TaskFormat::Json => Self::Json,
            TaskFormat::Csv => Self::Csv,
            TaskFormat::TodoTxt => Self::TodoTxt,
            TaskFormat::Markdown => Self::Sections,
            TaskFormat::Checklist => Self::Checklist,
            TaskFormat::Markers => Self::Marker,
            TaskFormat::Auto => match path.extension().map(str::to_ascii_lowercase).as_deref() {
                Some("yaml" | "yml") => Self::Yaml,
                Some("json") => Self::Json,
                Some("toml") => Self::Toml,
                Some(_) if is_json_lines(path) => Self::JsonLines,
                Some("csv" | "tsv") => Self::Csv,
                Some("txt") if matches!(path.stem().to_ascii_lowercase().as_str(), "todo" | "done") => Self::TodoTxt,
                Some("md" | "markdown" | "mdx" | "txt") => Self::Markdown,
                _ => marker::status(path).map(|_| Self::Marker)?,
            },
        })
    }
}

fn is_json_lines(path: &FilePath) -> bool {
    path.extension()
        .is_some_and(|extension| ["jsonl", "ndjson"].iter().any(|name| name.eq_ignore_ascii_case(extension)))
}

/// What of a source says how its files are read.
#[derive(Clone, Copy)]
pub(crate) struct FileReading<'s> {
    pub(crate) reading: Reading,
    pub(crate) paths: &'s FieldPaths,
    pub(crate) ids: ItemIds,
}

/// What was found in one file.
#[derive(Default)]
pub(crate) struct FileTasks {
    pub(crate) drafts: Vec<TaskDraft>,
    pub(crate) unread: UnreadParts,
    /// Where the boxes stand whose items are tasks of their own.
    pub(crate) boxes: BTreeSet<u32>,
    /// What stands in front of ids that count within this file only.
    pub(crate) scope: Option<String>,
}

/// Reads the tasks of one file.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    how: FileReading<'_>,
    problems: &mut Vec<Problem>,
) -> FileTasks {
    let mut found = FileTasks::default();
    let layout = layout::of(&file.path);
    match how.reading {
        Reading::Yaml => yaml::read(file, origin, how.paths, &mut found.drafts, problems),
        Reading::Json => match parse_json(&file.text) {
            Ok(document) => {
                let how = (how.paths, StatusForm::Json);
                yaml::read_documents(file, origin, &[document], how, &mut found.drafts, problems);
            }
            Err(error) => problems.push(file.warning(error.span, error.message)),
        },
        Reading::JsonLines => {
            let lines = json_lines::read(file, problems);
            yaml::read_documents(file, origin, &[lines], (how.paths, StatusForm::Json), &mut found.drafts, problems);
        }
        Reading::Toml => match parse_toml(&file.text) {
            Ok(document) => {
                let how = (how.paths, StatusForm::Toml);
                yaml::read_documents(file, origin, &[document], how, &mut found.drafts, problems);
            }
            Err(errors) => problems.extend(errors.into_iter().map(|error| {
                file.warning(error.span, format!("this is not valid TOML and was not read: {}", error.message))
            })),
        },
        Reading::Csv => {
            let rows = csv::read(file, problems);
            yaml::read_documents(
                file,
                origin,
                &[csv::list(rows)],
                (how.paths, StatusForm::CsvCell),
                &mut found.drafts,
                problems,
            );
        }
        Reading::TodoTxt => found.drafts = todo_txt::read(file, origin, problems, &mut found.unread),
        Reading::Markdown | Reading::Sections => {
            let reading = MarkdownReading {
                paths: how.paths,
                assigns_ids: how.ids == ItemIds::Heading,
                counts: layout.is_some(),
                only_sections: how.reading == Reading::Sections,
            };
            let tasks = markdown::read(file, origin, reading, problems);
            found.drafts = tasks.drafts;
            found.boxes = tasks.boxes;
            found.unread = tasks.unread;
            // Ids of a file that stands for one feature, and numbers in any file, are unique in that file only.
            let counts = found.drafts.iter().any(|draft| draft.counts);
            let scope = layout.map(str::to_owned).or_else(|| counts.then(|| layout::scope(&file.path)));
            if let Some(scope) = scope {
                let prefix = match origin.prefix {
                    Some(prefix) => format!("{prefix}:{scope}"),
                    None => scope,
                };
                for draft in found.drafts.iter_mut().filter(|draft| layout.is_some() || draft.counts) {
                    let id = format!("{prefix}:{}", draft.task.local_id());
                    draft.task.id = TaskId::new(&id);
                    draft.task.prefix = Some(prefix.clone());
                }
                found.scope = Some(prefix);
            }
        }
        Reading::Checklist | Reading::Marker => {}
    }
    found
}

/// The warning that a file holds no task, with the first of what was left out.
pub(crate) fn nothing(file: &TaskFile, message: &str, unread: &[UnreadTask]) -> Problem {
    match unread.iter().max_by_key(|unread| unread.count) {
        Some(first) => {
            let of = if first.count > 1 { format!(" ({} such entries)", first.count) } else { String::new() };
            let message = format!("{message}: {}{of}", first.reason);
            file.warning(first.place.span, message).help(markdown::SHAPE)
        }
        None => file.warning(Span::default(), message).help(markdown::SHAPE),
    }
}
